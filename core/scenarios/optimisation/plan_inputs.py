"""Inputs of a land-use plan: cells that may change, bounds by class, and values by class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...land_cover.class_areas import area_field, unit_ha
from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.source import RasterSource
from ...raster.warping.alignment import moved_onto
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables.class_columns import need_code_column, without_blank_rows
from ...tables.column_units import unit_in_name
from ...tables.names.plan_columns import MAX_HA, MIN_HA
from ...tables.table import Table
from ..class_maps import Crossing, indices
from ..simulation.region import SIMULATION_BLOCK_CELLS
from ..simulation.restricted import log_restricted
from ..simulation.suitability_bands import suitability_bands
from .land_plan import ClassBounds, Land

_LEAST_TITLES = ("min", "minimum", "least", "lower", "min_area", "area_min", "下限", "最小", "最小面积", "面积下限")
_MOST_TITLES = ("max", "maximum", "most", "upper", "max_area", "area_max", "上限", "最大", "最大面积", "面积上限")
# Tolerance for bounds in ha, as a share of a cell.
_PART_OF_CELL = 1e-6


def locked_cells(
    cover: LandCover,
    crossing: Crossing,
    restricted: RasterSource | None,
    suitability: RasterSource | None,
    no_data: Sequence[float],
    log: Log,
) -> np.ndarray:
    """Cells of each class that keep their class in a simulation, int64 (classes,).

    Args:
        cover: the land cover.
        crossing: its classes.
        restricted: cells that are valid and not 0 there do not change; on any grid.
        suitability: first band of a suitability raster, one band per class; cells without it do not change.
        no_data: additional nodata values of the suitability.
        log: notes and cancellation.

    Raises:
        CarbonBalanceError: grids that cannot be aligned, or bands that do not match the classes.
    """
    grid, codes = cover.source.grid, crossing.codes
    closed = None if restricted is None else moved_onto(restricted, grid, cover.source.name, log)
    bands = [] if suitability is None else suitability_bands(suitability, codes, no_data, log)
    # All bands are of the same raster, so that differences are logged once.
    shares = [
        moved_onto(band, grid, cover.source.name, Log() if at else log, "bilinear") for at, band in enumerate(bands)
    ]
    if closed is not None:
        log_restricted(cover, closed, log)

    def work(block: Block) -> np.ndarray:
        classes = indices(cover, block, codes)
        held = np.zeros(classes.shape, bool)
        if closed is not None:
            values = closed.read_float(block)
            held |= ~np.isnan(values) & (values != 0)
        for band in shares:
            held |= ~np.isfinite(band.read_float(block, np.float32))
        return np.bincount(classes[held], minlength=256)[: len(codes)].astype(np.int64)

    if closed is None and not shares:
        return np.zeros(len(codes), np.int64)
    todo = blocks(grid.width, grid.height, SIMULATION_BLOCK_CELLS)
    return np.sum([found for _, found in map_in_order(work, todo, log, len(todo), WORKERS)], axis=0)


def read_bounds(
    table: Table | None, codes: np.ndarray, cells: np.ndarray, cell_ha: float, change_percent: float
) -> ClassBounds:
    """Bounds by class from a table, with defaults from the largest change.

    Args:
        table: columns code, min_ha and max_ha (one of them may be missing, values may be empty; another unit of area
            may be stated in the name, as in min_km2); ``None`` for none.
        codes, cells: the classes of the land cover (classes,).
        cell_ha: mean area of a cell.
        change_percent: largest change of the area of a class without a bound in the table, percent.

    Raises:
        CarbonBalanceError: an unknown class, negative bounds, or a minimum above the maximum.
    """
    # Without a negative 0, which would be shown as such.
    least = np.ceil(cells * max(1 - change_percent / 100, 0.0) - _PART_OF_CELL) + 0.0
    most = np.floor(cells * (1 + change_percent / 100) + _PART_OF_CELL)
    if table is None:
        return ClassBounds(least, most)
    table = without_blank_rows(table)
    own = table.codes(need_code_column(table))
    unknown = np.setdiff1d(own, codes)
    if len(unknown):
        raise CarbonBalanceError(
            tr("{table} has bounds for class(es) {unknown}, but the classes of the land cover are {codes}.").format(
                table=table.label, unknown=listed(unknown), codes=listed(codes)
            )
        )
    fields = [
        table.find(name) or area_field(table, titles)
        for name, titles in ((MIN_HA, _LEAST_TITLES), (MAX_HA, _MOST_TITLES))
    ]
    if fields == [None, None]:
        table.need(MIN_HA, MAX_HA)
    place = np.searchsorted(codes, own)
    for field, bound, sign in zip(fields, (least, most), (-1, 1)):
        # An empty column, as in a form that was not filled in, has no bounds.
        if field is not None and any(table.texts(field)):
            wanted = table.non_negative(field) * unit_ha(field, "ha", table.label)
            if unit_in_name(field) is None and table.warn is not None:
                table.warn(
                    tr(
                        "{table}: the name of column {column} states no unit, so that its values are taken as ha: "
                        "write the unit into the name, as in min_ha or min_km2."
                    ).format(table=table.label, column=field)
                )
            given = ~np.isnan(wanted)
            # Minimum bounds are rounded up, maximum bounds down.
            bound[place[given]] = sign * np.floor(sign * wanted[given] / cell_ha + _PART_OF_CELL)
    wrong = np.flatnonzero(least > most)
    if len(wrong):
        at = wrong[0]
        raise CarbonBalanceError(
            tr(
                "{table}: class {code} has a least area of {least:,.2f} ha and a largest area of {most:,.2f} ha, in "
                "whole cells and with the largest change where the table gives none; the least must not be larger."
            ).format(table=table.label, code=codes[at], least=least[at] * cell_ha, most=most[at] * cell_ha)
        )
    return ClassBounds(least, most)


def class_values(table: Table, field: str, codes: np.ndarray) -> np.ndarray:
    """The value per ha of each class from column ``field`` of a table with a row per class (classes,).

    Raises:
        CarbonBalanceError: a class without a row, or an empty value.
    """
    table = without_blank_rows(table)
    own = table.codes(need_code_column(table))
    lacking = np.setdiff1d(codes, own)
    if len(lacking):
        raise CarbonBalanceError(
            tr("{table} has no value for class(es) {codes} of the land cover: add a row for each.").format(
                table=table.label, codes=listed(lacking)
            )
        )
    return of_classes(own, table.numbers(field, complete=True), codes)


def of_classes(known: np.ndarray, amounts: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The amounts (known,) of the classes ``codes``, all of which are among ``known`` (classes,)."""
    found = dict(zip(known.tolist(), amounts.tolist()))
    return np.array([found[code] for code in codes.tolist()])


def land_of_cover(crossing: Crossing, locked: np.ndarray, permitted: np.ndarray) -> Land:
    """What there is and what may change.

    Args:
        crossing: the classes of the land cover.
        locked: see :func:`locked_cells`.
        permitted: whether class (row) may become class (column), bool (classes, classes).
    """
    cell_ha = float(crossing.area_ha.sum() / crossing.cells.sum())
    return Land([str(code) for code in crossing.codes], crossing.cells - locked, locked, permitted, cell_ha)
