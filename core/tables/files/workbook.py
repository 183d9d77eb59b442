"""Sheets of workbooks (XLSX, XLS, ODS) as rows of cells, at their positions in the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from osgeo import gdal

from ...runtime.errors import CarbonBalanceError, reason_of
from ...runtime.i18n import tr

BOOK_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods"}
# Makes GDAL's spreadsheet drivers keep the first row as a row.
_NO_HEADER = {f"OGR_{kind}_HEADERS": "DISABLE" for kind in ("XLSX", "XLS", "ODS")}
_DECIMAL = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")


class Sheet(NamedTuple):
    """A sheet: its rows including blank ones, its name, and the names of the other sheets."""

    rows: list[list[object]]
    name: str
    others: list[str]


@contextmanager
def _keeping_first_rows() -> Iterator[None]:
    before = {key: gdal.GetThreadLocalConfigOption(key) for key in _NO_HEADER}
    for key, value in _NO_HEADER.items():
        gdal.SetThreadLocalConfigOption(key, value)
    try:
        yield
    finally:
        for key, value in before.items():
            gdal.SetThreadLocalConfigOption(key, value)


def read_sheet(path: Path, sheet: str, title: str) -> Sheet:
    """The sheet called ``sheet``, or the first one with rows.

    Numbers with decimals are returned as numbers, everything else as text, and empty cells as ``None``.

    Raises:
        CarbonBalanceError: the file cannot be opened, or has no such sheet or no rows.
    """
    with _keeping_first_rows():
        try:
            dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY)
        except RuntimeError as error:
            dataset, reason = None, reason_of(error)
        else:
            reason = ""
        if dataset is None:
            raise CarbonBalanceError(
                tr("{input}: {file} exists, but cannot be read as a workbook{reason}; save it again as XLSX.").format(
                    input=title, file=path.name, reason=f" ({reason})" if reason else ""
                )
            )
        names = [dataset.GetLayer(at).GetName() for at in range(dataset.GetLayerCount())]
        if sheet and sheet not in names:
            raise CarbonBalanceError(
                tr("{input}: {file} has no sheet {sheet}; its sheets are: {sheets}.").format(
                    input=title, file=path.name, sheet=sheet, sheets=tr(", ").join(names)
                )
            )
        for name in [sheet] if sheet else names:
            rows = _rows(dataset.GetLayerByName(name))
            if any(cell is not None for row in rows for cell in row):
                return Sheet(rows, name, [other for other in names if other != name])
    raise CarbonBalanceError(tr("{table} has no rows.").format(table=f'{title} "{path.name}"'))


def sheet_at(path: Path, number: int) -> str:
    """The name of a sheet by its number from 0, "" if there is none."""
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY)
    except RuntimeError:
        return ""
    found = None if dataset is None or number >= dataset.GetLayerCount() else dataset.GetLayer(number).GetName()
    return found or ""


def _rows(layer) -> list[list[object]]:
    """All rows of a sheet; the row number in the sheet is the position in the list, from 1."""
    rows: list[list[object]] = []
    width = layer.GetLayerDefn().GetFieldCount()
    for feature in layer:
        # GDAL omits blank rows at the top of a sheet, but counts them in its feature ids.
        while len(rows) + 1 < feature.GetFID():
            rows.append([None] * width)
        rows.append([_cell(feature, at) for at in range(width)])
    return rows


def _cell(feature, at: int) -> object:
    if not feature.IsFieldSetAndNotNull(at):
        return None
    text = feature.GetFieldAsString(at)
    return float(text) if _DECIMAL.fullmatch(text) else text
