"""Units in column names: ``carbon_t_km2`` is in t/km2, ``emission_kt`` in 10^3 t, 人口(万人) in 10^4 persons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..options.tables import AREAS_KM2, DENSITIES_T_KM2, FLOW, MONEY_1E4, PERSONS, STOCK, TONNES
from ..runtime.errors import CarbonBalanceError, did_you_mean
from ..runtime.i18n import tr
from . import columns, scenario_columns
from .names import plan_columns
from .spelling.amount_units import amount_unit
from .spelling.area_units import area_unit_ha, latin_density
from .spelling.name_words import power_of_ten, species_of_mass, without_species
from .table import plain
from .units import HA_PER_KM2

AMOUNT_DIMENSION, DENSITY_DIMENSION, PEOPLE_DIMENSION, AREA_DIMENSION, MONEY_DIMENSION = (
    "t",
    "t/km2",
    "persons",
    "km2",
    "10^4 yuan",
)
POWER_DIMENSION = "power of ten"  # 人口_万 or pop (thousand): of the unit that the title has by itself.
# Kinds of dimensionless columns written by the plugin; these are never amounts.
_PURE = {
    columns.EEC: "EEC",
    columns.SEC: "SEC",
    columns.RATIO: "ratio",
    columns.CARBON_SHARE: "share",
    columns.OFFSET_RATE: "share",
    columns.STOCK_YEARS: "years",
    columns.EMISSION_T_PERSON: "t/person",
    columns.EMISSION_T_1E4GDP: "t/10^4 GDP",
    columns.EMISSION_INTENSITY_T_1E4GDP: "t/10^4 GDP",
}
EEC_DIMENSION, SEC_DIMENSION, INTENSITY_DIMENSION = "EEC", "SEC", "tce/10^4 yuan"
_STOCKS = (columns.CARBON_T, columns.CARBON_T_KM2, columns.CARBON_T_HA)
_FLOWS = (columns.SINK_T, columns.SINK_T_HA, columns.EMISSION_T, columns.DEMAND_T_KM2)
# Species of the plugin's own columns; that of sinks depends on the coefficients.
_OWN_IN_C = (columns.CARBON_T, columns.CARBON_T_KM2, columns.CARBON_T_HA)
_OWN_IN_CO2 = (columns.EMISSION_T, columns.DEMAND_T_KM2)
_DIMENSIONS = (
    (AMOUNT_DIMENSION, TONNES),
    (DENSITY_DIMENSION, DENSITIES_T_KM2),
    (PEOPLE_DIMENSION, PERSONS),
    (AREA_DIMENSION, AREAS_KM2),
    (MONEY_DIMENSION, MONEY_1E4),
)
_MASS_T = {"t": 1.0, "kg": 1e-3, "kt": 1e3, "mt": 1e6, "gt": 1e9, "gg": 1e3, "tg": 1e6, "pg": 1e9}
_OF_DENSITY_T = {**_MASS_T, "g": 1e-6}  # A g of its own may be anything.
_PER_KM2 = {"km2": 1.0, "ha": 1e2, "hm2": 1e2, "m2": 1e6}
_POWER = re.compile(r"(?:1e|10)(\d)(t|persons|yuan)|persons")
# A unit that has a Chinese letter or a power of ten is no part of the title before it.
_UNIT_BEHIND = re.compile(r"\s*(.*?)\s*[/,，、:：_\s]\s*((?=.*[\u4e00-\u9fff^])[^/,，、:：_]+)")
_PER_AREA = re.compile(r"(?<=[^a-z](?:t|c|2))/(?=(?:km2|h[am]2?|m2)$)")
_PER_TIME = ("yr", "year", "a", "y")
_SPECIES_IN_NAME = re.compile(r"(?<![a-z])(t|kg|kt|mt|gt)?(?:(co2)(?:eq?)?|(c))(?![a-z0-9])")
_COVERAGES = (columns.COVERAGE_SHARE, columns.SINK_COVERAGE_SHARE, columns.CARBON_COVERAGE_SHARE)
# Columns that only the plugin writes, and those of common names that stand beside them.
_BESIDE = {
    columns.INDEX_NAME: (columns.COMPARISON, columns.STATE, columns.MISMATCH),
    columns.ZONE_OTHER: (columns.CLASS, columns.ZONE),
    columns.EEC_DISTANCE: (columns.SEC_DISTANCE, columns.CLASS, columns.ZONE),
    plan_columns.BASELINE_T: (plan_columns.ROLE, plan_columns.COMPENSATION),
}
_YEAR = re.compile(r"_(19|20)\d\d$")


# Length to which a Shapefile truncates a column name, and the shortest part that remains before an appended number.
CUT_BYTES, _FEWEST_KEPT = 10, 7


class NameUnit(NamedTuple):
    """The unit stated by the name of a column.

    Attributes:
        dimension: one of the dimensions above, such as ``AMOUNT_DIMENSION``, or another quantity in a column of the
            plugin.
        factor: factor from the unit to t, t/km2, persons, km2 or 10^4 yuan.
        text: the unit as it is written in the name.
        own: whether the plugin itself writes a column of this name.
    """

    dimension: str
    factor: float
    text: str
    own: bool = False


def unit_called(unit: str) -> NameUnit | None:
    """The unit called ``unit`` in the options of parameters, such as "10^4 t" or "t/ha"; ``None`` for any other."""
    for dimension, units in _DIMENSIONS:
        if unit in units:
            return NameUnit(dimension, units[unit], unit)
    return None


def species_in_name(name: str) -> str | None:
    """ "C" or "CO2" if the name states it (``sink_co2``, ``emission_tc``), else ``None``; a single c does not count."""
    found = [match for match in _SPECIES_IN_NAME.finditer(plain(name).replace("_", " ")) if match[1] or match[2]]
    kinds = {"CO2" if match[2] else "C" for match in found} | species_of_mass(split_unit(name)[1])
    return kinds.pop() if len(kinds) == 1 else None


def known_species(name: str) -> str | None:
    """Like :func:`species_in_name`, and that of the plugin's own columns, whose names do not say it."""
    title = _YEAR.sub("", plain(name))
    own = {**dict.fromkeys(_OWN_IN_C, "C"), **dict.fromkeys(_OWN_IN_CO2, "CO2")}
    return species_in_name(name) or own.get(title)


