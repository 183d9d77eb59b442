"""Neighbours by distance against all pairs, and the tree of nearest neighbours against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics import spatial_weights
from carbon_balance.core.statistics.locations import Places
from carbon_balance.core.statistics.spatial import distance_band
from carbon_balance.core.statistics.spatial.distance_band import _blocks, smallest_full_band, within_distance

GENERATOR = np.random.default_rng(1)


def places(kind, count=400):
    if kind == "sphere":
        return Places.sphere(GENERATOR.uniform(0, 40, (count, 2)))
    if kind == "one line":
        return Places.plane(np.column_stack([np.arange(count, dtype=float), np.zeros(count)]))
    return Places.plane(GENERATOR.uniform(0, 1000, (count, 2)))


@pytest.mark.parametrize("kind", ["plane", "sphere", "one line"])
def test_equal_to_all_pairs(kind):
    where = places(kind)
    band = smallest_full_band(where)
    found = within_distance(where, band)
    squared = np.square(where.points[:, None] - where.points[None]).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    near = squared <= float(where.chord(band)) ** 2 * (1 + 1e-10)
    assert found.counts().tolist() == near.sum(axis=1).tolist()
    assert found.neighbours.tolist() == np.nonzero(near)[1].tolist()
    # The smallest: one place has no neighbour within a little less.
    assert (
        found.counts().min() >= 1
        and within_distance(where, band * (1 - 1e-9)).counts().min() == 0
        or kind == "one line"
    )


def test_great_circle_distance():
    """One degree of the equator is 111.19 km on a sphere of 6371 km."""
    where = Places.sphere(np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]))
    assert within_distance(where, 111_200).counts().tolist() == [1, 2, 1]
    assert within_distance(where, 111_190).counts().tolist() == [0, 0, 0]
    assert smallest_full_band(where) == pytest.approx(111_194.9, abs=0.1)


def test_a_band_that_contains_all_points_is_refused(monkeypatch):
    monkeypatch.setattr(distance_band, "MOST_LINKS", 1000)
    with pytest.raises(CarbonBalanceError, match="give a smaller distance"):
        within_distance(places("plane", 60), 5000)


def test_coincident_points_are_neighbours():
    where = Places.plane(np.array([(0.0, 0.0), (0.0, 0.0), (9.0, 0.0)]))
    assert within_distance(where, 0).counts().tolist() == [1, 1, 0]


@pytest.mark.parametrize("kind", ["plane", "sphere", "grid", "same"])
def test_the_tree_finds_the_same_nearest_neighbours_as_brute_force(monkeypatch, kind):
    if kind == "grid":
        where = Places.plane(np.stack(np.meshgrid(np.arange(20.0), np.arange(20.0)), -1).reshape(-1, 2))
    elif kind == "same":
        where = Places.plane(np.repeat(GENERATOR.uniform(0, 9, (20, 2)), 20, axis=0))
    else:
        where = places(kind)
    slow = spatial_weights.nearest_neighbours(where, 6).neighbours
    monkeypatch.setattr(spatial_weights, "MANY_PLACES", 10)
    assert spatial_weights.nearest_neighbours(where, 6).neighbours.tolist() == slow.tolist()


def test_blocks_end_at_the_row_that_reaches_the_limit():
    """Running sums 3, 5, 6, 12, 13 contain 0, 1, 1, 2, 2 whole fives: a block ends where that number increases."""
    assert _blocks(np.array([3, 2, 1, 6, 1]), 5) == [(0, 1), (1, 3), (3, 5)]
    assert _blocks(np.array([1, 1]), 5) == [(0, 2)]
