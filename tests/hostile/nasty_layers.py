"""Layers and tables of many kinds, each with the outlines and columns from which it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from carbon_balance.compat import make_field
from nasty_rasters import CELL, ORIGIN
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

ROWS = 8


@dataclass
class Layer:
    """A layer and what it holds.

    Attributes:
        path: what is handed to an algorithm.
        columns: name -> values.
        rings: of each feature its rings as lists of (x, y), ``None`` where outlines are no plain polygons.
        epsg: of the outlines.
        behind: a file that is read through or along with this one.
    """

    path: str
    columns: dict[str, list] = field(default_factory=dict)
    rings: list[list[list[tuple[float, float]]]] | None = None
    epsg: int = 32648
    behind: str = ""


def at(column: float, row: float) -> tuple[float, float]:
    """Coordinates of a point given in cells."""
    return ORIGIN[0] + column * CELL, ORIGIN[1] - row * CELL


def rectangle(left: float, top: float, right: float, bottom: float) -> list[list[tuple[float, float]]]:
    """The rings of a rectangle given in cells."""
    return [[at(left, top), at(right, top), at(right, bottom), at(left, bottom), at(left, top)]]


def wkt_of(rings) -> str:
    """A polygon of rings as WKT."""
    inner = ",".join("(" + ",".join(f"{x!r} {y!r}" for x, y in ring) + ")" for ring in rings)
    return f"POLYGON({inner})"


def columns(rows: int = ROWS) -> dict[str, list]:
    """Valid columns first, then invalid ones."""
    step = np.arange(1, rows + 1)
    return {
        "code": [530101 + int(i) for i in step],
        "name": [f"County {i}" for i in step],
        "population": [float(1000 * i**2) for i in step],
        "gdp": [float(5e4 + 3e3 * ((7 * i) % 11)) for i in step],
        "emission": [float(2000 + 850 * ((3 * i) % 7)) for i in step],
        "sink": [float(900 + 400 * ((5 * i) % 9)) for i in step],
        "area": [float(1 + 0.25 * i) for i in step],
        "eec_given": [float(0.4 + 0.2 * i) for i in step],
        "sec_given": [float(2.1 - 0.2 * i) for i in step],
        "cropland": [float(10 * i) for i in step],
        "forest": [float(200 - 11 * i) for i in step],
        "some_null": [None if i % 3 == 0 else float(i) for i in step],
        "all_null": [None] * rows,
        "numbers_as_text": [f" {i},{i}00.5" for i in step],
        "words": [f"word {i}" for i in step],
        "negative": [float(-i) for i in step],
        "surplus": [float(250 * ((3 * i) % 7) - 700) for i in step],
        "zeros": [0.0] * rows,
        "no_data_as_number": [9999999.0 if i == 3 else -9999.0 if i == 5 else float(100 * i) for i in step],
        "constant": [3.25] * rows,
        "huge": [float(i) * 1e307 for i in step],
        "tiny": [float(i) * 1e-307 for i in step],
        "nan_text": ["nan", "inf", "NULL", "-", "1e999", "", "１２", "0x10"][:rows],
        'it\'s "quoted"; <b>中文</b>': [float(i * 2) for i in step],
        "duplicates": [530101] * rows,
        "html": [
            "<script>alert(1)</script>",
            "a'; DROP TABLE zones; --",
            "../../etc",
            "区;县",
            "&amp;",
            "%s{x}",
            "\\",
            "\n",
        ][:rows],
    }


GOOD = ["population", "gdp", "emission", "sink", "area", "eec_given", "sec_given", "cropland", "forest"]
BAD = [name for name in columns() if name not in GOOD]


def _save(path: Path, geometry: str, crs: str, table: dict[str, list], outlines: list[str | None], driver: str) -> None:
    layer = QgsVectorLayer(f"{geometry}?crs={crs}" if geometry != "None" else "None", path.stem, "memory")
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    kinds = []
    for values in table.values():
        known = [value for value in values if value is not None]
        whole = known and all(isinstance(value, int) for value in known)
        kinds.append("text" if known and isinstance(known[0], str) else "integer" if whole else "double")
    layer.dataProvider().addAttributes([make_field(name, kind) for name, kind in zip(table, kinds)])
    layer.updateFields()
    for row, outline in enumerate(outlines):
        feature = QgsFeature(layer.fields())
        if outline:
            feature.setGeometry(QgsGeometry.fromWkt(outline))
        feature.setAttributes([values[row] for values in table.values()])
        layer.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = driver
    options.fileEncoding = "UTF-8"
    options.layerName = path.stem
    context = QgsCoordinateTransformContext()
    writer = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", None) or QgsVectorFileWriter.writeAsVectorFormatV2
    result = writer(layer, str(path), context, options)
    assert result[0] == 0, (path, result)


def layers(folder: Path) -> dict[str, Layer]:
    """All layers by name, written into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Layer] = {}
    # Two rows of four rectangles over most of the 12 x 10 cells, off the cells' borders.
    grid = [rectangle(3 * c + 0.2, 5 * r + 0.3, 3 * c + 3.2, 5 * r + 5.3) for r in range(2) for c in range(4)]

    def polygons(name, rings, table=None, epsg=32648, driver="GPKG", suffix="gpkg"):
        table = table or columns(len(rings))
        path = folder / f"{name}.{suffix}"
        _save(path, "Polygon", f"EPSG:{epsg}", table, [None if r is None else wkt_of(r) for r in rings], driver)
        made[name] = Layer(str(path), table, rings, epsg)

    polygons("zones", grid)
    polygons("zones_geojson", grid, driver="GeoJSON", suffix="geojson", epsg=32648)
    polygons("zones \"x\"; 'y' 中文 <i>", grid)
    polygons("one_zone", grid[:1])
    polygons("two_zones", grid[:2])
    polygons("overlapping", [rectangle(0.23 * i, 0.23 * i, 6.03 + 0.5 * i, 7.1) for i in range(ROWS)])
    polygons("doubled", [*grid[:4], *grid[:4]])
    polygons("city_and_counties", [*grid[:7], rectangle(0.25, 0.25, 12, 9.5)])
    tile = 0.45
    tiles = [(3 + tile * (i % 4), 2 + tile * (i // 4)) for i in range(ROWS)]
    polygons("tiny_tiles", [rectangle(x, y, x + tile, y + tile) for x, y in tiles])
    polygons("half_outside", [rectangle(1.47 * i, 5.2, 1.47 * i + 1.47, 14.9) for i in range(ROWS)])
    polygons("tiny_zones", [rectangle(i + 0.1, 1.1, i + 0.3, 1.3) for i in range(ROWS)])
    polygons("partly_outside", [rectangle(-3.3 + 2 * i, -2.2, -0.8 + 2 * i, 4.4) for i in range(ROWS)])
    polygons("far_away", [rectangle(5000 + i, 0, 5001 + i, 4) for i in range(ROWS)])
    hole = [rectangle(0.2, 0.3, 9.2, 9.3)[0], rectangle(3.1, 3.1, 6.1, 6.1)[0]]
    polygons("with_hole", [hole, *grid[1:]])
    bow = [[at(0.2, 0.2), at(6.3, 6.2), at(6.3, 0.2), at(0.2, 6.2), at(0.2, 0.2)]]
    polygons("bow_tie", [bow, *grid[1:]])
    polygons("null_geometry", [None, *grid[1:]])
    polygons("all_null_geometry", [None] * ROWS)
    polygons("on_cell_borders", [rectangle(3 * c, 5 * r, 3 * c + 3, 5 * r + 5) for r in range(2) for c in range(4)])
    degrees = [
        [
            [
                (105 + 0.002 * i, 18.0),
                (105.002 + 0.002 * i, 18.0),
                (105.002 + 0.002 * i, 18.09),
                (105 + 0.002 * i, 18.09),
                (105 + 0.002 * i, 18.0),
            ]
        ]
        for i in range(ROWS)
    ]
    polygons("degrees", degrees, epsg=4326)
    flat = [[[at(0, 0), at(4, 0), at(8, 0), at(0, 0)]], *grid[1:]]
    polygons("zero_area", flat)
    polygons(
        "has_our_columns", grid, {**columns(), "carbon_t": [1.0] * ROWS, "ratio": [1.0] * ROWS, "zone": ["x"] * ROWS}
    )
    polygons("all_null_attributes", grid, {name: [None] * ROWS for name in columns()})
    polygons("no_rows", [])
    for name in ("bow_tie", "zero_area", "no_rows"):
        made[name].rings = None

    def other(name, geometry, outlines, crs="EPSG:32648", driver="GPKG", suffix="gpkg"):
        path = folder / f"{name}.{suffix}"
        _save(path, geometry, crs, columns(len(outlines)), outlines, driver)
        made[name] = Layer(str(path), columns(len(outlines)), None)

    xy = [at(1.5 * i + 0.5, (3 * i) % 9 + 0.5) for i in range(ROWS)]
    other("points", "Point", [f"POINT({x} {y})" for x, y in xy])
    other("same_point", "Point", [f"POINT({xy[0][0]} {xy[0][1]})"] * ROWS)
    other("multipoints", "MultiPoint", [f"MULTIPOINT(({x} {y}),({x + 50} {y}))" for x, y in xy])
    other("lines", "LineString", [f"LINESTRING({x} {y},{x + 500} {y - 300})" for x, y in xy])
    parts = [f"MULTIPOLYGON({wkt_of(a)[7:]},{wkt_of(b)[7:]})" for a, b in zip(grid, grid[::-1])]
    other("multipolygons", "MultiPolygon", parts)
    raised = [wkt_of(r).replace("POLYGON", "POLYGON Z").replace(",", " 5,").replace("))", " 5))") for r in grid]
    other("polygons_z", "PolygonZ", raised)
    x, y = at(5, 5)
    circle = f"CURVEPOLYGON(CIRCULARSTRING({x - 300} {y},{x} {y + 300},{x + 300} {y},{x} {y - 300},{x - 300} {y}))"
    other("curves", "CurvePolygon", [circle] * 3)
    other("empty_outlines", "Polygon", ["POLYGON EMPTY"] * 3)
    other("no_crs_zones", "Polygon", [wkt_of(r) for r in grid], crs="", driver="ESRI Shapefile", suffix="shp")
    other("shapefile", "Polygon", [wkt_of(r) for r in grid], driver="ESRI Shapefile", suffix="shp")
    made["shapefile"].behind = str(folder / "shapefile.dbf")
    virtual = folder / "virtual_layer.vrt"
    virtual.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="shapefile"><SrcDataSource relativeToVRT="1">shapefile.shp</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    made["virtual_layer"] = Layer(str(virtual), columns(), None, behind=str(folder / "shapefile.shp"))
    other("shapefile_gbk", "Polygon", [wkt_of(r) for r in grid], driver="ESRI Shapefile", suffix="shp")
    (folder / "shapefile_gbk.cpg").unlink()
    names = folder / "shapefile_gbk.dbf"
    names.write_bytes(names.read_bytes().replace(b"County", "五华区".encode("gbk")))
    other("lost_in_space", "Polygon", [wkt_of([[(0, 0), (1e300, 0), (1e300, 1e300), (0, 0)]])] * 3)
    other("out_of_degrees", "Polygon", [wkt_of(r) for r in grid], crs="EPSG:4326")
    _save(folder / "others.gpkg", "Polygon", "EPSG:32648", columns(), [wkt_of(r) for r in grid], "GPKG")
    # A layer of another name than the file's: somebody's database, which no output may replace.
    (folder / "others.gpkg").rename(folder / "database.gpkg")
    made["database"] = Layer(str(folder / "database.gpkg"), columns(), None)
    path = folder / "table.csv"
    _save(path, "None", "", columns(), [None] * ROWS, "CSV")
    made["table"] = Layer(str(path), columns(), None)
    path = folder / "yearbook.csv"
    path.write_text(_yearbook(columns()), encoding="utf-8")
    made["yearbook"] = Layer(str(path), columns(), None)
    (folder / "words.gpkg").write_text("no layer", encoding="utf-8")
    for name in ("words.gpkg", "is_not_there.shp"):
        made[name] = Layer(str(folder / name))
    made["nothing"] = Layer("")
    return made


def _yearbook(table: dict[str, list]) -> str:
    """A statistics table with titles above, a repeated header within, a total, and a note below."""
    names = ["code", "name", *GOOD]
    head = ",".join(names)
    rows = [",".join(str(table[name][row]) for name in names) for row in range(ROWS)]
    total = ",".join(["", "全省", *("9e6" for _ in GOOD)])
    lines = ["2-1 主要指标", "单位：见表头", "", head, total, *rows[:4], "续表", head, *rows[4:], "资料来源：统计局"]
    return "\n".join(lines) + "\n"


POOL_ROWS = [(1, 4.85, 0.92, 58.2, 2.84), (2, 20.92, 7.53, 67.3, 54.2), (3, 1.63, 8.48, 60.2, 2.19)]
POOL_ROWS += [(4, 0.0, 0.0, 62.1, 0.0), (5, 0.0, 0.0, 60.0, 0.0), (6, 0.0, 0.0, 53.3, 0.0)]
DENSITY = {row[0]: sum(row[1:]) for row in POOL_ROWS}


def _yearbook_pools(head: str, rows: list[str]) -> dict[str, tuple[str, list[str], bool]]:
    """Pool tables as yearbooks, portals and spreadsheets of other countries write them."""
    commas = [";".join(f"{float(cell):.3f}".replace(".", ",") for cell in row.split(",")) for row in rows]
    whole = [f"{row.split(',')[0]};{row.partition(';')[2]}" for row in commas]
    title, units, note = "表1-3 碳密度,,,,,,", ",t/ha,t/ha,t/ha,t/ha,,ha", "注：含土壤。"
    doubled = head.replace("c_below", "c_above")
    return {
        "pools_semicolons": (head.replace(",", ";"), [row.replace(",", ";") for row in rows], True),
        "pools_decimal_commas": (head.replace(",", ";"), whole, True),
        "pools_tabs": (head.replace(",", "\t"), [row.replace(",", "\t") for row in rows], True),
        "pools_yearbook": (title, ["单位：t/ha,,,,,,", head, units, *rows, note], True),
        "pools_continued": (head, [*rows[:3], "续表,,,,,,", head, *rows[3:], "合计,,,,,,120", note], True),
        "pools_years": (head + ",year", [f"{row},{year}" for row in rows for year in (2000, 2010)], False),
        "pools_open_commas": (
            head,
            [row.replace("58.2", '"58,200"').replace("67.3", '"67,300"') for row in rows],
            False,
        ),
        "pools_mixed_marks": (head, [row.replace("58.2", '"58,2"') for row in rows], False),
        "pools_column_twice": (doubled, rows, False),
        "pools_misspelt": (head.replace("c_soil", "c_sol"), rows, False),
        "pools_nul": (head.replace("c_soil", "c_so\0il"), rows, False),
    }


def tables(folder: Path) -> dict[str, Layer]:
    """Pool, sink and area tables; those that must be read correctly have ``columns["density"]`` by code."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "lucode,c_above,c_below,c_soil,c_dead,sink_t_ha,area_ha"
    rows = [",".join(map(str, (*row, 0.5 * row[0], 20))) for row in POOL_ROWS]
    texts = {
        "pools": (head, rows, True),
        "pools_bom": ("\ufeff" + head, rows, True),
        "pools_spaces": (head.upper().replace(",", " , "), [row.replace(",", " , ") for row in rows], True),
        "pools_fullwidth": (head, [row.replace("1", "１") for row in rows], True),
        "pools_extra_column": (head + ",note", [row + ',"<b>; it\'s 中文"' for row in rows], True),
        "pools_reversed": (head, rows[::-1], True),
        "pools_missing_class": (head, rows[:3], False),
        "pools_twice": (head, rows + rows[:1], False),
        "pools_negative": (head, [row.replace(",", ",-", 1) for row in rows], False),
        "pools_words": (head, [row.replace("58.2", "much") for row in rows], False),
        "pools_inf": (head, [row.replace("58.2", "inf") for row in rows], False),
        "pools_huge": (head, [row.replace("58.2", "1e308").replace("67.3", "1e308") for row in rows], False),
        "pools_empty_cells": (head, [row.replace("58.2", "") for row in rows], False),
        "pools_no_rows": (head, [], False),
        "pools_no_code": (head.replace("lucode", "x"), rows, False),
        "pools_all_null": (head, [",,,,,,"] * 3, False),
        "pools_fraction_codes": (head, [row[0] + ".5" + row[1:] for row in rows], False),
        **_yearbook_pools(head, rows),
    }
    made = {}
    for name, values in (("coefficients", [0.45, -0.58, -0.02, -0.25, 0.0, -0.005]), ("coefficients_co2", [2.0] * 6)):
        species = "CO2" if name.endswith("co2") else "C"
        table = ["code,emission_t_ha,species", *(f"{code},{value},{species}" for code, value in enumerate(values, 1))]
        (folder / f"{name}.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
        made[name] = Layer(str(folder / f"{name}.csv"))
    for name, (title, lines, good) in texts.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join([title, *lines]) + "\n", encoding="utf-8")
        made[name] = Layer(str(path), {"density": DENSITY} if good else {})
    (folder / "pools_gbk.csv").write_bytes(
        ("\n".join([head + ",名称", *[row + ",耕地" for row in rows]])).encode("gbk")
    )
    made["pools_gbk"] = Layer(str(folder / "pools_gbk.csv"))
    (folder / "pools_binary.csv").write_bytes(bytes(range(256)) * 8)
    made["pools_binary"] = Layer(str(folder / "pools_binary.csv"))
    return made
