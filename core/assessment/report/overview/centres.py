"""Report section on the weighted centres of supply and demand: a sentence and a map."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ....raster.sampling import centroids
from ....runtime.errors import CarbonBalanceError
from ....runtime.i18n import tr
from ....tables.names import space_columns
from ....text.pictures.figure import figure
from ....text.vocabulary import shown
from ....zoning.centres.chart import centre_chart
from ....zoning.centres.study import NO_DIRECTION, study_centres
from ..data import ReportData


def centre_section(data: ReportData, shapes: Sequence[bytes | None]) -> list[str]:
    """The section; empty if supply, demand or outlines are missing.

    Args:
        data: the zones.
        shapes: WKB of the zones in a metric equal-area CRS (zones,).
    """
    if data.supply is None or data.demand is None or not any(shapes):
        return []
    counted = np.ones(len(data), bool) if data.counted is None else data.counted
    points = centroids(shapes)
    known = counted & np.isfinite(points).all(axis=1)
    known &= np.isfinite(data.supply.total_t) & np.isfinite(data.demand.total_t)
    amounts = {"supply": data.supply.total_t[known], "demand": data.demand.total_t[known]}
    try:
        study = study_centres(points[known], amounts)
    except CarbonBalanceError:
        # Fewer than three zones, or negative amounts: the centre is not defined.
        return []
    (apart,) = study.shifts
    direction = shown(space_columns.COMPASS, apart.compass)
    sentence = (
        tr("The centres of supply and demand are at the same place.")
        if apart.compass == NO_DIRECTION
        else tr("The centre of demand lies {km} km {direction} of the centre of supply.").format(
            km=f"{apart.between.distance / 1000:,.1f}", direction=direction
        )
    )
    note = tr(
        "Zones count at their centroids with their amounts; the ellipses show one standard deviation along each axis."
    )
    chart = centre_chart(study, shapes, [tr("centre of supply"), tr("centre of demand")])
    caption = tr("Centres of supply and demand with their ellipses")
    return [
        f"<h2>{escape(tr('Centres of supply and demand'))}</h2><p>{escape(sentence)}</p>",
        f"{figure(caption, chart)}<p class=note>{escape(note)}</p>",
    ]
