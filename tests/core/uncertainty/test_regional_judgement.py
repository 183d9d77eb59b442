"""Judgements with pool regions against an enumeration of decisions and nested loops over random numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.options.uncertainty import NORMAL
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import read_pool_table
from carbon_balance.core.supply.regions.regional_table import regional_tables
from carbon_balance.core.tables.table import Table
from carbon_balance.core.uncertainty.areas import ScenarioAreas
from carbon_balance.core.uncertainty.assessment import assess
from carbon_balance.core.uncertainty.densities import CodeMoments, UncertaintySettings
from carbon_balance.core.uncertainty.pool_sd import with_sd
from carbon_balance.core.uncertainty.regional_judgement import read_regional_confusion, read_regional_judgements
from carbon_balance.core.uncertainty.variance_sources import extremes, stability_of, variance_shares

FIELDS = ["region", "lucode", "name", "carbon_t_ha", "sd_density"]
# Crop 1, wood 2, savanna 3, shrub 4 in two regions; savanna may be crop or wood, shrub savanna or wood.
ROWS = [
    ["wet", 1, "crop", 40.0, 4.0], ["wet", 2, "wood", 200.0, 15.0], ["wet", 3, "savanna", 90.0, 6.0],
    ["wet", 4, "shrub", 120.0, 9.0], ["dry", 1, "crop", 25.0, 2.0], ["dry", 2, "wood", 110.0, 12.0],
    ["dry", 3, "savanna", 50.0, 5.0],
]  # fmt: skip
JUDGED = Table("j", ["code", "class", "weight"], [[3, 1, 1], [3, 2, 3], [4, 3, 2], [4, 2, 2]])
# Two zones: the first in the wet region, the second in both. Hectares of the codes of ROWS.
AREA_HA = np.array([[30.0, 20, 50, 10, 0, 0, 0], [5.0, 0, 25, 5, 40, 30, 60]])
DECISIONS = {3: ([1, 2], [0.25, 0.75]), 4: ([3, 2], [0.5, 0.5])}


def region_pools():
    table = Table("pools", FIELDS, ROWS)
    how = regional_tables([table], {}, ["wet", "dry"])
    joint = how.joint(table, {})
    regional = how.pools(read_pool_table(joint))
    return with_sd(regional, joint, None), regional


def areas():
    pools, _ = region_pools()
    # The table is in the order of ROWS: regions are numbered as they come, wet 1, dry 2.
    assert pools.codes.tolist() == [11, 12, 13, 14, 21, 22, 23]
    stock = np.vstack([AREA_HA, AREA_HA.sum(axis=0)])
    return ScenarioAreas(names=[], stock_ha=stock, changes_ha=[], coverage=np.ones(2))


def density_of(row, chosen, values):
    """Value of the class that a row has under a decision; ``values`` by (region, class)."""
    region, code = ROWS[row][0], ROWS[row][1]
    return values[region, chosen.get(code, code)]


def by_enumeration():
    """Mean of each zone over all decisions, and the variance of the conditional means."""
    means = {(row[0], row[1]): row[3] for row in ROWS}
    total, square = np.zeros(3), np.zeros(3)
    for three, four in itertools.product(range(2), range(2)):
        chosen = {3: DECISIONS[3][0][three], 4: DECISIONS[4][0][four]}
        weight = DECISIONS[3][1][three] * DECISIONS[4][1][four]
        density = np.array([density_of(row, chosen, means) for row in range(len(ROWS))])
        carbon = AREA_HA @ density
        carbon = np.append(carbon, carbon.sum())
        total += weight * carbon
        square += weight * carbon**2
    return total, square - total**2


def found(draws=40_000):
    pools, regional = region_pools()
    judged = read_regional_judgements(JUDGED, pools, regional)
    return assess(areas(), pools, UncertaintySettings(NORMAL, 1.0, draws, 5), Log(), judged=judged), judged


def test_one_decision_applies_to_all_regions_with_their_own_densities():
    _, judged = found(200)
    assert [(each.code, each.decided, each.decision_title) for each in judged] == [
        (13, 3, "savanna (3)"), (23, 3, "savanna (3)"), (14, 4, "shrub (4)"),
    ]  # fmt: skip
    assert [each.mean_t_ha.sum(axis=1).tolist() for each in judged] == [[40, 200], [25, 110], [90, 200]]
    assert [each.classes.tolist() for each in judged] == [[11, 12], [21, 22], [13, 12]]


def test_mean_and_share_of_the_decisions_are_those_of_the_enumeration():
    result, _ = found()
    mean, between = by_enumeration()
    assert result.outcome.stock.mean == pytest.approx(mean, rel=0.01)
    shares, sd = result.shares[0], result.outcome.stock.sd
    assert shares.sum(axis=1) == pytest.approx(np.ones(3))
    # Shapley effects lie between the variance of the means and the whole less that of the densities alone.
    within = np.array([density_variance(zone) for zone in range(3)])
    alone = np.array([density_alone(zone) for zone in range(3)])
    whole = between + within
    assert sd**2 == pytest.approx(whole, rel=0.03)
    # Two sources that vary: the effect of the judgement is the mean of first-order and total effect.
    expected = (between + (whole - alone)) / 2
    assert shares[:, 0] == pytest.approx(expected / whole, rel=1e-3)


def zone_areas(zone):
    return np.vstack([AREA_HA, AREA_HA.sum(axis=0)])[zone]


def density_variance(zone):
    """Mean over decisions of the variance of the densities; codes are independent of each other."""
    sds = {(row[0], row[1]): row[4] for row in ROWS}
    variance = 0.0
    for three, four in itertools.product(range(2), range(2)):
        chosen = {3: DECISIONS[3][0][three], 4: DECISIONS[4][0][four]}
        weight = DECISIONS[3][1][three] * DECISIONS[4][1][four]
        each = [density_of(row, chosen, sds) for row in range(len(ROWS))]
        variance += weight * float(zone_areas(zone) ** 2 @ np.square(each))
    return variance


def density_alone(zone):
    """Variance of the mean over decisions: a code's classes have the same score, so that its SDs are averaged."""
    sds = {(row[0], row[1]): row[4] for row in ROWS}
    variance = 0.0
    for row, (region, code, *_) in enumerate(ROWS):
        classes, weights = DECISIONS.get(code, ([code], [1.0]))
        mean_sd = sum(weight * sds[region, kind] for kind, weight in zip(classes, weights))
        variance += (zone_areas(zone)[row] * mean_sd) ** 2
    return variance


