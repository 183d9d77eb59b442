"""What goes with what: correlations of fields or rasters, and the geographical detector."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
)

from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.statistics.geodetector import DISCRETISATIONS, QUANTILE
from ..shared.algorithm import CarbonAlgorithm
from ..shared.checks.columns import LABELS
from ..shared.groups import DRIVERS
from ..shared.inputs.given import Given
from ..shared.outputs.outputs import Outputs
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, choice, column, layer, real, sink


class FactorCorrelation(CarbonAlgorithm):
    """Tables of correlations, factors and interactions."""

    ID = "factorcorrelation"
    GROUP = DRIVERS
    INPUT, VARIABLES, FACTORS, CATEGORIES = "INPUT", "VARIABLES", "FACTORS", "CATEGORIES"
    VARIABLE_RASTERS, FACTOR_RASTERS, SPACING = "VARIABLE_RASTERS", "FACTOR_RASTERS", "SPACING"
    DISCRETISATION, CLASSES = "DISCRETISATION", "CLASSES"
    CORRELATIONS, DETECTOR, INTERACTIONS, REPORT = "CORRELATIONS", "DETECTOR", "INTERACTIONS", "REPORT"
    NUMBERS = ("ROWS_USED", "ROWS_LEFT_OUT", "STRONGEST_R", "LARGEST_VIF", "LARGEST_Q", "CIRCULAR_PAIRS")

    def displayName(self):
        return tr("Factor correlation")

    def shortDescription(self):
        return tr("Pearson, Spearman and partial correlations with significance, and the geographical detector.")

    def tags(self):
        return ["correlation", "pearson", "spearman", "vif", "geodetector", "drivers", "相关性", "地理探测器"]

    def help_text(self):
        return tr(
            "Which factors go with supply, demand or their ratio? It needs a layer with numeric fields, rasters, or "
            "both: rasters are averaged over polygons, read at points, or, without a layer, sampled on a regular "
            "grid. It gives correlation matrices with p-values and Holm's correction, variance inflation factors, and "
            "q of the geographical detector with its F test and the interaction of factors.\n\n"
            "Partial correlation holds all other variables constant. q is the share of the variance that classes of a "
            "factor explain; it also sees relations that are not straight, and depends on how the factor is cut.\n\n"
            "A demand that was computed from population correlates with population by construction: you are warned "
            "where a factor seems to have made the variable. Neighbouring samples resemble each other, so p-values of "
            "dense samples are too small; a correlation is no cause."
        )

    def initAlgorithm(self, config=None):
        rasters = QgsProcessing.SourceType.TypeRaster
        self.add(
            layer(self.INPUT, tr("Features"), optional=True),
            tr("Zones or points with fields. Left empty, the rasters are sampled on a regular grid."),
        )
        self.add(
            column(self.VARIABLES, tr("Fields to explain"), self.INPUT, optional=True, several=True),
            tr("Such as carbon_t_km2, demand_t_km2 or ratio. Without any, the factors are only compared."),
        )
        self.add(
            column(self.FACTORS, tr("Factor fields"), self.INPUT, optional=True, several=True),
            tr("Numeric factors, such as elevation, precipitation, population, GDP."),
        )
        self.add(
            column(self.CATEGORIES, tr("Category fields"), self.INPUT, optional=True, several=True, holds=LABELS),
            tr("Factors that are classes already, such as a soil type or a zone; used by the geographical detector."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(self.VARIABLE_RASTERS, tr("Rasters to explain"), rasters, None, True),
            tr("First band of each; the layer's name becomes the variable's name. CRS and cell sizes may differ."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(self.FACTOR_RASTERS, tr("Factor rasters"), rasters, None, True),
            tr("First band of each, numeric factors. CRS and cell sizes may differ; the nearest cell is read."),
        )
        self.add(
            real(self.SPACING, tr("Spacing of the sample points"), 0),
            tr(
                "Without a layer: distance between points, in units of the first raster's CRS, rounded to whole cells. "
                "Left empty, about ten thousand points are taken."
            ),
            when={self.INPUT: False},
        )
        self.add(
            choice(self.DISCRETISATION, tr("Cut factors by"), DISCRETISATIONS, QUANTILE),
            tr(
                "For the geographical detector. quantile: classes of equally many rows. equal_interval: of equal "
                "width. natural_breaks: of least variance within."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                self.CLASSES, tr("Classes of a factor"), QgsProcessingParameterNumber.Type.Integer, 5, minValue=2
            ),
            tr("Into how many classes each numeric factor is cut for the geographical detector; 4 to 7 are usual."),
            advanced=True,
        )
        self.add(
            sink(self.CORRELATIONS, tr("Correlations")),
            tr("One row a method and pair: r, rows, p and p_holm, the p-value corrected for the number of pairs."),
        )
        self.add(
            sink(self.DETECTOR, tr("Geographical detector"), optional=True),
            tr("One row a variable and factor: r, q, F, p, number of strata and how they were cut, VIF, circular."),
        )
        self.add(
            sink(self.INTERACTIONS, tr("Interactions"), optional=True),
            tr("One row a variable and pair of factors: q of each, q of both, and how they act together."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.drivers.factor_report import factor_page_parts
        from ...core.drivers.factor_study import study_table
        from ...core.drivers.factor_table import of_rasters, with_rasters

        explained, factors = given.rasters(self.VARIABLE_RASTERS), given.rasters(self.FACTOR_RASTERS)
        if given.has(self.INPUT):
            features = given.zones(self.INPUT)
            table = with_rasters(features.table, features.outlines, {**explained, **factors}, log.part(0, 0.9))
        else:
            table = of_rasters({**explained, **factors}, given.number(self.SPACING), log.part(0, 0.9))
        study = study_table(
            table,
            [*given.fields(self.VARIABLES), *explained],
            [*given.fields(self.FACTORS), *factors],
            given.fields(self.CATEGORIES),
            given.choice(self.DISCRETISATION),
            given.integer(self.CLASSES),
            log,
        )
        out = Outputs(given)
        out.table(self.CORRELATIONS, study.correlation_table())
        out.table(self.DETECTOR, study.factor_table())
        out.table(self.INTERACTIONS, study.interaction_table())
        rows_left_out = len(table) - study.rows
        out.numbers(**dict(zip(self.NUMBERS, (study.rows, rows_left_out, *study.headline_numbers()))))
        out.report(self.REPORT, self.displayName(), factor_page_parts(study))
        return out.write()
