"""Rules for assigning raster cells to zones: by cell centre, or by the exact fraction that each zone covers.

A zone without a cell centre would get no cells by the centre rule. If only this zone were measured by exact fractions,
its neighbours would still count the same cells in full, and adjacent zones would add up to more than the total area.
Therefore exact fractions are then used for all zones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...runtime.i18n import mark
from ..blocks import Block
from ..coverage import coverage
from ..grid import Grid, authalic_height_m2
from ..outlines import Edges, spans_by_centre

CELLS_A_BAND = 1 << 26
_NO_PART = 1e-6
NO_CENTRE = mark(
    "Zones without a cell centre: {zones}; all zones are therefore measured by exact cell fractions, so that no land "
    "is counted twice."
)


def zones_without_centre(edges: Edges, grid: Grid) -> np.ndarray:
    """The zones that cover part of the raster but no cell centre, ascending."""
    doubtful = np.flatnonzero(edges.meets(grid) & ~_surely_hold_a_centre(edges, grid))
    if not len(doubtful):
        return doubtful
    few = edges.of_zones(doubtful)
    height = max(1, CELLS_A_BAND // grid.width)
    held, covered = np.zeros(len(edges.box), bool), np.zeros(len(edges.box))
    bands = [Block(0, row, grid.width, min(height, grid.height - row)) for row in range(0, grid.height, height)]
    for band in bands:
        held[spans_by_centre(few, band).zone] = True
    small = doubtful[~held[doubtful]]
    few = edges.of_zones(small)
    for band in bands if len(small) else ():
        spans, cut = coverage(few, band)
        np.add.at(covered, spans.zone, 1.0)
        np.add.at(covered, cut.zone, cut.fraction)
    # Zones that only touch the raster cover no more than rounding errors.
    return small[covered[small] > _NO_PART * np.minimum(few.area[small], 1)]


def _surely_hold_a_centre(edges: Edges, grid: Grid) -> np.ndarray:
    """Zones within the raster that are large enough to contain a cell centre with certainty, bool (zones,).

    The number of grid points inside a curve of length L differs from its area A by less than L (Jarnik, in Steinhaus,
    Colloquium Mathematicum 1, 1947), so that there is at least one if A > L.
    """
    left, top, right, bottom = edges.box.T
    with np.errstate(invalid="ignore"):
        within = (left >= 0) & (top >= 0) & (right <= grid.width) & (bottom <= grid.height)
    return within & (edges.area > edges.perimeter + 1)


def share_within(edges: Edges, grid: Grid) -> np.ndarray:
    """The share of each zone's area within the raster, 0 to 1 (zones,); NaN for a zone without an outline.

    In a geographic CRS areas are computed on the ellipsoid: rows are measured by the area between them and the equator.
    """
    left, top, right, bottom = edges.box.T
    share = np.where(np.isnan(left), np.nan, 1.0)
    with np.errstate(invalid="ignore"):
        beyond = (left < 0) | (top < 0) | (right > grid.width) | (bottom > grid.height)
    zones = np.flatnonzero(beyond)
    if not len(zones):
        return share
    flat = _on_one_cell(edges.of_zones(zones), grid)
    spans, cut = coverage(flat, Block(0, 0, 1, 1))
    inside = np.zeros(len(share))
    np.add.at(inside, spans.zone, 1.0)
    np.add.at(inside, cut.zone, cut.fraction)
    whole = flat.area
    with np.errstate(invalid="ignore", divide="ignore"):
        share[zones] = np.where(whole[zones] > 0, np.clip(inside[zones] / whole[zones], 0, 1), np.nan)
    return share


def _on_one_cell(edges: Edges, grid: Grid) -> Edges:
    """The edges on a grid of a single cell as large as the raster, with rows stretched to give true areas."""

    def row(y: np.ndarray) -> np.ndarray:
        if not grid.is_geographic:
            return y / grid.height
        radians, half = grid.reference.GetAngularUnits(), np.pi / 2
        axes = grid.reference.GetSemiMajor(), grid.reference.GetInvFlattening()
        _, _, _, y0, _, dy = grid.geotransform

        def height(rows: np.ndarray) -> np.ndarray:
            return authalic_height_m2(np.clip((y0 + dy * rows) * radians, -half, half), *axes)

        first, last = height(np.array([0.0, grid.height]))
        return (height(y) - first) / (last - first)

    box = edges.box.copy()
    box[:, [0, 2]] /= grid.width
    box[:, 1], box[:, 3] = row(edges.box[:, 1]), row(edges.box[:, 3])
    return replace(
        edges, x0=edges.x0 / grid.width, x1=edges.x1 / grid.width, y0=row(edges.y0), y1=row(edges.y1), box=box
    )
