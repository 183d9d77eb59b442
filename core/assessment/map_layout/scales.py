"""Scales of maps: round numbers for the page and for the scale bar."""

from __future__ import annotations

import math

# Round lengths and scales begin with one of these.
_ROUND_LENGTHS = (1.0, 2.0, 5.0)


def rounded_scale(needed: float) -> float:
    """The scale's denominator with two digits, not less than ``needed``, so that the region still fits the page."""
    if not (math.isfinite(needed) and needed > 0):
        return 1.0
    step = 10.0 ** (math.floor(math.log10(needed)) - 1)
    # A denominator that is round already stays, whatever its binary rounding.
    return max(math.ceil(needed / step - 1e-9) * step, 1.0)


def scale_text(scale: float) -> str:
    """``scale`` as maps print it: 1:2,100,000."""
    return f"1:{scale:,.0f}"


def bar_segment_m(scale: float, most_mm: float) -> float:
    """The longest round length (1, 2 or 5 times a power of ten, in m) that is at most ``most_mm`` long on the page."""
    most_m = max(scale * most_mm / 1000, 1e-3)
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(step * power for step in _ROUND_LENGTHS if step == 1 or step * power <= most_m)
