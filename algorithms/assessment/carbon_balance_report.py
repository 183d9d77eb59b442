"""Algorithm "Carbon balance report": the results of an assessment on one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterFile, QgsProcessingParameterFileDestination

from ...core.runtime.errors import listed
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results
from ..shared.parameters import report as report_parameters
from ..shared.parameters.common import add_area, add_nodata_values, column, layer, nothing_wanted, people_in, text

if TYPE_CHECKING:
    from ..shared.inputs.given import Given
    from ..shared.records import RunRecord


class CarbonBalanceReport(CarbonAlgorithm):
    """Writes a self-contained HTML file from the zones at the end of the workflow."""

    ID = "carbonbalancereport"
    GROUP = ASSESSMENT
    ZONES, NAME, GROUP_FIELD = "ZONES", "NAME", "GROUP_FIELD"
    TITLE, SUBTITLE, YEAR, SOURCES, SUFFIX = "TITLE", "SUBTITLE", "YEAR", "SOURCES", "SUFFIX"
    OUTPUT, WORKBOOK, BUNDLE, BUNDLE_FOLDER = "OUTPUT", "WORKBOOK", "BUNDLE", "BUNDLE_FOLDER"

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
            "transitions, limits, regression and uncertainty can be added. Zones of Carbon compensation between zones, "
            "flow lines and a plan by class make the section The plan.\n\n"
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
        report_parameters.add_plan(self)
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
            QgsProcessingParameterFileDestination(self.OUTPUT, tr("Report"), tr("HTML files (*.html)"), optional=True),
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
        self.add(
            QgsProcessingParameterFileDestination(
                self.BUNDLE,
                tr("Bundle to run again"),
                tr("Zip files (*.zip)"),
                optional=True,
                createByDefault=False,
            ),
            tr(
                "One zip that repeats the whole calculation: a script with all steps, their parameters, the "
                "checksums of the input files, and the input files that were found. It needs zones that contain a "
                "record of their steps: zones written by the tools as GeoPackage, Shapefile or GeoJSON, or a layer "
                "of this session."
            ),
        )
        self.add(
            QgsProcessingParameterFile(
                self.BUNDLE_FOLDER,
                tr("Folder with the input files"),
                QgsProcessingParameterFile.Behavior.Folder,
                optional=True,
            ),
            tr(
                "Where the input files of the first steps are, for the bundle; they are recognised by their "
                "checksums. The folders of the zones and of the tables given here are searched anyway."
            ),
            when={self.BUNDLE: True},
            advanced=True,
        )
        add_results(self, ("ZONE_COUNT", "TABLE_COUNT"))

    def columns_by_name(self, given: Given, fields: list[str]) -> list[str]:
        from ...core.tables.column_units import own_columns

        return own_columns(fields)

    def compute(self, given: Given, log: Log) -> dict:
        # Imported here and not at the top, so that the start of QGIS is not delayed.
        from ...core.assessment.provenance.chain import warnings_of
        from ...core.assessment.report.amounts import species_of_sinks
        from ...core.assessment.report.data import Extras
        from ...core.assessment.report.page import build_report
        from ...core.assessment.report.reading import counting_land_once, read_data
        from ...core.text import html
        from ..shared.cartography.maps import log_missing_fonts, map_legends, map_shapes
        from ..shared.outputs.outputs import Outputs
        from ..shared.outputs.workbook import check_workbook, write_workbook
        from ..shared.provenance import format_parameters, format_versions
        from ..shared.records import RunRecord, parameter_labels, parameter_titles

        if not any(given.has(name) for name in (self.OUTPUT, self.WORKBOOK, self.BUNDLE)):
            log.warn(nothing_wanted(given.title(self.OUTPUT)))
            return {}
        zones = given.zones(self.ZONES)
        workbook = given.file_path(self.WORKBOOK) if given.has(self.WORKBOOK) else None
        if workbook:
            check_workbook(workbook)
        out = Outputs(given)
        record = RunRecord(given, {})
        sink_species = species_of_sinks(record.steps, given.text(self.SUFFIX))
        data = read_data(
            zones.table,
            report_parameters.areas_or_nothing(given, zones, log),
            report_parameters.amount(given, report_parameters.SUPPLY, sink_species),
            demand=report_parameters.amount(given, report_parameters.DEMAND),
            name_column=given.field(self.NAME) or "",
            group_column=given.field(self.GROUP_FIELD) or "",
            population=people_in(given, zones.table, report_parameters.POPULATION),
            suffix=given.text(self.SUFFIX),
        )
        data = counting_land_once(data, zones.overlaps(), log)
        log_missing_fonts(data.names, log)
        # Warnings of earlier steps, logged before those of this run.
        extras = Extras(
            **report_parameters.tables(given),
            subtitle=given.text(self.SUBTITLE),
            year=given.text(self.YEAR),
            sources=[source.strip() for source in given.text(self.SOURCES).split(";") if source.strip()],
            parameters=format_parameters(given),
            versions=format_versions(),
            steps=record.steps[:-1],
            titles=parameter_titles,
            labels=parameter_labels,
        )
        for sentence in warnings_of(extras.steps, extras.titles):
            log.warn(sentence)
        title = given.text(self.TITLE) or tr("Carbon balance: {layer}").format(layer=zones.name)
        page, made = build_report(
            title,
            data,
            map_legends(data),
            shapes=map_shapes(zones),
            extras=extras,
            log=log,
            plan=report_parameters.plan_of(given, zones.table, given.text(self.SUFFIX)),
        )
        path = given.file_path(self.OUTPUT) if given.has(self.OUTPUT) else None
        if workbook:
            write_workbook(workbook, made)
            out.results[self.WORKBOOK] = workbook
        if given.has(self.BUNDLE):
            out.results[self.BUNDLE] = self._write_bundle(given, record, log)
        if path:
            html.write_whole(path, page)
            out.results[self.OUTPUT] = path
        out.numbers(ZONE_COUNT=len(data), TABLE_COUNT=len(made))
        return out.write()

    def _write_bundle(self, given: Given, record: RunRecord, log: Log) -> str:
        """Write the zip with all steps, including this report."""
        from ...core.assessment.provenance.bundle import write_bundle
        from ..shared.records import destinations, folders_of

        if len(record.steps) == 1:
            log.warn(
                tr(
                    "The zones contain no record of the steps that made them, so the bundle repeats only this "
                    "report. Zones contain a record if tools of this version wrote them as GeoPackage, Shapefile or "
                    "GeoJSON."
                )
            )
        folders = folders_of(given)
        if given.has(self.BUNDLE_FOLDER):
            folders.insert(0, Path(given.text(self.BUNDLE_FOLDER)))
        path = given.file_path(self.BUNDLE)
        missing = write_bundle(Path(path), record.steps, destinations, folders)
        if missing:
            log.warn(
                tr(
                    "These input files were not found and are not in the bundle: {names}; choose the folder that "
                    "holds them ({parameter}), or put them into the folder inputs of the bundle."
                ).format(names=listed(missing), parameter=given.title(self.BUNDLE_FOLDER))
            )
        return path
