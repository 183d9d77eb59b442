"""One run of the plugin MOLUSCE without a window, on the data of ``cedar_creek.py``; times itself by parts.

    /usr/bin/python3 benchmarks/molusce_run.py FOLDER CHECKOUT OUT [--sampling Stratified ...]

CHECKOUT is your own copy of MOLUSCE's repository (with ``src/molusce``), or the plugin's folder ``molusce``.
What its window does with the defaults of its forms is done here by its own classes: change map, transition
matrix, network, and one iteration of its simulation a period. Its code is neither part of this project nor changed;
only its package is located without executing its ``__init__``, which needs a window.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
import types
from pathlib import Path

DRIVERS = ("elevation_m", "slope_deg", "dist_urban2006_m", "dist_water2006_m")
YEARS = (2016, 2021)


def find_package(checkout: Path) -> Path:
    """The folder of the package ``molusce`` in a checkout."""
    for folder in (checkout / "src" / "molusce", checkout / "molusce", checkout):
        if (folder / "algorithms" / "models" / "mlp").is_dir():
            return folder
    raise SystemExit(f"{checkout} holds no MOLUSCE: give the folder of its repository.")


def load(package: Path) -> types.SimpleNamespace:
    """MOLUSCE's classes."""
    root = types.ModuleType("molusce")
    root.__path__ = [str(package)]
    sys.modules["molusce"] = root
    models = "molusce.algorithms.models"
    return types.SimpleNamespace(
        Raster=importlib.import_module("molusce.algorithms.dataprovider").Raster,
        AreaAnalyst=importlib.import_module(f"{models}.area_analysis.manager").AreaAnalyst,
        CrossTableManager=importlib.import_module(f"{models}.crosstabs.manager").CrossTableManager,
        MlpManager=importlib.import_module(f"{models}.mlp.manager").MlpManager,
        Simulator=importlib.import_module(f"{models}.simulator.sim").Simulator,
    )


class Stopwatch:
    """Seconds of each part, by the clock and of the processors."""

    def __init__(self) -> None:
        self.begin = self.last = self._now()
        self.parts: dict[str, float] = {}

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def note(self, part: str) -> None:
        """The part that ends now."""
        now = self._now()
        self.parts[part] = round(now[0] - self.last[0], 3)
        self.last = now

    def read(self) -> dict[str, object]:
        """Everything so far."""
        return {
            "seconds": self.last[0] - self.begin[0],
            "cpu_seconds": self.last[1] - self.begin[1],
            "parts": self.parts,
        }


def main() -> None:
    """Run, write OUT/molusce_YEAR.tif, print the seconds as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("out", type=Path)
    # The defaults of its forms.
    parser.add_argument("--sampling", default="Random", choices=["Random", "Stratified", "All"])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=1000)
    parser.add_argument("--neurons", type=int, default=10)
    parser.add_argument("--neighbourhood", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tell", type=Path, help="file for the seconds, instead of printing them")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import numpy as np
    from qgis.PyQt.QtCore import QCoreApplication

    application = QCoreApplication([])
    molusce = load(find_package(given.checkout))
    np.random.seed(given.seed)  # noqa: NPY002 - MOLUSCE draws from the global generator
    watch = Stopwatch()
    initial, final = (molusce.Raster(str(given.folder / f"lu5_{year}.tif")) for year in (2006, 2011))
    factors = [molusce.Raster(str(given.folder / f"{name}.tif")) for name in DRIVERS]
    watch.note("reading")
    table = molusce.CrossTableManager(initial, final)
    table.computeCrosstable()
    watch.note("transition matrix")
    changes = molusce.AreaAnalyst(initial, final).getChangeMap()
    watch.note("change map")
    model = molusce.MlpManager(ns=given.neighbourhood)
    model.createMlp(initial, factors, changes, [given.neurons])
    model.setTrainingData(initial, factors, changes, mode=given.sampling, samples=given.samples)
    watch.note("sampling")
    model.train(given.epochs, 20, given.rate, given.momentum)
    watch.note("training")
    state = final
    for year in YEARS:
        simulator = molusce.Simulator(state, factors, model, table)
        simulator.setIterationCount(1)
        simulator.simN()
        state = simulator.getState()
        state.save(str(given.out / f"molusce_{year}.tif"), nodata=0)
        watch.note(f"simulating {year}")
    del application
    record = json.dumps(watch.read())
    if given.tell:
        given.tell.write_text(record, encoding="utf-8")
    else:
        print(record)


if __name__ == "__main__":
    main()
