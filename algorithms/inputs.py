"""Reading what the user gave: the one place where QGIS layers become core's tables and rasters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsEllipsoidUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import is_null
from ..core.errors import CarbonBalanceError
from ..core.i18n import tr
from ..core.log import Log
from ..core.raster.source import RasterSource
from ..core.tables import LARGEST, Table, parse_number

ENCODINGS = ["UTF-8", "GBK", "GB18030", "Big5", "Windows-1252"]
TEXT_FILES = {".csv", ".tsv", ".txt"}


@dataclass
class Zones:
    """A layer of zones, read once.

    Attributes:
        table: the attributes.
        features: the features in the layer's order, for writing them again.
        fields: QGIS's own description of the columns.
        crs: of the geometries.
        wkb_type: of the geometries.
        name: of the layer.
    """

    table: Table
    features: list[QgsFeature]
    fields: QgsFields
    crs: QgsCoordinateReferenceSystem
    wkb_type: QgsWkbTypes.Type
    transform_context: object = field(repr=False, default=None)
    name: str = ""

    def __len__(self) -> int:
        return len(self.features)

    def areas_km2(self) -> np.ndarray:
        """Area of each zone on the ellipsoid, km2 (zones,); NaN where a zone has no geometry."""
        if not self.crs.isValid():
            raise CarbonBalanceError(
                tr(
                    "{layer} has no coordinate reference system: assign one, or give a field that holds the areas."
                ).format(layer=self.table.label)
            )
        measure = QgsDistanceArea()
        measure.setSourceCrs(self.crs, self.transform_context)
        measure.setEllipsoid(_ellipsoid(self.crs))
        areas = np.full(len(self.features), np.nan)
        for row, feature in enumerate(self.features):
            if feature.hasGeometry() and not feature.geometry().isEmpty():
                area = measure.measureArea(feature.geometry())
                areas[row] = measure.convertAreaMeasurement(area, QgsUnitTypes.AreaUnit.AreaSquareKilometers)
        return areas

    def outlines(self, crs_wkt: str) -> list[bytes | None]:
        """The geometries as WKB in the CRS ``crs_wkt``; ``None`` where a zone has none."""
        target = QgsCoordinateReferenceSystem.fromWkt(crs_wkt)
        if not self.crs.isValid():
            raise CarbonBalanceError(
                tr("{layer} has no coordinate reference system: assign the one its coordinates are in.").format(
                    layer=self.table.label
                )
            )
        transform = QgsCoordinateTransform(self.crs, target, self.transform_context)
        outlines: list[bytes | None] = []
        for row, feature in enumerate(self.features):
            geometry = feature.geometry()
            if geometry.isNull() or geometry.isEmpty():
                outlines.append(None)
                continue
            try:
                geometry.transform(transform)
            except QgsCsException:
                raise CarbonBalanceError(
                    tr("{layer}, {row}: the outline cannot be brought into the CRS of the raster.").format(
                        layer=self.table.label, row=self.table.row_label(row)
                    )
                ) from None
            outlines.append(bytes(geometry.asWkb()))
        return outlines


class Given:
    """What the user gave to one run of an algorithm."""

    def __init__(self, algorithm, parameters: dict, context, log: Log) -> None:
        self.algorithm = algorithm
        self.parameters = parameters
        self.context = context
        self.log = log
        self.staged: list = []

    def discard(self) -> None:
        """Remove rasters and pages that were begun and not published."""
        for each in self.staged:
            each.discard()

    def has(self, name: str) -> bool:
        """Whether the optional input ``name`` was given."""
        return self.parameters.get(name) not in (None, "", [])

    def text(self, name: str) -> str:
        """A text, "" if not given."""
        return self.algorithm.parameterAsString(self.parameters, name, self.context).strip()

    def choice(self, name: str) -> str:
        """The chosen option of an enumeration with static strings."""
        return self.algorithm.parameterAsEnumString(self.parameters, name, self.context)

    def number(self, name: str) -> float | None:
        """A number, ``None`` if it was not given and has no default.

        Raises:
            CarbonBalanceError: it is NaN, infinite, or too large to compute with.
        """
        value = self.parameters.get(name)
        if is_null(value) or value == "":
            # A model hands None over for inputs of its own that were left at their default.
            value = self.algorithm.parameterDefinition(name).defaultValue()
        if is_null(value) or value == "":
            return None
        number = self._typed(value, name)
        if not abs(number) <= LARGEST:
            raise CarbonBalanceError(
                tr("{parameter} is {value}: a number of ordinary size is needed.").format(
                    parameter=self._title(name), value=value
                )
            )
        return number

    def _typed(self, value: object, name: str) -> float:
        """A number as it was typed: QGIS itself would read 3,938 as 0 without a word."""
        if isinstance(value, str):
            try:
                number = parse_number(value)
            except ValueError:
                number = None
            if number is None:
                raise CarbonBalanceError(
                    tr('{parameter}: "{value}" is not a number.').format(parameter=self._title(name), value=value)
                )
            return number
        return self.algorithm.parameterAsDouble(self.parameters, name, self.context)

    def integer(self, name: str) -> int | None:
        """A whole number, ``None`` if it was not given and has no default."""
        value = self.number(name)
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return self.algorithm.parameterAsBool(self.parameters, name, self.context)

    def fields(self, name: str) -> list[str]:
        """The fields chosen in a field parameter, as the layer spells them.

        Raises:
            CarbonBalanceError: none, where one is needed.
        """
        chosen = [field for field in self.algorithm.parameterAsFields(self.parameters, name, self.context) if field]
        definition = self.algorithm.parameterDefinition(name)
        if not chosen and not definition.flags() & definition.Flag.FlagOptional:
            raise CarbonBalanceError(tr("{input}: choose a column.").format(input=self._title(name)))
        return chosen

    def field(self, name: str) -> str | None:
        """The one field chosen, ``None`` if none was."""
        fields = self.fields(name)
        return fields[0] if fields else None

    def matrix(self, name: str) -> list:
        """The cells of a matrix parameter, row by row."""
        return list(self.algorithm.parameterAsMatrix(self.parameters, name, self.context))

    def output_path(self, name: str) -> str | None:
        """Where a raster or file output goes, ``None`` if it was not asked for."""
        path = self.algorithm.parameterAsOutputLayer(self.parameters, name, self.context)
        return path or None

    def file_path(self, name: str) -> str | None:
        """Where a file output (a report) goes, ``None`` if it was not asked for."""
        path = self.algorithm.parameterAsFileOutput(self.parameters, name, self.context)
        return path or None

    def _title(self, name: str) -> str:
        return self.algorithm.parameterDefinition(name).description()

    def raster(self, name: str, band: int = 1) -> RasterSource | None:
        """A raster with the CRS that QGIS knows for it; ``None`` if it was not given."""
        if not self.has(name):
            return None
        layer = self.algorithm.parameterAsRasterLayer(self.parameters, name, self.context)
        return self._source(layer, name, self.parameters.get(name), band)

    def rasters(self, name: str) -> dict[str, RasterSource]:
        """The first band of each of several rasters by the layers' names; empty if none was given.

        Raises:
            CarbonBalanceError: one that cannot be read, or two of one name.
        """
        if not self.has(name):
            return {}
        layers = self.algorithm.parameterAsLayerList(self.parameters, name, self.context)
        given = self.parameters.get(name)
        if isinstance(given, list) and len(layers) < len(given):
            raise CarbonBalanceError(
                tr("{input}: only {count} of {given} rasters can be read.").format(
                    input=self._title(name), count=len(layers), given=len(given)
                )
            )
        sources = {layer.name(): self._source(layer, name, layer.source(), 1) for layer in layers}
        if len(sources) < len(layers):
            raise CarbonBalanceError(
                tr("{input}: two rasters have the same name; rename one.").format(input=self._title(name))
            )
        return sources

    def _source(self, layer, name: str, value: object, band: int) -> RasterSource:
        if layer is None or not layer.isValid():
            raise CarbonBalanceError(
                tr("{input}: {value} cannot be read as a raster.").format(input=self._title(name), value=value)
            )
        if layer.providerType() != "gdal":
            raise CarbonBalanceError(
                tr(
                    "{input}: {layer} comes from {provider}, a raster file is needed; save it as a GeoTIFF first."
                ).format(input=self._title(name), layer=layer.name(), provider=layer.providerType())
            )
        label = f'{self._title(name)} "{layer.name()}"'
        return RasterSource(layer.source(), label=label, band=band, crs_wkt=layer.crs().toWkt())

    def file_input(self, name: str) -> str | None:
        """The path of an input file, ``None`` if it was not given."""
        return self.algorithm.parameterAsFile(self.parameters, name, self.context) if self.has(name) else None

    def zones(self, name: str) -> Zones:
        """A layer of zones with all its columns.

        Raises:
            CarbonBalanceError: the layer has no features.
        """
        source = self.algorithm.parameterAsSource(self.parameters, name, self.context)
        if source is None:
            raise QgsProcessingException(self.algorithm.invalidSourceError(self.parameters, name))
        table, features = self._read(source, name)
        if not features:
            raise CarbonBalanceError(tr("{layer} has no features: zones are needed.").format(layer=table.label))
        return Zones(
            table,
            features,
            source.fields(),
            source.sourceCrs(),
            source.wkbType(),
            self.context.transformContext(),
            source.sourceName(),
        )

    def table(self, name: str, encoding: str = "") -> Table | None:
        """A table, from a layer or straight from a file; ``None`` if it was not given.

        Args:
            name: the parameter, of type feature source.
            encoding: of a CSV or DBF file, if it is not UTF-8.

        Raises:
            CarbonBalanceError: a text file that is not in the encoding, or a table without rows.
        """
        if not self.has(name):
            return None
        parameters = dict(self.parameters)
        layer = self.algorithm.parameterAsVectorLayer(self.parameters, name, self.context)
        recoded = ""
        if layer is not None and layer.providerType() == "ogr":
            path = Path(layer.source().split("|")[0])
            if path.suffix.lower() in TEXT_FILES and path.is_file():
                recoded = _recoded(path, encoding or "UTF-8", self._title(name))
                if encoding:
                    layer = QgsVectorLayer(recoded, path.stem, "ogr")
            elif encoding:
                layer = QgsVectorLayer(layer.source(), layer.name(), "ogr")
                layer.setProviderEncoding(encoding)
            if encoding:
                parameters[name] = layer
        try:
            source = self.algorithm.parameterAsSource(parameters, name, self.context)
            if source is None:
                raise QgsProcessingException(self.algorithm.invalidSourceError(self.parameters, name))
            table, features = self._read(source, name)
            if encoding and layer is not None:
                # A dialog offers the columns as they look in the wrong encoding: they are found by their place.
                shown = self.algorithm.parameterAsVectorLayer(self.parameters, name, self.context).fields().names()
                if len(shown) == len(table.fields):
                    table.aliases = {old: new for old, new in zip(shown, table.fields) if shown.count(old) == 1}
        finally:
            if recoded:
                gdal.Unlink(recoded)
        if not features:
            raise CarbonBalanceError(tr("{table} has no rows.").format(table=table.label))
        return table.with_header()

    def layer_tables(self, name: str) -> list[Table]:
        """The attributes of each layer of a multiple-layers parameter, in the order given.

        Raises:
            CarbonBalanceError: no layer, one that cannot be read, or one without rows.
        """
        layers = self.algorithm.parameterAsLayerList(self.parameters, name, self.context)
        if not layers:
            raise CarbonBalanceError(tr("{input}: no layer could be read.").format(input=self._title(name)))
        tables = []
        for layer in layers:
            rows = [_attributes(feature) for feature in layer.getFeatures()]
            label = f'{self._title(name)} "{layer.name()}"'
            if not rows:
                raise CarbonBalanceError(tr("{table} has no rows.").format(table=label))
            tables.append(Table(label, layer.fields().names(), rows))
        return tables

    def _read(self, source, name: str) -> tuple[Table, list[QgsFeature]]:
        # Outlines that cross themselves are repaired where areas are measured, and told.
        flags = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
        features = list(source.getFeatures(QgsFeatureRequest(), flags))
        rows = [_attributes(feature) for feature in features]
        return Table(f'{self._title(name)} "{source.sourceName()}"', source.fields().names(), rows), features


def read_zones(path: Path, context) -> Zones:
    """The features of a bundled file as zones."""
    layer = QgsVectorLayer(str(path), path.stem, "ogr")
    features = list(layer.getFeatures())
    rows = [_attributes(feature) for feature in features]
    table = Table(f'"{path.name}"', layer.fields().names(), rows)
    return Zones(
        table, features, layer.fields(), layer.crs(), layer.wkbType(), context.transformContext(), layer.name()
    )


def _attributes(feature: QgsFeature) -> list[object]:
    return [None if is_null(value) else value for value in feature.attributes()]


def _ellipsoid(crs: QgsCoordinateReferenceSystem) -> str:
    """The name of a CRS's ellipsoid. QGIS measures NaN by one that is given by its axes, as that of a CRS without a
    number often is, so the named one with those axes is taken."""
    acronym = crs.ellipsoidAcronym()
    if not acronym.startswith("PARAMETER:"):
        return acronym
    own = QgsEllipsoidUtils.ellipsoidParameters(acronym)
    for known in QgsEllipsoidUtils.definitions():
        axes = known.parameters
        if abs(axes.semiMajor - own.semiMajor) < 1e-3 and abs(axes.semiMinor - own.semiMinor) < 1e-3:
            return known.acronym
    return acronym


def _recoded(path: Path, encoding: str, title: str) -> str:
    """A copy of a text file in GDAL's memory, in UTF-8; refuses bytes that the encoding does not have."""
    try:
        text = path.read_bytes().decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise CarbonBalanceError(
            tr("{input}: {file} is not in {encoding}: choose the encoding it is in, such as GBK or GB18030.").format(
                input=title, file=path.name, encoding=encoding
            )
        ) from None
    copy = f"/vsimem/carbon_balance_{uuid.uuid4().hex}/{path.name}"
    gdal.FileFromMemBuffer(copy, text.encode("utf-8"))
    return copy
