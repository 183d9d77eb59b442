"""Kills runs at random moments while they write, and checks the files under the final names.

Usage: python scripts/kills.py [--kills 200] [--algorithm-kills 40] [--seed 1]

Each run repeatedly writes the carbon of one land cover to the same name, alternating between two pool tables, so that
the file must always be one of the two complete rasters. The last run is not killed and must succeed. Then whole
algorithms are killed while they write rasters, layers, tables and pages, in the same way.
"""

from __future__ import annotations

import argparse
import random
import shutil
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


# Runs every algorithm below, alternating between two pool tables; prints a line for each completed one.
ALGORITHMS_CHILD = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1].replace("scripts", "tests/hostile")]
import checkout
from session import provider_in_qgis
with provider_in_qgis():
    import processing
    zones, cover, later, folder = sys.argv[2:6]
    for turn in map(int, sys.argv[6].split(",")):
        preset = {"PRESET": ("henan", "beibu_gulf")[turn % 2]}
        both = {"LAND_COVER": cover, "LAND_COVER_LATER": later, **preset}
        own = {"ZONES": zones, "LAND_COVER": cover, **preset}
        runs = [
            ("zonalcarbonsupply", {**own, "OUTPUT": "zones.gpkg", "CLASSES": "classes.csv"}),
            ("zonalcarbonsupply", {**own, "OUTPUT": "shapes.shp", "REPORT": "zonal.html"}),
            ("carbonuncertainty", {**own, "CV": 10, "DRAWS": 200, "OUTPUT": "u.gpkg", "SUMMARY": "s.xlsx"}),
            ("carbonstorage", {"LAND_COVER": cover, **preset, "OUTPUT": "storage.tif"}),
            ("carbonstoragechange", {**both, "CHANGE": "change.tif", "CLASSES": "change.csv"}),
            ("carbonpooltable", {**preset, "OUTPUT": "pools.csv"}),
            ("netecosystemproduction", {
                "NPP": [cover], "RH": [later], "NPP_UNIT": ("g_C_m2", "kg_C_m2")[turn % 2],
                "OUTPUT": "nep.tif", "RH_OUTPUT": "rh.tif"}),
            ("supplydemandratioraster", {
                "SUPPLY": cover, "DEMAND": later, "SUPPLY_UNIT": ("t/ha", "t/km2")[turn % 2],
                "OUTPUT": "ratio.tif", "BALANCE": "balance.tif"}),
            ("carboncentre", {
                "ZONES": zones, "AMOUNTS": [["v", "w"], ["w", "v"]][turn % 2],
                "OUTPUT": "centre.gpkg", "ELLIPSES": "ellipse.geojson", "SHIFTS": "shift.shp"}),
            ("landuseemission", {
                "ZONES": zones, "LAND_COVER": (cover, later)[turn % 2], "PRESET": "china",
                "OUTPUT": "emission.gpkg", "CLASSES": "emission.csv"}),
        ]
        for name, given in runs:
            for key, value in given.items():
                if isinstance(value, str) and "." in value and "/" not in value:
                    given[key] = folder + "/" + value
            print("begin", flush=True)
            processing.run("carbonbalance:" + name, given)
    print("done", flush=True)
