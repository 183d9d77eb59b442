"""Which quantities an index compares: stock or flow, tonnes of C or of CO2, as stated in the run.

An index is a bare number: 0.8 may be tonnes of CO2 a year over tonnes of C stored, or like over like. So the run that
makes it stores what it compared beside it, as a text of one form in every language, and legends say it in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..options.balance import BUDGET, DEMAND_SUPPLY, LOG_RATIO, SUPPLY_DEMAND
from ..options.tables import FLOW, STOCK, UNSTATED
from ..runtime.i18n import mark, tr, translated
from ..tables.units import CO2_PER_C
from .indices import Index

UNKNOWN = mark("C or CO2")
# The texts as they are stored, by basis of supply and of demand.
TEXTS = {
    (STOCK, FLOW): mark("supply: stock, t {supply}; demand: flow, t {demand} a year"),
    (STOCK, STOCK): mark("supply: stock, t {supply}; demand: stock, t {demand}"),
    (FLOW, FLOW): mark("supply: flow, t {supply} a year; demand: flow, t {demand} a year"),
    (FLOW, STOCK): mark("supply: flow, t {supply} a year; demand: stock, t {demand}"),
}
_SPECIES_PATTERN = f"(C|CO2|{UNKNOWN})"


@dataclass(frozen=True)
class Comparison:
    """The two sides of an index.

    Attributes:
        supply_species, demand_species: "C", "CO2" or "unstated", as they were compared: after any conversion.
        supply_basis, demand_basis: "stock" or "flow" (a year).
    """

    supply_species: str
    supply_basis: str
    demand_species: str
    demand_basis: str

    @classmethod
    def of(cls, supply: tuple[str, str], demand: tuple[str, str], factors: tuple[float, float]) -> Comparison:
        """Sides of (species, basis) that were multiplied by ``factors``, as :func:`units.comparable` gives them."""
        species = ["CO2" if by == CO2_PER_C else side[0] for side, by in zip((supply, demand), factors)]
        return cls(species[0], supply[1], species[1], demand[1])

    def text(self) -> str:
        """The text that is stored in a column or in the description of a band."""
        supply, demand = (
            UNKNOWN if species == UNSTATED else species for species in (self.supply_species, self.demand_species)
        )
        return TEXTS[self.supply_basis, self.demand_basis].format(supply=supply, demand=demand)

    def terms(self, index: Index) -> str:
        """Numerator and denominator, in the user's language: ``t CO2 emitted a year / t C stored``."""
        supply = tr("t {species} stored") if self.supply_basis == STOCK else tr("t {species} taken up per year")
        demand = (
            tr("t {species} emitted per year") if self.demand_basis == FLOW else tr("t {species} of demand (a stock)")
        )
        supply, demand = (
            side.format(species=translated(UNKNOWN) if species == UNSTATED else species)
            for side, species in ((supply, self.supply_species), (demand, self.demand_species))
        )
        if index.id == DEMAND_SUPPLY:
            return f"{demand} / {supply}"
        if index.id in (SUPPLY_DEMAND, LOG_RATIO):
            return f"{supply} / {demand}"
        if index.id == BUDGET:
            return f"{supply} − {demand}"
        return tr("{supply} compared with {demand}").format(supply=supply, demand=demand)

    def cautions(self) -> list[str]:
        """Why the balance point does not mean carbon neutrality; nothing if kind and species are the same."""
        said = []
        if (self.supply_basis, self.demand_basis) == (STOCK, FLOW):
            said.append(
                tr(
                    "Annual demand is compared with a stock: the index compares places; it does not measure carbon "
                    "neutrality."
                )
            )
        if {self.supply_species, self.demand_species} == {"C", "CO2"}:
            said.append(
                tr("C is compared with CO2 without conversion: the balance point is shifted by a factor of 44/12.")
            )
        return said


def read_comparison(text: str) -> Comparison | None:
    """Parse a stored text; ``None`` if there is none or it has another form."""
    for (supply_basis, demand_basis), form in TEXTS.items():
        pattern = re.escape(form).replace(r"\{supply\}", _SPECIES_PATTERN).replace(r"\{demand\}", _SPECIES_PATTERN)
        found = re.fullmatch(pattern, text)
        if found:
            supply, demand = (UNSTATED if each == UNKNOWN else each for each in found.groups())
            return Comparison(supply, supply_basis, demand, demand_basis)
    return None
