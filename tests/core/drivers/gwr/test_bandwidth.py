"""The search of a bandwidth: steps to neighbouring whole numbers, and its limits."""

from __future__ import annotations

import pytest
from carbon_balance.core.drivers.gwr.bandwidth import _golden_section, _polished


@pytest.mark.parametrize(
    ("begin", "lowest", "found"), [(5, 5, 5), (9, 9, 9), (7, 5, 5), (7, 9, 9), (6, 7, 7), (8, 3, 5)]
)
def test_descent_over_whole_numbers_ends_at_the_minimum_within_limits(begin, lowest, found):
    assert _polished(lambda number: abs(number - lowest), begin, 5, 9) == found


def test_descent_does_not_move_on_a_plateau():
    assert _polished(lambda number: 1.0, 7, 5, 9) == 7


@pytest.mark.parametrize("lowest", [10.0, 31.4, 77.7, 99.0])
def test_golden_section_search_converges_to_the_minimum(lowest):
    tried = []

    def score(value):
        tried.append(value)
        return (value - lowest) ** 2

    _golden_section(score, 10.0, 100.0, whole=False)
    assert min(tried, key=lambda value: abs(value - lowest)) == pytest.approx(lowest, abs=90 * 1e-3)
    assert tried[:2] == pytest.approx([10 + 0.381966 * 90, 100 - 0.381966 * 90], abs=1e-4)
    assert min(tried) >= 10 and max(tried) <= 100


def test_golden_section_over_whole_numbers_stops_at_equal_points():
    tried = []
    _golden_section(lambda value: tried.append(value) or abs(value - 50.2), 10.0, 100.0, whole=True)
    assert round(tried[-1]) in (49, 50, 51)
    assert len(tried) < 30
