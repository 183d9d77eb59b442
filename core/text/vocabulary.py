"""The words that the plugin stores as values in columns, and their translations.

Values are stored in English for every language, so that models, expressions and tables work everywhere. Reports and
legends translate them with :func:`shown`.
"""

from __future__ import annotations

import re
from functools import cache

from ..options.bundled import bundled
from ..runtime.i18n import ENGLISH, language, mark, translated
from ..tables import columns, scenario_columns
from ..tables.bundled import resource_table
from ..tables.levels import HIGH, LEVEL_PAIRS, LOW
from ..tables.names import judgement_columns, plan_columns, space_columns

_LEVELS = (HIGH, LOW)
_LISA = (*LEVEL_PAIRS, mark("not significant"), mark("no neighbours"))
_SPOTS = (mark("hot spot"), mark("cold spot"), mark("not significant"), mark("no neighbours"))
_ZONES = (
    mark("low-carbon maintenance"),
    mark("coordinated development"),
    mark("carbon-sink development"),
    mark("sequestration optimisation"),
    mark("carbon budget balance"),
    mark("carbon intensity control"),
    mark("carbon sink function"),
    mark("low-carbon optimisation"),
    mark("economic development"),
    mark("carbon sink development"),
    mark("comprehensive optimisation"),
    mark("zone {number}"),
)
_ROWS = (mark("row {number}"), mark("{name} (row {number})"))
SPECIES_TEXT = "species"
# Column without suffix -> its words; words with braces are patterns.
VOCABULARIES: dict[str, tuple[str, ...]] = {
    columns.STATE: (mark("surplus"), mark("deficit"), mark("balanced")),
    columns.MISMATCH: LEVEL_PAIRS,
    columns.LISA_CLASS: _LISA,
    columns.LISA_BIVARIATE_CLASS: _LISA,
    columns.EEC_LEVEL: _LEVELS,
    columns.SEC_LEVEL: _LEVELS,
    columns.ZONE: (*_ZONES, *_ROWS),
    columns.ZONE_OTHER: _ZONES,
    columns.ZONE_NAME: (mark("all"), *_ROWS),
    plan_columns.FROM_ZONE: _ROWS,
    plan_columns.TO_ZONE: _ROWS,
    columns.UNIT: (*_ROWS, mark("all")),
    plan_columns.CONSTRAINT: (
        *(mark("at least"), mark("at most"), mark("cells that may not change"), mark("permission matrix")),
    ),
    plan_columns.AIM_NAME: (mark("storage"), mark("sink"), mark("emission"), mark("value")),
    plan_columns.ROLE: (mark("pays"), mark("receives"), mark("neither")),
    columns.DIRECTION: (mark("improved"), mark("unchanged"), mark("worse")),
    columns.QUANTITY: (mark("stock"), mark("change")),
    columns.NAME: (
        *(mark("error of the land cover"), mark("class {code}")),
        # As defined in core/symbology/trend_names.py.
        *("highly significant fall", "significant fall", "no significant trend"),
        *("significant rise", "highly significant rise"),
    ),
    columns.FROM_NAME: (mark("class {code}"),),
    columns.TO_NAME: (mark("class {code}"),),
    columns.POOL: (mark("above"), mark("below"), mark("soil"), mark("dead")),
    columns.BASE: (mark("zones"), mark("population"), mark("supply"), mark("area")),
    columns.JUDGEMENT: (mark("yes"), mark("no")),
    columns.FACTOR_CHECKED: (mark("yes"), mark("no")),
    judgement_columns.ZONE_KEPT: (mark("yes"), mark("no")),
    judgement_columns.MOVED_BY: (mark("several together"),),
    columns.SIDE: (mark("table"), mark("zones")),
    columns.REASON: (
        *(mark("no match"), mark("duplicate key"), mark("several candidates"), mark("no key")),
        *(mark("note"), mark("units"), mark("repeated header"), mark("continued table"), mark("column numbers")),
    ),
    columns.INDEX_NAME: (
        mark("demand/supply"),
        mark("supply/demand"),
        mark("budget"),
        mark("log ratio"),
        mark("normalised difference"),
    ),
    # As stored by core/balance/comparison.py.
    columns.COMPARISON: (
        "supply: stock, t {supply}; demand: flow, t {demand} a year",
        "supply: stock, t {supply}; demand: stock, t {demand}",
        "supply: flow, t {supply} a year; demand: flow, t {demand} a year",
        "supply: flow, t {supply} a year; demand: stock, t {demand}",
    ),
    SPECIES_TEXT: ("C or CO2",),
    columns.MODEL: (
        mark("simulation"),
        mark("null model"),
        mark("default"),
        mark("trial"),
        mark("chosen"),
        mark("observed"),
        mark("uniform suitability"),
    ),
    scenario_columns.PART: (mark("transition"), mark("class gained"), mark("zone"), mark("resolution")),
    scenario_columns.MAP: (
        mark("start"),
        mark("reference"),
        mark("simulation"),
        mark("changes, reference"),
        mark("changes, simulation"),
    ),
    scenario_columns.TRIAL_CLASS_DRIVERS: (
        mark("none"),
        mark("distances"),
        mark("shares"),
        mark("distances and shares"),
    ),
    space_columns.COMPASS: (
        *(mark("north"), mark("north-east"), mark("east"), mark("south-east")),
        *(mark("south"), mark("south-west"), mark("west"), mark("north-west"), mark("the same place")),
    ),
    space_columns.GI_STAR_CLASS: _SPOTS,
    space_columns.GI_CLASS: _SPOTS,
    space_columns.AMOUNT_OF: (mark("emission"), mark("supply")),
    space_columns.INEQUALITY_INDEX: (mark("Theil T"), mark("Theil L"), mark("Dagum Gini")),
    space_columns.COMPONENT: (
        *(mark("total"), mark("within groups"), mark("between groups"), mark("net between groups")),
        *(mark("transvariation"), mark("within this group")),
    ),
    space_columns.LEVEL: (
        *(mark("interval"), mark("gain of a class"), mark("loss of a class")),
        *(mark("transition to a class"), mark("transition from a class")),
    ),
    space_columns.BEHAVIOUR: ("fast", "slow", "active", "dormant", "targeted", "avoided", "uniform"),
    # As core/assessment/change stores them.
    space_columns.DECOUPLING_STATE: (
        *("strong decoupling", "weak decoupling", "expansive coupling", "expansive negative decoupling"),
        *("strong negative decoupling", "weak negative decoupling", "recessive coupling", "recessive decoupling"),
    ),
    space_columns.COORDINATION_LEVEL: (
        *("extreme imbalance", "severe imbalance", "moderate imbalance", "slight imbalance", "near imbalance"),
        *("bare coordination", "primary coordination", "intermediate coordination", "good coordination"),
        "high-quality coordination",
    ),
    columns.METHOD: (mark("pearson"), mark("spearman"), mark("partial")),
    columns.TERM: (mark("intercept"),),
    columns.STATISTIC: (
        "Gini against {base}",
        "Moran's I of emissions",
        "bivariate Moran's I, supply against neighbours' emissions",
    ),
    columns.INTERACTION: (
        "independent",
        "enhanced, nonlinear",
        "enhanced, bilinear",
        "weakened, by one factor",
        "weakened, nonlinear",
    ),
    columns.DISCRETISATION: ("{count} categories as they are", "{method}, {classes} classes, upper limits {limits}"),
    columns.FUEL: (mark("respiration"), mark("gdp x energy intensity")),
    columns.FACTOR_SOURCE: ("grid factor as chosen", "respiration", "gdp x energy intensity"),
    columns.MEASURE: (mark("persons"), mark("cells")),
    columns.NOTE: ("Class given by the user",),
    columns.ORIGIN: (mark("raster"), mark("table")),
    columns.SOURCE: (
        "No carbon, by the user's choice",
        "soil {soil:g} t/ha as given",
        "soil {soil:g} t/ha",
        "soil {soil:g} t/ha x {factor:.5f} (precipitation)",
        "soil x {factor:.5f} (precipitation)",
        "biomass:soil:dead {biomass:g}:{soil:g}:{dead:g}",
        "below/above {ratio:g}",
    ),
}
# Words in the legends of the style files in resources/styles.
LEGEND = "legend"
VOCABULARIES[LEGEND] = (
    *_LISA,
    *_SPOTS[:2],
    mark("{from} to {to}"),
)
# The patterns contain names that are words themselves.
_WITHIN = {"base": columns.BASE, "method": columns.DISCRETISATION, "supply": SPECIES_TEXT, "demand": SPECIES_TEXT}
_CLASS_COLUMNS = (columns.NAME, columns.FROM_NAME, columns.TO_NAME)
# Columns whose values are several words separated by such a sign.
_LISTS = {columns.SOURCE: "; ", columns.MEMBERS: ", "}


