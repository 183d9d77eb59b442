"""The HTML report of a concentration analysis: Lorenz curves, Moran's I, clusters."""

from __future__ import annotations

from collections import Counter

from ..runtime.i18n import tr
from ..tables import columns
from ..tables.names import space_columns
from ..text import html
from ..text.lorenz_chart import DrawnCurve, lorenz_chart
from ..text.vocabulary import shown
from .concentration_study import ConcentrationStudy
from .group_study import GroupStudy

# The colours of Okabe and Ito, which can be distinguished with all common forms of colour blindness.
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


def concentration_page_parts(study: ConcentrationStudy, grouped: GroupStudy | None = None) -> list[str]:
    """The sections of the report, including groups if there are any."""
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
    return [*parts, *_spots(study), *([] if grouped is None else _groups(grouped))]


def _spots(study: ConcentrationStudy) -> list[str]:
    hot, cold = study.spot_counts()
    level = (
        tr(
            "p up to {threshold:.3g}, so that at most a share of {alpha:g} of them is expected by chance "
            "(false-discovery rate)"
        )
        if study.settings.corrected
        else tr("p up to {threshold:.3g}, without correction for many tests")
    ).format(threshold=study.spots.threshold, alpha=study.settings.alpha)
    sentence = tr("{hot} zone(s) are hot spots and {cold} cold spots of emissions by Gi* ({level}).").format(
        hot=hot, cold=cold, level=level
    )
    tables = []
    for (_, _, name), spots in ((space_columns.GI_STAR, study.spots), (space_columns.GI, study.spots_without_self)):
        counted = sorted(Counter(spots.label).items())
        tables.append(html.table({name: [pair[0] for pair in counted], columns.COUNT: [pair[1] for pair in counted]}))
    return [html.heading(tr("Hot and cold spots (Getis and Ord)")), html.paragraph(sentence), *tables]


def _groups(grouped: GroupStudy) -> list[str]:
    parts = [html.heading(tr("Inequality between and within groups"))]
    parts += [html.paragraph(sentence) for sentence in grouped.sentences()]
    return [*parts, html.table(grouped.table())]


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
