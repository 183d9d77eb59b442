"""Cells of a block whose values are looked up by small integers, tile by tile.

A tile stays in the processor's cache from the look-up until it is compressed; a whole block of floats would pass
through memory twice.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Union

import numpy as np

_CHUNK = 1 << 16
_PAIR_TYPES = {1: np.uint16, 2: np.uint32, 4: np.uint64}


@dataclass(frozen=True)
class LookedUp:
    """Cells of a block, in one band or several.

    Attributes:
        keys: uint8, uint16 or uint32 (rows, columns).
        values: the value of each key (bands, keys).
    """

    keys: np.ndarray
    values: np.ndarray

    @property
    def dtype(self) -> np.dtype:
        """The number type of the cells."""
        return self.values.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """(bands, rows, columns)."""
        return (len(self.values), *self.keys.shape)

    def part(self, band: int, rows: slice, columns: slice) -> np.ndarray:
        """The cells of some rows and columns of a band (rows, columns), band counted from 0."""
        keys = np.ascontiguousarray(self.keys[rows, columns])
        return take_keys(keys.reshape(-1), self.values[band]).reshape(keys.shape)

    def whole(self) -> np.ndarray:
        """All cells (bands, rows, columns)."""
        everything = slice(None)
        return np.stack([self.part(band, everything, everything) for band in range(len(self.values))])


# The cells of a block: (rows, columns) or (bands, rows, columns), or still to be looked up.
BlockCells = Union[np.ndarray, LookedUp]


def take_keys(keys: np.ndarray, value_of_key: np.ndarray) -> np.ndarray:
    """``value_of_key[keys]`` for flat keys, in chunks that stay in the processor's cache."""
    # All keys are within the table; of NumPy's ways of checking them, "wrap" is the fastest.
    values = np.empty(len(keys), value_of_key.dtype)
    even = 0
    if keys.dtype == np.uint8 and value_of_key.dtype.itemsize in _PAIR_TYPES and len(keys) >= 1 << 16:
        # Two cells per look-up: a table of all pairs, indexed by two cells viewed as one 16-bit number.
        if len(value_of_key) != 256:
            value_of_key = np.resize(value_of_key, 256)
        even = len(keys) // 2 * 2
        table = _key_pairs(value_of_key.tobytes(), value_of_key.dtype)
        halves, doubles = keys[:even].view(np.uint16), values[:even].view(table.dtype)
        for start in range(0, len(halves), _CHUNK):
            np.take(table, halves[start : start + _CHUNK], out=doubles[start : start + _CHUNK], mode="wrap")
    for start in range(even, len(keys), _CHUNK):
        np.take(value_of_key, keys[start : start + _CHUNK], out=values[start : start + _CHUNK], mode="wrap")
    return values


@lru_cache(maxsize=32)
def _key_pairs(values: bytes, dtype: np.dtype) -> np.ndarray:
    """The values of all pairs of 256 keys, each pair as one number of twice the size (65536,); cached."""
    value_of_key = np.frombuffer(values, dtype)
    pairs = np.stack(np.meshgrid(value_of_key, value_of_key), axis=-1)
    if sys.byteorder == "big":
        pairs = pairs[..., ::-1]
    return np.ascontiguousarray(pairs).view(_PAIR_TYPES[dtype.itemsize]).reshape(-1)
