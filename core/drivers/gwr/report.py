"""Tables and HTML report of fitted models."""

from __future__ import annotations

import numpy as np

from ...runtime.i18n import sentence_gap, tr
from ...tables import columns
from ...text import html
from ...text.heat_map import heat_map
from .analysis import Analysis, GwrSettings
from .models import Models
from .multiscale.backfitting import CONVERGED

QUARTILES = {columns.MIN: 0, columns.Q25: 25, columns.MEDIAN: 50, columns.Q75: 75, columns.MAX: 100}


def model_table(models: Models) -> dict[str, list[object]]:
    """Table with one row per model."""
    table: dict[str, list[object]] = {}
    for each in models.analyses:
        figures, ols = each.figures, each.ols
        row = {
            columns.DEPENDENT: each.dependent,
            columns.EXPLANATORY: ", ".join(each.terms[1:]),
            columns.ROWS: len(each.predicted),
            columns.BANDWIDTH: float(each.bandwidth),
            columns.BANDWIDTHS: _listed_bandwidths(each),
            columns.AICC: figures.aicc,
            columns.R2: figures.r2,
            columns.ADJUSTED_R2: figures.adjusted_r2,
            columns.EFFECTIVE_PARAMETERS: figures.effective_parameters,
            columns.SIGMA2: figures.sigma2,
            columns.CV: figures.cv,
            columns.ALPHA_ADJUSTED: figures.alpha_adjusted,
            columns.CRITICAL_T: figures.critical_t,
            columns.OLS_AICC: ols.aicc,
            columns.OLS_R2: ols.r2,
            columns.OLS_ADJUSTED_R2: ols.adjusted_r2,
        }
        for name, value in row.items():
            is_number = not isinstance(value, float) or np.isfinite(value)
            table.setdefault(name, []).append(value if is_number else float("nan"))
    return table


def local_coefficient_table(models: Models) -> dict[str, list[object]]:
    """Table with one row per model and term: distribution of local coefficients, and the global one."""
    table: dict[str, list[object]] = {}
    for each in models.analyses:
        local, ols, share = each.local.coefficients, each.ols, each.significant_share()
        for at, term in enumerate(each.terms):
            values = local[:, at]
            row = {
                columns.DEPENDENT: each.dependent,
                columns.EXPLANATORY: ", ".join(each.terms[1:]),
                columns.TERM: term,
                columns.BANDWIDTH: float(each.bandwidth_of_terms()[at]),
                columns.EFFECTIVE_PARAMETERS: float(each.parameters_of_terms()[at]),
                columns.CRITICAL_T: float(each.critical_t_of_terms()[at]),
                columns.MEAN: float(values.mean()),
                columns.STD: float(values.std()),
                **dict(zip(QUARTILES, np.percentile(values, list(QUARTILES.values())).tolist())),
                columns.SIGNIFICANT_SHARE: float(share[at]),
                columns.VARIABILITY_P: float(each.variability[at]),
                columns.GLOBAL: float(ols.coefficients[at]),
                columns.GLOBAL_SE: float(ols.standard_errors[at]),
                columns.GLOBAL_T: float(ols.t_values[at]),
                columns.GLOBAL_P: float(ols.p_values[at]),
            }
            for name, value in row.items():
                table.setdefault(name, []).append(value)
    return table


def headline(analysis: Analysis, settings: GwrSettings, is_geographic: bool) -> str:
    """A summary sentence on a model, for the log."""
    unit = _bandwidth_unit(settings, is_geographic)
    if analysis.multiscale is not None:
        return tr(
            "{dependent} on {explanatory}, multiscale: bandwidths {bandwidths} ({unit}), AICc {aicc:.4f} (one "
            "bandwidth {single:.4f}, global {ols:.4f}), R2 {r2:.4f} (global {ols_r2:.4f}), {parameters:.2f} effective "
            "parameters."
        ).format(
            dependent=analysis.dependent,
            explanatory=tr(", ").join(analysis.terms[1:]),
            bandwidths=_listed_bandwidths(analysis),
            unit=unit,
            aicc=analysis.figures.aicc,
            single=analysis.multiscale.single_aicc,
            ols=analysis.ols.aicc,
            r2=analysis.figures.r2,
            ols_r2=analysis.ols.r2,
            parameters=analysis.figures.effective_parameters,
        )
    bandwidth = _with_unit(analysis.bandwidth, settings, is_geographic)
    return tr(
        "{dependent} on {explanatory}: bandwidth {bandwidth}, AICc {aicc:.4f} (global {ols:.4f}), R2 {r2:.4f} (global "
        "{ols_r2:.4f}), {parameters:.2f} effective parameters."
    ).format(
        dependent=analysis.dependent,
        explanatory=tr(", ").join(analysis.terms[1:]),
        bandwidth=bandwidth,
        aicc=analysis.figures.aicc,
        ols=analysis.ols.aicc,
        r2=analysis.figures.r2,
        ols_r2=analysis.ols.r2,
        parameters=analysis.figures.effective_parameters,
    )


