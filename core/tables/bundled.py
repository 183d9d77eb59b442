"""The tables that ship with the plugin."""

from __future__ import annotations

import csv
from pathlib import Path

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from .table import Table

TABLES = Path(__file__).parents[2] / "resources" / "tables"


def resource_table(relative_path: str) -> Table:
    """The bundled table ``relative_path`` (such as ``pools/henan.csv``), all values text.

    Raises:
        CarbonBalanceError: there is no such table.
    """
    path = TABLES / relative_path
    if not path.is_file():
        raise CarbonBalanceError(
            tr("There is no bundled table {table}; choose one of {known}.").format(
                table=relative_path, known=", ".join(bundled(str(Path(relative_path).parent)))
            )
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        fields, *rows = csv.reader(file)
    return Table(tr('the bundled table "{name}"').format(name=relative_path), fields, list(rows))


def bundled(folder: str) -> list[str]:
    """The names of the tables in ``folder``, sorted: ``pools`` -> ``["beibu_gulf", "henan"]``."""
    return sorted(path.stem for path in (TABLES / folder).glob("*.csv"))
