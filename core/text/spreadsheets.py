"""Protection of text cells in tables that may be opened with a spreadsheet program."""

from __future__ import annotations

import re

SPREADSHEETS = (".csv", ".tsv", ".xlsx", ".ods")
# The beginning of a formula for spreadsheets, in half- and full-width characters, after blanks that they ignore.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Texts that no spreadsheet executes: numbers in any notation, and signs for missing values.
_HARMLESS = re.compile(r"\s*[+-]?[\d.,\s]*\d[\d.,\s]*([eE][+-]?\d+)?\s*[%‰]?\s*|[+-]+")
_LONGEST_NUMBER = 60


def safe_cell(value: object) -> object:
    """Prefix a text that a spreadsheet would execute as a formula with an apostrophe; return anything else unchanged.

    Numbers stored as text, such as -3.5, and single signs (for missing values in many tables) are harmless.
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA) or len(value.strip()) <= 1:
        return value
    harmless = len(value) <= _LONGEST_NUMBER and _HARMLESS.fullmatch(value)
    return value if harmless else f"'{value}"
