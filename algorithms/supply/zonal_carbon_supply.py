"""Carbon supply by zone: the area table times densities."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterFeatureSink,
)

from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, add_suffix
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
from ..shared.parameters.pool import add_pool_parameters, pools


class ZonalCarbonSupply(CarbonAlgorithm):
    """Zones with the carbon that they store."""

    ID = "zonalcarbonsupply"
    GROUP = SUPPLY

    OUTPUT, CLASSES, REPORT = "OUTPUT", "CLASSES", "REPORT"

    def displayName(self) -> str:
        return tr("Carbon supply by zone")

    def shortDescription(self) -> str:
        return tr("How much carbon does each county, city or other zone store?")

    def tags(self) -> list[str]:
        return tr("carbon,supply,zonal,county,statistics,stock,region").split(",")

    def help_text(self) -> str:
        return tr(
            "How much carbon does each zone store? The area of every land-cover class in every zone is measured in "
            "one pass and multiplied by the class's density.\n\n"
            "<b>Needs</b> zones (counties, cities, grid squares), a land cover raster and a pool table in t C/ha. "
            "Zones in another CRS are brought into the raster's.\n\n"
            "<b>Gives</b> the zones with carbon_t (t C), mapped_km2 (area with land cover data), carbon_t_km2 (carbon "
            "over mapped area), carbon_share (part of the carbon of all zones' land) and coverage_share (part of the "
            "zone with land cover data), and a table of zone by class. Zones that overlap each count in full, the "
            "totals count their land once; cells in no zone are counted in the log.\n\n"
            "<b>Formula</b>: carbon = sum over classes of area x (C<sub>above</sub> + C<sub>below</sub> + "
            "C<sub>soil</sub> + C<sub>dead</sub>). A stock of carbon (C, not CO2)."
        )

    def initAlgorithm(self, config=None) -> None:
        add_zones(self, tr("Polygons by which the carbon is summed. All their columns are kept."))
        add_land_cover(self)
        add_pool_parameters(self)
        add_rule(self)
        add_coverage(self)
        add_suffix(self)
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Zones with carbon supply")),
            tr(
                "The zones with all their columns and coverage_share, carbon_t, mapped_km2, carbon_t_km2, carbon_share."
            ),
        )
        self.add(
            QgsProcessingParameterFeatureSink(self.CLASSES, tr("Carbon by zone and class"), optional=True),
            tr("Table: one row per class in each zone, with area in ha and carbon in t."),
        )
        add_report(self)
        add_results(self, ("TOTAL_CARBON_T", "MAPPED_KM2", "OUTSIDE_HA"))

    def compute(self, given, log) -> dict:
        from ...core.land_cover.area_table import log_areas
        from ...core.land_cover.coverage import without
        from ...core.runtime.figures import Figure
        from ...core.supply.storage import carbon_by_zone, storage
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        out = Outputs(given)
        zones, cover, table = given.zones(ZONES), land_cover(given), pools(given)
        new = [columns.COVERAGE_SHARE, columns.CARBON_T, columns.MAPPED_KM2, columns.CARBON_T_KM2, columns.CARBON_SHARE]
        names = columns.suffixed(new, given.text("SUFFIX"), zones.table.fields)
        cover.source.grid.need_areas(cover.source.name)
        outlines = zones.outlines(cover.source.grid.crs_wkt)
        areas, _ = storage(cover, table, log, outlines=outlines, rule=given.choice(RULE))
        titles = zone_names(given, zones)
        log_areas(areas, log, cover, titles)
        carbon = carbon_by_zone(areas, table)
        left_out = coverage_rule(given).apply(carbon.coverage, titles, log)
        total_t, mapped_km2 = carbon.totals()
        log.info(
            tr("{carbon:,.0f} t of carbon in {zones} zones on {area:,.2f} km2.").format(
                carbon=Figure(total_t), zones=len(zones), area=Figure(mapped_km2)
            )
        )
        if areas.overlaps:
            log.info(
                tr("{column} is the share of that total, so that its values add up to more than 1.").format(
                    column=names[columns.CARBON_SHARE]
                )
            )
        results = {
            columns.CARBON_T: carbon.zone_t,
            columns.MAPPED_KM2: carbon.mapped_km2,
            columns.CARBON_T_KM2: carbon.density_t_km2,
            columns.CARBON_SHARE: carbon.share,
        }
        results = {columns.COVERAGE_SHARE: carbon.coverage, **without(left_out, results)}
        values = {names[name]: column for name, column in results.items()}
        out.zones(self.OUTPUT, zones, values)
        out.table(self.CLASSES, carbon.long_columns(titles))
        out.report(self.REPORT, self.displayName(), [html.table({columns.ZONE_NAME: titles, **values})])
        out.numbers(TOTAL_CARBON_T=total_t, MAPPED_KM2=mapped_km2, OUTSIDE_HA=areas.outside_ha.sum())
        return out.write()
