"""Tiles of one grid: how far a tile may be off, in place and in the size of its cells."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.warping.tiles import mosaic, tiles_of
from carbon_balance.core.runtime.errors import CarbonBalanceError
from rasters import read_raster, write_raster


def joined(folder, origin=(500200.0, 2000000.0), cell=100.0, **other):
    """Two tiles of 2 x 2 cells of 100 m, the second east of the first."""
    first = write_raster(folder, np.full((2, 2), 1, np.uint8))
    second = write_raster(folder, np.full((2, 2), 2, np.uint8), origin=origin, cell=cell, **other)
    mosaic([first, second], str(folder / "all.vrt"))
    return read_raster(folder / "all.vrt").tolist()


@pytest.mark.parametrize("origin", [(500200, 2000000), (500200.99, 2000000), (500200, 1999999), (500200, 2000001)])
def test_a_shift_of_a_hundredth_of_a_cell_is_accepted(origin, tmp_path):
    assert joined(tmp_path, origin) == [[1, 1, 2, 2]] * 2


@pytest.mark.parametrize(
    "origin", [(500201.01, 2000000), (500200, 1999998.99), (500198.99, 2000000), (500250, 2000000)]
)
def test_a_shift_above_a_hundredth_of_a_cell_is_refused(origin, tmp_path):
    with pytest.raises(CarbonBalanceError, match="the second has cells that lie between those of the other tile"):
        joined(tmp_path, origin)


def test_tiles_of_another_cell_size_crs_or_nodata_value_are_refused(tmp_path):
    assert joined(tmp_path, cell=100.00009) == [[1, 1, 2, 2]] * 2
    for given, what in (
        ({"cell": 100.00011}, "cells of another size"),
        ({"cell": 99.99989}, "cells of another size"),
        ({"epsg": 32649}, "another CRS"),
        ({"nodata": 0}, "another nodata value"),
    ):
        with pytest.raises(CarbonBalanceError, match=f"the second has {what}"):
            joined(tmp_path, **given)


def test_gaps_are_nodata(tmp_path):
    """The second tile is moved by one more column and one row, so that one column lies between the tiles."""
    nan = np.nan
    expected = [[1, 1, nan, nan, nan], [1, 1, nan, 2, 2], [nan, nan, nan, 2, 2]]
    np.testing.assert_array_equal(joined(tmp_path, (500300, 1999900)), expected)


def test_tiles_of_a_folder_and_of_a_list(tmp_path):
    paths = sorted(write_raster(tmp_path / name, np.ones((1, 1), np.uint8)) for name in ("b.tif", "a.TIF"))
    assert tiles_of(str(tmp_path)) == paths
    assert tiles_of(f"{paths[0]}; {paths[1]};") == paths
    assert tiles_of(f"{paths[0]};") == []
    assert tiles_of(paths[0]) == []
    (tmp_path / "none").mkdir()
    with pytest.raises(CarbonBalanceError, match=r"^The folder .*none has no rasters \(\.tif, \.tiff, \.img, \.vrt\)"):
        tiles_of(str(tmp_path / "none"))
