"""Land covers of many kinds, each with the cells expected to be read from it."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array, osr
from rasters import wkt

gdal.UseExceptions()

ORIGIN, CELL = (500000.0, 2000000.0), 100.0
WIDTH, HEIGHT = 12, 10
UTM, GEOGRAPHIC = 32648, 4326


@dataclass
class Cover:
    """A land cover and what it means.

    Attributes:
        path: what is handed to an algorithm.
        codes: class codes of band 1 (rows, columns), ``None`` where the raster is none or must be refused.
        valid: cells that have data.
        geotransform, epsg: where the cells lie.
        second: codes of band 2.
        behind: a file that is read through this one.
        plain: opens by its path, as any QGIS takes it, and lies where the zones are.
        unmarked: a value that means no data, though the file does not say so.
        quantity: the numbers of a raster that is no land cover (rows, columns).
    """

    path: str
    codes: np.ndarray | None = None
    valid: np.ndarray | None = None
    geotransform: tuple = (ORIGIN[0], CELL, 0.0, ORIGIN[1], 0.0, -CELL)
    epsg: int = UTM
    second: np.ndarray | None = None
    plain: bool = False
    unmarked: float | None = None
    quantity: np.ndarray | None = None
    behind: str = ""

    def cell_ha(self) -> np.ndarray:
        """Area of a cell of each row (rows,), by independent numerical integration over the ellipsoid."""
        _, dx, rx, y0, ry, dy = self.geotransform
        rows = len(self.codes)
        if self.epsg != GEOGRAPHIC:
            return np.full(rows, abs(dx * dy - rx * ry) / 1e4)
        a, f = 6378137.0, 1 / 298.257223563
        e2 = f * (2 - f)
        areas = []
        for row in range(rows):
            edges = np.clip([y0 + dy * row, y0 + dy * (row + 1)], -90, 90)
            latitude = np.radians(np.linspace(*edges, 2001))
            strip = a**2 * (1 - e2) * np.cos(latitude) / (1 - e2 * np.sin(latitude) ** 2) ** 2
            height = abs(float(np.sum((strip[1:] + strip[:-1]) / 2 * np.diff(latitude))))
            areas.append(height * np.radians(abs(dx)) / 1e4)
        return np.array(areas)


def base_codes() -> np.ndarray:
    """Six classes in patches (rows, columns)."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return ((rows // 2 + columns // 3) % 6 + 1).astype(np.int64)


def _write(path, bands, epsg=UTM, geotransform=None, nodata=None, driver="GTiff", options=(), palette=False):
    first = np.asarray(bands[0])
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(first.dtype.type)
    height, width = first.shape
    memory = gdal.GetDriverByName("MEM").Create("", width, height, len(bands), kind)
    memory.SetGeoTransform(geotransform or (ORIGIN[0], CELL, 0.0, ORIGIN[1], 0.0, -CELL))
    if epsg:
        memory.SetProjection(wkt(epsg) if isinstance(epsg, int) else epsg)
    for number, values in enumerate(bands, 1):
        band = memory.GetRasterBand(number)
        band.WriteArray(np.asarray(values))
        if nodata is not None:
            band.SetNoDataValue(nodata)
        if palette:
            table = gdal.ColorTable()
            for code in range(7):
                table.SetColorEntry(code, (40 * code, 255 - 40 * code, 90, 255))
            band.SetColorTable(table)
        if "ALPHA" in options and number == len(bands):
            band.SetColorInterpretation(gdal.GCI_AlphaBand)
    created = [option for option in options if "=" in option]
    copy = gdal.GetDriverByName(driver).CreateCopy(str(path), memory, options=created)
    copy.FlushCache()
    return copy


