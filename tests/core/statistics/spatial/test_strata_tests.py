"""Risk and ecological detector against SciPy and the peer; the best discretisation by hand."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.statistics.geodetector import categories, cut, explained
from carbon_balance.core.statistics.spatial.strata_tests import best_strata, ecological_test, risk_pairs


def test_risk_equal_to_scipy():
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(2)
    codes = generator.integers(0, 4, 80)
    y = generator.normal(codes, 1 + codes)
    found = risk_pairs(y, categories(codes.tolist(), "x"))
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    for pair in found:
        theirs = stats.ttest_ind(y[codes == pair.first], y[codes == pair.second], equal_var=False)
        assert (pair.t, pair.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)
        assert pair.mean_first == pytest.approx(y[codes == pair.first].mean())


def test_risk_by_hand():
    """1 2 3 against 5 7: means 2 and 6, variances 1 and 2: t = -4 / sqrt(1/3 + 1)."""
    (pair,) = risk_pairs(np.array([1.0, 2, 3, 5, 7]), categories(list("aaabb"), "x"))
    assert pair.t == pytest.approx(-4 / (4 / 3) ** 0.5)
    (alone,) = risk_pairs(np.array([1.0, 2, 5]), categories(list("aab"), "x"))
    assert np.isnan(alone.t) and np.isnan(alone.p)


def test_ecological_equal_to_the_peer_on_its_example():
    peer = pytest.importorskip("geodetector")
    frame = peer.load_example_data()
    y = frame["incidence"].to_numpy(float)
    names = ("type", "region", "level")
    q = {name: explained(y, categories(list(frame[name]), name)).q for name in names}
    detector = peer.GeoDetector(frame, "incidence", list(names))
    for first in names:
        for second in names:
            if q[first] > q[second]:
                f, p = ecological_test(q[first], q[second], len(y))
                assert f == pytest.approx((1 - q[first]) / (1 - q[second]))
                assert (p < 0.05) == (detector.ecological_detector(first, second) == "Y")
    # Whichever comes first, p is that of the factor with the larger q.
    assert ecological_test(0.6, 0.2, 50)[1] == pytest.approx(ecological_test(0.2, 0.6, 50)[1])
    assert ecological_test(0.4, 0.4, 50) == pytest.approx((1, 0.5))
    assert np.isnan(ecological_test(1.0, 0.4, 50)).all()


def test_the_best_discretisation_finds_the_steps():
    """y steps after x = 19 and 39 of 0 to 59: thirds of the rows fit both steps, so that three classes suffice."""
    x = np.arange(60.0)
    y = np.where(x < 20, 0.0, np.where(x < 40, 5.0, 1.0)) + 0.01 * (x % 2)
    best, tried = best_strata(y, x, "x", 5)
    assert len(tried) == 9
    assert best.classes == 3 and best.q == max(each.q for each in tried) and best.q > 0.99
    assert best.strata.labels[0].startswith("x <= 19")
    assert len(best_strata(y, x, "x", 2)[1]) == 3


def test_labels_name_the_limits():
    strata = cut(np.array([1.0, 2, 3, 4]), "x", "quantile", 2)
    assert strata.labels == ("x <= 2.5", "2.5 < x")
    assert categories(["b", "a"], "x").labels == ("a", "b")
