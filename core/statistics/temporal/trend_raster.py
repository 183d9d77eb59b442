"""Cell-by-cell trends of a stack of rasters, in one pass over blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...raster.blocks import BLOCK_CELLS, TILE, Block, blocks
from ...raster.grid import Grid
from ...raster.source import RasterSource
from ...raster.warping.alignment import moved_onto
from ...raster.writing.creation_options import creation_options
from ...raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from .hurst import FEWEST_DATES_HURST, hurst_exponent, hurst_without_memory
from .odd_dates import same_values, warn_of_copies, warn_of_other_units
from .trend import DATES_FOR_NORMAL, FEWEST_DATES, trend

HIGHLY, SIGNIFICANT = 0.01, 0.05
NO_TREND_DATA = 0
# Fewer cells with one value at every date may be water or rock.
_BACKGROUND_SHARE, _BACKGROUND_CELLS, _MOST_VALUES = 0.01, 20, 1000
_CELLS_APART = 8
FELL_HIGHLY, FELL, NO_TREND, ROSE, ROSE_HIGHLY = 1, 2, 3, 4, 5
SLOPE_BAND, TREND_CLASS_BAND, HURST_BAND = "trend", "trend class", "Hurst exponent"


@dataclass
class TrendSums:
    """Sums of a pass: cells and hectares by class (6,), slope and Hurst exponent times hectares.

    ``unchanged`` are the cells with one value at all their dates, by that value; ``of_dates`` the sum of the values and
    the number of cells of each date, of every eighth cell (2, dates); ``alike`` which dates have the same values.
    """

    cells: np.ndarray = field(default_factory=lambda: np.zeros(6, np.int64))
    area_ha: np.ndarray = field(default_factory=lambda: np.zeros(6))
    slope_ha: float = 0.0
    hurst_ha: float = 0.0
    with_hurst_ha: float = 0.0
    unchanged: Counter[float] = field(default_factory=Counter)
    of_dates: np.ndarray | float = 0.0
    alike: np.ndarray | bool = True

    def add(self, other: TrendSums) -> None:
        """Add the sums of a block."""
        self.cells += other.cells
        self.area_ha += other.area_ha
        self.slope_ha += other.slope_ha
        self.hurst_ha += other.hurst_ha
        self.with_hurst_ha += other.with_hurst_ha
        self.unchanged.update(other.unchanged)
        self.of_dates = self.of_dates + other.of_dates
        self.alike = self.alike & other.alike

    @property
    def mean_slope(self) -> float:
        """Area-weighted mean slope per year; NaN without data."""
        known = self.area_ha[1:].sum()
        return self.slope_ha / known if known > 0 else float("nan")

    @property
    def mean_hurst(self) -> float:
        """Area-weighted mean Hurst exponent; NaN where none was computed."""
        return self.hurst_ha / self.with_hurst_ha if self.with_hurst_ha > 0 else float("nan")


def trend_classes(slope: np.ndarray, z: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The class of each cell, uint8: by the sign of z and by p; 0 for no data."""
    classes = np.full(p.shape, NO_TREND, np.uint8)
    for limit, fell, rose in ((SIGNIFICANT, FELL, ROSE), (HIGHLY, FELL_HIGHLY, ROSE_HIGHLY)):
        small = p <= limit
        classes[small & (z < 0)] = fell
        classes[small & (z > 0)] = rose
    classes[np.isnan(slope)] = NO_TREND_DATA
    return classes


