"""Inequality between and within groups of zones, for emission and supply relative to area, population and GDP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import mark, tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.names import space_columns
from .grouped_inequality import DagumGini, Theil, dagum_gini, group_numbers, theil_l, theil_t

THEIL_T, THEIL_L, DAGUM = "Theil T", "Theil L", "Dagum Gini"
GROUP_COLUMNS = (
    space_columns.AMOUNT_OF,
    columns.BASE,
    space_columns.INEQUALITY_INDEX,
    space_columns.COMPONENT,
    space_columns.GROUP,
    columns.VALUE,
    space_columns.COMPONENT_SHARE,
)


@dataclass(frozen=True)
class GroupStudy:
    """The inequality indices for one grouping.

    Attributes:
        names: names of the groups in the order of first occurrence.
        sizes: number of zones in each group (groups,).
        found: (amount, base, index) -> its components.
    """

    names: list[str]
    sizes: np.ndarray
    found: dict[tuple[str, str, str], Theil | DagumGini] = field(default_factory=dict)

    def table(self) -> dict[str, list[object]]:
        """Table with one row per component of each index, followed by one row per group."""
        rows: list[tuple[object, ...]] = []
        for (amount, base, index), parts in self.found.items():
            values: list[tuple[str, str | None, float]] = [(mark("total"), None, parts.total)]
            values.append((mark("within groups"), None, parts.within))
            if isinstance(parts, Theil):
                values.append((mark("between groups"), None, parts.between))
            else:
                values.append((mark("net between groups"), None, parts.net_between))
                values.append((mark("transvariation"), None, parts.transvariation))
            of_groups = [
                (mark("within this group"), name, float(value)) for name, value in zip(self.names, parts.of_group)
            ]
            rows += [
                (amount, base, index, part, group, value, value / parts.total if parts.total > 0 else float("nan"))
                for part, group, value in values
            ]
            # The index within a group is not a component of the total without weighting.
            rows += [(amount, base, index, part, group, value, float("nan")) for part, group, value in of_groups]
        return {name: [row[at] for row in rows] for at, name in enumerate(GROUP_COLUMNS)}

    def parts(self, amount: str, base: str, index: str) -> tuple[float, ...]:
        """Total, within and between components, and transvariation for Dagum's index; NaN if undefined."""
        found = self.found.get((amount, base, index))
        if found is None:
            return (float("nan"),) * (4 if index == DAGUM else 3)
        if isinstance(found, Theil):
            return found.total, found.within, found.between
        return found.total, found.within, found.net_between, found.transvariation

    def sentences(self) -> list[str]:
        """Summary sentences: the share of inequality between the groups."""
        said = []
        for (amount, base, index), parts in self.found.items():
            if index == THEIL_T and parts.total > 0 and isinstance(parts, Theil):
                words = _relative_to(amount, base)
                said.append(
                    tr("{what}: {share:.1f} % of the inequality (Theil T {total:.4f}) lies between the groups.").format(
                        what=words, share=100 * parts.between / parts.total, total=parts.total
                    )
                )
        return said


def _relative_to(amount: str, base: str) -> str:
    what = {"emission": tr("Emission"), "supply": tr("Supply")}[amount]
    over = {"area": tr("area"), "zones": tr("zones"), "population": tr("population"), "gdp": tr("GDP")}[base]
    return tr("{amount} relative to {base}").format(amount=what, base=over)


def study_groups(
    amounts: Mapping[str, np.ndarray],
    bases: Mapping[str, np.ndarray | None],
    groups: Sequence[str | None],
    log: Log | None = None,
) -> GroupStudy:
    """Compute the indices of each amount relative to each base.

    Args:
        amounts: such as "emission" -> amount (zones,); NaN if missing.
        bases: such as "area" -> km2 (zones,); NaN if missing; ``None`` for equal weights. Dagum's index is computed for
            amount / base.
        groups: group of each zone (zones,), or ``None``.
        log: receives excluded zones.

    Raises:
        CarbonBalanceError: only one group, or each zone in a separate group.
    """
    log = log or Log()
    placed = np.array([name is not None for name in groups])
    names = [name for name in groups if name is not None]
    if len(set(names)) < 2 or len(set(names)) == len(names):
        raise CarbonBalanceError(
            tr(
                "{count} group(s) for {zones} zones: inequality between and within groups needs at least two groups, "
                "some of several zones (GROUP_FIELD)."
            ).format(count=len(set(names)), zones=len(names))
        )
    if not placed.all():
        log.warn(
            tr("{count} zone(s) belong to no group and are left out of the inequality by groups.").format(
                count=int((~placed).sum())
            )
        )
    order, _ = group_numbers(names)
    sizes = np.array([names.count(str(name)) for name in order])
    study = GroupStudy([str(name) for name in order], sizes)
    for amount, values in amounts.items():
        for base, given in bases.items():
            over = np.ones(len(values)) if given is None else given
            known = placed & np.isfinite(values) & np.isfinite(over) & (np.nan_to_num(over) > 0)
            _add(study, (amount, base), values[known], over[known], np.array(groups, dtype=object)[known], log)
    return study


def _add(
    study: GroupStudy, key: tuple[str, str], values: np.ndarray, over: np.ndarray, groups: np.ndarray, log: Log
) -> None:
    at = {name: number for number, name in enumerate(study.names)}
    numbers = np.array([at[name] for name in groups], dtype=np.int64)
    if len(np.unique(numbers)) < len(study.names):
        log.warn(
            tr(
                "{what}: a group has no zone with both values, so that no inequality by groups is computed for it."
            ).format(what=_relative_to(*key))
        )
        return
    computed: dict[str, Callable[[], Theil | DagumGini]] = {
        THEIL_T: lambda: theil_t(values, over, numbers),
        THEIL_L: lambda: theil_l(values, over, numbers),
        DAGUM: lambda: dagum_gini(values / over, numbers),
    }
    for index, compute in computed.items():
        _try(study, key, index, compute, log)


def _try(study: GroupStudy, key: tuple[str, str], index: str, compute: Callable, log: Log) -> None:
    """Add an index, or warn why it cannot be computed."""
    try:
        study.found[(key[0], key[1], index)] = compute()
    except CarbonBalanceError as error:
        log.warn(tr("{what}, {index}: {reason}").format(what=_relative_to(*key), index=index, reason=error))
