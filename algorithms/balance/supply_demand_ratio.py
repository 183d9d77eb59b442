"""Algorithm "Supply-demand ratio": comparison of supply and demand by zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.balance import BUDGET, DEMAND_SUPPLY
from ...core.options.tables import AMOUNTS, FLOW, STOCK
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import BALANCE
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.balance import CONVERT, DEMAND_MAX, INDEX, SUPPLY_MAX, add_index, add_meaning
from ..shared.parameters.common import (
    add_area,
    add_nodata_values,
    add_report,
    add_suffix,
    areas_km2,
    column,
    layer,
    sink,
)
from ..shared.parameters.coverage import add_coverage_field, coverage_of

if TYPE_CHECKING:
    from ...core.balance.zonal_balance import ZonalQuantity
    from ..shared.inputs.given import Given


class SupplyDemandRatio(CarbonAlgorithm):
    """Computes the chosen index of supply and demand of zones."""

    ID = "supplydemandratio"
    GROUP = BALANCE
    ZONES, SUPPLY, DEMAND = "ZONES", "SUPPLY", "DEMAND"
    SUFFIX, OUTPUT, REPORT = "SUFFIX", "OUTPUT", "REPORT"
    NUMBERS = ("REGION_INDEX", "SUPPLY_T", "DEMAND_T", "AREA_KM2", "BALANCE_POINT", "UNDEFINED")

    def displayName(self):
        return tr("Supply-demand ratio")

    def shortDescription(self):
        return tr("Compares the carbon supply of each zone with its emission demand, using one of six indices.")

    def tags(self):
        return ["ratio", "supply", "demand", "esdr", "budget", "mismatch", "供需比"]

    def help_text(self):
        return tr(
            "Where does the land store or take up more carbon than its people emit? For each zone: the chosen "
            "index of supply and demand, whether it means surplus or deficit, how supply and demand compare with "
            "their means (mismatch), and for how many years a stock would last.\n\nEvery index is computed from "
            "densities; the index of the region is computed from the sums of demand and supply, never as a mean of "
            "ratios. If only part of a zone is mapped, its supply is divided by the area of that part. Zones that "
            "overlap count once in the region; if this is impossible, its values are NULL. Ratios of zero or "
            "negative values are NULL; differences accept zero.\n\nA carbon stock compared with annual emissions "
            "compares places; it does not measure carbon neutrality. stock_years counts both sides in CO2, "
            "regardless of the index."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Zones (or a table) with one column of supply and one of demand."))
        unit_help = tr("Totals per zone (t, 10^4 t, 10^6 t, 10^8 t) or densities (t/km2, t/ha).")
        for name, title, unit, species, basis, source, usual in (
            (
                self.SUPPLY,
                tr("Supply"),
                "t",
                "C",
                STOCK,
                tr("such as carbon_t from Carbon supply by zone"),
                columns.CARBON_T,
            ),
            (
                self.DEMAND,
                tr("Demand"),
                "t/km2",
                "CO2",
                FLOW,
                tr("such as demand_t_km2 from Emission demand"),
                columns.DEMAND_T_KM2,
            ),
        ):
            self.add(
                column(name, title, self.ZONES, default=usual),
                tr("The column with the {what}, {source}.").format(what=title, source=source),
            )
            add_meaning(self, name, title, units=AMOUNTS, unit=unit, unit_help=unit_help, species=species, basis=basis)
        measured = tr(
            "In t/km2, after any conversion. Use the same value for all dates to make them comparable; if empty: "
            "measured from these data."
        )
        add_index(self, DEMAND_SUPPLY, measured, advanced=True)
        add_coverage_field(self, self.ZONES, self.SUPPLY)
        add_area(self, self.ZONES)
        add_nodata_values(self)
        add_suffix(self)
        self.add(sink(self.OUTPUT, tr("Balance by zone")), tr("The zones with the index and its interpretation."))
        add_report(self)
        add_results(self, self.NUMBERS, ("INDEX_NAME",))

    def _quantity(self, given: Given, zones, name: str) -> ZonalQuantity:
        from ...core.balance.zonal_balance import ZonalQuantity

        unit, species, basis = (given.choice(f"{name}_{part}") for part in ("UNIT", "SPECIES", "BASIS"))
        return ZonalQuantity(zones.table.numbers(given.field(name)), unit, species, basis)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.balance.indices import index_of
        from ...core.balance.zonal_balance import BalanceZones, zonal_balance
        from ...core.tables.levels import LEVEL_PAIRS
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        index = index_of(given.choice(INDEX))
        value = columns.BUDGET_T_KM2 if index.id == BUDGET else columns.RATIO
        new = [value, columns.INDEX_NAME, columns.COMPARISON, columns.STATE, columns.MISMATCH, columns.STOCK_YEARS]
        names = columns.suffixed(new, given.text(self.SUFFIX), zones.table.fields)
        balance = zonal_balance(
            index,
            self._quantity(given, zones, self.SUPPLY),
            self._quantity(given, zones, self.DEMAND),
            zones=BalanceZones(
                area_km2=areas_km2(given, zones),
                row_labels=zones.table.row_labels,
                coverage=coverage_of(given, zones, self.SUPPLY, given.choice("SUPPLY_UNIT")),
                overlaps=zones.overlaps(),
                names=zones.table.row_names(),
            ),
            log=log,
            convert_to_co2=given.flag(CONVERT),
            supply_max=given.number(SUPPLY_MAX),
            demand_max=given.number(DEMAND_MAX),
        )
        results = [
            balance.values,
            [index.id] * len(zones),
            [balance.comparison.text()] * len(zones),
            balance.states,
            balance.mismatch,
            balance.stock_years,
        ]
        region = balance.region
        totals = (region.index, region.supply_t, region.demand_t, region.area_km2, index.balance, balance.undefined)
        states = [kind for kind in balance.counts if kind not in LEVEL_PAIRS]
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, dict(zip(names.values(), results)))
        out.numbers(**dict(zip(self.NUMBERS, totals)), INDEX_NAME=index.id)
        parts = [
            html.paragraph(index.sentence(balance.comparison.terms(index))),
            figure_table(self.NUMBERS, totals),
            html.heading(tr("States and mismatch types")),
            html.table({columns.STATE: states, columns.COUNT: [balance.counts[kind] for kind in states]}),
            html.table(
                {columns.MISMATCH: [*LEVEL_PAIRS], columns.COUNT: [balance.counts[kind] for kind in LEVEL_PAIRS]}
            ),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
