"""Figures of merit and patches of settings calibrated on one interval and applied to the next, with baselines.

    /usr/bin/python3 benchmarks/calibrated_futures.py --covers A.tif B.tif C.tif [--drivers D.tif ...] [--seeds 5]

A, B and C are land covers of three dates. Only A and B are used for calibration, learning and demand (Markov chain of
the same length); C is the reference of the next interval. Baselines: the default, ranked allocation without noise, the
allocation in patches that PATCHES would choose, and uniform suitability with the default and with the chosen settings.
Patches of change and of the simulated land cover (touching cells of one class) are those of the first seed: number,
mean size in cells, share of single cells. Processor times are those of this process.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import checkout  # noqa: E402, F401
from carbon_balance.core.land_cover.codes import LandCover  # noqa: E402
from carbon_balance.core.options.scenarios import CLASS_DRIVER_KINDS
from carbon_balance.core.raster.source import RasterSource  # noqa: E402
from carbon_balance.core.runtime.log import Log  # noqa: E402
from carbon_balance.core.scenarios.accuracy.measures import agreement, change_skill, null_counts  # noqa: E402
from carbon_balance.core.scenarios.calibration.calibration import Validation, calibrate  # noqa: E402
from carbon_balance.core.scenarios.calibration.search import nearest_pattern, plain_settings  # noqa: E402
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings  # noqa: E402
from carbon_balance.core.scenarios.calibration.trials import change_pattern, pattern_counts, trial_rules  # noqa: E402
from carbon_balance.core.scenarios.class_maps import aligned, cross  # noqa: E402
from carbon_balance.core.scenarios.land_use_demand.demand_tables import LandUseDemand  # noqa: E402
from carbon_balance.core.scenarios.land_use_demand.markov import whole_cells  # noqa: E402
from carbon_balance.core.scenarios.simulation.run import SimulationSettings, run_simulation, start_of  # noqa: E402
from carbon_balance.core.scenarios.suitability.learning import TrainingSettings, suitability  # noqa: E402


class Region:
    """The land covers of three dates, and the demand for the third."""

    def __init__(self, covers: list[str], drivers: list[str], scratch: Path) -> None:
        named = [LandCover(RasterSource(path, Path(path).stem)) for path in covers]
        self.first, self.second, self.third = aligned([named[1], *named])[1:]
        self.drivers = {Path(path).stem: RasterSource(path, Path(path).stem) for path in drivers}
        self.scratch = scratch
        crossing = cross([self.first, self.second], Log())
        self.codes = crossing.codes
        self.start = start_of(self.second, Log())
        shares = crossing.cells / np.maximum(crossing.cells.sum(axis=1, keepdims=True), 1)
        held = np.zeros(len(self.codes), np.int64)
        held[np.searchsorted(self.codes, self.start.codes)] = self.start.cells
        flows = np.array([whole_cells(row, int(cells)) for row, cells in zip(shares, held)])
        self.demand = LandUseDemand([""], self.codes, flows.sum(axis=0)[None], flows[None])

    def suitability(self, kind: str, seed: int, networks: int = 5) -> RasterSource:
        """Suitability learned from the first two dates, predicted from the second."""
        settings = TrainingSettings(seed=seed, networks=networks, class_drivers=kind)
        path = str(self.scratch / f"suitability_{kind.replace(' ', '_')}_{seed}.tif")
        if not Path(path).exists():
            found = suitability(self.second, self.first, self.drivers, None, settings, path, Log())
            found.raster.publish()
        return RasterSource(path, "suitability")

    def uniform(self, like: RasterSource) -> RasterSource:
        """Equal suitability for every class wherever there is any."""
        from osgeo import gdal

        path = str(self.scratch / "uniform.tif")
        if not Path(path).exists():
            dataset = gdal.GetDriverByName("GTiff").CreateCopy(path, like.dataset())
            for band in range(1, dataset.RasterCount + 1):
                values = dataset.GetRasterBand(band).ReadAsArray()
                values[values >= 0] = 1 / dataset.RasterCount
                dataset.GetRasterBand(band).WriteArray(values)
        return RasterSource(path, "uniform")

    def pattern(self, later: LandCover) -> str:
        """Patches of change from the second date to ``later``, and of ``later``: number, mean cells, single cells.

        Only cells with a class at all three dates count.
        """
        maps = []
        for cover in (self.second, later, self.third):
            cells = cover.source.dataset().GetRasterBand(1).ReadAsArray()
            at = np.minimum(np.searchsorted(self.codes, cells), len(self.codes) - 1)
            maps.append(np.where(self.codes[at] == cells, at, len(self.codes)).astype(np.uint8))
        known = np.logical_and.reduce([part < len(self.codes) for part in maps])
        start, end = (np.where(known, part, len(self.codes)).astype(np.uint8) for part in maps[:2])
        count, mean, single = change_pattern(start, end, len(self.codes))
        patches, singles = pattern_counts(start, end, len(self.codes))[2:]
        whole = f"{patches}, {known.sum() / patches:.1f}, {singles / patches:.0%}"
        return f"{count}, {mean:.1f}, {single:.0%} | {whole}"

    def simulated(self, settings: LandUseSettings, source: RasterSource, seed: int) -> tuple[np.ndarray, str]:
        """Cells by class at the second date, the third, and simulated for it; the patches of the simulated changes."""
        path = str(self.scratch / "simulated.tif")
        rules = trial_rules(settings, self.codes, seed)
        run = run_simulation(
            self.second,
            source,
            self.demand,
            self.start,
            rules,
            SimulationSettings(settings.window, nearest=True),
            path,
            Log(),
        )
        simulated = LandCover(RasterSource(run.raster.publish(), "simulated"))
        found = cross([self.second, self.third, simulated], Log()).cells, self.pattern(simulated)
        simulated.source.close()
        return found


def main() -> None:
    """Calibrate, simulate, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--covers", nargs=3, required=True)
    parser.add_argument("--drivers", nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--kinds", nargs="*", default=list(CLASS_DRIVER_KINDS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        region = Region(given.covers, given.drivers, Path(scratch))
        begin, processor, log = time.perf_counter(), time.process_time(), Log()
        training = TrainingSettings(networks=5)
        found = calibrate(
            region.first, region.second, region.drivers, given.kinds, training, Validation(given.side, 2, 1), log
        )
        print(*log.notes, sep="\n")
        seconds = time.perf_counter() - begin, time.process_time() - processor
        grid = region.second.source.grid
        print(
            f"{grid.width} x {grid.height} cells, {len(found.scores)} settings: {seconds[0]:.0f} s by the clock, "
            f"{seconds[1]:.0f} processor s"
        )
        print(found.best.settings.to_text())
        heads = "settings", "suitability", "FoM by seed", "mean", "overall accuracy", "patches of change", "of the map"
        print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
        default, ranked = plain_settings(given.kinds[0])
        patches = nearest_pattern(found.scores).settings
        rows = [("default", default, False), ("default", default, True), ("ranked, noise 0", ranked, False)]
        rows += [("calibrated", found.best.settings, False), ("calibrated", found.best.settings, True)]
        rows.append((f"in patches, share {patches.patch_share:g}, noise {patches.noise:g}", patches, False))
        for name, settings, uniform in rows:
            tables, patterns = [], []
            for seed in range(1, given.seeds + 1):
                source = region.suitability(settings.class_drivers, seed)
                table, pattern = region.simulated(settings, region.uniform(source) if uniform else source, seed)
                tables.append(table)
                patterns.append(pattern)
            merits = [change_skill(table).figure_of_merit for table in tables]
            right = np.mean([agreement(table.sum(axis=0)).overall_accuracy for table in tables])
            row = [f"{name} ({settings.class_drivers})", "uniform" if uniform else "networks"]
            row += [" ".join(f"{m:.4f}" for m in merits), f"**{np.mean(merits):.4f}**", f"{right:.4%}", patterns[0]]
            print("| " + " | ".join(row) + " |", flush=True)
        right = agreement(null_counts(tables[0]).sum(axis=0)).overall_accuracy
        whole = region.pattern(region.second).split(" | ")[1]
        print(f"| nothing changes | null model | 0 | **0** | {right:.4%} | 0 | {whole} |")
        print(f"| real | | | | | {region.pattern(region.third)} |")
        print(f"{time.process_time() - processor:.0f} processor s in all")


if __name__ == "__main__":
    main()
