"""Algorithm "Land-use calibration": the settings that best reproduce observed changes."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
)

from ...core.options.scenarios import CLASS_DRIVER_KINDS, NO_CLASS_DRIVERS
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, choice, real, sink, whole
from ..shared.parameters.land_cover import LAND_COVER, add_land_cover, land_cover
from ..shared.parameters.raster import scaled_rasters


class LandUseCalibration(CarbonAlgorithm):
    """Writes the best settings to a file, and a table of all trials."""

    ID = "landusecalibration"
    GROUP = SCENARIOS
    EARLIER, DRIVERS, EARLIER_DRIVERS, TRY_CLASS_DRIVERS = "EARLIER", "DRIVERS", "EARLIER_DRIVERS", "TRY_CLASS_DRIVERS"
    PATCHES, BLOCK, FOLDS, SEEDS, SEED = "PATCHES", "BLOCK", "FOLDS", "SEEDS", "SEED"
    SAMPLES, NETWORKS, RESAMPLING = "SAMPLES", "NETWORKS", "RESAMPLING"
    SETTINGS, TRIALS, REPORT = "SETTINGS", "TRIALS", "REPORT"
    VALIDATION, VALIDATION_TABLE = "VALIDATION", "VALIDATION_TABLE"
    EARLIER_YEAR, YEAR, VALIDATION_YEAR = "EARLIER_YEAR", "YEAR", "VALIDATION_YEAR"
    VALIDATED = (
        "VALIDATION_FIGURE_OF_MERIT",
        "VALIDATION_DEFAULT_FIGURE_OF_MERIT",
        "VALIDATION_UNIFORM_FIGURE_OF_MERIT",
    )
    NUMBERS = ("FIGURE_OF_MERIT", "STANDARD_ERROR", "DEFAULT_FIGURE_OF_MERIT", "UNIFORM_FIGURE_OF_MERIT", "TRIALS_RUN")

    def displayName(self) -> str:
        return tr("Land-use calibration")

    def shortDescription(self) -> str:
        return tr("Which settings of suitability and simulation place the changes of your own region best?")

    def tags(self) -> list[str]:
        return [
            "calibration",
            "validation",
            "figure of merit",
            "flus",
            "plus",
            "hold-out",
            "land use",
            "校准",
            "参数率定",
        ]

    def help_text(self) -> str:
        return tr(
            "Which settings place the changes best? About thirty are tried on the interval between your two land "
            "covers: allocation, neighbourhood, its strength and weights, noise, and drivers computed from the land "
            "cover itself.\n\nThe region is divided into square blocks. Networks learn from some blocks and predict "
            "the others, so that each trial is evaluated out of sample, by the figure of merit: hits / (hits + "
            "misses + false alarms + wrong hits).\n\n<b>Needs</b> the two land covers and the drivers that you would "
            "give to Land-use suitability. With a third, later land cover (VALIDATION) the settings are also tried "
            "on the second interval, which was not used to choose them: that figure of merit is the one to "
            "report.\n\n<b>Gives</b> a settings file for Land-use suitability and Land-use simulation, a table of "
            "all trials, and the improvement over the default, uniform suitability and no change. Of the settings "
            "within one standard error or a tenth of the best, the simplest is chosen: smaller improvements are not "
            "expected to persist in the next interval."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.add(
            QgsProcessingParameterRasterLayer(self.EARLIER, tr("Earlier land cover")),
            tr("The changes between this date and the land cover are what is simulated in every trial."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.DRIVERS, tr("Drivers"), QgsProcessing.SourceType.TypeRaster, optional=True
            ),
            tr("Rasters that may explain the changes, the same as for Land-use suitability."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.EARLIER_DRIVERS,
                tr("Drivers of the earlier date"),
                QgsProcessing.SourceType.TypeRaster,
                optional=True,
            ),
            tr("Where drivers have changed: the same drivers as they were at the earlier date, in the same order."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(self.TRY_CLASS_DRIVERS, tr("Try drivers from the land cover"), True),
            tr("Try distances to classes and shares of classes around a cell in addition to the given drivers."),
        )
        self.add(
            QgsProcessingParameterBoolean(self.PATCHES, tr("Allocate in patches"), False),
            tr(
                "Choose the allocation in patches of observed sizes whose patches come nearest to the observed ones, "
                "among those within one standard error or a tenth of the best figure of merit. Maps look more "
                "realistic; the table of trials shows whether the locations of changes are as accurate."
            ),
        )
        for name, title, default, least, most, help_text in (
            (
                self.BLOCK,
                tr("Side of the blocks held out"),
                32,
                2,
                10_000,
                tr("In cells. Larger than the patches of change, small enough that there are some dozens of blocks."),
            ),
            (
                self.FOLDS,
                tr("Folds"),
                2,
                2,
                10,
                tr("Parts of the blocks; each is predicted by the rest."),
            ),
            (
                self.SEEDS,
                tr("Seeds of each trial"),
                1,
                1,
                20,
                tr("Number of maps that are simulated for each setting."),
            ),
            (self.SAMPLES, tr("Samples"), 40000, 100, 5_000_000, tr("Random cells to learn from, of all networks.")),
            (self.NETWORKS, tr("Networks"), 5, 1, 50, tr("Their probabilities are averaged.")),
            (
                self.SEED,
                tr("Seed"),
                1,
                0,
                2**31 - 1,
                tr("Seed of the random numbers: the same seed gives the same result."),
            ),
        ):
            self.add(whole(name, title, default, least, most), help_text, advanced=True)
        self.add(
            choice(self.RESAMPLING, tr("Resampling of the drivers"), ["bilinear", "near", "average"], "bilinear"),
            tr(
                "How drivers on another grid are resampled to the grid of the land cover; use near for classes such as "
                "soil types."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFileDestination(self.SETTINGS, tr("Settings"), tr("JSON files (*.json)")),
            tr(
                "The best settings, for the parameter of the same name of Land-use suitability and Land-use simulation."
            ),
        )
        self.add(
            sink(self.TRIALS, tr("Trials"), optional=True),
            tr(
                "Table: every setting tried with its figure of merit on held-out blocks, the patches of its changes "
                "and their difference from the observed ones, the best first; the last row contains the observed "
                "changes."
            ),
        )
        self._add_validation()
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, (*self.NUMBERS, *self.VALIDATED))

    def _add_validation(self) -> None:
        self.add(
            QgsProcessingParameterRasterLayer(self.VALIDATION, tr("Third land cover, for validation"), optional=True),
            tr(
                "A land cover later than the other two. The settings are chosen without it; then the interval from "
                "the land cover to this one is simulated five times with them, with the default and with uniform "
                "suitability, with the demand of the Markov chain, and compared with the observed changes."
            ),
        )
        for name, title in (
            (self.EARLIER_YEAR, tr("Year of the earlier land cover")),
            (self.YEAR, tr("Year of the land cover")),
            (self.VALIDATION_YEAR, tr("Year of the third land cover")),
        ):
            self.add(
                real(name, title),
                tr(
                    "For the demand in the validation; without all three, the two intervals are assumed to be of "
                    "equal length."
                ),
                when={self.VALIDATION: True},
                advanced=True,
            )
        self.add(
            sink(self.VALIDATION_TABLE, tr("Validation"), optional=True),
            tr(
                "Table: figure of merit (mean, lowest and highest of five seeds), overall accuracy and patches of "
                "change on the second interval for the chosen settings, the default, uniform suitability and no "
                "change; the last row contains the observed changes."
            ),
            when={self.VALIDATION: True},
        )

    def compute(self, given, log) -> dict:
        from ...core.scenarios.calibration.calibration import Validation, calibrate
        from ...core.scenarios.suitability.learning import TrainingSettings
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        training = TrainingSettings(
            given.integer(self.SAMPLES),
            seed=given.integer(self.SEED),
            resampling=given.choice(self.RESAMPLING),
            networks=given.integer(self.NETWORKS),
        )
        three = self._three_dates(given, log)
        found = calibrate(
            land_cover(given, self.EARLIER),
            land_cover(given, LAND_COVER),
            scaled_rasters(given, self.DRIVERS),
            kinds=CLASS_DRIVER_KINDS if given.flag(self.TRY_CLASS_DRIVERS) else (NO_CLASS_DRIVERS,),
            training=training,
            validation=Validation(given.integer(self.BLOCK), given.integer(self.FOLDS), given.integer(self.SEEDS)),
            log=log,
            earlier_drivers=scaled_rasters(given, self.EARLIER_DRIVERS),
            in_patches=given.flag(self.PATCHES),
        )
        figures, tables = found.found(), [found.trial_columns()]
        validation = self._validated(given, three, found, training, log)
        merits: tuple[float | None, ...] = (None,) * len(self.VALIDATED)
        if validation is not None:
            merits = tuple(score.merit for score in validation.scores.values())
            figures.update(zip(map(str.lower, self.VALIDATED), merits))
            tables.insert(0, validation.columns())
        out = Outputs(given)
        out.numbers(**dict(zip(self.VALIDATED, merits)))
        if validation is not None:
            out.table(self.VALIDATION_TABLE, tables[0])
        out.text(self.SETTINGS, found.best.settings.to_text(figures))
        out.table(self.TRIALS, found.trial_columns())
        main = (found.best.merit, found.best.error, found.scores[0].merit, found.uniform.merit, len(found.scores))
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [*map(html.paragraph, log.notes), *map(html.table, tables)]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()

    def _three_dates(self, given, log):
        """Land covers and years of both intervals, checked before computation; ``None`` without a third date."""
        from ...core.scenarios.calibration.validation import three_years

        if not given.has(self.VALIDATION):
            return None
        covers = [land_cover(given, name) for name in (self.EARLIER, LAND_COVER, self.VALIDATION)]
        names = (self.EARLIER_YEAR, self.YEAR, self.VALIDATION_YEAR)
        return covers, three_years([given.number(name) for name in names], log)

    def _validated(self, given, three, found, training, log):
        """Validation of the settings on the second interval; ``None`` without a third land cover."""
        from ...core.scenarios.calibration.validation import validate

        if three is None:
            return None
        covers, years = three
        return validate(
            covers,
            years,
            scaled_rasters(given, self.DRIVERS),
            settings=found.best.settings,
            training=training,
            log=log.part(0.9, 1),
            earlier_drivers=scaled_rasters(given, self.EARLIER_DRIVERS),
            default=found.scores[0].settings,
        )
