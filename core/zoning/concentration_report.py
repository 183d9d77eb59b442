"""The page of a study of concentration: Lorenz curves, Moran's I, clusters."""

from __future__ import annotations

from collections import Counter

from ..runtime.i18n import tr
from ..tables import columns
from ..text import html
from ..text.lorenz_chart import DrawnCurve, lorenz_chart
from ..text.vocabulary import shown
from .concentration_study import ConcentrationStudy

# Okabe and Ito's colours, which stay apart for every common kind of colour blindness.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")


def _lorenz_chart(study: ConcentrationStudy) -> str:
    drawn = [
        DrawnCurve(
            f"{shown(columns.BASE, base)}: {curve.gini:.3f}",
            curve.base_share,
            curve.amount_share,
            COLOURS[at % len(COLOURS)],
        )
        for at, (base, curve) in enumerate(study.curves.items())
    ]
    return lorenz_chart(drawn, tr("Cumulative share of the base"), tr("Cumulative share of emissions"))


def concentration_page_parts(study: ConcentrationStudy) -> list[str]:
    """The parts of the report."""
    parts = [
        html.heading(tr("Lorenz curves of emissions relative to each base (Gini coefficient next to the name)")),
        _lorenz_chart(study),
        html.heading(tr("Statistics")),
        html.paragraph(_how(study)),
        html.table(study.summary_table()),
    ]
    for title, local in (
        (tr("Emission clusters (local Moran's I)"), study.local),
        (tr("Supply and the emissions of neighbours (bivariate local Moran's I)"), study.bivariate_local),
    ):
        if local is not None:
            counted = sorted(Counter(label for label in local.label if label).items())
            labels, counts = ([pair[at] for pair in counted] for at in range(2))
            table = {columns.LISA_CLASS: labels, columns.COUNT: counts}
            parts += [html.heading(title), html.table(table)]
    return parts


def _how(study: ConcentrationStudy) -> str:
    settings, counts = study.settings, study.neighbour_counts
    return tr(
        "Neighbours by {rule}, {mean:.1f} on average. {count} permutations, seed {seed}; p is one-sided, towards the "
        "nearer tail: (1 + number of permutations at least as extreme) / (1 + permutations). Zones with p up to "
        "{alpha:g} are classified."
    ).format(
        rule=settings.neighbours,
        mean=float(counts.mean()),
        count=settings.permutations,
        seed=settings.seed,
        alpha=settings.alpha,
    )
