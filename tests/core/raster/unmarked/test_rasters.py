"""Rasters of quantities: messages about possible nodata values, for rasters of any size."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.unmarked.rasters import check_all_unmarked, check_unmarked, sampled
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from rasters import write_raster


def raster(folder, cells, nodata=None):
    return RasterSource(write_raster(folder, cells, nodata), label="the heights")


def said(source, **how):
    log = Log()
    check_unmarked(source, log, **how)
    return log.warnings


def test_the_warning_names_value_share_range_and_remedy(tmp_path):
    cells = np.arange(100, dtype=np.float32).reshape(10, 10)
    cells[:2, :5] = -9999
    (sentence,) = said(raster(tmp_path, cells))
    assert sentence.startswith("the heights holds -9999 (10% of the cells), far from its other values (5 to 99)")
    assert sentence.endswith("set NODATA_VALUES = -9999.")
    assert said(raster(tmp_path, cells, -9999)) == []


@pytest.mark.parametrize(("value", "text"), [(-3.4028234663852886e38, r"-3\.4028235e\+38"), (1e20, r"1e\+20")])
def test_values_that_can_only_be_nodata_are_refused(tmp_path, value, text):
    cells = np.ones((10, 10), np.float32)
    cells[0] = value
    with pytest.raises(CarbonBalanceError, match=f"can only be undeclared nodata.*: set NODATA_VALUES = {text},"):
        said(raster(tmp_path, cells))


def test_negative_sentinels_of_non_negative_quantities_are_refused(tmp_path):
    cells = np.ones((10, 10), np.int16)
    cells[0] = -32768
    assert len(said(raster(tmp_path, cells))) == 1
    with pytest.raises(CarbonBalanceError, match="set NODATA_VALUES = -32768,"):
        said(raster(tmp_path, cells), non_negative=True)


def test_large_rasters_are_sampled_by_windows_including_the_corners(tmp_path):
    cells = np.tile(np.arange(1500, dtype=np.uint16), (1000, 1))
    cells[-20:, -20:] = 65535
    source = raster(tmp_path, cells)
    (values,) = sampled([source])
    assert len(values) == 36 * 64 * 64 < cells.size / 5
    assert (values == 65535).sum() == 400
    assert "65535" in said(source)[0]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_each_band_is_judged_by_its_own_values(tmp_path, monkeypatch, threads):
    monkeypatch.setenv("CARBONBALANCE_THREADS", threads)
    cells = np.tile(np.arange(1200, dtype=np.uint16), (2, 1000, 1))
    cells[1] += 5000
    cells[1, -20:, -20:] = 65535
    path = write_raster(tmp_path / "bands.tif", cells)
    bands = [RasterSource(str(path), f"band {number}", number) for number in (1, 2)]
    first, second = sampled(bands)
    assert first.max() < 1200 <= second.min()
    log = Log()
    check_all_unmarked(bands, log)
    assert len(log.warnings) == 1
    assert log.warnings[0].startswith("band 2 holds 65535")


@pytest.mark.parametrize("size", [(1500, 1200), (1030, 1100), (5000, 300)])
def test_windows_between_the_edges_cut_no_tile(tmp_path, monkeypatch, size):
    width, height = size
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=128"]
    source = RasterSource(write_raster(tmp_path, np.ones((height, width), np.uint8), options=options))
    seen = set()
    read_float = RasterSource.read_float
    monkeypatch.setattr(RasterSource, "read_float", lambda own, part: seen.add(part) or read_float(own, part))
    (values,) = sampled([source])
    assert len(values) == 36 * 64 * 64
    for cells, side, first in ((width, 256, "column"), (height, 128, "row")):
        starts = sorted({getattr(part, first) for part in seen})
        assert (len(starts), starts[0], starts[-1]) == (6, 0, cells - 64)
        assert all(start // side == (start + 63) // side for start in starts[1:-1])
        assert max(abs(start - at * (cells - 64) / 5) for at, start in enumerate(starts)) < 64
