"""Sections of an HTML page on land-use change: sentences, a chart, tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.i18n import tr
from ...tables import columns
from ...text import html
from ...text.sankey import changed_flows, sankey
from ...text.vocabulary import shown
from .intensity import IntervalChange, class_changes, intensity_sentences, intensity_table


def change_parts(whole: IntervalChange, intervals: Sequence[IntervalChange]) -> list[str]:
    """The sections of the page: what changed, how intensively, and by class."""
    parts = [html.heading(tr("Transitions between classes, ha")), flow_picture(whole.names, whole.area_ha)]
    parts += [html.heading(tr("Change by class")), html.table(class_changes(whole))]
    parts.append(html.heading(tr("Intensity of change")))
    parts += [html.paragraph(sentence) for sentence in intensity_sentences(intervals)]
    return [*parts, html.table(intensity_table(intervals))]


def flow_picture(names: Sequence[str], area_ha: np.ndarray, carbon_t: np.ndarray | None = None) -> str:
    """Sankey chart of transitions in ha, or of carbon changes in t C; a sentence if nothing changed."""
    titles = [shown(columns.FROM_NAME, name) for name in names]
    drawn = sankey(changed_flows(area_ha, carbon_t), titles, "ha" if carbon_t is None else "t C")
    return drawn or html.paragraph(tr("No land changed its class."))
