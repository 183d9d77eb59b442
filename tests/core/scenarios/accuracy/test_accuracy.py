"""Measures of a simulation against published tables, scikit-learn and the definitions by category."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.scenarios.accuracy import measures as accuracy
from hypothesis import given, settings
from hypothesis import strategies as st

# Congalton (1991), Remote Sensing of Environment 37, table 1: rows classified, columns reference;
# deciduous, conifer, agriculture, shrub.
CONGALTON = np.array([[65, 4, 22, 24], [6, 81, 5, 8], [0, 11, 85, 19], [4, 7, 3, 90]])


def random_counts(seed: int) -> np.ndarray:
    """A table ``[start, reference, simulated]`` of 2 to 6 classes, with zeros, at times all on the diagonal."""
    rng = np.random.default_rng(seed)
    classes = int(rng.integers(2, 7))
    counts = rng.integers(0, 40, (classes,) * 3) * (rng.random((classes,) * 3) < rng.random())
    if seed % 7 == 0:
        counts[np.indices(counts.shape)[0] != np.indices(counts.shape)[1]] = 0
    return counts


tables = st.integers(0, 2**32).map(random_counts)
relaxed = settings(deadline=None, max_examples=60)


def test_kappa_equals_the_example_of_congalton_1991():
    result = accuracy.agreement(CONGALTON.T)
    assert result.cells == 434
    assert result.overall_accuracy == pytest.approx(0.74, abs=0.005)
    assert result.kappa == pytest.approx(0.65, abs=0.005)
    np.testing.assert_allclose(result.producers, [0.87, 0.79, 0.74, 0.64], atol=0.005)
    np.testing.assert_allclose(result.users, [0.57, 0.81, 0.74, 0.87], atol=0.005)


def cells_of(counts: np.ndarray) -> list[np.ndarray]:
    """Maps that have these counts ``[start, reference, simulated]``, shuffled."""
    cells = [np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape)]
    order = np.random.default_rng(1).permutation(len(cells[0]))
    return [values[order] for values in cells]


@relaxed
@given(tables)
def test_change_measures_of_maps_with_known_counts_equal_the_definitions(counts):
    start, reference, simulated = cells_of(counts)
    skill = accuracy.change_skill(counts)
    hits = np.sum((start != reference) & (simulated == reference))
    misses = np.sum((start != reference) & (simulated == start))
    false_alarms = np.sum((start == reference) & (simulated != start))
    wrong = np.sum((start != reference) & (simulated != start) & (simulated != reference))
    assert (skill.hits, skill.misses, skill.false_alarms, skill.wrong_hits) == (hits, misses, false_alarms, wrong)
    assert skill.hits + skill.misses + skill.false_alarms + skill.wrong_hits + skill.persistence == counts.sum()
    every = hits + misses + false_alarms + wrong
    if every:
        assert skill.figure_of_merit == pytest.approx(hits / every)
        assert skill.any_change == pytest.approx((hits + wrong) / every)
    codes = accuracy.change_map(start, reference, simulated, np.ones(len(start), bool))
    assert [np.sum(codes == code) for code in (1, 2, 3, 4)] == [hits, misses, false_alarms, wrong]


@relaxed
@given(tables)
def test_difference_components_equal_the_sums_by_category(counts):
    """Pontius and Santacruz (2014) define the components category by category; halved they sum to ours."""
    table = counts.sum(axis=0)
    if not table.sum():
        return
    result = accuracy.agreement(table)
    shares = table / table.sum()
    gross = [(shares[j].sum() + shares[:, j].sum() - 2 * shares[j, j]) for j in range(len(table))]
    quantity = [abs(shares[j].sum() - shares[:, j].sum()) for j in range(len(table))]
    exchange = [
        2 * sum(min(shares[i, j], shares[j, i]) for i in range(len(table)) if i != j) for j in range(len(table))
    ]
    shift = [gross[j] - quantity[j] - exchange[j] for j in range(len(table))]
    assert result.quantity == pytest.approx(sum(quantity) / 2, abs=1e-12)
    assert result.exchange == pytest.approx(sum(exchange) / 2, abs=1e-12)
    assert result.shift == pytest.approx(sum(shift) / 2, abs=1e-12)
    assert result.quantity + result.allocation == pytest.approx(1 - result.overall_accuracy, abs=1e-12)
    if np.isfinite(result.kappa_location):
        assert result.kappa == pytest.approx(result.kappa_location * result.kappa_histogram, abs=1e-9)


@relaxed
@given(tables)
def test_kappa_equals_scikit_learn(counts):
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is a test-only reference")
    table = counts.sum(axis=0)
    result = accuracy.agreement(table)
    if not np.isfinite(result.kappa):
        return
    _, reference, simulated = cells_of(counts)
    assert result.kappa == pytest.approx(metrics.cohen_kappa_score(reference, simulated), abs=1e-9)
    assert result.overall_accuracy == pytest.approx(metrics.accuracy_score(reference, simulated))


def test_the_null_model_has_no_hits_and_the_accuracy_of_the_initial_map():
    counts = np.random.default_rng(5).integers(0, 50, (4, 4, 4))
    start, reference, _ = cells_of(counts)
    null = accuracy.null_counts(counts)
    np.testing.assert_array_equal(null, np.histogramdd((start, reference, start), bins=[range(5)] * 3)[0])
    skill = accuracy.change_skill(null)
    assert (skill.hits, skill.false_alarms, skill.wrong_hits, skill.figure_of_merit) == (0, 0, 0, 0.0)
    assert accuracy.agreement(null.sum(axis=0)).overall_accuracy == pytest.approx(np.mean(start == reference))


def test_maps_of_one_class_have_no_kappa_and_no_figure_of_merit():
    counts = np.zeros((2, 2, 2), int)
    counts[0, 0, 0] = 7
    result = accuracy.agreement(counts.sum(axis=0))
    assert result.overall_accuracy == 1
    assert np.isnan(result.kappa)
    assert np.isnan(accuracy.change_skill(counts).figure_of_merit)


def test_change_skill_of_a_counted_map():
    """By hand: 3 hits, 4 misses, 5 changes to a wrong class, 6 false alarms, 10 unchanged."""
    counts = np.zeros((3, 3, 3), np.int64)
    counts[0, 1, 1], counts[0, 1, 0], counts[0, 1, 2], counts[0, 0, 1], counts[0, 0, 0] = 3, 4, 5, 6, 10
    skill = accuracy.change_skill(counts)
    assert (skill.hits, skill.misses, skill.wrong_hits, skill.false_alarms, skill.persistence) == (3, 4, 5, 6, 10)
    assert skill.producers == pytest.approx(3 / 12)
    assert skill.users == pytest.approx(3 / 14)
    assert skill.figure_of_merit == pytest.approx(3 / 18)
    assert skill.any_change == pytest.approx(8 / 18)


def test_the_codes_of_the_map_of_changes():
    start, reference, simulated = np.array([[1, 1, 1, 1, 1, 1], [2, 2, 1, 2, 1, 2], [2, 1, 2, 3, 1, 2]])
    valid = np.array([True] * 5 + [False])
    found = accuracy.change_map(start, reference, simulated, valid)
    assert (found.tolist(), found.dtype) == ([1, 2, 3, 4, 5, 0], np.uint8)


def test_shares_of_zero_cells_are_unknown():
    assert np.isnan(accuracy._share(1.0, 1e-12))
    assert accuracy._share(1e-12, 2e-12) == 0.5
    assert np.isnan(accuracy.change_skill(np.zeros((2, 2, 2))).figure_of_merit)
