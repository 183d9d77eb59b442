"""Checks for wrongly chosen columns: one column with two meanings, or a name that states another unit."""

from __future__ import annotations

import math
from collections import defaultdict

from qgis.core import QgsProcessingParameterField

from ....core.runtime.errors import CarbonBalanceError, listed
from ....core.runtime.i18n import tr
from ....core.tables.column_units import (
    AMOUNT_DIMENSION,
    EEC_DIMENSION,
    MONEY_DIMENSION,
    PEOPLE_DIMENSION,
    POWER_DIMENSION,
    SEC_DIMENSION,
    NameUnit,
    basis_in_name,
    species_in_name,
    unit_called,
    unit_in_name,
    units_in_cut_name,
)
from ....core.tables.spelling.name_words import relative_kind
from ....core.tables.table import Table, plain
from ..inputs.meanings import ANY, HOLDS, LABELS, UNIT_IN
from ..inputs.values import GivenValues


def check_columns(given: GivenValues) -> None:
    """Refuse a column with two meanings or a plugin column in another unit; warn of other unit conflicts.

    Raises:
        CarbonBalanceError: a column is refused; the message names parameters and column.
    """
    meanings: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for definition in given.algorithm.parameterDefinitions():
        if not isinstance(definition, QgsProcessingParameterField) or not given.has(definition.name()):
            continue
        holds = definition.metadata().get(HOLDS, "")
        if holds == LABELS:
            continue
        for column in given.algorithm.parameterAsFields(given.parameters, definition.name(), given.context):
            meanings[definition.parentLayerParameterName(), plain(column)][definition.name()] = column
            _check_unit(given, definition, column, holds)
            _check_kind(given, definition, column, "SPECIES", species_in_name(column))
            _check_kind(given, definition, column, "BASIS", basis_in_name(column))
    for columns in meanings.values():
        _need_one_meaning(given, columns)


def check_named_columns(given: GivenValues, *names: str) -> None:
    """Refuse a column with two meanings, for columns given as text in the parameters ``names``."""
    meanings: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        if given.text(name):
            meanings[plain(given.text(name))][name] = given.text(name)
    for columns in meanings.values():
        _need_one_meaning(given, columns)


def _need_one_meaning(given: GivenValues, columns: dict[str, str]) -> None:
    """Refuse the same column in several parameters (name -> column)."""
    if len(columns) > 1:
        raise CarbonBalanceError(
            tr("{parameters} are the same column, {column}: choose a different column for each.").format(
                parameters=listed(map(given.title, columns)), column=next(iter(columns.values()))
            )
        )


def check_read_columns(given: GivenValues, name: str, table: Table) -> None:
    """Check units of columns of the input ``name`` whose names in the file contain more than what was entered.

    A unit may stand above or below the header: 人口 is then 人口(万人).
    """
    for definition in given.algorithm.parameterDefinitions():
        if not isinstance(definition, QgsProcessingParameterField) or definition.parentLayerParameterName() != name:
            continue
        holds = definition.metadata().get(HOLDS, "")
        if holds == LABELS or not given.has(definition.name()):
            continue
        for column in given.algorithm.parameterAsFields(given.parameters, definition.name(), given.context):
            found = table.find(column)
            if found is not None and found != column:
                _check_unit(given, definition, found, holds)
                _check_kind(given, definition, found, "SPECIES", species_in_name(found))


