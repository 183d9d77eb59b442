"""What a report knows of a plan: payments before and after it, flows between zones, and areas by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ....runtime.errors import CarbonBalanceError
from ....runtime.i18n import tr
from ....tables import columns
from ....tables.names import plan_columns
from ....tables.table import Table
from ...provenance.record import StepRecord

COMPENSATION_STEP = "carboncompensation"


@dataclass(frozen=True)
class Account:
    """Payments and sink of the zones in one state of the land; ``None`` for missing columns.

    Attributes:
        roles: "pays", "receives", "neither" or ``None`` (zones,).
        excess_t: net emission above the baseline, t a year (zones,).
        compensation: money a year, positive if the zone pays (zones,).
        sink_t: t a year (zones,).
    """

    roles: list[str | None] | None
    excess_t: np.ndarray | None
    compensation: np.ndarray | None
    sink_t: np.ndarray | None


@dataclass(frozen=True)
class FlowLines:
    """Flows from zone to zone, the arrays (flows,)."""

    start: list[str]
    end: list[str]
    amount_t: np.ndarray
    distance_km: np.ndarray


@dataclass(frozen=True)
class ClassPlan:
    """Areas by class now and in the plan, arrays (classes,).

    Attributes:
        names: names of the classes.
        now_ha, planned_ha: areas.
        aim: kind of the aim, one of ``options.scenarios.AIMS``; "" if unknown.
        per_ha: amount of the aim per ha, NaN if unknown.
        gain: change of the aim, NaN if unknown.
    """

    names: list[str]
    now_ha: np.ndarray
    planned_ha: np.ndarray
    aim: str
    per_ha: np.ndarray
    gain: np.ndarray

    @property
    def change_ha(self) -> np.ndarray:
        """Change in area (classes,)."""
        return self.planned_ha - self.now_ha


@dataclass(frozen=True)
class ReportPlan:
    """All parts of the plan that were given.

    Attributes:
        labels: names of the zones as the flow lines have them (zones,).
        now, after: accounts before and after the plan.
        outflow_t, inflow_t: surplus counted for other zones and deficit met by them (zones,), or ``None``.
        flows: lines, ``None`` if not given.
        classes: areas by class, ``None`` if not given.
    """

    labels: list[str]
    now: Account
    after: Account
    outflow_t: np.ndarray | None = None
    inflow_t: np.ndarray | None = None
    flows: FlowLines | None = None
    classes: ClassPlan | None = None

    def is_empty(self) -> bool:
        """Whether nothing of a plan is known: no payments, no flows, no areas by class."""
        return self.now.roles is None and self.flows is None and self.classes is None


def read_plan(
    zones: Table, suffix: str, after_suffix: str, flows: Table | None = None, classes: Table | None = None
) -> ReportPlan:
    """The parts of a plan in the zones and tables that were given.

    Args:
        zones: zones with the columns of Carbon compensation, and again with ``after_suffix``.
        suffix: suffix of the present columns.
        after_suffix: suffix of the columns after the plan.
        flows: lines of Flow of the carbon service.
        classes: demand by class of Land-use optimisation.

    Raises:
        CarbonBalanceError: a table lacks a column, or has text instead of numbers.
    """
    nothing = Account(None, None, None, None)
    return ReportPlan(
        labels=zones.row_names(),
        now=_account(zones, suffix),
        after=_account(zones, after_suffix) if after_suffix != suffix else nothing,
        outflow_t=_numbers_or_none(zones, plan_columns.OUTFLOW_T + suffix),
        inflow_t=_numbers_or_none(zones, plan_columns.INFLOW_T + suffix),
        flows=None if flows is None else _flow_lines(flows),
        classes=None if classes is None else _class_plan(classes),
    )


def species_of(steps: Sequence[StepRecord]) -> str:
    """The species in which the last compensation counted, "" if it is not recorded."""
    species = [step.numbers.get("SPECIES") for step in steps if step.algorithm.rpartition(":")[2] == COMPENSATION_STEP]
    return str(species[-1]) if species and species[-1] else ""


def _account(zones: Table, suffix: str) -> Account:
    role = zones.find(plan_columns.ROLE + suffix)
    names = (plan_columns.EXCESS_T, plan_columns.COMPENSATION, columns.SINK_T)
    excess, money, sink = (_numbers_or_none(zones, name + suffix) for name in names)
    # A column named role may be the user's own: it counts only beside the amounts.
    roles = None if role is None or excess is None else zones.texts(role)
    return Account(roles, excess, money, sink)


def _numbers_or_none(table: Table, name: str) -> np.ndarray | None:
    found = table.find(name)
    # Without a price the compensation is NULL in every row.
    if found is None or all(value is None for value in table.values(found)):
        return None
    return table.numbers(found)


def _required(table: Table, *names: str) -> None:
    missing = [name for name in names if table.find(name) is None]
    if missing:
        raise CarbonBalanceError(
            tr("{table} has no column {column}: choose the table that the tool wrote.").format(
                table=table.label, column=missing[0]
            )
        )


def _flow_lines(table: Table) -> FlowLines:
    numbers = (plan_columns.FLOW_T, plan_columns.DISTANCE_KM)
    _required(table, plan_columns.FROM_ZONE, plan_columns.TO_ZONE, *numbers)
    start, end = ([text or "" for text in table.texts(name)] for name in (plan_columns.FROM_ZONE, plan_columns.TO_ZONE))
    amount, distance = (table.numbers(name, complete=True) for name in numbers)
    return FlowLines(start, end, amount, distance)


def _class_plan(table: Table) -> ClassPlan:
    _required(table, columns.CODE, columns.AREA_HA, plan_columns.AREA_NOW_HA)
    name = table.find(columns.NAME)
    codes = table.texts(columns.CODE)
    names = [None] * len(table) if name is None else table.texts(name)
    now, planned = (table.numbers(each, complete=True) for each in (plan_columns.AREA_NOW_HA, columns.AREA_HA))
    aim = table.find(plan_columns.AIM_NAME)
    unknown = np.full(len(table), np.nan)
    per_ha, gain = (
        unknown if table.find(each) is None else table.numbers(each)
        for each in (plan_columns.AIM_PER_HA, plan_columns.AIM_CHANGE)
    )
    return ClassPlan(
        names=[text or f"class {code}" for text, code in zip(names, codes)],
        now_ha=now,
        planned_ha=planned,
        aim="" if aim is None else next((text for text in table.texts(aim) if text), ""),
        per_ha=per_ha,
        gain=gain,
    )