def test_shares_equal_nested_loops_over_random_numbers():
    """Brute force: the decision fixed in the outer loop and densities in the inner one, then the reverse."""
    random, zone = np.random.default_rng(11), 2
    outer, inner = 400, 400
    stored = {(row[0], row[1]): (row[3], row[4]) for row in ROWS}
    scores = random.standard_normal((outer, len(ROWS)))
    draws = random.random((inner, 2))
    chosen = [
        {code: DECISIONS[code][0][int(np.searchsorted(np.cumsum(DECISIONS[code][1]), each))]
         for code, each in zip((3, 4), pair)} for pair in draws
    ]  # fmt: skip
    area = zone_areas(zone)
    table = np.empty((outer, inner))
    for at, choice in enumerate(chosen):
        pairs = np.array([density_of(row, choice, stored) for row in range(len(ROWS))])
        table[:, at] = (pairs[:, 0] + scores * pairs[:, 1]) @ area
    whole = table.var()
    of_judgement = table.mean(axis=0).var()
    of_density = table.mean(axis=1).var()
    expected = (of_judgement + whole - of_density) / 2 / whole
    result, _ = found(200)
    assert result.shares[0][zone, 0] == pytest.approx(expected, abs=0.02)
    # Decisions that each region took for itself would make a share that is clearly smaller.
    assert expected > 0.8


