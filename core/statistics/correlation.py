"""Correlation matrices, their significance, and warnings of collinearity and circularity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from .regression import collinear_set, refuse_constant, standardised
from .significance import holm, t_two_sided

PEARSON, SPEARMAN, PARTIAL = "pearson", "spearman", "partial"

CIRCULAR_CORRELATION = 0.99
INFLATED = 10.0
# Columns that the plugin computes from population, and names of population columns.
MADE_FROM_POPULATION = ("demand_t_km2", "emission_t")
POPULATION_WORDS = ("pop", "persons", "inhabitants", "人口")


@dataclass(frozen=True)
class Matrix:
    """A correlation matrix.

    Attributes:
        method: ``pearson``, ``spearman``, or ``partial`` (each pair given all other variables).
        names: names of the variables (v).
        r: (v, v), 1 on the diagonal; NaN where undefined.
        p: two-sided p-values (v, v), NaN on the diagonal and without SciPy.
        p_holm: the same after Holm's correction over the pairs of the matrix.
        rows: number of rows used.
    """

    method: str
    names: list[str]
    r: np.ndarray
    p: np.ndarray
    p_holm: np.ndarray
    rows: int

    def pairs(self) -> list[tuple[int, int]]:
        """Each pair of variables once."""
        return _variable_pairs(len(self.names))


def _variable_pairs(variables: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(variables) for j in range(i + 1, variables)]


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks of ``values`` (rows,) from 1; ties get their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def _pearson(x: np.ndarray) -> np.ndarray:
    z, _, _ = standardised(x)
    r = np.clip(z.T @ z / len(z), -1, 1)
    np.fill_diagonal(r, 1)
    return r


def _correlation_matrix(method: str, names: Sequence[str], r: np.ndarray, rows: int, degrees_of_freedom: int) -> Matrix:
    with np.errstate(divide="ignore", invalid="ignore"):
        t = r * np.sqrt(degrees_of_freedom / ((1 + r) * (1 - r))) if degrees_of_freedom > 0 else r * np.nan
    p = t_two_sided(t, degrees_of_freedom)
    np.fill_diagonal(p, np.nan)
    corrected = np.full(r.shape, np.nan)
    pairs = _variable_pairs(len(names))
    for (i, j), value in zip(pairs, holm(np.array([p[i, j] for i, j in pairs]))):
        corrected[i, j] = corrected[j, i] = value
    return Matrix(method=method, names=list(names), r=r, p=p, p_holm=corrected, rows=rows)


def correlations(x: np.ndarray, names: Sequence[str], log: Log | None = None) -> list[Matrix]:
    """Pearson, Spearman and partial correlations of complete rows.

    Args:
        x: (rows, variables), no NaN.
        names: of the variables.
        log: receives a note where partial correlations cannot be computed.

    Returns:
        the three matrices. p-values are of Student's t with n - 2 degrees of freedom, minus the number of controlled
        variables for partial correlations.

    Raises:
        CarbonBalanceError: a variable that is constant.
    """
    refuse_constant(x, names)
    rows, variables = x.shape
    ranks = np.column_stack([average_ranks(column) for column in x.T])
    partial = np.full((variables, variables), np.nan)
    freedom = rows - variables
    together = collinear_set(x, names) if freedom > 0 else []
    if freedom < 1:
        (log or Log()).warn(
            tr("{rows} rows are not enough for partial correlations of {count} variables: they are left empty.").format(
                rows=rows, count=variables
            )
        )
    elif together:
        (log or Log()).warn(
            tr(
                "{fields} are collinear, so that one can be computed exactly from the others: partial correlations and "
                "their variance inflation factors are left empty."
            ).format(fields=listed(together))
        )
    else:
        inverse = np.linalg.inv(_pearson(x))
        scale = np.sqrt(np.diag(inverse))
        partial = np.clip(-inverse / np.outer(scale, scale), -1, 1)
    np.fill_diagonal(partial, 1)
    return [
        _correlation_matrix(PEARSON, names, _pearson(x), rows, rows - 2),
        _correlation_matrix(SPEARMAN, names, _pearson(ranks), rows, rows - 2),
        _correlation_matrix(PARTIAL, names, partial, rows, freedom),
    ]


def variance_inflation(x: np.ndarray) -> np.ndarray:
    """Variance inflation factor of each variable in ``x`` (rows, variables): 1 / (1 - R2 on the others).

    NaN if the others determine a variable exactly.
    """
    z, _, _ = standardised(x)
    factors = np.empty(x.shape[1])
    for at in range(x.shape[1]):
        others = np.delete(z, at, axis=1)
        weights, *_ = np.linalg.lstsq(others, z[:, at], rcond=None)
        left = z[:, at] - others @ weights
        unexplained = float(left @ left) / len(z)
        factors[at] = 1 / unexplained if unexplained > 1e-10 else np.nan
    return factors


def log_inflation(factors: np.ndarray, names: Sequence[str], log: Log) -> None:
    """Warn of variables that are almost determined by the others."""
    high = [f"{name} ({factor:.3g})" for name, factor in zip(names, factors) if factor > INFLATED]
    if high:
        log.warn(
            tr(
                "The variance inflation factor of {fields} exceeds 10: these factors contain much the same "
                "information, so a regression cannot separate their effects."
            ).format(fields=listed(high))
        )


def log_circularity(matrices: Sequence[Matrix], variables: Sequence[str], log: Log) -> list[tuple[str, str]]:
    """Warn if a variable to explain was probably computed from a factor.

    Indications are a correlation of almost 1 (|Pearson's or Spearman's r| of at least 0.99) and column names: demand
    and emission may be computed from population in this plugin.

    Args:
        matrices: result of :func:`correlations`.
        variables: names of the variables to explain; all others are factors.
        log: receives warnings.

    Returns:
        pairs (variable, factor).
    """
    names = matrices[0].names
    found = []
    for variable in variables:
        at = names.index(variable)
        for factor in (name for name in names if name not in variables):
            r = max((matrix.r[at, names.index(factor)] for matrix in matrices if matrix.method != PARTIAL), key=abs)
            if abs(r) >= CIRCULAR_CORRELATION:
                found.append((variable, factor))
                log.warn(
                    tr(
                        "{variable} and {factor} have a correlation of {r:.4f}: if {variable} was computed from "
                        "{factor}, as demand is from population, the correlation is circular and explains nothing."
                    ).format(variable=variable, factor=factor, r=r)
                )
            elif _is_made_from(variable, factor):
                found.append((variable, factor))
                log.warn(
                    tr(
                        "{variable} is usually computed from population, and {factor} appears to be population: if so, "
                        "their correlation is circular and explains nothing."
                    ).format(variable=variable, factor=factor)
                )
    return found


def _is_made_from(variable: str, factor: str) -> bool:
    made = any(variable.casefold().startswith(name) for name in MADE_FROM_POPULATION)
    return made and any(word in factor.casefold() for word in POPULATION_WORDS)
