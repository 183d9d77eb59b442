"""Multiscale GWR: a bandwidth for each term, with errors and effective parameters from hat matrices.

Sources: Fotheringham, Yang and Kang (2017); Yu et al., Inference in Multiscale Geographically Weighted
Regression, Geographical Analysis 52 (2020); computed by columns as in Li and Fotheringham, International Journal of
Geographical Information Science 34 (2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ....options.drivers import BY_AICC
from ....runtime.i18n import tr
from ....runtime.log import AskingLog, Log
from ....runtime.parallel import map_in_order
from ....runtime.threads import threads
from ....statistics.locations import near_blocks
from ....statistics.significance import t_critical
from ..bandwidth import Search
from ..diagnostics import aicc
from ..fit import Local, Regression
from ..kernels import FEW_PLACES, MOST_COLUMNS, Neighbourhoods
from .backfitting import BackFit, Smoother, back_fit, start

# Size of the parts of hat matrices that all workers together, and each of many workers, process at a time. The weights
# are computed again for each part, so that large ones are faster.
_ALL_BYTES, _LEAST_BYTES = 2**28, 2**25
# Cache of the weights that are used most: those of 3,000 locations take some 25 MB per bandwidth.
_KEPT_HAT_BYTES = 256_000_000
_MANY_ROWS = 5000


@dataclass(frozen=True)
class Multiscale:
    """Results specific to a multiscale regression; p terms, the intercept first.

    Attributes:
        bandwidths: neighbours or distances (p,).
        effective_parameters: trace of each term's hat matrix (p,).
        critical_t: |t| above which a local coefficient of the term is significant (p,), NaN without SciPy.
        history: bandwidths of each iteration (iterations, p).
        changes: score of change of each iteration (iterations,).
        single: the search of the single bandwidth with which back-fitting started.
        single_aicc: AICc of the regression with that bandwidth.
    """

    bandwidths: np.ndarray
    effective_parameters: np.ndarray
    critical_t: np.ndarray
    history: np.ndarray
    changes: np.ndarray
    single: Search
    single_aicc: float


def fit_multiscale(
    regression: Regression,
    criterion: str = BY_AICC,
    lowest: float | None = None,
    highest: float | None = None,
    alpha: float = 0.05,
    log: Log | None = None,
) -> tuple[Local, Multiscale]:
    """Search a bandwidth for each term and fit.

    Args:
        regression: model and kernel; explanatory variables and dependent are standardised.
        criterion: ``aicc`` or ``cv``, of each search.
        lowest, highest: limits of the bandwidth of each term.
        alpha: level of the t tests; for a term it is divided by its effective parameters (da Silva and Fotheringham,
            Geographical Analysis 48, 2016).
        log: receives progress and notes; for cancellation.

    Raises:
        CarbonBalanceError: an empty search range, or no bandwidth that can be solved.
    """
    log = log or Log()
    sample = regression.sample
    rows = len(sample.y)
    if rows > _MANY_ROWS:
        log.warn(
            tr(
                "{rows} features are used: the time that the standard errors of a multiscale regression take grows "
                "with the cube of the number of features, to hours beyond {many} features."
            ).format(rows=rows, many=_MANY_ROWS)
        )
    design = np.column_stack([np.ones(rows), sample.x])
    single = start(regression, criterion, log.part(0, 0.1))
    found = back_fit(
        regression,
        design,
        sample.y,
        bandwidth=single.bandwidth,
        criterion=criterion,
        lowest=lowest,
        highest=highest,
        log=log.part(0.1, 0.5),
    )
    if not found.has_converged:
        log.warn(
            tr(
                "The bandwidths were searched in {count} iterations, and the fit was still changing (score of change "
                "{change:.2g}): compare with a regression with one bandwidth before you use these results."
            ).format(count=len(found.changes), change=found.changes[-1])
        )
    local, effective = _inference(regression, design, single.bandwidth, found, log.part(0.5, 1))
    levels = np.minimum(alpha / effective, alpha)
    return local, Multiscale(
        bandwidths=found.bandwidths,
        effective_parameters=effective,
        critical_t=np.array([t_critical(float(level), rows - 1) for level in levels]),
        history=found.history,
        changes=found.changes,
        single=single,
        single_aicc=aicc(regression.quick(single.bandwidth, AskingLog(log))),
    )


def _inference(
    regression: Regression, design: np.ndarray, first: float, found: BackFit, log: Log
) -> tuple[Local, np.ndarray]:
    """The local results, and the effective parameters of each term (p,)."""
    rows, terms = design.shape
    bandwidths, uses = np.unique(found.history, return_counts=True)
    hoods = _neighbourhoods(regression, bandwidths[np.argsort(-uses, kind="stable")].tolist())
    smoother = Smoother(hoods, regression.workers, log)
    tables = {}
    for j in range(terms):
        for bandwidth in np.unique(found.history[:, j]):
            tables[j, float(bandwidth)] = smoother.sums(float(bandwidth), design[:, j : j + 1] ** 2)[:, 0]
    columns = _Columns(
        design=design,
        inverses=_inverses(smoother, design, first),
        squares=tables,
        first=first,
        history=found.history,
        hoods=hoods,
        log=AskingLog(log),
    )
    spans = _spans(rows, terms, regression.workers or threads())
    diagonals = np.empty((rows, terms))
    variances, hat_squares = np.zeros((rows, terms)), np.zeros(rows)
    for (begin, end), (own, squared, whole) in map_in_order(
        columns.of, spans, log, len(spans), regression.workers, here=True
    ):
        diagonals[begin:end] = own
        # One group of columns after the other, so that sums do not depend on the spans.
        for squared_of_group, whole_of_group in zip(squared, whole):
            variances += squared_of_group
            hat_squares += whole_of_group
    nothing = np.full(rows, np.nan)
    local = Local(
        coefficients=found.coefficients,
        unscaled_variances=variances,
        residuals=found.residuals,
        influence=diagonals.sum(axis=1),
        hat_squares=hat_squares,
        r2=nothing,
        condition=_condition(design, found.bandwidths, hoods),
        bandwidths=nothing,
    )
    return local, diagonals.sum(axis=0)


def _neighbourhoods(regression: Regression, bandwidths: Sequence[float]) -> Neighbourhoods:
    """The weights by small blocks, of which less is 0 because all their locations have about the same neighbours."""
    places = regression.sample.places
    hoods = Neighbourhoods(places, regression.kernel, near_blocks(places.points, FEW_PLACES), _KEPT_HAT_BYTES)
    hoods.keep_only(bandwidths)
    return hoods


def _spans(rows: int, terms: int, workers: int) -> list[tuple[int, int]]:
    """First and last + 1 of the columns of hat matrices that are processed together."""
    most_bytes = max(_ALL_BYTES // workers, _LEAST_BYTES)
    groups = -(-rows // MOST_COLUMNS)
    most_groups = max(most_bytes // (8 * rows * (terms + 4) * MOST_COLUMNS), 1)
    # Every worker gets the same number of spans.
    rounds = -(-groups // (most_groups * workers))
    width = -(-groups // (rounds * workers)) * MOST_COLUMNS
    return [(begin, min(begin + width, rows)) for begin in range(0, rows, width)]


def _inverses(smoother: Smoother, design: np.ndarray, bandwidth: float) -> np.ndarray:
    """The inverses of X'WX at each location (n, p, p)."""
    rows, terms = design.shape
    products = (design[:, :, None] * design[:, None, :]).reshape(rows, terms * terms)
    return np.linalg.inv(smoother.sums(bandwidth, products).reshape(rows, terms, terms))


