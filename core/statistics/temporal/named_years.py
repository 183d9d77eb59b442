"""Comparison of years in layer names with the given years."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...runtime.errors import listed
from ...runtime.i18n import tr
from ...runtime.log import Log

_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_MOST_LISTED = 30


def warn_of_other_years(names: Sequence[str], years: Sequence[float | None], log: Log) -> None:
    """Warn if layers seem to be in the wrong order, or if their names contain other years.

    Years with the same intervals but another origin are accepted.

    Args:
        names: names of the rasters or layers, from the first to the last date.
        years: years of the dates; if one is ``None``, only the order is checked.
        log: receives the warning.
    """
    found = [_YEAR_IN_NAME.findall(name) for name in names]
    if not all(len(set(each)) == 1 for each in found):
        return
    named = [int(each[0]) for each in found]
    given = [year for year in years if year is not None]
    if len(given) < len(named):
        if named != sorted(named):
            log.warn(
                tr(
                    "The names of the layers contain the years {named}, which are not ascending: check that the "
                    "earlier and the later layer are not exchanged."
                ).format(named=listed(map(str, named), _MOST_LISTED))
            )
    elif len({year - own for year, own in zip(named, given)}) > 1:
        log.warn(
            tr(
                "The names of the layers contain the years {named}, but the years given are {years}: check the order "
                "of the layers and the years."
            ).format(
                named=listed(map(str, named), _MOST_LISTED), years=listed((f"{year:g}" for year in given), _MOST_LISTED)
            )
        )
