"""Cells are counted and looked up correctly by each method."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.keys import count_keys, take_keys

CELLS = (1 << 18) + 3


@pytest.mark.parametrize("classes", [1, 2, 12, 13, 255])
@pytest.mark.parametrize("rare", [False, True])
def test_counts_equal_a_plain_histogram(classes, rare):
    random = np.random.default_rng(classes)
    keys = random.integers(0, classes, CELLS).astype(np.uint8)
    if rare:
        keys[1] = keys[-1] = 255  # in no sample
    counts = count_keys(keys, 256)
    assert counts.tolist() == [int((keys == key).sum()) for key in range(256)]


@pytest.mark.parametrize("dtype", [np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("cells", [1001, CELLS])
def test_values_of_cells_equal_plain_indexing(dtype, cells):
    random = np.random.default_rng(5)
    keys = random.integers(0, 256, cells).astype(np.uint8)
    values = random.integers(0, 60_000, 256).astype(dtype)
    other = random.integers(0, 60_000, 256).astype(dtype)
    np.testing.assert_array_equal(take_keys(keys, values), values[keys])
    np.testing.assert_array_equal(take_keys(keys, other), other[keys])
