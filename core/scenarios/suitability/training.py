"""Training the suitability network.

The loss is the mean cross-entropy with a small penalty on the weights; its gradient is computed analytically, and it is
minimised over the full sample by L-BFGS (Nocedal 1980) with a weak-Wolfe line search (Lewis and Overton 2013), using
only NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from .matrix_product import product
from .network import Network, scale, sigmoid_of_negative

PENALTY = 1e-4
LEAST_SAMPLES = 50
# Products up to this number of multiplications use a single BLAS thread; two are slower for thin matrices.
_PRODUCT = 200_000


class Loss:
    """Cross-entropy loss of a network with one hidden layer, with its gradient.

    Args:
        inputs: (drivers, samples).
        targets: class of each sample (samples,).
        classes, neurons: numbers of classes and neurons.
        penalty: factor of half the squared weights, in samples.
        precision: type of computations per sample; single precision takes half the time, and sums use double precision.
        samples_at_once: ``None`` for a number that fits the processor's caches.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        classes: int,
        neurons: int,
        penalty: float = PENALTY,
        precision: type = np.float32,
        samples_at_once: int | None = None,
    ) -> None:
        self.classes, self.neurons = classes, neurons
        self.precision, self.count = precision, len(targets)
        self.penalty = penalty / len(targets)
        drivers = len(inputs)
        self.shapes = [(neurons, drivers), (neurons,), (classes, neurons), (classes,)]
        self.ends = np.cumsum([rows * (columns[0] if columns else 1) for rows, *columns in self.shapes]).tolist()
        step = samples_at_once or max(64, _PRODUCT // (neurons * max(drivers, classes)))
        self.parts = []
        for at in range(0, len(targets), step):
            few = targets[at : at + step]
            with_bias: np.ndarray = np.vstack([inputs[:, at : at + step], np.ones(len(few))]).astype(precision)
            truth: np.ndarray = np.eye(classes, dtype=precision)[:, few]
            self.parts.append((with_bias, truth, few * len(few) + np.arange(len(few))))

    def split(self, parameters: np.ndarray) -> list[np.ndarray]:
        """The flat parameters as weights and biases of both layers, views."""
        begins = [0, *self.ends]
        return [parameters[at:end].reshape(shape) for at, end, shape in zip(begins, self.ends, self.shapes)]

    def start(self, rng: np.random.Generator) -> np.ndarray:
        """Random initial parameters (Glorot and Bengio 2010, for sigmoids)."""
        drivers = self.shapes[0][1]
        return np.concatenate(
            [
                rng.uniform(-1, 1, (self.neurons, drivers)).ravel() * np.sqrt(2 / (self.neurons + drivers)),
                rng.uniform(-1, 1, self.neurons) * np.sqrt(2 / (self.neurons + drivers)),
                rng.uniform(-1, 1, (self.classes, self.neurons)).ravel() * np.sqrt(2 / (self.neurons + self.classes)),
                np.zeros(self.classes),
            ]
        )

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Loss and gradient (parameters,)."""
        first, first_bias, second, second_bias = self.split(parameters.astype(self.precision))
        # The biases as weights of an input that is always 1.
        first, second = -np.column_stack([first, first_bias]), np.column_stack([second, second_bias])
        without_bias = np.ascontiguousarray(second[:, :-1].T)
        gradient = np.zeros(len(parameters))
        to_first, to_first_bias, to_second, to_second_bias = self.split(gradient)
        loss = 0.0
        for inputs, truth, own in self.parts:
            with_bias: np.ndarray = np.empty((self.neurons + 1, len(own)), self.precision)
            with_bias[-1] = 1
            hidden = with_bias[:-1]
            sigmoid_of_negative(product(first, inputs), out=hidden)
            scores = product(second, with_bias)
            scores -= np.maximum.reduce(scores)
            loss -= float(np.add.reduce(scores.take(own), dtype=np.float64))
            error = np.exp(scores, out=scores)
            total = np.add.reduce(error)
            error /= total
            loss += float(np.add.reduce(np.log(total, out=total), dtype=np.float64))
            error -= truth
            slope = product(error, with_bias.T)
            to_second += slope[:, :-1]
            to_second_bias += slope[:, -1]
            back = product(without_bias, error)
            back *= hidden
            np.subtract(1, hidden, out=hidden)
            back *= hidden
            slope = product(back, inputs.T)
            to_first += slope[:, :-1]
            to_first_bias += slope[:, -1]
        loss /= self.count
        gradient /= self.count
        weights_of = self.split(parameters)
        for weights, target in ((weights_of[0], to_first), (weights_of[2], to_second)):
            loss += self.penalty / 2 * float((weights**2).sum())
            target += self.penalty * weights
        return loss, gradient


def _line_search(
    function: Callable, start: np.ndarray, value: float, slope: float, direction: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """A step that satisfies the weak Wolfe conditions."""
    low, high, step = 0.0, np.inf, 1.0
    best = None
    for _ in range(25):
        point = start + step * direction
        found, gradient = function(point)
        if not np.isfinite(found) or found > value + 1e-4 * step * slope:
            high = step
        else:
            best = point, found, gradient
            if gradient @ direction >= 0.9 * slope:
                return best
            low = step
        step = (low + high) / 2 if np.isfinite(high) else 2 * step
    return best


def minimise(
    function: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    iterations: int,
    log: Log,
    memory: int = 20,
    tolerance: float = 1e-3,
) -> tuple[np.ndarray, float]:
    """Minimise by L-BFGS.

    Args:
        function: returns value and gradient.
        start: (parameters,).
        iterations: maximum number.
        log: progress and cancelling.
        memory: number of past steps that the estimate of the Hessian uses.
        tolerance: stops when ten iterations lower the value by less than this fraction.

    Returns:
        Parameters and value.

    Each iteration: (1) the search direction is the gradient times an estimate of the inverse Hessian, built from the
    last ``memory`` steps (the two-loop recursion); (2) a line search along it; (3) the step and the change of the
    gradient are stored for the next estimate.

    >>> def parabola(x):
    ...     return float(((x - 3) ** 2).sum()), 2 * (x - 3)
    >>> point, value = minimise(parabola, np.zeros(2), iterations=50, log=Log())
    >>> np.allclose(point, 3, atol=1e-6), value < 1e-9
    (True, True)
    """
    point, (value, gradient) = start, function(start)
    steps: list[tuple[np.ndarray, np.ndarray, float]] = []
    values = [value]
    for iteration in range(iterations):
        log.check()
        log.progress(iteration / iterations)
        direction = -gradient
        kept = []
        for moved, turned, curvature in reversed(steps):
            share = (moved @ direction) / curvature
            kept.append(share)
            direction -= share * turned
        if steps:
            moved, turned, curvature = steps[-1]
            direction *= curvature / (turned @ turned)
        for (moved, turned, curvature), share in zip(steps, reversed(kept)):
            direction += (share - (turned @ direction) / curvature) * moved
        slope = float(gradient @ direction)
        if slope >= 0:
            break
        found = _line_search(function, point, value, slope, direction)
        if found is None:
            break
        moved, turned = found[0] - point, found[2] - gradient
        if moved @ turned > 1e-12 * np.sqrt((moved @ moved) * (turned @ turned)):
            steps = [*steps[-(memory - 1) :], (moved, turned, float(moved @ turned))]
        point, value, gradient = found
        values.append(value)
        if len(values) > 10 and values[-11] - value <= tolerance * abs(values[-11]):
            break
    return point, value


@dataclass(frozen=True)
class TrainingCells:
    """Cells that a network learns from.

    Attributes:
        values: complete values of the drivers in their units, (drivers, samples).
        targets: class index to learn (samples,).
        held: whether the cell is held out of training, bool (samples,).
        low, high: range of each driver for scaling (drivers,).
        now: earlier class index (samples,), to learn from transitions; ``None`` for one date.
        stay_offset: see :class:`core.scenarios.suitability.network.Network`.
    """

    values: np.ndarray
    targets: np.ndarray
    held: np.ndarray
    low: np.ndarray
    high: np.ndarray
    now: np.ndarray | None
    stay_offset: float


def train(
    cells: TrainingCells,
    codes: Sequence[int],
    drivers: Sequence[str],
    neurons: int = 13,
    seed: int = 1,
    iterations: int = 500,
    penalty: float = PENALTY,
    log: Log | None = None,
) -> Network:
    """Train a network on the samples that are not held out.

    Args:
        cells: the samples.
        codes: land-cover code of each class.
        drivers: names of the drivers.
        neurons: number of neurons in the hidden layer.
        seed: seed of the initial weights.
        iterations: the maximum number.
        penalty: factor of half the squared weights, in samples.
        log: progress and cancellation.

    Raises:
        CarbonBalanceError: too few samples.
    """
    log = log or Log()
    values, targets, now = cells.values, cells.targets, cells.now
    if len(targets) < LEAST_SAMPLES:
        raise CarbonBalanceError(
            tr("There are {count} samples with all drivers; at least {least} are needed.").format(
                count=len(targets), least=LEAST_SAMPLES
            )
        )
    rng = np.random.default_rng(seed)
    inputs = scale(np.asarray(values, float), cells.low, cells.high).astype(np.float64)
    if now is not None:
        inputs = np.vstack([inputs, np.eye(len(codes))[:, now]])
    order = rng.permutation(len(targets))
    used = order[~cells.held[order]]
    # Training is much faster with standardised drivers; the scaling is reversed in the weights below.
    centre, width = inputs[:, used].mean(axis=1), inputs[:, used].std(axis=1)
    width[width < 1e-12] = 1.0
    function = Loss((inputs[:, used] - centre[:, None]) / width[:, None], targets[used], len(codes), neurons, penalty)
    parameters, _ = minimise(function, function.start(rng), iterations, log)
    first, first_bias, second, second_bias = function.split(parameters)
    first = first / width
    first_bias = first_bias - first @ centre
    first, by_class = first[:, : len(values)], first[:, len(values) :]
    first[:, cells.high <= cells.low] = 0
    return Network(
        codes=tuple(int(code) for code in codes),
        drivers=tuple(drivers),
        low=np.asarray(cells.low, float),
        high=np.asarray(cells.high, float),
        hidden_weights=first,
        hidden_bias=first_bias,
        weights=second,
        bias=second_bias,
        class_weights=None if now is None else by_class,
        stay_offset=cells.stay_offset,
    )
