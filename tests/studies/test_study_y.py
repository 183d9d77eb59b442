"""Central Yunnan, 49 counties, 2020 (Dong et al. 2025): the published classes, zones and shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.balance.indices import index_of, index_values
from carbon_balance.core.options.balance import DEMAND_SUPPLY
from carbon_balance.core.options.zoning import AS_PUBLISHED, EXACT, FIXED_LIMITS
from carbon_balance.core.statistics.breaks import classify, exact_limits, published_limits
from carbon_balance.core.zoning.natural_breaks import natural_zoning
from carbon_balance.core.zoning.zone_names import IN_CHINESE, SURPLUS_FIRST, class_zone_names
from osgeo import ogr

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "central_yunnan.geojson"
RULE = "1-2,3,4,5-7"
NAMES = class_zone_names("", SURPLUS_FIRST, IN_CHINESE, 4)
# Table 4: the upper limits of the first six classes, and a county at the upper end of each class.
LIMITS = [0.013832, 0.025549, 0.040932, 0.076898, 0.136217, 0.356339]
SUPPLY, DEMAND = "published_supply_1e6t", "published_demand_t_km2"
HIGHEST = ["武定县", "会泽县", "富源县", "通海县", "麒麟区", "呈贡区", "官渡区"]
# Median of published demand x area / census population, t CO2 a person.
T_PER_PERSON = 3.938


@pytest.fixture(scope="module")
def counties():
    source = ogr.Open(str(SAMPLE))
    layer = source.GetLayer(0)
    rows = [feature.items() for feature in layer]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module")
def ratio(counties):
    """Demand / supply, both per km2."""
    supply_t_km2 = counties["published_supply_1e6t"] * 1e6 / counties["polygon_km2"]
    return index_values(index_of(DEMAND_SUPPLY), supply_t_km2, counties["published_demand_t_km2"])


def zoned(values, method=AS_PUBLISHED, limits=()):
    return natural_zoning(values, method, 7, limits, RULE, "ratio")


def agreeing(counties, zoning):
    return int((np.array(zoning.zones(NAMES)) == counties["published_zone_zh"]).sum())


def test_published_zones(counties, ratio):
    zoning = zoned(ratio)
    assert zoning.chosen.sizes.tolist() == [7, 13, 12, 9, 3, 3, 2]
    assert zoning.zone_sizes() == [20, 12, 9, 8]
    assert agreeing(counties, zoning) == 49
    assert zoning.chosen.gvf == pytest.approx(0.978, abs=5e-4)


def test_published_limits_to_the_accuracy_of_the_outlines(counties, ratio):
    # The paper's areas are not printed; the sample's outlines are within 2 % of what its limits imply.
    chosen = zoned(ratio).chosen
    for j, county in enumerate(HIGHEST):
        row = np.flatnonzero(counties["name_zh"] == county)[0]
        assert chosen.classes[row] == j + 1
    assert chosen.limits == pytest.approx(LIMITS, rel=0.02)


def test_published_zones_from_census_population(counties):
    demand_t = T_PER_PERSON * counties["population_2020"]
    zoning = zoned(demand_t / (counties["published_supply_1e6t"] * 1e6))
    assert zoning.chosen.sizes.tolist() == [7, 13, 12, 9, 3, 3, 2]
    assert agreeing(counties, zoning) == 49
    per_person = counties["published_demand_t_km2"] * counties["polygon_km2"] / counties["population_2020"]
    assert np.median(per_person) == pytest.approx(T_PER_PERSON, abs=5e-4)


def test_exact_natural_breaks_fit_better_than_the_published_ones(counties, ratio):
    zoning = zoned(ratio, EXACT)
    assert zoning.chosen.sizes.tolist() == [32, 9, 3, 2, 1, 1, 1]
    assert agreeing(counties, zoning) == 23
    assert zoning.chosen.gvf == pytest.approx(0.9946, abs=5e-5)
    assert len(zoning.changed()) == 49 - 23


def test_fixed_published_limits(counties, ratio):
    assert agreeing(counties, zoned(ratio, FIXED_LIMITS, LIMITS)) == 47


def test_classes_of_the_maps(counties):
    supply, demand = (classify(counties[name], published_limits(counties[name], 5, name)) for name in (SUPPLY, DEMAND))
    assert supply.sizes.tolist() == [11, 12, 8, 11, 7]
    assert demand.sizes.tolist() == [29, 12, 3, 3, 2]
    assert (
        supply.gvf
        < classify(counties["published_supply_1e6t"], exact_limits(counties["published_supply_1e6t"], 5, "supply")).gvf
    )


def test_classes_do_not_depend_on_row_order_unit_or_repetition(ratio):
    classes = zoned(ratio).chosen.classes
    rng = np.random.default_rng(2020)
    for _ in range(20):
        order = rng.permutation(49)
        assert (zoned(ratio[order]).chosen.classes == classes[order]).all()
    for factor in (1000, 1e-6, 44 / 12):
        assert (zoned(ratio * factor).chosen.classes == classes).all()
    for row in range(49):
        repeated = zoned(np.append(ratio, ratio[row])).chosen.classes
        assert (repeated[:49] == classes).all()
        assert repeated[49] == classes[row]


def test_shares_of_table_3(counties):
    """Each share is the part of the county in the sum of the column, in percent with two decimals."""
    demand = 100 * counties["published_demand_t_km2"] / counties["published_demand_t_km2"].sum()
    assert (np.round(demand, 2) == counties["published_demand_pct"]).all()
    supply = np.round(100 * counties["published_supply_1e6t"] / counties["published_supply_1e6t"].sum(), 2)
    # Three supply shares are printed 0.01 below what their own figures round to, so that the column sums to 100.
    off = counties["name_zh"][supply != counties["published_supply_pct"]]
    assert set(off) == {"呈贡区", "元江县", "禄丰县"}
    assert np.abs(supply - counties["published_supply_pct"]).max() == pytest.approx(0.01)
    assert counties["published_supply_pct"].sum() == pytest.approx(100)


def test_sums_of_table_3(counties):
    """Prefectures add up to the region, whose supply is also the sum of the ten land classes of Table 1."""
    table_1 = [0, 3.63, 44.82, 43.19, 364.45, 86.47, 6.48, 35.44, 193.15, 1573.38]
    sums = {
        city: (
            round(counties["published_supply_1e6t"][counties["city"] == city].sum(), 2),
            round(counties["published_supply_pct"][counties["city"] == city].sum(), 2),
            round(counties["published_demand_pct"][counties["city"] == city].sum(), 2),
        )
        for city in dict.fromkeys(counties["city"])
    }
    assert sums == {
        "Kunming": (425.62, 18.10, 63.62),
        "Qujing": (584.13, 24.86, 12.04),
        "Yuxi": (326.22, 13.87, 11.74),
        "Chuxiong": (663.74, 28.24, 4.96),
        "Honghe": (351.30, 14.93, 7.63),
    }
    assert sum(supply for supply, _, _ in sums.values()) == pytest.approx(sum(table_1))
    # What the paper calls the total demand is this sum of densities, no quantity of the region.
    assert counties["published_demand_t_km2"].sum() == pytest.approx(67613.71)
