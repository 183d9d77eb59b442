"""Formatting of numbers for display."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import TypeGuard

MOST_DECIMALS = 10
NEGLIGIBLE = 1e-6  # A number below this share of the next larger one is shown as 0.


def number_text(number: float, digits: int) -> str:
    """A number with ``digits`` significant digits and thousands separated, without exponent unless it is extreme."""
    if number == 0:
        return "0"
    if not 1e-5 <= abs(number) < 1e15:
        return f"{number:.{digits}g}"
    decimals = max(digits - 1 - int(np.floor(np.log10(abs(number)))), 0)
    return f"{number:,.{decimals}f}".replace("-", "−")


def number_texts(numbers: Sequence[float], alike: float = 0.0) -> list[str]:
    """Numbers with the fewest significant digits, at least three, that keep different numbers distinct.

    A number that is negligible compared with all others is written as 0, unless 0 itself is among them.

    Args:
        numbers: such as the class limits of a legend.
        alike: neighbours that differ by at most this share of the larger may be equal in print.
    """
    written = np.asarray(numbers, float)
    sizes = np.unique(np.abs(written))
    if len(sizes) > 1 and sizes[0] < NEGLIGIBLE * sizes[1]:
        written = np.where(np.abs(written) == sizes[0], 0.0, written)
    different = np.unique(written)
    close = np.diff(different) <= alike * np.maximum(np.abs(different[1:]), np.abs(different[:-1]))
    needed = len(different) - int(close.sum())
    for digits in range(3, 16):
        texts = {number: number_text(number, digits) for number in different}
        if len(set(texts.values())) >= needed:
            break
    return [texts[float(number)] for number in written]


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is printed as a number."""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def format_column(values: Sequence[object], decimals: int | None = None) -> list[str]:
    """The values as text: whole numbers and text unchanged, other numbers with the decimals of the column."""
    numbers = [float(value) for value in values if is_number(value) and np.isfinite(float(value))]
    if decimals is None:
        decimals = decimals_of(numbers)
    return [_format_number(value, decimals) for value in values]


def decimals_of(numbers: Sequence[float]) -> int:
    """The number of decimals for a column: five significant digits of a typical number, no common trailing zeros."""
    known = np.abs([number for number in numbers if number])
    if not len(known) or (np.all(known == np.round(known)) and known.max() < 1e15):
        return 0
    most = int(min(max(4 - np.floor(np.log10(np.median(known))), 0), MOST_DECIMALS))
    # Numbers given as 1.43 are not printed as 1.43000.
    return next((each for each in range(most) if np.allclose(known, np.round(known, each), rtol=1e-11, atol=0)), most)


def _format_number(value: object, decimals: int) -> str:
    if value is None:
        return ""
    if not is_number(value):
        return str(value)
    number = float(value)
    if not np.isfinite(number):
        return ""
    if number and abs(number) < 0.5 * 10**-decimals:
        return number_text(number, 3)
    return f"{number:,.{decimals}f}".replace("-", "−")
