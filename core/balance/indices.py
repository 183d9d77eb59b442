"""The six indices of supply and demand, and their interpretation.

All take supply S and demand D per area (t/km2), arrays of any one shape: zones or cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..options.balance import BUDGET, DEMAND_SUPPLY, ESDR, LOG_RATIO, NORMALISED, SUPPLY_DEMAND
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables import columns
from ..text.vocabulary import shown

SURPLUS, DEFICIT, BALANCED = "surplus", "deficit", "balanced"


@dataclass(frozen=True)
class Index:
    """An index that compares supply with demand.

    Attributes:
        id: id in options and results.
        formula: formula in S and D.
        balance: value at S = D.
        surplus_above: whether larger values mean surplus.
        zero_defined: whether the index is defined for S = 0 or D = 0, as differences are and ratios are not.
    """

    id: str
    formula: str
    balance: float
    surplus_above: bool
    zero_defined: bool

    def sentence(self, terms: str = "") -> str:
        """Name and formula of the index (with ``terms``, where known), its balance point and its direction."""
        points = tr("larger values mean surplus") if self.surplus_above else tr("smaller values mean surplus")
        formula = tr("{formula} ({terms})").format(formula=self.formula, terms=terms) if terms else self.formula
        return tr("Index: {name} = {formula}; balance at {balance:g}; {points}.").format(
            name=shown(columns.INDEX_NAME, self.id), formula=formula, balance=self.balance, points=points
        )


INDICES = {
    index.id: index
    for index in (
        Index(DEMAND_SUPPLY, "D/S", 1.0, False, False),
        Index(SUPPLY_DEMAND, "S/D", 1.0, True, False),
        Index(BUDGET, "S - D", 0.0, True, True),
        Index(ESDR, "(S - D)/((Smax + Dmax)/2)", 0.0, True, True),
        Index(LOG_RATIO, "ln(S/D)", 0.0, True, False),
        Index(NORMALISED, "(S - D)/(S + D)", 0.0, True, True),
    )
}


def index_of(index_id: str) -> Index:
    """The index called ``index_id``.

    Raises:
        CarbonBalanceError: unknown index.
    """
    if index_id not in INDICES:
        raise CarbonBalanceError(
            tr("Unknown index {name}: choose one of {known}.").format(name=index_id, known=tr(", ").join(INDICES))
        )
    return INDICES[index_id]


def known(supply: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Whether S and D are known and not negative, so that S - D is defined (boolean, shape of the inputs)."""
    with np.errstate(invalid="ignore"):
        return (supply >= 0) & (demand >= 0) & (supply < np.inf) & (demand < np.inf)


def usable(index: Index, supply: np.ndarray, demand: np.ndarray, both: np.ndarray | None = None) -> np.ndarray:
    """Whether the index is defined (boolean, shape of the inputs): S and D positive, or zero if allowed.

    Args:
        index: one of :data:`INDICES`.
        supply, demand: S and D.
        both: result of :func:`known`, if available.
    """
    both = known(supply, demand) if both is None else both
    with np.errstate(invalid="ignore"):
        return _usable(index, supply, demand, both, supply + demand if index.id == NORMALISED else None)


def _usable(
    index: Index, supply: np.ndarray, demand: np.ndarray, both: np.ndarray, total: np.ndarray | None
) -> np.ndarray:
    """The same, with S + D where it must be positive."""
    if not index.zero_defined:
        return both & (supply > 0) & (demand > 0)
    return both if total is None else both & (total > 0)


def highest(values: np.ndarray, given: float | None, what: str) -> float:
    """The maximum by which ESDR is scaled: ``given``, or the largest of ``values``.

    Raises:
        CarbonBalanceError: a given maximum that is not positive, or no positive values.
    """
    if given is not None:
        if not (np.isfinite(given) and given > 0):
            raise CarbonBalanceError(
                tr("The maximum of {what} is {value:g} t/km2: it must be greater than 0.").format(
                    what=what, value=given
                )
            )
        return float(given)
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known) or known.max() <= 0:
        raise CarbonBalanceError(
            tr("{what} has no positive value, so ESDR has no maximum to scale by: give the maximum.").format(what=what)
        )
    return float(known.max())


def esdr_maxima(
    supply: np.ndarray, demand: np.ndarray, supply_max: float | None, demand_max: float | None
) -> tuple[float, float]:
    """Smax and Dmax of ESDR, t/km2: as given, otherwise the highest values where both S and D are known.

    Where one side is unknown there is no index, so that such values must not determine the scale.
    """
    both = known(supply, demand)
    return (
        highest(np.where(both, supply, np.nan), supply_max, tr("supply")),
        highest(np.where(both, demand, np.nan), demand_max, tr("demand")),
    )


def log_maxima(supply_max: float, demand_max: float, log: Log) -> None:
    """Log the maxima by which ESDR was scaled."""
    log.info(
        tr(
            "Smax = {supply:.6g}, Dmax = {demand:.6g} t/km2; use both for other dates to make the results comparable."
        ).format(supply=supply_max, demand=demand_max)
    )


def index_values(
    index: Index,
    supply: np.ndarray,
    demand: np.ndarray,
    supply_max: float | None = None,
    demand_max: float | None = None,
    both: np.ndarray | None = None,
) -> np.ndarray:
    """The index where it is defined, NaN elsewhere.

    Args:
        index: one of :data:`INDICES`.
        supply: S, t/km2, any shape.
        demand: D, t/km2, the same shape.
        supply_max: Smax of ESDR, t/km2; determined from ``supply`` if not given.
        demand_max: the same for Dmax. Fix both to compare dates.
        both: result of :func:`known` for S and D, if available.

    Source: the studies of Central Yunnan (D/S), Guiyang (budget) and Henan (ESDR); the other three are common forms of
        such ratios that are comparable across regions.
    """
    supply, demand = np.asarray(supply, dtype=float), np.asarray(demand, dtype=float)
    both = known(supply, demand) if both is None else both
    total = None
    with np.errstate(all="ignore"):  # Cells without an index are excluded below.
        if index.id == ESDR:
            scale = (highest(supply, supply_max, tr("supply")) + highest(demand, demand_max, tr("demand"))) / 2
            values = (supply - demand) / scale
        elif index.id == DEMAND_SUPPLY:
            values = demand / supply
        elif index.id == SUPPLY_DEMAND:
            values = supply / demand
        elif index.id == BUDGET:
            values = supply - demand
        elif index.id == LOG_RATIO:
            values = np.log(supply) - np.log(demand)
        else:
            total = supply + demand
            values = (supply - demand) / total
        fit = _usable(index, supply, demand, both, total) & np.isfinite(values)
    return np.asarray(values) if fit.all() else np.where(fit, values, np.nan)


def states(index: Index, values: np.ndarray) -> list[str | None]:
    """The state of each value: surplus, deficit, balanced, or ``None`` where the index is NaN."""
    side = np.sign(np.asarray(values, dtype=float) - index.balance) * (1 if index.surplus_above else -1)
    words = {1.0: SURPLUS, -1.0: DEFICIT, 0.0: BALANCED}
    return [words.get(float(item)) for item in side]
