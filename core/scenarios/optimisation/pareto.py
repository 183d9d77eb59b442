"""The Pareto front of two aims by the epsilon-constraint method (Haimes, Lasdon and Wismer 1971)."""

from __future__ import annotations

import numpy as np

from ...runtime.log import Log
from .land_plan import ClassBounds, Floor, Land, LandPlan, before, best_plan


def pareto_front(
    land: Land, bounds: ClassBounds, first_ha: np.ndarray, second_ha: np.ndarray, points: int, log: Log
) -> list[tuple[float, LandPlan]]:
    """Plans from the best of the first aim to the best of the second; none is dominated by another.

    The second aim must reach equidistant values between both ends (each of which is the best of its aim and, among
    equal ones, the best of the other; Mavrotas 2009), and the first aim is maximised.

    Args:
        land, bounds: see :func:`.land_plan.best_plan`.
        first_ha, second_ha: gain per ha of each class (classes,).
        points: number of points, at least 2; fewer result if plans coincide.
        log: progress and cancellation.

    Returns:
        required values of the second aim with the plans; empty if no plan satisfies the bounds.
    """
    start = best_plan(land, bounds, before(first_ha, second_ha))
    end = best_plan(land, bounds, before(second_ha, first_ha))
    if start is None or end is None:
        return []
    low, high = start.value(second_ha), end.value(second_ha)
    slack = 1e-9 * max(abs(low), abs(high))
    front = [(low, start)]
    for number in range(1, points):
        log.check()
        wanted = low + (high - low) * number / (points - 1)
        is_last = number == points - 1
        floor = Floor(second_ha, wanted - slack)
        plan = end if is_last else best_plan(land, bounds, before(first_ha, second_ha), floor)
        if plan is not None and (plan.cells != front[-1][1].cells).any():
            front.append((wanted, plan))
    return front
