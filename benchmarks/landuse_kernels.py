"""The kernels of the land-use futures, called as those of ``kernels.py``."""

from __future__ import annotations

import sys

from kernels import Stopwatch, land_cover_of, main

NEURONS = 13


def suitability(later: str, earlier: str, target: str, *drivers: str) -> dict:
    """Networks learned from two dates, and the classes of each cell predicted; the file closed and named."""
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.scenarios.suitability import learning

    covers = land_cover_of(later), land_cover_of(earlier)
    sources = {f"driver {at}": RasterSource(path) for at, path in enumerate(drivers)}
    watch = Stopwatch()
    found = learning.suitability(*covers, sources, None, learning.TrainingSettings(networks=5), target, Log())
    found.raster.publish()
    return watch.read()


def prediction(source: str, target: str, *drivers: str) -> dict:
    """Prediction of all cells by an existing network; the file closed and named."""
    import numpy as np
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.scenarios.suitability.network import Network
    from carbon_balance.core.scenarios.suitability.prediction import write_suitability
    from inputs import CLASSES

    rng, inputs = np.random.default_rng(0), len(drivers)
    network = Network(
        tuple(range(1, CLASSES + 1)),
        tuple(f"driver {at}" for at in range(inputs)),
        np.zeros(inputs),
        np.full(inputs, 1000.0),
        *(rng.normal(size=shape) for shape in ((NEURONS, inputs), NEURONS, (CLASSES, NEURONS), CLASSES)),
    )
    cover, sources = land_cover_of(source), [RasterSource(path) for path in drivers]
    watch = Stopwatch()
    write_suitability(network, cover, sources, target, Log())[0].publish()
    return watch.read()


def accuracy(start: str, reference: str, simulated: str) -> dict:
    """Cross-tabulation of three land covers and the accuracy measures."""
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.scenarios.accuracy.simulation_accuracy import assess_simulation
    from carbon_balance.core.scenarios.class_maps import cross

    covers = [land_cover_of(path) for path in (start, reference, simulated)]
    watch = Stopwatch()
    assess_simulation(cross(covers, Log()), Log())
    return watch.read()


def simulation(source: str, suitability: str, target: str, address: str = "") -> dict:
    """Land-use simulation of one step, a twentieth of the cells to change; the file closed and named."""
    import numpy as np
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.cluster import scheduled
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.scenarios.automaton.rules import Rules
    from carbon_balance.core.scenarios.land_use_demand.demand_tables import LandUseDemand
    from carbon_balance.core.scenarios.simulation.run import SimulationSettings, run_simulation, start_of

    cover = land_cover_of(source)
    watch = Stopwatch()
    with scheduled(address):
        crossing = start_of(cover, Log())
        cells, k = crossing.cells, len(crossing.codes)
        demand = cells.copy()
        taken = cells // 20
        taken[0] = 0
        demand -= taken
        demand[0] += taken.sum()
        rules = Rules(np.ones((k, k), bool), np.ones(k))
        found = run_simulation(
            cover,
            RasterSource(suitability),
            LandUseDemand([""], crossing.codes, demand[None]),
            crossing,
            rules,
            SimulationSettings(),
            target,
            Log(),
        )
        found.raster.publish()
    return {**watch.read(), "iterations": found.iterations, "changed": sum(found.history.changed)}


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
