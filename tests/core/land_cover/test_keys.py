"""Counting and looking up keys by each method, against direct indexing."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.keys import Keys, count_keys, join_keys, take_keys

GENERATOR = np.random.default_rng(3)


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, (1 << 18) + 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
@pytest.mark.parametrize("key_type", [np.uint8, np.uint16])
def test_looked_up_values_are_those_of_the_keys(size, dtype, key_type):
    keys = GENERATOR.integers(0, 7, size).astype(key_type)
    values = GENERATOR.integers(0, 200, 7).astype(dtype)
    found = take_keys(keys, values)
    assert found.dtype == dtype
    assert np.array_equal(found, values[keys])


@pytest.mark.parametrize("size", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, (1 << 20) + 5])
@pytest.mark.parametrize("kinds", [1, 3, 12, 13, 256])
def test_keys_are_counted(size, kinds):
    keys = GENERATOR.integers(0, kinds, size).astype(np.uint8)
    assert count_keys(keys, kinds).tolist() == np.bincount(keys, minlength=kinds).tolist()
    assert count_keys(keys.astype(np.uint16), kinds).tolist() == np.bincount(keys, minlength=kinds).tolist()


def test_a_rare_key_is_counted_too():
    keys = np.zeros(1 << 18, np.uint8)
    keys[5] = 9
    keys[-1] = 4
    assert count_keys(keys, 10).tolist() == [(1 << 18) - 2, 0, 0, 0, 1, 0, 0, 0, 0, 1]


def keys_of(codes, dtype=np.uint8, offset=0):
    known = np.unique(codes)
    array = (np.searchsorted(known, codes) + offset).astype(dtype)
    padded = np.concatenate([np.full(offset, -99), known])
    return Keys(array, padded, padded != 0)


@pytest.mark.parametrize("dtypes", [(np.uint8, np.uint8), (np.uint16, np.uint8), (np.uint8, np.uint16)])
@pytest.mark.parametrize("kinds", [(2, 3), (16, 16), (16, 17), (200, 200)])
@pytest.mark.parametrize("offset", [0, 5])
def test_joined_keys_represent_both_codes(dtypes, kinds, offset):
    first, second = (GENERATOR.integers(0, count, (30, 40)) for count in kinds)
    joined = join_keys(keys_of(first, dtypes[0], offset), keys_of(second, dtypes[1], offset))
    assert np.array_equal(joined.look_up(joined.codes[:, 0]), first)
    assert np.array_equal(joined.look_up(joined.codes[:, 1]), second)
    assert np.array_equal(joined.side(0).look_up(joined.side(0).valid), first != 0)
    assert np.array_equal(joined.side(1).look_up(joined.side(1).valid), second != 0)
    assert joined.count().sum() == 1200


def test_joining_empty_arrays_gives_an_empty_array():
    empty = keys_of(np.zeros((0, 4), int))
    assert join_keys(empty, empty).array.shape == (0, 4)
