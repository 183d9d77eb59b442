"""Neighbours by number, by touching outlines, and what is made of them."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics import spatial_weights
from carbon_balance.core.statistics.locations import Places
from carbon_balance.core.statistics.spatial_weights import Weights, contiguous, nearest_neighbours
from shapes import polygon, wkb


def box(west, south, east, north):
    return wkb(polygon([(west, south), (east, south), (east, north), (west, north)]))


def lists(weights):
    return [weights.neighbours[a:b].tolist() for a, b in zip(weights.starts, weights.starts[1:])]


def test_the_lag_is_the_mean_of_the_neighbours():
    weights = Weights.of_lists([[2, 1], [0], [], [0, 1, 2]])
    assert lists(weights) == [[1, 2], [0], [], [0, 1, 2]]
    assert (len(weights), weights.counts().tolist(), weights.islands().tolist()) == (4, [2, 1, 0, 3], [2])
    assert weights.lag(np.array([1.0, 3, 5, 7])).tolist() == [4, 1, 0, 3]


def test_of_equally_near_points_the_first_is_chosen():
    places = Places.plane(np.array([[0.0, 0], [1, 0], [-1, 0], [5, 0]]))
    assert lists(nearest_neighbours(places, 1)) == [[1], [0], [0], [1]]
    assert lists(nearest_neighbours(places, 3)) == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
    for k in (0, 4):
        with pytest.raises(CarbonBalanceError, match=f"^{k} nearest neighbours were .* 3 other zones: give .* 1 to 3"):
            nearest_neighbours(places, k)


@pytest.mark.parametrize("k", [1, 4, 9])
def test_the_tree_gives_the_same_neighbours_as_all_distances(monkeypatch, k):
    pytest.importorskip("scipy")
    generator = np.random.default_rng(k)
    for points in (generator.random((90, 2)), generator.integers(0, 5, (90, 2)).astype(float)):
        places = Places.plane(points)
        plain = lists(nearest_neighbours(places, k))
        monkeypatch.setattr(spatial_weights, "MANY_PLACES", 89)
        assert lists(nearest_neighbours(places, k)) == plain
        monkeypatch.undo()


def test_the_tree_is_not_used_if_ties_may_exceed_its_search():
    assert spatial_weights._nearest_by_tree(np.zeros((40, 2)), 3) is None
    assert spatial_weights._nearest_by_tree(np.random.default_rng(1).random((40, 2)), 3) is not None
    assert spatial_weights._nearest_by_tree(np.zeros((5, 2)), 3) is not None


ZONES = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 10, 30, 20), box(30.1, 10, 40, 20), None, box(90, 90, 100, 100)]


def test_zones_touch_at_edges_and_corners():
    found = contiguous(ZONES, 0)
    assert lists(found.weights) == [[1], [0, 2], [1], [], [], []]
    assert (found.tolerance, found.bridged) == (0, 0)


def test_a_gap_within_the_tolerance_is_bridged_and_counted():
    found = contiguous(ZONES)
    assert lists(found.weights) == [[1], [0, 2], [1, 3], [2], [], []]
    assert found.tolerance == pytest.approx(0.2)
    assert found.bridged == 1
    assert contiguous(ZONES, 0.11).bridged == 1
    assert contiguous(ZONES, 0.09).bridged == 0


def test_contiguity_of_lines_is_refused():
    from osgeo import ogr

    line = bytes(ogr.CreateGeometryFromWkt("LINESTRING (0 0, 1 1)").ExportToWkb())
    with pytest.raises(CarbonBalanceError, match="^Contiguity needs polygons"):
        contiguous([ZONES[0], line])
