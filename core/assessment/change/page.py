"""Report sections on decoupling, decomposition and coordination: sentences and bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...runtime.i18n import tr
from ...tables import columns
from ...tables.names import space_columns
from ...text import html
from ...text.numbers import number_text
from ...text.pictures.signed_bars import signed_bars, signed_text
from ...text.pictures.stacked_bars import counts_by_part, stacked_bars
from ...text.vocabulary import shown
from ..series import Series
from .coupling import LEVELS
from .decoupling import STATES, STRONG, WEAK
from .study import ALL_ROWS, UnitDecomposition

# From the best state to the worst: blue where emission falls or lags behind GDP, orange where it grows faster.
_STATE_COLOURS = ("#08519c", "#6baed6", "#fee090", "#d55e00", "#7f0000", "#f4a582", "#d9d9d9", "#9ecae1")
# Of more dates or intervals than this, sentences tell the first and the last.
_MOST_SAID = 3
_LEVEL_COLOURS = (
    "#7f0000", "#b30000", "#d7301f", "#ef6548", "#fdbb84", "#d0e6f5", "#9ecae1", "#6baed6", "#3182bd", "#08519c",
)  # fmt: skip


def change_page_parts(
    result: Series,
    regional: tuple[float, str | None],
    decomposed: Sequence[UnitDecomposition],
    titles: Sequence[str],
    long: Mapping[str, Sequence[object]],
    changes: Mapping[str, Sequence[object]],
) -> list[str]:
    """The parts of the page: a sentence on each of the three that was asked for, then its picture.

    Args:
        result: the series.
        regional: elasticity and state of all zones together.
        decomposed: contributions; ``titles`` are those of the factors.
        long: one row a zone and date.
        changes: one row a zone and pair of dates.
    """
    parts = []
    if space_columns.DECOUPLING_STATE in changes:
        parts.append(html.heading(tr("Decoupling")))
        if regional[1] is not None:
            parts.append(html.paragraph(decoupling_sentence(result, *regional)))
        parts += decoupling_parts(
            *(changes[name] for name in (columns.FROM_DATE, columns.TO_DATE, space_columns.DECOUPLING_STATE))
        )
    if decomposed:
        parts += [html.heading(tr("What changed the emission")), *decomposition_parts(decomposed, titles)]
    if space_columns.COORDINATION in long:
        parts.append(html.heading(tr("Coupling coordination")))
        parts += coordination_parts(long[columns.DATE], long[space_columns.COORDINATION_LEVEL])
    return parts


def decoupling_parts(starts: Sequence[object], ends: Sequence[object], states: Sequence[object]) -> list[str]:
    """In how many zones emission decoupled from GDP in each interval, and bars of the states."""
    intervals = [f"{start:g}–{end:g}" for start, end in zip(starts, ends)]
    names, counts = counts_by_part(intervals, STATES, states)
    if not counts.sum():
        return []
    said = []
    for name, row in _first_and_last(list(zip(names, counts))):
        decoupled = int(row[STATES.index(STRONG)] + row[STATES.index(WEAK)])
        said.append(
            tr(
                "{interval}: in {count} of {all} zones the economy grew and emission fell or grew more slowly (strong "
                "or weak decoupling)."
            ).format(interval=name, count=decoupled, all=int(row.sum()))
        )
    titles = [shown(space_columns.DECOUPLING_STATE, state) for state in STATES]
    picture = stacked_bars([str(name) for name in names], titles, counts, _STATE_COLOURS, counts.astype(str).tolist())
    return [html.paragraph(html.joined(said)), html.paragraph(tr("Zones by decoupling state:")), picture]


def _first_and_last(rows: list) -> list:
    """All rows, or of many the first and the last: the picture shows the others."""
    return rows if len(rows) <= _MOST_SAID else [rows[0], rows[-1]]


def decomposition_parts(decomposed: Sequence[UnitDecomposition], titles: Sequence[str]) -> list[str]:
    """A sentence and bars for each interval, of all rows together; of the first unit if there are no such rows."""
    whole = [each for each in decomposed if each.unit == ALL_ROWS]
    whole = whole or [each for each in decomposed if each.unit == decomposed[0].unit]
    parts = []
    for each in whole:
        parts += [html.paragraph(decomposition_sentence(each, titles)), contribution_bars(each, titles)]
    return parts


def decoupling_sentence(result: Series, value: float, state: str | None) -> str:
    """A sentence on the state of all zones together."""
    return tr("From {start:g} to {end:g}, all zones together: {state}, elasticity of emission to GDP {value}.").format(
        start=result.dates[0],
        end=result.dates[-1],
        state=shown(space_columns.DECOUPLING_STATE, state),
        value=number_text(value, 3),
    )


def decomposition_sentence(each: UnitDecomposition, titles: Sequence[str]) -> str:
    """A sentence on the change and the contributions, the largest first."""
    order = np.argsort(-np.abs(each.additive), kind="stable")
    contributions = "; ".join(f"{titles[at]} {signed_text(each.additive[at])}" for at in order)
    return tr("{unit}, {start:g} to {end:g}: change {change}, of which {contributions}.").format(
        unit=shown("unit", each.unit),
        start=each.start,
        end=each.end,
        change=signed_text(float(each.additive.sum())),
        contributions=contributions,
    )


def contribution_bars(each: UnitDecomposition, titles: Sequence[str]) -> str:
    """A bar for each factor, to the right if it increased the amount."""
    values = [*each.additive.tolist(), float(each.additive.sum())]
    return signed_bars([*titles, tr("change")], values, totals=1)


def coordination_parts(dates: Sequence[object], levels: Sequence[object]) -> list[str]:
    """How many zones have each level at each date, as sentences and as bars."""
    found, counts = counts_by_part(dates, LEVELS, levels)
    if not counts.sum():
        return []
    titles = [shown(space_columns.COORDINATION_LEVEL, level) for level in LEVELS]
    said = []
    for date, row in _first_and_last(list(zip(found, counts))):
        listed = "; ".join(f"{title} {count}" for title, count in zip(titles, row) if count)
        said.append(html.paragraph(tr("{date:g}, zones by level: {levels}.").format(date=date, levels=listed)))
    texts = counts.astype(str).tolist()
    return [
        *said,
        stacked_bars([f"{date:g}" for date in found], titles, counts, _LEVEL_COLOURS, texts),
        html.paragraph(
            tr(
                "Each system is scaled from 0 to 1 over all zones and dates: the worst zone gets a degree of 0 however "
                "near the others it is."
            )
        ),
    ]