def basis_in_name(name: str) -> str | None:
    """Whether a column of the plugin is a stock or a flow; ``None`` for any other."""
    title = _YEAR.sub("", plain(name))
    return STOCK if title in _STOCKS else FLOW if title in _FLOWS else None


def unit_in_name(name: str) -> NameUnit | None:
    """The unit in the name of a column, ``None`` if there is none."""
    name = latin_density(name)
    title = _PER_AREA.sub("_", _YEAR.sub("", name))
    own = title in _own_names()
    if own and title in _PURE:
        return NameUnit(_PURE[title], 1.0, _PURE[title], True)
    bracket = split_unit(name)[1]
    if bracket:
        bare = without_species(bracket)
        return _stated(bracket) or _stated(bare) or _at_end(["", *bare.replace("/", "_").split("_")]) or _power(bracket)
    parts = title.split("_")
    if {"per", "capita"} & set(parts):
        return None
    found = _at_end(parts)
    if found is None and len(parts) > 1 and not parts[-1].isdigit():
        found = _stated(without_species(parts[-1])) or _power(parts[-1])
    return found and found._replace(own=own)


def own_columns(names: Sequence[str]) -> list[str]:
    """The names among ``names`` of numeric columns written by the plugin, with or without a year appended."""
    found = ((name, unit_in_name(name)) for name in names)
    return [name for name, unit in found if unit is not None and unit.own]


def inherited_columns(names: Sequence[str]) -> list[str]:
    """The names among ``names`` that an earlier step of the plugin wrote, in order: :func:`own_columns` and others.

    Users have columns called ``state``, ``role`` or ``zone`` as well: these count only beside a column that no one
    else writes.
    """
    titles = {name: _YEAR.sub("", plain(name)) for name in names}
    others = {*_COVERAGES, *_BESIDE}
    for mark, beside in _BESIDE.items():
        if mark in titles.values():
            others.update(beside)
    own = set(own_columns(names))
    return [name for name in names if name in own or titles[name] in others]


def units_in_cut_name(name: str) -> dict[str, NameUnit]:
    """The plugin's columns whose names a Shapefile would truncate to ``name``, and their units.

    Names are truncated to ten characters; if two would become equal, the second one ends in a number: ``emission_t``
    and ``emission_t_person`` become ``emission_t`` and ``emission_1``.
    """
    title = plain(name)
    if len(title.encode("utf-8")) != CUT_BYTES or title in _own_names():
        return {}
    numbered = re.fullmatch(r"(.*)_\d+", title)
    begin = numbered[1] if numbered else title
    if len(begin) < _FEWEST_KEPT:
        return {}
    units = {own: unit_in_name(own) for own in _own_names() if own.startswith(begin) and len(own) > len(begin)}
    # With a date appended, shorter names are truncated as well.
    return {own: unit for own, unit in sorted(units.items()) if unit and (numbered or len(own) > CUT_BYTES)}


def _stated(unit: str) -> NameUnit | None:
    """The unit for a text as yearbooks write it, such as 万人 or 10^8 yuan."""

    try:
        factor, ending = unit_of(unit)
    except CarbonBalanceError:
        return None
    dimension = {
        "persons": PEOPLE_DIMENSION,
        "t": AMOUNT_DIMENSION,
        "1e4yuan": MONEY_DIMENSION,
        "km2": AREA_DIMENSION,
    }.get(ending)
    return NameUnit(dimension, factor, unit) if dimension else None