def covers(folder: Path) -> dict[str, Cover]:
    """All land covers by name, written into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    base, everywhere = base_codes(), np.ones((HEIGHT, WIDTH), bool)
    made: dict[str, Cover] = {}

    def legal(name, codes=base, valid=None, **place):
        valid = np.ones(codes.shape, bool) if valid is None else valid
        near = not place.get("epsg") or name == "geographic"
        made[name] = Cover(str(folder / f"{name}.tif"), codes, valid, plain=near and bool(valid.any()), **place)
        return made[name]

    def refused(name, path=None):
        made[name] = Cover(str(path or folder / f"{name}.tif"))
        return made[name].path

    for kind in ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64"):
        _write(legal(kind).path, [base.astype(kind)])
    if hasattr(gdal, "GDT_Int64"):
        for kind in ("int64", "uint64"):
            _write(legal(kind).path, [base.astype(kind)])

    holes = everywhere.copy()
    holes[2:5, 3:9] = False
    _write(legal("nodata_zero", valid=holes).path, [np.where(holes, base, 0).astype(np.uint8)], nodata=0)
    _write(legal("nodata_is_a_class", valid=base != 3).path, [base.astype(np.uint8)], nodata=3)
    _write(legal("nodata_out_of_range").path, [base.astype(np.uint8)], nodata=-9999)
    _write(legal("nodata_fraction").path, [base.astype(np.int16)], nodata=2.5)
    _write(legal("nan_nodata", valid=holes).path, [np.where(holes, base, np.nan).astype(np.float32)], nodata=np.nan)
    floats = np.where(holes, base, np.nan)
    floats[2, 3], floats[3, 3] = np.inf, -np.inf
    _write(legal("nan_and_inf", valid=holes).path, [floats])
    _write(legal("all_nodata", valid=~everywhere).path, [np.zeros((HEIGHT, WIDTH), np.uint8)], nodata=0)
    _write(legal("all_nan", valid=~everywhere).path, [np.full((HEIGHT, WIDTH), np.nan, np.float32)])
    for name, shape in {"one_cell": (1, 1), "one_row": (1, 12), "one_column": (10, 1)}.items():
        _write(legal(name, base[: shape[0], : shape[1]]).path, [base[: shape[0], : shape[1]].astype(np.uint8)])
    other = (base % 6 + 1).astype(np.uint8)
    _write(legal("two_bands", second=other.astype(np.int64)).path, [base.astype(np.uint8), other])
    _write(legal("palette").path, [base.astype(np.uint8)], palette=True)
    alpha = np.where(holes, 255, 0).astype(np.uint8)
    _write(legal("alpha_band", valid=holes).path, [base.astype(np.uint8), alpha], options=("ALPHA", "ALPHA=YES"))
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
    masked = _write(legal("mask_band", valid=holes).path, [base.astype(np.uint8)])
    masked.CreateMaskBand(gdal.GMF_PER_DATASET)
    masked.GetRasterBand(1).GetMaskBand().WriteArray(alpha)
    del masked
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", None)
    _write(legal("external_overview").path, [base.astype(np.uint8)])
    gdal.Open(made["external_overview"].path).BuildOverviews("NEAREST", [2])
    scaled = _write(legal("scale_and_offset").path, [base.astype(np.uint8)])
    scaled.GetRasterBand(1).SetScale(0.5)
    scaled.GetRasterBand(1).SetOffset(7)
    del scaled
    _write(legal("strips").path, [base.astype(np.uint8)], options=("COMPRESS=LZW",))
    _write(legal('quote"s; 中文 <b>&amp;').path, [base.astype(np.uint8)])
    _write(legal("it's").path, [base.astype(np.uint8)])

    for name, place in {
        "half_a_cell_aside": (ORIGIN[0] + CELL / 2, CELL, 0.0, ORIGIN[1] - CELL / 2, 0.0, -CELL),
        "finer_cells": (ORIGIN[0], CELL / 3, 0.0, ORIGIN[1], 0.0, -CELL / 3),
    }.items():
        _write(legal(name, geotransform=place).path, [base.astype(np.uint8)], geotransform=place)

    up = (ORIGIN[0], CELL, 0.0, ORIGIN[1] - HEIGHT * CELL, 0.0, CELL)
    _write(legal("south_up", base[::-1].copy(), geotransform=up).path, [base[::-1].astype(np.uint8)], geotransform=up)
    turned = (ORIGIN[0], 80.0, 60.0, ORIGIN[1], 60.0, -80.0)
    _write(legal("rotated", geotransform=turned).path, [base.astype(np.uint8)], geotransform=turned)
    degrees = (104.99, 0.001, 0.0, 18.09, 0.0, -0.001)
    place = {"geotransform": degrees, "epsg": GEOGRAPHIC}
    _write(legal("geographic", **place).path, [base.astype(np.uint8)], **place)
    world = {"geotransform": (-180.0, 30.0, 0.0, 90.0, 0.0, -18.0), "epsg": GEOGRAPHIC}
    _write(legal("whole_world", **world).path, [base.astype(np.uint8)], **world)
    beyond = {"geotransform": (170.0, 3.0, 0.0, 100.0, 0.0, -20.0), "epsg": GEOGRAPHIC}
    _write(legal("beyond_the_poles", **beyond).path, [base.astype(np.uint8)], **beyond)

    polar = {"geotransform": (-600.0, 100.0, 0.0, 500.0, 0.0, -100.0), "epsg": 3031}
    _write(legal("on_the_pole", **polar).path, [base.astype(np.uint8)], **polar)

    flat = made["uint8"].path
    gdal.Translate(legal("virtual").path, flat, format="VRT")
    made["virtual"].behind = flat
    gdal.Translate(legal("virtual_twice").path, made["virtual"].path, format="VRT")
    made["virtual_twice"].behind = flat
    _write("/vsimem/hostile_cover.tif", [base.astype(np.uint8)])
    made["in_memory"] = Cover("/vsimem/hostile_cover.tif", base, everywhere)
    with zipfile.ZipFile(folder / "cover.zip", "w") as archive:
        archive.write(flat, "uint8.tif")
    made["zipped"] = Cover(f"/vsizip/{folder}/cover.zip/uint8.tif", base, everywhere)
    made["ascii_grid"] = Cover(str(folder / "ascii_grid.asc"), base, everywhere)
    _write(made["ascii_grid"].path, [base.astype(np.int32)], driver="AAIGrid")

    # A frame without data that is not marked as such, and a driver that is -9999 in a corner.
    framed = everywhere.copy()
    framed[1:-1, 1:-1] = False
    for name, value, kind in (
        ("unmarked_zero", 0, np.uint8),
        ("unmarked_255", 255, np.uint8),
        ("unmarked_int32", 2147483647, np.int32),
        ("unmarked_float", float(np.finfo(np.float32).min), np.float32),
    ):
        cells = np.where(framed, value, base).astype(kind)
        codes = cells.astype(float if kind == np.float32 else np.int64)
        made[name] = Cover(str(folder / f"{name}.tif"), codes, everywhere, unmarked=value)
        _write(made[name].path, [cells])
    slope = np.indices(base.shape)[1].astype(np.float32)
    slope[:3, :4] = -9999
    made["unmarked_driver"] = Cover(str(folder / "unmarked_driver.tif"), unmarked=-9999)
    _write(made["unmarked_driver"].path, [slope])

    # A land cover before and after "uint8", a quantity, and a quantity by month.
    row, column = np.indices(base.shape)
    for name, changed in (("earlier", (row + 2 * column) % 5 == 0), ("later", (2 * row + column) % 5 == 0)):
        codes = np.where(changed, base % 6 + 1, base)
        _write(legal(name, codes).path, [codes.astype(np.uint8)])
    made["slope"] = Cover(str(folder / "slope.tif"), quantity=np.float32(0.5) * column + np.float32(0.25) * row + 1)
    _write(made["slope"].path, [made["slope"].quantity.astype(np.float32)])
    made["months"] = Cover(str(folder / "months.tif"))
    _write(made["months"].path, [(row + column / 2 + month).astype(np.float32) for month in range(12)])

    # What must be refused: no class map, no place, no raster.
    strange = base.copy()
    strange[0, 0], strange[1, 1] = -7, 77
    _write(refused("unknown_codes"), [strange.astype(np.int16)])
    _write(refused("huge_codes"), [(base * 100_000_000_000).astype(np.float64)])
    _write(refused("fractions"), [base + 0.5])
    _write(refused("noise"), [np.random.default_rng(1).normal(size=(HEIGHT, WIDTH))])
    _write(refused("complex"), [base.astype(np.complex64)])
    _write(refused("no_crs"), [base.astype(np.uint8)], epsg=None)
    local = osr.SpatialReference('LOCAL_CS["site",UNIT["metre",1]]').ExportToWkt()
    _write(refused("local_crs"), [base.astype(np.uint8)], epsg=local)
    _write(refused("zero_cell"), [base.astype(np.uint8)], geotransform=(500000.0, 0.0, 0.0, 2000000.0, 0.0, 0.0))
    _write(refused("nan_cell"), [base.astype(np.uint8)], geotransform=(500000.0, np.nan, 0.0, 2000000.0, 0.0, -100.0))
    beyond_all = (1e12, 100.0, 0.0, 1e12, 0.0, -100.0)
    _write(refused("outside_its_projection"), [base.astype(np.uint8)], geotransform=beyond_all)
    far_north = (100.0, 0.1, 0.0, 130.0, 0.0, -0.1)
    _write(refused("above_the_pole"), [base.astype(np.uint8)], epsg=GEOGRAPHIC, geotransform=far_north)
    _write(refused("nan_origin"), [base.astype(np.uint8)], geotransform=(np.nan, 100.0, 0.0, 2000000.0, 0.0, -100.0))
    for name in ("no_georeference", "control_points"):
        bare = gdal.GetDriverByName("GTiff").Create(refused(name), WIDTH, HEIGHT, 1, gdal.GDT_Byte)
        bare.GetRasterBand(1).WriteArray(base.astype(np.uint8))
        if name == "control_points":
            corners = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
            points = [gdal.GCP(ORIGIN[0] + CELL * x, ORIGIN[1] - CELL * y, 0, x, y) for x, y in corners]
            bare.SetGCPs(points, wkt(UTM))
        else:
            bare.SetProjection(wkt(UTM))
        del bare
    _write(
        refused("rotated_degrees"), [base.astype(np.uint8)], epsg=GEOGRAPHIC, geotransform=(1, 0.1, 0.05, 1, 0.05, -0.1)
    )
    fit = np.random.default_rng(2).uniform(0.1, 1, (6, HEIGHT, WIDTH))
    _write(refused("six_bands"), list((fit / fit.sum(axis=0)).astype(np.float32)))
    (folder / "words.tif").write_text("this is no raster", encoding="utf-8")
    (folder / "empty.tif").write_bytes(b"")
    whole = Path(flat).read_bytes()
    (folder / "cut_short.tif").write_bytes(whole[: len(whole) - 40])
    for name in ("words", "empty", "cut_short", "is_not_there"):
        refused(name)
    made["a_folder"] = Cover(str(folder))
    made["nothing"] = Cover("")
    return made
