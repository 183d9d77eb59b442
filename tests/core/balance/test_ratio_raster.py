"""Index, balance and change of balance by cell, against the closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.indices import INDICES, index_values
from carbon_balance.core.balance.ratio_maps import Pair, RatioMaps, common_grid, quantity_in
from carbon_balance.core.balance.ratio_raster import raster_balance
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from gridded import make_raster, read_gaps

FINE = (500_000, 100, 0, 3_000_000, 0, -100)
COARSE = (500_000, 1000, 0, 3_000_000, 0, -1000)


def source(tmp_path, name, values, place=FINE, crs="EPSG:32648"):
    values = np.where(np.isnan(values), -9999.0, values)
    return RasterSource(str(make_raster(tmp_path / f"{name}.tif", values, place, crs, nodata=-9999)), name)


@pytest.fixture
def supply(tmp_path):
    values = np.random.default_rng(1).lognormal(3, 1, (600, 70))
    values[:9] = np.nan
    values[20, 5] = 0
    return source(tmp_path, "supply", values)


@pytest.fixture
def demand(tmp_path):
    values = np.random.default_rng(2).lognormal(3, 1, (600, 70))
    values[:, :4] = np.nan
    values[20, 5:7] = 0
    values[25, 30] = -3
    return source(tmp_path, "demand", values)


def hold(index, supply, demand, tmp_path, log=None, units=("t/km2", "t/km2"), grid=None, later=None, maps=None, **more):
    grid = grid or common_grid(supply, demand)
    pairs = [
        Pair(*(quantity_in(raster, unit, grid) for raster, unit in zip(sides, units)))
        for sides in ((supply, demand), later)
        if sides
    ]
    maps = maps or RatioMaps(ratio=str(tmp_path / "ratio.tif"))
    result, staged = raster_balance(INDICES[index], pairs[0], grid, maps, log or Log(), *pairs[1:], **more)
    for raster in staged.values():
        raster.publish()
    return result


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("workers", [1, 3])
def test_every_index_is_that_of_the_zones(tmp_path, supply, demand, index, workers):
    log = Log()
    result = hold(index, supply, demand, tmp_path, log, workers=workers)
    s, d = read_gaps(supply.path), read_gaps(demand.path)
    both = np.isfinite(s) & np.isfinite(d)
    maxima = s[both].max(), d[both].max()
    expected = index_values(INDICES[index], s, d, *maxima)
    np.testing.assert_allclose(read_gaps(tmp_path / "ratio.tif"), expected, rtol=1e-6, equal_nan=True)
    fit = both & (s >= 0) & (d >= 0)
    assert result.region.supply_t == pytest.approx(s[fit].sum() * 0.01, rel=1e-12)
    assert result.region.demand_t == pytest.approx(d[fit].sum() * 0.01, rel=1e-12)
    mean = [np.array([values[fit].mean()]) for values in (s, d)]
    assert result.region.index == pytest.approx(float(index_values(INDICES[index], *mean, *maxima)[0]), rel=1e-9)
    assert result.cells == both.sum()
    assert result.undefined == (both & np.isnan(expected)).sum()
    assert result.surplus_km2 == pytest.approx((np.nan_to_num(s - d)[np.isfinite(expected)] > 0).sum() * 0.01)
    assert result.surplus_km2 + result.balanced_km2 + result.deficit_km2 == pytest.approx(
        np.isfinite(expected).sum() * 0.01
    )
    assert any("have no index" in warning for warning in log.warnings)
    assert any("2,364 cells have supply but no demand, 594 have demand but no supply" in note for note in log.notes)


def test_esdr_is_zero_in_balance_and_linear_with_one_slope_for_all_dates(tmp_path):
    s = np.array([[10.0, 10, 40, 0], [5, 50, 7, 7]])
    d = np.array([[10.0, 30, 10, 0], [5, 0, 8, 6]])
    for date, factor in (("2000", 1.0), ("2020", 0.5)):
        hold(
            "ESDR",
            source(tmp_path, f"s{date}", s * factor),
            source(tmp_path, f"d{date}", d),
            tmp_path,
            maps=RatioMaps(ratio=str(tmp_path / f"{date}.tif")),
            supply_max=50,
            demand_max=30,
        )
        values = read_gaps(tmp_path / f"{date}.tif")
        np.testing.assert_allclose(values, (s * factor - d) * (2 / 80), rtol=1e-6, atol=1e-9)
        assert (values[s * factor == d] == 0).all()


def test_measured_maxima_are_those_of_cells_with_both_at_both_dates(tmp_path):
    s, d = np.array([[1.0, 2, 900]]), np.array([[4.0, 5, np.nan]])
    later = source(tmp_path, "s2", np.array([[8.0, 1, 1]])), source(tmp_path, "d2", np.array([[1.0, 6, 700]]))
    log = Log()
    first = source(tmp_path, "s", s), source(tmp_path, "d", d)
    result = hold("ESDR", *first, tmp_path, log)
    assert (result.supply_max, result.demand_max) == (2, 5)
    result = hold("ESDR", *first, tmp_path, log, later=later)
    assert (result.supply_max, result.demand_max) == (8, 700)
    assert any("Smax = 8, Dmax = 700" in note for note in log.notes)


def test_units_are_converted_to_t_per_km2(tmp_path):
    s, d = np.full((3, 3), 2.0), np.full((3, 3), 120.0)
    maps = RatioMaps(balance=str(tmp_path / "balance.tif"))
    for number, (unit, factor) in enumerate((("t/ha", 100), ("kg/m2", 1000), ("t/cell", 100), ("t/km2", 1))):
        sides = source(tmp_path, f"s{number}", s), source(tmp_path, f"d{number}", d)
        hold("budget", *sides, tmp_path, units=(unit, "t/km2"), maps=maps)
        np.testing.assert_allclose(read_gaps(tmp_path / "balance.tif"), 2 * factor - 120, rtol=1e-6)


@pytest.mark.parametrize(
    ("place", "crs"),
    [((500_030, 1000, 0, 3_000_040, 0, -1000), "EPSG:32648"), ((104.98, 0.01, 0, 27.13, 0, -0.01), "EPSG:4326")],
)
def test_amounts_keep_their_total_on_another_grid_and_crs(tmp_path, place, crs):
    """The region lies well inside the other grid, so that its total is the same for any shift of rows and columns."""
    values = np.random.default_rng(3).gamma(0.5, 100, (100, 100))
    amounts = source(tmp_path, "amounts", values, (502_000, 100, 0, 2_996_000, 0, -100))
    other = source(tmp_path, "other", np.ones((60, 60)), place, crs)
    result = hold("budget", amounts, other, tmp_path, units=("t/cell", "t/km2"))
    assert result.region.supply_t == pytest.approx(values.sum(), rel=1e-6)


def test_quotients_above_the_largest_float32_are_nodata(tmp_path):
    sides = source(tmp_path, "s", np.array([[1e-30, 2.0]])), source(tmp_path, "d", np.array([[1e30, 4.0]]))
    hold("demand/supply", *sides, tmp_path)
    np.testing.assert_array_equal(read_gaps(tmp_path / "ratio.tif"), [[np.nan, 2]])


def test_densities_are_averaged_onto_the_coarser_grid(tmp_path):
    values = np.random.default_rng(4).uniform(1, 9, (50, 40))
    fine = source(tmp_path, "fine", values)
    coarse = source(tmp_path, "coarse", np.ones((5, 4)), COARSE)
    for sides in ((fine, coarse), (coarse, fine)):
        grid = common_grid(*sides)
        assert (grid.width, grid.height) == (4, 5)
    hold("supply/demand", fine, coarse, tmp_path)
    means = values.reshape(5, 10, 4, 10).mean(axis=(1, 3))
    np.testing.assert_allclose(read_gaps(tmp_path / "ratio.tif"), means, rtol=1e-6)
    assert common_grid(fine, coarse, "supply") == fine.grid


def test_change_of_balance_is_classed_with_a_tolerance(tmp_path):
    first = source(tmp_path, "s1", np.array([[5.0, 5, 5, 5, np.nan]])), source(tmp_path, "d1", np.full((1, 5), 2.0))
    later = source(tmp_path, "s2", np.array([[5.0, 6, 7, 1, 5]])), source(tmp_path, "d2", np.array([[2.0, 2, 2, 2, 2]]))
    maps = RatioMaps(change=str(tmp_path / "change.tif"))
    result = hold("demand/supply", *first, tmp_path, later=later, tolerance_t_km2=1.0, maps=maps)
    np.testing.assert_array_equal(read_gaps(tmp_path / "change.tif"), [[2, 2, 3, 1, np.nan]])
    assert (result.worse_km2, result.unchanged_km2, result.improved_km2) == pytest.approx((0.01, 0.02, 0.01))
    assert result.change_t == pytest.approx((1 + 2 - 4) * 0.01)
    assert np.isnan(hold("budget", *first, tmp_path).change_t)


def test_rasters_without_common_area_are_refused_and_write_nothing(tmp_path):
    near = source(tmp_path, "near", np.ones((5, 5)))
    far = source(tmp_path, "far", np.ones((5, 5)), (900_000, 100, 0, 3_000_000, 0, -100))
    for index in ("budget", "ESDR"):
        with pytest.raises(CarbonBalanceError, match="near and far have no cell in common"):
            hold(index, near, far, tmp_path)
    local = source(tmp_path, "local", np.ones((5, 5)), crs='LOCAL_CS["drawing"]')
    with pytest.raises(CarbonBalanceError, match="local has a local coordinate system"):
        hold("budget", near, local, tmp_path)
    nothing = source(tmp_path, "nothing", np.zeros((5, 5)))
    with pytest.raises(CarbonBalanceError, match="no positive value, so ESDR has no maximum"):
        hold("ESDR", nothing, near, tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["far", "local", "near", "nothing"]


def test_a_cancelled_run_leaves_no_file(tmp_path, supply, demand):
    class Impatient(Log):
        def is_cancelled(self):
            return bool(list(tmp_path.glob(".ratio*")))

    with pytest.raises(Cancelled):
        hold("budget", supply, demand, tmp_path, Impatient())
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["demand", "supply"]
