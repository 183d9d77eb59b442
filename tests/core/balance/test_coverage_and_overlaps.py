"""Partly mapped zones, overlapping zones, and the scale of ESDR if one side is unknown."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.coefficients import identity_gap
from carbon_balance.core.balance.indices import index_of
from carbon_balance.core.balance.unit_coefficients import Totals, Units, unit_coefficients
from carbon_balance.core.balance.zonal_balance import BalanceZones, ZonalQuantity, zonal_balance
from carbon_balance.core.raster.zone_outlines.overlaps import find_overlaps
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from shapes import polygon, wkb


def square(left, bottom, right, top):
    return wkb(polygon([(left, bottom), (right, bottom), (right, top), (left, top)]))


def balance(index, supply, demand, area_km2, log=None, **more):
    sides = (
        ZonalQuantity(np.array(supply, float), "t", "C", "stock"),
        ZonalQuantity(np.array(demand, float), "t", "C", "stock"),
    )
    zones = BalanceZones(np.array(area_km2, float), str, **more)
    return zonal_balance(index_of(index), *sides, zones, log or Log())


def test_supply_of_a_half_mapped_zone_is_divided_by_the_mapped_area():
    # 749,750 t on 50 of 100 km2 against 40,000 t of the whole zone.
    found = balance("demand/supply", [749750, 749750], [40000, 40000], [50, 100], coverage=np.array([1, 0.5]))
    np.testing.assert_allclose(found.values, [40000 / 749750, 40000 / 1499500])
    assert found.values[1] == pytest.approx(0.0267, abs=5e-5)
    assert found.region.supply_t == pytest.approx(749750 + 1499500)


def test_esdr_is_scaled_by_zones_that_have_both_sides():
    log = Log()
    found = balance("ESDR", [30, 10, 9000], [10, 20, np.nan], [1, 1, 1], log)
    np.testing.assert_allclose(found.values, [20 / 25, -10 / 25, np.nan])
    assert any("Smax = 30, Dmax = 20 t/km2" in note for note in log.notes)
    assert found.region.index == pytest.approx((40 - 30) / 2 / 25)


CITY = find_overlaps([square(0, 0, 1, 1), square(1, 0, 2, 1), square(0, 0, 2, 1)])
PARTLY = find_overlaps([square(0, 0, 2, 1), square(1, 0, 3, 1)])


def test_the_region_counts_a_city_and_its_counties_once():
    log = Log()
    how = {"overlaps": CITY, "names": ["east", "west", "city"]}
    found = balance("demand/supply", [10, 30, 40], [5, 5, 10], [1, 1, 2], log, **how)
    assert (found.region.supply_t, found.region.demand_t, found.region.area_km2) == (40, 10, 2)
    assert found.region.index == 0.25
    assert any("east and city (1 km2)" in warning for warning in log.warnings)


def test_the_region_of_zones_that_overlap_in_part_is_unknown():
    found = balance("demand/supply", [10, 30], [5, 5], [2, 2], overlaps=PARTLY, names=["a", "b"])
    assert np.isnan([found.region.supply_t, found.region.demand_t, found.region.index]).all()
    assert found.region.area_km2 == pytest.approx(3)
    np.testing.assert_allclose(found.values, [0.5, 5 / 30])


def test_coefficients_count_a_city_and_its_counties_once():
    emission, sink = np.array([10.0, 30, 40]), np.array([6.0, 2, 8])
    units = Units(emission, np.array([1.0, 1, 2]), sink, overlaps=CITY, names=["east", "west", "city"])
    found = unit_coefficients(units, Totals(), Log(), str)
    np.testing.assert_allclose(found.sec.values, [(6 / 8) / (10 / 40), (2 / 8) / (30 / 40), 1])
    assert found.sec.gap == pytest.approx(0)
    assert (found.emission_t, found.sink_t) == (40, 8)
    assert identity_gap(found.sec.values, emission) == pytest.approx(0)


def test_coefficients_of_units_that_overlap_in_part_are_refused():
    units = Units(np.array([10.0, 30]), np.array([2.0, 2]), np.array([6.0, 2]), overlaps=PARTLY, names=["a", "b"])
    with pytest.raises(CarbonBalanceError, match=r"a and b \(1 km2\)"):
        unit_coefficients(units, Totals(), Log(), str)
    found = unit_coefficients(units, Totals(emission_t=30, sink_t=7), Log(), str)
    np.testing.assert_allclose(found.sec.values, [(6 / 7) / (10 / 30), (2 / 7) / (30 / 30)])
    assert np.isnan(found.emission_t)
