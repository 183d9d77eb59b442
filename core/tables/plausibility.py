"""Warnings about implausible values, with the unit error that would explain them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from .table import plain

# Peat and mangrove soils contain some 1,000 to 1,500 t C/ha over their full depth; forest and cropland a few hundred.
HIGHEST_T_HA = 2_000.0
# Including soil, at least one class of any region contains more: even desert soil has about 20 t C/ha.
LOWEST_T_HA, LOWEST_WITH_SOIL_T_HA = 0.5, 20.0
# The fastest plantations take up some 40 t CO2/ha a year.
HIGHEST_SINK_T_HA = 100.0
# The lowest (as mean of a map) and highest plausible net primary production, g C/m2 a year: Clark et
# al. 2001 (Ecological Applications 11, 371-384) give up to 21.7 t C/ha for tropical forests; deserts have some 10 g.
PLAUSIBLE_NPP_G_M2 = (3.0, 2_170.0)
# The largest mean of a class by a raster of uptake, t C/ha a year: uptake is not above production, and even deserts
# have some 0.1 in their best class.
PLAUSIBLE_UPTAKE_T_HA = (0.05, PLAUSIBLE_NPP_G_M2[1] / 100)
# Means over whole regions: Mongolia has 2 persons a km2, the densest cities some 40,000.
PLAUSIBLE_PERSONS_KM2 = (1.0, 50_000.0)
# Populations of counties and cities in 10^4 persons stay below this.
_MOST_IN_10_THOUSANDS = 1e4
# A region's stock by area: 0.5 to 2,000 t C/ha.
PLAUSIBLE_STOCK_T_KM2 = (50.0, 200_000.0)
# The densest cities emit some 100,000 t CO2/km2 a year.
HIGHEST_DEMAND_T_KM2 = 1_000_000.0
# 10^4 first: Chinese statistics count in 10^4 persons, tonnes and yuan.
UNIT_STEPS = (1e4, 1e-4, 1e3, 1e-3, 1e6, 1e-6, 1e8, 1e-8)
# How far a sum of shares may differ from 1 by rounding, and between which sums a share may merely be missing or wrong.
_ROUNDED, _LEAST_SUM, _MOST_SUM = 0.0101, 0.5, 1.5
CODE_TITLES = ("code", "adcode", "citycode", "fid", "id", "ogc_fid", "objectid", "gid", "gb", "pac", "geoid", "zip")
CODE_WORDS = ("代码", "编码", "编号", "区划")
FEWEST = 4


def warn_of_densities(label: str, names: Sequence[str], total: np.ndarray, soil: np.ndarray | None, log: Log) -> None:
    """Warn of implausible carbon densities (classes,), t C/ha; ``soil`` is the part in the soil, if known."""
    too_high = tr(
        "{table}: more than {highest:g} t C/ha is more than any land stores ({classes}): densities in t/km2 or g/m2 "
        "are 100 times those in t/ha, in kg/ha 1,000 times; if yours are in such a unit, convert them."
    )
    if _warned_above(HIGHEST_T_HA, too_high, label, names=names, values=total, log=log):
        return
    if total.max() < LOWEST_T_HA or (soil is not None and soil.any() and total.max() < LOWEST_WITH_SOIL_T_HA):
        top = int(total.argmax())
        log.warn(
            tr(
                "{table}: the class with the highest density is {name} with {value:g} t C/ha, which is less than land "
                "stores: densities in kg/m2 are a tenth of those in t/ha; if yours are in kg/m2, multiply them by 10."
            ).format(table=label, name=names[top], value=total[top])
        )


def warn_of_sinks(label: str, names: Sequence[str], sink: np.ndarray, log: Log) -> None:
    """Warn of sink coefficients (classes,) above what any land takes up, t/ha a year."""
    too_high = tr(
        "{table}: more than {highest:g} t/ha per year is more than any land takes up ({classes}): coefficients in "
        "t/km2 or g/m2 are 100 times those in t/ha; if yours are in such a unit, convert them."
    )
    _warned_above(HIGHEST_SINK_T_HA, too_high, label, names=names, values=sink, log=log)


def warn_of_uptake(label: str, names: Sequence[str], mean_t_ha: np.ndarray, log: Log) -> None:
    """Warn of mean uptake of classes by a raster (classes,), t C/ha a year, NaN without, that suggests a wrong unit."""
    size, (low, high) = np.abs(mean_t_ha), PLAUSIBLE_UPTAKE_T_HA
    top = int(np.nanargmax(size))
    if size[top] > high or 0 < size[top] < low:
        log.warn(
            tr(
                "{raster}: the largest mean uptake of a class is {value:.4g} t C/ha a year ({name}), outside the "
                "plausible range of {low:g} to {high:g}: check its unit (UPTAKE_UNIT)."
            ).format(raster=label, value=float(mean_t_ha[top]), name=names[top], low=low, high=high)
        )


def _warned_above(
    highest: float, sentence: str, label: str, names: Sequence[str], values: np.ndarray, log: Log
) -> bool:
    """Log ``sentence`` if some of ``values`` (classes,) are above ``highest``; returns whether this was the case."""
    high = np.flatnonzero(values > highest)
    if len(high):
        classes = listed(f"{names[row]}: {values[row]:g}" for row in high)
        log.warn(sentence.format(table=label, highest=highest, classes=classes))
    return len(high) > 0


def are_codes(title: str, values: np.ndarray) -> bool:
    """Whether a column looks like codes of places rather than counts: by its title or its values."""
    if plain(title) in CODE_TITLES or any(word in title for word in CODE_WORDS):
        return True
    known = values[np.isfinite(values)]
    if len(known) < max(FEWEST, len(values)) or (known != np.round(known)).any():
        return False
    if len(np.unique(known)) < len(known):
        return False
    steps = np.diff(known)
    if (steps == 1).all():
        return True
    low, high = f"{known.min():.0f}", f"{known.max():.0f}"
    return len(low) == len(high) >= 6 and low[:2] == high[:2]


def warn_of_codes(parameter: str, column: str, values: np.ndarray, log: Log) -> None:
    """Warn if a population (any shape) looks like codes of places."""
    if are_codes(column, values):
        log.warn(
            tr(
                "{parameter}: column {column} ({low:.0f} to {high:.0f}) looks like codes or numbers of places rather "
                "than a population: choose the column with the number of people."
            ).format(parameter=parameter, column=column, low=np.nanmin(values), high=np.nanmax(values))
        )


def hint_of_step(value: float, low: float, high: float) -> str:
    """A hint at the unit factor that would make ``value`` plausible, such as " (multiplied by 10^4 ...)", or ""."""
    for step in UNIT_STEPS:
        if low <= value * step <= high:
            hint = (
                tr(" (multiplied by 10^{power} it would be plausible)")
                if step > 1
                else tr(" (divided by 10^{power} it would be plausible)")
            )
            return hint.format(power=round(abs(np.log10(step))))
    return ""


def warn_of_people(population: np.ndarray, area_km2: np.ndarray, log: Log) -> None:
    """Warn of an implausible population density, which suggests a wrong unit of population or area (both (zones,))."""
    with np.errstate(invalid="ignore"):
        both = (population > 0) & (area_km2 > 0)
    if not both.any():
        return
    density = float(population[both].sum() / area_km2[both].sum())
    low, high = PLAUSIBLE_PERSONS_KM2
    if low <= density <= high:
        _warn_of_decimals(population[population > 0], log)
        return
    log.warn(
        tr(
            "The zones have {value:.4g} persons per km2, outside the plausible range of {low:g} to {high:,.0f}{hint}: "
            "check the units of population (persons or 10^4 persons) and area."
        ).format(value=density, low=low, high=high, hint=hint_of_step(density, low, high))
    )


def _warn_of_decimals(people: np.ndarray, log: Log) -> None:
    """Warn of populations (zones,) with decimals as in figures in 10^4 persons; sums of rasters have more of them."""
    hundredths = people * 100
    rounded = np.isclose(hundredths, np.round(hundredths), rtol=0, atol=1e-6)
    parts = people[people != np.round(people)]
    if 2 * len(parts) > len(people) > 1 and rounded.all() and people.max() < _MOST_IN_10_THOUSANDS:
        log.warn(
            tr(
                "Most populations are no whole numbers, such as {value:g}, which is usual in 10^4 persons: check the "
                "unit of population, and whether a point separates thousands."
            ).format(value=float(parts[0]))
        )


def warn_of_balance(supply_t_km2: float, is_stock: bool, demand_t_km2: float, log: Log) -> None:
    """Warn of an implausible regional carbon stock or annual demand per area, which suggests a wrong unit."""
    low, high = PLAUSIBLE_STOCK_T_KM2
    if is_stock and supply_t_km2 > 0 and not low <= supply_t_km2 <= high:
        log.warn(
            tr(
                "The supply of the region, a stock, is {value:.4g} t/km2, outside the plausible range of {low:g} to "
                "{high:,.0f}: check its unit, and whether it is a stock or an annual flow."
            ).format(value=supply_t_km2, low=low, high=high)
        )
    if demand_t_km2 > HIGHEST_DEMAND_T_KM2:
        log.warn(
            tr(
                "The demand of the region is {value:.4g} t/km2, more than the emissions of the densest cities "
                "({high:,.0f}): check its unit."
            ).format(value=demand_t_km2, high=HIGHEST_DEMAND_T_KM2)
        )


def warn_of_carbon_raster(label: str, mean_t_ha: float, is_stock: bool, log: Log) -> None:
    """Warn of an implausible mean stock (t C/ha) or uptake (t C/ha a year) of a raster: its unit may be wrong."""
    highest = HIGHEST_T_HA if is_stock else HIGHEST_SINK_T_HA
    too_low = is_stock and 0 < mean_t_ha < LOWEST_T_HA
    if abs(mean_t_ha) > highest or too_low:
        low = LOWEST_T_HA if is_stock else 0.0
        log.warn(
            tr(
                "{raster}: the mean of {value:.4g} t C/ha is outside the plausible range of {low:g} to {high:,.0f} t "
                "C/ha: check its unit, and whether it is a stock or a yearly flow."
            ).format(raster=label, value=mean_t_ha, low=low, high=highest)
        )


def warn_of_npp(label: str, mean_g_m2: float, log: Log, by_light: bool = False) -> None:
    """Warn of an implausible mean net primary production, g C/m2 a year, which suggests a wrong unit.

    Args:
        label: the raster of NPP, or that of NDVI.
        mean_g_m2: the mean.
        log: receives the warning.
        by_light: whether NPP follows from NDVI, so that it has no unit of its own.
    """
    low, high = PLAUSIBLE_NPP_G_M2
    if not (mean_g_m2 > high or 0 < mean_g_m2 < low):
        return
    said = (
        tr(
            "{raster}: the mean NPP by light use of {value:.4g} g C/m2 a year is outside the plausible range of "
            "{low:g} to {high:,.0f}: check the light use efficiencies (EFFICIENCIES, in g C/MJ), the radiation "
            "(RADIATION_UNIT) and the NDVI (NDVI_UNIT)."
        )
        if by_light
        else tr(
            "{raster}: the mean NPP of {value:.4g} g C/m2 a year is outside the plausible range of {low:g} to "
            "{high:,.0f}: check its unit (NPP_UNIT), and that it is carbon."
        )
    )
    log.warn(said.format(raster=label, value=mean_g_m2, low=low, high=high))


def _whole_of(total: float) -> int:
    """The sum that shares with this sum should have: 1, 100, or 0 if it is near neither."""
    return next((whole for whole in (1, 100) if _LEAST_SUM <= total / whole <= _MOST_SUM), 0)


def need_shares(label: str, shares: np.ndarray, warn: Callable[[str], None] | None, what: str = "") -> None:
    """Warn of shares (any shape) that are scaled because they do not add up to 1, or to 100 in percent.

    Args:
        label: table or parameter of the shares.
        shares: at least 0, not all 0.
        warn: receives the warning.
        what: what they are shares of, with a leading blank.

    Raises:
        CarbonBalanceError: a sum that is nowhere near 1 or 100.
    """
    total = float(shares.sum())
    whole = _whole_of(total)
    if not whole:
        raise CarbonBalanceError(
            tr("{table}: the shares{what} add up to {total:.4g}: they must add up to 1, or to 100 in percent.").format(
                table=label, what=what, total=total
            )
        )
    if abs(total / whole - 1) > _ROUNDED and warn is not None:
        warn(
            tr(
                "{table}: the shares{what} add up to {total:.4g} instead of {whole}, and are scaled to {whole}: check "
                "that none is missing or wrong."
            ).format(table=label, what=what, total=total, whole=whole)
        )


def warn_of_weights(label: str, weights: np.ndarray, warn: Callable[[str], None] | None, what: str = "") -> None:
    """Warn of relative weights (any shape) that look like shares, but do not add up to 1 or 100.

    Weights need not add up to anything; but if each is below 1 and they add up to 0.95, one is probably missing.

    Args:
        label: table or parameter of the weights.
        weights: at least 0.
        warn: receives the warning.
        what: what they are weights of, with a leading blank.
    """
    total = float(weights.sum())
    whole = _whole_of(total)
    if warn is None or not whole or weights.max() >= whole or abs(total / whole - 1) <= _ROUNDED:
        return
    warn(
        tr(
            "{table}: the weights{what} add up to {total:.4g} instead of {whole}; only their ratios count. If they are "
            "meant as shares, check that none is missing or wrong."
        ).format(table=label, what=what, total=total, whole=whole)
    )
