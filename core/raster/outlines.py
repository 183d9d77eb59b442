"""Rasterisation of zone outlines: which cells belong to a zone, by cell centre or by exact fraction.

Outlines are converted once to edges in cell coordinates. For a block, the edges give *spans* (zone, row, first column,
column after the last) of cells in the zone and, for the exact rule, the cells that the outline intersects with the
fraction that the zone covers.

A cell centre exactly on a border shared by two zones belongs to exactly one of them (crossings are counted half open,
as in GDAL's rasteriser).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from osgeo import gdal, ogr

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import map_in_order
from .blocks import Block
from .grid import Grid
from .zone_outlines.rings import rings_of_polygons, rings_of_wkb, self_intersecting, valid_outline

_READ_AT_ONCE = 256
# Points, lines and curves in WKB, alone or several.
_WKB_WITHOUT_AREA = {1, 2, 4, 5, 8, 9, 11, 13, 14}


@dataclass(frozen=True)
class Spans:
    """Runs of cells of one row in one zone; rows and columns are relative to the block.

    Attributes:
        zone, row, start, stop: int64 (spans,).
    """

    zone: np.ndarray
    row: np.ndarray
    start: np.ndarray
    stop: np.ndarray

    def take(self, which: np.ndarray) -> Spans:
        """The selected spans."""
        return Spans(self.zone[which], self.row[which], self.start[which], self.stop[which])


@dataclass(frozen=True)
class CutCells:
    """Cells that a zone covers partly.

    Attributes:
        zone, row, column: int64 (cells,), rows and columns relative to the block.
        fraction: covered share of the cell, 0 to 1, float64 (cells,).
    """

    zone: np.ndarray
    row: np.ndarray
    column: np.ndarray
    fraction: np.ndarray


@dataclass(frozen=True)
class Edges:
    """Edges of all outlines, in cells from the upper left corner of the raster.

    Exterior rings are oriented to have a positive signed area, holes the opposite.

    Attributes:
        x0, y0, x1, y1: float64 (edges,).
        zone: which zone, int64 (edges,).
        box: bounding box of each zone: first column, first row, last column, last row (zones, 4), NaN for a zone
            without outline.
        repaired: zones whose self-intersecting outline was repaired.
    """

    x0: np.ndarray
    y0: np.ndarray
    x1: np.ndarray
    y1: np.ndarray
    zone: np.ndarray
    box: np.ndarray
    repaired: tuple[int, ...] = ()

    def of_zones(self, zones: Sequence[int] | np.ndarray) -> Edges:
        """The edges of the given zones only; zone numbers are unchanged."""
        keep = np.isin(self.zone, np.asarray(zones))
        return Edges(
            x0=self.x0[keep],
            y0=self.y0[keep],
            x1=self.x1[keep],
            y1=self.y1[keep],
            zone=self.zone[keep],
            box=self.box,
            repaired=self.repaired,
        )

    def meets(self, grid: Grid) -> np.ndarray:
        """Whether the bounding box of each zone touches the raster, bool (zones,)."""
        left, top, right, bottom = self.box.T
        with np.errstate(invalid="ignore"):
            return (right > 0) & (bottom > 0) & (left < grid.width) & (top < grid.height)

    @cached_property
    def area(self) -> np.ndarray:
        """Area of each zone in cells (zones,), by the shoelace formula relative to a corner of its bounding box."""
        x, y = self.box[self.zone, 0], self.box[self.zone, 1]
        twice = (self.x0 - x) * (self.y1 - y) - (self.x1 - x) * (self.y0 - y)
        return np.abs(np.bincount(self.zone, twice, len(self.box))) / 2

    @cached_property
    def perimeter(self) -> np.ndarray:
        """Length of each zone's outline in sides of a cell (zones,)."""
        return np.bincount(self.zone, np.hypot(self.x1 - self.x0, self.y1 - self.y0), len(self.box))

    @cached_property
    def _rows(self) -> tuple[np.ndarray, np.ndarray]:
        return np.minimum(self.y0, self.y1), np.maximum(self.y0, self.y1)

    def near(self, block: Block) -> np.ndarray:
        """Indices of the edges in the rows of a block, of zones in its columns, int64 (edges,)."""
        low, high = self._rows
        with np.errstate(invalid="ignore"):
            meets = (self.box[:, 2] > block.column) & (self.box[:, 0] < block.column + block.width)
        return np.flatnonzero((high >= block.row) & (low <= block.row + block.height) & meets[self.zone])


def edges_on_grid(outlines: Sequence[bytes | None], grid: Grid) -> Edges:
    """The edges of polygons given as WKB in the grid's CRS, read in threads.

    Args:
        outlines: WKB of polygons or multipolygons, also curved ones; ``None`` for a zone without outline.
        grid: the grid.
    """
    to_cells = gdal.InvGeoTransform(grid.geotransform)
    groups = [outlines[first : first + _READ_AT_ONCE] for first in range(0, len(outlines), _READ_AT_ONCE)]
    # Without outlines there is still one group, which has the right types.
    groups = groups or [()]

    def measured(group: Sequence[bytes | None]) -> tuple[Edges, np.ndarray, np.ndarray]:
        edges = _edges_of(group, to_cells)
        return edges, edges.area, edges.perimeter

    parts, area, perimeter = zip(*(part for _, part in map_in_order(measured, groups, Log(), len(groups), here=True)))
    edges = _group_after_group(parts)
    # What threads have measured is not measured again.
    vars(edges).update(area=np.concatenate(area), perimeter=np.concatenate(perimeter))
    return edges