def _power(text: str) -> NameUnit | None:
    factor = power_of_ten(text)
    return NameUnit(POWER_DIMENSION, factor, text) if factor else None


def _at_end(parts: list[str]) -> NameUnit | None:
    """The unit in the last one or two parts of a name, ignoring species and time; the first part is never a unit."""
    kept = [re.sub(r"^((?:1e\d)?(?:t|kg|g|kt|mt|gt))(co2(eq?)?|c)$", r"\1", part).replace("^", "") for part in parts]
    kept = kept[:1] + [part for part in kept[1:] if part not in ("co2", "co2e", "co2eq", "c")]
    while len(kept) > 1 and kept[-1] in _PER_TIME:
        kept.pop()
    if len(kept) > 1 and kept[-2] in _OF_DENSITY_T and kept[-1] in _PER_KM2:
        return NameUnit(DENSITY_DIMENSION, _OF_DENSITY_T[kept[-2]] * _PER_KM2[kept[-1]], f"{kept[-2]}/{kept[-1]}")
    last = kept[-1] if len(kept) > 1 else ""
    if last in _MASS_T:
        return NameUnit(AMOUNT_DIMENSION, _MASS_T[last], last)
    areas = ("_".join(kept[-count:]) for count in (3, 2, 1) if count < len(kept))
    area = next(((text, ha) for text, ha in ((text, area_unit_ha(text)) for text in areas) if ha), None)
    if area is not None:
        return NameUnit(AREA_DIMENSION, area[1] / HA_PER_KM2, area[0])
    power = _POWER.fullmatch(last)
    if power is None:
        return None
    dimension, base = {"t": (AMOUNT_DIMENSION, 1.0), "yuan": (MONEY_DIMENSION, 1e-4)}.get(
        power[2], (PEOPLE_DIMENSION, 1.0)
    )
    return NameUnit(dimension, base * 10.0 ** int(power[1] or 0), last)


def _own_names() -> set[str]:
    own = {**vars(columns), **vars(scenario_columns), **vars(plan_columns)}
    return {value for name, value in own.items() if name.isupper() and isinstance(value, str)}


def split_unit(name: str) -> tuple[str, str]:
    """A column's name and the unit that it states: ``原煤(万吨)`` -> ``("原煤", "万吨")``; "" if there is none.

    The unit stands in brackets, perhaps with the mark of a footnote behind them, or as 人口/万人 and 人口_万人.
    """
    match = re.fullmatch(r"\s*(.*?)\s*[(\[（［【](.*?)[)\]）］】]\s*[*#①-⑳]?\s*", name)
    if match and match.group(1):
        return match.group(1), match.group(2)
    behind = _UNIT_BEHIND.fullmatch(name)
    if behind and (amount_unit(behind[2]) or area_unit_ha(behind[2])):
        return behind[1].strip(), behind[2].strip()
    return name.strip(), ""


AS_IT_IS = "as it is"


# Of the bases of amounts: (factor to the unit that the column's name ends with, that ending).
_ENDING_OF_BASE = {"persons": (1.0, "persons"), "t": (1.0, "t"), "yuan": (MONEY_1E4["yuan"], "1e4yuan")}


# Unit -> (factor to the unit in the suffix of the column, that suffix).
FACTOR_AND_ENDING = {
    unit: (factor, ending)
    for units, ending in ((PERSONS, "persons"), (TONNES, "t"), (MONEY_1E4, "1e4yuan"), (AREAS_KM2, "km2"))
    for unit, factor in units.items()
}


def unit_of(name: str) -> tuple[float, str]:
    """Factor and column suffix of the unit called ``name``, English or Chinese; "" and "as it is" mean no conversion.

    Raises:
        CarbonBalanceError: an unknown unit.
    """
    if not name.strip() or plain(name) == plain(AS_IT_IS):
        return 1.0, ""
    known = {plain(unit): unit for unit in FACTOR_AND_ENDING}
    if plain(name) in known:
        return FACTOR_AND_ENDING[known[plain(name)]]
    area_ha, amount = area_unit_ha(name), amount_unit(name)
    if area_ha is not None:
        return area_ha / HA_PER_KM2, "km2"
    if amount is not None:
        factor, ending = _ENDING_OF_BASE[amount[1]]
        return amount[0] * factor, ending
    raise CarbonBalanceError(
        tr("Unknown unit {unit}{near}: use one of {known}.").format(
            unit=name.strip(),
            near=did_you_mean(name.strip(), FACTOR_AND_ENDING),
            known=tr(", ").join([AS_IT_IS, *FACTOR_AND_ENDING]),
        )
    )


def _unit_in(bracket: str) -> tuple[float, str]:
    try:
        return unit_of(bracket)
    except CarbonBalanceError:
        return 1.0, ""