def test_extremes_and_what_moves_a_zone_take_the_decision_in_all_regions_at_once():
    pools, regional = region_pools()
    judged = read_regional_judgements(JUDGED, pools, regional)
    density = pools.mean_t_ha.sum(axis=1)
    means = {(row[0], row[1]): row[3] for row in ROWS}
    carbon = []
    for three, four in itertools.product((1, 2), (3, 2)):
        carbon.append(AREA_HA @ [density_of(row, {3: three, 4: four}, means) for row in range(len(ROWS))])
    low, high = extremes(AREA_HA, density, judged)
    assert low == pytest.approx(np.min(carbon, axis=0))
    assert high == pytest.approx(np.max(carbon, axis=0))
    # A limit between the table's amount and that with savanna as wood: savanna moves both zones, shrub neither.
    base = AREA_HA @ density
    limit = base + 2000
    moved = stability_of(AREA_HA, density, judged, lambda amount: (amount > limit).astype(int), np.ones(2, bool))
    assert moved.kept.tolist() == [0, 0]
    assert moved.moved_by == ["savanna (3)", "savanna (3)"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[7, 1, 1]], "code 7, which no pool region of pools has"),
        ([[3, 4, 1]], "class 4, which pools does not have in pool region.s. dry"),
        ([[3, 77, 1]], "class 77"),
        ([[3, 1, 0]], "no class of code"),
    ],
)
def test_refusals(rows, message):
    pools, regional = region_pools()
    with pytest.raises(CarbonBalanceError, match=message):
        read_regional_judgements(Table("j", ["code", "class", "weight"], rows), pools, regional)


def test_land_without_carbon_and_codes_of_some_regions():
    pools, regional = region_pools()
    table = Table("j", ["code", "class", "weight"], [[4, 0, 1], [4, 4, 1]])
    (only,) = read_regional_judgements(table, pools, regional)
    assert (only.code, only.mean_t_ha.sum(axis=1).tolist()) == (14, [0, 120])


# Crop, wood and savanna of both regions, with few samples, so that shares vary; shrub, of the wet region, has no row.
MATRIX = Table("m", ["map", "1", "2", "3"], [[1, 9, 0, 3], [2, 1, 12, 2], [3, 2, 4, 8]])


def with_matrix(draws=100_000):
    pools, regional = region_pools()
    judged = read_regional_judgements(JUDGED, pools, regional)
    matrix = read_regional_confusion(MATRIX, pools, regional)
    return assess(areas(), pools, UncertaintySettings(NORMAL, 1.0, draws, 5), Log(), confusion=matrix, judged=judged)


def by_sources(sources, samples=200_000):
    """Carbon of each zone and all given some sources, by samples; the means over the others are exact (samples, 3)."""
    random = np.random.default_rng(8)
    values = {(row[0], row[1]): row[3:] for row in ROWS}
    counts = np.array([row[1:] for row in MATRIX.rows], float)
    parts = np.stack([random.dirichlet(row, samples) if (row > 0).all() else _dirichlet(row, samples, random)
                      for row in counts], axis=1)  # fmt: skip
    if "A" not in sources:
        parts = np.broadcast_to(counts / counts.sum(axis=1, keepdims=True), parts.shape)
    density = {}
    picks = {code: random.random(samples) for code in DECISIONS}
    for region, code in values:
        classes, weights = DECISIONS.get(code, ([code], [1.0]))
        score = random.standard_normal(samples) if "D" in sources else 0.0
        each = [values[region, kind][0] + values[region, kind][1] * score for kind in classes]
        if "J" not in sources or len(each) == 1:
            density[region, code] = sum(weight * one for weight, one in zip(weights, each)) + np.zeros(samples)
        else:
            density[region, code] = np.where(picks[code] < weights[0], *each)
    total = np.zeros((samples, 2))
    for at, (region, code) in enumerate(values):
        mixed = density[region, code]
        if code <= 3:
            mixed = sum(parts[:, code - 1, true - 1] * density[region, true] for true in (1, 2, 3))
        total += AREA_HA[:, at] * mixed[:, None]
    return np.column_stack([total, total.sum(axis=1)])


