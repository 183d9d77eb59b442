"""Emission demand rasters: writing, and the computation from emission per person x population.

Source: study of Henan, demand of a cell = emission per person x population density of the cell. Distributing zonal
    statistics instead is done in :mod:`.disaggregation`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..options.demand import T_PER_KM2
from ..options.raster import PER_CELL, PER_KM2
from ..raster.blocks import Block, blocks, rows_at_once
from ..raster.grid import Grid
from ..raster.quantity import RasterQuantity, need_non_negative
from ..raster.writing.creation_options import creation_options
from ..raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import sentence_gap, tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from ..tables.plausibility import PLAUSIBLE_PERSONS_KM2


@dataclass(frozen=True)
class Target:
    """The raster to write.

    Attributes:
        path: path of the GeoTIFF.
        grid: its grid.
        unit: one of ``DEMAND_RASTER_UNITS``, per year.
        single: whether to use 32-bit floats, which halve the file; sums are then accurate to about 1e-7 instead of
            1e-12.
        compression: see :func:`core.raster.writing.creation_options.creation_options`.
    """

    path: str
    grid: Grid
    unit: str = T_PER_KM2
    single: bool = False
    compression: str = "DEFLATE"

    @property
    def dtype(self) -> type:
        """The NumPy type of the raster."""
        return np.float32 if self.single else np.float64

    def rows_km2(self, block: Block) -> np.ndarray:
        """Area of a cell in each row of a block, km2 (rows,)."""
        return self.grid.row_cell_area_ha()[block.row : block.row + block.height] / 100

    def per_row(self, row_area_km2: np.ndarray) -> np.ndarray:
        """The factor from t per cell to the unit, by row (rows,)."""
        return 1 / row_area_km2 if self.unit == T_PER_KM2 else np.ones(len(row_area_km2))


@dataclass
class Demanded:
    """The result.

    Attributes:
        raster_t: sum of all cells as written, t a year.
        cells: number of cells with a value.
        area_km2: their area.
        emission_t: emission of all zones, t a year.
        evenly: zones whose emission was distributed evenly because all weights are zero.
        by_fraction: zones without a cell centre, which are measured by exact fractions.
        missed: zones outside the raster, whose emission is not in any cell.
        missed_t: that emission.
        overlap_cells: cells in more than one zone.
        persons: persons in the population raster as declared.
        persons_otherwise: persons with the opposite declaration (counts or densities).
    """

    raster_t: float = 0.0
    cells: int = 0
    area_km2: float = 0.0
    emission_t: float = np.nan
    evenly: list[int] = field(default_factory=list)
    by_fraction: list[int] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)
    missed_t: float = 0.0
    overlap_cells: int = 0
    persons: float = np.nan
    persons_otherwise: float = np.nan

    @property
    def mean_t_km2(self) -> float:
        """Emission per area of the cells with a value, t/km2."""
        return self.raster_t / self.area_km2 if self.area_km2 else np.nan

    def numbers(self) -> tuple[float, ...]:
        """The main numbers: emission, sum of the raster, mean, area, cells, missed emission, persons (both ways)."""
        return (
            self.emission_t,
            self.raster_t,
            self.mean_t_km2,
            self.area_km2,
            self.cells,
            self.missed_t,
            self.persons,
            self.persons_otherwise,
        )

    def sentence(self) -> str:
        """A sentence with total emission, sum of the raster and mean."""
        return tr(
            "Emissions of {emission:,.6g} t per year; the raster contains {raster:,.6g} t in {cells:,} cells "
            "({area:,.2f} km2), {mean:,.4g} t/km2 on average."
        ).format(
            emission=self.emission_t,
            raster=self.raster_t,
            cells=self.cells,
            area=self.area_km2,
            mean=self.mean_t_km2,
        )


def write_demand(
    target: Target,
    values_of: Callable[[Block], Callable[[slice], tuple]],
    result: Demanded,
    log: Log,
    workers: int = WORKERS,
) -> StagedRaster:
    """Write a raster block by block and add its sums to ``result``.

    Args:
        target: the raster to write.
        values_of: returns for a block a function that gives for some of its rows the values in the unit of the target,
            float64 (rows, columns), NaN for none, and, if known, the persons in these rows as declared and otherwise;
            called in workers.
        result: receives the sums.
        log: progress and cancellation.
        workers: number of threads.

    Returns:
        the completed raster under a hidden name; no file is left behind after an error.
    """
    label = "emission demand (t/km2 a year)" if target.unit == T_PER_KM2 else "emission demand (t per cell a year)"
    options = creation_options(target.compression, continuous=True)
    staged = StagedRaster(target.path, target.grid, target.dtype, bands=[label], options=options, continuous=True)
    put = staged.parts.put

    def work(block: Block):
        of_rows = values_of(block)
        made: np.ndarray = np.empty((block.height, block.width), target.dtype)
        sums, cells, persons = np.empty(block.height), np.empty(block.height, np.int64), []
        for rows in rows_at_once(block):
            values, *counted = of_rows(rows)
            missing = np.isnan(values)
            values[missing] = 0
            made[rows] = values
            sums[rows] = made[rows].sum(axis=1, dtype=np.float64)
            cells[rows] = block.width - np.count_nonzero(missing, axis=1)
            made[rows][missing] = FLOAT_NODATA
            persons.append(counted)
        area = target.rows_km2(block)
        total_t = float(sums @ (1 / target.per_row(area)))
        return put(block, made), total_t, int(cells.sum()), float(cells @ area), persons

    with completed([staged], log):
        todo = blocks(target.grid.width, target.grid.height)
        every = []
        for block, (values, total_t, cells, area_km2, persons) in map_in_order(work, todo, log, len(todo), workers):
            staged.write(block, values)
            every += persons
            result.raster_t += total_t
            result.cells += cells
            result.area_km2 += area_km2
        result.persons, result.persons_otherwise = [sum(column) for column in zip(*every)] or [np.nan, np.nan]
    return staged


def demand_of_population(
    population: RasterQuantity,
    emission_t_person: float,
    target: Target,
    log: Log,
    known_persons: float | None = None,
    workers: int = WORKERS,
) -> tuple[Demanded, StagedRaster]:
    """Compute and write emission per person x population of each cell.

    Args:
        population: persons per cell or per km2, on the grid of the target.
        emission_t_person: t a year.
        target: the raster to write.
        log: receives the population as declared and otherwise, and a warning if it is implausible.
        known_persons: population that the raster should contain, if known.
        workers: number of threads.

    Raises:
        CarbonBalanceError: a negative population, or a raster without data.
        Cancelled: the user stopped the run.
    """
    target.grid.need_areas(population.source.name)
    other = RasterQuantity(population.source, PER_CELL if population.basis == PER_KM2 else PER_KM2, population.factor)
    result = Demanded()

    def values_of(block: Block) -> Callable[[slice], tuple[np.ndarray, float, float]]:
        persons_of, area = population.by_rows(block), target.rows_km2(block)
        amount, amount_otherwise = population.row_amount(area), other.row_amount(area)
        factor = emission_t_person * amount * target.per_row(area)

        def of_rows(rows: slice) -> tuple[np.ndarray, float, float]:
            values = persons_of(rows)
            need_non_negative(values, block, population.source.name, rows.start)
            by_row = np.nansum(values, axis=1)
            return values * factor[rows, None], float(by_row @ amount[rows]), float(by_row @ amount_otherwise[rows])

        return of_rows

    staged = write_demand(target, values_of, result, log, workers)
    with completed([staged], log):
        if not result.cells:
            raise CarbonBalanceError(
                tr("{raster} has no data in the requested cells: the two do not overlap.").format(
                    raster=population.source.name
                )
            )
        result.emission_t = result.persons * emission_t_person
        check_population(result, population.basis, known_persons, log)
    return result, staged


def check_population(result: Demanded, basis: str, known_persons: float | None, log: Log) -> bool:
    """Log the population as declared; warn, with both numbers, if the other interpretation fits better.

    Returns:
        whether there was a warning.
    """
    declared, otherwise, area = result.persons, result.persons_otherwise, result.area_km2
    words = {PER_KM2: tr("persons per km2"), PER_CELL: tr("persons per cell")}
    other = PER_CELL if basis == PER_KM2 else PER_KM2
    if known_persons:
        with np.errstate(divide="ignore"):
            off, off_otherwise = (abs(np.log(max(persons, 0.0) / known_persons)) for persons in (declared, otherwise))
        doubtful = off > np.log(1.5) and (declared > known_persons or off_otherwise < off)
        reference = sentence_gap() + tr("The given population is {known:,.0f}.").format(known=known_persons)
    else:
        low, high = PLAUSIBLE_PERSONS_KM2
        doubtful = declared / area > high or (declared / area < low <= otherwise / area <= high)
        reference = ""
    numbers = tr(
        "Interpreted as {basis}, the raster contains {declared:,.0f} persons ({density:,.4g} per km2); interpreted as "
        "{other}, it would contain {otherwise:,.0f} ({other_density:,.4g} per km2)."
    ).format(
        basis=words[basis],
        declared=declared,
        density=declared / area,
        other=words[other],
        otherwise=otherwise,
        other_density=otherwise / area,
    )
    if doubtful:
        log.warn(
            tr("Is the meaning of the population values declared correctly?") + sentence_gap() + numbers + reference
        )
    else:
        log.info(numbers + reference)
    return bool(doubtful)
