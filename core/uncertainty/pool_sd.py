"""Uncertainty of the densities of a pool table: columns of standard deviations, or a common coefficient."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..supply.pools import DENSITY_NAMES, POOL_NAMES, SINK_NAMES, PoolTable, SinkTable
from ..tables.class_columns import find_column, without_blank_rows
from ..tables.table import Table


@dataclass(frozen=True)
class UncertainPools:
    """Densities with their standard deviations.

    Attributes:
        label: name of the table in messages.
        codes: int64 (classes,).
        names: names of the classes.
        pools: names of the pools, or only ``"total"`` if pools are not separate.
        mean_t_ha, sd_t_ha: t C/ha, float64 (classes, pools).
    """

    label: str
    codes: np.ndarray
    names: list[str]
    pools: list[str]
    mean_t_ha: np.ndarray
    sd_t_ha: np.ndarray


def sinks_with_sd(sinks: SinkTable, table: Table | None, cv_percent: float | None) -> UncertainPools:
    """Sink coefficients with standard deviations, t/ha a year, as a table of one pool; see :func:`with_sd`.

    The column of standard deviations is called as that of the coefficients with sd: ``sd_sink``, ``sink_t_ha_sd``.
    """
    negative = [f"{sinks.names[row]}: {sinks.sink_t_ha[row]:.4g}" for row in np.flatnonzero(sinks.sink_t_ha < 0)]
    if negative:
        raise CarbonBalanceError(
            tr("{table}: coefficients must be at least 0 to be drawn, but these are negative: {classes}.").format(
                table=sinks.label, classes=listed(negative)
            )
        )
    return replace(with_sd(as_pools(sinks), table, cv_percent, SINK_NAMES), pools=["sink"])


def as_pools(sinks: SinkTable) -> PoolTable:
    """Sink coefficients, t/ha a year, as the total density of a pool table."""
    return PoolTable(sinks.label, sinks.codes, sinks.names, None, sinks.sink_t_ha, sinks.scheme)


def with_sd(
    pools: PoolTable, table: Table | None, cv_percent: float | None, total_names: tuple[str, ...] = DENSITY_NAMES
) -> UncertainPools:
    """``pools`` with standard deviations from columns of ``table`` such as ``sd_above``, or a common coefficient.

    Args:
        pools: the densities.
        table: the user's table of the densities; ``None`` for a bundled one.
        cv_percent: coefficient of variation of densities without an SD, SD = CV x density.
        total_names: what the column of a total density may be called, for those of its SD.

    Raises:
        CarbonBalanceError: a negative coefficient, a negative SD, or a density without either.
    """
    if cv_percent is not None and not (np.isfinite(cv_percent) and cv_percent >= 0):
        raise CarbonBalanceError(
            tr("The coefficient of variation is {cv:g} %: it must be at least 0.").format(cv=cv_percent)
        )
    by_pool = pools.by_pool()
    mean = np.column_stack(list(by_pool.values()))
    sd = np.full(mean.shape, np.nan)
    if table is not None:
        table = without_blank_rows(table)
        for at, pool in enumerate(by_pool):
            column = find_column(table, _sd_names(POOL_NAMES.get(pool, total_names)))
            if column is not None:
                sd[:, at] = table.non_negative(column)
    unknown = np.isnan(sd) & (mean > 0)
    sd[np.isnan(sd) & (mean == 0)] = 0.0
    if unknown.any() and cv_percent is None:
        sinks = total_names is SINK_NAMES
        where = [pools.names[row] + ("" if sinks else f" {list(by_pool)[at]}") for row, at in np.argwhere(unknown)]
        raise CarbonBalanceError(
            tr(
                "{table} has no standard deviation for {where}: give columns such as {columns} in t/ha, or a "
                "coefficient of variation for all."
            ).format(
                table=pools.label,
                where=listed(where, 5),
                columns="sd_sink" if sinks else "sd_above, sd_below, sd_soil, sd_dead",
            )
        )
    if cv_percent is not None:
        sd = np.where(unknown, mean * cv_percent / 100, sd)
    return UncertainPools(
        label=pools.label, codes=pools.codes, names=pools.names, pools=list(by_pool), mean_t_ha=mean, sd_t_ha=sd
    )


def _sd_names(names: tuple[str, ...]) -> list[str]:
    """Possible names of the column of standard deviations of a pool."""
    forms = ("sd_{}", "{}_sd", "std_{}", "{}_std", "{}标准差")
    return [form.format(name) for form in forms for name in names]
