"""Skill of a suitability network, evaluated on held-out samples.

Changed cells are oversampled, so that every sample is weighted by the number of cells that it represents: measures do
not depend on the share of changed samples or on the number of networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .network import Ensemble, Network


@dataclass(frozen=True)
class TransitionSkill:
    """Ranking skill of the suitability for one change among cells of a class, or for one class among all cells.

    Attributes:
        now: index of the earlier class, -1 for all cells (network of one date).
        later: index of the later class.
        share: share of the cells of class ``now`` that became class ``later`` (or of all cells with that class).
        samples: number of held-out samples that did.
        auc: area under the ROC curve: the probability that a cell that became the class has a higher suitability than
            one that did not; 0.5 is chance; NaN without samples of both kinds.
    """

    now: int
    later: int
    share: float
    samples: int
    auc: float


@dataclass(frozen=True)
class Skill:
    """Predictive skill on held-out samples, weighted by the number of cells they represent.

    Attributes:
        samples: number of held-out samples.
        log_loss: mean -ln p of the true class.
        no_skill: the same for the class frequencies of the region given the present class, without drivers.
        accuracy: share of cells whose most likely class is the true one.
        shares: shares of the classes (classes,).
        accuracy_by_class: (classes,), NaN for a class without held-out samples.
        importance: increase of the log-loss when a driver is permuted (drivers,).
        transitions: for each change that occurs in the region, or each class.
    """

    samples: int
    log_loss: float
    no_skill: float
    accuracy: float
    shares: np.ndarray
    accuracy_by_class: np.ndarray
    importance: np.ndarray
    transitions: tuple[TransitionSkill, ...] = ()

    @property
    def score(self) -> float:
        """Position of the log-loss between frequencies only (0) and certainty (1); NaN if nothing is uncertain."""
        return 1 - self.log_loss / self.no_skill if self.no_skill > 0 else float("nan")

    @property
    def auc(self) -> float:
        """Mean AUC of the transitions weighted by samples; NaN if none is known."""
        known = [each for each in self.transitions if np.isfinite(each.auc)]
        if not known:
            return float("nan")
        return float(np.average([each.auc for each in known], weights=[each.samples for each in known]))


def log_loss(probabilities: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Mean -ln p of the true class; probabilities (classes, samples), weights (samples,)."""
    own = probabilities[targets, np.arange(len(targets))].astype(float)
    return float(np.average(-np.log(np.maximum(own, 1e-12)), weights=weights))


def area_under_curve(scores: np.ndarray, happened: np.ndarray, weights: np.ndarray) -> float:
    """Area under the ROC curve by the weighted Mann-Whitney statistic (1947); ties count half.

    Args:
        scores: scores of the samples (samples,).
        happened: whether the event occurred, bool (samples,).
        weights: (samples,).
    """
    places = np.unique(scores, return_inverse=True)[1]
    yes = np.bincount(places, weights=weights * happened)
    no = np.bincount(places, weights=weights * ~happened)
    if not (yes.sum() and no.sum()):
        return float("nan")
    below = np.cumsum(no) - no / 2
    return float((yes * below).sum() / (yes.sum() * no.sum()))


def measure_skill(
    network: Network | Ensemble,
    values: np.ndarray,
    targets: np.ndarray,
    held: np.ndarray,
    seed: int,
    now: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    region: np.ndarray | None = None,
) -> Skill:
    """Measure the skill on held-out samples.

    Args:
        network: trained network, with probabilities for the region.
        values: drivers of all samples (drivers, samples).
        targets: true classes (samples,).
        held: whether samples were held out of training, bool (samples,).
        seed: seed of the permutations.
        now: earlier classes (samples,), if the network was trained on transitions.
        weights: number of cells that each sample represents (samples,); ``None`` for equal weights.
        region: cells by class or, with transitions, by earlier (row) and later class, (classes,) or (classes, classes);
            ``None`` to use the training samples.
    """
    classes, rng = len(network.codes), np.random.default_rng(seed)
    weights = np.ones(len(targets)) if weights is None else np.asarray(weights, float)
    if region is None:
        pairs = targets if now is None else now * classes + targets
        region = np.bincount(pairs[~held], weights[~held], classes if now is None else classes**2)
    # A row for each earlier class, or one for all cells.
    counts = np.asarray(region, float).reshape(-1, classes)
    frequencies = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    # Networks of one date learn the class shares of their samples, which with equal sampling are not those of the
    # region.
    balance = _balance(targets, weights, classes) if now is None else np.ones(classes)
    values, targets, weights = values[:, held], targets[held], weights[held]
    row = np.zeros(len(targets), np.intp) if now is None else now[held]

    def predict(drivers: np.ndarray) -> np.ndarray:
        found = network.predict(drivers, None if now is None else row) * balance[:, None]
        return found / found.sum(axis=0)

    predicted = predict(values)
    loss = log_loss(predicted, targets, weights)
    importance = np.zeros(len(values))
    for driver in range(len(values)):
        rises = []
        for _ in range(3):
            shuffled = values.copy()
            shuffled[driver] = rng.permutation(values[driver])
            rises.append(log_loss(predict(shuffled), targets, weights) - loss)
        importance[driver] = np.mean(rises)
    right = predicted.argmax(axis=0) == targets
    held_cells = np.bincount(targets, weights, classes)
    with np.errstate(invalid="ignore"):
        by_class = np.bincount(targets, weights * right, classes) / held_cells
    return Skill(
        samples=len(targets),
        log_loss=loss,
        no_skill=log_loss(frequencies[row].T, targets, weights),
        accuracy=float(np.average(right, weights=weights)),
        shares=held_cells / held_cells.sum(),
        accuracy_by_class=by_class,
        importance=importance,
        transitions=_by_transition(
            predicted, targets, weights, row=row, frequencies=frequencies, of_transitions=now is not None
        ),
    )


def _balance(targets: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    """Ratio of the class frequencies in the region to those of the samples (classes,)."""
    sampled = np.bincount(targets, minlength=classes)
    return np.where(sampled, np.bincount(targets, weights, classes), 1.0) / np.maximum(sampled, 1)


def _by_transition(
    predicted: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    row: np.ndarray,
    frequencies: np.ndarray,
    of_transitions: bool,
) -> tuple[TransitionSkill, ...]:
    """The AUC of each change that occurs, or of each class."""
    found = []
    for now, later in np.argwhere(frequencies > 0):
        if of_transitions and now == later:
            continue
        own = row == now
        happened = targets[own] == later
        auc = area_under_curve(predicted[later, own], happened, weights[own])
        before = int(now) if of_transitions else -1
        found.append(TransitionSkill(before, int(later), float(frequencies[now, later]), int(happened.sum()), auc))
    return tuple(found)
