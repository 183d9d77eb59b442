"""Algorithm "Map sheets": a print layout for each theme of the zones."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsFeatureRequest,
    QgsLayoutItemMap,
    QgsProcessingAlgorithm,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProject,
    QgsVectorLayer,
)

from ...core.runtime.errors import Cancelled, CarbonBalanceError, listed
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, column, layer, nothing_wanted, text

if TYPE_CHECKING:
    from ..shared.cartography.sheets import Sheet
    from ..shared.inputs.given import Given
    from ..shared.inputs.zones import Zones

DPI = 300
INTERCEPTS = re.compile(r"b_intercept(_|$)")


class MapSheets(CarbonAlgorithm):
    """Creates map sheets as PDF and PNG, and as layouts of the open project."""

    ID = "mapsheets"
    GROUP = ASSESSMENT
    ZONES, NAME, COLUMNS = "ZONES", "NAME", "COLUMNS"
    TITLE, SOURCES, DPI, KEEP = "TITLE", "SOURCES", "DPI", "KEEP"
    TEMPLATE, LOGO, LOCATOR = "TEMPLATE", "LOGO", "LOCATOR"
    OUTPUT = "OUTPUT"

    def displayName(self):
        return tr("Map sheets")

    def shortDescription(self):
        return tr("Maps ready to print, one per theme, as PDF, PNG and editable layouts.")

    def tags(self):
        return ["map", "layout", "print", "pdf", "png", "legend", "制图"]

    def help_text(self):
        return tr(
            "How do the results look in print? Draws a sheet (A4, title, map, legend, locator map, north arrow, "
            "scale bar and scale, sources, date) for each theme of the zones: supply, demand, index, coefficients, "
            "change, zones.\n\n<b>Needs</b> zones with columns that the other tools wrote. Colours and classes are "
            "the same as when the layers are loaded; the projection is equal-area and centred on the region, the "
            "scale a round number.\n\n<b>A template of your own</b>: a print layout saved as .qpt. The map with the "
            "item ID map (or the largest one) shows the zones, a map with the ID locator shows their location, "
            "legends the classes, a picture with the ID logo the logo. In texts, {title}, {theme}, {sources}, "
            "{notes}, {key}, {date}, {scale} and {projection} are replaced. Everything else remains unchanged. A "
            "sheet of this tool can be changed and saved as a template.\n\n<b>Gives</b> a PDF and a PNG of each "
            "sheet in a folder. If a project is open, the sheets are also added to it as editable print layouts, "
            "together with the layers that they show."
        )

    def flags(self):
        """Layouts belong to the project, so that they must be created in the main thread of QGIS."""
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Zones with geometries from the end of the workflow."))
        self.add(
            column(self.NAME, tr("Labels on the map"), self.ZONES, optional=True, holds=LABELS),
            tr(
                "Column with the names; if empty, a column with a usual name (name, name_zh, NAME_3, XZQMC), "
                "otherwise the first text column with distinct values without digits."
            ),
        )
        self.add(
            column(self.COLUMNS, tr("Themes"), self.ZONES, optional=True, several=True, holds=LABELS),
            tr(
                "Columns of the tools to map, such as zone or ratio; if empty, those of supply, demand, index, "
                "coefficients, change and zone."
            ),
        )
        self.add(text(self.TITLE, tr("Title")), tr("Text before the name of each theme, such as Central Yunnan, 2020."))
        self.add(text(self.SOURCES, tr("Sources")), tr("A line below the map with the sources of the data."))
        self.add(
            QgsProcessingParameterNumber(
                self.DPI, tr("Dots per inch"), QgsProcessingParameterNumber.Type.Double, DPI, minValue=30, maxValue=1200
            ),
            tr("Resolution of the PNG: 150 for screens, 300 for print."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFile(
                self.LOGO, tr("Logo"), optional=True, fileFilter=tr("Pictures (*.svg *.png *.jpg *.jpeg *.tif *.webp)")
            ),
            tr("A picture for the upper right corner, such as that of your institute (SVG, PNG, JPEG)."),
            advanced=True,
        )
        self.add(
            layer(self.LOCATOR, tr("Surroundings"), optional=True),
            tr(
                "Polygons that the locator map shows, such as the prefectures of the province. If empty: the land of "
                "the world without borders, as it ships with QGIS."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFile(self.TEMPLATE, tr("Template"), extension="qpt", optional=True),
            tr("A print layout of your own (.qpt) that is filled instead of the sheet of this tool."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(self.KEEP, tr("Keep the layouts in the project"), True),
            tr(
                "Add the layouts and their layers to the open project; existing layouts with the same name are "
                "replaced."
            ),
            advanced=True,
        )
        add_nodata_values(self)
        self.add(
            QgsProcessingParameterFolderDestination(self.OUTPUT, tr("Folder for the sheets"), optional=True),
            tr("One PDF and one PNG per theme, named after its column."),
        )
        add_results(self, ("SHEET_COUNT",))

    def columns_by_name(self, given: Given, fields: list[str]) -> list[str]:
        from ...core.tables.column_units import own_columns

        return own_columns(fields)

    def compute(self, given: Given, log: Log) -> dict:
        from ..shared.cartography.maps import log_missing_fonts
        from ..shared.cartography.sheet_locator import surroundings
        from ..shared.cartography.sheet_template import filled_template
        from ..shared.cartography.sheets import export, make_layout
        from ..shared.checks.destinations import check_not_lost, check_not_read
        from ..shared.outputs.outputs import Outputs

        if not given.has(self.OUTPUT):
            log.warn(nothing_wanted(given.title(self.OUTPUT)))
            return {}
        zones = given.zones(self.ZONES)
        zones.need_crs()
        self._check_files(given)
        out = Outputs(given)
        sheets = self._sheets(given, zones, log)
        log_missing_fonts(
            [text for sheet in sheets if sheet.label for text in zones.table.texts(sheet.label) if text], log
        )
        folder = given.folder_path(self.OUTPUT)
        names = [f"{sheet.legend.column}{ending}" for sheet in sheets for ending in (".pdf", ".png")]
        check_not_read(given, self.OUTPUT, [folder / name for name in names])
        check_not_lost(given, self.OUTPUT, [folder / name for name in names])
        folder.mkdir(parents=True, exist_ok=True)
        source = self._layer(given, zones)
        kept = given.context.project() if given.flag(self.KEEP) else None
        around = given.layer(self.LOCATOR) if given.has(self.LOCATOR) else None
        draw = filled_template if given.has(self.TEMPLATE) else make_layout
        made: list[Path] = []
        for at, sheet in enumerate(sheets):
            try:
                log.check()
            except Cancelled:
                for path in made:
                    path.unlink(missing_ok=True)
                raise
            project = kept or QgsProject()
            shown = source.clone()
            shown.setName(sheet.legend.title)
            project.addMapLayer(shown, addToLegend=False)
            layout = draw(project, shown, sheet, around and surroundings(around, project))
            made += export(layout, folder, sheet.legend.column, given.number(self.DPI))
            if kept is not None:
                self._keep(kept, shown, layout)
            log.progress((at + 1) / len(sheets))
        out.results[self.OUTPUT] = str(folder)
        out.numbers(SHEET_COUNT=len(sheets))
        return out.write()

    def _check_files(self, given: Given) -> None:
        """Refuse a template or picture that cannot be used before anything is drawn.

        Raises:
            CarbonBalanceError: so.
        """
        from qgis.PyQt.QtGui import QImageReader

        from ..shared.cartography.sheet_template import load_template

        if given.has(self.TEMPLATE):
            load_template(QgsProject(), given.text(self.TEMPLATE))
        logo = given.text(self.LOGO)
        if logo and not QImageReader(logo).canRead():
            raise CarbonBalanceError(
                tr("{parameter}: {file} is not a picture that can be read; give an SVG, PNG or JPEG file.").format(
                    parameter=given.title(self.LOGO), file=logo
                )
            )

    def _sheets(self, given: Given, zones: Zones, log: Log) -> list[Sheet]:
        from ...core.assessment.report.reading import name_column
        from ...core.symbology.coefficient_legends import NORMAL_T, is_coefficient
        from ...core.symbology.themes import SHEET_COLUMNS
        from ...core.text.vocabulary import base_of
        from ..shared.cartography.layer_styles import legend_of
        from ..shared.cartography.sheets import Sheet

        table = zones.table
        chosen = [table.need(name) for name in given.fields(self.COLUMNS)] or [
            name for name in table.fields if base_of(name) in SHEET_COLUMNS
        ]
        known = {name: table.values(name) for name in table.fields}
        is_local = any(is_coefficient(name, known) for name in chosen)
        critical = self._critical_t(given) if is_local else {}
        # Of the only model, in records of earlier versions; the intercepts of several models have their names in front.
        one = critical.get("", NORMAL_T) if any(map(INTERCEPTS.match, known)) else NORMAL_T
        drawn = (legend_of(name, known, critical_t=critical.get(name, one)) for name in chosen)
        legends = [legend for legend in drawn if legend is not None]
        without = [name for name in chosen if name not in [legend.column for legend in legends]]
        if without:
            sentence = tr(
                "{parameter}: {columns} cannot be mapped: there are maps of columns that the tools write with a map "
                "style, such as {known}."
            ).format(parameter=given.title(self.COLUMNS), columns=listed(without), known=tr(", ").join(SHEET_COLUMNS))
            if not legends:
                raise CarbonBalanceError(sentence)
            log.warn(sentence)
        if not legends:
            raise CarbonBalanceError(
                tr("{layer} has no column that can be mapped: it has {columns}; one of {known} is needed.").format(
                    layer=table.label, columns=listed(table.fields), known=tr(", ").join(SHEET_COLUMNS)
                )
            )
        title, label = given.text(self.TITLE), given.field(self.NAME) or name_column(table) or ""
        date = tr("Date of the map: {date}").format(date=datetime.date.today().isoformat())
        return [
            Sheet(
                f"{title or zones.name}: {legend.column}",
                tr("{title}: {theme}").format(title=title, theme=legend.title) if title else legend.title,
                legend,
                given.text(self.SOURCES),
                label,
                date=date,
                logo=given.text(self.LOGO),
                template=given.text(self.TEMPLATE),
            )
            for legend in legends
        ]

    def _critical_t(self, given: Given) -> dict[str, float]:
        """The critical t by column, as the record of the zones knows them."""
        from ...core.symbology.coefficient_legends import critical_t_by_column
        from ..shared.records import RunRecord

        of_regressions = [
            step.numbers
            for step in RunRecord(given, {}).steps[:-1]
            if step.algorithm.endswith(":geographicallyweightedregression")
        ]
        return critical_t_by_column(of_regressions)

    def _layer(self, given: Given, zones: Zones) -> QgsVectorLayer:
        from ..shared.inputs.unmarked import nodata_values

        found = given.layer(self.ZONES)
        no_data = set(nodata_values(given))
        if found.featureCount() == len(zones) and not no_data:
            return found
        shown = found.materialize(QgsFeatureRequest().setFilterFids([feature.id() for feature in zones.features]))
        # The map must show NULL as in the table.
        changed = {
            feature.id(): {at: None for at, value in enumerate(feature.attributes()) if value in no_data}
            for feature in (shown.getFeatures() if no_data else ())
        }
        shown.dataProvider().changeAttributeValues(changed)
        return shown

    def _keep(self, project: QgsProject, shown: QgsVectorLayer, layout) -> None:
        manager = project.layoutManager()
        old = manager.layoutByName(layout.name())
        if old is not None:
            manager.removeLayout(old)
        manager.addLayout(layout)
        root = project.layerTreeRoot()
        title = tr("Map sheets")
        group = root.findGroup(title) or root.addGroup(title)
        maps = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
        for each in dict.fromkeys([shown, *(one for item in maps for one in item.layers())]):
            if root.findLayer(each.id()) is None:
                group.addLayer(each).setItemVisibilityChecked(False)
