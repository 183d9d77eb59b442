"""The quantities compared by an index: stock or flow, tonnes of C or of CO2.

An index is a dimensionless number: 0.8 may be tonnes of CO2 a year per tonne of C stored, or a ratio of equal
quantities. Therefore the compared quantities are stored with the index, as a text that is the same in every language,
and legends translate it.
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
# The stored texts, by basis of supply and of demand.
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
        supply_species, demand_species: "C", "CO2" or "unstated", after any conversion.
        supply_basis, demand_basis: "stock" or "flow" (a year).
    """

    supply_species: str
    supply_basis: str
    demand_species: str
    demand_basis: str

    @classmethod
    def of(cls, supply: tuple[str, str], demand: tuple[str, str], factors: tuple[float, float]) -> Comparison:
        """The comparison of two (species, basis) multiplied by ``factors`` from :func:`units.comparable`."""
        species = ["CO2" if by == CO2_PER_C else side[0] for side, by in zip((supply, demand), factors)]
        return cls(species[0], supply[1], species[1], demand[1])

    def text(self) -> str:
        """The text stored in a column or a band description."""
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
        """Reasons why the balance point does not mean carbon neutrality; empty if basis and species agree."""
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
    """Parse a stored text; ``None`` if it is missing or has another form."""
    for (supply_basis, demand_basis), form in TEXTS.items():
        pattern = re.escape(form).replace(r"\{supply\}", _SPECIES_PATTERN).replace(r"\{demand\}", _SPECIES_PATTERN)
        found = re.fullmatch(pattern, text)
        if found:
            supply, demand = (UNSTATED if each == UNKNOWN else each for each in found.groups())
            return Comparison(supply, supply_basis, demand, demand_basis)
    return None