@dataclass(frozen=True)
class _TrendCells:
    """The function for a block, which is sent to the workers."""

    sources: Sequence[RasterSource]
    years: Sequence[float]
    fewest: int
    grid: Grid
    parts: dict

    def __call__(self, block: Block):
        stack = np.empty((len(self.sources), block.height * block.width), np.float32)
        for at, source in enumerate(self.sources):
            stack[at] = source.read_float(block, np.float32).ravel()
        found = trend(stack, self.years, self.fewest)
        shape = (block.height, block.width)
        classes = trend_classes(found.slope, found.z, found.p).reshape(shape)
        row_ha = self.grid.row_cell_area_ha()[block.row : block.row + block.height]
        sums = TrendSums()
        for code in range(6):
            rows = np.count_nonzero(classes == code, axis=1)
            sums.cells[code], sums.area_ha[code] = rows.sum(), rows @ row_ha
        sums.unchanged = _unchanged(stack[:, (found.slope == 0) & (found.z == 0)], stack.shape[1])
        some = stack[:, ::_CELLS_APART]
        there = np.isfinite(some)
        if not there.any(axis=1).all():
            some, there = stack, np.isfinite(stack)
        sums.alike = same_values(stack)
        sums.of_dates = np.stack([np.where(there, some, 0).sum(axis=1, dtype=np.float64), there.sum(axis=1)])
        slope = found.slope.reshape(shape)
        sums.slope_ha = float(np.nansum(slope, axis=1, dtype=np.float64) @ row_ha)
        made = {}
        if "trend" in self.parts:
            bands = np.stack([each.reshape(shape) for each in (found.slope, found.z, found.p)])
            made["trend"] = self.parts["trend"].put(block, np.where(np.isnan(bands), np.float32(FLOAT_NODATA), bands))
        if "classes" in self.parts:
            made["classes"] = self.parts["classes"].put(block, classes)
        if "hurst" in self.parts:
            hurst = hurst_exponent(stack).reshape(shape)
            sums.hurst_ha = float(np.nansum(hurst, axis=1, dtype=np.float64) @ row_ha)
            sums.with_hurst_ha = float(np.isfinite(hurst).sum(axis=1) @ row_ha)
            made["hurst"] = self.parts["hurst"].put(block, np.where(np.isnan(hurst), np.float32(FLOAT_NODATA), hurst))
        return made, sums


def _unchanged(values: np.ndarray, cells: int) -> Counter[float]:
    """Number of series that have one value at all their dates, by that value; (dates, n) with at least one value.

    Values of less than a thousandth of the ``cells`` of a block are left out: where each cell has a value of its own,
    they would take memory for every cell, and a background is at least ten times as frequent.
    """
    if not values.size:
        return Counter()
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    same, counts = np.unique(low[low == high], return_counts=True)
    often = counts * _MOST_VALUES >= cells
    return Counter(dict(zip(same[often].tolist(), counts[often].tolist())))


