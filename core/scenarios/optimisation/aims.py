"""What a land plan is to be good at: an amount per ha of each class, to be made large or small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...options.scenarios import EMISSION_AIM
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...tables import columns
from ...tables.names import plan_columns
from .conflicts import Price, prices
from .land_plan import ClassBounds, Floor, Land, LandPlan, best_plan

# So many constraints are named in a message, the dearest first.
_MOST_NAMED = 5


@dataclass(frozen=True)
class Aim:
    """An aim.

    Attributes:
        kind: one of ``options.scenarios.AIMS``.
        title: in the user's language, with the unit of the sum.
        amount_ha: of each class, per ha (classes,).
    """

    kind: str
    title: str
    amount_ha: np.ndarray

    @property
    def sign(self) -> int:
        """1 if the amount is to be large, -1 if it is to be small."""
        return -1 if self.kind == EMISSION_AIM else 1

    @property
    def gain_ha(self) -> np.ndarray:
        """What is to be large, per ha (classes,)."""
        return self.sign * self.amount_ha

    def floor(self, wish: float | None) -> Floor | None:
        """The wish, in the aim's own sense, as something to be reached."""
        return None if wish is None else Floor(self.gain_ha, self.sign * wish)


def reached(land: Land, bounds: ClassBounds, aim: Aim, wish: float | None) -> None:
    """Refuse a wish for an aim that no plan reaches, naming what stands in the way.

    Args:
        land, bounds: with at least one plan.
        aim: the aim.
        wish: sum of the aim over the land, at least (an emission: at most); ``None`` for none.

    Raises:
        CarbonBalanceError: the best that is possible falls short of the wish.
    """
    best = best_plan(land, bounds, aim.gain_ha)
    if wish is None or best is None:
        return
    possible = best.value(aim.amount_ha)
    missing = aim.sign * (wish - possible)
    if missing <= 1e-9 * max(abs(wish), abs(possible)):
        return
    raise unreached(land, bounds, aim, wish, prices(land, bounds, aim.gain_ha))


def unreached(
    land: Land, bounds: ClassBounds, aim: Aim, wish: float, dear: Sequence[Price], floor: Floor | None = None
) -> CarbonBalanceError:
    """What to tell of a wish that cannot be reached."""
    best = best_plan(land, bounds, aim.gain_ha, floor)
    values = {
        "aim": aim.title,
        "wish": wish,
        "best": float("nan") if best is None else best.value(aim.amount_ha),
        "now": float(land.cells @ aim.amount_ha) * land.cell_ha,
        "parts": "; ".join(
            tr("{constraint} (without it {gain:,.6g} better)").format(
                constraint=each.constraint.words(land, bounds), gain=each.gain
            )
            for each in dear[:_MOST_NAMED]
        )
        or tr("several constraints together, none of them alone"),
    }
    if aim.sign > 0:
        text = tr(
            "{aim}: at least {wish:,.6g} is wanted, but no plan within the constraints has more than {best:,.6g} (now "
            "{now:,.6g}). What binds: {parts}."
        )
    else:
        text = tr(
            "{aim}: at most {wish:,.6g} is wanted, but no plan within the constraints has less than {best:,.6g} (now "
            "{now:,.6g}). What binds: {parts}."
        )
    return CarbonBalanceError(text.format(**values))


def demand_columns(plan: LandPlan, bounds: ClassBounds, codes: np.ndarray) -> dict[str, object]:
    """The plan by class, as the columns of a table that a simulation takes as its demand by class."""
    land = plan.land
    return {
        columns.CODE: codes,
        plan_columns.AREA_NOW_HA: land.cells * land.cell_ha,
        columns.AREA_HA: plan.cells * land.cell_ha,
        plan_columns.CHANGE_HA: (plan.cells - land.cells) * land.cell_ha,
        columns.SHARE: plan.cells / land.cells.sum(),
        columns.CELLS: plan.cells,
        plan_columns.MIN_HA: bounds.least * land.cell_ha,
        plan_columns.MAX_HA: np.where(np.isfinite(bounds.most), bounds.most * land.cell_ha, np.nan),
    }


def transition_columns(plan: LandPlan, codes: np.ndarray) -> dict[str, object]:
    """The plan by transition, as the columns of a table that a simulation takes as its demand by transition."""
    now, later = np.indices(plan.flows.shape).reshape(2, -1)
    return {
        columns.FROM_CODE: codes[now],
        columns.TO_CODE: codes[later],
        columns.CELLS: plan.flows.ravel(),
        columns.AREA_HA: plan.flows.ravel() * plan.land.cell_ha,
    }


def price_columns(found: Sequence[Price], codes: np.ndarray) -> dict[str, object]:
    """What binds a plan, as the columns of a table."""
    return {
        plan_columns.CONSTRAINT: [each.constraint.kind for each in found],
        columns.CODE: codes[[each.constraint.place for each in found]] if found else codes[:0],
        plan_columns.AIM_GAIN: np.array([each.gain for each in found], float),
        plan_columns.GAIN_PER_HA: np.array([each.gain_per_ha for each in found], float),
    }


def front_columns(front: Sequence[tuple[float, LandPlan]], first: Aim, second: Aim) -> dict[str, object]:
    """A Pareto front, as the columns of a table."""
    return {
        plan_columns.FRONT_POINT: np.arange(1, len(front) + 1),
        plan_columns.WISH_2: np.array([second.sign * wanted for wanted, _ in front], float),
        plan_columns.AIM: np.array([plan.value(first.amount_ha) for _, plan in front], float),
        plan_columns.AIM_2: np.array([plan.value(second.amount_ha) for _, plan in front], float),
        plan_columns.CHANGED_HA: np.array([plan.changed_cells * plan.land.cell_ha for _, plan in front], float),
    }
