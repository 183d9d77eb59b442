"""Decoupling, decomposition and coupling coordination of a series of zones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.names import space_columns
from ...tables.plausibility import warn_of_weights
from ...tables.spelling.numerals import parse_list
from ..series import Series, base_name
from .coupling import coordination_level, coupling_coordination, min_max
from .decomposition import decompose
from .decoupling import decoupling_state, elasticity
from .factors import StatedFactor

ALL_ROWS = "all"
# Largest relative difference between the product of the factors and the emission.
SAME_PRODUCT = 0.01


def decoupling_columns(result: Series, emission: str, gdp: str) -> dict[str, list[object]]:
    """Elasticity and state with one row per zone and pair of dates, in the order of the changes."""
    emitted, made = result.numbers[emission], result.numbers[gdp]
    found: list[float] = []
    states: list[object] = []
    for zone in range(len(result.keys)):
        for first in range(len(result.dates) - 1):
            pair = slice(first, first + 2)
            value, state = _decoupled(emitted[zone, pair], made[zone, pair])
            found.append(value)
            states.append(state)
    return {space_columns.ELASTICITY: list(found), space_columns.DECOUPLING_STATE: states}


def _decoupled(emission: np.ndarray, gdp: np.ndarray) -> tuple[float, str | None]:
    value = float(elasticity(emission[:1], emission[-1:], gdp[:1], gdp[-1:])[0])
    return value, decoupling_state(value, float(gdp[-1] - gdp[0]))


def regional_decoupling(result: Series, emission: str, gdp: str) -> tuple[float, str | None]:
    """Elasticity and state from the first to the last date for all zones with complete values together."""
    emitted, made = result.numbers[emission], result.numbers[gdp]
    ends = [0, -1]
    known = np.isfinite(emitted[:, ends]).all(axis=1) & np.isfinite(made[:, ends]).all(axis=1)
    if len(result.dates) < 2 or not known.any():
        return float("nan"), None
    return _decoupled(emitted[known][:, ends].sum(axis=0), made[known][:, ends].sum(axis=0))


@dataclass(frozen=True)
class UnitDecomposition:
    """Contributions of the factors in one unit between two dates, arrays (factors,)."""

    unit: str
    start: float
    end: float
    additive: np.ndarray
    ratios: np.ndarray


def decompositions(
    result: Series,
    factors: Sequence[StatedFactor],
    units: Sequence[str | None] | None = None,
    emission: str = "",
    log: Log | None = None,
) -> list[UnitDecomposition]:
    """LMDI-I of each unit and of all rows together, between consecutive dates.

    Args:
        result: the series; its rows are zones, or sectors of ``units``.
        factors: factors whose product is the amount.
        units: unit of each row (zones,); ``None`` if each row is a unit.
        emission: column that the product should equal, "" for none.
        log: receives excluded rows.

    Raises:
        CarbonBalanceError: fewer than two dates, or a factor that is negative or divided by 0.
    """
    log = log or Log()
    if len(result.dates) < 2:
        raise CarbonBalanceError(tr("A decomposition needs two or more dates (DATES)."))
    names = list(dict.fromkeys(base_name(column) for each in factors for column in each.columns()))
    if emission:
        _check_product(result, factors, emission, log)
    of = [str(key) for key in result.keys] if units is None else [ALL_ROWS if name is None else name for name in units]
    groups = {name: [row for row, each in enumerate(of) if each == name] for name in dict.fromkeys(of)}
    if len(groups) > 1:
        groups[ALL_ROWS] = list(range(len(of)))
    made = []
    dropped: set[int] = set()
    for name, rows in groups.items():
        for first in range(len(result.dates) - 1):
            pair = slice(first, first + 2)
            known = [row for row in rows if all(np.isfinite(result.numbers[each][row, pair]).all() for each in names)]
            dropped |= set(rows) - set(known)
            if known:
                made.append(_decomposed_unit(result, factors, names, name, known, first))
    if dropped:
        log.warn(
            tr("{count} row(s) lack a factor at a date and are left out of the decomposition: {keys}.").format(
                count=len(dropped), keys=listed([result.keys[row] for row in sorted(dropped)])
            )
        )
    return made


def _decomposed_unit(
    result: Series, factors: Sequence[StatedFactor], names: Sequence[str], unit: str, rows: list[int], first: int
) -> UnitDecomposition:
    dates = [
        np.array([each.values({name: result.numbers[name][rows, at] for name in names}) for each in factors])
        for at in (first, first + 1)
    ]
    start, end = result.dates[first], result.dates[first + 1]
    try:
        found = decompose(*dates)
    except CarbonBalanceError as error:
        raise CarbonBalanceError(
            tr("{unit}, {start:g} to {end:g}: {reason}").format(unit=unit, start=start, end=end, reason=error)
        ) from None
    return UnitDecomposition(unit, start, end, found.additive, found.multiplicative)


def _check_product(result: Series, factors: Sequence[StatedFactor], emission: str, log: Log) -> None:
    if any(term is not None and term.summed for each in factors for term in (each.above, each.below)):
        return
    product = np.prod([each.values(result.numbers) for each in factors], axis=0)
    stated = result.numbers[emission]
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.abs(product / stated - 1)
    if (np.nan_to_num(gap) > SAME_PRODUCT).any():
        row = int(np.nanargmax(np.nan_to_num(gap).max(axis=1)))
        log.warn(
            tr(
                "The product of the factors differs from column {column} by up to {gap:.1%} ({key}): the contributions "
                "explain the product, not that column."
            ).format(column=emission, gap=float(np.nanmax(gap[np.isfinite(gap)])), key=result.keys[row])
        )


def decomposition_columns(found: Sequence[UnitDecomposition], factors: Sequence[StatedFactor]) -> dict[str, list]:
    """Table with one row per unit, pair of dates and factor."""
    pairs = [(each, at) for each in found for at in range(len(factors))]
    changes = {id(each): float(each.additive.sum()) for each in found}
    return {
        columns.UNIT: [each.unit for each, _ in pairs],
        columns.FROM_DATE: [each.start for each, _ in pairs],
        columns.TO_DATE: [each.end for each, _ in pairs],
        columns.FACTOR: [factors[at].title for _, at in pairs],
        space_columns.CONTRIBUTION: [float(each.additive[at]) for each, at in pairs],
        space_columns.TOTAL_CHANGE: [changes[id(each)] for each, _ in pairs],
        space_columns.CONTRIBUTION_RATIO: [float(each.ratios[at]) for each, at in pairs],
    }


def coordination_columns(
    result: Series, systems: str, weights: str = "", log: Log | None = None
) -> dict[str, list[object]]:
    """Coupling, development, degree and level, with one row per zone and date.

    Args:
        result: the series with the columns of the systems.
        systems: columns separated by semicolons, with a minus if less is better.
        weights: weights of the systems, separated by semicolons; "" for equal weights.
        log: receives a note on the scaling.

    Each column is scaled to 0 to 1 over all zones and dates together, so that dates can be compared.
    """
    log = log or Log()
    stated = stated_systems(systems)
    shares = _weights_in(weights)
    scores = np.array(
        [min_max(result.numbers[base_name(column)].ravel(), lower_is_better=lower) for column, lower in stated]
    )
    coupling, development, degree = coupling_coordination(scores, shares)
    if shares is not None:
        warn_of_weights(tr("Weights of the systems"), np.array(shares), log.warn)
    log.info(
        tr(
            "Scaling by minimum and maximum gives the worst zone of each system a 0, and with it a coordination "
            "degree of 0, even if it is close to the others; adding a zone or date changes all degrees."
        )
    )
    return {
        space_columns.COUPLING: coupling.tolist(),
        space_columns.DEVELOPMENT: development.tolist(),
        space_columns.COORDINATION: degree.tolist(),
        space_columns.COORDINATION_LEVEL: [coordination_level(each) for each in degree],
    }


def _weights_in(text: str) -> list[float] | None:
    """The given weights; ``None`` for none."""
    parts = parse_list(text)
    numbers = re.compile(r"\d*\.?\d+")
    wrong = [part for part in parts if not numbers.fullmatch(part)]
    if wrong:
        raise CarbonBalanceError(
            tr('The weight "{text}" of a system is not a number: give one number per system, such as 0.5; 0.5.').format(
                text=wrong[0]
            )
        )
    return [float(part) for part in parts] or None


def stated_systems(text: str) -> list[tuple[str, bool]]:
    """The column of each system, and whether less is better."""
    return [(part.lstrip("-− ").strip(), part.strip()[0] in "-−") for part in parse_list(text)]
