"""Formatting of amounts in messages: at least three significant digits."""

from __future__ import annotations

import math
from numbers import Integral, Real

LEAST_DIGITS = 3
_AS_ZERO = 1e-9


class Figure(float):
    """A number that is printed with at least three significant digits, even if the format asks for fewer decimals.

    A loss of 0.18 t is shown as 0.18 and not as -0, so that ``"{loss:,.0f} t"`` is suitable for amounts of any size.
    """

    def __format__(self, spec: str) -> str:
        """Format like ``float``, with more decimals where three significant digits need them; 0 has no sign."""
        kind = spec[-1:]
        if kind not in ("f", "%") or not math.isfinite(self):
            return format(float(self), spec)
        shown = abs(self) * (100 if kind == "%" else 1)
        if shown < _AS_ZERO:
            return format(0.0, spec)
        before, point, places = spec[:-1].rpartition(".")
        if not point:
            return format(float(self), spec)
        decimals = int(places)
        needed = max(decimals, LEAST_DIGITS - 1 - math.floor(math.log10(shown)))
        text = format(float(self), f"{before}.{needed}{kind}")
        # 5 t are shown as 5, not as 5.00.
        spare = needed - decimals
        digits = text[: -len(kind)] if kind == "%" else text
        while spare and digits.endswith("0"):
            digits, spare = digits[:-1], spare - 1
        return digits.rstrip(".") + text[len(text) - (kind == "%") :]


class Sentence(str):
    """A text whose ``format`` prints every number as a :class:`Figure`."""

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """Like ``str.format``."""
        return super().format(*map(_as_figure, values), **{name: _as_figure(value) for name, value in named.items()})


def _as_figure(value: object) -> object:
    return Figure(value) if isinstance(value, Real) and not isinstance(value, Integral) else value
