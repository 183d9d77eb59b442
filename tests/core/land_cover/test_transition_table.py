"""Hectares of transitions, against counting cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.land_cover.transition_table import log_transitions, transition_table
from carbon_balance.core.options.raster import CENTRE, FRACTION
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from rasters import box, write_raster


def cover(path, label, nodata_codes=()):
    return LandCover(RasterSource(path, label=label), nodata_codes)


@pytest.mark.parametrize(
    ("codes", "dtype", "nodata"),
    [
        ([1, 2, 3, 200], np.uint8, 200),
        (range(1, 30), np.uint8, 1),
        ([-5, 11, 3000], np.int16, -5),
        ([7, 100000, 2000000], np.int32, 7),
        ([1, 2, 3], np.float32, 3),
        (range(400), np.int32, 0),
    ],
)
def test_areas_equal_counting_cell_by_cell(tmp_path, codes, dtype, nodata):
    random = np.random.default_rng(5)
    codes = np.array(list(codes), dtype)
    at = random.integers(0, len(codes), (530, 610))
    first, second = codes[at], codes[(at + random.integers(0, 4, at.shape)) % len(codes)]
    table = transition_table(
        cover(write_raster(tmp_path / "a.tif", first, nodata), "a"),
        cover(write_raster(tmp_path / "b.tif", second, nodata), "b"),
        [box(0, 0, 300, 530), box(250, 100, 610, 530)],
    )
    assert table.area_ha.shape[0] == 2
    here, there = first != nodata, second != nodata
    both = here & there
    start, end = table.codes[table.start], table.codes[table.end]
    assert table.total_ha.sum() == both.sum()
    for column in random.choice(len(start), min(20, len(start)), replace=False):
        cells = both & (first == start[column]) & (second == end[column])
        assert table.total_ha[column] == table.total_cells[column] == cells.sum()
        assert table.area_ha[0, column] == cells[:, :300].sum()
        assert table.area_ha[1, column] == cells[100:, 250:].sum()
        outside = cells.copy()
        outside[:, :300] = outside[100:, 250:] = False
        assert table.outside_ha[column] == outside.sum()
    for at, code in enumerate(table.codes):
        assert table.first_only_ha[at] == (here & ~there & (first == code)).sum()
        assert table.second_only_ha[at] == (there & ~here & (second == code)).sum()
        assert table.matrix(table.total_ha)[at].sum() == (both & (first == code)).sum()
        assert table.by_class(table.total_ha, 1)[at] == (both & (second == code)).sum()


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
def test_the_result_does_not_depend_on_workers_with_geographic_cells(tmp_path, rule):
    random = np.random.default_rng(6)
    maps = random.integers(1, 5, (2, 300, 400), dtype=np.uint8)
    where = {"epsg": 4326, "origin": (100.0, 25.0), "cell": 0.01}
    paths = [write_raster(tmp_path / f"{i}.tif", each, **where) for i, each in enumerate(maps)]
    zones = [box(3.3, 2.7, 200.2, 299.5, (100.0, 25.0), 0.01), box(200.6, 10.4, 200.8, 10.45, (100.0, 25.0), 0.01)]
    tables = [
        transition_table(cover(paths[0], "a"), cover(paths[1], "b"), zones, rule=rule, workers=workers)
        for workers in (1, 3)
    ]
    for name in ("area_ha", "total_ha", "outside_ha"):
        np.testing.assert_array_equal(getattr(tables[0], name), getattr(tables[1], name))
    rows = RasterSource(paths[0]).grid.row_cell_area_ha()
    assert tables[0].total_ha.sum() == pytest.approx(rows.sum() * 400)
    assert tables[0].by_fraction == ((1,) if rule == CENTRE else ())
    assert tables[0].area_ha[1].sum() == pytest.approx(0.2 * 0.05 * rows[10], rel=1e-6)


def test_a_second_date_on_another_grid_is_resampled_and_logged(tmp_path):
    first = np.repeat(np.repeat([[1, 2], [3, 4]], 10, 0), 10, 1).astype(np.uint8)
    one = cover(write_raster(tmp_path / "a.tif", first, 0), "first")
    shifted = write_raster(tmp_path / "b.tif", first, 0, origin=(500025.0, 2000000.0))
    log = Log()
    second = cover(shifted, "second")
    table = transition_table(one, second, log=log)
    # A quarter of a cell to the east: the centre of the first column falls outside.
    assert "shifted by 0.25 cells across and 0 down" in log.notes[0]
    assert table.total_ha.sum() + table.first_only_ha.sum() == 400
    log_transitions(table, log, one, second)
    half = write_raster(tmp_path / "c.tif", first[::2, ::2], 0, cell=200.0)
    log = Log()
    table = transition_table(one, cover(half, "second"), log=log)
    assert "its cells are 200 x 200, not 100 x 100" in log.notes[0]
    assert np.diag(table.matrix(table.total_ha)).tolist() == [100, 100, 100, 100]
    assert "A cell of second has 4 ha, one of first 1 ha" in log.warnings[0]


def test_another_crs_is_logged_and_aligned(tmp_path):
    first = np.ones((50, 50), np.uint8)
    log = Log()
    geographic = write_raster(
        tmp_path / "b.tif", np.full((200, 200), 2, np.uint8), 0, epsg=4326, origin=(104.9, 18.2), cell=0.001
    )
    table = transition_table(
        cover(write_raster(tmp_path / "a.tif", first, 0), "first"), cover(geographic, "second"), log=log
    )
    assert "its CRS is WGS 84, not WGS 84 / UTM zone 48N" in log.notes[0]
    assert table.total_ha.tolist() == [2500]
    assert table.codes[[table.start[0], table.end[0]]].tolist() == [1, 2]


def test_a_second_date_of_the_whole_world_is_read_where_needed(tmp_path):
    first = write_raster(tmp_path / "a.tif", np.ones((40, 40), np.uint8), 0, cell=30000.0, origin=(0.0, 600000.0))
    classes = np.repeat([2, 0], 180).astype(np.uint8)[:, None] * np.ones(720, np.uint8)
    world = write_raster(tmp_path / "b.tif", classes, 0, epsg=4326, cell=0.5, origin=(-180.0, 90.0))
    table = transition_table(cover(first, "first"), cover(world, "second"))
    assert table.codes[[table.start[0], table.end[0]]].tolist() == [1, 2]
    assert table.total_cells.sum() == table.first_only_cells.sum() == 800


def test_cells_at_one_date_only_are_left_out_and_logged(tmp_path):
    first = np.array([[1, 1, 0], [2, 2, 9]], np.uint8)
    second = np.array([[1, 0, 2], [2, 1, 1]], np.uint8)
    one, two = (
        cover(write_raster(tmp_path / f"{name}.tif", each, 0), name, [9])
        for name, each in (("first", first), ("second", second))
    )
    table = transition_table(one, two)
    log = Log()
    log_transitions(table, log, one, two)
    assert table.matrix(table.total_ha).tolist() == [[1, 0], [1, 1]]
    assert table.first_only_ha.tolist() == [1, 0]
    assert table.second_only_ha.tolist() == [1, 1]
    left_out = "they are left out, so that both dates cover the same area."
    assert log.warnings == [
        f"1.0000 ha (1 cell) have data in first but not in second: {left_out}",
        f"2.0000 ha (2 cells) have data in second but not in first: {left_out}",
    ]


@pytest.mark.parametrize(
    ("where", "values", "message"),
    [
        ({"origin": (900000.0, 2000000.0)}, 1, "second does not overlap first: check that their CRSs"),
        ({"origin": (101.0, 30.0), "epsg": 4326, "cell": 0.01}, 1, "second does not overlap first"),
        ({"epsg": None, "origin": (500010.0, 2000000.0)}, 1, "no coordinate reference system"),
        ({}, 0, "first and second have no cell with data in both"),
    ],
)
def test_refused(tmp_path, where, values, message):
    first = write_raster(tmp_path / "a.tif", np.ones((5, 5), np.uint8), 0)
    second = write_raster(tmp_path / "b.tif", np.full((5, 5), values, np.uint8), 0, **where)
    with pytest.raises(CarbonBalanceError, match=message):
        transition_table(cover(first, "first"), cover(second, "second"))


def test_more_transitions_than_a_map_of_classes_can_have_are_refused(tmp_path):
    random = np.random.default_rng(7)
    paths = [
        write_raster(tmp_path / f"{i}.tif", random.integers(0, 400, (600, 600)).astype(np.int16)) for i in range(2)
    ]
    with pytest.raises(CarbonBalanceError, match="more than 65,536 different transitions"):
        transition_table(cover(paths[0], "a"), cover(paths[1], "b"))
