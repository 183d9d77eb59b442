"""Flows of the carbon service from zones in surplus to zones in deficit, as an accounting measure.

CO2 mixes in the atmosphere within weeks, so that no carbon moves along these lines: they show against which deficit a
surplus is counted. Sources: the transport problem (Hitchcock 1941) with distances as costs; the doubly constrained
gravity model (Wilson 1967), F_ij = a_i S_i b_j D_j / d_ij^b, with the larger side scaled down in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..options.balance import GRAVITY
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.figures import Figure
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..statistics.spatial.distance import geodesic_km
from ..statistics.spatial.transport import least_cost_transport

# Relative tolerance of the sums of the gravity model, and the maximum number of iterations.
_SUMS_TOLERANCE, _MOST_ROUNDS = 1e-10, 5000
# A remainder below this share of the total is a rounding error.
_NOTHING_LEFT = 1e-12


@dataclass(frozen=True)
class ServiceFlows:
    """Flows between zones.

    Attributes:
        origin, target: zones of each flow, from 0, int64 (flows,), the largest flow first.
        amount_t: amount of each flow, t a year (flows,).
        distance_km: distance of each flow (flows,).
        outflow_t, inflow_t: sums by zone (zones,); NaN for zones that take no part.
        left_t: unused surplus (positive) or unmet deficit (negative) (zones,).
        surplus_t, deficit_t: totals of all zones, at least 0.
    """

    origin: np.ndarray
    target: np.ndarray
    amount_t: np.ndarray
    distance_km: np.ndarray
    outflow_t: np.ndarray
    inflow_t: np.ndarray
    left_t: np.ndarray
    surplus_t: float
    deficit_t: float

    @property
    def total_t(self) -> float:
        """Total flow, t a year."""
        return float(self.amount_t.sum())

    @property
    def mean_distance_km(self) -> float:
        """Mean distance weighted by amount, NaN without flows."""
        return float((self.amount_t * self.distance_km).sum() / self.total_t) if len(self.amount_t) else float("nan")


def service_flows(
    surplus_t: np.ndarray,
    places: np.ndarray,
    method: str,
    exponent: float,
    labels: list[str],
    log: Log,
) -> ServiceFlows:
    """Compute the flows from surplus to deficit zones.

    Args:
        surplus_t: surplus (positive) or deficit (negative) of each zone, t a year (zones,); zones with NaN take no
            part.
        places: longitude and latitude of the zone centres, degrees (zones, 2).
        method: one of ``FLOW_METHODS``.
        exponent: exponent of the distance in the gravity model, positive.
        labels: names of the zones for messages.
        log: for cancellation.

    Raises:
        CarbonBalanceError: a zone with an amount has no location; no zone has a surplus, or none a deficit; the
            exponent is not positive; two zones have the same location in the gravity model.
    """
    known = np.isfinite(surplus_t)
    lost = np.flatnonzero(known & (surplus_t != 0) & ~np.isfinite(places).all(axis=1))
    if len(lost):
        raise CarbonBalanceError(
            tr("{zones}: no geometry, so that no distance is known; every zone with an amount needs one.").format(
                zones=listed(labels[zone] for zone in lost)
            )
        )
    origins, targets = (np.flatnonzero(known & side) for side in (surplus_t > 0, surplus_t < 0))
    if not len(origins) or not len(targets):
        raise CarbonBalanceError(
            tr(
                "No zone has a {lacking}: flows need zones in surplus and zones in deficit. Check which sign of the "
                "amount means a deficit, or use the excess over a relative baseline."
            ).format(lacking=tr("surplus") if not len(origins) else tr("deficit"))
        )
    supply, demand = surplus_t[origins], -surplus_t[targets]
    distance = geodesic_km(places[origins], places[targets])
    if method == GRAVITY:
        i, j, amount = _gravity(supply, demand, distance, exponent, [labels[z] for z in (*origins, *targets)], log)
    else:
        i, j, amount = least_cost_transport(supply, demand, distance, log)
    # Sums are exact within the rounding of single flows; the total is that of the smaller side.
    amount = amount * (min(supply.sum(), demand.sum()) / amount.sum())
    order = np.lexsort((j, i, -amount))
    i, j, amount = i[order], j[order], amount[order]
    outflow, inflow = (np.where(known, 0.0, np.nan) for _ in range(2))
    outflow[origins] = np.bincount(i, amount, len(origins))
    inflow[targets] = np.bincount(j, amount, len(targets))
    left = np.where(known, surplus_t - outflow + inflow, np.nan)
    scale = max(supply.sum(), demand.sum())
    left = np.where(np.abs(left) <= _NOTHING_LEFT * scale, np.where(known, 0.0, np.nan), left)
    return ServiceFlows(
        origin=origins[i],
        target=targets[j],
        amount_t=amount,
        distance_km=distance[i, j],
        outflow_t=outflow,
        inflow_t=inflow,
        left_t=left,
        surplus_t=float(supply.sum()),
        deficit_t=float(demand.sum()),
    )


def _gravity(
    supply: np.ndarray, demand: np.ndarray, distance: np.ndarray, exponent: float, labels: list[str], log: Log
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows of the gravity model (all pairs), balanced iteratively to both sums."""
    if not exponent > 0:
        raise CarbonBalanceError(
            tr("The distance exponent is {value:g}: it must be greater than 0.").format(value=exponent)
        )
    at_one = np.argwhere(distance <= 0)
    if len(at_one):
        first, second = at_one[0]
        raise CarbonBalanceError(
            tr(
                "{first} and {second} have the same centre, so that the gravity model has no distance for them: "
                "correct one of the geometries, or choose least_distance."
            ).format(first=labels[first], second=labels[len(supply) + second])
        )
    total = min(supply.sum(), demand.sum())
    rows, columns = supply * (total / supply.sum()), demand * (total / demand.sum())
    # Distances are divided by the smallest one, so that powers do not overflow.
    pull = (distance / distance.min()) ** -exponent
    of_row, of_column = np.ones(len(supply)), np.ones(len(demand))
    for _ in range(_MOST_ROUNDS):
        of_row = rows / np.maximum(pull @ of_column, np.finfo(float).tiny)
        reached = (of_row @ pull) * of_column
        if (np.abs(reached - columns) <= _SUMS_TOLERANCE * columns).all():
            break
        of_column = of_column * columns / np.maximum(reached, np.finfo(float).tiny)
        log.check()
    else:
        raise CarbonBalanceError(
            tr(
                "The gravity model does not converge with a distance exponent of {value:g}: choose a smaller one, or "
                "least_distance."
            ).format(value=exponent)
        )
    flows = of_row[:, None] * pull * of_column[None, :]
    i, j = np.nonzero(flows > 0)
    return i, j, flows[i, j]


def log_flows(found: ServiceFlows, species: str, log: Log) -> None:
    """Log the total flow, the mean distance, and the identity of both sums."""
    log.info(
        tr(
            "Surplus {surplus:,.0f} t, deficit {deficit:,.0f} t a year (species: {species}); {total:,.0f} t flow in "
            "{count} pair(s) of zones over {distance:,.1f} km on average."
        ).format(
            surplus=Figure(found.surplus_t),
            deficit=Figure(found.deficit_t),
            species=species,
            total=Figure(found.total_t),
            count=len(found.amount_t),
            distance=found.mean_distance_km,
        )
    )
    log.info(
        tr(
            "Identity: outflow {outflow:,.6f} t = inflow {inflow:,.6f} t = the smaller of surplus and deficit, "
            "{smaller:,.6f} t."
        ).format(
            outflow=float(np.nansum(found.outflow_t)),
            inflow=float(np.nansum(found.inflow_t)),
            smaller=min(found.surplus_t, found.deficit_t),
        )
    )
    log.info(
        tr("The flows are an accounting measure: CO2 mixes in the atmosphere, so that no carbon moves along the lines.")
    )
