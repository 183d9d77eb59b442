"""The Markov chain: closed forms, SciPy's matrix functions, the published Cedar Creek figures."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.land_use_demand import markov

AREAS = np.array([[90.0, 5, 5], [0, 80, 20], [10, 0, 40]])
LABELS = ["forest", "crops", "urban"]


def test_rows_of_the_matrix_are_shares_of_the_class_before():
    found = markov.transition_probabilities(AREAS, LABELS)
    np.testing.assert_allclose(found, [[0.9, 0.05, 0.05], [0, 0.8, 0.2], [0.2, 0, 0.8]])


def test_two_state_chain_has_its_closed_form_at_any_span():
    """P^t of [[1-a, a], [b, 1-b]] is known: the deviation from the limit shrinks by (1-a-b)^t."""
    a, b = 0.1, 0.3
    matrix = np.array([[1 - a, a], [b, 1 - b]])
    for spans in (0.2, 0.5, 1, 2.75, 12):
        shrink = (1 - a - b) ** spans
        limit = np.array([b, a]) / (a + b)
        expected = limit + shrink * (np.eye(2) - limit)
        np.testing.assert_allclose(markov.matrix_power(matrix, spans), expected, atol=1e-12)


def test_the_fifth_power_of_the_fifth_root_is_the_matrix():
    matrix = np.array([[0.97, 0.02, 0.01], [0.01, 0.98, 0.01], [0.02, 0.02, 0.96]])
    yearly = markov.matrix_power(matrix, 0.2)
    np.testing.assert_allclose(np.linalg.matrix_power(yearly, 5), matrix, atol=1e-12)
    linalg = pytest.importorskip("scipy.linalg")
    np.testing.assert_allclose(yearly, linalg.fractional_matrix_power(matrix, 0.2), atol=1e-10)


@pytest.mark.parametrize(
    "matrix, reason",
    [
        ([[0.0, 1.0], [1.0, 0.0]], "negative eigenvalue"),
        ([[0.5, 0.5, 0], [0, 0.5, 0.5], [0, 0, 1]], "repeated eigenvalues"),
        ([[0.9, 0.1, 0], [0, 0.8, 0.2], [0.3, 0, 0.7]], "negative probability"),
    ],
)
def test_a_matrix_without_a_valid_root_is_refused(matrix, reason):
    with pytest.raises(CarbonBalanceError, match=reason) as refusal:
        markov.matrix_power(np.array(matrix), 0.2)
    assert "whole multiples" in str(refusal.value)
    assert ("ROOT = nearest" in str(refusal.value)) == (reason == "negative probability")
    markov.matrix_power(np.array(matrix), 3)


def test_the_nearest_root_is_a_matrix_of_probabilities():
    matrix = np.array([[0.9, 0.1, 0], [0, 0.8, 0.2], [0.3, 0, 0.7]])
    root = markov.matrix_power(matrix, 0.2, nearest=True)
    assert (root >= 0).all()
    np.testing.assert_allclose(root.sum(axis=1), 1)
    np.testing.assert_allclose(np.linalg.matrix_power(root, 5), matrix, atol=0.04)


def test_negative_probabilities_below_one_cell_are_accepted_with_a_warning():
    """By hand: R is upper triangular, diagonal sqrt(0.9), sqrt(0.9), 1; R02 = (0.0001 - R01 R12)/(sqrt(0.9) + 1)."""
    matrix = np.array([[0.9, 0.0999, 0.0001], [0, 0.9 - 1e-6, 0.1 + 1e-6], [0, 0, 1]])
    a, b = np.sqrt(0.9), np.sqrt(0.9 - 1e-6)
    negative = (0.0001 - 0.0999 / (a + b) * 0.100001 / (b + 1)) / (a + 1)
    assert negative < 0
    few = int(-0.9 / negative)
    log = Log()
    root = markov.matrix_power(matrix, 0.5, cells=np.array([few, 10**6, 10**6]), labels=LABELS, log=log)
    assert (root >= 0).all()
    np.testing.assert_allclose(root.sum(axis=1), 1)
    np.testing.assert_allclose(root[1], [0, b, 1 - b], atol=1e-9)
    assert f"down to {negative:.2g}, at most {-negative * few:.3g} cells of class forest" in log.warnings[0]
    with pytest.raises(CarbonBalanceError, match="means 1,000 cells of class forest; set ROOT = nearest") as refusal:
        markov.matrix_power(matrix, 0.5, cells=np.array([round(-1000 / negative), 1, 1]), labels=LABELS)
    assert f"({negative:.2g})" in str(refusal.value)


def test_a_class_at_one_date_only_is_refused_or_kept_on_request():
    areas = np.array([[5.0, 1, 2], [0, 4, 0], [0, 0, 0]])
    with pytest.raises(CarbonBalanceError, match="urban occur in only one of the two land covers"):
        markov.transition_probabilities(areas, LABELS)
    kept = markov.transition_probabilities(areas, LABELS, keep_unmatched=True)
    np.testing.assert_allclose(kept[2], [0, 0, 1])


def test_dates_without_common_cells_are_refused():
    with pytest.raises(CarbonBalanceError, match="no valid cell in common"):
        markov.transition_probabilities(np.zeros((2, 2)), LABELS[:2])


def test_scaled_transitions_reduce_the_unchanged_share():
    matrix = markov.transition_probabilities(AREAS, LABELS)
    halved = markov.scale_transitions(matrix, {(0, 2): 0.5, (1, 2): 2}, LABELS)
    np.testing.assert_allclose(halved, [[0.925, 0.05, 0.025], [0, 0.6, 0.4], [0.2, 0, 0.8]])


@pytest.mark.parametrize(
    "factors, sentence",
    [
        ({(0, 0): 2}, "forest to remain unchanged"),
        ({(0, 1): -1}, "forest to crops is -1"),
        ({(0, 1): float("nan")}, "forest to crops is nan"),
        ({(1, 2): 6}, "crops would lose 120.0%"),
    ],
)
def test_bad_factors_are_refused(factors, sentence):
    with pytest.raises(CarbonBalanceError, match=sentence):
        markov.scale_transitions(markov.transition_probabilities(AREAS, LABELS), factors, LABELS)


def test_steps_end_at_the_target():
    assert markov.step_years(2020, 2060, 10) == [2030, 2040, 2050, 2060]
    assert markov.step_years(2011, 2021, 4) == [2015, 2019, 2021]
    assert markov.step_years(2020, 2024, 10) == [2024]


def test_whole_cells_sum_to_the_region_by_largest_remainders():
    np.testing.assert_array_equal(markov.whole_cells(np.array([1, 1, 1]), 10), [4, 3, 3])
    np.testing.assert_array_equal(markov.whole_cells(np.array([0.5, 0.26, 0.24]), 10), [5, 3, 2])
    rng = np.random.default_rng(0)
    for _ in range(50):
        shares = rng.random(6) * (rng.random(6) < 0.8) + 1e-9
        cells = int(rng.integers(0, 10**9))
        assert markov.whole_cells(shares, cells).sum() == cells
