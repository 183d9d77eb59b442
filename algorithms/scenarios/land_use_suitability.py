"""Land-use suitability: a network that learns which class suits which place."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...core.runtime.i18n import tr
from ...core.text import html
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.outputs import Outputs
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, choice, real, sink
from ..shared.parameters.land_cover import LAND_COVER, add_land_cover, land_cover


class LandUseSuitability(CarbonAlgorithm):
    """One band a class, and the skill of the network."""

    ID = "landusesuitability"
    GROUP = SCENARIOS
    YEAR, EARLIER_YEAR = "YEAR", "EARLIER_YEAR"
    DRIVERS, EARLIER, NETWORK, SAMPLES, SAMPLING = "DRIVERS", "EARLIER", "NETWORK", "SAMPLES", "SAMPLING"
    NETWORKS, NEURONS, ITERATIONS, SEED, RESAMPLING = "NETWORKS", "NEURONS", "ITERATIONS", "SEED", "RESAMPLING"
    OUTPUT, SAVED, CLASSES, TRANSITIONS = "OUTPUT", "SAVED_NETWORK", "CLASSES", "TRANSITIONS"
    IMPORTANCE, REPORT = "IMPORTANCE", "REPORT"
    NUMBERS = ("LOG_LOSS", "NO_SKILL_LOG_LOSS", "ACCURACY", "SAMPLES_HELD_OUT", "CELLS_WITHOUT", "SKILL", "AUC")

    def displayName(self) -> str:
        return tr("Land-use suitability")

    def shortDescription(self) -> str:
        return tr("Which land-cover class suits which place, learned from drivers by a small neural network?")

    def tags(self) -> list[str]:
        return ["suitability", "neural network", "ann", "flus", "drivers", "probability", "适宜性", "神经网络"]

    def help_text(self) -> str:
        return tr(
            "Which class suits which place? A network with one hidden layer learns from random cells how drivers "
            "(elevation, slope, distances, population...) go with the land cover, and gives every cell a probability "
            "of each class; they add up to 1.\n\n"
            "<b>Needs</b> a land cover and driver rasters on any grid; they are brought onto that of the land cover. "
            "With an <b>earlier land cover</b> the network learns from what changed since then instead of from what is "
            "where: better for short spans, and made for demand by transition.\n\n"
            "<b>Gives</b> one band a class, the network as a file that predicts on other drivers without training, "
            "and its skill on cells kept out of training: 0 for a network that knows no more than how often each class "
            "becomes each other in the region, 1 for certainty; AUC by transition (0.5 is chance); and how much the "
            "log-loss rises when a driver is shuffled. Every held-out cell counts as many cells as it stands for, so "
            "that none of this depends on how many changed cells were sampled.\n\n"
            "After Liu et al. (2017), FLUS."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.DRIVERS, tr("Drivers"), QgsProcessing.SourceType.TypeRaster, optional=False
            ),
            tr("Rasters of what may explain the land cover. Distances come from Proximity, slope from Slope."),
        )
        self.add(
            QgsProcessingParameterRasterLayer(self.EARLIER, tr("Earlier land cover"), optional=True),
            tr(
                "Learn from the changes between this date and the land cover. The suitability then says what a cell "
                "will be one span after the land cover, given what it is there."
            ),
        )
        self.add(
            real(self.YEAR, tr("Year of the land cover")),
            tr("Such as 2020. Kept in the metadata of the suitability, so that a demand for another date is noticed."),
        )
        self.add(
            real(self.EARLIER_YEAR, tr("Year of the earlier land cover")),
            tr("Such as 2010. With the year of the land cover, so that swapped dates are refused."),
            when={self.EARLIER: True},
        )
        self.add(
            QgsProcessingParameterFile(self.NETWORK, tr("Saved network"), extension="json", optional=True),
            tr("A network saved before: it predicts from these drivers without training. Same drivers, same order."),
        )
        number = QgsProcessingParameterNumber
        for name, title, default, least, most, help_text in (
            (
                self.SAMPLES,
                tr("Samples"),
                40000,
                100,
                5_000_000,
                tr("Random cells to learn from in all; each network draws its share. A fifth is held out."),
            ),
            (
                self.NETWORKS,
                tr("Networks"),
                5,
                1,
                50,
                tr(
                    "Train so many, each on its share of the samples, and average their probabilities: they depend "
                    "less on the seed, and found more of the changes where it was tried. 1 is FLUS as published."
                ),
            ),
            (self.NEURONS, tr("Neurons"), 13, 1, 200, tr("In the hidden layer; 13 in the published study.")),
            (
                self.ITERATIONS,
                tr("Training iterations"),
                500,
                1,
                100000,
                tr("At most; it stops when it no longer learns."),
            ),
            (self.SEED, tr("Seed"), 1, 0, 2**31 - 1, tr("Of the random numbers: the same seed gives the same result.")),
        ):
            self.add(
                number(name, title, number.Type.Integer, default, False, least, most),
                help_text,
                advanced=name != self.SAMPLES,
            )
        self.add(
            choice(self.SAMPLING, tr("Sampling"), ["proportional", "equal"], "proportional"),
            tr(
                "proportional: plain random cells, so that rare classes stay rare. equal: as many of each class, which "
                "finds rare classes at the cost of too high probabilities for them."
            ),
            advanced=True,
        )
        self.add(
            choice(self.RESAMPLING, tr("Resampling of the drivers"), ["bilinear", "near", "average"], "bilinear"),
            tr("How drivers on another grid come onto the land cover's; near for classes such as soil types."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Suitability")),
            tr("One band of probabilities a class, in the order of the codes."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.SAVED, tr("Network"), tr("JSON files (*.json)"), optional=True, createByDefault=False
            ),
            tr("The trained network, to be read by a person or used again."),
        )
        self.add(
            sink(self.CLASSES, tr("Skill by class"), optional=True),
            tr("Table: code, share of the held-out cells, accuracy."),
        )
        self.add(
            sink(self.TRANSITIONS, tr("Skill by transition"), optional=True),
            tr(
                "Table: from_code, to_code, share of the class that became the other in the region, held-out cells "
                "that did, AUC. Learned from one date: by class, from_code empty."
            ),
        )
        self.add(
            sink(self.IMPORTANCE, tr("Importance of the drivers"), optional=True),
            tr("Table: driver, rise of the log-loss when it is shuffled."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.scenarios.suitability.learning import TrainingSettings, suitability

        settings = TrainingSettings(
            given.integer(self.SAMPLES),
            given.choice(self.SAMPLING) == "equal",
            given.integer(self.NEURONS),
            given.integer(self.ITERATIONS),
            given.integer(self.SEED),
            given.choice(self.RESAMPLING),
            given.integer(self.NETWORKS),
        )
        found = suitability(
            land_cover(given, LAND_COVER),
            land_cover(given, self.EARLIER),
            given.rasters(self.DRIVERS),
            given.file_input(self.NETWORK),
            settings,
            given.output_path(self.OUTPUT),
            log,
            (given.number(self.YEAR), given.number(self.EARLIER_YEAR)),
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
        out.report(self.REPORT, self.displayName(), [*map(html.paragraph, log.notes), *parts])
        return out.write()
