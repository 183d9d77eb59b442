"""Cells that zones cover, by exact fraction."""

from __future__ import annotations

import numpy as np

from .blocks import Block
from .outlines import CutCells, Edges, Spans, repeated

_FULL = 1e-9


def coverage(edges: Edges, block: Block) -> tuple[Spans, CutCells]:
    """The cells of a block that zones cover, wholly (spans) and in part (with the fraction).

    Each edge is cut at cell borders. A piece that rises by h at the mean distance d from its cell's left
    side adds h (1 - d) to that cell and h to all cells on its right, so that running sums along a row give
    the covered fraction exactly (the accumulation of signed areas that font rasterisers use).
    """
    height, width = block.height, block.width
    near = edges.near(block)
    x0, x1 = edges.x0[near] - block.column, edges.x1[near] - block.column
    y0, y1 = edges.y0[near] - block.row, edges.y1[near] - block.row
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    hit = np.flatnonzero((high > 0) & (low < height) & (high > low) & (np.minimum(x0, x1) < width))
    x0, y0, x1, y1, low, high, zone = (a[hit] for a in (x0, y0, x1, y1, low, high, edges.zone[near]))
    # Cut at rows.
    first = np.clip(np.floor(low), 0, height).astype(np.int64)
    last = np.clip(np.ceil(high), 0, height).astype(np.int64)
    which, nth = repeated(np.maximum(last - first, 0))
    row = first[which] + nth
    slope = (x1 - x0) / (y1 - y0)
    top, bottom = np.maximum(low[which], row), np.minimum(high[which], row + 1)
    x_top = x0[which] + (top - y0[which]) * slope[which]
    x_bottom = x0[which] + (bottom - y0[which]) * slope[which]
    # Downward edges (in rows) lie on the right of a ring with positive area: they take away.
    rise = np.where(y1 > y0, -1.0, 1.0)[which] * (bottom - top)
    zone = zone[which]
    # Cut at columns; what lies left of the block counts from its first column, what lies right not at all.
    left, right = np.minimum(x_top, x_bottom), np.maximum(x_top, x_bottom)
    first = np.clip(np.floor(left), -1, width).astype(np.int64)
    last = np.clip(np.ceil(right), -1, width).astype(np.int64)
    which, nth = repeated(np.maximum(last - first, 1))
    column = first[which] + nth
    left, right = left[which], right[which]
    begin = np.where(nth == 0, left, column)
    end = np.where(column == last[which] - 1, np.minimum(right, column + 1), column + 1)
    end = np.where(last[which] <= first[which], right, end)
    # Pieces outside on the left keep their whole length there.
    end = np.where(column < 0, np.minimum(right, 0), end)
    extent = right - left
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(extent > 0, np.clip(end - begin, 0, None) / extent, 1.0)
    piece = rise[which] * part
    middle = np.clip((begin + end) / 2 - column, 0, 1)
    outside = column < 0
    column = np.where(outside, 0, column)
    own = np.where(outside, piece, piece * (1 - middle))
    keep = column < width
    key = ((zone[which] * height + row[which]) * width + column)[keep]
    own, piece = own[keep], piece[keep]
    if not len(key):
        nothing = np.empty(0, np.int64)
        return Spans(nothing, nothing, nothing, nothing), CutCells(nothing, nothing, nothing, np.empty(0))
    order = np.argsort(key, kind="stable")
    key = key[order]
    begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    own, piece = np.add.reduceat(own[order], begins), np.add.reduceat(piece[order], begins)
    key = key[begins]
    line, column = np.divmod(key, width)
    new_line = np.r_[True, line[1:] != line[:-1]]
    running = np.cumsum(piece)
    line_start = np.flatnonzero(new_line)
    before_line = np.repeat(running[line_start] - piece[line_start], np.diff(np.r_[line_start, len(line)]))
    after = running - before_line
    fraction = np.clip(after - piece + own, 0, 1)
    # Between cut cells, and from the last one to the block's edge, the fraction is constant.
    until = np.r_[np.where(new_line[1:], width, column[1:]), width]
    run = np.flatnonzero((until > column + 1) & (after > _FULL))
    full = run[after[run] > 1 - _FULL]
    partly = run[after[run] <= 1 - _FULL]
    zone, row = np.divmod(line, height)
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
