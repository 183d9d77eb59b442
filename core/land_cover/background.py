"""Background that a land cover does not mark as no data: a code that fills its edge, such as 0 or 255.

A class map that was cut to a region and saved without a nodata value holds the background as a class like any
other. Where a table of classes does not know the code, the refusal says so; where no table is asked for, a warning
does. Water beyond a coast looks alike, so nothing is left out unasked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..raster.blocks import Block
from ..runtime.errors import listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from .codes import LandCover

# Codes that no scheme of classes uses, and those that some do.
NEVER_CLASSES = frozenset({-2147483648, -32768, -32767, -9999, -999, 9999, 32767, 65535, 2147483647, 2147483648})
SELDOM_CLASSES = frozenset({-128, -99, -1, 0, 127, 128, 254, 255})
# How much of the edge, how many corners, and how much of the raster a background has.
_EDGE, _CORNERS, _SHARE = 0.25, 2, 0.02
# A code of any kind that has so much of the edge may be the background.
_WHOLE_EDGE = 0.6
_ROWS_READ = 256


@dataclass(frozen=True)
class Edge:
    """The cells along the four sides of a land cover.

    Attributes:
        share: class code -> part of the cells read there, of those with data or without, 0 to 1.
        corners: class code -> how many of the four corner cells it has.
    """

    share: dict[int, float]
    corners: dict[int, int]

    def is_background(self, code: int) -> bool:
        """Whether a code that may mean no data lies as a background does."""
        return self.share.get(code, 0) >= _EDGE or self.corners.get(code, 0) >= _CORNERS

    def is_frame(self, code: int) -> bool:
        """Whether a code of any kind fills the edge as only a background does."""
        return self.share.get(code, 0) >= _WHOLE_EDGE and self.corners.get(code, 0) == 4


def edge_of(cover: LandCover) -> Edge:
    """The classes along the edges of a land cover; of tall rasters some hundred rows are sampled."""
    grid = cover.source.grid
    rows = np.unique(np.linspace(0, grid.height - 1, min(grid.height, _ROWS_READ)).astype(int)).tolist()
    parts = [Block(0, row, grid.width, 1) for row in sorted({0, grid.height - 1})]
    parts += [Block(column, row, 1, 1) for row in rows for column in sorted({0, grid.width - 1})]
    places = [(0, 0), (0, grid.width - 1), (grid.height - 1, 0), (grid.height - 1, grid.width - 1)]
    counts: dict[int, int] = {}
    corners: dict[int, int] = {}
    total = 0
    for part in parts:
        keys = cover.read(part)
        total += part.width * part.height
        for key, cells in zip(*np.unique(keys.array, return_counts=True)):
            if keys.valid[key]:
                code = int(keys.codes[key])
                counts[code] = counts.get(code, 0) + int(cells)
    for row, column in places:
        keys = cover.read(Block(column, row, 1, 1))
        key = int(keys.array[0, 0])
        if keys.valid[key]:
            code = int(keys.codes[key])
            corners[code] = corners.get(code, 0) + 1
    cover.source.close()
    return Edge({code: cells / total for code, cells in counts.items()}, corners)


def likely_nodata(
    cover: LandCover, codes: Iterable[int], any_code: bool = False, anywhere: bool = False
) -> dict[int, bool]:
    """Those of ``codes`` that are likely to mean no data in a land cover, and whether each lies along its edge.

    Args:
        cover: the land cover.
        codes: found in it.
        any_code: also a code of any other kind that fills the whole edge.
        anywhere: also codes inside that few use for a class, such as 255; 0 inside is water.
    """
    asked = [] if cover.codes_are_made else [int(code) for code in codes]
    if not asked or not any_code and not any(code in NEVER_CLASSES or code in SELDOM_CLASSES for code in asked):
        return {}
    edge = edge_of(cover)
    return {
        code: edge.is_background(code)
        for code in asked
        if code in NEVER_CLASSES
        or (code in SELDOM_CLASSES and (edge.is_background(code) or anywhere and code != 0))
        or (any_code and edge.is_frame(code))
    }


def told(found: dict[int, bool], share_of: dict[int, float]) -> str:
    """What :func:`likely_nodata` found, in words: "0 (46% of the cells, along the edge)"."""
    return listed(
        (
            tr("{code} ({share:.0%} of the cells, along the edge)")
            if along_the_edge
            else tr("{code} ({share:.0%} of the cells)")
        ).format(code=code, share=share_of[code])
        for code, along_the_edge in found.items()
    )


def shares(codes: np.ndarray, cells: np.ndarray) -> dict[int, float]:
    """Class code -> its part of all ``cells`` (or areas), both (classes,)."""
    return dict(zip(codes.tolist(), (cells / max(float(cells.sum()), 1e-300)).tolist()))


def warn_of_background(
    cover: LandCover, codes: np.ndarray, cells: np.ndarray, unchanged: np.ndarray | None, log: Log
) -> None:
    """Warn of a code that counts as a class but is likely to mean no data.

    Args:
        cover: the land cover whose edge is looked at.
        codes: its classes (classes,).
        cells: of each, or areas (classes,).
        unchanged: classes that neither lose nor gain a cell between dates, bool (classes,); ``None`` for one date.
        log: receives notes.
    """
    share_of = shares(codes, cells)
    still = np.ones(len(codes), bool) if unchanged is None else unchanged
    asked = [code for code, kept in zip(codes.tolist(), still) if kept and _SHARE <= share_of[code] < 1]
    found = likely_nodata(cover, asked, anywhere=unchanged is not None)
    if not found:
        return
    said = {
        "raster": cover.source.name,
        "items": told(found, share_of),
        "codes": ",".join(map(str, found)),
    }
    if unchanged is None:
        log.warn(
            tr(
                "{raster}: class {items} may be undeclared nodata; here it counts as land in every share and mean. If "
                "it means no data, set NODATA_CODES = {codes}."
            ).format(**said)
        )
    else:
        log.warn(
            tr(
                "{raster}: class {items} never changes and may be undeclared nodata; here it counts as land in every "
                "share of change and agreement. If it means no data, set NODATA_CODES = {codes}."
            ).format(**said)
        )


def warn_of_lone_background(
    cover: LandCover, codes: np.ndarray, cells: np.ndarray, alone: np.ndarray, log: Log
) -> None:
    """Warn of a code that is likely to mean no data and that the other land covers do not have.

    Args:
        cover: the land cover that has it.
        codes: its classes (classes,).
        cells: of each, or areas (classes,).
        alone: classes that occur in this land cover only, bool (classes,).
        log: receives notes.
    """
    share_of = shares(codes, cells)
    asked = [code for code, only in zip(codes.tolist(), alone) if only and share_of[code] >= _SHARE]
    found = likely_nodata(cover, asked, anywhere=True)
    if found:
        log.warn(
            tr(
                "{raster}: class {items} occurs in none of the other land covers and may be undeclared nodata; here "
                "it counts as land that differs from theirs. If it means no data, set NODATA_CODES = {codes}."
            ).format(raster=cover.source.name, items=told(found, share_of), codes=",".join(map(str, found)))
        )
