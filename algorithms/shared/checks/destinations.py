"""Where the outputs of a run go: places that cannot work are refused before anything is computed."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingDestinationParameter,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsVectorFileWriter,
)

from ....core.runtime.errors import CarbonBalanceError, listed
from ....core.runtime.i18n import tr
from ..inputs.given import Given
from ..inputs.values import titled

_LAYERS = ("source", "raster", "vector", "layer", "multilayer", "file")
# What we write ourselves, under a hidden name that is then renamed.
_OURS = ("rasterDestination", "fileDestination", "folderDestination")
SHAPEFILE_NAME_BYTES = 10
_NO_FILES = ("memory:", "ogr:", "postgres:", "/vsi")


def check_destinations(given: Given) -> None:
    """Refuse a place that cannot be written to, an output that is an input, and two outputs that are one file.

    Raises:
        CarbonBalanceError: naming the output.
    """
    inputs = _inputs(given)
    taken: dict[Path, str] = {}
    for definition in given.algorithm.destinationParameterDefinitions():
        value = given.parameters.get(definition.name())
        if definition.type() in _OURS and isinstance(value, str) and value.startswith("/vsi"):
            raise CarbonBalanceError(
                tr("{output}: {path} is not a local file path; give the name of a file in a folder.").format(
                    output=titled(definition), path=value
                )
            )
        path = _file_to_write(value)
        if path is None:
            continue
        _check_place(path, definition)
        whole = path.resolve()
        if whole in inputs:
            raise CarbonBalanceError(
                tr("{output}: {path} is an input of this run and would be overwritten; choose another name.").format(
                    output=titled(definition), path=path
                )
            )
        _check_format(path, definition)
        if whole in taken:
            raise CarbonBalanceError(
                tr("{output} and {other} would both be written to {path}; choose another name for one.").format(
                    output=taken[whole], other=titled(definition), path=path
                )
            )
        taken[whole] = titled(definition)


def _check_format(path: Path, definition: QgsProcessingDestinationParameter) -> None:
    """Refuse a layer or table under the name of something else, for QGIS would put a GeoPackage into an x.tif, and a
    report over a file that is none."""
    suffix = path.suffix.lower().lstrip(".")
    if definition.type() == "fileDestination" and path.is_file():
        known = re.findall(r"\*\.(\w+)", definition.fileFilter())
        if known and suffix not in known:
            raise CarbonBalanceError(
                tr("{output}: {path} is there already and no {kinds} file; choose another name.").format(
                    output=titled(definition), path=path, kinds=" / ".join(known)
                )
            )
    if definition.type() == "sink" and suffix and not QgsVectorFileWriter.driverForExtension(suffix):
        raise CarbonBalanceError(
            tr(
                "{output}: {path} is not a supported file name; use one that ends in .gpkg or .csv, for example."
            ).format(output=titled(definition), path=path)
        )


def _check_place(path: Path, definition: QgsProcessingDestinationParameter) -> None:
    _check_folder(path.parent, titled(definition))
    wants_folder = definition.type() == "folderDestination"
    try:
        fits = not path.exists() or path.is_dir() == wants_folder
    except (OSError, ValueError) as error:
        raise CarbonBalanceError(
            tr("{output}: {path} is no name for a file ({reason}); choose another.").format(
                output=titled(definition), path=path, reason=getattr(error, "strerror", None) or error
            )
        ) from None
    if not fits:
        raise CarbonBalanceError(
            (
                tr("{output}: {path} is a file; give the name of a folder.")
                if wants_folder
                else tr("{output}: {path} is a folder; give the name of a file in it.")
            ).format(output=titled(definition), path=path)
        )


def warn_of_cut_names(given: Given, output: str, names: Sequence[str]) -> None:
    """Warn of columns whose names a Shapefile would cut: its table has room for ten bytes each."""
    path = _file_to_write(given.parameters.get(output))
    if path is None or path.suffix.lower() not in (".shp", ".dbf"):
        return
    long = [name for name in names if len(name.encode("utf-8")) > SHAPEFILE_NAME_BYTES]
    if long:
        given.log.warn(
            tr(
                "{output}: a Shapefile cuts column names to ten bytes (three Chinese characters), so these will not "
                "be found again by their names: {names}. A GeoPackage (.gpkg) keeps them."
            ).format(output=given.title(output), names=listed(long, 20))
        )


def write_utf8(given: Given) -> None:
    """Text goes out as UTF-8 unless the user chose an encoding: QGIS would take that of the machine."""
    if given.context.defaultEncoding().casefold() in ("", "system"):
        given.context.setDefaultEncoding("UTF-8")


def _check_folder(folder: Path, output: str) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise CarbonBalanceError(
            tr("{output}: the folder {folder} cannot be written to ({reason}); choose another.").format(
                output=output, folder=folder, reason=error.strerror or error
            )
        ) from None


def _file_to_write(value: object) -> Path | None:
    """The file behind a destination; ``None`` for none, a temporary one, or a place in a database."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink.staticValue()
    if not isinstance(value, str) or not value or value == QgsProcessing.TEMPORARY_OUTPUT:
        return None
    return None if value.startswith(_NO_FILES) else Path(value.split("|")[0])


def _inputs(given: Given) -> set[Path]:
    """The files that the inputs are read from."""
    files = set()
    for definition in given.algorithm.parameterDefinitions():
        if definition.type() not in _LAYERS:
            continue
        value = given.parameters.get(definition.name())
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, QgsProcessingFeatureSourceDefinition):
                item = item.source.staticValue()
            if isinstance(item, str) and item:
                # A layer of the project by its id or name, else the file itself.
                item = QgsProcessingUtils.mapLayerFromString(item, given.context, False) or item
            source = item.source() if isinstance(item, QgsMapLayer) else item
            if isinstance(source, str) and source:
                with contextlib.suppress(OSError, ValueError):  # the source of a memory layer is no file name
                    files.add(Path(source.split("|")[0]).resolve(strict=True))
    return files
