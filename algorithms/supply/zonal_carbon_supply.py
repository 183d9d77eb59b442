"""Algorithm "Carbon supply by zone": the area table times densities."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterFeatureSink,
)

from ...core.options.supply import ALL_POOLS, CARBON_RASTER_UNITS
from ...core.options.tables import FLOW, STOCK
from ...core.runtime.errors import CarbonBalanceError, known_count, listed
from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, add_suffix
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
from ..shared.parameters.raster import quantity_raster
from ..shared.parameters.supply.carbon_raster import CARBON, POOL, add_carbon_raster
from ..shared.parameters.supply.pool import POOLS, PRESET, add_pool_parameters, pools
from ..shared.parameters.supply.region_pools import (
    POOL_REGION_RASTER,
    add_pool_region,
    add_pool_region_raster,
    chosen_regions,
    regional_pools,
)


class ZonalCarbonSupply(CarbonAlgorithm):
    """Computes the carbon stored in zones."""

    ID = "zonalcarbonsupply"
    GROUP = SUPPLY

    OUTPUT, CLASSES, REPORT = "OUTPUT", "CLASSES", "REPORT"
    NUMBERS = ("TOTAL_CARBON_T", "MAPPED_KM2", "OUTSIDE_HA", "TOTAL_SINK_T", "MEAN_SINK_T_HA")

    def displayName(self) -> str:
        return tr("Carbon supply by zone")

    def shortDescription(self) -> str:
        return tr("How much carbon does each county, city or other zone store?")

    def tags(self) -> list[str]:
        return tr("carbon,supply,zonal,county,statistics,stock,region").split(",")

    def help_text(self) -> str:
        return tr(
            "How much carbon does each zone store? The area of every land-cover class in every zone is measured in "
            "one pass and multiplied by the density of the class.\n\n<b>Needs</b> zones (counties, cities, grid "
            "squares), a land cover raster and a pool table in t C/ha. Zones in another CRS are transformed to that "
            "of the raster. <b>Or</b> a raster of carbon instead of land cover and pool table: a stock, or a yearly "
            "flow such as the result of Net ecosystem production; per area or per cell. <b>Or</b> both, if the "
            "raster contains one pool, such as soil, and the table the others.\n\n<b>Gives</b> the zones with "
            "carbon_t (t C), mapped_km2 (area with land cover data), carbon_t_km2 (carbon over mapped area), "
            "carbon_share (part of the carbon of all zones' land) and coverage_share (part of the zone with land "
            "cover data), and a table of zone by class. Overlapping zones are each counted in full; totals count "
            "their land once. Cells outside all zones are reported in the log.\n\n<b>Formula</b>: carbon = sum over "
            "classes of area x (C<sub>above</sub> + C<sub>below</sub> + C<sub>soil</sub> + C<sub>dead</sub>). The "
            "result is a carbon stock (C, not CO2). From a raster: sum over cells of value x area of the cell in the "
            "zone. A flow is given as sink_t, sink_t_ha and sink_coverage_share instead."
        )

    def initAlgorithm(self, config=None) -> None:
        add_zones(self, tr("Polygons by which the carbon is summed. All their columns are kept."))
        add_land_cover(self, optional=True)
        add_pool_parameters(self)
        add_pool_region(self)
        add_pool_region_raster(self)
        add_carbon_raster(self)
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
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        raster = quantity_raster(given, CARBON, given.choice("CARBON_BASIS") == STOCK)
        whole = given.choice(POOL) == ALL_POOLS
        if raster is not None and whole:
            return self._of_raster(given, raster, log)
        if raster is not None and given.choice("CARBON_BASIS") == FLOW:
            raise CarbonBalanceError(
                tr("A flow has no pools: choose CARBON_POOL = all, or CARBON_BASIS = stock for a raster of one pool.")
            )
        if not given.has(LAND_COVER):
            raise CarbonBalanceError(
                tr(
                    "Give a land cover raster with a pool table (LAND_COVER), or a raster of carbon (CARBON); a raster "
                    "of one pool needs both."
                )
            )
        return self._of_land_cover(given, raster, log)

    def _of_land_cover(self, given, raster, log) -> dict:
        """Class areas times densities, with one pool from ``raster`` if given."""
        from ...core.land_cover.area_table import area_table, log_areas
        from ...core.land_cover.background import warn_of_background
        from ...core.land_cover.coverage import without
        from ...core.runtime.figures import Figure
        from ...core.supply.raster_supply import with_pool_raster, without_pool
        from ...core.supply.regions.regional_pools import carbon_by_region
        from ...core.supply.storage import carbon_by_zone, storage
        from ...core.tables.units import quotient
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        out = Outputs(given)
        zones, cover = given.zones(ZONES), land_cover(given)
        regional = None if given.has(POOL_REGION_RASTER) else regional_pools(given, zones)
        if regional is not None and raster is not None:
            raise CarbonBalanceError(
                tr("Zones cannot choose a pool region (POOL_REGION) where a raster holds one pool: leave it empty.")
            )
        by_raster = chosen_regions(given, cover) if given.has(POOL_REGION_RASTER) else None
        if by_raster is not None:
            table, cover = by_raster.table, by_raster.places.on(cover)
        else:
            table = pools(given) if regional is None else regional.any_table
        new = [columns.COVERAGE_SHARE, columns.CARBON_T, columns.MAPPED_KM2, columns.CARBON_T_KM2, columns.CARBON_SHARE]
        names = columns.suffixed(new, given.text("SUFFIX"), zones.table.fields)
        cover.source.grid.need_areas(cover.source.name)
        outlines = zones.outlines(cover.source.grid.crs_wkt)
        titles = zone_names(given, zones)
        table = table if raster is None else without_pool(table, given.choice(POOL))
        if regional is None:
            areas, _ = storage(cover, table, log, outlines=outlines, rule=given.choice(RULE))
            carbon = carbon_by_zone(areas, table)
        else:
            areas = area_table(cover, outlines, log, given.choice(RULE))
            warn_of_background(cover, areas.codes, areas.total_cells, None, log)
            carbon = carbon_by_region(areas, regional, cover)
            log.info(
                tr("Densities of {count} pool regions: {regions}.").format(
                    count=len(regional.tables), regions=listed(list(regional.tables))
                )
            )
        log_areas(areas, log, cover, titles)
        pool = None if raster is None else self._summed(given, raster, zones, titles, log)
        left_out = coverage_rule(given).apply(carbon.coverage, titles, log)
        total_t, mapped_km2 = carbon.totals()
        zone_t = carbon.zone_t
        if pool is not None:
            zone_t, total_t = with_pool_raster(carbon, pool, given.choice(POOL), titles, log)
        log.info(
            tr("{carbon:,.0f} t of carbon in {zones} zones on {area:,.2f} km2.").format(
                carbon=Figure(total_t), zones=known_count(zone_t), area=Figure(mapped_km2)
            )
        )
        if areas.overlaps:
            log.info(
                tr("{column} is the share of that total, so that its values add up to more than 1.").format(
                    column=names[columns.CARBON_SHARE]
                )
            )
        results = {
            columns.CARBON_T: zone_t,
            columns.MAPPED_KM2: carbon.mapped_km2,
            columns.CARBON_T_KM2: carbon.density_t_km2 if pool is None else quotient(zone_t, carbon.mapped_km2),
            columns.CARBON_SHARE: carbon.share if pool is None else quotient(zone_t, total_t),
        }
        results = {columns.COVERAGE_SHARE: carbon.coverage, **without(left_out, results)}
        values = {names[name]: column for name, column in results.items()}
        out.zones(self.OUTPUT, zones, values)
        out.table(self.CLASSES, carbon.long_columns(titles))
        out.report(self.REPORT, self.displayName(), [html.table({columns.ZONE_NAME: titles, **values})])
        out.numbers(TOTAL_CARBON_T=total_t, MAPPED_KM2=mapped_km2, OUTSIDE_HA=areas.outside_ha.sum())
        return out.write()

    def _of_raster(self, given, raster, log) -> dict:
        """Carbon from a raster of all carbon, a stock or a flow."""
        import numpy as np

        from ...core.land_cover.coverage import without
        from ...core.raster.placing import warn_of_area_error
        from ...core.runtime.figures import Figure
        from ...core.tables.plausibility import warn_of_carbon_raster
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        ignored = [given.title(name) for name in (LAND_COVER, POOLS, PRESET) if given.has(name)]
        if ignored:
            raise CarbonBalanceError(
                tr(
                    "The carbon raster contains all pools, so {inputs} cannot be used: leave it empty, or choose the "
                    "pool that the raster contains (CARBON_POOL)."
                ).format(inputs=" / ".join(ignored))
            )
        zones = given.zones(ZONES)
        flow = given.choice("CARBON_BASIS") == FLOW
        new = (
            [columns.SINK_COVERAGE_SHARE, columns.SINK_T, columns.MAPPED_KM2, columns.SINK_T_HA]
            if flow
            else [
                columns.COVERAGE_SHARE,
                columns.CARBON_T,
                columns.MAPPED_KM2,
                columns.CARBON_T_KM2,
                columns.CARBON_SHARE,
            ]
        )
        names = columns.suffixed(new, given.text("SUFFIX"), zones.table.fields)
        titles = zone_names(given, zones)
        warn_of_area_error(raster.grid, raster.name, log)
        found = self._summed(given, raster, zones, titles, log)
        if found.total_ha > 0:
            warn_of_carbon_raster(raster.name, found.total_t / found.total_ha, not flow, log)
        left_out = coverage_rule(given).apply(found.coverage, titles, log, raster.name)
        mapped_km2 = found.mapped_ha / 100
        values = (
            [found.amount_t, mapped_km2, found.density_t_ha]
            if flow
            else [found.amount_t, mapped_km2, found.density_t_ha * 100, found.share]
        )
        results = {new[0]: found.coverage, **without(left_out, dict(zip(new[1:], values)))}
        log.info(
            tr("{carbon:,.0f} t of carbon in {zones} zones on {area:,.2f} km2.").format(
                carbon=Figure(found.region_t), zones=known_count(found.amount_t), area=Figure(found.region_ha / 100)
            )
        )
        log.info(
            tr("The whole raster contains {carbon:,.0f} t of carbon on {area:,.2f} km2.").format(
                carbon=Figure(found.total_t), area=Figure(found.total_ha / 100)
            )
        )
        shown = {names[name]: column for name, column in results.items()}
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, shown)
        out.table(self.CLASSES, {columns.ZONE_NAME: titles, columns.AREA_HA: found.mapped_ha, **self._amounts(results)})
        notes = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        out.report(self.REPORT, self.displayName(), [html.table({columns.ZONE_NAME: titles, **shown}), *notes])
        outside_ha = found.total_ha - found.region_ha
        mean = found.region_t / found.region_ha if found.region_ha > 0 else np.nan
        out.numbers(
            TOTAL_CARBON_T=np.nan if flow else found.region_t,
            MAPPED_KM2=found.region_ha / 100,
            OUTSIDE_HA=outside_ha if outside_ha > 1e-9 * found.total_ha else 0.0,
            TOTAL_SINK_T=found.region_t if flow else np.nan,
            MEAN_SINK_T_HA=mean if flow else np.nan,
        )
        return out.write()

    @staticmethod
    def _amounts(results) -> dict:
        return {name: results[name] for name in (columns.CARBON_T, columns.SINK_T) if name in results}

    def _summed(self, given, raster, zones, titles, log):
        """The carbon raster by zone, in t C."""
        from ...core.raster.quantity import RasterQuantity
        from ...core.raster.warping.scaling import scale_of
        from ...core.supply.raster_supply import CarbonRaster, raster_by_zone
        from ...core.tables.units import CO2_PER_C

        basis, factor = CARBON_RASTER_UNITS[given.choice("CARBON_UNIT")]
        if given.choice("CARBON_SPECIES") == "CO2":
            factor /= CO2_PER_C
            log.info(tr("Tonnes of CO2 were converted to tonnes of C (x 12/44)."))
        # Scale and offset are read from the original file, because derived rasters do not state them.
        scale, offset = scale_of(given.raster(CARBON, given.integer("CARBON_BAND") or 1))
        carbon = CarbonRaster(
            RasterQuantity(raster, basis, factor), scale, offset, given.choice("CARBON_BASIS") == STOCK
        )
        outlines = zones.outlines(raster.grid.crs_wkt)
        return raster_by_zone(carbon, outlines, titles, log, given.choice(RULE))
