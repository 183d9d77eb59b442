"""Supply and demand of the zones of a report, with units as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...options.tables import FLOW
from ...runtime.i18n import tr
from ..provenance.record import StepRecord

SINK_STEP = "annualcarbonsink"


def species_of_sinks(steps: Sequence[StepRecord], suffix: str) -> str:
    """The species that the last computed sink with ``suffix`` counts, "" if it is not recorded."""
    found = [
        step.numbers.get("SPECIES")
        for step in steps
        if step.algorithm.rpartition(":")[2] == SINK_STEP and step.parameters.get("SUFFIX", "") == suffix
    ]
    return str(found[-1]) if found and found[-1] else ""


@dataclass(frozen=True)
class AmountSource:
    """Properties of a quantity that are not stated by its column.

    Attributes:
        column: the column, "" for the one written by the plugin.
        unit: unit of that column, one of ``units.AMOUNTS``.
        species: "C", "CO2" or "unstated".
        basis: "stock" or "flow".
        sink_species: the species of a sink of the plugin, if it is known to be another; else "".
    """

    column: str
    unit: str
    species: str
    basis: str
    sink_species: str = ""


@dataclass(frozen=True)
class Amount:
    """Supply or demand of each zone.

    Attributes:
        total_t, density_t_km2: (zones,), NaN where unknown.
        given: source and units.
        title: such as "Carbon supply".
    """

    total_t: np.ndarray
    density_t_km2: np.ndarray
    given: AmountSource
    title: str

    @property
    def unit(self) -> str:
        """Unit of the totals: ``t C``, ``t CO2 a year``."""
        return self.unit_with("t")

    def unit_with(self, tonnes: str) -> str:
        """The unit with another unit of mass: ``Mt C``, ``万吨 CO2/年``."""
        species = self.given.species if self.given.species in ("C", "CO2") else ""
        if tonnes == "t":
            unit = tr("t {species} per year") if self.given.basis == FLOW else tr("t {species}")
        else:
            unit = tr("{tonnes} {species} per year") if self.given.basis == FLOW else tr("{tonnes} {species}")
        return " ".join(unit.format(tonnes=tonnes, species=species).split())

    @property
    def heading(self) -> str:
        """Title and unit of the totals: ``Carbon supply, t C``."""
        return tr("{what}, {unit}").format(what=self.title, unit=self.unit)

    @property
    def density_unit(self) -> str:
        """Unit of the densities: ``t C/km²``, ``t CO2/km² a year``."""
        species = self.given.species if self.given.species in ("C", "CO2") else ""
        unit = tr("{tonnes}/km² per year") if self.given.basis == FLOW else tr("{tonnes}/km²")
        return unit.format(tonnes=tr("t {species}").format(species=species).strip())

    @property
    def density_heading(self) -> str:
        """Title and unit of the densities: ``Carbon supply, t C/km²``."""
        return tr("{what}, {unit}").format(what=self.title, unit=self.density_unit)

    def measured_km2(self, area_km2: np.ndarray) -> np.ndarray:
        """The area to which the densities refer, km2 (zones,); ``area_km2`` if unknown."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.density_t_km2 > 0, self.total_t / self.density_t_km2, area_km2)
