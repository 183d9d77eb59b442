"""Years that the names of rasters tell, held against those that were given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...runtime.errors import listed
from ...runtime.i18n import tr
from ...runtime.log import Log

_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_MOST_TOLD = 30


def warn_of_other_years(names: Sequence[str], years: Sequence[float | None], log: Log) -> None:
    """Warn where rasters seem to be in another order than their dates, or their names tell other years.

    Years that are counted from another beginning are no other years: they have the same intervals.

    Args:
        names: of the rasters, from the first date to the last.
        years: of the dates; ``None`` where a year was not given, and then only the order is looked at.
        log: receives the warning.
    """
    found = [_YEAR_IN_NAME.findall(name) for name in names]
    if not all(len(set(each)) == 1 for each in found):
        return
    told = [int(each[0]) for each in found]
    given = [year for year in years if year is not None]
    if len(given) < len(told):
        if told != sorted(told):
            log.warn(
                tr(
                    "The names of the rasters tell the years {told}, which do not ascend: check that the earlier and "
                    "the later raster are not exchanged."
                ).format(told=listed(map(str, told), _MOST_TOLD))
            )
    elif len({year - own for year, own in zip(told, given)}) > 1:
        log.warn(
            tr(
                "The names of the rasters tell the years {told}, but the years given are {years}: check the order of "
                "the rasters and the years."
            ).format(told=listed(map(str, told), _MOST_TOLD), years=listed((f"{year:g}" for year in given), _MOST_TOLD))
        )
