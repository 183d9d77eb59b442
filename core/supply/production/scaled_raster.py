"""Rasters of stored numbers that a scale, an offset and limits turn into a quantity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...raster.blocks import Block
from ...raster.source import RasterSource


@dataclass(frozen=True)
class ScaledRaster:
    """A raster of stored numbers with the conversion to a quantity.

    Attributes:
        source: the raster on the grid of the result.
        factor, offset: quantity = stored x factor + offset.
        least, most: stored values outside these limits are nodata; infinite for no limit.
    """

    source: RasterSource
    factor: float = 1.0
    offset: float = 0.0
    least: float = -np.inf
    most: float = np.inf

    def of_block(self, block: Block):
        """Read a block; returns a function that gives the quantity of some of its rows, float32, NaN for nodata."""
        raw, mask = self.source.read(block), self.source.read_mask(block)

        def of_rows(rows: slice) -> np.ndarray:
            values = self.source.as_float(raw[rows], None if mask is None else mask[rows], np.float32)
            if self.least > -np.inf or self.most < np.inf:
                values[(values < self.least) | (values > self.most)] = np.nan
            if self.factor != 1:
                values *= np.float32(self.factor)
            if self.offset:
                values += np.float32(self.offset)
            return values

        return of_rows
