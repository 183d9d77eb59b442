"""Acceptance of changes in the order of their keys, by bins, against one sequence of all of them."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from carbon_balance.core.scenarios.automaton import acceptance, targets
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch):
    """Bins and groups so small that a few hundred changes fill many of them."""
    monkeypatch.setattr(acceptance, "_CHANGES_A_BIN", 4)
    monkeypatch.setattr(acceptance, "JOINED_AT_ONCE", 50)


def drawn_changes(rng: np.random.Generator, k: int, many: int, ties: bool) -> list[acceptance.Drawn]:
    """Changes in spans of different lengths, some of them empty."""
    before = rng.integers(0, k, many)
    after = (before + rng.integers(1, k, many)) % k
    keys = rng.integers(0, 8, many) / 8 if ties else rng.random(many)
    cells = np.sort(rng.choice(10 * many + 1, many, replace=False))
    edges = np.sort(np.r_[0, rng.integers(0, many + 1, 6), many])
    parts = [slice(first, last) for first, last in zip(edges, edges[1:])]
    return [
        acceptance.Drawn(
            cells[part],
            (before[part] * 256 + after[part]).astype(np.uint16),
            keys[part],
            np.bincount(before[part] * k + after[part], minlength=k * k).reshape(k, k),
            False,
        )
        for part in parts
    ]


def in_one_sequence(target, drawn: list[acceptance.Drawn]) -> tuple[np.ndarray, np.ndarray]:
    """The accepted cells, ascending, and their classes."""
    cells, moves, keys = (np.concatenate([part[column] for part in drawn]) for column in range(3))
    order = np.argsort(keys, kind="stable")
    taken = np.sort(order[target.accept(moves[order] >> 8, moves[order] & 255)])
    return cells[taken], moves[taken] & 255


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**9), st.booleans(), st.booleans())
def test_changes_are_accepted_as_in_one_sequence(seed, by_class, ties):
    rng = np.random.default_rng(seed)
    k, many = int(rng.integers(2, 9)), int(rng.integers(0, 700))
    if by_class:
        far = int(rng.choice([3, 40, 400]))
        target = targets.ClassTarget(rng.integers(-far, far + 1, k), np.zeros(k, int))
    else:
        quotas = rng.integers(0, int(rng.choice([3, 40, 400])), (k, k))
        target = targets.TransitionTarget(quotas, quotas, quotas.sum(axis=0), quotas.sum(axis=1))
    drawn = drawn_changes(rng, k, many, ties)
    other = copy.deepcopy(target)
    cells, classes = in_one_sequence(other, drawn)
    found, later = acceptance.accept_in_order(target, drawn)
    np.testing.assert_array_equal(np.concatenate(found), cells)
    np.testing.assert_array_equal(np.concatenate(later), classes)
    assert later[0].dtype == np.uint8
    np.testing.assert_array_equal(target.gaps, other.gaps)
    assert by_class or np.array_equal(target.quotas, other.quotas)
    assert drawn == []


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_the_number_of_threads_changes_nothing(monkeypatch, workers):
    monkeypatch.setenv("CARBONBALANCE_THREADS", str(workers))
    rng = np.random.default_rng(7)
    target = targets.ClassTarget(np.array([30, -12, -90, 72]), np.zeros(4, int))
    drawn = drawn_changes(rng, 4, 3000, ties=False)
    cells, classes = in_one_sequence(copy.deepcopy(target), drawn)
    found, later = acceptance.accept_in_order(target, drawn)
    np.testing.assert_array_equal(np.concatenate(found), cells)
    np.testing.assert_array_equal(np.concatenate(later), classes)


def test_few_changes_are_sorted(monkeypatch):
    single = []
    one_by_one = acceptance._accept_one_by_one

    def counting(target, groups, number):
        single.append(int(sum((group.bins == number).sum() for group in groups)))
        one_by_one(target, groups, number)

    monkeypatch.setattr(acceptance, "_accept_one_by_one", counting)
    target = targets.ClassTarget(np.array([40, -40, 9000, -9000]), np.zeros(4, int))
    acceptance.accept_in_order(target, drawn_changes(np.random.default_rng(1), 4, 20_000, ties=False))
    # Two classes reach their demand; the changes of the two others are far from theirs.
    assert 0 < sum(single) < 5_000


@pytest.mark.parametrize(
    ("classes", "changes", "bins"), [(2, 10**6, 256), (10, 10**6, 256), (100, 10**6, 4), (2, 3, 1)]
)
def test_counts_of_bins_are_bounded(classes, changes, bins):
    assert acceptance._bin_count(classes, changes) == bins
