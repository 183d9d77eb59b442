"""The files of the bundled tables."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parents[2] / "resources" / "tables"


def bundled(folder: str) -> list[str]:
    """The names of the tables in ``folder``, sorted: ``pools`` -> ``["beibu_gulf", "henan"]``."""
    return list(_file_names(folder))


@cache
def _file_names(folder: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (TABLES / folder).glob("*.csv")))


def bundled_rows(relative_path: str) -> list[list[str]]:
    """The rows of the bundled table ``relative_path`` (such as ``pools/henan.csv``) as text, the header first."""
    with (TABLES / relative_path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
