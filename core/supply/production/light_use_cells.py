"""NPP by light use of the cells of a block: rasters of NDVI and radiation with a land cover of vegetation types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...land_cover.keys import value_of_keys
from ...raster.blocks import Block
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from .light_use import light_use_npp
from .scaled_raster import ScaledRaster
from .vegetation import VegetationTable, need_ndvi
from .year_findings import YearFindings

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

    def of_block(self, block: Block, found: YearFindings) -> Callable[[slice, np.ndarray, np.ndarray], np.ndarray]:
        """Read a block; returns a function of rows, temperature and precipitation (months, rows, columns).

        The function gives the NPP of the year of these rows, g C/m2, float32, NaN where unknown; ``found`` receives
        the sums of the cells.
        """
        keys = self.cover.read(block)
        table = self.vegetation
        cells_of_keys = keys.count()
        there = np.flatnonzero(keys.valid & (cells_of_keys > 0))
        by_class = Counter({int(keys.codes[key]): int(cells_of_keys[key]) for key in there})
        found.covered += sum(by_class.values())
        listed_codes = set(table.codes.tolist())
        found.without += Counter({code: cells for code, cells in by_class.items() if code not in listed_codes})
        of_keys = [
            value_of_keys(keys, table.codes, values.astype(np.float32), np.nan)
            for values in (table.efficiency, table.least, table.most)
        ]
        green, sun = ([each.of_block(block) for each in given] for given in (self.ndvi, self.radiation))

        def of_rows(rows: slice, temperature_c: np.ndarray, precipitation_mm: np.ndarray) -> np.ndarray:
            ndvi, light = (np.stack([values(rows) for values in months]) for months in (green, sun))
            self._check(ndvi, light)
            cells = keys.array[rows]
            npp = light_use_npp(ndvi, light, temperature_c, precipitation_mm, [each[cells] for each in of_keys])
            found.add_light(ndvi, light, npp)
            return npp

        return of_rows

    def _check(self, ndvi: np.ndarray, light: np.ndarray) -> None:
        """Refuse values that no month has, with the first raster that has one."""
        for raster, values in zip(self.ndvi, ndvi):
            need_ndvi(raster, values)
        lowest, highest = np.fmin.reduce(light, axis=None), np.fmax.reduce(light, axis=None)
        # NaN, where all is unknown, is neither.
        if not (lowest < 0 or highest > _MOST_MJ_M2):
            return
        value = float(lowest if lowest < 0 else highest)
        month = int(np.flatnonzero((light == np.float32(value)).any(axis=(1, 2)))[0])
        raise CarbonBalanceError(
            tr(
                "{raster} contains a radiation of {value:g} MJ/m2 a month, which does not occur: choose its unit "
                "(RADIATION_UNIT), or declare nodata values."
            ).format(raster=self.radiation[month].source.name, value=value)
        )

    def warn(self, found: YearFindings, log: Log) -> None:
        """Warnings from the sums of all cells."""
        first = self.ndvi[0]
        found.tell_classes_without(self.cover.source.name, self.vegetation.label, log)
        found.warn_of_sun(self.radiation[0].source.name, log)
        found.warn_of_ndvi(first.source.name, first.factor, first.offset, log)
