"""The transitions between consecutive land covers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..land_cover.change.intensity import IntervalChange
from ..land_cover.codes import LandCover
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .class_maps import cross


def interval_changes(covers: Sequence[LandCover], years: Sequence[float], log: Log) -> list[IntervalChange]:
    """One change for each pair of consecutive land covers, on the cells that are valid in both.

    Args:
        covers: on one grid (see :func:`core.scenarios.class_maps.aligned`), oldest first.
        years: of each, ascending.
        log: is warned where the intervals do not cover the same area.

    Raises:
        CarbonBalanceError: two land covers have no valid cell in common.
    """
    found = []
    for first, second, start, end in zip(covers, covers[1:], years, years[1:]):
        crossing = cross([first, second], log)
        names = [str(code) for code in crossing.codes]
        found.append(IntervalChange(start, end, crossing.codes, names, crossing.area_ha))
    areas = np.array([each.area_ha.sum() for each in found])
    if not len(found) or not (areas > 0).all():
        raise CarbonBalanceError(tr("An analysis of change needs two or more land covers with data."))
    if areas.max() - areas.min() > 1e-6 * areas.max():
        log.warn(
            tr(
                "The intervals cover different areas ({areas} ha), because cells without data at a date are left "
                "out: compare their intensities with care."
            ).format(areas=", ".join(f"{area:,.2f}" for area in areas))
        )
    return found
