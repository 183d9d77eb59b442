"""Algorithm "Factor correlation": correlations of fields or rasters, and the geographical detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
)

from ...core.options.statistics import DISCRETISATIONS, OPTIMAL, QUANTILE
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import DRIVERS
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, choice, column, layer, real, sink
from ..shared.parameters.raster import scaled_rasters

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class FactorCorrelation(CarbonAlgorithm):
    """Writes tables of correlations, factors and interactions."""

    ID = "factorcorrelation"
    GROUP = DRIVERS
    INPUT, VARIABLES, FACTORS, CATEGORIES = "INPUT", "VARIABLES", "FACTORS", "CATEGORIES"
    VARIABLE_RASTERS, FACTOR_RASTERS, SPACING = "VARIABLE_RASTERS", "FACTOR_RASTERS", "SPACING"
    DISCRETISATION, CLASSES = "DISCRETISATION", "CLASSES"
    RISK, ECOLOGICAL, TRIED = "RISK", "ECOLOGICAL", "TRIED"
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
            "Which factors are related to supply, demand or their ratio? Needs a layer with numeric fields, rasters, "
            "or both: rasters are averaged over polygons, sampled at points or, without a layer, sampled on a regular "
            "grid. Gives correlation matrices with p-values and Holm's correction, variance inflation factors, and q "
            "of the geographical detector with its F test and the interaction of factors.\n\n"
            "Partial correlation holds all other variables constant. q is the share of the variance explained by the "
            "classes of a factor; it also detects nonlinear relations, and it depends on how the factor is divided "
            "into classes.\n\n"
            "A demand that was computed from population correlates with population by construction: a warning is given "
            "where a factor appears to be the source of the variable. Neighbouring samples are similar, so p-values of "
            "dense samples are too small; correlation does not imply causation."
        )

    def initAlgorithm(self, config=None):
        rasters = QgsProcessing.SourceType.TypeRaster
        self.add(
            layer(self.INPUT, tr("Features"), optional=True),
            tr("Zones or points with fields. If empty, the rasters are sampled on a regular grid."),
        )
        self.add(
            column(self.VARIABLES, tr("Fields to explain"), self.INPUT, optional=True, several=True),
            tr("For example carbon_t_km2, demand_t_km2 or ratio. If none is given, only the factors are compared."),
        )
        self.add(
            column(self.FACTORS, tr("Factor fields"), self.INPUT, optional=True, several=True),
            tr("Numeric factors, such as elevation, precipitation, population, GDP."),
        )
        self.add(
            column(self.CATEGORIES, tr("Category fields"), self.INPUT, optional=True, several=True, holds=LABELS),
            tr("Factors that are already classes, such as a soil type or a zone; used by the geographical detector."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(self.VARIABLE_RASTERS, tr("Rasters to explain"), rasters, None, True),
            tr("First band of each; the layer name becomes the variable name. CRS and cell sizes may differ."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(self.FACTOR_RASTERS, tr("Factor rasters"), rasters, None, True),
            tr("First band of each, numeric factors. CRS and cell sizes may differ; the nearest cell is used."),
        )
        self.add(
            real(self.SPACING, tr("Spacing of the sample points"), 0),
            tr(
                "Without a layer: distance between points, in units of the CRS of the first raster, rounded to whole "
                "cells. If empty, about ten thousand points are used."
            ),
            when={self.INPUT: False},
        )
        self.add(
            choice(
                self.DISCRETISATION,
                tr("Method of dividing factors into classes"),
                [*DISCRETISATIONS, OPTIMAL],
                QUANTILE,
            ),
            tr(
                "For the geographical detector. quantile: classes with equal numbers of rows. equal_interval: classes "
                "of equal width. natural_breaks: classes with the least variance within. optimal: for each variable "
                "and factor the one of these, with 3 classes up to the number given, that has the largest q."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                self.CLASSES, tr("Classes per factor"), QgsProcessingParameterNumber.Type.Integer, 5, minValue=2
            ),
            tr(
                "Number of classes into which each numeric factor is divided for the geographical detector; usually 4 "
                "to 7. With optimal: the largest number that is tried."
            ),
            advanced=True,
        )
        self.add(
            sink(self.CORRELATIONS, tr("Correlations")),
            tr("One row per method and pair: r, rows, p and p_holm, the p-value corrected for the number of pairs."),
        )
        self.add(
            sink(self.DETECTOR, tr("Geographical detector"), optional=True),
            tr(
                "One row per variable and factor: r, q, F, p, number of strata and the method of division, VIF, "
                "circular."
            ),
        )
        self.add(
            sink(self.INTERACTIONS, tr("Interactions"), optional=True),
            tr("One row per variable and pair of factors: q of each, q of both, and the type of interaction."),
        )
        self.add(
            sink(self.RISK, tr("Risk detector"), optional=True),
            tr(
                "One row per variable, factor and pair of its classes: the mean of the variable in both, t of their "
                "difference (Welch), p and p_holm, corrected for the number of pairs of the factor."
            ),
        )
        self.add(
            sink(self.ECOLOGICAL, tr("Ecological detector"), optional=True),
            tr(
                "One row per variable and pair of factors: q of each, F of the variances that they leave, p that the "
                "factor with the larger q explains no more than the other, and p_holm, corrected for the number of "
                "pairs."
            ),
        )
        self.add(
            sink(self.TRIED, tr("Discretisations tried"), optional=True),
            tr(
                "With optimal: one row per variable, factor, method and number of classes: strata, q, and 1 for the "
                "one chosen."
            ),
        )
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.drivers.detectors import ecological_table, risk_table, tried_table
        from ...core.drivers.factor_report import factor_page_parts
        from ...core.drivers.factor_study import study_table
        from ...core.drivers.factor_table import of_rasters, with_rasters
        from ..shared.checks.units_alike import warn_of_overlapping_units
        from ..shared.outputs.outputs import Outputs

        explained, factors = (scaled_rasters(given, name) for name in (self.VARIABLE_RASTERS, self.FACTOR_RASTERS))
        if given.has(self.INPUT):
            features = given.zones(self.INPUT)
            warn_of_overlapping_units(features, log)
            table = with_rasters(features.table, features.outlines, {**explained, **factors}, log.part(0, 0.9))
        else:
            table = of_rasters({**explained, **factors}, given.number(self.SPACING), log.part(0, 0.9))
        study = study_table(
            table,
            [*given.fields(self.VARIABLES), *explained],
            [*given.fields(self.FACTORS), *factors],
            group_fields=given.fields(self.CATEGORIES),
            method=given.choice(self.DISCRETISATION),
            classes=given.integer(self.CLASSES),
            log=log,
        )
        out = Outputs(given)
        out.table(self.CORRELATIONS, study.correlation_table())
        out.table(self.DETECTOR, study.factor_table())
        out.table(self.INTERACTIONS, study.interaction_table())
        out.table(self.RISK, risk_table(study.values, study.strata))
        out.table(self.ECOLOGICAL, ecological_table(study.powers, study.rows))
        out.table(self.TRIED, tried_table(study.tried, study.strata))
        rows_left_out = len(table) - study.rows
        out.numbers(**dict(zip(self.NUMBERS, (study.rows, rows_left_out, *study.headline_numbers()))))
        out.report(self.REPORT, self.displayName(), factor_page_parts(study))
        return out.write()
