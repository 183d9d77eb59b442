"""Exact fractions of cells that zones cover.

Each edge is cut at cell borders. A piece that rises by h at the mean distance d from the left side of its cell adds h
(1 - d) to that cell and h to all cells to its right, so that cumulative sums along a row give the exact covered
fraction (the accumulation of signed areas used by font rasterisers).

Example: the square from (0.5, 0) to (2.5, 1) in one row of four cells. Its left edge, which rises by 1 at 0.5, adds 0.5
    to cell 0 and 1 to all cells to its right; its right edge, which falls by 1 at 2.5, subtracts 0.5 from cell 2 and 1
    from cell 3. The results are 0.5, 1, 0.5, 0, the fractions that the square covers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .blocks import Block
from .outlines import CutCells, Edges, Spans, repeated

_FULL = 1e-9


class _Slices(NamedTuple):
    """Edges cut at the borders of rows, arrays (slices,), in cells from the upper left corner of the block.

    Attributes:
        zone, row: int64.
        left, right: columns where the slice begins and ends.
        rise: height that it covers, at most 1; negative on the right side of a ring.
    """

    zone: np.ndarray
    row: np.ndarray
    left: np.ndarray
    right: np.ndarray
    rise: np.ndarray


class _CutSums(NamedTuple):
    """The cells that edges intersect, ordered by zone, row and column, arrays (cells,).

    Attributes:
        line: zone x height + row.
        column: int64.
        own: what the edges add to the cell itself.
        onward: what they add to every cell to its right.
    """

    line: np.ndarray
    column: np.ndarray
    own: np.ndarray
    onward: np.ndarray


def coverage(edges: Edges, block: Block) -> tuple[Spans, CutCells]:
    """The cells of a block that zones cover, completely (spans) and partly (with their fractions).

    The area of a polygon is the sum over its edges of the signed area to their right. In three steps:

    1. :func:`_cut_at_rows` cuts the edges at the lines between rows. Each piece covers a height (``rise``, negative
       for edges that run downwards).
    2. :func:`_sums_by_cell` cuts the pieces at the lines between columns and sums, for each cell that an edge
    intersects, ``own``, the area that the pieces cover within the cell itself, and ``onward``, the height that they add
    to
       every cell to the right.
    3. :func:`_running_sums` adds ``onward`` along each row. The fraction of an intersected cell is the sum before it
    plus its own part; between such cells the fraction is constant, so that runs of cells need no arithmetic.

    Example: a square from column 0.5 to 2.5 in one row of four cells. Its left edge gives cell 0 the own area 0.5 and
    1 onward, its right edge gives cell 2 the own area -0.5 and -1 onward. The fractions are 0.5, 1, 1 - 0.5 = 0.5, 0.
    """
    met = _sums_by_cell(_cut_at_rows(edges, block), block)
    if not len(met.column):
        nothing = np.empty(0, np.int64)
        return Spans(nothing, nothing, nothing, nothing), CutCells(nothing, nothing, nothing, np.empty(0))
    return _running_sums(met, block)


def _cut_at_rows(edges: Edges, block: Block) -> _Slices:
    height = block.height
    near = edges.near(block)
    x0, x1 = edges.x0[near] - block.column, edges.x1[near] - block.column
    y0, y1 = edges.y0[near] - block.row, edges.y1[near] - block.row
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    hit = np.flatnonzero((high > 0) & (low < height) & (high > low) & (np.minimum(x0, x1) < block.width))
    x0, y0, x1, y1, low, high, zone = (a[hit] for a in (x0, y0, x1, y1, low, high, edges.zone[near]))
    first = np.clip(np.floor(low), 0, height).astype(np.int64)
    last = np.clip(np.ceil(high), 0, height).astype(np.int64)
    which, nth = repeated(last - first)
    row = first[which] + nth
    slope = (x1 - x0) / (y1 - y0)
    top, bottom = np.maximum(low[which], row), np.minimum(high[which], row + 1)
    x_top = x0[which] + (top - y0[which]) * slope[which]
    x_bottom = x0[which] + (bottom - y0[which]) * slope[which]
    # Edges that run downwards are on the right side of a ring with positive area and are subtracted.
    rise = np.where(y1 > y0, -1.0, 1.0)[which] * (bottom - top)
    return _Slices(zone[which], row, np.minimum(x_top, x_bottom), np.maximum(x_top, x_bottom), rise)


def _sums_by_cell(cut: _Slices, block: Block) -> _CutSums:
    """Cut slices at columns; parts left of the block count in its first column, parts right of it are dropped."""
    height, width = block.height, block.width
    first = np.clip(np.floor(cut.left), -1, width).astype(np.int64)
    last = np.clip(np.ceil(cut.right), -1, width).astype(np.int64)
    which, nth = repeated(np.maximum(last - first, 1))
    column = first[which] + nth
    left, right = cut.left[which], cut.right[which]
    begin = np.where(nth == 0, left, column)
    end = np.where(column == last[which] - 1, np.minimum(right, column + 1), column + 1)
    end = np.where(last[which] <= first[which], right, end)
    extent = right - left
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(extent > 0, np.clip(end - begin, 0, None) / extent, 1.0)
    piece = cut.rise[which] * part
    middle = np.clip((begin + end) / 2 - column, 0, 1)
    outside = column < 0
    column = np.where(outside, 0, column)
    own = np.where(outside, piece, piece * (1 - middle))
    keep = column < width
    key = ((cut.zone[which] * height + cut.row[which]) * width + column)[keep]
    own, piece = own[keep], piece[keep]
    if not len(key):
        return _CutSums(key, key, own, piece)
    order = np.argsort(key, kind="stable")
    key = key[order]
    begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    own, piece = np.add.reduceat(own[order], begins), np.add.reduceat(piece[order], begins)
    line, column = np.divmod(key[begins], width)
    return _CutSums(line, column, own, piece)


def _running_sums(met: _CutSums, block: Block) -> tuple[Spans, CutCells]:
    """Fractions of intersected cells, and the runs between them: full cells, and cells of a constant fraction."""
    line, column, own, onward = met
    new_line = np.r_[True, line[1:] != line[:-1]]
    running = np.cumsum(onward)
    line_start = np.flatnonzero(new_line)
    before_line = np.repeat(running[line_start] - onward[line_start], np.diff(np.r_[line_start, len(line)]))
    after = running - before_line
    fraction = np.clip(after - onward + own, 0, 1)
    # The fraction is constant between intersected cells, and from the last one to the edge of the block.
    until = np.r_[np.where(new_line[1:], block.width, column[1:]), block.width]
    run = np.flatnonzero((until > column + 1) & (after > _FULL))
    full = run[after[run] > 1 - _FULL]
    partly = run[after[run] <= 1 - _FULL]
    zone, row = np.divmod(line, block.height)
    inside = Spans(zone[full], row[full], column[full] + 1, until[full])
    again, nth = repeated(until[partly] - column[partly] - 1)
    cells = np.flatnonzero(fraction > 0)
    cut = CutCells(
        np.r_[zone[cells], zone[partly][again]],
        np.r_[row[cells], row[partly][again]],
        np.r_[column[cells], column[partly][again] + 1 + nth],
        np.r_[fraction[cells], after[partly][again]],
    )
    return inside, cut
