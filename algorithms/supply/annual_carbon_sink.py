"""Algorithm "Annual carbon sink": class areas times sink coefficients by zone."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
)

from ...core.options.land_cover import AREA_UNITS
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, add_suffix
from ..shared.parameters.land_cover import (
    LAND_COVER,
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
from ..shared.parameters.supply.pool import add_sink_parameters, sinks


class AnnualCarbonSink(CarbonAlgorithm):
    """Computes the annual carbon uptake of zones."""

    ID = "annualcarbonsink"
    GROUP = SUPPLY

    AREA_FIELDS, AREA_UNIT = "AREA_FIELDS", "AREA_UNIT"
    OUTPUT, CLASSES, REPORT = "OUTPUT", "CLASSES", "REPORT"

    def displayName(self) -> str:
        return tr("Annual carbon sink")

    def shortDescription(self) -> str:
        return tr("How much carbon does the land of each zone take up per year?")

    def tags(self) -> list[str]:
        return tr("carbon,sink,sequestration,uptake,coefficient,annual").split(",")

    def help_text(self) -> str:
        return tr(
            "How much carbon does each zone's land take up in a year? The area of every class is multiplied by its "
            "sink coefficient in t/ha a year.\n\n<b>Needs</b> zones with a land cover raster, or with columns of the "
            "area of each class; and a table of sink coefficients, your own or a bundled one.\n\n<b>Gives</b> the "
            "zones with sink_t (t a year), sink_t_ha (t/ha a year) and, from a raster, sink_coverage_share (part of "
            "the zone with land cover data), and a table of zone by class. A zone in which the area of a class is "
            "NULL has no sink. Overlapping zones are each counted in full; totals count their land once.\n\n"
            "<b>Species</b>: tonnes of C or of CO2, as the coefficients are; the table may state this in a column "
            "called species. The published Guiyang coefficients do not state it, which gives a warning. The result "
            "is an annual flow, not a stock."
        )

    def initAlgorithm(self, config=None) -> None:
        add_zones(self, tr("Polygons by which the uptake is summed. All their columns are kept."))
        add_land_cover(self, optional=True)
        self.add(
            QgsProcessingParameterField(
                self.AREA_FIELDS,
                tr("Fields of the class areas"),
                parentLayerParameterName=ZONES,
                allowMultiple=True,
                optional=True,
            ),
            tr(
                "Instead of a raster: one column per class, named by the code or name of the class in the table of "
                "coefficients, such as forest, forest_km2 or area_2."
            ),
        )
        self.add(
            QgsProcessingParameterEnum(
                self.AREA_UNIT, tr("Unit of the areas"), options=AREA_UNITS, defaultValue="ha", usesStaticStrings=True
            ),
            tr("For columns whose name does not end in a unit: ha, km2, m2, mu (1/15 ha) or 1e4_ha (10,000 ha)."),
            advanced=True,
            when={self.AREA_FIELDS: True},
        )
        add_sink_parameters(self)
        add_rule(self, LAND_COVER)
        add_coverage(self, LAND_COVER)
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Zones with carbon sink")),
            tr("The zones with all their columns and sink_t, sink_t_ha, from a raster also sink_coverage_share."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(self.CLASSES, tr("Sink by zone and class"), optional=True),
            tr("Table: one row per class in each zone, with area in ha and uptake in t per year."),
        )
        add_report(self)
        add_results(self, ("TOTAL_SINK_T", "MEAN_SINK_T_HA"), ("SPECIES",))

    def compute(self, given, log) -> dict:
        from ...core.land_cover.area_table import area_table, log_areas
        from ...core.land_cover.background import warn_of_background
        from ...core.land_cover.class_areas import read_area_fields
        from ...core.land_cover.coverage import without
        from ...core.raster.zone_outlines.double_counting import counted_once, log_counted
        from ...core.supply.sink import log_incomplete, sink_by_zone, sink_of_areas
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        out = Outputs(given)
        zones, cover, table = given.zones(ZONES), land_cover(given), sinks(given)
        fields = given.fields(self.AREA_FIELDS)
        if (cover is None) == (not fields):
            raise CarbonBalanceError(
                tr(
                    "Give either a land cover raster (LAND_COVER) or fields of the class areas (AREA_FIELDS), but not "
                    "both."
                )
            )
        new = [columns.SINK_T, columns.SINK_T_HA] + ([] if cover is None else [columns.SINK_COVERAGE_SHARE])
        names = columns.suffixed(new, given.text("SUFFIX"), zones.table.fields)
        titles = zone_names(given, zones)
        if cover is None:
            codes, area_ha = read_area_fields(
                zones.table, fields, given.choice(self.AREA_UNIT), table.codes, table.names
            )
            log_incomplete(area_ha, log, zones.table.row_labels)
            once = counted_once(zones.overlaps(), [area_ha.sum(axis=1)])
            log_counted(once, titles, area_ha.sum(axis=1) / 100, log)
            sink = sink_by_zone(codes, area_ha, table, zones.table.label, once)
        else:
            cover.source.grid.need_areas(cover.source.name)
            areas = area_table(cover, zones.outlines(cover.source.grid.crs_wkt), log, given.choice(RULE))
            log_areas(areas, log, cover, titles)
            sink = sink_of_areas(areas, table, cover)
            warn_of_background(cover, areas.codes, areas.total_cells, None, log)
        if table.species == "unstated":
            log.warn(
                tr("{table} does not state whether the sink is in tonnes of C or of CO2.").format(table=table.label)
            )
        total_t, mean_t_ha = sink.totals()
        log.info(sink.sentence())
        values = {names[columns.SINK_T]: sink.zone_t, names[columns.SINK_T_HA]: sink.rate_t_ha}
        if sink.coverage is not None:
            values = without(coverage_rule(given).apply(sink.coverage, titles, log), values)
            values[names[columns.SINK_COVERAGE_SHARE]] = sink.coverage
        out.zones(self.OUTPUT, zones, values)
        out.table(self.CLASSES, sink.long_columns(titles))
        out.report(self.REPORT, self.displayName(), [html.table({columns.ZONE_NAME: titles, **values})])
        out.numbers(TOTAL_SINK_T=total_t, MEAN_SINK_T_HA=mean_t_ha, SPECIES=table.species)
        return out.write()
