"""Exact solution of the transport problem: least-cost flows from supply to demand locations.

The network simplex method with strongly feasible trees (Cunningham 1976): a root node takes the remainder of the larger
side. It starts with the cheapest arcs of every location; when none of them improves the plan, all arcs are checked and
those that improve it are added, until there are none. The result is therefore optimal over all arcs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...runtime.log import Log

# Number of arcs from and to each location considered first, and number of arcs examined per step.
_NEAREST, _BLOCK_ARCS = 8, 3000
# Reduced costs below this share of the largest cost are rounding errors.
_COST_TOLERANCE = 1e-10


class _Tree:
    """A spanning tree of sources (0 to m - 1), targets (m to m + n - 1) and the root, with the flow of its arcs.

    Every node except the root is connected to its parent by an arc that goes up (from the node) or down (to it).
    """

    def __init__(self, supply: np.ndarray, demand: np.ndarray, unserved_cost: float) -> None:
        m, n = len(supply), len(demand)
        self.root = m + n
        # The remainder of the larger side has no cost; a shortage of the smaller side costs more than any arc.
        larger = supply.sum() >= demand.sum()
        costs = np.concatenate([np.full(m, 0.0 if larger else unserved_cost), np.full(n, unserved_cost * larger), [0]])
        self.potential = np.where(np.arange(m + n + 1) < m, -costs, costs)
        self.parent = [self.root] * (m + n) + [-1]
        self.up = [True] * m + [False] * n + [False]
        self.flow = [*supply.tolist(), *demand.tolist(), 0.0]
        self.depth = [1] * (m + n) + [0]
        self.children: list[set[int]] = [set() for _ in range(m + n)] + [set(range(m + n))]

    def enter(self, source: int, target: int, reduced_cost: float) -> None:
        """Pivot: push the maximum flow along the cycle of the entering arc; the blocking arc leaves the tree."""
        first, second = source, target
        parent, depth, up, flow = self.parent, self.depth, self.up, self.flow
        least, leaving, on_source_side = float("inf"), -1, True
        a, b, side_a, side_b = first, second, [], []
        while a != b:
            if depth[a] >= depth[b]:
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
        self._hang(leaving, inside, outside, on_source_side, least)
        self._shift(inside, -reduced_cost if on_source_side else reduced_cost)

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

    def _shift(self, top: int, amount: float) -> None:
        """Increase the potentials of the subtree below ``top`` and update its depths."""
        depth, children = self.depth, self.children
        depth[top] = depth[self.parent[top]] + 1
        part = [top]
        for node in part:
            below = children[node]
            if below:
                level = depth[node] + 1
                for child in below:
                    depth[child] = level
                part += below
        self.potential[part] += amount

    def flows(self, supply: np.ndarray, demand: np.ndarray) -> Iterator[tuple[int, int, float]]:
        """Source, target and amount of each arc, computed from the leaves up to avoid accumulated rounding."""
        left = [*supply.tolist(), *(-demand).tolist(), 0.0]
        order = sorted(range(self.root), key=lambda node: -self.depth[node])
        for node in order:
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
    tree = _Tree(supply, demand, 2 * largest + 1)
    root = m + n
    # Supply of the larger side may remain unused.
    left = np.arange(m) if supply.sum() >= demand.sum() else np.arange(m, root)
    at_root = np.full(len(left), root)
    left_ends = (left, at_root) if supply.sum() >= demand.sum() else (at_root, left)
    arcs = _cheapest(cost)
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
