"""Parameters of the training of suitability networks."""

from __future__ import annotations

from .....core.runtime.i18n import tr
from ..common import choice, whole

SAMPLES, SAMPLING, RESAMPLING = "SAMPLES", "SAMPLING", "RESAMPLING"
NETWORKS, NEURONS, ITERATIONS, SEED = "NETWORKS", "NEURONS", "ITERATIONS", "SEED"


def add_training(algorithm) -> None:
    """Add the number of samples, networks, neurons and iterations, the seed, and how to sample and resample."""
    for name, title, default, least, most, help_text in (
        (
            SAMPLES,
            tr("Samples"),
            40000,
            100,
            5_000_000,
            tr("Total number of random cells to learn from; each network uses its own share. One fifth is held out."),
        ),
        (
            NETWORKS,
            tr("Networks"),
            5,
            1,
            50,
            tr(
                "Number of networks to train, each on its share of the samples; their probabilities are "
                "averaged. The result depends less on the seed, and in tests it reproduced more changes. 1 is "
                "FLUS as published."
            ),
        ),
        (
            NEURONS,
            tr("Neurons"),
            13,
            1,
            200,
            tr("Number of neurons in the hidden layer; 13 in the published study."),
        ),
        (
            ITERATIONS,
            tr("Training iterations"),
            500,
            1,
            100000,
            tr("Maximum number; training stops when it no longer improves."),
        ),
        (
            SEED,
            tr("Seed"),
            1,
            0,
            2**31 - 1,
            tr("Seed of the random numbers: the same seed gives the same result."),
        ),
    ):
        algorithm.add(
            whole(name, title, default, least, most),
            help_text,
            advanced=name != SAMPLES,
        )
    algorithm.add(
        choice(SAMPLING, tr("Sampling"), ["proportional", "equal"], "proportional"),
        tr(
            "proportional: plain random cells, so that rare classes remain rare. equal: the same number of cells "
            "of each class, which finds rare classes, but overestimates their probabilities."
        ),
        advanced=True,
    )
    algorithm.add(
        choice(RESAMPLING, tr("Resampling of the drivers"), ["bilinear", "near", "average"], "bilinear"),
        tr(
            "How drivers on another grid are resampled to the grid of the land cover; use near for classes such as "
            "soil types."
        ),
        advanced=True,
    )
