"""The steps of a simulation: feasibility of demands is checked first, then the steps are run with a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed, present
from ...runtime.i18n import tr
from ...runtime.log import Log
from ..automaton.rules import Rules
from ..automaton.step import run_step
from ..automaton.targets import ClassTarget, TransitionTarget
from ..land_use_demand import demand_check
from ..land_use_demand.transition_check import TransitionReach, missing_cells, new_changes, reach_transitions
from ..landscape.distributed_landscape import AnyLandscape


@dataclass
class History:
    """The history of a simulation with one entry per iteration.

    Attributes:
        steps: step of each entry, from 0.
        iterations: number from 0; -1 for the state at the end of a step.
        cells: cells of each class before the iteration, (classes,) each.
        inertia: inertia of each class, (classes,) each.
        changed: cells changed in the iteration, or in the final rounds for the last entry.
    """

    steps: list[int] = field(default_factory=list)
    iterations: list[int] = field(default_factory=list)
    cells: list[np.ndarray] = field(default_factory=list)
    inertia: list[np.ndarray] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)

    def add(self, step: int, iteration: int, cells: np.ndarray, inertia: np.ndarray, changed: int) -> None:
        """Add an entry."""
        self.steps.append(step)
        self.iterations.append(iteration)
        self.cells.append(np.asarray(cells).copy())
        self.inertia.append(np.asarray(inertia).copy())
        self.changed.append(changed)


@dataclass(frozen=True)
class StepResult:
    """The result of a step, in cells.

    Attributes:
        demand: the demand, (classes,).
        aim: the nearest feasible demand, (classes,).
        cells: cells of each class at the end, (classes,).
        settled: changes made by the final rounds.
        found: cells by class at the start (row) and the end of the step, int64 (classes, classes); with demand by
            transition from the start of the run.
        asked: the same as demanded, ``None`` if demand is by class.
    """

    demand: np.ndarray
    aim: np.ndarray
    cells: np.ndarray
    settled: int
    found: np.ndarray
    asked: np.ndarray | None = None

    @property
    def missing(self) -> int:
        """Number of cells of unmet demand, by class or by transition."""
        if self.asked is not None:
            return int(missing_cells(self.asked, self.found))
        return int(np.maximum(self.demand - self.cells, 0).sum())


def check_rules(rules: Rules, classes: int) -> None:
    """Refuse a permission matrix or weights that do not match the classes, and negative weights.

    Raises:
        CarbonBalanceError: the rules are invalid.
    """
    if np.shape(rules.permitted) != (classes, classes):
        raise CarbonBalanceError(
            tr(
                "The permission matrix has {found} rows and columns, but the land cover has {classes} classes: one row "
                "and one column per class are needed."
            ).format(found=" x ".join(str(size) for size in np.shape(rules.permitted)), classes=classes)
        )
    weights = np.asarray(rules.weights, float)
    if weights.shape != (classes,):
        raise CarbonBalanceError(
            tr("There are {found} neighbourhood weights for {classes} classes: one per class is needed.").format(
                found=weights.size, classes=classes
            )
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise CarbonBalanceError(tr("The neighbourhood weights must be numbers of at least 0."))


def _nothing_free() -> CarbonBalanceError:
    return CarbonBalanceError(
        tr("No cell can change: the restricted areas, or gaps in the suitability, cover the whole land cover.")
    )


def _aim(
    land: AnyLandscape,
    cells: np.ndarray,
    rules: Rules,
    demand: np.ndarray,
    labels: Sequence[str],
    cell_ha: float,
    nearest: bool,
    log: Log,
) -> np.ndarray:
    """The demand, or the nearest feasible one if it is infeasible and ``nearest`` permits it."""
    # At the start of a step each free cell still has its initial class.
    free = np.diag(land.held())
    if not free.sum():
        raise _nothing_free()
    found = demand_check.reach(free, cells - free, rules.permitted, demand)
    if not found.is_reachable:
        sentence = demand_check.unreachable(found, rules.permitted, labels, cell_ha, nearest)
        if not nearest:
            raise CarbonBalanceError(sentence)
        log.warn(sentence)
    return found.nearest


def simulate(
    land: AnyLandscape,
    rules: Rules,
    demands: np.ndarray,
    labels: Sequence[str],
    cell_ha: float,
    nearest: bool = False,
    flows: np.ndarray | None = None,
    log: Log | None = None,
    on_step: Callable[[int], None] | None = None,
) -> tuple[list[StepResult], History]:
    """Run the automaton for each demand in turn, starting each step from the previous result.

    Args:
        land: the region; contains the map of the last step afterwards.
        rules: rules of the automaton.
        demands: demanded cells of each class at the end of each step, int64 (steps, classes).
        labels: names of the classes, for messages.
        cell_ha: area of a cell, for messages.
        flows: cells to change from class (row) to class (column) between the start of the run and the end of each step,
            int64 (steps, classes, classes), which result in ``demands``. A cell then changes only once in the run
            (again only if a later step demands less of a change than an earlier one), and permissions refer to its
            initial class.
        nearest: whether to use the nearest feasible demand if a demand is infeasible.
        log: notes, progress and cancellation.
        on_step: called with the number of each finished step, while ``land`` contains its map.

    Raises:
        CarbonBalanceError: invalid rules, no free cells, or a demand that does not add up or is infeasible (and
            ``nearest`` is not set).
    """
    log = log or Log()
    check_rules(rules, land.classes)
    demands, cells = np.asarray(demands, np.int64), land.counts()
    for demand in demands:
        demand_check.check_demand(demand, int(cells.sum()), labels, cell_ha)
    reached = None
    if flows is not None:
        if not nearest:
            _check_flows(flows, rules, labels, cell_ha)
        reached = _reached(
            land, rules, np.asarray(flows, np.int64), labels=labels, cell_ha=cell_ha, nearest=nearest, log=log
        )
    # Only the first step can be checked before the run; later ones depend on its result.
    history, results = History(), []
    start = cells
    for step, demand in enumerate(demands):
        if reached is None:
            land.take_as_origin()
            start = cells
            aim = _aim(land, cells, rules, demand=demand, labels=labels, cell_ha=cell_ha, nearest=nearest, log=log)
            target: ClassTarget | TransitionTarget = ClassTarget(aim, cells)
        else:
            after = reached.nearest[step]
            before = reached.nearest[step - 1] if step else np.diag(start)
            aim = after.sum(axis=0)
            target = TransitionTarget(new_changes(before, after), after - np.diag(start - reached.free), aim, cells)
        if reached is None or not step:
            land.begin(rules.permitted, rules.weights)
        settled = run_step(
            land,
            rules,
            target,
            step=step,
            log=log.part(step / len(demands), (step + 1) / len(demands)),
            on_iteration=partial(history.add, step),
        )
        cells = aim - target.gaps
        last = history.inertia[-1] if history.steps and history.steps[-1] == step else np.ones(land.classes)
        history.add(step, -1, cells, last, settled)
        held = land.held()
        found = held + np.diag(start - held.sum(axis=1))
        results.append(
            StepResult(
                demand=demand,
                aim=aim,
                cells=cells,
                settled=settled,
                found=found,
                asked=None if flows is None else np.asarray(flows[step]),
            )
        )
        _log_shortfall(results[-1], step, labels, cell_ha, log)
        if on_step:
            on_step(step)
    return results, history


def _reached(
    land: AnyLandscape,
    rules: Rules,
    flows: np.ndarray,
    labels: Sequence[str],
    cell_ha: float,
    nearest: bool,
    log: Log,
) -> TransitionReach:
    """The transitions, or the nearest feasible ones if they are infeasible and ``nearest`` permits it."""
    free = land.held().sum(axis=1)
    if not free.sum():
        raise _nothing_free()
    found = reach_transitions(free, rules.permitted, flows)
    if not found.is_reachable:
        sentence = found.sentence(labels, cell_ha, nearest)
        if not nearest:
            raise CarbonBalanceError(sentence)
        log.warn(sentence)
    return found


def _check_flows(flows: np.ndarray, rules: Rules, labels: Sequence[str], cell_ha: float) -> None:
    """Refuse transitions that the permission matrix forbids."""
    forbidden = ~np.array(rules.permitted, bool) & ~np.eye(len(labels), dtype=bool)
    for now, later in np.argwhere(forbidden & (np.max(flows, axis=0) > 0)):
        raise CarbonBalanceError(
            tr(
                "The transitions require {area:,.2f} ha from {now} to {later}, which the permission matrix forbids: "
                "permit it or remove it from the transitions."
            ).format(area=np.max(flows, axis=0)[now, later] * cell_ha, now=labels[now], later=labels[later])
        )


def _log_shortfall(result: StepResult, step: int, labels: Sequence[str], cell_ha: float, log: Log) -> None:
    if result.asked is not None:
        _log_transitions(result, step, labels, cell_ha, log)
    gaps = (result.aim - result.cells) * cell_ha
    if gaps.any():
        log.warn(
            tr("Step {step}: at the end of the iterations the demand was not reached by {gaps}.").format(
                step=step + 1, gaps=listed(f"{labels[k]} {gaps[k]:+,.2f} ha" for k in np.flatnonzero(gaps))
            )
        )
    if result.settled:
        log.info(
            tr(
                "Step {step}: {cells} changes remained after the iterations and were assigned to the most likely cells."
            ).format(step=step + 1, cells=result.settled)
        )


def _log_transitions(result: StepResult, step: int, labels: Sequence[str], cell_ha: float, log: Log) -> None:
    """Warn of unmet transitions, with demand and result."""
    different = np.argwhere((result.asked != result.found) & ~np.eye(len(labels), dtype=bool))
    if len(different):
        log.warn(
            tr("Step {step}: demand and result by transition differ: {parts}.").format(
                step=step + 1,
                parts=listed(
                    tr("{now}>{later}: demand {asked:,.2f} ha, result {found:,.2f} ha").format(
                        now=labels[now],
                        later=labels[later],
                        asked=present(result.asked)[now, later] * cell_ha,
                        found=present(result.found)[now, later] * cell_ha,
                    )
                    for now, later in different
                ),
            )
        )
