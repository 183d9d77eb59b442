"""The methods section of a report: inputs, units, formulas and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ...runtime.i18n import tr
from .amounts import Amount
from .data import ReportData
from .report_table import ReportTable


def methods_html(
    data: ReportData,
    parameters: Mapping[str, str],
    versions: Mapping[str, str],
    sources: Sequence[str],
    year: str,
    warnings: Sequence[str],
) -> str:
    """The methods section as HTML.

    Args:
        data: the zones.
        parameters: parameters of the run, name -> value.
        versions: versions of the programs.
        sources: data sources given by the user.
        year: year of the data.
        warnings: warnings of the run.
    """
    parts = [f"<h2>{escape(tr('How this report was made'))}</h2>"]
    parts.append(_list(tr("Units of measurement"), _units(data, year)))
    parts.append(_list(tr("Formulas"), _formulas(data)))
    if sources:
        parts.append(_list(tr("Sources"), sources))
    if data.missing:
        parts.append(_list(tr("Not in this report"), data.missing))
    if warnings:
        parts.append(_list(tr("Warnings"), warnings, "warn"))
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>"
        for name, value in {**parameters, **versions}.items()
    )
    parts.append(f"<h3>{escape(tr('Inputs, parameters and versions'))}</h3><table class=plain>{rows}</table>")
    return "".join(parts)


def sources_table(
    data: ReportData, parameters: Mapping[str, str], versions: Mapping[str, str], sources: Sequence[str], year: str
) -> ReportTable:
    """The same as a table for a workbook: units, sources, parameters and versions."""
    rows = [
        *((tr("Units of measurement"), sentence) for sentence in _units(data, year)),
        *((tr("Formulas"), sentence) for sentence in _formulas(data)),
        *((tr("Sources"), source) for source in sources),
        *parameters.items(),
        *versions.items(),
    ]
    what, value = zip(*rows)
    return ReportTable(tr("Sources and parameters"), {tr("What"): list(what), tr("Value"): list(value)})


def _list(title: str, sentences: Sequence[str], kind: str = "") -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<h3>{escape(title)}</h3><ul class="{kind or "said"}">{items}</ul>'


def _units(data: ReportData, year: str) -> list[str]:
    said = [_unit(amount, year) for amount in (data.supply, data.demand) if amount is not None]
    return [*said, tr("Areas in km², population in persons. 1 t/ha = 100 t/km²; 1 t C = 44/12 t CO2.")]


def _unit(amount: Amount, year: str) -> str:
    kind = (
        tr("a stock, the amount at one point in time")
        if amount.given.basis == "stock"
        else tr("a flow, the amount per year")
    )
    species = {"C": tr("carbon (C)"), "CO2": tr("carbon dioxide (CO2)")}.get(
        amount.given.species, tr("unstated species (C or CO2)")
    )
    column = f" ({amount.given.column}, {amount.given.unit})" if amount.given.column else ""
    return tr("{what}: tonnes of {species}, {kind}{year}{column}.").format(
        what=amount.title,
        species=species,
        kind=kind,
        year=tr(", year {year}").format(year=year) if year else "",
        column=column,
    )


def _formulas(data: ReportData) -> list[str]:
    said = []
    if data.supply is not None and data.supply.given.basis == "stock":
        said.append(tr("Carbon stored = sum over classes of area x (C above + C below + C soil + C dead)."))
    elif data.supply is not None:
        said.append(tr("Sink = sum over classes of area x coefficient."))
    if data.demand is not None:
        said.append(tr("Demand density D = emission / area; emission = population x emission per person, or as given."))
    if data.ratio is not None:
        said.append(data.index.sentence(data.comparison.terms(data.index) if data.comparison else ""))
        said.append(
            tr(
                "The density of a region is the sum of amounts divided by the sum of areas; densities and indices are "
                "never added."
            )
        )
    if data.eec is not None:
        said.append(tr("EEC = share of GDP / share of emission; SEC = share of sink / share of emission."))
    if data.zones is not None and data.eec is None:
        said.append(tr("Zones: classes of the index by natural breaks or fixed limits, merged by a rule."))
    if data.zones is not None and data.eec is not None:
        said.append(
            tr("Zones: quadrants of EEC and SEC with thresholds {eec:g} and {sec:g}.").format(
                eec=data.thresholds[0], sec=data.thresholds[1]
            )
        )
    said.append(tr("Classes of the maps: natural breaks (the local optimum reached from quantile classes)."))
    if data.has_zoned_classes():
        said.append(
            tr("The index map uses the classes of the zoning; a class that contains the balance point is split there.")
        )
    said.append(tr("Printed shares are rounded by the largest-remainder method, so that they add up to 100.00 %."))
    return said
