"""Study B (Beibu Gulf): totals, densities and changes of the scenarios, and their certainty at a CV of 20 %."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import preset_pool_table
from carbon_balance.core.supply.storage import carbon_by_class
from carbon_balance.core.uncertainty.areas import ScenarioAreas, with_all
from carbon_balance.core.uncertainty.assessment import UncertaintySettings, assess
from carbon_balance.core.uncertainty.pool_sd import with_sd

KM2 = 116_996
# Table 7, km2: forest, grassland, water, unutilised; shares of cropland and construction, %.
AREAS = {
    "2020": (60667, 2162, 3401, 11, 38.54, 4.84),
    "urbanised": (58260, 2080, 3061, 7, 37.48, 8.31),
    "agricultural": (61576, 1968, 3119, 7, 40.64, 2.38),
    "ecological": (62010, 2241, 3373, 7, 36.83, 5.36),
}
SCENARIOS = ("urbanised", "agricultural", "ecological")
CODES = np.array([1, 2, 3, 4, 5, 6])


def area_ha(name):
    """In the order of the six classes: cropland, forest, grassland, water, built-up, unused."""
    forest, grass, water, unused, crop, construction = AREAS[name]
    return 100 * np.array([crop * KM2 / 100, forest, grass, water, construction * KM2 / 100, unused])


@pytest.fixture(scope="module")
def pools():
    return preset_pool_table("beibu_gulf", "six_classes")


def test_stock_of_2020_equals_the_published_one(pools):
    carbon = carbon_by_class(CODES, area_ha("2020"), pools, "Table 7")
    assert carbon.total_t / 1e9 == pytest.approx(3.54, abs=0.005)
    assert carbon.total_t / (KM2 * 1e6) * 1000 == pytest.approx(30.23, abs=0.005)


@pytest.mark.parametrize(
    ("name", "density_kg_m2", "change_mt"),
    [("urbanised", 29.27, -112.4), ("agricultural", 30.95, 84.2), ("ecological", 30.26, 3.0)],
)
def test_changes_of_the_scenarios_equal_the_published_ones(pools, name, density_kg_m2, change_mt):
    start, end = (carbon_by_class(CODES, area_ha(each), pools, "Table 7").total_t for each in ("2020", name))
    assert end / (KM2 * 1e6) * 1000 == pytest.approx(density_kg_m2, abs=0.005)
    assert (end - start) / 1e6 == pytest.approx(change_mt, abs=0.05)


def sure(pools, correlation):
    stock = area_ha("2020")
    none = np.empty((0, len(CODES)))
    changes = [with_all(none, (), area_ha(name) - stock) for name in SCENARIOS]
    areas = ScenarioAreas(with_all(none, (), stock), changes, list(SCENARIOS))
    return assess(areas, with_sd(pools, None, 20), UncertaintySettings(correlation=correlation, draws=40_000), Log())


@pytest.mark.parametrize(
    ("correlation", "stock_1e9", "change_1e6", "gain"),
    [(1.0, 0.516, (19, 15, 15), 0.583), (0.0, 0.388, (14.7, 10.9, 10.9), 0.610)],
)
def test_uncertainty_at_a_cv_of_20_percent_equals_the_closed_form(pools, correlation, stock_1e9, change_1e6, gain):
    found = sure(pools, correlation)
    assert found.stock_sd_t[-1] / 1e9 == pytest.approx(stock_1e9, abs=0.0005)
    assert found.outcome.stock.sd[-1] / 1e9 == pytest.approx(stock_1e9, rel=0.02)
    digits = 0.55 if correlation else 0.05
    for sd, summary, closed_t in zip(change_1e6, found.outcome.changes, found.changes_sd_t):
        assert closed_t[-1] / 1e6 == pytest.approx(sd, abs=digits)
        assert summary.sd[-1] == pytest.approx(closed_t[-1], rel=0.02)
    urbanised, agricultural, ecological = (change.gain[-1] for change in found.outcome.changes)
    assert (urbanised, agricultural) == (pytest.approx(0, abs=0.001), pytest.approx(1, abs=0.001))
    assert ecological == pytest.approx(gain, abs=0.01)
    assert found.outcome.best[1, -1] > 0.99


def test_drawing_by_cell_would_underestimate_the_error(pools):
    """Separate draws for 117,000 cells would leave 0.002e9 t of the 0.52e9 t."""
    whole = sure(pools, 1.0).stock_sd_t[-1]
    cells = area_ha("2020") / 100
    s_t = 0.2 * pools.density_t_ha * 100
    by_cell = np.sqrt((cells * s_t**2).sum())
    assert by_cell / 1e9 == pytest.approx(0.002, abs=0.0005)
    assert whole > 200 * by_cell
