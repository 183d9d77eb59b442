"""Formatting of amounts in messages: at least three significant digits."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
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


# English nouns that are counted in messages, each followed by its verb if that depends on the number.
_COUNTED = re.compile(
    r"(?P<count>\{(?P<name>\w+)(?::[^{}]*)?\} )"
    r"(?P<noun>zones|transitions|cells|rows|classes|dates|years|features|rasters|samples|places|pairs|layers|tiles|changes)"
    r"\b(?P<verb> (?:have|are|were|get)\b)?"
)
_OF_ONE = {"classes": "class", " have": " has", " are": " is", " were": " was", " get": " gets"}


class Sentence(str):
    """A text whose ``format`` prints every number as a :class:`Figure`, and 1 zone where it says ``{count} zones``."""

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """Like ``str.format``."""
        ones = [name for name, value in named.items() if isinstance(value, Real) and self._is_one(name, value)]
        text = in_singular(self, ones) if ones else str(self)
        return text.format(*map(_as_figure, values), **{name: _as_figure(value) for name, value in named.items()})

    def _is_one(self, name: str, value: Real) -> bool:
        """Whether a value is a count of one: a whole number, or one that is printed as such."""
        return value == 1 and (isinstance(value, Integral) or f"{{{name}:,.0f}}" in self)


def in_singular(text: str, ones: Collection[str]) -> str:
    """The English text with the nouns that are counted by the values named ``ones`` in the singular."""

    def changed(found: re.Match[str]) -> str:
        if found["name"] not in ones:
            return found[0]
        noun, verb = found["noun"], found["verb"] or ""
        return f"{found['count']}{_OF_ONE.get(noun, noun[:-1])}{_OF_ONE.get(verb, '')}"

    return _COUNTED.sub(changed, text)


def _as_figure(value: object) -> object:
    return Figure(value) if isinstance(value, Real) and not isinstance(value, Integral) else value
