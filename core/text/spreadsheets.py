"""Texts as cells of a table that a spreadsheet may open."""

from __future__ import annotations

from ..tables.spelling.numerals import parse_number

SPREADSHEETS = (".csv", ".tsv", ".xlsx", ".ods")
# What a spreadsheet takes for the beginning of a formula, in letters of both widths, and blanks that it passes over.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> object:
    """A text that a spreadsheet would run as a formula with an apostrophe before it; anything else as it is.

    Numbers that are texts, such as -3.5, and a sign that stands alone (no value, in many tables) run nothing.
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA) or len(value.strip()) <= 1:
        return value
    try:
        parse_number(value)
    except ValueError:
        return f"'{value}"
    return value
