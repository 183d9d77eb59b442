"""Parsing of the factors of a decomposition: columns, ratios of columns, and sums over sectors.

``population_{date}; gdp_{date}/population_{date}; emission_{date}/gdp_{date}`` are three factors whose product is the
emission. ``sum(output_{date})`` is the sum over the sectors of a unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...tables.spelling.numerals import parse_list
from ..series import base_name

_SUM = re.compile(r"sum\s*\(\s*(.+?)\s*\)", re.IGNORECASE)


@dataclass(frozen=True)
class FactorTerm:
    """A column, or its sum over the sectors of a unit."""

    column: str
    summed: bool

    def values(self, sectors: dict[str, np.ndarray]) -> np.ndarray:
        """Values for the sectors of a unit at one date (sectors,), from column -> values."""
        own = sectors[base_name(self.column)]
        return np.full(len(own), own.sum()) if self.summed else own


@dataclass(frozen=True)
class StatedFactor:
    """A term, optionally divided by another.

    Attributes:
        title: the text without the date placeholder.
        above, below: numerator and denominator, ``None`` for 1.
    """

    title: str
    above: FactorTerm
    below: FactorTerm | None

    def values(self, sectors: dict[str, np.ndarray]) -> np.ndarray:
        """Like :meth:`FactorTerm.values`; NaN for 0 / 0."""
        above = self.above.values(sectors)
        if self.below is None:
            return above
        with np.errstate(divide="ignore", invalid="ignore"):
            return above / self.below.values(sectors)

    def columns(self) -> list[str]:
        """The required columns, with the date placeholder."""
        return [self.above.column] + ([] if self.below is None else [self.below.column])


def stated_factors(text: str) -> list[StatedFactor]:
    """The factors in ``text``, separated by semicolons or commas.

    Raises:
        CarbonBalanceError: fewer than two factors, a duplicate, or a factor with more than one slash.
    """
    made = [_stated_factor(part) for part in parse_list(text)]
    if len(made) < 2 or len({each.title for each in made}) < len(made):
        raise CarbonBalanceError(
            tr(
                'The factors are "{text}": give two or more different columns or ratios of columns separated by '
                "semicolons, such as population_{{date}}; emission_{{date}}/population_{{date}}."
            ).format(text=text)
        )
    return made


def _stated_factor(text: str) -> StatedFactor:
    parts = text.split("/")
    if len(parts) > 2 or not all(part.strip() for part in parts):
        raise CarbonBalanceError(
            tr('The factor "{factor}" must be a column or one column divided by another.').format(factor=text)
        )
    terms = [_term(part) for part in parts]
    titles = [f"sum({base_name(each.column)})" if each.summed else base_name(each.column) for each in terms]
    return StatedFactor("/".join(titles), terms[0], terms[1] if len(terms) > 1 else None)


def _term(text: str) -> FactorTerm:
    found = _SUM.fullmatch(text.strip())
    return FactorTerm(found.group(1) if found else text.strip(), bool(found))
