"""Makes the examples of resources/sample/examples and the sample projects, all from the other samples.

    QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/make_examples.py [DESTINATION]

The examples are no data: they follow from the land cover of 2019 and the census of 2020 by the rules in this script, so
that every tool can be tried, and their names begin with example_. Run it with QGIS 3.22, because projects of newer
versions do not open in it without a warning.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import checkout  # noqa: F401
import numpy as np
from carbon_balance.algorithms.shared.cartography.renderers import style
from carbon_balance.algorithms.shared.sample import (
    EXAMPLES,
    PROJECT_IN,
    examples_title,
    land_cover_legend,
    zones_legend,
)
from carbon_balance.core.runtime import i18n
from osgeo import gdal, ogr
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)

gdal.UseExceptions()
ogr.UseExceptions()
# QGIS would write statistics beside each raster that it opens.
gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "sample"
LAND_COVER, COUNTIES = SAMPLE / "central_yunnan_land_cover_2019.tif", SAMPLE / "central_yunnan.geojson"
NODATA = 255
WATER, WOODY, SAVANNA, CROPS, URBAN, MOSAIC = 0, 8, 9, 12, 13, 14
CELL_DEGREES = 0.05
KM_OF_DEGREE = 111.32
# Persons in a cell, relative to other cells of the county.
CROWDED = {URBAN: 20.0, CROPS: 4.0, MOSAIC: 3.0}
# NPP and heterotrophic respiration, g C/m2 a year; other classes have those of grassland.
NPP = {1: 700, 2: 900, 4: 750, 5: 780, WOODY: 720, SAVANNA: 620, 10: 450, CROPS: 550, MOSAIC: 560, URBAN: 150, WATER: 0}
RESPIRED = {
    1: 480,
    2: 620,
    4: 520,
    5: 530,
    WOODY: 510,
    SAVANNA: 470,
    10: 380,
    CROPS: 500,
    MOSAIC: 480,
    URBAN: 160,
    WATER: 0,
}
# Uptake of forest and savanna, t C a year and cell of 30 km2.
UPTAKE_T = {1: 2600, 2: 2600, 4: 2600, 5: 2600, WOODY: 1500, SAVANNA: 600}
MADE = "made example, not statistics"
# Fuel -> tonnes a person and year, and what the share of urban cells adds to it.
FUELS = {"raw_coal": (0.9, 1.2), "diesel": (0.05, 0.1), "gasoline": (0.03, 0.15)}


def neighbours(cells: np.ndarray) -> np.ndarray:
    """The eight neighbours of each cell (8, rows, columns); beyond the edge nodata."""
    padded = np.pad(cells, 1, constant_values=NODATA)
    rows, columns = cells.shape
    moves = [(y, x) for y in (0, 1, 2) for x in (0, 1, 2) if (y, x) != (1, 1)]
    return np.stack([padded[y : y + rows, x : x + columns] for y, x in moves])


def ten_years_before(cells: np.ndarray, fewest: int) -> np.ndarray:
    """A made earlier land cover: towns lose their edges, and woody savanna among savanna is savanna.

    An urban cell with fewer than ``fewest`` urban neighbours becomes the class that most neighbours have, the lowest if
    several do; a woody cell with four or more neighbours of savanna becomes savanna.
    """
    around = neighbours(cells)
    before = cells.copy()
    edge = (cells == URBAN) & ((around == URBAN).sum(axis=0) < fewest)
    for row, column in np.argwhere(edge):
        near = around[:, row, column]
        classes, counts = np.unique(near[(near != URBAN) & (near != NODATA)], return_counts=True)
        if len(classes):
            before[row, column] = classes[np.argmax(counts)]
    before[(cells == WOODY) & ((around == SAVANNA).sum(axis=0) >= 4)] = SAVANNA
    return before


def distance_km(cells: np.ndarray, code: int, north: float) -> np.ndarray:
    """Distance of each cell to the nearest cell of a class, km, on a sphere that is flat within the rectangle."""
    rows, columns = np.indices(cells.shape)
    latitude = np.deg2rad(north - (rows + 0.5) * CELL_DEGREES)
    nearest = np.full(cells.shape, np.inf)
    for row, column in np.argwhere(cells == code):
        east = (columns - column) * np.cos(latitude)
        nearest = np.minimum(nearest, np.hypot(rows - row, east))
    return (nearest * CELL_DEGREES * KM_OF_DEGREE).astype(np.float32)


def by_class(cells: np.ndarray, values: dict[int, float]) -> np.ndarray:
    """The value of each cell's class, that of grassland for classes without one, NaN outside."""
    found = np.full(cells.shape, float(values.get(10, 1.0)), np.float32)
    for code, value in values.items():
        found[cells == code] = value
    found[cells == NODATA] = np.nan
    return found


