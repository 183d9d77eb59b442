"""Class columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from .table import Table, plain

CODE_NAMES = (
    *("lucode", "lu_code", "lulc_code", "code", "class_code", "lulc", "value", "class", "class_id", "gridcode", "dn"),
    *("代码", "编码", "地类代码", "地类编码", "类型代码", "类别代码", "土地利用代码", "像元值", "栅格值"),
)


NAME_NAMES = (
    *("name", "lulc_name", "lu_name", "class_name", "lulc_desc", "lu_desc", "description", "label", "name_zh"),
    *("名称", "地类名称", "类型名称", "类别名称", "地类", "类型", "类别", "土地利用类型", "用地类型"),
)


# Units in a header that change nothing: t/ha = Mg/ha = t/hm2 (a year, for sinks). Any other unit leaves it unknown.
_PER_HA = r"[_,]*[(\[]?_*(t|mg)_*c?_*[/·.*_]*(ha|hm_?\^?2)(\^?_?1)?_*"


STOCK_UNIT = re.compile(_PER_HA + r"[)\]]?$")


FLOW_UNIT = re.compile(_PER_HA + r"([/·.*_]*(yr|y|a|year|年)(\^?_?1)?)?_*[)\]]?$")


def find_column(table: Table, names: Iterable[str], unit: re.Pattern = STOCK_UNIT) -> str | None:
    """The column called one of ``names``, a ``unit`` behind the name ignored, or ``None``."""
    names = tuple(names)
    exact = table.find(*names)
    if exact is not None:
        return exact
    bare = {unit.sub("", plain(name)): name for name in reversed(table.fields)}
    return next((bare[plain(name)] for name in names if plain(name) in bare), None)


def _column(
    table: Table, key: str, names: Iterable[str], columns: Mapping[str, str], unit: re.Pattern = STOCK_UNIT
) -> str | None:
    return table.need(columns[key]) if columns.get(key) else find_column(table, names, unit)


def codes_and_names(
    table: Table, columns: Mapping[str, str], parameter: str = "CODE_FIELD"
) -> tuple[np.ndarray, list[str]]:
    """The class codes (int64) and names of ``table``; the code stands for a name that is missing.

    Args:
        table: one row a class.
        columns: where the user says so, "code" and "name" -> column.
        parameter: by which the user can say so, "" for none.

    Raises:
        CarbonBalanceError: no code column, or codes that are empty, not whole or there twice.
    """
    code = _column(table, "code", CODE_NAMES, columns)
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
    return table.kept(rows)