@dataclass(frozen=True)
class _Columns:
    """Computes columns of the hat matrices R_j by repeating the steps of back-fitting.

    Each step is linear in the dependent, so that back-fitting of unit vectors gives columns of R_j.

    Attributes:
        design: (n, p).
        inverses: inverses in the initial regression (n, p, p).
        squares: (term, bandwidth) -> weighted sums of squares of the variable at each location (n,).
        first: bandwidth of the initial regression.
        history: bandwidths of all steps (iterations, p).
        hoods: the weights.
        log: for cancellation.
    """

    design: np.ndarray
    inverses: np.ndarray
    squares: dict[tuple[int, float], np.ndarray]
    first: float
    history: np.ndarray
    hoods: Neighbourhoods
    log: Log

    def of(self, span: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Results for the columns ``span`` (c) of the hat matrices.

        Returns:
            diagonals of R_j (c, p), and sums of squares over each group g of ``MOST_COLUMNS`` of these columns: of
            R_j / x_j (g, n, p), and of the whole hat matrix (g, n).
        """
        begin, end = span
        rows, terms = self.design.shape
        at = np.arange(end - begin)
        groups = [slice(first, first + MOST_COLUMNS) for first in range(0, end - begin, MOST_COLUMNS)]
        parts = self._begun(begin, end)
        left = -parts.sum(axis=0)
        left[begin + at, at] += 1
        squared = np.zeros((len(groups), rows, terms))
        last = len(self.history) - 1
        table = np.zeros((rows + 1, end - begin))
        for step, bandwidths in enumerate(self.history):
            for j, bandwidth in enumerate(bandwidths.tolist()):
                self.log.check()
                left += parts[j]
                np.multiply(left, self.design[:, j, None], out=table[:-1])
                for block in self.hoods.blocks:
                    near = self.hoods.weights(block, bandwidth)
                    slopes = near.sums(table) / self.squares[j, bandwidth][block, None]
                    parts[j, block] = self.design[block, j, None] * slopes
                    if step == last:
                        for number, group in enumerate(groups):
                            squared[number, block, j] = _sums_of_squares(slopes[:, group])
                left -= parts[j]
        diagonals = parts[:, begin + at, at].T
        whole = parts.sum(axis=0)
        return diagonals, squared, np.stack([_sums_of_squares(whole[:, group]) for group in groups])

    def _begun(self, begin: int, end: int) -> np.ndarray:
        """The columns of the hat matrices of the regression with a single bandwidth (p, n, c)."""
        rows, terms = self.design.shape
        parts = np.empty((terms, rows, end - begin))
        for block in self.hoods.blocks:
            weights = self.hoods.weights(block, self.first).dense(rows)[:, begin:end]
            slopes = np.matmul(self.inverses[block], self.design[begin:end].T) * weights[:, None, :]
            parts[:, block] = (self.design[block, :, None] * slopes).transpose(1, 0, 2)
        return parts


def _sums_of_squares(values: np.ndarray) -> np.ndarray:
    """Of each row of ``values`` (n, c), (n,)."""
    return np.einsum("nc,nc->n", values, values)


def _condition(design: np.ndarray, bandwidths: np.ndarray, hoods: Neighbourhoods) -> np.ndarray:
    """Condition number of each local design matrix (n,), with variables weighted by their own kernels."""
    rows, terms = design.shape
    numbers = np.empty(rows)
    for block in hoods.blocks:
        weighted = np.empty((len(block), terms, rows))
        for j, bandwidth in enumerate(bandwidths.tolist()):
            weighted[:, j] = hoods.weights(block, bandwidth).dense(rows) * design[:, j]
        gram = np.matmul(weighted, weighted.transpose(0, 2, 1))
        length = np.sqrt(np.einsum("bjj->bj", gram))
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.linalg.eigvalsh(np.nan_to_num(gram / (length[:, :, None] * length[:, None, :])))
            numbers[block] = np.sqrt(values[:, -1] / np.maximum(values[:, 0], 0))
    return numbers
