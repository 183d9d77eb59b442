"""Amounts in sentences: three significant digits at least, no sign on 0."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.figures import Figure


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.18, ",.0f", "0.180"),
        (-0.18, "+,.0f", "-0.180"),
        (-0.0, ",.0f", "0"),
        (-1e-12, "+,.0f", "+0"),
        (1.25, ",.2f", "1.25"),
        (0.0004567, ",.2f", "0.000457"),
        (1234567.8, ",.0f", "1,234,568"),
        (12.34, ",.0f", "12.3"),
        (float("nan"), ",.0f", "nan"),
        (0.5, ".4g", "0.5"),
    ],
)
def test_three_significant_digits(value, spec, text):
    assert format(Figure(value), spec) == text
