"""Texts as cells of a table that a spreadsheet may open."""

from __future__ import annotations

import re

SPREADSHEETS = (".csv", ".tsv", ".xlsx", ".ods")
# What a spreadsheet takes for the beginning of a formula, in letters of both widths, and blanks that it passes over.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Texts that no spreadsheet executes: numbers in any notation, and signs for no value.
_HARMLESS = re.compile(r"\s*[+-]?[\d.,\s]*\d[\d.,\s]*([eE][+-]?\d+)?\s*[%‰]?\s*|[+-]+")
_LONGEST_NUMBER = 60


def safe_cell(value: object) -> object:
    """A text that a spreadsheet would run as a formula with an apostrophe before it; anything else as it is.

    Numbers that are texts, such as -3.5, and a sign that stands alone (no value, in many tables) run nothing.
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA) or len(value.strip()) <= 1:
        return value
    harmless = len(value) <= _LONGEST_NUMBER and _HARMLESS.fullmatch(value)
    return value if harmless else f"'{value}"
