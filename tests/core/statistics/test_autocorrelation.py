"""Moran's I and LISA: equal to esda; neighbours equal to libpysal."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.raster.sampling import centroids
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics import autocorrelation
from carbon_balance.core.statistics.autocorrelation import ISLAND, lisa, lisa_of_several, moran, moran_of_several
from carbon_balance.core.statistics.locations import Places
from carbon_balance.core.statistics.spatial_weights import Weights, contiguous, nearest_neighbours
from carbon_balance.core.tables.levels import HIGH_HIGH, HIGH_LOW, LOW_HIGH, LOW_LOW
from osgeo import ogr

SAMPLE = Path(__file__).parents[3] / "resources" / "sample" / "central_yunnan.geojson"
QUADRANTS = {1: HIGH_HIGH, 2: LOW_HIGH, 3: LOW_LOW, 4: HIGH_LOW}


@pytest.fixture(scope="module")
def counties():
    """The 49 counties of Central Yunnan: outlines, supply, demand."""
    features = json.loads(SAMPLE.read_text(encoding="utf-8"))["features"]
    outlines = [bytes(ogr.CreateGeometryFromJson(json.dumps(each["geometry"])).ExportToWkb()) for each in features]
    supply = np.array([each["properties"]["published_supply_1e6t"] for each in features], float)
    demand = np.array([float(each["properties"]["population_2020"]) for each in features])
    return outlines, supply, demand


def to_lists(weights):
    return [weights.neighbours[weights.starts[at] : weights.starts[at + 1]].tolist() for at in range(len(weights))]


def to_libpysal(weights):
    libpysal = pytest.importorskip("libpysal.weights")
    return libpysal.W(dict(enumerate(to_lists(weights))), silence_warnings=True)


@pytest.fixture(scope="module")
def touching(counties):
    return contiguous(counties[0]).weights


def test_contiguity_equals_libpysals_queen(counties, touching):
    libpysal, shapely = pytest.importorskip("libpysal.weights"), pytest.importorskip("shapely")
    queen = libpysal.Queen.from_iterable([shapely.from_wkb(wkb) for wkb in counties[0]])
    assert to_lists(touching) == [sorted(queen.neighbors[at]) for at in range(49)]


def test_nearest_equal_libpysals(counties):
    libpysal = pytest.importorskip("libpysal.weights")
    points = centroids(counties[0])
    peer = libpysal.KNN.from_array(points, k=5)
    assert to_lists(nearest_neighbours(Places.plane(points), 5)) == [sorted(peer.neighbors[at]) for at in range(49)]


@pytest.mark.parametrize("kind", ["contiguity", "nearest", "with an island"])
def test_global_and_local_equal_esda(counties, touching, kind):
    esda = pytest.importorskip("esda")
    outlines, supply, demand = counties
    weights = touching
    if kind == "nearest":
        weights = nearest_neighbours(Places.plane(centroids(outlines)), 4)
    if kind == "with an island":
        weights = Weights.of_lists([[at for at in each if at and row] for row, each in enumerate(to_lists(touching))])
    peer = to_libpysal(weights)
    linked = weights.counts() > 0
    assert moran(demand, weights, permutations=9).i == pytest.approx(esda.Moran(demand, peer).I, rel=1e-10)
    theirs = esda.Moran_BV(supply, demand, peer, permutations=9)
    assert moran(supply, weights, demand, permutations=9).i == pytest.approx(theirs.I, rel=1e-10)
    theirs = esda.Moran_Local(demand, peer, permutations=9)
    found = lisa(demand, weights, permutations=9)
    assert found.i[linked] == pytest.approx(theirs.Is[linked], rel=1e-9, abs=1e-12)
    assert [found.quadrant[at] for at in np.flatnonzero(linked)] == [QUADRANTS[q] for q in theirs.q[linked]]
    theirs = esda.Moran_Local_BV(supply, demand, peer, permutations=9)
    found = lisa(supply, weights, demand, permutations=9)
    assert found.i[linked] == pytest.approx(theirs.Is[linked], rel=1e-9, abs=1e-12)
    assert [found.quadrant[at] for at in np.flatnonzero(linked)] == [QUADRANTS[q] for q in theirs.q[linked]]


def test_p_values_equal_those_of_esda_within_sampling_error(counties, touching):
    esda = pytest.importorskip("esda")
    _, supply, demand = counties
    peer = to_libpysal(touching)
    np.random.seed(1)  # noqa: NPY002 - esda draws from it
    theirs = esda.Moran(supply, peer, permutations=2999)
    found = moran(supply, touching, permutations=2999)
    assert found.p == pytest.approx(theirs.p_sim, abs=0.01)
    assert found.z == pytest.approx(theirs.z_sim, rel=0.1)
    assert found.expected == theirs.EI
    local = lisa(demand, touching, permutations=2999)
    theirs = esda.Moran_Local(demand, peer, permutations=2999, seed=1)
    # Two draws of 2999 differ by less than five of their standard errors.
    assert local.p == pytest.approx(theirs.p_sim, abs=5 * np.sqrt(2 * 0.25 / 2999))


def test_draws_by_rejection_follow_the_same_distribution():
    """Few neighbours of many units are drawn by rejection: Monte Carlo p against that of the normal distribution."""
    generator = np.random.default_rng(3)
    values = generator.normal(size=400)
    ring = Weights.of_lists([[(at - 1) % 400, (at + 1) % 400] for at in range(400)])
    found = lisa(values, ring, permutations=999)
    z = (values - values.mean()) / values.std()
    special = pytest.importorskip("scipy.special")
    expected = special.ndtr(-np.abs(ring.lag(z)) * np.sqrt(2))
    assert found.p == pytest.approx(expected, abs=0.12)
    assert np.abs(found.p - expected).mean() < 0.02


def test_permutations_follow_the_seed(counties, touching):
    _, supply, demand = counties
    first, again, other = (lisa(demand, touching, permutations=99, seed=seed).p for seed in (4, 4, 5))
    assert (first == again).all() and (first != other).any()
    assert moran(supply, touching, seed=4, permutations=99) == moran(supply, touching, seed=4, permutations=99)


def test_checkerboard_and_halves():
    """Rows of a chessboard: perfect alternation on a ring gives I = -1."""
    ring = Weights.of_lists([[(at - 1) % 20, (at + 1) % 20] for at in range(20)])
    assert moran(np.arange(20) % 2.0, ring, permutations=99).i == pytest.approx(-1)
    halves = lisa((np.arange(20) < 10) * 1.0, ring, permutations=99)
    assert halves.quadrant[5] == HIGH_HIGH and halves.quadrant[15] == LOW_LOW


def test_units_without_neighbours_are_labelled_as_islands(touching):
    weights = Weights.of_lists([[1], [0], [3], [2], []])
    found = lisa(np.array([5.0, 6, 1, 2, 9]), weights, permutations=9)
    assert found.label[4] == ISLAND and np.isnan(found.i[4]) and np.isnan(found.p[4])
    assert weights.islands().tolist() == [4]


def square(west, south, size=1.0):
    ring = [(west, south), (west + size, south), (west + size, south + size), (west, south + size), (west, south)]
    text = ", ".join(f"{x} {y}" for x, y in ring)
    return bytes(ogr.CreateGeometryFromWkt(f"POLYGON (({text}))").ExportToWkb())


def test_zones_that_share_a_corner_are_contiguous_and_zones_apart_are_not():
    found = contiguous([square(0, 0), square(1, 0), square(1, 1), square(2.001, 0), None], 0).weights
    assert to_lists(found) == [[1, 2], [0, 2], [0, 1], [], []]


def test_borders_with_different_vertices_are_contiguous():
    """A large zone beside two small ones: only the ends of the border are vertices of both."""
    assert to_lists(contiguous([square(0, 0, 3), square(3, 1)]).weights) == [[1], [0]]


def grid_of(gap, side=100.0, across=5):
    """Squares of a chessboard, each made smaller by ``gap`` / 2 on every side."""
    places = [(column, row) for row in range(across) for column in range(across)]
    return [square(x * side + gap / 2, y * side + gap / 2, side - gap) for x, y in places]


@pytest.mark.parametrize("gap", [0.01, 0.5, 1.0, 1.9])
def test_small_gaps_between_outlines_are_bridged(gap):
    whole = contiguous(grid_of(0), 0)
    assert contiguous(grid_of(gap), 0).weights.islands().tolist() == list(range(25))
    found = contiguous(grid_of(gap), 1.5 * gap)
    assert to_lists(found.weights) == to_lists(whole.weights)
    assert found.bridged == 72, "40 pairs along an edge and 32 at a corner"
    values = np.arange(25.0) % 5
    assert moran(values, found.weights).i == moran(values, whole.weights).i
    if gap < 1.4:  # corners lie the diagonal of the gap apart
        assert to_lists(contiguous(grid_of(gap)).weights) == to_lists(whole.weights)


def test_slivers_that_overlap_are_contiguous():
    assert to_lists(contiguous(grid_of(-0.3), 0).weights) == to_lists(contiguous(grid_of(0), 0).weights)


def test_the_default_tolerance_is_two_percent_of_a_median_zone():
    assert contiguous([square(0, 0), square(1.019, 0), square(2.040, 0)]).tolerance == pytest.approx(0.02)
    found = contiguous([square(0, 0), square(1.019, 0), square(2.040, 0)])
    assert to_lists(found.weights) == [[1], [0], []]
    assert found.bridged == 1
    assert contiguous(grid_of(0)).bridged == 0


def test_a_corner_near_the_middle_of_a_long_edge_is_within_the_tolerance():
    diamond = bytes(ogr.CreateGeometryFromWkt("POLYGON ((5 -3, 6 -2, 5 -0.01, 4 -2, 5 -3))").ExportToWkb())
    assert to_lists(contiguous([square(0, 0, 10), diamond], 0.02).weights) == [[1], [0]]
    assert to_lists(contiguous([square(0, 0, 10), diamond], 0.005).weights) == [[], []]


def test_refusals():
    point = bytes(ogr.CreateGeometryFromWkt("POINT (1 2)").ExportToWkb())
    with pytest.raises(CarbonBalanceError, match="choose nearest neighbours instead"):
        contiguous([point, point])
    with pytest.raises(CarbonBalanceError, match="5 nearest neighbours were requested, but there are 4 other"):
        nearest_neighbours(Places.plane(np.arange(10.0).reshape(5, 2)), 5)


def test_pseudo_p_is_one_plus_extremes_over_one_plus_permutations():
    """(1 + r) / (1 + n): 1 if all permutations equal the observed value, 1 / (1 + n) if none reaches it."""
    pair = Weights.of_lists([[1], [0]])
    assert moran(np.array([0.0, 1]), pair, permutations=99).p == 1
    assert lisa(np.array([0.0, 1]), pair, permutations=99).p.tolist() == [1, 1]
    row = Weights.of_lists([[at for at in (unit - 1, unit + 1) if 0 <= at < 60] for unit in range(60)])
    assert moran(np.arange(60.0), row, permutations=99).p == 1 / 100
    assert moran(np.arange(60.0), row, permutations=19).p == 1 / 20


def test_the_p_of_a_lowest_neighbour_is_its_probability():
    """One of three neighbours is drawn, and the observed one is the lowest: p = 1 / 3 in either tail."""
    row = Weights.of_lists([[1], [0, 2], [1, 3], [2]])
    own, other = np.array([4.0, 3, 2, 1]), np.array([1.0, 2, 3, 4])
    error = 5 * (2 / 9 / 9999) ** 0.5
    assert lisa(own, row, other, permutations=9999).p == pytest.approx([1 / 3] * 4, abs=error)
    assert lisa(-own, row, other, permutations=9999).p == pytest.approx([1 / 3] * 4, abs=error)


def p_by_definition(own, weights, other, permutations, seed, at_once):
    """p of each unit, NaN for an island; units with equally many neighbours share a generator of (seed, first unit)."""
    own, other = ((each - each.mean()) / each.std() for each in (own, other))
    found, neighbours = np.full(len(own), np.nan), to_lists(weights)
    for k in range(1, 1 + max(map(len, neighbours))):
        units = [unit for unit, near in enumerate(neighbours) if len(near) == k]
        step = max(1, at_once // (permutations * k))
        for batch in (units[begin : begin + step] for begin in range(0, len(units), step)):
            drawn = drawn_together(np.random.default_rng((seed, batch[0])), len(own) - 1, len(batch), permutations, k)
            for unit, picked in zip(batch, drawn):
                simulated = np.delete(other, unit)[picked].mean(axis=1) * own[unit]
                observed = own[unit] * other[neighbours[unit]].mean()
                higher, lower = np.sum(simulated >= observed - 1e-9), np.sum(simulated <= observed + 1e-9)
                found[unit] = (1 + min(higher, lower)) / (1 + permutations)
    return found


def drawn_together(generator, count, units, permutations, k):
    """Numbers below ``count`` (units, permutations, k), rows with a number twice drawn again until there are none."""
    drawn = generator.integers(count, size=(units * permutations, k))
    while True:
        again = np.array([len(set(row)) < k for row in drawn.tolist()])
        if not again.any():
            return drawn.reshape(units, permutations, k)
        drawn[again] = generator.integers(count, size=(int(again.sum()), k))


@pytest.mark.parametrize("at_once", [1, 400, 1 << 17])
@pytest.mark.parametrize("seed", [0, 7, 2**32 + 1, 2**70])
def test_draws_depend_on_the_seed_and_the_neighbours_alone(at_once, seed, monkeypatch):
    """With 0 to 13 neighbours of 700 units, in small and large batches, alone and with other variables."""
    monkeypatch.setattr(autocorrelation, "_DRAWN_AT_ONCE", at_once)
    generator = np.random.default_rng(1)
    near = [sorted(generator.choice(np.delete(np.arange(700), unit), unit % 14, False)) for unit in range(700)]
    weights = Weights.of_lists(near)
    own, other = generator.normal(size=(2, 700))
    both = lisa_of_several([(own, None), (own, other)], weights, 19, seed)
    np.testing.assert_array_equal(both[0].p, p_by_definition(own, weights, own, 19, seed, at_once))
    np.testing.assert_array_equal(both[1].p, p_by_definition(own, weights, other, 19, seed, at_once))
    alone = lisa(own, weights, other, 19, seed)
    assert alone.label == both[1].label and alone.quadrant == both[1].quadrant
    np.testing.assert_array_equal(alone.p, both[1].p)


def test_global_statistics_of_several_variables_are_those_of_each(counties, touching):
    _, supply, demand = counties
    together = moran_of_several([(demand, None), (supply, demand), (supply, None)], touching, 19, 3)
    assert together[0] == moran(demand, touching, None, 19, 3)
    assert together[1] == moran(supply, touching, demand, 19, 3)
    assert together[2] == moran(supply, touching, None, 19, 3)
    own, other = ((each - each.mean()) / each.std() for each in (supply, demand))
    assert together[1].i == pytest.approx(np.mean(own * touching.lag(other)))
