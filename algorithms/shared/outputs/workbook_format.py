"""Formatting of workbooks with openpyxl if available; otherwise sheets are unformatted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

WIDEST = 48


def format_workbook(path: Path) -> bool:
    """Format all sheets of an ``.xlsx``: bold frozen headers, filters, number formats and widths.

    Returns:
        whether openpyxl is available.
    """
    try:
        import openpyxl
        from openpyxl.styles import Alignment, Font
    except ImportError:
        return False
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = sheet.dimensions
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for column in sheet.iter_cols(min_row=2):
            numbers = [cell.value for cell in column if isinstance(cell.value, (int, float))]
            number_format = _number_format(numbers)
            for cell in column:
                if isinstance(cell.value, (int, float)):
                    cell.number_format = number_format
        for column in sheet.columns:
            longest = max(len(str(cell.value or "")) for cell in column[1:]) if len(column) > 1 else 0
            sheet.column_dimensions[column[0].column_letter].width = min(max(longest, 10) + 2, WIDEST)
    book.save(path)
    return True


def _number_format(numbers: list[float]) -> str:
    """Integers and large numbers with thousands separators, others with four significant digits."""
    known = np.abs([number for number in numbers if number])
    if not len(known) or (known == np.round(known)).all() or np.median(known) >= 1e4:
        return "#,##0"
    decimals = int(np.clip(3 - np.floor(np.log10(np.median(known))), 0, 10))
    return "#,##0." + "0" * decimals if decimals else "#,##0"
