"""Reading what the user gave: the one place where QGIS layers become core's tables and rasters."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsVectorLayer,
)

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from ....core.tables.table import Table
from .rasters import GivenRasters
from .text_files import SUFFIXES, forget, recoded
from .zones import Zones, attributes_of


class Given(GivenRasters):
    """What the user gave to one run of an algorithm: values, rasters, and here zones and tables."""

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
        copy = ""
        if layer is not None and layer.providerType() == "ogr":
            path = Path(layer.source().split("|")[0])
            if path.suffix.lower() in SUFFIXES and path.is_file():
                copy = recoded(path, encoding or "UTF-8", self.title(name))
                if encoding:
                    layer = QgsVectorLayer(copy, path.stem, "ogr")
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
            if copy:
                forget(copy)
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
            raise CarbonBalanceError(tr("{input}: no layer could be read.").format(input=self.title(name)))
        tables = []
        for layer in layers:
            rows = [attributes_of(feature) for feature in layer.getFeatures()]
            label = f'{self.title(name)} "{layer.name()}"'
            if not rows:
                raise CarbonBalanceError(tr("{table} has no rows.").format(table=label))
            tables.append(Table(label, layer.fields().names(), rows))
        return tables

    def _read(self, source, name: str) -> tuple[Table, list[QgsFeature]]:
        # Outlines that cross themselves are repaired where areas are measured, and told.
        flags = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
        features = list(source.getFeatures(QgsFeatureRequest(), flags))
        rows = [attributes_of(feature) for feature in features]
        return Table(f'{self.title(name)} "{source.sourceName()}"', source.fields().names(), rows), features
