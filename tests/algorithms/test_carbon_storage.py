"""Tests of carbon storage: rasters and tables of areas, pool tables of many formats, refusals, cancelling."""

from __future__ import annotations

import numpy as np
import processing
import pytest
from checkout import ROOT
from layers import column
from osgeo import gdal
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
)
from rasters import write_raster
from small_cover import INVEST, carbon_t


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


def test_a_scale_of_a_land_cover_gives_a_warning(run, pools, tmp_path):
    """QGIS shows scaled values; the codes are the stored numbers."""
    cover = write_raster(tmp_path / "scaled.tif", np.ones((3, 3), np.uint8))
    assert run("carbonstorage", LAND_COVER=cover, POOLS=pools)["notes"].warned == []
    dataset = gdal.Open(cover, gdal.GA_Update)
    dataset.GetRasterBand(1).SetScale(2)
    del dataset
    (warned,) = run("carbonstorage", LAND_COVER=cover, POOLS=pools)["notes"].warned
    assert "states a scale of 2 and an offset of 0, which are not applied to class codes" in warned
