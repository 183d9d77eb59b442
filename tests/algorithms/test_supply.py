"""Tests of storage, supply and sink, run as algorithms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import processing
import pytest
from checkout import ROOT
from layers import column, squares
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsVectorLayer,
)
from rasters import write_raster

INVEST = "lucode,LULC_name,c_above,c_below,c_soil,c_dead\n1,crop,5,1,80,0\n2,forest,50,10,150,2\n"
SAMPLE = str(ROOT / "resources" / "sample" / "central_yunnan_land_cover_2019.tif")
COUNTIES = str(ROOT / "resources" / "sample" / "central_yunnan.geojson")


@pytest.fixture
def cells():
    return np.random.default_rng(0).choice(np.array([0, 1, 2], np.uint8), (12, 30))


@pytest.fixture
def cover(tmp_path, cells):
    """Three zones wide: 100 m cells from the corner of the squares of tests/layers.py, 0 is nodata."""
    return write_raster(tmp_path / "cover.tif", cells, 0, origin=(500000.0, 2001100.0))


@pytest.fixture
def pools(tmp_path):
    path = tmp_path / "pools.csv"
    path.write_text(INVEST, encoding="utf-8")
    return str(path)


def zones(**columns):
    return squares({"name": ["甲", "<b>乙</b>", "C"], **columns})


def carbon_t(cells):
    return (cells == 1).sum() * 86.0 + (cells == 2).sum() * 212.0


def test_storage_of_a_raster(run, cover, cells, pools, tmp_path):
    out, report = tmp_path / "out" / "carbon.tif", tmp_path / "out" / "r.html"
    out.parent.mkdir()
    result = run("carbonstorage", LAND_COVER=cover, POOLS=pools, OUTPUT=str(out), CLASSES="memory:", REPORT=str(report))
    assert result["TOTAL_CARBON_T"] == pytest.approx(carbon_t(cells))
    assert result["AREA_HA"] == (cells > 0).sum()
    assert column(result["CLASSES"], "name") == ["crop", "forest"]
    assert column(result["CLASSES"], "carbon_t") == pytest.approx(
        [carbon_t(np.where(cells == c, c, 0)) for c in (1, 2)]
    )
    values = gdal.Open(str(out)).ReadAsArray()
    np.testing.assert_array_equal(values == np.finfo(np.float32).min, cells == 0)
    assert sorted(path.name for path in out.parent.iterdir()) == ["carbon.qml", "carbon.tif", "r.html"]
    assert "forest" in report.read_text(encoding="utf-8")


def test_each_warning_is_listed_once_in_the_report(run, pools, tmp_path):
    """A land cover in Web Mercator, whose areas are strongly distorted."""
    path = write_raster(tmp_path / "m.tif", np.ones((3, 3), np.uint8), epsg=3857, origin=(11000000.0, 3000000.0))
    report = tmp_path / "r.html"
    result = run("carbonstorage", LAND_COVER=path, POOLS=pools, REPORT=str(report))
    assert len([w for w in result["notes"].warned if "differ from true areas" in w]) == 1
    assert report.read_text(encoding="utf-8").count("differ from true areas") == 1


HENAN_1E5_T = {
    1995: ([7272.00, 4024.00, 680.60, 221.90, 1010.00, 4.37], 165558),
    2005: ([7196, 4011, 677.9, 248.8, 1061, 3.25], 165558),
    2015: ([7124, 4017, 676.3, 253.1, 1120, 3.25], 165551),
}


@pytest.mark.parametrize(("totals", "km2"), HENAN_1E5_T.values(), ids=HENAN_1E5_T)
def test_areas_implied_by_the_study_of_henan_give_its_published_storage(run, tmp_path, totals, km2):
    """Table 2 of the study divided by its densities gives the same region at all three dates."""
    density = [66.81, 149.95, 72.5, 62.1, 60.0, 53.3]
    path = tmp_path / "areas.csv"
    rows = [f"{code},{total * 1e5 / d / 100!r}" for code, (total, d) in enumerate(zip(totals, density), 1)]
    path.write_text("\n".join(["code,area_km2", *rows]), encoding="utf-8")
    result = run("carbonstorage", AREAS=str(path), PRESET="henan", CLASSES="memory:")
    assert column(result["CLASSES"], "carbon_t") == pytest.approx([total * 1e5 for total in totals])
    assert round(result["AREA_HA"] / 100) == km2


def test_storage_of_a_table_of_areas_and_its_units(run, tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("code,area_km2\n1,100\n2,50.5\n", encoding="utf-8")
    result = run("carbonstorage", AREAS=str(path), PRESET="henan", CLASSES="memory:")
    assert result["AREA_HA"] == pytest.approx(15050)
    assert result["TOTAL_CARBON_T"] == pytest.approx(sum(column(result["CLASSES"], "carbon_t")))
    path.write_text("code,面积\n1,100\n2,50.5\n", encoding="utf-8")
    assert run("carbonstorage", AREAS=str(path), PRESET="henan", AREA_UNIT="km2")["AREA_HA"] == pytest.approx(15050)


def test_supply_by_zone_equals_the_raster(run, cover, cells, pools):
    result = run("zonalcarbonsupply", ZONES=zones(), LAND_COVER=cover, POOLS=pools, OUTPUT="memory:", CLASSES="memory:")
    parts = [cells[1:11, left : left + 10] for left in (0, 10, 20)]
    assert column(result["OUTPUT"], "carbon_t") == pytest.approx([carbon_t(part) for part in parts], rel=1e-9)
    assert column(result["OUTPUT"], "mapped_km2") == pytest.approx([(part > 0).sum() / 100 for part in parts])
    assert sum(column(result["OUTPUT"], "carbon_share")) == pytest.approx(1)
    assert result["TOTAL_CARBON_T"] == pytest.approx(carbon_t(cells[1:11]))
    assert result["OUTSIDE_HA"] == pytest.approx((cells[[0, 11]] > 0).sum())
    assert column(result["CLASSES"], "zone_name")[::2] == ["甲", "<b>乙</b>", "C"]
    assert sum(column(result["CLASSES"], "carbon_t")) == pytest.approx(result["TOTAL_CARBON_T"])


def test_zones_in_another_crs_without_geometry_and_beside_the_raster(run, cover, cells, pools, tmp_path):
    layer = zones()
    bare, beside = QgsFeature(layer.fields()), QgsFeature(layer.fields())
    bare.setAttributes(["none"])
    beside.setAttributes(["far"])
    beside.setGeometry(QgsGeometry.fromWkt("Polygon((0 0,1 0,1 1,0 0))"))
    layer.dataProvider().addFeatures([bare, beside])
    degrees = processing.run("native:reprojectlayer", {"INPUT": layer, "TARGET_CRS": "EPSG:4326", "OUTPUT": "memory:"})
    report = tmp_path / "r.html"
    result = run(
        "zonalcarbonsupply",
        ZONES=degrees["OUTPUT"],
        LAND_COVER=cover,
        POOLS=pools,
        OUTPUT="memory:",
        REPORT=str(report),
    )
    parts = [cells[1:11, left : left + 10] for left in (0, 10, 20)]
    assert column(result["OUTPUT"], "carbon_t") == pytest.approx([*(carbon_t(part) for part in parts), None, None])
    assert any("t of carbon in 3 of 5 zones on" in logged for logged in result["notes"].logged)
    warned = next(each for each in result["notes"].warned if "have no geometry or do not overlap the raster" in each)
    assert "none, far" in warned
    text = report.read_text(encoding="utf-8")
    assert "&lt;b&gt;乙&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "nan" not in text.lower().replace("name", "")


@pytest.mark.parametrize(("algorithm", "preset"), [("zonalcarbonsupply", "henan"), ("annualcarbonsink", "guiyang")])
def test_zones_without_any_geometry_are_refused_as_such(run, cover, algorithm, preset):
    """As after a join that kept the rows of a table: the CRS is not what is wrong."""
    layer = squares({"name": ["a", "b"]})
    layer.dataProvider().changeGeometryValues({each.id(): QgsGeometry() for each in layer.getFeatures()})
    with pytest.raises(QgsProcessingException, match="has no geometry in any row"):
        run(algorithm, ZONES=layer, LAND_COVER=cover, PRESET=preset, OUTPUT="memory:")


def test_the_sink_counts_the_zones_with_a_value(run, cover, cells):
    layer = zones()
    beside = QgsFeature(layer.fields())
    beside.setAttributes(["far"])
    beside.setGeometry(QgsGeometry.fromWkt("Polygon((0 0,1 0,1 1,0 0))"))
    for known in ("by 3 zones", "by 3 of 4 zones"):
        result = run("annualcarbonsink", ZONES=layer, LAND_COVER=cover, PRESET="guiyang", OUTPUT="memory:")
        assert any(f"taken up per year {known}, " in logged for logged in result["notes"].logged)
        layer.dataProvider().addFeature(beside)


def test_existing_columns_are_refused_unless_a_suffix_is_given(run, cover, pools, tmp_path):
    layer = zones(Carbon_T=[1.0, 2.0, 3.0])
    given = {"ZONES": layer, "LAND_COVER": cover, "POOLS": pools}
    out = tmp_path / "zones.gpkg"
    with pytest.raises(QgsProcessingException, match="already has the column"):
        run("zonalcarbonsupply", **given, OUTPUT=str(out))
    assert not out.exists()
    result = run("zonalcarbonsupply", **given, OUTPUT=str(out), SUFFIX="_2020")
    names = QgsVectorLayer(result["OUTPUT"]).fields().names()
    assert names[-4:] == ["carbon_t_2020", "mapped_km2_2020", "carbon_t_km2_2020", "carbon_share_2020"]
    assert "Carbon_T" in names


def test_sink_from_a_raster_and_from_columns(run, cover, cells):
    result = run("annualcarbonsink", ZONES=zones(), LAND_COVER=cover, PRESET="guiyang", OUTPUT="memory:")
    part = cells[1:11, :10]
    expected = (part == 1).sum() * 1.16 + (part == 2).sum() * 3.55
    assert column(result["OUTPUT"], "sink_t")[0] == pytest.approx(expected)
    assert result["SPECIES"] == "unstated"
    assert any("does not state" in w for w in result["notes"].warned)
    by_area = run(
        "annualcarbonsink",
        ZONES=zones(forest_km2=["1,200.5", "３", None], cropland=[10.0, 0.0, None]),
        AREA_FIELDS=["forest_km2", "cropland"],
        PRESET="guiyang",
        OUTPUT="memory:",
    )
    assert column(by_area["OUTPUT"], "sink_t") == pytest.approx([1200.5 * 355 + 11.6, 3 * 355, None])


REFUSALS = {
    "class": (INVEST.replace("2,forest", "9,forest"), r"class code\(s\) without a row in .*: 2: \d+ ha in \d+ cells"),
    "twice": (INVEST + "2,again,1,1,1,1\n", r"column lucode contains duplicate codes \(2\)"),
    "negative": (INVEST.replace("5,1,80", "-5,1,80"), r"row 2 \(crop\): column c_above is negative \(-5\)"),
    "text": (INVEST.replace("150", "viel"), r'row 3 \(forest\): "viel" in column c_soil is not a number'),
    "empty": (INVEST.replace("150", ""), r"row 3 \(forest\): column c_soil is empty"),
    "columns": ("lucode,x\n1,2\n", "no column of carbon density"),
}


@pytest.mark.parametrize(("text", "message"), REFUSALS.values(), ids=REFUSALS)
def test_invalid_inputs_are_refused_without_output(run, cover, tmp_path, text, message):
    pools, folder = tmp_path / "pools.csv", tmp_path / "out"
    pools.write_text(text, encoding="utf-8")
    folder.mkdir()
    outputs = {"OUTPUT": str(folder / "c.tif"), "CLASSES": str(folder / "c.csv"), "REPORT": str(folder / "r.html")}
    with pytest.raises(QgsProcessingException, match=message):
        run("carbonstorage", LAND_COVER=cover, POOLS=str(pools), **outputs)
    assert list(folder.iterdir()) == []


IGBP = str(ROOT / "resources" / "sample" / "central_yunnan_land_cover_2019.tif")


def test_an_omitted_scheme_is_suggested(run, tmp_path):
    with pytest.raises(QgsProcessingException, match=r"all its codes belong to igbp.*: did you mean SCHEME = igbp"):
        run("carbonstorage", LAND_COVER=IGBP, PRESET="henan", OUTPUT=str(tmp_path / "c.tif"))
    assert list(tmp_path.iterdir()) == []
    assert run("carbonstorage", LAND_COVER=IGBP, PRESET="henan", SCHEME="igbp", OUTPUT=str(tmp_path / "c.tif"))


def test_a_table_with_other_codes_is_refused_with_the_scheme_of_the_raster(run, tmp_path):
    pools = tmp_path / "pools.csv"
    pools.write_text("lucode,carbon_t_ha\n10,1\n20,2\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match=r"other codes\? carbonpooltable makes one for the codes of igbp"):
        run("carbonstorage", LAND_COVER=IGBP, POOLS=str(pools), OUTPUT=str(tmp_path / "c.tif"))


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_output_that_is_an_input_is_refused_before_anything_is_written(run, cover, pools, tmp_path, wrapped):
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def to(path):
        return QgsProcessingOutputLayerDefinition(str(path)) if wrapped else str(path)

    (tmp_path / "sub").mkdir()
    again = tmp_path / "sub" / ".." / "cover.tif"
    with pytest.raises(QgsProcessingException, match="is an input of this run and would be overwritten"):
        run("carbonstorage", LAND_COVER=cover, POOLS=pools, OUTPUT=to(again))
    with pytest.raises(QgsProcessingException, match="is an input of this run"):
        run("carbonstorage", LAND_COVER=cover, POOLS=pools, CLASSES=to(pools))
    with pytest.raises(QgsProcessingException, match="is an input of this run"):
        run("carbonstorage", LAND_COVER=cover, POOLS=pools, REPORT=pools)
    # A report is no layer, whatever its name; two layers of one name are tried in tests/hostile/test_files_kept.py.
    with pytest.raises(QgsProcessingException, match="has the extension of a layer, but a html"):
        run(
            "carbonstorage",
            LAND_COVER=cover,
            POOLS=pools,
            CLASSES=to(tmp_path / "a.csv"),
            REPORT=str(tmp_path / "a.csv"),
        )
    with pytest.raises(QgsProcessingException, match=r"the folder .*nowhere is not writable"):
        run("carbonstorage", LAND_COVER=cover, POOLS=pools, OUTPUT=to(tmp_path / "nowhere" / "c.tif"))
    (tmp_path / "sub").rmdir()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


class CancelAt(QgsProcessingFeedback):
    def __init__(self, percent):
        super().__init__(False)
        self.percent = percent
        self.progressChanged.connect(lambda now: now >= self.percent and self.cancel())


@pytest.mark.parametrize("percent", [0, 60, 100])
def test_cancelled_runs_leave_no_file(provider, pools, tmp_path, percent):
    cover = write_raster(tmp_path / "big.tif", np.ones((2000, 5000), np.uint8))
    folder = tmp_path / "out"
    folder.mkdir()
    given = {"LAND_COVER": cover, "POOLS": pools, "OUTPUT": str(folder / "c.tif"), "CLASSES": str(folder / "c.csv")}
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        processing.run("carbonbalance:carbonstorage", given, feedback=CancelAt(percent))
    assert list(folder.iterdir()) == []


def test_rasters_without_areas_are_refused_and_nodata_codes_left_out(run, pools, cells, tmp_path):
    bare = write_raster(tmp_path / "bare.tif", cells, 0, epsg=None)
    with pytest.raises(QgsProcessingException, match="has no coordinate reference system"):
        run("carbonstorage", LAND_COVER=bare, POOLS=pools)
    many = write_raster(tmp_path / "many.tif", np.where(cells == 0, 255, cells))
    result = run("carbonstorage", LAND_COVER=many, POOLS=pools, NODATA_CODES="0，255")
    assert result["AREA_HA"] == (cells > 0).sum()
    with pytest.raises(QgsProcessingException, match="must be numbers separated by commas"):
        run("carbonstorage", LAND_COVER=many, POOLS=pools, NODATA_CODES="0;many")
    with pytest.raises(QgsProcessingException, match="Give either a land cover raster .* or a table"):
        run("carbonstorage", POOLS=pools)


def written_as(text, path, encoding):
    path.write_bytes(text.encode(encoding))
    return str(path)


CHINESE = "代码,名称,地上,地下,土壤,死亡有机质\n1,耕地,５,1,80,0\n2,林地,50, 10 ,150,2\n"


def test_pool_tables_of_many_formats_give_the_same_result(run, cover, cells, tmp_path):
    """CSV in GBK, with a byte-order mark or with semicolons; spreadsheet, dBASE and GeoPackage."""
    gbk = written_as(CHINESE, tmp_path / "gbk.csv", "gbk")
    with pytest.raises(QgsProcessingException, match="gbk.csv is not encoded in UTF-8 but in GB18030: leave ENCODING"):
        run("carbonstorage", LAND_COVER=cover, POOLS=gbk, ENCODING="UTF-8")
    tables = [
        {"POOLS": gbk, "ENCODING": "GBK"},
        {"POOLS": written_as("\ufeff" + CHINESE, tmp_path / "bom.csv", "utf-8")},
        {"POOLS": written_as("\ufeff" + CHINESE, tmp_path / "bom2.csv", "utf-8"), "ENCODING": "UTF-8"},
        {"POOLS": written_as(INVEST.replace(",", ";"), tmp_path / "semicolons.csv", "utf-8")},
        {"POOLS": written_as(INVEST.upper() + ",,,,,\n", tmp_path / "upper.csv", "utf-8")},
    ]
    for driver, name in (("XLSX", "t.xlsx"), ("ESRI Shapefile", "t.dbf"), ("GPKG", "t.gpkg")):
        source = written_as(INVEST, tmp_path / f"{name}.csv", "utf-8")
        opened = gdal.OpenEx(source, open_options=["AUTODETECT_TYPE=YES"])
        made = gdal.VectorTranslate(str(tmp_path / name), opened, format=driver)
        assert made is not None
        made = None
        tables.append({"POOLS": str(tmp_path / name)})
    for table in tables:
        result = run("carbonstorage", LAND_COVER=cover, **table, CLASSES="memory:")
        assert result["TOTAL_CARBON_T"] == pytest.approx(carbon_t(cells)), table
    chinese = run("carbonstorage", LAND_COVER=cover, **tables[0], CLASSES="memory:")
    assert column(chinese["CLASSES"], "name") == ["耕地", "林地"]


# Areas by class inside the 49 counties, km2, by an independent reckoning.
MODIS = {
    "cell_centre": "645.2 2670.5 6361.8 55.4 4537.2 11498.3 70207.8 3779.8 8164.4 1512.8 2063.1",
    "exact_fraction": "645.2 2628.7 6458.0 55.4 4505.4 11503.8 70105.3 3686.9 8173.4 1512.8 2061.5",
}


@pytest.mark.parametrize("rule", MODIS)
def test_modis_areas_inside_the_counties(run, rule, tmp_path):
    sample = tmp_path / "cover.tif"
    sample.write_bytes(Path(SAMPLE).read_bytes())
    result = run(
        "zonalcarbonsupply",
        ZONES=COUNTIES,
        LAND_COVER=str(sample),
        PRESET="henan",
        SCHEME="igbp",
        CELL_RULE=rule,
        OUTPUT="memory:",
        CLASSES="memory:",
    )
    codes, areas = column(result["CLASSES"], "code"), column(result["CLASSES"], "area_ha")
    found = {code: sum(a for c, a in zip(codes, areas) if c == code) / 100 for code in sorted(set(codes))}
    expected = dict(zip([0, 1, 2, 4, 5, 8, 9, 10, 12, 13, 14], map(float, MODIS[rule].split())))
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, rel=1e-3)
    assert result["MAPPED_KM2"] == pytest.approx({"cell_centre": 111496.3, "exact_fraction": 111336.4}[rule], rel=1e-3)


def test_without_any_mapped_zone_the_mean_is_null(run, tmp_path, cells):
    cells[1:11, :30] = 0
    cells[0, 0] = 1
    cover = write_raster(tmp_path / "empty.tif", cells, 0, origin=(500000.0, 2001100.0))
    result = run("annualcarbonsink", ZONES=zones(), LAND_COVER=cover, PRESET="guiyang", OUTPUT="memory:")
    assert "No zone has land that takes up carbon." in result["notes"].logged
    assert result["MEAN_SINK_T_HA"] is None
