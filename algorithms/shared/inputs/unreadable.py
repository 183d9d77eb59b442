"""Inputs that exist but that QGIS cannot open: it says that they are not found."""

from __future__ import annotations

import contextlib
from pathlib import Path

from osgeo import gdal, ogr

from ....core.runtime.errors import listed
from ....core.runtime.files import on_disk
from ....core.runtime.gdal_state import errors_raised
from ....core.runtime.i18n import tr
from .values import titled

_KINDS = ("raster", "source", "vector", "layer")


def why_not_loaded(algorithm, parameters: dict, message: str) -> str:
    """The refusal ``message`` of QGIS, or a better one if the input that it names exists."""
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        if definition.type() == "multilayer" and message.endswith(f" {definition.name()}"):
            absent = [each for each in value if _is_absent(each)] if isinstance(value, (list, tuple)) else []
            if absent:
                return tr("{parameter}: no such file: {files}.").format(
                    parameter=titled(definition), files=listed(absent)
                )
        if definition.type() not in _KINDS or not isinstance(value, str) or f" {definition.name()}: " not in message:
            continue
        file = value.split("|")[0]
        try:
            there = on_disk(file) if file.startswith("/vsi") else Path(file).is_file()
        except (OSError, ValueError):
            continue
        if there and file.startswith("/vsi"):
            return tr("{parameter}: QGIS cannot open {file} within its archive: extract it and give that file.").format(
                parameter=titled(definition), file=file
            )
        other = _other_kind(file, definition.type() == "raster") if there else ""
        if other:
            return other.format(parameter=titled(definition), file=file)
        if there:
            return tr(
                "{parameter}: {file} exists, but cannot be read as {kind}: check its format and whether it is complete."
            ).format(
                parameter=titled(definition),
                file=file,
                kind=tr("a raster") if definition.type() == "raster" else tr("a layer or table"),
            )
    return message


def _is_absent(value: object) -> bool:
    """Whether a layer of a list is a path to no file; names and ids of layers have no ending."""
    if not isinstance(value, str) or value.startswith("/vsi"):
        return False
    try:
        path = Path(value.split("|")[0])
        return bool(path.suffix) and not path.exists()
    except (OSError, ValueError):
        return False


def _other_kind(file: str, is_raster_needed: bool) -> str:
    """The refusal of a vector layer where a raster is needed, or the reverse; "" if the file is not of that kind."""
    with contextlib.suppress(RuntimeError), errors_raised():
        dataset = gdal.OpenEx(file, gdal.OF_VECTOR if is_raster_needed else gdal.OF_RASTER)
        if not is_raster_needed:
            return tr("{parameter}: {file} is a raster, but a vector layer or table is needed: choose such a file.")
        if any(dataset.GetLayer(at).GetGeomType() != ogr.wkbNone for at in range(dataset.GetLayerCount())):
            return tr(
                "{parameter}: {file} is a vector layer, but a raster is needed: make one with the tool Rasterize "
                "(vector to raster) on the grid of the land cover, or choose a raster."
            )
        return tr("{parameter}: {file} is a table, but a raster is needed: choose a raster.")
    return ""
