"""The groups of the toolbox."""

from __future__ import annotations

from typing import NamedTuple

from ...core.runtime.i18n import mark, translated


class Group(NamedTuple):
    """A group of algorithms.

    Attributes:
        number: place in the order of the work; QGIS sorts groups by their titles.
        id: stable id, also the name of the icon.
        english: the title without the number.
    """

    number: int
    id: str
    english: str

    def title(self) -> str:
        """The title in the user's language."""
        return f"{self.number} {translated(self.english)}"


MODELS = Group(0, "models", mark("Models"))
SUPPLY = Group(1, "carbonsupply", mark("Carbon supply"))
DEMAND = Group(2, "emissiondemand", mark("Emission demand"))
BALANCE = Group(3, "balance", mark("Balance"))
ZONING = Group(4, "zoning", mark("Zoning"))
SCENARIOS = Group(5, "scenarios", mark("Land-use scenarios"))
DRIVERS = Group(6, "drivers", mark("Drivers"))
ASSESSMENT = Group(7, "assessment", mark("Assessment"))
