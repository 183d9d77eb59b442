"""Geographically weighted regression as a user runs it."""

from __future__ import annotations

import georgia
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException

FIELDS = {"DEPENDENT": ["PctBach"], "EXPLANATORY": georgia.EXPLANATORY}


@pytest.fixture
def regress(run):
    def call(layer=None, **parameters):
        given = {"INPUT": layer or georgia.layer(), **FIELDS, "PERMUTATIONS": 0, "OUTPUT": "memory:", **parameters}
        return run("geographicallyweightedregression", **given)

    return call


@pytest.mark.parametrize(
    ("kernel", "kind", "bandwidth", "aicc"),
    [
        ("bisquare", "fixed", 209267.689, 894.9826),
        ("bisquare", "adaptive", 90, 896.4628),
        ("gaussian", "fixed", 87308.298, 895.2902),
        ("gaussian", "adaptive", 49, 896.1840),
    ],
)
def test_georgia_as_gwr4_published_it(regress, kernel, kind, bandwidth, aicc):
    found = regress(KERNEL=kernel, BANDWIDTH_TYPE=kind, BANDWIDTH=bandwidth)
    assert found["AICC"] == pytest.approx(aicc, abs=5e-5)
    assert found["OLS_AICC"] == pytest.approx(908.3192, abs=5e-5)
    assert found["BANDWIDTH_USED"] == bandwidth
    assert found["ROWS_USED"] == 159


def test_search_tables_and_report(regress, tmp_path):
    report = tmp_path / "gwr.html"
    found = regress(PERMUTATIONS=19, SUFFIX="_90", SUMMARY="memory:", COEFFICIENTS="memory:", REPORT=str(report))
    assert found["AICC"] <= 896.46284
    out = found["OUTPUT"]
    names = [field.name() for field in out.fields()]
    assert names[:5] == ["AreaKey", "PctBach", *georgia.EXPLANATORY]
    assert {"b_intercept_90", "b_PctPov_90", "se_PctPov_90", "t_PctPov_90", "local_r2_90", "cooks_d_90"} <= set(names)
    residuals = [y - fitted for y, fitted in zip(column(out, "PctBach"), column(out, "predicted_90"))]
    assert column(out, "residual_90") == pytest.approx(residuals)
    assert out.featureCount() == 159
    assert column(found["SUMMARY"], "aicc") == [found["AICC"]]
    assert column(found["SUMMARY"], "r2") == [found["R2"]]
    rows = found["COEFFICIENTS"]
    assert column(rows, "term") == ["intercept", *georgia.EXPLANATORY]
    assert all(0 < p <= 1 for p in column(rows, "variability_p"))
    assert column(rows, "global")[1] == pytest.approx(-0.111395, abs=1e-6)
    text = report.read_text(encoding="utf-8")
    assert "908.319" in text and "Bandwidth search" in text and "variability_p" in text
    assert [note for note in found["notes"].logged if "neighbours, AICc" in note]


def test_each_pair_gives_the_matrix_of_fits(regress, tmp_path):
    report = tmp_path / "pairs.html"
    found = regress(
        DEPENDENT=["PctBach", "AreaKey"], MODELS="each_pair", BANDWIDTH=90, SUMMARY="memory:", REPORT=str(report)
    )
    assert column(found["SUMMARY"], "explanatory") == georgia.EXPLANATORY * 2
    assert "R2 of each driver" in report.read_text(encoding="utf-8")
    assert "b_AreaKey_PctPov" in [field.name() for field in found["OUTPUT"].fields()]


def test_geographic_crs_measures_over_the_globe_or_refuses(regress):
    found = regress(georgia.layer("EPSG:4326"), BANDWIDTH=120000, BANDWIDTH_TYPE="fixed", KERNEL="gaussian")
    plane = regress(BANDWIDTH=120000, BANDWIDTH_TYPE="fixed", KERNEL="gaussian")
    assert found["AICC"] == pytest.approx(plane["AICC"], abs=0.5)
    assert found["AICC"] != plane["AICC"]
    with pytest.raises(QgsProcessingException, match="EPSG:4326: reproject it"):
        regress(georgia.layer("EPSG:4326"), GEOGRAPHIC="refuse")


def test_polygons_numbers_as_text_and_null(regress):
    n = 60
    driver = [(7 * i) % 13 + i / 10 for i in range(n)]
    layer = squares({"y": [3 * x + (i % 5) for i, x in enumerate(driver)], "x": [f" {x:.1f} " for x in driver]})
    layer.startEditing()
    layer.changeAttributeValue(5, 0, None)
    layer.commitChanges()
    found = regress(layer, DEPENDENT=["y"], EXPLANATORY=["x"], BANDWIDTH=30)
    assert found["ROWS_LEFT_OUT"] == 1
    assert column(found["OUTPUT"], "b_x").count(None) == 1
    assert [note for note in found["notes"].warned if "1 of 60 rows are left out" in note]
    slopes = [value for value in column(found["OUTPUT"], "b_x") if value is not None]
    assert min(slopes) > 2.5 and max(slopes) < 3.5


def test_refusals_leave_no_output(regress, tmp_path):
    target = tmp_path / "out.gpkg"
    with pytest.raises(QgsProcessingException, match="a whole number from 6 to 159"):
        regress(BANDWIDTH=3, OUTPUT=str(target))
    with pytest.raises(QgsProcessingException, match="has no geometries"):
        regress(squares({"PctBach": [1.0, 2], "PctPov": [2.0, 3]}, geometry=False), EXPLANATORY=["PctPov"])
    with pytest.raises(QgsProcessingException, match="already has the column"):
        regress(regress(BANDWIDTH=90)["OUTPUT"], BANDWIDTH=90, OUTPUT=str(target))
    assert not target.exists()
