"""Overviews of written rasters: codes stay codes, values that vary from cell to cell become means."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing import writer
from carbon_balance.core.raster.writing.writer import StagedRaster
from carbon_balance.core.runtime.errors import CarbonBalanceError
from osgeo import gdal

GRID = Grid(4100, 40, (500000.0, 30.0, 0.0, 2000000.0, 0.0, -30.0), "")
# Wide enough for overviews, which have a quarter of the columns; the mean of 1 and 9 is 5.
CELLS = np.tile(np.array([1, 9], np.float32), (40, 2050))


def overview(path, **given):
    raster = StagedRaster(str(path), GRID, **given)
    try:
        for block in blocks(GRID.width, GRID.height):
            rows, columns = slice(block.row, block.row + block.height), slice(block.column, block.column + block.width)
            raster.write(block, CELLS[rows, columns])
        raster.finish()
        raster.publish()
    finally:
        raster.discard()
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    assert band.GetOverviewCount() > 0
    statistics = band.GetMetadataItem("STATISTICS_MEAN")
    return set(np.unique(band.GetOverview(0).ReadAsArray()).tolist()), statistics


def test_codes_are_averaged_only_on_request(tmp_path):
    values, mean = overview(tmp_path / "codes.tif")
    assert values <= {1, 9}
    assert mean is None


def test_overviews_of_varying_values_are_means(tmp_path):
    values, mean = overview(tmp_path / "means.tif", continuous=True)
    assert values == {5}
    assert float(mean) == pytest.approx(5)


def test_a_raster_that_just_fits_is_written(tmp_path, monkeypatch):
    """Uncompressed 4,100 x 40 cells of 4 bytes are 656,000 bytes."""
    disk = SimpleNamespace(total=10**12, free=656_000)
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: disk)
    StagedRaster(str(tmp_path / "a.tif"), GRID, options=["TILED=YES"]).discard()
    disk.free -= 1
    with pytest.raises(CarbonBalanceError, match=r"will need about 0\.000656 GB, but only 0\.000656 GB are free"):
        StagedRaster(str(tmp_path / "a.tif"), GRID, options=["TILED=YES"])


def test_the_needed_disk_space_is_named(tmp_path, monkeypatch):
    """100,000 x 15,000 cells of 4 bytes are 6 GB."""
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: SimpleNamespace(total=10**12, free=2_500_000_000))
    large = Grid(100_000, 15_000, GRID.geotransform, "")
    with pytest.raises(CarbonBalanceError, match=r"a\.tif will need about 6\.0 GB, but only 2\.5 GB are free on that"):
        StagedRaster(str(tmp_path / "a.tif"), large, options=["TILED=YES"])
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: SimpleNamespace(total=0, free=0))
    StagedRaster(str(tmp_path / "a.tif"), large, options=["TILED=YES"]).discard()


@pytest.mark.parametrize("name", ["a.png", "a.vrt", "a"])
def test_only_geotiffs_are_written(tmp_path, name):
    with pytest.raises(CarbonBalanceError, match=r"must be a GeoTIFF: use a name that ends in \.tif\.$"):
        StagedRaster(str(tmp_path / name), GRID)


def test_statistics_without_cells_are_not_written(tmp_path):
    raster = StagedRaster(str(tmp_path / "a.tif"), GRID)
    try:
        raster.set_statistics(1, np.array([3.0]), np.array([0]))
        assert raster._statistics == {}
        raster.set_statistics(1, np.array([3.0, 5.0]), np.array([1, 3]))
        assert raster._statistics[1][:3] == [3, 5, 4.5]
    finally:
        raster.discard()
    assert list(tmp_path.iterdir()) == []
