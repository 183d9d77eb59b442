"""Net ecosystem production (NEP) of cells: net primary production less heterotrophic respiration.

NEP = NPP - Rh. If Rh is not given, it is computed from mean temperature T (degC) and precipitation R (mm) of each
month: Rh = 0.22 [exp(0.0912 T) + ln(0.3145 R + 1)] x 30 x 46.5 %, g C/m2 a month (Pei et al. 2010, alpine steppe of the
    Tibetan Plateau). The formula is not linear in T and R, so that it applies to single months only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...options.supply import NPP_UNITS
from ...raster.blocks import BLOCK_CELLS, Block, blocks, rows_at_once
from ...raster.grid import Grid
from ...raster.writing.block_output import BlockResult
from ...raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ...runtime.errors import CarbonBalanceError
from ...runtime.figures import Figure
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from .light_use_cells import LightUse
from .scaled_raster import ScaledRaster
from .year_findings import YearFindings

MONTHS = 12
# Temperatures outside this range (degC) must have another unit.
_COLDEST, _HOTTEST = -70.0, 60.0
_G_M2_PER_T_HA = 100.0


def monthly_rh(temperature_c: np.ndarray, precipitation_mm: np.ndarray) -> np.ndarray:
    """Heterotrophic respiration of a month, g C/m2 (any shape), in the type of the inputs.

    Args:
        temperature_c: monthly mean, degC.
        precipitation_mm: monthly sum, mm, at least 0.
    """
    warmth = np.exp(temperature_c * temperature_c.dtype.type(0.0912))
    wetness = np.log(precipitation_mm * precipitation_mm.dtype.type(0.3145) + 1)
    return (warmth + wetness) * temperature_c.dtype.type(0.22 * 30 * 0.465)


@dataclass(frozen=True)
class ProductionInputs:
    """The inputs of NEP, all on one grid.

    Attributes:
        npp: one annual or twelve monthly rasters, g C/m2; empty if it follows from light use.
        rh: the same for Rh, g C/m2; empty if it is computed from the climate.
        temperature: twelve rasters, degC; empty if neither Rh nor NPP follows from the climate.
        precipitation: twelve rasters, mm; likewise.
        light: what NPP by light use needs besides the climate, ``None`` if ``npp`` is given.
    """

    npp: Sequence[ScaledRaster] = ()
    rh: Sequence[ScaledRaster] = ()
    temperature: Sequence[ScaledRaster] = ()
    precipitation: Sequence[ScaledRaster] = ()
    light: LightUse | None = None


@dataclass
class ProductionSums:
    """Sums over the cells with all inputs, t C a year and hectares."""

    npp_t: float = 0.0
    rh_t: float = 0.0
    area_ha: float = 0.0
    sink_ha: float = 0.0
    cells: int = 0
    lacking: int = 0
    year: YearFindings = field(default_factory=YearFindings)

    @property
    def nep_t(self) -> float:
        """NEP = NPP - Rh, t C a year."""
        return self.npp_t - self.rh_t

    @property
    def mean_g_m2(self) -> float:
        """Mean NEP, g C/m2 a year; NaN without cells."""
        return self.nep_t / self.area_ha * _G_M2_PER_T_HA if self.area_ha > 0 else float("nan")

    def add(self, other: ProductionSums) -> None:
        """Add the sums of another part."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def npp_factor(unit: str, scale: float) -> float:
    """The factor from stored values to g C/m2.

    Args:
        unit: one of ``NPP_UNITS``.
        scale: scale stated by the band; 1 for none. The scale of MOD17 is applied if the band does not state one.
    """
    per_unit, stored = NPP_UNITS[unit]
    return per_unit * (scale if scale != 1 else stored)


def need_months(count: int, what: str) -> None:
    """Require twelve rasters for the monthly formulas.

    Raises:
        CarbonBalanceError: another number of rasters.
    """
    if count != MONTHS:
        raise CarbonBalanceError(
            tr(
                "{what}: {count} raster(s) or band(s) are given, but the formulas need 12, one a month: they hold for "
                "the values of a month and are not linear, so that values of a year give a wrong sum."
            ).format(what=what, count=count)
        )


def need_year(count: int, what: str) -> None:
    """Require one raster (annual) or twelve (monthly).

    Raises:
        CarbonBalanceError: another number of rasters.
    """
    if count not in (1, MONTHS):
        raise CarbonBalanceError(
            tr(
                "{what}: {count} raster(s) or band(s) are given; give 1 with the sum of the year, or 12 of months."
            ).format(what=what, count=count)
        )


