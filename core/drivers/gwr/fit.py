"""Local regressions: weighted cross-products by block, solved for all locations together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...statistics.locations import Places
from ...statistics.regression import standardised
from .cholesky import factorise, packed_pairs, solve_lower, solve_upper
from .kernels import Kernel, Neighbourhoods

# Least share of a variable that must be independent of the others in a solvable local regression.
LOCALLY_COLLINEAR = 1e-11


@dataclass(frozen=True)
class Observations:
    """Complete observations of one model, without NaN, constant or collinear variables.

    Attributes:
        places: locations (n).
        x: explanatory variables (n, k), without intercept.
        y: dependent variable (n,).
        names: names of the k variables.
    """

    places: Places
    x: np.ndarray
    y: np.ndarray
    names: Sequence[str]

    @property
    def parameters(self) -> int:
        """Number of coefficients of a local regression, including the intercept."""
        return self.x.shape[1] + 1


@dataclass(frozen=True)
class Quick:
    """Results needed by a search: residuals (n,) and diagonal of the hat matrix (n,); NaN if unsolvable."""

    residuals: np.ndarray
    influence: np.ndarray


@dataclass(frozen=True)
class Local:
    """All local results, in the units of the variables; p parameters, the intercept first.

    Attributes:
        coefficients: (n, p).
        unscaled_variances: (n, p), times the error variance they are the squared standard errors.
        residuals: (n,).
        influence: the hat matrix's diagonal (n,).
        hat_squares: sums of squares of the hat matrix's rows (n,).
        r2: local R2 (n,).
        condition: local condition number (n,).
        bandwidths: as distances (n,).
    """

    coefficients: np.ndarray
    unscaled_variances: np.ndarray
    residuals: np.ndarray
    influence: np.ndarray
    hat_squares: np.ndarray
    r2: np.ndarray
    condition: np.ndarray
    bandwidths: np.ndarray


@dataclass(frozen=True)
class Elsewhere:
    """A regression at m places without an observation; NaN where it cannot be solved.

    Attributes:
        coefficients: (m, p), in the units of the variables.
        predicted: (m,).
        variance_factor: times the error variance it is the variance of an observation about the prediction (m,).
    """

    coefficients: np.ndarray
    predicted: np.ndarray
    variance_factor: np.ndarray


class Regression:
    """A model with a kernel that can be fitted with any bandwidth.

    Internally, variables are standardised over all observations and ordered by block; results are neither.
    """

    def __init__(self, sample: Observations, kernel: Kernel, workers: int = WORKERS) -> None:
        self.sample = sample
        self.kernel = kernel
        self.workers = workers
        self.neighbourhoods = Neighbourhoods(sample.places, kernel)
        scaled, self._x_means, self._x_deviations = standardised(sample.x)
        y, y_mean, y_deviation = standardised(sample.y[:, None])
        self._y, self._y_mean, self._y_deviation = y[:, 0], float(y_mean[0]), float(y_deviation[0])
        self._design = np.column_stack([np.ones(len(scaled)), scaled])
        self._pairs = packed_pairs(sample.parameters)

    def _products(self, design: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The products to sum: x_i x_j of all pairs and x_i y, with a final row of zeros (n + 1, q)."""
        rows, p = design.shape
        table = np.zeros((rows + 1, len(self._pairs) + p))
        for at, (i, j) in enumerate(self._pairs):
            table[:-1, at] = design[:, i] * design[:, j]
        table[:-1, len(self._pairs) :] = design * y[:, None]
        return table

    def _each_block(
        self, bandwidth: float, work: Callable, log: Log | None, around: Neighbourhoods | None = None
    ) -> Iterator:
        """Apply ``work`` to the weights of each block; yields (rows, result) in the order of the blocks."""
        near = around or self.neighbourhoods

        def on_batch(batch):
            return [work(near.weights(block, bandwidth)) for block in batch]

        batches = list(near.batches())
        for batch, results in map_in_order(on_batch, batches, log or Log(), len(batches), self.workers, here=True):
            yield from zip(batch, results)

    def _summed(self, bandwidth: float, table: np.ndarray, log: Log | None) -> np.ndarray:
        """Weighted sums of ``table`` at each location (q, n)."""
        sums = np.empty((table.shape[1], len(self._y)))
        for rows, result in self._each_block(bandwidth, lambda near: near.sums(table), log):
            sums[:, rows] = result.T
        return sums

    def _solved(self, sums: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, ...]:
        """Factors, tolerances, and the right-hand sides x and X'Wy after forward substitution."""
        pairs = len(self._pairs)
        lower, tolerances = factorise(sums[:pairs], design.shape[1])
        return lower, tolerances, solve_lower(lower, np.ascontiguousarray(design.T)), solve_lower(lower, sums[pairs:])

    def quick(self, bandwidth: float, log: Log | None = None) -> Quick:
        """Residuals and influence at ``bandwidth``, as needed for AICc and CV."""
        sums = self._summed(bandwidth, self._products(self._design, self._y), log)
        _, tolerances, own, right = self._solved(sums, self._design)
        residuals = self._y - np.einsum("pn,pn->n", own, right)
        influence = np.einsum("pn,pn->n", own, own)
        unsolvable = ~(tolerances > LOCALLY_COLLINEAR).all(axis=0)
        residuals[unsolvable] = influence[unsolvable] = np.nan
        return Quick(residuals * self._y_deviation, influence)

    def coefficients(self, bandwidth: float, order: np.ndarray | None = None, log: Log | None = None) -> np.ndarray:
        """Local coefficients (n, p), in the units of the variables; NaN if unsolvable.

        Args:
            bandwidth: neighbours or distance.
            order: a permutation (n,): the observation at each location.
            log: receives progress; for cancellation.
        """
        design, y = self._design, self._y
        if order is not None:
            design, y = design[order], y[order]
        sums = self._summed(bandwidth, self._products(design, y), log)
        lower, tolerances, _, right = self._solved(sums, design)
        scaled = solve_upper(lower, right)
        scaled[:, ~(tolerances > LOCALLY_COLLINEAR).all(axis=0)] = np.nan
        return self._unscaled(scaled.T)

    def _back(self) -> np.ndarray:
        """The matrix (p, p) from coefficients of standardised variables to those of the original variables."""
        back = np.diag(np.concatenate([[1.0], 1 / self._x_deviations]))
        back[0, 1:] = -self._x_means / self._x_deviations
        return back

    def _unscaled(self, scaled: np.ndarray) -> np.ndarray:
        coefficients = self._y_deviation * scaled @ self._back().T
        coefficients[:, 0] += self._y_mean
        return coefficients

    def fit(self, bandwidth: float, log: Log | None = None) -> Local:
        """The full fit at ``bandwidth``.

        Raises:
            CarbonBalanceError: variables are constant or collinear near a location.
        """
        p, n = self.sample.parameters, len(self._y)
        pairs = len(self._pairs)
        log = log or Log()
        table = self._products(self._design, self._y)
        table = np.column_stack([table, np.append(self._y**2, 0)])
        raw = np.vstack([np.column_stack([np.ones(n), self.sample.x]), np.zeros((1, p))]) ** 2
        sums = np.empty((table.shape[1], n))
        squared = np.empty((pairs, n))
        raw_squared = np.empty((p, n))
        bandwidths = np.empty(n)

        def work(near):
            return near.sums(table), near.sums(table[:, :pairs], True), near.sums(raw, True), near.bandwidths

        for rows, (first, second, third, distance) in self._each_block(bandwidth, work, log.part(0, 0.7)):
            sums[:, rows], squared[:, rows], raw_squared[:, rows] = first.T, second.T, third.T
            bandwidths[rows] = distance
        lower, tolerances, own, right = self._solved(sums[:-1], self._design)
        self._refuse_unsolvable(tolerances)
        scaled = solve_upper(lower, right)
        residuals = self._y - np.einsum("pn,pn->n", own, right)
        influence = np.einsum("pn,pn->n", own, own)
        inverse = np.linalg.inv(_full(sums[:pairs], self._pairs, p))
        squared_inverse = inverse @ _full(squared, self._pairs, p) @ inverse
        back = self._back()
        hat_squares = np.einsum("np,npq,nq->n", self._design, squared_inverse, self._design)
        variances = np.einsum("ip,npq,iq->ni", back, squared_inverse, back)
        explained = self._local_r2(bandwidth, residuals, sums, log.part(0.7, 1))
        return Local(
            coefficients=self._unscaled(scaled.T),
            unscaled_variances=variances,
            residuals=residuals * self._y_deviation,
            influence=influence,
            hat_squares=hat_squares,
            r2=explained,
            condition=self._condition(squared, raw_squared),
            bandwidths=bandwidths,
        )

    def elsewhere(self, places: Places, x: np.ndarray, bandwidth: float, log: Log | None = None) -> Elsewhere:
        """The regression at ``places`` in the observations' frame, with explanatory values ``x`` (m, k) there.

        y = x'b with the b of the place; an observation varies about it by the error variance times
        1 + x'(X'WX)^-1 X'W^2X (X'WX)^-1 x (Harris et al., Mathematical Geosciences 42, 2010).
        """
        p, pairs = self.sample.parameters, len(self._pairs)
        table = self._products(self._design, self._y)
        sums, squared = np.empty((table.shape[1], len(x))), np.empty((pairs, len(x)))
        around = Neighbourhoods(self.sample.places, self.kernel, others=places)

        def work(near):
            return near.sums(table), near.sums(table[:, :pairs], True)

        for rows, (first, second) in self._each_block(bandwidth, work, log, around):
            sums[:, rows], squared[:, rows] = first.T, second.T
        design = np.column_stack([np.ones(len(x)), (x - self._x_means) / self._x_deviations])
        lower, tolerances, _, right = self._solved(sums, design)
        unsolvable = ~(tolerances > LOCALLY_COLLINEAR).all(axis=0)
        scaled = solve_upper(lower, right)
        scaled[:, unsolvable] = np.nan
        products = _full(sums[:pairs], self._pairs, p)
        products[unsolvable] = np.eye(p)
        spread = np.linalg.solve(products, design[:, :, None])[:, :, 0]
        factor = 1 + np.einsum("np,npq,nq->n", spread, _full(squared, self._pairs, p), spread)
        factor[unsolvable] = np.nan
        predicted = self._y_mean + self._y_deviation * np.einsum("np,pn->n", design, scaled)
        return Elsewhere(self._unscaled(scaled.T), predicted, factor)

    def _local_r2(self, bandwidth, residuals, sums, log) -> np.ndarray:
        """1 - weighted residual over weighted total squares (n,): equation 9.8 of the 2002 book."""
        unexplained = self._summed(bandwidth, np.append(residuals**2, 0)[:, None], log)[0]
        total_weight, weighted_y, weighted_square = sums[0], sums[len(self._pairs)], sums[-1]
        total = weighted_square - weighted_y**2 / total_weight
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(total > 1e-12 * weighted_square, 1 - unexplained / total, np.nan)

    def _condition(self, squared: np.ndarray, raw_squared: np.ndarray) -> np.ndarray:
        """Condition number of each weighted design matrix with columns of length 1, including the intercept (n,).

        Belsley's diagnostic as GWR4's successors define it: rows weighted by the kernel itself.
        """
        forward = np.linalg.inv(self._back())
        # Columns of the original variables are linear combinations of the standardised ones.
        gram = _full(squared, self._pairs, self.sample.parameters)
        gram = forward.T @ gram @ forward
        length = np.sqrt(raw_squared.T)
        with np.errstate(divide="ignore", invalid="ignore"):
            gram = gram / (length[:, :, None] * length[:, None, :])
        values = np.linalg.eigvalsh(np.nan_to_num(gram))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sqrt(values[:, -1] / np.maximum(values[:, 0], 0))

    def _refuse_unsolvable(self, tolerances: np.ndarray) -> None:
        broken = ~(tolerances > LOCALLY_COLLINEAR)
        if broken.any():
            names = [tr("intercept"), *self.sample.names]
            worst = [name for name, bad in zip(names, broken.any(axis=1)) if bad]
            raise CarbonBalanceError(
                tr(
                    "Near {count} feature(s) the local regression cannot be solved because {fields} is constant or "
                    "collinear within the bandwidth: give a larger bandwidth, or remove the field."
                ).format(count=int(broken.any(axis=0).sum()), fields=listed(worst))
            )


def _full(packed: np.ndarray, pairs: list[tuple[int, int]], p: int) -> np.ndarray:
    """Symmetric matrices (n, p, p) from packed lower triangles (pairs, n)."""
    matrices = np.empty((packed.shape[1], p, p))
    for at, (i, j) in enumerate(pairs):
        matrices[:, i, j] = matrices[:, j, i] = packed[at]
    return matrices
