"""What a series says on decoupling, decomposition and coordination, as sentences and bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from ...runtime.i18n import tr
from ...tables.names import space_columns
from ...text import html
from ...text.numbers import number_text
from ...text.pictures.signed_bars import signed_bars, signed_text
from ...text.vocabulary import shown
from ..series import Series
from .coupling import LEVELS
from .factors import StatedFactor
from .study import ALL_ROWS, UnitDecomposition


def change_page_parts(
    result: Series,
    regional: tuple[float, str | None],
    decomposed: Sequence[UnitDecomposition],
    factors: Sequence[StatedFactor],
    long: Mapping[str, Sequence[object]],
) -> list[str]:
    """The parts of the page: a sentence on each of the three that was asked for, bars of the contributions."""
    parts = []
    if regional[1] is not None:
        parts += [html.heading(tr("Decoupling")), html.paragraph(decoupling_sentence(result, *regional))]
    if decomposed:
        parts.append(html.heading(tr("What changed the emission")))
        whole = [each for each in decomposed if each.unit == ALL_ROWS] or list(decomposed[: len(result.dates) - 1])
        for each in whole:
            parts.append(html.paragraph(decomposition_sentence(each, factors)))
            parts.append(contribution_bars(each, factors))
    if space_columns.COORDINATION in long:
        parts += [html.heading(tr("Coupling coordination")), *_coordination(result, long)]
    return parts


def decoupling_sentence(result: Series, value: float, state: str | None) -> str:
    """The state of all zones together."""
    return tr("From {start:g} to {end:g}, all zones together: {state}, elasticity of emission to GDP {value}.").format(
        start=result.dates[0],
        end=result.dates[-1],
        state=shown(space_columns.DECOUPLING_STATE, state),
        value=number_text(value, 3),
    )


def decomposition_sentence(each: UnitDecomposition, factors: Sequence[StatedFactor]) -> str:
    """The change and the contributions, the largest first."""
    order = np.argsort(-np.abs(each.additive), kind="stable")
    contributions = "; ".join(f"{factors[at].title} {signed_text(each.additive[at])}" for at in order)
    return tr("{unit}, {start:g} to {end:g}: change {change}, of which {contributions}.").format(
        unit=shown("unit", each.unit),
        start=each.start,
        end=each.end,
        change=signed_text(float(each.additive.sum())),
        contributions=contributions,
    )


def contribution_bars(each: UnitDecomposition, factors: Sequence[StatedFactor]) -> str:
    """A bar for each factor, to the right where it raised the amount."""
    values = [*each.additive.tolist(), float(each.additive.sum())]
    return signed_bars([*(factor.title for factor in factors), tr("change")], values, totals=1)


def _coordination(result: Series, long: Mapping[str, Sequence[object]]) -> list[str]:
    """How many zones have each level at each date."""
    levels, dates = long[space_columns.COORDINATION_LEVEL], len(result.dates)
    said = []
    for at, date in enumerate(result.dates):
        counts = Counter(level for level in levels[at::dates] if level is not None)
        listed = "; ".join(
            f"{shown(space_columns.COORDINATION_LEVEL, level)} {counts[level]}" for level in LEVELS if counts[level]
        )
        said.append(html.paragraph(tr("{date:g}, zones by level: {levels}.").format(date=date, levels=listed)))
    return [
        *said,
        html.paragraph(
            tr(
                "Each system is scaled from 0 to 1 over all zones and dates: the worst zone gets a degree of 0 however "
                "near the others it is."
            )
        ),
    ]
