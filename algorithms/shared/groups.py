"""The groups of the toolbox."""

from __future__ import annotations

from typing import NamedTuple

from ...core.runtime.i18n import mark, translated


class Group(NamedTuple):
    """A group of algorithms: its stable id (also the name of its icon) and its English title."""

    id: str
    english: str

    def title(self) -> str:
        """The title in the user's language."""
        return translated(self.english)


SUPPLY = Group("carbonsupply", mark("Carbon supply"))
DEMAND = Group("emissiondemand", mark("Emission demand"))
BALANCE = Group("balance", mark("Balance"))
ZONING = Group("zoning", mark("Zoning"))
SCENARIOS = Group("scenarios", mark("Land-use scenarios"))
DRIVERS = Group("drivers", mark("Drivers"))
ASSESSMENT = Group("assessment", mark("Assessment"))
