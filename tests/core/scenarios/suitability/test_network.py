"""The suitability network: its gradient, its skill compared with scikit-learn, and its file."""

from __future__ import annotations

import json
from types import SimpleNamespace

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.suitability import network, sampling, saved_network, training
from carbon_balance.core.scenarios.suitability import skill as skills


def samples(count: int = 4000, drivers: int = 4, classes: int = 4, seed: int = 0):
    """Drivers (drivers, samples) and classes that follow them, with noise, in curved borders."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(-3, 5, (drivers, count)) * np.logspace(0, 3, drivers)[:, None]
    scaled = values / np.logspace(0, 3, drivers)[:, None]
    scores = rng.normal(size=(classes, drivers)) @ scaled + np.sin(scaled[:1] * 2) + rng.gumbel(size=(classes, count))
    return values, scores.argmax(axis=0)


def fifth(count: int):
    """Samples to hold out, bool."""
    return np.random.default_rng(1).permutation(count) < count // 5


def trained(values, targets, seed: int = 1, now=None, stay_offset: float = 0.0, **more):
    codes = list(range(1, int(targets.max()) + 2))
    names = [f"driver {number}" for number in range(len(values))]
    held, low, high = fifth(len(targets)), values.min(axis=1), values.max(axis=1)
    cells = training.TrainingCells(values, targets, held, low, high, now, stay_offset)
    found = training.train(cells, codes, names, seed=seed, **more)
    return found, skills.measure_skill(found, values, targets, held, seed, now)


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


def test_probabilities_sum_to_one_and_gaps_are_kept():
    values, targets = samples(2000)
    found, _ = trained(values, targets)
    values[2, 5] = np.nan
    probabilities = found.predict(values)
    np.testing.assert_array_equal(np.isnan(probabilities).all(axis=0), np.arange(2000) == 5)
    np.testing.assert_allclose(np.nansum(probabilities, axis=0)[np.arange(2000) != 5], 1, atol=1e-5)
    assert np.isfinite(found.predict(np.full((4, 1), 1e30))).all(), "far beyond the range seen"


def test_same_seed_same_network():
    values, targets = samples(500)
    assert trained(values, targets, seed=3)[0].to_text() == trained(values, targets, seed=3)[0].to_text()
    assert trained(values, targets, seed=3)[0].to_text() != trained(values, targets, seed=4)[0].to_text()


@pytest.mark.parametrize("transitions", [False, True])
def test_a_network_is_equal_after_writing_and_reading(tmp_path, transitions):
    values, targets = samples(500)
    now = np.random.default_rng(2).integers(0, 4, 500) if transitions else None
    found, _ = trained(values, targets, now=now, stay_offset=1.5)
    path = tmp_path / "network.json"
    path.write_text(found.to_text(), encoding="utf-8")
    again = saved_network.read_network(str(path))
    np.testing.assert_array_equal(again.predict(values, now), found.predict(values, now))
    assert json.loads(found.to_text())["drivers"][0]["name"] == "driver 0"


def test_broken_files_are_refused(tmp_path):
    values, targets = samples(500)
    good = json.loads(trained(values, targets)[0].to_text())
    path = tmp_path / "network.json"
    broken = [
        "no json",
        "[]",
        json.dumps({**good, "weights": [[1.0]]}),
        json.dumps({**good, "bias": ["a"] * 4}),
        json.dumps({key: value for key, value in good.items() if key != "drivers"}),
    ]
    for text in broken:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CarbonBalanceError, match="is not a suitability network"):
            saved_network.read_network(str(path))
    with pytest.raises(CarbonBalanceError, match="cannot be read"):
        saved_network.read_network(str(tmp_path / "missing.json"))


def test_several_networks_are_averaged_and_equal_after_writing_and_reading(tmp_path):
    values, targets = samples(500)
    now = np.random.default_rng(2).integers(0, 4, 500)
    members = tuple(trained(values, targets, now=now, stay_offset=1.5, seed=seed)[0] for seed in range(3))
    every = network.Ensemble(members)
    mean = np.mean([member.predict(values, now) for member in members], axis=0)
    np.testing.assert_allclose(every.predict(values, now), mean, rtol=1e-5)
    path = tmp_path / "network.json"
    path.write_text(every.to_text(), encoding="utf-8")
    again = saved_network.read_network(str(path))
    assert len(again.members) == 3
    assert again.knows_transitions
    np.testing.assert_array_equal(again.predict(values, now), every.predict(values, now))
    good = json.loads(every.to_text())
    other = json.loads(trained(values[:3], targets)[0].to_text())
    for networks in ([], {}, [None], [*good["networks"], other]):
        path.write_text(json.dumps({**good, "networks": networks}), encoding="utf-8")
        with pytest.raises(CarbonBalanceError, match="is not a suitability network"):
            saved_network.read_network(str(path))


@pytest.mark.parametrize("transitions", [False, True])
def test_cells_held_out_are_the_same_for_every_sample_and_any_workers(tmp_path, monkeypatch, transitions):
    rng = np.random.default_rng(0)
    monkeypatch.setattr(sampling, "TRAINING_BLOCK_CELLS", 1 << 13)
    layers = [rng.integers(1, 4, (300, 700)).astype(np.uint8) for _ in range(2)]
    covers = [LandCover(RasterSource(made.write(tmp_path / f"{at}.tif", layer, 0))) for at, layer in enumerate(layers)]
    later = covers[1] if transitions else None
    every_cell = np.arange(300 * 700, dtype=np.float32).reshape(300, 700)
    drivers = {"cell": RasterSource(made.write(tmp_path / "cell.tif", every_cell))}

    def draw(seed: int, workers: int):
        codes = np.array([1, 2, 3])
        return sampling.draw_samples(covers[0], later, drivers, codes, 20_000, False, [7, seed], Log(), workers)[1]

    one, again, other = draw(1, 1), draw(1, 4), draw(2, 2)
    for part in ("values", "targets", "held"):
        np.testing.assert_array_equal(getattr(one, part), getattr(again, part))
    assert (one.values != other.values).any()
    held, used = (set(one.values[0][mask]) for mask in (one.held, ~one.held))
    assert not held & set(other.values[0][~other.held])
    assert not used & set(other.values[0][other.held])
    assert abs(one.held.mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 / 20_000)


def test_samples_of_several_seeds_equal_single_ones_and_drivers_are_checked_once(tmp_path):
    region = made.Region(tmp_path)
    flat = made.write(tmp_path / "flat.tif", np.full((90, 90), 3, np.float32))
    drivers = {"slope": RasterSource(region.slope_path), "flat": RasterSource(flat)}
    cover = LandCover(RasterSource(region.first_path))

    def draw(seeds, log):
        return sampling.draw_samples(cover, None, drivers, made.CODES, 500, True, seeds, log)

    log = Log()
    several = draw([3, 8, 5], log)
    assert len([warning for warning in log.warnings if "Constant drivers" in warning]) == 1
    for at, seed in enumerate([8, 5], 1):
        np.testing.assert_array_equal(several[at].values, draw([3, seed], Log())[1].values)
    assert (several[1].values != several[2].values).any()


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


@pytest.mark.parametrize("equal", [False, True])
def test_a_sample_does_not_depend_on_workers_and_follows_the_classes(tmp_path, equal, monkeypatch):
    monkeypatch.setattr(sampling, "blocks", lambda width, height, cells: suitability_blocks(width, height))
    region = made.Region(tmp_path, 200)
    cover = LandCover(RasterSource(region.first_path))
    drivers = {"slope": RasterSource(region.slope_path)}
    found = [
        sampling.draw_samples(cover, None, drivers, made.CODES, 600, equal, [5], Log(), workers)[0]
        for workers in (1, 4)
    ]
    np.testing.assert_array_equal(found[0].values, found[1].values)
    np.testing.assert_array_equal(found[0].targets, found[1].targets)
    count = np.bincount(found[0].targets, minlength=3)
    share = np.array([(region.first == code).sum() for code in made.CODES]) / (region.first > 0).sum()
    expected = np.full(3, 200) if equal else 600 * share
    assert (np.abs(count - expected) <= (0 if equal else 4 * np.sqrt(expected))).all()
    assert found[0].cells == (region.first > 0).sum()


def test_equal_numbers_of_two_classes(tmp_path):
    cells = np.ones((60, 60), np.uint8)
    cells[:20] = 2
    cover = LandCover(RasterSource(made.write(tmp_path / "two.tif", cells, 0)))
    drivers = {"row": RasterSource(made.write(tmp_path / "row.tif", np.indices((60, 60))[0].astype(np.float32)))}
    sample = sampling.draw_samples(cover, None, drivers, np.array([1, 2]), 600, True, [1], Log())[0]
    assert np.bincount(sample.targets).tolist() == [300, 300]


def suitability_blocks(width: int, height: int):
    from carbon_balance.core.raster.blocks import Block

    return [Block(0, row, width, min(50, height - row)) for row in range(0, height, 50)]


def test_inputs_without_usable_samples_are_refused(tmp_path):
    region = made.Region(tmp_path)
    cover = LandCover(RasterSource(region.first_path))
    empty = {"void": RasterSource(made.write(tmp_path / "void.tif", np.full((90, 90), -1, np.float32), -1))}
    with pytest.raises(
        CarbonBalanceError, match="No cell has a class and all drivers: .*cells without data: void [0-9,]+ cells"
    ):
        sampling.draw_samples(cover, None, empty, made.CODES, 100, False, [1], Log())
    slope = {"slope": RasterSource(region.slope_path)}
    with pytest.raises(CarbonBalanceError, match="Nothing changed between the two dates"):
        sampling.draw_samples(cover, cover, slope, made.CODES, 100, False, [1], Log())


def by_definition(found: network.Network, values: np.ndarray, now: np.ndarray | None) -> np.ndarray:
    """What a network says, step by step in double precision."""
    span = found.high - found.low
    scaled = (values - found.low[:, None]) * np.divide(1, span, out=np.zeros(len(span)), where=span > 0)[:, None]
    hidden = found.hidden_weights @ scaled + found.hidden_bias[:, None]
    if now is not None:
        hidden += found.class_weights[:, now]
    scores = found.weights @ (1 / (1 + np.exp(-hidden))) + found.bias[:, None]
    if now is not None:
        scores[now, np.arange(len(now))] += found.stay_offset
    shares = np.exp(scores - scores.max(axis=0))
    return shares / shares.sum(axis=0)


@pytest.mark.parametrize("transitions", [False, True])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_prediction_equals_a_plain_forward_pass(transitions, precision):
    """Drivers far from 0, one constant, networks with different scaling, more cells than are predicted at once."""
    rng, count = np.random.default_rng(4), network.NETWORK_CELLS_AT_ONCE * 2 + 7
    low, high = np.array([200.0, -40.0, 7.0]), np.array([260.0, 90.0, 7.0])
    values = (low[:, None] + rng.uniform(-0.2, 1.2, (3, count)) * (high - low)[:, None]).astype(precision)
    now = rng.integers(0, 4, count) if transitions else None

    def one(shift: float) -> network.Network:
        sizes = ((5, 3), 5, (4, 5), 4)
        return network.Network(
            (1, 2, 3, 4),
            ("a", "b", "c"),
            low - shift,
            high + shift * np.array([1, 1, -1]),
            *(4 * rng.normal(size=size) for size in sizes),
            rng.normal(size=(5, 4)) if transitions else None,
            3.5 if transitions else 0.0,
        )

    members = one(0.0), one(11.0)
    expected = [by_definition(member, values.astype(float), now) for member in members]
    np.testing.assert_allclose(members[0].predict(values, now), expected[0], atol=2e-5)
    np.testing.assert_allclose(network.Ensemble(members).predict(values, now), np.mean(expected, axis=0), atol=2e-5)


def test_negligible_probabilities_are_zero():
    """A probability of exp(-90) would let a simulation wait for a change that never occurs."""
    found = network.softmax(np.array([[0.0, 5.0], [-90.0, 4.0], [-700.0, -60.0]], np.float32))
    np.testing.assert_array_equal(found[:, 0], [1, 0, 0])
    assert 0 < found[2, 1] < 1e-27


def test_the_driver_range_of_an_ensemble_covers_all_its_networks():
    members = [
        SimpleNamespace(low=np.array([1.0, -5, 3]), high=np.array([2.0, 0, 9])),
        SimpleNamespace(low=np.array([0.0, -4, 4]), high=np.array([1.0, 7, 8])),
    ]
    found = network.Ensemble(tuple(members))
    assert found.low.tolist() == [0, -5, 3]
    assert found.high.tolist() == [2, 7, 9]
