"""Cedar Creek watershed, NLCD 2006-2021 in five classes: published shapes of real change."""

from __future__ import annotations

import numpy as np
import trial_data
from carbon_balance.core.scenarios import accuracy, markov

CLASSES = ["water", "urban", "barren", "forest", "crops"]
CELL_KM2 = 0.0009


def maps(*years: int) -> list[np.ndarray]:
    folder = trial_data.folder("cedar_creek")
    return [trial_data.read(folder / f"lu5_{year}.tif").astype(np.int64) - 1 for year in years]


def test_one_markov_step_from_2011_gives_2016():
    before, now = maps(2006, 2011)
    cells = accuracy.count_maps(before, now, now, 5).sum(axis=2)
    matrix = markov.transition_probabilities(cells, CLASSES)
    found = cells.sum(axis=0) * CELL_KM2 @ matrix
    np.testing.assert_allclose(found, [58.6699, 81.3093, 0.4141, 79.6444, 477.8295], atol=5e-5)
