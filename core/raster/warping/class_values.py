"""Class codes among rasters of quantities, such as soil types given as a driver; means are wrong."""

from __future__ import annotations

import numpy as np

from ...runtime.i18n import tr
from ...runtime.log import Log
from ..grid import Grid
from ..source import RasterSource
from ..unmarked.rasters import windows

# Fewer different numbers may be a mask, whose mean is a share; more are hardly classes.
_FEWEST_CLASS_CODES, _MOST_CLASS_CODES = 4, 60
# Classes lie in patches, so that most cells have the number of their neighbours, and counts of single things do not. Of
# two neighbours with different codes, the ranks are as far apart as of any two cells; those of amounts are much closer.
_IN_PATCHES, _RANKS_APART, _LEAST_RANKS, _NEIGHBOURS_APART = 0.75, 0.85, 1.5, 100
# A number of more cells is rather the absence of what is counted.
_ABSENCE = 0.5


def warn_of_class_values(source: RasterSource, grid: Grid, resampling: str, log: Log) -> None:
    """Warn of whole numbers that look like codes of classes and would be averaged on another grid.

    Args:
        source: a raster of quantities.
        grid: the target grid.
        resampling: GDAL's name.
        log: receives the warning.
    """
    if resampling == "near" or source.grid.same_cells(grid):
        return
    codes = _class_codes(source)
    if codes:
        log.warn(
            tr(
                "{raster} has {count} different whole numbers that look like codes of classes, and is resampled with "
                "means, which makes codes of other classes between them: use nearest neighbour (RESAMPLING = near, or "
                "bring it onto the grid of the land cover beforehand)."
            ).format(raster=source.name, count=codes)
        )


def _class_codes(source: RasterSource) -> int:
    """The number of different codes if the cells look like classes, otherwise 0."""
    parts = []
    for part in windows(source):
        parts.append(source.read_float(part))
        known = parts[-1][~np.isnan(parts[-1])]
        if (known != np.rint(known)).any():
            source.close()
            return 0
    band = source.dataset().GetRasterBand(source.band)
    named = band.GetColorTable() is not None or bool(band.GetCategoryNames())
    del band
    source.close()
    known, counts = np.unique(np.concatenate([part[~np.isnan(part)] for part in parts]), return_counts=True)
    if not _FEWEST_CLASS_CODES <= len(known) <= _MOST_CLASS_CODES:
        return 0
    pairs = [pair for part in parts for pair in ((part[:, 1:], part[:, :-1]), (part[1:], part[:-1]))]
    first, second = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    return len(known) if named or _are_unordered(first, second, known, counts) else 0


def _are_unordered(first: np.ndarray, second: np.ndarray, known: np.ndarray, counts: np.ndarray) -> bool:
    """Whether numbers lie in patches and those beside each other are as far apart as any two.

    Args:
        first, second: neighbours, NaN for none (pairs,).
        known, counts: the different numbers, ascending, and how often each occurs (numbers,).
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    if not both.any() or (first == second)[both].mean() < _IN_PATCHES:
        return False
    kept = counts <= _ABSENCE * counts.sum()
    known, counts = known[kept], counts[kept].astype(float)
    apart = both & (first != second) & np.isin(first, known) & np.isin(second, known)
    if len(known) < _FEWEST_CLASS_CODES or apart.sum() < _NEIGHBOURS_APART:
        return False
    ranks = np.abs(np.searchsorted(known, first[apart]) - np.searchsorted(known, second[apart]))
    among = np.arange(len(known))
    weight = np.outer(counts, counts)
    np.fill_diagonal(weight, 0)
    usual = (np.abs(among[:, None] - among) * weight).sum() / weight.sum()
    return bool(usual >= _LEAST_RANKS and ranks.mean() >= _RANKS_APART * usual)
