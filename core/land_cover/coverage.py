"""Zones that are only partly covered by data: named in a warning, or left without results.

Amounts of such a zone refer to its mapped part, whereas its population and area refer to the whole zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..options.land_cover import LEAST_PERCENT, NO_RESULTS, WARN_ONLY
from ..runtime.errors import listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables import columns
from ..text.numbers import number_text
from ..text.vocabulary import shown


@dataclass(frozen=True)
class CoverageRule:
    """How to treat zones with too little data.

    Attributes:
        least_percent: least share of a zone that must have data, percent.
        partial: for zones with less, ``WARN_ONLY`` or ``NO_RESULTS`` (results are NULL).
    """

    least_percent: float = LEAST_PERCENT
    partial: str = WARN_ONLY

    def apply(self, coverage: np.ndarray, zone_names: list[str], log: Log, raster: str = "") -> np.ndarray:
        """Log zones with too little data; returns which zones get no results, bool (zones,).

        Args:
            coverage: share of each zone with data, 0 to 1, NaN where unknown (zones,); zones without any data are
                reported elsewhere.
            zone_names: names of the zones.
            log: receives the warning.
            raster: name of the raster that has the data; the land cover if empty.
        """
        with np.errstate(invalid="ignore"):
            partly = (coverage > 0) & (coverage < self.least_percent / 100)
        rows = np.flatnonzero(partly)
        if not len(rows):
            return partly
        said = {
            "raster": raster or tr("the land cover"),
            "least": f"{self.least_percent:g}",
            "zones": listed(
                tr("{zone} ({percent} %)").format(
                    zone=shown(columns.ZONE_NAME, zone_names[row]), percent=number_text(100 * coverage[row], 3)
                )
                for row in rows[np.argsort(coverage[rows], kind="stable")]
            ),
        }
        if self.partial == NO_RESULTS:
            log.warn(
                tr(
                    "These zones have data of {raster} on less than {least} % of their area and get no results: "
                    "{zones}; totals of all zones include what is mapped."
                ).format(**said)
            )
            return partly
        log.warn(
            tr(
                "These zones have data of {raster} on less than {least} % of their area, so that their amounts cover "
                "only a part of the zone (see the column of coverage): {zones}."
            ).format(**said)
        )
        return np.zeros(len(partly), bool)


def without(rows: np.ndarray, values: Mapping[str, Sequence[object]]) -> dict[str, Sequence[object]]:
    """Columns of numbers or texts with the values in ``rows``, bool (zones,), replaced by NULL."""
    if not rows.any():
        return dict(values)
    return {
        name: np.where(rows, np.nan, column)
        if isinstance(column, np.ndarray)
        else [None if left_out else each for left_out, each in zip(rows, column)]
        for name, column in values.items()
    }
