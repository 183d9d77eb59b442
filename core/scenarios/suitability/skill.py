"""How good a suitability network is, judged on samples that it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .network import Ensemble, Network


@dataclass(frozen=True)
class Skill:
    """How well the network predicts samples it was not trained on.

    Attributes:
        samples: held out.
        log_loss: mean -ln p of the true class.
        no_skill: the same for the training shares of the classes, whatever the drivers.
        accuracy: share of samples whose likeliest class is the true one.
        shares: of the classes in the held-out samples (classes,).
        accuracy_by_class: (classes,), NaN for a class that is not among them.
        importance: by how much the log-loss rises when a driver is shuffled, (drivers,).
    """

    samples: int
    log_loss: float
    no_skill: float
    accuracy: float
    shares: np.ndarray
    accuracy_by_class: np.ndarray
    importance: np.ndarray


def log_loss(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean -ln p of the true class; probabilities (classes, samples)."""
    own = probabilities[targets, np.arange(len(targets))].astype(float)
    return float(-np.log(np.maximum(own, 1e-12)).mean())


def measure_skill(
    network: Network | Ensemble,
    values: np.ndarray,
    targets: np.ndarray,
    held: np.ndarray,
    seed: int,
    now: np.ndarray | None = None,
) -> Skill:
    """Skill on the samples that were held out; the shares of classes in the others are what no skill would say.

    Args:
        network: trained; see ``as_sampled``.
        values: drivers of all samples (drivers, samples).
        targets: classes (samples,).
        held: kept out of training, bool (samples,).
        seed: shuffles the drivers.
        now: classes before the change (samples,), if the network knows transitions.
    """
    classes, rng = len(network.codes), np.random.default_rng(seed)
    shares = np.bincount(targets[~held], minlength=classes) / np.count_nonzero(~held)
    values, targets, now = values[:, held], targets[held], None if now is None else now[held]
    predicted = network.predict(values, now)
    loss = log_loss(predicted, targets)
    right = predicted.argmax(axis=0) == targets
    count = np.bincount(targets, minlength=classes)
    importance = np.zeros(len(values))
    for driver in range(len(values)):
        rises = []
        for _ in range(3):
            shuffled = values.copy()
            shuffled[driver] = rng.permutation(values[driver])
            rises.append(log_loss(network.predict(shuffled, now), targets) - loss)
        importance[driver] = np.mean(rises)
    with np.errstate(invalid="ignore"):
        by_class = np.bincount(targets, weights=right, minlength=classes) / count
    return Skill(
        len(targets),
        loss,
        log_loss(np.repeat(shares[:, None], len(targets), axis=1), targets),
        float(right.mean()),
        count / len(targets),
        by_class,
        importance,
    )
