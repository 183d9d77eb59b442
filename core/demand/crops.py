"""Gross carbon uptake of crops from their harvest.

Uptake = harvest x dry matter x carbon content x (1 + root:shoot) / harvest index, t C. This is the form used in Chinese
studies of crop carbon, with a carbon content of 0.45; the bundled table lists the parameters and their sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.bundled import resource_table
from ..tables.column_units import split_unit
from ..tables.table import Table, plain
from .fuel_units import measure_of

CARBON_OF_DRY_MATTER = 0.45


@dataclass(frozen=True)
class Crop:
    """The parameters that convert the harvest of a crop to carbon.

    Attributes:
        id: English name.
        harvest_index: harvest / above-ground biomass, in (0, 1].
        root_shoot: below-ground / above-ground biomass, at least 0.
        dry_matter: dry matter / harvest, in (0, 1].
        certain: ``False`` if the parameters could not be verified.
    """

    id: str
    harvest_index: float
    root_shoot: float
    dry_matter: float
    certain: bool

    def uptake_t_c(self, harvest_t: np.ndarray | float) -> np.ndarray | float:
        """Gross uptake of a harvest, t C."""
        factor = self.dry_matter * CARBON_OF_DRY_MATTER * (1 + self.root_shoot) / self.harvest_index
        return harvest_t * factor


def crops() -> dict[str, Crop]:
    """The bundled crops by normalised English and Chinese names."""
    table = resource_table("crops/china.csv")
    index, root, dry = (table.numbers(name, complete=True) for name in ("harvest_index", "root_shoot", "dry_matter"))
    known = {}
    for row, (name, chinese, mark) in enumerate(
        zip(table.texts("crop"), table.texts("crop_zh"), table.texts("certainty"))
    ):
        crop = Crop(str(name), float(index[row]), float(root[row]), float(dry[row]), mark != "uncertain")
        for each in (str(name), *str(chinese or "").split(";")):
            known[plain(each)] = crop
    return known


def crop_uptake(table: Table, fields: Sequence[str], log: Log) -> np.ndarray:
    """Gross uptake of all crops with harvest columns, t C (rows,); NaN where all are unknown.

    Args:
        table: one row per zone.
        fields: columns named by crop, with the unit of mass in brackets if it is not t: rice, 水稻(万吨).
        log: receives a note on crops with unverified parameters.

    Raises:
        CarbonBalanceError: an unknown crop, a unit other than mass, a negative harvest.
    """
    known = crops()
    uncertain: dict[str, None] = {}
    sums, there = np.zeros(len(table)), np.zeros(len(table), bool)
    for field in (table.need(each) for each in fields):
        name, unit = split_unit(field)
        crop = known.get(plain(name))
        if crop is None:
            raise CarbonBalanceError(
                tr("{table}: {column} is not a known crop; known crops are {known}.").format(
                    table=table.label, column=field, known=listed(sorted({each.id for each in known.values()}), 20)
                )
            )
        measure = measure_of(unit or "t")
        if measure.base != "t":
            raise CarbonBalanceError(
                tr("{table}: the harvest in column {column} must be a mass, such as t or 10^4 t.").format(
                    table=table.label, column=field
                )
            )
        harvest = table.non_negative(field) * measure.scale
        fine = np.isfinite(harvest)
        sums[fine] += crop.uptake_t_c(harvest[fine])
        there |= fine
        if not crop.certain:
            uncertain[crop.id] = None
    if uncertain:
        log.warn(
            tr("The figures of the crops {crops} could not be verified against a source: use them with care.").format(
                crops=listed(uncertain)
            )
        )
    return np.where(there, sums, np.nan)
