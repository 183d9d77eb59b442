"""Parameters of light use by vegetation type: tables of them, and the range of NDVI of each type of a land cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...land_cover.codes import LandCover
from ...land_cover.schemes import read_crosswalk
from ...raster.blocks import Block, blocks, rows_at_once
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables.bundled import resource_table
from ...tables.class_columns import codes_and_names, find_column, without_blank_rows
from ...tables.table import Table
from .scaled_raster import ScaledRaster

# Of a bundled table: the scheme of its codes if it is not the six classes.
BY_VEGETATION = {"zhu_igbp": "igbp"}
LEAST_PERCENTILE, MOST_PERCENTILE = 5, 95
# NDVI is counted in steps of 0.001 from -1 to 1.
_STEPS = 2000
_EFFICIENCY = ("epsilon_max", "lue_max", "eps_max", "最大光能利用率", "光能利用率")
_LEAST_NDVI, _MOST_NDVI = ("ndvi_min", "ndvi_least"), ("ndvi_max", "ndvi_most")
# Values of users of CASA lie between 0.2 and 1.25 g C/MJ, those for GPP up to 3.
_LARGEST_EFFICIENCY = 3.5


@dataclass(frozen=True)
class VegetationTable:
    """Parameters of light use by class.

    Attributes:
        label: name of the table in messages.
        codes: int64 (classes,).
        names: names of the classes.
        efficiency: epsilon_max, g C/MJ (classes,).
        least, most: NDVI at which the absorbed share is least and largest (classes,); NaN if it follows from the data.
    """

    label: str
    codes: np.ndarray
    names: list[str]
    efficiency: np.ndarray
    least: np.ndarray
    most: np.ndarray


def read_vegetation(table: Table) -> VegetationTable:
    """A table with a code, epsilon_max in g C/MJ and, if known, ndvi_min and ndvi_max for each class.

    Raises:
        CarbonBalanceError: a column is missing, a value is negative, empty or implausible, or limits are reversed or
            not between -1 and 1.
    """
    table = without_blank_rows(table)
    codes, names = codes_and_names(table, {})
    column = find_column(table, _EFFICIENCY)
    if column is None:
        raise CarbonBalanceError(
            tr(
                "{table} has no column epsilon_max, the largest light use efficiency in g C/MJ; it has {columns}."
            ).format(table=table.label, columns=listed(table.fields))
        )
    efficiency = table.non_negative(column, complete=True)
    if (efficiency > _LARGEST_EFFICIENCY).any():
        raise CarbonBalanceError(
            tr(
                "{table}: epsilon_max is {value:g}, but no vegetation makes more than {most:g} g C/MJ: convert the "
                "column to g C/MJ."
            ).format(table=table.label, value=float(efficiency.max()), most=_LARGEST_EFFICIENCY)
        )
    limits = []
    for known in (_LEAST_NDVI, _MOST_NDVI):
        name = find_column(table, known)
        limits.append(np.full(len(codes), np.nan) if name is None else table.numbers(name))
        # NaN is no limit.
        wrong = np.flatnonzero(np.abs(limits[-1]) > 1)
        if len(wrong):
            raise CarbonBalanceError(
                tr(
                    "{table}: {column} is {value:g}, but NDVI lies between -1 and 1: divide the column by its scale."
                ).format(table=table.label, column=name, value=float(limits[-1][wrong[0]]))
            )
    made = VegetationTable(table.label, codes, names, efficiency, *limits)
    _need_range(made)
    return made


def _need_range(table: VegetationTable) -> None:
    """Refuse types whose largest NDVI is not above the least one."""
    wrong = np.flatnonzero(table.most <= table.least)
    if len(wrong):
        items = (f"{table.names[row]}: {table.least[row]:.3g}, {table.most[row]:.3g}" for row in wrong)
        raise CarbonBalanceError(
            tr(
                "{table}: the largest NDVI of a type must be above its least one, but these are {types}: give columns "
                "ndvi_min and ndvi_max."
            ).format(table=table.label, types=listed(items))
        )


def bundled_vegetation(name: str, scheme: str) -> VegetationTable:
    """The bundled table ``name`` for the codes of the land-cover scheme ``scheme``.

    Raises:
        CarbonBalanceError: the table distinguishes vegetation types that the codes of ``scheme`` do not tell.
    """
    table = read_vegetation(resource_table(f"light_use/{name}.csv"))
    own = BY_VEGETATION.get(name)
    if own == scheme:
        return table
    if own is not None:
        raise CarbonBalanceError(
            tr(
                "The bundled efficiencies {name} are for the vegetation types of {own}, which the codes of {scheme} do "
                "not tell: choose SCHEME = {own} if the land cover has them, or other efficiencies."
            ).format(name=name, own=own, scheme=scheme)
        )
    crosswalk = read_crosswalk(scheme)
    row_of = {int(code): row for row, code in enumerate(table.codes)}
    rows = np.array([row_of[int(code)] for code in crosswalk.classes])
    return VegetationTable(
        table.label, crosswalk.codes, crosswalk.names, table.efficiency[rows], table.least[rows], table.most[rows]
    )


def need_ndvi(raster: ScaledRaster, values: np.ndarray) -> None:
    """Refuse values (any shape, NaN where unknown) of NDVI outside of -1 to 1.

    Raises:
        CarbonBalanceError: such a value.
    """
    lowest, highest = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
    # NaN, where all is unknown, is neither.
    if lowest < -1 or highest > 1:
        raise CarbonBalanceError(
            tr("{raster} contains an NDVI of {value:g}: choose its unit (NDVI_UNIT), or declare nodata values.").format(
                raster=raster.source.name, value=float(lowest if lowest < -1 else highest)
            )
        )


class _CountsOfBlock:
    """The function for a block: code -> number of values of NDVI in each step."""

    def __init__(self, cover: LandCover, ndvi: Sequence[ScaledRaster]) -> None:
        self.cover, self.ndvi = cover, ndvi

    def __call__(self, block: Block) -> dict[int, np.ndarray]:
        keys = self.cover.read(block)
        there = np.flatnonzero(keys.valid & (keys.count() > 0))
        number = np.full(len(keys.codes), len(there), np.int64)
        number[there] = np.arange(len(there))
        counts = np.zeros((len(there) + 1) * (_STEPS + 1), np.int64)
        for raster in self.ndvi:
            values_of = raster.of_block(block)
            for rows in rows_at_once(block):
                values = values_of(rows)
                need_ndvi(raster, values)
                known = np.isfinite(values)
                step = np.rint((values[known] + 1) * (_STEPS / 2)).astype(np.int64)
                at = number[keys.array[rows][known]] * (_STEPS + 1) + step
                counts += np.bincount(at, minlength=len(counts))
        by_type = counts.reshape(len(there) + 1, _STEPS + 1)
        return {int(keys.codes[key]): by_type[row] for row, key in enumerate(there)}


def with_ndvi_limits(
    table: VegetationTable, cover: LandCover, ndvi: Sequence[ScaledRaster], log: Log, workers: int = WORKERS
) -> VegetationTable:
    """``table`` with unknown limits of NDVI as percentiles 5 and 95 of the values of each type in all months.

    Percentiles are to 0.001. Types without a value in the data keep unknown limits.

    Args:
        table: efficiencies by class.
        cover, ndvi: land cover and NDVI of the months, on one grid.
        log: progress, cancellation, and the limits found.
        workers: number of threads.

    Raises:
        CarbonBalanceError: all values of a type are alike, or some are outside of -1 to 1.
        Cancelled: the user stopped the run.
    """
    if np.isfinite(table.least).all() and np.isfinite(table.most).all():
        return table
    grid = cover.source.grid
    counts: dict[int, np.ndarray] = {}
    todo = blocks(grid.width, grid.height)
    for _, part in map_in_order(_CountsOfBlock(cover, ndvi), todo, log, len(todo), workers):
        for code, found in part.items():
            counts[code] = counts[code] + found if code in counts else found
    least, most, lines = table.least.copy(), table.most.copy(), []
    for row, code in enumerate(table.codes.tolist()):
        if code not in counts or not counts[code].sum() or np.isfinite(least[row]) and np.isfinite(most[row]):
            continue
        low, high = (_percentile(counts[code], share) for share in (LEAST_PERCENTILE, MOST_PERCENTILE))
        least[row] = low if np.isnan(least[row]) else least[row]
        most[row] = high if np.isnan(most[row]) else most[row]
        lines.append(f"{table.names[row]} {least[row]:.3f}-{most[row]:.3f}")
    made = replace(table, least=least, most=most)
    _need_range(made)
    if lines:
        log.info(
            tr("NDVI of the types, percentiles {low} and {high} of all months: {limits}.").format(
                low=LEAST_PERCENTILE, high=MOST_PERCENTILE, limits=listed(lines, len(lines))
            )
        )
    return made


def _percentile(counts: np.ndarray, percent: float) -> float:
    """The NDVI below or at which ``percent`` of the counted values lie; ``counts`` by step (steps,)."""
    reached = np.cumsum(counts) >= percent / 100 * counts.sum()
    return float(np.argmax(reached)) / (_STEPS / 2) - 1
