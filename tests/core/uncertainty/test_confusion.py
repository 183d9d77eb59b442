"""Confusion matrices from tables, and the areas estimated from them."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.table import Table
from carbon_balance.core.uncertainty.confusion import ConfusionMatrix, read_confusion

CODES, NAMES = np.array([5, 1, 2]), ["water", "arable", "forest"]
# In the order of its rows, 2 before 1; of 10 and of 4 samples.
MATRIX = ConfusionMatrix(np.array([2, 1]), np.array([[9.0, 1], [1, 3]]))


def read(*rows, fields=("class", "1", "2")):
    return read_confusion(Table("the matrix", list(fields), [list(row) for row in rows]), CODES, NAMES)


def test_accuracy_expected_shares_and_concentration_equal_the_manual_calculation():
    assert MATRIX.overall_accuracy == 12 / 14
    assert MATRIX.expected(CODES).tolist() == [[1, 0, 0], [0, 0.75, 0.25], [0, 0.1, 0.9]]
    assert MATRIX.looseness(CODES).tolist() == [0, 1 / 5, 1 / 11]


def test_densities_are_mixed_by_the_shares_of_actual_classes():
    draws = np.tile([7.0, 100.0, 200.0], (20_000, 1))
    mixed = MATRIX.densities(CODES, draws, 1)
    assert (mixed[:, 0] == 7).all()
    # The means are those of the shares; the variance of a share is p (1 - p) / (n + 1), times 100 t/ha squared.
    assert mixed[:, 1:].mean(axis=0) == pytest.approx([125, 190], abs=0.5)
    assert mixed[:, 1:].var(axis=0) == pytest.approx([1e4 * 0.1875 / 5, 1e4 * 0.09 / 11], rel=0.05)
    assert np.array_equal(mixed, MATRIX.densities(CODES, draws, 1))
    assert not np.array_equal(mixed, MATRIX.densities(CODES, draws, 2))


@pytest.mark.parametrize(
    "fields",
    [
        ("class", "1", "2"),
        ("lucode", "class_1", "ref_2"),
        ("map", "arable", "Forest"),
        ("any", "ref1", "2"),
    ],
)
def test_columns_are_identified_by_code_or_name(fields):
    found = read((2, 1, 9), (1, 3, 1), fields=fields)
    assert found.codes.tolist() == [2, 1]
    assert found.counts.tolist() == [[9, 1], [1, 3]]


def test_sums_are_left_out():
    found = read((2, 1, 9, 10, 0.9), (1, 3, 1, 4, 0.75), fields=("class", "1", "2", "total", "users_accuracy"))
    assert found.counts.tolist() == [[9, 1], [1, 3]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(2, 1, 9)], "is not square: it has rows for class 2 and columns for class 1, 2"),
        ([(2, 1, 9), (1, 3, 0.5)], "must contain sample counts"),
        ([(2, 1, 9), (1, 0, 0)], "class 1 has no samples"),
    ],
)
def test_tables_that_are_not_confusion_matrices_are_refused(rows, message):
    with pytest.raises(CarbonBalanceError, match=message):
        read(*rows)


def test_a_class_without_a_density_is_refused():
    with pytest.raises(CarbonBalanceError, match="has class 3, which is not in the pool table"):
        read((2, 1, 9), (3, 3, 1), fields=("class", "3", "2"))
