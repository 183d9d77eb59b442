"""Tables of the risk detector, the ecological detector, and the discretisations that were tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..statistics.geodetector import Explained, Strata
from ..statistics.significance import holm
from ..statistics.spatial.strata_tests import RiskPair, TriedStrata, ecological_test, risk_pairs
from ..tables import columns
from ..tables.names import space_columns

RISK_COLUMNS = (
    columns.VARIABLE,
    columns.FACTOR,
    space_columns.STRATUM_1,
    space_columns.STRATUM_2,
    space_columns.MEAN_1,
    space_columns.MEAN_2,
    space_columns.WELCH_T,
    columns.P,
    columns.P_HOLM,
)
ECOLOGICAL_COLUMNS = (
    columns.VARIABLE,
    columns.FACTOR_1,
    columns.FACTOR_2,
    columns.Q_1,
    columns.Q_2,
    columns.F,
    columns.P,
    columns.P_HOLM,
)
TRIED_COLUMNS = (
    columns.VARIABLE,
    columns.FACTOR,
    columns.METHOD,
    space_columns.CLASSES_ASKED,
    columns.STRATA,
    columns.Q,
    space_columns.CHOSEN_CLASSES,
)


def risk_table(y: Mapping[str, np.ndarray], strata: Mapping[tuple[str, str], Strata]) -> dict[str, list[object]]:
    """Table with one row per variable, factor and pair of strata; Holm's correction over the pairs of a factor.

    Args:
        y: variable -> values (rows,).
        strata: (variable, factor) -> strata.
    """
    rows: list[tuple[object, ...]] = []
    for (variable, factor), each in strata.items():
        pairs: list[RiskPair] = risk_pairs(y[variable], each)
        corrected = holm(np.array([pair.p for pair in pairs]))
        names = each.labels or tuple(str(code + 1) for code in range(each.count))
        rows += [
            (
                variable,
                factor,
                names[pair.first],
                names[pair.second],
                pair.mean_first,
                pair.mean_second,
                pair.t,
                pair.p,
                float(p),
            )
            for pair, p in zip(pairs, corrected)
        ]
    return {name: [row[at] for row in rows] for at, name in enumerate(RISK_COLUMNS)}


def ecological_table(powers: Mapping[tuple[str, str], Explained], rows_used: int) -> dict[str, list[object]]:
    """Table with one row per variable and pair of factors; Holm's correction over the pairs of a variable."""
    rows: list[tuple[object, ...]] = []
    for variable in dict.fromkeys(variable for variable, _ in powers):
        own = [(factor, power.q) for (name, factor), power in powers.items() if name == variable]
        pairs = [(*first, *second) for at, first in enumerate(own) for second in own[at + 1 :]]
        tests = [ecological_test(q_first, q_second, rows_used) for _, q_first, _, q_second in pairs]
        corrected = holm(np.array([p for _, p in tests]))
        rows += [
            (variable, first, second, q_first, q_second, f, p, float(p_holm))
            for (first, q_first, second, q_second), (f, p), p_holm in zip(pairs, tests, corrected)
        ]
    return {name: [row[at] for row in rows] for at, name in enumerate(ECOLOGICAL_COLUMNS)}


def tried_table(
    tried: Mapping[tuple[str, str], Sequence[TriedStrata]], strata: Mapping[tuple[str, str], Strata]
) -> dict[str, list[object]]:
    """Table with one row per variable, factor and discretisation; chosen is 1 for the one used."""
    rows = [
        (
            variable,
            factor,
            each.method,
            each.classes,
            each.strata.count,
            each.q,
            int(each.strata is strata[variable, factor]),
        )
        for (variable, factor), all_of_it in tried.items()
        for each in all_of_it
    ]
    return {name: [row[at] for row in rows] for at, name in enumerate(TRIED_COLUMNS)}
