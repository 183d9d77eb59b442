"""Algorithm "Sink uncertainty": uncertainty of annual sinks and of the zones of EEC and SEC."""

from __future__ import annotations

from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, add_suffix, sink
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
from ..shared.parameters.supply import sink_uncertainty, uncertainty
from ..shared.parameters.supply.pool import add_sink_parameters, sinks


class SinkUncertainty(CarbonAlgorithm):
    """Computes mean, SD, interval and stability of annual sinks, of SEC and of the zones of EEC and SEC."""

    ID = "sinkuncertainty"
    GROUP = SUPPLY

    JUDGED = "JUDGED"
    OUTPUT, SUMMARY, TORNADO, ZONE_CLASSES, REPORT = "OUTPUT", "SUMMARY", "TORNADO", "ZONE_CLASSES", "REPORT"
    NUMBERS = ("SINK_MEAN_T", "SINK_SD_T", "SINK_SD_CLOSED_T", "SINK_LOW_T", "SINK_HIGH_T", "SINK_LEAST_T")
    NUMBERS += ("SINK_MOST_T", "VARIANCE_JUDGEMENT", "VARIANCE_COEFFICIENTS", "VARIANCE_AREAS", "ZONES_KEPT")

    def displayName(self) -> str:
        return tr("Sink uncertainty")

    def shortDescription(self) -> str:
        return tr("How certain are the annual sink of each zone, its coefficient SEC and its zone?")

    def tags(self) -> list[str]:
        return tr("sink,uncertainty,Monte Carlo,confidence,interval,probability,EEC,SEC,judgement").split(",")

    def help_text(self) -> str:
        return tr(
            "How certain are annual sinks and the zones that follow from them? The sink coefficients are drawn "
            "10,000 times and multiplied by the class areas of all zones.\n\n<b>Needs</b> zones, a land cover, sink "
            "coefficients, and their SDs (column sd_sink) or one coefficient of variation. Optional: emissions and "
            "GDP or EEC of the zones, a confusion matrix.\n\n<b>Gives</b> mean, SD and 95 % interval of the sink by "
            "zone and in total, and the contribution of each class to the variance. With emissions also the "
            "coefficient SEC, its interval, and the probability that it reaches its threshold; with EEC or GDP also "
            "the zone and its probability. Codes that could be counted as one class or another, such as savanna, can "
            "be drawn as well: the result then shows the smallest and the largest possible sink, which part of the "
            "variance comes from that judgement, from coefficients and from class areas, which units remain on their "
            "side of the SEC threshold for every judgement, and which code changes the others.\n\n<b>Method</b>: one "
            "draw of all coefficients, and one decision on each code, is used for all zones of a realisation. EEC "
            "does not depend on the land and is not varied. A unit reaches the threshold t where its sink minus t "
            "times its share of the emissions times the sink of the region is at least 0; the columns sec_variance "
            "give the parts of the variance of that difference. All parts are Shapley effects (Owen 2014), which add "
            "up to 1. If only part of a unit is mapped, SEC extrapolates its sink to the whole unit.\n\n"
            "<b>Species</b>: tonnes of C or of CO2, as the coefficients are."
        )

    def initAlgorithm(self, config=None) -> None:
        add_zones(self, tr("Polygons by which the uptake is summed. All their columns are kept."))
        add_land_cover(self)
        add_sink_parameters(self)
        sink_uncertainty.add_sink_uncertainty(self)
        uncertainty.add_judgements(self)
        sink_uncertainty.add_sec(self)
        add_rule(self)
        add_coverage(self)
        add_nodata_values(self)
        add_suffix(self)
        tables = {
            self.OUTPUT: (
                tr("Zones with sink uncertainty"),
                tr(
                    "The zones with mean, SD and interval of the sink, of SEC, zone and its probability, and the share "
                    "of the zone with data."
                ),
            ),
            self.SUMMARY: (tr("Summary"), tr("One row per zone and one for all together, with the closed form.")),
            self.TORNADO: (
                tr("Tornado table"),
                tr(
                    "By class: its share of the variance, and the total when only this coefficient is at its 2.5 or "
                    "97.5 % quantile."
                ),
            ),
            self.JUDGED: (
                tr("Judgements"),
                tr(
                    "The codes whose class was drawn: a row for each admissible class, with its weight and the sink of "
                    "the code in all zones if it is that class."
                ),
            ),
            self.ZONE_CLASSES: (tr("Probability of the zones of EEC and SEC"), tr("One row per unit and zone.")),
        }
        for name, (title, help_text) in tables.items():
            self.add(sink(name, title, optional=name != self.OUTPUT), help_text)
        add_report(self)
        add_results(self, self.NUMBERS, ("SPECIES",))

    def compute(self, given, log) -> dict:
        from ...core.land_cover.coverage import without
        from ...core.runtime.errors import CarbonBalanceError
        from ...core.text import html
        from ...core.uncertainty.areas import scenario_areas
        from ...core.uncertainty.judgement import drawn_columns
        from ...core.uncertainty.pool_sd import as_pools
        from ...core.uncertainty.sinks.sink_assessment import assess_sinks, sink_zone_column_names
        from ..shared.outputs.outputs import Outputs

        out = Outputs(given)
        zones, cover, table = given.zones(ZONES), land_cover(given), sinks(given)
        has_eec = sink_uncertainty.has_eec(given)
        if given.has(self.ZONE_CLASSES) and not has_eec:
            raise CarbonBalanceError(
                tr("Zones of EEC and SEC were requested: give emissions (EMISSION), and GDP (GDP) or EEC (EEC).")
            )
        coefficients, matrix = sink_uncertainty.uncertain_sinks(given, table), uncertainty.confusion(given, table)
        judged = sink_uncertainty.judged_sinks(given, coefficients)
        new = sink_zone_column_names(given.has(sink_uncertainty.EMISSION), has_eec, bool(judged))
        names = columns.suffixed([*new, columns.SINK_COVERAGE_SHARE], given.text("SUFFIX"), zones.table.fields)
        cover.source.grid.need_areas(cover.source.name)
        titles = zone_names(given, zones)
        areas = scenario_areas(
            cover,
            {},
            as_pools(table),
            log=log,
            outlines=zones.outlines(cover.source.grid.crs_wkt),
            zone_names=titles,
            rule=given.choice(RULE),
        )
        if table.species == "unstated":
            log.warn(
                tr("{table} does not state whether the sink is in tonnes of C or of CO2.").format(table=table.label)
            )
        limits = sink_uncertainty.sec_limits(given, zones, areas.stock_ha[:-1], areas.coverage, titles)
        found = assess_sinks(
            areas,
            coefficients,
            uncertainty.settings(given),
            log=log,
            confusion=matrix,
            judged=judged,
            sec=limits,
        )
        for sentence in found.sentences():
            log.info(sentence)
        summary, tornado = found.summary_columns(titles), found.tornado_columns()
        left_out = coverage_rule(given).apply(areas.coverage, titles, log)
        values = without(left_out, {names[name]: column for name, column in found.zone_columns().items()})
        values[names[columns.SINK_COVERAGE_SHARE]] = areas.coverage
        out.zones(self.OUTPUT, zones, values)
        if has_eec:
            out.table(self.ZONE_CLASSES, found.sec.long_columns(titles))
        out.table(self.SUMMARY, summary)
        out.table(self.TORNADO, tornado)
        drawn = drawn_columns(judged, areas.stock_ha[-1], columns.SINK_T)
        out.table(self.JUDGED, drawn)
        parts = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        parts += [html.heading(tr("Summary")), html.table(summary)]
        if judged:
            parts += [html.heading(tr("Judgements")), html.table(drawn)]
        out.report(self.REPORT, self.displayName(), [*parts, html.heading(tr("Tornado")), html.table(tornado)])
        out.numbers(**found.numbers(), SPECIES=table.species)
        return out.write()