def _dirichlet(counts, samples, random):
    found = np.zeros((samples, len(counts)))
    found[:, counts > 0] = random.dirichlet(counts[counts > 0], samples)
    return found


def test_one_confusion_matrix_holds_in_all_regions():
    """Mean, SD and shares of the variance against samples of areas (A), densities (D) and decisions (J)."""
    made = with_matrix()
    sets = [set(each) for size in range(4) for each in itertools.combinations("JDA", size)]
    variance = {frozenset(each): by_sources(each).var(axis=0) for each in sets}
    whole = variance[frozenset("JDA")]
    effects = np.zeros((3, 3))
    for order in itertools.permutations("JDA"):
        for at, source in enumerate(order):
            added = variance[frozenset(order[: at + 1])] - variance[frozenset(order[:at])]
            effects[:, "JDA".index(source)] += added / 6
    np.testing.assert_allclose(made.outcome.stock.mean, by_sources(set()).mean(axis=0), rtol=0.005)
    np.testing.assert_allclose(made.outcome.stock.sd, np.sqrt(whole), rtol=0.02)
    np.testing.assert_allclose(made.shares[0], effects / whole[:, None], atol=0.015)
    assert (made.shares[0] > 0.02).all()


def test_a_region_that_lacks_a_true_class_is_refused():
    pools, regional = region_pools()
    shrub = Table("m", ["map", "1", "4"], [[1, 9, 1], [4, 1, 5]])
    with pytest.raises(CarbonBalanceError, match=r"m has class 4, which .* does not have in pool region\(s\) dry"):
        read_regional_confusion(shrub, pools, regional)
    none = Table("m", ["map", "1", "4"], [[1, 9, 0], [4, 1, 5]])
    assert read_regional_confusion(none, pools, regional).bases == (10, 20)


def test_shares_that_vary_together_add_to_the_covariance_of_a_decision():
    """The covariance of the true areas of savanna in both regions, and of wet wood and dry savanna, from samples."""
    pools, regional = region_pools()
    matrix = read_regional_confusion(MATRIX, pools, regional)
    together = [(np.array([2, 6]), np.array([[0, 70.0], [70, 0]])), (np.array([1, 6]), np.array([[0, 9.0], [9, 0]]))]
    random, counts = np.random.default_rng(9), np.array([row[1:] for row in MATRIX.rows], float)
    parts = np.stack([_dirichlet(row, 400_000, random) for row in counts], axis=1)
    expected = np.zeros(2)
    for zone, area in enumerate(AREA_HA):
        wet, dry = (np.einsum("i,nij->nj", each, parts) for each in (area[:3], area[4:]))
        expected[zone] = 140 * np.cov(wet[:, 2], dry[:, 2])[0, 1] + 18 * np.cov(wet[:, 1], dry[:, 2])[0, 1]
    assert expected[0] == 0 and expected[1] > 0
    np.testing.assert_allclose(matrix.shared_variance(AREA_HA, pools.codes, together), expected, rtol=0.02)
    moments = CodeMoments(pools.mean_t_ha.sum(axis=1), *np.zeros((3, 7)), together=together)
    shares = variance_shares(AREA_HA[1:], pools.codes, moments, matrix)[0]
    shared = moments.of_shared_decisions(AREA_HA[1:] @ matrix.expected(pools.codes))[0]
    areas_alone = matrix.area_variance(AREA_HA[1:], pools.codes, moments.mean)[0]
    whole = areas_alone + shared + expected[1]
    assert shares[0] == pytest.approx((shared + expected[1] / 2) / whole, rel=1e-3)
