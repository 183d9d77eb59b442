"""Tables of the risk and the ecological detector, and of the discretisations tried."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.detectors import ecological_table, risk_table, tried_table
from carbon_balance.core.statistics.geodetector import Explained, Strata
from carbon_balance.core.statistics.spatial.strata_tests import TriedStrata, best_strata, ecological_test, risk_pairs

CODES = np.array([0, 0, 0, 1, 1, 2, 2, 2])
Y = np.array([1.0, 2, 3, 5, 7, 2, 2, 5])
NAMED, UNNAMED = Strata("soil", CODES, 3, "rule", ("low", "mid", "high")), Strata("soil", CODES, 3, "rule")


def test_a_row_for_each_pair_of_strata():
    found = risk_table({"ndvi": Y}, {("ndvi", "soil"): NAMED, ("ndvi", "slope"): UNNAMED})
    assert found["variable"] == ["ndvi"] * 6
    assert found["factor"] == ["soil"] * 3 + ["slope"] * 3
    assert list(zip(found["stratum_1"], found["stratum_2"])) == [
        ("low", "mid"),
        ("low", "high"),
        ("mid", "high"),
        ("1", "2"),
        ("1", "3"),
        ("2", "3"),
    ]
    assert found["mean_1"][:3] == [2, 2, 6]
    assert found["mean_2"][:3] == [6, 3, 3]
    pairs = risk_pairs(Y, NAMED)
    assert list(found.values())[6][:3] == [pair.t for pair in pairs]
    assert found["p"][:3] == [pair.p for pair in pairs]
    # Holm: the smallest of three times 3, the next times 2.
    ordered = sorted(pair.p for pair in pairs)
    assert sorted(found["p_holm"][:3])[0] == pytest.approx(min(3 * ordered[0], 1))


def test_pairs_of_factors_stay_within_their_variable():
    powers = {
        ("ndvi", "soil"): Explained(0.6, 1.0, 0.1),
        ("ndvi", "slope"): Explained(0.2, 1.0, 0.1),
        ("ndvi", "rain"): Explained(0.5, 1.0, 0.1),
        ("npp", "soil"): Explained(0.3, 1.0, 0.1),
        ("npp", "rain"): Explained(0.1, 1.0, 0.1),
    }
    found = ecological_table(powers, 50)
    assert found["variable"] == ["ndvi"] * 3 + ["npp"]
    assert list(zip(found["factor_1"], found["factor_2"])) == [
        ("soil", "slope"),
        ("soil", "rain"),
        ("slope", "rain"),
        ("soil", "rain"),
    ]
    assert list(zip(found["q_1"], found["q_2"]))[0] == (0.6, 0.2)
    assert found["f"][0] == pytest.approx(0.5)
    assert found["p"][3] == found["p_holm"][3] == ecological_test(0.3, 0.1, 50)[1]
    assert found["p_holm"][0] == pytest.approx(3 * found["p"][0])


def test_the_chosen_discretisation_is_marked():
    best, other = TriedStrata("quantile", 4, NAMED, 0.5), TriedStrata("natural", 5, UNNAMED, 0.4)
    found = tried_table({("ndvi", "soil"): [other, best]}, {("ndvi", "soil"): NAMED})
    assert list(found.values()) == [
        ["ndvi", "ndvi"],
        ["soil", "soil"],
        ["natural", "quantile"],
        [5, 4],
        [3, 3],
        [0.4, 0.5],
        [0, 1],
    ]


def test_of_equal_discretisations_the_one_with_fewer_classes_is_chosen():
    x = np.repeat(np.arange(6.0), 4)
    y = np.where(x < 2, 0.0, np.where(x < 4, 5.0, 1.0))
    best, tried = best_strata(y, x, "x", 6)
    assert best.q == pytest.approx(1) or np.isnan(best.q)
    assert best.strata.count == min(each.strata.count for each in tried if each.q == best.q)


@pytest.mark.parametrize(("first", "second", "rows"), [(1.0, 0.5, 9), (0.5, 1.0, 9), (np.nan, 0.5, 9), (0.4, 0.5, 1)])
def test_the_ecological_test_needs_residual_variance_and_rows(first, second, rows):
    assert np.isnan(ecological_test(first, second, rows)).all()


def test_at_least_two_rows_are_required():
    assert ecological_test(0.5, 0.75, 2)[0] == 2
