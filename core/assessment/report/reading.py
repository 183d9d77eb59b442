"""Reading of the zones of a report from the columns written by the algorithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...balance.comparison import read_comparison
from ...balance.indices import INDICES, index_of
from ...options.balance import DEMAND_SUPPLY
from ...options.tables import FLOW, STOCK
from ...raster.zone_outlines.double_counting import counted_once, log_counted
from ...raster.zone_outlines.overlaps import Overlaps
from ...runtime.i18n import language, tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.names import space_columns
from ...tables.table import Table
from ...tables.units import as_t_km2
from ...text.vocabulary import base_of
from .amounts import Amount, AmountSource
from .data import ReportData

# Areas with a smaller relative difference are equal in print.
SAME_AREA_TOLERANCE = 1e-4
# Columns in which supply and demand are searched: total and density, "" for none.
_CHAIN = {
    "supply": ((columns.CARBON_T, columns.CARBON_T_KM2), (columns.SINK_T, "")),
    "demand": ((columns.EMISSION_T, columns.DEMAND_T_KM2),),
}
# Then those of common sources of boundaries: Chinese surveys, GADM, geoBoundaries, OCHA.
NAME_COLUMNS = (
    *("name", "name_zh", "zone_name", "county", "名称", "县", "区县", "县名", "区县名称", "县区", "行政区名称", "地名"),
    *("XZQMC", "NAME_3", "NAME_2", "NAME_1", "shapeName", "ADM3_ZH", "ADM3_EN", "ADM2_ZH", "ADM2_EN", "MC"),
)
# A longer text is no name.
LONGEST_ZONE_NAME = 40


def name_columns() -> tuple[str, ...]:
    """The columns in which zone names are searched, that of the user's language first."""
    return (f"name_{language()}", *NAME_COLUMNS)


def name_column(table: Table) -> str | None:
    """The column with the names of the zones: one of :func:`name_columns`, else the first that can only be names.

    Those are texts without digits, different in every row, in a column that the plugin did not write.
    """
    found = table.find(*name_columns())
    if found:
        return found
    for name in table.fields:
        values = table.values(name) if base_of(name) is None else []
        texts = [each for each in values if isinstance(each, str) and 0 < len(each) <= LONGEST_ZONE_NAME]
        if texts and len(set(texts)) == len(values) and not any(letter.isdigit() for letter in "".join(texts)):
            return name
    return None


@dataclass(frozen=True)
class _ChainColumns:
    """The columns written by the algorithms, all with the same suffix."""

    table: Table
    suffix: str

    def name(self, column: str) -> str | None:
        return self.table.find(column + self.suffix)

    def numbers(self, column: str) -> np.ndarray | None:
        """The values of a column (zones,); ``None`` if the column is missing or empty."""
        name = self.name(column)
        if name is None or all(value is None for value in self.table.values(name)):
            return None
        return self.table.numbers(name)

    def texts(self, column: str) -> list[str | None] | None:
        """Like :meth:`numbers`, for text."""
        name = self.name(column)
        return None if name is None or not any(self.table.texts(name)) else self.table.texts(name)

    def text(self, column: str) -> str:
        """The common text of a column in all zones; "" if there is none."""
        return next((each for each in self.texts(column) or [] if each), "")


@dataclass
class _Maps:
    """Collects the columns of the maps, and sentences on what could not be reported."""

    columns: dict[str, Sequence[object]]
    of_role: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, role: str, column: str, values: Sequence[object]) -> None:
        self.columns[column] = values
        self.of_role[role] = column


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
    """Read the zones for a report; every part is optional.

    In four steps, each of which adds a map or a sentence on why there is none: (1) supply and demand, from the given
    columns or those that the algorithms wrote (``carbon_t``, ``emission_t``); (2) the coefficients ``eec`` and ``sec``;
    (3) the index (``ratio`` or ``budget_t_km2``) with its name and quantities; (4) the planning zones (``zone``).

    Args:
        table: table of the zones.
        area_km2: (zones,).
        supply, demand: their sources; an empty column stands for that of the plugin (``carbon_t``, else ``sink_t``;
            ``emission_t``).
        name_column: column of zone names; found if empty.
        group_column: column of the larger unit, "" for none.
        population: persons (zones,).
        suffix: suffix of the plugin's columns, such as ``_2020``.

    Raises:
        CarbonBalanceError: a column contains text instead of numbers.
    """
    own = _ChainColumns(table, suffix)
    maps = _Maps({name: table.values(name) for name in table.fields})
    supplied = _read_amount("supply", supply, own, area_km2, maps)
    demanded = _read_amount("demand", demand, own, area_km2, maps)
    eec, sec = (_read_coefficient(own, column, maps) for column in (columns.EEC, columns.SEC))
    ratio = _read_index(own, eec is None, maps)
    zones = _read_zones(own, maps)
    index_id, classes = own.text(columns.INDEX_NAME), own.numbers(columns.CLASS)
    distances = own.numbers(columns.EEC_DISTANCE), own.numbers(columns.SEC_DISTANCE)
    return ReportData(
        names=_names(table, name_column),
        groups=None if not group_column else [text or tr("(none)") for text in table.texts(group_column)],
        area_km2=area_km2,
        population=population,
        supply=supplied,
        demand=demanded,
        index=index_of(index_id) if index_id in INDICES else INDICES[DEMAND_SUPPLY],
        ratio=ratio,
        classes=None if classes is None else [None if np.isnan(each) else int(each) for each in classes],
        zones=zones,
        eec=eec,
        sec=sec,
        thresholds=(_threshold(eec, distances[0]), _threshold(sec, distances[1])),
        columns=maps.columns,
        map_columns=maps.of_role,
        zones_other=own.texts(columns.ZONE_OTHER),
        spots=own.texts(space_columns.GI_STAR_CLASS),
        stock_years=own.numbers(columns.STOCK_YEARS),
        mapped_km2=_mapped(supplied, own, area_km2),
        comparison=read_comparison(own.text(columns.COMPARISON)),
        missing=maps.missing,
    )


