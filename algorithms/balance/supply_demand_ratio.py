"""Supply against demand by zone."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterBoolean

from ...core import columns, html
from ...core.balance import BUDGET, DEMAND_SUPPLY, INDICES, index_of
from ...core.i18n import tr
from ...core.log import Log
from ...core.units import AMOUNTS, BASES, FLOW, SPECIES, STOCK
from ...core.zonal_balance import MISMATCHES, Quantity, zonal_balance
from ..base import CarbonAlgorithm
from ..groups import BALANCE
from ..inputs import Given
from ..outputs import Outputs
from ..parameters import add_area, add_report, add_suffix, areas_km2, choice, column, layer, real, sink
from ..results import add_results, figure_table


class SupplyDemandRatio(CarbonAlgorithm):
    """Zones with the chosen index of supply and demand."""

    ID = "supplydemandratio"
    GROUP = BALANCE
    ZONES, SUPPLY, DEMAND = "ZONES", "SUPPLY", "DEMAND"
    INDEX, SUPPLY_MAX, DEMAND_MAX, CONVERT = "INDEX", "SUPPLY_MAX", "DEMAND_MAX", "CONVERT"
    SUFFIX, OUTPUT, REPORT = "SUFFIX", "OUTPUT", "REPORT"
    NUMBERS = ("REGION_INDEX", "SUPPLY_T", "DEMAND_T", "AREA_KM2", "BALANCE_POINT", "UNDEFINED")

    def displayName(self):
        return tr("Supply-demand ratio")

    def shortDescription(self):
        return tr("Holds the carbon supply of each zone against its emission demand, with a choice of six indices.")

    def tags(self):
        return ["ratio", "supply", "demand", "esdr", "budget", "mismatch", "供需比"]

    def help_text(self):
        return tr(
            "Where does the land hold or take up more carbon than its people emit? For each zone the chosen index of "
            "supply and demand, whether it says surplus or deficit, how supply and demand compare with their means "
            "(mismatch), and for how many years a stock would last.\n\n"
            "Every index is computed from densities; the region as a whole is sum of demand over sum of supply, never "
            "a mean of ratios. Quotients of zero or negative figures are NULL; differences take zero as it is.\n\n"
            "A stock of carbon against yearly emissions compares places, it does not measure neutrality. stock_years "
            "counts both sides in CO2, whatever the index does."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Zones (or a table) with a column of supply and one of demand."))
        for name, title, default_unit, species, basis, source in (
            (self.SUPPLY, tr("Supply"), "t", "C", STOCK, tr("such as carbon_t of the zonal carbon supply")),
            (self.DEMAND, tr("Demand"), "t/km2", "CO2", FLOW, tr("such as demand_t_km2 of the emission demand")),
        ):
            self.add(
                column(name, title, self.ZONES), tr("The column of {what}, {source}.").format(what=title, source=source)
            )
            self.add(
                choice(f"{name}_UNIT", tr("{what}: unit").format(what=title), AMOUNTS, default_unit),
                tr("Totals of each zone (t, 10^4 t, 10^6 t, 10^8 t) or densities (t/km2, t/ha)."),
            )
            self.add(
                choice(f"{name}_SPECIES", tr("{what}: counted as").format(what=title), SPECIES, species),
                tr(
                    "Tonnes of carbon (C) or of carbon dioxide (CO2). C against CO2 shifts the balance: you are warned."
                ),
            )
            self.add(
                choice(f"{name}_BASIS", tr("{what}: stock or flow").format(what=title), BASES, basis),
                tr("A stock is there at one time (storage); a flow is per year (sink, emission)."),
                advanced=True,
            )
        self.add(
            choice(self.INDEX, tr("Index"), list(INDICES), DEMAND_SUPPLY),
            tr(
                "demand/supply D/S: 1 is balance, small is surplus. supply/demand S/D: 1, large is surplus. budget "
                "S - D, t/km2: 0, large is surplus. ESDR (S - D)/((Smax + Dmax)/2): 0. log ratio ln(S/D): 0. "
                "normalised difference (S - D)/(S + D): 0, from -1 to 1, comparable between regions."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean(self.CONVERT, tr("Convert C to CO2"), False),
            tr("Multiply what is in t C by 44/12 before comparing. Off, figures are compared as they stand."),
        )
        for name, title in (
            (self.SUPPLY_MAX, tr("ESDR: highest supply")),
            (self.DEMAND_MAX, tr("ESDR: highest demand")),
        ):
            self.add(
                real(name, title, least=0),
                tr(
                    "In t/km2, after any conversion. Give the same for all dates to compare them; empty: measured here."
                ),
                advanced=True,
            )
        add_area(self, self.ZONES)
        add_suffix(self)
        self.add(sink(self.OUTPUT, tr("Balance by zone")), tr("The zones with the index and what it says."))
        add_report(self)
        add_results(self, self.NUMBERS, ("INDEX_NAME",))

    def _quantity(self, given: Given, zones, name: str) -> Quantity:
        unit, species, basis = (given.choice(f"{name}_{part}") for part in ("UNIT", "SPECIES", "BASIS"))
        return Quantity(zones.table.numbers(given.field(name)), unit, species, basis)

    def compute(self, given: Given, log: Log) -> dict:
        zones = given.zones(self.ZONES)
        index = index_of(given.choice(self.INDEX))
        value = columns.BUDGET_T_KM2 if index.id == BUDGET else columns.RATIO
        new = [value, columns.INDEX_NAME, columns.STATE, columns.MISMATCH, columns.STOCK_YEARS]
        names = columns.suffixed(new, given.text(self.SUFFIX), zones.table.fields)
        balance = zonal_balance(
            index,
            self._quantity(given, zones, self.SUPPLY),
            self._quantity(given, zones, self.DEMAND),
            areas_km2(given, zones),
            log,
            zones.table.row_labels,
            given.flag(self.CONVERT),
            given.number(self.SUPPLY_MAX),
            given.number(self.DEMAND_MAX),
        )
        results = [balance.values, [index.id] * len(zones), balance.states, balance.mismatch, balance.stock_years]
        region = balance.region
        totals = (region.index, region.supply_t, region.demand_t, region.area_km2, index.balance, balance.undefined)
        states = [kind for kind in balance.counts if kind not in MISMATCHES]
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, dict(zip(names.values(), results)))
        out.numbers(**dict(zip(self.NUMBERS, totals)), INDEX_NAME=index.id)
        parts = [
            html.paragraph(index.sentence()),
            figure_table(self.NUMBERS, totals),
            html.heading(tr("States and mismatch types")),
            html.table({columns.STATE: states, columns.COUNT: [balance.counts[kind] for kind in states]}),
            html.table({columns.MISMATCH: [*MISMATCHES], columns.COUNT: [balance.counts[kind] for kind in MISMATCHES]}),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
