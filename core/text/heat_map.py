"""Matrices as HTML tables with cells coloured from blue (-1) through white (0) to orange (1)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

# Blue and orange can be distinguished with all common forms of colour blindness.
NEGATIVE_RGB, NEUTRAL_RGB, POSITIVE_RGB = (33, 102, 172), (255, 255, 255), (217, 95, 2)


def colour(value: float) -> str:
    """The colour of a value from -1 to 1, as CSS."""
    if not np.isfinite(value):
        return "#eeeeee"
    end = POSITIVE_RGB if value > 0 else NEGATIVE_RGB
    part = min(abs(value), 1.0)
    mixed = [round(white + (other - white) * part) for white, other in zip(NEUTRAL_RGB, end)]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def stars(p: float) -> str:
    """Significance stars: three for p < 0.001, two for p < 0.01, one for p < 0.05."""
    return "" if not np.isfinite(p) else "*" * sum(p < limit for limit in (0.05, 0.01, 0.001))


def heat_map(rows: Sequence[str], values: np.ndarray, p: np.ndarray, columns: Sequence[str] | None = None) -> str:
    """A matrix of values in -1..1 with significance stars, as HTML.

    Args:
        rows: names of the rows (r,).
        values: (r, c), NaN for none.
        p: (r, c), NaN for none.
        columns: names of the columns (c,), by default those of the rows.
    """
    columns = rows if columns is None else columns
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = []
    for name, row_values, row_p in zip(rows, values.tolist(), p.tolist()):
        cells = "".join(_heat_cell(*pair) for pair in zip(row_values, row_p))
        body.append(f"<tr><th>{escape(name)}</th>{cells}</tr>")
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _heat_cell(value: float, p: float) -> str:
    ink = "#fff" if np.isfinite(value) and abs(value) > 0.7 else "#222"
    text = f"{value:.2f}{stars(p)}" if np.isfinite(value) else ""
    return f'<td class="n" style="background:{colour(value)};color:{ink}">{text}</td>'
