"""Algorithm "Accuracy of a simulation": comparison of simulated and observed land cover."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterBand,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, sink, whole
from ..shared.parameters.land_cover import LAND_COVER, ZONES, add_land_cover, add_zones, land_cover, zone_names
from ..shared.parameters.raster import checked


class SimulationAccuracy(CarbonAlgorithm):
    """Computes agreement, figure of merit and a map of hits, with the null model for comparison."""

    ID = "simulationaccuracy"
    GROUP = SCENARIOS
    REFERENCE, SIMULATED, SIMULATED_BAND = "REFERENCE", "SIMULATED", "SIMULATED_BAND"
    OUTPUT, MEASURES, CLASSES, REPORT = "OUTPUT", "MEASURES", "CLASSES", "REPORT"
    PARTS, LANDSCAPE = "PARTS", "LANDSCAPE"
    AGREEMENT = ("OVERALL_ACCURACY", "KAPPA", "KAPPA_LOCATION", "KAPPA_HISTOGRAM")
    DISAGREEMENT = ("QUANTITY", "ALLOCATION", "EXCHANGE", "SHIFT")
    CHANGE = ("FIGURE_OF_MERIT", "HITS", "MISSES", "FALSE_ALARMS", "WRONG_HITS")
    NULL = ("NULL_OVERALL_ACCURACY", "NULL_KAPPA", "UNIFORM_FIGURE_OF_MERIT")
    UNIFORM_RUNS, RESTRICTED, SETTINGS, SEED = "UNIFORM_RUNS", "RESTRICTED", "SETTINGS", "SEED"

    def displayName(self) -> str:
        return tr("Accuracy of a simulation")

    def shortDescription(self) -> str:
        return tr("Did the simulation place the changes correctly, and is it better than the assumption of no change?")

    def tags(self) -> list[str]:
        return ["accuracy", "kappa", "figure of merit", "fom", "validation", "disagreement", "精度", "品质因数"]

    def help_text(self) -> str:
        return tr(
            "Did the simulation put the changes in the right places? Start, reference and simulation are compared "
            "cell by cell.\n\n<b>Gives</b> overall accuracy, kappa with its parts (location, histogram), quantity "
            "and allocation disagreement (allocation = exchange + shift), and the figure of merit: hits / (hits + "
            "misses + false alarms + wrong hits). For comparison, the same measures are given for the null model, in "
            "which nothing changes, and for a run that makes the same changes with uniform suitability, so that only "
            "neighbours determine their locations.\n\nIf few cells change, the null model has the higher overall "
            "accuracy and kappa, and every model has high values. The figure of merit considers only changes, but "
            "depends on their number: 0.1-0.3 is usual over ten years, less over five. The contribution of the "
            "drivers is the difference from the run with uniform suitability.\n\nThe map: 1 hit, 2 miss (change "
            "simulated as no change), 3 false alarm (no change simulated as change), 4 wrong hit (change to another "
            "class than simulated), 5 unchanged in both."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.parameterDefinition(LAND_COVER).setDescription(tr("Land cover at the start"))
        self.add(
            QgsProcessingParameterRasterLayer(self.REFERENCE, tr("Reference land cover")),
            tr("The observed land cover at the simulated date, with the same codes."),
        )
        self.add(
            QgsProcessingParameterRasterLayer(self.SIMULATED, tr("Simulated land cover")),
            tr("The simulated land cover for that date."),
        )
        self.add(
            QgsProcessingParameterBand(
                self.SIMULATED_BAND,
                tr("Simulation band"),
                1,
                parentLayerParameterName=self.SIMULATED,
                optional=True,
            ),
            tr("For a simulation with intermediate steps: band 1 is the last year, the other bands are named by year."),
            advanced=True,
        )
        self.add(
            whole(self.UNIFORM_RUNS, tr("Runs with uniform suitability"), 1, 0, 50),
            tr(
                "Number of runs with the same changes and allocation as the simulation but uniform suitability, each "
                "with another seed. 0: none, which saves memory (about 50 bytes per cell)."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFile(self.SETTINGS, tr("Settings"), extension="json", optional=True),
            tr(
                "Allocation settings of the simulation, for the runs with uniform suitability. Only needed if the "
                "metadata of the simulated land cover do not contain them, as those of Land-use simulation do."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterRasterLayer(self.RESTRICTED, tr("Restricted areas"), optional=True),
            tr("Cells that the simulation could not change (not 0): the runs with uniform suitability do not either."),
            advanced=True,
        )
        self.add(
            whole(self.SEED, tr("Seed"), 1, 0, 2**31 - 51),
            tr("Seed of the first run with uniform suitability; the others use the following numbers."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterRasterDestination(
                self.OUTPUT, tr("Hits and misses"), optional=True, createByDefault=False
            ),
            tr("Map of hits, misses, false alarms, wrong hits and unchanged cells, 1 to 5."),
        )
        self.add(
            sink(self.MEASURES, tr("Measures"), optional=True),
            tr("Table: model (simulation, null model, uniform suitability), measure, value."),
        )
        self.add(
            sink(self.CLASSES, tr("Accuracy by class"), optional=True),
            tr(
                "Table: producer's accuracy (share of the observed class simulated correctly) and user's accuracy "
                "(share of the simulated class that is correct)."
            ),
        )
        self.add(
            sink(self.PARTS, tr("Figures of merit of parts"), optional=True),
            tr("Table: by transition, by class gained, by zone, and in squares of 1 to 64 cells a side."),
        )
        self.add(
            sink(self.LANDSCAPE, tr("Landscape metrics"), optional=True),
            tr(
                "Table: patches, mean size, share of single cells, edge density and aggregation index of start, "
                "reference and simulation, and of the changes, by class."
            ),
        )
        add_zones(self, tr("Zones for which figures of merit are given; counties for instance."), optional=True)
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, (*self.AGREEMENT, *self.DISAGREEMENT, *self.CHANGE, *self.NULL))

    def compute(self, given, log) -> dict:
        from ...core.raster.outlines import edges_on_grid
        from ...core.scenarios.accuracy.landscape_metrics import metrics_columns
        from ...core.scenarios.accuracy.merit_parts import part_merits
        from ...core.scenarios.accuracy.simulation_accuracy import assess_simulation, write_change_map
        from ...core.scenarios.class_maps import aligned, cross, log_background, log_partly_valid, log_unknown_classes
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        covers = aligned(
            [
                land_cover(given),
                land_cover(given, self.REFERENCE),
                land_cover(given, self.SIMULATED, self.SIMULATED_BAND),
            ],
            log,
        )
        crossing = cross(covers, log)
        log_partly_valid(crossing, log)
        log_unknown_classes(crossing, covers[2], log_background(crossing, covers, log), log)
        uniform = self._uniform(given, covers, crossing.codes, log)
        found = assess_simulation(crossing, log, uniform)
        path = given.output_path(self.OUTPUT)
        out = Outputs(given)
        if path:
            out.raster(self.OUTPUT, write_change_map(covers, crossing.codes, path, log))
        out.table(self.MEASURES, found.measure_columns())
        out.table(self.CLASSES, found.class_columns())
        agreement, change = found.simulated
        for names, part in ((self.AGREEMENT, agreement), (self.DISAGREEMENT, agreement), (self.CHANGE, change)):
            out.numbers(**{name: getattr(part, name.lower()) for name in names})
        null = found.null[0]
        out.numbers(**dict(zip(self.NULL, (null.overall_accuracy, null.kappa, found.uniform_merit))))
        tables = [found.measure_columns(), found.class_columns()]
        if given.has(self.PARTS) or given.has(self.REPORT):
            grid = covers[0].source.grid
            zones = given.zones(ZONES) if given.has(ZONES) else None
            edges = None if zones is None else edges_on_grid(zones.outlines(grid.crs_wkt), grid)
            titles = [] if zones is None else zone_names(given, zones)
            merits = part_merits(covers, crossing.codes, crossing.cells, edges=edges, zones=len(titles), log=log)
            tables.append(merits.table_columns(titles))
            out.table(self.PARTS, tables[-1])
        if given.has(self.LANDSCAPE) or given.has(self.REPORT):
            cell_ha = float(crossing.area_ha.sum() / crossing.cells.sum())
            tables.append(metrics_columns(covers, crossing.codes, cell_ha, log))
            out.table(self.LANDSCAPE, tables[-1])
        parts = [*map(html.paragraph, log.notes), *map(html.table, tables)]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()

    def _uniform(self, given, covers, codes, log) -> list:
        """The counts of runs with uniform suitability and the allocation settings of the simulation."""
        from ...core.runtime.log import QuietLog
        from ...core.scenarios.accuracy.uniform_run import uniform_counts, uniform_settings
        from ...core.scenarios.calibration.settings import read_settings

        runs, seed = given.integer(self.UNIFORM_RUNS), given.integer(self.SEED)
        if not runs:
            return []
        restricted = checked(given, given.raster(self.RESTRICTED)) if given.has(self.RESTRICTED) else None
        path = given.file_input(self.SETTINGS)
        settings = uniform_settings(read_settings(path) if path else None, covers[2].source, log)
        found = []
        for number in range(runs):
            part = log.part(number / runs, (number + 1) / runs)
            own = QuietLog(part) if number else part
            found.append(uniform_counts(covers, codes, restricted, seed=seed + number, log=own, settings=settings))
        return [counts for counts in found if counts is not None]
