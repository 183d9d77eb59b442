"""Random small regions for the simulation's tests."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.land_use_demand import demand_check
from carbon_balance.core.scenarios.landscape.distributed_landscape import DistributedLandscape
from carbon_balance.core.scenarios.landscape.landscape import Landscape
from carbon_balance.core.scenarios.simulation import simulation

LABELS = list("abcdefgh")


def patches(rng: np.random.Generator, height: int, width: int, classes: int) -> np.ndarray:
    """Class indices in patches of a few cells, uint8 (height, width)."""
    coarse = rng.integers(0, classes, (-(-height // 4), -(-width // 4)))
    fine = np.kron(coarse, np.ones((4, 4), int))[:height, :width]
    noise = rng.random((height, width)) < 0.1
    return np.where(noise, rng.integers(0, classes, (height, width)), fine).astype(np.uint8)


def suitability(rng: np.random.Generator, classes: int, height: int, width: int) -> np.ndarray:
    """Shares that sum to 1 at each cell, float32 (classes, height, width)."""
    values = rng.gamma(0.7, size=(classes, height, width)) + 1e-3
    return (values / values.sum(axis=0)).astype(np.float32)


def landscape(classes_map, shares, restricted=None, window: int = 3) -> Landscape:
    """The landscape of the region in memory."""
    height, width = classes_map.shape
    land = Landscape(width, height, len(shares), window)
    land.unsuitable_cells = land.put(slice(0, height), slice(0, width), classes_map, shares, restricted)
    return land


class Case:
    """A random region with rules, restricted cells, gaps, and a reachable demand."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.k = int(rng.integers(2, 6))
        height, width = int(rng.integers(5, 30)), int(rng.integers(5, 30))
        self.start = patches(rng, height, width, self.k)
        self.start[rng.random((height, width)) < 0.05] = 255
        self.shares = suitability(rng, self.k, height, width)
        self.restricted = rng.random((height, width)) < rng.choice([0, 0.3])
        self.shares[:, rng.random((height, width)) < 0.03] = np.nan
        self.permitted = rng.random((self.k, self.k)) < rng.choice([0.3, 0.6, 1.0])
        self.weights = rng.random(self.k)
        self.window = int(rng.choice([3, 5, 7]))
        self.locked = self.restricted | np.isnan(self.shares[0])
        self.cells = int((self.start < self.k).sum())
        wanted = rng.multinomial(self.cells, rng.dirichlet(np.ones(self.k)))
        free = np.bincount(self.start[~self.locked & (self.start < self.k)], minlength=self.k)
        held = np.bincount(self.start[self.locked & (self.start < self.k)], minlength=self.k)
        self.free = free.sum()
        self.demand = demand_check.reach(free, held, self.permitted, wanted).nearest

    def land(self) -> Landscape:
        return landscape(self.start, self.shares, self.restricted, self.window)

    def run(self, seed: int = 1, **rules) -> np.ndarray:
        land = self.land()
        rules = Rules(self.permitted, self.weights, seed=seed, **{"iterations": 60, **rules})
        results, _ = simulation.simulate(land, rules, self.demand[None], LABELS[: self.k], 1.0)
        # What is reported of the run is what the map holds.
        np.testing.assert_array_equal(results[0].cells, land.counts())
        return land.map()


class Arrays:
    """Reads parts of a region from memory."""

    def __init__(self, case: Case) -> None:
        self.case, self.window, self.classes = case, case.window, case.k
        self.height, self.width = case.start.shape

    def part(self, top, bottom, own):
        case, rows = self.case, slice(top, bottom)
        land = landscape(case.start[rows], case.shares[:, rows], case.restricted[rows], case.window)
        gaps = np.isnan(case.shares[0]) & (case.start < case.k)
        land.unsuitable_cells = int(gaps[own].sum())
        return land


def map_of(land: DistributedLandscape, start: np.ndarray, until: int) -> np.ndarray:
    """The classes by then, put together from blocks that are as small as they can be."""
    result = start.copy()
    for block, (change,) in land.on_blocks(blocks(land.width, land.height, 64, 8), [until]):
        rows, columns = slice(block.row, block.row + block.height), slice(block.column, block.column + block.width)
        part = result[rows, columns].copy()
        part.reshape(-1)[change.cells] = change.classes
        result[rows, columns] = part
    return result
