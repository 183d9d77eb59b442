"""Synthetic benchmark inputs from a seed: land covers in patches, zones that partition them, densities.

``inputs.py NAME FOLDER ARGUMENTS`` makes one and prints its path.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()

CLASSES = 10
CELL_M = 30.0
EPSG = 32648
# Carbon above, below, in soil and dead matter of classes 1, 2, ..., t C/ha: made up.
POOLS_T_HA = [(10.1 * code, 3.3 * code, 7.7 * code, 0.9 * code) for code in range(1, CLASSES + 1)]


def pool_table(folder: Path) -> Path:
    """The densities as a table for InVEST and the plugin."""
    path = folder / "pools.csv"
    rows = [(code, f"class {code}", *pools) for code, pools in enumerate(POOLS_T_HA, 1)]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("lucode", "lulc_name", "c_above", "c_below", "c_soil", "c_dead"), *rows])
    return path


def reclass_table(_folder: Path) -> str:
    """The densities as text for the reclassification of QGIS: lowest value, highest value, new value by class."""
    return ",".join(f"{code},{code},{sum(pools):.6g}" for code, pools in enumerate(POOLS_T_HA, 1))


TILED = ("TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE", "NUM_THREADS=2", "BIGTIFF=IF_SAFER")
FAST = (*TILED, "ZLEVEL=1")


def made_raster(
    path: Path,
    size: int,
    rows_of: Callable[[int, int], np.ndarray],
    kind: int = gdal.GDT_Byte,
    nodata: float | None = 0,
    bands: int = 1,
    options: Sequence[str] = TILED,
) -> Path:
    """A raster of 512 rows at a time, ``rows_of(top, height)``: (rows, columns) or (bands, rows, columns)."""
    beside = path.with_suffix(".part.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(str(beside), size, size, bands, kind, list(options))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform((200000.0, CELL_M, 0.0, 4000000.0, 0.0, -CELL_M))
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    for top in range(0, size, 512):
        dataset.WriteArray(rows_of(top, min(512, size - top)), 0, top)
    dataset.FlushCache()
    del dataset
    beside.rename(path)
    return path


def land_cover(folder: Path, size: int, seed: int = 1) -> Path:
    """A byte land cover of ``size`` x ``size`` cells, 10 classes in patches, 512 tiles, DEFLATE."""
    path = folder / f"land_cover_{size}.tif"
    if path.exists():
        return path
    random = np.random.default_rng(seed)

    def rows_of(_top: int, height: int) -> np.ndarray:
        # Patches of about 40 cells with ragged borders, every border line two or three cells deep in speckles.
        y, x = np.mgrid[0:height, 0:size].astype(np.float32)
        coarse = random.integers(1, CLASSES + 1, (512 // 32 + 2, size // 32 + 2), dtype=np.uint8)
        y += 6 * np.sin(x / 17) + random.integers(0, 4, (height, size), dtype=np.uint8)
        x += 6 * np.sin(y / 13)
        return coarse[np.clip(y / 32, 0, None).astype(np.int32), np.clip(x / 32, 0, None).astype(np.int32)]

    return made_raster(path, size, rows_of)


def weights(folder: Path, size: int, seed: int = 1) -> Path:
    """A realistic 32-bit raster: waves and noise, partly without data, tiled and compressed."""
    path = folder / f"weights_{size}_{seed}.tif"
    if path.exists():
        return path
    random = np.random.default_rng(seed)
    x = np.arange(size, dtype=np.float32)[None]

    def rows_of(top: int, height: int) -> np.ndarray:
        y = np.arange(top, top + height, dtype=np.float32)[:, None]
        wave = np.exp(np.sin(x / (300 + seed)) + np.cos(y / 407))
        values = wave * random.gamma(2, 50, wave.shape).astype(np.float32)
        values[np.sin(x / 1900) * np.sin(y / 2300) > 0.8] = -9999
        return values

    return made_raster(path, size, rows_of, gdal.GDT_Float32, -9999, options=(*FAST, "PREDICTOR=3"))


def suitability(folder: Path, size: int, seed: int = 4) -> Path:
    """Suitability of each class for the land cover of ``size``: smooth shares that add up to 1."""
    path = folder / f"suitability_{size}.tif"
    if path.exists():
        return path
    waves = np.random.default_rng(seed).uniform(0.002, 0.02, (CLASSES, 2))
    x = np.arange(size, dtype=np.float32)[None]

    def rows_of(top: int, height: int) -> np.ndarray:
        y = np.arange(top, top + height, dtype=np.float32)[:, None]
        scores = np.stack([np.exp(np.sin(across * x) + np.cos(down * y)) for across, down in waves])
        return scores / scores.sum(axis=0)

    return made_raster(path, size, rows_of, gdal.GDT_Float32, None, CLASSES, FAST)


def later_land_cover(folder: Path, size: int, seed: int = 3) -> Path:
    """The land cover at a later date: in a tenth of the squares of 64 cells every class has become the next one."""
    path = folder / f"land_cover_later_{size}.tif"
    if path.exists():
        return path
    random = np.random.default_rng(seed)
    earlier = gdal.Open(str(land_cover(folder, size)))

    def rows_of(top: int, height: int) -> np.ndarray:
        values = earlier.ReadAsArray(0, top, size, height)
        square = random.random((8, size // 64 + 1)) < 0.1
        changed = np.kron(square, np.ones((64, 64), bool))[:height, :size]
        return np.where(changed, values % CLASSES + 1, values).astype(np.uint8)

    return made_raster(path, size, rows_of)


def _stack(folder: Path, size: int, kind: str) -> Path:
    """A folder of 20 rasters of noise around a slope, ``0.tif`` and so on, of which 80 % of the cells may be constant,
    or rounded to one decimal."""
    path = folder / f"{kind}_stack_{size}"
    if path.exists():
        return path
    beside = folder / f"{kind}_stack_{size}.part"
    beside.mkdir(exist_ok=True)
    random = np.random.default_rng(1)
    constant, first = random.random((size, size)) < 0.8, random.normal(500, 20, (size, size)).astype(np.float32)
    for date in range(20):

        def rows_of(top: int, height: int, date: int = date) -> np.ndarray:
            values = random.normal(500 + date, 20, (height, size)).astype(np.float32)
            if kind == "unchanged":
                return np.where(constant[top : top + height], first[top : top + height], values)
            return np.round(values, 1) if kind == "rounded" else values

        options = TILED if kind == "rounded" else (*FAST, "PREDICTOR=3")
        made_raster(beside / f"{date}.tif", size, rows_of, gdal.GDT_Float32, None, options=options)
    return beside.rename(path)


def full_stack(folder: Path, size: int) -> Path:
    """20 rasters of noise in full precision."""
    return _stack(folder, size, "full")


def unchanged_stack(folder: Path, size: int) -> Path:
    """20 rasters of noise in which most cells never change."""
    return _stack(folder, size, "unchanged")


def rounded_stack(folder: Path, size: int) -> Path:
    """20 rasters of noise with one decimal."""
    return _stack(folder, size, "rounded")


def zones(folder: Path, size: int, count: int, seed: int = 2) -> Path:
    """About ``count`` zones with ragged borders that tile a land cover of ``size``, as a GeoPackage."""
    path = folder / f"zones_{size}_{count}.gpkg"
    if path.exists():
        return path
    random = np.random.default_rng(seed)
    down = max(1, round((count / 1.2) ** 0.5))
    across = -(-count // down)
    points = 12
    # Shared borders: each border line of the mesh is drawn once, bent at random.
    mesh_x = np.linspace(0, size, across + 1)[None, :] + np.zeros((down + 1, 1))
    mesh_y = np.linspace(0, size, down + 1)[:, None] + np.zeros((1, across + 1))
    bend = 0.25 * size / max(across, down)
    mesh_x[:, 1:-1] += random.uniform(-bend, bend, (down + 1, across - 1))
    mesh_y[1:-1, :] += random.uniform(-bend, bend, (down - 1, across + 1)) if down > 1 else 0

    def line(a, b, fixed):
        share = np.linspace(0, 1, points)[:, None]
        xy = (1 - share) * np.array(a) + share * np.array(b)
        if not fixed:
            xy[1:-1] += random.uniform(-bend / 16, bend / 16, (points - 2, 2))
        return xy

    def node(row, column):
        return mesh_x[row, column], mesh_y[row, column]

    level = {
        (row, column): line(node(row, column), node(row, column + 1), row in (0, down))
        for row in range(down + 1)
        for column in range(across)
    }
    upright = {
        (row, column): line(node(row, column), node(row + 1, column), column in (0, across))
        for row in range(down)
        for column in range(across + 1)
    }
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = dataset.CreateLayer("zones", reference, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
    layer.StartTransaction()
    for row in range(down):
        for column in range(across):
            ring = np.concatenate(
                [
                    level[row, column],
                    upright[row, column + 1][1:],
                    level[row + 1, column][::-1][1:],
                    upright[row, column][::-1][1:],
                ]
            )
            xy = np.column_stack([200000.0 + CELL_M * ring[:, 0], 4000000.0 - CELL_M * ring[:, 1]])
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField("name", f"zone {row}-{column}")
            feature.SetGeometry(
                ogr.CreateGeometryFromWkt("POLYGON((" + ",".join(f"{x!r} {y!r}" for x, y in xy.tolist()) + "))")
            )
            layer.CreateFeature(feature)
    layer.CommitTransaction()
    del layer, dataset
    return path


if __name__ == "__main__":
    name, folder, *numbers = sys.argv[1:]
    print(globals()[name](Path(folder), *map(int, numbers)))
