"""Class areas that are read from statistical tables instead of a raster."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..options.land_cover import HA_OF_UNIT
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..tables import columns
from ..tables.class_columns import need_code_column, without_blank_rows
from ..tables.column_units import AREA_DIMENSION, unit_in_name
from ..tables.spelling.area_units import split_area_unit
from ..tables.spelling.name_words import relative_kind
from ..tables.spelling.names import plain
from ..tables.table import Table

AREA_TITLES = ("area", "面积", "总面积", "用地面积", "土地面积", "landarea", "land_area", "total_area")


def area_field(table: Table, titles: Sequence[str] = AREA_TITLES) -> str | None:
    """The column that is called one of ``titles``, such as area or 面积, with or without a unit; ``None`` for none.

    Raises:
        CarbonBalanceError: there are several, and none of them is area_ha.
    """
    found = [name for name in table.fields if split_area_unit(name)[0].strip("_") in titles]
    if len(found) > 1 and columns.AREA_HA in found:
        return columns.AREA_HA
    if len(found) > 1:
        raise CarbonBalanceError(
            tr("{table} has several columns of areas, {columns}: choose one, or leave one in the table.").format(
                table=table.label, columns=listed(found)
            )
        )
    return found[0] if found else None


def unit_ha(field: str, otherwise: str, label: str) -> float:
    """What one of the unit of an area column is in ha: the unit that its name states, else ``otherwise``.

    Args:
        field: name of the column.
        otherwise: a unit of ``HA_OF_UNIT``.
        label: of the table, for messages.

    Raises:
        CarbonBalanceError: the name states a unit that is unknown or is not one of area.
    """
    said = unit_in_name(field)
    _, unit, area_ha = split_area_unit(field)
    if said is not None and said.dimension != AREA_DIMENSION:
        unit, area_ha = said.text, None
    elif said is None and not unit:
        unit = relative_kind(field) or ""
    if unit and area_ha is None:
        raise CarbonBalanceError(
            tr(
                "{table}: the name of column {column} states the unit {unit}, but areas must be in {known}: convert "
                "them, or correct the name of the column."
            ).format(table=label, column=field, unit=unit, known=listed(HA_OF_UNIT))
        )
    return HA_OF_UNIT[otherwise] if area_ha is None else area_ha


def read_class_areas(table: Table, field: str | None, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Codes (classes,) and areas in ha (classes,) from a table with one row per class.

    Args:
        table: the table, with a code column.
        field: column of the areas, ``None`` to find it by its usual names.
        unit: unit of the areas if the column name does not end in one.

    Raises:
        CarbonBalanceError: missing columns, negative or empty areas, duplicate codes.
    """
    table = without_blank_rows(table)
    codes = table.codes(need_code_column(table))
    field = table.need(field) if field else area_field(table) or table.need("area_ha")
    return codes, table.non_negative(field, complete=True) * unit_ha(field, unit, table.label)


def read_area_fields(
    table: Table, fields: list[str], unit: str, codes: np.ndarray, names: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Areas by zone and class from columns of a zone layer, one column per class.

    Args:
        table: attributes of the zones.
        fields: columns named by class code or name, such as ``forest``, ``forest_km2``, ``area_2_ha``.
        unit: unit of the areas if a column name does not end in one.
        codes, names: known classes (classes,).

    Returns:
        class codes of the columns (columns,) and areas in ha (zones, columns), NaN where NULL.

    Raises:
        CarbonBalanceError: a column that does not name a class, or two columns of the same class.
    """
    # The names in the file have the units that stand above or below its header.
    fields = [table.need(field) for field in fields]
    known = {plain(name): code for name, code in zip(names, codes)} | {str(code): code for code in codes}
    found, strange = [], []
    for field in fields:
        key = re.sub(r"^(area|class|面积)_", "", split_area_unit(field)[0])
        key = re.sub(r"^class_|_?面积$|_area$", "", key)
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
    areas_ha = [table.non_negative(field) * unit_ha(field, unit, table.label) for field in fields]
    return np.array(found, np.int64), np.column_stack(areas_ha)
