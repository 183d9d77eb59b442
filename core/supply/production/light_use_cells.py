"""NPP by light use of the cells of a block: rasters of NDVI and radiation with a land cover of vegetation types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...land_cover.keys import value_of_keys
from ...raster.blocks import Block
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from .light_use import light_use_npp
from .scaled_raster import ScaledRaster
from .vegetation import VegetationTable

# Above the atmosphere no month has more than 1,400 MJ/m2.
_MOST_MJ_M2 = 1500.0


@dataclass(frozen=True)
class LightUse:
    """What NPP by light use needs besides temperature and precipitation, all on one grid.

    Attributes:
        ndvi: twelve rasters, from -1 to 1.
        radiation: twelve rasters of total solar radiation, MJ/m2 a month.
        cover: land cover with the codes of ``vegetation``; cells of other codes have no NPP.
        vegetation: parameters by class; classes with unknown limits of NDVI have no NPP.
    """

    ndvi: Sequence[ScaledRaster]
    radiation: Sequence[ScaledRaster]
    cover: LandCover
    vegetation: VegetationTable

    def of_block(self, block: Block) -> Callable[[slice, np.ndarray, np.ndarray], np.ndarray]:
        """Read a block; returns a function of rows, temperature and precipitation (months, rows, columns).

        The function gives the NPP of the year of these rows, g C/m2, float32, NaN where unknown.
        """
        keys = self.cover.read(block)
        table = self.vegetation
        of_keys = [
            value_of_keys(keys, table.codes, values.astype(np.float32), np.nan)
            for values in (table.efficiency, table.least, table.most)
        ]
        green, sun = ([each.of_block(block) for each in given] for given in (self.ndvi, self.radiation))

        def of_rows(rows: slice, temperature_c: np.ndarray, precipitation_mm: np.ndarray) -> np.ndarray:
            ndvi, light = (np.stack([values(rows) for values in months]) for months in (green, sun))
            self._check(ndvi, light)
            cells = keys.array[rows]
            return light_use_npp(ndvi, light, temperature_c, precipitation_mm, [each[cells] for each in of_keys])

        return of_rows

    def _check(self, ndvi: np.ndarray, light: np.ndarray) -> None:
        """Refuse values that no month has, with the first raster that has one."""
        for months, rasters, least, most in ((ndvi, self.ndvi, -1.0, 1.0), (light, self.radiation, 0.0, _MOST_MJ_M2)):
            lowest, highest = np.fmin.reduce(months, axis=None), np.fmax.reduce(months, axis=None)
            # NaN, where all is unknown, is neither.
            if not (lowest < least or highest > most):
                continue
            value = float(lowest if lowest < least else highest)
            month = int(np.flatnonzero((months == np.float32(value)).any(axis=(1, 2)))[0])
            raise CarbonBalanceError(
                (
                    tr("{raster} contains an NDVI of {value:g}: choose its unit (NDVI_UNIT), or declare nodata values.")
                    if months is ndvi
                    else tr(
                        "{raster} contains a radiation of {value:g} MJ/m2 a month, which does not occur: choose its "
                        "unit (RADIATION_UNIT), or declare nodata values."
                    )
                ).format(raster=rasters[month].source.name, value=value)
            )
