"""Areas by class that come from statistics instead of a raster."""

from __future__ import annotations

import re

import numpy as np

from ..options.land_cover import HA_OF_UNIT
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..tables.class_columns import CODE_NAMES, find_column, without_blank_rows
from ..tables.table import Table, plain

_UNIT_ENDING = re.compile(r"_(ha|km2|m2|mu)$")


def stated_unit(field: str, otherwise: str) -> str:
    """The unit at the end of a column's name (``forest_km2``), else ``otherwise``."""
    ending = _UNIT_ENDING.search(plain(field))
    return ending.group(1) if ending else otherwise


def read_class_areas(table: Table, field: str | None, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Codes (classes,) and areas in ha (classes,) of a table with a class in each row.

    Args:
        table: with a code column.
        field: column of the areas, ``None`` to find it by its usual names.
        unit: of the areas, where the column's name does not end in one.

    Raises:
        CarbonBalanceError: no such columns, areas negative or empty, codes twice.
    """
    table = without_blank_rows(table)
    codes = table.codes(find_column(table, CODE_NAMES) or table.need("code"))
    field = field or table.find("area", "area_ha", "area_km2", "area_m2", "area_mu", "面积") or table.need("area_ha")
    return codes, table.non_negative(field, complete=True) * HA_OF_UNIT[stated_unit(field, unit)]


def read_area_fields(
    table: Table, fields: list[str], unit: str, codes: np.ndarray, names: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Areas by zone and class from columns of a zone layer, one column a class.

    Args:
        table: the zones' attributes.
        fields: columns called by a class's code or name, such as ``forest``, ``forest_km2``, ``area_2_ha``.
        unit: of the areas, where a column's name does not end in one.
        codes, names: the classes known (classes,).

    Returns:
        codes of the columns (columns,) and areas in ha (zones, columns), NaN where NULL.

    Raises:
        CarbonBalanceError: a column that names no class, or two columns of one class.
    """
    known = {plain(name): code for name, code in zip(names, codes)} | {str(code): code for code in codes}
    found, strange = [], []
    for field in fields:
        key = re.sub(r"^(area|class|面积)_", "", _UNIT_ENDING.sub("", plain(field)))
        key = re.sub(r"^class_", "", key)
        if key in known:
            found.append(known[key])
        else:
            strange.append(field)
    if strange:
        raise CarbonBalanceError(
            tr(
                "{table}: column(s) {fields} do not name a class: name them by code or class name, using {known}."
            ).format(table=table.label, fields=listed(strange), known=listed(known, 20))
        )
    if len(set(found)) < len(found):
        raise CarbonBalanceError(
            tr(
                "{table}: two of the columns {fields} contain the area of the same class: give one column per class."
            ).format(table=table.label, fields=listed(fields))
        )
    columns = [table.non_negative(field) * HA_OF_UNIT[stated_unit(field, unit)] for field in fields]
    return np.array(found, np.int64), np.column_stack(columns)
