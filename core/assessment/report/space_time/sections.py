"""What tables of series, centres and trends add to the report: a sentence first, a picture second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from ....runtime.errors import CarbonBalanceError
from ....runtime.i18n import tr
from ....symbology.trend_names import TREND_NAMES
from ....tables import columns
from ....tables.names import plan_columns, space_columns
from ....tables.table import Table
from ....text import html
from ....text.numbers import number_text
from ....text.pictures.figure import figure
from ....text.vocabulary import shown
from ....zoning.centres.study import NO_DIRECTION
from ...change.page import coordination_parts, decomposition_parts, decoupling_parts
from ...change.study import ALL_ROWS, UnitDecomposition
from ...trend_page import trend_bar
from ..data import Extras
from .arrow_path import Move, arrow_path


def space_time_sections(extras: Extras) -> list[str]:
    """A section for each table that was given.

    Raises:
        CarbonBalanceError: a table that lacks the columns of what it is given as.
    """
    given: list[tuple[Table | None, str, Callable[[Table], list[str]]]] = [
        (extras.changes, tr("Decoupling of emission from GDP"), _decoupling),
        (extras.decomposition, tr("What changed the emission"), _decomposition),
        (extras.series, tr("Coupling coordination"), _coordination),
        (extras.shifts, tr("How the centres moved"), _shifts),
        (extras.trend, tr("Trend by cell"), _trend),
    ]
    body = []
    for table, heading, parts_of in given:
        if table is not None:
            body += [f"<h2>{escape(heading)}</h2>", *parts_of(table)]
    return body


def _need(table: Table, *names: str) -> None:
    missing = [name for name in names if table.find(name) is None]
    if missing:
        raise CarbonBalanceError(
            tr("{table} has no column {column}: choose the table that the tool wrote.").format(
                table=table.label, column=missing[0]
            )
        )


def _dates(table: Table, name: str) -> list[float]:
    return table.numbers(name, complete=True).tolist()


def _decoupling(table: Table) -> list[str]:
    _need(table, columns.FROM_DATE, columns.TO_DATE, space_columns.DECOUPLING_STATE)
    starts, ends = (_dates(table, name) for name in (columns.FROM_DATE, columns.TO_DATE))
    return decoupling_parts(starts, ends, table.texts(space_columns.DECOUPLING_STATE))


def _decomposition(table: Table) -> list[str]:
    """The contributions as the series wrote them: of all rows together, or of the only unit."""
    _need(table, columns.UNIT, columns.FROM_DATE, columns.TO_DATE, columns.FACTOR, space_columns.CONTRIBUTION)
    starts, ends = (_dates(table, name) for name in (columns.FROM_DATE, columns.TO_DATE))
    units = [text or ALL_ROWS for text in table.texts(columns.UNIT)]
    factors = [text or "" for text in table.texts(columns.FACTOR)]
    values = table.numbers(space_columns.CONTRIBUTION, complete=True)
    titles = list(dict.fromkeys(factors))
    found = []
    keys = list(zip(units, starts, ends))
    for unit, start, end in dict.fromkeys(keys):
        of = {factors[row]: values[row] for row, key in enumerate(keys) if key == (unit, start, end)}
        additive = np.array([of.get(title, 0.0) for title in titles])
        found.append(UnitDecomposition(unit, start, end, additive, np.ones(len(titles))))
    return decomposition_parts(found, titles)


def _coordination(table: Table) -> list[str]:
    _need(table, columns.DATE, space_columns.COORDINATION_LEVEL)
    return coordination_parts(_dates(table, columns.DATE), table.texts(space_columns.COORDINATION_LEVEL))


def _shifts(table: Table) -> list[str]:
    names = (space_columns.EAST_KM, space_columns.NORTH_KM, plan_columns.DISTANCE_KM)
    _need(table, space_columns.FROM_CENTRE, space_columns.TO_CENTRE, space_columns.COMPASS, *names)
    starts, ends, compass = (
        [text or "" for text in table.texts(name)]
        for name in (space_columns.FROM_CENTRE, space_columns.TO_CENTRE, space_columns.COMPASS)
    )
    east, north, distance = (table.numbers(name, complete=True).tolist() for name in names)
    said = [_shift_text(*each) for each in zip(starts, ends, compass, distance)]
    picture = arrow_path([Move(*each) for each in zip(starts, ends, east, north)])
    caption = tr("Moves of the centres, north up")
    return [html.paragraph(html.joined(said)), figure(caption, picture) if picture else ""]


def _shift_text(start: str, end: str, compass: str, distance_km: float) -> str:
    if compass == NO_DIRECTION:
        return tr("The centres of {first} and {second} are at the same place.").format(first=start, second=end)
    return tr("The centre of {second} lies {km} km {direction} of the centre of {first}.").format(
        first=start, second=end, km=number_text(distance_km, 3), direction=shown(space_columns.COMPASS, compass)
    )


def _trend(table: Table) -> list[str]:
    _need(table, columns.CODE, columns.AREA_HA)
    by_code = dict(zip(table.numbers(columns.CODE).tolist(), table.numbers(columns.AREA_HA, complete=True).tolist()))
    areas_ha = [by_code.get(float(code), 0.0) for code in TREND_NAMES]
    whole = sum(areas_ha)
    if not whole > 0:
        return []
    sentence = tr(
        "{rising:.1f} % of the area rises significantly and {falling:.1f} % falls (Mann-Kendall, p up to 0.05); "
        "{rest:.1f} % of {area} ha has no significant trend."
    ).format(
        rising=100 * sum(areas_ha[3:]) / whole,
        falling=100 * sum(areas_ha[:2]) / whole,
        rest=100 * areas_ha[2] / whole,
        area=number_text(whole, 4),
    )
    return [html.paragraph(sentence), trend_bar(areas_ha, tr("share of the area"))]


def given_tables(extras: Extras) -> Sequence[tuple[Table, str]]:
    """The tables of these sections with their titles, to be printed too."""
    titles = (
        (extras.changes, tr("Changes between dates")),
        (extras.decomposition, tr("Decomposition")),
        (extras.shifts, tr("Shifts of centres")),
        (extras.trend, tr("Significance of the trend")),
    )
    return [(table, title) for table, title in titles if table is not None]
