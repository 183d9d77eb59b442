"""Amounts as sentences tell them."""

from __future__ import annotations

import math

LEAST_DIGITS = 3


class Figure(float):
    """A number that sentences print with three significant digits at least, however few decimals they ask for.

    A loss of 0.18 t is told as 0.18 and not as -0: ``"{loss:,.0f} t"`` holds for amounts of any size.
    """

    def __format__(self, spec: str) -> str:
        """As ``float`` does, with more decimals where three significant digits need them, and 0 without a sign."""
        if not spec.endswith("f") or not math.isfinite(self):
            return format(float(self), spec)
        if abs(self) < 1e-9:
            return format(0.0, spec)
        before, _, decimals = spec[:-1].rpartition(".")
        needed = LEAST_DIGITS - 1 - math.floor(math.log10(abs(self)))
        return format(float(self), f"{before}.{max(int(decimals), needed)}f")
