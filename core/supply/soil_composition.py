"""Pools from soil densities: precipitation correction, and other pools by their ratio to soil."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..options.supply import Composition
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import mark, tr
from ..runtime.log import Log
from ..tables.bundled import resource_table
from ..tables.class_columns import codes_and_names, find_column, without_blank_rows
from ..tables.table import Table
from .pools import PoolTable

# Soil carbon as a function of annual precipitation P in mm: C(P) = 3.3968 P + 3996.1, as in the Beibu Gulf study.
# Only ratios of two such values are used.
SLOPE_PER_MM = 3.3968
SOIL_CARBON_INTERCEPT = 3996.1


SOIL_NAMES = ("soil_t_ha", "soil", "c_soil", "soil_density", "土壤碳密度", "土壤")
GIVEN_NAMES = ("soil_given_t_ha", "soil_given")
SHARE_NAMES = {
    "biomass": ("biomass_pct", "生物量占比"),
    "soil": ("soil_pct", "土壤占比"),
    "dead": ("dead_pct", "死亡有机质占比"),
}
RATIO_NAMES = ("below_above", "root_shoot", "root_shoot_ratio", "根冠比", "地下地上比")
SOURCE_NAMES = ("source", "reference", "来源", "出处")


@dataclass(frozen=True)
class Sourced:
    """A pool table with the origin of each row.

    Attributes:
        pools: the table.
        origins: one sentence per class.
    """

    pools: PoolTable
    origins: list[str]


def precipitation_factor(region_mm: float | None, source_mm: float | None) -> float:
    """The ratio of soil carbon in a region to that at the source of the densities, C(P) / C(P source).

    Args:
        region_mm: annual precipitation of the region, mm.
        source_mm: annual precipitation where the densities were measured, mm. The factor is 1 if both are ``None``.

    Raises:
        CarbonBalanceError: only one is given, or one is not positive.
    """
    if region_mm is None and source_mm is None:
        return 1.0
    if region_mm is None or source_mm is None:
        raise CarbonBalanceError(
            tr(
                "The precipitation correction needs two values, one for the region and one for the place that the "
                "densities come from: one of them is missing."
            )
        )
    if not (region_mm > 0 and source_mm > 0 and math.isfinite(region_mm) and math.isfinite(source_mm)):
        raise CarbonBalanceError(
            tr(
                "Precipitation must be greater than 0 mm per year: the given values are {region:g} and {source:g}."
            ).format(region=region_mm, source=source_mm)
        )
    return (SLOPE_PER_MM * region_mm + SOIL_CARBON_INTERCEPT) / (SLOPE_PER_MM * source_mm + SOIL_CARBON_INTERCEPT)


def to_tenth(values: np.ndarray) -> np.ndarray:
    """``values`` rounded to 0.1, halves up, as in published tables."""
    return np.floor(np.asarray(values) * 10 + 0.5 + 1e-9) / 10


def bundled_soil_table(name: str, factor: float, as_published: bool = False) -> Sourced:
    """Like :func:`from_soil`, for the bundled soil densities ``name`` (such as ``china_soil``)."""
    return from_soil(resource_table(f"soil/{name.removesuffix('_soil')}.csv"), factor, Composition(), as_published)


def from_soil(
    table: Table, factor: float, composition: Composition, as_published: bool = False, log: Log | None = None
) -> Sourced:
    """Pools from soil densities: soil x ``factor``, then biomass and dead matter by their ratios to soil.

    biomass = soil x biomass % / soil %, dead = soil x dead % / soil %, above = biomass / (1 + below/above),
    below = biomass - above (the Beibu Gulf study; all 24 cells of its Table 6 are reproduced when rounded as
    published).

    Args:
        table: one row per class: code, soil_t_ha and, if known, biomass_pct, soil_pct, dead_pct, below_above;
            soil_given_t_ha is soil carbon that is already valid for the region and is not multiplied.
        factor: from :func:`precipitation_factor`.
        composition: used for missing columns and empty cells.
        as_published: whether to round soil to 0.1, then biomass, then the rest.
        log: receives the use of ``composition``.

    Raises:
        CarbonBalanceError: no soil, negative values, or shares that do not add up to 100.
    """
    table = without_blank_rows(table)
    codes, names = codes_and_names(table, {}, "")
    rounded = to_tenth if as_published else np.asarray
    national, given = _soil(table)
    is_given = ~np.isnan(given)
    soil = rounded(np.where(is_given, given, national * factor))
    share = {key: _figures(table, SHARE_NAMES[key], getattr(composition, f"{key}_pct"), log) for key in SHARE_NAMES}
    _check_shares(table, share)
    ratio = _figures(table, RATIO_NAMES, composition.below_above, log)
    biomass = rounded(soil * share["biomass"] / share["soil"])
    above = biomass / (1 + ratio)
    pools = rounded(np.column_stack([above, biomass - above, soil, soil * share["dead"] / share["soil"]]))
    source = find_column(table, SOURCE_NAMES)
    texts = [None] * len(codes) if source is None else table.texts(source)
    origins = []
    for row, text in enumerate(texts):
        parts = [text or table.name]
        if is_given[row]:
            parts.append(mark("soil {soil:g} t/ha as given").format(soil=given[row]))
        elif factor == 1:
            parts.append(mark("soil {soil:g} t/ha").format(soil=national[row]))
        else:
            parts.append(
                mark("soil {soil:g} t/ha x {factor:.5f} (precipitation)").format(soil=national[row], factor=factor)
            )
        if soil[row] > 0:
            parts.append(
                mark("biomass:soil:dead {biomass:g}:{soil:g}:{dead:g}").format(
                    **{key: share[key][row] for key in share}
                )
            )
            parts.append(mark("below/above {ratio:g}").format(ratio=ratio[row]))
        origins.append("; ".join(parts))
    return Sourced(PoolTable(table.label, codes, names, pools), origins)


def _optional(table: Table, names: tuple[str, ...]) -> np.ndarray:
    """An optional column of numbers, NaN where empty (classes,)."""
    column = find_column(table, names)
    if column is None or not any(table.texts(column)):
        return np.full(len(table), np.nan)
    return table.non_negative(column)


def _soil(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Soil carbon to be corrected and soil carbon as given, t/ha (classes,); NaN where not applicable."""
    if find_column(table, SOIL_NAMES) is None and find_column(table, GIVEN_NAMES) is None:
        raise CarbonBalanceError(
            tr("{table} has no column of soil carbon: it needs soil_t_ha (or soil_given_t_ha).").format(
                table=table.label
            )
        )
    national, given = _optional(table, SOIL_NAMES), _optional(table, GIVEN_NAMES)
    neither = np.flatnonzero(np.isnan(national) & np.isnan(given))
    if len(neither):
        raise CarbonBalanceError(
            tr("{table}, {rows}: soil carbon is empty; a number is needed.").format(
                table=table.label, rows=table.row_labels(neither)
            )
        )
    return national, given


def _figures(table: Table, names: tuple[str, ...], default: float, log: Log | None) -> np.ndarray:
    """A column of numbers, ``default`` where it is missing or empty (classes,)."""
    values = _optional(table, names)
    missing = np.isnan(values)
    if missing.any() and log is not None:
        log.info(
            tr("{table}: {column} is not given in {count} of {all} rows; {default:g} is used.").format(
                table=table.label, column=names[0], count=int(missing.sum()), all=len(values), default=default
            )
        )
    return np.where(missing, default, values)


def _check_shares(table: Table, share: dict[str, np.ndarray]) -> None:
    total = share["biomass"] + share["soil"] + share["dead"]
    wrong = np.flatnonzero((np.abs(total - 100) > 0.1) | (share["soil"] <= 0))
    if len(wrong):
        raise CarbonBalanceError(
            tr(
                "{table}, {rows}: the shares of biomass, soil and dead matter add up to {total:g} %: they must add up "
                "to 100 %, and the share of soil must be greater than 0."
            ).format(table=table.label, rows=table.row_labels(wrong), total=total[wrong[0]])
        )
