"""Change in carbon against InVEST's formulas in NumPy, and known errors of InVEST."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options.supply import ALTERNATE_RASTER, BASELINE_RASTER, CHANGE_RASTER, VALUE_RASTER
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.writing.writer import FLOAT_NODATA
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.change_rasters import stock_change
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.supply.valuation import Valuation
from carbon_balance.core.tables import columns
from osgeo import gdal
from rasters import box, read_raster, write_raster


def cover(path, label, nodata_codes=()):
    return LandCover(RasterSource(path, label=label), nodata_codes)


def pool_table(codes, random=None, label="the pool table", pools=None):
    pools = random.uniform(0, 150, (len(codes), 4)) if pools is None else np.asarray(pools, float)
    return PoolTable(label, np.array(codes), [f"class {code}" for code in codes], pools)


def invest(first, second, density, nodata, valuation):
    """InVEST's carbon model: storage, change and NPV rasters in float64, and their sums."""
    look_up = np.full(256, np.nan)
    for code, value in density.items():
        look_up[code] = value
    base, alternate = (np.where(each == nodata, np.nan, look_up[each]) for each in (first, second))
    change = alternate - base
    years = valuation["years"]
    q = 1 / ((1 + valuation["discount_percent"] / 100) * (1 + valuation["price_change_percent"] / 100))
    factor = valuation["price"] / years * (years if q == 1 else (1 - q**years) / (1 - q))
    return {BASELINE_RASTER: base, ALTERNATE_RASTER: alternate, CHANGE_RASTER: change, VALUE_RASTER: change * factor}


@pytest.mark.parametrize("by_pool", [True, False])
def test_bands_of_the_pools_follow_the_total_and_money_has_one_band(tmp_path, by_pool):
    """Class 1 becomes class 2: 10, 20, 30 and 40 t/ha become 11, 19, 30 and 50, in total 10 more, at 2 yuan per t."""
    covers = tuple(
        cover(write_raster(tmp_path / f"{code}.tif", np.full((2, 3), code, np.uint8)), str(code)) for code in (1, 2)
    )
    pools = pool_table([1, 2], pools=[[10, 20, 30, 40], [11, 19, 30, 50]])
    kinds = (BASELINE_RASTER, ALTERNATE_RASTER, CHANGE_RASTER, VALUE_RASTER)
    paths = {kind: str(tmp_path / f"{kind}.tif") for kind in kinds}
    _, rasters = stock_change(covers, (pools, pools), Log(), paths, Valuation(2.0), by_pool=by_pool)
    expected = {
        BASELINE_RASTER: [100, 10, 20, 30, 40],
        ALTERNATE_RASTER: [110, 11, 19, 30, 50],
        CHANGE_RASTER: [10, 1, -1, 0, 10],
    }
    for kind, values in expected.items():
        dataset = gdal.Open(rasters[kind].publish())
        bands = [dataset.GetRasterBand(at + 1) for at in range(dataset.RasterCount)]
        assert [set(band.ReadAsArray().ravel()) for band in bands] == [{each} for each in values[: 5 if by_pool else 1]]
        names = ["carbon", "above", "below", "soil", "dead"][: len(bands)]
        assert [band.GetDescription() for band in bands] == [f"{kind} {name} (t C/ha)" for name in names]
    money = gdal.Open(rasters[VALUE_RASTER].publish())
    assert (money.RasterCount, money.GetRasterBand(1).GetDescription()) == (1, "value carbon (money/ha)")
    assert (money.ReadAsArray() == 20).all()


