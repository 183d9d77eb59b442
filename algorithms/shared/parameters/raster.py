"""Parameters of algorithms that read and write quantity rasters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingParameterBand,
    QgsProcessingParameterCrs,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ....core.options.raster import COMPRESSIONS
from ....core.runtime.errors import listed
from ....core.runtime.i18n import tr
from .common import choice, real

if TYPE_CHECKING:
    from ....core.raster.grid import Grid
    from ....core.raster.source import RasterSource
    from ..inputs.given import Given
    from ..inputs.zones import Zones

CELL_SIZE, GRID_CRS, COMPRESSION = "CELL_SIZE", "GRID_CRS", "COMPRESSION"


def add_raster(algorithm, name: str, title: str, help_text: str, optional: bool = False) -> None:
    """Add a raster and its band, ``name_BAND``."""
    algorithm.add(QgsProcessingParameterRasterLayer(name, title, optional=optional), help_text)
    algorithm.add(
        QgsProcessingParameterBand(
            f"{name}_BAND",
            tr("{what}: band").format(what=title),
            defaultValue=1,
            parentLayerParameterName=name,
            optional=True,
        ),
        tr("The band with the values."),
        advanced=True,
    )


def raster_in(given: Given, name: str) -> RasterSource | None:
    """The raster with its band; ``None`` if not given."""
    return given.raster(name, given.integer(f"{name}_BAND") or 1)


def quantity_raster(given: Given, name: str, non_negative: bool = True) -> RasterSource | None:
    """Like :func:`raster_in`, with nodata values applied; other suspicious values are warned of or refused."""
    source = raster_in(given, name)
    return None if source is None else checked(given, source, non_negative)


def scaled_raster(given: Given, name: str) -> RasterSource | None:
    """Like :func:`quantity_raster`, with the scale and offset that the band states."""
    source = raster_in(given, name)
    return None if source is None else _scaled(given, source, True)


def scaled_rasters(given: Given, name: str) -> dict[str, RasterSource]:
    """Several rasters by layer name, see :func:`scaled_raster`."""
    return {title: _scaled(given, source) for title, source in given.rasters(name).items()}


def stored_rasters(given: Given, name: str) -> dict[str, RasterSource]:
    """Several rasters by layer name as stored numbers, for networks that were trained on such; warns of bands that
    state a scale or an offset."""
    from ....core.raster.warping.scaling import scale_of

    sources = given.rasters(name)
    stated = [source.name for source in sources.values() if scale_of(source) != (1, 0)]
    if stated:
        given.log.warn(
            tr(
                "The saved network is of an earlier version, which learned from stored numbers: {rasters} state a "
                "scale or an offset, which are not applied. The result is correct only if the drivers in training "
                "stated the same; otherwise train and save the network again."
            ).format(rasters=listed(stated))
        )
    return {title: checked(given, source) for title, source in sources.items()}


def _scaled(given: Given, source: RasterSource, non_negative: bool = False) -> RasterSource:
    from ....core.raster.warping.scaling import as_stated, scale_of

    scale, offset = scale_of(source)
    # With an offset, the stored numbers of a quantity that is not negative may be.
    return as_stated(checked(given, source, non_negative and not offset), scale, offset, given.log)


def quantity_rasters(given: Given, name: str) -> dict[str, RasterSource]:
    """Several quantity rasters by layer name, see :func:`quantity_raster`."""
    return {title: checked(given, source) for title, source in given.rasters(name).items()}


def checked(given: Given, source: RasterSource, non_negative: bool = False) -> RasterSource:
    """``source`` with nodata values applied.

    Raises:
        CarbonBalanceError: values that can only be undeclared nodata.
    """
    from ....core.raster.unmarked.marking import with_nodata
    from ....core.raster.unmarked.rasters import check_unmarked
    from ..inputs.unmarked import nodata_values

    source = with_nodata(source, nodata_values(given))
    check_unmarked(source, given.log, non_negative)
    return source


def add_cell_size(algorithm) -> None:
    """Add the cell size and CRS of the result, if different from those of an input raster."""
    algorithm.add(
        real(CELL_SIZE, tr("Cell size"), least=0),
        tr(
            "For cells of a different size than those of the raster, such as 1000 for 1 km: the grid then covers the "
            "zones or the raster, with its borders at multiples of the cell size. In units of the CRS of the grid."
        ),
    )
    algorithm.add(
        QgsProcessingParameterCrs(GRID_CRS, tr("CRS of the cells"), optional=True),
        tr("Only with a cell size: a projected CRS, preferably equal-area. If empty, the CRS of the raster."),
        when={CELL_SIZE: True},
    )


def grid_in(given: Given, source: RasterSource, zones: Zones | None) -> Grid:
    """The grid of ``source``; with a cell size, a grid over the zones, or over the raster without zones."""

    from ....core.raster.gridding import bounds_of_grid, bounds_of_outlines, grid_over
    from ....core.raster.placing import warn_of_area_error

    cell = given.number(CELL_SIZE)
    if not cell:
        return source.grid
    crs = given.algorithm.parameterAsCrs(given.parameters, GRID_CRS, given.context)
    wkt = crs.toWkt() if crs.isValid() else source.grid.crs_wkt
    bounds = bounds_of_outlines(zones.outlines(wkt)) if zones else None
    grid = grid_over(bounds or bounds_of_grid(source.grid, wkt, source.name), cell, wkt)
    warn_of_area_error(grid, given.title(GRID_CRS), given.log)
    return grid


def add_compression(algorithm) -> None:
    """Add the compression of rasters."""
    algorithm.add(
        choice(COMPRESSION, tr("Compression"), list(COMPRESSIONS), "DEFLATE"),
        tr(
            "DEFLATE can be opened everywhere; ZSTD is faster and smaller, but ArcGIS and older programs may not read "
            "it."
        ),
        advanced=True,
    )


def add_raster_output(algorithm, name: str, title: str, help_text: str, optional: bool = False) -> None:
    """Add an output raster; optional ones are created only if requested."""
    algorithm.add(
        QgsProcessingParameterRasterDestination(name, title, optional=optional, createByDefault=not optional), help_text
    )
