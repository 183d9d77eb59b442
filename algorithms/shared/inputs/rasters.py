"""Rasters as the user gave them."""

from __future__ import annotations

from ....core.raster.placing import need_place, warn_of_place
from ....core.raster.source import RasterSource
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from .values import GivenValues


class GivenRasters(GivenValues):
    """What the user gave, with its rasters as core's.

    Every raster of a run comes through here: one whose cells lie nowhere, or have no known size, goes no further.
    """

    def raster(self, name: str, band: int = 1) -> RasterSource | None:
        """A raster with the CRS that QGIS knows for it; ``None`` if it was not given."""
        if not self.has(name):
            return None
        layer = self.algorithm.parameterAsRasterLayer(self.parameters, name, self.context)
        source = self._source(layer, name, self.parameters.get(name), band)
        if source.grid.crs_wkt not in self._warned_crs:
            # Several rasters in one CRS are reported once.
            self._warned_crs.add(source.grid.crs_wkt)
            warn_of_place(source.grid, source.name, self.log)
        return source

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
                    input=self.title(name), count=len(layers), given=len(given)
                )
            )
        sources = {layer.name(): self._source(layer, name, layer.source(), 1) for layer in layers}
        if len(sources) < len(layers):
            raise CarbonBalanceError(
                tr("{input}: two rasters have the same name; rename one.").format(input=self.title(name))
            )
        return sources

    def _source(self, layer, name: str, value: object, band: int) -> RasterSource:
        if layer is None or not layer.isValid():
            raise CarbonBalanceError(
                tr("{input}: {value} cannot be read as a raster.").format(input=self.title(name), value=value)
            )
        if layer.providerType() != "gdal":
            raise CarbonBalanceError(
                tr(
                    "{input}: {layer} comes from {provider}, but a raster file is needed; save it as a GeoTIFF first."
                ).format(input=self.title(name), layer=layer.name(), provider=layer.providerType())
            )
        label = f'{self.title(name)} "{layer.name()}"'
        source = RasterSource(layer.source(), label=label, band=band, crs_wkt=layer.crs().toWkt())
        need_place(source.grid, label)
        return source
