"""Kills runs at random moments while they write a raster, and looks at what stands under the final name.

Usage: python scripts/kills.py [--kills 200] [--seed 1]

Each run writes the carbon of one land cover over and over to one name, by turns with two pool tables, so that
what stands there must be one whole raster or the other. The last run of all is left alone and must succeed.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
SIZE = 3000
LONGEST_S = 0.9
SCALES = (1.0, 2.0)

CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
import checkout
import numpy as np
from osgeo import gdal
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.supply.storage import storage

class Talking(Log):
    def progress(self, fraction):
        print("progress", flush=True)

gdal.UseExceptions()
codes = np.arange(1, 7)
cover, final, times = LandCover(RasterSource(sys.argv[2])), sys.argv[3], int(sys.argv[4])
for turn in range(times):
    scale = (1.0, 2.0)[turn % 2]
    table = PoolTable("pools", codes, [str(code) for code in codes], None, codes * 10.0 * scale)
    storage(cover, table, Talking(), final)[1].publish()
print("done", flush=True)
"""


@dataclass
class Found:
    """What came of the kills.

    Attributes:
        kills: runs killed.
        whole: times that a whole raster stood under the final name.
        absent: times that nothing did.
        broken: what was wrong the other times.
        hidden: hidden part files left behind.
        second_run: whether a run that was left alone then succeeded.
    """

    kills: int = 0
    whole: int = 0
    absent: int = 0
    broken: list[str] | None = None
    hidden: int = 0
    second_run: bool = False


def land_cover(path: Path) -> np.ndarray:
    """A land cover of ``SIZE`` x ``SIZE`` cells; returns its codes."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    codes = ((rows // 7 + columns // 11) % 6 + 1).astype(np.uint8)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), SIZE, SIZE, 1, gdal.GDT_Byte, ["TILED=YES"])
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32648)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform((500000, 30, 0, 2000000, 0, -30))
    dataset.GetRasterBand(1).WriteArray(codes)
    return codes


def what_is_wrong(final: Path, codes: np.ndarray) -> str:
    """Nothing if ``final`` is one whole raster or the other."""
    try:
        dataset = gdal.Open(str(final))
        values = dataset.ReadAsArray()
    except RuntimeError as error:
        return str(error)
    if any(np.array_equal(values, codes * np.float32(10 * scale)) for scale in SCALES):
        return ""
    return "cells are missing or mixed"


def kill_runs(kills: int, seed: int, folder: Path) -> Found:
    """Kill so many runs in ``folder``."""
    cover, final = folder / "cover.tif", folder / "carbon.tif"
    codes = land_cover(cover)
    moments = random.Random(seed)
    found = Found(broken=[])
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(cover), str(final)]
    for number in range(kills):
        if number % 4 == 0:
            final.unlink(missing_ok=True)
        with subprocess.Popen([*command, "1000"], stdout=subprocess.PIPE, text=True) as run:
            run.stdout.readline()  # the first block has been written
            time.sleep(moments.uniform(0, LONGEST_S))
            run.send_signal(signal.SIGKILL)
        found.kills += 1
        if not final.exists():
            found.absent += 1
            continue
        wrong = what_is_wrong(final, codes)
        if wrong:
            found.broken.append(wrong)
        else:
            found.whole += 1
    found.hidden = len(list(folder.glob(".*.part.tif")))
    final.unlink(missing_ok=True)
    done = subprocess.run([*command, "1"], stdout=subprocess.PIPE, text=True)
    found.second_run = done.returncode == 0 and final.exists() and not what_is_wrong(final, codes)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills_") as folder:
        found = kill_runs(arguments.kills, arguments.seed, Path(folder))
    print(
        f"{found.kills} kills while writing: {found.whole} times a whole raster under the final name, "
        f"{found.absent} times none, {len(found.broken)} times a broken one; {found.hidden} hidden part files left; "
        f"a second run {'succeeded' if found.second_run else 'FAILED'}"
    )
    raise SystemExit(0 if not found.broken and found.second_run else 1)


if __name__ == "__main__":
    main()
