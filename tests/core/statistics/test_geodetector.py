"""The geographical detector: the published example, closed forms, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.geodetector import categories, cut, explained, interaction, overlay


@pytest.fixture(scope="module")
def disease():
    """Neural tube defects in Heshun (Wang et al. 2010): incidence, soil type, watershed, elevation."""
    peer = pytest.importorskip("geodetector")
    frame = peer.load_example_data()
    strata = {name: categories(list(frame[name]), name) for name in ("type", "region", "level")}
    return frame["incidence"].to_numpy(float), strata, frame, peer


def test_published_q_and_p(disease):
    """Printed by the R package of the method's authors: soil 0.3857, watershed 0.6378, elevation 0.6067."""
    pytest.importorskip("scipy.special")
    y, strata, _, _ = disease
    published = {"type": (0.3857168, 0.3721455), "region": (0.6377737, 0.0001288022), "level": (0.6067087, 0.04338224)}
    for name, (q, p) in published.items():
        found = explained(y, strata[name])
        assert found.q == pytest.approx(q, abs=5e-8)
        assert found.p == pytest.approx(p, rel=1e-6)


def test_interactions_equal_the_peers(disease):
    y, strata, frame, peer = disease
    detector = peer.GeoDetector(frame, "incidence", list(strata))
    theirs = {"Enhance, bi-": "enhanced, bilinear", "Enhance, nonlinear": "enhanced, nonlinear"}
    for first, second in (("type", "region"), ("type", "level"), ("region", "level")):
        both = explained(y, overlay(strata[first], strata[second]))
        q, kind = detector.interaction_detector(first, second, relationship=True)
        assert both.q == pytest.approx(q, rel=1e-10)
        alone = [explained(y, strata[name]).q for name in (first, second)]
        assert interaction(*alone, both.q) == theirs[kind]


def test_q_is_zero_without_and_one_with_complete_stratification():
    y = np.array([1.0, 2, 3, 4, 1, 2, 3, 4])
    assert explained(y, categories([0, 0, 0, 0, 1, 1, 1, 1], "x")).q == pytest.approx(0, abs=1e-12)
    perfect = explained(y, categories([0, 1, 2, 3, 0, 1, 2, 3], "x"))
    assert perfect.q == pytest.approx(1)
    assert perfect.p == pytest.approx(0, abs=1e-12)
    assert np.isnan(explained(y, categories([1] * 8, "x")).q)
    assert np.isnan(explained(y, categories(range(8), "x")).q)


def test_q_does_not_depend_on_unit_or_origin():
    generator = np.random.default_rng(1)
    x = generator.normal(size=200)
    y = x**2 + generator.normal(size=200)
    strata = cut(x, "x", "quantile", 5)
    assert explained(y * 1e6 + 1e9, strata).q == pytest.approx(explained(y, strata).q, rel=1e-6)


def test_interactions_are_named_by_their_type():
    assert interaction(0.3, 0.2, 0.1) == "weakened, nonlinear"
    assert interaction(0.3, 0.2, 0.25) == "weakened, by one factor"
    assert interaction(0.3, 0.2, 0.4) == "enhanced, bilinear"
    assert interaction(0.3, 0.2, 0.5) == "independent"
    assert interaction(0.3, 0.2, 0.6) == "enhanced, nonlinear"
    assert interaction(np.nan, 0.2, 0.6) == ""


def test_discretisation_by_quantiles_intervals_and_natural_breaks():
    values = np.arange(1.0, 11)
    assert np.bincount(cut(values, "x", "quantile", 5).codes).tolist() == [2] * 5
    assert np.bincount(cut(values**2, "x", "equal_interval", 3).codes).tolist() == [5, 3, 2]
    gaps = np.array([1.0, 1.1, 1.2, 5, 5.1, 9, 9.1, 9.2])
    found = cut(gaps, "x", "natural_breaks", 3)
    assert np.bincount(found.codes).tolist() == [3, 2, 3]
    assert found.rule == "natural_breaks, 3 classes, upper limits 1.2, 5.1"


def test_ties_leave_fewer_classes():
    mostly_zero = np.array([0.0] * 8 + [1, 2])
    found = cut(mostly_zero, "x", "quantile", 5)
    assert found.count == len(np.unique(found.codes)) < 5
    assert cut(np.array([0.0, 1, 0, 1]), "x", "quantile", 5).count == 2


def test_one_class_is_refused():
    with pytest.raises(CarbonBalanceError, match="needs at least 2 classes, not 1"):
        cut(np.arange(5.0), "x", "quantile", 1)
