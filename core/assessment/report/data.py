"""What a report is made from: the columns of the chain, read once from the zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...balance.comparison import Comparison, read_comparison
from ...balance.indices import DEMAND_SUPPLY, INDICES, Index, index_of
from ...runtime.i18n import language, tr
from ...symbology.index_legends import balance_note, class_limits, class_numbers
from ...tables import columns
from ...tables.table import Table
from ...tables.units import FLOW, STOCK, as_t_km2
from .amounts import Amount, AmountSource

# Areas closer than this are the same in print.
SAME_AREA_TOLERANCE = 1e-4
NAME_COLUMNS = ("name", "name_zh", "zone_name", "county", "名称", "县", "区县")


def name_columns() -> tuple[str, ...]:
    """The columns that names of zones are looked for in, that of the user's language first."""
    return (f"name_{language()}", *NAME_COLUMNS)


@dataclass(frozen=True)
class ReportData:
    """The zones of a report, arrays and lists (zones,); what was not given is ``None``.

    Attributes:
        names: of the zones.
        groups: the larger unit that each belongs to.
        area_km2: NaN where unknown.
        population: persons.
        supply, demand: see :class:`Amount`.
        index: which index ``ratio`` is.
        comparison: what it holds against what, ``None`` where the zones do not tell.
        ratio: its values.
        classes: from 1, ``None`` where unknown.
        zones: names of the zones of the plan.
        zones_other: those that the other method of classification would give.
        mapped_km2: the part of each zone that the supply was counted on, if it is not the whole of every zone.
        eec, sec: coefficients.
        thresholds: of EEC and SEC.
        columns: the columns of the layer that maps are drawn from, name -> values.
        map_columns: which of them the maps show: "supply", "demand", "ratio", "zone" -> name.
        missing: sentences on what could not be reported.
    """

    names: list[str]
    groups: list[str] | None
    area_km2: np.ndarray
    population: np.ndarray | None
    supply: Amount | None
    demand: Amount | None
    index: Index
    ratio: np.ndarray | None
    classes: list[int | None] | None
    zones: list[str | None] | None
    eec: np.ndarray | None
    sec: np.ndarray | None
    thresholds: tuple[float, float]
    columns: Mapping[str, Sequence[object]]
    map_columns: Mapping[str, str]
    zones_other: list[str | None] | None = None
    mapped_km2: np.ndarray | None = None
    comparison: Comparison | None = None
    missing: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.names)

    def is_empty(self) -> bool:
        """Whether the zones hold no result: neither supply nor demand, index, zones of the plan or coefficients."""
        results = (self.supply, self.demand, self.ratio, self.zones, self.eec, self.sec)
        return all(each is None for each in results)

    def index_formula(self) -> str:
        """The index as a formula, with what it holds against what where the zones tell."""
        if self.comparison is None:
            return self.index.formula
        return tr("{formula} ({terms})").format(formula=self.index.formula, terms=self.comparison.terms(self.index))

    def has_zoned_classes(self) -> bool:
        """Whether the classes are made of the index, so that its map is drawn in them."""
        return self.ratio is not None and bool(class_limits(self.ratio, class_numbers(self.classes or ())))

    def balance_note(self) -> str:
        """Where the colours of the map of the index change, if it is drawn in the zoning's classes; else ""."""
        if self.ratio is None:
            return ""
        return balance_note(self.ratio, class_numbers(self.classes or ()), self.index.balance)

    def zone_names(self) -> list[str]:
        """The zones of the plan by their lowest class, as they are listed."""
        if self.zones is None:
            return []
        rank: dict[str, float] = {}
        for name, number in zip(self.zones, self.classes or [None] * len(self)):
            if name is not None:
                rank[name] = min(rank.get(name, np.inf), np.inf if number is None else number)
        return sorted(rank, key=lambda name: (rank[name], name))

    def moved(self) -> list[int]:
        """Rows of the zones that the other method of classification puts elsewhere."""
        if self.zones is None or self.zones_other is None:
            return []
        pairs = enumerate(zip(self.zones, self.zones_other))
        return [row for row, (zone, other) in pairs if None not in (zone, other) and zone != other]


def total(values: np.ndarray | None) -> float:
    """Sum of what is known; NaN if nothing is."""
    if values is None or not np.isfinite(values).any():
        return float("nan")
    return float(np.nansum(values))


