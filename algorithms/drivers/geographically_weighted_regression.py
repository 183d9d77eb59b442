"""Algorithm "Geographically weighted regression"."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import DRIVERS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, add_suffix, choice, column, layer, sink
from ..shared.parameters.drivers.distances import places_of
from ..shared.parameters.drivers.gwr import add_settings, settings_of

if TYPE_CHECKING:
    from ..shared.inputs.given import Given

JOINT, EACH_PAIR = "joint", "each_pair"


class GeographicallyWeightedRegression(CarbonAlgorithm):
    """Writes features with local coefficients."""

    ID = "geographicallyweightedregression"
    GROUP = DRIVERS
    INPUT, DEPENDENT, EXPLANATORY, MODELS = "INPUT", "DEPENDENT", "EXPLANATORY", "MODELS"
    SUFFIX, OUTPUT, SUMMARY, COEFFICIENTS, REPORT = "SUFFIX", "OUTPUT", "SUMMARY", "COEFFICIENTS", "REPORT"
    PREDICT_AT, PREDICTED = "PREDICT_AT", "PREDICTED"
    NUMBERS = ("AICC", "R2", "ADJUSTED_R2", "EFFECTIVE_PARAMETERS", "BANDWIDTH_USED", "CRITICAL_T")
    TEXTS = ("CRITICAL_T_BY_COLUMN",)
    NUMBERS += ("OLS_AICC", "OLS_R2", "ROWS_USED", "ROWS_LEFT_OUT")

    def displayName(self):
        return tr("Geographically weighted regression")

    def shortDescription(self):
        return tr(
            "Regression with local coefficients at every location, a bandwidth search, and the global model for "
            "comparison."
        )

    def tags(self):
        return [
            "gwr",
            "regression",
            "local",
            "bandwidth",
            "aicc",
            "drivers",
            "mgwr",
            "multiscale",
            "地理加权回归",
            "多尺度",
        ]

    def help_text(self):
        return tr(
            "What are the drivers, and where do they act? At every feature a regression is fitted to the surrounding "
            "features, with more weight for near ones, so that each feature has its own coefficients. Needs points or "
            "polygons (their centroids are used) with numeric fields, and gives local coefficients, standard errors, t "
            "values, R2, residuals, Cook's distance and condition numbers, together with the usual global "
            "regression.\n\n"
            "Coefficients and AICc follow GWR4, standard errors and Cook's distance follow mgwr. Lower AICc is better; "
            "a value at least three below that of the global model is a clear improvement. A local t is significant "
            "above the critical t, which is adjusted for multiple testing. Where the local condition number exceeds "
            "30, the coefficients are not reliable.\n\n"
            "Multiscale regression (MGWR) gives the intercept and each driver a bandwidth of its own, effective "
            "parameters and a critical t for each, as mgwr does: a small bandwidth marks an effect that varies over "
            "short distances, one close to the number of features an effect that is the same everywhere.\n\n"
            "Given places to predict for, the model also predicts the dependent there, with a standard error (not "
            "multiscale).\n\n"
            "each_pair fits one regression for every pair of an explanatory field and a dependent field, and reports "
            "R2 of each driver for each land type. Local relations show where variables change together, not what "
            "causes what."
        )

    def initAlgorithm(self, config=None):
        self.add(
            layer(self.INPUT, tr("Features")),
            tr("Points, or polygons, whose centroids are used. Rows with NULL in a field are left out and counted."),
        )
        self.add(
            column(self.DEPENDENT, tr("Dependent fields"), self.INPUT, several=True),
            tr("The variables to explain, such as sink_t_ha. Several fields give one model each."),
        )
        self.add(
            column(self.EXPLANATORY, tr("Explanatory fields"), self.INPUT, several=True),
            tr("The drivers, such as elevation or GDP. They must vary and must not be exact functions of one another."),
        )
        self.add(
            choice(self.MODELS, tr("Models"), [JOINT, EACH_PAIR], JOINT),
            tr(
                "joint: all explanatory fields in one model for each dependent field. each_pair: one model for each "
                "pair of an explanatory and a dependent field, compared by R2."
            ),
        )
        add_settings(self)
        self.add(
            layer(self.PREDICT_AT, tr("Places to predict for"), optional=True),
            tr(
                "Points, or polygons, whose centroids are used, where the dependent is not known; they need the "
                "explanatory fields under the same names. At each a regression is fitted to the features around it. "
                "Not for multiscale regression."
            ),
            advanced=True,
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Local coefficients")),
            tr(
                "The features with b_, se_, t_ of each term, local_r2 (not if multiscale), predicted, residual, "
                "cooks_d, condition_number. The map shows the coefficient of the first explanatory field in classes of "
                "its own, with places without significance hatched; a style for each other coefficient is in the "
                "styles of the layer. A style for t_ is gwr_t.qml in the folder resources/styles of the plugin."
            ),
        )
        self.add(
            sink(self.SUMMARY, tr("Models"), optional=True),
            tr(
                "One row per model: bandwidth (or the bandwidths of the terms), AICc, R2, effective parameters, "
                "critical t, the global model."
            ),
        )
        self.add(
            sink(self.COEFFICIENTS, tr("Summary of coefficients"), optional=True),
            tr(
                "One row per term: bandwidth, effective parameters (if multiscale), critical t, quartiles of its local "
                "coefficients, share significant, variability, global values."
            ),
        )
        self.add(
            sink(self.PREDICTED, tr("Predictions"), optional=True),
            tr(
                "The places with predicted in units of the dependent field, predicted_se (standard error of a single "
                "observation about it) and the local coefficients."
            ),
        )
        add_report(self)
        add_results(self, self.NUMBERS, self.TEXTS)

    def compute(self, given: Given, log: Log) -> dict:
        # Imported here and not at the top, so that the start of QGIS is not delayed.
        from ...core.drivers.gwr.models import fit_models
        from ...core.drivers.gwr.prediction import check_predictable, predict_at
        from ...core.drivers.gwr.report import gwr_page_parts, headline, local_coefficient_table, model_table
        from ...core.raster.sampling import centroids
        from ...core.symbology.coefficient_legends import coefficient_legend
        from ..shared.checks.units_alike import warn_of_overlapping_units
        from ..shared.outputs.outputs import Outputs

        features = given.zones(self.INPUT)
        warn_of_overlapping_units(features, log)
        coordinates, is_geographic = places_of(given, features)
        settings = settings_of(given)
        if given.has(self.PREDICT_AT) != given.has(self.PREDICTED):
            raise CarbonBalanceError(
                tr("{parameter} needs {partner}: give both or neither.").format(
                    parameter=given.title(self.PREDICT_AT), partner=given.title(self.PREDICTED)
                )
            )
        targets = given.zones(self.PREDICT_AT) if given.has(self.PREDICT_AT) else None
        if targets is not None:
            check_predictable(settings.multiscale)
        dependents, explanatory = given.fields(self.DEPENDENT), given.fields(self.EXPLANATORY)
        each_pair = given.choice(self.MODELS) == EACH_PAIR
        models = fit_models(
            features.table,
            coordinates,
            is_geographic,
            dependents=dependents,
            explanatory=explanatory,
            each_pair=each_pair,
            settings=settings,
            log=log,
        )
        local = models.columns()
        names = columns.suffixed(local, given.text(self.SUFFIX), features.table.fields)
        for each in models.analyses:
            log.info(headline(each, settings, is_geographic))
        out = Outputs(given)
        added = {names[name]: values for name, values in local.items()}
        out.zones(
            self.OUTPUT,
            features,
            added,
            style=lambda: [coefficient_legend(names[name], added, t) for name, t in models.critical_t().items()],
        )
        if targets is not None:
            there = centroids(targets.outlines(features.crs.toWkt()))
            predictions = predict_at(models, targets.table, there, log)
            own = columns.suffixed(predictions, given.text(self.SUFFIX), targets.table.fields)
            out.zones(self.PREDICTED, targets, {own[name]: values for name, values in predictions.items()})
        out.table(self.SUMMARY, model_table(models))
        out.table(self.COEFFICIENTS, local_coefficient_table(models))
        out.numbers(**dict(zip(self.NUMBERS, models.headline_numbers())))
        # For map sheets, which know the columns only: several models and multiscale terms have a value each.
        critical = {names[name]: t for name, t in models.critical_t().items() if math.isfinite(t)}
        out.numbers(CRITICAL_T_BY_COLUMN=json.dumps(critical, ensure_ascii=False))
        out.report(self.REPORT, self.displayName(), gwr_page_parts(models, settings))
        return out.write()
