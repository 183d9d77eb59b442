"""The headline numbers of a report: at most four, each with unit and a note."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from ....balance.indices import DEFICIT, SURPLUS, states
from ....runtime.i18n import ENGLISH, language, tr
from ....text.numbers import number_text
from ..amounts import Amount
from ..data import ReportData
from ..sentences import regional_index

# Thresholds in tonnes and units; Chinese units are powers of ten thousand.
_UNITS = {ENGLISH: ((1e6, "Mt"), (0.0, "t")), "zh": ((1e8, "亿吨"), (1e4, "万吨"), (0.0, "吨"))}
_LEAST = {"Mt": 1e6, "t": 1.0, "亿吨": 1e8, "万吨": 1e4, "吨": 1.0}


@dataclass(frozen=True)
class HeadlineFigure:
    """A headline number: title, value, unit, and a note for context."""

    title: str
    value: str
    unit: str
    note: str = ""


def large_amount(tonnes: float) -> tuple[str, str]:
    """Tonnes with four significant digits in a suitable unit, and the unit: ("994.5", "Mt"); in Chinese 亿吨 or
    万吨."""
    units = _UNITS.get(language(), _UNITS[ENGLISH])
    unit = next(name for least, name in units if abs(tonnes) >= least)
    scaled = tonnes / _LEAST[unit]
    return number_text(scaled, 4 if abs(scaled) < 1e4 else 1), unit


def headline_figures(data: ReportData) -> list[HeadlineFigure]:
    """Supply, demand, emission per person and index of the region, as far as known."""
    found = [_of_amount(amount, data) for amount in (data.supply, data.demand) if amount is not None]
    found += [_per_person(data), _index(data)]
    return [figure for figure in found if figure is not None]


def headline_html(data: ReportData) -> str:
    """The headline numbers as HTML; "" if there are none."""
    items = "".join(
        f"<li><span class=title>{escape(figure.title)}</span>"
        f"<span class=value>{escape(figure.value)} <small>{escape(figure.unit)}</small></span>"
        f"<span class=note>{escape(figure.note)}</span></li>"
        for figure in headline_figures(data)
    )
    return f"<ul class=headline>{items}</ul>" if items else ""


def _of_amount(amount: Amount, data: ReportData) -> HeadlineFigure | None:
    whole = data.sum_of(amount.total_t)
    if not np.isfinite(whole):
        return None
    value, unit = large_amount(whole)
    area = data.sum_of(np.where(np.isfinite(amount.total_t), amount.measured_km2(data.area_km2), np.nan))
    note = ""
    if np.isfinite(area) and area > 0:
        note = tr("{density} {unit} on average").format(density=number_text(whole / area, 4), unit=amount.density_unit)
    return HeadlineFigure(amount.title, value, amount.unit_with(unit), note)


def _per_person(data: ReportData) -> HeadlineFigure | None:
    if data.population is None or data.demand is None:
        return None
    known = np.isfinite(data.demand.total_t) & (data.population > 0)
    persons = float(data.population[known].sum())
    # Fewer would be printed as "0 people"; they come from a wrong unit or column.
    if round(persons) < 1:
        return None
    each = float(data.demand.total_t[known].sum()) / persons
    return HeadlineFigure(
        tr("Emission per person"),
        number_text(each, 3),
        data.demand.unit,
        tr("{persons} people").format(persons=f"{persons:,.0f}"),
    )


def _index(data: ReportData) -> HeadlineFigure | None:
    if data.ratio is None:
        return None
    found = states(data.index, data.ratio)
    note = tr("{surplus:,} zones in surplus, {deficit:,} in deficit").format(
        surplus=found.count(SURPLUS), deficit=found.count(DEFICIT)
    )
    value = regional_index(data)
    if not np.isfinite(value):
        return HeadlineFigure(tr("Zones in deficit"), f"{found.count(DEFICIT):,}", "", note)
    unit = tr("balance at {balance:g}").format(balance=data.index.balance)
    return HeadlineFigure(
        tr("{formula} of the region").format(formula=data.index.formula), number_text(value, 3), unit, note
    )
