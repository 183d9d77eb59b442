"""Cedar Creek watershed, NLCD 2006-2021 in five classes: published shapes of real change."""

from __future__ import annotations

import sys

import numpy as np
import trial_data
from carbon_balance.core.scenarios import accuracy, markov
from checkout import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import cedar_creek  # noqa: E402

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


def test_learning_from_transitions_beats_shuffled_drivers_and_uniform_suitability(tmp_path):
    folder = trial_data.folder("cedar_creek")
    region = cedar_creek.Region(folder, tmp_path)
    merits = {}
    for knows in (cedar_creek.NETWORK, cedar_creek.SHUFFLED, cedar_creek.UNIFORM):
        counts = region.run(cedar_creek.TRANSITIONS, knows, 1, "deadband")
        merits[knows] = [accuracy.change_skill(counts[year]).figure_of_merit for year in (2016, 2021)]
    assert min(merits[cedar_creek.NETWORK]) > 0.03
    assert max(merits[cedar_creek.SHUFFLED] + merits[cedar_creek.UNIFORM]) < 0.01
