"""Algorithm "Land-use suitability": a neural network that learns suitability from drivers."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...core.options.scenarios import BOTH_DATES, CLASS_DRIVER_DATES, CLASS_DRIVER_KINDS, NO_CLASS_DRIVERS
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, choice, real, sink
from ..shared.parameters.land_cover import LAND_COVER, add_land_cover, land_cover
from ..shared.parameters.raster import scaled_rasters, stored_rasters
from ..shared.parameters.scenarios.training import (
    ITERATIONS,
    NETWORKS,
    NEURONS,
    RESAMPLING,
    SAMPLES,
    SAMPLING,
    SEED,
    add_training,
)


class LandUseSuitability(CarbonAlgorithm):
    """Writes a suitability raster with one band per class, and the skill of the network."""

    ID = "landusesuitability"
    GROUP = SCENARIOS
    YEAR, EARLIER_YEAR = "YEAR", "EARLIER_YEAR"
    DRIVERS, EARLIER, NETWORK = "DRIVERS", "EARLIER", "NETWORK"
    CLASS_DRIVERS, CLASS_DRIVERS_OF, EARLIER_DRIVERS = "CLASS_DRIVERS", "CLASS_DRIVERS_OF", "EARLIER_DRIVERS"
    SETTINGS, EXPANSION, RESPONSES = "SETTINGS", "EXPANSION", "RESPONSES"
    OUTPUT, SAVED, CLASSES, TRANSITIONS = "OUTPUT", "SAVED_NETWORK", "CLASSES", "TRANSITIONS"
    IMPORTANCE, REPORT = "IMPORTANCE", "REPORT"
    NUMBERS = ("LOG_LOSS", "NO_SKILL_LOG_LOSS", "ACCURACY", "SAMPLES_HELD_OUT", "CELLS_WITHOUT", "SKILL", "AUC")

    def displayName(self) -> str:
        return tr("Land-use suitability")

    def shortDescription(self) -> str:
        return tr(
            "Learns from drivers which land-cover class is suitable for which location, with a small neural network."
        )

    def tags(self) -> list[str]:
        return [
            "suitability",
            "neural network",
            "ann",
            "flus",
            "drivers",
            "probability",
            "LEAS",
            "expansion analysis",
            "适宜性",
            "神经网络",
        ]

    def help_text(self) -> str:
        return tr(
            "Which class suits which location? A network with one hidden layer learns from random cells how drivers "
            "(elevation, slope, distances, population and so on) are related to the land cover, and gives every cell a "
            "probability of each class; the probabilities add up to 1.\n\n"
            "<b>Needs</b> a land cover and driver rasters on any grid; the drivers are resampled to the grid of the "
            "land cover. With an <b>earlier land cover</b> the network learns from the changes since then instead of "
            "the present distribution: this is better for short periods, and it is intended for demand by "
            "transition.\n\n"
            "<b>Gives</b> one band per class, the network as a file that can predict from other drivers without "
            "training, and its skill on cells excluded from training: 0 for a network that knows only how often each "
            "class changes to each other class in the region, 1 for certainty; AUC by transition (0.5 is chance); and "
            "the increase in log-loss when a driver is shuffled. Every held-out cell is weighted by the number of "
            "cells that it represents, so these measures do not depend on how many changed cells were sampled.\n\n"
            "After Liu et al. (2017), FLUS."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.DRIVERS, tr("Drivers"), QgsProcessing.SourceType.TypeRaster, optional=True
            ),
            tr(
                "Rasters that may explain the land cover. Use the tools Proximity for distances and Slope for slope. A "
                "scale or an offset that a band states is applied."
            ),
        )
        self.add(
            choice(self.CLASS_DRIVERS, tr("Drivers from the land cover"), list(CLASS_DRIVER_KINDS), NO_CLASS_DRIVERS),
            tr(
                "Drivers computed here, for the date learned from and for the date predicted from: the distance to "
                "each class (up to 64 cells), and the share of each class in the surrounding 9 x 9 cells. They need "
                "an earlier land cover."
            ),
            when={self.SETTINGS: False},
        )
        self.add(
            choice(self.CLASS_DRIVERS_OF, tr("Date of these drivers"), list(CLASS_DRIVER_DATES), BOTH_DATES),
            tr(
                "The land cover from which these drivers are computed for the prediction. From one interval it "
                "cannot be determined which of the two predicts the next one better; both: the mean of the two "
                "predictions."
            ),
            advanced=True,
            when={f"{self.CLASS_DRIVERS}|{self.SETTINGS}": True},
        )
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.EARLIER_DRIVERS,
                tr("Drivers of the earlier date"),
                QgsProcessing.SourceType.TypeRaster,
                optional=True,
            ),
            tr(
                "Where drivers have changed, such as roads or population: the same drivers as they were at the earlier "
                "date, in the same order. The network learns from these and predicts from the others."
            ),
            advanced=True,
            when={self.EARLIER: True},
        )
        self.add(
            QgsProcessingParameterFile(self.SETTINGS, tr("Settings"), extension="json", optional=True),
            tr("Settings from a calibration, which state the drivers to compute from the land cover."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterRasterLayer(self.EARLIER, tr("Earlier land cover"), optional=True),
            tr(
                "Learn from the changes between this date and the land cover. The suitability is then the probability "
                "of each class one such period after the land cover, given the present class of the cell."
            ),
        )
        self.add(
            real(self.YEAR, tr("Year of the land cover")),
            tr(
                "For example 2020. Stored in the metadata of the suitability, so that a demand for another date is "
                "detected."
            ),
        )
        self.add(
            real(self.EARLIER_YEAR, tr("Year of the earlier land cover")),
            tr("For example 2010. Together with the year of the land cover it is used to refuse swapped dates."),
            when={self.EARLIER: True},
        )
        self.add(
            QgsProcessingParameterFile(self.NETWORK, tr("Saved network"), extension="json", optional=True),
            tr(
                "A network saved earlier: it predicts from these drivers without training. Use the same drivers in the "
                "same order."
            ),
        )
        add_training(self)
        self.add(
            QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Suitability")),
            tr("One probability band per class, in the order of the codes."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.SAVED, tr("Network"), tr("JSON files (*.json)"), optional=True, createByDefault=False
            ),
            tr("The trained network, readable by people and reusable."),
        )
        self.add(
            sink(self.CLASSES, tr("Skill by class"), optional=True),
            tr("Table: code, share of the held-out cells, accuracy."),
        )
        self.add(
            sink(self.TRANSITIONS, tr("Skill by transition"), optional=True),
            tr(
                "Table: from_code, to_code, share of the class that changed to the other class in the region, number "
                "of held-out cells that did, AUC. If learned from one date: by class, with from_code empty."
            ),
        )
        self.add(
            sink(self.IMPORTANCE, tr("Importance of the drivers"), optional=True),
            tr("Table: driver, increase in log-loss when it is shuffled."),
        )
        self.add(
            sink(self.EXPANSION, tr("Expansion analysis: importance"), optional=True),
            tr(
                "Table: for each transition, the relative increase of its log-loss when a driver is shuffled among "
                "held-out cells of the earlier class; 0: the driver has no influence. If learned from one date: by "
                "class."
            ),
        )
        self.add(
            sink(self.RESPONSES, tr("Expansion analysis: response curves"), optional=True),
            tr("Table: mean probability of each transition when a driver has one value everywhere."),
        )
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.scenarios.calibration.settings import read_settings
        from ...core.scenarios.suitability.expansion import analyse_expansion
        from ...core.scenarios.suitability.expansion_chart import expansion_chart
        from ...core.scenarios.suitability.learning import TrainingSettings, suitability
        from ...core.scenarios.suitability.saved_network import read_network
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        calibrated = given.file_input(self.SETTINGS)
        settings = TrainingSettings(
            samples=given.integer(SAMPLES),
            equal=given.choice(SAMPLING) == "equal",
            neurons=given.integer(NEURONS),
            iterations=given.integer(ITERATIONS),
            seed=given.integer(SEED),
            resampling=given.choice(RESAMPLING),
            networks=given.integer(NETWORKS),
            class_drivers=read_settings(calibrated).class_drivers if calibrated else given.choice(self.CLASS_DRIVERS),
            class_drivers_of=given.choice(self.CLASS_DRIVERS_OF),
        )
        path = given.file_input(self.NETWORK)
        saved = read_network(path) if path else None
        rasters = stored_rasters if saved is not None and saved.of_stored else scaled_rasters
        found = suitability(
            land_cover(given, LAND_COVER),
            land_cover(given, self.EARLIER),
            rasters(given, self.DRIVERS),
            saved=saved,
            settings=settings,
            path=given.output_path(self.OUTPUT),
            log=log,
            years=(given.number(self.YEAR), given.number(self.EARLIER_YEAR)),
            earlier_drivers=rasters(given, self.EARLIER_DRIVERS),
        )
        out = Outputs(given)
        out.raster(self.OUTPUT, found.raster)
        out.text(self.SAVED, found.network.to_text())
        out.table(self.CLASSES, found.class_columns())
        out.table(self.TRANSITIONS, found.transition_columns())
        out.table(self.IMPORTANCE, found.driver_columns())
        out.numbers(**dict(zip(self.NUMBERS, found.main_numbers())))
        tables = found.class_columns(), found.transition_columns(), found.driver_columns()
        parts = [html.table(table) for table in tables if len(table[next(iter(table))])]
        wanted = any(given.has(name) for name in (self.EXPANSION, self.RESPONSES, self.REPORT))
        if wanted and found.sample is not None:
            expansion = analyse_expansion(found.network, found.sample, settings.seed)
            importance, responses = expansion.importance_columns(), expansion.response_columns()
            out.table(self.EXPANSION, importance)
            out.table(self.RESPONSES, responses)
            parts += [html.heading(tr("Expansion analysis")), expansion_chart(importance, responses)]
        out.report(self.REPORT, self.displayName(), [*map(html.paragraph, log.notes), *parts])
        return out.write()
