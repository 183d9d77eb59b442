"""The centres of several amounts or dates, and the distance and direction between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...options.statistics import ARCGIS
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...statistics.spatial.centre import Shift, WeightedCentre, shift, weighted_centre
from ...tables import columns
from ...tables.names import plan_columns, space_columns
from ...text.vocabulary import shown

# Eight directions, clockwise from north.
COMPASS_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
NO_DIRECTION = "the same place"


@dataclass(frozen=True)
class NamedCentre:
    """The centre of an amount at a date.

    Attributes:
        variable: the column of the amount.
        date: stored date, ``None`` without dates.
        amount: sum over the counted zones.
        centre: coordinates in metres.
    """

    variable: str
    date: str | None
    amount: float
    centre: WeightedCentre

    @property
    def label(self) -> str:
        """Column and date."""
        return self.variable if self.date is None else f"{self.variable}, {self.date}"


@dataclass(frozen=True)
class CentreShift:
    """The shift between two centres; ``years`` is NaN unless they are numeric dates of the same variable."""

    first: NamedCentre
    second: NamedCentre
    between: Shift
    years: float

    @property
    def compass(self) -> str:
        """One of the eight directions."""
        return compass_point(self.between)


@dataclass(frozen=True)
class CentreStudy:
    """All centres in order, and the shifts between them."""

    centres: list[NamedCentre]
    shifts: list[CentreShift]

    def centre_columns(self, degrees: np.ndarray) -> dict[str, list[object]]:
        """Table with one row per centre; ``degrees`` are longitude and latitude (centres, 2)."""
        found = [each.centre for each in self.centres]
        return {
            columns.VARIABLE: [each.variable for each in self.centres],
            columns.DATE: [each.date for each in self.centres],
            columns.AMOUNT: [each.amount for each in self.centres],
            space_columns.PLACES: [each.places for each in found],
            space_columns.X_M: [each.x for each in found],
            space_columns.Y_M: [each.y for each in found],
            space_columns.LONGITUDE: degrees[:, 0].tolist(),
            space_columns.LATITUDE: degrees[:, 1].tolist(),
            space_columns.SEMI_MAJOR_KM: [each.major / 1000 for each in found],
            space_columns.SEMI_MINOR_KM: [each.minor / 1000 for each in found],
            space_columns.AZIMUTH_DEG: [each.azimuth_deg for each in found],
            space_columns.CONVENTION: [each.convention for each in found],
        }

    def shift_columns(self) -> dict[str, list[object]]:
        """Table with one row per shift."""
        east = [each.second.centre.x - each.first.centre.x for each in self.shifts]
        north = [each.second.centre.y - each.first.centre.y for each in self.shifts]
        return {
            space_columns.FROM_CENTRE: [each.first.label for each in self.shifts],
            space_columns.TO_CENTRE: [each.second.label for each in self.shifts],
            plan_columns.DISTANCE_KM: [each.between.distance / 1000 for each in self.shifts],
            space_columns.EAST_KM: [each / 1000 for each in east],
            space_columns.NORTH_KM: [each / 1000 for each in north],
            space_columns.AZIMUTH_DEG: [each.between.azimuth_deg for each in self.shifts],
            space_columns.COMPASS: [each.compass for each in self.shifts],
            space_columns.SPEED_KM_YEAR: [each.between.distance / 1000 / each.years for each in self.shifts],
        }


def compass_point(between: Shift) -> str:
    """The nearest of the eight directions."""
    if between.distance == 0:
        return NO_DIRECTION
    return COMPASS_POINTS[int(((between.azimuth_deg + 22.5) % 360) // 45)]


def shift_sentence(each: CentreShift) -> str:
    """A sentence on a shift, in the user's language."""
    words = {
        "km": f"{each.between.distance / 1000:,.1f}",
        "direction": shown(space_columns.COMPASS, each.compass),
        "first": each.first.label,
        "second": each.second.label,
    }
    if each.compass == NO_DIRECTION:
        return tr("The centres of {first} and {second} are at the same place.").format(**words)
    if each.first.variable == each.second.variable:
        words.update(variable=each.first.variable, start=str(each.first.date), end=str(each.second.date))
        return tr("From {start} to {end} the centre of {variable} moved {km} km to the {direction}.").format(**words)
    return tr("The centre of {second} lies {km} km {direction} of the centre of {first}.").format(**words)


