"""Land covers and pool tables with the classes of each pool region."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.area_table import area_table
from carbon_balance.core.land_cover.background import likely_nodata
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import read_pool_table
from carbon_balance.core.supply.regions.regional_cover import PoolRegions, burnt
from carbon_balance.core.supply.regions.regional_table import regional_tables
from carbon_balance.core.supply.storage import storage
from carbon_balance.core.tables.table import Table
from osgeo import gdal, ogr
from rasters import write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}


def table(text, label="pools"):
    fields, *rows = text.split()
    return Table(label, fields.split(","), [row.split(",") for row in rows])


ROWS = "region,lucode,name,density 45,1,crop,10 45,12,wood,100 46,1,crop,20 46,12,wood,200"


def test_codes_are_composed_of_region_and_class():
    tables = regional_tables([table(ROWS)], {})
    assert (tables.step, tables.regions) == (100, {45: "45", 46: "46"})
    read = tables.pools(read_pool_table(tables.joint(table(ROWS), {})))
    assert read.codes.tolist() == [4501, 4512, 4601, 4612]
    assert read.names == ["crop (45)", "wood (45)", "crop (46)", "wood (46)"]
    assert read.density_t_ha.tolist() == [10, 100, 20, 200]
    assert read.format_code(4612) == "12 in pool region 46"


def test_regions_are_numbered_in_table_order():
    text = "lucode,region,density 1,south,10 1,north,20"
    tables = regional_tables([table(text)], {}, ["north", "north"])
    assert (tables.step, tables.regions) == (10, {1: "south", 2: "north"})
    joint = tables.joint(table(text), {})
    assert joint.fields[-1] == "name"
    assert [row[0] for row in joint.rows] == [11, 21]
    assert [row[-1] for row in joint.rows] == ["1 (south)", "1 (north)"]


@pytest.mark.parametrize(
    ("text", "wanted", "message"),
    [
        ("lucode,density 1,2", None, "needs a column region"),
        ("region,lucode,density north,1,2", None, "has the region north: .* whole numbers from 1 to 65,535"),
        ("region,lucode,density 0,1,2", None, "has the region 0"),
        ("region,lucode,density 1.5,1,2", None, "has the region 1.5"),
        ("region,lucode,density 1,-1,2", None, "class code -1"),
        ("region,lucode,density ,1,2", None, "no region in"),
        ("region,density 1,2", None, "no column of class codes"),
        ("region,lucode,density a,1,2", ["b"], "no rows for the region b; it has a"),
    ],
)
def test_tables_refused(text, wanted, message):
    with pytest.raises(CarbonBalanceError, match=message):
        regional_tables([table(text)], {}, wanted)


def test_a_region_of_the_later_table_only_is_refused():
    first, later = table(ROWS), table("region,lucode,density 47,1,3", "later")
    with pytest.raises(CarbonBalanceError, match="later has the pool region 47"):
        regional_tables([first, later], {}).joint(later, {})


@pytest.fixture
def cover(tmp_path):
    codes = np.array([[1, 1, 12, 12], [12, 1, 1, 255]], np.uint8)
    return LandCover(RasterSource(write_raster(tmp_path / "cover.tif", codes, 255, **GRID), "cover"))


def regions(tmp_path, values, nodata=0, **grid):
    path = write_raster(tmp_path / "regions.tif", np.array(values), nodata, **{**GRID, **grid})
    return PoolRegions(RasterSource(path, "regions"), regional_tables([table(ROWS)], {}))


def test_areas_by_region_and_class(cover, tmp_path):
    places = regions(tmp_path, np.array([[45, 45, 45, 46], [45, 46, 46, 46]], np.int16))
    found = area_table(places.on(cover), (), Log())
    assert dict(zip(found.codes.tolist(), found.total_ha.tolist())) == {4501: 50, 4512: 50, 4601: 50, 4612: 25}


def test_regions_on_a_coarser_grid_and_many_codes(tmp_path):
    """Each cell computed separately: 40 x 40 codes of 0 to 99 in regions of 10 x 10 cells."""
    codes = np.random.default_rng(3).integers(0, 100, (40, 40)).astype(np.uint16)
    cover = LandCover(RasterSource(write_raster(tmp_path / "cover.tif", codes, 65535, **GRID), "cover"))
    coarse = np.arange(1, 17, dtype=np.uint16).reshape(4, 4)
    rows = [f"{region},{code},{region + code}" for region in range(1, 17) for code in range(100)]
    user = table("region,lucode,density " + " ".join(rows))
    tables = regional_tables([user], {})
    path = write_raster(tmp_path / "regions.tif", coarse, 0, **{**GRID, "cell": 5000.0})
    pools = tables.pools(read_pool_table(tables.joint(user, {})))
    areas, _ = storage(PoolRegions(RasterSource(path, "regions"), tables).on(cover), pools, Log())
    total = areas.total_ha @ dict_values(pools, areas.codes)
    fine = np.kron(coarse, np.ones((10, 10), np.uint16))
    assert total == pytest.approx(25 * (codes.astype(float) + fine).sum())


def dict_values(pools, codes):
    known = dict(zip(pools.codes.tolist(), pools.density_t_ha.tolist()))
    return np.array([known[code] for code in codes.tolist()])


def test_land_without_a_region_is_nodata_and_logged(cover, tmp_path):
    places = regions(tmp_path, np.array([[45, 0, 45, 0], [45, 46, 46, 0]], np.int16))
    assert area_table(places.on(cover), (), Log()).total_ha.sum() == 5 * 25
    log = Log()
    places.log_left_out(cover, log, False)
    assert [note for note in log.warnings if "50 ha of cover have no pool region in regions" in note]
    quiet = Log()
    places.log_left_out(cover, quiet, True)
    assert quiet.warnings == [] and len(quiet.notes) == 1
    nowhere = regions(tmp_path, np.full((2, 4), 45, np.int16), origin=(900000.0, 2001000.0))
    with pytest.raises(CarbonBalanceError, match="No land of cover lies in a pool region"):
        nowhere.log_left_out(cover, Log(), False)


def test_unknown_regions_and_classes_are_refused(cover, tmp_path):
    places = regions(tmp_path, np.array([[45, 45, 45, 47], [45, 46, 46, 46]], np.int16))
    with pytest.raises(CarbonBalanceError, match="region 47, which has no rows in pools; it has 45, 46"):
        area_table(places.on(cover), (), Log())
    # A region that lies only where the land cover has no data is nobody's concern.
    places = regions(tmp_path, np.array([[45, 45, 45, 45], [45, 46, 46, 47]], np.int16))
    assert area_table(places.on(cover), (), Log()).total_ha.sum() == 7 * 25
    few = regional_tables([table("region,lucode,density 45,1,10 46,1,20")], {})
    with pytest.raises(CarbonBalanceError, match="cover has class code.* without a row in pools: 12"):
        area_table(PoolRegions(places.source, few).on(cover), (), Log())
    partly = regional_tables([table("region,lucode,density 45,1,10 45,12,20 46,1,20")], {})
    pools = partly.pools(read_pool_table(partly.joint(table("region,lucode,density 45,1,10 45,12,20 46,1,20"), {})))
    places = regions(tmp_path, np.array([[45, 45, 45, 46], [45, 46, 46, 46]], np.int16))
    with pytest.raises(CarbonBalanceError, match="12 in pool region 46: 25 ha in 1 cell"):
        storage(PoolRegions(places.source, partly).on(cover), pools, Log())


def box(left, bottom, right, top):
    ring = ", ".join(
        f"{x} {y}" for x, y in [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    )
    return bytes(ogr.CreateGeometryFromWkt(f"POLYGON (({ring}))").ExportToWkb())


def test_cells_take_the_zone_of_their_centre_or_a_touching_one(cover, tmp_path):
    """Cells of 500 m from x = 500,000: the zones meet 200 m inside the second; one of them touches the fourth."""
    zones = [box(500700, 2000000, 501600, 2001000), None, box(500000, 2000000, 500700, 2001000)]
    found = burnt(zones, [9, 8, 7], cover, str(tmp_path / "zones.tif"), "zones")
    assert gdal.Open(found.path).ReadAsArray().tolist() == [[7, 9, 9, 9]] * 2


def test_codes_of_regions_are_not_taken_as_nodata(tmp_path):
    """All land is class 5 of region 25, code 255, which in a plain land cover would suggest nodata."""
    whole = np.full((2, 4), 5, np.uint8)
    cover = LandCover(RasterSource(write_raster(tmp_path / "whole.tif", whole, 0, **GRID), "cover"))
    tables = regional_tables([table("region,lucode,density 25,5,10")], {})
    path = write_raster(tmp_path / "places.tif", np.full((2, 4), 25, np.uint8), 0, **GRID)
    regional = PoolRegions(RasterSource(path, "regions"), tables).on(cover)
    assert area_table(regional, (), Log()).codes.tolist() == [255]
    assert likely_nodata(regional, [255], anywhere=True) == {}
