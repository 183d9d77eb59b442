"""Parameters of the report: columns of supply, demand and population, and further tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....core.options.tables import AMOUNTS, BASES, FLOW, PERSONS, SPECIES_OR_UNSTATED, STOCK
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from .common import areas_km2, choice, column, layer, text

if TYPE_CHECKING:
    import numpy as np

    from ....core.assessment.report.amounts import AmountSource
    from ....core.assessment.report.plan.plan_data import ReportPlan
    from ....core.tables.table import Table
    from ..inputs.given import Given
    from ..inputs.zones import Zones

SUPPLY, DEMAND, POPULATION = "SUPPLY", "DEMAND", "POPULATION"
FLOWS, PLAN, PLAN_SUFFIX, AFTER_PLAN = "FLOWS", "PLAN", "PLAN_SUFFIX", "_plan"
TABLES = ("CLASSES", "LIMITS", "TRANSITIONS", "REGRESSION", "UNCERTAINTY", "EXPANSION", "RESPONSES")
TABLES += ("CHANGES", "DECOMPOSITION", "SERIES", "SHIFTS", "TREND")


def add_amounts(algorithm, zones: str) -> None:
    """Add the columns of supply, demand and population of the layer ``zones``, and their units."""
    for name, title, species, basis in (
        (SUPPLY, tr("Supply"), "C", STOCK),
        (DEMAND, tr("Demand"), "CO2", FLOW),
    ):
        algorithm.add(
            column(name, title, zones, optional=True),
            tr(
                "Only if the zones lack the columns that the tools write (carbon_t or sink_t; emission_t, "
                "demand_t_km2)."
            ),
        )
        algorithm.add(
            choice(f"{name}_UNIT", tr("{what}: unit").format(what=title), AMOUNTS, "t"),
            tr("The unit of that column: a total (t, 10^4 t and so on) or a density (t/km2, t/ha)."),
            advanced=True,
        )
        algorithm.add(
            choice(f"{name}_SPECIES", tr("{what}: counted as").format(what=title), SPECIES_OR_UNSTATED, species),
            tr(
                "Tonnes of carbon (C) or of carbon dioxide (CO2), as stated in the report. For sink_t with the record "
                "of its steps, the default stands for what its coefficients count."
            ),
            advanced=True,
        )
        algorithm.add(
            choice(f"{name}_BASIS", tr("{what}: stock or flow").format(what=title), BASES, basis),
            tr("A stock is an amount at one point in time; a flow is an amount per year. Used with your own column."),
            when={name: True},
            advanced=True,
        )
    algorithm.add(
        column(POPULATION, tr("Population"), zones, optional=True),
        tr("Inhabitants of each zone, for the tables and the Lorenz curve."),
    )
    algorithm.add(
        choice("POPULATION_UNIT", tr("Unit of the population"), list(PERSONS), "persons"),
        tr("Statistical yearbooks often use 10^4 persons."),
        advanced=True,
    )


def add_tables(algorithm) -> None:
    """Add the optional tables."""
    helps = (
        (
            tr("Carbon by zone and class"),
            tr(
                "Table by zone and class from Carbon supply by zone; one by class from Carbon storage, if it covers "
                "the zones only."
            ),
        ),
        (tr("Class limits"), tr("Table from Natural breaks zoning.")),
        (tr("Transitions"), tr("Table of areas that changed class: from_name, to_name, area_ha; or a matrix.")),
        (tr("Regression summary"), tr("Table of a geographically weighted regression; printed unchanged.")),
        (tr("Uncertainty"), tr("Table with mean, deviation and interval of the storage; printed unchanged.")),
        (
            tr("Expansion analysis"),
            tr("Table of the importance of drivers from Land-use suitability; printed, and drawn as bars."),
        ),
        (
            tr("Expansion analysis: response curves"),
            tr("Table of response curves from Land-use suitability; drawn beside the importance (EXPANSION)."),
        ),
        (
            tr("Changes between dates"),
            tr("Table from Carbon balance time series, made with GDP: zones by decoupling state, with bars."),
        ),
        (
            tr("Decomposition"),
            tr("Table from Carbon balance time series: contributions of the factors to the change, with bars."),
        ),
        (
            tr("Zones by date"),
            tr("Table from Carbon balance time series, made with systems: zones by level of coordination."),
        ),
        (
            tr("Shifts of centres"),
            tr("Layer from Carbon centre and shift: distances, directions and arrows."),
        ),
        (tr("Significance of the trend"), tr("Table of areas by class from Carbon trend by cell, as a bar.")),
    )
    for name, (title, help_text) in zip(TABLES, helps):
        algorithm.add(layer(name, title, optional=True), help_text)


def add_plan(algorithm) -> None:
    """Add what the section on the plan shows besides the columns of the zones."""
    algorithm.add(
        layer(FLOWS, tr("Flow lines"), optional=True),
        tr("Lines from Flow of the carbon service: from_zone, to_zone, flow_t, distance_km; drawn as arrows."),
    )
    algorithm.add(
        layer(PLAN, tr("Plan by class"), optional=True),
        tr("Table of demand by class from Land-use optimisation: what changes, and what it gains or costs."),
    )
    algorithm.add(
        text(PLAN_SUFFIX, tr("Suffix of the columns after the plan"), AFTER_PLAN),
        tr(
            "Columns of Carbon compensation between zones after the plan, such as role_plan and excess_t_plan; they "
            "are compared with those of today."
        ),
        advanced=True,
    )


def plan_of(given: Given, zones: Table, suffix: str) -> ReportPlan:
    """The parts of a plan that the zones have and that were given."""
    from ....core.assessment.report.plan.plan_data import read_plan

    return read_plan(zones, suffix, given.text(PLAN_SUFFIX), given.table(FLOWS), given.table(PLAN))


def amount(given: Given, name: str, sink_species: str = "") -> AmountSource:
    """The source of ``SUPPLY`` or ``DEMAND``, with its units; ``sink_species`` counts unless a species is chosen."""

    from ....core.assessment.report.amounts import AmountSource

    unit, species, basis = (given.choice(f"{name}_{part}") for part in ("UNIT", "SPECIES", "BASIS"))
    default = given.algorithm.parameterDefinition(f"{name}_SPECIES").defaultValue()
    return AmountSource(given.field(name) or "", unit, species, basis, sink_species if species == default else "")


def tables(given: Given) -> dict[str, Table | None]:
    """The optional tables by the names of :class:`core.assessment.report.data.Extras`."""
    return {name.lower(): given.table(name) for name in TABLES}


def areas_or_nothing(given: Given, zones: Zones, log: Log) -> np.ndarray:
    """Areas of the zones, km2 (zones,); NaN with a warning if they can be neither read nor measured."""
    import numpy as np

    if given.field("AREA") is None and not zones.crs.isValid():
        log.warn(tr("The zones have no coordinate reference system and no column of areas: areas are left out."))
        return np.full(len(zones), np.nan)
    return areas_km2(given, zones)
