"""Zones whose geometries are of several kinds, intersect themselves, or go to formats without their columns."""

from __future__ import annotations

import pytest
from carbon_balance.compat import make_field
from layers import column, squares
from qgis.core import QgsFeature, QgsField, QgsGeometry, QgsProcessingException, QgsVectorLayer
from qgis.PyQt.QtCore import QByteArray, QVariant

SQUARE = "POLYGON((500000 2000000,501000 2000000,501000 2001000,500000 2001000,500000 2000000))"
BOW_TIE = "POLYGON((500000 2000000,501000 2001000,501000 2000000,500000 2001000,500000 2000000))"
OVERLAPPING = (
    "MULTIPOLYGON(((500000 2000000,501000 2000000,501000 2001000,500000 2001000,500000 2000000)),"
    "((500500 2000000,501500 2000000,501500 2001000,500500 2001000,500500 2000000)))"
)
TOUCHING = (
    "MULTIPOLYGON(((500000 2000000,501000 2000000,501000 2001000,500000 2001000,500000 2000000)),"
    "((501000 2000000,501500 2000000,501500 2001000,501000 2001000,501000 2000000)))"
)


def layer(kind, *texts):
    made = QgsVectorLayer(f"{kind}?crs=EPSG:32648", "zones", "memory")
    made.dataProvider().addAttributes([make_field("name", "text"), make_field("pop", "double")])
    made.updateFields()
    for name, text in zip("abc", texts):
        feature = QgsFeature(made.fields())
        feature.setGeometry(QgsGeometry.fromWkt(text))
        feature.setAttributes([name, 10.0])
        made.dataProvider().addFeature(feature)
    return made


def mixed(path, shapes):
    """A file whose layer says one kind of geometry and has several."""
    rows = [
        f'{{"type":"Feature","properties":{{"name":"{name}","pop":10}},"geometry":{shape}}}'
        for name, shape in zip("abc", shapes)
    ]
    crs = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32648"}}'
    path.write_text(f'{{"type":"FeatureCollection",{crs},"features":[{",".join(rows)}]}}', encoding="utf-8")
    return str(path)


POLYGON = '{"type":"Polygon","coordinates":[[[5e5,2e6],[501e3,2e6],[501e3,2001e3],[5e5,2001e3],[5e5,2e6]]]}'
POINT = '{"type":"Point","coordinates":[500500,2000500]}'
LINE = '{"type":"LineString","coordinates":[[500500,2000500],[500900,2000900]]}'
COLLECTION = f'{{"type":"GeometryCollection","geometries":[{POLYGON},{POINT}]}}'


@pytest.mark.parametrize("other", [POINT, LINE])
@pytest.mark.parametrize("first", [True, False])
def test_points_and_lines_among_polygons_are_told(run, cover, tmp_path, other, first):
    zones = mixed(tmp_path / "z.geojson", [other, POLYGON, POLYGON] if first else [POLYGON, other, POLYGON])
    where = "row 1 .a." if first else "row 2 .b."
    with pytest.raises(QgsProcessingException, match=f"points or lines among the polygons.*: {where}; delete them"):
        run("zonalcarbonsupply", ZONES=zones, LAND_COVER=cover, PRESET="henan", OUTPUT="memory:")
    done = run("emissiondemand", ZONES=zones, POPULATION="pop", PER_PERSON=4, OUTPUT=str(tmp_path / "o.gpkg"))
    assert any(f"among the polygons have no area: {where[:5]}" in told for told in done["notes"].warned)


def test_collections_are_told_as_such_and_not_as_a_missing_crs(run, cover, tmp_path):
    zones = mixed(tmp_path / "z.geojson", [COLLECTION, POLYGON])
    with pytest.raises(QgsProcessingException, match="row 1 .a.: the geometry is a collection"):
        run("zonalcarbonsupply", ZONES=zones, LAND_COVER=cover, PRESET="henan", OUTPUT="memory:")
    with pytest.raises(QgsProcessingException, match="row 1 .a.: the geometry is a collection"):
        run("emissiondemand", ZONES=zones, POPULATION="pop", PER_PERSON=4, OUTPUT="memory:")


@pytest.mark.parametrize(
    ("kind", "text", "km2", "told"),
    [
        ("Polygon", SQUARE, 1, False),
        ("Polygon", BOW_TIE, 0.5, True),
        ("MultiPolygon", OVERLAPPING, 1.5, True),
        ("MultiPolygon", TOUCHING, 1.5, False),
    ],
)
def test_areas_of_outlines_that_intersect_themselves(run, kind, text, km2, told):
    """Loops of a bow tie cancelled each other, and overlapping parts counted twice."""
    done = run("emissiondemand", ZONES=layer(kind, text), POPULATION="pop", PER_PERSON=4, OUTPUT="memory:")
    assert column(done["OUTPUT"], "demand_t_km2") == pytest.approx([40 / km2], rel=2e-3)
    assert any("repaired" in each for each in done["notes"].warned) == told


@pytest.mark.parametrize("suffix", ["dxf", "DXF", "dgn", "gpx", "pdf"])
def test_formats_without_columns_are_refused(run, tmp_path, suffix):
    zones = squares({"name": ["a"], "pop": [10.0]})
    with pytest.raises(QgsProcessingException, match="OUTPUT.*cannot hold the columns of a table; use a name that"):
        run("emissiondemand", ZONES=zones, POPULATION="pop", PER_PERSON=4, OUTPUT=str(tmp_path / f"o.{suffix}"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["shp", "tab"])
def test_binary_columns_are_refused_where_the_format_has_none(run, tmp_path, suffix):
    zones = layer("Polygon", SQUARE)
    zones.dataProvider().addAttributes([QgsField("photo", QVariant.Type.ByteArray)])
    zones.updateFields()
    feature = next(zones.getFeatures())
    zones.dataProvider().changeAttributeValues({feature.id(): {2: QByteArray(b"abc")}})
    given = {"ZONES": zones, "POPULATION": "pop", "PER_PERSON": 4}
    with pytest.raises(QgsProcessingException, match="cannot hold the binary columns of the zones .photo."):
        run("emissiondemand", **given, OUTPUT=str(tmp_path / f"o.{suffix}"))
    assert not list(tmp_path.iterdir())
    run("emissiondemand", **given, OUTPUT=str(tmp_path / "o.gpkg"))
