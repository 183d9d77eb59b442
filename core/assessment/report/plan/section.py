"""The section "The plan": who pays and receives, flows, land by class, zones before and after, and identities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ....balance.compensation import PAYS, RECEIVES
from ....options.scenarios import EMISSION_AIM, SINK_AIM, STORAGE_AIM, VALUE_AIM
from ....options.tables import UNSTATED
from ....runtime.errors import listed, present
from ....runtime.figures import Figure
from ....runtime.i18n import tr
from ....tables import columns
from ....tables.names import plan_columns
from ....text import html
from ....text.numbers import number_text
from ....text.pictures.figure import figure
from ....text.pictures.signed_bars import BAR_ABOVE, BAR_BELOW, signed_bars
from ....text.vocabulary import shown
from ..data import ReportData
from ..maps import MapOutlines
from ..report_table import ReportTable
from .flow_map import flow_arrows, role_map
from .identities import identity_table
from .plan_data import Account, ClassPlan, FlowLines, ReportPlan

# Bars and names of zones and classes that are shown at most.
_MOST_BARS, _MOST_NAMES = 15, 12


def plan_section(
    data: ReportData, plan: ReportPlan, species: str, outlines: MapOutlines | None
) -> tuple[list[str], list[ReportTable]]:
    """HTML parts of the section and its tables; both empty if nothing of a plan is known.

    Args:
        data: the zones.
        plan: what is known of the plan.
        species: species of net emissions and flows, "" if unknown.
        outlines: outlines of the zones, ``None`` without.
    """
    if plan.is_empty():
        return [], []
    planned = plan.classes is not None or plan.after.roles is not None
    heading = tr("The plan") if planned else tr("Compensation between zones")
    body, tables = [f"<h2>{escape(heading)}</h2>"], []
    if plan.now.roles is not None:
        said = [_paid(data, plan.now, tr("Today")), _paid(data, plan.after, tr("After the plan")), _moves(data, plan)]
        if species:
            said.append(
                tr("It is not stated whether the tonnes are of C or of CO2.")
                if species == UNSTATED
                else tr("Tonnes are of {species}.").format(species=species)
            )
        body.append(html.paragraph(html.joined(each for each in said if each)))
    if plan.flows is not None and len(plan.flows.amount_t):
        body.append(html.paragraph(_flow_text(plan.flows, zone_titles(plan, data.names))))
    if outlines is not None:
        body.append(_role_maps(data, plan, outlines))
    if plan.classes is not None:
        body += _land_parts(plan.classes)
        tables.append(_class_table(plan.classes))
        body.append(tables[-1].html())
    if plan.after.sink_t is not None and plan.now.sink_t is not None:
        body.append(_sink_bars(data, plan))
    for table in (_zones_table(data, plan), identity_table(data, plan)):
        if table is not None:
            tables.append(table)
            body.append(table.html())
    return body, tables


def _paid(data: ReportData, account: Account, when: str) -> str:
    """Who pays and who receives, and how much, as a sentence."""
    if account.roles is None:
        return ""
    excess = present(account.excess_t)
    said = tr(
        "{when}, {payers} zone(s) pay for {paid} t a year and {receivers} zone(s) receive for {received} t a year."
    ).format(
        when=when,
        payers=account.roles.count(PAYS),
        paid=_tonnes(data.sum_of(np.maximum(excess, 0))),
        receivers=account.roles.count(RECEIVES),
        received=_tonnes(data.sum_of(np.maximum(-excess, 0))),
    )
    if account.compensation is None:
        return said
    money = tr("At the given price the payers owe {paid} and the receivers get {received} a year.").format(
        paid=_tonnes(data.sum_of(np.maximum(account.compensation, 0))),
        received=_tonnes(data.sum_of(np.maximum(-account.compensation, 0))),
    )
    return html.joined([said, money])


def zone_titles(plan: ReportPlan, names: Sequence[str]) -> dict[str, str]:
    """The name in the report of each zone by its name in the flow lines."""
    return {**{name: name for name in names}, **dict(zip(plan.labels, names))}


def _moved_rows(plan: ReportPlan) -> list[int]:
    """Rows of the zones whose role differs after the plan."""
    pairs = enumerate(zip(plan.now.roles or (), plan.after.roles or ()))
    return [row for row, (before, after) in pairs if None not in (before, after) and before != after]


def _moves(data: ReportData, plan: ReportPlan) -> str:
    """Which zones move to another role or planning zone."""
    if plan.now.roles is None or plan.after.roles is None:
        return ""
    rows = _moved_rows(plan)
    if not rows:
        return tr("No zone changes its role by the plan.")
    names = [
        tr("{zone} ({before} → {after})").format(
            zone=data.names[row], before=_role_text(plan.now.roles[row]), after=_role_text(plan.after.roles[row])
        )
        for row in rows
    ]
    return tr("{count} of {all} zones change their role by the plan: {names}.").format(
        count=len(rows), all=len(data), names=listed(names, _MOST_NAMES)
    )


def _role_text(role: str | None) -> str:
    return shown(plan_columns.ROLE, role) or tr("no value")


def _flow_text(flows: FlowLines, titles: dict[str, str]) -> str:
    total = float(flows.amount_t.sum())
    largest = int(flows.amount_t.argmax())
    return tr(
        "{total} t a year of surplus are counted against the deficit of other zones in {count} pair(s) of zones, "
        "over {km} km on average; the largest flow is {amount} t from {first} to {second}. This is an account: no "
        "carbon moves along the arrows."
    ).format(
        total=_tonnes(total),
        count=len(flows.amount_t),
        km=number_text(float(flows.amount_t @ flows.distance_km) / total if total else 0.0, 3),
        amount=_tonnes(float(flows.amount_t[largest])),
        first=titles.get(flows.start[largest], flows.start[largest]),
        second=titles.get(flows.end[largest], flows.end[largest]),
    )


def _role_maps(data: ReportData, plan: ReportPlan, outlines: MapOutlines) -> str:
    """Maps of the roles today and after the plan, and of the flows between them."""
    made = []
    empty: list[str | None] = [None] * len(data)
    if plan.now.roles is not None:
        made.append((plan.now, tr("Who pays and who receives today"), ("", "")))
    if plan.flows is not None:
        arrows = flow_arrows(outlines, plan.flows, plan.labels, data.names)
        if arrows[0]:
            made.append((plan.now, tr("From surplus to deficit, today"), arrows))
    if _moved_rows(plan):
        made.append((plan.after, tr("Who pays and who receives after the plan"), ("", "")))
    drawn = "".join(
        role_map(outlines, account.roles or empty, data.names, title, _hints(account, len(data)), arrows)
        for account, title, arrows in made
    )
    return f"<div class=maps>{drawn}</div>" if drawn else ""


def _hints(account: Account, count: int) -> list[str]:
    """Role and tonnes above the baseline of each zone."""
    if account.roles is None or account.excess_t is None:
        return [tr("no value")] * count
    return [
        f"{_role_text(role)}, {signed_tonnes(excess)} t" if role else tr("no value")
        for role, excess in zip(account.roles, account.excess_t.tolist())
    ]


def _aim_title(aim: str) -> str:
    """The aim with the unit of its sum."""
    titles = {
        STORAGE_AIM: tr("Carbon storage, t C"),
        SINK_AIM: tr("Carbon sink, t per year"),
        EMISSION_AIM: tr("Net emission of land use, t C per year"),
        VALUE_AIM: tr("Value, in the unit of its table"),
    }
    return titles.get(aim, tr("Aim"))


def _land_parts(classes: ClassPlan) -> list[str]:
    """What changes and what it gains as sentences, then as bars."""
    change = classes.change_ha
    order = np.argsort(-np.abs(change), kind="stable")
    rows = [int(row) for row in order if change[row]][:_MOST_BARS]
    names = [shown(columns.NAME, name) for name in classes.names]
    moved, whole = float(change[change > 0].sum()), float(classes.now_ha.sum())
    if not rows:
        return [html.paragraph(tr("The plan keeps the area of every class."))]
    said = [
        tr("The plan moves {area} ha ({share:.2f} % of the land) to other classes: {parts}.").format(
            area=_tonnes(moved),
            share=100 * moved / whole if whole else 0.0,
            parts=listed(
                tr("{name} {change} ha").format(name=names[row], change=signed_tonnes(float(change[row])))
                for row in rows[:_MOST_NAMES]
            ),
        )
    ]
    pictures = [_bars_figure(tr("Change in area, ha"), [names[row] for row in rows], [change[row] for row in rows])]
    if np.isfinite(classes.gain).all():
        title, gain = _aim_title(classes.aim), classes.gain
        now, later = (float(area @ classes.per_ha) for area in (classes.now_ha, classes.planned_ha))
        said.append(
            tr("{aim}: {now} now, {later} by the plan ({change}).").format(
                aim=title, now=_tonnes(now), later=_tonnes(later), change=signed_tonnes(later - now)
            )
        )
        pictures.append(
            _bars_figure(
                tr("Gain (positive) or cost (negative): {aim}").format(aim=title)
                if classes.aim != EMISSION_AIM
                else tr("Change: {aim}").format(aim=title),
                [*(names[row] for row in rows), tr("all")],
                [*(gain[row] for row in rows), gain.sum()],
                totals=1,
            )
        )
    return [html.paragraph(html.joined(said)), *pictures]


def _bars_figure(caption: str, titles: list[str], values: list[float], totals: int = 0) -> str:
    return figure(caption, signed_bars(titles, [float(value) for value in values], (BAR_BELOW, BAR_ABOVE), totals))


def _class_table(classes: ClassPlan) -> ReportTable:
    """Areas by class now and in the plan, and what the change gains or costs."""
    made: dict[str, list[object]] = {
        tr("Land-cover class"): [*(shown(columns.NAME, name) for name in classes.names), tr("all")]
    }
    areas = ((tr("Area now, ha"), classes.now_ha), (tr("Area by the plan, ha"), classes.planned_ha))
    for title, values in (*areas, (tr("Change in area, ha"), classes.change_ha)):
        made[title] = [*values.tolist(), _clean_sum(values)]
    if np.isfinite(classes.gain).all():
        made[tr("Amount of the aim per ha")] = [*classes.per_ha.tolist(), None]
        made[tr("Change: {aim}").format(aim=_aim_title(classes.aim))] = [
            *(classes.gain + 0.0).tolist(),
            _clean_sum(classes.gain),
        ]
    return ReportTable(tr("Land by class, now and by the plan"), made, frozenset([len(classes.names)]))


def _clean_sum(values: np.ndarray) -> float:
    """The sum, 0 where only rounding errors are left of it."""
    whole = float(values.sum())
    return whole if abs(whole) > 1e-12 * float(np.abs(values).sum()) else 0.0


def _sink_bars(data: ReportData, plan: ReportPlan) -> str:
    """The zones whose sink the plan changes most, as bars."""
    change = present(plan.after.sink_t) - present(plan.now.sink_t)
    order = np.argsort(-np.abs(np.nan_to_num(change)), kind="stable")
    rows = [int(row) for row in order if np.isfinite(change[row]) and change[row]][:_MOST_BARS]
    if not rows:
        return ""
    caption = tr("Zones whose yearly sink the plan changes most, t")
    return _bars_figure(caption, [data.names[row] for row in rows], [float(change[row]) for row in rows])


def _zones_table(data: ReportData, plan: ReportPlan) -> ReportTable | None:
    """Every zone before and after the plan, those that move first."""
    if plan.now.roles is None:
        return None
    moved = _moved_rows(plan)
    order = [*moved, *(row for row in range(len(data)) if row not in set(moved))]
    made: dict[str, list[object]] = {tr("Zone"): [*(data.names[row] for row in order), tr("all")]}
    now, after = plan.now, plan.after
    for title, values in (
        (tr("Sink now, t per year"), now.sink_t),
        (tr("Sink after the plan, t per year"), after.sink_t),
        (tr("Above the baseline now, t per year"), now.excess_t),
        (tr("Above the baseline after the plan, t per year"), after.excess_t),
        (tr("Payment now (negative: receives)"), now.compensation),
        (tr("Payment after the plan (negative: receives)"), after.compensation),
    ):
        if values is not None:
            made[title] = [*(float(values[row]) for row in order), data.sum_of(values)]
    for title, roles in ((tr("Role now"), now.roles), (tr("Role after the plan"), after.roles)):
        if roles is not None:
            made[title] = [*(_role_text(roles[row]) for row in order), None]
    title = tr("Zones before and after the plan") if after.roles is not None else tr("Zones that pay and receive")
    note = tr("Zones that change their role come first.") if moved else ""
    return ReportTable(title, made, frozenset([len(data)]), note=note, zone_rows=tuple(order))


def _tonnes(amount: float) -> str:
    return f"{Figure(amount):,.0f}" if np.isfinite(amount) else tr("unknown")


def signed_tonnes(amount: float) -> str:
    """An amount with its sign."""
    return f"{Figure(amount):+,.0f}".replace("-", "−")