def raster_trend(
    sources: Sequence[RasterSource],
    years: Sequence[float],
    paths: dict[str, str],
    log: Log,
    fewest: int = FEWEST_DATES,
    compression: str = "DEFLATE",
    workers: int = WORKERS,
) -> tuple[TrendSums, dict[str, StagedRaster]]:
    """Compute Sen's slope, z and p of the Mann-Kendall test, and classes of significance.

    Args:
        sources: rasters of the dates, resampled to the grid of the first by nearest neighbour.
        years: ascending, one per raster.
        paths: paths of "trend" (slope, z, p), "classes" and "hurst".
        log: progress, cancellation and grid differences.
        fewest: least number of dates of a cell.
        compression: compression of the rasters.
        workers: number of threads.

    Returns:
        the sums, and the completed rasters under hidden names.

    Raises:
        CarbonBalanceError: too few rasters, cells without a known area, or no cell with enough dates.
        Cancelled: the user stopped the run.
    """
    if len(sources) < max(fewest, FEWEST_DATES):
        raise CarbonBalanceError(
            tr("{count} rasters are given, but a trend needs at least {fewest}: give more dates.").format(
                count=len(sources), fewest=max(fewest, FEWEST_DATES)
            )
        )
    if "hurst" in paths:
        _check_hurst(len(sources), years, log)
    if len(sources) < DATES_FOR_NORMAL:
        log.warn(
            tr(
                "Only {count} dates: the p-values rest on a normal approximation that is poor for fewer than {enough}."
            ).format(count=len(sources), enough=DATES_FOR_NORMAL)
        )
    first = sources[0]
    grid = first.grid
    grid.need_areas(first.name)
    moved = [first, *(moved_onto(source, grid, first.name, log) for source in sources[1:])]
    staged = _staged(paths, grid, compression)
    total = TrendSums()
    with completed(staged.values(), log):
        todo = blocks(grid.width, grid.height, max(BLOCK_CELLS // len(sources), TILE * TILE))
        work = _TrendCells(
            sources=moved,
            years=list(years),
            fewest=fewest,
            grid=grid,
            parts={name: raster.parts for name, raster in staged.items()},
        )
        for block, (made, sums) in map_in_order(work, todo, log, len(todo), workers):
            for name, values in made.items():
                staged[name].write(block, values)
            total.add(sums)
        if not total.cells[1:].sum():
            raise CarbonBalanceError(
                tr("No cell has a value at {fewest} or more dates: check that the rasters cover the same area.").format(
                    fewest=fewest
                )
            )
    _warn_of_background(total, log)
    names = [source.name for source in sources]
    warn_of_other_units(total.of_dates, names, log)
    warn_of_copies(total.alike, total.of_dates, names, log)
    return total, staged


def _warn_of_background(total: TrendSums, log: Log) -> None:
    """Warn of a value that many cells have at every date, which likely is an undeclared background."""
    cells = int(total.cells[1:].sum())
    for value, count in total.unchanged.most_common(1):
        if max(_BACKGROUND_SHARE * cells, _BACKGROUND_CELLS) <= count < cells:
            log.warn(
                tr(
                    "{share:.1%} of the cells are {value:g} at every date: they count as cells without a trend, in the "
                    "area and in the mean slope; if the value means no data, set NODATA_VALUES = {value:g}."
                ).format(share=count / cells, value=value)
            )


def _check_hurst(dates: int, years: Sequence[float], log: Log) -> None:
    """Refuse too few dates for a Hurst exponent, and say what uneven intervals and few dates do to it."""
    if dates < FEWEST_DATES_HURST:
        raise CarbonBalanceError(
            tr("{count} rasters are given, but a Hurst exponent needs at least {fewest}: give more dates.").format(
                count=dates, fewest=FEWEST_DATES_HURST
            )
        )
    if np.ptp(np.diff(years)) > 0:
        log.warn(tr("The Hurst exponent takes the dates as evenly spaced, but the intervals between the years differ."))
    log.info(
        tr(
            "With {count} dates, series without memory have a Hurst exponent of {hurst:.2f} on average, not 0.5: "
            "compare with that."
        ).format(count=dates, hurst=hurst_without_memory(dates))
    )


def _staged(paths: dict[str, str], grid: Grid, compression: str) -> dict[str, StagedRaster]:
    begun: dict[str, StagedRaster] = {}
    try:
        if "trend" in paths:
            begun["trend"] = StagedRaster(
                paths["trend"],
                grid,
                bands=[f"{SLOPE_BAND} (per year)", "Mann-Kendall z", "Mann-Kendall p"],
                options=creation_options(compression, continuous=True),
                continuous=True,
            )
        if "classes" in paths:
            begun["classes"] = StagedRaster(
                path=paths["classes"],
                grid=grid,
                dtype=np.uint8,
                nodata=NO_TREND_DATA,
                bands=[TREND_CLASS_BAND],
                options=creation_options(compression),
            )
        if "hurst" in paths:
            begun["hurst"] = StagedRaster(
                paths["hurst"],
                grid,
                bands=[HURST_BAND],
                options=creation_options(compression, continuous=True),
                continuous=True,
            )
    except BaseException:
        for raster in begun.values():
            raster.discard()
        raise
    return begun
