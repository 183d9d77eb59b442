"""Grids half a cell apart: the same cells are matched whichever is resampled, and the log reports it."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.align import brought_onto
from carbon_balance.core.land_cover.area_table import area_table
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.land_cover.transition_table import log_left_out, transition_table
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.warping.alignment import are_same_places, moved_onto, outline_in, part_of_a_cell
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.class_maps import aligned, cross
from osgeo import osr
from rasters import write_raster

CELLS = np.random.default_rng(5).integers(1, 5, (18, 15)).astype(np.uint8)
LATER = np.where(np.random.default_rng(6).random(CELLS.shape) < 0.1, 1, CELLS).astype(np.uint8)
SIZE = 30.0


def source(folder, name, cells, column=0.0, row=0.0, size=SIZE, nodata=0):
    folder.mkdir(exist_ok=True)
    place = (500000.0 + column * SIZE, size, 0.0, 3000000.0 - row * SIZE, 0.0, -size)
    return RasterSource(str(write_raster(folder / f"{name}.tif", cells, nodata, 32648, geotransform=place)), name)


def crossed(first, second):
    found = cross(aligned([LandCover(first), LandCover(second)]), Log())
    return found.cells


@pytest.mark.parametrize("shift", [(0.5, 0.5), (-0.5, 0.5), (0.5, -0.5), (-0.5, -0.5), (0.3, -0.2), (0.0, 0.5)])
def test_a_shift_below_half_a_cell_does_not_change_the_crossing(tmp_path, shift):
    first, later = source(tmp_path, "first", CELLS), source(tmp_path, "later", LATER, *shift)
    expected = crossed(first, source(tmp_path, "same", LATER))
    np.testing.assert_array_equal(crossed(first, later), expected)
    np.testing.assert_array_equal(crossed(later, first).T, expected)
    table = transition_table(LandCover(first), LandCover(later))
    np.testing.assert_allclose(table.matrix(table.total_ha), expected * 0.09)
    assert table.beyond_ha.sum() == 0


@pytest.mark.parametrize("columns", [1.5, -1.5, 2.5, 2.0, -3.0])
def test_large_shifts_give_the_same_crossing_whichever_raster_is_moved(tmp_path, columns):
    first, later = source(tmp_path, "first", CELLS), source(tmp_path, "later", LATER, columns)
    np.testing.assert_array_equal(crossed(first, later), crossed(later, first).T)


def test_the_shift_is_logged_and_half_a_cell_gives_a_warning(tmp_path):
    first, later, log = source(tmp_path, "first", CELLS), source(tmp_path, "later", LATER, 0.5, 0.25), Log()
    assert part_of_a_cell(later.grid, first.grid) == pytest.approx((0.5, 0.25))
    moved_onto(later, first.grid, first.name, log)
    assert "later was resampled to the grid of first by nearest neighbour" in log.notes[0]
    assert "later is shifted against first by part of a cell (0.5 across, 0.25 down)" in log.warnings[0]
    log = Log()
    assert moved_onto(first, first.grid, "itself", log) is first
    whole = source(tmp_path, "whole", LATER, 3, 2)
    moved_onto(whole, first.grid, first.name, log, "average")
    assert log.warnings == []
    assert "by average" in log.notes[0]
    assert log.notes[0].endswith("its corner is 3 cells across and 2 down from the other.")
    log = Log()
    moved_onto(source(tmp_path, "hardly", LATER, 0.01, -1), first.grid, first.name, log)
    assert log.warnings == [], "a hundredth of a cell misplaces nothing"
    assert "shifted by 0.01 cells across and 0 down; its corner is 0 cells across and -1 down" in log.notes[0]


def test_masks_and_values_without_nodata_are_aligned(tmp_path):
    first = source(tmp_path, "first", CELLS)
    plain = source(tmp_path, "plain", LATER, 0.5, 0.5, nodata=None)
    np.testing.assert_array_equal(plain.on_grid(first.grid).read(Block(0, 0, 15, 18)), LATER)


def test_another_cell_size_gives_the_same_change_in_every_tool(tmp_path):
    first, later = source(tmp_path, "first", CELLS), source(tmp_path, "later", LATER[::2, ::2], size=60.0)
    table = transition_table(LandCover(first), LandCover(later))
    np.testing.assert_allclose(table.matrix(table.total_ha), crossed(first, later) * 0.09)


def test_land_outside_the_earlier_raster_is_omitted_and_logged(tmp_path):
    """Thirty hectares: cells of 1 ha in 3 more rows of 9 columns, and 3 cells that the earlier raster lacks."""
    cells = np.ones((6, 9), np.uint8)
    cells[0, :3] = 0
    place = (500000.0, 100.0, 0.0, 3000000.0, 0.0, -100.0)
    first = LandCover(RasterSource(str(write_raster(tmp_path / "a.tif", cells, 0, 32648, geotransform=place)), "a"))
    more = np.full((9, 9), 2, np.uint8)
    more[8] = 7
    second = LandCover(RasterSource(str(write_raster(tmp_path / "b.tif", more, 0, 32648, geotransform=place)), "b"))
    table, log = transition_table(first, second), Log()
    assert table.second_only_ha.sum() == 3
    assert dict(zip(table.beyond_codes.tolist(), table.beyond_ha)) == {2: 18, 7: 9}
    log_left_out(table, log, first, second)
    assert "30.0000 ha (30 cells) have data in b but not in a" in log.warnings[0]
    everything = area_table(second)
    assert table.total_ha.sum() + 30 == everything.total_ha.sum()


@pytest.mark.parametrize(
    ("column", "row", "part"),
    [(0.25, 0.4, (0.25, 0.4)), (-1.3, 2.6, (0.3, 0.4)), (0.0009, 0, None), (0.0011, 0, (0.0011, 0)), (3, -2, None)],
)
def test_the_shift_is_measured_as_a_fraction_of_a_cell(tmp_path, column, row, part):
    """Less than a thousandth of a cell counts as no shift, and so do whole cells."""
    grids = [source(tmp_path, "a", CELLS).grid, source(tmp_path, "b", CELLS, column, row).grid]
    for one, other in (grids, grids[::-1]):
        found = part_of_a_cell(one, other)
        assert found == (part and pytest.approx(part, abs=1e-6))


def test_the_outline_of_a_grid_runs_along_its_edge():
    grid = Grid(4, 3, (100.0, 10.0, 0.0, 50.0, 0.0, -5.0), "")
    outline = outline_in(grid, grid)
    assert (outline.min(axis=0).tolist(), outline.max(axis=0).tolist()) == ([100, 35], [140, 50])
    assert outline[0].tolist() == outline[-1].tolist() == [100, 50]
    on_edge = np.isin(outline[:, 0], [100, 140]) | np.isin(outline[:, 1], [35, 50])
    assert on_edge.all()
    corners = {(100, 50), (140, 50), (140, 35), (100, 35)}
    assert corners <= set(map(tuple, outline.tolist()))


ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +x_0=0 +y_0=0 +units=m"


def in_albers(folder, name, figure, cells=CELLS, shift=0.0):
    reference = osr.SpatialReference()
    reference.ImportFromProj4(f"{ALBERS} {figure}")
    place = (500000.0 + shift, SIZE, 0.0, 3000000.0, 0.0, -SIZE)
    path = write_raster(folder / f"{name}.tif", cells, 0, reference.ExportToWkt(), geotransform=place)
    return RasterSource(str(path), name)


@pytest.mark.parametrize("figure", ["+ellps=WGS84", "+ellps=GRS80", "+datum=WGS84"])
def test_two_names_of_one_crs_change_nothing_and_give_no_warning(tmp_path, figure):
    first, later = in_albers(tmp_path, "first", "+datum=WGS84"), in_albers(tmp_path, "later", figure, LATER)
    log = Log()
    moved = brought_onto(LandCover(later), LandCover(first), log)
    assert not log.warnings
    np.testing.assert_array_equal(moved.source.read(Block(0, 0, *CELLS.shape[::-1])), LATER)
    # A part of the grid that begins at another cell, and one half a cell off.
    part = in_albers(tmp_path, "part", figure, LATER[:, 4:], shift=4 * SIZE)
    assert are_same_places(part.grid, first.grid)
    apart = in_albers(tmp_path, "apart", figure, LATER, shift=SIZE / 2)
    assert not are_same_places(apart.grid, first.grid)
    coarse = Grid(9, 9, (500000.0, 2 * SIZE, 0.0, 3000000.0, 0.0, -2 * SIZE), later.grid.crs_wkt)
    assert not are_same_places(coarse, first.grid)


def test_another_crs_gives_a_warning(tmp_path):
    first, log = in_albers(tmp_path, "first", "+datum=WGS84"), Log()
    reference = osr.SpatialReference()
    reference.ImportFromProj4(f"{ALBERS} +datum=WGS84".replace("lon_0=105", "lon_0=105.01"))
    place = (500000.0 - 996, SIZE, 0.0, 3000000.0, 0.0, -SIZE)
    path = write_raster(tmp_path / "l.tif", LATER, 0, reference.ExportToWkt(), geotransform=place)
    brought_onto(LandCover(RasterSource(str(path), "later")), LandCover(first), log)
    assert any("later is in another CRS than first and was warped" in each for each in log.warnings)
