"""Realisations against closed forms; one draw for all zones and dates; independence of workers."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.uncertainty import DISTRIBUTIONS
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables import columns
from carbon_balance.core.tables.table import Table
from carbon_balance.core.uncertainty.areas import ScenarioAreas, with_all
from carbon_balance.core.uncertainty.assessment import UncertaintySettings, assess
from carbon_balance.core.uncertainty.confusion import ConfusionMatrix, log_confusion, read_confusion
from carbon_balance.core.uncertainty.densities import draw_densities
from carbon_balance.core.uncertainty.pool_sd import UncertainPools
from carbon_balance.core.uncertainty.propagate import Ratio, closed_form_sd, propagate
from carbon_balance.core.uncertainty.tornado import tornado
from carbon_balance.core.uncertainty.zone_classes import zone_classes
from scipy import stats

CODES = np.array([1, 2, 3, -4])
NAMES = ["crop", "wood", "grass", "sea"]


def uncertain(cv=0.2, seed=0):
    mean = np.random.default_rng(seed).uniform(5, 80, (4, 4))
    mean[3] = 0
    return UncertainPools("pools", CODES, NAMES, ["above", "below", "soil", "dead"], mean, cv * mean)


def some_areas(zones=7, scenarios=2, seed=1):
    random = np.random.default_rng(seed)
    stock = random.uniform(0, 1e4, (zones, 4))
    changes = []
    for _ in range(scenarios):
        change = random.normal(0, 300, (zones, 4))
        changes.append(change - change.mean(axis=1, keepdims=True))
    return ScenarioAreas(
        with_all(stock, (), stock.sum(axis=0)),
        [with_all(change, (), change.sum(axis=0)) for change in changes],
        [f"scenario {number}" for number in range(scenarios)],
    )


@pytest.mark.parametrize("kind", DISTRIBUTIONS)
@pytest.mark.parametrize("correlation", [0.0, 0.4, 1.0])
def test_realisations_have_the_sd_of_the_closed_form(kind, correlation):
    found = assess(some_areas(), uncertain(), UncertaintySettings(kind, correlation, 20_000, 5), Log())
    assert len(found.quantities()) == 3
    for _, _, summary, closed_t in found.quantities():
        np.testing.assert_allclose(summary.sd, closed_t, rtol=0.03)
    # s_k of fully correlated and of independent pools, exact for shapes that are alike.
    sd = uncertain().sd_t_ha
    if correlation != 0.4:
        s_k = sd.sum(axis=1) if correlation else np.sqrt((sd**2).sum(axis=1))
        np.testing.assert_allclose(found.drawn.sd_t_ha, s_k, rtol=1e-4)
        areas = some_areas()
        np.testing.assert_allclose(found.stock_sd_t, np.sqrt(((areas.stock_ha * s_k) ** 2).sum(axis=1)), rtol=1e-4)
        change = np.sqrt(((areas.changes_ha[0] * s_k) ** 2).sum(axis=1))
        np.testing.assert_allclose(found.changes_sd_t[0], change, rtol=1e-4)


def test_quantiles_and_probabilities_are_those_of_the_normal():
    areas = some_areas(scenarios=1)
    pools = uncertain(0.1)
    found = assess(areas, pools, UncertaintySettings(draws=40_000), Log())
    mean = areas.stock_ha @ pools.mean_t_ha.sum(axis=1)
    summary, closed = found.outcome.stock, found.stock_sd_t
    for values, z in ((summary.low, -1.96), (summary.median, 0), (summary.high, 1.96)):
        np.testing.assert_allclose(values, mean + z * closed, atol=0.04 * closed.max())
    change = areas.changes_ha[0] @ pools.mean_t_ha.sum(axis=1)
    expected = stats.norm.cdf(change / found.changes_sd_t[0])
    np.testing.assert_allclose(found.outcome.changes[0].gain, expected, atol=0.01)


def test_quantiles_are_numpys():
    drawn = np.random.default_rng(2).uniform(1, 9, (1003, 2))
    areas = np.array([[2.0, 3.0], [0.0, 1.0]])
    summary = propagate(areas, [], drawn, Log()).stock
    expected = np.quantile(drawn @ areas.T, [0.025, 0.5, 0.975], axis=0)
    np.testing.assert_allclose([summary.low, summary.median, summary.high], expected, rtol=1e-12)


def test_probabilities_of_the_best_scenario_are_its_share_of_realisations():
    areas = some_areas(scenarios=3)
    pools = uncertain(0.5)
    drawn = draw_densities(pools, "lognormal", 1, 5000, 1, Log()).draws_t_ha
    outcome = propagate(areas.stock_ha, areas.changes_ha, drawn, Log())
    carbon = np.array([drawn @ change[2] for change in areas.changes_ha])
    expected = np.bincount(carbon.argmax(axis=0), minlength=3) / 5000
    np.testing.assert_allclose(outcome.best[:, 2], expected, atol=1e-12)
    np.testing.assert_allclose(outcome.best.sum(axis=0), 1)


def test_one_draw_applies_to_all_zones_and_dates():
    """Separate draws by zone would make the SD of the sum smaller by sqrt(zones)."""
    stock = np.tile([100.0, 50, 20, 5], (100, 1))
    areas = ScenarioAreas(with_all(stock, (), stock.sum(axis=0)), [np.zeros((101, 4))], ["the same land cover"])
    found = assess(areas, uncertain(), UncertaintySettings(), Log())
    assert found.outcome.stock.sd[-1] == pytest.approx(100 * found.outcome.stock.sd[0])
    change = found.outcome.changes[0]
    assert (change.mean[-1], change.sd[-1]) == (0, 0)
    assert np.isnan(change.gain).all()


def test_results_of_one_seed_do_not_depend_on_workers_or_class_order():
    areas, pools = some_areas(zones=300), uncertain()
    matrix = ConfusionMatrix(np.array([2, 1]), np.array([[40.0, 3], [5, 60]]))
    one, three = (assess(areas, pools, UncertaintySettings(), Log(), matrix, workers=workers) for workers in (1, 3))
    for a, b in zip(one.quantities(), three.quantities()):
        for name in ("mean", "sd", "low", "median", "high", "gain"):
            np.testing.assert_array_equal(getattr(a[2], name), getattr(b[2], name))
    turned = UncertainPools("p", CODES[::-1], NAMES[::-1], pools.pools, pools.mean_t_ha[::-1], pools.sd_t_ha[::-1])
    drawn = [draw_densities(each, "normal", 0.5, 200, 1, Log()).draws_t_ha for each in (pools, turned)]
    np.testing.assert_array_equal(drawn[0], drawn[1][:, ::-1])
    other = draw_densities(pools, "normal", 0.5, 200, 2, Log()).draws_t_ha
    assert (drawn[0][:, 0] != other[:, 0]).all()


def test_a_strongly_truncated_normal_is_logged_and_keeps_its_closed_form():
    log = Log()
    found = assess(some_areas(), uncertain(1.0), UncertaintySettings(draws=40_000), log)
    assert "raises the mean density of crop from" in log.warnings[0]
    np.testing.assert_allclose(found.outcome.stock.sd, found.stock_sd_t, rtol=0.02)
    np.testing.assert_allclose(found.outcome.stock.mean, found.areas.stock_ha @ found.drawn.mean_t_ha, rtol=0.02)


def test_tornado_shares_add_up_and_follow_the_variance():
    pools = uncertain()
    area = np.array([100.0, -300, 0, 50])
    for correlation in (0.0, 1.0):
        drawn = draw_densities(pools, "normal", correlation, 200, 1, Log())
        bars = tornado(area, drawn, "normal")
        assert bars.share.sum() == pytest.approx(1)
        assert (np.diff(bars.share) <= 0).all()
        assert set(bars.row) == {0, 1}
        if not correlation:
            row, pool = int(bars.row[0]), int(bars.pool[0])
            variance = closed_form_sd(area[None], drawn.sd_t_ha)[0] ** 2
            assert bars.share[0] == pytest.approx((area[row] * pools.sd_t_ha[row, pool]) ** 2 / variance, rel=1e-4)
            half = 1.96 * abs(area[row]) * pools.sd_t_ha[row, pool]
            total = area @ pools.mean_t_ha.sum(axis=1)
            assert (bars.low_t[0], bars.high_t[0]) == (
                pytest.approx(total - half, rel=1e-3),
                pytest.approx(total + half, rel=1e-3),
            )


def test_probability_of_zone_classes():
    areas = ScenarioAreas(
        np.array([[100.0, 0, 0, 0], [100, 0, 0, 0], [100, 0, 0, 0], [np.nan] * 4, [300, 0, 0, 0]]), [], []
    )
    pools = UncertainPools(
        "p", CODES, NAMES, ["total"], np.array([[50.0], [1], [1], [0]]), np.array([[10.0], [0], [0], [0]])
    )
    supply = areas.supply_t(pools_of(pools))
    demand = np.array([1000.0, 4000.0, np.nan, 10.0])
    classes = zone_classes(demand, supply, [0.5, 0.75, 1.0], 4, "1-2,3,4", lambda count: list("abc")[:count], "ratio")
    assert classes.limits.tolist() == [0.75, 1.0]
    assert classes.central.tolist() == [0, 1, -1, -1]
    found = assess(areas, pools, UncertaintySettings(draws=50_000), Log(), zone_classes=classes)
    # R <= limit where supply >= demand/limit.
    cdf = stats.truncnorm(-5, np.inf, 5000, 1000).cdf
    expected = [1 - cdf(4000 / 0.75), cdf(4000 / 0.75) - cdf(4000), cdf(4000)]
    np.testing.assert_allclose(found.outcome.classes[1], expected, atol=0.01)
    zones = found.zone_columns()
    assert zones[columns.ZONE] == ["a", "b", None, None]
    assert zones[columns.P_ZONE][1] == pytest.approx(expected[1], abs=0.01)
    assert np.isnan(zones[columns.P_ZONE][2:]).all()
    long = classes.long_columns(found.outcome.classes, ["n", "e", "s", "w"])
    assert long[columns.ZONE_NAME][3] == "e"
    assert long[columns.P_ZONE][3:6].tolist() == found.outcome.classes[1].tolist()


def pools_of(uncertain_pools):
    from carbon_balance.core.supply.pools import PoolTable

    whole = uncertain_pools.mean_t_ha.sum(axis=1)
    return PoolTable("p", uncertain_pools.codes, uncertain_pools.names, None, whole)


def test_a_ratio_with_zero_supply_is_in_the_last_class():
    outcome = propagate(np.array([[0.0]]), [], np.ones((100, 1)), Log(), Ratio(np.array([5.0]), np.array([1.0, 2.0])))
    assert outcome.classes.tolist() == [[0, 0, 1]]


def test_land_cover_error_is_that_of_the_published_example():
    """Olofsson et al. 2014: 21,158 ha deforested instead of the map's 18,000, 95 % within 6,158 ha."""
    counts = np.array([[66.0, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])
    codes = np.array([1, 2, 3, 4])
    names = ["deforestation", "forest gain", "stable forest", "stable non-forest"]
    pools = UncertainPools("p", codes, names, ["total"], np.array([[1.0], [0], [0], [0]]), np.zeros((4, 1)))
    mapped_ha = np.array([18000.0, 13500, 288000, 580500])
    areas = ScenarioAreas(np.vstack([mapped_ha, mapped_ha]), [], [])
    log = Log()
    found = assess(areas, pools, UncertaintySettings(draws=40_000), log, ConfusionMatrix(codes, counts))
    assert (mapped_ha @ found.expected)[0] == pytest.approx(21158, abs=1)
    assert found.outcome.stock.mean[0] == pytest.approx(21158, rel=3e-3)
    assert found.outcome.stock.sd[0] == pytest.approx(6158 / 1.96, rel=0.02)
    assert "640 samples, overall accuracy 91.7%" in log.notes[0]
    rows = found.tornado_columns()
    assert rows[columns.NAME] == ["error of the land cover"]
    assert rows[columns.VARIANCE_SHARE] == [1]


def matrix_table(fields, *rows):
    return Table("the confusion matrix", fields, [list(row) for row in rows])


def test_confusion_matrix_is_read_by_code_or_name():
    for fields in (["map", "1", "2", "Total"], ["lucode", "ref_1", "class 2", "sum"], ["分类", "crop", "wood", "合计"]):
        found = read_confusion(matrix_table(fields, [2, "3", 40, 43], [1, 60, 5, 65]), CODES, NAMES)
        assert found.codes.tolist() == [2, 1]
        assert found.counts.tolist() == [[40, 3], [5, 60]]


def test_classes_without_a_row_of_the_matrix_are_logged():
    log = Log()
    matrix = ConfusionMatrix(np.array([1, 2]), np.array([[9.0, 1], [1, 9]]))
    assess(some_areas(), uncertain(), UncertaintySettings(draws=200), log, matrix)
    assert log.warnings == [
        "Classes without a row in the confusion matrix, treated as mapped without error: grass, sea."
    ]


@pytest.mark.parametrize(
    ("fields", "rows", "message"),
    [
        (["map", "1", "2"], [[1, 5, 1]], "is not square: it has rows for class 1 and columns for class 1, 2"),
        (["map", "1"], [[1, 5], [2, 5]], "is not square: it has rows for class 1, 2 and columns for class 1;"),
        (["map", "1", "9"], [[1, 5, 1], [9, 1, 5]], "has class 9, which is not in the pool table"),
        (["map", "1", "2"], [[1, 0.9, 0.1], [2, 0.2, 0.8]], "must contain sample counts"),
        (["map", "1", "2"], [[1, 9, 1], [2, 0, 0]], "class 2 has no samples"),
        (["map", "1", "2"], [[1, 9, -1], [2, 0, 5]], "is negative"),
    ],
)
def test_confusion_matrix_refused(fields, rows, message):
    with pytest.raises(CarbonBalanceError, match=message):
        read_confusion(matrix_table(fields, *rows), CODES, NAMES)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"correlation": 1.5}, "correlation between pools is 1.5: it must be from 0 to 1"),
        ({"draws": 10}, "10 draws are too few"),
        ({"distribution": "uniform"}, "Unknown distribution uniform"),
    ],
)
def test_settings_refused(values, message):
    with pytest.raises(CarbonBalanceError, match=message):
        assess(some_areas(), uncertain(), UncertaintySettings(**values), Log())


