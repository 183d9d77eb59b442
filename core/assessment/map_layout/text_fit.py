"""Fitting of text into a box by line breaks and smaller font sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

ELLIPSIS = "…"
NOT_FIRST = "，。、；：！？）》」』】”’％"
TextMeasure = Callable[[str], float]


def broken(text: str, width: float, measure: TextMeasure) -> list[str]:
    """``text`` in lines no wider than ``width``, broken at words, Chinese characters, or within long words.

    Args:
        text: any text; its line breaks are kept.
        width: in the unit of ``measure``.
        measure: returns the width of a text in one line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if measure((line + piece).rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.strip())
            line = piece.lstrip()
            while measure(line.rstrip()) > width and len(line) > 1:
                cut = next((n for n in range(len(line) - 1, 1, -1) if measure(line[:n]) <= width), 1)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.strip())
    return lines


def _pieces(text: str) -> list[str]:
    """Words with the blank behind them; each Chinese letter alone, with the signs that may not begin a line."""
    pieces: list[str] = []
    word = ""
    for letter in text:
        if letter in NOT_FIRST and (word or pieces):
            if word:
                word += letter
            else:
                pieces[-1] += letter
        elif ord(letter) > 0x2E7F:
            pieces += [word, letter] if word else [letter]
            word = ""
        else:
            word += letter
            if letter == " ":
                pieces.append(word)
                word = ""
    return [*pieces, word] if word else pieces


def _width_at(measure: Callable[[str, float], float], size: float, part: str) -> float:
    return measure(part, size)


def fitted(
    text: str,
    width: float,
    height: float,
    sizes: Sequence[float],
    measure: Callable[[str, float], float],
    leading: float,
) -> tuple[float, list[str]]:
    """The largest of ``sizes`` at which ``text`` fits the box, and its lines; truncated if none fits.

    Args:
        text: any text.
        width, height: size of the box.
        sizes: font sizes, descending.
        measure: returns the width of a text at a size, in the unit of ``width``.
        leading: line height at size 1, in the unit of ``height``.
    """
    for size in sizes:
        lines = broken(text, width, partial(_width_at, measure, size))
        if len(lines) * leading * size <= height:
            return size, lines
    most = max(int(height / (leading * sizes[-1])), 1)
    kept = lines[:most]
    last = kept[-1]
    while last and measure(last + ELLIPSIS, sizes[-1]) > width:
        last = last[:-1]
    return sizes[-1], [*kept[:-1], last + ELLIPSIS]
