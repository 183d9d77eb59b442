"""Reading of raster parameters."""

from __future__ import annotations

from osgeo import gdal

from ....core.raster.pictures import check_no_picture, warn_of_classes_as_alpha
from ....core.raster.placing import need_place, warn_of_place
from ....core.raster.source import RasterSource
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from .values import GivenValues


class GivenRasters(GivenValues):
    """The parameters of a run with rasters of core.

    Every raster of a run is read here; rasters without valid location or cell size are refused.
    """

    def raster(self, name: str, band: int = 1, classes: bool = False) -> RasterSource | None:
        """A raster with the CRS known to QGIS, ``None`` if not given; one of ``classes`` must not be a picture."""
        if not self.has(name):
            return None
        layer = self.algorithm.parameterAsRasterLayer(self.parameters, name, self.context)
        source = self._source(layer, name, self.parameters.get(name), band, classes)
        if source.grid.crs_wkt not in self._warned_crs:
            # Several rasters in the same CRS are reported once.
            self._warned_crs.add(source.grid.crs_wkt)
            warn_of_place(source.grid, source.name, self.log)
        return source

    def rasters(self, name: str, classes: bool = False, stack: bool = False) -> dict[str, RasterSource]:
        """The first bands of several rasters by layer name; empty if none is given. See :meth:`raster`.

        Further bands are warned of, except where ``stack`` says that the bands of a single raster are all read.

        Raises:
            CarbonBalanceError: a raster cannot be read, or two have the same name.
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
        sources = {layer.name(): self._source(layer, name, layer.source(), 1, classes) for layer in layers}
        if len(sources) < len(layers):
            raise CarbonBalanceError(
                tr("{input}: two rasters have the same name; rename one.").format(input=self.title(name))
            )
        if not (stack and len(sources) == 1):
            for source in sources.values():
                self._warn_of_bands(source)
        return sources

    def _warn_of_bands(self, source: RasterSource) -> None:
        """Warn of further bands, such as a stack of all drivers or dates given as one raster: they are not read."""
        try:
            dataset = source.dataset()
            marks = [dataset.GetRasterBand(each + 1).GetColorInterpretation() for each in range(dataset.RasterCount)]
        finally:
            source.close()
        count = sum(mark != gdal.GCI_AlphaBand for mark in marks)
        if count > 1:
            self.log.warn(
                tr(
                    "{raster} has {count} bands, of which only band 1 is read; if the others are meant too, give each "
                    "as a raster of its own."
                ).format(raster=source.name, count=count)
            )

    def _source(self, layer, name: str, value: object, band: int, classes: bool) -> RasterSource:
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
        if classes:
            # A picture has no place either, as a rule: that it is a picture is what to know first.
            check_no_picture(source, self.log)
        warn_of_classes_as_alpha(source, self.log)
        need_place(source.grid, label)
        return source
