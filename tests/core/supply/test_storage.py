"""Carbon rasters: their values, and that they are written completely or not at all."""

from __future__ import annotations

import resource

import numpy as np
import pytest
from carbon_balance.core.land_cover import area_sums
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options.raster import COMPRESSIONS
from carbon_balance.core.options.supply import STORED_PER_CELL
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.writer import FLOAT_NODATA
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.supply.storage import ClassCarbon, ZoneCarbon, carbon_by_class, carbon_by_zone, storage
from osgeo import gdal
from rasters import write_raster
from shapes import polygon, wkb

POOLS = PoolTable(
    "the pool table",
    np.array([3, -1, 40]),
    ["grass", "sea", "forest"],
    np.array([[1.5, 2, 80.25, 0.1], [0, 0, 0, 0], [46.9, 9.7, 158.8, 2.11]]),
)
DEGREES = (102.0, 0.05, 0.0, 26.0, 0.0, -0.05)


@pytest.fixture
def cells():
    return np.random.default_rng(4).choice(np.array([-1, 3, 40, 255], np.int16), (600, 700))


@pytest.fixture
def cover(tmp_path, cells):
    folder = tmp_path / "in"
    folder.mkdir()
    return LandCover(RasterSource(write_raster(folder, cells, 255, 4326, geotransform=DEGREES), "the map"))


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "carbon.tif"


def written(cover, out, **options):
    areas, staged = storage(cover, POOLS, Log(), str(out), **options)
    assert not out.exists()
    assert staged.publish() == str(out)
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    return areas, gdal.Open(str(out))


def density(cells, values):
    expected = np.full(cells.shape, FLOAT_NODATA, np.float32)
    for code, value in zip(POOLS.codes, values):
        expected[cells == code] = value
    return expected


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_zero_density_and_nodata_are_distinguished(cover, cells, out, compression):
    if compression == "ZSTD" and "ZSTD" not in gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST"):
        pytest.skip("GDAL without ZSTD")
    _, dataset = written(cover, out, compression=compression)
    band = dataset.GetRasterBand(1)
    np.testing.assert_array_equal(band.ReadAsArray(), density(cells, POOLS.density_t_ha))
    assert band.GetNoDataValue() == FLOAT_NODATA
    assert band.GetMaskBand().ReadAsArray()[cells == -1].all()
    assert not band.GetMaskBand().ReadAsArray()[cells == 255].any()
    assert dataset.GetGeoTransform() == DEGREES
    assert band.GetBlockSize() == [512, 512]
    assert band.GetDescription() == "carbon (t C/ha)"
    stored = dataset.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")
    assert stored == (None if compression == "NONE" else compression)


def test_bands_of_the_pools_and_amounts_per_cell(cover, cells, out):
    areas, dataset = written(cover, out, by_pool=True, unit=STORED_PER_CELL)
    bands = dataset.ReadAsArray()
    row_ha = cover.source.grid.row_cell_area_ha()[:, None]
    for band, values in zip(bands, [POOLS.density_t_ha, *POOLS.pools_t_ha.T]):
        expected = density(cells, values).astype(np.float64)
        expected = np.where(cells == 255, FLOAT_NODATA, expected * row_ha)
        np.testing.assert_allclose(band, expected, rtol=1e-6)
    names = [dataset.GetRasterBand(i).GetDescription() for i in range(1, 6)]
    assert names == [f"{name} (t C/cell)" for name in ("carbon", "above", "below", "soil", "dead")]
    carbon = carbon_by_class(areas.codes, areas.total_ha, POOLS, "the map")
    assert bands[0][cells != 255].sum(dtype=np.float64) == pytest.approx(carbon.total_t, rel=1e-6)


def test_zonal_totals_equal_the_sum_of_the_raster_times_cell_areas(cover, cells, out):
    grid = cover.source.grid
    edges = [-1, 100.4, 350.5, 352, 701]
    zones = [
        wkb(polygon([grid.xy(*p) for p in ((a, -1), (b, -1), (b, 601), (a, 601))])) for a, b in zip(edges, edges[1:])
    ]
    values = np.where(cells == 255, 0, density(cells, POOLS.density_t_ha)).astype(np.float64)
    total = (values * grid.row_cell_area_ha()[:, None]).sum()
    exact = PoolTable("p", POOLS.codes, POOLS.names, None, POOLS.density_t_ha.astype(np.float32).astype(np.float64))
    for rule in ("cell_centre", "exact_fraction"):
        areas, _ = storage(cover, exact, Log(), outlines=zones, rule=rule)
        carbon = carbon_by_zone(areas, exact)
        assert carbon.totals()[0] == pytest.approx(total, rel=1e-9)
        assert np.nansum(carbon.share) == pytest.approx(1)
        assert carbon_by_class(areas.codes, areas.total_ha, exact, "m").total_t == pytest.approx(total, rel=1e-9)


