"""Distances to classes and shares of classes against loops over cells, for any blocks."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options import scenarios as options
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.scenarios.suitability import class_drivers as drivers


@pytest.fixture
def cover(tmp_path):
    rng = np.random.default_rng(3)
    values = np.kron(rng.choice([1, 2, 5], (8, 10)), np.ones((5, 5))).astype(np.uint8)
    values[rng.random(values.shape) < 0.1] = 0
    return values, LandCover(RasterSource(made.write(tmp_path / "cover.tif", values, 0)))


BLOCKS = [Block(0, 0, 50, 40), Block(7, 3, 20, 11), Block(49, 39, 1, 1)]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("code", [1, 2, 5])
def test_distance_is_to_the_nearest_cell_of_the_class(cover, block, code):
    values, source = cover
    found = drivers.DistanceDriver(source, code).read_float(block)
    rows, columns = np.nonzero(values == code)
    for row in range(block.height):
        for column in range(block.width):
            away = np.hypot(rows - row - block.row, columns - column - block.column).min()
            assert np.expm1(found[row, column]) == pytest.approx(away, abs=1e-3)


def test_distances_are_capped_and_an_absent_class_has_the_maximum(tmp_path):
    values = np.ones((3, 200), np.uint8)
    values[1, 0] = 2
    source = LandCover(RasterSource(made.write(tmp_path / "far.tif", values, 0)))
    found = np.expm1(drivers.DistanceDriver(source, 2).read_float(Block(0, 0, 200, 3)))
    np.testing.assert_allclose(found[1, [0, 1, 40, 64, 65, 199]], [0, 1, 40, 64, 64, 64], rtol=1e-6)
    np.testing.assert_allclose(np.expm1(drivers.DistanceDriver(source, 9).read_float(Block(0, 0, 5, 3))), 64, rtol=1e-6)
    # A block that does not hold the class sees it beyond its edge.
    beyond = np.expm1(drivers.DistanceDriver(source, 2).read_float(Block(30, 0, 5, 3)))
    np.testing.assert_allclose(beyond[1], [30, 31, 32, 33, 34], rtol=1e-6)


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("window", [3, 9])
def test_share_counts_the_cells_with_data(cover, block, window):
    values, source = cover
    found = drivers.ShareDriver(source, 2, window).read_float(block)
    radius = window // 2
    for row in range(block.height):
        for column in range(block.width):
            y, x = row + block.row, column + block.column
            around = values[max(y - radius, 0) : y + radius + 1, max(x - radius, 0) : x + radius + 1]
            with_data = (around > 0).sum()
            wanted = (around == 2).sum() / with_data if with_data else np.nan
            np.testing.assert_allclose(found[row, column], wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (options.NO_CLASS_DRIVERS, []),
        (options.CLASS_DISTANCES, ["distance to class 1", "distance to class 5"]),
        (options.CLASS_SHARES, ["share of class 1 in 9 x 9", "share of class 5 in 9 x 9"]),
    ],
)
def test_names_and_kinds(cover, kind, names):
    assert list(drivers.class_drivers(cover[1], [1, 5], kind)) == names
    both = list(drivers.class_drivers(cover[1], [1, 5], options.DISTANCES_AND_SHARES))
    assert set(names) <= set(both)
    assert len(both) == 4
