"""Figure of merit of the land-use simulation on a real watershed, compared with uninformed runs.

    /usr/bin/python3 benchmarks/cedar_creek.py FOLDER [--seeds 5] [--networks 5] [--samples 40000]

FOLDER holds land cover of 2006, 2011, 2016 and 2021 (lu5_YEAR.tif) and drivers (elevation_m.tif,
slope_deg.tif, dist_urban2006_m.tif, dist_water2006_m.tif) of the Cedar Creek watershed, Indiana, from
NLCD. Calibrated on 2006 -> 2011, simulated from 2011 to 2016 and 2021 with Markov demand. For each seed
the same run is made with the drivers shuffled over the cells and with uniform suitability, and, learned
from transitions, with the mean of several networks.
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
from carbon_balance.core.raster.blocks import Block  # noqa: E402
from carbon_balance.core.raster.source import RasterSource  # noqa: E402
from carbon_balance.core.raster.writing.writer import StagedRaster  # noqa: E402
from carbon_balance.core.runtime.log import Log  # noqa: E402
from carbon_balance.core.scenarios.accuracy.measures import agreement, change_skill, null_counts  # noqa: E402
from carbon_balance.core.scenarios.class_maps import aligned, cross  # noqa: E402
from carbon_balance.core.scenarios.land_use_demand.futures import futures  # noqa: E402
from carbon_balance.core.scenarios.simulation.run import (
    SimulationSettings,
    read_rules,
    read_wanted,
    run_simulation,
    start_of,
)
from carbon_balance.core.scenarios.suitability.learning import TrainingSettings, suitability  # noqa: E402
from carbon_balance.core.tables.table import Table  # noqa: E402

YEARS = (2006, 2011, 2016, 2021)
DRIVERS = ("elevation_m", "slope_deg", "dist_urban2006_m", "dist_water2006_m")
ONE_DATE, TRANSITIONS = "one date, demand by class", "transitions, demand by transition"
NETWORK, SHUFFLED, UNIFORM = "network", "drivers shuffled", "uniform"
SEVERAL = "{count} networks"


class Region:
    """The rasters of the watershed, resampled to the grid of 2011."""

    def __init__(self, folder: Path, scratch: Path, networks: int, samples: int) -> None:
        self.networks, self.samples = networks, samples
        covers = {year: LandCover(RasterSource(str(folder / f"lu5_{year}.tif"), f"{year}")) for year in YEARS}
        self.grid = covers[2011].source.grid
        on_2011 = aligned([covers[2011], *covers.values()])[1:]
        self.covers = dict(zip(covers, on_2011))
        self.drivers = {name: RasterSource(str(folder / f"{name}.tif"), name) for name in DRIVERS}
        self.scratch = scratch
        crossing = cross([self.covers[2006], self.covers[2011]], Log())
        found = futures(crossing, cross([self.covers[2011]], Log()), 2006, 2011, 2021, None, "", False, False, Log())
        self.demand = {ONE_DATE: found.demand_columns(), TRANSITIONS: found.flow_columns()}

    def write(self, name: str, bands: np.ndarray) -> RasterSource:
        """A raster of the region's grid in the scratch folder."""
        staged = StagedRaster(
            str(self.scratch / f"{name}.tif"), self.grid, bands=[""] * len(bands), nodata=float("nan")
        )
        staged.write(Block(0, 0, self.grid.width, self.grid.height), bands.astype(np.float32))
        return RasterSource(staged.publish(), name)

    def shuffled(self, seed: int) -> dict[str, RasterSource]:
        """The drivers, all moved to other cells by the same permutation."""
        whole = Block(0, 0, self.grid.width, self.grid.height)
        sources = [driver.on_grid(self.grid) for driver in self.drivers.values()]
        values = np.stack([source.read_float(whole) for source in sources])
        for source in sources:
            source.close()
        flat = values.reshape(len(values), -1)
        known = np.flatnonzero(~np.isnan(flat).any(axis=0))
        flat[:, known] = flat[:, np.random.default_rng([seed, 99]).permutation(known)]
        return {name: self.write(f"shuffled_{name}", values[at : at + 1]) for at, name in enumerate(self.drivers)}

    def suitability(self, method: str, knowledge: str, seed: int) -> RasterSource:
        """The suitability raster of a method, with or without knowledge."""
        if knowledge == UNIFORM:
            return self.write("uniform", np.full((5, self.grid.height, self.grid.width), 0.2))
        drivers = self.shuffled(seed) if knowledge == SHUFFLED else self.drivers
        networks = self.networks if knowledge == SEVERAL else 1
        earlier = self.covers[2006] if method == TRANSITIONS else None
        path = str(self.scratch / "suitability.tif")
        settings = TrainingSettings(seed=seed, networks=networks, samples=self.samples)
        found = suitability(self.covers[2011], earlier, drivers, None, settings, path, Log())
        return RasterSource(found.raster.publish(), "suitability")

    def run(self, method: str, knowledge: str, seed: int, inertia: str) -> dict[int, np.ndarray]:
        """Simulate 2016 and 2021; counts [start, reference, simulated] of each."""
        cover = self.covers[2011]
        crossing = start_of(cover, Log())
        columns = self.demand[method]
        table = Table("demand", list(columns), list(zip(*columns.values())))
        by_class = method == ONE_DATE
        demand = read_wanted(table if by_class else None, None if by_class else table, crossing, None, "ha")
        rules = read_rules(None, "none", "", "", demand.codes, not by_class, seed=seed, inertia=inertia)
        suits = self.suitability(method, knowledge, seed)
        path = str(self.scratch / "simulated.tif")
        found = run_simulation(cover, suits, demand, crossing, rules, SimulationSettings(keep_steps=True), path, Log())
        path = found.raster.publish()
        result = {}
        for band, year in enumerate((2021, 2016), 1):
            simulated = LandCover(RasterSource(path, "simulated", band))
            result[year] = cross([cover, self.covers[year], simulated], Log()).cells
        return result


