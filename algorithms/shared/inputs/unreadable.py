"""Inputs that exist but that QGIS cannot open: it says that they are not found."""

from __future__ import annotations

from pathlib import Path

from ....core.runtime.files import on_disk
from ....core.runtime.i18n import tr
from .values import titled

_KINDS = ("raster", "source", "vector", "layer")


def why_not_loaded(algorithm, parameters: dict, message: str) -> str:
    """The refusal ``message`` of QGIS, or a better one if the input that it names exists."""
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
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
        if there:
            return tr(
                "{parameter}: {file} exists, but cannot be read as {kind}: check its format and whether it is complete."
            ).format(
                parameter=titled(definition),
                file=file,
                kind=tr("a raster") if definition.type() == "raster" else tr("a layer or table"),
            )
    return message
