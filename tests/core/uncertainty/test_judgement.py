"""Shares of variance and zones that keep their class, each against brute force."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.options.land_cover import SIX_CLASSES, schemes
from carbon_balance.core.options.uncertainty import LOGNORMAL, NORMAL, judged_schemes
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import preset_pool_table
from carbon_balance.core.tables.bundled import resource_table
from carbon_balance.core.tables.table import Table
from carbon_balance.core.text.headings import heading_of, title_of
from carbon_balance.core.text.vocabulary import shown
from carbon_balance.core.uncertainty.areas import ScenarioAreas, with_all
from carbon_balance.core.uncertainty.assessment import UncertaintySettings, assess
from carbon_balance.core.uncertainty.confusion import ConfusionMatrix
from carbon_balance.core.uncertainty.densities import CodeMoments
from carbon_balance.core.uncertainty.judgement import read_judgements
from carbon_balance.core.uncertainty.pool_sd import UncertainPools, with_sd
from carbon_balance.core.uncertainty.variance_sources import variance_shares, zone_stability

CODES = np.array([1, 2, 3])
POOLS = UncertainPools(
    label="pools",
    codes=CODES,
    names=["forest", "grass", "savanna"],
    pools=["total"],
    mean_t_ha=np.array([[150.0], [70.0], [70.0]]),
    sd_t_ha=np.array([[30.0], [14.0], [14.0]]),
)
AREA_HA = np.array([[100.0, 50.0, 80.0], [10.0, 300.0, 5.0], [0.0, 0.0, 40.0]])
COUNTS = np.array([[40.0, 3, 7], [2, 30, 8], [6, 9, 35]])


def table(text: str) -> Table:
    fields, *rows = text.split()
    return Table("the judgements", fields.split(","), [row.split(",") for row in rows])


def judged(text="code,class,weight 3,1,1 3,2,3"):
    return read_judgements(table(text), POOLS, POOLS)


def test_the_bar_of_a_judgement_spans_its_possible_decisions():
    """100 ha of forest, 80 of savanna at 150 or 70 t/ha, of which 60 ha are lost: actual limits, not 1.96 SD."""
    lost = with_all(np.array([[0.0, 0, -60]]), (), np.array([0.0, 0, -60]))
    changing = ScenarioAreas(with_all(AREA_HA[:1], (), AREA_HA[0]), [lost], ["later"], np.ones(1))
    settings = UncertaintySettings(NORMAL, 1.0, 2000, 3)
    found = assess(changing, POOLS, settings, Log(), judged=judged()).tornado_columns()
    names = dict(zip(CODES.tolist(), POOLS.names))
    for code, name in zip(found["code"], found["name"]):
        assert name == names.get(code, "judgement on classes and error of the land cover")
    assert {"forest", "grass"} <= set(found["name"])
    ends = {
        kind: (low, high)
        for kind, code, low, high in zip(
            found["quantity"], found["code"], found["carbon_low_t"], found["carbon_high_t"]
        )
        if code is None
    }
    held = 100 * 150 + 50 * 70
    assert ends["stock"] == pytest.approx((held + 80 * 70, held + 80 * 150))
    assert ends["change"] == pytest.approx((-60 * 150, -60 * 70))


def test_weights_that_do_not_sum_to_one_give_a_warning():
    told: list[str] = []
    given = table("code,class,weight 3,1,0.6 3,2,0.35")
    given.warn = told.append
    assert read_judgements(given, POOLS, POOLS)[0].weights == pytest.approx([0.6 / 0.95, 0.35 / 0.95])
    assert "the weights of code 3 add up to 0.95 instead of 1" in told[0]


def areas(stock_ha):
    return ScenarioAreas(with_all(stock_ha, (), stock_ha.sum(axis=0)), [], [], np.ones(len(stock_ha)))


def by_nested_loops(area_ha, counts, outer=1500, inner=400):
    """Shapley effects by sampling: the outer loop fixes some sources, the inner one averages over the others.

    Densities are lognormal with the same score for a code whichever class it gets; written without the code under test.
    """
    random = np.random.default_rng(5)

    def draw(n):
        classes = np.where(random.random(n) < 0.25, 0, 1)
        scores = random.standard_normal((n, 3))
        parts = np.stack([random.dirichlet(row, n) for row in counts], axis=1)
        return classes, scores, parts

    def carbon(classes, scores, parts):
        mean = np.array([150.0, 70.0, 70.0])[None, :].repeat(len(classes), 0)
        mean[:, 2] = np.where(classes == 0, 150.0, 70.0)
        log_variance = math.log(1.04)
        density = mean * np.exp(-log_variance / 2 + math.sqrt(log_variance) * scores)
        return np.einsum("i,nij,nj->n", area_ha, parts, density)

    def value(fixed):
        held = draw(outer)
        means = np.empty(outer)
        for at in range(outer):
            free = draw(inner)
            mixed = [
                np.repeat(held[source][at : at + 1], inner, axis=0) if source in fixed else free[source]
                for source in range(3)
            ]
            means[at] = carbon(*mixed).mean()
        # What the inner mean still scatters is taken off.
        return means.var(ddof=1)

    whole = carbon(*draw(400_000)).var()
    values = {(): 0.0, (0, 1, 2): whole}
    for size in (1, 2):
        for fixed in itertools.combinations(range(3), size):
            raw = value(fixed)
            values[fixed] = (raw - whole / inner) / (1 - 1 / inner)
    effects = np.zeros(3)
    for order in itertools.permutations(range(3)):
        for at, source in enumerate(order):
            before, after = tuple(sorted(order[:at])), tuple(sorted(order[: at + 1]))
            effects[source] += (values[after] - values[before]) / 6
    return effects / whole


def test_shares_equal_nested_loops_and_add_up_to_one():
    found = assess(
        areas(AREA_HA), POOLS, UncertaintySettings(LOGNORMAL, 1.0, 10_000, 3), Log(),
        confusion=ConfusionMatrix(CODES, COUNTS), judged=judged(),
    )  # fmt: skip
    shares = found.shares[0]
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    assert (shares > 0).all()
    for zone in (0, 2):
        np.testing.assert_allclose(shares[zone], by_nested_loops(AREA_HA[zone], COUNTS), atol=0.035)
    # The variance that is shared out is that of the realisations.
    assert found.outcome.stock.mean[0] == pytest.approx(
        AREA_HA[0] @ (COUNTS / COUNTS.sum(axis=1, keepdims=True)) @ [150, 70, 0.25 * 150 + 0.75 * 70], rel=0.01
    )


def test_judgement_alone_in_closed_form():
    """Without error of densities and areas: mean and variance of a Bernoulli choice of 150 or 70 t/ha."""
    certain = UncertainPools(POOLS.label, CODES, POOLS.names, POOLS.pools, POOLS.mean_t_ha, POOLS.sd_t_ha * 0)
    codes = read_judgements(table("code,class,weight 3,1,1 3,2,3"), certain, certain)
    found = assess(areas(AREA_HA), certain, UncertaintySettings(NORMAL, 1.0, 20_000, 3), Log(), judged=codes)
    np.testing.assert_allclose(found.shares[0], [[1, 0, 0]] * 4, atol=1e-12)
    stock = found.outcome.stock
    np.testing.assert_allclose(stock.sd[:3], AREA_HA[:, 2] * 80 * math.sqrt(0.25 * 0.75), rtol=0.02)
    np.testing.assert_allclose(stock.mean[2], 40 * 90, rtol=0.02)
    assert {stock.low[2], stock.high[2]} == {40 * 70.0, 40 * 150.0}


def test_without_variance_the_shares_are_unknown():
    still = CodeMoments(np.ones(3), np.zeros(3), np.zeros(3), np.zeros(3))
    assert np.isnan(variance_shares(AREA_HA, CODES, still, None)).all()


def test_draws_of_codes_without_judgement_are_unchanged():
    settings = UncertaintySettings(NORMAL, 1.0, 500, 3)
    plain, with_judgement = (
        assess(areas(AREA_HA[:, :]), POOLS, settings, Log(), judged=each) for each in ((), judged())
    )
    only = areas(np.array([[10.0, 20.0, 0.0]]))
    same = [assess(only, POOLS, settings, Log(), judged=each).outcome.stock.mean for each in ((), judged())]
    assert (same[0] == same[1]).all()
    assert plain.outcome.stock.mean[0] < with_judgement.outcome.stock.mean[0]


def test_stable_zones_equal_those_of_every_possible_decision():
    random = np.random.default_rng(2)
    codes = np.arange(1, 7)
    means = random.uniform(20, 150, (6, 1))
    pools = UncertainPools("p", codes, [f"c{code}" for code in codes], ["total"], means, means * 0)
    rows = read_judgements(table("code,class,weight 4,1,1 4,4,1 5,2,1 5,3,1 5,5,1 6,1,1 6,6,1"), pools, pools)
    area_ha = random.uniform(0, 50, (60, 6))
    demand_t = (area_ha @ means[:, 0]) * random.uniform(0.5, 1.6, 60)
    limits = np.array([0.8, 1.0, 1.2])
    found = zone_stability(area_ha, means[:, 0], rows, demand_t, limits)
    base = area_ha @ means[:, 0]
    for zone in range(60):
        seen = set()
        for decision in itertools.product(*(range(len(row.classes)) for row in rows)):
            supply = base[zone] + sum(
                area_ha[zone, row.row] * (row.mean_t_ha[at, 0] - means[row.row, 0]) for row, at in zip(rows, decision)
            )
            seen.add(int((demand_t[zone] / supply > limits).sum()))
        assert found.kept[zone] == (len(seen) == 1), zone
        assert (found.moved_by[zone] == "") == (len(seen) == 1)
    assert 0 < found.kept.sum() < 60
    assert found.words()[0] in ("yes", "no")


def test_the_code_that_changes_the_class_of_a_zone_is_named():
    rows = judged()
    one_ha = np.array([[0.0, 10.0, 10.0], [10.0, 10.0, 0.0]])
    supply_t = one_ha @ POOLS.mean_t_ha[:, 0]
    found = zone_stability(one_ha, POOLS.mean_t_ha[:, 0], rows, supply_t * 1.1, np.array([1.0]))
    assert found.moved_by == ["savanna (3)", ""]
    unknown = zone_stability(one_ha, POOLS.mean_t_ha[:, 0], rows, np.array([np.nan, 1.0]), np.array([1.0]))
    assert unknown.words() == [None, "yes"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,class 3,1", "needs the columns code, class and weight"),
        ("code,class,weight 9,1,1", "has 9, which is not in pools; it has 1, 2, 3"),
        ("code,class,weight 3,8,1", "has 8, which is not in pools; it has 0, 1, 2, 3"),
        ("code,class,weight 3,1,1 3,1,2", "code 3 with class 1 twice"),
        ("code,class,weight 3,1,0 3,2,0", "no class of code 3 has a weight above 0"),
        ("code,class,weight 3,1,-1", "negative"),
    ],
)
def test_refused(text, message):
    with pytest.raises(CarbonBalanceError, match=message):
        judged(text)


def test_columns_have_headings_and_translated_values():
    assert heading_of("variance_judgement") == "Share of the variance: judgement on classes, %"
    assert title_of("zone_kept_2020") == "Zone class is the same whatever one decides (2020)"
    assert (shown("zone_kept", "yes"), shown("moved_by", "savanna (9)")) == ("yes", "savanna (9)")


def test_class_0_means_land_without_carbon():
    (only,) = judged("code,class,weight 3,0,1")
    assert only.mean_t_ha.tolist() == [[0]]


def test_bundled_tables_have_the_judgement_rows_of_their_crosswalks():
    assert set(judged_schemes()) == set(schemes()) - {SIX_CLASSES}
    classes = with_sd(preset_pool_table("henan", SIX_CLASSES), None, 10)
    for scheme in judged_schemes():
        pools = with_sd(preset_pool_table("henan", scheme), None, 10)
        crosswalk = resource_table(f"crosswalks/{scheme}.csv")
        disputed = {
            int(code): int(number)
            for code, number, yes in zip(
                crosswalk.numbers("code"), crosswalk.numbers("class"), crosswalk.texts("judgement")
            )
            if yes == "yes"
        }
        found = read_judgements(resource_table(f"judgements/{scheme}.csv"), pools, classes)
        assert {each.code for each in found} == set(disputed)
        assert all(len(each.classes) > 1 and disputed[each.code] in each.classes for each in found)
        assert all(each.weights.sum() == pytest.approx(1) for each in found)
    decided = read_judgements(resource_table("judgements/igbp.csv"), with_sd(
        preset_pool_table("henan", "igbp"), None, 10), classes, [9])  # fmt: skip
    assert 9 not in {each.code for each in decided}


def test_a_code_may_be_assigned_to_land_without_carbon():
    """Class 0 has no density and no error, whether its row is first or last in the table."""
    (code,) = judged("code,class,weight 2,0,1 2,1,2 2,3,1 2,2,0")
    assert (code.row, code.code, code.name) == (1, 2, "grass")
    assert code.classes.tolist() == [0, 1, 3]
    assert code.class_names == ["no carbon", "forest", "savanna"]
    assert code.weights.tolist() == [0.25, 0.5, 0.25]
    assert code.mean_t_ha.tolist() == [[0], [150], [70]]
    assert code.sd_t_ha.tolist() == [[0], [30], [14]]


def test_reassigned_codes_are_left_out():
    given = table("code,class,weight 3,1,1 2,1,1")
    assert [each.code for each in read_judgements(given, POOLS, POOLS, decided=[3])] == [2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,class 3,1", "needs the columns code, class and weight"),
        ("code,class,weight 3,1,1 3,1,2", "has code 3 with class 1 twice"),
        ("code,class,weight 9,1,1", "has 9, which is not in pools"),
        ("code,class,weight 3,9,1", "has 9, which is not in pools; it has 0, 1, 2, 3"),
        ("code,class,weight 3,1,0", "no class of code 3 has a weight above 0"),
    ],
)
def test_invalid_judgements_are_refused(text, message):
    with pytest.raises(CarbonBalanceError, match=message):
        judged(text)


def test_an_unknown_class_is_found_in_the_table_of_classes():
    """Also if that table has the codes of the map, and 0 for land without carbon."""
    classes = replace(POOLS, label="six classes")
    codes = replace(POOLS, codes=np.array([0, 1, 2]))
    for chosen in (POOLS, codes):
        with pytest.raises(CarbonBalanceError, match="has 8, which is not in six classes; it has 0, 1, 2"):
            read_judgements(table("code,class,weight 1,8,1"), chosen, replace(classes, codes=chosen.codes))
    with pytest.raises(CarbonBalanceError, match="has 9, which is not in pools; it has 1, 2, 3"):
        read_judgements(table("code,class,weight 9,1,1"), POOLS, classes)
