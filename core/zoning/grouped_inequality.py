"""Inequality between and within groups of units: Theil's T and L, and Dagum's Gini.

Sources: Theil, Economics and Information Theory (1967); Shorrocks, The class of additively decomposable inequality
measures, Econometrica 48 (1980); Dagum, A new approach to the decomposition of the Gini income inequality ratio,
Empirical Economics 22 (1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr


@dataclass(frozen=True)
class Theil:
    """Theil's index of an amount over a base; total = within + between.

    Attributes:
        total, within, between: index of all units, and its components within and between groups.
        of_group: the index within each group (groups,).
        share_of_group: contribution of each group to ``within`` (groups,).
    """

    total: float
    within: float
    between: float
    of_group: np.ndarray
    share_of_group: np.ndarray


@dataclass(frozen=True)
class DagumGini:
    """Dagum's decomposition; total = within + net_between + transvariation.

    Attributes:
        total: Gini coefficient of all units, with equal weights.
        within: component within groups.
        net_between: net component between groups.
        transvariation: component from overlapping groups.
        of_group: Gini coefficient within each group (groups,).
    """

    total: float
    within: float
    net_between: float
    transvariation: float
    of_group: np.ndarray


def group_numbers(names: Sequence[object]) -> tuple[list[object], np.ndarray]:
    """The groups in the order of first occurrence, and the group index of each unit (n,)."""
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return list(order), np.array([order[name] for name in names], dtype=np.int64)


def _refuse_amounts(values: np.ndarray, title: str) -> None:
    if len(values) == 0 or (values < 0).any() or not values.sum() > 0:
        raise CarbonBalanceError(
            tr(
                "Inequality by groups needs amounts of 0 or more that are not all 0, but {title} is negative or all 0."
            ).format(title=title)
        )


def theil_t(amounts: np.ndarray, base: np.ndarray, groups: np.ndarray) -> Theil:
    """Theil's T: sum of s ln(s / b), s the shares of ``amounts`` (n,), b those of ``base`` (n,), such as area.

    A unit without an amount contributes 0; one with an amount but without a base is refused. ``groups`` are indices
    (n,).

    Raises:
        CarbonBalanceError: negative values, no positive value, or an amount without a base.
    """
    return _theil(amounts, base, groups)


def theil_l(amounts: np.ndarray, base: np.ndarray, groups: np.ndarray) -> Theil:
    """Theil's L: sum of b ln(b / s), which is T with amount and base exchanged and weights by the base.

    Raises:
        CarbonBalanceError: negative values, no positive value, or a base without an amount.
    """
    return _theil(base, amounts, groups)


def _theil(shares_of: np.ndarray, over: np.ndarray, groups: np.ndarray) -> Theil:
    _refuse_amounts(shares_of, tr("the amount"))
    _refuse_amounts(over, tr("the base"))
    if ((shares_of > 0) & (over <= 0)).any():
        raise CarbonBalanceError(tr("A unit has an amount of 0 where the index divides by it: leave the unit out."))
    share, base = shares_of / shares_of.sum(), over / over.sum()
    count = int(groups.max()) + 1
    group_share, group_base = np.bincount(groups, share, count), np.bincount(groups, base, count)
    between = _sum_by(_terms(group_share, group_base), np.zeros(count, dtype=np.int64), 1)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = _terms(share / group_share[groups], base / group_base[groups])
    of_group = _sum_by(np.nan_to_num(inside), groups, count)
    contributed = group_share * of_group
    total = _sum_by(_terms(share, base), np.zeros(len(share), dtype=np.int64), 1)[0]
    return Theil(float(total), float(contributed.sum()), float(between), of_group, contributed)


def _terms(share: np.ndarray, base: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, share * np.log(share / base), 0.0)


def _sum_by(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(groups, values, count)


def dagum_gini(values: np.ndarray, groups: np.ndarray) -> DagumGini:
    """Dagum's decomposition of the Gini coefficient of ``values`` (n,), such as t/km2, with equal weights.

    For groups j and h with n units and mean mu, D_jh = (d - p) / (d + p), where d is the mean of y - x over pairs with
    y > x, y from the group of the higher mean, and p that over pairs with x > y. A pair's Gini
    G_jh = (d + p) / (mu_j + mu_h) enters with the weight p_j s_h + p_h s_j (shares of units and of the amount):
    G_jh D_jh is net, G_jh (1 - D_jh) transvariation.

    Raises:
        CarbonBalanceError: negative values, or no positive value.
    """
    _refuse_amounts(values, tr("the amount"))
    parts = [np.sort(values[groups == group]) for group in range(int(groups.max()) + 1)]
    n, total = len(values), values.sum()
    units = np.array([len(part) / n for part in parts])
    amount = np.array([part.sum() / total for part in parts])
    means = np.array([part.mean() for part in parts])
    of_group = np.array([_excess(part, part) / part.mean() if part.sum() > 0 else 0.0 for part in parts])
    within = float((of_group * units * amount).sum())
    net = crossing = 0.0
    for j in range(len(parts)):
        for h in range(j):
            higher, lower = (j, h) if means[j] >= means[h] else (h, j)
            if means[j] + means[h] == 0:
                continue
            d, p = _excess(parts[higher], parts[lower]), _excess(parts[lower], parts[higher])
            weight = (units[j] * amount[h] + units[h] * amount[j]) / (means[j] + means[h])
            net += weight * (d - p)
            crossing += weight * 2 * p
    return DagumGini(within + net + crossing, within, float(net), float(crossing), of_group)


def _excess(first: np.ndarray, second: np.ndarray) -> float:
    """Mean of max(y - x, 0) over all pairs, with y from ``first`` and x from ``second``, both sorted."""
    below = np.searchsorted(second, first, side="right")
    sums = np.concatenate([[0.0], np.cumsum(second)])
    return float((below * first - sums[below]).sum() / (len(first) * len(second)))
