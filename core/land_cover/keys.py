"""Keys: the cells of a block as small integers, each of which stands for a class code.

Counting, look-ups and joining two land covers work on keys of one or two bytes per cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..raster.writing.looked_up import LookedUp, take_keys
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr

_FEW, _SAMPLE = 12, 61


@dataclass(frozen=True)
class Keys:
    """The cells of a block as small integers.

    Attributes:
        array: uint8, uint16 or, for more than 65,536 joined codes, uint32 (rows, columns), C-contiguous.
        codes: class code of each key, int64 (keys,); (keys, n) for n joined land covers.
        valid: whether cells with that key are valid, bool, shape of ``codes``.
    """

    array: np.ndarray
    codes: np.ndarray
    valid: np.ndarray

    def count(self) -> np.ndarray:
        """Number of cells of each key, int64 (keys,)."""
        return count_keys(self.array.reshape(-1), len(self.codes))

    def side(self, which: int) -> Keys:
        """Keys of joined land covers reduced to one of them, the first being 0."""
        return Keys(self.array, self.codes[:, which], self.valid[:, which])

    def look_up(self, value_of_key: np.ndarray) -> np.ndarray:
        """The value of each cell (rows, columns) in the type of ``value_of_key`` (keys,)."""
        return take_keys(self.array.reshape(-1), value_of_key).reshape(self.array.shape)

    def looked_up(self, *value_of_key: np.ndarray) -> LookedUp:
        """The same in one band or several, looked up when the cells are written."""
        return LookedUp(self.array, np.stack(value_of_key))


def count_keys(keys: np.ndarray, size: int) -> np.ndarray:
    """Occurrences of each key 0..size-1 in a flat uint8, uint16 or uint32 array, int64 (size,)."""
    if keys.dtype == np.uint8 and len(keys) >= 1 << 18:
        few = np.flatnonzero(np.bincount(keys[::_SAMPLE]))
        counts = _count_few(keys, few, size) if len(few) <= _FEW else None
        return _count_pairs(keys)[:size] if counts is None else counts
    counts = np.zeros(size, np.int64)
    for start in range(0, len(keys), 1 << 20):
        counts += np.bincount(keys[start : start + (1 << 20)], minlength=size)
    return counts


def _count_few(keys: np.ndarray, few: np.ndarray, size: int) -> np.ndarray | None:
    """Occurrences of the keys ``few``, or ``None`` if there are others; releases the global interpreter lock."""
    counts = np.zeros(size, np.int64)
    for start in range(0, len(keys), 1 << 19):
        part = keys[start : start + (1 << 19)]
        for key in few:
            counts[key] += np.count_nonzero(part == key)
    return counts if counts.sum() == len(keys) else None


def _count_pairs(keys: np.ndarray) -> np.ndarray:
    """Occurrences of each of 256 keys, counted for pairs of cells: half as many increments with fewer conflicts."""
    even = len(keys) // 2 * 2
    halves, pairs = keys[:even].view(np.uint16), np.zeros(1 << 16, np.int64)
    for start in range(0, len(halves), 1 << 20):
        pairs += np.bincount(halves[start : start + (1 << 20)], minlength=1 << 16)
    square = pairs.reshape(256, 256)
    counts = square.sum(axis=0) + square.sum(axis=1)
    if even < len(keys):
        counts[keys[-1]] += 1
    return counts


def join_keys(first: Keys, second: Keys, most: int = 1 << 16) -> Keys:
    """Join the keys of land covers in one block; codes and validity of the result are (keys, n) for n land covers.

    Only codes that occur in the block get keys, so that keys stay small; if all pairs between the smallest and largest
    keys fit into a byte, no counting is needed.

    Args:
        first, second: keys of one land cover, or of several that are joined already.
        most: number of different combinations of codes that a block may have.

    Raises:
        CarbonBalanceError: more than ``most`` combinations of codes in one block.
    """
    return _joined_as_bytes(first, second) or _joined_by_number(first, second, most)


def _joined_as_bytes(first: Keys, second: Keys) -> Keys | None:
    """Joined keys as bytes computed from both keys; ``None`` if their range is too large."""
    if first.array.dtype != np.uint8 or second.array.dtype != np.uint8 or not first.array.size:
        return None
    (low, high), (other_low, other_high) = ((int(k.array.min()), int(k.array.max())) for k in (first, second))
    across = other_high - other_low + 1
    if (high - low + 1) * across > 1 << 8:
        return None
    # The wrap-around of bytes cancels out.
    joint = first.array * np.uint8(across % 256)
    joint += second.array
    joint -= np.uint8((low * across + other_low) % 256)
    own, other = slice(low, high + 1), slice(other_low, other_high + 1)
    return Keys(
        joint, _pairs_of(first.codes[own], second.codes[other]), _pairs_of(first.valid[own], second.valid[other])
    )


def _pairs_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """All pairs of items of the first and the second (pairs, n), in order; n counts the land covers of both."""
    return _side_by_side(np.repeat(first, len(second), axis=0), np.tile(second, (len(first), *[1] * (second.ndim - 1))))


def _side_by_side(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.hstack([each[:, None] if each.ndim == 1 else each for each in (first, second)])


def _joined_by_number(first: Keys, second: Keys, most: int) -> Keys:
    sides = [_numbered(keys) for keys in (first, second)]
    (small, codes, valid), (other_small, other_codes, other_valid) = sides
    across = len(other_codes)
    size = len(codes) * across
    dtype = next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if size - 1 <= np.iinfo(kind).max)
    joint = take_keys(first.array.reshape(-1), (small * across).astype(dtype))
    joint += take_keys(second.array.reshape(-1), other_small.astype(dtype))
    if dtype in (np.uint8, np.uint16):
        return Keys(joint.reshape(first.array.shape), _pairs_of(codes, other_codes), _pairs_of(valid, other_valid))
    seen, joint = np.unique(joint, return_inverse=True)
    if len(seen) > most:
        raise CarbonBalanceError(
            tr(
                "The land covers contain more than {most:,} different transitions in one block: they do not look "
                "like land-cover maps."
            ).format(most=most)
        )
    joint = joint.astype(np.uint16 if len(seen) <= 1 << 16 else np.uint32)
    pairs = ((seen // across).astype(np.int64), (seen % across).astype(np.int64))
    return Keys(
        joint.reshape(first.array.shape),
        _side_by_side(codes[pairs[0]], other_codes[pairs[1]]),
        _side_by_side(valid[pairs[0]], other_valid[pairs[1]]),
    )


def _numbered(keys: Keys) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Consecutive numbers for the keys present and one for cells without data: number of each key, codes, validity."""
    present = keys.count() > 0
    some_data = keys.valid if keys.valid.ndim == 1 else keys.valid.any(axis=1)
    known = np.flatnonzero(present & some_data)
    empty = present & ~some_data
    number = np.zeros(len(keys.codes), np.int64)
    number[known] = np.arange(len(known))
    number[empty] = len(known)
    # Row of a key that stands for all cells without data.
    extra = np.zeros((int(empty.any()), *keys.codes.shape[1:]), np.int64)
    return number, np.concatenate([keys.codes[known], extra]), np.concatenate([keys.valid[known], extra.astype(bool)])


def rows_of_codes(known: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The index of each of ``codes`` in ``known``, which must contain all of them, int64 (codes,)."""
    order = np.argsort(known)
    return order[np.searchsorted(known, codes, sorter=order)]


def value_of_keys(keys: Keys, codes: np.ndarray, values: np.ndarray, missing: float) -> np.ndarray:
    """The value of each key by its class code, ``missing`` if invalid or unknown, (keys,) of the type of ``values``."""
    result = np.full(len(keys.codes), missing, values.dtype)
    if len(codes):
        order = np.argsort(codes)
        at = order[np.minimum(np.searchsorted(codes, keys.codes, sorter=order), len(codes) - 1)]
        known = keys.valid & (codes[at] == keys.codes)
        result[known] = values[at[known]]
    return result
