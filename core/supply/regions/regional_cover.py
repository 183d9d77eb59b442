"""A land cover whose classes are those of each pool region, so that all tables and rasters follow from its codes.

The code of a cell becomes region x step + class code, where the step is the power of ten above all class codes: with
two digits of classes, class 2 in region 45 is 4502. Areas, transitions, change and uncertainty need nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...land_cover.keys import Keys, join_keys
from ...raster.blocks import Block, blocks
from ...raster.source import RasterSource
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import map_in_order
from .regional_table import RegionalTables


@dataclass(frozen=True)
class PoolRegions:
    """Where pool regions lie.

    Attributes:
        source: raster of region numbers, on any grid.
        tables: the pool tables of the regions.
    """

    source: RasterSource
    tables: RegionalTables

    def on(self, cover: LandCover) -> RegionalLandCover:
        """A land cover with the classes of each region."""
        return RegionalLandCover(cover, self)

    def log_left_out(self, cover: LandCover, log: Log, by_zones: bool) -> None:
        """Tell of land without a pool region, which counts as no data; a warning unless zones name the regions.

        Raises:
            CarbonBalanceError: no land has a region.
        """
        land_ha, without_ha = self._land(cover, log)
        if without_ha <= 0:
            return
        if without_ha >= land_ha:
            raise CarbonBalanceError(
                tr("No land of {raster} lies in a pool region of {regions}: check their CRSs and extents.").format(
                    raster=cover.source.name, regions=self.source.name
                )
            )
        (log.info if by_zones else log.warn)(
            tr("{area:,.6g} ha of {raster} have no pool region in {regions} and count as no data.").format(
                area=without_ha, raster=cover.source.name, regions=self.source.name
            )
        )

    def _land(self, cover: LandCover, log: Log) -> tuple[float, float]:
        """Land of a land cover, and that of it without a region, ha."""
        grid = cover.source.grid
        row_ha, numbers = grid.row_cell_area_ha(), LandCover(self.source.on_grid(grid, target=cover.source.name))

        def work(block: Block) -> np.ndarray:
            keys = join_keys(cover.read(block), numbers.read(block))
            own_ha = row_ha[block.row : block.row + block.height]
            kinds = (keys.valid[:, 0], keys.valid[:, 0] & ~keys.valid[:, 1])
            return np.array([keys.look_up(kind).sum(axis=1) @ own_ha for kind in kinds])

        parts = blocks(grid.width, grid.height)
        found = np.sum([each for _, each in map_in_order(work, parts, log, len(parts))], axis=0)
        return float(found[0]), float(found[1])


class RegionalLandCover(LandCover):
    """A land cover read with the classes of each pool region.

    Args:
        cover: the land cover.
        regions: of its cells; where there is none, a cell is not valid.
    """

    codes_are_made = True

    def __init__(self, cover: LandCover, regions: PoolRegions) -> None:
        super().__init__(cover.source, cover.nodata_codes)
        self.regions = regions
        self.numbers = LandCover(regions.source.on_grid(cover.source.grid, target=cover.source.name))

    def with_source(self, source: RasterSource) -> RegionalLandCover:
        """The same on other cells."""
        return RegionalLandCover(LandCover(source, self.nodata_codes), self.regions)

    def read(self, block: Block) -> Keys:
        """The cells of a block as keys of class and region.

        Raises:
            CarbonBalanceError: land in a region, or of a class code, that no pool table can have.
        """
        tables = self.regions.tables
        keys = join_keys(super().read(block), self.numbers.read(block))
        own, region = keys.codes.T
        valid = keys.valid.all(axis=1)
        held = valid & (keys.count() > 0)
        unknown = held & ~np.isin(region, tables.numbers)
        if unknown.any():
            raise CarbonBalanceError(
                tr("{regions} has region {region}, which has no rows in {table}; it has {known}.").format(
                    regions=self.regions.source.name,
                    region=int(region[unknown][0]),
                    table=tables.label,
                    known=listed(tables.numbers.tolist()),
                )
            )
        beyond = (own < 0) | (own >= tables.step)
        if (held & beyond).any():
            raise CarbonBalanceError(
                tr("{raster} has class code(s) without a row in {table}: {items}; {advice}").format(
                    raster=self.source.name,
                    table=tables.label,
                    items=int(own[held & beyond][0]),
                    advice=tr("add rows for them, or declare those that mean no data (NODATA_CODES)."),
                )
            )
        valid &= ~beyond & np.isin(region, tables.numbers)
        return Keys(keys.array, region * tables.step + own, valid)


def burnt(
    outlines: Sequence[bytes | None], numbers: Sequence[int], cover: LandCover, path: str, label: str
) -> RasterSource:
    """A raster of the numbers of zones on the cells of a land cover: those of the zone that holds a cell's centre.

    Cells that zones only touch get the number of one of these, so that the land of no zone is left without.

    Args:
        outlines: WKB in the land cover's CRS.
        numbers: of the zones, from 1.
        cover: whose cells are filled.
        path: of the GeoTIFF to write.
        label: how messages call it.
    """
    from osgeo import gdal, ogr

    from ...raster.writing.creation_options import creation_options

    grid = cover.source.grid
    options = creation_options()
    raster = gdal.GetDriverByName("GTiff").Create(path, grid.width, grid.height, 1, gdal.GDT_UInt16, options)
    raster.SetGeoTransform(grid.geotransform)
    raster.SetProjection(grid.crs_wkt)
    raster.GetRasterBand(1).SetNoDataValue(0)
    layers = ogr.GetDriverByName("Memory").CreateDataSource("zones")
    layer = layers.CreateLayer("zones", raster.GetSpatialRef(), ogr.wkbMultiPolygon)
    layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
    for outline, number in zip(outlines, numbers):
        if outline is None:
            continue
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("number", int(number))
        feature.SetGeometry(ogr.CreateGeometryFromWkb(outline))
        layer.CreateFeature(feature)
    for touched in ("TRUE", "FALSE"):
        gdal.RasterizeLayer(raster, [1], layer, options=["ATTRIBUTE=number", f"ALL_TOUCHED={touched}"])
    del layer, layers, raster
    return RasterSource(path, label)
