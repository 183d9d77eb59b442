"""The tables that ship with the plugin."""

from __future__ import annotations

from pathlib import Path

from ..options.bundled import TABLES, bundled, bundled_rows
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from .table import Table


def resource_table(relative_path: str) -> Table:
    """The bundled table ``relative_path`` (such as ``pools/henan.csv``), all values text.

    Raises:
        CarbonBalanceError: there is no such table.
    """
    path = TABLES / relative_path
    if not path.is_file():
        raise CarbonBalanceError(
            tr("There is no bundled table {table}; choose one of {known}.").format(
                table=relative_path, known=tr(", ").join(bundled(str(Path(relative_path).parent)))
            )
        )
    fields, *rows = bundled_rows(relative_path)
    return Table(tr('the bundled table "{name}"').format(name=relative_path), fields, rows)
