#!/usr/bin/python3
"""Time and peak memory of the land-use scenario algorithms on a large region.

    /usr/bin/python3 benchmarks/large_futures.py FOLDER [--size 10000] [--only landusesimulation ...]

Makes (once, in FOLDER) two land covers of 6 classes in patches of some tens of cells, 8-bit, and 7 drivers, four
of 32-bit floats and three of 16-bit integers, all in tiles compressed by DEFLATE; then runs landusetransition,
landusesuitability, landusesimulation and simulationaccuracy by ``qgis_process``, each a process of its own.
The accuracy is that of the simulated land cover against the later one, for its time only.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from futures import Futures, accuracy_call, command
from programs import Programs, qgis_process
from timing import Program, run_once

CLASSES, WHOLE_DRIVERS, DRIVERS = 6, 3, 7
CELL_M = 30.0
CALIBRATION = "landusecalibration"
# Share of the class scores from drivers, and share that differs at the later date.
PULL, SHIFT = 0.5, 0.06


def make(folder: Path, size: int) -> None:
    """Write earlier.tif, later.tif and driver_1.tif to driver_7.tif."""
    import numpy as np
    from osgeo import gdal, osr
    from scenarios import field

    gdal.UseExceptions()
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32648)
    options = ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE", "NUM_THREADS=2"]

    def create(name: str, kind: int, nodata: float) -> gdal.Dataset:
        dataset = gdal.GetDriverByName("GTiff").Create(str(folder / name), size, size, 1, kind, options)
        dataset.SetProjection(reference.ExportToWkt())
        dataset.SetGeoTransform((200000.0, CELL_M, 0, 4000000.0, 0, -CELL_M))
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
        return dataset

    covers = [create(f"{name}.tif", gdal.GDT_Byte, 0) for name in ("earlier", "later")]
    kinds = [gdal.GDT_Float32] * (DRIVERS - WHOLE_DRIVERS) + [gdal.GDT_Int16] * WHOLE_DRIVERS
    drivers = [create(f"driver_{at + 1}.tif", kind, -9999) for at, kind in enumerate(kinds)]
    pull = np.random.default_rng(1).normal(size=(CLASSES, DRIVERS)).astype(np.float32) * PULL / DRIVERS**0.5
    rng = np.random.default_rng(2)
    for top in range(0, size, 512):
        rows = slice(top, min(top + 512, size))
        values = [np.round(field(rng, rows, size, 600, 200 + at), 2) for at in range(DRIVERS)]
        patches = [field(rng, rows, size, 24, at) for at in range(CLASSES)]
        scores = np.stack([patches[k] + sum(p * v for p, v in zip(pull[k], values)) for k in range(CLASSES)])
        covers[0].GetRasterBand(1).WriteArray(scores.argmax(axis=0).astype(np.uint8) + 1, 0, top)
        for k in range(CLASSES):
            scores[k] += SHIFT * (k - 2) * (1 + values[k])
        covers[1].GetRasterBand(1).WriteArray(scores.argmax(axis=0).astype(np.uint8) + 1, 0, top)
        for driver, kind, layer in zip(drivers, kinds, values):
            written = layer if kind == gdal.GDT_Float32 else np.round(100 * layer).astype(np.int16)
            driver.GetRasterBand(1).WriteArray(written, 0, top)
    for dataset in (*covers, *drivers):
        dataset.FlushCache()
    (folder / "complete").touch()


def main() -> None:
    """Make the inputs if they are missing, run, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--only", nargs="*", default=(), help="ids of algorithms")
    parser.add_argument("--make", action="store_true", help="make the inputs and stop")
    given = parser.parse_args()
    folder = given.folder.resolve() / f"futures_{given.size}"
    if given.make:
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, given.size)
        return
    if not (folder / "complete").exists():
        # In a process of its own: NumPy loaded in this one would count as memory of every program started.
        script = [sys.executable, __file__, str(given.folder), "--size", str(given.size), "--make"]
        subprocess.run(script, check=True)
    drivers = [folder / f"driver_{at + 1}.tif" for at in range(DRIVERS)]
    run = Futures(folder / "earlier.tif", folder / "later.tif", (2010, 2015), 2020, drivers, folder, {})
    calls = [*run.calls(), accuracy_call(folder / "earlier.tif", folder / "later.tif", run.simulated)]
    if CALIBRATION in given.only:
        # It holds the suitability of every kind of drivers in memory: for a region of some million cells.
        first = {"LAND_COVER": str(run.later), "EARLIER": str(run.earlier), "DRIVERS": list(map(str, drivers))}
        calls.append((CALIBRATION, {**first, "SETTINGS": str(folder / "settings.json")}))
    environment = Programs(folder, None).profile()
    print("| algorithm | s, clock | s, processors | MB |\n|---|---|---|---|")
    for name, values in calls:
        if given.only and name not in given.only:
            continue
        done = run_once(Program(name, command(qgis_process(), name, values), environment))
        print(f"| {name} | {done.seconds:.0f} | {done.cpu_seconds:.0f} | {done.peak_mb:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
