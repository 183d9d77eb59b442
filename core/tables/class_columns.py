"""Columns of tables with one row per class: class codes, class names, and values found by their usual names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from .column_units import species_in_name
from .spelling.area_units import latin_density
from .spelling.names import plain
from .spelling.numerals import is_no_value
from .table import Table
from .totals import is_total

CODE_NAMES = (
    *("lucode", "lu_code", "lulc_code", "code", "class_code", "lulc", "value", "class", "class_id", "gridcode", "dn"),
    *("代码", "编码", "地类代码", "地类编码", "类型代码", "类别代码", "土地利用代码", "像元值", "栅格值"),
)


NAME_NAMES = (
    *("name", "lulc_name", "lu_name", "class_name", "lulc_desc", "lu_desc", "description", "label", "name_zh"),
    *("名称", "地类名称", "类型名称", "类别名称", "地类", "类型", "类别", "土地利用类型", "用地类型"),
)


_WHOLE_NUMBER = re.compile(r"\d+(\.0*)?")
# Units in a header that need no conversion: t/ha = Mg/ha = t/hm2 (per year for sinks). A column with another unit is
# not found.
_PER_HA = r"[_,]*[(\[]?_*(t|mg)_*c?_*[/·.*_]*(ha|hm_?\^?2)(\^?_?1)?_*"


STOCK_UNIT = re.compile(_PER_HA + r"[)\]]?$")


# Names of standard deviations and other measures of spread.
_SPREAD = re.compile(r"(^|_)(sd|std|stdev|se|cv|var|min|max|low|high|lower|upper)(_|$)")
# Similarity ratio of difflib from which a name counts as a misspelling.
_MISSPELT = 0.8


FLOW_UNIT = re.compile(_PER_HA + r"([/·.*_]*(yr|y|a|year|年)(\^?_?1)?)?_*[)\]]?$")


# Biomass in a name that says nothing of carbon: 地上生物量, AGB (t/ha).
_BIOMASS = re.compile(r"^(?!.*(?:碳|carbon|(?:^|_)c(?:_|$))).*(?:生物量|biomass|(?:^|_)[ab]gb(?:_|$|\())")


# Other densities, and what one of them is in t/ha.
_MASSES_T = {"t": 1.0, "mg": 1.0, "kg": 1e-3, "g": 1e-6, "kt": 1e3}
_AREAS_HA = {"ha": 1.0, "hm2": 1.0, "km2": 100.0, "m2": 1e-4}
_ANY_DENSITY = re.compile(
    r"[_,]*[(\[]?_*(t|mg|kg|g|kt)_*c?_*[/·.*_]+(ha|hm_?\^?2|km_?\^?2|m_?\^?2)(\^?_?-?1)?"
    r"([/·.*_]*(yr|y|a|year|年)(\^?_?-?1)?)?_*[)\]]?$"
)


def need_t_ha(table: Table, field: str) -> None:
    """Refuse a column whose name states a density in another unit than t/ha.

    Raises:
        CarbonBalanceError: naming the column, the unit and the factor to t/ha.
    """
    found = _ANY_DENSITY.search(latin_density(field))
    if found is None or found.start() == 0:
        return
    area = re.sub(r"[_^]", "", found[2])
    factor = _MASSES_T[found[1]] / _AREAS_HA[area]
    if not math.isclose(factor, 1.0):
        raise CarbonBalanceError(
            tr(
                "{table}: the name of column {column} states {unit}, but t/ha is needed: multiply its values by "
                "{factor:g} and correct the name."
            ).format(table=table.label, column=field, unit=f"{found[1]}/{area}", factor=factor)
        )


def need_carbon(table: Table, field: str) -> None:
    """Refuse a column whose name states tonnes of CO2 where tonnes of C are needed; warn of one that states biomass.

    Raises:
        CarbonBalanceError: naming the column and the factor.
    """
    species = species_in_name(field)
    if species == "CO2":
        raise CarbonBalanceError(
            tr(
                "{table}: the name of column {column} states CO2, but carbon is needed: multiply its values by 12/44 "
                "and correct the name."
            ).format(table=table.label, column=field)
        )
    if species is None and _BIOMASS.search(plain(field)) and table.warn is not None:
        table.warn(
            tr(
                "{table}: the name of column {column} states biomass, but its values are read as carbon: dry biomass "
                "has about twice as many tonnes as its carbon; if the values are biomass, multiply them by about 0.47."
            ).format(table=table.label, column=field)
        )


def code_column(table: Table) -> str | None:
    """The column of class codes: one called so, or one called as names are, such as 地类, that holds whole numbers."""
    found = find_column(table, CODE_NAMES)
    if found is not None:
        return found
    named = find_column(table, NAME_NAMES)
    texts = [] if named is None else [text for text in table.texts(named) if not is_total(text)]
    return named if texts and all(_WHOLE_NUMBER.fullmatch((text or "").strip()) for text in texts) else None


def need_code_column(table: Table) -> str:
    """The column of class codes, see :func:`code_column`.

    Raises:
        CarbonBalanceError: there is none.
    """
    return code_column(table) or table.need("code")


def find_column(table: Table, names: Iterable[str], unit: re.Pattern = STOCK_UNIT) -> str | None:
    """The column called one of ``names``, ignoring a ``unit`` after the name; ``None`` if there is none.

    Raises:
        CarbonBalanceError: the name of the column states a density unit other than t/ha.
    """
    names = tuple(names)
    exact = table.find(*names)
    if exact is not None:
        table.need_once(exact)
        need_t_ha(table, exact)
        return exact
    bare = {unit.sub("", latin_density(name)): name for name in reversed(table.fields)}
    found = next((bare[plain(name)] for name in names if plain(name) in bare), None)
    if found is None:
        others = {_ANY_DENSITY.sub("", latin_density(name)): name for name in reversed(table.fields)}
        other = next((others[plain(name)] for name in names if plain(name) in others), None)
        if other is not None:
            need_t_ha(table, other)
    return found


def misspelt_column(table: Table, names: Iterable[str], known: Iterable[str], unit: re.Pattern = STOCK_UNIT) -> str:
    """A column of numbers whose name is almost one of ``names``, such as c_sol or soil_c for c_soil, or "".

    Args:
        table: the table.
        names: the correct names.
        known: names that mean something else.
        unit: unit that may follow a name.
    """
    words = {plain(name) for name in names}
    others = {plain(name) for name in known}
    turned = {"_".join(reversed(word.split("_"))): word for word in words}
    for field in table.fields:
        bare = unit.sub("", latin_density(field))
        if bare in others or _SPREAD.search(bare) or not _has_numbers(table, field):
            continue
        if bare in turned or get_close_matches(bare, words, 1, _MISSPELT):
            return field
    return ""


def _has_numbers(table: Table, field: str) -> bool:
    """Whether most values of a column are numbers."""
    known = [text for text in table.texts(field) if text and not is_no_value(text)]
    return bool(known) and sum(1 for text in known if re.search(r"^[-+]?[\d０-９.,，．]+$", text)) > len(known) / 2


def _column(
    table: Table, key: str, names: Iterable[str], columns: Mapping[str, str], unit: re.Pattern = STOCK_UNIT
) -> str | None:
    if not columns.get(key):
        return find_column(table, names, unit)
    chosen = table.need(columns[key])
    need_t_ha(table, chosen)
    return chosen


def codes_and_names(
    table: Table, columns: Mapping[str, str], parameter: str = "CODE_FIELD"
) -> tuple[np.ndarray, list[str]]:
    """The class codes (int64) and names of ``table``; the code replaces a missing name.

    Args:
        table: one row per class.
        columns: the columns chosen by the user, by "code" and "name".
        parameter: the parameter with which the user can choose columns, "" for none.

    Raises:
        CarbonBalanceError: no code column, or codes that are empty, not whole numbers or duplicates.
    """
    code = _column(table, "code", CODE_NAMES, columns) or code_column(table)
    if code is None:
        raise CarbonBalanceError(
            tr("{table} has no column of class codes: it needs lucode (or code){choice}; it has {columns}.").format(
                table=table.label,
                choice=tr(" or another column chosen in {parameter}").format(parameter=parameter) if parameter else "",
                columns=listed(table.fields),
            )
        )
    codes = table.codes(code)
    name = _column(table, "name", NAME_NAMES, columns)
    texts = [None] * len(codes) if name is None else table.texts(name)
    return codes, [text or str(code) for text, code in zip(texts, codes)]


def without_blank_rows(table: Table) -> Table:
    """``table`` without its empty rows: spreadsheets saved as CSV end in rows of commas."""
    rows = [at for at, row in enumerate(table.rows) if any(value is not None and str(value).strip() for value in row)]
    if not rows:
        raise CarbonBalanceError(tr("{table} has no rows.").format(table=table.label))
    return _without_totals(table.kept(rows))


def _without_totals(table: Table) -> Table:
    """``table`` without total rows, which contain a word such as 合计 and have no number as code."""
    code = code_column(table)
    if code is None:
        return table
    codes = table.texts(code)
    kept = [
        at
        for at, row in enumerate(table.rows)
        if any(sign.isdigit() for sign in codes[at] or "") or not any(is_total(cell) for cell in row)
    ]
    if len(kept) in (0, len(table)):
        return table
    if table.tell is not None:
        left_out = [at for at in range(len(table)) if at not in set(kept)]
        table.tell(
            tr("{table}: totals are left out: {rows}.").format(table=table.label, rows=table.row_labels(left_out))
        )
    return table.kept(kept)
