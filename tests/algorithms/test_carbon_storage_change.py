"""Tests of ``carbonstoragechange``, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsVectorLayer
from rasters import read_raster, write_raster

# Squares of the zones lie at 500000 + 1000 x row, 2000000 to 2001000.
GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}


@pytest.fixture
def inputs(provider, tmp_path):
    """Two land covers of 2 x 4 cells of 25 ha over two square zones, and a pool table of classes 1 to 3."""
    pools = tmp_path / "pools.csv"
    pools.write_text(
        "LUCODE,LULC_name,C_above,c_below,c_soil,c_dead\n1,crop,1,1,3,0\n2,city,1,1,2,0\n3,wood,10,0,0,0\n"
    )
    first = np.array([[1, 1, 2, 2], [3, 3, 3, 0]], np.uint8)
    second = np.array([[1, 2, 2, 3], [3, 0, 1, 1]], np.uint8)
    return {
        "LAND_COVER": write_raster(tmp_path / "first.tif", first, 0, **GRID),
        "LAND_COVER_LATER": write_raster(tmp_path / "second.tif", second, 0, **GRID),
        "POOLS": str(pools),
    }


def test_all_outputs_together_are_consistent(run, inputs, tmp_path):
    rasters = {name: str(tmp_path / f"{name}.tif") for name in ("CHANGE", "VALUE", "BASELINE", "ALTERNATE")}
    tables = ("OUTPUT", "CLASSES", "TRANSITIONS", "MATRIX_HA", "MATRIX_CARBON", "ZONE_CLASSES", "ZONE_TRANSITIONS")
    results = run(
        "carbonstoragechange",
        **inputs,
        **rasters,
        **dict.fromkeys(tables, "memory:"),
        ZONES=squares({"name": ["west", "east"]}),
        YEAR=2010,
        YEAR_LATER=2020,
        PRICE=12,
        PRICE_UNIT="t_CO2",
        CURRENCY="CNY",
        REPORT=str(tmp_path / "report.html"),
    )
    # crop to city -1, city to wood +6, wood to crop -5, each 25 ha; 44 CNY per t C.
    expected = {"GAIN_T": 150, "LOSS_T": -150, "NET_T": 0, "NET_VALUE": 0, "AREA_HA": 150}
    assert {name: pytest.approx(results[name]) for name in expected} == expected
    assert (results["EARLIER_ONLY_HA"], results["EARLIER_ONLY_T"]) == (25, 250)
    assert (results["LATER_ONLY_HA"], results["LATER_ONLY_T"]) == (25, 125)
    assert results["CARBON_START_T"] == results["CARBON_END_T"] == 25 * (5 + 5 + 4 + 4 + 10 + 10)
    np.testing.assert_array_equal(read_raster(rasters["CHANGE"]), [[0, -1, 0, 6], [0, np.nan, -5, np.nan]])
    np.testing.assert_allclose(read_raster(rasters["VALUE"]), [[0, -44, 0, 264], [0, np.nan, -220, np.nan]])
    np.testing.assert_array_equal(read_raster(rasters["BASELINE"]), [[5, 5, 4, 4], [10, np.nan, 10, np.nan]])

    assert column(results["OUTPUT"], "name") == ["west", "east"]
    assert column(results["OUTPUT"], "carbon_change_t") == [-25, 25]
    assert column(results["OUTPUT"], "change_value") == [-1100, 1100]
    assert column(results["CLASSES"], "name") == ["crop", "city", "wood"]
    assert column(results["CLASSES"], "carbon_loss_t") == [-125, -25, 0]
    assert column(results["CLASSES"], "loss_from_t") == [-25, 0, -125]
    assert column(results["MATRIX_HA"], "to_2_ha") == [25, 25, 0]
    assert column(results["MATRIX_CARBON"], "to_1_t") == [0, 0, -125]
    assert sum(column(results["TRANSITIONS"], "area_ha")) == 150
    assert column(results["ZONE_CLASSES"], "zone_name")[0] == "west"
    assert sum(column(results["ZONE_TRANSITIONS"], "change_value")) == 0
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "12 CNY per t of CO2" in report and "left out, so that both dates cover the same area" in report


def test_without_requested_outputs_no_file_is_written(run, inputs, tmp_path):
    """InVEST always writes a raster for every pool, and files beside the inputs."""
    before = sorted(path.name for path in tmp_path.iterdir())
    results = run("carbonstoragechange", **inputs)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert results["NET_T"] == 0
    assert results["NET_VALUE"] is None
    logged = " ".join(results["notes"].warned)
    assert len(results["notes"].warned) == 3
    assert "the class with the highest density is wood with 10 t C/ha" in logged


def test_tables_in_gbk_one_per_date_are_read(run, inputs, tmp_path):
    """InVEST refuses GBK tables."""
    text = "代码,名称,地上,地下,土壤,死亡有机质\n1,耕地,1,1,3,0\n2,城镇,1,1,2,0\n3,林地,10,0,0,0\n"
    (tmp_path / "gbk.csv").write_bytes(text.encode("gbk"))
    (tmp_path / "later.csv").write_bytes(text.replace("林地,10", "林地,11").encode("gbk"))
    results = run(
        "carbonstoragechange",
        **{**inputs, "POOLS": str(tmp_path / "gbk.csv")},
        POOLS_LATER=str(tmp_path / "later.csv"),
        ENCODING="GBK",
        CLASSES="memory:",
    )
    assert results["NET_T"] == 2 * 25
    assert column(results["CLASSES"], "name") == ["耕地", "城镇", "林地"]


def test_reassigned_codes_apply_to_both_dates(run, inputs, tmp_path):
    """Wood counted as crop: all change between the two disappears; a later table of its own needs a first one."""
    before = run("carbonstoragechange", **inputs, CLASSES="memory:")
    after = run("carbonstoragechange", **inputs, REASSIGN="3=1,2=1", CLASSES="memory:")
    assert before["LOSS_T"] != 0
    assert (after["GAIN_T"], after["LOSS_T"]) == (0, 0)
    later = {**inputs, "POOLS_LATER": inputs["POOLS"]}
    assert run("carbonstoragechange", **later, REASSIGN="3=1,2=1")["LOSS_T"] == 0
    del later["POOLS"]
    with pytest.raises(QgsProcessingException, match="REASSIGN.*POOLS_LATER"):
        run("carbonstoragechange", **later, PRESET="henan", REASSIGN="3=1")


def test_rasters_without_a_nodata_value(run, inputs, tmp_path):
    """InVEST would need table rows for every value."""
    given = dict(inputs)
    for name in ("LAND_COVER", "LAND_COVER_LATER"):
        given[name] = write_raster(tmp_path / f"{name}.tif", gdal.Open(inputs[name]).ReadAsArray(), **GRID)
    with pytest.raises(QgsProcessingException, match="0: 25 ha in 1 cell; add rows.*mean no data"):
        run("carbonstoragechange", **given)
    assert run("carbonstoragechange", **given, NODATA_CODES="0")["AREA_HA"] == 150


def test_the_matrix_on_disk_has_a_column_for_each_class(run, inputs, tmp_path):
    run("carbonstoragechange", **inputs, MATRIX_HA=str(tmp_path / "matrix.csv"))
    layer = QgsVectorLayer(str(tmp_path / "matrix.csv"), "matrix", "ogr")
    assert [field.name() for field in layer.fields()] == [
        "from_code",
        "from_name",
        "to_1_ha",
        "to_2_ha",
        "to_3_ha",
        "total_ha",
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"PRICE": 1}, "needs the years of both"),
        ({"PRICE": 1, "YEAR": 2020, "YEAR_LATER": 2020}, "2020 is not after the earlier year 2020"),
        ({"YEAR": 2020, "YEAR_LATER": 2010}, "2010 is not after the earlier year 2020"),
        ({"PRICE": 1, "YEAR": 2010, "YEAR_LATER": 2020, "DISCOUNT": -100}, "discount rate is -100 %"),
        ({"VALUE": "v.tif"}, "value raster needs a price"),
        ({"OUTPUT": "memory:"}, "by zone was requested, but no zones are given"),
        ({"ZONES": {"carbon_end_t": [1.0, 2.0]}}, "already has the column.* carbon_end_t"),
        ({"POOLS": "1,crop,5,0,0,0\n2,city,4,0,0,0\n"}, "without a row in Pool table .*: 3: 75 ha in 3 cells"),
        ({"POOLS": "1,crop,inf,0,0,0\n"}, '"inf" in column c_above is not a number'),
        ({"POOLS": "1,crop,-5,0,0,0\n"}, r"c_above is negative \(-5\)"),
    ],
)
def test_invalid_inputs_are_refused_without_output(run, inputs, tmp_path, parameters, message):
    if "ZONES" in parameters:
        parameters = {"ZONES": squares(parameters["ZONES"])}
    if "VALUE" in parameters:
        parameters = {"VALUE": str(tmp_path / "v.tif")}
    if "POOLS" in parameters:
        table = tmp_path / "bad.csv"
        table.write_text("lucode,lulc_name,c_above,c_below,c_soil,c_dead\n" + parameters["POOLS"])
        parameters = {"POOLS": str(table)}
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(QgsProcessingException, match=message):
        run("carbonstoragechange", **{**inputs, "CHANGE": str(tmp_path / "out.tif"), **parameters})
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_land_covers_without_overlap_are_refused(run, inputs, tmp_path):
    far = write_raster(tmp_path / "far.tif", np.ones((2, 2), np.uint8), 0, origin=(800000.0, 4000000.0))
    with pytest.raises(QgsProcessingException, match="does not overlap"):
        run("carbonstoragechange", **{**inputs, "LAND_COVER_LATER": far})


def test_the_second_date_shifted_by_half_a_cell_is_logged(run, inputs, tmp_path):
    """InVEST compares such rasters cell by cell without a warning."""
    array = gdal.Open(inputs["LAND_COVER_LATER"]).ReadAsArray()
    shifted = write_raster(tmp_path / "shifted.tif", array, 0, origin=(500250.0, 2001000.0), cell=500.0)
    results = run("carbonstoragechange", **{**inputs, "LAND_COVER_LATER": shifted})
    assert any("shifted by 0.5 cells across and 0 down" in note for note in results["notes"].logged)


@pytest.mark.parametrize("years", [{}, {"YEAR": 2000, "YEAR_LATER": 2010}])
def test_exchanged_land_covers_give_a_warning(run, tmp_path, years):
    earlier = write_raster(tmp_path / "lc_2000.tif", np.full((4, 4), 1, np.uint8))
    later = write_raster(tmp_path / "lc_2010.tif", np.full((4, 4), 2, np.uint8))

    def told(first, second):
        done = run("carbonstoragechange", LAND_COVER=first, LAND_COVER_LATER=second, PRESET="henan", **years)
        return [each for each in done["notes"].warned if "names of the layers contain the years" in each]

    assert told(earlier, later) == []
    (said,) = told(later, earlier)
    assert "2010 and 2000" in said or "2010, 2000" in said
