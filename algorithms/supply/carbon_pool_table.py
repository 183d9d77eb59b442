"""Algorithm "Carbon pool table": the table of carbon densities for the other algorithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...core.options.supply import Composition, pool_sets, soil_sets
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.supply import pool as pool_parameters
from ..shared.parameters.supply.pool import POOLS, PRESET, SCHEME

if TYPE_CHECKING:
    from ...core.supply.soil_composition import Sourced
    from ..shared.inputs.given import Given


class CarbonPoolTable(CarbonAlgorithm):
    """Creates a pool table for the codes of a land cover, with the source of each row."""

    ID = "carbonpooltable"
    GROUP = SUPPLY
    SOIL, REASSIGN, ROUND, OUTPUT, REPORT = "SOIL", "REASSIGN", "ROUND", "OUTPUT", "REPORT"
    REGION_MM, SOURCE_MM = "REGION_PRECIPITATION", "SOURCE_PRECIPITATION"
    SHARES = ("BIOMASS_PCT", "SOIL_PCT", "DEAD_PCT", "BELOW_ABOVE")
    NUMBERS = ("CLASSES", "LOWEST_T_HA", "HIGHEST_T_HA", "PRECIPITATION_FACTOR", "JUDGEMENTS")

    def displayName(self):
        return tr("Carbon pool table")

    def shortDescription(self):
        return tr(
            "Makes a table of carbon densities for the class codes of your land cover, with the source of each density."
        )

    def tags(self):
        return ["pools", "density", "biophysical", "crosswalk", "precipitation", "invest", "碳密度", "碳库", "降水修正"]

    def help_text(self):
        return tr(
            "Which carbon density belongs to each class of my land cover? Give one source of densities: a bundled set, "
            "your own table, or a table of soil densities from which the other pools are derived.\n\n"
            "A land-cover scheme maps the six classes (1 cropland, 2 forest, 3 grassland, 4 water, 5 built-up, 6 "
            "unused) to the codes of GlobeLand30, CNLUCC, CLCD, GB/T 21010, WorldCover, IGBP or NLCD. Rows marked as "
            "judgement (shrub, savanna, wetland, snow) could be assigned to another class: change them with the "
            "reassigned codes. Your own table keeps its own codes unless you choose a scheme other than "
            "six_classes.\n\n"
            "Soil can be corrected for precipitation P: it is multiplied by C(P of the region) / C(P of the source) "
            "with C(P) = 3.3968 P + 3996.1. The table can be used in Carbon storage and related algorithms, and in "
            "InVEST."
        )

    def initAlgorithm(self, config=None):
        pool_parameters.add_preset(
            self,
            tr("Bundled densities"),
            pool_sets() + soil_sets(),
            pool_parameters.preset_help()
            + " "
            + tr("china_soil is based on national soil densities of China and needs correction for precipitation."),
        )
        pool_parameters.add_own_pools(self)
        self.add(
            QgsProcessingParameterFeatureSource(
                self.SOIL, tr("Table of soil densities"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr(
                "Instead of a pool table: lucode and soil_t_ha by class; if known, also biomass_pct, soil_pct, "
                "dead_pct (adding up to 100) and below_above. soil_given_t_ha is soil that needs no correction."
            ),
        )
        self.add(
            QgsProcessingParameterString(self.REASSIGN, tr("Reassigned codes"), optional=True),
            tr(
                "Your own judgement, as code=class: 8=2,9=3 assigns code 8 to forest and code 9 to grassland; class 0 "
                "stores no carbon. Codes that are not in the scheme are added."
            ),
        )
        for name, title in (
            (self.REGION_MM, tr("Precipitation of your region, mm per year")),
            (self.SOURCE_MM, tr("Precipitation at the source of the densities, mm per year")),
        ):
            self.add(
                _number(name, title),
                tr(
                    "Give both to correct the soil pool, such as 1999.4 (Beibu Gulf) and 671.1 (China); if omitted, no "
                    "correction is applied."
                ),
            )
        titles = (tr("Biomass, %"), tr("Soil, %"), tr("Dead matter, %"), tr("Below/above ground"))
        for name, title, default in zip(self.SHARES, titles, vars(Composition()).values()):
            self.add(
                _number(name, title, default),
                tr("Composition of the carbon if the table of soil densities does not state it by class."),
                advanced=True,
                when={self.SOIL: True},
            )
        self.add(
            QgsProcessingParameterBoolean(self.ROUND, tr("Round as published"), False),
            tr(
                "Round every density to 0.1 t/ha, soil first, as in the published tables; if off, full precision is "
                "kept."
            ),
        )
        self.add(QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Pool table")), tr("One row per code, t C/ha."))
        self.add(
            QgsProcessingParameterFileDestination(
                self.REPORT, tr("Report"), tr("HTML files (*.html)"), optional=True, createByDefault=False
            ),
            tr("A page with the table and the notes of the run."),
        )
        add_results(self, self.NUMBERS)

    def _densities(self, given: Given, log: Log, factor: float) -> Sourced:
        from ...core.supply.pool_builder import corrected, own_table, preset_table
        from ...core.supply.soil_composition import from_soil

        rounded = given.flag(self.ROUND)
        if given.has(PRESET):
            return preset_table(given.choice(PRESET), factor, rounded)
        if given.has(POOLS):
            return corrected(own_table(pool_parameters.own_pools(given)), factor, rounded)
        composition = Composition(*(given.number(name) for name in self.SHARES))
        return from_soil(given.table(self.SOIL), factor, composition, rounded, log)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.land_cover.schemes import parse_reassignment
        from ...core.supply.pool_builder import on_codes, table_columns, target_codes
        from ...core.supply.soil_composition import precipitation_factor
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        pool_parameters.check_one_of(given, PRESET, POOLS, self.SOIL)
        reassignment = parse_reassignment(given.text(self.REASSIGN))
        factor = precipitation_factor(given.number(self.REGION_MM), given.number(self.SOURCE_MM))
        densities = self._densities(given, log, factor)
        crosswalk = target_codes(densities, given.choice(SCHEME), given.has(PRESET), reassignment, log)
        table = on_codes(densities, crosswalk)
        values = table_columns(table, crosswalk)
        density = table.pools.density_t_ha
        totals = (len(density), density.min(), density.max(), factor, crosswalk.judgement.sum())
        out = Outputs(given)
        out.table(self.OUTPUT, values)
        out.numbers(**dict(zip(self.NUMBERS, totals)))
        notes = [html.paragraph(sentence) for sentence in log.notes]
        out.report(self.REPORT, self.displayName(), [html.table(values), *notes])
        return out.write()


def _number(name: str, title: str, default: float | None = None) -> QgsProcessingParameterNumber:
    double = QgsProcessingParameterNumber.Type.Double
    return QgsProcessingParameterNumber(name, title, double, default, optional=default is None, minValue=0)
