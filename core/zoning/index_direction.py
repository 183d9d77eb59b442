"""The direction of an index, as recorded in its column, checked against the names that its zones would get."""

from __future__ import annotations

from collections.abc import Sequence

from ..balance.indices import INDICES
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.table import Table
from ..text.vocabulary import base_of, shown
from .zone_names import SURPLUS_FIRST, SURPLUS_LAST


def surplus_above(table: Table, field: str) -> tuple[str, bool] | None:
    """What ``field`` holds and whether its large values mean surplus; ``None`` where the table does not tell.

    Known are the plugin's own columns: the budget, the years a stock lasts, and the index, which its column
    ``index_name`` (of the same suffix) calls by name.
    """
    base = base_of(field)
    if base in (columns.BUDGET_T_KM2, columns.STOCK_YEARS):
        return base, True
    if base != columns.RATIO:
        return None
    naming = columns.INDEX_NAME + field[len(base) :]
    named = {name for name in table.texts(naming) if name} if naming in table.fields else set()
    if len(named) != 1 or not named <= set(INDICES):
        return None
    (name,) = named
    return name, INDICES[name].surplus_above


def check_index_direction(
    table: Table, field: str, preset: str, names: Sequence[str], own_names: bool, log: Log
) -> None:
    """Say what the lowest and highest zones are called, and refuse a preset that calls them the wrong way round.

    Args:
        table: the zones.
        field: the column that is put into classes.
        preset: of the names.
        names: the zones' names, lowest values first.
        own_names: the user gave them, so the preset does not count.
        log: receives the warning.

    Raises:
        CarbonBalanceError: large values mean surplus and the preset begins with it, or the other way round.
    """
    if not own_names and preset in (SURPLUS_FIRST, SURPLUS_LAST):
        known = surplus_above(table, field)
        if known is not None and known[1] != (preset == SURPLUS_LAST):
            name, above = known
            fitting = SURPLUS_LAST if above else SURPLUS_FIRST
            pattern = (
                tr("{field} contains {index}, whose large values mean surplus, but {preset} calls them deficit: ")
                if above
                else tr("{field} contains {index}, whose large values mean deficit, but {preset} calls them surplus: ")
            )
            raise CarbonBalanceError(
                pattern.format(field=field, index=shown(columns.INDEX_NAME, name), preset=preset)
                + tr("set PRESET = {preset}, or give your own NAMES.").format(preset=fitting)
            )
    if len(names) > 1:
        log.info(
            tr("The lowest values of {field} are called {first}, the highest {last}.").format(
                field=field, first=shown(columns.ZONE, names[0]), last=shown(columns.ZONE, names[-1])
            )
        )
