"""Tests of the annual carbon sink of zones."""

from __future__ import annotations

import re

import pytest
from layers import column
from qgis.core import (
    QgsFeature,
    QgsGeometry,
)
from rasters import write_raster
from small_cover import zones


def test_the_sink_counts_the_zones_with_a_value(run, cover, cells):
    layer = zones()
    beside = QgsFeature(layer.fields())
    beside.setAttributes(["far"])
    beside.setGeometry(QgsGeometry.fromWkt("Polygon((0 0,1 0,1 1,0 0))"))
    for known in ("by 3 zones", "by 3 of 4 zones"):
        result = run("annualcarbonsink", ZONES=layer, LAND_COVER=cover, PRESET="guiyang", OUTPUT="memory:")
        assert any(f"taken up per year {known}, " in logged for logged in result["notes"].logged)
        layer.dataProvider().addFeature(beside)


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


def test_without_any_mapped_zone_the_mean_is_null(run, tmp_path, cells):
    cells[1:11, :30] = 0
    cells[0, 0] = 1
    cover = write_raster(tmp_path / "empty.tif", cells, 0, origin=(500000.0, 2001100.0))
    result = run("annualcarbonsink", ZONES=zones(), LAND_COVER=cover, PRESET="guiyang", OUTPUT="memory:")
    assert "No zone has land that takes up carbon." in result["notes"].logged
    assert result["MEAN_SINK_T_HA"] is None


@pytest.mark.parametrize(
    ("name", "given", "unit"),
    [
        ("sink_t_ha", {}, "t per year"),
        ("sink (t CO2/ha)", {}, "t CO2 per year"),
        ("sink (t C/ha)", {}, "t C per year"),
        ("sink_t_ha", {"SUPPLY_SPECIES": "CO2"}, "t CO2 per year"),
    ],
)
def test_the_report_says_what_the_coefficients_count(run, cover, tmp_path, name, given, unit):
    """It said t C whatever the coefficients count."""
    table = tmp_path / "sinks.csv"
    table.write_text(f"code,{name}\n1,2\n2,3\n3,1\n", encoding="utf-8")
    page = tmp_path / "report.html"
    sink = run("annualcarbonsink", ZONES=zones(), LAND_COVER=cover, SINKS=str(table), OUTPUT=str(tmp_path / "z.gpkg"))
    run("carbonbalancereport", ZONES=sink["OUTPUT"], OUTPUT=str(page), **given)
    words = re.sub(r"<[^>]*>|\s+", " ", page.read_text(encoding="utf-8"))
    assert f"Carbon supply, {unit} " in re.sub(r"\s+", " ", words)
