"""The tables of a report, in the order and layout of the published studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...runtime.errors import listed
from ...runtime.i18n import tr
from ...tables import columns
from ...tables.table import Table
from ...text.headings import heading_of, is_share
from ...text.numbers import decimals_of
from ...text.rounded_shares import format_shares
from ...text.vocabulary import shown
from .amounts import Amount
from .data import ReportData
from .report_table import ReportTable

# Number of member names listed per planning zone; the table below has all of them.
MOST_MEMBERS = 40
# Largest number of rows of tables that are printed unchanged.
MOST_ROWS = 200


def class_totals(table: Table) -> dict[str, tuple[float, float]]:
    """Area in ha and carbon in t of each land class, largest first, from a table by class or by zone and class.

    Raises:
        CarbonBalanceError: a column is missing, or contains text instead of numbers.
    """
    carbon = table.numbers(table.need(columns.CARBON_T))
    area = table.numbers(columns.AREA_HA) if table.find(columns.AREA_HA) else np.full(len(table), np.nan)
    title = table.find(columns.NAME, columns.CODE) or table.need(columns.NAME)
    names = [text or "" for text in table.texts(title)]
    sums: dict[str, list[float]] = {}
    for name, area_ha, carbon_t in zip(names, area.tolist(), np.nan_to_num(carbon).tolist()):
        entry = sums.setdefault(name, [0.0, 0.0])
        entry[0] += area_ha
        entry[1] += carbon_t
    return {name: (entry[0], entry[1]) for name, entry in sorted(sums.items(), key=lambda item: -item[1][1])}


def land_class_table(totals: dict[str, tuple[float, float]]) -> ReportTable:
    """Carbon and its share by land class."""
    area, carbon = (np.array(each) for each in zip(*totals.values()))
    shares = format_shares(carbon)
    made = {
        tr("Land-cover class"): [*(shown(columns.NAME, name) for name in totals), tr("all")],
        tr("Area, ha"): [*area.tolist(), float(area.sum())],
        tr("Carbon supply, t C"): [*carbon.tolist(), float(carbon.sum())],
        tr("Share, %"): [*shares.tolist(), 100.0 if np.isfinite(shares).any() else None],
    }
    if not np.isfinite(area).any():
        del made[tr("Area, ha")]
    return ReportTable(tr("Carbon supply by land-cover class"), made, frozenset([len(totals)]), {tr("Share, %"): 2})


def county_table(data: ReportData) -> ReportTable:
    """Supply, demand and index of every zone, with subtotals of larger units and the total."""
    order, strong, labels = _with_subtotals(data)
    first = {tr("Zone"): labels}
    made: dict[str, list[object]] = {**first, tr("Area, km²"): _group_sums(order, data.area_km2, data)}
    notes = []
    if data.mapped_km2 is not None:
        made[tr("Mapped area, km²")] = _group_sums(order, data.mapped_km2, data)
        notes.append(
            tr(
                "Supply per km² refers to the mapped area, which is the area of the land-cover cells in the zone; "
                "demand per km² refers to the area of the zone."
            )
        )
    decimals: dict[str, int] = {}
    if data.population is not None:
        made[tr("Population")] = _group_sums(order, data.population, data)
        decimals[tr("Population")] = 0
    for amount in (data.supply, data.demand):
        if amount is None:
            continue
        made[amount.heading] = _group_sums(order, amount.total_t, data)
        share = tr("{what}: share, %").format(what=amount.title)
        made[share] = _group_sums(order, _shares_of_sum(amount, data), data)
        decimals[share] = 2
        made[amount.density_heading] = _densities(order, amount, data)
    if data.ratio is not None:
        # The index of a region is not the sum of its zones, so that subtotals are empty.
        if data.comparison is not None:
            notes.append(tr("Index = {formula}.").format(formula=data.index_formula()))
        made[tr("Index")] = [float(data.ratio[rows[0]]) if len(rows) == 1 and own else None for rows, own in order]
    # The number of a quadrant is redundant with the name of the zone.
    classes = None if data.eec is not None else data.classes
    for title, values in ((tr("Class"), classes), (tr("Planning zone"), data.zones)):
        if values is not None:
            made[title] = [values[rows[0]] if own else None for rows, own in order]
            if values is data.zones:
                made[title] = [shown(columns.ZONE, value) or None for value in made[title]]
    title = tr("Supply and demand by zone")
    zone_rows = tuple(rows[0] if own else None for rows, own in order)
    return ReportTable(title, made, frozenset(strong), decimals, note=" ".join(notes), zone_rows=zone_rows)


def _with_subtotals(data: ReportData):
    """Rows of the county table: (zones summed, whether it is a single zone), rows of sums, labels."""
    order: list[tuple[list[int], bool]] = []
    labels: list[str] = []
    strong: list[int] = []
    groups = data.groups or [""] * len(data)
    for group in dict.fromkeys(groups):
        members = [row for row, each in enumerate(groups) if each == group]
        for row in members:
            order.append(([row], True))
            labels.append(data.names[row])
        if data.groups is not None:
            strong.append(len(order))
            order.append((members, False))
            labels.append(tr("{group}, sum").format(group=group))
    strong.append(len(order))
    order.append((list(range(len(data))), False))
    labels.append(tr("all"))
    return order, strong, labels


def _group_sums(order, values: np.ndarray, data: ReportData) -> list[object]:
    return [data.sum_of(values, rows) if not own else float(values[rows[0]]) for rows, own in order]


def _shares_of_sum(amount: Amount, data: ReportData) -> np.ndarray:
    """Share of each zone in the sum, % (zones,); more than 100 in total if zones overlap."""
    if data.counted is None:
        return format_shares(amount.total_t)
    return 100 * amount.total_t / data.sum_of(amount.total_t)


def _densities(order, amount: Amount, data: ReportData) -> list[object]:
    """Density of each row; for sums, total amount per area to which it refers."""
    area = amount.measured_km2(data.area_km2)
    result: list[object] = []
    for rows, own in order:
        if own:
            result.append(float(amount.density_t_km2[rows[0]]))
            continue
        kept = [row for row in rows if data.counted is None or data.counted[row]]
        known = [row for row in kept if np.isfinite(amount.total_t[row]) and np.isfinite(area[row])]
        km2 = float(area[known].sum())
        result.append(float(amount.total_t[known].sum()) / km2 if km2 else None)
    return result


def zone_table(data: ReportData, limits: Table | None = None) -> ReportTable | None:
    """Planning zones: limits, number of zones, area, population, supply, demand, members."""
    names = data.zone_names()
    if not names:
        return None
    members = {name: [row for row, each in enumerate(data.zones or []) if each == name] for name in names}
    made: dict[str, list[object]] = {tr("Planning zone"): [shown(columns.ZONE, name) for name in names]}
    made.update(_zone_limits(data, members, limits))
    made[tr("Number")] = [len(rows) for rows in members.values()]
    made[tr("Area, km²")] = [data.sum_of(data.area_km2, rows) for rows in members.values()]
    decimals = {}
    if data.population is not None:
        made[tr("Population")] = [data.sum_of(data.population, rows) for rows in members.values()]
        decimals[tr("Population")] = 0
    for amount in (data.supply, data.demand):
        if amount is not None:
            made[amount.heading] = [data.sum_of(amount.total_t, rows) for rows in members.values()]
    most = len(data) if len(data) <= 150 else MOST_MEMBERS
    made[tr("Members")] = [listed([data.names[row] for row in rows], most) for rows in members.values()]
    return ReportTable(tr("Planning zones"), made, decimals=decimals)


def _zone_limits(data: ReportData, members, limits: Table | None) -> dict[str, list[object]]:
    """Columns with the limits of each planning zone from the table of limits, else with its lowest and highest value.

    The lowest class contains its lower limit, so that nothing is greater than it alone.
    """
    if limits is not None and limits.find(columns.LOWER) and limits.find(columns.UPPER) and limits.find(columns.ZONE):
        lower, upper = limits.numbers(columns.LOWER), limits.numbers(columns.UPPER)
        zones = limits.texts(columns.ZONE)
        rows = {name: [row for row, each in enumerate(zones) if each == name] for name in members}
        if all(rows.values()):
            lowest = np.nanmin(lower)
            begins = [float(lower[each[0]]) for each in rows.values()]
            return {
                tr("Index greater than"): [None if each == lowest else each for each in begins],
                tr("Index up to"): [float(upper[each[-1]]) for each in rows.values()],
            }
    if data.ratio is None:
        return {}
    values = [data.ratio[rows] for rows in members.values()]
    known = [each[np.isfinite(each)] for each in values]
    return {
        tr("Lowest index"): [each.min() if len(each) else None for each in known],
        tr("Highest index"): [each.max() if len(each) else None for each in known],
    }


def class_limits_table(limits: Table, data: ReportData) -> ReportTable:
    """The classes with their limits from the zoning, and a note on the colours of the map."""
    return replace(plain_table(limits, tr("Index classes")), note=data.balance_note())


def eec_sec_table(data: ReportData) -> ReportTable | None:
    """EEC and SEC of each unit."""
    if data.eec is None or data.sec is None:
        return None
    made: dict[str, list] = {tr("Zone"): data.names, "EEC": data.eec.tolist(), "SEC": data.sec.tolist()}
    if data.zones is not None:
        made[tr("Planning zone")] = [shown(columns.ZONE, name) or None for name in data.zones]
    decimals = {name: min(decimals_of([value for value in made[name] if value == value]), 3) for name in ("EEC", "SEC")}
    return ReportTable(tr("Coefficients by zone"), made, decimals=decimals, zone_rows=tuple(range(len(data))))


# Years are no amounts: 2,005 is none.
_YEARS = (columns.DATE, columns.FROM_DATE, columns.TO_DATE)


def plain_table(table: Table, title: str) -> ReportTable:
    """A table printed unchanged, without empty columns."""
    made: dict[str, list[object]] = {}
    decimals = {}
    for name in table.fields:
        if not any(table.texts(name)):
            continue
        heading = heading_of(name)
        heading = heading if heading not in made else f"{heading} ({name})"
        try:
            numbers = table.numbers(name)
            if name in _YEARS:
                made[heading] = [f"{year:g}" if year == year else None for year in numbers.tolist()]
                continue
        except ValueError:
            made[heading] = [shown(name, value) or None for value in table.values(name)]
            continue
        made[heading] = (100 * numbers if is_share(name) else numbers).tolist()
        if is_share(name):
            decimals[heading] = 2
    return ReportTable(title, made, decimals=decimals, most=MOST_ROWS)
