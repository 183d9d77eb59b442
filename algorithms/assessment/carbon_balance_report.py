"""The whole assessment as one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterFileDestination

from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results
from ..shared.parameters import report as report_parameters
from ..shared.parameters.common import add_area, add_nodata_values, column, layer, people_in, text

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CarbonBalanceReport(CarbonAlgorithm):
    """One self-contained HTML file from the zones that came out of the chain."""

    ID = "carbonbalancereport"
    GROUP = ASSESSMENT
    ZONES, NAME, GROUP_FIELD = "ZONES", "NAME", "GROUP_FIELD"
    TITLE, SUBTITLE, YEAR, SOURCES, SUFFIX = "TITLE", "SUBTITLE", "YEAR", "SOURCES", "SUFFIX"
    OUTPUT, WORKBOOK = "OUTPUT", "WORKBOOK"

    def displayName(self):
        return tr("Carbon balance report")

    def shortDescription(self):
        return tr("One page to read, print and share: key numbers, maps, tables, charts and methods.")

    def tags(self):
        return ["report", "html", "map", "table", "chart", "xlsx", "报告"]

    def help_text(self):
        return tr(
            "What are the results, on one page? Takes the zones at the end of the workflow and writes one HTML file "
            "that opens in any browser without a network connection and prints on A4: key numbers as sentences, maps "
            "of supply, demand, index and zones, tables with shares that add up to 100.00 %, charts, and the "
            "methods.\n\n"
            "<b>Needs</b> only zones; every section appears for which the columns exist (carbon_t, demand_t_km2, "
            "ratio, class, zone, eec, sec and so on), and the report lists the missing ones. Tables of classes, "
            "transitions, limits, regression and uncertainty can be added.\n\n"
            "<b>Gives</b> the page and, if requested, its tables as a spreadsheet. Charts need matplotlib; without it "
            "the report has tables and maps only."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("The zones at the end of the workflow, with all their columns."))
        self.add(
            column(self.NAME, tr("Name column"), self.ZONES, optional=True, holds=LABELS),
            tr("Column with the names; if empty, a column named name or name_zh is used."),
        )
        self.add(
            column(self.GROUP_FIELD, tr("Parent unit"), self.ZONES, optional=True, holds=LABELS),
            tr("Column with the prefecture or city that each zone belongs to, for subtotals."),
        )
        report_parameters.add_amounts(self, self.ZONES)
        report_parameters.add_tables(self)
        self.add(text(self.TITLE, tr("Title")), tr("Heading of the report; if empty, the name of the layer."))
        self.add(text(self.SUBTITLE, tr("Subtitle")), tr("A line below the title: who made it, for whom and when."))
        self.add(text(self.YEAR, tr("Year of the data")), tr("For example 2020; it is shown next to the units."))
        self.add(
            text(self.SOURCES, tr("Sources")), tr("Sources of the data; separate several sources with semicolons.")
        )
        self.add(
            text(self.SUFFIX, tr("Suffix of the columns")),
            tr("Only if the workflow was run with a suffix such as _2020: that suffix."),
            advanced=True,
        )
        add_nodata_values(self)
        add_area(self, self.ZONES)
        self.add(
            QgsProcessingParameterFileDestination(self.OUTPUT, tr("Report"), tr("HTML files (*.html)")),
            tr("One file with everything in it."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.WORKBOOK,
                tr("Tables"),
                tr("Spreadsheets (*.xlsx *.ods)"),
                optional=True,
                createByDefault=False,
            ),
            tr(
                "The tables of the report as a spreadsheet (.xlsx or .ods), one sheet per table, with unrounded "
                "numbers."
            ),
        )
        add_results(self, ("ZONE_COUNT", "TABLE_COUNT"))

    def columns_by_name(self, given: Given, fields: list[str]) -> list[str]:
        from ...core.tables.column_units import own_columns

        return own_columns(fields)

    def compute(self, given: Given, log: Log) -> dict:
        # Not at the top: every start of QGIS would pay for what this run alone needs.
        from ...core.assessment.report.page import Extras, build_report
        from ...core.assessment.report.reading import counting_land_once, read_data
        from ...core.text import html
        from ..shared.cartography.maps import log_missing_fonts, map_legends, map_shapes
        from ..shared.outputs.outputs import Outputs
        from ..shared.outputs.workbook import check_workbook, write_workbook
        from ..shared.provenance import format_parameters, format_versions

        zones = given.zones(self.ZONES)
        workbook = given.file_path(self.WORKBOOK) if given.has(self.WORKBOOK) else None
        if workbook:
            check_workbook(workbook)
        out = Outputs(given)
        data = read_data(
            zones.table,
            report_parameters.areas_or_nothing(given, zones, log),
            report_parameters.amount(given, report_parameters.SUPPLY),
            demand=report_parameters.amount(given, report_parameters.DEMAND),
            name_column=given.field(self.NAME) or "",
            group_column=given.field(self.GROUP_FIELD) or "",
            population=people_in(given, zones.table, report_parameters.POPULATION),
            suffix=given.text(self.SUFFIX),
        )
        data = counting_land_once(data, zones.overlaps(), log)
        log_missing_fonts(data.names, log)
        extras = Extras(
            **report_parameters.tables(given),
            subtitle=given.text(self.SUBTITLE),
            year=given.text(self.YEAR),
            sources=[source.strip() for source in given.text(self.SOURCES).split(";") if source.strip()],
            parameters=format_parameters(given),
            versions=format_versions(),
        )
        title = given.text(self.TITLE) or tr("Carbon balance: {layer}").format(layer=zones.name)
        page, made = build_report(title, data, map_legends(data), shapes=map_shapes(zones), extras=extras, log=log)
        path = given.file_path(self.OUTPUT)
        if workbook:
            write_workbook(workbook, made)
            out.results[self.WORKBOOK] = workbook
        html.write_whole(path, page)
        out.results[self.OUTPUT] = path
        out.numbers(ZONE_COUNT=len(data), TABLE_COUNT=len(made))
        return out.write()
