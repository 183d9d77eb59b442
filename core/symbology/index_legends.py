"""What is particular to the map of an index of supply and demand: its title, its balance, and the zoning's classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..balance.comparison import Comparison
from ..balance.indices import DEFICIT, INDICES, SURPLUS, Index, states
from ..options.balance import BUDGET, DEMAND_SUPPLY
from ..runtime.i18n import tr
from ..tables import columns
from ..text.numbers import number_text
from ..text.vocabulary import base_of

# More classes than these are no classes that a legend can tell.
MOST_LEGEND_CLASSES = 12


def only_side(index: Index, values: np.ndarray) -> str:
    """The note where all values lie on one side of balance; "" where they do not."""
    found = {each for each in states(index, values) if each is not None}
    words = {SURPLUS: tr("all in surplus"), DEFICIT: tr("all in deficit")}
    return words.get(found.pop(), "") if len(found) == 1 else ""


def index_title(index: str, column: str = "ratio", comparison: Comparison | None = None) -> str:
    """What a legend says of an index of supply and demand: its formula in words, of what, and where balance lies."""
    titles = {
        DEMAND_SUPPLY: tr("Demand / supply"),
        "supply/demand": tr("Supply / demand"),
        BUDGET: tr("Supply minus demand, t/km²")
        if base_of(column) == columns.BUDGET_T_KM2
        else tr("Supply minus demand"),
        "ESDR": tr("Ecological supply-demand ratio"),
        "log ratio": tr("Logarithm of supply / demand"),
        "normalised difference": tr("Normalised difference of supply and demand"),
    }
    if index not in titles:
        return index
    one = INDICES[index]
    if not one.balance:
        balance = tr("balance at 0; larger values mean surplus")
    else:
        balance = (
            tr("balance at 1; larger values mean surplus")
            if one.surplus_above
            else tr("balance at 1; smaller values mean surplus")
        )
    form = tr("{what}: {terms} ({balance})") if comparison else tr("{what} ({balance})")
    title = form.format(what=titles[index], terms=comparison.terms(one) if comparison else "", balance=balance)
    suffix = column[len(base_of(column) or column) :].strip("_ ")
    return title + (f" ({suffix})" if suffix else "")


def class_numbers(classes: Sequence[object]) -> np.ndarray:
    """Numbers of classes as float64, NULL as NaN; nothing where they are no numbers."""
    try:
        return np.array([np.nan if each is None else each for each in classes], float)
    except (TypeError, ValueError):
        return np.empty(0)


def class_limits(values: np.ndarray, classes: np.ndarray) -> list[float]:
    """The inner limits of classes that rise with the values, each the highest value of its class.

    Args:
        values: (rows,), NaN for NULL.
        classes: number of the class of each row, as :func:`class_numbers` gives them.

    Returns:
        none if the classes are not made of these values: a value without a class, or classes that overlap.
    """
    has = np.isfinite(values)
    if len(classes) != len(values) or not np.isfinite(classes[has]).all():
        return []
    members = [values[has & (classes == each)] for each in np.unique(classes[has])]
    if not 1 < len(members) <= MOST_LEGEND_CLASSES:
        return []
    if any(lower.max() >= upper.min() for lower, upper in zip(members, members[1:])):
        return []
    return [float(each.max()) for each in members[:-1]]


def balance_note(values: np.ndarray, classes: np.ndarray, balance: float) -> str:
    """Where the colours of a map drawn in the zoning's classes change; "" where it is not, or a limit is the balance.

    Either the balance lies within a class, which the map splits, or in the gap between two.
    """
    limits = class_limits(values, classes)
    if not limits:
        return ""
    for number in np.unique(classes[np.isfinite(values)]):
        members = values[classes == number]
        if np.nanmin(members) < balance < np.nanmax(members):
            return tr(
                "Class {number:g} extends from surplus to deficit: the map splits it at the balance point of "
                "{balance:g}."
            ).format(number=number, balance=balance)
    below = values[values < balance]
    if len(below) and below.max() in limits and not (values == balance).any():
        return tr(
            "The colours of the map change at the balance point of {balance:g}: there is no value between {limit} and "
            "it."
        ).format(balance=balance, limit=number_text(float(below.max()), 3))
    return ""