@pytest.mark.parametrize(("seed", "shape"), [(0, (701, 533)), (1, (64, 3001)), (2, (2600, 1620)), (3, (1, 1500))])
def test_equals_invest_on_random_rasters_and_tables(tmp_path, seed, shape):
    random = np.random.default_rng(seed)
    codes = random.choice(np.arange(1, 256), random.integers(2, 30), replace=False)
    nodata = int(np.setdiff1d(np.arange(256), codes)[0])
    first, second = random.choice(np.r_[codes, nodata], (2, *shape)).astype(np.uint8)
    pools = pool_table(codes, random)
    rates = {
        "price": random.uniform(1, 500),
        "discount_percent": random.uniform(0, 9),
        "price_change_percent": random.uniform(-4, 4) if seed else 0.0,
        "years": int(random.integers(1, 60)),
    }
    expected = invest(first, second, dict(zip(codes, pools.density_t_ha)), nodata, rates)
    paths = {
        kind: str(tmp_path / f"{kind}.tif") for kind in (BASELINE_RASTER, ALTERNATE_RASTER, CHANGE_RASTER, VALUE_RASTER)
    }
    covers = tuple(
        cover(write_raster(tmp_path / f"{name}.tif", each, nodata, cell=30.0), name)
        for name, each in (("first", first), ("second", second))
    )
    change, rasters = stock_change(covers, (pools, pools), Log(), paths, Valuation(**rates))
    common = np.isfinite(expected[CHANGE_RASTER])
    for kind, raster in rasters.items():
        written = read_raster(raster.publish())
        np.testing.assert_array_equal(np.isfinite(written), common)
        np.testing.assert_allclose(written[common], expected[kind][common], rtol=2**-23, atol=1e-30)
    totals = change.totals()
    sums = {kind: values[common].sum() * 0.09 for kind, values in expected.items()}
    assert totals[columns.CARBON_START_T] == pytest.approx(sums[BASELINE_RASTER], rel=1e-9)
    assert totals[columns.CARBON_END_T] == pytest.approx(sums[ALTERNATE_RASTER], rel=1e-9)
    assert totals[columns.CARBON_CHANGE_T] == pytest.approx(sums[CHANGE_RASTER], rel=1e-6)
    assert totals[columns.CHANGE_VALUE] == pytest.approx(sums[VALUE_RASTER], rel=1e-6)
    gain = expected[CHANGE_RASTER][common & (expected[CHANGE_RASTER] > 0)].sum() * 0.09
    assert totals[columns.CARBON_GAIN_T] == pytest.approx(gain, rel=1e-9)
    assert totals[columns.CARBON_LOSS_T] == pytest.approx(sums[CHANGE_RASTER] - gain, rel=1e-9)
    # The two dates and what is left out on each side reconcile.
    whole = [np.nansum(expected[kind]) * 0.09 for kind in (BASELINE_RASTER, ALTERNATE_RASTER)]
    assert totals[columns.CARBON_START_T] + change.first_only_t == pytest.approx(whole[0], rel=1e-9)
    assert totals[columns.CARBON_END_T] + change.second_only_t == pytest.approx(whole[1], rel=1e-9)


@pytest.fixture
def small(tmp_path):
    """Two dates of 3 x 2 cells of 1 ha, one cell valid at each date only."""
    first = np.array([[1, 1, 2], [2, 3, 0]], np.uint8)
    second = np.array([[1, 2, 2], [3, 0, 1]], np.uint8)
    return tuple(
        cover(write_raster(tmp_path / f"{name}.tif", each, 0), name)
        for name, each in (("first", first), ("second", second))
    )


POOLS = pool_table([1, 2, 3], pools=[[1, 1, 3, 0], [1, 1, 2, 0], [10, 0, 0, 0]])


def test_a_change_of_minus_one_is_not_nodata(small, tmp_path):
    """InVEST's change raster uses -1 as nodata: class 1 (5 t/ha) to class 2 (4 t/ha) vanishes from its map."""
    change, rasters = stock_change(small, (POOLS, POOLS), Log(), {CHANGE_RASTER: str(tmp_path / "c.tif")})
    written = read_raster(rasters[CHANGE_RASTER].publish())
    np.testing.assert_array_equal(written, [[0, -1, 0], [6, np.nan, np.nan]])
    assert change.totals()[columns.CARBON_CHANGE_T] == 5
    assert gdal.Open(str(tmp_path / "c.tif")).GetRasterBand(1).GetNoDataValue() == FLOAT_NODATA


def test_totals_are_of_the_common_area_and_omitted_cells_are_counted(small):
    change, _ = stock_change(small, (POOLS, POOLS), Log())
    totals = change.totals()
    assert (totals[columns.CARBON_START_T], totals[columns.CARBON_END_T]) == (18, 23)
    assert (totals[columns.CARBON_GAIN_T], totals[columns.CARBON_LOSS_T]) == (6, -1)
    assert (change.first_only_t, change.second_only_t) == (10, 5)
    assert (change.table.first_only_ha.sum(), change.table.second_only_ha.sum()) == (1, 1)


