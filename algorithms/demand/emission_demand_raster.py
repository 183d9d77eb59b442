"""Algorithm "Emission demand raster"."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean, QgsProcessingParameterMatrix

from ...core.options.demand import DEMAND_RASTER_UNITS, EMPTY_RULES, REFUSE, T_PER_KM2
from ...core.options.raster import CELL_BASES, PER_KM2
from ...core.options.tables import PERSONS, TONNES
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import DEMAND
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_nodata_values, add_report, add_scheduler, choice, column, real, real_in
from ..shared.parameters.land_cover import RULE, ZONES, add_rule, add_zones, zone_names
from ..shared.parameters.raster import (
    COMPRESSION,
    add_cell_size,
    add_compression,
    add_raster,
    add_raster_output,
    grid_in,
    raster_in,
    scaled_raster,
)

if TYPE_CHECKING:
    from ...core.demand.demand_raster import Target
    from ..shared.inputs.given import Given


class EmissionDemandRaster(CarbonAlgorithm):
    """Writes a demand raster from zonal statistics and weights, or from emission per person x population."""

    ID = "emissiondemandraster"
    GROUP = DEMAND
    WEIGHTS, WEIGHTS_2, LAND_COVER, CLASS_WEIGHTS = "WEIGHTS", "WEIGHTS_2", "LAND_COVER", "CLASS_WEIGHTS"
    EMISSION, EMISSION_UNIT, EMPTY = "EMISSION", "EMISSION_UNIT", "EMPTY"
    PER_PERSON, REGION_EMISSION, REGION_POPULATION = "PER_PERSON", "REGION_EMISSION", "REGION_POPULATION"
    UNIT, SINGLE, OUTPUT, REPORT = "UNIT", "SINGLE", "OUTPUT", "REPORT"
    NUMBERS = ("EMISSION_T", "RASTER_T", "MEAN_T_KM2", "AREA_KM2", "CELLS", "MISSED_T", "PERSONS", "PERSONS_OTHERWISE")

    def displayName(self):
        return tr("Emission demand raster")

    def shortDescription(self):
        return tr("Distributes the emissions of zones by population, night lights or land use, cell by cell.")

    def tags(self):
        return ["emission", "demand", "downscaling", "population", "night lights", "grid", "碳排放空间化"]

    def help_text(self):
        return tr(
            "Where within the zones are the emissions? There are two ways to compute this.\n\n"
            "<b>Statistics of zones</b>: each cell gets a part of the emissions of its zone in proportion to its "
            "weight, so that the cells of every zone add up to its statistic. Weights are a raster (population, night "
            "lights, GDP), weights of land-cover classes, or a mix: each raster distributes its own column (households "
            "by population, industry by built-up land) or its share of a common emission column.\n\n"
            "<b>Emissions per person</b>: without zones, emissions per person x population of the cell.\n\n"
            "<b>Gives</b> a raster of t CO2 per km2 per year (or t per cell per year) and its sums. Cells outside all "
            "zones and cells without weights are nodata. Where zones overlap, a cell gets the emissions of all of "
            "them.\n\n"
            "Demand derived from population alone follows population exactly: a correlation of the two is meaningless."
        )

    def initAlgorithm(self, config=None):
        add_zones(self, tr("Units with their emissions. Leave empty to use emissions per person."), optional=True)
        self.add(
            column(self.EMISSION, tr("Emission"), ZONES, optional=True),
            tr(
                "Column with the annual emissions of each zone; it must be complete: 0 is a valid value, NULL is "
                "refused."
            ),
        )
        self.add(
            choice(self.EMISSION_UNIT, tr("Unit of the emissions"), list(TONNES), "t"),
            tr("Unit of all emission columns."),
            when={ZONES: True},
        )
        weights = (
            (
                self.WEIGHTS,
                tr("Weights"),
                tr("Population, night lights or GDP. The result uses the cells of this raster."),
            ),
            (self.WEIGHTS_2, tr("Further weights"), tr("For a mix; on any grid, resampled to the grid of the result.")),
            (self.LAND_COVER, tr("Land cover as weights"), tr("Class codes, weighted by the table below.")),
        )
        for name, title, help_text in weights:
            add_raster(self, name, title, help_text, optional=True)
            if name != self.LAND_COVER:
                self.add(
                    choice(
                        f"{name}_AS", tr("{what}: meaning of the values").format(what=title), list(CELL_BASES), PER_KM2
                    ),
                    tr("per_km2: a density. per_cell: counts, such as persons; totals are preserved when resampling."),
                    when={name: True},
                )
        headers = [tr("class code"), tr("weight")]
        self.add(
            QgsProcessingParameterMatrix(
                self.CLASS_WEIGHTS, tr("Class weights"), headers=headers, defaultValue=[], optional=True
            ),
            tr(
                "Emissions per area of each class relative to the others, such as built-up 1; classes that are not "
                "listed get 0."
            ),
        )
        for name, title, _ in weights:
            self.add(
                real(f"{name}_SHARE", tr("{what}: share").format(what=title), 0, 1.0),
                tr("Share of the emissions distributed by these weights, relative to the shares of the others."),
                advanced=True,
                when={name: True, ZONES: True},
            )
            self.add(
                column(
                    f"{name}_EMISSION",
                    tr("{what}: own emissions").format(what=title),
                    ZONES,
                    optional=True,
                    unit_in=self.EMISSION_UNIT,
                ),
                tr("Emission column distributed by these weights, such as that of industry, instead of a share."),
                advanced=True,
            )
        self.add(
            choice(self.EMPTY, tr("Zones whose weights are all zero"), list(EMPTY_RULES), REFUSE),
            tr("refuse: stop and list them. spread_evenly: distribute their emissions evenly over all their cells."),
            when={ZONES: True},
        )
        self.add(
            real(self.PER_PERSON, tr("Emissions per person (t per year)"), least=0),
            tr("Instead of zones: t CO2 per person per year; the weights are then the population."),
        )
        for name, title, unit_title, units, unit, help_text in (
            (self.REGION_EMISSION, tr("Emissions of the region"), tr(
                "Unit of the emissions of the region"
            ), TONNES, "10^4 t",
             tr("Instead of emissions per person: the emissions of a region, together with its population.")),
            (self.REGION_POPULATION, tr("Population of the region"), tr(
                "Unit of the population of the region"
            ), PERSONS,
             "10^4 persons", tr(
                 "Population of the region above; together with emissions per person it is used to check the raster."
             )),
        ):  # fmt: skip
            self.add(real(name, title, least=0), help_text, when={ZONES: False})
            self.add(choice(f"{name}_UNIT", unit_title, list(units), unit), tr("Unit of the value above."))
        add_cell_size(self)
        add_rule(self)
        self.add(
            choice(self.UNIT, tr("Unit of the raster"), list(DEMAND_RASTER_UNITS), T_PER_KM2),
            tr("t_per_km2: t per km2 per year, comparable between cell sizes. t_per_cell: cells add up to the total."),
        )
        self.add(
            QgsProcessingParameterBoolean(self.SINGLE, tr("Single precision"), False),
            tr("32-bit numbers: half the file size; sums are then accurate to about 1e-7 instead of 1e-12."),
            advanced=True,
        )
        add_nodata_values(self, of_rasters=True)
        add_compression(self)
        add_scheduler(self)
        add_raster_output(self, self.OUTPUT, tr("Emission demand"), tr("GeoTIFF in the chosen unit, CO2 per year."))
        add_report(self)
        add_results(self, self.NUMBERS)

    def _weights(self, given: Given) -> dict:
        """The weight rasters by parameter name, and whether their values are counts or densities."""
        from ...core.demand.weighting import class_weights
        from ...core.raster.quantity import classes_as_values

        found = {
            name: (scaled_raster(given, name), given.choice(f"{name}_AS")) for name in (self.WEIGHTS, self.WEIGHTS_2)
        }
        cover, table = raster_in(given, self.LAND_COVER), given.matrix(self.CLASS_WEIGHTS)
        if (cover is None) != (not table):
            raise CarbonBalanceError(
                tr("Land cover as weights needs both the raster (LAND_COVER) and the class weights (CLASS_WEIGHTS).")
            )
        found[self.LAND_COVER] = (cover and classes_as_values(cover, *class_weights(table)), PER_KM2)
        found = {name: weights for name, weights in found.items() if weights[0] is not None}
        if not found:
            raise CarbonBalanceError(
                tr(
                    "Weights are missing: give a raster (WEIGHTS), or a land cover (LAND_COVER) and class weights "
                    "(CLASS_WEIGHTS)."
                )
            )
        return found

    def _emission(self, given: Given, zones, name: str):
        field = given.field(name)
        unit = TONNES[given.choice(self.EMISSION_UNIT)]
        return None if field is None else zones.table.non_negative(field, complete=True) * unit

    def _disaggregate(self, given: Given, log: Log, weights: dict, zones, target: Target):
        import numpy as np

        from ...core.demand.disaggregation import WeightedEmission, disaggregate
        from ...core.demand.weighting import split_emission
        from ...core.raster.quantity import quantity_on
        from ...core.raster.zone_outlines.double_counting import non_overlapping_zones

        own = [self._emission(given, zones, f"{name}_EMISSION") for name in weights]
        shares = [given.number(f"{name}_SHARE") for name in weights]
        emissions = split_emission(self._emission(given, zones, self.EMISSION), own, shares, log)
        names, overlaps = zone_names(given, zones), zones.overlaps()
        kept = np.ones(len(zones), bool)
        if overlaps:
            kept = non_overlapping_zones(overlaps, emissions, names, zones.areas_km2(), log)
        parts = [
            WeightedEmission(emission[kept], quantity_on(source, target.grid, basis, log=log))
            for emission, (source, basis) in zip(emissions, weights.values())
        ]
        outlines = list(compress(zones.outlines(target.grid.crs_wkt), kept))
        rule, empty = given.choice(RULE), given.choice(self.EMPTY)
        names = list(compress(names, kept))
        return disaggregate(parts, outlines, names, target=target, log=log, rule=rule, empty=empty)

    def _by_person(self, given: Given, log: Log, weights: dict, rate_t: float, known: float | None, target: Target):
        from ...core.demand.demand_raster import demand_of_population
        from ...core.demand.population_demand import warn_implausible
        from ...core.raster.quantity import quantity_on

        if list(weights) != [self.WEIGHTS]:
            raise CarbonBalanceError(
                tr("Emissions per person need one weight raster (WEIGHTS), which is the population.")
            )
        warn_implausible(rate_t, log)
        source, basis = weights[self.WEIGHTS]
        return demand_of_population(quantity_on(source, target.grid, basis, log=log), rate_t, target, log, known)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.demand.demand_raster import Target
        from ...core.demand.zonal_demand import Rates, rate_t_person
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        weights = self._weights(given)
        emission = real_in(given, self.REGION_EMISSION, "REGION_EMISSION_UNIT", TONNES)
        known = real_in(given, self.REGION_POPULATION, "REGION_POPULATION_UNIT", PERSONS)
        per_person = given.number(self.PER_PERSON)
        rate_t = rate_t_person(Rates(per_person, emission, None if emission is None else known))
        if given.has(ZONES) == (rate_t is not None):
            raise CarbonBalanceError(
                tr("Give either zones with their emissions, or emissions per person (or the two values for a region).")
            )
        out = Outputs(given)
        zones = given.zones(ZONES) if given.has(ZONES) else None
        grid = grid_in(given, next(iter(weights.values()))[0], zones)
        unit, compression = given.choice(self.UNIT), given.choice(COMPRESSION)
        target = Target(given.output_path(self.OUTPUT), grid, unit, given.flag(self.SINGLE), compression)
        if zones is None:
            result, raster = self._by_person(given, log, weights, rate_t=rate_t, known=known, target=target)
        else:
            result, raster = self._disaggregate(given, log, weights, zones, target)
        out.raster(self.OUTPUT, raster)
        log.info(result.sentence())
        numbers = dict(zip(self.NUMBERS, result.numbers()))
        out.numbers(**numbers)
        parts = [html.paragraph(note) for note in log.notes]
        out.report(
            self.REPORT,
            self.displayName(),
            [*parts, figure_table([*numbers], [*numbers.values()])],
        )
        return out.write()
