"""Legends of supply-demand indices: title, balance point, and classes of a zoning."""

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

# A legend cannot distinguish more classes than this.
MOST_LEGEND_CLASSES = 12


def only_side(index: Index, values: np.ndarray) -> str:
    """The note if all values are on one side of the balance point; otherwise ""."""
    found = {each for each in states(index, values) if each is not None}
    words = {SURPLUS: tr("all in surplus"), DEFICIT: tr("all in deficit")}
    return words.get(found.pop(), "") if len(found) == 1 else ""


def index_title(index: str, column: str = "ratio", comparison: Comparison | None = None) -> str:
    """The legend title of a supply-demand index: formula in words, compared quantities, balance point."""
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
    """Class numbers as float64, NULL as NaN; empty if they are not numbers."""
    try:
        return np.array([np.nan if each is None else each for each in classes], float)
    except (TypeError, ValueError):
        return np.empty(0)


def class_limits(values: np.ndarray, classes: np.ndarray) -> list[float]:
    """The inner limits of ascending classes, each the highest value of its class.

    Args:
        values: (rows,), NaN for NULL.
        classes: class number of each row, from :func:`class_numbers`.

    Returns:
        empty if the classes do not match the values: a value without a class, or overlapping classes.
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
    """A note on where the colours of a map in classes of a zoning change; "" if not needed.

    The balance point is either within a class, which the map splits, or in the gap between two classes.
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