def study_centres(
    points_m: np.ndarray,
    amounts: Mapping[str, np.ndarray],
    dates: Sequence[str | None] | None = None,
    convention: str = ARCGIS,
    row_labels: Callable[[np.ndarray], str] = lambda rows: listed(rows + 1),
    log: Log | None = None,
    counted: np.ndarray | None = None,
) -> CentreStudy:
    """Compute the centre of each amount at each date.

    Args:
        points_m: projected zone locations, metres (zones, 2); NaN where unknown.
        amounts: column -> amount of each zone, 0 or more (zones,); NaN where unknown.
        dates: date of each zone (zones,); ``None`` if there are none.
        convention: length of the axes, one of :data:`core.options.statistics.CENTRE_CONVENTIONS`.
        row_labels: names of zones in messages.
        log: receives excluded zones.
        counted: zones to include, so that no land is counted twice, bool (zones,); all if ``None``.

    Returns:
        The centres, with shifts from each date to the next of the same column, and between columns at the same date.

    Raises:
        CarbonBalanceError: fewer than 3 zones with an amount.
    """
    log = log or Log()
    dates = None if dates is None else [_year_text(date) for date in dates]
    placed = np.isfinite(points_m).all(axis=1)
    if dates is not None:
        dated = np.array([date is not None for date in dates])
        if not dated.all():
            log.warn(
                tr("{count} row(s) have no date and are left out: {which}.").format(
                    count=int((~dated).sum()), which=row_labels(np.flatnonzero(~dated))
                )
            )
        placed &= dated
    steps = [None] if dates is None else ordered_dates([date for date in dates if date is not None])
    centres: dict[tuple[str, str | None], NamedCentre] = {}
    for name, values in amounts.items():
        known = placed & np.isfinite(values)
        if not known.all():
            log.warn(
                tr("{column}: {count} row(s) have no amount, geometry or date and are left out: {which}.").format(
                    column=name, count=int((~known).sum()), which=row_labels(np.flatnonzero(~known))
                )
            )
        known &= True if counted is None else counted
        for date in steps:
            here = known if date is None else known & np.array([each == date for each in dates or ()])
            try:
                found = weighted_centre(points_m[here], values[here], convention)
            except CarbonBalanceError as error:
                label = name if date is None else f"{name}, {date}"
                raise CarbonBalanceError(tr("{column}: {reason}").format(column=label, reason=error)) from None
            centres[name, date] = NamedCentre(name, date, float(values[here].sum()), found)
    pairs = [((name, first), (name, second)) for name in amounts for first, second in zip(steps, steps[1:])]
    names = list(amounts)
    pairs += [((first, date), (second, date)) for date in steps for first, second in zip(names, names[1:])]
    shifts = [_shift_between(centres[first], centres[second]) for first, second in pairs]
    _warn_of_other_zones(shifts, log)
    return CentreStudy(list(centres.values()), shifts)


def _year_text(date: str | None) -> str | None:
    """A date as text: a year stored as 2010.0 becomes 2010."""
    try:
        return date and f"{float(date):g}"
    except ValueError:
        return date


def _shift_between(first: NamedCentre, second: NamedCentre) -> CentreShift:
    years = float("nan")
    if first.date != second.date:
        try:
            years = float(second.date or "") - float(first.date or "")
        except ValueError:
            years = float("nan")
    return CentreShift(first, second, shift(first.centre, second.centre), years)


def _warn_of_other_zones(shifts: Sequence[CentreShift], log: Log) -> None:
    for each in shifts:
        counts = each.first.centre.places, each.second.centre.places
        if each.first.variable == each.second.variable and counts[0] != counts[1]:
            log.warn(
                tr(
                    "The centre of {variable} is based on {first} zones at {start} and {second} at {end}: part of "
                    "the shift may come from zones that are missing at one date."
                ).format(
                    variable=each.first.variable,
                    first=counts[0],
                    second=counts[1],
                    start=each.first.date,
                    end=each.second.date,
                )
            )


def ordered_dates(dates: Sequence[str]) -> list[str]:
    """The distinct dates, as ascending numbers, or as text if any is not a number."""
    different = list(dict.fromkeys(dates))
    try:
        return sorted(different, key=float)
    except ValueError:
        return sorted(different)
