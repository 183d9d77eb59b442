"""The HTML report of a factor analysis: heat maps, geographical detector, variance inflation."""

from __future__ import annotations

import numpy as np

from ..runtime.i18n import tr
from ..statistics.correlation import PARTIAL, PEARSON, SPEARMAN
from ..text import html
from ..text.heat_map import heat_map
from .detectors import ecological_table, risk_table, tried_table
from .factor_study import FactorStudy


def factor_page_parts(study: FactorStudy) -> list[str]:
    """The sections of the report."""
    titles = {
        PEARSON: tr("Pearson's correlation"),
        SPEARMAN: tr("Spearman's rank correlation"),
        PARTIAL: tr("Partial correlation: each pair, all other variables held constant"),
    }
    marks = tr("Stars: p < 0.05, 0.01, 0.001 after Holm's correction over the pairs of a matrix; {rows} rows.").format(
        rows=study.matrices[0].rows
    )
    parts = [html.paragraph(marks)]
    for matrix in study.matrices:
        shown = np.where(np.eye(len(matrix.names), dtype=bool), np.nan, matrix.r)
        parts += [html.heading(titles[matrix.method]), heat_map(matrix.names, shown, matrix.p_holm)]
    if len(study.factors) > 1:
        parts += [html.heading(tr("Variance inflation factors")), html.table(study.inflation_table())]
    if study.powers:
        parts += [
            html.heading(tr("Geographical detector: q, the share of variance explained by the strata of a factor")),
            html.paragraph(
                tr("q depends on how factors are divided into strata; the column discretisation gives the rule.")
            ),
            html.table(study.factor_table()),
            html.heading(tr("Risk detector: whether the mean of the variable differs between strata (Welch's t)")),
            html.table(risk_table(study.values, study.strata)),
            html.heading(tr("Ecological detector: whether one factor explains more than another")),
            html.table(ecological_table(study.powers, study.rows)),
            html.heading(tr("Interaction: q of two factors together")),
            html.table(study.interaction_table()),
        ]
    if study.tried:
        parts += [html.heading(tr("Discretisations tried")), html.table(tried_table(study.tried, study.strata))]
    parts += [
        html.heading(tr("All pairs")),
        html.table(study.correlation_table()),
    ]
    return parts
