"""Algorithm "Carbon storage change": change between two land covers, and its value."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterRasterDestination,
)

from ...core.options.supply import ALTERNATE_RASTER, BASELINE_RASTER, CHANGE_RASTER, VALUE_RASTER
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_compression, add_report, add_suffix, sink
from ..shared.parameters.dates_between import BETWEEN, add_dates_between, covers_between, years_between_dates
from ..shared.parameters.land_cover import (
    RULE,
    ZONES,
    add_coverage,
    add_land_cover,
    add_later_land_cover,
    add_rule,
    add_zones,
    coverage_rule,
    land_cover,
    later_land_cover,
    zone_names,
)
from ..shared.parameters.supply.pool import add_later_pools, add_pool_parameters, later_pools, pools
from ..shared.parameters.supply.price import add_price, valuation
from ..shared.parameters.supply.region_pools import add_pool_region, add_pool_region_raster, chosen_regions


class CarbonStorageChange(CarbonAlgorithm):
    """Computes rasters, tables and totals of the carbon change between two dates."""

    ID = "carbonstoragechange"
    GROUP = SUPPLY

    BY_POOL = "BY_POOL"
    RASTERS = {
        CHANGE_RASTER: "CHANGE",
        VALUE_RASTER: "VALUE",
        BASELINE_RASTER: "BASELINE",
        ALTERNATE_RASTER: "ALTERNATE",
    }
    OUTPUT, CLASSES, TRANSITIONS = "OUTPUT", "CLASSES", "TRANSITIONS"
    MATRIX_HA, MATRIX_CARBON = "MATRIX_HA", "MATRIX_CARBON"
    ZONE_CLASSES, ZONE_TRANSITIONS, REPORT = "ZONE_CLASSES", "ZONE_TRANSITIONS", "REPORT"
    INTENSITY, INTERVALS = "INTENSITY", "INTERVALS"
    NUMBERS = ("CARBON_START_T", "CARBON_END_T", "GAIN_T", "LOSS_T", "NET_T", "NET_VALUE", "AREA_HA")
    NUMBERS += ("EARLIER_ONLY_HA", "LATER_ONLY_HA", "EARLIER_ONLY_T", "LATER_ONLY_T", "DYNAMIC_DEGREE")

    def displayName(self) -> str:
        return tr("Carbon storage change")

    def shortDescription(self) -> str:
        return tr(
            "How much carbon was gained and lost between two dates, where, by which transitions, and at what value?"
        )

    def tags(self) -> list[str]:
        return tr("carbon,change,transition,matrix,gain,loss,net present value,price,InVEST,scenario").split(",")

    def help_text(self) -> str:
        return tr(
            "How much carbon was gained and lost by land-cover change? Two land covers are compared cell by cell in "
            "one pass; every transition between classes has an area and a difference in density.\n\n"
            "<b>Needs</b> two land covers (two dates, or a date and a scenario) and a pool table in t C/ha, or one for "
            "each date. Zones, a price of carbon and the years are optional.\n\n"
            "<b>Gives</b> rasters of the change (t C/ha), of its value (money/ha) and of both stocks, each only on "
            "request; transition matrices in hectares and in carbon; gains and losses by class and by zone. Losses are "
            "negative: gain + loss = net. Only cells with data at both dates are counted, so that all numbers, tables "
            "and rasters cover the same area; what is left out on each side is reported.\n\n"
            "<b>Formula</b>: change = sum of area x (density after - density before), a stock of C, not CO2. Value as "
            "defined by InVEST: NPV = change x price / n x (1 - q<sup>n</sup>)/(1 - q), q = 1/((1 + d/100)(1 + "
            "r/100)), n years between the dates, d the discount rate and r the price change in % per year; for q = 1 "
            "it is change x price. Note that a positive price change r <b>lowers</b> the value, as in InVEST."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        add_later_land_cover(self)
        add_pool_parameters(self)
        add_later_pools(self)
        add_zones(self, tr("Polygons by which the change is summed. All their columns are kept."), optional=True)
        add_pool_region(self, by_cells=True)
        add_pool_region_raster(self)
        add_rule(self)
        add_coverage(self)
        add_price(self)
        add_dates_between(
            self,
            tr(
                "Land covers of the years between, in the order of their years, with the same classes (band 1 is "
                "read): the change from each date to the next is reported as well. Needs the years of all land "
                "covers. Rasters, zones and all other tables compare the first date with the last."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean(self.BY_POOL, tr("One band per pool"), defaultValue=False),
            tr("Write the four pools as additional bands after the total in the carbon rasters, in the same pass."),
            advanced=True,
        )
        add_compression(self)
        add_suffix(self)
        common = tr("Cells without data at one of the dates are nodata.")
        rasters = {
            CHANGE_RASTER: (tr("Change in carbon"), tr("t C/ha, later minus earlier.")),
            VALUE_RASTER: (tr("Value of the change"), tr("Money per ha; needs a price and the years.")),
            BASELINE_RASTER: (tr("Carbon density"), tr("t C/ha at the earlier date.")),
            ALTERNATE_RASTER: (tr("Later carbon density"), tr("t C/ha at the later date.")),
        }
        for kind, (title, help_text) in rasters.items():
            wanted = kind == CHANGE_RASTER
            parameter = QgsProcessingParameterRasterDestination(self.RASTERS[kind], title, None, True, wanted)
            self.add(parameter, f"{help_text} {common}")
        tables = {
            self.OUTPUT: (
                tr("Zones with change"),
                tr(
                    "The zones with carbon at both dates, change, gain, loss, value, and the share of the zone with "
                    "data."
                ),
            ),
            self.CLASSES: (
                tr("Gains and losses by class"),
                tr(
                    "One row per class: areas and carbon at both dates, area gained and lost; carbon_gain_t and "
                    "carbon_loss_t on land that became or remained the class, gain_from_t and loss_from_t on land that "
                    "was the class; with the years also dynamic_degree_pct_year, the net change of the area in % of "
                    "the earlier area per year."
                ),
            ),
            self.TRANSITIONS: (tr("Transitions"), tr("One row per pair of classes: area and change in carbon.")),
            self.MATRIX_HA: (tr("Transition matrix, ha"), tr("Rows: earlier class, columns: later class.")),
            self.MATRIX_CARBON: (tr("Transition matrix, t C"), tr("The change in carbon by transition.")),
            self.INTENSITY: (
                tr("Intensity analysis"),
                tr(
                    "One row per gain and loss of a class and per transition, with the area, its intensity in % per "
                    "year, the uniform intensity and the comparison of the two (Aldwaik and Pontius 2012). Needs the "
                    "years of both land covers."
                ),
            ),
            self.INTERVALS: (
                tr("Carbon by interval"),
                tr(
                    "One row per pair of consecutive dates: area, carbon at both, gain, loss, change in t C and per "
                    "year, and the share of land that changed its class in % per year. Needs the years."
                ),
            ),
            self.ZONE_CLASSES: (tr("Gains and losses by zone and class"), tr("As by class, for each zone.")),
            self.ZONE_TRANSITIONS: (tr("Transitions by zone"), tr("One row per zone and pair of classes.")),
        }
        for name, (title, help_text) in tables.items():
            self.add(sink(name, title, optional=True), help_text)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.land_cover.change.intensity import class_changes, intensity_sentences, intensity_table
        from ...core.land_cover.change.page import flow_picture
        from ...core.land_cover.coverage import without
        from ...core.land_cover.transition_table import log_transitions
        from ...core.statistics.temporal.named_years import warn_of_other_years
        from ...core.supply.change import zone_columns
        from ...core.supply.change_rasters import stock_change
        from ...core.supply.dates.stock_series import (
            StockInterval,
            stock_interval_parts,
            stock_interval_table,
            stock_intervals,
        )
        from ...core.tables.names import space_columns
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs
        from ..shared.parameters.supply.price import YEAR, YEAR_LATER

        out = Outputs(given)
        value = valuation(given)
        covers = (land_cover(given), later_land_cover(given))
        years = [given.number(YEAR), given.number(YEAR_LATER)]
        between = covers_between(given)
        dates = [years[0], *(years_between_dates(given, *years) if self._has_years(given) else []), years[1]]
        of_dates = [covers[0], *between, covers[1]]
        warn_of_other_years([cover.source.name for cover in of_dates], dates, log)
        zones = given.zones(ZONES) if given.has(ZONES) else None
        regional = chosen_regions(given, covers[0], zones)
        first = pools(given) if regional is None else regional.table
        for name in (self.OUTPUT, self.ZONE_CLASSES, self.ZONE_TRANSITIONS):
            if zones is None and given.has(name):
                raise CarbonBalanceError(
                    tr("A table of the change by zone was requested, but no zones are given (ZONES).")
                )
        names = columns.suffixed(
            [columns.COVERAGE_SHARE, *zone_columns(value)], given.text("SUFFIX"), zones.table.fields if zones else ()
        )
        paths = {kind: given.output_path(name) for kind, name in self.RASTERS.items() if given.has(name)}
        covers[0].source.grid.need_areas(covers[0].source.name)
        outlines = zones.outlines(covers[0].source.grid.crs_wkt) if zones else ()
        tables = (first, later_pools(given, first) if regional is None else regional.later)
        if regional is not None:
            of_dates = [regional.places.on(cover) for cover in of_dates]
            covers = (of_dates[0], of_dates[-1])
        by_pool, rule, compression = given.flag(self.BY_POOL), given.choice(RULE), given.choice("COMPRESSION")
        change, rasters = stock_change(
            covers,
            tables,
            log,
            paths=paths,
            valuation=value,
            by_pool=by_pool,
            outlines=outlines,
            rule=rule,
            compression=compression,
        )
        for kind, raster in rasters.items():
            out.raster(self.RASTERS[kind], raster)
        titles = zone_names(given, zones) if zones else []
        log_transitions(change.table, log, *covers, titles)
        if value:
            log.info(value.sentence())
        log.info(change.sentence())
        parts = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        area_ha = change.table.matrix(change.table.total_ha)
        carbon_t = change.table.matrix(change.table.total_ha * change.change_t_ha)
        parts += [html.heading(tr("Transitions between classes, ha")), flow_picture(change.names, area_ha)]
        parts.append(html.heading(tr("Carbon gained (blue) and lost (orange) by transition, t C")))
        parts.append(flow_picture(change.names, area_ha, carbon_t))
        parts += [html.heading(tr("Gains and losses by class")), html.table(change.class_columns())]
        parts += [html.heading(tr("Transitions, ha")), html.table(change.matrix_columns())]
        parts += [html.heading(tr("Change by transition, t C")), html.table(change.matrix_columns(carbon=True))]
        classes = change.class_columns()
        whole = StockInterval(*map(float, years), change) if self._has_years(given) else None
        if whole is not None:
            degrees = class_changes(whole.of_land())[space_columns.DYNAMIC_DEGREE_PCT_YEAR]
            classes[space_columns.DYNAMIC_DEGREE_PCT_YEAR] = degrees
            intervals = stock_intervals(of_dates, dates, tables, log) if between else [whole]
            out.table(self.INTERVALS, stock_interval_table(intervals))
            of_land = [each.of_land() for each in intervals]
            out.table(self.INTENSITY, intensity_table(of_land))
            parts += stock_interval_parts(intervals) if len(intervals) > 1 else []
            parts += [html.heading(tr("Intensity of change")), *map(html.paragraph, intensity_sentences(of_land))]
            parts.append(html.table(intensity_table(of_land)))
        out.table(self.CLASSES, classes)
        out.table(self.TRANSITIONS, change.transition_columns())
        out.table(self.MATRIX_HA, change.matrix_columns())
        out.table(self.MATRIX_CARBON, change.matrix_columns(carbon=True))
        if zones:
            left_out = coverage_rule(given).apply(change.table.coverage, titles, log)
            values = {columns.COVERAGE_SHARE: change.table.coverage, **without(left_out, change.zone_columns())}
            out.zones(self.OUTPUT, zones, {names[name]: column for name, column in values.items()})
            out.table(self.ZONE_CLASSES, change.zone_class_columns(titles))
            out.table(self.ZONE_TRANSITIONS, change.zone_transition_columns(titles))
            parts += [html.heading(tr("Zones")), html.table({columns.ZONE_NAME: titles, **values})]
        out.report(self.REPORT, self.displayName(), parts)
        totals = change.totals()
        out.numbers(
            CARBON_START_T=totals[columns.CARBON_START_T],
            CARBON_END_T=totals[columns.CARBON_END_T],
            GAIN_T=totals[columns.CARBON_GAIN_T],
            LOSS_T=totals[columns.CARBON_LOSS_T],
            NET_T=totals[columns.CARBON_CHANGE_T],
            NET_VALUE=totals[columns.CHANGE_VALUE],
            AREA_HA=change.table.total_ha.sum(),
            EARLIER_ONLY_HA=change.table.first_only_ha.sum(),
            LATER_ONLY_HA=change.second_only_ha,
            EARLIER_ONLY_T=change.first_only_t,
            LATER_ONLY_T=change.second_only_t,
            DYNAMIC_DEGREE=None if whole is None else whole.of_land().intensity,
        )
        return out.write()

    def _has_years(self, given) -> bool:
        """Whether the years of both dates are given; otherwise refuses outputs that need them."""
        from ...core.supply.valuation import years_between
        from ..shared.parameters.supply.price import YEAR, YEAR_LATER

        if years_between(given.integer(YEAR), given.integer(YEAR_LATER)) is not None:
            return True
        for name in (self.INTENSITY, self.INTERVALS, BETWEEN):
            if given.has(name):
                raise CarbonBalanceError(
                    tr("{output} needs the years of both land covers: give them (YEAR, YEAR_LATER).").format(
                        output=given.title(name)
                    )
                )
        return False
