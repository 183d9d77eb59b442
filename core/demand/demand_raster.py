"""Emission demand as a raster: how it is written, and the route emission per person x population.

Source: study of Henan, demand of a cell = emission per person x population density of the cell. What spreads the
statistics of zones instead is in :mod:`.disaggregation`.
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
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from ..tables.plausibility import PLAUSIBLE_PERSONS_KM2


@dataclass(frozen=True)
class Target:
    """The raster to write.

    Attributes:
        path: of the GeoTIFF.
        grid: its cells.
        unit: one of ``DEMAND_RASTER_UNITS``, a year.
        single: 32-bit floats: half the file, sums true to about 1e-7 instead of 1e-12.
        compression: see :func:`core.raster.writing.creation_options.creation_options`.
    """

    path: str
    grid: Grid
    unit: str = T_PER_KM2
    single: bool = False
    compression: str = "DEFLATE"

    @property
    def dtype(self) -> type:
        """Sums over the cells."""
        return np.float32 if self.single else np.float64

    def rows_km2(self, block: Block) -> np.ndarray:
        """Area of a cell in each row of a block, km2 (rows,)."""
        return self.grid.row_cell_area_ha()[block.row : block.row + block.height] / 100

    def per_row(self, row_area_km2: np.ndarray) -> np.ndarray:
        """What turns t per cell into the unit, by row (rows,)."""
        return 1 / row_area_km2 if self.unit == T_PER_KM2 else np.ones(len(row_area_km2))


@dataclass
class Demanded:
    """The result.

    Attributes:
        raster_t: sum of all cells as they were written, t a year.
        cells: with a value.
        area_km2: of them.
        emission_t: of all zones, t a year.
        evenly: zones whose emission was spread evenly, for their weights are all zero.
        by_fraction: zones that hold no cell centre, placed by exact fractions of cells.
        missed: zones outside the raster, whose emission is in no cell.
        missed_t: that emission.
        overlap_cells: cells that lie in more than one zone.
        persons: in the population raster as declared.
        persons_otherwise: in it if counts were densities, or densities counts.
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
        """Emission over the area of the cells with a value."""
        return self.raster_t / self.area_km2 if self.area_km2 else np.nan

    def numbers(self) -> tuple[float, ...]:
        """The main numbers: emission, sum of the raster, mean, area, cells, emission missed, persons either way."""
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
        """Emission, where it went, and its mean."""
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
    """Write a raster block by block and sum it up in ``result``.

    Args:
        target: what to write.
        values_of: for a block, what gives of some of its rows the values in the target's unit, float64 (rows,
            columns), NaN where there are none, and behind them the persons in these rows as declared and otherwise,
            if it knows; called in workers.
        result: takes the sums.
        log: progress, cancelling.
        workers: threads.

    Returns:
        the raster complete under a hidden name; none is left behind after an error.
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
    """Emission per person x population of each cell.

    Args:
        population: persons per cell or per km2, on the target's grid.
        emission_t_person: t a year.
        target: what to write.
        log: takes the population both as declared and otherwise, and a warning where it is implausible.
        known_persons: population that the raster ought to hold, if it is known.
        workers: threads.

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
    """Log the population as declared; warn, with both numbers, if the other interpretation is more plausible.

    Returns:
        whether it warned.
    """
    declared, otherwise, area = result.persons, result.persons_otherwise, result.area_km2
    words = {PER_KM2: tr("persons per km2"), PER_CELL: tr("persons per cell")}
    other = PER_CELL if basis == PER_KM2 else PER_KM2
    if known_persons:
        with np.errstate(divide="ignore"):
            off, off_otherwise = (abs(np.log(max(persons, 0.0) / known_persons)) for persons in (declared, otherwise))
        doubtful = off > np.log(1.5) and (declared > known_persons or off_otherwise < off)
        reference = " " + tr("The given population is {known:,.0f}.").format(known=known_persons)
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
        log.warn(tr("Is the meaning of the population values declared correctly?") + " " + numbers + reference)
    else:
        log.info(numbers + reference)
    return bool(doubtful)
