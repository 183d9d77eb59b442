"""Mean annual uptake of each land-cover class by a raster of uptake, such as net ecosystem production.

Mean of a class = sum over its cells of uptake x area / sum of their areas, over cells with data in both rasters. Mean x
area of these cells, summed over the classes, is therefore the uptake of all of them. Amounts of smaller cells are added
up, so that the area of a cell is that of its smaller cells with data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...land_cover.background import warn_of_background
from ...land_cover.codes import LandCover
from ...options.tables import UNSTATED
from ...raster.blocks import Block, blocks, rows_at_once
from ...runtime.errors import CarbonBalanceError, listed, present
from ...runtime.figures import Figure
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables.plausibility import warn_of_uptake
from ...tables.units import CO2_PER_C, HA_PER_KM2
from ..pools import SinkTable
from ..raster_supply import CarbonRaster

MEASURED, TABLE = "raster", "table"


@dataclass(frozen=True)
class ClassUptake:
    """Uptake and areas by class, arrays (classes,).

    Attributes:
        codes: int64, ascending.
        uptake_t: uptake of the cells with data in both rasters, t a year.
        measured_ha: area of these cells.
        area_ha: area of all cells of the class.
    """

    codes: np.ndarray
    uptake_t: np.ndarray
    measured_ha: np.ndarray
    area_ha: np.ndarray

    @property
    def mean_t_ha(self) -> np.ndarray:
        """Uptake per measured area, t/ha a year, NaN without any (classes,)."""
        nothing = np.full(len(self.codes), np.nan)
        return np.divide(self.uptake_t, self.measured_ha, out=nothing, where=self.measured_ha > 0)


@dataclass(frozen=True)
class ClassCoefficients:
    """Sink coefficients by class, with where each is from.

    Attributes:
        table: the coefficients.
        area_ha, measured_ha: areas of the class and of its cells in the raster of uptake (classes,); 0 without one.
        origins: ``MEASURED`` or ``TABLE`` for each class.
    """

    table: SinkTable
    area_ha: np.ndarray
    measured_ha: np.ndarray
    origins: list[str]


class _UptakeOfBlock:
    """The function for a block: code -> uptake in t, measured area and area in ha."""

    def __init__(self, cover: LandCover, uptake: CarbonRaster) -> None:
        self.cover, self.uptake = cover, uptake

    def __call__(self, block: Block) -> dict[int, np.ndarray]:
        keys, values_of = self.cover.read(block), self.uptake.values_of(block)
        size = len(keys.codes)
        area_km2 = self.cover.source.grid.row_cell_area_ha()[block.row : block.row + block.height] / HA_PER_KM2
        per_row = self.uptake.quantity.row_amount(area_km2)
        stored = self.uptake.stored.of_block(block) if self.uptake.stored is not None else None
        sums = np.zeros((3, size))
        for rows in rows_at_once(block):
            values, keys_of_rows = values_of(rows), keys.array[rows]
            known = np.isfinite(values)
            of_cells = np.broadcast_to(area_km2[rows, None] * HA_PER_KM2, values.shape)
            amounts = np.where(known, values, 0) * per_row[rows, None]
            measured = of_cells if stored is None else of_cells * stored(rows)[1]
            for at, weights in enumerate((amounts, np.where(known, measured, 0), of_cells)):
                sums[at] += np.bincount(keys_of_rows.ravel(), weights.ravel(), minlength=size)
        there = np.flatnonzero(keys.valid & (sums[2] > 0))
        return {int(keys.codes[key]): sums[:, key] for key in there}


def uptake_by_class(cover: LandCover, uptake: CarbonRaster, log: Log, workers: int = WORKERS) -> ClassUptake:
    """Sum a raster of uptake by class of a land cover on the same grid, in one pass.

    Args:
        cover: the classes.
        uptake: annual uptake, negative where land is a source, on the grid of ``cover``.
        log: progress, cancellation and the totals.
        workers: number of threads.

    Raises:
        CarbonBalanceError: no cell has data in both.
        Cancelled: the user stopped the run.
    """
    grid = cover.source.grid
    grid.need_areas(cover.source.name)
    sums: dict[int, np.ndarray] = {}
    todo = blocks(grid.width, grid.height)
    for _, part_sums in map_in_order(_UptakeOfBlock(cover, uptake), todo, log, len(todo), workers):
        for code, part in part_sums.items():
            sums[code] = sums[code] + part if code in sums else part
    codes = sorted(sums)
    amounts = np.array([sums[code] for code in codes]).reshape(len(codes), 3)
    found = ClassUptake(np.array(codes, np.int64), *amounts.T)
    if not (found.measured_ha > 0).any():
        raise CarbonBalanceError(
            tr(
                "No cell has data in both {cover} and {raster}: check that they cover the same area, and check their "
                "nodata values."
            ).format(cover=cover.source.name, raster=uptake.quantity.source.name)
        )
    warn_of_background(cover, found.codes, found.area_ha, None, log)
    log.info(
        tr("{raster}: {uptake:,.0f} t C a year on {measured:,.2f} of {area:,.2f} ha of land cover.").format(
            raster=uptake.quantity.source.name,
            uptake=Figure(float(found.uptake_t.sum())),
            measured=Figure(float(found.measured_ha.sum())),
            area=Figure(float(found.area_ha.sum())),
        )
    )
    return found


def coefficients_of(
    uptake: ClassUptake | None, table: SinkTable | None, label: str, log: Log, names: Mapping[int, str] | None = None
) -> ClassCoefficients:
    """The mean uptake of each class in t C/ha; classes without data, and those without cells, by ``table``.

    Args:
        uptake: uptake by class in t C; ``None`` to take the table alone.
        table: coefficients of a table, ``None`` for none; at least one of the two is given.
        label: name of the raster in messages.
        log: receives what is taken from the table, and classes that are sources.
        names: names of codes that the table does not name.

    Raises:
        CarbonBalanceError: a class has no data and there is no table with its code.
    """
    if uptake is None:
        only = present(table)
        nothing = np.zeros(len(only.codes))
        return ClassCoefficients(only, nothing, nothing, [TABLE] * len(only.codes))
    of_table = {} if table is None else dict(zip(table.codes.tolist(), _in_c(table, log)))
    names = {**(names or {}), **({} if table is None else dict(zip(table.codes.tolist(), table.names)))}
    measured = dict(zip(uptake.codes.tolist(), uptake.mean_t_ha.tolist()))
    without = [code for code, mean in measured.items() if np.isnan(mean)]
    unknown = [str(code) for code in without if code not in of_table]
    if unknown:
        raise CarbonBalanceError(
            tr(
                "{raster} has no data on land of class(es) {codes}: give sink coefficients, which such classes take "
                "instead (SINKS or PRESET), or declare codes that mean no data (NODATA_CODES)."
            ).format(raster=label, codes=listed(unknown))
        )
    codes = sorted({*measured, *of_table})
    taken = [code for code in codes if np.isnan(measured.get(code, np.nan))]
    values = np.array([of_table[code] if code in taken else measured[code] for code in codes])
    if without:
        log.info(
            tr("Class(es) without data in {raster} take the coefficients of the table: {codes}.").format(
                raster=label, codes=listed(names[code] for code in without)
            )
        )
    warn_of_uptake(label, [names.get(code, str(code)) for code in measured], np.array(list(measured.values())), log)
    sources = [f"{names.get(code, code)}: {value:.4g}" for code, value in zip(codes, values) if value < 0]
    if sources:
        log.warn(
            tr("Class(es) that are sources by {raster}, t C/ha a year: {classes}.").format(
                raster=label, classes=listed(sources)
            )
        )
    at = {code: row for row, code in enumerate(uptake.codes.tolist())}
    area, share = (
        np.array([float(column[at[code]]) if code in at else 0.0 for code in codes])
        for column in (uptake.area_ha, uptake.measured_ha)
    )
    made = SinkTable(label, np.array(codes, np.int64), [names.get(code, str(code)) for code in codes], values, "C")
    return ClassCoefficients(made, area, share, [TABLE if code in taken else MEASURED for code in codes])


def counted_as(table: SinkTable, species: str) -> SinkTable:
    """``table`` in tonnes of ``species``, "C" or "CO2"; as it is if that is "unstated".

    A table that does not state what it counts is taken to count ``species``.
    """
    if species in (UNSTATED, table.species):
        return table
    factors = {UNSTATED: 1.0, "C": CO2_PER_C, "CO2": 1 / CO2_PER_C}
    return replace(table, sink_t_ha=table.sink_t_ha * factors[table.species], species=species)


def _in_c(table: SinkTable, log: Log) -> list[float]:
    """The coefficients of ``table`` in t C/ha; a warning if it does not state what it counts."""
    if table.species == UNSTATED:
        log.warn(
            tr("{table} does not state whether the sink is in tonnes of C or of CO2: it is taken as C.").format(
                table=table.label
            )
        )
    return (table.sink_t_ha / (CO2_PER_C if table.species == "CO2" else 1)).tolist()
