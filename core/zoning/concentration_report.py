"""The page of a study of concentration: Lorenz curves, Moran's I, clusters."""

from __future__ import annotations

from collections import Counter
from html import escape

from ..runtime.i18n import tr
from ..tables import columns
from ..text import html
from ..text.vocabulary import shown
from .concentration_study import ConcentrationStudy

# Okabe and Ito's colours, which stay apart for every common kind of colour blindness.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")
CURVE_SIDE = 320


def lorenz_curves(study: ConcentrationStudy) -> str:
    """The Lorenz curves as a picture of SVG."""
    lines, keys = [], []
    for at, (base, curve) in enumerate(study.curves.items()):
        points = " ".join(
            f"{CURVE_SIDE * x:.1f},{CURVE_SIDE * (1 - y):.1f}" for x, y in zip(curve.base_share, curve.amount_share)
        )
        colour = COLOURS[at % len(COLOURS)]
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        keys.append(
            f'<text x="{CURVE_SIDE + 10}" y="{20 + 18 * at}" fill="{colour}" font-size="13">'
            f"{escape(shown(columns.BASE, base))}: {curve.gini:.3f}</text>"
        )
    return (
        f'<svg width="{CURVE_SIDE + 170}" height="{CURVE_SIDE + 4}" '
        f'viewBox="-2 -2 {CURVE_SIDE + 170} {CURVE_SIDE + 4}" role="img">'
        f'<rect width="{CURVE_SIDE}" height="{CURVE_SIDE}" fill="none" stroke="#999"/>'
        f'<line x1="0" y1="{CURVE_SIDE}" x2="{CURVE_SIDE}" y2="0" stroke="#999" stroke-dasharray="4"/>'
        f"{''.join(lines)}{''.join(keys)}</svg>"
    )


def concentration_page_parts(study: ConcentrationStudy) -> list[str]:
    """The parts of the report."""
    parts = [
        html.heading(tr("Lorenz curves of the emissions against each base (Gini coefficient beside the name)")),
        lorenz_curves(study),
        html.heading(tr("Figures")),
        html.paragraph(_how(study)),
        html.table(study.summary_table()),
    ]
    for title, local in (
        (tr("Clusters of emissions (local Moran's I)"), study.local),
        (tr("Supply against the neighbours' emissions (bivariate local Moran's I)"), study.bivariate_local),
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
        "Neighbours by {rule}, {mean:.1f} on average. {count} permutations, seed {seed}; p is one-sided towards the "
        "nearer tail: (1 + permutations as extreme) / (1 + permutations). Classes up to p = {alpha:g}."
    ).format(
        rule=settings.neighbours,
        mean=float(counts.mean()),
        count=settings.permutations,
        seed=settings.seed,
        alpha=settings.alpha,
    )
