"""Crossing the classes of several land covers, against counting cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover import area_sums
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.blocks import Block, blocks
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.class_maps import (
    aligned,
    cross,
    indices,
    log_background,
    log_partly_valid,
    log_unknown_classes,
)
from rasters import write_raster


def covers(folder, *maps, nodata=0, **where):
    return [
        LandCover(RasterSource(write_raster(folder / f"{number}.tif", each, nodata, **where), label=f"map {number}"))
        for number, each in enumerate(maps)
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    ("codes", "dtype"), [([0, 1, 2, 5], np.uint8), ([0, -7, 11, 30000], np.int16), ([0, *range(155, 255)], np.uint8)]
)
def test_counts_are_those_of_the_cells(tmp_path, codes, dtype, number):
    random = np.random.default_rng(8)
    maps = random.choice(np.array(codes, dtype), (number, 90, 130))
    found = cross(covers(tmp_path, *maps), Log())
    valid = (maps != 0).all(axis=0)
    assert found.codes.tolist() == sorted(codes[1:])
    assert found.cells.sum() == valid.sum()
    assert found.partly == ((maps != 0).any(axis=0) & ~valid).sum()
    expected = np.zeros((len(found.codes),) * number, int)
    np.add.at(expected, tuple(np.searchsorted(found.codes, each[valid]) for each in maps), 1)
    np.testing.assert_array_equal(found.cells, expected)
    np.testing.assert_allclose(found.area_ha, expected)


def test_areas_in_degrees_depend_on_the_row(tmp_path):
    random = np.random.default_rng(9)
    maps = random.integers(0, 4, (2, 60, 40), dtype=np.uint8)
    both = covers(tmp_path, *maps, epsg=4326, origin=(102.0, 60.0), cell=0.5)
    found, rows_ha = cross(both, Log()), both[0].source.grid.row_cell_area_ha()
    assert rows_ha.max() > 1.5 * rows_ha.min()
    for i, j in np.ndindex(3, 3):
        cells = (maps[0] == found.codes[i]) & (maps[1] == found.codes[j])
        assert found.area_ha[i, j] == pytest.approx((rows_ha[:, None] * cells).sum(), rel=1e-12)


def test_counts_do_not_depend_on_blocks_and_workers(tmp_path, monkeypatch):
    random = np.random.default_rng(10)
    # Classes that are in some of the blocks only, so that their parts have different codes.
    maps = np.repeat(random.integers(0, 9, (2, 4, 4), dtype=np.uint8), 400, axis=1).repeat(400, axis=2)
    both = covers(tmp_path, *maps)
    whole = cross(both, Log())
    monkeypatch.setattr(area_sums, "blocks", lambda width, height: blocks(width, height, 1 << 18))
    for workers in (1, 3):
        again = cross(both, Log(), workers)
        for name in ("codes", "cells", "area_ha", "partly"):
            np.testing.assert_array_equal(getattr(again, name), getattr(whole, name))


def test_many_triples_are_counted_cell_by_cell(tmp_path):
    """There are more possible triples of classes than 16 bits can number."""
    classes = 60
    maps = np.random.default_rng(11).integers(0, classes + 1, (3, 50, 60)).astype(np.uint8)
    found = cross(covers(tmp_path, *maps), Log())
    expected = np.zeros((classes,) * 3, np.int64)
    valid = (maps > 0).all(axis=0)
    np.add.at(expected, tuple(maps[:, valid].astype(int) - 1), 1)
    np.testing.assert_array_equal(found.codes, np.arange(1, classes + 1))
    np.testing.assert_array_equal(found.cells, expected)
    assert found.partly == ((maps > 0).any(axis=0) & ~valid).sum() > 0


def test_more_triples_in_a_block_than_16_bits_can_number_are_counted(tmp_path):
    """Three maps of 60 classes at random have more than 65,536 different triples in one block."""
    maps = np.random.default_rng(12).integers(1, 61, (3, 300, 400)).astype(np.uint8)
    triples, counts = np.unique(maps.reshape(3, -1), axis=1, return_counts=True)
    assert len(counts) > 1 << 16
    found = cross(covers(tmp_path, *maps), Log())
    expected = np.zeros((60, 60, 60), np.int64)
    expected[tuple(triples.astype(int) - 1)] = counts
    np.testing.assert_array_equal(found.cells, expected)
    np.testing.assert_allclose(found.area_ha, expected)
    assert found.partly == 0


def test_cells_valid_in_some_only_are_logged(tmp_path):
    log = Log()
    found = cross(covers(tmp_path, [[1, 1, 0, 2]], [[1, 0, 2, 2]]), log)
    log_partly_valid(found, log)
    assert found.cells.tolist() == [[1, 0], [0, 1]]
    assert log.warnings == ["2 cells have data in only some of the land covers; they are left out."]


def test_maps_without_a_common_cell_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="map 0, map 1 have no valid cell in common"):
        cross(covers(tmp_path, [[1, 0]], [[0, 1]]), Log())


def test_a_raster_of_measurements_is_refused_as_land_cover(tmp_path):
    values = np.arange(1, 401, dtype=np.int16).reshape(20, 20)
    with pytest.raises(CarbonBalanceError, match="map 0 has more than .* classes"):
        cross(covers(tmp_path, values), Log())


def test_land_covers_are_brought_onto_the_grid_of_the_first(tmp_path):
    first = LandCover(RasterSource(write_raster(tmp_path / "a.tif", np.full((4, 4), 1, np.uint8), 0)))
    fine = np.repeat(np.repeat(np.array([[2, 3], [9, 3]], np.uint8), 4, axis=0), 4, axis=1)
    second = LandCover(RasterSource(write_raster(tmp_path / "b.tif", fine, 0, cell=50.0)), [9])
    found = cross(aligned([first, second]), Log())
    assert found.codes.tolist() == [1, 2, 3]
    assert found.cells[0].tolist() == [0, 4, 8]
    assert found.partly == 4


def test_cells_of_other_classes_or_without_data_have_no_index(tmp_path):
    """Classes 1 and 5 are requested; 3 and 9 are other classes, 0 is nodata."""
    cover = LandCover(RasterSource(write_raster(tmp_path / "c.tif", np.array([[0, 1, 3, 5, 9]], np.uint8), 0)))
    assert indices(cover, Block(0, 0, 5, 1), np.array([1, 5])).tolist() == [[255, 0, 255, 1, 255]]


def test_classes_that_only_a_simulation_has_are_told_once(tmp_path):
    """As those of another scheme; an undeclared background is told as such, and a class may appear or vanish."""
    maps = np.random.default_rng(3).integers(1, 4, (3, 40, 50)).astype(np.uint8)
    maps[0, 5:9, 5] = 4  # vanishes
    maps[1, 9:12, 6] = 6  # appears
    maps[2, 5:9, 5] = 6

    def told(simulated):
        """The warnings of a simulation."""
        crossed, log = covers(tmp_path, *maps[:2], simulated, nodata=99), Log()
        found = cross(crossed, log)
        log_unknown_classes(found, crossed[2], log_background(found, crossed, log), log)
        return log.warnings

    assert not told(maps[2])
    other = np.where(maps[2] == 3, 30, maps[2])
    other[20:22, 3] = 17
    (warned,) = told(other.astype(np.uint8))
    share = np.isin(other, (17, 30)).mean()
    assert f"class(es) 17, 30 ({share:.1%} of the cells) occur neither at the start nor in the reference" in warned
    framed = maps[2].copy()
    framed[:12] = 255
    (warned,) = told(framed)
    assert "may be undeclared nodata" in warned


def test_classes_of_one_date_alone_suggest_two_schemes(tmp_path):
    """A few cells of a class that came or went, or those of an undeclared background, do not."""
    first, later = np.random.default_rng(4).integers(1, 4, (2, 40, 50)).astype(np.uint8)

    def told(one, other):
        crossed, log = covers(tmp_path, one, other, nodata=99), Log()
        log_background(cross(crossed, log), crossed, log)
        return log.warnings

    assert not told(first, later)
    came = later.copy()
    came[4:8, 5] = 6
    assert not told(first, came) and not told(came, first)
    recoded = np.where(later == 3, 5, later).astype(np.uint8)
    (warned,) = told(first, recoded)
    assert "map 0 (3), map 1 (5). All of their cells count as changed" in warned
    gone = first.copy()
    gone[7, 7] = 8
    assert not told(gone, came)
    vanished = np.where(later == 3, 1, later).astype(np.uint8)
    (warned,) = told(first, vanished)
    assert "map 0 (3), map 1 (none)" in warned
    framed = later.copy()
    framed[:12] = 255
    (warned,) = told(first, framed)
    assert "may be undeclared nodata" in warned
