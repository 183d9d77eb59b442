"""Expansion analysis: importance and response curves of drivers by change (LEAS in PLUS).

For each transition, the predicted probability is examined among the cells of the earlier class (for a network of one
date: each class among all cells). Importance is the permutation importance (Breiman 2001, Machine Learning 45): the
    increase of the log-loss of the event on held-out cells when the driver is permuted, relative to the log-loss of the
    frequency of the event; 0 if the driver has no influence. A response curve is the partial dependence (Friedman 2001,
    Annals of Statistics 29): the mean probability of the change over cells if the driver has the same value in all of
    them and other drivers are unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...tables import columns, scenario_columns
from .network import Ensemble, Network
from .sampling import TrainingSample

POINTS = 21
LEAST_EVENTS = 10
SHUFFLES = 5
RESPONSE_CELLS = 500


@dataclass(frozen=True)
class Expansion:
    """The result of an expansion analysis.

    Attributes:
        codes: class codes.
        drivers: names of the drivers.
        kinds: earlier class index (-1 for any) and later one of each kind of change.
        events: number of held-out samples of each kind, int64 (kinds,).
        importance: float64 (kinds, drivers).
        grid: values of each driver, float64 (drivers, points).
        responses: mean probability, float64 (kinds, drivers, points).
    """

    codes: tuple[int, ...]
    drivers: tuple[str, ...]
    kinds: tuple[tuple[int, int], ...]
    events: np.ndarray
    importance: np.ndarray
    grid: np.ndarray
    responses: np.ndarray

    def _codes(self) -> list[tuple[int | None, int]]:
        return [(None if here < 0 else self.codes[here], self.codes[there]) for here, there in self.kinds]

    def importance_columns(self) -> dict[str, list]:
        """Table columns of importance by kind of change and driver, the most important first."""
        table: dict[str, list] = {name: [] for name in _IMPORTANCE_COLUMNS}
        for (here, there), events, importance in zip(self._codes(), self.events.tolist(), self.importance):
            for rank, driver in enumerate(np.argsort(-importance, kind="stable"), 1):
                row = here, there, self.drivers[driver], float(importance[driver]), rank, events
                for name, value in zip(_IMPORTANCE_COLUMNS, row):
                    table[name].append(value)
        return table

    def response_columns(self) -> dict[str, list]:
        """Columns of a long table of response curves."""
        table: dict[str, list] = {name: [] for name in _RESPONSE_COLUMNS}
        for (here, there), curves in zip(self._codes(), self.responses):
            for driver, values, curve in zip(self.drivers, self.grid.tolist(), curves.tolist()):
                for value, probability in zip(values, curve):
                    for name, item in zip(_RESPONSE_COLUMNS, (here, there, driver, value, probability)):
                        table[name].append(item)
        return table


_IMPORTANCE_COLUMNS = (
    columns.FROM_CODE,
    columns.TO_CODE,
    columns.DRIVER,
    columns.IMPORTANCE,
    scenario_columns.IMPORTANCE_RANK,
    columns.SAMPLES,
)
_RESPONSE_COLUMNS = (columns.FROM_CODE, columns.TO_CODE, columns.DRIVER, columns.VALUE, columns.PROBABILITY)


def event_loss(probability: np.ndarray, happened: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean log-loss of an event."""
    own = np.where(happened, probability, 1 - probability.astype(float))
    return float(np.average(-np.log(np.maximum(own, 1e-12)), weights=weights))


def analyse_expansion(network: Network | Ensemble, sample: TrainingSample, seed: int) -> Expansion:
    """Compute importance and response curves of every sufficiently frequent kind of change.

    Args:
        network: trained network, with probabilities for the region.
        sample: sample with held-out cells not used in training.
        seed: seed of the permutations of drivers.
    """
    classes, by_transition = len(network.codes), sample.now is not None
    now = sample.now if sample.now is not None else np.full(len(sample.targets), -1)
    low, high = np.quantile(sample.values, (0.01, 0.99), axis=1)
    grid = np.linspace(low, high, POINTS, axis=1)
    kinds: list[tuple[int, int]] = []
    events: list[int] = []
    importance, responses = [], []
    for here in range(classes) if by_transition else [-1]:
        held = np.flatnonzero(sample.held & (now == here))
        some = np.flatnonzero(now == here)
        some = some[:: max(1, -(-len(some) // RESPONSE_CELLS))]
        often = np.bincount(sample.targets[held], minlength=classes)
        wanted = [k for k in range(classes) if k != here and LEAST_EVENTS <= often[k] < len(held)]
        if not wanted:
            continue
        kinds += [(here, there) for there in wanted]
        events += [int(often[there]) for there in wanted]
        rng = np.random.default_rng([seed, here + 1])
        importance.append(_importance(network, sample, held, wanted=wanted, by_transition=by_transition, rng=rng))
        responses.append(_responses(network, sample, some, wanted=wanted, by_transition=by_transition, grid=grid))
    drivers = len(network.drivers)
    return Expansion(
        codes=tuple(network.codes),
        drivers=tuple(network.drivers),
        kinds=tuple(kinds),
        events=np.array(events, np.int64),
        importance=np.concatenate(importance) if importance else np.zeros((0, drivers)),
        grid=grid,
        responses=np.concatenate(responses) if responses else np.zeros((0, drivers, POINTS)),
    )


def _importance(
    network: Network | Ensemble,
    sample: TrainingSample,
    held: np.ndarray,
    wanted: Sequence[int],
    by_transition: bool,
    rng: np.random.Generator,
) -> np.ndarray:
    """Importance of each driver for each wanted class, (wanted, drivers)."""
    values, targets, weights = sample.values[:, held], sample.targets[held], sample.stands_for[held]
    now = sample.now[held] if by_transition and sample.now is not None else None

    def losses(drivers: np.ndarray) -> np.ndarray:
        found = network.predict(drivers, now)
        return np.array([event_loss(found[k], targets == k, weights) for k in wanted])

    rates = np.array([np.average(targets == k, weights=weights) for k in wanted])
    without = -(rates * np.log(rates) + (1 - rates) * np.log1p(-rates))
    before, result = losses(values), np.zeros((len(wanted), len(values)))
    for driver in range(len(values)):
        for _ in range(SHUFFLES):
            shuffled = values.copy()
            shuffled[driver] = rng.permutation(values[driver])
            result[:, driver] += losses(shuffled) - before
    return result / SHUFFLES / without[:, None]


def _responses(
    network: Network | Ensemble,
    sample: TrainingSample,
    some: np.ndarray,
    wanted: Sequence[int],
    by_transition: bool,
    grid: np.ndarray,
) -> np.ndarray:
    """Response curves of each wanted class, (wanted, drivers, points)."""
    values, weights = sample.values[:, some], sample.stands_for[some]
    now = sample.now[some] if by_transition and sample.now is not None else None
    result = np.zeros((len(wanted), len(values), grid.shape[1]))
    for driver, points in enumerate(grid):
        for number, point in enumerate(points):
            changed = values.copy()
            changed[driver] = point
            found = network.predict(changed, now)
            result[:, driver, number] = np.average(found[list(wanted)], axis=1, weights=weights)
    return result
