"""Scales of maps."""

from __future__ import annotations

import pytest
from carbon_balance.core.assessment.map_layout.scales import bar_segment_m, rounded_scale, scale_text


@pytest.mark.parametrize(
    ("needed", "scale"), [(2_010_000, 2_100_000), (2_100_000, 2_100_000), (999_001, 1_000_000), (1.05, 1.1), (0, 1)]
)
def test_a_scale_has_two_digits_and_is_never_less_than_needed(needed, scale):
    assert rounded_scale(needed) == pytest.approx(scale, rel=1e-12)


def test_scale_text():
    assert scale_text(2_100_000) == "1:2,100,000"


@pytest.mark.parametrize(
    ("scale", "segment_m"), [(2_000_000, 50_000), (1_999_999, 20_000), (40_000, 1_000), (4_000, 100), (79_999, 1_000)]
)
def test_a_segment_is_the_longest_round_length_within_25_mm(scale, segment_m):
    assert bar_segment_m(scale, 25) == segment_m
