"""Exact solution of the transport problem: least-cost flows from supply to demand locations.

The network simplex method with strongly feasible trees (Cunningham 1976): a root node takes the remainder of the larger
side. It starts from a plan that is good already: prices of a smoothed problem (Sinkhorn iterations, Cuturi 2013) order
the arcs, and each arc in turn carries as much as its ends allow. Pivots use the arcs of every location that are
cheapest at these prices; when none of them improves the plan, the reduced costs of all arcs are checked and arcs that
improve the plan are added, until there are none. The result is therefore optimal over all arcs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...runtime.log import Log

# Number of arcs from and to each location considered first, and number of arcs examined per step.
_NEAREST, _BLOCK_ARCS = 8, 3000
# Smoothing as a share of the largest cost, and rounds: each step starts from the prices of the step before.
_SMOOTHING_STEPS = ((0.1, 10), (0.03, 15), (0.01, 30))
# Reduced costs below this share of the largest cost are rounding errors.
_COST_TOLERANCE = 1e-10


class _Tree:
    """A spanning tree of sources (0 to m - 1), targets (m to m + n - 1) and the root, with the flow of its arcs.

    Every node except the root is connected to its parent by an arc that goes up (from the node) or down (to it).
    """

    def __init__(
        self, supply: np.ndarray, demand: np.ndarray, cost: np.ndarray, priced: np.ndarray, unserved_cost: float
    ) -> None:
        """A plan that serves along the arcs in the order of ``priced`` (m, n).

        A shortage of the smaller side has the cost ``unserved_cost``, larger than that of any arc.
        """
        m, n = cost.shape
        self.root = m + n
        # The remainder of the larger side has no cost.
        larger = supply.sum() >= demand.sum()
        to_root = [0.0 if larger else unserved_cost] * m + [unserved_cost * larger] * n
        self.parent = [self.root] * (m + n) + [-1]
        self.up = [True] * m + [False] * n + [False]
        self.flow = [*supply.tolist(), *demand.tolist(), 0.0]
        self.children: list[set[int]] = [set() for _ in range(m + n + 1)]
        # Number of nodes of the subtree below each node, itself included.
        self.size = [1] * (m + n + 1)
        order = self._hang_in_turn(priced)
        for node in order:
            self.children[self.parent[node]].add(node)
            self.size[self.parent[node]] += self.size[node]
        self.potential = np.zeros(m + n + 1)
        for node in reversed(order):
            above = self.parent[node]
            if above == self.root:
                length = to_root[node]
            else:
                length = float(cost[node, above - m] if node < m else cost[above, node - m])
            self.potential[node] = self.potential[above] + (-length if self.up[node] else length)

    def _hang_in_turn(self, priced: np.ndarray) -> list[int]:
        """Serve along every arc in turn; the end that it exhausts becomes a child of the other, the rest of the root.

        Returns:
            all nodes but the root, every node before its parent.
        """
        m, n = priced.shape
        parent, up, flow = self.parent, self.up, self.flow
        is_open = np.ones(m + n, bool)
        order: list[int] = []

        def serve(sources: np.ndarray, targets: np.ndarray) -> None:
            for source, end in zip(sources.tolist(), (targets + m).tolist()):
                if not (is_open[source] and is_open[end]):
                    continue
                # A target that is exhausted together with its source is the child: an arc without flow must go up.
                child, above = (end, source) if flow[end] <= flow[source] else (source, end)
                parent[child], up[child] = above, child == source
                flow[above] -= flow[child]
                is_open[child] = False
                order.append(child)

        arcs = _cheapest(priced)
        arcs = arcs[np.argsort(priced.ravel()[arcs], kind="stable")]
        serve(arcs // n, arcs % n)
        # Few locations are left, so that all arcs between them can be sorted.
        rows, columns = np.flatnonzero(is_open[:m]), np.flatnonzero(is_open[m:])
        if len(rows) and len(columns):
            arcs = np.argsort(priced[np.ix_(rows, columns)], axis=None, kind="stable")
            serve(rows[arcs // len(columns)], columns[arcs % len(columns)])
        return order + np.flatnonzero(is_open).tolist()

    def enter(self, source: int, target: int, reduced_cost: float) -> None:
        """Pivot: push the maximum flow along the cycle of the entering arc; the blocking arc leaves the tree."""
        first, second = source, target
        parent, size, up, flow = self.parent, self.size, self.up, self.flow
        least, leaving, on_source_side = float("inf"), -1, True
        a, b, side_a, side_b = first, second, [], []
        while a != b:
            if size[a] <= size[b]:
                side_a.append(a)
                a = parent[a]
            else:
                side_b.append(b)
                b = parent[b]
        for node in side_a:
            if up[node] and flow[node] < least:
                least, leaving, on_source_side = flow[node], node, True
        for node in side_b:
            if not up[node] and flow[node] <= least:
                least, leaving, on_source_side = flow[node], node, False
        if least:
            for node in side_a:
                flow[node] += -least if up[node] else least
            for node in side_b:
                flow[node] += least if up[node] else -least
        inside, outside = (first, second) if on_source_side else (second, first)
        moved = size[leaving]
        self._resize(side_a if on_source_side else side_b, side_b if on_source_side else side_a, leaving, moved)
        self._hang(leaving, inside, outside, on_source_side, least)
        self._shift(inside, moved, -reduced_cost if on_source_side else reduced_cost)

    def _hang(self, top: int, inside: int, outside: int, goes_up: bool, amount: float) -> None:
        """Detach the subtree below ``top`` and attach it by its node ``inside`` to ``outside``."""
        parent, up, flow, children = self.parent, self.up, self.flow, self.children
        node, above, upward, carried = inside, outside, goes_up, amount
        while True:
            before, before_up, before_flow = parent[node], up[node], flow[node]
            children[before].discard(node)
            parent[node], up[node], flow[node] = above, upward, carried
            children[above].add(node)
            if node == top:
                return
            node, above, upward, carried = before, node, not before_up, before_flow

    def _resize(self, inner: list[int], outer: list[int], leaving: int, moved: int) -> None:
        """Number of nodes below each node of the cycle once ``leaving`` hangs on the other side."""
        size = self.size
        at = inner.index(leaving)
        for node in inner[at + 1 :]:
            size[node] -= moved
        for node in outer:
            size[node] += moved
        below = 0
        for node in inner[: at + 1]:
            size[node], below = moved - below, size[node]

    def _shift(self, top: int, moved: int, amount: float) -> None:
        """Increase the potentials of the subtree below ``top`` relative to the others, on the smaller side."""
        children = self.children
        if 2 * moved <= len(children):
            part = [top]
            for node in part:
                part += children[node]
            self.potential[part] += amount
            return
        part = [self.root]
        children[self.parent[top]].discard(top)
        for node in part:
            part += children[node]
        children[self.parent[top]].add(top)
        self.potential[part] -= amount

    def flows(self, supply: np.ndarray, demand: np.ndarray) -> Iterator[tuple[int, int, float]]:
        """Source, target and amount of each arc, computed from the leaves up to avoid accumulated rounding."""
        left = [*supply.tolist(), *(-demand).tolist(), 0.0]
        order = [self.root]
        for node in order:
            order += self.children[node]
        for node in reversed(order[1:]):
            amount = left[node]
            left[self.parent[node]] += amount
            if self.parent[node] != self.root and amount:
                ends = (node, self.parent[node]) if self.up[node] else (self.parent[node], node)
                yield ends[0], ends[1] - len(supply), amount if self.up[node] else -amount


def _cheapest(cost: np.ndarray) -> np.ndarray:
    """Flat indices of the cheapest arcs of every source and target, ascending."""
    m, n = cost.shape
    wanted = np.zeros(cost.shape, bool)
    of_source, of_target = min(_NEAREST, n), min(_NEAREST, m)
    rows = np.argpartition(cost, of_source - 1, axis=1)[:, :of_source]
    np.put_along_axis(wanted, rows, True, axis=1)
    columns = np.argpartition(cost, of_target - 1, axis=0)[:of_target]
    np.put_along_axis(wanted, columns, True, axis=0)
    return np.flatnonzero(wanted)


def _smoothed(supply: np.ndarray, demand: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Costs less the prices of supply and demand in a smoothed problem (m, n), low where an optimal plan has flows."""
    largest = float(cost.max()) or 1.0
    spare = float(supply.sum() - demand.sum())
    of_source, of_target, of_spare = np.zeros(len(supply)), np.zeros(len(demand)), 0.0
    with np.errstate(all="ignore"):
        for share, rounds in _SMOOTHING_STEPS:
            width = share * largest
            pull = np.maximum(np.exp((of_target - cost) / width), np.finfo(float).tiny)
            columns, free = np.ones(len(demand)), float(np.exp(of_spare / width))
            for _ in range(rounds):
                # What the larger side has to spare goes anywhere, or comes from anywhere, at no cost.
                if spare > 0:
                    rows = supply / (pull @ columns + free)
                    columns, free = demand / (rows @ pull), spare / float(rows.sum())
                else:
                    rows = supply / (pull @ columns)
                    columns = demand / (rows @ pull - spare / columns.sum())
            of_source, of_target = width * np.log(rows), of_target + width * np.log(columns)
            of_spare = width * float(np.log(free)) if spare > 0 else 0.0
        priced = cost - of_source[:, None] - of_target
    # Very unequal amounts may have no such prices: then the costs alone order the arcs.
    return priced if np.isfinite(priced).all() else cost


