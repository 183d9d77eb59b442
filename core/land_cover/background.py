"""Detection of an undeclared background of a land cover: a code that fills its edge, such as 0 or 255.

A class map that was clipped to a region and saved without a nodata value contains the background as a class. If a class
table does not contain the code, the error message mentions this; without a class table, a warning does. Water beyond a
coast looks the same, so that nothing is excluded automatically.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
        *(-9223372036854775808, 9223372036854775807),
    }
)
SELDOM_CLASSES = frozenset({-128, -99, -1, 0, 127, 128, 253, 254, 255})
# A largest code so many times the next one is no class of the scheme of the others, such as 15 beside 1 to 6.
_FAR_CODE = 2
# How much of the edge, how many corners, and how much of the raster a background has.
_EDGE, _CORNERS, _SHARE = 0.25, 2, 0.02
# A code of any kind with this share of the edge may be the background.
_WHOLE_EDGE = 0.6
# One far above classes numbered from 1 on (this share of the numbers is in use), if one run along the edge is as long.
_NUMBERED, _RUN_SIDES = 2 / 3, 1.0
# The least share of a code that is the same at all dates, if it is no class in any scheme, and if it is far above.
_KEPT, _KEPT_FAR = 0.5, 0.9
_ROWS_READ = 256


@dataclass(frozen=True)
class Edge:
    """The cells along the four sides of a land cover.

    Attributes:
        share: class code -> share of the edge cells, including those without data, 0 to 1.
        corners: class code -> number of corner cells (of four).
        run: class code -> length of its longest uninterrupted run along the edge, in sides (0 to 4).
    """

    share: dict[int, float]
    corners: dict[int, int]
    run: dict[int, float] = field(default_factory=dict)

    def is_background(self, code: int) -> bool:
        """Whether a code that may mean nodata is distributed like a background."""
        return self.share.get(code, 0) >= _EDGE or self.corners.get(code, 0) >= _CORNERS

    def is_frame(self, code: int) -> bool:
        """Whether a code of any kind fills the edge as only a background would."""
        return self.share.get(code, 0) >= _WHOLE_EDGE and self.corners.get(code, 0) == 4

    def is_one_run(self, code: int) -> bool:
        """Whether a code follows the edge without interruption as far as a side is long; classes are interrupted."""
        return self.run.get(code, 0) >= _RUN_SIDES


def edge_of(cover: LandCover) -> Edge:
    """The classes along the edges of a land cover; for tall rasters some hundred rows are sampled."""
    grid = cover.source.grid
    last, end = grid.height - 1, grid.width - 1
    rows = np.unique(np.linspace(0, last, min(grid.height, _ROWS_READ)).astype(int)).tolist()
    top, bottom = _codes_of(cover, Block(0, 0, grid.width, 1)), _codes_of(cover, Block(0, last, grid.width, 1))
    left, right = (np.ma.concatenate([_codes_of(cover, Block(at, row, 1, 1)) for row in rows]) for at in (0, end))
    cover.source.close()
    # Once around; a raster of one row or column has the same cells on both of its long sides.
    sides = [top, right, bottom[::-1], left[::-1]]
    around = np.ma.concatenate(sides)
    codes, counts = np.unique(around.compressed(), return_counts=True)
    corners, found = np.unique(np.ma.stack([top[0], top[-1], bottom[0], bottom[-1]]).compressed(), return_counts=True)
    lengths = np.concatenate([np.full(len(side), 1 / len(side)) for side in sides])
    return Edge(
        dict(zip(codes.tolist(), (counts / len(around)).tolist())),
        dict(zip(corners.tolist(), found.tolist())),
        _longest_runs(around, lengths),
    )


def _codes_of(cover: LandCover, part: Block) -> np.ma.MaskedArray:
    """Class codes of a row or a cell, masked where not valid (cells,)."""
    keys = cover.read(part)
    return np.ma.masked_array(keys.codes[keys.array], ~keys.valid[keys.array]).ravel()


def _longest_runs(around: np.ma.MaskedArray, lengths: np.ndarray) -> dict[int, float]:
    """The longest run of each code on a closed line of cells with these lengths, both (cells,)."""
    codes, valid = around.filled(0), ~np.ma.getmaskarray(around)
    begins = (codes != np.roll(codes, 1)) | (valid != np.roll(valid, 1))
    if not begins.any():
        return {int(codes[0]): float(lengths.sum())} if valid[0] else {}
    first = int(np.argmax(begins))
    codes, valid, begins, lengths = (np.roll(each, -first) for each in (codes, valid, begins, lengths))
    starts = np.flatnonzero(begins)
    longest: dict[int, float] = {}
    for start, length in zip(starts, np.add.reduceat(lengths, starts)):
        if valid[start]:
            longest[int(codes[start])] = max(longest.get(int(codes[start]), 0.0), float(length))
    return longest


def likely_nodata(
    cover: LandCover,
    codes: Iterable[int],
    any_code: bool = False,
    anywhere: bool = False,
    far: Mapping[int, bool] | None = None,
) -> dict[int, bool]:
    """Codes that are likely undeclared nodata, and whether each is along the edge.

    Args:
        cover: the land cover.
        codes: codes found in it.
        any_code: include any other code that fills the whole edge.
        far: codes far above the others -> whether one run along the edge is enough to include them; otherwise they
            must fill the whole edge.
        anywhere: include codes in the interior that are rarely used for classes, such as 255 (0 in the interior may be
            water).
    """
    asked = [] if cover.codes_are_made else [int(code) for code in codes]
    far = far or {}
    looked_for = {*far, *NEVER_CLASSES, *SELDOM_CLASSES}
    if not asked or not any_code and looked_for.isdisjoint(asked):
        return {}
    edge = edge_of(cover)
    return {
        code: edge.is_background(code) or far.get(code, False)
        for code in asked
        if code in NEVER_CLASSES
        or (code in SELDOM_CLASSES and (edge.is_background(code) or anywhere and code != 0))
        or ((any_code or code in far) and edge.is_frame(code))
        or (far.get(code, False) and edge.is_one_run(code))
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


def _far_codes(codes: np.ndarray) -> dict[int, bool]:
    """The largest class code, if it is far above two others at least, and whether those are numbered from 1 on."""
    ordered = np.sort(codes[codes > 0]).tolist()
    if len(ordered) <= 2 or ordered[-1] <= _FAR_CODE * ordered[-2]:
        return {}
    others = ordered[:-1]
    return {ordered[-1]: len(others) > 2 and len(others) >= _NUMBERED * others[-1]}


def warn_of_background(
    cover: LandCover, codes: np.ndarray, cells: np.ndarray, kept: np.ndarray | None, log: Log
) -> None:
    """Warn of a code that is counted as a class but is likely undeclared nodata.

    Args:
        cover: the land cover whose edge is examined.
        codes: its classes (classes,).
        cells: cells or areas of each (classes,).
        kept: share of each class that is the same at all dates, 0 to 1 (classes,); ``None`` for one date.
        log: receives notes.
    """
    share_of, far = shares(codes, cells), _far_codes(codes)
    same = dict.fromkeys(codes.tolist(), 1.0) if kept is None else dict(zip(codes.tolist(), kept.tolist()))
    asked = [code for code in codes.tolist() if _SHARE <= share_of[code] < 1 and same[code] >= _least_kept(code, far)]
    found = likely_nodata(cover, asked, anywhere=kept is not None, far=far)
    # Inside, what changes is a class.
    found = {code: at_edge for code, at_edge in found.items() if at_edge or same[code] == 1}
    if kept is None:
        _say(
            found,
            tr(
                "{raster}: class {items} may be undeclared nodata; here it counts as land in every share and mean. If "
                "it means no data, set NODATA_CODES = {codes}."
            ),
            cover,
            share_of,
            log,
        )
        return
    _say(
        {code: at_edge for code, at_edge in found.items() if same[code] == 1},
        tr(
            "{raster}: class {items} never changes and may be undeclared nodata; here it counts as land in every "
            "share of change and agreement. If it means no data, set NODATA_CODES = {codes}."
        ),
        cover,
        share_of,
        log,
    )
    _say(
        {code: at_edge for code, at_edge in found.items() if same[code] < 1},
        tr(
            "{raster}: class {items} may be undeclared nodata that does not cover the same cells at all dates; here it "
            "counts as land, and where it differs as change. If it means no data, set NODATA_CODES = {codes}."
        ),
        cover,
        share_of,
        log,
    )


def _least_kept(code: int, far: Mapping[int, bool]) -> float:
    """The share of a code that must be the same at all dates for it to be taken as nodata; water 0 changes a little."""
    if code != 0 and code in NEVER_CLASSES | SELDOM_CLASSES:
        return _KEPT
    return _KEPT_FAR if far.get(code, False) else 1.0


def _say(found: dict[int, bool], sentence: str, cover: LandCover, share_of: dict[int, float], log: Log) -> None:
    if found:
        log.warn(
            sentence.format(
                raster=cover.source.name, items=format_background(found, share_of), codes=",".join(map(str, found))
            )
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
    _say(
        found,
        tr(
            "{raster}: class {items} occurs in none of the other land covers and may be undeclared nodata; here it "
            "counts as land that differs from theirs. If it means no data, set NODATA_CODES = {codes}."
        ),
        cover,
        share_of,
        log,
    )
    return set(found)
