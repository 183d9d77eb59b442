"""Gi and Gi* against a worked example and esda; the false-discovery correction by hand."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.statistics.spatial.hot_spots import false_discovery_threshold, hot_spots
from carbon_balance.core.statistics.spatial_weights import Weights

POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])


@pytest.fixture
def within_15():
    """Neighbours within a distance of 15."""
    apart = np.hypot(*(POINTS[:, None] - POINTS[None]).transpose(2, 0, 1))
    return Weights.of_lists([[j for j in range(6) if j != i and apart[i, j] <= 15] for i in range(6)])


def test_the_example_of_pysal(within_15):
    star = hot_spots(VALUES, within_15, with_self=True)
    assert star.z == pytest.approx([-1.39728, -0.28918, 0.65065, -0.28918, 1.23452, 2.02424], abs=1e-5)
    plain = hot_spots(VALUES, within_15, with_self=False)
    assert plain.z == pytest.approx([-1.01367, -0.04362, 1.31559, -0.31413, 1.15374, 1.77834], abs=1e-5)
    # Two-sided normal: z = 2.02424 is p = 0.0429.
    assert star.p[5] == pytest.approx(0.04294, abs=1e-5)


def test_equal_to_esda_on_random_values():
    esda = pytest.importorskip("esda")
    libpysal = pytest.importorskip("libpysal")
    generator = np.random.default_rng(5)
    lists = [sorted(set(generator.integers(0, 60, 5).tolist()) - {i}) for i in range(60)]
    values = generator.gamma(2.0, 3.0, 60)
    weights = libpysal.weights.W(dict(enumerate(lists)), silence_warnings=True)
    for with_self in (True, False):
        theirs = esda.G_Local(values, weights, transform="B", star=with_self, permutations=0)
        assert hot_spots(values, Weights.of_lists(lists), with_self).z == pytest.approx(theirs.Zs, rel=1e-9)


def test_labels_at_the_threshold(within_15):
    free = hot_spots(VALUES, within_15, alpha=0.05, corrected=False)
    assert free.label == ["not significant"] * 5 + ["hot spot"]
    assert free.threshold == 0.05
    # p of the hot spot is 0.04294: six tests at 0.05 leave nothing.
    assert hot_spots(VALUES, within_15, alpha=0.05, corrected=True).label == ["not significant"] * 6
    low = hot_spots(-VALUES, within_15, alpha=0.05, corrected=False)
    assert low.label[5] == "cold spot"
    assert hot_spots(VALUES, within_15, alpha=0.0429, corrected=False).label[5] == "not significant"


def test_a_unit_without_neighbours_has_no_score():
    found = hot_spots(np.array([1.0, 2.0, 5.0]), Weights.of_lists([[1], [0], []]), alpha=1.0, corrected=False)
    assert np.isnan(found.z[2])
    assert found.label[2] == "no neighbours"


def test_benjamini_and_hochberg():
    """Example of Benjamini and Hochberg (1995): of 15 p-values the first four are rejected at 0.05."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert false_discovery_threshold(np.array(p), 0.05) == 0.0095
    assert false_discovery_threshold(np.array([*p, np.nan]), 0.05) == 0.0095
    assert false_discovery_threshold(np.array([0.9]), 0.05) == 0.0
