"""Carbon compensation between zones: which zones pay or receive, and how much.

The net emission of a zone is N = E - A with the emission E and the sink A in one species. A zone above its baseline
pays for the excess, a zone below it receives: value = (N - baseline) x price. A baseline proportional to a base of the
zones (area, persons, GDP) distributes the net emission of the region, b_i = sum(N) x base_i / sum(base), so that
payments equal receipts. Sources: definition of the net emission, the study of Guiyang 2015-2020 (budget E - A and rate
A/E); baselines per area, person and GDP are proportional sharing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..options.balance import BASELINE_BASES, PER_NOTHING
from ..options.tables import UNSTATED
from ..raster.zone_outlines.double_counting import CountedZones
from ..runtime.errors import CarbonBalanceError
from ..runtime.figures import Figure
from ..runtime.i18n import tr, translated
from ..runtime.log import Log
from ..tables.units import CO2_PER_C, quotient

PAYS, RECEIVES, NEITHER = "pays", "receives", "neither"
# An excess below this share of the largest emission, or a gap below that of the payments, is a rounding error.
_ROUNDED_AWAY = 1e-12


@dataclass(frozen=True)
class NetEmission:
    """Emission and sink in one species, arrays (zones,) with NaN where unknown.

    Attributes:
        emission_t, sink_t: in the common species, t a year.
        net_t: emission - sink.
        rate: sink / emission, NaN if the emission is not positive or the sink is negative.
        species: "C", "CO2" or "unstated".
    """

    emission_t: np.ndarray
    sink_t: np.ndarray
    net_t: np.ndarray
    rate: np.ndarray
    species: str


@dataclass(frozen=True)
class Compensation:
    """Payments and receipts of zones.

    Attributes:
        baseline_t: net emission that is free of charge, t a year (zones,).
        excess_t: net emission - baseline, positive if the zone pays (zones,).
        roles: ``PAYS``, ``RECEIVES``, ``NEITHER`` or ``None`` if unknown.
        value: money a year, positive if the zone pays (zones,); NaN without a price.
        paid_t, received_t: sums over the zones counted in totals, both at least 0.
        price: price of one tonne of the species of the net emission, NaN if not given.
    """

    baseline_t: np.ndarray
    excess_t: np.ndarray
    roles: list[str | None]
    value: np.ndarray
    paid_t: float
    received_t: float
    price: float

    @property
    def gap_t(self) -> float:
        """Difference of paid and received tonnes; 0 if they differ by the rounding of their sums only."""
        gap = self.paid_t - self.received_t
        return 0.0 if abs(gap) < _ROUNDED_AWAY * self.paid_t else gap


def net_emission(
    emission_t: np.ndarray, sink_t: np.ndarray, emission_species: str, sink_species: str, wanted: str, log: Log
) -> NetEmission:
    """Emission minus sink in the species ``wanted``.

    Args:
        emission_t: emission a year (zones,), at least 0.
        sink_t: uptake a year (zones,); negative if the land is a source.
        emission_species, sink_species: "C", "CO2" or "unstated".
        wanted: "C" or "CO2". If a species is unstated, nothing is converted and a warning is logged.
        log: receives the warning.
    """
    if UNSTATED in (emission_species, sink_species):
        log.warn(
            tr(
                "Species: emission is {emission}, sink is {sink}. Nothing is converted; if one is C and the other CO2, "
                "the net emissions are wrong by a factor of 44/12 of one side."
            ).format(emission=emission_species, sink=sink_species)
        )
        species, factors = UNSTATED, (1.0, 1.0)
    else:
        species = wanted
        factors = species_factor(emission_species, wanted), species_factor(sink_species, wanted)
    emission, sink = emission_t * factors[0], sink_t * factors[1]
    rate = np.where(sink == 0, np.where(emission > 0, 0.0, np.nan), quotient(sink, emission))
    return NetEmission(emission, sink, emission - sink, rate, species)


def species_factor(given: str, wanted: str) -> float:
    """The factor from tonnes of ``given`` to tonnes of ``wanted``; both "C" or "CO2"."""
    if given == wanted:
        return 1.0
    return CO2_PER_C if wanted == "CO2" else 1 / CO2_PER_C


def price_of(price: float | None, per: str, species: str, log: Log) -> float:
    """Price of a tonne of ``species`` from the price of a tonne of ``per`` ("C" or "CO2"); NaN without one.

    Raises:
        CarbonBalanceError: a negative price.
    """
    if price is None:
        return float("nan")
    if not price >= 0:
        raise CarbonBalanceError(tr("The price of carbon is {price:g}: it must be at least 0.").format(price=price))
    if species == UNSTATED:
        log.warn(
            tr(
                "The price is for a tonne of {per}, but the species of the net emissions is unstated: they are taken "
                "to be tonnes of {per}."
            ).format(per=per)
        )
        return price
    # A tonne of C has the price of 44/12 t of CO2.
    return price / species_factor(per, species)


def baseline_of(net_t: np.ndarray, base: np.ndarray, what: str, once: CountedZones) -> np.ndarray:
    """The net emission of all zones divided in proportion to ``base`` (zones,), NaN where either is unknown.

    Args:
        net_t: net emission (zones,).
        base: area, persons or GDP (zones,), at least 0.
        what: name of the base in messages.
        once: zones counted in sums.

    Raises:
        CarbonBalanceError: the base is negative or nowhere positive, or sums are unknown because zones overlap.
    """
    with np.errstate(invalid="ignore"):
        if (base < 0).any():
            raise CarbonBalanceError(
                tr("The {what} of a zone is negative: a baseline needs values of at least 0.").format(what=what)
            )
    if not once.known:
        raise CarbonBalanceError(
            tr(
                "The zones overlap, so that the mean of the region by {what} is unknown: use zones that do not "
                "overlap, or choose the baseline zero or column."
            ).format(what=what)
        )
    both = np.isfinite(net_t) & np.isfinite(base) & once.counted
    total = float(base[both].sum())
    if not total > 0:
        raise CarbonBalanceError(
            tr("No zone has both a net emission and a {what} above 0: choose another baseline.").format(what=what)
        )
    return np.where(np.isfinite(net_t), net_t[both].sum() * (base / total), np.nan)


def compensate(net: NetEmission, baseline_t: np.ndarray, price: float, once: CountedZones) -> Compensation:
    """Compute what each zone pays or receives.

    Args:
        net: net emissions.
        baseline_t: (zones,), in the species of ``net``.
        price: price of one tonne of that species, NaN for none.
        once: zones counted in sums.
    """
    excess = net.net_t - baseline_t
    known = np.isfinite(excess)
    scale = np.nanmax(np.abs(np.concatenate([net.emission_t, net.sink_t, baseline_t, [0.0]])))
    excess = np.where(known & (np.abs(excess) <= _ROUNDED_AWAY * scale), 0.0, excess)
    roles = [
        None if not fine else PAYS if each > 0 else RECEIVES if each < 0 else NEITHER
        for fine, each in zip(known.tolist(), excess.tolist())
    ]
    paid, received = once.total(np.maximum(excess, 0.0)), once.total(np.maximum(-excess, 0.0))
    return Compensation(
        baseline_t=baseline_t,
        excess_t=excess,
        roles=roles,
        value=excess * price,
        paid_t=paid,
        received_t=received,
        price=price,
    )


def log_compensation(
    net: NetEmission, found: Compensation, baseline: str, row_labels: Callable[[np.ndarray], str], log: Log
) -> None:
    """Log payers and receivers, the difference of payments and receipts, and missing values."""
    unknown = np.flatnonzero(~np.isfinite(found.excess_t))
    if len(unknown):
        log.warn(
            tr("Emission, sink or baseline is NULL in {count} zone(s), which take no part: {rows}.").format(
                count=len(unknown), rows=row_labels(unknown)
            )
        )
    sources = np.flatnonzero(net.sink_t < 0)
    if len(sources):
        log.warn(
            tr(
                "The sink is negative in {count} zone(s), whose land is a source; it adds to their net emissions, and "
                "their compensation rate is NULL: {rows}."
            ).format(count=len(sources), rows=row_labels(sources))
        )
    payers, receivers = found.roles.count(PAYS), found.roles.count(RECEIVES)
    log.info(
        tr(
            "{payers} zone(s) pay and {receivers} zone(s) receive (species: {species}); zones overlap, so that total "
            "payments and receipts are unknown."
        ).format(payers=payers, receivers=receivers, species=net.species)
        if np.isnan(found.gap_t)
        else tr(
            "{payers} zone(s) pay for {paid:,.0f} t a year, {receivers} zone(s) receive for {received:,.0f} t a year "
            "(species: {species})."
        ).format(
            payers=payers,
            receivers=receivers,
            paid=Figure(found.paid_t),
            received=Figure(found.received_t),
            species=net.species,
        )
    )
    if baseline == PER_NOTHING and payers and not receivers:
        log.warn(
            tr(
                "With the baseline zero there are only payers, because no zone takes up more than it emits: choose a "
                "relative baseline (area, person or gdp) to compensate between the zones."
            )
        )
    if baseline in BASELINE_BASES:
        log.info(
            tr("Identity: excess over the baseline by {base} adds up to {sum:.3g} t over all zones.").format(
                base=translated(BASELINE_BASES[baseline]), sum=found.gap_t
            )
        )
    elif np.isfinite(found.gap_t):
        log.info(
            tr("Payments and receipts differ by {gap:,.0f} t a year, which no zone of the layer balances.").format(
                gap=Figure(found.gap_t)
            )
        )
