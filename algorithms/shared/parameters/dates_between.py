"""Parameters for land covers between two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from .common import text
from .land_cover import land_covers

if TYPE_CHECKING:
    from ....core.land_cover.codes import LandCover
    from ..inputs.given import Given

BETWEEN, BETWEEN_YEARS = "BETWEEN", "BETWEEN_YEARS"


def add_dates_between(algorithm, help_text: str) -> None:
    """Add land covers of dates between, and their years."""
    algorithm.add(
        QgsProcessingParameterMultipleLayers(
            BETWEEN, tr("Land covers between the two dates"), QgsProcessing.SourceType.TypeRaster, optional=True
        ),
        help_text,
        advanced=True,
    )
    algorithm.add(
        text(BETWEEN_YEARS, tr("Years of the land covers between")),
        tr("In ascending order, separated by semicolons, such as 2005; 2010; 2015."),
        advanced=True,
        when={BETWEEN: True},
    )


def covers_between(given: Given) -> list[LandCover]:
    """The land covers between, in order."""
    return list(land_covers(given, BETWEEN).values()) if given.has(BETWEEN) else []


def years_between_dates(given: Given, first: float, last: float) -> list[float]:
    """The years of the land covers between, checked for number and order.

    Raises:
        CarbonBalanceError: a wrong number of years, or years not between the two.
    """
    from ....core.assessment.series import dates_in

    count = len(given.parameters.get(BETWEEN) or []) if given.has(BETWEEN) else 0
    if not count:
        return []
    years = dates_in(given.text(BETWEEN_YEARS)) if given.has(BETWEEN_YEARS) else []
    if len(years) != count or not first < years[0] <= years[-1] < last:
        raise CarbonBalanceError(
            tr(
                "{parameter}: {count} land covers need as many years between {first:g} and {last:g}, but given are "
                "{years}."
            ).format(
                parameter=given.title(BETWEEN_YEARS),
                count=count,
                first=first,
                last=last,
                years=given.text(BETWEEN_YEARS) or tr("none"),
            )
        )
    return years