def read_data(
    table: Table,
    area_km2: np.ndarray,
    supply: AmountSource,
    demand: AmountSource,
    name_column: str = "",
    group_column: str = "",
    population: np.ndarray | None = None,
    suffix: str = "",
) -> ReportData:
    """Read the zones for a report; every part of it is optional.

    Args:
        table: of the zones.
        area_km2: (zones,).
        supply, demand: where these come from; an empty column takes the chain's own
            (``carbon_t``, else ``sink_t``; ``emission_t``).
        name_column: of the zones; found if empty.
        group_column: of the larger unit, "" for none.
        population: persons (zones,).
        suffix: of the chain's columns, such as ``_2020``.

    Raises:
        CarbonBalanceError: a column with text where numbers are needed.
    """
    missing: list[str] = []

    def numbers(column: str) -> np.ndarray | None:
        name = table.find(column + suffix)
        if name is None or all(value is None for value in table.values(name)):
            return None
        return table.numbers(name)

    def texts(column: str) -> list[str | None] | None:
        name = table.find(column + suffix)
        return None if name is None or not any(table.texts(name)) else table.texts(name)

    amounts: dict[str, Amount | None] = {}
    map_columns: dict[str, str] = {}
    layer_columns = {name: table.values(name) for name in table.fields}
    for role, given, chain, title in (
        ("supply", supply, ((columns.CARBON_T, columns.CARBON_T_KM2), (columns.SINK_T, "")), tr("Carbon supply")),
        ("demand", demand, ((columns.EMISSION_T, columns.DEMAND_T_KM2),), tr("Emission demand")),
    ):
        amounts[role] = amount = _amount(given, chain, numbers, table, area_km2, title)
        if amount is None:
            missing.append(tr("{what}: no column was given and the zones have none of the chain's.").format(what=title))
            continue
        density = next((table.find(pair[1] + suffix) for pair in chain if pair[1]), None)
        if given.column or density is None:
            base = columns.CARBON_T_KM2 if role == "supply" else columns.DEMAND_T_KM2
            density = density if density and not given.column else base
            layer_columns[density] = amount.density_t_km2.tolist()
        else:
            layer_columns[density] = table.numbers(density).tolist()
        map_columns[role] = density
    ratio = numbers(columns.RATIO)
    ratio_column = columns.RATIO
    index_id = next((each for each in texts(columns.INDEX_NAME) or [] if each), DEMAND_SUPPLY)
    if ratio is None and numbers(columns.BUDGET_T_KM2) is not None:
        ratio, ratio_column = numbers(columns.BUDGET_T_KM2), columns.BUDGET_T_KM2
    zones = texts(columns.ZONE)
    classes = numbers(columns.CLASS)
    eec, sec = numbers(columns.EEC), numbers(columns.SEC)
    for role, column, values, title in (
        ("ratio", ratio_column, ratio, tr("Index of supply and demand")),
        ("zone", columns.ZONE, zones, tr("Zones")),
    ):
        if values is not None:
            name = map_columns[role] = table.need(column + suffix)
            layer_columns[name] = values if role == "zone" else values.tolist()
        elif role == "zone" or eec is None:
            missing.append(tr("{what}: the zones have no column {column}.").format(what=title, column=column + suffix))
    distances = numbers(columns.EEC_DISTANCE), numbers(columns.SEC_DISTANCE)
    return ReportData(
        names=_names(table, name_column),
        groups=None if not group_column else [text or tr("(none)") for text in table.texts(group_column)],
        area_km2=area_km2,
        population=population,
        supply=amounts["supply"],
        demand=amounts["demand"],
        index=index_of(index_id) if index_id in INDICES else INDICES[DEMAND_SUPPLY],
        ratio=ratio,
        classes=None if classes is None else [None if np.isnan(each) else int(each) for each in classes],
        zones=zones,
        eec=eec,
        sec=sec,
        thresholds=(_threshold(eec, distances[0]), _threshold(sec, distances[1])),
        columns=layer_columns,
        map_columns=map_columns,
        zones_other=texts(columns.ZONE_OTHER),
        mapped_km2=_mapped(amounts["supply"], numbers, area_km2),
        comparison=read_comparison(next((each for each in texts(columns.COMPARISON) or [] if each), "")),
        missing=missing,
    )


def _amount(given: AmountSource, chain, numbers, table: Table, area_km2: np.ndarray, title: str) -> Amount | None:
    if given.column:
        density = as_t_km2(table.numbers(given.column), given.unit, area_km2)
        return Amount(density * area_km2, density, given, title)
    for total_column, density_column in chain:
        total_t = numbers(total_column)
        density = numbers(density_column) if density_column else None
        if total_t is None and density is None:
            continue
        if density is None:
            density = as_t_km2(total_t, "t", area_km2)
        if total_t is None:
            total_t = density * area_km2
        basis = FLOW if total_column in (columns.SINK_T, columns.EMISSION_T) else STOCK
        return Amount(total_t, density, AmountSource("", "t", given.species, basis), title)
    return None


def _mapped(supply: Amount | None, numbers, area_km2: np.ndarray) -> np.ndarray | None:
    """Area that the supply's densities stand for, ``None`` where that is the area of the zones."""
    if supply is None or supply.given.column:
        return None
    mapped = numbers(columns.MAPPED_KM2)
    if mapped is None:
        mapped = supply.measured_km2(area_km2)
    both = np.isfinite(mapped) & np.isfinite(area_km2)
    return None if np.allclose(mapped[both], area_km2[both], rtol=SAME_AREA_TOLERANCE, atol=0) else mapped


def _threshold(values: np.ndarray | None, distance: np.ndarray | None) -> float:
    """The threshold that a coefficient was held against: value minus distance; 1 if there is none."""
    if values is None or distance is None:
        return 1.0
    gaps = values - distance
    return float(np.round(np.nanmedian(gaps), 12)) if np.isfinite(gaps).any() else 1.0


def _names(table: Table, column: str) -> list[str]:
    found = column or table.find(*name_columns())
    texts = table.texts(found) if found else [None] * len(table)
    return [text or tr("row {number}").format(number=row) for row, text in enumerate(texts, 1)]
