"""Tests of the ratio, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException

MEMORY = "memory:"


@pytest.fixture
def zones(qgis_processing):
    return squares(
        {"name": ["A", "B", "C"], "s": [1.0, 8.0, 3.0], "d": [200.0, 50.0, 10.0], "km2": [100.0, 400.0, 500.0]}
    )


def ratio(run, zones, **more):
    given = {
        "ZONES": zones,
        "SUPPLY": "s",
        "SUPPLY_UNIT": "10^4 t",
        "DEMAND": "d",
        "AREA": "km2",
        "OUTPUT": MEMORY,
        **more,
    }
    return run("supplydemandratio", **given)


def test_zones_keep_their_columns_and_gain_the_index(run, zones, tmp_path):
    result = ratio(run, zones, REPORT=str(tmp_path / "r.html"))
    out = result["OUTPUT"]
    assert [field.name() for field in out.fields()][:4] == ["name", "s", "d", "km2"]
    assert column(out, "ratio") == pytest.approx([2, 0.25, 1 / 6])
    assert column(out, "state") == ["deficit", "surplus", "surplus"]
    assert column(out, "index_name") == ["demand/supply"] * 3
    assert column(out, "compared") == ["supply: stock, t C; demand: flow, t CO2 a year"] * 3
    assert column(out, "mismatch") == ["low-high", "high-low", "low-low"]
    assert result["REGION_INDEX"] == pytest.approx(45_000 / 120_000)
    assert result["BALANCE_POINT"] == 1
    assert result["INDEX_NAME"] == "demand/supply"
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "D/S (t CO2 emitted per year / t C stored)" in page
    assert any("t CO2 emitted per year / t C stored" in text for text in result["notes"].logged)
    assert "D/S" in page and "high-low" in page and "44/12" in page


def test_the_name_of_the_budget_column_contains_its_unit(run, zones):
    result = ratio(run, zones, INDEX="budget", SUPPLY_SPECIES="CO2")
    assert column(result["OUTPUT"], "budget_t_km2") == pytest.approx([-100, 150, 50])
    assert not any("44/12" in sentence for sentence in result["notes"].warned)


def test_esdr_maxima_and_conversion_are_used(run, zones):
    result = ratio(run, zones, INDEX="ESDR", CONVERT=True, SUPPLY_MAX=1000, DEMAND_MAX=200)
    assert column(result["OUTPUT"], "ratio")[0] == pytest.approx((100 * 44 / 12 - 200) / 600)
    assert column(result["OUTPUT"], "compared")[0] == "supply: stock, t CO2; demand: flow, t CO2 a year"


def test_areas_are_measured_if_no_field_is_given(run, zones):
    result = ratio(run, zones, AREA=None)
    assert result["AREA_KM2"] == pytest.approx(3, rel=2e-3)


def test_a_second_date_needs_a_suffix(run, zones):
    first = ratio(run, zones, SUFFIX="_2015")["OUTPUT"]
    second = ratio(run, first, SUFFIX="_2020")["OUTPUT"]
    assert {"ratio_2015", "ratio_2020"} <= {field.name() for field in second.fields()}
    with pytest.raises(QgsProcessingException, match="already has the column.*ratio_2015"):
        ratio(run, first, SUFFIX="_2015")


def test_numbers_as_text_are_read_and_words_are_refused_with_their_row(run):
    columns = {"name": ["A", "B"], "s": ["1,234.5", "２"], "d": ["10", "20"], "km2": [1.0, 1.0]}
    assert column(ratio(run, squares(columns), SUPPLY_UNIT="t")["OUTPUT"], "ratio") == pytest.approx([10 / 1234.5, 10])
    columns["s"] = ["1", "many"]
    with pytest.raises(QgsProcessingException, match=r'row 2 \(B\): "many" in column s is not a number'):
        ratio(run, squares(columns))


def test_null_gives_null_with_a_warning_and_null_in_every_row_is_refused(run):
    columns = {"name": ["A", "B"], "s": [None, 2.0], "d": [1.0, 2.0], "km2": [1.0, 1.0]}
    result = ratio(run, squares(columns), SUPPLY_UNIT="t")
    assert column(result["OUTPUT"], "ratio") == [None, 1]
    assert column(result["OUTPUT"], "state")[0] is None
    assert any("row 1 (A)" in sentence for sentence in result["notes"].warned)
    columns["s"] = [None, None]
    with pytest.raises(QgsProcessingException, match="column s is NULL in every row"):
        ratio(run, squares(columns))


def test_unknown_index_column_and_empty_layer_are_refused(run, zones):
    with pytest.raises(QgsProcessingException, match="must be one of: demand/supply"):
        ratio(run, zones, INDEX="ratio")
    with pytest.raises(QgsProcessingException, match="has no column population"):
        ratio(run, zones, DEMAND="population")
    with pytest.raises(QgsProcessingException, match="has no features"):
        ratio(run, squares({"s": [], "d": [], "km2": []}))


def test_a_table_without_outlines_needs_areas(run):
    columns = {"s": [1.0], "d": [2.0]}
    with pytest.raises(QgsProcessingException, match="give a column with the areas .AREA."):
        ratio(run, squares(columns, geometry=False), AREA=None)
    assert column(ratio(run, squares({**columns, "km2": [1.0]}, geometry=False))["OUTPUT"], "ratio") == [2e-4]
