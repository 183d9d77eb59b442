"""Counting and looking up keys by each method, against direct indexing."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.keys import Keys, count_keys, join_keys, take_keys
from carbon_balance.core.runtime.errors import CarbonBalanceError

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


@pytest.mark.parametrize(("most", "dtype"), [(70_000, np.uint32), (60_000, None)])
def test_joined_keys_become_wider_or_are_refused_by_the_number_of_pairs(most, dtype):
    """300 x 230 codes are 69,000 pairs, each of which occurs once."""
    first, second = np.divmod(np.arange(69_000).reshape(300, 230), 230)
    both = (keys_of(first + 1, np.uint16), keys_of(second + 1, np.uint8))
    if dtype is None:
        with pytest.raises(CarbonBalanceError, match="more than 60,000 different transitions"):
            join_keys(*both, most)
        return
    joined = join_keys(*both, most)
    assert joined.array.dtype == dtype
    assert np.array_equal(joined.look_up(joined.codes[:, 0]), first + 1)
    assert np.array_equal(joined.look_up(joined.codes[:, 1]), second + 1)
    assert joined.valid.all()
    assert joined.count().tolist() == [1] * 69_000


def test_wide_codes_are_joined_without_listing_all_pairs():
    """Two maps of 60,000 codes each have 3.6 thousand million possible pairs, of which 60,000 occur."""
    codes = np.arange(1, 60_001).reshape(200, 300)
    joined = join_keys(keys_of(codes, np.uint16), keys_of(codes[::-1].copy(), np.uint16))
    assert joined.array.dtype == np.uint16
    assert np.array_equal(joined.look_up(joined.codes[:, 1]), codes[::-1])
