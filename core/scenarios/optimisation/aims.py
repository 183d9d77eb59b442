"""Aims of a land-use plan: an amount per ha of each class that is maximised or minimised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from ...options.scenarios import EMISSION_AIM
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...tables import columns
from ...tables.names import plan_columns
from .conflicts import Price, prices
from .land_plan import ClassBounds, Floor, Land, LandPlan, best_plan

# Number of constraints named in a message, the most costly first.
_MOST_NAMED = 5


@dataclass(frozen=True)
class Aim:
    """An aim.

    Attributes:
        kind: one of ``options.scenarios.AIMS``.
        title: title in the user's language, with the unit of the sum.
        amount_ha: amount per ha of each class (classes,).
        names: names of the classes, "" if unknown (classes,).
    """

    kind: str
    title: str
    amount_ha: np.ndarray
    names: Sequence[str] = ()

    @property
    def sign(self) -> int:
        """1 if the amount is maximised, -1 if it is minimised."""
        return -1 if self.kind == EMISSION_AIM else 1

    @property
    def gain_ha(self) -> np.ndarray:
        """The amount to maximise, per ha (classes,)."""
        return self.sign * self.amount_ha

    def floor(self, target: float | None) -> Floor | None:
        """The target value of the aim as a lower bound of the gain."""
        return None if target is None else Floor(self.gain_ha, self.sign * target)


def require_reachable(land: Land, bounds: ClassBounds, aim: Aim, target: float | None) -> None:
    """Refuse a target value of an aim that no plan reaches, naming the binding constraints.

    Args:
        land, bounds: land and bounds with at least one feasible plan.
        aim: the aim.
        target: target of the sum over the land, a minimum (for emissions a maximum); ``None`` for none.

    Raises:
        CarbonBalanceError: the best plan does not reach the target.
    """
    best = best_plan(land, bounds, aim.gain_ha)
    if target is None or best is None:
        return
    possible = best.value(aim.amount_ha)
    missing = aim.sign * (target - possible)
    if missing <= 1e-9 * max(abs(target), abs(possible)):
        return
    raise unreachable_target(land, bounds, aim, target, prices(land, bounds, aim.gain_ha))


def unreachable_target(
    land: Land, bounds: ClassBounds, aim: Aim, target: float, binding: Sequence[Price], floor: Floor | None = None
) -> CarbonBalanceError:
    """The message about a target that cannot be reached."""
    best = best_plan(land, bounds, aim.gain_ha, floor)
    values = {
        "aim": aim.title,
        "target": target,
        "best": float("nan") if best is None else best.value(aim.amount_ha),
        "now": float(land.cells @ aim.amount_ha) * land.cell_ha,
        "parts": "; ".join(
            tr("{constraint} (without it {gain:,.6g} better)").format(
                constraint=each.constraint.words(land, bounds), gain=each.gain
            )
            for each in binding[:_MOST_NAMED]
        )
        or tr("several constraints in combination, none of them alone"),
    }
    if aim.sign > 0:
        text = tr(
            "{aim}: at least {target:,.6g} is required, but no plan within the constraints has more than {best:,.6g} "
            "(present value {now:,.6g}). Binding constraints: {parts}."
        )
    else:
        text = tr(
            "{aim}: at most {target:,.6g} is required, but no plan within the constraints has less than {best:,.6g} "
            "(present value {now:,.6g}). Binding constraints: {parts}."
        )
    return CarbonBalanceError(text.format(**values))


def demand_columns(plan: LandPlan, bounds: ClassBounds, codes: np.ndarray, aim: Aim) -> dict[str, object]:
    """Table columns of the plan by class with its first aim, which a simulation accepts as demand by class."""
    land = plan.land
    change_ha = (plan.cells - land.cells) * land.cell_ha
    return {
        columns.CODE: codes,
        columns.NAME: [name or f"class {code}" for name, code in zip_longest(aim.names, codes.tolist(), fillvalue="")],
        plan_columns.AREA_NOW_HA: land.cells * land.cell_ha,
        columns.AREA_HA: plan.cells * land.cell_ha,
        plan_columns.CHANGE_HA: change_ha,
        columns.SHARE: plan.cells / land.cells.sum(),
        columns.CELLS: plan.cells,
        plan_columns.MIN_HA: bounds.least * land.cell_ha,
        plan_columns.MAX_HA: np.where(np.isfinite(bounds.most), bounds.most * land.cell_ha, np.nan),
        plan_columns.AIM_NAME: [aim.kind] * len(codes),
        plan_columns.AIM_PER_HA: aim.amount_ha,
        # Adding 0 turns -0 into 0.
        plan_columns.AIM_CHANGE: aim.amount_ha * change_ha + 0.0,
    }


def transition_columns(plan: LandPlan, codes: np.ndarray) -> dict[str, object]:
    """Table columns of the plan by transition, which a simulation accepts as demand by transition."""
    now, later = np.indices(plan.flows.shape).reshape(2, -1)
    return {
        columns.FROM_CODE: codes[now],
        columns.TO_CODE: codes[later],
        columns.CELLS: plan.flows.ravel(),
        columns.AREA_HA: plan.flows.ravel() * plan.land.cell_ha,
    }


def price_columns(found: Sequence[Price], codes: np.ndarray) -> dict[str, object]:
    """Table columns of the binding constraints of a plan."""
    return {
        plan_columns.CONSTRAINT: [each.constraint.kind for each in found],
        columns.CODE: codes[[each.constraint.place for each in found]] if found else codes[:0],
        plan_columns.AIM_GAIN: np.array([each.gain for each in found], float),
        plan_columns.GAIN_PER_HA: np.array([each.gain_per_ha for each in found], float),
    }


def front_columns(front: Sequence[tuple[float, LandPlan]], first: Aim, second: Aim) -> dict[str, object]:
    """Table columns of a Pareto front."""
    return {
        plan_columns.FRONT_POINT: np.arange(1, len(front) + 1),
        plan_columns.WISH_2: np.array([second.sign * wanted for wanted, _ in front], float),
        plan_columns.AIM: np.array([plan.value(first.amount_ha) for _, plan in front], float),
        plan_columns.AIM_2: np.array([plan.value(second.amount_ha) for _, plan in front], float),
        plan_columns.CHANGED_HA: np.array([plan.changed_cells * plan.land.cell_ha for _, plan in front], float),
    }
