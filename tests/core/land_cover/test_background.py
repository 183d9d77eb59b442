"""Background that is not declared as nodata: its location, and the messages about it."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.background import Edge, edge_of, likely_nodata, warn_of_background
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from rasters import write_raster


def land(folder, cells, nodata=None):
    return LandCover(RasterSource(write_raster(folder, cells, nodata), label="the map"))


def framed(code, size=20, width=3, kind=np.int32):
    """Classes 1 and 2 in halves, framed by ``code``."""
    cells = np.full((size, size), code, kind)
    inside = np.s_[width : size - width]
    cells[inside, inside] = 1
    cells[inside, size // 2 : size - width] = 2
    return cells


def test_the_edge_is_counted_cell_by_cell(tmp_path):
    cells = np.array([[0, 1, 1], [5, 2, 0], [0, 0, 3]], np.uint8)
    edge = edge_of(land(tmp_path, cells))
    # Two whole rows, and both ends of all three: 12 cells, the corners twice.
    assert edge.share == pytest.approx({0: 5 / 12, 1: 3 / 12, 5: 1 / 12, 3: 3 / 12}, abs=0.1)
    assert edge.corners == {0: 2, 1: 1, 3: 1}


@pytest.mark.parametrize("code", [0, 255, 128, -9999, 2147483647, -128, 65535])
def test_a_code_that_frames_the_map_is_possible_nodata(tmp_path, code):
    assert likely_nodata(land(tmp_path, framed(code)), [1, 2, code]) == {code: True}


def test_background_in_the_corners_of_a_rotated_map_is_found(tmp_path):
    row, column = np.indices((60, 60))
    cells = np.where(np.abs(row - 29.5) + np.abs(column - 29.5) < 34, 1 + (row > 30), 0).astype(np.uint8)
    assert likely_nodata(land(tmp_path, cells), [0, 1, 2]) == {0: True}


def test_water_in_the_interior_is_a_class(tmp_path):
    cells = np.full((20, 20), 3, np.uint8)
    cells[8:12, 8:12] = 0
    cells[0, 5] = 0
    assert likely_nodata(land(tmp_path, cells), [0, 3]) == {}


def test_a_code_outside_all_schemes_is_possible_nodata_anywhere(tmp_path):
    cells = np.full((20, 20), 3, np.int16)
    cells[8:12, 8:12] = -9999
    assert likely_nodata(land(tmp_path, cells), [3, -9999]) == {-9999: False}


def test_any_code_that_fills_the_edge_is_background_if_requested(tmp_path):
    cover = land(tmp_path, framed(77))
    assert likely_nodata(cover, [1, 2, 77]) == {}
    assert likely_nodata(cover, [1, 2, 77], any_code=True) == {77: True}


def told(cover, codes, cells, unchanged=None):
    log = Log()
    warn_of_background(cover, np.array(codes), np.array(cells), unchanged, log)
    return log.warnings


def test_the_warning_names_code_share_and_remedy(tmp_path):
    cover = land(tmp_path, framed(0))
    (said,) = told(cover, [0, 1, 2], [204, 98, 98])
    assert "the map: class 0 (51% of the cells, along the edge)" in said
    assert "set NODATA_CODES = 0." in said
    assert "never changes" in told(cover, [0, 1, 2], [204, 98, 98], np.array([True, False, False]))[0]


def test_a_code_that_changes_is_rare_or_fills_the_map_gives_no_warning(tmp_path):
    cover = land(tmp_path, framed(0))
    assert told(cover, [0, 1, 2], [204, 98, 98], np.array([False, True, True])) == []
    assert told(cover, [0, 1, 2], [1, 98, 98]) == []
    assert told(land(tmp_path, np.zeros((5, 5), np.uint8)), [0], [25]) == []


@pytest.mark.parametrize("code", [255, 128, 127, -1, -99])
def test_interior_codes_outside_all_schemes_are_reported_if_they_never_change(tmp_path, code):
    cells = np.full((20, 20), 3, np.int16)
    cells[8:12, 8:12] = code
    cover = land(tmp_path, cells)
    (said,) = told(cover, [3, code], [384, 16], np.array([True, True]))
    assert f"class {code} (4% of the cells) never changes" in said
    # A table of one date has a row for it: somebody's class.
    assert told(cover, [3, code], [384, 16]) == []
    assert told(cover, [3, code], [384, 16], np.array([False, False])) == []
    assert likely_nodata(cover, [3, code]) == {}


def test_water_0_inside_that_never_changes_is_a_class(tmp_path):
    cells = np.full((20, 20), 3, np.int16)
    cells[8:12, 8:12] = 0
    assert told(land(tmp_path, cells), [0, 3], [16, 384], np.array([True, True])) == []


def test_background_fills_at_least_a_quarter_of_the_edge_or_two_corners():
    assert not Edge({0: 0.2499}, {0: 1}).is_background(0)
    assert Edge({0: 0.25}, {}).is_background(0)
    assert Edge({0: 0.1}, {0: 2}).is_background(0)
    assert not Edge({}, {}).is_background(0)
    assert Edge({7: 0.6}, {7: 4}).is_frame(7)
    assert not Edge({7: 0.5999}, {7: 4}).is_frame(7)
    assert not Edge({7: 0.9}, {7: 3}).is_frame(7)


@pytest.mark.parametrize(("code", "warned"), [(15, True), (999, True), (99999, True), (4, False), (3, False)])
def test_a_code_far_from_the_others_that_fills_the_edge(tmp_path, code, warned):
    """Beside classes 1 and 2, code 4 may be a class; codes from 5 on exceed twice the largest class."""
    log = Log()
    warn_of_background(
        land(tmp_path, framed(code)), np.array([1, 2, code]), np.array([100.0, 90, 200]), np.ones(3, bool), log
    )
    assert [f"NODATA_CODES = {code}" in each for each in log.warnings] == [True] * warned
