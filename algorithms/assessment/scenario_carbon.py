"""Algorithm "Carbon of land-use scenarios": scenarios from a table, with ranges over several runs."""

from __future__ import annotations

import re
from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)

from ...core.options.supply import pool_sets
from ...core.runtime.i18n import tr, translated
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import TITLES, add_results
from ..shared.parameters.common import add_nodata_values, add_report, real, sink, text, whole
from ..shared.parameters.land_cover import (
    LAND_COVER,
    NODATA,
    RULE,
    ZONES,
    add_rule,
    add_zones,
    read_land_cover,
    zone_names,
)
from ..shared.parameters.raster import checked, quantity_rasters, scaled_rasters
from ..shared.parameters.scenarios.numbered import add_numbered_outputs, add_numbered_results
from ..shared.parameters.scenarios.scenarios import DEMAND, MASKS, NUMBERED, PERMISSIONS, add_scenarios, scenario_rows
from ..shared.parameters.supply.pool import (
    SCHEME,
    add_own_pools,
    add_preset,
    add_reassign,
    pools,
    preset_help,
)
from ..shared.parameters.supply.region_pools import add_pool_region, add_pool_region_raster, chosen_regions


class ScenarioCarbon(CarbonAlgorithm):
    """Computes future land cover and carbon by scenario, year and zone."""

    ID = "scenariocarbon"
    GROUP = ASSESSMENT
    TODAY, DRIVERS, RESTRICTED, SEED, RUNS = "TODAY", "DRIVERS", "RESTRICTED", "SEED", "RUNS"
    YEAR, LATER_YEAR, TARGET_YEAR, STEP_YEARS = "YEAR", "LATER_YEAR", "TARGET_YEAR", "STEP_YEARS"
    ZONES_OUT, CARBON, ZONE_CARBON, CHANGES = "carbon3:Zones", "CARBON", "ZONE_CARBON", "CHANGES"
    SETTINGS, FOLDER, REPORT = "SETTINGS", "FOLDER", "REPORT"
    NUMBERS = ("SCENARIO_COUNT", "RUN_COUNT", "SKILL", "AUC")
    LEARNED = ("LOG_LOSS", "NO_SKILL_LOG_LOSS")

    def displayName(self) -> str:
        return tr("Carbon of land-use scenarios")

    def shortDescription(self) -> str:
        return tr("How much carbon would each zone store in a later year under several land-use scenarios?")

    def tags(self) -> list[str]:
        return ["scenario", "land use", "carbon", "future", "flus", "markov", "zones", "情景", "土地利用", "碳"]

    def help_text(self) -> str:
        return tr(
            "From two land covers, drivers and a pool table to the land cover and the carbon of later years under "
            "any number of scenarios: how much each zone would store, and how much it would gain or lose compared "
            "with the present.\n\n<b>Needs</b> two land covers with the same codes, their years and a target year, "
            "drivers, zones, and a pool table. Scenarios come from a table; without one they are the three of the "
            "Beibu Gulf study (urbanised, agricultural, ecological).\n\n<b>Gives</b> carbon by scenario, year and "
            "zone, as the mean of several runs with its lowest and highest; the zones with the carbon of the target "
            "year; the land cover of every scenario; and demand and result by transition.\n\n<b>How</b>: the network "
            "learns from what changed between the two dates, and the demand of a scenario is that of the Markov "
            "chain (with its factors) or a separate one. Changes that its permissions, masks or restricted cells do "
            "not allow are left out and reported. The runs differ in their seed, so that the range shows the effect "
            "of the location of changes; it does not include the uncertainty of densities (see Carbon uncertainty)."
        )

    def initAlgorithm(self, config=None) -> None:
        add_zones(self, tr("Cities, counties or other zones. All their columns are kept."))
        add_rule(self)
        for name, title, help_text in (
            (LAND_COVER, tr("Earlier land cover"), tr("Raster of class codes.")),
            (self.TODAY, tr("Present land cover"), tr("The same classes at the later date.")),
        ):
            self.add(QgsProcessingParameterRasterLayer(name, title), help_text)
        self.add(
            text(NODATA, tr("Codes that mean no data")),
            tr("Codes to leave out in addition to the rasters' own nodata value, separated by commas, such as 0,255."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterMultipleLayers(self.DRIVERS, tr("Drivers"), QgsProcessing.SourceType.TypeRaster),
            tr(
                "Rasters that may explain the land cover. Use the tools Proximity for distances and Slope for slope. A "
                "scale or an offset that a band states is applied."
            ),
        )
        for name, title, help_text in (
            (self.YEAR, tr("Year of the land cover"), tr("For example 2010.")),
            (self.LATER_YEAR, tr("Year of the later land cover"), tr("For example 2020.")),
            (self.TARGET_YEAR, tr("Target year"), tr("The year of the last step, such as 2060.")),
        ):
            self.add(QgsProcessingParameterNumber(name, title, QgsProcessingParameterNumber.Type.Double), help_text)
        self.add(
            real(self.STEP_YEARS, tr("Years between the years shown")),
            tr("If empty: the interval between the two land covers. The last step may be shorter."),
        )
        add_own_pools(self)
        add_preset(self, tr("Bundled pool table"), pool_sets(), preset_help())
        add_reassign(self)
        add_pool_region(self, by_cells=True)
        add_pool_region_raster(self)
        add_scenarios(self)
        self.add(
            QgsProcessingParameterFile(self.SETTINGS, tr("Settings"), extension="json", optional=True),
            tr("How to learn and to allocate, as the calibration (landusecalibration) has written it for this region."),
        )
        self.add(
            QgsProcessingParameterRasterLayer(self.RESTRICTED, tr("Restricted areas"), optional=True),
            tr("Cells with a value other than 0 never change: reserves, protected farmland, water and so on."),
        )
        self.add(
            whole(self.SEED, tr("Seed"), 1, 0, 2**31 - 1001),
            tr("Seed of the first run; the others use the following numbers."),
        )
        self.add(
            whole(self.RUNS, tr("Runs of each scenario"), 5, 1, 1000),
            tr(
                "Each run uses another seed; carbon is reported as the mean, lowest and highest of the runs. 1: no "
                "range."
            ),
        )
        self._add_outputs()

    def _add_outputs(self) -> None:
        self.add(
            sink(self.ZONES_OUT, tr("Zones"), optional=True),
            tr(
                "The zones with carbon at both dates, change, gain and loss in the target year: means over the runs, "
                "and the lowest and highest of stock and change; _1, _2... is the number of the scenario in the "
                "table."
            ),
        )
        self.add(
            sink(self.CARBON, tr("Carbon by scenario and year"), optional=True),
            tr("Table: the whole region; means over the runs, lowest and highest."),
        )
        self.add(
            sink(self.ZONE_CARBON, tr("Carbon by scenario, year and zone"), optional=True),
            tr("Table: as by scenario and year, for every zone."),
        )
        self.add(
            sink(self.CHANGES, tr("Demand and result by transition"), optional=True),
            tr("Table: scenario, year, from_code, to_code, cells demanded and reached, counted from today; first run."),
        )
        self.add(
            QgsProcessingParameterFolderDestination(
                self.FOLDER, tr("Folder of land covers"), optional=True, createByDefault=False
            ),
            tr(
                "One GeoTIFF per scenario from its first run, named after the scenario: band 1 is the target year, the "
                "other bands the other years."
            ),
        )
        add_numbered_outputs(self)
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, self.NUMBERS)
        for name in self.LEARNED:
            self.addOutput(QgsProcessingOutputNumber(f"suitability:{name}", translated(TITLES[name])))
        add_numbered_results(self)

    def compute(self, given, log) -> dict:
        from ...core.assessment import scenario_carbon_tables as tables
        from ...core.assessment.scenario_carbon import run_scenarios
        from ...core.assessment.scenario_inputs import ScenarioInputs
        from ...core.runtime.cluster import here
        from ...core.scenarios.calibration.settings import LandUseSettings, read_settings
        from ...core.statistics.temporal.named_years import warn_of_other_years
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        settings = given.file_input(self.SETTINGS)
        rows = scenario_rows(given)
        today = read_land_cover(given, given.raster(self.TODAY, classes=True))
        earlier = read_land_cover(given, given.raster(LAND_COVER, classes=True))
        own_years = [given.number(self.YEAR), given.number(self.LATER_YEAR)]
        warn_of_other_years([earlier.source.name, today.source.name], own_years, log)
        zones = given.zones(ZONES)
        regional = chosen_regions(given, today, zones)
        pool_table = pools(given) if regional is None else regional.table
        today.source.grid.need_areas(today.source.name)
        inputs = ScenarioInputs(
            earlier=earlier,
            today=today,
            drivers=scaled_rasters(given, self.DRIVERS),
            years=(given.number(self.YEAR), given.number(self.LATER_YEAR), given.number(self.TARGET_YEAR)),
            step_years=given.number(self.STEP_YEARS),
            pools=pool_table,
            regions=None if regional is None else regional.places,
            outlines=zones.outlines(today.source.grid.crs_wkt),
            zone_rule=given.choice(RULE),
            scheme=given.choice(SCHEME),
            restricted=checked(given, given.raster(self.RESTRICTED)) if given.has(self.RESTRICTED) else None,
            masks=quantity_rasters(given, MASKS),
            permissions=given.table(PERMISSIONS),
            demand=given.table(DEMAND),
            seed=given.integer(self.SEED),
            runs=given.integer(self.RUNS),
            settings=read_settings(settings) if settings else LandUseSettings(),
        )
        names = self._layer_names(zones, len(rows))
        wanted = self._wanted(given, rows)
        with here():
            found = run_scenarios(rows, inputs, list(wanted.values()), log)
        out = Outputs(given)
        for name, place in wanted.items():
            out.raster(name, found.rasters[place])
        titles = zone_names(given, zones)
        out.zones(self.ZONES_OUT, zones, tables.zone_layer_columns(found.carbon, names))
        totals = tables.total_columns(found.carbon)
        out.table(self.CARBON, totals)
        out.table(self.ZONE_CARBON, tables.zone_table_columns(found.carbon, titles))
        out.table(self.CHANGES, tables.scenario_transition_columns(found.carbon))
        for place, (scenario, change) in enumerate(zip(found.carbon[: len(NUMBERED)], found.first_changes), 1):
            out.table(f"carbon{place}:By class {place}", change.class_columns())
            total = scenario.total()
            out.numbers(
                **{
                    f"carbon{place}:CARBON_START_T": total[columns.CARBON_START_T],
                    f"carbon{place}:CARBON_END_T": total[columns.CARBON_END_T],
                    f"carbon{place}:NET_T": total[columns.CARBON_CHANGE_T],
                    f"future{place}:MISSING_HA": scenario.missing_ha,
                }
            )
        learned = found.learned.main_numbers()
        out.numbers(SCENARIO_COUNT=len(rows), RUN_COUNT=inputs.runs, SKILL=learned[5], AUC=learned[6])
        out.numbers(**{f"suitability:{name}": value for name, value in zip(self.LEARNED, learned)})
        parts = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        parts += [html.heading(tr("Carbon by scenario and year")), html.table(totals)]
        parts += [html.heading(tr("Carbon by scenario, year and zone"))]
        parts += [html.table(tables.zone_table_columns(found.carbon, titles))]
        out.report(self.REPORT, self.displayName(), parts)
        results = out.write()
        folder = given.folder_path(self.FOLDER)
        if folder is not None:
            results[self.FOLDER] = str(folder)
        return results

    def _layer_names(self, zones, count: int):
        """The columns of the zone layer for a suffix; existing columns are refused before the run."""
        from ...core.assessment.scenario_carbon_tables import ZONE_COLUMNS

        def names(suffix: str) -> dict[str, str]:
            return columns.suffixed(ZONE_COLUMNS, suffix, zones.table.fields)

        for number in range(1, count + 1):
            names(f"_{number}")
        return names

    def _wanted(self, given, rows) -> dict:
        """The maps to write, by the name of the result."""
        from ...core.assessment.scenario_carbon import WantedMap
        from ..shared.checks.destinations import check_not_lost, check_not_read

        wanted = {}
        for place, number in zip(NUMBERED, range(len(rows))):
            for name, change in (
                (f"future{place}:Land cover {place}", False),
                (f"carbon{place}:Change of carbon {place}", True),
            ):
                if given.has(name):
                    wanted[name] = WantedMap(number, given.output_path(name), change)
        folder = given.folder_path(self.FOLDER)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for number, row in enumerate(rows):
                file = re.sub(r"[^\w-]+", "_", row.name).strip("_")
                if not file or f"LAND_COVER_{file}" in wanted:
                    file = f"scenario_{number + 1}"
                wanted[f"LAND_COVER_{file}"] = WantedMap(number, str(folder / f"{file}.tif"), all_years=True)
            written = [Path(each.path) for each in wanted.values() if each.all_years]
            check_not_read(given, self.FOLDER, written)
            check_not_lost(given, self.FOLDER, written)
        return wanted
