"""Check that the names of zones agree with the direction of the index, as recorded in its column."""

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
    """The index in ``field`` and whether its large values mean surplus; ``None`` if unknown.

    It is known for columns of the plugin: the budget, the years of stock, and the index, which is named in the column
    ``index_name`` with the same suffix.
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
    """Log the names of the lowest and highest zones, and refuse a preset in the opposite order.

    Args:
        table: the zones.
        field: the classified column.
        preset: preset of the names.
        names: names of the zones, lowest values first.
        own_names: whether the user gave the names, so that the preset is not used.
        log: receives the note.

    Raises:
        CarbonBalanceError: the preset has the opposite order to the index.
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
