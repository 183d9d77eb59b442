"""Reading of class codes from land-cover rasters of any number type.

Every block is converted to *keys* (:mod:`.keys`): an array of uint8 or uint16, and for each key the class code and
whether it is valid. 8- and 16-bit rasters are used directly as keys (a view, no copy); wider integers and whole floats
are shifted by the smallest code of the block, or looked up if their range is too large.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ..raster.blocks import Block
from ..raster.source import RasterSource
from ..raster.unmarked.marking import typed
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from .keys import Keys, count_keys

_WHOLE = 2.0**53
_LARGEST = 2**63 - 1


class LandCover:
    """A land-cover raster that is read as keys.

    Attributes:
        codes_are_made: whether codes were put together from others, so that none of them tells no data.

    Args:
        source: the raster.
        nodata_codes: codes that are treated as nodata in addition to the raster's nodata value.
    """

    codes_are_made = False

    def __init__(self, source: RasterSource, nodata_codes: Iterable[int] = ()) -> None:
        if source.dtype.kind not in "iuf":
            raise CarbonBalanceError(
                tr("{raster} contains numbers of type {type}; class codes are needed.").format(
                    raster=source.name, type=source.dtype
                )
            )
        self.source = source
        codes = {int(code) for code in nodata_codes}
        if source.nodata is not None and math.isfinite(source.nodata) and source.nodata == int(source.nodata):
            # Codes are int64; larger values in a uint64 raster are read as the largest int64.
            codes.add(min(int(source.nodata), _LARGEST) if source.dtype == np.uint64 else int(source.nodata))
        self.nodata_codes = np.array([code for code in sorted(codes) if -_LARGEST - 1 <= code <= _LARGEST], np.int64)

    def with_source(self, source: RasterSource) -> LandCover:
        """The same land cover on other cells."""
        return LandCover(source, self.nodata_codes)

    def read(self, block: Block) -> Keys:
        """Read the cells of a block as keys.

        Raises:
            CarbonBalanceError: a float raster contains a value that is not a whole number.
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
            array, codes = _narrowed(raw, invalid, self.source.name)
        valid = ~np.isin(codes, self.nodata_codes)
        if invalid is not None and invalid.any():
            array, codes, valid = _with_invalid_key(array, codes, valid, invalid, self.source.name)
        return Keys(array, codes, valid)

    def _whole_numbers(self, raw, invalid, block) -> tuple[np.ndarray, np.ndarray]:
        finite = np.isfinite(raw)
        if self.source.nodata is not None:
            with np.errstate(over="ignore"):
                finite &= raw != raw.dtype.type(self.source.nodata)
        if invalid is not None:
            finite &= ~invalid
        whole = np.where(finite, raw, 0)
        broken = (whole != np.rint(whole)) | (np.abs(whole) > _WHOLE)
        if broken.any():
            row, column = np.argwhere(broken)[0]
            message = (
                tr(
                    "{raster} contains {value} at row {row}, column {column}, which is not a class code and may be an "
                    "undeclared nodata value: if so, set NODATA_CODES = {value}."
                )
                if abs(whole[row, column]) > _WHOLE
                else tr(
                    "{raster} contains {value} at row {row}, column {column}, which is not a class code: land cover "
                    "needs whole numbers."
                )
            )
            (value,), at = typed([float(raw[row, column])], raw.dtype), (block.row + row + 1, block.column + column + 1)
            raise CarbonBalanceError(message.format(raster=self.source.name, value=value, row=at[0], column=at[1]))
        return whole.astype(np.int64), ~finite


def _narrowed(raw: np.ndarray, invalid: np.ndarray | None, raster: str) -> tuple[np.ndarray, np.ndarray]:
    """Convert wide integers to uint16 keys; returns the keys and the code of each key."""
    if raw.dtype == np.uint64:
        raw = np.minimum(raw, np.uint64(_LARGEST)).astype(np.int64)
    seen = raw if invalid is None or not invalid.any() else raw[~invalid]
    if not seen.size:
        return np.zeros(raw.shape, np.uint8), np.zeros(256, np.int64)
    low, high = int(seen.min()), int(seen.max())
    if high - low < 1 << 16:
        # Masked cells may be out of range and wrap around; they get a separate key later.
        keys = np.subtract(raw, low, dtype=np.int64).astype(np.uint16)
        return keys, np.arange(high - low + 1, dtype=np.int64) + low
    codes = np.unique(seen)
    if len(codes) >= 1 << 16:
        raise _too_many(raster)
    keys = np.searchsorted(codes, raw).astype(np.uint16)
    return keys, codes.astype(np.int64)


def _too_many(raster: str) -> CarbonBalanceError:
    return CarbonBalanceError(
        tr(
            "{raster} contains more than 65,535 different values in one block: a land cover has one whole number for "
            "each class; give such a map."
        ).format(raster=raster)
    )


def _with_invalid_key(array, codes, valid, invalid, raster: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give masked cells a separate key that is not valid."""
    unused = np.flatnonzero(~valid)
    if len(unused):
        array = np.where(invalid, array.dtype.type(unused[0]), array)
        return array, codes, valid
    if len(codes) == 1 << 16:
        counts = count_keys(array[~invalid], len(codes))
        key = int(np.argmin(counts))
        if counts[key]:
            raise _too_many(raster)
        valid = valid.copy()
        valid[key] = False
        return np.where(invalid, np.uint16(key), array), codes, valid
    array = np.where(invalid, np.uint16(len(codes)), array.astype(np.uint16))
    return array, np.append(codes, np.int64(0)), np.append(valid, False)
