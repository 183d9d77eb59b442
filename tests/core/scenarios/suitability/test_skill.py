"""Skill: the ROC curve against manual calculation and scikit-learn, and independence of the sampling."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.suitability import skill as skills
from carbon_balance.core.scenarios.suitability.learning import TrainingSettings, suitability


def test_area_under_the_curve_equals_the_manual_calculation():
    """Of 2 x 3 pairs 4 are in order and one is tied: 4.5 / 6; with the last one counted twice 5.5 / 8."""
    scores = np.array([0.9, 0.4, 0.4, 0.1, 0.6])
    happened = np.array([True, True, False, False, False])
    assert skills.area_under_curve(scores, happened, np.ones(5)) == pytest.approx(4.5 / 6)
    assert skills.area_under_curve(scores, happened, np.array([1, 1, 1, 1, 2])) == pytest.approx(5.5 / 8)
    assert np.isnan(skills.area_under_curve(scores, np.zeros(5, bool), np.ones(5)))


@pytest.mark.parametrize("seed", range(5))
def test_area_under_the_curve_equals_scikit_learn(seed):
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is a test-only reference")
    rng = np.random.default_rng(seed)
    scores, happened = rng.integers(0, 30, 500) / 30, rng.random(500) < 0.3
    weights = rng.gamma(1, size=500)
    expected = metrics.roc_auc_score(happened, scores, sample_weight=weights)
    assert skills.area_under_curve(scores, happened, weights) == pytest.approx(expected, rel=1e-12)


class Exact:
    """Knows the true probabilities: a cell of class 0 becomes 1 at the rate that the driver says."""

    codes = (1, 2)

    def predict(self, values, now):
        rate = np.where(now == 0, values[0], 0.01)
        changed = np.where(now == 0, 1, 0)
        found = np.empty((2, len(now)))
        found[changed, np.arange(len(now))] = rate
        found[1 - changed, np.arange(len(now))] = 1 - rate
        return found


def test_skill_measures_do_not_depend_on_the_sampling():
    """Expected values come from all cells; samples contain increasing shares of changed cells."""
    rng = np.random.default_rng(0)
    cells = 400_000
    now = rng.integers(0, 2, cells)
    values = rng.beta(0.5, 8, (1, cells))
    rate = np.where(now == 0, values[0], 0.01)
    targets = np.where(rng.random(cells) < rate, 1 - now, now)
    changed = targets != now
    region = np.bincount(now * 2 + targets, minlength=4).reshape(2, 2)
    own = Exact().predict(values, now)[targets, np.arange(cells)]
    loss = -np.log(own).mean()
    shares = region / region.sum(axis=1, keepdims=True)
    no_skill = -(region * np.log(shares)).sum() / cells
    found = []
    for stayed_taken, changed_taken in ((20_000, 2_000), (10_000, 10_000)):
        few = [
            rng.permutation(np.flatnonzero(which))[:taken]
            for which, taken in ((~changed, stayed_taken), (changed, changed_taken))
        ]
        chosen = np.concatenate(few)
        group = changed[chosen].astype(int)
        weights = (np.bincount(changed) / np.bincount(group))[group]
        held = np.ones(len(chosen), bool)
        found.append(
            skills.measure_skill(Exact(), values[:, chosen], targets[chosen], held, 1, now[chosen], weights, region)
        )
    for skill in found:
        assert skill.log_loss == pytest.approx(loss, rel=0.02)
        assert skill.no_skill == pytest.approx(no_skill, rel=0.02)
        assert skill.score == pytest.approx(1 - loss / no_skill, abs=0.01)
        first, second = skill.transitions
        assert (first.now, first.later, second.now, second.later) == (0, 1, 1, 0)
        assert first.share == pytest.approx(shares[0, 1])
        assert second.auc == 0.5, "nothing tells these cells apart"
    assert found[0].transitions[0].auc == pytest.approx(found[1].transitions[0].auc, abs=0.02)
    assert found[0].transitions[0].auc > 0.7


class Unsure:
    """Of three classes the first is half sure, whatever the drivers say."""

    codes = (1, 2, 3)

    def predict(self, values, now):
        return np.repeat([[0.5], [0.25], [0.25]], values.shape[1], axis=1)


def test_a_class_without_samples_keeps_its_probability():
    """The samples hold equally many cells of the first two, which stand for 3 times as many of the first in the region.

    So the ratios are 6/4, 2/4 and 1, and the first has 0.75 of 0.75 + 0.125 + 0.25, the second 0.125 of it.
    """
    targets = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    weights = np.array([1.5] * 4 + [0.5] * 4)
    found = skills.measure_skill(
        Unsure(), np.zeros((1, 8)), targets, np.ones(8, bool), 1, weights=weights, region=np.array([6, 2, 0])
    )
    loss = -(0.75 * np.log(0.75 / 1.125) + 0.25 * np.log(0.125 / 1.125))
    assert found.log_loss == pytest.approx(loss)
    assert found.no_skill == pytest.approx(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25)))


@pytest.fixture(scope="module")
def covers(tmp_path_factory):
    """A region whose changes follow the drivers, and the drivers dealt to other cells."""
    folder = tmp_path_factory.mktemp("skill")
    region = made.Region(folder, size=240)
    order = np.random.default_rng(5).permutation(240 * 240)
    drivers = {name: getattr(region, name) for name in ("slope", "distance")}
    dealt = {name: values.ravel()[order].reshape(values.shape) for name, values in drivers.items()}
    true, false = (
        {name: RasterSource(made.write(folder / f"{name}{kind}.tif", values)) for name, values in every.items()}
        for kind, every in (("", drivers), ("_dealt", dealt))
    )
    return LandCover(RasterSource(region.later_path)), LandCover(RasterSource(region.first_path)), true, false


@pytest.mark.parametrize("transitions", [True, False])
def test_shuffled_drivers_have_no_skill_and_skill_does_not_depend_on_networks(covers, transitions, tmp_path):
    later, first, true, false = covers
    earlier = first if transitions else None

    def skill(drivers, **more):
        settings = TrainingSettings(**{"samples": 20_000, **more})
        found = suitability(later, earlier, drivers, None, settings, str(tmp_path / "suits.tif"), Log())
        found.raster.discard()
        return found.skill

    one, five, few = skill(true), skill(true, networks=5), skill(true, samples=8_000)
    assert one.score > 0.15
    assert five.score == pytest.approx(one.score, abs=0.05)
    assert few.score == pytest.approx(one.score, abs=0.05)
    assert one.auc > 0.7
    for more in ({}, {"networks": 5}, {"equal": True}):
        none = skill(false, **more)
        assert abs(none.score) < 0.02
        assert none.auc == pytest.approx(0.5, abs=0.06)
