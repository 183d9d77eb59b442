"""The HTML report of a centre analysis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...options.statistics import ARCGIS, ARCGIS_PRO, CRIMESTAT
from ...runtime.i18n import tr
from ...text import html
from .chart import centre_chart
from .study import CentreStudy, shift_sentence


def convention_sentence(convention: str) -> str:
    """A sentence on the length of the semi-axes of the ellipses."""
    return {
        ARCGIS: tr("Semi-axes: one standard deviation of the amount along each axis, the formula of ArcGIS."),
        ARCGIS_PRO: tr(
            "Semi-axes: one standard deviation of the amount along each axis times the square root of 2, as ArcGIS Pro "
            "draws one standard deviation."
        ),
        CRIMESTAT: tr(
            "Semi-axes: one standard deviation of the amount along each axis times the square root of 2 n / (n - 2), n "
            "zones, as CrimeStat IV."
        ),
    }[convention]


def centre_page_parts(
    study: CentreStudy, degrees: np.ndarray, outlines: Sequence[bytes | None], projection: str
) -> list[str]:
    """The sections of the report: sentences, map, tables."""
    parts = [html.paragraph(shift_sentence(each)) for each in study.shifts]
    parts += [html.heading(tr("Map of centres, ellipses and shifts")), centre_chart(study, outlines)]
    how = convention_sentence(study.centres[0].centre.convention)
    where = tr("Zones count at their centroids. Distances are measured in the projection {name}.").format(
        name=projection
    )
    parts += [
        html.heading(tr("Centres and ellipses")),
        html.paragraph(where),
        html.paragraph(how),
        html.table(study.centre_columns(degrees)),
    ]
    if study.shifts:
        parts += [html.heading(tr("Shifts")), html.table(study.shift_columns())]
    return parts
