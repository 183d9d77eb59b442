"""Sinks, SEC and the zones of EEC and SEC under uncertainty, each against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.balance.coefficients import coefficient
from carbon_balance.core.options.uncertainty import LOGNORMAL, NORMAL
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import SinkTable
from carbon_balance.core.tables.table import Table
from carbon_balance.core.text.headings import heading_of
from carbon_balance.core.uncertainty.areas import ScenarioAreas, with_all
from carbon_balance.core.uncertainty.assessment import UncertaintySettings
from carbon_balance.core.uncertainty.confusion import ConfusionMatrix
from carbon_balance.core.uncertainty.judgement import read_judgements
from carbon_balance.core.uncertainty.pool_sd import UncertainPools, sinks_with_sd
from carbon_balance.core.uncertainty.sinks.sec_chances import sec_areas
from carbon_balance.core.uncertainty.sinks.sec_outcome import SecLimits
from carbon_balance.core.uncertainty.sinks.sink_assessment import assess_sinks, sink_zone_column_names

CODES = np.array([1, 2, 3])
NAMES = ["crop", "forest", "savanna"]
RATE = np.array([1.2, 3.5, 0.5])
AREA_HA = np.array([[100.0, 50.0, 80.0], [200.0, 30.0, 5.0], [20.0, 10.0, 60.0]])
EMISSION = np.array([400.0, 150.0, 90.0])
COUNTS = np.array([[40.0, 3, 7], [2, 30, 8], [6, 9, 35]])
ZONE_NAMES = ["both", "economy", "sink", "none"]


def coefficients(cv=0.3):
    return UncertainPools("sinks", CODES, NAMES, ["total"], RATE[:, None], cv * RATE[:, None])


def judged(sinks, text="code,class,weight 3,2,1 3,3,3"):
    fields, *rows = text.split()
    table = Table("the judgements", fields.split(","), [row.split(",") for row in rows])
    return read_judgements(table, sinks, sinks)


def areas(area_ha=AREA_HA):
    return ScenarioAreas(with_all(area_ha, (), area_ha.sum(axis=0)), [], [], np.ones(len(area_ha)))


def limits(area_ha=AREA_HA, emission=EMISSION, eec=None, coverage=None, limit=1.0):
    zones = len(area_ha)
    behind = sec_areas(area_ha, np.ones(zones) if coverage is None else coverage, emission, np.ones(zones, bool))
    return SecLimits(behind, limit, 1.0, eec, ZONE_NAMES)


def found_with(kind=NORMAL, cv=0.3, draws=4000, confusion=None, decide=True, **of_limits):
    sinks = coefficients(cv)
    return assess_sinks(
        areas(), sinks, UncertaintySettings(kind, 1.0, draws, 3), Log(), confusion=confusion,
        judged=judged(sinks) if decide else (), sec=limits(**of_limits),
    )  # fmt: skip


def by_pick_freeze(area_ha, counts, draws=400_000):
    """Shapley effects of judgement, coefficients and class areas on the sink of areas, by sampling.

    The variance of the expectation given some sources is the covariance of two samples that have these in common.
    """
    random = np.random.default_rng(11)

    def draw():
        scores = random.standard_normal((draws, 3))
        log_variance = np.log(1.09)
        high = np.exp(-log_variance / 2 + np.sqrt(log_variance) * scores)
        parts = np.stack([random.dirichlet(row, draws) for row in counts], axis=1)
        return random.random(draws) < 0.25, high, parts

    def rates(forest, high, parts):
        mean = np.repeat(RATE[None, :], draws, axis=0)
        mean[:, 2] = np.where(forest, RATE[1], RATE[2])
        return np.einsum("nij,nj->ni", parts, mean * high)

    first, second = draw(), draw()
    base = rates(*first) @ area_ha
    explained = {}
    for size in range(4):
        for fixed in itertools.combinations(range(3), size):
            mixed = [(first if source in fixed else second)[source] for source in range(3)]
            explained[fixed] = np.cov(base, rates(*mixed) @ area_ha)[0, 1]
    explained[()] = 0.0
    effects = np.zeros(3)
    for order in itertools.permutations(range(3)):
        for at, source in enumerate(order):
            before, after = tuple(sorted(order[:at])), tuple(sorted(order[: at + 1]))
            effects[source] += (explained[after] - explained[before]) / 6
    return effects / explained[0, 1, 2]


def test_variance_shares_equal_sampling_and_sum_to_one():
    found = found_with(LOGNORMAL, confusion=ConfusionMatrix(CODES, COUNTS))
    np.testing.assert_allclose(found.shares.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(found.sec.shares.sum(axis=1), 1, rtol=1e-12)
    share = EMISSION / EMISSION.sum()
    for zone in (0, 2):
        own = AREA_HA[zone]
        margin = own - share[zone] * AREA_HA.sum(axis=0)
        for shares, area_ha in ((found.shares[zone], own), (found.sec.shares[zone], margin)):
            np.testing.assert_allclose(shares, by_pick_freeze(area_ha, COUNTS), atol=0.01)


def test_sec_of_each_realisation_equals_that_of_the_balance():
    """Two values of savanna without error of coefficients: SEC is one of two, computed by core.balance.coefficients."""
    found = found_with(cv=0.0, limit=1.04)
    both = []
    for savanna in (RATE[1], RATE[2]):
        sink = AREA_HA @ np.array([RATE[0], RATE[1], savanna])
        both.append(coefficient(sink, EMISSION).values)
    forest, grass = both
    np.testing.assert_allclose(found.sec.central, grass)
    np.testing.assert_allclose(found.sec.drawn.low, np.minimum(forest, grass))
    np.testing.assert_allclose(found.sec.drawn.high, np.maximum(forest, grass))
    np.testing.assert_allclose(found.sec.drawn.median, grass)
    np.testing.assert_allclose(found.sec.drawn.sd, np.abs(forest - grass) * np.sqrt(0.25 * 0.75), rtol=0.02)
    chance = 0.25 * (forest >= 1.04) + 0.75 * (grass >= 1.04)
    np.testing.assert_allclose(found.sec.high, chance, atol=0.02)
    assert found.sec.stability.words() == ["yes" if a == b else "no" for a, b in zip(forest >= 1.04, grass >= 1.04)]
    assert "no" in found.sec.stability.words() and "yes" in found.sec.stability.words()
    assert set(found.sec.stability.moved_by) == {"", "savanna (3)"}
    np.testing.assert_allclose(found.least_t[:3], AREA_HA @ RATE)
    np.testing.assert_allclose(found.most_t[:3], AREA_HA @ [RATE[0], RATE[1], RATE[1]])


def test_stable_units_equal_those_of_every_possible_decision():
    random = np.random.default_rng(4)
    codes, rate = np.arange(1, 6), random.uniform(0.1, 4, 5)
    sinks = UncertainPools("s", codes, list("abcde"), ["total"], rate[:, None], rate[:, None] * 0)
    rows = judged(sinks, "code,class,weight 3,1,1 3,3,1 4,2,1 4,3,1 4,4,1 5,1,1 5,5,1")
    area_ha, coverage = random.uniform(0, 50, (40, 5)), random.uniform(0.5, 1, 40)
    emission = ((area_ha / coverage[:, None]) @ rate) * random.uniform(0.6, 1.5, 40)
    found = assess_sinks(
        areas(area_ha), sinks, UncertaintySettings(NORMAL, 1.0, 100, 3), Log(), judged=rows,
        sec=limits(area_ha, emission, coverage=coverage),
    )  # fmt: skip
    sides = []
    for decision in itertools.product(*(each.mean_t_ha[:, 0] for each in rows)):
        now = rate.copy()
        now[[each.row for each in rows]] = decision
        sides.append(coefficient((area_ha @ now) / coverage, emission).values >= 1)
    same = np.array(sides).all(axis=0) | ~np.array(sides).any(axis=0)
    assert found.sec.stability.kept.tolist() == same.tolist()
    assert 3 < same.sum() < 37


def test_probabilities_of_the_zones():
    found = found_with(eec=np.array([1.2, 0.8, np.nan]), cv=0.5)
    chances = found.sec.chances()
    high = found.sec.high
    np.testing.assert_allclose(chances[0], [high[0], 1 - high[0], 0, 0])
    np.testing.assert_allclose(chances[1], [0, 0, high[1], 1 - high[1]])
    assert np.isnan(chances[2]).all()
    columns = found.zone_columns()
    assert columns["zone"][2] is None and columns["class"][1] in (3, 4)
    assert columns["p_zone"][0] == chances[0][columns["class"][0] - 1]
    assert found.sec.long_columns(["a", "b", "c"])["zone"][:4] == ZONE_NAMES
    assert list(columns) == sink_zone_column_names(True, True, True)
    plain = assess_sinks(areas(), coefficients(), UncertaintySettings(draws=100), Log())
    assert list(plain.zone_columns()) == sink_zone_column_names(False, False, False)


def test_a_unit_on_the_limit_reaches_it():
    area_ha = np.array([[30.0, 0, 0], [60.0, 0, 0], [10.0, 0, 0]])
    sinks = coefficients()
    found = assess_sinks(
        areas(area_ha), sinks, UncertaintySettings(NORMAL, 1.0, 500, 3), Log(), judged=judged(sinks),
        sec=limits(area_ha, np.array([3.0, 6.0, 1.0])),
    )  # fmt: skip
    assert found.sec.high.tolist() == [1, 1, 1]
    assert found.sec.stability.kept.tolist() == [1, 1, 1]


def test_units_without_emission_or_land_cover_have_no_sec_and_are_excluded():
    area_ha = np.vstack([AREA_HA, [[np.nan] * 3], [[1000.0, 0, 0]]])
    emission = np.append(EMISSION, [70.0, np.nan])
    behind = sec_areas(area_ha, np.array([1, 1, 1, 0, 1.0]), emission, np.ones(5, bool))
    np.testing.assert_allclose(behind.region_ha, AREA_HA.sum(axis=0))
    np.testing.assert_allclose(behind.emission_share[:3], EMISSION / EMISSION.sum())
    assert np.isnan(behind.emission_share[3:]).all()
    held = sec_areas(AREA_HA, np.ones(3), EMISSION, np.array([True, True, False]))
    np.testing.assert_allclose(held.region_ha, AREA_HA[:2].sum(axis=0))
    assert held.emission_share[2] == pytest.approx(90 / 550)


def test_results_do_not_depend_on_workers():
    random = np.random.default_rng(1)
    area_ha, emission = random.uniform(0, 9, (200, 3)), random.uniform(1, 9, 200)
    sinks, rows = coefficients(), judged(coefficients())
    one, two = (
        assess_sinks(areas(area_ha), sinks, UncertaintySettings(draws=6000), Log(), judged=rows,
                     sec=limits(area_ha, emission), workers=workers).zone_columns()
        for workers in (1, 2)
    )  # fmt: skip
    for name, values in one.items():
        np.testing.assert_array_equal(values, two[name])


def test_the_sd_is_read_from_column_sd_sink():
    sinks = SinkTable("mine", CODES, NAMES, RATE)
    table = Table("mine", ["code", "sink_t_ha", "sd_sink"], [["1", "1.2", "0.1"], ["2", "3.5", ""], ["3", "0.5", "0"]])
    assert sinks_with_sd(sinks, table, 10).sd_t_ha[:, 0].tolist() == pytest.approx([0.1, 0.35, 0])
    with pytest.raises(CarbonBalanceError, match="deviation for forest: give columns such as sd_sink"):
        sinks_with_sd(sinks, table, None)


def test_headings():
    assert heading_of("sink_mean_t") == "Annual sink, mean, t"
    assert heading_of("sec_variance_judgement").endswith("judgement, %")


def test_a_unit_on_the_limit_counts_as_above_it():
    """Both units have SEC = 1 exactly; savanna counted as forest raises the first and lowers the second."""
    area_ha = np.array([[0.0, 3.0, 21.0], [0.0, 12.0, 0.0]])
    sinks = coefficients()
    found = assess_sinks(
        areas(area_ha), sinks, UncertaintySettings(NORMAL, 1.0, 500, 3), Log(), judged=judged(sinks),
        sec=limits(area_ha, np.array([21.0, 42.0])),
    )  # fmt: skip
    np.testing.assert_allclose(found.sec.central, 1)
    assert found.sec.stability.kept.tolist() == [1, 0]


def test_bars_name_every_class_and_the_judgement():
    found = found_with(draws=500).tornado_columns()
    assert set(zip(found["code"], found["name"])) == {
        (1, "crop"),
        (2, "forest"),
        (3, "savanna"),
        (None, "judgement on classes and error of the land cover"),
    }
    assert found["variance_share"] == sorted(found["variance_share"], reverse=True)
    assert sum(found["variance_share"]) == pytest.approx(1)
    carbon = dict(zip(found["code"], found["sink_t"]))
    # A normal cut at 0 has a mean half a thousandth larger.
    assert [carbon[code] for code in (1, 2)] == pytest.approx((AREA_HA.sum(axis=0) * RATE)[:2].tolist(), rel=1e-3)
    assert np.isnan(carbon[None])


def test_bars_without_a_judgement_name_the_land_cover_alone():
    found = found_with(draws=500, decide=False, confusion=ConfusionMatrix(CODES, COUNTS)).tornado_columns()
    assert "error of the land cover" in found["name"]
    assert set(found_with(draws=500, decide=False).tornado_columns()["code"]) == {1, 2, 3}
