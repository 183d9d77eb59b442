"""Assembly of the report from its sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from ...balance.coefficients import GAP_TOLERANCE, gap_sentence, identity_gap
from ...runtime.errors import listed, present
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...symbology.legends import Legend
from ...tables import columns
from ...tables.table import Table
from ...text.html import joined
from ...text.numbers import format_column
from ...text.pictures.figure import figure
from ...text.vocabulary import shown
from ..provenance.chain import chain_html
from .charts import MOST_BARS, bar_chart, has_matplotlib, inequality_chart, scatter_chart
from .data import Extras, ReportData
from .inequality import inequality_sentences
from .maps import MapOutlines, definitions, label_key, map_figure, outlines_of
from .matrix import flow_figures, matrix_html
from .methods import methods_html, sources_table
from .overview.advice import advice_html
from .overview.agreement import contradiction
from .overview.balance_chart import balance_chart, balance_sentence, can_be_drawn
from .overview.centres import centre_section
from .overview.document import document
from .overview.expansion_picture import expansion_picture
from .overview.headline import headline_html
from .overview.ranking import ranking_table
from .plan.identities import warn_of_land_outside
from .plan.plan_data import ReportPlan, species_of
from .plan.section import plan_section
from .report_table import ReportTable
from .sentences import key_sentences
from .space_time.sections import given_tables, space_time_sections
from .space_time.spots import between_figure, spot_map
from .tables import (
    MOST_MEMBERS,
    class_limits_table,
    class_totals,
    county_table,
    eec_sec_table,
    land_class_table,
    plain_table,
    zone_table,
)


def build_report(
    title: str,
    data: ReportData,
    legends: Mapping[str, Legend],
    shapes: Sequence[bytes | None],
    extras: Extras,
    log: Log,
    *,
    plan: ReportPlan | None = None,
) -> tuple[str, list[ReportTable]]:
    """The HTML page, and its tables for a workbook.

    Args:
        title: title of the report.
        data: the zones.
        legends: legends of the maps by role ("supply", "demand", "ratio", "zone").
        shapes: WKB of the zones in a metric equal-area CRS, or ``None`` (zones,).
        extras: optional inputs.
        log: progress and warnings.
        plan: payments, flows and land plan, if known.

    Raises:
        CarbonBalanceError: a table does not have the expected content.
    """
    tables: list[ReportTable] = []
    if data.is_empty():
        log.warn(
            tr(
                "The report has no results: the zones have none of the columns that the tools write (carbon_t, "
                "emission_t, ratio, zone, eec and so on); choose the zones that the tools produced, or the columns of "
                "supply and demand."
            )
        )
    charts = has_matplotlib()
    if not charts:
        sentence = tr("matplotlib is not installed: the report has tables and maps, but no charts.")
        log.warn(sentence)
    body = [headline_html(data), *_contradictions(data, extras, log)]
    body.append(f'<p class="key">{escape(joined(key_sentences(data)))}</p>')
    if not charts:
        body.append(f'<p class="warn">{escape(sentence)}</p>')
    body += _plan(data, extras, tables)
    outlines = outlines_of(shapes)
    body += _maps(data, legends, outlines, log)
    if plan is not None:
        warn_of_land_outside(data, plan, log)
        parts, made = plan_section(data, plan, species_of(extras.steps), outlines)
        body += parts
        tables += made
    log.progress(0.5)
    log.check()
    body += _supply(data, extras, tables, charts)
    body += _counties(data, tables)
    body += _balance_section(data, tables, charts)
    body += _coefficients(data, tables, charts)
    body += [*_concentration(data, outlines), *centre_section(data, shapes), *space_time_sections(extras)]
    for each, heading in given_tables(extras):
        tables.append(plain_table(each, heading))
        body.append(tables[-1].html())
    log.progress(0.8)
    for table, heading in (
        (extras.uncertainty, tr("Uncertainty")),
        (extras.regression, tr("Geographically weighted regression")),
        (extras.expansion, tr("Drivers of land-use change")),
    ):
        if table is not None:
            body.append(f"<h2>{escape(heading)}</h2>")
            if table is extras.expansion:
                body.append(expansion_picture(table, extras.responses))
            tables.append(plain_table(table, heading))
            body.append(tables[-1].html())
    if extras.transitions is not None:
        body.append(f"<h2>{escape(tr('Land-cover change'))}</h2>{matrix_html(extras.transitions)}")
        body.append(flow_figures(extras.transitions))
        tables.append(plain_table(extras.transitions, tr("Transitions")))
    if data.missing:
        log.info(tr("Not in this report: {parts}").format(parts=" ".join(data.missing)))
    body.append(
        methods_html(
            data, extras.parameters, extras.versions, sources=extras.sources, year=extras.year, warnings=log.warnings
        )
    )
    body.append(chain_html(extras.steps, extras.titles, extras.labels))
    tables.append(sources_table(data, extras.parameters, extras.versions, extras.sources, extras.year))
    subtitle = " · ".join(part for part in (extras.subtitle, extras.year) if part)
    return document(title, subtitle, "".join(body), log), tables


def _contradictions(data: ReportData, extras: Extras, log: Log) -> list[str]:
    """A highlighted warning if the tables of the report refer to different land."""
    sentence = "" if extras.classes is None else contradiction(data, class_totals(extras.classes))
    if not sentence:
        return []
    log.warn(sentence)
    return [f'<p class="alarm" role="alert">{escape(sentence)}</p>']


def _balance_section(data: ReportData, tables: list[ReportTable], charts: bool) -> list[str]:
    """The balance section: chart of supply and demand, and ranking of zones."""
    body = []
    if charts and can_be_drawn(data):
        body.append(f"<p>{escape(balance_sentence(data))}</p>")
        body.append(figure(tr("Supply and demand by zone, with the line of balance"), balance_chart(data)))
    ranking = ranking_table(data)
    if ranking is not None:
        tables.append(ranking)
        body.append(ranking.html())
    return [f"<h2>{escape(tr('Zones in surplus and zones in deficit'))}</h2>", *body] if body else []


def _maps(data: ReportData, legends: Mapping[str, Legend], outlines: MapOutlines | None, log: Log) -> list[str]:
    if outlines is None:
        data.missing.append(tr("Maps: the zones have no geometries."))
        return []
    if not legends:
        # The maps of hot spots and of the plan are drawn with them.
        return [definitions(outlines)]
    figures = []
    for at, (role, legend) in enumerate(legends.items()):
        values = data.columns[data.map_columns[role]]
        texts = [shown(legend.column, text) or tr("no value") for text in format_column(values)]
        figures.append(map_figure(outlines, legend, values, data.names, texts))
        log.progress(0.1 * (at + 1))
        log.check()
    key = label_key(outlines, data.names)
    note = key and f"<p class=note>{escape(tr('Numbers on the maps: {key}.').format(key=key))}</p>"
    return [f"<h2>{escape(tr('Maps'))}</h2>{definitions(outlines)}<div class=maps>{''.join(figures)}</div>{note}"]


def _supply(data: ReportData, extras: Extras, tables: list[ReportTable], charts: bool) -> list[str]:
    if extras.classes is None:
        data.missing.append(tr("Carbon by land-cover class: no table by class was given."))
        return []
    totals = class_totals(extras.classes)
    tables.append(land_class_table(totals))
    body = [f"<h2>{escape(tr('Supply by land-cover class'))}</h2>", tables[-1].html()]
    if charts:
        names, classes = _bars(data, extras.classes, list(totals))
        body.append(
            figure(tr("Carbon supply by land-cover class"), bar_chart(names, classes, tr("Carbon supply, t C")))
        )
    return body


def _bars(data: ReportData, table: Table, classes: list[str]) -> tuple[list[str], dict[str, np.ndarray]]:
    """Stacked bars by zone, or for many zones by larger unit, by planning zone, or in total."""
    carbon = np.nan_to_num(table.numbers(table.need("carbon_t")))
    name_column = table.find("name", "code") or table.need("name")
    class_names = [text or "" for text in table.texts(name_column)]
    row_column = table.find("zone_row")
    bars = [tr("all")] * len(table)
    if row_column is not None:
        rows = table.numbers(row_column)
        by_zone = data.names
        if len(data) > MOST_BARS and data.groups is not None:
            by_zone = data.groups
        elif len(data) > MOST_BARS:
            by_zone = (
                [shown(columns.ZONE, each) or tr("no value") for each in data.zones] if data.zones is not None else bars
            )
        fits = np.isfinite(rows) & (rows >= 1) & (rows <= len(by_zone))
        bars = [by_zone[int(row) - 1] if fit else tr("other") for row, fit in zip(rows, fits)]
    # Zones with the same name share a bar, unlike in tables.
    labels = list(dict.fromkeys(bars))
    at = {label: place for place, label in enumerate(labels)}
    amounts = {name: np.zeros(len(labels)) for name in classes}
    for label, name, amount in zip(bars, class_names, carbon):
        amounts[name][at[label]] += amount
    named: dict[str, np.ndarray] = {}
    for name, each in amounts.items():
        title = shown(columns.NAME, name)
        named[title] = named.get(title, 0) + each
    return labels, named


def _plan(data: ReportData, extras: Extras, tables: list[ReportTable]) -> list[str]:
    """The section on planning zones, which fits on the first printed page."""
    body = []
    plan = zone_table(data, extras.limits)
    if plan is not None:
        tables.append(plan)
        body.append(plan.html())
        body.append(advice_html(data, data.zone_names()))
    moved = data.moved()
    if moved:
        other = [shown(columns.ZONE, (data.zones_other or ())[row]) for row in moved]
        names = [tr("{zone} ({other})").format(zone=data.names[row], other=each) for row, each in zip(moved, other)]
        sentence = tr(
            "Under the other classification method these zones would belong to another planning zone, given in "
            "brackets:"
        )
        body.append(f"<p class=note>{escape(sentence)} {escape(listed(names, MOST_MEMBERS))}</p>")
    if extras.limits is not None:
        tables.append(class_limits_table(extras.limits, data))
        body.append(tables[-1].html())
    return [f"<h2>{escape(tr('Overview of the planning zones'))}</h2>", *body] if body else []


def _counties(data: ReportData, tables: list[ReportTable]) -> list[str]:
    tables.append(county_table(data))
    return [f"<h2>{escape(tr('Supply, demand and planning zones'))}</h2>", tables[-1].html()]


def _coefficients(data: ReportData, tables: list[ReportTable], charts: bool) -> list[str]:
    table = eec_sec_table(data)
    if table is None:
        return []
    tables.append(table)
    known = np.isfinite(present(data.eec)) & np.isfinite(present(data.sec))
    body = [f"<h2>{escape(tr('Economic and sink coefficients'))}</h2>"]
    if charts and known.any():
        body.append(figure(tr("EEC and SEC with their thresholds"), scatter_chart(data)))
    return [*body, *_identity_notes(data), table.html()]


def _identity_notes(data: ReportData) -> list[str]:
    """A note for each coefficient whose identity does not hold."""
    if data.demand is None:
        return []
    coefficients = {"EEC": present(data.eec), "SEC": present(data.sec)}
    gaps = {name: identity_gap(values, data.demand.total_t) for name, values in coefficients.items()}
    wide = {name: gap for name, gap in gaps.items() if np.isfinite(gap) and abs(gap) > GAP_TOLERANCE}
    return [f"<p class=note>{escape(gap_sentence(name, gap))}</p>" for name, gap in wide.items()]


def _concentration(data: ReportData, outlines: MapOutlines | None) -> list[str]:
    said, curves = inequality_sentences(data)
    if not said:
        return []
    body = [f"<h2>{escape(tr('Evenness of the distribution'))}</h2><p>{escape(joined(said))}</p>"]
    if curves:
        body.append(figure(tr("Lorenz curves"), inequality_chart(data)))
    return [*body, between_figure(data), spot_map(data, outlines)]