def county_rows(pattern: gdal.Dataset) -> np.ndarray:
    """The row of the county, from 1, in which the centre of each cell lies; 0 outside."""
    grid = gdal.GetDriverByName("MEM").Create("", pattern.RasterXSize, pattern.RasterYSize, 1, gdal.GDT_Int16)
    grid.SetGeoTransform(pattern.GetGeoTransform())
    grid.SetProjection(pattern.GetProjection())
    source = ogr.Open(str(COUNTIES))
    numbered = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = numbered.CreateLayer("n", source.GetLayer(0).GetSpatialRef())
    layer.CreateField(ogr.FieldDefn("row", ogr.OFTInteger))
    for row, feature in enumerate(source.GetLayer(0), 1):
        made = ogr.Feature(layer.GetLayerDefn())
        made.SetGeometry(feature.GetGeometryRef())
        made.SetField("row", row)
        layer.CreateFeature(made)
    gdal.RasterizeLayer(grid, [1], layer, options=["ATTRIBUTE=row"])
    return grid.ReadAsArray()


def write_raster(path: Path, values: np.ndarray, pattern: gdal.Dataset, kind: int, text: str) -> None:
    """A GeoTIFF on the grid of the land cover that says in its metadata that it is made."""
    options = ["COMPRESS=DEFLATE", *([] if kind == gdal.GDT_Byte else ["PREDICTOR=3"])]
    made = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, kind, options)
    made.SetGeoTransform(pattern.GetGeoTransform())
    made.SetProjection(pattern.GetProjection())
    made.SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", f"Made example, no data: {text}")
    band = made.GetRasterBand(1)
    band.SetNoDataValue(NODATA if kind == gdal.GDT_Byte else -9999)
    band.WriteArray(values if kind == gdal.GDT_Byte else np.where(np.isfinite(values), values, -9999))


def write_rasters(folder: Path, given: gdal.Dataset, counties: list[dict]) -> np.ndarray:
    """All rasters; returns the share of urban and crop cells of each county (counties,)."""
    cells = given.ReadAsArray()
    before = ten_years_before(cells, 2)
    north = given.GetGeoTransform()[3]
    byte, real = gdal.GDT_Byte, gdal.GDT_Float32
    earlier = cells
    for year, fewest in ((2009, 2), (1999, 3), (1989, 4)):
        earlier = ten_years_before(earlier, fewest)
        text = f"land cover {2019 - year} years before 2019"
        write_raster(folder / f"example_land_cover_{year}.tif", earlier, given, byte, text)
    for name, code in (("urban", URBAN), ("water", WATER)):
        path = folder / f"example_distance_to_{name}_km.tif"
        write_raster(path, distance_km(before, code, north), given, real, f"km to {name} cells of the example of 2009")
    write_raster(folder / "example_npp_g_m2.tif", by_class(cells, NPP), given, real, "NPP by class, g C/m2 a year")
    write_raster(folder / "example_rh_g_m2.tif", by_class(cells, RESPIRED), given, real, "Rh by class, g C/m2 a year")
    rows = county_rows(given)
    weights = by_class(cells, {10: 1.0, **CROWDED, WATER: 0.0})
    persons = np.full(cells.shape, np.nan)
    for row, county in enumerate(counties, 1):
        inside = rows == row
        persons[inside] = county["population_2020"] * weights[inside] / weights[inside].sum()
    write_raster(folder / "example_population.tif", persons, given, real, "census of 2020 spread by class, persons")
    return np.array([np.isin(cells[rows == row], list(CROWDED)).mean() for row in range(1, len(counties) + 1)])