def counting_land_once(data: ReportData, overlaps: Overlaps, log: Log) -> ReportData:
    """Let sums count overlapping land once, with a note in the report and the log."""
    if not overlaps:
        return data
    amounts = [None if each is None else each.total_t for each in (data.supply, data.demand)]
    once = counted_once(overlaps, [*amounts, data.population])
    before = len(log.warnings)
    log_counted(once, data.names, data.area_km2, log)
    counted = once.counted if once.known else np.zeros(len(data), bool)
    return replace(data, counted=counted, missing=[*log.warnings[before:], *data.missing])


def _read_amount(
    role: str, given: AmountSource, own: _ChainColumns, area_km2: np.ndarray, maps: _Maps
) -> Amount | None:
    """Supply or demand; its map shows the density column of the plugin, or one computed from the amount."""
    chain, title = _CHAIN[role], tr("Carbon supply") if role == "supply" else tr("Emission demand")
    amount = _amount(given, chain, own, area_km2, title)
    if amount is None:
        sentence = tr("{what}: no column was given, and the zones have none of the columns that the tools write.")
        maps.missing.append(sentence.format(what=title))
        return None
    density_column = chain[0][1]
    written = None if given.column else own.name(density_column)
    values = amount.density_t_km2 if written is None else own.table.numbers(written)
    maps.add(role, density_column if written is None else written, values.tolist())
    return amount


def _amount(
    given: AmountSource, chain: Sequence[tuple[str, str]], own: _ChainColumns, area_km2: np.ndarray, title: str
) -> Amount | None:
    if given.column:
        density = as_t_km2(own.table.numbers(given.column), given.unit, area_km2)
        return Amount(density * area_km2, density, given, title)
    for total_column, density_column in chain:
        total_t = own.numbers(total_column)
        density_t_km2 = own.numbers(density_column) if density_column else None
        if density_t_km2 is None:
            if total_t is None:
                continue
            density_t_km2 = as_t_km2(total_t, "t", area_km2)
        if total_t is None:
            total_t = density_t_km2 * area_km2
        basis = FLOW if total_column in (columns.SINK_T, columns.EMISSION_T) else STOCK
        species = (total_column == columns.SINK_T and given.sink_species) or given.species
        return Amount(total_t, density_t_km2, AmountSource("", "t", species, basis), title)
    return None


def _read_index(own: _ChainColumns, is_expected: bool, maps: _Maps) -> np.ndarray | None:
    """The supply-demand index (zones,), or the budget if that was computed."""
    for column in (columns.RATIO, columns.BUDGET_T_KM2):
        values = own.numbers(column)
        if values is not None:
            maps.add("ratio", own.table.need(column + own.suffix), values.tolist())
            return values
    if is_expected:
        maps.missing.append(_no_column(tr("Supply-demand index"), columns.RATIO + own.suffix))
    return None


def _read_coefficient(own: _ChainColumns, column: str, maps: _Maps) -> np.ndarray | None:
    """EEC or SEC (zones,), ``None`` where there is none."""
    values = own.numbers(column)
    if values is not None:
        maps.add(column, own.table.need(column + own.suffix), values.tolist())
    return values


def _read_zones(own: _ChainColumns, maps: _Maps) -> list[str | None] | None:
    """The planning zones."""
    zones = own.texts(columns.ZONE)
    if zones is None:
        maps.missing.append(_no_column(tr("Zones"), columns.ZONE + own.suffix))
    else:
        maps.add("zone", own.table.need(columns.ZONE + own.suffix), zones)
    return zones


def _no_column(what: str, column: str) -> str:
    return tr("{what}: the zones have no column {column}.").format(what=what, column=column)


def _mapped(supply: Amount | None, own: _ChainColumns, area_km2: np.ndarray) -> np.ndarray | None:
    """Area to which supply densities refer; ``None`` if it is the area of the zones."""
    if supply is None or supply.given.column:
        return None
    mapped = own.numbers(columns.MAPPED_KM2)
    if mapped is None:
        mapped = supply.measured_km2(area_km2)
    both = np.isfinite(mapped) & np.isfinite(area_km2)
    return None if np.allclose(mapped[both], area_km2[both], rtol=SAME_AREA_TOLERANCE, atol=0) else mapped


def _threshold(values: np.ndarray | None, distance: np.ndarray | None) -> float:
    """The threshold of a coefficient: value minus distance; 1 if unknown."""
    if values is None or distance is None:
        return 1.0
    gaps = values - distance
    return float(np.round(np.nanmedian(gaps), 12)) if np.isfinite(gaps).any() else 1.0


def _names(table: Table, column: str) -> list[str]:
    found = column or name_column(table)
    texts = table.texts(found) if found else [None] * len(table)
    return [text or tr("row {number}").format(number=row) for row, text in enumerate(texts, 1)]
