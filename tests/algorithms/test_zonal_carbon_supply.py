"""Tests of the carbon supply of zones."""

from __future__ import annotations

from pathlib import Path

import processing
import pytest
from checkout import ROOT
from layers import column, squares
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsVectorLayer,
)
from small_cover import carbon_t, zones

COUNTIES = str(ROOT / "resources" / "sample" / "central_yunnan.geojson")
SAMPLE = str(ROOT / "resources" / "sample" / "central_yunnan_land_cover_2019.tif")


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


@pytest.mark.parametrize(
    ("ring", "said", "swapped"),
    [
        (
            "24 103, 24.1 103, 24.1 103.1, 24 103",
            "longitude 24.1 and latitude 103.1 are no place in its CRS, EPSG:4326",
            True,
        ),
        ("300000 2708000, 301000 2708000, 301000 2709000, 300000 2708000", "latitude 2.709e[+]06 are no place", False),
    ],
)
def test_coordinates_that_are_no_degrees_are_refused_as_such(run, cover, ring, said, swapped):
    """Zones were told to have a coordinate of inf, and had no area without a reason."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=e:double", "places", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes([5.0])
    feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({ring}))"))
    layer.dataProvider().addFeature(feature)
    for algorithm, given in (
        ("zonalcarbonsupply", {"LAND_COVER": cover, "PRESET": "henan"}),
        ("emissiondemand", {"EMISSION": "e"}),
    ):
        with pytest.raises(QgsProcessingException, match=said) as refused:
            run(algorithm, ZONES=layer, OUTPUT="memory:", **given)
        assert str(refused.value).endswith(", or exchange longitude and latitude.") == swapped


@pytest.mark.parametrize("kind", ["Point", "LineString"])
def test_points_and_lines_are_refused_as_zones(run, cover, kind):
    """They were told to check the CRS."""
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:32648&field=name:string", "places", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt({"Point": "POINT(5 5)", "LineString": "LINESTRING(1 1, 9 9)"}[kind]))
    layer.dataProvider().addFeature(feature)
    with pytest.raises(QgsProcessingException, match="zones are points or lines, which cover no cells"):
        run("zonalcarbonsupply", ZONES=layer, LAND_COVER=cover, PRESET="henan", OUTPUT="memory:")


def test_a_table_is_refused_as_zones_for_its_geometry_not_for_its_crs(run, cover, tmp_path):
    units = tmp_path / "units.csv"
    units.write_text("name,e,s,g\nA,100,10,50\nB,300,20,150\n")
    with pytest.raises(QgsProcessingException, match="has no geometry in any row.*join the rows to it"):
        run("zonalcarbonsupply", ZONES=str(units), LAND_COVER=cover, PRESET="henan", OUTPUT="memory:")
    with pytest.raises(QgsProcessingException, match="has no geometry in any row.*give a column with the areas .AREA."):
        run("carbonbalancecoefficients", ZONES=str(units), EMISSION="e", SINK="s", GDP="g", OUTPUT="memory:")


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
