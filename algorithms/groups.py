"""The groups of the toolbox."""

from __future__ import annotations

from typing import NamedTuple

from ..core.i18n import tr


class Group(NamedTuple):
    """A group of algorithms: its stable id (also the name of its icon) and its English title."""

    id: str
    english: str

    def title(self) -> str:
        """The title in the user's language."""
        return tr(self.english)


SUPPLY = Group("carbonsupply", "Carbon supply")
DEMAND = Group("emissiondemand", "Emission demand")
BALANCE = Group("balance", "Balance")
ZONING = Group("zoning", "Zoning")
SCENARIOS = Group("scenarios", "Land-use scenarios")
DRIVERS = Group("drivers", "Drivers")
ASSESSMENT = Group("assessment", "Assessment")
