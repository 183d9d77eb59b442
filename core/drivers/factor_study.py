"""Factor analysis of one table: correlations, variance inflation and geographical detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.statistics import OPTIMAL, QUANTILE
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..statistics.complete_cases import complete_rows
from ..statistics.correlation import PEARSON, Matrix, correlations, log_circularity, log_inflation, variance_inflation
from ..statistics.geodetector import Explained, Strata, categories, cut, explained, interaction, overlay
from ..statistics.significance import log_missing_scipy
from ..statistics.spatial.strata_tests import TriedStrata, best_strata
from ..tables import columns
from ..tables.table import Table

FEWEST_ROWS = 4
CORRELATION_COLUMNS = (
    columns.METHOD,
    columns.VARIABLE_1,
    columns.VARIABLE_2,
    columns.ROWS,
    columns.R,
    columns.P,
    columns.P_HOLM,
)
DETECTOR_COLUMNS = (
    columns.VARIABLE,
    columns.FACTOR,
    columns.PEARSON_R,
    columns.Q,
    columns.F,
    columns.Q_P,
    columns.STRATA,
    columns.DISCRETISATION,
    columns.VIF,
    columns.CIRCULAR,
)
INTERACTION_COLUMNS = (
    columns.VARIABLE,
    columns.FACTOR_1,
    columns.FACTOR_2,
    columns.Q_1,
    columns.Q_2,
    columns.Q_BOTH,
    columns.INTERACTION,
)


@dataclass(frozen=True)
class FactorStudy:
    """The results.

    Attributes:
        variables, factors: names of the variables to explain and of the numeric factors.
        matrices: Pearson, Spearman and partial correlations of variables and factors.
        inflation: variance inflation of each numeric factor, NaN with fewer than two.
        strata: (variable, factor) -> the strata used, categories last.
        values: variable to explain -> values (rows,).
        tried: (variable, factor) -> the discretisations tried, if the best was searched.
        powers: (variable, factor) -> explanatory power of the strata of the factor.
        interactions: (variable, first, second) -> explanatory power of both together, and the kind of interaction.
        circular: pairs (variable, factor) in which the variable seems to be computed from the factor.
    """

    variables: list[str]
    factors: list[str]
    matrices: list[Matrix]
    inflation: np.ndarray
    strata: dict[tuple[str, str], Strata]
    values: dict[str, np.ndarray]
    tried: dict[tuple[str, str], list[TriedStrata]]
    powers: dict[tuple[str, str], Explained]
    interactions: dict[tuple[str, str, str], tuple[Explained, str]]
    circular: list[tuple[str, str]]

    @property
    def rows(self) -> int:
        """Number of rows used."""
        return self.matrices[0].rows

    def headline_numbers(self) -> tuple[float, float, float, int]:
        """Pearson's r with the largest magnitude, the largest VIF, the largest q, the number of circular pairs."""
        pearson = next(matrix for matrix in self.matrices if matrix.method == PEARSON)
        strongest = max((float(pearson.r[pair]) for pair in pearson.pairs()), key=abs, default=float("nan"))
        powers = [power.q for power in self.powers.values() if np.isfinite(power.q)]
        known = self.inflation[np.isfinite(self.inflation)]
        return (
            strongest,
            float(known.max()) if len(known) else float("nan"),
            max(powers, default=float("nan")),
            len(self.circular),
        )

    def correlation_table(self) -> dict[str, list[object]]:
        """Table with one row per method and pair of variables."""
        rows = [
            (
                matrix.method,
                matrix.names[i],
                matrix.names[j],
                matrix.rows,
                float(matrix.r[i, j]),
                float(matrix.p[i, j]),
                float(matrix.p_holm[i, j]),
            )
            for matrix in self.matrices
            for i, j in matrix.pairs()
        ]
        return _table(
            CORRELATION_COLUMNS,
            rows,
        )

    def factor_table(self) -> dict[str, list[object]]:
        """Table with one row per variable and factor: r, q and variance inflation of the factor."""
        pearson = next(matrix for matrix in self.matrices if matrix.method == PEARSON)
        inflation = dict(zip(self.factors, self.inflation.tolist()))
        circular = set(self.circular)
        rows = []
        for (variable, factor), power in self.powers.items():
            rule = self.strata[variable, factor]
            numeric = factor in inflation
            r = pearson.r[pearson.names.index(variable), pearson.names.index(factor)] if numeric else np.nan
            rows.append(
                (
                    variable,
                    factor,
                    float(r),
                    power.q,
                    power.f if np.isfinite(power.f) else float("nan"),
                    power.p,
                    rule.count,
                    rule.rule,
                    inflation.get(factor, float("nan")),
                    int((variable, factor) in circular),
                )
            )
        return _table(DETECTOR_COLUMNS, rows)

    def interaction_table(self) -> dict[str, list[object]]:
        """Table with one row per variable and pair of factors."""
        rows = []
        for (variable, first, second), (both, kind) in self.interactions.items():
            alone = [self.powers[variable, first].q, self.powers[variable, second].q]
            rows.append((variable, first, second, *alone, both.q, kind))
        return _table(
            INTERACTION_COLUMNS,
            rows,
        )

    def inflation_table(self) -> dict[str, list[object]]:
        """Table with one row per numeric factor."""
        return {columns.FACTOR: list(self.factors), columns.VIF: self.inflation.tolist()}


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> dict[str, list[object]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def _sentence_of_choice() -> str:
    return tr(
        "The classes of each factor were chosen by the largest q, so that q and its p-value are better than for "
        "classes chosen beforehand: do not read p as a test."
    )


def study_table(
    table: Table,
    variables: Sequence[str],
    factors: Sequence[str],
    group_fields: Sequence[str] = (),
    method: str = QUANTILE,
    classes: int = 5,
    log: Log | None = None,
) -> FactorStudy:
    """Analyse columns of ``table``, excluding rows with NULL in any of them; see :func:`study_factors`."""
    log = log or Log()
    texts = {name: table.texts(name) for name in group_fields}
    known = np.array([all(text is not None for text in row) for row in zip(*texts.values())] or [True] * len(table))
    if not [*variables, *factors]:
        raise CarbonBalanceError(tr("There is nothing to correlate: choose two or more fields or rasters."))
    numbers, kept = complete_rows(table, [*variables, *factors], log, known)
    groups = {name: [column[row] for row in np.flatnonzero(kept)] for name, column in texts.items()}
    return study_factors(numbers[kept], variables, factors, groups=groups, method=method, classes=classes, log=log)


def study_factors(
    values: np.ndarray,
    variables: Sequence[str],
    factors: Sequence[str],
    groups: dict[str, list[object]] | None = None,
    method: str = QUANTILE,
    classes: int = 5,
    log: Log | None = None,
) -> FactorStudy:
    """Analyse a table of variables and factors.

    Args:
        values: (rows, variables + factors), no NaN.
        variables: variables to explain; may be empty.
        factors: numeric factors.
        groups: categorical factors, name -> category of each row.
        method, classes: discretisation of numeric factors for the geographical detector.
        log: receives notes.

    Raises:
        CarbonBalanceError: fewer than two columns, fewer than four rows, constant columns.
    """
    log = log or Log()
    groups = groups or {}
    names = [*variables, *factors]
    if len(names) + len(groups) < 2 or not names:
        raise CarbonBalanceError(
            tr("A correlation needs two or more fields or rasters; {count} was given.").format(
                count=len(names) + len(groups)
            )
        )
    if len(values) < FEWEST_ROWS:
        raise CarbonBalanceError(
            tr("{rows} complete row(s) are not enough for correlations: at least {fewest} are needed.").format(
                rows=len(values), fewest=FEWEST_ROWS
            )
        )
    log_missing_scipy(log)
    matrices = correlations(values, names, log)
    inflation = np.full(len(factors), np.nan)
    if len(factors) > 1:
        inflation = variance_inflation(values[:, len(variables) :])
        log_inflation(inflation, factors, log)
    circular = log_circularity(matrices, variables, log) if variables else []
    own = [categories(column, name) for name, column in groups.items()]
    columns_of = {name: values[:, len(variables) + at] for at, name in enumerate(factors)}
    if method != OPTIMAL:
        own = [cut(column, name, method, classes) for name, column in columns_of.items()] + own
    elif variables and factors:
        log.warn(_sentence_of_choice())
    powers, interactions = {}, {}
    used: dict[tuple[str, str], Strata] = {}
    tried: dict[tuple[str, str], list[TriedStrata]] = {}
    for at, variable in enumerate(variables):
        y = values[:, at]
        strata = list(own)
        if method == OPTIMAL:
            found = {name: best_strata(y, column, name, classes) for name, column in columns_of.items()}
            strata = [best.strata for best, _ in found.values()] + own
            tried.update({(variable, name): all_of_it for name, (_, all_of_it) in found.items()})
        for each in strata:
            used[variable, each.name] = each
            powers[variable, each.name] = explained(y, each)
        for i, first in enumerate(strata):
            for second in strata[i + 1 :]:
                log.check()
                both = explained(y, overlay(first, second))
                kind = interaction(powers[variable, first.name].q, powers[variable, second.name].q, both.q)
                interactions[variable, first.name, second.name] = both, kind
    unusable = sorted({factor for (_, factor), power in powers.items() if np.isnan(power.q)})
    if unusable:
        log.warn(
            tr(
                "{fields}: there is only one stratum, or one for each row, so the geographical detector cannot compute "
                "q."
            ).format(fields=listed(unusable))
        )
    return FactorStudy(
        variables=list(variables),
        factors=list(factors),
        matrices=matrices,
        inflation=inflation,
        strata=used,
        values={name: values[:, at] for at, name in enumerate(variables)},
        tried=tried,
        powers=powers,
        interactions=interactions,
        circular=circular,
    )
