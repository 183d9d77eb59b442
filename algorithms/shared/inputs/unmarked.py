"""Undeclared nodata numbers in table columns, such as -9999: excluded if stated by the user, otherwise warned of."""

from __future__ import annotations

import numpy as np
from qgis.core import QgsProcessingParameterField

from ....core.raster.unmarked.marking import in_type, parse_values, typed
from ....core.raster.unmarked.sentinels import find_sentinels
from ....core.runtime.errors import CarbonBalanceError, listed
from ....core.runtime.i18n import tr
from ....core.tables.spelling.number_columns import numbers_without_text
from ....core.tables.spelling.numerals import parse_number
from ....core.tables.table import Table
from ..parameters.table_reading import NODATA_VALUES, PLACES
from .meanings import HOLDS, LABELS
from .values import GivenValues


def nodata_values(given: GivenValues) -> list[float]:
    """The nodata numbers; empty if none are given or the algorithm has no such parameter."""
    if given.algorithm.parameterDefinition(NODATA_VALUES) is None or not given.has(NODATA_VALUES):
        return []
    return parse_values(given.text(NODATA_VALUES), given.title(NODATA_VALUES))


def without_nodata(given: GivenValues, name: str, table: Table) -> Table:
    """The table of parameter ``name`` with NULL for nodata numbers in the chosen numeric columns.

    Warns of other numbers that look like nodata.
    """
    meant = {each for value in nodata_values(given) for each in in_type(value, np.dtype(np.float64))}
    for column, parameter in _chosen(given, name, table).items():
        if table.fields.count(column) != 1 and table.find(column) is None:
            continue
        at = table.fields.index(column if column in table.fields else table.find(column))
        values = [row[at] for row in table.rows]
        numbers = numbers_without_text(values)
        if numbers is None:
            numbers = np.array([_number(value) for value in values])
        if meant and np.isin(numbers, list(meant)).any():
            gone = np.isin(numbers, list(meant))
            table.rows = [
                [None if out and place == at else value for place, value in enumerate(row)]
                for row, out in zip(table.rows, gone)
            ]
            numbers[gone] = np.nan
        _warn(given, parameter, table, column, numbers)
    return table


def _chosen(given: GivenValues, name: str, table: Table) -> dict[str, str]:
    """The chosen numeric columns of a layer with their parameters; all if they are found by name."""
    found: dict[str, str] = {}
    for definition in given.algorithm.parameterDefinitions():
        if (
            isinstance(definition, QgsProcessingParameterField)
            and definition.parentLayerParameterName() == name
            and definition.metadata().get(HOLDS, "") != LABELS
            and given.has(definition.name())
        ):
            for column in given.algorithm.parameterAsFields(given.parameters, definition.name(), given.context):
                found.setdefault(column, definition.name())
    if name in PLACES:
        for column in given.algorithm.columns_by_name(given, table.fields):
            found.setdefault(column, name)
    return found


def _number(value: object) -> float:
    """A value as a number; NaN for none and for text, which is checked elsewhere."""
    try:
        number = parse_number(value)
    except (TypeError, ValueError, CarbonBalanceError):
        return float("nan")
    return float("nan") if number is None else number


def _warn(given: GivenValues, parameter: str, table: Table, column: str, numbers: np.ndarray) -> None:
    unmarked = find_sentinels(numbers, is_table=True)
    if not unmarked:
        return
    texts = typed([each.value for each in unmarked.found], np.dtype(np.float64))
    rows = np.flatnonzero(np.isin(numbers, [each.value for each in unmarked.found]))
    settable = given.algorithm.parameterDefinition(NODATA_VALUES) is not None
    sentence = tr(
        "{parameter}: column {column} of {table} contains {values} ({rows}), far from its other values ({low:g} to "
        "{high:g}): this may be undeclared nodata, which counts as a value here; if it means no data, {remedy}."
    )
    if np.isnan(unmarked.low):
        sentence = tr(
            "{parameter}: column {column} of {table} contains only {values} ({rows}): this may be undeclared nodata, "
            "which counts as a value here; if it means no data, {remedy}."
        )
    given.log.warn(
        sentence.format(
            parameter=given.title(parameter),
            column=column,
            table=table.label,
            values=listed(texts),
            rows=table.row_labels(rows),
            low=unmarked.low,
            high=unmarked.high,
            remedy=tr("set NODATA_VALUES = {values}").format(values=",".join(texts))
            if settable
            else tr("leave it empty in the table"),
        )
    )