def main() -> None:
    """Run everything and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--networks", type=int, default=5)
    parser.add_argument("--samples", type=int, default=40_000, help="of all networks together")
    parser.add_argument("--inertia", default="deadband", choices=["deadband", "published"])
    arguments = parser.parse_args()
    print(
        "| suitability and demand | knows | FoM 2016 by seed | mean | FoM 2021 by seed | mean "
        "| overall accuracy 2016, 2021 | processor s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        region = Region(arguments.folder, Path(scratch), arguments.networks, arguments.samples)
        for method in (TRANSITIONS, ONE_DATE):
            kinds = (NETWORK, SHUFFLED, UNIFORM) if method == ONE_DATE else (NETWORK, SEVERAL, SHUFFLED, UNIFORM)
            for knowledge in kinds:
                begin = time.process_time()
                runs = [region.run(method, knowledge, seed + 1, arguments.inertia) for seed in range(arguments.seeds)]
                seconds = (time.process_time() - begin) / arguments.seeds
                cells, right = [], []
                for year in (2016, 2021):
                    merits = [change_skill(run[year]).figure_of_merit for run in runs]
                    cells += [" ".join(f"{merit:.4f}" for merit in merits), f"**{np.mean(merits):.4f}**"]
                    right.append(np.mean([agreement(run[year].sum(axis=0)).overall_accuracy for run in runs]))
                row = [
                    method,
                    knowledge.format(count=arguments.networks),
                    *cells,
                    ", ".join(f"{share:.4%}" for share in right),
                    f"{seconds:.1f}",
                ]
                print("| " + " | ".join(row) + " |", flush=True)
        null = [null_counts(runs[0][year]) for year in (2016, 2021)]
        right = ", ".join(f"{agreement(table.sum(axis=0)).overall_accuracy:.4%}" for table in null)
        print(f"| nothing changes | null model | 0 | **0** | 0 | **0** | {right} | |")


if __name__ == "__main__":
    main()
