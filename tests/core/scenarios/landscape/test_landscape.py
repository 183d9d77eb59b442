"""The region in memory against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.automaton import acceptance
from carbon_balance.core.scenarios.automaton.rules import PatchSizes, Rules
from carbon_balance.core.scenarios.landscape import landscape, neighbourhood
from carbon_balance.core.scenarios.landscape.landscape import Landscape
from carbon_balance.core.scenarios.simulation import simulation
from regions import Case


def neighbours_by_loop(classes_map: np.ndarray, k: int, window: int) -> np.ndarray:
    height, width = classes_map.shape
    r = window // 2
    result = np.zeros((height, width, k), int)
    for row in range(height):
        for column in range(width):
            around = classes_map[max(row - r, 0) : row + r + 1, max(column - r, 0) : column + r + 1]
            for c in range(k):
                result[row, column, c] = (around == c).sum() - (classes_map[row, column] == c)
    return result


def on_map(land: Landscape, values: np.ndarray) -> np.ndarray:
    """Values of all cells (cells, ...) without the border around the region (rows, columns, ...)."""
    r = land.radius
    return values.reshape(-1, land.stride, *values.shape[1:])[r : r + land.height, r : r + land.width]


@pytest.mark.parametrize("window", [3, 5, 15])
@pytest.mark.parametrize("share", [0.01, 0.5])
def test_updated_chances_equal_those_computed_anew(window, share):
    """Incrementally updated neighbour counts and sums are compared with a full count."""
    rng = np.random.default_rng(window)
    k, height, width = 4, 37, 23
    start, shares = regions.patches(rng, height, width, k), regions.suitability(rng, k, height, width)
    start[rng.random((height, width)) < 0.05] = 255
    land = regions.landscape(start, shares, window=window)
    permitted, weights = rng.random((k, k)) < 0.6, rng.random(k)
    land.begin(permitted, weights)
    for _ in range(4):
        free = np.flatnonzero(land.origin < k)
        cells = rng.choice(free, max(1, int(share * len(free))), replace=False)
        land.change(cells, rng.integers(0, k, len(cells)).astype(np.uint8))
    now = land.map()
    around = neighbours_by_loop(now, k, window)
    np.testing.assert_array_equal(on_map(land, land.neighbours), around)
    allowed = permitted | np.eye(k, dtype=bool)
    chances = np.moveaxis(shares, 0, -1) * around * weights
    origin = np.where(start < k, start, 0)
    chances = chances * allowed[origin] * (start < k)[..., None]
    own = np.take_along_axis(chances, np.where(now < k, now, 0)[..., None].astype(int), 2)[..., 0]
    np.testing.assert_allclose(on_map(land, land.stay), own, rtol=1e-5)
    np.testing.assert_allclose(on_map(land, land.others), chances.sum(axis=2) - own, rtol=1e-4, atol=1e-5)


def test_bad_input_is_refused_in_one_sentence():
    with pytest.raises(CarbonBalanceError, match="4 cells wide: it must be an odd number"):
        Landscape(5, 5, 3, 4)
    with pytest.raises(CarbonBalanceError, match=r"has 1 class\(es\)"):
        Landscape(5, 5, 1)
    with pytest.raises(CarbonBalanceError, match=r"has 3 band\(s\), the land cover 2 classes"):
        Landscape(2, 2, 2).put(slice(0, 2), slice(0, 2), np.zeros((2, 2), np.uint8), np.ones((3, 2, 2)))
    with pytest.raises(CarbonBalanceError, match="negative values"):
        regions.landscape(np.zeros((2, 2), np.uint8), np.full((2, 2, 2), -0.5))


@pytest.fixture
def small_pieces(monkeypatch):
    """Makes every step of a small region consist of many pieces."""
    for name, value in (
        ("SPAN_CELLS", 97),
        ("RENEWED_CELLS_AT_ONCE", 7),
        ("COUNTED_CELLS_AT_ONCE", 40),
        ("CHANGES_AT_ONCE", 2),
    ):
        monkeypatch.setattr(landscape, name, value)
    monkeypatch.setattr(neighbourhood, "CHANGES_AT_ONCE", 2)
    monkeypatch.setattr(acceptance, "_CHANGES_A_BIN", 2)
    monkeypatch.setattr(acceptance, "JOINED_AT_ONCE", 5)


def flows_of(case: Case) -> np.ndarray:
    """Permitted changes of a quarter of the free cells of each class, by class before and after."""
    free = np.bincount(case.start[~case.locked & (case.start < case.k)], minlength=case.k)
    flows = np.where(case.permitted, free[:, None] // (4 * case.k), 0)
    np.fill_diagonal(flows, 0)
    return flows + np.diag(free - flows.sum(axis=1))


@pytest.mark.parametrize("seed", [7, 9, 13])
@pytest.mark.parametrize("rules", [{}, {"inertia": "published"}, {"allocation": "ranked"}, {"patches": True}])
def test_a_run_gives_the_same_map_for_any_number_of_threads(monkeypatch, small_pieces, seed, rules):
    case = Case(seed)
    flows = flows_of(case)[None] if "allocation" in rules or "patches" in rules else None
    if "patches" in rules:
        sizes = PatchSizes(((1, 5), (4, 2)), ((1, 3), (3, 2)), 0.3)
        kinds = {(a, b): sizes for a in range(case.k) for b in range(case.k) if a != b}
        rules = {"allocation": "ranked", "patches": kinds}
    demand = case.demand[None] if flows is None else None
    maps = []
    for count in (1, 2, 3, 8):
        monkeypatch.setenv("CARBONBALANCE_THREADS", str(count))
        land = case.land()
        how = Rules(case.permitted, case.weights, **{"iterations": 60, **rules})
        held = np.bincount(case.start[case.start < case.k], minlength=case.k)
        if flows is not None:
            demand = (held + flows[0].sum(axis=0) - flows[0].sum(axis=1))[None]
        simulation.simulate(land, how, demand, regions.LABELS[: case.k], 1.0, nearest=True, flows=flows)
        maps.append(land.map())
    assert (maps[0] != case.start).sum() > 30
    for other in maps[1:]:
        np.testing.assert_array_equal(other, maps[0])


@pytest.mark.parametrize("threads", ["1", "3"])
@pytest.mark.parametrize("window", [3, 7])
@pytest.mark.parametrize("many", [1, 12, 400])
def test_pieces_update_every_cell_around_a_change_once(monkeypatch, small_pieces, threads, window, many):
    monkeypatch.setenv("CARBONBALANCE_THREADS", threads)
    rng = np.random.default_rng(many)
    start, shares = regions.patches(rng, 30, 25, 3), regions.suitability(rng, 3, 30, 25)
    land = regions.landscape(start, shares, window=window)
    land.begin(np.ones((3, 3), bool), np.ones(3))
    cells = rng.permutation(np.flatnonzero(land.origin < 3))[:many]
    later = rng.integers(0, 3, many).astype(np.uint8)
    land.change(cells, later)
    assert (land.now[cells] == later).all()
    anew = regions.landscape(land.map(), shares, window=window)
    anew.begin(np.ones((3, 3), bool), np.ones(3))
    for name in ("neighbours", "others", "stay"):
        np.testing.assert_array_equal(on_map(land, getattr(land, name)), on_map(anew, getattr(anew, name)))
