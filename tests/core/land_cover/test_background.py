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


@pytest.mark.parametrize("code", [0, 255, 128, -9999, 2147483647, -128, 65535, -(2**31)])
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


def told(cover, codes, cells, kept=None):
    log = Log()
    warn_of_background(cover, np.array(codes), np.array(cells), kept, log)
    return log.warnings


def test_the_warning_names_code_share_and_remedy(tmp_path):
    cover = land(tmp_path, framed(0))
    (said,) = told(cover, [0, 1, 2], [204, 98, 98])
    assert "the map: class 0 (51% of the cells, along the edge)" in said
    assert "set NODATA_CODES = 0." in said
    assert "never changes" in told(cover, [0, 1, 2], [204, 98, 98], np.array([1, 0.9, 0.9]))[0]


def test_a_code_that_changes_is_rare_or_fills_the_map_gives_no_warning(tmp_path):
    cover = land(tmp_path, framed(0))
    assert told(cover, [0, 1, 2], [204, 98, 98], np.array([0.99, 1, 1])) == []
    assert told(cover, [0, 1, 2], [1, 98, 98]) == []
    assert told(land(tmp_path, np.zeros((5, 5), np.uint8)), [0], [25]) == []


@pytest.mark.parametrize("code", [255, 128, 127, -1, -99])
def test_interior_codes_outside_all_schemes_are_reported_if_they_never_change(tmp_path, code):
    cells = np.full((20, 20), 3, np.int16)
    cells[8:12, 8:12] = code
    cover = land(tmp_path, cells)
    (said,) = told(cover, [3, code], [384, 16], np.ones(2))
    assert f"class {code} (4% of the cells) never changes" in said
    # A table of one date has a row for it: somebody's class.
    assert told(cover, [3, code], [384, 16]) == []
    assert told(cover, [3, code], [384, 16], np.full(2, 0.9)) == []
    assert likely_nodata(cover, [3, code]) == {}


def test_water_0_inside_that_never_changes_is_a_class(tmp_path):
    cells = np.full((20, 20), 3, np.int16)
    cells[8:12, 8:12] = 0
    assert told(land(tmp_path, cells), [0, 3], [16, 384], np.ones(2)) == []


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
        land(tmp_path, framed(code)), np.array([1, 2, code]), np.array([100.0, 90, 200]), np.ones(3), log
    )
    assert [f"NODATA_CODES = {code}" in each for each in log.warnings] == [True] * warned


def half_framed(code, sides="top left", size=40, width=8, kind=np.int64):
    """Classes 1 to 4 in spots, two sides or one in ``code``."""
    cells = np.random.default_rng(4).integers(1, 5, (size, size)).astype(kind)
    if "top" in sides:
        cells[:width] = code
    if "left" in sides:
        cells[:, :width] = code
    return cells


def warned_of(folder, cells, kept=None):
    codes, counts = np.unique(cells, return_counts=True)
    shares = np.ones(len(codes)) if kept is None else np.where(codes == codes[-1], kept, 0.8)
    return told(land(folder, cells), codes, counts, shares)


@pytest.mark.parametrize("code", [15, 99, 255, 2**63 - 1])
@pytest.mark.parametrize("sides", ["top", "top left"])
def test_a_code_far_above_numbered_classes_along_one_side_or_two(tmp_path, code, sides):
    (said,) = warned_of(tmp_path, half_framed(code, sides))
    assert f"class {code} (" in said
    assert "along the edge) never changes" in said


def test_a_far_code_that_is_scattered_along_the_edge_is_a_class(tmp_path):
    cells = half_framed(15, "")
    cells[np.random.default_rng(5).random(cells.shape) < 0.5] = 15
    assert warned_of(tmp_path, cells) == []


def test_a_far_code_beside_codes_of_a_scheme_with_gaps_is_a_class(tmp_path):
    """Beside 10 to 40, 100 is moss and lichen in WorldCover; beside 1, 5 and 8, 17 is the sea in IGBP."""
    assert warned_of(tmp_path, half_framed(10) * 10) == []
    cells = half_framed(17)
    assert warned_of(tmp_path, np.choose(np.searchsorted([1, 2, 3, 4, 17], cells), [1, 5, 8, 8, 17])) == []


def test_a_background_that_differs_between_the_dates(tmp_path):
    (said,) = warned_of(tmp_path, half_framed(255), 0.6)
    assert "class 255 (36% of the cells, along the edge) may be undeclared nodata that does not cover the same" in said
    assert warned_of(tmp_path, half_framed(255), 0.4) == []
    assert len(warned_of(tmp_path, half_framed(15), 0.95)) == 1
    assert warned_of(tmp_path, half_framed(15), 0.8) == []


def test_runs_along_the_edge_are_measured_in_sides(tmp_path):
    cells = np.ones((4, 6), np.uint8)
    cells[0, 1:] = cells[:2, -1] = 7
    edge = edge_of(land(tmp_path, cells))
    assert edge.run == pytest.approx({7: 5 / 6 + 2 / 4, 1: 2 / 4 + 1 + 1 + 1 / 6}, abs=1e-9)
    assert edge_of(land(tmp_path, np.ones((3, 3), np.uint8))).run == {1: pytest.approx(4)}
    assert edge_of(land(tmp_path, np.ones((3, 3), np.uint8), nodata=1)).run == {}