def write_tables(folder: Path, given: gdal.Dataset, counties: list[dict], settled: np.ndarray) -> None:
    """Statistics of two years, and fuel use, of each county."""
    rows, cells = county_rows(given), given.ReadAsArray()
    uptake = by_class(cells, {10: 0.0, **UPTAKE_T})
    statistics, fuels = [], []
    for row, (county, share) in enumerate(zip(counties, settled.tolist()), 1):
        persons, made = county["population_2020"], {"adcode": county["adcode"], "name_zh": county["name_zh"]}
        of_unit = dict(made)
        sink = float(uptake[rows == row].sum())
        for year, people, wealth, carbon, sinks in ((2010, 0.96, 0.45, 0.9, 1.03), (2020, 1.0, 1.0, 1.0, 1.0)):
            made[f"population_{year}"] = round(persons * people)
            made[f"gdp_1e4yuan_{year}"] = round(persons * wealth * (3.5 + 6 * share))
            made[f"emission_t_{year}"] = round(persons * carbon * (2.6 + 4 * share))
            made[f"sink_t_{year}"] = round(sink * sinks)
        statistics.append({**made, "source": MADE})
        for fuel, (each, more) in FUELS.items():
            amount = round(persons * (each + more * share), 1)
            fuels.append({**of_unit, "fuel": fuel, "amount_t": amount, "source": MADE})
    for name, written in (("example_statistics.csv", statistics), ("example_fuels_2020.csv", fuels)):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(written[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(written)


def write_project(sample: Path, code: str) -> None:
    """The project of all layers, with paths relative to its own, in the current language."""
    project = QgsProject()
    project.setFileName(str(sample / PROJECT_IN.format(language=code)))
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    project.setTitle(i18n.tr("Carbon Balance"))
    root = project.layerTreeRoot()
    regions = {
        "central_yunnan": i18n.tr("Counties of Central Yunnan"),
        "guiyang": i18n.tr("Units of Guiyang"),
        "henan": i18n.tr("Cities of Henan"),
        "beibu_gulf": i18n.tr("Cities of the Beibu Gulf"),
    }
    view = QgsRectangle()
    for region, title in regions.items():
        zones = QgsVectorLayer(str(sample / f"{region}.geojson"), title, "ogr")
        cover = QgsRasterLayer(str(sample / f"{region}_land_cover_2019.tif"), land_cover_legend().title)
        style(zones, zones_legend(region, lambda name, of=zones: [each[name] for each in of.getFeatures()]))
        style(cover, land_cover_legend())
        group = root.addGroup(title)
        drivers = sorted(sample.glob(f"{region}_*.tif"))
        more = [QgsRasterLayer(str(path), path.stem) for path in drivers if path.stem != f"{region}_land_cover_2019"]
        for layer in (zones, cover, *more):
            project.addMapLayer(layer, False)
            group.addLayer(layer)
        is_first = view.isEmpty()
        group.setExpanded(is_first)
        group.setItemVisibilityChecked(is_first)
        view = zones.extent() if is_first else view
    made = root.addGroup(examples_title())
    for path in sorted((sample / EXAMPLES).glob("example_*.*")):
        is_table = path.suffix == ".csv"
        layer = QgsVectorLayer(str(path), path.stem, "ogr") if is_table else QgsRasterLayer(str(path), path.stem)
        if "land_cover" in path.stem:
            style(layer, land_cover_legend())
        project.addMapLayer(layer, False)
        made.addLayer(layer).setItemVisibilityChecked(False)
    made.setExpanded(False)
    view.grow(0.1)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(view, project.crs()))
    if not project.write():
        raise SystemExit(f"cannot write {project.fileName()}: {project.error()}")


def main(sample: Path) -> None:
    """Write the examples, then the projects that show them beside the data."""
    folder = sample / EXAMPLES
    folder.mkdir(parents=True, exist_ok=True)
    given = gdal.Open(str(LAND_COVER))
    counties = [each["properties"] for each in json.loads(COUNTIES.read_text(encoding="utf-8"))["features"]]
    settled = write_rasters(folder, given, counties)
    write_tables(folder, given, counties, settled)
    application = QgsApplication([], False)
    application.initQgis()
    for code in (i18n.ENGLISH, "zh"):
        i18n.use_language(code)
        write_project(sample, code)
    i18n.use_language(i18n.ENGLISH)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) == 2 else SAMPLE)
