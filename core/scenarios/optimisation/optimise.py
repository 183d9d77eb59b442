"""A complete optimisation: feasibility, targets, optimal plan and Pareto front."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...runtime.errors import CarbonBalanceError, present
from ...runtime.i18n import tr
from ...runtime.log import Log
from .aims import Aim, require_reachable, unreachable_target
from .conflicts import conflict_sentence, conflicting, prices
from .land_plan import ClassBounds, Land, LandPlan, before, best_plan
from .pareto import pareto_front


@dataclass(frozen=True)
class Optimised:
    """The result of an optimisation.

    Attributes:
        plan: the best plan.
        front: required values of the second aim with the plans; empty without a second aim.
    """

    plan: LandPlan
    front: list[tuple[float, LandPlan]] = field(default_factory=list)

    def now(self, aim: Aim) -> float:
        """The sum of an aim at present."""
        land = self.plan.land
        return float(land.cells @ aim.amount_ha) * land.cell_ha


def optimise(
    land: Land,
    bounds: ClassBounds,
    first: Aim,
    second: Aim | None,
    targets: tuple[float | None, float | None],
    points: int,
    log: Log,
) -> Optimised:
    """Find the best plan for an aim and, with a second aim, the Pareto front.

    Args:
        land, bounds: present land and constraints.
        first, second: the aims.
        targets: target of the first aim, and limit of the second.
        points: number of points of the front.
        log: notes, progress and cancellation.

    Raises:
        CarbonBalanceError: contradictory constraints, or a target that cannot be reached, with the reason.
    """
    if not land.free.sum():
        raise CarbonBalanceError(
            tr("No cell may change: restricted areas and gaps in the suitability cover the whole land.")
        )
    conflict = conflicting(land, bounds)
    if conflict:
        raise CarbonBalanceError(conflict_sentence(land, bounds, conflict))
    require_reachable(land, bounds, first, targets[0])
    floor = None
    if second is not None:
        require_reachable(land, bounds, second, targets[1])
        floor = second.floor(targets[1])
    gain = first.gain_ha if second is None else before(first.gain_ha, second.gain_ha)
    plan = present(best_plan(land, bounds, gain, floor))
    target = targets[0]
    if target is not None and first.sign * (target - plan.value(first.amount_ha)) > 1e-9 * abs(target):
        binding = prices(land, bounds, first.gain_ha, floor)
        raise unreachable_target(land, bounds, first, target, binding, floor)
    front = []
    if second is not None:
        front = pareto_front(land, bounds, first.gain_ha, second.gain_ha, points, log)
    result = Optimised(plan, front)
    log.info(
        tr("{aim}: {now:,.6g} at present, {planned:,.6g} in the plan; {changed:,.2f} ha change their class.").format(
            aim=first.title,
            now=result.now(first),
            planned=plan.value(first.amount_ha),
            changed=plan.changed_cells * land.cell_ha,
        )
    )
    return result
