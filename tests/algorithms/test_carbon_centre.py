"""Tests of centres, ellipses and shifts, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import SAMPLE, column, squares
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingException,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant

COUNTIES = SAMPLE / "central_yunnan.geojson"


@pytest.fixture
def centre(run):
    def call(**parameters):
        outputs = {"OUTPUT": "memory:", "ELLIPSES": "memory:", "SHIFTS": "memory:"}
        return run("carboncentre", **{**outputs, **parameters})

    return call


@pytest.fixture
def counties(qgis_processing):
    """Central Yunnan with the published emission in t."""
    layer = QgsVectorLayer(str(COUNTIES), "counties", "ogr")
    layer.addExpressionField('"published_demand_t_km2" * "polygon_km2"', QgsField("emission", QVariant.Double))
    return layer


def test_central_yunnan(centre, counties, tmp_path):
    """Centres of the published supply and demand in an equal-area projection at 25 N, 102.5 E."""
    crs = QgsCoordinateReferenceSystem()
    crs.createFromProj("+proj=laea +lat_0=25 +lon_0=102.5 +datum=WGS84 +units=m +no_defs")
    report = tmp_path / "centre.html"
    found = centre(ZONES=counties, AMOUNTS=["published_supply_1e6t", "emission"], MEASURE_CRS=crs, REPORT=str(report))
    out = found["OUTPUT"]
    assert column(out, "variable") == ["published_supply_1e6t", "emission"]
    assert column(out, "x_m") == pytest.approx([20459.2, 50383.6], abs=0.05)
    assert column(out, "y_m") == pytest.approx([5250.8, 1323.4], abs=0.05)
    assert column(out, "semi_major_km") == pytest.approx([103.403, 88.921], abs=5e-4)
    assert column(out, "semi_minor_km") == pytest.approx([90.780, 73.774], abs=5e-4)
    assert column(out, "azimuth_deg") == pytest.approx([48.45, 35.73], abs=0.01)
    assert column(out, "places") == [49, 49]
    assert [feature.geometry().asPoint().x() for feature in out.getFeatures()] == column(out, "x_m")
    assert found["SHIFT_KM"] == pytest.approx(30.181, abs=1e-3)
    assert found["SHIFT_DEG"] == pytest.approx(97.48, abs=0.005)
    assert found["SHIFT_SENTENCE"] == (
        "The centre of emission lies 30.2 km east of the centre of published_supply_1e6t."
    )
    assert column(found["SHIFTS"], "compass") == ["east"]
    assert column(found["SHIFTS"], "from_centre") == ["published_supply_1e6t"]
    assert column(found["SHIFTS"], "to_centre") == ["emission"]
    assert column(found["SHIFTS"], "distance_km") == pytest.approx([30.181], abs=1e-3)
    assert column(found["SHIFTS"], "east_km") == pytest.approx([29.9244], abs=1e-3)
    assert column(found["SHIFTS"], "north_km") == pytest.approx([-3.9274], abs=1e-3)
    assert column(out, "convention") == ["arcgis", "arcgis"]
    assert column(found["SHIFTS"], "speed_km_year") == [None]
    (arrow,) = found["SHIFTS"].getFeatures()
    assert arrow.geometry().length() == pytest.approx(30181, abs=1)
    # An ellipse of half-axes a, b covers pi a b.
    area = next(found["ELLIPSES"].getFeatures()).geometry().area()
    assert area == pytest.approx(3.14159 * 103403 * 90780, rel=2e-3)
    page = report.read_text(encoding="utf-8")
    assert "30.2 km east" in page and "marker-end" in page and "30.181" in page


def test_projection_of_the_layer_gives_the_same_distance(centre, counties):
    """An equal-area projection centred on the region gives distances within 0.1 %."""
    found = centre(ZONES=counties, AMOUNTS=["published_supply_1e6t", "emission"], CONVENTION="crimestat")
    assert found["SHIFT_KM"] == pytest.approx(30.18, rel=1e-3)
    # Times sqrt(2 n / (n - 2)), n = 49.
    assert column(found["OUTPUT"], "semi_major_km")[1] == pytest.approx(88.921 * (98 / 47) ** 0.5, rel=1e-3)
    # 5.25 km north of 25 N is 0.0474 degrees.
    assert column(found["OUTPUT"], "latitude_deg") == pytest.approx([25.047, 25.012], abs=2e-3)
    assert column(found["OUTPUT"], "longitude_deg") == pytest.approx([102.703, 103.0], abs=0.01)


def dated(years, amounts):
    """Three squares in a row for each year."""
    layer = squares(
        {"name": [n for _ in years for n in "abc"], "year": [y for y in years for _ in range(3)], "t": amounts}
    )
    layer.startEditing()
    outlines = [feature.geometry() for feature in layer.getFeatures()][:3]
    for at, feature in enumerate(layer.getFeatures()):
        layer.changeGeometry(feature.id(), outlines[at % 3])
    layer.commitChanges()
    return layer


def test_centres_by_date_move_by_the_manual_calculation(centre):
    """Amounts 1 1 2, then 1 1 4 on squares of 1 km: the mean moves from 1.25 to 1.5 squares, 250 m east in 10 years."""
    layer = dated([2020.0, 2010.0], [1.0, 1, 4, 1, 1, 2])
    found = centre(ZONES=layer, AMOUNTS=["t"], DATE="year", MEASURE_CRS="EPSG:32648")
    assert column(found["OUTPUT"], "date") == ["2010", "2020"]
    assert found["SHIFT_KM"] == pytest.approx(0.25)
    assert column(found["SHIFTS"], "east_km") == pytest.approx([0.25])
    assert column(found["SHIFTS"], "speed_km_year") == pytest.approx([0.025])
    assert found["SHIFT_SENTENCE"] == "From 2010 to 2020 the centre of t moved 0.2 km to the east."
    assert found["notes"].warned == []


def test_rows_without_amount_are_left_out_and_invalid_inputs_refused(centre):
    layer = squares({"name": list("abcde"), "t": [1.0, 2, None, 3, 4], "minus": [1.0, -1, 1, 1, 1], "t_km2": [1.0] * 5})
    found = centre(ZONES=layer, AMOUNTS=["t"])
    assert found["CENTRE_COUNT"] == 1 and found["SHIFT_KM"] is None and found["SHIFT_SENTENCE"] == ""
    (note,) = found["notes"].warned
    assert "t: 1 row(s) have no amount" in note and "row 3 (c)" in note
    assert any("a density" in note for note in centre(ZONES=layer, AMOUNTS=["t_km2"])["notes"].warned)
    few = squares({"t": [1.0, 2, 0]})
    for message, parameters in (
        ("column minus is negative", {"AMOUNTS": ["minus"]}),
        ("t: 2 zone(s) have an amount above 0", {"AMOUNTS": ["t"], "ZONES": few}),
        ("not a projected CRS in metres", {"AMOUNTS": ["t"], "MEASURE_CRS": "EPSG:4326"}),
    ):
        with pytest.raises(QgsProcessingException, match=message.replace("(", r"\(").replace(")", r"\)")):
            centre(**{"ZONES": layer, **parameters})


def test_the_report_states_the_distance_between_both_centres(run, counties, tmp_path):
    page = tmp_path / "report.html"
    amounts = {"SUPPLY": "published_supply_1e6t", "SUPPLY_UNIT": "10^6 t", "DEMAND": "emission", "DEMAND_UNIT": "t"}
    run("carbonbalancereport", ZONES=counties, OUTPUT=str(page), **amounts)
    text = page.read_text(encoding="utf-8")
    assert "The centre of demand lies 30.2 km east of the centre of supply." in text and "marker-end" in text
    few = squares({"carbon_t": [1.0, 2], "emission_t": [3.0, 4]})
    run("carbonbalancereport", ZONES=few, OUTPUT=str(page))
    assert "The centre of demand" not in page.read_text(encoding="utf-8")


def test_a_city_and_its_counties_are_counted_once(centre):
    """Four counties and the city that they form: the centre is that of the counties."""
    amounts = {"name": list("abcd"), "e": [1.0, 2.0, 3.0, 4.0]}
    alone = centre(ZONES=squares(amounts), AMOUNTS=["e"])
    layer = squares({"name": [*"abcd", "city"], "e": [1.0, 2.0, 3.0, 4.0, 10.0]})
    box = QgsRectangle()
    box.setMinimal()
    *counties, city = layer.getFeatures()
    for each in counties:
        box.combineExtentWith(each.geometry().boundingBox())
    layer.dataProvider().changeGeometryValues({city.id(): QgsGeometry.fromRect(box)})
    both = centre(ZONES=layer, AMOUNTS=["e"])
    for name in ("longitude_deg", "latitude_deg", "amount", "semi_major_km"):
        assert column(both["OUTPUT"], name) == pytest.approx(column(alone["OUTPUT"], name), rel=1e-6)
    assert column(both["OUTPUT"], "places") == [4]
    assert any("these are left out: city" in each for each in both["notes"].warned)
    # A city of which the counties are no parts of that size cannot be told apart.
    layer = squares({"name": [*"abcd", "city"], "e": [1.0, 2.0, 3.0, 40.0, 10.0]})
    layer.dataProvider().changeGeometryValues({list(layer.getFeatures())[-1].id(): QgsGeometry.fromRect(box)})
    with pytest.raises(QgsProcessingException, match="cannot be determined"):
        centre(ZONES=layer, AMOUNTS=["e"])


def test_the_same_zones_at_two_dates_do_not_overlap(centre):
    values = {"name": list("abcabc"), "year": [2000] * 3 + [2010] * 3, "e": [1.0, 2.0, 3.0, 3.0, 2.0, 1.0]}
    layer = squares(values)
    features = list(layer.getFeatures())
    for first, second in zip(features[:3], features[3:]):
        layer.dataProvider().changeGeometryValues({second.id(): first.geometry()})
    done = centre(ZONES=layer, AMOUNTS=["e"], DATE="year")
    assert column(done["OUTPUT"], "places") == [3, 3]
    assert not any("overlap" in each for each in done["notes"].warned)


def test_a_column_of_codes_as_amount_gives_a_warning(centre):
    layer = squares({"name": list("abcd"), "code": [530102.0, 530103.0, 530111.0, 530112.0], "e": [1.0, 2.0, 3.0, 4.0]})
    assert any("column code looks like codes" in each for each in centre(ZONES=layer, AMOUNTS=["code"])["notes"].warned)
    assert not any("looks like codes" in each for each in centre(ZONES=layer, AMOUNTS=["e"])["notes"].warned)


def test_zones_on_both_sides_of_the_180th_meridian_have_their_centre_between_them(run):
    """Equal amounts at 178 E to 178 W, 65 N: a degree of longitude is 47.2 km."""
    layer = QgsVectorLayer("Point?crs=EPSG:4326&field=name:string&field=emission_t:double", "islands", "memory")
    for at, longitude in enumerate((178.0, 179.0, 180.0, -179.0, -178.0)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"n{at}", 10.0])
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(longitude, 65)))
        layer.dataProvider().addFeature(feature)
    made = run("carboncentre", ZONES=layer, AMOUNTS=["emission_t"], OUTPUT="memory:")["OUTPUT"]
    (longitude,), (major,) = column(made, "longitude_deg"), column(made, "semi_major_km")
    assert abs(longitude) == pytest.approx(180, abs=0.01)
    assert major == pytest.approx(2**0.5 * 47.2, rel=0.02)
