"""Result tables of scenario carbon: means and ranges over the runs by scenario, year and zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..tables import columns

CARBON_AMOUNTS = (
    columns.CARBON_START_T,
    columns.CARBON_END_T,
    columns.CARBON_CHANGE_T,
    columns.CARBON_GAIN_T,
    columns.CARBON_LOSS_T,
)
CARBON_RANGES = {
    columns.CARBON_END_T: (columns.CARBON_END_MIN_T, columns.CARBON_END_MAX_T),
    columns.CARBON_CHANGE_T: (columns.CARBON_CHANGE_MIN_T, columns.CARBON_CHANGE_MAX_T),
}
ZONE_COLUMNS = [columns.MAPPED_KM2]
for _name in (*CARBON_AMOUNTS, columns.CARBON_CHANGE_T_KM2):
    ZONE_COLUMNS += [_name, *CARBON_RANGES.get(_name, ())]


@dataclass(frozen=True)
class RunCarbon:
    """The carbon of one run.

    Attributes:
        totals: amounts of each year by column.
        zones: amounts of each year by column (zones,).
        found: cells by class at the start (row) and at the end of each step, int64 (steps, classes, classes).
        asked: the same as demanded, ``None`` with demand by class.
        missing: unmet cells of the demand of the last step.
    """

    totals: Sequence[Mapping[str, float]]
    zones: Sequence[Mapping[str, np.ndarray]]
    found: np.ndarray
    asked: np.ndarray | None
    missing: int


@dataclass(frozen=True)
class ScenarioCarbon:
    """The runs of one scenario.

    Attributes:
        name: name of the scenario.
        years: years shown, the last is the target year.
        codes: class codes (classes,).
        runs: runs of its seeds.
        cell_ha: mean area of a cell.
    """

    name: str
    years: Sequence[str]
    codes: np.ndarray
    runs: Sequence[RunCarbon]
    cell_ha: float

    def zone_columns(self, step: int = -1) -> dict[str, np.ndarray]:
        """Columns by zone in a year (default: the last): mapped area, mean amounts and ranges over the runs."""
        first = self.runs[0].zones[step]
        found: dict[str, np.ndarray] = {columns.MAPPED_KM2: np.asarray(first[columns.MAPPED_KM2])}
        for name in (*CARBON_AMOUNTS, columns.CARBON_CHANGE_T_KM2):
            values = np.stack([run.zones[step][name] for run in self.runs])
            found[name] = values.mean(axis=0)
            if name in CARBON_RANGES:
                found.update(zip(CARBON_RANGES[name], (values.min(axis=0), values.max(axis=0))))
        return found

    def total(self, step: int = -1) -> dict[str, float]:
        """Like :meth:`zone_columns`, for the whole region."""
        found: dict[str, float] = {}
        for name in CARBON_AMOUNTS:
            values = np.array([run.totals[step][name] for run in self.runs])
            found[name] = float(values.mean())
            if name in CARBON_RANGES:
                found.update(zip(CARBON_RANGES[name], (float(values.min()), float(values.max()))))
        return found

    @property
    def missing_ha(self) -> float:
        """The largest area of unmet demand of a run."""
        return max(run.missing for run in self.runs) * self.cell_ha


def total_columns(scenarios: Sequence[ScenarioCarbon]) -> dict[str, object]:
    """The region by scenario and year as the columns of a long table."""
    rows = [
        {columns.SCENARIO: each.name, columns.YEAR: _year(year), columns.RUNS: len(each.runs), **each.total(step)}
        for each in scenarios
        for step, year in enumerate(each.years)
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def zone_table_columns(scenarios: Sequence[ScenarioCarbon], zone_names: Sequence[str]) -> dict[str, object]:
    """Zones by scenario and year as the columns of a long table."""
    found: dict[str, list[object]] = {}
    for each in scenarios:
        for step, year in enumerate(each.years):
            values = each.zone_columns(step)
            part: dict[str, Sequence[object]] = {
                columns.SCENARIO: [each.name] * len(zone_names),
                columns.YEAR: [_year(year)] * len(zone_names),
                columns.ZONE_NAME: list(zone_names),
                columns.RUNS: [len(each.runs)] * len(zone_names),
            }
            part.update({name: own.tolist() for name, own in values.items()})
            for name, own in part.items():
                found.setdefault(name, []).extend(own)
    return dict(found)


def scenario_transition_columns(scenarios: Sequence[ScenarioCarbon]) -> dict[str, object]:
    """Long table of demand and result of the first run of each scenario, by year and transition."""
    rows = [
        (each.name, _year(year), int(each.codes[now]), int(each.codes[later]), _asked(each, step, now, later), cells)
        for each in scenarios
        for step, year in enumerate(each.years)
        for (now, later), cells in np.ndenumerate(each.runs[0].found[step])
    ]
    names = (columns.SCENARIO, columns.YEAR, columns.FROM_CODE, columns.TO_CODE, columns.DEMAND_CELLS, columns.CELLS)
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def _asked(each: ScenarioCarbon, step: int, now: int, later: int) -> int | None:
    asked = each.runs[0].asked
    return None if asked is None else int(asked[step, now, later])


def _year(year: str) -> float | None:
    return float(year) if year else None


def zone_layer_columns(
    scenarios: Sequence[ScenarioCarbon], suffixed: Callable[[str], Mapping[str, str]]
) -> dict[str, np.ndarray]:
    """The columns of the zone layer: those of each scenario in the target year, with its number appended.

    Args:
        scenarios: scenarios in table order.
        suffixed: returns the column names for a suffix such as ``_1``.
    """
    found = {}
    for number, each in enumerate(scenarios, 1):
        names = suffixed(f"_{number}")
        found.update({names[name]: values for name, values in each.zone_columns().items()})
    return found
