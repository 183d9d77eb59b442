"""Pieces of a map in which changes are applied."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.scenarios.landscape import neighbourhood
from carbon_balance.core.scenarios.landscape.neighbourhood import Moves, count_rows

STRIDE, HEIGHT, K = 14, 20, 3


def moves_of(rng: np.random.Generator, many: int, radius: int = 1) -> tuple[np.ndarray, Moves]:
    """A map with margin and random changes of its inner cells."""
    now = np.full((HEIGHT, STRIDE), 255, np.uint8)
    inside = np.s_[radius:-radius, radius:-radius]
    now[inside] = rng.integers(0, K, now[inside].shape)
    inner = np.flatnonzero((now < K).ravel())
    cells = np.sort(rng.choice(inner, many, replace=False))
    span = range(-radius, radius + 1)
    offsets = [row * STRIDE + column for row in span for column in span if row or column]
    before = now.reshape(-1)[cells].astype(np.intp)
    return now, Moves(cells, before, rng.integers(0, K, many), offsets)


def counted(now: np.ndarray, radius: int) -> np.ndarray:
    counts = np.zeros((*now.shape, K), np.uint8)
    count_rows(now, counts, radius, radius, HEIGHT - radius)
    return counts


def test_neighbours_are_counted_without_the_cell_itself():
    now = np.full((4, 5), 255, np.uint8)
    now[1:3, 1:4] = [[0, 1, 1], [0, 0, 2]]
    counts = np.zeros((4, 5, 3), np.uint8)
    count_rows(now, counts, 1, 1, 2)
    assert counts[1, 1:4].tolist() == [[2, 1, 0], [3, 1, 1], [1, 1, 1]]
    assert not counts[2:].any()


@pytest.mark.parametrize("radius", [1, 3])
@pytest.mark.parametrize("many", [1, 5, 80])
@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_moved_counts_equal_counts_of_the_changed_map(radius, many, pieces):
    now, moves = moves_of(np.random.default_rng(many), many, radius)
    counts = counted(now, radius)
    for piece in moves.cuts(min(pieces, many), now.size):
        moves.move_counts(counts.reshape(-1, K), piece)
    now.reshape(-1)[moves.cells] = moves.after
    inside = np.s_[radius:-radius, radius:-radius]
    np.testing.assert_array_equal(counts[inside], counted(now, radius)[inside])


@pytest.mark.parametrize("share", [1, 10**6])
@pytest.mark.parametrize("pieces", [1, 4])
def test_touched_cells_are_the_changes_and_their_neighbours(monkeypatch, share, pieces):
    """Found by sorting, or by marking, which depends on the number of changes only."""
    monkeypatch.setattr(neighbourhood, "_SORTED_SHARE", share)
    _, moves = moves_of(np.random.default_rng(3), 9)
    found = [moves.touched(piece) for piece in moves.cuts(pieces, STRIDE * HEIGHT)]
    expected = np.unique(np.concatenate([moves.cells + offset for offset in (0, *moves.offsets)]))
    np.testing.assert_array_equal(np.concatenate(found), expected)


def test_pieces_concern_equally_many_changes():
    _, moves = moves_of(np.random.default_rng(4), 60)
    pieces = moves.cuts(3, STRIDE * HEIGHT)
    assert (pieces[0].start, pieces[-1].stop) == (0, STRIDE * HEIGHT)
    assert [one.stop for one in pieces[:-1]] == [other.start for other in pieces[1:]]
    within = [((moves.cells >= piece.start) & (moves.cells < piece.stop)).sum() for piece in pieces]
    assert within == [20, 20, 20]
