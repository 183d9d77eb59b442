"""Weights by blocks of near points equal those of all pairs for any distribution of points."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr import kernels
from carbon_balance.core.drivers.gwr.kernels import BEYOND_LAST, Kernel, Neighbourhoods
from carbon_balance.core.options.drivers import BISQUARE, GAUSSIAN
from carbon_balance.core.statistics.locations import EARTH_RADIUS_M, Places, near_blocks


def lying(how, n=150):
    """Points that make trouble: in clusters, on a line, on a lattice with ties, twice, far from zero."""
    generator = np.random.default_rng(11)
    if how == "clusters":
        return generator.normal(size=(n, 2)) * 10 + generator.integers(0, 4, (n, 1)) * 1e4
    if how == "line":
        return np.column_stack([generator.uniform(0, 1e5, n), np.full(n, 7.0)])
    if how == "lattice":
        return np.array([(x, y) for x in range(12) for y in range(13)], float)
    if how == "twice":
        return np.repeat(generator.uniform(0, 100, (n // 2, 2)), 2, axis=0)
    return generator.uniform(0, 1e5, (n, 2)) + 4e6


def all_pairs(places):
    """Distances of all pairs by the plain formula."""
    difference = places.points[:, None, :] - places.points[None, :, :]
    straight = np.sqrt((difference**2).sum(axis=2))
    return 2 * EARTH_RADIUS_M * np.arcsin(straight / 2 / EARTH_RADIUS_M) if places.is_sphere else straight


def expected(places, kernel, bandwidth):
    distances = all_pairs(places)
    width = np.full((len(places), 1), float(bandwidth))
    if kernel.adaptive:
        width = np.sort(distances, axis=1)[:, [int(bandwidth) - 1]] * BEYOND_LAST
    z = distances / width
    return np.exp(-0.5 * z**2) if kernel.shape == GAUSSIAN else np.where(z < 1, (1 - z**2) ** 2, 0)


def found(places, kernel, bandwidth):
    hoods = Neighbourhoods(places, kernel)
    weights = np.zeros((len(places), len(places)))
    unit = np.vstack([np.eye(len(places)), np.zeros((1, len(places)))])
    for block in hoods.blocks:
        weights[block] = hoods.weights(block, bandwidth).sums(unit)
    return weights


@pytest.mark.parametrize("how", ["clusters", "line", "lattice", "twice", "far"])
@pytest.mark.parametrize("shape", [BISQUARE, GAUSSIAN])
@pytest.mark.parametrize("order_bytes", [0, 10**9])
def test_weights_equal_those_of_all_pairs(monkeypatch, how, shape, order_bytes):
    """Also where the order of the observations around each block takes too much memory to be kept."""
    monkeypatch.setattr(kernels, "_MOST_ORDER_BYTES", order_bytes)
    places = Places.plane(lying(how))
    extent = places.extent()
    for neighbours in (5, 40, 140):
        kernel = Kernel(shape, True)
        assert found(places, kernel, neighbours) == pytest.approx(expected(places, kernel, neighbours), abs=1e-6)
    for distance in (extent / 30, extent / 3, extent * 3):
        kernel = Kernel(shape, False)
        assert found(places, kernel, distance) == pytest.approx(expected(places, kernel, distance), abs=1e-6)


@pytest.mark.parametrize("shape", [BISQUARE, GAUSSIAN])
def test_weights_over_the_globe(shape):
    generator = np.random.default_rng(3)
    places = Places.sphere(np.column_stack([generator.uniform(-180, 180, 200), generator.uniform(-89, 89, 200)]))
    for kernel, bandwidth in ((Kernel(shape, True), 30), (Kernel(shape, False), 3e6), (Kernel(shape, False), 4e7)):
        assert found(places, kernel, bandwidth) == pytest.approx(expected(places, kernel, bandwidth), abs=1e-6)


@pytest.mark.parametrize("adaptive", [True, False])
def test_weights_made_again_are_the_same_to_the_bit(monkeypatch, adaptive):
    """Whether they are cached or not, what was found for them before is, or the order around blocks is not kept."""
    places, kernel = Places.plane(lying("lattice")), Kernel(BISQUARE, adaptive)
    hoods = Neighbourhoods(places, kernel, keep_bytes=10**6)
    first = [hoods.weights(block, 9) for block in hoods.blocks]
    hoods.keep_only([5])
    assert all(hoods.weights(block, 5) is hoods.weights(block, 5) for block in hoods.blocks)
    again = [hoods.weights(block, 9) for block in hoods.blocks]
    monkeypatch.setattr(kernels, "_MOST_ORDER_BYTES", 0)
    plain = Neighbourhoods(places, kernel)
    for one, *others in zip(first, again, [plain.weights(block, 9) for block in plain.blocks]):
        for other in others:
            assert one is not other
            for name in ("columns", "weights", "bandwidths"):
                assert (getattr(one, name) == getattr(other, name)).all()


@pytest.mark.parametrize("shape", [BISQUARE, GAUSSIAN])
def test_kept_weights_leave_out_only_observations_without_weight(shape):
    places, kernel = Places.plane(np.random.default_rng(7).uniform(0, 1e5, (900, 2))), Kernel(shape)
    hoods, plain = (Neighbourhoods(places, kernel, keep_bytes=size) for size in (10**9, 0))
    hoods.keep_only([400])
    values = np.vstack([np.random.default_rng(8).normal(size=(900, 2)), np.zeros((1, 2))])
    smaller = 0
    for block in hoods.blocks:
        kept, made = hoods.weights(block, 400), plain.weights(block, 400)
        assert kept.sums(values) == pytest.approx(made.sums(values), rel=1e-12)
        assert (kept.dense(900) == made.dense(900)).all()
        assert kept.weights.flags["C_CONTIGUOUS"]
        smaller += kept.weights.nbytes < made.weights.nbytes
    # A Gaussian kernel gives weight to all within ten bandwidths.
    assert smaller > 0 if shape == BISQUARE else smaller == 0


def test_weights_that_are_used_most_are_kept_first():
    places = Places.plane(lying("clusters"))
    size = sum(bytes_of_weights(places, 20))
    hoods = Neighbourhoods(places, Kernel(), keep_bytes=size)
    hoods.keep_only([20, 30])
    for bandwidth, kept in ((20, True), (30, False)):
        same = [hoods.weights(block, bandwidth) is hoods.weights(block, bandwidth) for block in hoods.blocks]
        assert all(same) if kept else not any(same)


def bytes_of_weights(places, bandwidth):
    hoods = Neighbourhoods(places, Kernel())
    return [hoods.weights(block, bandwidth).without_zeros().weights.nbytes for block in hoods.blocks]


def test_neighbours_are_found_across_the_date_line():
    places = Places.sphere(np.array([[179.9, 0], [-179.9, 0], [170, 0], [0, 0]]))
    assert all_pairs(places)[0, 1] == pytest.approx(np.radians(0.2) * EARTH_RADIUS_M)
    assert found(places, Kernel(GAUSSIAN, False), 1e5)[0, 1] > 0.9


def test_blocks_are_compact_and_contain_each_point_once():
    for how in ("clusters", "line", "twice"):
        blocks = near_blocks(lying(how), 16)
        assert max(map(len, blocks)) <= 16
        assert sorted(np.concatenate(blocks).tolist()) == list(range(len(lying(how))))