def _with_unit(bandwidth: float, settings: GwrSettings, is_geographic: bool) -> str:
    if settings.kernel.adaptive:
        return tr("{count:g} neighbours").format(count=bandwidth)
    if is_geographic:
        return tr("{distance:.6g} m").format(distance=bandwidth)
    return tr("{distance:.6g} units of the CRS").format(distance=bandwidth)


def _bandwidth_unit(settings: GwrSettings, is_geographic: bool) -> str:
    if settings.kernel.adaptive:
        return tr("number of neighbours")
    return tr("m") if is_geographic else tr("units of the CRS")


def _listed_bandwidths(analysis: Analysis) -> str:
    """Each term with its bandwidth, as text; empty with a single bandwidth."""
    if analysis.multiscale is None:
        return ""
    return ", ".join(f"{term} {value:.6g}" for term, value in zip(analysis.terms, analysis.multiscale.bandwidths))


def gwr_page_parts(models: Models, settings: GwrSettings) -> list[str]:
    """The sections of the report."""
    kernel = settings.kernel
    means = tr("number of neighbours") if kernel.adaptive else tr("distance")
    how = tr(
        "Kernel {shape}; the bandwidth is a {means}. Coefficients {units}. Error variance RSS / (n - tr S)."
    ).format(
        shape=kernel.shape,
        means=means,
        units=tr("in standard deviations") if settings.standardises else tr("in the units of the fields"),
    )
    lines = [html.paragraph(headline(each, settings, models.is_geographic)) for each in models.analyses]
    if settings.multiscale:
        how += sentence_gap() + tr(
            "Multiscale: each term has its own bandwidth, found by back-fitting (Fotheringham, Yang and Kang 2017). A "
            "small bandwidth means that the effect varies over short distances; one close to all features means that "
            "it is the same everywhere."
        )
    parts = [*lines, html.paragraph(how), html.heading(tr("Models")), html.table(model_table(models))]
    parts += _r2_matrix(models)
    parts += [
        html.heading(tr("Local coefficients and the global regression")),
        html.paragraph(
            tr(
                "significant_share: share of features where |t| exceeds the critical t, which is adjusted for multiple "
                "testing. variability_p: Monte Carlo test; small if a coefficient varies over space more than by "
                "chance (at the same bandwidth)."
            )
        ),
        html.table(local_coefficient_table(models)),
    ]
    for each in models.analyses:
        parts += _back_fitting(each)
        if each.search is not None:
            tried = sorted(each.search.tried.items())
            parts += [
                html.heading(tr("Bandwidth search: {dependent}").format(dependent=each.dependent)),
                html.table(
                    {
                        columns.BANDWIDTH: [float(bandwidth) for bandwidth, _ in tried],
                        settings.criterion: [score if np.isfinite(score) else None for _, score in tried],
                    }
                ),
            ]
    return parts


def _back_fitting(analysis: Analysis) -> list[str]:
    """The iterations of a multiscale regression."""
    found = analysis.multiscale
    if found is None:
        return []
    return [
        html.heading(tr("Back-fitting: {dependent}").format(dependent=analysis.dependent)),
        html.paragraph(
            tr(
                "The bandwidth of each term in each iteration. The search begins with the best single bandwidth, "
                "{bandwidth:g}, and ends when the score of change is below {limit:g}."
            ).format(bandwidth=found.single.bandwidth, limit=CONVERGED)
        ),
        html.table(
            {
                columns.ITERATION: list(range(1, len(found.changes) + 1)),
                **{term: found.history[:, at].tolist() for at, term in enumerate(analysis.terms)},
                tr("Score of change"): found.changes.tolist(),
            }
        ),
    ]


def _r2_matrix(models: Models) -> list[str]:
    """R2 of each pair of driver and dependent, if the models are such pairs."""
    if len(models.analyses) < 2 or any(len(each.terms) != 2 for each in models.analyses):
        return []
    drivers = list(dict.fromkeys(each.terms[1] for each in models.analyses))
    dependents = list(dict.fromkeys(each.dependent for each in models.analyses))
    r2 = np.full((len(drivers), len(dependents)), np.nan)
    for each in models.analyses:
        r2[drivers.index(each.terms[1]), dependents.index(each.dependent)] = each.figures.r2
    title = html.heading(tr("R2 of each driver (rows) for each dependent (columns)"))
    return [title, heat_map(drivers, r2, np.full(r2.shape, np.nan), dependents)]