"""


@dataclass
class Found:
    """The results of the kills.

    Attributes:
        kills: number of killed runs.
        whole: number of times with a complete raster under the final name.
        absent: number of times without a file.
        broken: descriptions of errors.
        hidden: hidden partial files left behind.
        second_run: whether a following undisturbed run succeeded.
    """

    kills: int = 0
    whole: int = 0
    absent: int = 0
    broken: list[str] | None = None
    hidden: int = 0
    second_run: bool = False


def land_cover(path: Path, size: int = SIZE, turned: bool = False) -> np.ndarray:
    """Create a land cover of ``size`` x ``size`` cells, transposed if ``turned``; returns its codes."""
    rows, columns = np.mgrid[:size, :size]
    codes = ((rows // 7 + columns // 11) % 6 + 1).astype(np.uint8)
    codes = np.ascontiguousarray(codes.T) if turned else codes
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), size, size, 1, gdal.GDT_Byte, ["TILED=YES"])
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32648)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform((500000, 30, 0, 2000000, 0, -30))
    dataset.GetRasterBand(1).WriteArray(codes)
    return codes


def what_is_wrong(final: Path, codes: np.ndarray) -> str:
    """A description of the error, "" if ``final`` is one of the complete rasters."""
    try:
        dataset = gdal.Open(str(final))
        values = dataset.ReadAsArray()
    except RuntimeError as error:
        return str(error)
    if any(np.array_equal(values, codes * np.float32(10 * scale)) for scale in SCALES):
        return ""
    return "cells are missing or mixed"


def kill_runs(kills: int, seed: int, folder: Path) -> Found:
    """Kill ``kills`` runs in ``folder``."""
    cover, final = folder / "cover.tif", folder / "carbon.tif"
    codes = land_cover(cover)
    moments = random.Random(seed)
    found = Found(broken=[])
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(cover), str(final)]
    for number in range(kills):
        if number % 4 == 0:
            final.unlink(missing_ok=True)
        with subprocess.Popen([*command, "1000"], stdout=subprocess.PIPE, text=True) as run:
            run.stdout.readline()  # The first block has been written.
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


def content(path: Path) -> object:
    """The content of a file independent of its bytes: cells of a raster, rows of a layer, text of a page."""
    if path.suffix == ".tif":
        return gdal.Open(str(path)).ReadAsArray().tobytes()
    if path.suffix == ".html":
        text = path.read_text(encoding="utf-8")
        return text.endswith("</html>")
    layer = (dataset := gdal.OpenEx(str(path), gdal.OF_VECTOR)).GetLayer(0)
    rows = [tuple(row.GetField(at) for at in range(row.GetFieldCount())) for row in layer]
    del layer, dataset
    return tuple(rows)


FINALS = ["zones.gpkg", "classes.csv", "shapes.shp", "zonal.html", "u.gpkg", "s.xlsx"]
FINALS += ["storage.tif", "change.tif", "change.csv", "pools.csv", "nep.tif", "rh.tif", "ratio.tif", "balance.tif"]
FINALS += ["centre.gpkg", "ellipse.geojson", "shift.shp", "emission.gpkg", "emission.csv"]


def kill_algorithms(kills: int, seed: int, folder: Path) -> Found:
    """Kill ``kills`` runs of algorithms in ``folder``; every file must be complete from one of the two tables."""
    root = Path(__file__).parents[1]
    covers = [folder / "cover.tif", folder / "later.tif"]
    for path in covers:
        codes = land_cover(path, 600, turned=path == covers[1])
        assert codes.shape == (600, 600)
    zones = folder / "zones_in.geojson"
    squares = [(500000 + 3000 * column, 1985000 + 3000 * row) for column in range(4) for row in range(4)]
    features = [
        f'{{"type":"Feature","properties":{{"name":"z{x}{y}","v":{x % 7 + 1},"w":{y % 5 + 1}}},'
        f'"geometry":{{"type":"Polygon","coordinates":'
        f"[[[{x},{y}],[{x + 3000},{y}],[{x + 3000},{y + 3000}],[{x},{y + 3000}],[{x},{y}]]]}}}}"
        for x, y in squares
    ]
    crs = '"crs":{"type":"name","properties":{"name":"EPSG:32648"}}'
    zones.write_text(f'{{"type":"FeatureCollection",{crs},"features":[{",".join(features)}]}}', encoding="utf-8")
    command = [sys.executable, "-c", ALGORITHMS_CHILD, str(root / "scripts"), str(zones), *map(str, covers)]
    right: dict[str, list] = {name: [] for name in FINALS}
    for turn in ("0", "1"):
        made = folder / f"turn{turn}"
        made.mkdir()
        subprocess.run([*command, str(made), turn], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in FINALS:
            right[name].append(content(made / name))
    moments, found = random.Random(seed), Found(broken=[])
    final = folder / "final"
    final.mkdir()
    for number in range(kills):
        if number % 4 == 0:
            for path in list(final.iterdir()):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        turns = ",".join(str((number + turn) % 2) for turn in range(50))
        with subprocess.Popen(
            [*command, str(final), turns], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as run:
            for _ in range(1 + moments.randrange(22)):
                run.stdout.readline()
            time.sleep(moments.uniform(0, LONGEST_S))
            run.send_signal(signal.SIGKILL)
        found.kills += 1
        for name in FINALS:
            path = final / name
            if not path.exists():
                found.absent += 1
                continue
            try:
                whole = content(path) in right[name]
            except (RuntimeError, AttributeError) as error:
                whole, name = False, f"{name}: {error}"
            if whole:
                found.whole += 1
            else:
                found.broken.append(name)
    found.hidden = len(list(final.glob(".*.part*")))
    done = subprocess.run([*command, str(final), "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    found.second_run = done.returncode == 0 and all(content(final / name) == right[name][0] for name in FINALS)
    return found


def told(found: Found, what: str) -> str:
    """A sentence on the results of the kills."""
    return (
        f"{found.kills} kills {what}: {found.whole} times a whole file under its final name, {found.absent} times "
        f"none, {len(found.broken)} times a broken one; {found.hidden} hidden part files left; "
        f"a second run {'succeeded' if found.second_run else 'FAILED'}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--algorithm-kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    good = True
    for kill, kills, what in (
        (kill_runs, arguments.kills, "while writing a raster"),
        (kill_algorithms, arguments.algorithm_kills, "of algorithms with rasters, layers, tables and pages"),
    ):
        if not kills:
            continue
        with tempfile.TemporaryDirectory(prefix="kills_") as folder:
            found = kill(kills, arguments.seed, Path(folder))
        print(told(found, what), *found.broken[:20], sep="\n")
        good = good and not found.broken and found.second_run
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
