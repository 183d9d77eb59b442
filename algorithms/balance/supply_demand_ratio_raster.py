"""Algorithm "Supply-demand ratio raster": comparison of supply and demand by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.balance import COARSER_GRID, ESDR, GRIDS, RATIO_UNITS
from ...core.options.tables import FLOW, STOCK
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import BALANCE
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.balance import CONVERT, DEMAND_MAX, INDEX, SUPPLY_MAX, add_index, add_meaning
from ..shared.parameters.common import add_nodata_values, add_report, add_scheduler, choice, real
from ..shared.parameters.raster import COMPRESSION, add_compression, add_raster, add_raster_output, scaled_raster

if TYPE_CHECKING:
    from ...core.balance.ratio_maps import Pair
    from ..shared.inputs.given import Given


class SupplyDemandRatioRaster(CarbonAlgorithm):
    """Writes rasters of the chosen index, of S - D, and of its change between two dates."""

    ID = "supplydemandratioraster"
    GROUP = BALANCE
    SUPPLY, DEMAND, SUPPLY_LATER, DEMAND_LATER = "SUPPLY", "DEMAND", "SUPPLY_LATER", "DEMAND_LATER"
    GRID, TOLERANCE = "GRID", "TOLERANCE"
    OUTPUT, BALANCE, CHANGE, REPORT = "OUTPUT", "BALANCE", "CHANGE", "REPORT"
    NUMBERS = (
        "REGION_INDEX", "SUPPLY_T", "DEMAND_T", "BALANCE_T", "AREA_KM2", "SURPLUS_KM2", "BALANCED_KM2", "DEFICIT_KM2",
        "CELLS", "UNDEFINED", "SMAX", "DMAX", "WORSE_KM2", "UNCHANGED_KM2", "IMPROVED_KM2", "CHANGE_T", "BALANCE_POINT",
    )  # fmt: skip

    def displayName(self):
        return tr("Supply-demand ratio raster")

    def shortDescription(self):
        return tr("Compares a raster of carbon supply with a raster of emission demand, cell by cell.")

    def tags(self):
        return ["ratio", "supply", "demand", "esdr", "balance", "change", "grid", "供需比"]

    def help_text(self):
        return tr(
            "Which cells store or take up more carbon than is emitted there? For each cell: the chosen index of supply "
            "S and demand D, the balance S - D, and between two dates whether the balance improved.\n\n"
            "<b>Needs</b> the two rasters on any grids: densities are resampled to one grid by averages, amounts per "
            "cell by sums, so that totals are preserved. Only cells where both are known are used.\n\n"
            "<b>Gives</b> a raster of the index and, on request, rasters of the balance (t/km2) and of its change (1 "
            "worse, 2 unchanged, 3 improved), the areas of surplus and deficit, and the region as a whole, from "
            "sums.\n\n"
            "Ratios of zero or negative values are nodata; differences accept zero. ESDR scales by the highest supply "
            "and demand: give both, otherwise dates are not comparable. A carbon stock compared with annual emissions "
            "compares places; it does not measure carbon neutrality."
        )

    def initAlgorithm(self, config=None):
        unit_help = tr(
            "Densities (t/km2, t/ha, kg/m2) or amounts per cell (t/cell). Also used for the raster of the later date."
        )
        for name, title, unit, species, basis, help_text in (
            (self.SUPPLY, tr("Supply"), "t/ha", "C", STOCK, tr("For example the carbon density from Carbon storage.")),
            (self.DEMAND, tr("Demand"), "t/km2", "CO2", FLOW, tr("For example the result of Emission demand raster.")),
        ):
            add_raster(self, name, title, help_text)
            add_meaning(
                self, name, title, units=list(RATIO_UNITS), unit=unit, unit_help=unit_help, species=species, basis=basis
            )
        measured = tr(
            "In t/km2, after any conversion; use the same value for all dates. If empty: measured over cells with both."
        )
        add_index(self, ESDR, measured, advanced=False)
        self.add(
            choice(self.GRID, tr("Cells of the result"), list(GRIDS), COARSER_GRID),
            tr("Use the grid of the raster with the larger cells, of supply, or of demand."),
            advanced=True,
        )
        for name, title in ((self.SUPPLY_LATER, tr("Later supply")), (self.DEMAND_LATER, tr("Later demand"))):
            add_raster(
                self,
                name,
                title,
                tr("Raster of a later date, in the same unit, to compute the change in the balance; both are needed."),
                True,
            )
        self.add(
            real(self.TOLERANCE, tr("Tolerance for unchanged (t/km2)"), 0, 0.0),
            tr("A balance that changes by at most this amount counts as unchanged."),
            advanced=True,
            when={self.SUPPLY_LATER: True},
        )
        add_nodata_values(self, of_rasters=True)
        add_compression(self)
        add_scheduler(self)
        add_raster_output(self, self.OUTPUT, tr("Supply-demand ratio"), tr("GeoTIFF of the index."))
        add_raster_output(self, self.BALANCE, tr("Balance"), tr("GeoTIFF of S - D in t/km2."), optional=True)
        add_raster_output(
            self, self.CHANGE, tr("Change in balance"), tr("GeoTIFF: 1 worse, 2 unchanged, 3 improved."), optional=True
        )
        add_report(self)
        add_results(self, self.NUMBERS, ("INDEX_NAME",))

    def _pairs(self, given: Given, log: Log):
        """The common grid, the first date, the later date if given, and the compared quantities."""
        from ...core.balance.comparison import Comparison
        from ...core.balance.ratio_maps import Pair, common_grid, quantity_in
        from ...core.tables.units import comparable, warn_of_bases

        later = given.has(self.SUPPLY_LATER), given.has(self.DEMAND_LATER)
        if (any(later) or given.has(self.CHANGE)) and not all(later):
            raise CarbonBalanceError(
                tr(
                    "The change in the balance needs both a later supply (SUPPLY_LATER) and a later demand "
                    "(DEMAND_LATER)."
                )
            )
        supply, demand = scaled_raster(given, self.SUPPLY), scaled_raster(given, self.DEMAND)
        grid = common_grid(supply, demand, given.choice(self.GRID))
        sides = [
            (given.choice(f"{name}_SPECIES"), given.choice(f"{name}_BASIS")) for name in (self.SUPPLY, self.DEMAND)
        ]
        factors = comparable(*(species for species, _ in sides), given.flag(CONVERT), log)
        warn_of_bases(*(basis for _, basis in sides), log)
        units = [given.choice(f"{name}_UNIT") for name in (self.SUPPLY, self.DEMAND)]

        def pair(*sources) -> Pair:
            return Pair(
                *(quantity_in(source, unit, grid, by, log) for source, unit, by in zip(sources, units, factors))
            )

        then = (
            pair(*(scaled_raster(given, name) for name in (self.SUPPLY_LATER, self.DEMAND_LATER)))
            if all(later)
            else None
        )
        return grid, pair(supply, demand), then, Comparison.of(*sides, factors)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.balance.indices import index_of
        from ...core.balance.ratio_maps import RatioMaps
        from ...core.balance.ratio_raster import raster_balance
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        index = index_of(given.choice(INDEX))
        out = Outputs(given)
        grid, now, later, comparison = self._pairs(given, log)
        names = {"ratio": self.OUTPUT, "balance": self.BALANCE, "change": self.CHANGE}
        paths = {kind: given.output_path(name) for kind, name in names.items() if given.has(name)}
        result, rasters = raster_balance(
            index,
            now,
            grid,
            maps=RatioMaps(**paths, compression=given.choice(COMPRESSION), comparison=comparison),
            log=log,
            later=later,
            tolerance_t_km2=given.number(self.TOLERANCE) or 0.0,
            supply_max=given.number(SUPPLY_MAX),
            demand_max=given.number(DEMAND_MAX),
        )
        for kind, raster in rasters.items():
            out.raster(names[kind], raster)
        numbers = dict(zip(self.NUMBERS, (*result.numbers(), index.balance)))
        out.numbers(**numbers, INDEX_NAME=index.id)
        parts = [html.paragraph(note) for note in log.notes]
        out.report(self.REPORT, self.displayName(), [*parts, figure_table([*numbers], [*numbers.values()])])
        return out.write()