def base_of(column: str) -> str | None:
    """The plugin's column name for ``column``, which may have a suffix; ``None`` for any other column."""
    known = _known_columns()
    if column in known:
        return column
    fits = [name for name in known if column.startswith(f"{name}_")]
    return max(fits, key=len) if fits else None


@cache
def _known_columns() -> frozenset[str]:
    ours = (columns, scenario_columns, plan_columns, space_columns, judgement_columns)
    own = {name: value for module in ours for name, value in vars(module).items()}
    return frozenset(value for name, value in own.items() if name.isupper() and isinstance(value, str))


def shown(column: str, value: object) -> str:
    """A value of ``column``, translated to the user's language if it is a word of the plugin; "" for NULL.

    Args:
        column: name of the column, with or without suffix.
        value: the stored value.
    """
    text = "" if value is None else str(value)
    if not text or language() == ENGLISH:
        return text
    base = base_of(column) or column
    if base == columns.MEMBERS:
        return "、".join(_word(columns.UNIT, part) for part in text.split(", "))
    if base in _LISTS:
        return "；".join(_word(base, part) for part in text.split(_LISTS[base]))
    return _word(base, text)


def _word(base: str, text: str) -> str:
    for word in VOCABULARIES.get(base, ()):
        if "{" not in word:
            if word == text:
                return translated(word)
            continue
        found = _pattern(word).fullmatch(text)
        if found:
            parts = found.groupdict().items()
            words = {name: _word(_WITHIN[name], part) if name in _WITHIN else part for name, part in parts}
            return _plain(translated(word)).format(**words)
    return _class_names(language()).get(text, text) if base in _CLASS_COLUMNS else text


def _plain(template: str) -> str:
    """``template`` without number formats, because stored values have been formatted already."""
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", template)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", _plain(template))
    return re.compile(
        "".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), flags=re.DOTALL
    )


@cache
def _class_names(wanted: str) -> dict[str, str]:
    """Names of the land classes in the bundled tables -> names in the language ``wanted``; only Chinese names exist."""
    if wanted != "zh":
        return {}
    names: dict[str, str] = {}
    for folder in ("pools", "crosswalks"):
        for file in bundled(folder):
            table = resource_table(f"{folder}/{file}.csv")
            for name, chinese in zip(table.texts(columns.NAME), table.texts(columns.NAME_ZH)):
                if name and chinese:
                    names.setdefault(name, chinese)
    return names
