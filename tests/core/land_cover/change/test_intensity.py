"""Intensity analysis against manual calculation and its identities."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.change.intensity import (
    IntervalChange,
    behaviour_of,
    class_changes,
    intensity_sentences,
    intensity_table,
    uniform_intensity,
)

# Of 100, 100 and 50 ha: 10 and 5 lost by the first, 20 by the second; 5 years.
AREA = np.array([[85.0, 10, 5], [0, 80, 20], [0, 0, 50]])


def interval(area=AREA, start=2000.0, end=2005.0):
    return IntervalChange(start, end, np.arange(1, len(area) + 1), ["crop", "grass", "town"][: len(area)], area)


def test_interval_category_and_transition_intensities_equal_the_manual_calculation():
    """Equations 1 to 8 of Aldwaik and Pontius (2012), % a year."""
    one = interval()
    assert one.intensity == pytest.approx(100 * 35 / 250 / 5)
    gained, gains = one.gains()
    assert gained.tolist() == [0, 10, 25]
    assert gains == pytest.approx([0, 100 * 10 / 90 / 5, 100 * 25 / 75 / 5])
    lost, losses = one.losses()
    assert lost.tolist() == [15, 20, 0]
    assert losses == pytest.approx([100 * 15 / 100 / 5, 100 * 20 / 100 / 5, 0])
    # To town: 5 of 100 ha of crop, 20 of 100 ha of grass; uniformly 25 of the 200 ha that were not town.
    observed, uniform = one.transitions_to(2)
    assert observed == pytest.approx([1, 4, np.nan], nan_ok=True) and uniform == pytest.approx(2.5)
    # From crop: 10 of the 90 ha of grass at the end, 5 of the 75 ha of town; uniformly 15 of the 165 that are not crop.
    observed, uniform = one.transitions_from(0)
    assert observed == pytest.approx([np.nan, 100 * 10 / 90 / 5, 100 * 5 / 75 / 5], nan_ok=True)
    assert uniform == pytest.approx(100 * 15 / 165 / 5)


def test_area_weighted_means_of_gains_and_losses_are_the_intensity_of_the_interval():
    area = np.random.default_rng(4).uniform(0, 50, (5, 5))
    one = IntervalChange(1990, 2003, np.arange(5), list("abcde"), area)
    for (_, intensities), weights in ((one.gains(), area.sum(axis=0)), (one.losses(), area.sum(axis=1))):
        assert np.average(intensities, weights=weights) == pytest.approx(one.intensity)
    for at in range(5):
        others = np.arange(5) != at
        observed, uniform = one.transitions_to(at)
        assert np.average(observed[others], weights=area.sum(axis=1)[others]) == pytest.approx(uniform)
        observed, uniform = one.transitions_from(at)
        assert np.average(observed[others], weights=area.sum(axis=0)[others]) == pytest.approx(uniform)


def test_intervals_against_the_uniform_intensity():
    slow = interval(np.diag([100.0, 100, 50]) + np.eye(3, k=1), 2005.0, 2015.0)
    both = [interval(), slow]
    whole = uniform_intensity(both)
    assert whole == pytest.approx(100 * (35 + 2) / (250 * 5 + 252 * 10))
    table = intensity_table(both)
    paces = [verdict for level, verdict in zip(table["level"], table["behaviour"]) if level == "interval"]
    assert paces == ["fast", "slow"]
    assert "faster than that from 2000–2005" in intensity_sentences(both)[0]


def test_the_table_marks_active_classes_and_targeted_transitions():
    table = intensity_table([interval()])
    rows = list(zip(table["level"], table["from_name"], table["to_name"], table["area_ha"], table["behaviour"]))
    assert rows[0] == ("interval", None, None, 35, "uniform")
    assert ("gain of a class", None, "town", 25, "active") in rows
    assert ("gain of a class", None, "crop", 0, "dormant") in rows
    assert ("loss of a class", "grass", None, 20, "active") in rows
    assert ("transition to a class", "grass", "town", 20, "targeted") in rows
    assert ("transition to a class", "crop", "town", 5, "avoided") in rows
    assert len(rows) == 1 + 3 + 3 + 6 + 6
    (said,) = intensity_sentences([interval()])
    assert "2.80 % of the land changed its class each year" in said and "town (6.67)" in said


def test_equal_to_uniform_within_rounding():
    assert behaviour_of(1.0, 1.0 + 1e-12, "a", "b") == "uniform"
    assert behaviour_of(1.0 + 1e-8, 1.0, "a", "b") == "a"
    assert behaviour_of(1.0 - 1e-8, 1.0, "a", "b") == "b"
    assert behaviour_of(float("nan"), 1.0, "a", "b") is None


def test_a_class_has_no_intensity_at_a_date_without_area():
    one = interval(np.array([[0.0, 0, 0], [10, 90, 0], [0, 0, 100]]))
    assert np.isnan(one.losses()[1][0]) and one.gains()[1][0] == pytest.approx(20)
    assert np.isnan(class_changes(one)["dynamic_degree_pct_year"][0])
    assert class_changes(one)["dynamic_degree_pct_year"][1] == pytest.approx(-2)
