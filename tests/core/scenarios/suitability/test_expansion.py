"""Expansion analysis of a change that follows one driver by a known rule."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.scenarios.suitability.expansion import analyse_expansion, event_loss
from carbon_balance.core.scenarios.suitability.expansion_chart import expansion_chart
from carbon_balance.core.scenarios.suitability.sampling import TrainingSample


class ByRule:
    """Class 0 becomes class 1 with a probability that rises with the first driver; class 1 stays, class 2 is rare."""

    codes = (10, 20, 30)
    drivers = ("slope <0>", "noise")

    def predict(self, values, now=None):
        rises = 0.1 + 0.8 * np.clip(values[0], 0, 1)
        found = np.zeros((3, values.shape[1]), np.float32)
        found[1] = np.where(now == 0, rises, 0.99)
        found[0] = np.where(now == 0, 1 - rises, 0.01)
        return found


@pytest.fixture
def sample():
    rng = np.random.default_rng(0)
    count = 6000
    values = rng.random((2, count))
    now = rng.integers(0, 2, count)
    becomes = np.where(now == 0, rng.random(count) < 0.1 + 0.8 * values[0], rng.random(count) < 0.99)
    held = rng.random(count) < 0.5
    ends = np.zeros(2)
    return TrainingSample(
        values=values,
        targets=becomes.astype(np.intp),
        now=now,
        low=ends,
        high=ends,
        stay_offset=0.0,
        held=held,
        gaps=ends,
        cells=count,
        stands_for=np.ones(count),
    )


def test_the_relevant_driver_is_found_and_its_curve_follows_the_rule(sample):
    found = analyse_expansion(ByRule(), sample, 1)
    assert found.kinds[0] == (0, 1)
    slope, noise = found.importance[0]
    assert noise == 0
    # Log-loss by the rule is the mean of the entropy of 0.1 to 0.9, and of the frequency a half ln 2.
    shares = np.linspace(0.1, 0.9, 10_001)
    entropy = -(shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).mean()
    # Shuffled, the probability p meets the event with a half: the loss is the mean of -(ln p + ln(1 - p)) / 2.
    shuffled = -(np.log(shares) + np.log(1 - shares)).mean() / 2
    assert slope == pytest.approx((shuffled - entropy) / np.log(2), rel=0.1)
    np.testing.assert_allclose(found.responses[0, 0], 0.1 + 0.8 * found.grid[0], atol=1e-6)
    assert np.ptp(found.responses[0, 1]) < 1e-6


@pytest.mark.parametrize(("events", "known"), [(9, False), (10, True), (99, True), (100, False)])
def test_a_kind_of_change_needs_ten_events_and_a_cell_without(sample, events, known):
    """Of 100 held-out cells of class 0, some become class 1; 10 events are the fewest, all say nothing of drivers."""
    chosen = np.flatnonzero(sample.now == 0)[:100]
    few = replace(
        sample,
        values=sample.values[:, chosen],
        targets=(np.arange(100) < events).astype(np.intp),
        now=sample.now[chosen],
        held=np.ones(100, bool),
        stands_for=np.ones(100),
    )
    found = analyse_expansion(ByRule(), few, 1)
    assert found.kinds == (((0, 1),) if known else ())
    assert found.events.tolist() == ([events] if known else [])


def test_tables_and_picture(sample):
    found = analyse_expansion(ByRule(), sample, 1)
    table = found.importance_columns()
    first = [values[0] for values in table.values()]
    assert first[:3] == [10, 20, "slope <0>"]
    assert table["importance_rank"][:2] == [1, 2]
    responses = found.response_columns()
    assert len(responses["value"]) == len(found.kinds) * 2 * 21
    picture = expansion_chart(table, responses)
    assert picture.count("<svg") == len(found.kinds)
    assert picture.count("<polyline") == picture.count("<rect") == 2 * len(found.kinds)
    bars = expansion_chart(table)
    assert bars.count("<rect") == 2 * len(found.kinds)
    assert "<polyline" not in bars
    assert "slope &lt;0&gt;" in picture
    assert "slope <0>" not in picture


def test_rare_changes_are_left_out(sample):
    rare = TrainingSample(**{**vars(sample), "targets": np.where(np.arange(6000) == 7, 2, sample.now).astype(np.intp)})
    assert analyse_expansion(ByRule(), rare, 1).kinds == ()
    nothing = analyse_expansion(ByRule(), rare, 1)
    assert expansion_chart(nothing.importance_columns(), nothing.response_columns()) == ""


def test_bars_are_to_scale_of_importance_and_curves_of_probability():
    importance = {"from_code": [None, None], "to_code": [7, 7], "driver": ["a", "b"], "importance": [0.1, 0.4]}
    responses = {
        "from_code": [None, None, None],
        "to_code": [7, 7, 7],
        "driver": ["a", "a", "a"],
        "value": [10, 20, 30],
        "probability": [0.0, 0.3, 0.15],
    }
    picture = expansion_chart(importance, responses)
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', picture)]
    assert widths[0] / widths[1] == pytest.approx(4)
    points = re.search('points="([^"]+)"', picture)[1].split()
    (x0, y0), (x1, y1), (x2, y2) = ([float(part) for part in point.split(",")] for point in points)
    assert x1 - x0 == pytest.approx(x2 - x1)
    assert (y0 - y2) / (y0 - y1) == pytest.approx(0.5, abs=0.01)
    assert "Class 7" in picture


def test_the_loss_of_an_event_is_weighted_by_sample():
    loss = event_loss(np.array([0.5, 0.2]), np.array([True, False]), np.array([3.0, 1.0]))
    assert loss == pytest.approx(-(3 * np.log(0.5) + np.log(0.8)) / 4)
