"""Algorithm "Carbon uncertainty": uncertainty of carbon and its change from that of densities and land cover."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterMultipleLayers,
)

from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, add_suffix, sink
from ..shared.parameters.land_cover import (
    ZONES,
    add_coverage,
    add_land_cover,
    add_rule,
    add_zones,
    coverage_rule,
    land_cover,
    land_covers,
    zone_names,
)
from ..shared.parameters.supply import uncertainty
from ..shared.parameters.supply.pool import POOLS, add_pool_parameters, pools
from ..shared.parameters.supply.region_pools import (
    add_pool_region,
    add_pool_region_raster,
    chosen_regions,
    regional_confusion,
    regional_judgements,
)


class CarbonUncertainty(CarbonAlgorithm):
    """Computes mean, SD, interval and probabilities of carbon, change, scenarios and zone classes."""

    ID = "carbonuncertainty"
    GROUP = SUPPLY

    SCENARIOS = "SCENARIOS"
    JUDGED = "JUDGED"
    OUTPUT, SUMMARY, TORNADO, ZONE_CLASSES, REPORT = "OUTPUT", "SUMMARY", "TORNADO", "ZONE_CLASSES", "REPORT"
    TOTALS = ("MEAN_T", "SD_T", "SD_CLOSED_T", "LOW_T", "HIGH_T")
    NUMBERS = (*TOTALS, *(f"CHANGE_{name}" for name in TOTALS), "P_GAIN", "P_BEST")
    NUMBERS += ("VARIANCE_JUDGEMENT", "VARIANCE_DENSITIES", "VARIANCE_AREAS", "ZONES_KEPT")

    def displayName(self) -> str:
        return tr("Carbon uncertainty")

    def shortDescription(self) -> str:
        return tr("How certain are the carbon stock, its change, the best scenario and the class of each zone?")

    def tags(self) -> list[str]:
        return tr("carbon,uncertainty,Monte Carlo,confidence,interval,probability,scenario,sensitivity").split(",")

    def help_text(self) -> str:
        return tr(
            "How certain are the numbers? The densities of a pool table are drawn 10,000 times and propagated "
            "through the areas of all zones, dates and scenarios.\n\n<b>Needs</b> a land cover, and a pool table "
            "with SDs (columns sd_above and so on) or one coefficient of variation. Optional: later land covers or "
            "scenarios, zones, their demand, a confusion matrix.\n\n<b>Gives</b> mean, SD and 95 % interval of the "
            "stock and of each change, by zone and in total; the probability of a gain, of each scenario being the "
            "best, and of the class of each zone; and the contribution of each class and pool to the variance. "
            "Without a confusion matrix, areas are assumed to be exact. Codes that could be counted as one class or "
            "another, such as savanna, can be drawn as well: the summary then shows which part of the variance comes "
            "from that judgement, from densities and from class areas, and, with a demand, which zones keep their "
            "class for every judgement and which code changes the others.\n\n<b>Method</b>: one draw of all "
            "densities is used for all cells, zones and dates of a realisation, because an error in a density "
            "applies everywhere; drawing separately for each cell or date would average the error out. The parts of "
            "the variance are Shapley effects (Owen 2014), which add up to 1. For comparison, the closed forms are "
            "given: SD = sqrt(sum (A<sub>k</sub> s<sub>k</sub>)<sup>2</sup>) and, for a change, sqrt(sum "
            "(dA<sub>k</sub> s<sub>k</sub>)<sup>2</sup>), with s<sub>k</sub> the SD of the total density of a class."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.SCENARIOS,
                tr("Later land covers or scenarios"),
                QgsProcessing.SourceType.TypeRaster,
                optional=True,
            ),
            tr("Each is compared with the first land cover, on the cells with data in both (band 1 is read)."),
        )
        add_pool_parameters(self)
        uncertainty.add_uncertainty(self)
        uncertainty.add_judgements(self)
        add_zones(self, tr("Polygons by which the carbon is summed. All their columns are kept."), optional=True)
        add_pool_region(self, by_cells=True)
        add_pool_region_raster(self)
        add_rule(self)
        add_coverage(self)
        uncertainty.add_zone_classes(self)
        add_suffix(self)
        tables = {
            self.OUTPUT: (
                tr("Zones with uncertainty"),
                tr(
                    "The zones with mean, SD, interval, p_gain, best scenario, zone class and its probability, and the "
                    "share of the zone with data."
                ),
            ),
            self.SUMMARY: (
                tr("Summary"),
                tr("One row per zone (and one for the total) and quantity, with the closed form."),
            ),
            self.TORNADO: (
                tr("Tornado table"),
                tr(
                    "By class and pool: its share of the variance, and the total when only this density is at its 2.5 "
                    "or 97.5 % quantile."
                ),
            ),
            self.JUDGED: (
                tr("Judgements"),
                tr(
                    "The codes whose class was drawn: a row for each admissible class, with its weight and the carbon "
                    "of the code in all zones if it is that class."
                ),
            ),
            self.ZONE_CLASSES: (tr("Probability of zone classes"), tr("One row per zone and zone class.")),
        }
        for name, (title, help_text) in tables.items():
            self.add(sink(name, title, optional=True), help_text)
        add_report(self)
        add_results(self, self.NUMBERS, ("BEST",))

    def compute(self, given, log) -> dict:
        # Imported here and not at the top, so that the start of QGIS is not delayed.
        from ...core.land_cover.coverage import without
        from ...core.text import html
        from ...core.uncertainty.areas import scenario_areas
        from ...core.uncertainty.assessment import assess, zone_column_names
        from ...core.uncertainty.judgement import drawn_columns
        from ..shared.outputs.outputs import Outputs

        out = Outputs(given)
        zones = given.zones(ZONES) if given.has(ZONES) else None
        wanted = [name for name in (self.OUTPUT, self.ZONE_CLASSES) if given.has(name)]
        if zones is None and (wanted or given.has(uncertainty.DEMAND)):
            raise CarbonBalanceError(tr("Results by zone were requested, but no zones are given (ZONES)."))
        if self.ZONE_CLASSES in wanted and not given.has(uncertainty.DEMAND):
            raise CarbonBalanceError(tr("Zone classes were requested, but no demand field is given (DEMAND)."))
        first, later = land_cover(given), land_covers(given, self.SCENARIOS)
        regional = chosen_regions(given, first, zones)
        if regional is None:
            table, rows = pools(given), given.table(POOLS)
        else:
            uncertainty.need_no_classes(given)
            table, rows = regional.table, regional.rows
            first = regional.places.on(first)
            later = {name: regional.places.on(cover) for name, cover in later.items()}
        densities = uncertainty.uncertain_pools(given, table, rows)
        if regional is None:
            matrix, judged = uncertainty.confusion(given, table), uncertainty.judgements(given, densities)
        else:
            matrix = regional_confusion(given, densities, regional.table)
            judged = regional_judgements(given, densities, regional.table)
        if zones:
            new = zone_column_names(len(later), given.has(uncertainty.DEMAND), bool(judged))
            names = columns.suffixed([*new, columns.CARBON_COVERAGE_SHARE], given.text("SUFFIX"), zones.table.fields)
        first.source.grid.need_areas(first.source.name)
        outlines = zones.outlines(first.source.grid.crs_wkt) if zones else ()
        titles = zone_names(given, zones) if zones else []
        areas = scenario_areas(
            first, later, table, log=log, outlines=outlines, zone_names=titles, rule=given.choice("CELL_RULE")
        )
        classes = uncertainty.classes_of(given, zones, areas.supply_t(table), areas.coverage)
        found = assess(
            areas,
            densities,
            uncertainty.settings(given),
            log=log,
            confusion=matrix,
            zone_classes=classes,
            judged=judged,
        )
        for sentence in found.sentences():
            log.info(sentence)
        summary, tornado = found.summary_columns(titles), found.tornado_columns()
        if zones:
            left_out = coverage_rule(given).apply(areas.coverage, titles, log)
            values = without(left_out, {names[name]: column for name, column in found.zone_columns().items()})
            values[names[columns.CARBON_COVERAGE_SHARE]] = areas.coverage
            out.zones(self.OUTPUT, zones, values)
        if classes:
            out.table(self.ZONE_CLASSES, classes.long_columns(found.outcome.classes, titles))
        out.table(self.SUMMARY, summary)
        out.table(self.TORNADO, tornado)
        drawn = drawn_columns(judged, areas.stock_ha[-1])
        out.table(self.JUDGED, drawn)
        parts = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        parts += [html.heading(tr("Summary")), html.table(summary)]
        if judged:
            parts += [html.heading(tr("Judgements")), html.table(drawn)]
        out.report(self.REPORT, self.displayName(), [*parts, html.heading(tr("Tornado")), html.table(tornado)])
        out.numbers(**found.numbers())
        return out.write()
