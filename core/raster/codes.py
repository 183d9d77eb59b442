"""Class codes of a land cover, whatever the number type of its raster.

Every block becomes *keys*: an array of uint8 or uint16, and for each key the class code it stands for
and whether it is valid. 8- and 16-bit rasters are their own keys (a view, no copy); wider integers and
floats that hold integers are shifted by the block's least code, or searched where they spread wide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..errors import CarbonBalanceError
from ..i18n import tr
from .blocks import Block
from .source import RasterSource

_CHUNK = 1 << 16
_WHOLE = 2.0**53


@dataclass(frozen=True)
class Keys:
    """The cells of a block as small numbers.

    Attributes:
        array: uint8 or uint16 (rows, columns), C-contiguous.
        codes: class code of each key, int64 (keys,).
        valid: whether a cell with that key is valid, bool (keys,).
    """

    array: np.ndarray
    codes: np.ndarray
    valid: np.ndarray

    def count(self) -> np.ndarray:
        """Cells of each key, int64 (keys,)."""
        return count_keys(self.array.reshape(-1), len(self.codes))

    def look_up(self, value_of_key: np.ndarray) -> np.ndarray:
        """The value of each cell (rows, columns) in the type of ``value_of_key`` (keys,)."""
        return take_keys(self.array.reshape(-1), value_of_key).reshape(self.array.shape)


def count_keys(keys: np.ndarray, size: int) -> np.ndarray:
    """Occurrences of each key 0..size-1 in a flat uint8 or uint16 array, int64 (size,)."""
    if keys.dtype == np.uint8 and len(keys) >= 1 << 18:
        # Two cells at once: half as many increments, and no two in a row on one counter.
        even = len(keys) // 2 * 2
        pairs = np.zeros(1 << 16, np.int64)
        halves = keys[:even].view(np.uint16)
        for start in range(0, len(halves), 1 << 20):
            pairs += np.bincount(halves[start : start + (1 << 20)], minlength=1 << 16)
        square = pairs.reshape(256, 256)
        counts = square.sum(axis=0) + square.sum(axis=1)
        if even < len(keys):
            counts[keys[-1]] += 1
        return counts[:size]
    counts = np.zeros(size, np.int64)
    for start in range(0, len(keys), 1 << 20):
        counts += np.bincount(keys[start : start + (1 << 20)], minlength=size)
    return counts


def take_keys(keys: np.ndarray, value_of_key: np.ndarray) -> np.ndarray:
    """``value_of_key[keys]`` for flat keys, cell by cell, in chunks that stay in the processor's cache."""
    values = np.empty(len(keys), value_of_key.dtype)
    even = 0
    if keys.dtype == np.uint8 and value_of_key.dtype == np.float32 and len(keys) >= 1 << 16:
        # Two cells at once: a table of all pairs, looked up by the cells read as 16-bit numbers.
        even = len(keys) // 2 * 2
        low, high = np.meshgrid(value_of_key, value_of_key)
        pairs = np.stack([low, high], axis=-1).reshape(-1, 2)
        if np.little_endian is False:
            pairs = pairs[:, ::-1]
        table = np.ascontiguousarray(pairs).view(np.float64).reshape(-1)
        halves, doubles = keys[:even].view(np.uint16), values[:even].view(np.float64)
        for start in range(0, len(halves), _CHUNK):
            np.take(table, halves[start : start + _CHUNK], out=doubles[start : start + _CHUNK], mode="clip")
    for start in range(even, len(keys), _CHUNK):
        np.take(value_of_key, keys[start : start + _CHUNK], out=values[start : start + _CHUNK], mode="clip")
    return values