def test_zones_below_one_tonne_have_a_class_and_zones_of_zero_have_none():
    demand, supply = np.array([0.5, 2.0, 0.0, 1.0]), np.array([0.5, 0.5, 1.0, 0.0])
    classes = zone_classes(demand, supply, [1.5], 2, "", lambda count: list("ab")[:count], "ratio")
    assert classes.central.tolist() == [0, 1, -1, -1]
    np.testing.assert_array_equal(classes.demand_t, [0.5, 2, np.nan, np.nan])


def test_classes_without_a_row_in_the_confusion_matrix_are_named_if_they_are_on_a_map():
    """Wood occurs at present, grass only in the second scenario, sea nowhere."""
    stock, none = np.array([[9.0, 0, 0, 0], [9, 1, 0, 0]]), np.zeros((2, 4))  # a zone, and all
    gained = np.array([[0.0, 0, 0, 0], [-1, 0, 1, 0]])
    log, said = Log(), []
    log.info = said.append
    matrix = ConfusionMatrix(np.array([1]), np.array([[1234.0]]))
    log_confusion(matrix, ScenarioAreas(stock, [none, gained], ["a", "b"]), uncertain(), log)
    assert "1,234 samples, overall accuracy 100.0%" in said[0]
    assert log.warnings == [
        "Classes without a row in the confusion matrix, treated as mapped without error: wood, grass."
    ]
    log = Log()
    log_confusion(ConfusionMatrix(CODES, np.eye(4)), ScenarioAreas(stock, [gained], ["a"]), uncertain(), log)
    assert log.warnings == []
    matrix = ConfusionMatrix(np.array([1, 2]), np.eye(2))
    log_confusion(matrix, ScenarioAreas(stock, [none], ["a"]), uncertain(), log)
    assert log.warnings == []
