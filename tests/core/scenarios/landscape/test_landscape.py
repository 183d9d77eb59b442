"""The region in memory against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.landscape.landscape import Landscape


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