def _improve(tree: _Tree, sources: np.ndarray, targets: np.ndarray, costs: np.ndarray, slack: float, log: Log) -> None:
    """Pivot until none of the given arcs improves the plan."""
    at, idle, count = 0, 0, len(costs)
    while idle < count:
        block = slice(at, min(at + _BLOCK_ARCS, count))
        reduced = costs[block] + tree.potential[sources[block]] - tree.potential[targets[block]]
        best = int(reduced.argmin())
        if reduced[best] < -slack:
            arc = at + best
            tree.enter(int(sources[arc]), int(targets[arc]), float(reduced[best]))
            idle = 0
            continue
        idle += block.stop - at
        at = 0 if block.stop == count else block.stop
        log.check()


def least_cost_transport(
    supply: np.ndarray, demand: np.ndarray, cost: np.ndarray, log: Log
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows from sources to targets with the least total cost; the smaller side is served in full.

    Args:
        supply: supply of each source, positive (m,).
        demand: demand of each target, positive (n,).
        cost: cost per unit from source to target, finite and at least 0 (m, n).
        log: for cancellation.

    Returns:
        source, target (int64) and amount (float64, positive) of each arc with flow, sorted by source and target.
    """
    m, n = cost.shape
    if not m or not n:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    largest = float(cost.max())
    slack = _COST_TOLERANCE * max(largest, 1.0)
    root = m + n
    # Supply of the larger side may remain unused.
    left = np.arange(m) if supply.sum() >= demand.sum() else np.arange(m, root)
    at_root = np.full(len(left), root)
    left_ends = (left, at_root) if supply.sum() >= demand.sum() else (at_root, left)
    priced = _smoothed(supply, demand, cost)
    arcs = _cheapest(priced)
    tree = _Tree(supply, demand, cost, priced, 2 * largest + 1)
    while True:
        sources = np.concatenate([arcs // n, left_ends[0]])
        targets = np.concatenate([arcs % n + m, left_ends[1]])
        _improve(tree, sources, targets, np.concatenate([cost.ravel()[arcs], np.zeros(len(left))]), slack, log)
        reduced = cost + tree.potential[:m, None] - tree.potential[None, m:root]
        missing = np.flatnonzero(reduced.ravel() < -slack)
        if not len(missing):
            break
        # Only the best arcs of each source; all of them would be too many.
        best = np.unique(
            np.concatenate([np.arange(m) * n + reduced.argmin(axis=1), reduced.argmin(axis=0) + np.arange(n)])
        )
        arcs = np.union1d(arcs, best[reduced.ravel()[best] < -slack])
    found = sorted(tree.flows(supply, demand))
    threshold = 1e-14 * max(float(supply.sum()), float(demand.sum()))
    kept = [each for each in found if each[2] > threshold]
    return (
        np.array([each[0] for each in kept], np.int64),
        np.array([each[1] for each in kept], np.int64),
        np.array([each[2] for each in kept]),
    )
