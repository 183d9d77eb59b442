"""Check of quantity rasters for undeclared nodata values, which are warned of or refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import in_threads
from ..blocks import Block, blocks
from ..source import RasterSource
from .marking import typed
from .sentinels import Sentinel, Unmarked, find_sentinels

# Smaller rasters are read completely; larger ones in this number of windows per side, including all edges.
_WHOLE_CELLS = 1 << 20
_WINDOWS, _WINDOW = 6, 64


def sampled(sources: Sequence[RasterSource]) -> list[np.ndarray]:
    """Samples of valid values from all parts of rasters on one grid, or all of small ones; (values,) float64 each.

    A window is read from all of them before the next one, because the bands of a file often share compressed tiles.
    """

    def valid(part: Block) -> list[np.ndarray]:
        values = [source.read_float(part) for source in sources]
        return [each[~np.isnan(each)] for each in values]

    found = in_threads(valid, windows(sources[0]))
    for source in sources:
        source.close()
    return [np.concatenate(values) for values in zip(*found)]


def windows(source: RasterSource) -> list[Block]:
    """Blocks from all parts of a raster, or all of a small one."""
    grid = source.grid
    if grid.width * grid.height <= _WHOLE_CELLS:
        return list(blocks(grid.width, grid.height))
    across, down = source.dataset().GetRasterBand(source.band).GetBlockSize()
    width, height = min(_WINDOW, grid.width), min(_WINDOW, grid.height)
    rows, columns = _starts(grid.height, height, down), _starts(grid.width, width, across)
    return [Block(column, row, width, height) for row in rows for column in columns]


def _starts(cells: int, window: int, side: int) -> list[int]:
    """The first cells of windows from edge to edge, each within one block of ``side`` cells of the file if possible.

    Reading a window that crosses an edge between blocks would decode both of them.
    """
    first = np.linspace(0, cells - window, _WINDOWS).astype(int)
    beyond = first % side + window - side
    first[1:-1] -= np.where((beyond > 0) & (window <= side), beyond, 0)[1:-1]
    return np.unique(first).tolist()


def check_unmarked(source: RasterSource, log: Log, non_negative: bool = False) -> None:
    """Warn of values that may be undeclared nodata; refuse those that cannot be anything else.

    Args:
        source: a raster of quantities.
        log: receives notes.
        non_negative: the quantity cannot be negative.

    Raises:
        CarbonBalanceError: impossibly large values, or negative ones if ``non_negative``.
    """
    check_all_unmarked([source], log, non_negative)


def check_all_unmarked(sources: Sequence[RasterSource], log: Log, non_negative: bool = False) -> None:
    """Like :func:`check_unmarked`, for rasters on one grid, such as the bands of a file."""
    for source, unmarked in zip(sources, in_threads(find_sentinels, sampled(sources))):
        _judge(source, unmarked, log, non_negative)


def _judge(source: RasterSource, unmarked: Unmarked, log: Log, non_negative: bool) -> None:
    wrong = [each for each in unmarked.found if each.is_impossible or (non_negative and each.value < 0)]
    if wrong:
        raise CarbonBalanceError(
            tr(
                "{raster} holds {items}, which can only be undeclared nodata: set NODATA_VALUES = {values}, or give "
                "the raster a nodata value."
            ).format(raster=source.name, **_words(wrong, source))
        )
    if unmarked:
        log.warn(
            tr(
                "{raster} holds {items}, far from its other values ({low:g} to {high:g}): this may be undeclared "
                "nodata, which counts as a value here; if it means no data, set NODATA_VALUES = {values}."
            ).format(raster=source.name, low=unmarked.low, high=unmarked.high, **_words(unmarked.found, source))
        )


def _words(found: list[Sentinel] | tuple[Sentinel, ...], source: RasterSource) -> dict[str, str]:
    texts = typed([each.value for each in found], source.dtype)
    shares = zip(texts, (each.share for each in found))
    items = [tr("{value} ({share:.3g}% of the cells)").format(value=text, share=100 * part) for text, part in shares]
    return {"items": listed(items), "values": ",".join(texts)}
