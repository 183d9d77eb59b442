"""Zones and the region: mismatch, years, sums."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.indices import index_of
from carbon_balance.core.balance.zonal_balance import (
    BalanceZones,
    ZonalQuantity,
    mismatch_types,
    regional,
    stock_over_flow,
    z_scores,
    zonal_balance,
)
from carbon_balance.core.runtime.log import Log

AREA = np.array([100.0, 400.0, 500.0])


def labels(rows):
    return ", ".join(f"row {row + 1}" for row in rows)


def balance(supply, demand, index="demand/supply", area=AREA, log=None, **options):
    zones = BalanceZones(area, labels)
    return zonal_balance(index_of(index), supply, demand, zones, log or Log(), **options)


def test_the_region_s_index_is_total_demand_over_total_supply():
    supply = ZonalQuantity(np.array([1.0, 8.0, 3.0]), "10^4 t", "CO2", "flow")
    demand = ZonalQuantity(np.array([200.0, 50.0, 10.0]), "t/km2", "CO2", "flow")
    result = balance(supply, demand)
    np.testing.assert_allclose(result.values, [200 / 100, 50 / 200, 10 / 60])
    assert result.region.index == pytest.approx((200 * 100 + 50 * 400 + 10 * 500) / 120_000)
    assert result.region.index != pytest.approx(result.values.mean())
    assert result.region.supply_t == pytest.approx(120_000)
    assert result.region.area_km2 == 1000


@pytest.mark.parametrize(
    ("unit", "values"),
    [("t", [1e4, 8e4, 3e4]), ("10^6 t", [0.01, 0.08, 0.03]), ("t/km2", [100, 200, 60]), ("t/ha", [1, 2, 0.6])],
)
def test_the_index_does_not_depend_on_the_unit_of_supply(unit, values):
    demand = ZonalQuantity(np.array([200.0, 50.0, 10.0]), "t/km2", "CO2", "flow")
    result = balance(ZonalQuantity(np.array(values), unit, "CO2", "flow"), demand)
    np.testing.assert_allclose(result.values, [2, 0.25, 1 / 6])


@pytest.mark.parametrize(
    ("supply_t", "demand_t", "told"),
    [
        (200_000, 1_000_000, []),
        (200_100, 1_000_000, ["The supply of the region, a stock, is 2.001e+05 t/km2"]),
        (50, 1_001_000, ["The demand of the region is 1.001e+06 t/km2"]),
        (49.9, 1_000_000, ["The supply of the region, a stock, is 49.9 t/km2"]),
    ],
)
def test_plausible_are_the_tonnes_that_were_given_not_the_converted_ones(supply_t, demand_t, told):
    """50 to 200,000 t/km2 of stock and up to 1,000,000 t/km2 of demand, both of C and compared as CO2."""
    log = Log()
    supply = ZonalQuantity(np.array([1.0, 1, 1]) * supply_t, "t/km2", "C", "stock")
    demand = ZonalQuantity(np.array([1.0, 1, 1]) * demand_t, "t/km2", "C", "flow")
    balance(supply, demand, log=log, convert_to_co2=True)
    found = [each for each in log.warnings if "of the region" in each and "check its unit" in each]
    assert len(found) == len(told)
    assert all(each.startswith(start) for each, start in zip(found, told))


def test_c_against_co2_gives_a_warning_and_is_converted_only_on_request():
    supply = ZonalQuantity(np.array([100.0, 200, 60]), "t/km2", "C", "stock")
    demand = ZonalQuantity(np.array([200.0, 50, 10]), "t/km2", "CO2", "flow")
    log = Log()
    plain = balance(supply, demand, log=log)
    np.testing.assert_allclose(plain.values, [2, 0.25, 1 / 6])
    assert any("44/12" in sentence for sentence in log.warnings)
    assert any("stock_years" in sentence for sentence in log.warnings)
    log = Log()
    converted = balance(supply, demand, log=log, convert_to_co2=True)
    np.testing.assert_allclose(converted.values, plain.values * 12 / 44)
    assert not any("44/12" in sentence for sentence in log.warnings)
    np.testing.assert_allclose(converted.stock_years, plain.stock_years)
    np.testing.assert_allclose(plain.stock_years, [100 * 44 / 12 / 200, 200 * 44 / 12 / 50, 60 * 44 / 12 / 10])


def test_stock_years_are_not_given_for_two_flows():
    flow = ZonalQuantity(np.array([1.0, 2, 3]), "t/km2", "CO2", "flow")
    log = Log()
    assert np.isnan(balance(flow, flow, log=log).stock_years).all()
    assert log.warnings == []


def test_zones_without_an_index_are_named_and_counted_and_left_out_of_the_region():
    supply = ZonalQuantity(np.array([100.0, np.nan, 60]), "t/km2", "CO2", "flow")
    demand = ZonalQuantity(np.array([200.0, 50, -1]), "t/km2", "CO2", "flow")
    log = Log()
    result = balance(supply, demand, log=log)
    assert result.undefined == 2
    assert any("row 2, row 3" in sentence and "2 zone(s)" in sentence for sentence in log.warnings)
    assert result.region.index == pytest.approx(2)
    assert result.counts["deficit"] == 1


def test_a_zone_with_zero_supply_has_no_ratio_but_counts_in_the_region():
    result = regional(index_of("demand/supply"), np.array([10.0, 0]), np.array([5.0, 5]), np.array([1.0, 1]))
    assert result.index == pytest.approx(10 / 10)


def test_totals_of_a_zone_without_area_have_no_index():
    supply = ZonalQuantity(np.array([1.0, 8, 3]), "10^4 t", "CO2", "flow")
    demand = ZonalQuantity(np.array([200.0, 50, 10]), "t/km2", "CO2", "flow")
    result = balance(supply, demand, area=np.array([0.0, np.nan, 500]))
    assert np.isnan(result.values[:2]).all()
    assert np.isfinite(result.values[2])


def test_esdr_of_the_region_uses_the_zones_maxima():
    supply, demand = np.array([30.0, 10]), np.array([10.0, 20])
    result = regional(index_of("ESDR"), supply, demand, np.array([1.0, 3]))
    assert result.index == pytest.approx((15 - 17.5) / ((30 + 20) / 2))


def test_mismatch_is_the_sign_of_both_z_scores():
    supply = np.array([9.0, 8, 1, 2, np.nan])
    demand = np.array([7.0, 1, 8, 2, 100])
    assert mismatch_types(supply, demand) == ["high-high", "high-low", "low-high", "low-low", None]


def test_z_scores_have_mean_0_and_sd_1_and_are_unknown_for_constant_values():
    values = z_scores(np.array([1.0, 4, 7, np.nan]))
    assert np.nanmean(values) == pytest.approx(0)
    assert np.nanstd(values) == pytest.approx(1)
    assert np.isnan(z_scores(np.full(4, 0.1))).all()
    assert mismatch_types(np.full(3, 5.0), np.arange(3.0)) == [None] * 3


def test_stock_over_flow_without_a_flow_is_nan():
    years = stock_over_flow(np.array([10.0, 10, np.nan]), "CO2", np.array([2.0, 0, 1]), "CO2")
    np.testing.assert_allclose(years, [5, np.nan, np.nan])


def test_a_zone_without_land_cover_has_no_supply_by_area():
    """The second zone has no land cover, the third on half of its area: 3 t on 250 km2."""
    zones = BalanceZones(AREA, labels, np.array([1.0, 0, 0.5]))
    supply = ZonalQuantity(np.array([1.0, 8.0, 3.0]), "10^4 t", "CO2", "flow")
    demand = ZonalQuantity(np.array([200.0, 50.0, 10.0]), "t/km2", "CO2", "flow")
    result = zonal_balance(index_of("demand/supply"), supply, demand, zones, Log())
    np.testing.assert_allclose(result.values, [2, np.nan, 10 / 120])
