"""The data of a report: zones with their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...balance.comparison import Comparison
from ...balance.indices import Index
from ...runtime.i18n import tr
from ...symbology.index_legends import balance_note, class_limits, class_numbers
from ...tables.table import Table
from ..provenance.chain import Labels, Titles, as_recorded
from ..provenance.record import StepRecord
from .amounts import Amount

_CANCELLED = 1e-12


@dataclass(frozen=True)
class ReportData:
    """The zones of a report, arrays and lists (zones,); missing parts are ``None``.

    Attributes:
        names: names of the zones.
        groups: larger unit of each zone.
        area_km2: NaN where unknown.
        population: persons.
        supply, demand: see :class:`Amount`.
        index: the index in ``ratio``.
        comparison: quantities compared by the index, ``None`` if unknown.
        ratio: values of the index.
        classes: from 1, ``None`` where unknown.
        zones: names of the planning zones.
        zones_other: planning zones under the other classification method.
        mapped_km2: area of each zone to which the supply refers, if not the whole zone.
        stock_years: stock of each zone in years of its emission.
        eec, sec: coefficients.
        thresholds: thresholds of EEC and SEC.
        columns: columns for maps, name -> values.
        map_columns: columns shown in maps: "supply", "demand", "eec", "sec", "ratio", "zone" -> name.
        missing: sentences on what could not be reported.
        spots: hot or cold spots of emissions by Gi*.
        counted: zones counted in sums, bool (zones,): none if sums are unknown because of overlaps; ``None`` for all.
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
    stock_years: np.ndarray | None = None
    comparison: Comparison | None = None
    spots: list[str | None] | None = None
    missing: list[str] = field(default_factory=list)
    counted: np.ndarray | None = None

    def sum_of(self, values: np.ndarray | None, rows: Sequence[int] | None = None) -> float:
        """Sum of ``values`` (zones,) over the counted zones, or those in ``rows``; NaN if nothing is known."""
        if values is None:
            return float("nan")
        kept = np.ones(len(self), bool) if self.counted is None else self.counted
        return total(values[kept] if rows is None else values[[row for row in rows if kept[row]]])

    def __len__(self) -> int:
        return len(self.names)

    def is_empty(self) -> bool:
        """Whether there are no results: neither supply, demand, index, planning zones nor coefficients."""
        results = (self.supply, self.demand, self.ratio, self.zones, self.eec, self.sec)
        return all(each is None for each in results)

    def index_formula(self) -> str:
        """The formula of the index, with the compared quantities if known."""
        if self.comparison is None:
            return self.index.formula
        return tr("{formula} ({terms})").format(formula=self.index.formula, terms=self.comparison.terms(self.index))

    def has_zoned_classes(self) -> bool:
        """Whether the zones are classes of the index, so that its map shows these classes."""
        return self.ratio is not None and bool(class_limits(self.ratio, class_numbers(self.classes or ())))

    def balance_note(self) -> str:
        """A note on where the colours of the index map change, if it is drawn in zoning classes; else ""."""
        if self.ratio is None:
            return ""
        return balance_note(self.ratio, class_numbers(self.classes or ()), self.index.balance)

    def zone_names(self) -> list[str]:
        """The names of the planning zones, ordered by lowest class."""
        if self.zones is None:
            return []
        rank: dict[str, float] = {}
        for name, number in zip(self.zones, self.classes or [None] * len(self)):
            if name is not None:
                rank[name] = min(rank.get(name, np.inf), np.inf if number is None else number)
        return sorted(rank, key=lambda name: (rank[name], name))

    def moved(self) -> list[int]:
        """Rows of the zones that change under the other classification method."""
        if self.zones is None or self.zones_other is None:
            return []
        pairs = enumerate(zip(self.zones, self.zones_other))
        return [row for row, (zone, other) in pairs if None not in (zone, other) and zone != other]


def total(values: np.ndarray | None) -> float:
    """Sum of the known values; NaN if there are none."""
    if values is None or not np.isfinite(values).any():
        return float("nan")
    added, size = float(np.nansum(values)), float(np.nansum(np.abs(values)))
    # Numbers that cancel each other add up to a rounding error.
    return 0.0 if abs(added) < _CANCELLED * size else added


def _id_as_title(_algorithm: str, parameter: str) -> str:
    return parameter


@dataclass(frozen=True)
class Extras:
    """Optional inputs of a report besides the zones.

    Attributes:
        classes: carbon by class, or by zone and class.
        transitions: transition matrix, long or wide.
        limits: of the classes.
        regression: summary of a geographically weighted regression.
        uncertainty: of the storage.
        expansion: importance of the drivers for each change of land use.
        responses: response curves of the drivers, drawn beside their importance.
        changes, decomposition, series: tables of a series of dates: decoupling, contributions, coordination.
        shifts: of centres.
        trend: areas by class of significance of the trend by cell.
        subtitle, year, sources: texts.
        parameters, versions: what the run was given, and the programs.
        steps: that led to the zones and tables, see :mod:`core.assessment.provenance.record`.
        titles, labels: of algorithms and parameters, and of their choices, for these.
    """

    classes: Table | None = None
    transitions: Table | None = None
    limits: Table | None = None
    regression: Table | None = None
    uncertainty: Table | None = None
    expansion: Table | None = None
    responses: Table | None = None
    changes: Table | None = None
    decomposition: Table | None = None
    series: Table | None = None
    shifts: Table | None = None
    trend: Table | None = None
    subtitle: str = ""
    year: str = ""
    sources: Sequence[str] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[StepRecord] = ()
    titles: Titles = _id_as_title
    labels: Labels = as_recorded
