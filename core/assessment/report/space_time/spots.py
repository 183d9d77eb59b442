"""Pictures of where emissions cluster and of how much inequality lies between groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ....runtime.i18n import tr
from ....statistics.spatial.hot_spots import COLD, HOT, NO_SPOT
from ....symbology.legends import Category, Legend
from ....tables.names import space_columns
from ....text.headings import title_of
from ....text.pictures.figure import figure
from ....text.pictures.stacked_bars import stacked_bars
from ....text.vocabulary import shown
from ..data import ReportData
from ..inequality import inequality_between
from ..maps import MapOutlines, map_figure

_SPOT_COLOURS = {HOT: "#d55e00", COLD: "#0072b2", NO_SPOT: "#f2f2f2"}
_BETWEEN_COLOURS = ("#0072b2", "#e69f00")


def spot_map(data: ReportData, outlines: MapOutlines | None) -> str:
    """The zones by whether they are hot or cold spots; "" where none is, or without outlines."""
    if outlines is None or not data.spots or not {HOT, COLD} & set(data.spots):
        return ""
    column = space_columns.GI_STAR_CLASS
    present = [name for name in _SPOT_COLOURS if name in data.spots]
    legend = Legend(
        column,
        title_of(column),
        categories=tuple(Category(name, shown(column, name), _SPOT_COLOURS[name]) for name in present),
        no_value="" if set(data.spots) <= set(present) else tr("no value"),
    )
    texts = [shown(column, spot) or tr("no value") for spot in data.spots]
    return f"<div class=maps>{map_figure(outlines, legend, data.spots, data.names, texts)}</div>"


def between_figure(data: ReportData) -> str:
    """How the inequality of each amount over land divides into between and within groups; "" without groups."""
    found = inequality_between(data)
    if not found:
        return ""
    shares = np.array([[theil.between, theil.within] for _, theil, _ in found])
    whole = shares.sum(axis=1, keepdims=True)
    texts: Sequence[Sequence[str]] = [[f"{100 * share:.1f} %" for share in row] for row in shares / whole]
    names = [tr("between the larger units"), tr("within the larger units")]
    drawing = stacked_bars([amount.title for amount, _, _ in found], names, shares, _BETWEEN_COLOURS, texts)
    caption = tr("Inequality relative to area (Theil T), between and within larger units")
    return figure(caption, drawing)
