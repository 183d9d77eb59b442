"""Parameters of the cellular automaton: its demand, neighbourhood, iterations and inertia."""

from __future__ import annotations

from .....core.options.scenarios import DEMAND_UNITS
from .....core.runtime.i18n import tr
from ..common import choice, column, decimal, layer, whole
from .allocation import SETTINGS

DEMAND, AMOUNT, UNIT, TRANSITIONS = "DEMAND", "AMOUNT_FIELD", "UNIT", "TRANSITIONS"
WINDOW, ITERATIONS, ACCELERATION, INERTIA = "WINDOW", "ITERATIONS", "ACCELERATION", "INERTIA"


def add_demand(algorithm) -> None:
    """Add the demand, by class or by transition."""
    algorithm.add(
        layer(DEMAND, tr("Demand by class"), optional=True),
        tr("Table: code and cells, area_ha, area_km2 or share; with a column year, one step per year."),
    )
    algorithm.add(
        column(AMOUNT, tr("Field of the demand"), DEMAND, optional=True),
        tr("Only if the column has another name."),
        advanced=True,
    )
    algorithm.add(
        choice(UNIT, tr("Unit of the demand"), DEMAND_UNITS, "ha"),
        tr("For columns whose name does not state a unit. share: only proportions are used."),
        advanced=True,
    )
    algorithm.add(
        layer(TRANSITIONS, tr("Demand by transition"), optional=True),
        tr(
            "Instead of demand by class: from_code, to_code, area_ha (and year), cumulative from the start; for "
            "a class without a row for persistence, the remaining area persists. Gross changes are then met, and "
            "a cell changes only once; use it with suitability learned from transitions."
        ),
    )


def add_automaton(algorithm) -> None:
    """Add the neighbourhood, the number of iterations, and how the inertia adapts."""
    algorithm.add(
        whole(WINDOW, tr("Neighbourhood"), 3, least=3, most=15),
        tr("Side length of the square around a cell, in cells; an odd number."),
        advanced=True,
        when={SETTINGS: False},
    )
    algorithm.add(
        whole(ITERATIONS, tr("Iterations"), 300, least=1, most=100000),
        tr("Maximum number of iterations per step."),
        advanced=True,
    )
    algorithm.add(
        decimal(ACCELERATION, tr("Acceleration"), 0.1, least=0, most=1),
        tr("How fast the inertia adapts to the demand."),
        advanced=True,
    )
    algorithm.add(
        choice(INERTIA, tr("Inertia rule"), ["deadband", "published"], "deadband"),
        tr(
            "deadband: as in the console version, the inertia adapts only where a class lags. published: the "
            "formula of the paper."
        ),
        advanced=True,
    )
