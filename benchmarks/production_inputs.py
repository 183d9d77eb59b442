"""Inputs of the benchmark of NEP: months of climate, NDVI and radiation, NPP of a year, and classes.

``production_inputs.py FOLDER SIDE [light_use]`` makes those that are not there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import inputs
import numpy as np
from osgeo import gdal

# Name -> mean of January, amplitude of the year, spread between places and noise of cells, all in stored numbers.
SERIES = {"npp": (5000, 0, 2000, 60), "t": (50, 200, 80, 3), "r": (300, 900, 150, 20)}
SERIES.update({"ndvi": (3000, 3500, 1500, 150), "sun": (2500, 3000, 400, 30)})
CLASSES, MONTHS, NODATA = 6, 12, -32768
OPTIONS = [*inputs.FAST, "PREDICTOR=2"]


def months(folder: Path, name: str, side: int) -> list[Path]:
    """The files of a series by month, whether or not they are there."""
    return [folder / f"{name}_{side}_{month}.tif" for month in range(MONTHS)]


def year(folder: Path, name: str, side: int) -> Path:
    """The file of a single raster."""
    return months(folder, name, side)[0]


def classes(folder: Path, side: int) -> Path:
    """The file of the land cover."""
    return folder / f"classes_{side}.tif"


def paths(folder: Path, side: int, light_use: bool) -> list[Path]:
    """All inputs of NEP."""
    climate = [*months(folder, "t", side), *months(folder, "r", side)]
    if not light_use:
        return [year(folder, "npp", side), *climate]
    return [*months(folder, "ndvi", side), *months(folder, "sun", side), *climate, classes(folder, side)]


def make_month(path: Path, name: str, side: int, month: int) -> None:
    """Make a raster of int16 with waves and noise."""
    mean, amplitude, spread, noise = SERIES[name]
    random = np.random.default_rng([len(name), month])
    x = np.sin(np.arange(side, dtype=np.float32) / 700)[None]
    level = mean + amplitude * (1 - np.cos(month / 6 * np.pi)) / 2

    def rows_of(top: int, height: int) -> np.ndarray:
        y = np.cos(np.arange(top, top + height, dtype=np.float32) / 900)[:, None]
        values = level + spread * (x + y) / 2 + random.integers(-noise, noise + 1, (height, side), dtype=np.int16)
        return np.maximum(values, 0).astype(np.int16)

    inputs.made_raster(path, side, rows_of, gdal.GDT_Int16, NODATA, options=OPTIONS)


def make_classes(path: Path, side: int) -> None:
    """Make a land cover of ``CLASSES`` classes in squares of 16 cells a side."""
    random = np.random.default_rng(5)

    def rows_of(_top: int, height: int) -> np.ndarray:
        few = random.integers(1, CLASSES + 1, (height // 16 + 1, side // 16 + 1), dtype=np.uint8)
        return few.repeat(16, 0).repeat(16, 1)[:height, :side]

    inputs.made_raster(path, side, rows_of)


def main(folder: Path, side: int, light_use: bool) -> None:
    """Make what is not there."""
    for path in paths(folder, side, light_use):
        if path.exists():
            continue
        if path == classes(folder, side):
            make_classes(path, side)
        else:
            name, _, month = path.stem.split("_")
            make_month(path, name, side, int(month))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), bool(sys.argv[3:] and sys.argv[3]))
