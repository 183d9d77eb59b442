"""The transitions between consecutive land covers."""

from __future__ import annotations

from collections.abc import Sequence

from ..land_cover.change.intensity import IntervalChange, warn_of_unequal_areas
from ..land_cover.codes import LandCover
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .class_maps import cross


def interval_changes(covers: Sequence[LandCover], years: Sequence[float], log: Log) -> list[IntervalChange]:
    """The changes of each pair of consecutive land covers, on the cells that are valid in both.

    Args:
        covers: on one grid (see :func:`core.scenarios.class_maps.aligned`), oldest first.
        years: years, ascending.
        log: receives a warning if the intervals do not cover the same area.

    Raises:
        CarbonBalanceError: two land covers have no valid cell in common.
    """
    found = []
    for first, second, start, end in zip(covers, covers[1:], years, years[1:]):
        crossing = cross([first, second], log)
        names = [str(code) for code in crossing.codes]
        found.append(IntervalChange(start, end, crossing.codes, names, crossing.area_ha))
    if not found or not all(each.area_ha.sum() > 0 for each in found):
        raise CarbonBalanceError(tr("An analysis of change needs two or more land covers with data."))
    warn_of_unequal_areas(found, log)
    return found