def test_tables_add_up(small):
    change, _ = stock_change(small, (POOLS, POOLS), Log())
    classes = change.class_columns()
    assert classes[columns.NAME] == ["class 1", "class 2", "class 3"]
    assert classes[columns.AREA_START_HA].tolist() == [2, 2, 0]
    assert classes[columns.AREA_END_HA].tolist() == [1, 2, 1]
    assert classes[columns.AREA_IN_HA].tolist() == [0, 1, 1]
    assert classes[columns.AREA_OUT_HA].tolist() == [1, 1, 0]
    assert classes[columns.CARBON_GAIN_T].tolist() == [0, 0, 6]
    assert classes[columns.CARBON_LOSS_T].tolist() == [0, -1, 0]
    assert classes[columns.GAIN_FROM_T].tolist() == [0, 6, 0]
    assert classes[columns.LOSS_FROM_T].tolist() == [-1, 0, 0]
    areas, carbon = change.matrix_columns(), change.matrix_columns(carbon=True)
    assert [areas[f"to_{code}_ha"].tolist() for code in (1, 2, 3)] == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]
    assert carbon["to_2_t"].tolist() == [-1, 0, 0]
    assert carbon[columns.TOTAL_T].tolist() == [-1, 6, 0]
    rows = change.transition_columns()
    assert rows[columns.FROM_CODE].tolist() == [1, 1, 2, 2]
    assert rows[columns.CARBON_CHANGE_T].tolist() == [0, -1, 0, 6]
    assert columns.CHANGE_VALUE not in rows


def test_each_date_may_have_its_own_pool_table(small):
    later = pool_table([1, 2, 3], pools=[[2, 0, 4, 0], [1, 1, 2, 0], [10, 0, 0, 0]], label="the later table")
    change, _ = stock_change(small, (POOLS, later), Log(), valuation=Valuation(2))
    # The cell that stays class 1 gains 1 t.
    assert change.totals()[columns.CARBON_CHANGE_T] == 6
    assert change.totals()[columns.CHANGE_VALUE] == 12


def test_zones(small):
    outlines = [box(0, 0, 2, 2), box(2, 0, 3, 2), box(50, 50, 60, 60)]
    change, _ = stock_change(small, (POOLS, POOLS), Log(), outlines=outlines, valuation=Valuation(2))
    zones = change.zone_columns()
    assert zones[columns.MAPPED_KM2].tolist()[:2] == [0.03, 0.01]
    assert zones[columns.CARBON_CHANGE_T].tolist()[:2] == [5, 0]
    assert zones[columns.CARBON_CHANGE_T_KM2][0] == pytest.approx(5 / 0.03)
    assert zones[columns.CHANGE_VALUE].tolist()[:2] == [10, 0]
    assert all(np.isnan(values[2]) for values in zones.values())
    long = change.zone_class_columns(["a", "b", "c"])
    assert list(zip(long[columns.ZONE_NAME], long[columns.CODE].tolist())) == [
        ("a", 1),
        ("a", 2),
        ("a", 3),
        ("b", 2),
    ]
    rows = change.zone_transition_columns(["a", "b", "c"])
    assert sum(rows[columns.CARBON_CHANGE_T]) == 5
    assert rows[columns.ZONE_ROW].tolist() == [1, 1, 1, 2]


def test_all_missing_codes_are_listed_and_no_file_is_left(tmp_path):
    """InVEST stops at the first block and lists no areas."""
    first = np.ones((4100, 2100), np.uint8)
    second = first.copy()
    second[0, :3], second[4000:, 5] = 77, 88
    covers = tuple(
        cover(write_raster(tmp_path / f"{name}.tif", each, 0), name)
        for name, each in (("first", first), ("second", second))
    )
    with pytest.raises(CarbonBalanceError) as refused:
        stock_change(covers, (POOLS, POOLS), Log(), {CHANGE_RASTER: str(tmp_path / "out.tif")})
    assert "second has class code(s) without a row in the pool table" in str(refused.value)
    assert "88: 100 ha in 100 cells, 77: 3 ha in 3 cells" in str(refused.value)
    assert "mean no data" in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.tif", "second.tif"]


