"""Warnings of dates of a stack of rasters that are unlike the others, or the same as another one."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from ...runtime.errors import listed
from ...runtime.i18n import tr
from ...runtime.log import Log

# Between years, means differ less than units do.
_OTHER_UNIT = 5
# Fewer cells (counted are some of all) may have the same values by chance.
_COPIED_CELLS = 5


def same_values(stack: np.ndarray) -> np.ndarray:
    """Which dates have the same values in all cells, bool (dates, dates), of float32 (dates, cells)."""
    sums = np.array([zlib.crc32(values.tobytes()) for values in stack])
    return np.asarray(sums[:, None] == sums)


def warn_of_other_units(of_dates: np.ndarray | float, names: Sequence[str], log: Log) -> None:
    """Warn of a date whose mean is several times that of the others, or a fraction of it, or that has no value.

    Args:
        of_dates: the sum of the values and the number of cells of each date (2, dates).
        names: names of the rasters (dates).
        log: receives the warnings.
    """
    total, cells = np.asarray(of_dates)
    lost = [name for name, count in zip(names, cells) if not count]
    if lost:
        log.warn(
            tr(
                "{rasters}: no value on the cells of {first}, so that the date takes no part: check the CRS, the "
                "extent and the nodata value."
            ).format(rasters=listed(lost), first=names[0])
        )
    means = np.divide(total, cells, out=np.zeros(len(total)), where=cells > 0)
    if (means <= 0).any():
        return
    usual = float(np.median(means))
    for name, mean in zip(names, means.tolist()):
        if not 1 / _OTHER_UNIT < mean / usual < _OTHER_UNIT:
            log.warn(
                tr(
                    "{raster}: the mean of {mean:.4g} is far from that of the other dates, {usual:.4g}: check the unit "
                    "and the scale of the raster."
                ).format(raster=name, mean=mean, usual=usual)
            )


def warn_of_copies(alike: np.ndarray | bool, of_dates: np.ndarray | float, names: Sequence[str], log: Log) -> None:
    """Warn of dates with the same values in all cells, as if one raster were given twice.

    Args:
        alike: which dates are the same, bool (dates, dates).
        of_dates: see :func:`warn_of_other_units`.
        names: names of the rasters (dates).
        log: receives the warning.
    """
    total, cells = np.asarray(of_dates)
    # Nothing but 0, such as the area burnt, may be so in several years.
    known = (cells >= _COPIED_CELLS) & (total != 0)
    told = np.zeros(len(names), bool)
    for at, same in enumerate(np.asarray(alike) & known[:, None] & known):
        if told[at] or same.sum() < 2:
            continue
        told |= same
        log.warn(
            tr(
                "{rasters} have the same values in all cells, as if one raster were given for several dates: check "
                "the files."
            ).format(rasters=listed(name for name, one in zip(names, same) if one))
        )
