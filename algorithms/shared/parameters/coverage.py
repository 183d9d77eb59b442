"""The column with the share of each zone to which a supply refers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....core.options.tables import TONNES
from ....core.runtime.errors import listed
from ....core.runtime.i18n import tr
from ....core.tables import columns
from .common import column

if TYPE_CHECKING:
    import numpy as np

    from ..inputs.given import Given
    from ..inputs.zones import Zones

COVERAGE = "COVERAGE"
# Columns written by the tools, with the columns of the share of the zone to which they refer.
COVERED = {columns.CARBON_T: columns.COVERAGE_SHARE, columns.SINK_T: columns.SINK_COVERAGE_SHARE}


def add_coverage_field(algorithm, parent: str, of: str) -> None:
    """Add the field of coverage of the amount in the field parameter ``of``."""
    algorithm.add(
        column(COVERAGE, tr("Coverage of the supply"), parent, optional=True),
        tr(
            "Part of each zone that has land cover data, 0 to 1: an amount of the land counts for that part only. "
            "If empty, coverage_share is used with carbon_t and sink_coverage_share with sink_t, if they exist."
        ),
        advanced=True,
        when={of: True},
    )


def coverage_of(given: Given, zones: Zones, of: str, unit: str) -> np.ndarray | None:
    """Share of each zone to which the amount in field ``of`` refers (zones,); ``None`` for complete zones.

    Densities, by their ``unit``, already refer to the mapped part.
    """
    import numpy as np

    table, field = zones.table, given.field(of)
    chosen = given.field(COVERAGE)
    if field is None or unit not in TONNES:
        return None
    if chosen is None:
        pair = next(((name, share) for name, share in COVERED.items() if field.casefold().startswith(name)), None)
        chosen = pair and table.find(pair[1] + field[len(pair[0]) :])
    if not chosen:
        return None
    coverage = table.non_negative(chosen)
    # Where nothing is mapped there is no density to assume: the amount is not known.
    partly = np.flatnonzero((coverage < 1 - 1e-9) & (coverage > 0))
    if len(partly):
        given.log.info(
            tr(
                "{field} of {count} zone(s) refers to a part of the zone ({coverage}); the same density is assumed "
                "for the whole zone: {zones}."
            ).format(
                field=field,
                count=len(partly),
                coverage=chosen,
                zones=listed(
                    tr("{zone} ({percent} %)").format(
                        zone=table.row_label(int(row)), percent=f"{100 * coverage[row]:.3g}"
                    )
                    for row in partly
                ),
            )
        )
    return np.minimum(coverage, 1.0)


def whole_amount(amount: np.ndarray | None, coverage: np.ndarray | None) -> np.ndarray | None:
    """The amount of whole zones extrapolated from the mapped part (zones,); NaN if nothing is mapped."""
    import numpy as np

    if amount is None or coverage is None:
        return amount
    return amount / np.where(coverage > 0, coverage, np.nan)
