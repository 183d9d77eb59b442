"""Tables of scenarios: permissions, factors for transitions, and masks, with one row per scenario.

Items are separated by commas, changes are written ``from>to``, and ``*`` is every class, as in
:func:`core.scenarios.land_use_demand.futures.parse_factors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...options.scenarios import NO_PRESET
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...tables.spelling.numerals import parse_number
from ...tables.table import Table
from ..land_use_demand.demand_tables import (
    FROM_NAMES,
    LandUseDemand,
    parse_weights,
    preset_rules,
    read_demand,
    read_permissions,
)
from ..land_use_demand.presets import PERMISSIONS
from ..land_use_demand.transition_tables import read_transitions

SCENARIO_COLUMNS = ("scenario", "情景")
SCENARIO_NAMES = (*SCENARIO_COLUMNS, "name", "名称")
TEXT_COLUMNS = {
    "rules": ("rules", "preset", "规则"),
    "factors": ("factors", "系数"),
    "permit": ("permit", "允许"),
    "forbid": ("forbid", "禁止"),
    "weights": ("weights", "权重"),
    "masks": ("masks", "mask", "掩膜"),
}


@dataclass(frozen=True)
class ScenarioRow:
    """A row of the scenario table; empty texts mean defaults.

    Attributes:
        name: name of the scenario.
        rules: preset of permissions and weights, or ``NO_PRESET``.
        factors: factors for transitions of the trend.
        permit, forbid: changes ``from>to`` to add to or remove from the permissions.
        weights: neighbourhood weights ``code:weight``.
        masks: ``layer:from>to:factor``: in cells of a layer that are not 0, the suitability of class ``to`` for cells
            of class ``from`` is multiplied by the factor; 0 forbids the change.
    """

    name: str
    rules: str = NO_PRESET
    factors: str = ""
    permit: str = ""
    forbid: str = ""
    weights: str = ""
    masks: str = ""


@dataclass(frozen=True)
class MaskRule:
    """The effect of a mask on changes.

    Attributes:
        layer: name of the mask.
        changes: affected changes from class (row) to class (column), bool (classes, classes), the diagonal false.
        factor: factor for the suitability of the later class; 0 forbids the change.
    """

    layer: str
    changes: np.ndarray
    factor: float


def _separated(text: str) -> list[str]:
    for mark, plain_mark in (("，", ","), ("：", ":"), ("＞", ">"), (";", ","), ("；", ",")):
        text = text.replace(mark, plain_mark)
    return [item.strip() for item in text.split(",") if item.strip()]


def read_scenarios(table: Table) -> list[ScenarioRow]:
    """Read the scenarios of a table, in order.

    Args:
        table: columns scenario and any of rules, factors, permit, forbid, weights, masks.

    Raises:
        CarbonBalanceError: a missing or duplicate name, or an unknown preset.
    """
    name_column = table.find(*SCENARIO_NAMES) or table.need(SCENARIO_NAMES[0])
    names = [(name or "").strip() for name in table.texts(name_column)]
    if not all(names):
        raise CarbonBalanceError(tr("{table}: every scenario needs a name.").format(table=table.label))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CarbonBalanceError(
            tr("{table}: the name(s) {names} are used for more than one scenario.").format(
                table=table.label, names=listed(twice)
            )
        )
    found = {key: table.find(*spellings) for key, spellings in TEXT_COLUMNS.items()}
    texts = {key: [text or "" for text in table.texts(column)] for key, column in found.items() if column}
    rows = [ScenarioRow(name, **{key: texts[key][at].strip() for key in texts}) for at, name in enumerate(names)]
    rows = [replace(row, rules=row.rules or NO_PRESET) for row in rows]
    known = [NO_PRESET, *PERMISSIONS]
    for row in rows:
        if row.rules not in known:
            raise CarbonBalanceError(
                tr("{table}: the rules of {scenario} are {rules}, but must be one of: {known}.").format(
                    table=table.label, scenario=row.name, rules=row.rules, known=tr(", ").join(known)
                )
            )
    return rows


def parse_changes(text: str, codes: np.ndarray, scenario: str) -> np.ndarray:
    """Parse changes ``from>to``, bool (classes, classes), the diagonal false.

    Raises:
        CarbonBalanceError: an item that cannot be read.
    """
    found = np.zeros((len(codes), len(codes)), bool)
    for item in _separated(text):
        ends = [end.strip() for end in item.split(">")]
        try:
            places = [slice(None) if end == "*" else codes.tolist().index(int(end)) for end in ends]
        except ValueError:
            places = []
        if len(places) != 2:
            raise CarbonBalanceError(
                tr('Scenario {scenario}: "{item}" is not of the form from>to with codes from {codes} (or *).').format(
                    scenario=scenario, item=item, codes=listed(codes)
                )
            )
        found[tuple(places)] = True
    np.fill_diagonal(found, False)
    return found


def parse_masks(text: str, layers: Sequence[str], codes: np.ndarray, scenario: str) -> list[MaskRule]:
    """Parse mask rules ``layer:from>to:factor``, in order.

    Args:
        text: text of the scenario.
        layers: names of the available masks.
        codes: class codes (classes,).
        scenario: name of the scenario, for messages.

    Raises:
        CarbonBalanceError: an invalid item, or an unknown layer.
    """
    rules = []
    for item in _separated(text):
        parts = item.rsplit(":", 2)
        try:
            factor = parse_number(parts[2]) if len(parts) == 3 else None
        except ValueError:
            factor = None
        if factor is None or not (np.isfinite(factor) and factor >= 0):
            raise CarbonBalanceError(
                tr(
                    'Scenario {scenario}: "{item}" is not of the form layer:from>to:factor with a factor of at least 0.'
                ).format(scenario=scenario, item=item)
            )
        layer = parts[0].strip()
        if layer not in layers:
            raise CarbonBalanceError(
                tr("Scenario {scenario} uses the mask {layer}, but the masks given (MASKS) are: {known}.").format(
                    scenario=scenario, layer=layer, known=listed(layers) or tr("none")
                )
            )
        rules.append(MaskRule(layer, parse_changes(parts[1], codes, scenario), factor))
    return rules


def of_scenario(table: Table | None, scenario: str) -> Table | None:
    """The rows of a table for a scenario, or all rows without a scenario column; ``None`` if there are none."""
    if table is None:
        return None
    column = table.find(*SCENARIO_COLUMNS)
    if column is None:
        return table
    own = [row for row, name in enumerate(table.texts(column)) if (name or "").strip() == scenario]
    return replace(table.kept(own), label=f"{table.label} ({scenario})") if own else None


def check_names(table: Table | None, scenarios: Sequence[str]) -> None:
    """Refuse a table with rows for an unknown scenario.

    Raises:
        CarbonBalanceError: there is an unknown scenario, which the message names.
    """
    column = None if table is None else table.find(*SCENARIO_COLUMNS)
    if table is None or column is None:
        return
    unknown = sorted({(name or "").strip() for name in table.texts(column)} - set(scenarios))
    if unknown:
        raise CarbonBalanceError(
            tr("{table} has rows for the scenario(s) {unknown}, but the scenarios are {known}.").format(
                table=table.label, unknown=listed(unknown), known=listed(scenarios)
            )
        )


def rules_of(
    row: ScenarioRow, permissions: Table | None, scheme: str, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Permission matrix (classes, classes) and neighbourhood weights (classes,) of a scenario.

    Args:
        row: the scenario: its preset is replaced by a separate matrix, if any, and then modified by its permitted and
            forbidden changes.
        permissions: the separate matrix, or ``None``.
        scheme: land-cover scheme of the codes, for the preset.
        codes: class codes (classes,).

    Raises:
        CarbonBalanceError: an invalid text or table.
    """
    matrix, weights = np.ones((len(codes), len(codes)), bool), np.ones(len(codes))
    if row.rules != NO_PRESET:
        matrix, weights = preset_rules(row.rules, codes, scheme)
    if permissions is not None:
        matrix = read_permissions(permissions, codes)
    matrix = (matrix | parse_changes(row.permit, codes, row.name)) & ~parse_changes(row.forbid, codes, row.name)
    return matrix, parse_weights(row.weights, codes, weights)


def own_demand(demand: Table | None, codes: np.ndarray, cells: np.ndarray, area_ha: np.ndarray) -> LandUseDemand | None:
    """The separate demand of a scenario: by transition if there is a column from_code, else by class; or ``None``."""
    if demand is None:
        return None
    if demand.find(*FROM_NAMES) is not None:
        return read_transitions(demand, codes, cells, area_ha)
    return read_demand(demand, codes, cells, area_ha)


def default_scenarios(factors: Mapping[int, str], rules: Mapping[int, str], table: Table) -> list[ScenarioRow]:
    """The bundled scenarios with factors and rules replaced by number (from 1).

    A scenario with replaced rules is named after them, or by its number if there are none.
    """
    rows = []
    for number, row in enumerate(read_scenarios(table), 1):
        chosen = rules.get(number, row.rules)
        name = row.name if chosen == row.rules else chosen if chosen != NO_PRESET else f"scenario {number}"
        rows.append(replace(row, name=name, rules=chosen, factors=factors.get(number, row.factors)))
    names = [row.name for row in rows]
    return [
        row if names.count(row.name) == 1 else replace(row, name=f"{row.name} {number}")
        for number, row in enumerate(rows, 1)
    ]