def _check_unit(given: GivenValues, definition: QgsProcessingParameterField, column: str, holds: str) -> None:
    unit_name = definition.metadata().get(UNIT_IN) or f"{definition.name()}_UNIT"
    units = given.algorithm.parameterDefinition(unit_name)
    asked = holds or (given.choice(unit_name) if units else "")
    said = unit_in_name(column)
    if _is_relative(column, said, asked):
        given.log.warn(
            tr(
                "{parameter}: the name of column {column} indicates a relative figure (per person, per area, "
                "a share or a rate), but it is read as {asked}: if the name is correct, choose a column of amounts."
            ).format(parameter=given.title(definition.name()), column=column, asked=asked)
        )
        return
    if said is None and asked:
        said = _said_before_the_cut(given, definition, column, asked)
    if not said or not asked or _fits(said, asked):
        return
    fitting = [] if holds else [unit for unit in units.options() if _fits(said, unit)]
    words = {
        "parameter": given.title(definition.name()),
        "column": column,
        "said": said.text,
        "asked": asked.replace(ANY, ""),
        "advice": tr("set {parameter} = {unit}, or choose another column").format(parameter=unit_name, unit=fitting[0])
        if fitting
        else tr("choose a column in {asked}").format(asked=asked.replace(ANY, "")),
    }
    if said.own:
        raise CarbonBalanceError(
            tr("{parameter}: column {column} is in {said}, but {asked} is needed: {advice}.").format(**words)
        )
    given.log.warn(
        tr(
            "{parameter}: the name of column {column} indicates {said}, but it is read as {asked}: if the name is "
            "correct, {advice}."
        ).format(**words)
    )


def _is_relative(column: str, said: NameUnit | None, asked: str) -> bool:
    """Whether a column is to hold amounts but its name states figures per person, shares, densities or rates."""
    unit = unit_called(asked)
    amounts = (AMOUNT_DIMENSION, PEOPLE_DIMENSION, MONEY_DIMENSION)
    own = said is not None and (said.own or not _fits(said, asked))
    return unit is not None and unit.dimension in amounts and not own and relative_kind(column) is not None


def _said_before_the_cut(
    given: GivenValues, definition: QgsProcessingParameterField, column: str, asked: str
) -> NameUnit | None:
    """The unit of the plugin columns that a Shapefile would truncate to ``column``, if it is a conflict.

    If only some of them conflict, a warning is logged.
    """
    found = units_in_cut_name(column)
    wrong = {name: unit for name, unit in found.items() if not _fits(unit, asked)}
    if wrong and len(wrong) < len(found):
        given.log.warn(
            tr(
                "{parameter}: the name of column {column} seems to be cut by a Shapefile and may be {names}: check "
                "that it holds {asked}."
            ).format(
                parameter=given.title(definition.name()),
                column=column,
                names=listed(f"{name} ({unit.text})" for name, unit in found.items()),
                asked=asked.replace(ANY, ""),
            )
        )
        return None
    return next(iter(wrong.values()), None)


def _check_kind(
    given: GivenValues, definition: QgsProcessingParameterField, column: str, kind: str, said: str | None
) -> None:
    """Warn if the species or basis stated by a name is not the chosen one."""
    name = f"{definition.name()}_{kind}"
    if not said:
        return
    if given.algorithm.parameterDefinition(name) is None:
        # Only where a unit is chosen are amounts stated; elsewhere their shares alone count.
        if (definition.name(), said) == ("EMISSION", "C") and given.algorithm.parameterDefinition("EMISSION_UNIT"):
            given.log.warn(
                tr(
                    "{parameter}: the name of column {column} indicates tonnes of C, but it is counted as CO2: if the "
                    "name is correct, multiply its values by 44/12 first."
                ).format(parameter=given.title(definition.name()), column=column)
            )
        return
    counted = given.choice(name)
    if said != counted:
        given.log.warn(
            tr(
                "{parameter}: the name of column {column} indicates {said}, but it is counted as {counted}: if the "
                "name is correct, set {name} = {said}."
            ).format(parameter=given.title(definition.name()), column=column, said=said, counted=counted, name=name)
        )


def _fits(said: NameUnit, asked: str) -> bool:
    """Whether the unit in a name is the requested one; unknown units match any."""
    if asked in (EEC_DIMENSION, SEC_DIMENSION):
        return said.dimension == asked
    unit = unit_called(asked.replace(ANY, ""))
    if said.dimension == POWER_DIMENSION and unit is not None:
        base = {AMOUNT_DIMENSION: 1.0, PEOPLE_DIMENSION: 1.0, MONEY_DIMENSION: 1e-4}.get(unit.dimension)
        return base is None or asked.startswith(ANY) or math.isclose(said.factor * base, unit.factor)
    if unit is None or said.dimension != unit.dimension:
        return unit is None
    return asked.startswith(ANY) or math.isclose(said.factor, unit.factor)