def test_a_code_at_one_date_only_needs_a_row(tmp_path):
    first = np.array([[1, 9]], np.uint8)
    covers = tuple(
        cover(write_raster(tmp_path / f"{name}.tif", each, 0), name)
        for name, each in (("first", first), ("second", np.array([[1, 0]], np.uint8)))
    )
    with pytest.raises(CarbonBalanceError, match="first has class code.*9: 1 ha in 1 cell"):
        stock_change(covers, (POOLS, POOLS), Log())


def test_rotated_geographic_and_feet_grids_have_true_areas(tmp_path):
    """InVEST uses the square of the pixel width in any unit."""
    maps = [np.ones((4, 5), np.uint8), np.full((4, 5), 3, np.uint8)]

    def net(**where):
        covers = tuple(
            cover(write_raster(tmp_path / f"{i}.tif", each, 0, **where), str(i)) for i, each in enumerate(maps)
        )
        return stock_change(covers, (POOLS, POOLS), Log())[0].totals()[columns.CARBON_CHANGE_T]

    assert net(rotation=50.0) == pytest.approx(20 * 1.25 * 5)
    assert net(epsg=2263, cell=100.0) == pytest.approx(20 * (100 * 1200 / 3937) ** 2 / 1e4 * 5)
    # A 30" cell is 0.794 km2 at 22 N.
    cell = 1 / 120
    assert net(epsg=4326, origin=(108.0, 22 + 2 * cell), cell=cell) == pytest.approx(20 * 79.4 * 5, rel=1e-3)


def test_each_pool_has_a_band(small, tmp_path):
    paths = {BASELINE_RASTER: str(tmp_path / "b.tif"), CHANGE_RASTER: str(tmp_path / "c.tif")}
    _, rasters = stock_change(small, (POOLS, POOLS), Log(), paths, by_pool=True)
    for raster in rasters.values():
        raster.publish()
    dataset = gdal.Open(paths[CHANGE_RASTER])
    assert dataset.RasterCount == 5
    assert dataset.GetRasterBand(1).GetDescription() == "change carbon (t C/ha)"
    assert dataset.GetRasterBand(4).GetDescription() == "change soil (t C/ha)"
    bands = dataset.ReadAsArray()
    assert bands[:, 0, 1].tolist() == [-1, 0, 0, -1, 0]
    assert bands[:, 1, 0].tolist() == [6, 9, -1, -2, 0]
    assert gdal.Open(paths[BASELINE_RASTER]).ReadAsArray()[:, 0, 0].tolist() == [5, 1, 1, 3, 0]


def test_statistics_logged_are_those_of_the_cells(small, tmp_path):
    paths = {
        kind: str(tmp_path / f"{kind}.tif") for kind in (BASELINE_RASTER, ALTERNATE_RASTER, CHANGE_RASTER, VALUE_RASTER)
    }
    _, rasters = stock_change(small, (POOLS, POOLS), Log(), paths, Valuation(50.0, years=10), by_pool=True)
    for raster in rasters.values():
        dataset = gdal.Open(raster.publish())
        copy = gdal.GetDriverByName("MEM").CreateCopy("", dataset)
        for number in range(1, dataset.RasterCount + 1):
            copy.GetRasterBand(number).SetMetadata({})
            logged = dataset.GetRasterBand(number).GetStatistics(False, False)
            assert logged == pytest.approx(copy.GetRasterBand(number).ComputeStatistics(False), abs=1e-6)


def test_a_cancelled_run_leaves_no_file(small, tmp_path):
    class Stop(Log):
        def is_cancelled(self):
            return True

    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        stock_change(small, (POOLS, POOLS), Stop(), {CHANGE_RASTER: str(tmp_path / "c.tif")})
    assert sorted(tmp_path.iterdir()) == before


def test_refused(small, tmp_path):
    same = str(tmp_path / "same.tif")
    with pytest.raises(CarbonBalanceError, match="Two of the output rasters have the same file name"):
        stock_change(small, (POOLS, POOLS), Log(), {CHANGE_RASTER: same, BASELINE_RASTER: same})
    with pytest.raises(CarbonBalanceError, match="value raster needs a price"):
        stock_change(small, (POOLS, POOLS), Log(), {VALUE_RASTER: str(tmp_path / "v.tif")})
    whole = PoolTable("totals", POOLS.codes, POOLS.names, None, POOLS.density_t_ha)
    with pytest.raises(CarbonBalanceError, match="totals has only total density"):
        stock_change(small, (POOLS, whole), Log(), by_pool=True)
