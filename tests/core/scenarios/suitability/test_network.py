"""The suitability network: its prediction, several networks, and its file."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.suitability import network, saved_network
from trained_networks import samples, trained


def test_probabilities_sum_to_one_and_gaps_are_kept():
    values, targets = samples(2000)
    found, _ = trained(values, targets)
    values[2, 5] = np.nan
    probabilities = found.predict(values)
    np.testing.assert_array_equal(np.isnan(probabilities).all(axis=0), np.arange(2000) == 5)
    np.testing.assert_allclose(np.nansum(probabilities, axis=0)[np.arange(2000) != 5], 1, atol=1e-5)
    assert np.isfinite(found.predict(np.full((4, 1), 1e30))).all(), "far beyond the range seen"


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
