"""Training of a suitability network: its gradient, its search, its skill compared with scikit-learn."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.suitability import network, sampling, training
from carbon_balance.core.scenarios.suitability import skill as skills
from trained_networks import fifth, samples, trained


def test_gradient_is_the_slope_of_the_loss():
    values, targets = samples(300)
    scaled = values / np.abs(values).max(axis=1, keepdims=True)
    loss = training.Loss(scaled, targets, 4, 5, precision=np.float64, samples_at_once=70)
    rng = np.random.default_rng(1)
    point = loss.start(rng)
    _, gradient = loss(point)
    for at in rng.choice(len(point), 15, replace=False):
        step = np.zeros(len(point))
        step[at] = 1e-6
        slope = (loss(point + step)[0] - loss(point - step)[0]) / 2e-6
        assert gradient[at] == pytest.approx(slope, abs=1e-7)


def test_minimise_finds_the_minimum_of_rosenbrock():
    def rosenbrock(x):
        value = 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
        slope = np.array([-400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)])
        return value, slope

    point, value = training.minimise(rosenbrock, np.array([-1.2, 1.0]), 500, Log(), tolerance=1e-14)
    np.testing.assert_allclose(point, [1, 1], atol=1e-5)
    assert value < 1e-10


class Counting(Log):
    """Counts the iterations of a search."""

    count = 0

    def progress(self, fraction):
        self.count += 1


@pytest.mark.parametrize(("iterations", "tolerance", "done"), [(500, 1.0, 10), (9, 1.0, 9), (30, 0.0, 30)])
def test_minimise_stops_when_ten_iterations_lower_the_value_too_little(iterations, tolerance, done):
    """A positive value never falls by more than all of itself; it keeps falling on a slope that flattens slowly."""

    log = Counting()
    training.minimise(lambda x: (1 / x[0], -1 / x**2), np.array([1.0]), iterations, log, tolerance=tolerance)
    assert log.count == done


@pytest.mark.parametrize("stop", [12, 15])
def test_minimise_compares_a_value_with_the_one_ten_iterations_before(stop):
    """On a slope that flattens, each ten iterations lower the value by a smaller share than the ten before."""

    def slope(x):
        return 1 + 1 / x[0], -1 / x**2

    def value_after(count):
        return training.minimise(slope, np.array([0.1]), count, Log(), tolerance=0.0)[1]

    shares = [1 - value_after(at) / (value_after(at - 10) if at > 10 else 11) for at in (stop - 1, stop)]
    assert shares[0] > shares[1]
    log = Counting()
    training.minimise(slope, np.array([0.1]), 50, log, tolerance=sum(shares) / 2)
    assert log.count == stop


def test_held_out_loss_is_within_two_percent_of_scikit_learn():
    neural = pytest.importorskip("sklearn.neural_network", reason="scikit-learn is a test-only reference")
    values, targets = samples(6000)
    _, skill = trained(values, targets)
    held = fifth(6000)
    low, high = values.min(axis=1), values.max(axis=1)
    inputs = network.scale(values, low, high).T.astype(float)
    peer = neural.MLPClassifier((13,), activation="logistic", max_iter=400, random_state=0, tol=1e-5)
    peer.fit(inputs[~held], targets[~held])
    theirs = skills.log_loss(peer.predict_proba(inputs[held]).T, targets[held])
    assert skill.log_loss <= 1.02 * theirs
    assert skill.samples == 1200
    assert theirs < 0.6 * skill.no_skill


def test_importance_is_zero_for_an_irrelevant_driver():
    count = 12_000  # of a few thousand a network also learns what chance gave the driver
    values, targets = samples(count, drivers=3)
    values = np.vstack([values, np.random.default_rng(9).random(count), np.full(count, 4.0)])
    found, skill = trained(values, targets)
    assert (skill.importance[:3] > 0.05).all()
    assert abs(skill.importance[3]) < 0.02
    assert skill.importance[4] == 0
    assert (found.hidden_weights[:, 4] == 0).all()


def test_same_seed_same_network():
    values, targets = samples(500)
    assert trained(values, targets, seed=3)[0].to_text() == trained(values, targets, seed=3)[0].to_text()
    assert trained(values, targets, seed=3)[0].to_text() != trained(values, targets, seed=4)[0].to_text()


def test_too_few_samples_are_refused():
    values, targets = samples(40)
    with pytest.raises(CarbonBalanceError, match="There are 40 samples"):
        trained(values, targets)


def test_learning_from_transitions_gives_the_true_rates(tmp_path):
    """Changed cells are over-sampled; the probabilities must nevertheless be those of the region."""
    rng = np.random.default_rng(0)
    first = rng.integers(1, 3, (400, 400)).astype(np.uint8)
    driver = rng.random((400, 400)).astype(np.float32)
    rate = np.where(first == 1, 0.04 * driver, 0.005)
    later = np.where(rng.random((400, 400)) < rate, 3 - first, first).astype(np.uint8)
    covers = [
        LandCover(RasterSource(made.write(tmp_path / f"{name}.tif", values, 0)))
        for name, values in (("first", first), ("later", later))
    ]
    drivers = {"driver": RasterSource(made.write(tmp_path / "driver.tif", driver))}
    sample = sampling.draw_samples(*covers, drivers, np.array([1, 2]), 8000, False, [1], Log())[0]
    changed = (first != later).sum()
    assert (sample.now != sample.targets).sum() == min(changed, 4000)
    assert len(sample.targets) == 8000
    found = training.train(sample, [1, 2], ["driver"])
    probe = np.array([[0.1, 0.5, 0.9, 0.1, 0.9]])
    becomes = found.predict(probe, np.array([0, 0, 0, 1, 1]))
    np.testing.assert_allclose(becomes[1, :3], [0.004, 0.02, 0.036], rtol=0.35)
    np.testing.assert_allclose(becomes[0, 3:], [0.005, 0.005], rtol=0.35)