def test_workers_and_blocks_change_no_cell(cover, out, monkeypatch):
    found = []
    for workers, size in ((1, 1 << 23), (1, 1 << 18), (4, 1 << 18)):
        monkeypatch.setattr(area_sums, "blocks", lambda w, h, size=size: blocks(w, h, cells=size))
        areas, dataset = written(cover, out, workers=workers)
        found.append((dataset.ReadAsArray(), areas.total_ha))
        dataset = None
        out.unlink()
    for values, total_ha in found[1:]:
        np.testing.assert_array_equal(values, found[0][0])
        np.testing.assert_allclose(total_ha, found[0][1], rtol=1e-12)
    np.testing.assert_array_equal(found[1][1], found[2][1])


class Stop(Log):
    """Cancels at the ``after``-th question."""

    def __init__(self, after):
        super().__init__()
        self.left = after

    def is_cancelled(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_cancelled_run_keeps_the_existing_file(cover, out, after, monkeypatch):
    monkeypatch.setattr(area_sums, "blocks", lambda w, h: blocks(w, h, cells=1 << 18))
    out.write_bytes(b"an older file")
    before = gdal.GetCacheMax()
    with pytest.raises(Cancelled):
        storage(cover, POOLS, Stop(after), str(out))
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert out.read_bytes() == b"an older file"
    assert gdal.GetCacheMax() == before


def test_unknown_classes_are_listed_with_their_areas_and_nothing_is_written(cover, out):
    few = PoolTable("the pool table", POOLS.codes[:1], POOLS.names[:1], POOLS.pools_t_ha[:1])
    with pytest.raises(CarbonBalanceError, match=r"class code\(s\) without a row in the pool table: .*ha in"):
        storage(cover, few, Log(), str(out))
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/proc/carbon.tif", "Cannot write /proc/carbon.tif"),
        ("/no/such/folder/carbon.tif", "choose a writable folder"),
        ("/tmp/carbon.img", "must be a GeoTIFF: use a name that ends in .tif"),
    ],
)
def test_unwritable_paths_are_refused(cover, path, message):
    with pytest.raises(CarbonBalanceError, match=message):
        storage(cover, POOLS, Log(), path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_is_reported_and_leaves_no_file(cover, out):
    """A limit on the size of files makes writing fail as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(CarbonBalanceError, match="is the disk full"):
            storage(cover, POOLS, Log(), str(out), compression="NONE")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(out.parent.iterdir()) == []


def test_overwriting_removes_old_statistics(cover, out):
    for ending in (".aux.xml", ".ovr"):
        out.with_name(out.name + ending).write_text("old")
    written(cover, out)


def test_a_table_of_total_density_has_no_pool_bands(cover, out):
    whole = PoolTable("the pool table", POOLS.codes, POOLS.names, None, POOLS.density_t_ha)
    with pytest.raises(CarbonBalanceError, match="has only total density"):
        storage(cover, whole, Log(), str(out), by_pool=True)
    assert list(out.parent.iterdir()) == []


def test_creation_options_allow_large_files():
    assert "BIGTIFF=IF_SAFER" in creation_options()
    assert "PREDICTOR=3" in creation_options(continuous=True)
    assert "PREDICTOR=3" not in creation_options()


def test_zones_without_data_have_unknown_carbon_not_zero(tmp_path):
    cells = np.full((30, 40), 3, np.uint8)
    cells[:, 30:] = 40
    empty = LandCover(RasterSource(write_raster(tmp_path, cells, 3), label="the map"))
    grid = empty.source.grid
    zones = [wkb(polygon([grid.xy(*p) for p in ((10, 10), (20, 10), (20, 20))])), None]
    areas, _ = storage(empty, POOLS, Log(), outlines=zones)
    carbon = carbon_by_zone(areas, POOLS)
    assert np.isnan(carbon.zone_t).all()
    assert np.isnan(carbon.density_t_km2).all()
    assert carbon.mapped_km2[0] == 0


def test_shares_and_means_of_classes():
    codes, names = np.array([1, 2]), ["a", "b"]
    carbon = ClassCarbon(codes, names, np.array([10.0, 30]), np.array([6.0, 2]), np.array([60.0, 60]))
    assert (carbon.total_t, carbon.total_ha, carbon.mean_density_t_ha) == (120, 40, 3)
    assert carbon.share.tolist() == [0.5, 0.5]
    nothing = ClassCarbon(codes, names, np.zeros(2), np.zeros(2), np.zeros(2))
    assert np.isnan(nothing.share).all()
    assert np.isnan(nothing.mean_density_t_ha)
    assert carbon_by_class(np.array([3, 40]), np.array([10.0, 30]), POOLS, "m").share.sum() == pytest.approx(1)


def test_amounts_of_zones_without_data_are_unknown():
    carbon = ZoneCarbon(
        codes=np.array([1, 2]),
        names=["a", "b"],
        area_ha=np.array([[100.0, 100], [0, 0], [np.nan, np.nan]]),
        carbon_t=np.array([[50.0, 150], [0, 0], [np.nan, np.nan]]),
        region_ha=np.array([100.0, 100]),
        region_t=np.array([50.0, 150]),
        coverage=np.array([1.0, 0, np.nan]),
    )
    assert carbon.mapped_km2.tolist() == pytest.approx([2, 0, np.nan], nan_ok=True)
    assert carbon.zone_t.tolist() == pytest.approx([200, np.nan, np.nan], nan_ok=True)
