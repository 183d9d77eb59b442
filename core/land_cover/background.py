"""Detection of an undeclared background of a land cover: a code that fills its edge, such as 0 or 255.

A class map that was clipped to a region and saved without a nodata value contains the background as a class. If a class
table does not contain the code, the error message mentions this; without a class table, a warning does. Water beyond a
coast looks the same, so that nothing is excluded automatically.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..raster.blocks import Block
from ..runtime.errors import listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from .codes import LandCover

# Codes that no scheme of classes uses, and those that some do.
NEVER_CLASSES = frozenset(
    {
        *(
            -2147483648,
            -2147483647,
            -999999,
            -99999,
            -32768,
            -32767,
            -9999,
            -999,
            999,
            9999,
            32766,
            32767,
            65534,
            65535,
        ),
        *(99999, 999999, 2147483647, 2147483648, 4294967295),
    }
)
SELDOM_CLASSES = frozenset({-128, -99, -1, 0, 127, 128, 253, 254, 255})
# A largest code so many times the next one is no class of the scheme of the others, such as 15 beside 1 to 6.
_FAR_CODE = 2
# How much of the edge, how many corners, and how much of the raster a background has.
_EDGE, _CORNERS, _SHARE = 0.25, 2, 0.02
# A code of any kind with this share of the edge may be the background.
_WHOLE_EDGE = 0.6
_ROWS_READ = 256


@dataclass(frozen=True)
class Edge:
    """The cells along the four sides of a land cover.

    Attributes:
        share: class code -> share of the edge cells, including those without data, 0 to 1.
        corners: class code -> number of corner cells (of four).
    """

    share: dict[int, float]
    corners: dict[int, int]

    def is_background(self, code: int) -> bool:
        """Whether a code that may mean nodata is distributed like a background."""
        return self.share.get(code, 0) >= _EDGE or self.corners.get(code, 0) >= _CORNERS

    def is_frame(self, code: int) -> bool:
        """Whether a code of any kind fills the edge as only a background would."""
        return self.share.get(code, 0) >= _WHOLE_EDGE and self.corners.get(code, 0) == 4


def edge_of(cover: LandCover) -> Edge:
    """The classes along the edges of a land cover; for tall rasters some hundred rows are sampled."""
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
    cover: LandCover, codes: Iterable[int], any_code: bool = False, anywhere: bool = False, far: Sequence[int] = ()
) -> dict[int, bool]:
    """Codes that are likely undeclared nodata, and whether each is along the edge.

    Args:
        cover: the land cover.
        codes: codes found in it.
        any_code: include any other code that fills the whole edge.
        far: codes far above the others; include them if they fill the whole edge.
        anywhere: include codes in the interior that are rarely used for classes, such as 255 (0 in the interior may be
            water).
    """
    asked = [] if cover.codes_are_made else [int(code) for code in codes]
    looked_for = {*far, *NEVER_CLASSES, *SELDOM_CLASSES}
    if not asked or not any_code and looked_for.isdisjoint(asked):
        return {}
    edge = edge_of(cover)
    return {
        code: edge.is_background(code)
        for code in asked
        if code in NEVER_CLASSES
        or (code in SELDOM_CLASSES and (edge.is_background(code) or anywhere and code != 0))
        or ((any_code or code in far) and edge.is_frame(code))
    }


def format_background(found: dict[int, bool], share_of: dict[int, float]) -> str:
    """Text for results of :func:`likely_nodata`: "0 (46% of the cells, along the edge)"."""
    return listed(
        (
            tr("{code} ({share:.0%} of the cells, along the edge)")
            if along_the_edge
            else tr("{code} ({share:.0%} of the cells)")
        ).format(code=code, share=share_of[code])
        for code, along_the_edge in found.items()
    )


def shares(codes: np.ndarray, cells: np.ndarray) -> dict[int, float]:
    """Class code -> its share of all ``cells`` (or areas), both (classes,)."""
    return dict(zip(codes.tolist(), (cells / max(float(cells.sum()), 1e-300)).tolist()))


def _far_codes(codes: np.ndarray) -> list[int]:
    """The largest class code, if it is far above two others at least (classes,)."""
    ordered = np.sort(codes[codes > 0])
    return [int(ordered[-1])] if len(ordered) > 2 and ordered[-1] > _FAR_CODE * ordered[-2] else []


def warn_of_background(
    cover: LandCover, codes: np.ndarray, cells: np.ndarray, unchanged: np.ndarray | None, log: Log
) -> None:
    """Warn of a code that is counted as a class but is likely undeclared nodata.

    Args:
        cover: the land cover whose edge is examined.
        codes: its classes (classes,).
        cells: cells or areas of each (classes,).
        unchanged: classes that neither lose nor gain a cell between dates, bool (classes,); ``None`` for one date.
        log: receives notes.
    """
    share_of = shares(codes, cells)
    still = np.ones(len(codes), bool) if unchanged is None else unchanged
    asked = [code for code, kept in zip(codes.tolist(), still) if kept and _SHARE <= share_of[code] < 1]
    found = likely_nodata(cover, asked, anywhere=unchanged is not None, far=_far_codes(codes))
    if not found:
        return
    said = {
        "raster": cover.source.name,
        "items": format_background(found, share_of),
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
) -> set[int]:
    """Warn of a code that is likely undeclared nodata and does not occur in the other land covers; returns such codes.

    Args:
        cover: the land cover with the code.
        codes: its classes (classes,).
        cells: cells or areas of each (classes,).
        alone: classes that occur in this land cover only, bool (classes,).
        log: receives notes.
    """
    share_of = shares(codes, cells)
    asked = [code for code, only in zip(codes.tolist(), alone) if only and share_of[code] >= _SHARE]
    found = likely_nodata(cover, asked, anywhere=True, far=_far_codes(codes))
    if found:
        log.warn(
            tr(
                "{raster}: class {items} occurs in none of the other land covers and may be undeclared nodata; here "
                "it counts as land that differs from theirs. If it means no data, set NODATA_CODES = {codes}."
            ).format(
                raster=cover.source.name, items=format_background(found, share_of), codes=",".join(map(str, found))
            )
        )
    return set(found)