class LandCover:
    """A land cover raster read as keys.

    Args:
        source: the raster.
        nodata_codes: codes that count as no data beside the raster's own nodata value.
    """

    def __init__(self, source: RasterSource, nodata_codes: Iterable[int] = ()) -> None:
        if source.dtype.kind not in "iuf":
            raise CarbonBalanceError(
                tr("{raster} holds numbers of type {type}, class codes are needed.").format(
                    raster=source.name, type=source.dtype
                )
            )
        self.source = source
        nodata = source.nodata
        own = () if nodata is None or nodata != nodata or nodata != round(nodata) else (int(nodata),)
        self.nodata_codes = np.array(sorted({int(code) for code in nodata_codes} | set(own)), np.int64)

    def read(self, block: Block) -> Keys:
        """The cells of a block as keys.

        Raises:
            CarbonBalanceError: a float raster with a value that is not a whole number.
        """
        raw = self.source.read(block)
        mask = self.source.read_mask(block)
        invalid = None if mask is None else ~mask
        if raw.dtype.kind == "f":
            raw, invalid = self._whole_numbers(raw, invalid, block)
        if raw.dtype.itemsize <= 2:
            unsigned = np.uint8 if raw.dtype.itemsize == 1 else np.uint16
            array = np.ascontiguousarray(raw).view(unsigned)
            codes = np.arange(np.iinfo(unsigned).max + 1, dtype=np.int64)
            if raw.dtype.kind == "i":
                codes[len(codes) // 2 :] -= len(codes)
        else:
            array, codes = _narrowed(raw, invalid)
        valid = ~np.isin(codes, self.nodata_codes)
        if invalid is not None and invalid.any():
            array, codes, valid = _with_invalid_key(array, codes, valid, invalid)
        return Keys(array, codes, valid)

    def _whole_numbers(self, raw, invalid, block) -> tuple[np.ndarray, np.ndarray]:
        finite = np.isfinite(raw)
        if self.source.nodata is not None:
            finite &= raw != raw.dtype.type(self.source.nodata)
        if invalid is not None:
            finite &= ~invalid
        whole = np.where(finite, raw, 0)
        broken = (whole != np.rint(whole)) | (np.abs(whole) > _WHOLE)
        if broken.any():
            row, column = np.argwhere(broken)[0]
            raise CarbonBalanceError(
                tr(
                    "{raster} holds {value:g} at row {row}, column {column}, which is no class code: "
                    "land cover needs whole numbers."
                ).format(
                    raster=self.source.name,
                    value=float(raw[row, column]),
                    row=block.row + row + 1,
                    column=block.column + column + 1,
                )
            )
        return whole.astype(np.int64), ~finite


def _narrowed(raw: np.ndarray, invalid: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Wide integers as uint16 keys and the code of each key."""
    if raw.dtype == np.uint64:
        raw = np.where(raw > np.uint64(2**63 - 1), np.uint64(2**63 - 1), raw).astype(np.int64)
    seen = raw if invalid is None or not invalid.any() else raw[~invalid]
    if not seen.size:
        return np.zeros(raw.shape, np.uint8), np.zeros(256, np.int64)
    low, high = int(seen.min()), int(seen.max())
    if high - low < 1 << 16:
        keys = np.subtract(raw, low, dtype=np.int64).astype(np.uint16)
        return keys, np.arange(low, low + (1 << 16), dtype=np.int64)
    codes = np.unique(seen)
    if len(codes) >= 1 << 16:
        raise CarbonBalanceError(
            tr("The land cover holds more than 65,535 different values in one part: it is no map of classes.")
        )
    keys = np.searchsorted(codes, raw).astype(np.uint16)
    return keys, codes.astype(np.int64)


def _with_invalid_key(array, codes, valid, invalid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the cells masked out a key of their own that is not valid."""
    unused = np.flatnonzero(~valid)
    if len(unused):
        array = np.where(invalid, array.dtype.type(unused[0]), array)
        return array, codes, valid
    if len(codes) == 1 << 16:
        counts = count_keys(array.reshape(-1), len(codes))
        key = int(np.argmin(counts))
        codes, valid = codes.copy(), valid.copy()
        valid[key] = False
        return np.where(invalid, np.uint16(key), array), codes, valid
    array = np.where(invalid, np.uint16(len(codes)), array.astype(np.uint16))
    return array, np.append(codes, np.int64(0)), np.append(valid, False)
