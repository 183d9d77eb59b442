"""Legends: the classes of a map with limits, labels and colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from ..balance.comparison import read_comparison
from ..balance.indices import INDICES
from ..options.balance import BUDGET, DEMAND_SUPPLY
from ..runtime.i18n import tr
from ..tables import columns
from ..text.headings import title_of
from ..text.numbers import number_texts
from ..text.vocabulary import base_of, shown
from ..zoning.zone_names import FROM_SURPLUS, QUADRANT_NAMES
from .class_limits import SAME_VALUE_TOLERANCE, classes_by_side, label_limits, side_classes
from .colours import (
    BETTER_STOPS,
    NO_VALUE_COLOUR,
    ONE_SIDED,
    QUADRANTS,
    QUALITATIVE,
    SURPLUS_TO_DEFICIT,
    WORSE_STOPS,
    ZERO,
    ramp,
)
from .index_legends import balance_note, class_limits, class_numbers, index_title, only_side
from .themes import DIVERGING, THEMES, ZONE_NAMES, Theme


@dataclass(frozen=True)
class Interval:
    """Values from ``lower`` to ``upper``; a shared limit belongs to the lower class."""

    lower: float
    upper: float
    label: str
    colour: str


@dataclass(frozen=True)
class Category:
    """One value with its label and colour."""

    value: object
    label: str
    colour: str


@dataclass(frozen=True)
class Hatch:
    """Features that are hatched, whatever their class: those of which ``abs(column)`` is below ``limit``."""

    column: str
    limit: float
    label: str


@dataclass(frozen=True)
class Legend:
    """The legend of a column or band.

    Attributes:
        column: name of the column ("" for a raster band).
        title: title in words with the unit.
        intervals: classes of numbers, ascending; empty if there are categories.
        categories: classes of names or codes.
        no_value: label of NULL; "" if there is none.
        notes: sentences to be shown with the legend.
        hatch: which features are hatched, ``None`` for none.
        layer_name: of a layer drawn so; "" for its own name before the title.
    """

    column: str
    title: str
    intervals: tuple[Interval, ...] = ()
    categories: tuple[Category, ...] = ()
    no_value: str = ""
    notes: tuple[str, ...] = ()
    hatch: Hatch | None = None
    layer_name: str = ""

    @property
    def items(self) -> list[tuple[str, str]]:
        """Label and colour of each class in legend order, NULL last."""
        classes: list[Interval | Category] = [*self.intervals, *self.categories]
        shown = [(each.label, each.colour) for each in classes]
        return shown + ([(self.no_value, NO_VALUE_COLOUR)] if self.no_value else [])

    def places(self, values: Sequence[object] | np.ndarray) -> np.ndarray:
        """Index in ``items`` of the class of each value, int64 (values,); -1 for none."""
        missing = len(self.items) - 1 if self.no_value else -1
        if self.categories:
            at = {each.value: place for place, each in enumerate(self.categories)}
            return np.array([at.get(value, missing) for value in values], np.int64)
        numbers = as_numbers(values)
        places = np.full(len(numbers), missing, np.int64)
        # As in QGIS: the first class whose limits contain the value.
        for place, each in reversed(list(enumerate(self.intervals))):
            places[(numbers >= each.lower) & (numbers <= each.upper)] = place
        return places


def as_numbers(values: Sequence[object] | np.ndarray) -> np.ndarray:
    """The values as float64, NULL as NaN."""
    return np.array([np.nan if value is None else value for value in values], float)


def column_legend(
    column: str,
    values: Sequence[object],
    index: str = DEMAND_SUPPLY,
    quadrants: bool = False,
    classes: Sequence[object] = (),
    count: int | None = None,
    comparison: str = "",
) -> Legend | None:
    """The legend of a column written by the plugin.

    Args:
        column: name of the column, with suffix.
        values: one per row, ``None`` or NaN for NULL.
        index: the index in a column of the supply-demand ratio.
        quadrants: whether zones are quadrants of EEC and SEC, for names that occur in both zonings.
        classes: class number of each row, which orders zones with unknown names and is used to draw an index classified
            by them.
        count: number of classes, if different from the theme.
        comparison: the quantities compared by the index, as stored in the column ``compared``; "" if unknown.

    Returns:
        ``None`` if no map is made of the column, or if it contains only NULL.
    """
    base = base_of(column)
    if base not in THEMES:
        return None
    theme = THEMES[base]
    if theme.kind == ZONE_NAMES:
        return zone_legend(column, values, quadrants, classes)
    if base not in (columns.RATIO, columns.BUDGET_T_KM2):
        return number_legend(theme, column, title_of(column), values, count)
    sides = read_comparison(comparison)
    one = INDICES[BUDGET] if base == columns.BUDGET_T_KM2 else INDICES.get(index, INDICES[DEMAND_SUPPLY])
    theme = replace(theme, column=base, kind=DIVERGING, balance=one.balance, better_above=one.surplus_above)
    title = index_title(one.id, column, sides)
    numbers, numbered = as_numbers(values), class_numbers(classes)
    side = only_side(one, numbers)
    title = tr("{title}: {side}").format(title=title, side=side) if side else title
    limits = [] if count else class_limits(numbers, numbered)
    legend = number_legend(theme, column, title, values, count, limits=limits)
    notes = [*(sides.cautions() if sides else ()), "" if count else balance_note(numbers, numbered, one.balance)]
    return legend and replace(legend, notes=tuple(filter(None, notes)))


def number_legend(
    theme: Theme,
    column: str,
    title: str,
    values: Sequence[object] | np.ndarray,
    count: int | None = None,
    counted: bool = True,
    limits: Sequence[float] = (),
) -> Legend | None:
    """Legend of numbers in natural breaks; zero and NULL are separate classes.

    Args, returns: as :func:`column_legend`; ``theme`` determines the scale, ``counted`` whether labels include the
        number of rows, ``limits`` are inner limits that replace natural breaks.
    """
    numbers = as_numbers(values)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    n_classes = count or theme.classes
    middle = theme.balance if theme.kind == DIVERGING else 0.0
    below, above = known[known < middle], known[known > middle]
    low: Sequence[str]
    high: Sequence[str]
    if theme.kind == DIVERGING:
        low, high = (BETTER_STOPS, WORSE_STOPS) if not theme.better_above else (WORSE_STOPS, BETTER_STOPS)
        if theme.below:
            low, high = theme.below, theme.stops
        n_below, n_above = classes_by_side(below, above, n_classes)
        if not (n_below and n_above):
            # One side has all classes, which need a wider range from light to dark.
            low, high = ONE_SIDED[low], ONE_SIDED[high]
    else:
        # Negative values are unexpected here and must not look like small ones.
        low, high, n_below, n_above = WORSE_STOPS, theme.stops, 2, n_classes
    first, last = side_classes(below, n_below, low[::-1], limits), side_classes(above, n_above, high, limits)
    if theme.kind == DIVERGING and first and last:
        # Both sides meet at the balance point, or at the end of a given class just before it.
        meeting = middle if (known == middle).any() or first[-1][1] not in limits else first[-1][1]
        first[-1] = (first[-1][0], meeting, first[-1][2])
        last[0] = (meeting, *last[0][1:])
    # Values on the balance point, or zero, are a separate class before those that begin there.
    on_it = [(middle, middle, ZERO)] if (known == middle).any() else []
    classes = first + on_it + last
    if on_it and first:
        first_end = float(below.max())
        classes[len(first) - 1] = (first[-1][0], first_end, first[-1][2])
    labelled = label_limits(known, classes)
    texts = number_texts([limit for pair in labelled for limit in pair], SAME_VALUE_TOLERANCE)
    made = []
    for at, (lower, upper, colour) in enumerate(classes):
        begin, end = texts[2 * at : 2 * at + 2]
        made.append(Interval(lower, upper, begin if begin == end else f"{begin} – {end}", colour))
    legend = Legend(column, title, tuple(made), no_value=tr("no value") if len(known) < len(numbers) else "")
    if not counted:
        return legend
    counts = np.bincount(legend.places(numbers), minlength=len(legend.items))
    made = [
        Interval(each.lower, each.upper, f"{each.label} ({n})", each.colour)
        for each, n in zip(legend.intervals, counts)
    ]
    return Legend(column, title, tuple(made), no_value=legend.no_value and f"{legend.no_value} ({counts[-1]})")


def zone_legend(
    column: str, values: Sequence[object], quadrants: bool = False, classes: Sequence[object] = ()
) -> Legend | None:
    """Legend of zones: presets in their fixed colours, others from surplus to deficit by class."""
    names = list(dict.fromkeys(value for value in values if value is not None and value == value))
    if not names:
        return None
    presets = [(FROM_SURPLUS[language], SURPLUS_TO_DEFICIT) for language in FROM_SURPLUS]
    quadrant_presets = [(preset, QUADRANTS) for preset in QUADRANT_NAMES.values()]
    ordered = [*quadrant_presets, *presets] if quadrants else [*presets, *quadrant_presets]
    for preset, colours in ordered:
        if set(names) <= set(preset):
            pairs: list[tuple[object, str]] = list(zip(preset, colours))
            break
    else:
        rank: dict[object, float] = {}
        for name, number in zip(values, classes):
            if name is not None and number is not None:
                rank[name] = min(rank.get(name, np.inf), float(cast(float, number)))
        names.sort(key=lambda name: (name not in rank, rank.get(name, 0), str(name)))
        stops = QUADRANTS if quadrants and len(names) == 4 else SURPLUS_TO_DEFICIT
        pairs = list(zip(names, ramp(stops, len(names))))
    made = tuple(
        Category(name, f"{shown(column, name)} ({list(values).count(name)})", colour) for name, colour in pairs
    )
    missing = sum(1 for value in values if value is None)
    return Legend(column, title_of(column), (), made, f"{tr('no value')} ({missing})" if missing else "")


def code_legend(title: str, codes: Sequence[object], names: Sequence[str], colours: Sequence[str] = ()) -> Legend:
    """Legend of codes with names, such as land cover; qualitative colours by default."""
    shown = list(colours) or [QUALITATIVE[at % len(QUALITATIVE)] for at in range(len(codes))]
    return Legend("", title, (), tuple(Category(*each) for each in zip(codes, names, shown)))
