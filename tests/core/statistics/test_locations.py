"""Distances on the plane and on the sphere, and compact blocks of points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.locations import Places, near_blocks

RADIUS = 6_371_000.0
QUARTER = math.pi / 2 * RADIUS
# Greenwich on the equator, a quarter east, the pole, and the antipode of the first.
SPHERE = Places.sphere(np.array([[0.0, 0], [90, 0], [0, 90], [180, 0]]))


def test_distances_on_the_sphere_are_arcs():
    apart = SPHERE.points[:, None] - SPHERE.points[None]
    found = np.sqrt(SPHERE.squared_from_chord((apart**2).sum(axis=2)))
    assert found[0] == pytest.approx([0, QUARTER, QUARTER, 2 * QUARTER])
    assert found[1] == pytest.approx([QUARTER, 0, QUARTER, QUARTER])


@pytest.mark.parametrize("metres", [0.0, 1000.0, QUARTER, 2 * QUARTER])
def test_chord_and_arc_are_converted_into_each_other(metres):
    chord = float(SPHERE.chord(metres))
    assert chord == pytest.approx(2 * RADIUS * math.sin(metres / 2 / RADIUS))
    assert math.sqrt(SPHERE.squared_from_chord(np.array([chord**2]))[0]) == pytest.approx(metres, abs=1e-6)


def test_chords_beyond_the_sphere_by_rounding_are_limited():
    beyond = np.array([-1e-9, (2 * RADIUS * (1 + 1e-9)) ** 2])
    assert np.sqrt(SPHERE.squared_from_chord(beyond)) == pytest.approx([0, 2 * QUARTER])
    assert SPHERE.chord(3 * QUARTER) == pytest.approx(2 * RADIUS)


def test_planar_points_are_centred_and_distances_unchanged():
    plane = Places.plane(np.array([[10.0, 20], [14, 26]]))
    assert plane.points.tolist() == [[-2, -3], [2, 3]]
    assert plane.chord(5).tolist() == 5
    assert plane.squared_from_chord(np.array([9.0])).tolist() == [9]
    assert plane.others(np.array([[12.0, 23]])).points.tolist() == [[0, 0]]
    assert Places(np.zeros((1, 2))).others(np.array([[12.0, 23]])).points.tolist() == [[12, 23]]
    assert SPHERE.others(np.array([[90.0, 0]])).points == pytest.approx(SPHERE.points[1:2])
    assert (len(plane), plane.is_sphere, SPHERE.is_sphere) == (2, False, True)


def test_the_extent_is_the_diagonal_and_at_most_half_the_globe():
    assert Places.plane(np.array([[0.0, 0], [3, 4]])).extent() == 5
    assert SPHERE.extent() == pytest.approx(min(math.sqrt(4 + 1 + 1), math.pi) * RADIUS)
    whole = Places.sphere(np.array([[0.0, 0], [180, 0], [90, 0], [-90, 0], [0, 90], [0, -90]]))
    assert whole.extent() == pytest.approx(math.pi * RADIUS)


@pytest.mark.parametrize("place", [[361.0, 0], [0, 91.0], [-361.0, 0], [0, -91.0]])
def test_invalid_longitudes_and_latitudes_are_refused(place):
    with pytest.raises(CarbonBalanceError, match="not valid longitudes and latitudes"):
        Places.sphere(np.array([place, [360.0, 90]]))
    assert len(Places.sphere(np.array([[360.0, 90], [-360, -90]]))) == 2


def test_observations_at_one_place_are_counted():
    assert Places.plane(np.array([[0.0, 0], [1, 1], [0, 0], [0, 0]])).most_at_one_place() == 3


@pytest.mark.parametrize("count", [1, 64, 65, 300])
def test_blocks_are_small_compact_and_complete(count):
    points = np.random.default_rng(count).random((count, 2)) * [100, 1]
    blocks = near_blocks(points)
    assert sorted(np.concatenate(blocks).tolist()) == list(range(count))
    assert max(map(len, blocks)) <= 64
    assert len(blocks) <= max(1, count // 32)
    # Divided along the long side alone, so that blocks do not overlap there.
    spans = sorted((points[block, 0].min(), points[block, 0].max()) for block in blocks)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:]))
