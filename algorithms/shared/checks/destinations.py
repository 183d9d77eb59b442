"""Checks of output destinations, which are refused before anything is computed if they cannot be used."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from qgis.core import (
    QgsProcessingDestinationParameter,
    QgsVectorFileWriter,
)

from ....core.runtime.errors import CarbonBalanceError, listed
from ....core.runtime.files import (
    DATABASES,
    attribute_table_of,
    files_written,
    is_foreign,
    is_from_qgis,
    is_new_table,
    layers_in,
    same_as,
)
from ....core.runtime.i18n import tr
from ..inputs.given import Given
from ..inputs.sources import Sources, sources_of
from ..inputs.values import titled
from .layer_names import check_layer_name
from .places import Place, place_of

# Output types written by the plugin itself, under a hidden name that is then renamed.
_OURS = ("rasterDestination", "fileDestination", "folderDestination")
SHAPEFILE_NAME_BYTES = 10
# Drawings and pages, which have no columns, or fixed ones.
_WITHOUT_COLUMNS = ("dxf", "dgn", "gpx", "pdf")
_WITHOUT_BINARIES, _BINARY, _ZONES = (".shp", ".dbf", ".tab", ".mif"), ("binary", "blob"), "ZONES"
_RASTERS = ("tif", "tiff", "vrt", "img", "asc")
# Files beside a layer that QGIS and GDAL look for by its name: a report called so would be read as the style.
_BESIDE_LAYERS = ("qml", "qmd", "sld", "prj", "qpj", "cpg", "tfw", "tifw", "wld", "clr", "ovr", "msk", "aux", "lyr")


def check_destinations(given: Given) -> None:
    """Refuse destinations that are not writable, or where inputs, other outputs or other layers would be lost.

    Raises:
        CarbonBalanceError: a destination is refused; the message names the output.
    """
    sources = sources_of(given)
    taken: list[tuple[Place, set[object], str]] = []
    for definition in given.algorithm.destinationParameterDefinitions():
        value = given.parameters.get(definition.name())
        if definition.type() in _OURS and isinstance(value, str) and value.startswith("/vsi"):
            raise CarbonBalanceError(
                tr("{output}: {path} is not a local file path; give the name of a file in a folder.").format(
                    output=titled(definition), path=value
                )
            )
        place = place_of(value, definition)
        if place is None:
            continue
        _check_place(place.path, definition)
        if definition.type() == "folderDestination":
            continue
        same = _same(place, definition)
        _check_inputs(place, definition, sources)
        _check_format(place.path, definition)
        if definition.type() == "sink" and not place.appends:
            check_layer_name(place.path, place.table, titled(definition))
        for other, others, title in taken:
            apart = place.table and other.table and place.table.casefold() != other.table.casefold()
            if not same.isdisjoint(others) and not apart:
                raise CarbonBalanceError(
                    tr(
                        "{output} and {other} would both be written to {path}; choose another name for one of them."
                    ).format(output=title, other=titled(definition), path=place.path)
                )
        _check_columns(place, definition, given)
        _check_family(place, definition)
        _check_layers(place, definition)
        taken.append((place, same, titled(definition)))


def check_not_read(given: Given, output: str, paths: Iterable[Path]) -> None:
    """Refuse files of an output folder that are inputs.

    Raises:
        CarbonBalanceError: a file is refused, which the message names.
    """
    sources = sources_of(given)
    for path in paths:
        if sources.reads(path):
            raise CarbonBalanceError(_input_refusal(given.title(output), path))


def check_not_lost(given: Given, output: str, paths: Iterable[Path]) -> None:
    """Refuse to replace map sheets or rasters of others in a folder, of which the user has not chosen the names.

    Raises:
        CarbonBalanceError: a file is refused, which the message names.
    """
    from ....core.assessment.provenance.carrier import carries_inside, read_inside

    for path in paths:
        if path.is_file() and not (
            read_inside(str(path), is_raster=True) if carries_inside(path) else is_from_qgis(path)
        ):
            raise CarbonBalanceError(
                tr(
                    "{output}: {path} already exists, was not written by this plugin and would be lost; choose another "
                    "folder."
                ).format(output=given.title(output), path=path)
            )


def _same(place: Place, definition: QgsProcessingDestinationParameter) -> set[object]:
    """The identities of all written files, see :func:`core.runtime.files.same_as`."""
    written = [place.path] if place.table else files_written(place.path, definition.type() == "rasterDestination")
    try:
        return set().union(*map(same_as, written))
    except OSError as error:
        raise CarbonBalanceError(
            tr("{output}: {path} is not a valid file name ({reason}); choose another.").format(
                output=titled(definition), path=place.path, reason=error.strerror or error
            )
        ) from None


def _check_inputs(place: Place, definition: QgsProcessingDestinationParameter, sources: Sources) -> None:
    if place.table:
        _check_input_tables(place, definition, sources)
        return
    for file in files_written(place.path, definition.type() == "rasterDestination"):
        if not sources.reads(file):
            continue
        if file == place.path:
            raise CarbonBalanceError(_input_refusal(titled(definition), file))
        raise CarbonBalanceError(
            tr(
                "{output}: {file}, which is written together with {path}, is an input of this run and would be "
                "overwritten; choose another name."
            ).format(output=titled(definition), file=file, path=place.path.name)
        )


def _check_input_tables(place: Place, definition: QgsProcessingDestinationParameter, sources: Sources) -> None:
    if not sources.reads_table(place.path, place.table):
        return
    if not is_new_table(place.path, place.table):
        raise CarbonBalanceError(_input_refusal(titled(definition), f"{place.path} ({place.table})"))
    # QGIS 3.22 adds the layer, but does not find it in the file that it has opened already.
    if sources.opens_without_layer(place.path):
        raise CarbonBalanceError(
            tr(
                "{output}: QGIS cannot add the layer {table} to {path} while it reads an input from that file without "
                "the name of a layer; give the input as {input}, or write to another file."
            ).format(
                output=titled(definition),
                table=place.table,
                path=place.path,
                input=f"{place.path}|layername={next(iter(layers_in(place.path)), 'NAME')}",
            )
        )


def _input_refusal(output: str, path: object) -> str:
    return tr("{output}: {path} is an input of this run and would be overwritten; choose another name.").format(
        output=output, path=path
    )


def _check_family(place: Place, definition: QgsProcessingDestinationParameter) -> None:
    """Refuse to overwrite a file that belongs to another layer, such as the table of a Shapefile."""
    if definition.type() != "sink" or place.table or place.appends:
        return
    for file in files_written(place.path):
        raster = attribute_table_of(file)
        if raster is not None:
            raise CarbonBalanceError(
                tr(
                    "{output}: {file} is the name of the attribute table of the raster {raster}, which would be read "
                    "with it; choose another name."
                ).format(output=titled(definition), file=file, raster=raster.name)
            )
    suffix = place.path.suffix.lower()
    whole = {"shp": ["dbf"], "tab": ["dat"], "dbf": ["shp"]}.get(suffix.lstrip("."), [])
    for other in (place.path.with_suffix(f".{each}") for each in whole):
        if other.is_file() and (suffix == ".dbf" or not place.path.exists()):
            raise CarbonBalanceError(
                tr("{output}: {file} already exists and would be lost; choose another name.").format(
                    output=titled(definition), file=other
                )
            )


def _check_layers(place: Place, definition: QgsProcessingDestinationParameter) -> None:
    """Refuse to replace a file with layers other than the one of its own name, which earlier runs wrote."""
    if definition.type() != "sink" or place.table or place.appends or not place.path.is_file():
        return
    held = [name for name in layers_in(place.path) if name.casefold() != place.path.stem.casefold()]
    if held:
        into = f"ogr:dbname='{place.path}' table=\"{definition.name().lower()}\""
        advice = tr("choose another name")
        if place.path.suffix.lower() in DATABASES:
            advice = tr("{advice}, or add a layer to it with {destination}").format(advice=advice, destination=into)
        raise CarbonBalanceError(
            tr("{output}: {path} contains other layers, which would be lost ({layers}); {advice}.").format(
                output=titled(definition), path=place.path, layers=listed(held), advice=advice
            )
        )


def _check_format(path: Path, definition: QgsProcessingDestinationParameter) -> None:
    """Refuse names of other file types: QGIS would write a GeoPackage to x.tif, or a report over another file."""
    suffix = path.suffix.lower().lstrip(".")
    known = re.findall(r"\*\.(\w+)", definition.fileFilter()) if definition.type() == "fileDestination" else []
    if known and suffix not in known:
        kinds = " / ".join(known)
        if path.is_file():
            raise CarbonBalanceError(
                tr("{output}: {path} already exists and is not a {kinds} file; choose another name.").format(
                    output=titled(definition), path=path, kinds=kinds
                )
            )
        if suffix in _BESIDE_LAYERS:
            raise CarbonBalanceError(
                tr(
                    "{output}: {path} has the extension of a file that is read together with a layer of its name, but "
                    "a {kinds} file is written; choose another name."
                ).format(output=titled(definition), path=path, kinds=kinds)
            )
        if suffix in _RASTERS or suffix and QgsVectorFileWriter.driverForExtension(suffix):
            raise CarbonBalanceError(
                tr(
                    "{output}: {path} has the extension of a layer, but a {kinds} file is written; choose another name."
                ).format(output=titled(definition), path=path, kinds=kinds)
            )
    if known and is_foreign(path):
        raise CarbonBalanceError(
            tr(
                "{output}: {path} already exists, was not written by this plugin and would be lost; choose another "
                "name."
            ).format(output=titled(definition), path=path)
        )
    if definition.type() == "sink" and suffix in _WITHOUT_COLUMNS:
        raise CarbonBalanceError(
            tr("{output}: {path} cannot hold the columns of a table; use a name that ends in .gpkg or .csv.").format(
                output=titled(definition), path=path
            )
        )
    if definition.type() == "sink" and suffix and not QgsVectorFileWriter.driverForExtension(suffix):
        raise CarbonBalanceError(
            tr(
                "{output}: {path} is not a supported file name; use one that ends in .gpkg or .csv, for example."
            ).format(output=titled(definition), path=path)
        )


def _check_columns(place: Place, definition: QgsProcessingDestinationParameter, given: Given) -> None:
    """Refuse formats without binary columns for zones that have some, which the output has too."""
    if definition.name() != "OUTPUT" or place.path.suffix.lower() not in _WITHOUT_BINARIES:
        return
    if definition.type() != "sink" or given.algorithm.parameterDefinition(_ZONES) is None:
        return
    zones = given.algorithm.parameterAsSource(given.parameters, _ZONES, given.context)
    binary = [] if zones is None else [each.name() for each in zones.fields() if each.typeName().lower() in _BINARY]
    if binary:
        raise CarbonBalanceError(
            tr(
                "{output}: {path} cannot hold the binary columns of the zones ({columns}); write a GeoPackage (.gpkg), "
                "or leave these columns out."
            ).format(output=titled(definition), path=place.path, columns=listed(binary))
        )


def _check_place(path: Path, definition: QgsProcessingDestinationParameter) -> None:
    _check_folder(path.parent, titled(definition))
    wants_folder = definition.type() == "folderDestination"
    try:
        fits = not path.exists() or path.is_dir() == wants_folder
    except (OSError, ValueError) as error:
        raise CarbonBalanceError(
            tr("{output}: {path} is not a valid file name ({reason}); choose another.").format(
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
    """Warn of columns whose names a Shapefile would truncate to ten bytes."""
    place = place_of(given.parameters.get(output), given.algorithm.parameterDefinition(output))
    if place is None or place.path.suffix.lower() not in (".shp", ".dbf"):
        return
    long = [name for name in names if len(name.encode("utf-8")) > SHAPEFILE_NAME_BYTES]
    if long:
        given.log.warn(
            tr(
                "{output}: a Shapefile truncates column names to ten bytes (three Chinese characters), so other tools "
                "will not find these columns by name: {names}. Use a GeoPackage (.gpkg) to keep the full names."
            ).format(output=given.title(output), names=listed(long, 20))
        )


def _check_folder(folder: Path, output: str) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise CarbonBalanceError(
            tr("{output}: the folder {folder} is not writable ({reason}); choose another.").format(
                output=output, folder=folder, reason=error.strerror or error
            )
        ) from None
