"""Algorithm "Carbon emission of land use": direct from class areas, indirect from energy use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterBoolean, QgsProcessingParameterFeatureSource

from ...core.options.demand import FUEL_UNITS, T_CO2_PER_TCE, factor_sets
from ...core.options.supply import land_emission_sets
from ...core.options.tables import SPECIES, TONNES
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.tables import columns
from ...core.tables.names import plan_columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import DEMAND
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import (
    add_nodata_values,
    add_report,
    add_suffix,
    choice,
    column,
    numbers_in,
    sink,
    text,
)
from ..shared.parameters.land_cover import (
    RULE,
    ZONES,
    add_coverage,
    add_land_cover,
    add_rule,
    add_zones,
    coverage_rule,
    land_cover,
    zone_names,
)
from ..shared.parameters.supply.pool import PRESET, SCHEME, add_preset

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class LandUseEmission(CarbonAlgorithm):
    """Computes direct and indirect emission, uptake, net emission and footprint pressure of zones."""

    ID = "landuseemission"
    GROUP = DEMAND
    COEFFICIENTS, BUILT_UP = "COEFFICIENTS", "BUILT_UP"
    FUELS, MEASURE, FACTORS, ENERGY = "FUELS", "MEASURE", "FACTORS", "ENERGY"
    CROPS, CROPS_COUNT = "CROPS", "CROPS_COUNT"
    SUFFIX, OUTPUT, CLASSES, REPORT = "SUFFIX", "OUTPUT", "CLASSES", "REPORT"
    NUMBERS = ("NET_EMISSION_T_C", "GROSS_EMISSION_T_C", "UPTAKE_T_C", "FOOTPRINT_PRESSURE", "CROP_UPTAKE_T_C")
    NEW = (
        columns.COVERAGE_SHARE,
        plan_columns.DIRECT_EMISSION_T_C,
        plan_columns.ENERGY_EMISSION_T_C,
        plan_columns.GROSS_EMISSION_T_C,
        plan_columns.UPTAKE_T_C,
        plan_columns.NET_EMISSION_T_C,
        plan_columns.FOOTPRINT_PRESSURE,
    )

    def displayName(self):
        return tr("Carbon emission of land use")

    def shortDescription(self):
        return tr("Emission and uptake of land use by class and zone, with energy use attributed to built-up land.")

    def tags(self):
        return [
            "land use",
            "emission",
            "footprint",
            "energy",
            "crop",
            "土地利用碳排放",
            "碳足迹",
            "作物固碳",
            "净碳排放",
        ]

    def help_text(self):
        return tr(
            "How much carbon does land use emit in a year, net of what it takes up? Direct emission is the area of "
            "each class times its coefficient (t C/ha a year, below 0 for uptake). Energy use is attributed to "
            "built-up land: amount x standard coal per unit x carbon per tonne of standard coal, summed over "
            "fuels.\n\n<b>Needs</b> zones, a land cover raster and coefficients: a bundled set or your own table "
            "with code, emission_t_ha and species. Optional: columns of fuels in the zones, or one column with the "
            "emission of energy use (such as emission_t of Emission inventory); columns of crop harvests.\n\n"
            "<b>Gives</b> direct_emission_t_c, energy_emission_t_c, gross_emission_t_c (all sources), uptake_t_c, "
            "net_emission_t_c = gross - uptake, and footprint_pressure = gross / uptake, by zone; a table of zone by "
            "class. <b>All results are tonnes of C, not CO2.</b>\n\n<b>Crops</b>: uptake = harvest x dry matter x "
            "0.45 x (1 + root:shoot) / harvest index. It is gross uptake: the harvest is eaten and the rest decays "
            "within the year. Therefore it is reported in crop_uptake_t_c and is not part of any balance unless you "
            "choose so.\n\nThe bundled coefficients are widely used, but their original source could not be "
            "verified, which gives a warning. Without energy use, the emission of built-up land is missing."
        )

    def initAlgorithm(self, config=None):
        add_zones(self, tr("Polygons by which emissions are summed. All their columns are kept."))
        add_land_cover(self)
        self.add(
            QgsProcessingParameterFeatureSource(
                self.COEFFICIENTS,
                tr("Emission coefficients"),
                types=[QgsProcessing.SourceType.TypeVector],
                optional=True,
            ),
            tr(
                "One row per class: a code column, emission_t_ha (t/ha a year, below 0 for uptake) and species (C or "
                "CO2; CO2 is converted to C). Leave empty to use bundled coefficients."
            ),
        )
        add_preset(
            self,
            tr("Bundled emission coefficients"),
            land_emission_sets(),
            tr(
                "china: cropland 0.422, forest -0.644, grassland -0.021, water -0.253, unused -0.005 t C/ha a year. "
                "If neither this nor a table is given, china is used."
            ),
            {self.COEFFICIENTS: False},
        )
        self.add(
            text(self.BUILT_UP, tr("Codes of built-up land")),
            tr(
                "For your own coefficients: codes of the land to which energy use is attributed, separated by commas. "
                "Default: 5."
            ),
            advanced=True,
            when={self.COEFFICIENTS: True},
        )
        self.add(
            column(self.FUELS, tr("Columns of fuels"), ZONES, optional=True, several=True),
            tr(
                "Columns of the zones named after fuels, with the unit in brackets if it differs: raw_coal, 原煤(万吨)."
            ),
        )
        self.add(
            choice(self.MEASURE, tr("Unit of the amounts"), FUEL_UNITS, "t"),
            tr("For all amounts without their own unit. tce is tonnes of standard coal equivalent."),
            when={self.FUELS: True},
        )
        self.add(
            choice(self.FACTORS, tr("Emission factors"), factor_sets(), "standard_coal"),
            tr("The factors of fuels, as in Emission inventory. standard_coal: carbon per tonne of standard coal."),
            advanced=True,
            when={self.FUELS: True},
        )
        self.add(
            column(self.ENERGY, tr("Emission of energy use"), ZONES, optional=True),
            tr("Instead of fuels: the yearly emission of energy use, such as emission_t of Emission inventory."),
        )
        self.add(
            choice("ENERGY_UNIT", tr("Emission of energy use: unit"), list(TONNES), "t"),
            tr("The unit of the column."),
            advanced=True,
        )
        self.add(
            choice("ENERGY_SPECIES", tr("Emission of energy use: counted as"), SPECIES, "CO2"),
            tr("Tonnes of carbon (C) or carbon dioxide (CO2); CO2 is converted to C."),
            when={self.ENERGY: True},
        )
        self.add(
            column(self.CROPS, tr("Columns of crop harvests"), ZONES, optional=True, several=True),
            tr(
                "Harvest of a year in t, or with the unit in brackets: rice, wheat, maize, soybean, potato, or "
                "水稻(万吨)."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean(self.CROPS_COUNT, tr("Count the uptake of crops"), False),
            tr(
                "Count the gross uptake of crops as uptake in the net emission; off by default, because the harvest "
                "is eaten within the year."
            ),
            advanced=True,
            when={self.CROPS: True},
        )
        add_rule(self)
        add_coverage(self)
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Zones with emission of land use")),
            tr("The zones with all their columns and the emissions, uptake and pressure in t C per year."),
        )
        self.add(
            sink(self.CLASSES, tr("Emission by zone and class"), optional=True),
            tr("Table: one row per class in each zone, with area in ha and net emission in t C per year."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log) -> dict:
        import numpy as np

        from ...core.land_cover.area_table import area_table, log_areas
        from ...core.land_cover.coverage import without
        from ...core.raster.zone_outlines.double_counting import counted_once, log_counted
        from ...core.supply.class_coverage import need_codes
        from ...core.supply.land_emission import land_emission, log_land_emission
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones, cover, table = given.zones(ZONES), land_cover(given), self._coefficients(given)
        with_crops = bool(given.fields(self.CROPS))
        new = [*self.NEW, plan_columns.CROP_UPTAKE_T_C] if with_crops else list(self.NEW)
        names = columns.suffixed(new, given.text(self.SUFFIX), zones.table.fields)
        titles = zone_names(given, zones)
        energy, crops = self._energy(given, zones), self._crops(given, zones)
        cover.source.grid.need_areas(cover.source.name)
        areas = area_table(cover, zones.outlines(cover.source.grid.crs_wkt), log, given.choice(RULE))
        log_areas(areas, log, cover, titles)
        need_codes(areas.codes, areas.total_ha, areas.total_cells, table, cover.source.name, cover)
        found = land_emission(
            areas.codes, areas.zones_ha(), table, energy, crops, given.flag(self.CROPS_COUNT) and with_crops
        )
        once = counted_once(zones.overlaps(), [found.net_t_c])
        if not once.known:
            log_counted(once, titles, zones.areas_km2(), log)
        log_land_emission(found, table, zones.table.row_labels, log, once.total)
        if energy is None:
            log.warn(tr("No energy use is given: the emission of built-up land is missing from the balance."))
        left_out = coverage_rule(given).apply(areas.coverage, titles, log)
        results = {
            plan_columns.DIRECT_EMISSION_T_C: found.direct_zone_t_c,
            plan_columns.ENERGY_EMISSION_T_C: np.where(np.isfinite(found.direct_zone_t_c), found.energy_t_c, np.nan),
            plan_columns.GROSS_EMISSION_T_C: found.gross_t_c,
            plan_columns.UPTAKE_T_C: found.uptake_t_c,
            plan_columns.NET_EMISSION_T_C: found.net_t_c,
            plan_columns.FOOTPRINT_PRESSURE: found.pressure,
            **({plan_columns.CROP_UPTAKE_T_C: found.crop_t_c} if with_crops else {}),
        }
        results = {columns.COVERAGE_SHARE: areas.coverage, **without(left_out, results)}
        values = {names[name]: each for name, each in results.items()}
        gross, uptake = once.total(found.gross_t_c), once.total(found.uptake_t_c)
        pressure = gross / uptake if uptake > 0 and gross > 0 else float("nan")
        main = (once.total(found.net_t_c), gross, uptake, pressure, once.total(found.crop_t_c))
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, values)
        out.table(self.CLASSES, found.long_columns(titles))
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [figure_table(self.NUMBERS, main), html.table({columns.ZONE_NAME: titles, **values})]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()

    def _coefficients(self, given: Given):
        """The given coefficients, otherwise the bundled ones."""
        from ...core.raster.unmarked.marking import parse_values
        from ...core.supply.land_emission import BUILT_UP_CLASS, preset_emission_table, read_emission_table

        if given.has(self.COEFFICIENTS):
            if given.has(PRESET):
                raise CarbonBalanceError(
                    tr("{inputs} are both given: give only one of them.").format(
                        inputs=f"{given.title(self.COEFFICIENTS)} / {given.title(PRESET)}"
                    )
                )
            codes = parse_values(given.text(self.BUILT_UP), given.title(self.BUILT_UP)) or [BUILT_UP_CLASS]
            return read_emission_table(given.table(self.COEFFICIENTS), [int(code) for code in codes])
        return preset_emission_table(given.choice(PRESET) or land_emission_sets()[0], given.choice(SCHEME))

    def _energy(self, given: Given, zones):
        """Emission of energy use of each zone, t C; ``None`` if not given."""
        from ...core.demand.fuels import factor_set
        from ...core.demand.inventory import by_unit, emissions, wide_uses
        from ...core.tables.units import CO2_PER_C

        fuels, ready = given.fields(self.FUELS), numbers_in(given, zones.table, self.ENERGY, TONNES)
        if ready is not None:
            zones.table.non_negative(given.field(self.ENERGY))
        if fuels and ready is not None:
            raise CarbonBalanceError(
                tr("{inputs} are both given: give only one of them.").format(
                    inputs=f"{given.title(self.FUELS)} / {given.title(self.ENERGY)}"
                )
            )
        if ready is not None:
            return ready / (CO2_PER_C if given.choice("ENERGY_SPECIES") == "CO2" else 1.0)
        if not fuels:
            return None
        table = zones.table
        found = wide_uses(table, table.fields[0], fuels, given.choice(self.MEASURE), None)
        rows = [row for row in range(len(table)) for _ in fuels]
        # Zones may share what their first column says, such as a province.
        found = [replace(use, key=table.row_label(row)) for use, row in zip(found, rows)]
        sources = emissions(found, factor_set(given.choice(self.FACTORS), t_per_tce=T_CO2_PER_TCE), given.log)
        return by_unit(sources, rows, len(table)) / CO2_PER_C

    def _crops(self, given: Given, zones):
        """Gross uptake of crops of each zone, t C; ``None`` if not given."""
        from ...core.demand.crops import crop_uptake

        fields = given.fields(self.CROPS)
        return crop_uptake(zones.table, fields, given.log) if fields else None