def no_overlap(outlines: Sequence[bytes | None], raster: str) -> CarbonBalanceError:
    """The refusal of zones that do not overlap ``raster``, or of points and lines, which cover no cells."""
    kinds = {_wkb_kind(wkb) for wkb in outlines if wkb}
    if kinds and kinds <= _WKB_WITHOUT_AREA:
        return CarbonBalanceError(
            tr("The zones are points or lines, which cover no cells: choose the layer with the polygons of the zones.")
        )
    return CarbonBalanceError(
        tr("No zone overlaps {raster}: check that their CRSs are correct and that they cover the same area.").format(
            raster=raster
        )
    )


def _wkb_kind(wkb: bytes) -> int:
    """The kind of a geometry in WKB, whatever its dimensions."""
    return (int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0xFFFFFFF) % 1000


def _group_after_group(parts: Sequence[Edges]) -> Edges:
    """The edges of groups of zones, numbered one group after the other."""
    first = np.cumsum([0, *(len(part.box) for part in parts)])
    x0, y0, x1, y1 = (np.concatenate([getattr(part, end) for part in parts]) for end in ("x0", "y0", "x1", "y1"))
    return Edges(
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        zone=np.concatenate([part.zone + before for part, before in zip(parts, first)]),
        box=np.concatenate([part.box for part in parts]),
        repaired=tuple(int(before) + zone for part, before in zip(parts, first) for zone in part.repaired),
    )


def _edges_of(outlines: Sequence[bytes | None], to_cells: Sequence[float]) -> Edges:
    """The edges of a group of outlines; ``to_cells`` is the inverse of the grid's affine transformation."""
    rings: list[np.ndarray] = []
    holes: list[bool] = []
    owners: list[int] = []
    repaired = []
    for number, (wkb, broken) in enumerate(zip(outlines, self_intersecting(outlines))):
        if wkb is None:
            continue
        if broken:
            repaired.append(number)
            found = rings_of_polygons(valid_outline(ogr.CreateGeometryFromWkb(wkb))[0])
        else:
            found = rings_of_wkb(wkb)
        for ring, is_hole in found:
            rings.append(ring)
            holes.append(is_hole)
            owners.append(number)
    box = np.full((len(outlines), 4), np.nan)
    if not rings:
        nothing = np.empty(0)
        return Edges(
            x0=nothing,
            y0=nothing,
            x1=nothing,
            y1=nothing,
            zone=np.empty(0, np.int64),
            box=box,
            repaired=tuple(repaired),
        )
    points = np.concatenate(rings)
    a, b, c, d, e, f = to_cells
    x, y = a + b * points[:, 0] + c * points[:, 1], d + e * points[:, 0] + f * points[:, 1]
    lengths, zone = np.array([len(ring) for ring in rings]), np.array(owners, np.int64)
    first = np.cumsum(lengths) - lengths
    left, top, right, bottom = box.T
    np.fmin.at(left, zone, np.minimum.reduceat(x, first))
    np.fmin.at(top, zone, np.minimum.reduceat(y, first))
    np.fmax.at(right, zone, np.maximum.reduceat(x, first))
    np.fmax.at(bottom, zone, np.maximum.reduceat(y, first))
    # Shoelace formula relative to the first point of each ring: large coordinates would lose precision.
    dx, dy = x - np.repeat(x[first], lengths), y - np.repeat(y[first], lengths)
    area = np.add.reduceat(np.r_[dx[:-1] * dy[1:] - dx[1:] * dy[:-1], 0], first)
    # The last point of a ring does not start an edge.
    start = np.delete(np.arange(len(x)), first + lengths - 1)
    backwards = np.repeat((area < 0) != np.array(holes), lengths - 1)
    begin, end = np.where(backwards, start + 1, start), np.where(backwards, start, start + 1)
    return Edges(
        x0=x[begin],
        y0=y[begin],
        x1=x[end],
        y1=y[end],
        zone=np.repeat(zone, lengths - 1),
        box=box,
        repaired=tuple(repaired),
    )


def repeated(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For items repeated ``counts`` times each: index of the item, and index of the repetition."""
    which = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return which, nth


def spans_by_centre(edges: Edges, block: Block) -> Spans:
    """The spans of cells of a block whose centre is in a zone.

    The crossings of edges with the line through the centres of a row, sorted within zone and row, are paired (even-odd
    rule).
    """
    near = edges.near(block)
    x0, y0, x1, y1, zone = (a[near] for a in (edges.x0, edges.y0, edges.x1, edges.y1, edges.zone))
    # Always computed from the upper end, so that two zones agree on their shared border.
    swap = y0 > y1
    x0, y0, x1, y1 = (np.where(swap, a, b) for a, b in ((x1, x0), (y1, y0), (x0, x1), (y0, y1)))
    first, after = (np.clip(np.ceil(y - block.row - 0.5), 0, block.height).astype(np.int64) for y in (y0, y1))
    which, nth = repeated(after - first)
    row = first[which] + nth
    x = (row + (block.row + 0.5) - y0[which]) * (x1 - x0)[which] / (y1 - y0)[which] + x0[which]
    column = np.clip(np.floor(x + 0.5) - block.column, 0, block.width).astype(np.int64)
    wide = block.width + 1
    key = (zone[which] * block.height + row) * wide + column
    key.sort()
    line, column = np.divmod(key, wide)
    start, stop, line = column[0::2], column[1::2], line[0::2]
    filled = np.flatnonzero(stop > start)
    zone, row = np.divmod(line[filled], block.height)
    return Spans(zone, row, start[filled], stop[filled])