class _ProductionOfBlock:
    """The function for a block: the cells to write and the sums."""

    def __init__(self, inputs: ProductionInputs, grid: Grid, parts: dict) -> None:
        self.inputs, self.grid, self.parts = inputs, grid, parts

    def __call__(self, block: Block) -> tuple[dict[str, BlockResult], ProductionSums]:
        shape, found = (block.height, block.width), YearFindings()
        npp, rh = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._sum(self.inputs.npp, block, npp)
        self._sum(self.inputs.rh, block, rh)
        if self.inputs.light is not None:
            npp[:] = self._by_light(self.inputs.light, block, rh, found)
        # One month at a time, so that at most two inputs are in memory.
        months = zip(self.inputs.temperature, self.inputs.precipitation) if self.inputs.light is None else ()
        for temperature, precipitation in months:
            warm, wet = temperature.of_block(block), precipitation.of_block(block)
            for rows in rows_at_once(block):
                t, r = warm(rows), wet(rows)
                self._check(t, r, temperature, precipitation)
                found.add_rain(r)
                rh[rows] += monthly_rh(t, r)
        area = self.grid.row_cell_area_ha()[block.row : block.row + block.height]
        sums, made = ProductionSums(year=found), {}
        nep = npp - rh
        for rows in rows_at_once(block):
            known = np.isfinite(nep[rows])
            by_row = np.count_nonzero(known, axis=1)
            sums.add(
                ProductionSums(
                    npp_t=float(npp[rows].sum(axis=1, where=known, dtype=np.float64) @ area[rows]) / _G_M2_PER_T_HA,
                    rh_t=float(rh[rows].sum(axis=1, where=known, dtype=np.float64) @ area[rows]) / _G_M2_PER_T_HA,
                    area_ha=float(by_row @ area[rows]),
                    sink_ha=float(np.count_nonzero(nep[rows] > 0, axis=1) @ area[rows]),
                    cells=int(by_row.sum()),
                    lacking=int(np.count_nonzero(np.isfinite(npp[rows]) & ~known)),
                )
            )
            for values in (nep, rh, npp):
                values[rows][~known] = FLOAT_NODATA
        for name, values in (("nep", nep), ("rh", rh), ("npp", npp)):
            if name in self.parts:
                made[name] = self.parts[name].put(block, values)
        return made, sums

    def _by_light(self, light: LightUse, block: Block, rh: np.ndarray, found: YearFindings) -> np.ndarray:
        """NPP by light use, and ``rh`` if it is not given; all months at once, because they depend on each other."""
        inputs, npp_of, npp = self.inputs, light.of_block(block, found), np.empty_like(rh)
        warm, wet = ([each.of_block(block) for each in given] for given in (inputs.temperature, inputs.precipitation))
        for rows in rows_at_once(block):
            t, r = (np.stack([values(rows) for values in months]) for months in (warm, wet))
            for month, rasters in enumerate(zip(inputs.temperature, inputs.precipitation)):
                self._check(t[month], r[month], *rasters)
            found.add_rain(r)
            npp[rows] = npp_of(rows, t, r)
            if not inputs.rh:
                rh[rows] = monthly_rh(t, r).sum(axis=0)
        return npp

    @staticmethod
    def _sum(rasters: Sequence[ScaledRaster], block: Block, total: np.ndarray) -> None:
        for raster in rasters:
            values = raster.of_block(block)
            for rows in rows_at_once(block):
                total[rows] += values(rows)

    @staticmethod
    def _check(t: np.ndarray, r: np.ndarray, temperature: ScaledRaster, precipitation: ScaledRaster) -> None:
        coldest, hottest = np.fmin.reduce(t, axis=None), np.fmax.reduce(t, axis=None)
        if coldest < _COLDEST or hottest > _HOTTEST:
            value = coldest if coldest < _COLDEST else hottest
            raise CarbonBalanceError(
                tr(
                    "{raster} contains {value:g} degC, which is impossible as a monthly mean: choose the unit of the "
                    "temperature (TEMPERATURE_UNIT), or declare nodata values."
                ).format(raster=temperature.source.name, value=float(value))
            )
        driest = np.fmin.reduce(r, axis=None)
        if driest < 0:
            raise CarbonBalanceError(
                tr("{raster} contains {value:g} mm: precipitation must be at least 0; declare nodata values.").format(
                    raster=precipitation.source.name, value=float(driest)
                )
            )


def net_production(
    inputs: ProductionInputs, grid: Grid, staged: dict[str, StagedRaster], log: Log, workers: int = WORKERS
) -> ProductionSums:
    """Compute NEP and Rh of every cell in one pass.

    Args:
        inputs: the inputs, on ``grid``.
        grid: grid of the result.
        staged: rasters to write, float32 with ``FLOAT_NODATA``, g C/m2 a year: "nep", "rh" and "npp", all optional.
        log: progress, cancellation and notes.
        workers: number of threads.

    Raises:
        CarbonBalanceError: no cell has all inputs, or an impossible temperature or precipitation.
        Cancelled: the user stopped the run.
    """
    total = ProductionSums()
    with completed(staged.values(), log):
        # By light use, all rasters of a block are in memory together.
        todo = blocks(grid.width, grid.height, BLOCK_CELLS if inputs.light is None else BLOCK_CELLS // 8)
        work = _ProductionOfBlock(inputs, grid, {name: raster.parts for name, raster in staged.items()})
        for block, (made, sums) in map_in_order(work, todo, log, len(todo), workers):
            for name, values in made.items():
                staged[name].write(block, values)
            total.add(sums)
        if inputs.precipitation:
            total.year.warn_of_rain(inputs.precipitation[0].source.name, log)
        if inputs.light is not None:
            inputs.light.warn(total.year, log)
        if not total.cells:
            raise CarbonBalanceError(
                tr("No cell has all inputs: check that the rasters cover the same area, and check their nodata values.")
            )
    log.info(
        tr(
            "NPP {npp:,.0f} t C - Rh {rh:,.0f} t C = NEP {nep:,.0f} t C a year on {area:,.2f} ha, {mean:,.4g} g C/m2 "
            "on average."
        ).format(
            npp=Figure(total.npp_t),
            rh=Figure(total.rh_t),
            nep=Figure(total.nep_t),
            area=Figure(total.area_ha),
            mean=total.mean_g_m2,
        )
    )
    if total.lacking:
        log.info(
            tr("{cells:,} cells have NPP but lack another input: they are set to nodata.").format(cells=total.lacking)
        )
    return total
