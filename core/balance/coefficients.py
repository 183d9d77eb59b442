"""Economic efficiency (EEC) and sink support (SEC) coefficients of emissions, intensities, and identity checks.

Source: the study of Guiyang 2015-2020. EEC_i = (G_i/G)/(E_i/E), SEC_i = (A_i/A)/(E_i/E) with GDP G, emission E
and sink A; sums over the same units. The definitions imply the identities sum EEC_i e_i = 1 and sum SEC_i e_i = 1 with
e_i = E_i/E, which detect totals that are not consistent with the units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.units import HA_PER_KM2, quotient

# Published coefficients have two decimals: gaps below this are rounding errors.
GAP_TOLERANCE = 0.005


@dataclass(frozen=True)
class Coefficient:
    """EEC or SEC of all units.

    Attributes:
        values: (units,), NaN where share or emission is unknown, zero or negative.
        gap: sum of coefficient x e_i minus 1; NaN if there is no coefficient.
    """

    values: np.ndarray
    gap: float


def _total(given: float | None, values: np.ndarray, what: str) -> float:
    if given is None:
        return float(values.sum())
    if not (np.isfinite(given) and given > 0):
        raise CarbonBalanceError(
            tr("The {what} of the region is {value:g}: it must be greater than 0.").format(what=what, value=given)
        )
    return float(given)


def coefficient(
    share_of: np.ndarray,
    emission: np.ndarray,
    total: float | None = None,
    emission_total: float | None = None,
    what: str = "GDP",
    counted: np.ndarray | None = None,
) -> Coefficient:
    """Share of ``share_of`` divided by the share of emission: EEC for GDP, SEC for the sink.

    Args:
        share_of: GDP or sink in any unit of measure (units,).
        emission: emission in any unit of measure (units,).
        total: total of the region, if given separately; otherwise the sum over units with both values.
        emission_total: the same for emission.
        what: name of ``share_of`` in messages.
        counted: units included in sums, bool (units,); ``None`` for all.
    """
    share_of, emission = np.asarray(share_of, dtype=float), np.asarray(emission, dtype=float)
    with np.errstate(invalid="ignore"):
        both = (share_of >= 0) & (emission >= 0)
    if counted is not None:
        both &= counted
    if not (both & (share_of > 0)).any() or not (both & (emission > 0)).any():
        return Coefficient(np.full(emission.shape, np.nan), np.nan)
    all_share = _total(total, share_of[both], what)
    all_emission = _total(emission_total, emission[both], tr("emission"))
    values = quotient(share_of / all_share, emission / all_emission)
    return Coefficient(values, identity_gap(values, emission, all_emission, counted))


def identity_gap(
    values: np.ndarray,
    emission: np.ndarray,
    emission_total: float | None = None,
    counted: np.ndarray | None = None,
) -> float:
    """sum(values x emission/E) - 1 over the units with both (units,); E is their sum if not given.

    Only units with ``counted``, bool (units,), are included.
    """
    with np.errstate(invalid="ignore"):
        both = np.isfinite(values) & (np.asarray(emission) > 0)
    if counted is not None:
        both &= counted
    if not both.any():
        return np.nan
    whole = emission[both].sum() if emission_total is None else emission_total
    return float((values[both] * emission[both]).sum() / whole - 1)


def given_coefficient(
    values: np.ndarray,
    emission: np.ndarray | None,
    emission_total: float | None = None,
    counted: np.ndarray | None = None,
) -> Coefficient:
    """A coefficient that was computed elsewhere (NaN unless positive), with the gap of its identity."""
    values = np.asarray(values, dtype=float)
    with np.errstate(invalid="ignore"):
        kept = np.where(values > 0, values, np.nan)
    return Coefficient(kept, np.nan if emission is None else identity_gap(kept, emission, emission_total, counted))


def shares_gap(values: np.ndarray, total: float | None) -> float:
    """Relative difference of the sum of the units from the ``total`` of the region; 0 if none was given."""
    known = values[np.isfinite(values)]
    return 0.0 if total is None or not len(known) else float(known.sum() / total - 1)


@dataclass(frozen=True)
class Intensities:
    """Intensities and budget from emission and sink, arrays (units,), NaN where undefined.

    Attributes:
        emission_t_ha, sink_t_ha: per area.
        emission_t_1e4gdp: emission per 10^4 of the currency.
        budget_t: E - A, positive if emission exceeds uptake.
        offset_rate: A/E.
    """

    emission_t_ha: np.ndarray
    sink_t_ha: np.ndarray
    emission_t_1e4gdp: np.ndarray
    budget_t: np.ndarray
    offset_rate: np.ndarray


def intensities(emission_t: np.ndarray, sink_t: np.ndarray, gdp_1e4: np.ndarray, area_km2: np.ndarray) -> Intensities:
    """Intensities of each unit from emission (t), sink (t), GDP (10^4 of a currency) and area (km2), each (units,)."""
    area_ha = np.asarray(area_km2, dtype=float) * HA_PER_KM2
    with np.errstate(invalid="ignore"):
        budget = np.where((emission_t > 0) & (sink_t > 0), emission_t - sink_t, np.nan)
    return Intensities(
        quotient(emission_t, area_ha),
        quotient(sink_t, area_ha),
        quotient(emission_t, gdp_1e4),
        budget,
        quotient(sink_t, emission_t),
    )


def report_gap(name: str, gap: float, log: Log) -> None:
    """Log whether an identity holds: a warning if it does not, a note if it does."""
    if np.isfinite(gap):
        (log.info if abs(gap) <= GAP_TOLERANCE else log.warn)(gap_sentence(name, gap))


def gap_sentence(name: str, gap: float) -> str:
    """A sentence on the identity of the coefficient ``name``, with an explanation if it does not hold."""
    sentence = tr(
        "Identity of {name}: the sum of {name} x share of emission is {sum:.4f}, {gap:+.1f} % from 1."
    ).format(name=name, sum=1 + gap, gap=100 * gap)
    if abs(gap) <= GAP_TOLERANCE:
        return sentence
    reason = tr("The units do not add up to the region, or the coefficients were computed from other data.")
    return f"{sentence} {reason}"


def warn_undefined(columns: dict[str, np.ndarray], row_labels: Callable[[np.ndarray], str], log: Log) -> None:
    """Warn of each input (title -> (units,)) with NULL, zero or negative values, naming the rows."""
    for title, values in columns.items():
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero(~(values > 0))
        if len(rows):
            log.warn(
                tr(
                    "{title} is NULL, zero or negative in {count} unit(s); the results that depend on it are NULL: "
                    "{rows}."
                ).format(title=title, count=len(rows), rows=row_labels(rows))
            )
