"""Coefficients, intensities and identity checks of all units of a region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..options.tables import SPECIES_OR_UNSTATED
from ..raster.zone_outlines.double_counting import counted_once, log_counted
from ..raster.zone_outlines.overlaps import Overlaps, no_overlaps
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.units import to_co2, warn_of_mixing
from .coefficients import (
    Coefficient,
    Intensities,
    coefficient,
    given_coefficient,
    intensities,
    report_gap,
    shares_gap,
    warn_undefined,
)


@dataclass(frozen=True)
class Units:
    """Input data of the units, arrays (units,) with NaN where unknown, or ``None`` if not given.

    Attributes:
        emission_t: emission, t a year.
        area_km2: area, km2.
        sink_t: sink, t a year.
        gdp_1e4: GDP in 10^4 of the currency.
        eec, sec: coefficients computed elsewhere.
        emission_species, sink_species: "C", "CO2" or "unstated".
        overlaps: overlaps of the units, so that sums count land once; ``None`` for none.
        names: names of the units, needed with ``overlaps``.
    """

    emission_t: np.ndarray
    area_km2: np.ndarray
    sink_t: np.ndarray | None = None
    gdp_1e4: np.ndarray | None = None
    eec: np.ndarray | None = None
    sec: np.ndarray | None = None
    emission_species: str = SPECIES_OR_UNSTATED[0]
    sink_species: str = SPECIES_OR_UNSTATED[0]
    overlaps: Overlaps | None = None
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Totals:
    """Totals of the region given separately, in the units of :class:`Units`; ``None`` for sums of the units."""

    emission_t: float | None = None
    sink_t: float | None = None
    gdp_1e4: float | None = None


@dataclass(frozen=True)
class UnitCoefficients:
    """The results.

    Attributes:
        eec, sec: coefficients with the gaps of their identities.
        intensities: per area and per GDP, budget, offset rate.
        emission_t, sink_t: totals of all units, in one species if they were converted.
    """

    eec: Coefficient
    sec: Coefficient
    intensities: Intensities
    emission_t: float
    sink_t: float


def _coefficient(name: str, share_of, given, units: Units, total, emission_total, what: str, once) -> Coefficient:
    if share_of is not None and given is not None:
        raise CarbonBalanceError(
            tr("Both {what} and an existing {name} are given: choose one of the two.").format(what=what, name=name)
        )
    if given is not None:
        return given_coefficient(given, units.emission_t, emission_total, once.counted)
    if share_of is None:
        return Coefficient(np.full(units.emission_t.shape, np.nan), np.nan)
    if not once.known and (total is None or emission_total is None):
        raise CarbonBalanceError(
            tr(
                "The units overlap ({pairs}), so that their sums are not totals of the region and {name} is "
                "undefined: give the {what} and emission of the region separately, or use units that do not overlap."
            ).format(pairs=once.overlaps.pairs_text(units.names, units.area_km2), name=name, what=what)
        )
    return coefficient(
        share_of, units.emission_t, total, emission_total=emission_total, what=what, counted=once.counted
    )


def unit_coefficients(
    units: Units, totals: Totals, log: Log, row_labels: Callable[[np.ndarray], str], convert_to_co2: bool = False
) -> UnitCoefficients:
    """Compute EEC, SEC and intensities of each unit; logs undefined rows and violated identities.

    Args:
        units: data of the units.
        totals: totals of the region, if given separately.
        log: receives notes and warnings.
        row_labels: converts row numbers to names.
        convert_to_co2: whether to convert C to CO2 (x 44/12) for budget, offset rate and intensities.

    Raises:
        CarbonBalanceError: neither sink, GDP nor a coefficient is given; a value and its coefficient are both given; a
            total is not positive.
    """
    if all(item is None for item in (units.sink_t, units.gdp_1e4, units.eec, units.sec)):
        raise CarbonBalanceError(
            tr("Nothing to compare emissions with: give a sink (SINK), a GDP (GDP), or an existing EEC or SEC.")
        )
    overlaps = units.overlaps or no_overlaps(len(units.emission_t))
    once = counted_once(overlaps, [units.emission_t, units.sink_t, units.gdp_1e4])
    eec = _coefficient(
        "EEC",
        units.gdp_1e4,
        units.eec,
        units=units,
        total=totals.gdp_1e4,
        emission_total=totals.emission_t,
        what=tr("GDP"),
        once=once,
    )
    sec = _coefficient(
        "SEC",
        units.sink_t,
        units.sec,
        units=units,
        total=totals.sink_t,
        emission_total=totals.emission_t,
        what=tr("sink"),
        once=once,
    )
    log_counted(once, units.names, units.area_km2, log)
    report_gap("EEC", eec.gap, log)
    report_gap("SEC", sec.gap, log)

    emission, sink, species = units.emission_t, units.sink_t, [units.emission_species, units.sink_species]
    if convert_to_co2:
        emission = emission * to_co2(species[0])
        sink = None if sink is None else sink * to_co2(species[1])
        species = ["CO2" if item == "C" else item for item in species]
    known = {
        tr("Emission"): (emission, units.emission_t, totals.emission_t),
        tr("Sink"): (sink, units.sink_t, totals.sink_t),
        tr("GDP"): (units.gdp_1e4, units.gdp_1e4, totals.gdp_1e4),
    }
    for title, (_, as_given, total) in known.items():
        gap = 0.0 if as_given is None or not once.known else shares_gap(as_given[once.counted], total)
        if abs(gap) > 1e-6:
            log.warn(
                tr("{title}: the sum of the units differs from the figure of the region by {gap:+.1f} %.").format(
                    title=title, gap=100 * gap
                )
            )
    if sink is not None:
        warn_of_mixing(tr("emission"), species[0], tr("sink"), species[1], log)
    shown = {title: values for title, (values, _, _) in known.items() if values is not None}
    ready = {"EEC": units.eec, "SEC": units.sec}
    shown.update({title: values for title, values in ready.items() if values is not None})
    warn_undefined({**shown, tr("Area"): units.area_km2}, row_labels, log)
    nothing = np.full(emission.shape, np.nan)
    return UnitCoefficients(
        eec,
        sec,
        intensities(
            emission,
            nothing if sink is None else sink,
            nothing if units.gdp_1e4 is None else units.gdp_1e4,
            units.area_km2,
        ),
        once.total(emission),
        np.nan if sink is None else once.total(sink),
    )
