"""Tests of carbon concentration, run as an algorithm."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsFeatureRequest, QgsField, QgsGeometry, QgsPointXY, QgsProcessingException, QgsVectorLayer
from qgis.PyQt.QtCore import QVariant

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "central_yunnan.geojson"


@pytest.fixture
def concentrate(run):
    def call(**parameters):
        return run("carbonconcentration", **{"OUTPUT": "memory:", "PERMUTATIONS": 99, **parameters})

    return call


def test_central_yunnan(concentrate, tmp_path):
    """Emission in proportion to population: no inequality, and clusters around Kunming."""
    report = tmp_path / "concentration.html"
    found = concentrate(
        ZONES=QgsVectorLayer(str(SAMPLE), "counties", "ogr"),
        EMISSION="population_2020",
        SINK="published_supply_1e6t",
        POPULATION="population_ghsl_2020",
        LORENZ="memory:",
        SUMMARY="memory:",
        REPORT=str(report),
    )
    out = found["OUTPUT"]
    assert found["ZONES_USED"] == 49 and found["ISLANDS"] == 0
    assert 0 < found["GINI_POPULATION"] < 0.15 < found["GINI"] < found["GINI_SUPPLY"]
    assert found["MORAN_I"] > 0.2 and found["MORAN_P"] <= 0.05
    assert found["BIVARIATE_I"] < 0
    classes = dict(zip(column(out, "name"), column(out, "lisa_class")))
    assert classes["Wuhua"] == "high-high"
    assert set(column(out, "lisa_supply_demand_class")) <= {
        "high-high",
        "low-low",
        "high-low",
        "low-high",
        "not significant",
    }
    lorenz = found["LORENZ"]
    assert lorenz.featureCount() == 3 * 50
    assert column(lorenz, "base").count("population") == 50
    assert column(lorenz, "emission_share")[49] == pytest.approx(1)
    assert column(found["SUMMARY"], "value")[0] == pytest.approx(found["GINI"])
    text = report.read_text(encoding="utf-8")
    assert "<svg" in text and "polyline" in text and "high-high" in text


def test_closed_form(concentrate):
    """A row of four squares: amounts 1 2 3 4, I = 0.4 with row-standardised neighbours."""
    layer = squares({"e": [1.0, 2, 3, 4]})
    found = concentrate(ZONES=layer, EMISSION="e", MEASURE="amount")
    assert found["GINI"] == pytest.approx(0.25)
    # z = -1.5 -0.5 0.5 1.5; lags -0.5 -0.5 0.5 0.5; sum z lag = 2; sum z z = 5.
    assert found["MORAN_I"] == pytest.approx(0.4)
    assert column(found["OUTPUT"], "neighbours") == [1, 2, 2, 1]
    assert found["BIVARIATE_I"] is None
    same = concentrate(ZONES=layer, EMISSION="e", MEASURE="per_km2")
    assert same["MORAN_I"] == pytest.approx(0.4, abs=1e-3)


def test_supply_against_demand_in_closed_form(concentrate):
    """Emissions 1 2 3 4, supply 4 3 2 1 in a row: all tables by hand, p-values from all 24 permutations."""
    emission, supply = np.array([1.0, 2, 3, 4]), np.array([4.0, 3, 2, 1])
    found = concentrate(
        ZONES=squares({"e": emission.tolist(), "s": supply.tolist()}), EMISSION="e", SINK="s", MEASURE="amount",
        PERMUTATIONS=9999, LORENZ="memory:", SUMMARY="memory:",
    )  # fmt: skip
    # Lorenz points (0.4, 0.1), (0.7, 0.3), (0.9, 0.6), (1, 1): area 0.25.
    assert found["GINI_SUPPLY"] == pytest.approx(0.5)
    curve = list(zip(*(column(found["LORENZ"], name) for name in ("base", "rank", "base_share"))))
    assert [row[1] for row in curve] == [0, 1, 2, 3, 4] * 2
    assert [row[2] for row in curve if row[0] == "supply"] == pytest.approx([0, 0.4, 0.7, 0.9, 1])
    # z of supply 1.5 0.5 -0.5 -1.5; neighbours' mean emission -0.5 -0.5 0.5 0.5: sum -2, over a sum of squares of 5.
    assert found["BIVARIATE_I"] == pytest.approx(-0.4)
    out = found["OUTPUT"]
    assert column(out, "lisa_i") == pytest.approx([0.45, 0.15, 0.15, 0.45])
    assert column(out, "lisa_supply_demand_i") == pytest.approx([-0.45, -0.15, -0.15, -0.45])
    # One of the three possible neighbours, or pairs of neighbours, is as extreme: the observed one itself.
    error = 5 * (2 / 9 / 9999) ** 0.5
    assert column(out, "lisa_p") == pytest.approx([1 / 3] * 4, abs=error)
    assert column(out, "lisa_supply_demand_p") == pytest.approx([1 / 3] * 4, abs=error)
    assert column(out, "lisa_supply_demand_class") == ["not significant"] * 4

    def lag(values):
        return np.array([values[1], (values[0] + values[2]) / 2, (values[1] + values[3]) / 2, values[2]])

    own, other = supply - 2.5, emission - 2.5
    every = [other[list(order)] for order in permutations(range(4))]
    both = [np.mean([mine @ lag(each) >= other @ lag(other) - 1e-9 for mine, each in zip(every, every)])]
    both.append(np.mean([own @ lag(each) <= own @ lag(other) + 1e-9 for each in every]))
    assert found["MORAN_P"] == pytest.approx(both[0], abs=5 * (both[0] * (1 - both[0]) / 9999) ** 0.5)
    assert found["BIVARIATE_P"] == pytest.approx(both[1], abs=5 * (both[1] * (1 - both[1]) / 9999) ** 0.5)
    summary = found["SUMMARY"]
    assert column(summary, "statistic") == [
        "Gini against zones",
        "Gini against supply",
        "Moran's I of emissions",
        "bivariate Moran's I, supply against neighbours' emissions",
    ]
    assert column(summary, "value") == pytest.approx([0.25, 0.5, 0.4, -0.4])
    assert column(summary, "expected") == pytest.approx([None, None, -1 / 3, 0])
    assert column(summary, "p") == [None, None, found["MORAN_P"], found["BIVARIATE_P"]]


def test_islands_null_and_text(concentrate):
    layer = squares({"name": list("abcdefg"), "e": ["1", "2", "9", "4", None, "7", "3"]})
    found = concentrate(ZONES=layer, EMISSION="e", SUFFIX="_2020")
    out = found["OUTPUT"]
    assert column(out, "lisa_class_2020")[4] is None and column(out, "neighbours_2020")[4] is None
    assert found["ZONES_USED"] == 6
    assert [note for note in found["notes"].warned if "1 of 7 zones are left out" in note and "row 5 (e)" in note]
    lonely = squares({"name": list("abcdefg"), "e": [1.0, 2, 9, 4, None, 7, None]})
    found = concentrate(ZONES=lonely, EMISSION="e")
    assert found["ISLANDS"] == 1
    assert column(found["OUTPUT"], "lisa_class")[5] == "no neighbours"
    assert column(found["OUTPUT"], "lisa_i")[5] is None
    assert [note for note in found["notes"].warned if "1 zone(s) have no neighbours" in note and "row 6 (f)" in note]


def with_gaps(columns, gap):
    """The squares of tests/layers.py with gaps of ``gap`` metres."""
    layer = squares(columns)
    layer.startEditing()
    for feature in layer.getFeatures():
        layer.changeGeometry(feature.id(), QgsGeometry.fromRect(feature.geometry().boundingBox().buffered(-gap / 2)))
    layer.commitChanges()
    return layer


def test_small_gaps_between_outlines_keep_neighbours(run):
    columns = {"emission_t": [1.0, 2, 4, 5, 9, 3]}
    given = {"EMISSION": "emission_t", "MEASURE": "amount", "PERMUTATIONS": 0, "OUTPUT": "memory:"}
    whole = run("carbonconcentration", ZONES=squares(columns), **given)
    assert whole["notes"].warned == []
    gappy = run("carbonconcentration", ZONES=with_gaps(columns, 4), **given)
    assert gappy["MORAN_I"] == whole["MORAN_I"]
    assert any("5 pair(s) of zones do not touch but lie within" in sentence for sentence in gappy["notes"].warned)
    with pytest.raises(QgsProcessingException, match=r"No zone touches another: choose nearest .* \(TOLERANCE\)"):
        run("carbonconcentration", ZONES=with_gaps(columns, 4), **given, TOLERANCE=0)
    assert run("carbonconcentration", ZONES=with_gaps(columns, 400), **given, TOLERANCE=401)["ISLANDS"] == 0


def test_nearest_neighbours_and_no_permutations(concentrate):
    layer = squares({"e": [1.0, 2, 3, 4, 5, 9]})
    found = concentrate(ZONES=layer, EMISSION="e", NEIGHBOURS="nearest", K=3, PERMUTATIONS=0)
    assert column(found["OUTPUT"], "neighbours") == [3] * 6
    assert column(found["OUTPUT"], "lisa_class") == [None] * 6
    assert found["MORAN_P"] is None


def test_refusals(concentrate, tmp_path):
    target = tmp_path / "out.gpkg"
    layer = squares({"e": [1.0, 2, 3, 4], "flat": [5.0] * 4, "minus": [1.0, -2, 3, 4], "none": [0.0] * 4})
    apart = squares({"e": [1.0, None, 3, None, 5, None, 7]})
    for message, parameters in (
        ("emission: the value is the same", {"EMISSION": "flat", "MEASURE": "amount"}),
        ("column minus is negative", {"EMISSION": "minus"}),
        ("gdp is negative or all 0", {"EMISSION": "e", "GDP": "none"}),
        ("4 nearest neighbours were requested", {"EMISSION": "e", "NEIGHBOURS": "nearest", "K": 4}),
        ("No zone touches another", {"EMISSION": "e", "ZONES": apart}),
        ("2 zone(s) have all values", {"EMISSION": "e", "ZONES": squares({"e": [1.0, 2]})}),
    ):
        with pytest.raises(QgsProcessingException) as stopped:
            concentrate(**{"ZONES": layer, "OUTPUT": str(target), **parameters})
        assert message in str(stopped.value)
    assert not target.exists()


def points(columns, places):
    """A memory layer of points in metres."""
    layer = squares(columns, geometry=False)
    made = QgsVectorLayer("Point?crs=EPSG:32648", "places", "memory")
    made.dataProvider().addAttributes(layer.fields().toList())
    made.updateFields()
    for feature, (x, y) in zip(layer.getFeatures(), places):
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
        made.dataProvider().addFeature(feature)
    return made


PYSAL = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]


def test_hot_spots_of_the_example_of_pysal(concentrate):
    given = {"ZONES": points({"y": [2.0, 3.0, 3.2, 5.0, 8.0, 7.0]}, PYSAL), "EMISSION": "y", "MEASURE": "amount"}
    band = {"NEIGHBOURS": "distance", "DISTANCE": 15, "PERMUTATIONS": 0}
    found = concentrate(**given, **band, FDR=False)
    out = found["OUTPUT"]
    star = [-1.39728, -0.28918, 0.65065, -0.28918, 1.23452, 2.02424]
    assert column(out, "gi_star_z") == pytest.approx(star, abs=1e-5)
    own = [-1.01367, -0.04362, 1.31559, -0.31413, 1.15374, 1.77834]
    assert column(out, "gi_z") == pytest.approx(own, abs=1e-5)
    assert column(out, "gi_star_p")[5] == pytest.approx(0.04294, abs=1e-5)
    # Without the zone itself z = 1.77834 is p = 0.0753.
    assert column(out, "gi_p")[5] == pytest.approx(0.07534, abs=1e-5)
    assert column(out, "gi_class") == ["not significant"] * 6
    assert column(out, "gi_star_class") == ["not significant"] * 5 + ["hot spot"]
    assert (found["HOT_SPOTS"], found["COLD_SPOTS"]) == (1, 0)
    # Six tests: 0.04294 is more than 0.05 / 6.
    assert concentrate(**given, **band)["HOT_SPOTS"] == 0
    # 14.1 m is the farthest nearest neighbour, that of the third and the last but one.
    logged = concentrate(**given, **{**band, "DISTANCE": None})["notes"].logged
    assert any("Distance band: 14.1421, the smallest" in sentence for sentence in logged)
    with pytest.raises(QgsProcessingException, match=r"No zone has another within 5: give a larger distance"):
        concentrate(**given, **{**band, "DISTANCE": 5})


def test_inequality_by_prefecture(concentrate, tmp_path):
    """Central Yunnan by five prefectures, with the areas of the table."""
    layer = QgsVectorLayer(str(SAMPLE), "counties", "ogr")
    layer.addExpressionField('"published_demand_t_km2" * "polygon_km2"', QgsField("emission", QVariant.Double))
    # A layer with a field that is an expression crashes QGIS 3.40 and 3.44 when they end.
    layer = layer.materialize(QgsFeatureRequest())
    report = tmp_path / "groups.html"
    given = {"ZONES": layer, "EMISSION": "emission", "SINK": "published_supply_1e6t", "AREA": "polygon_km2"}
    found = concentrate(**given, GROUP_FIELD="city", GROUPS="memory:", REPORT=str(report), PERMUTATIONS=0)
    names = ("THEIL_T", "THEIL_T_BETWEEN", "THEIL_T_WITHIN")
    assert [found[name] for name in names] == pytest.approx([0.487448, 0.136501, 0.350947], abs=5e-7)
    names = ("DAGUM_GINI", "DAGUM_WITHIN", "DAGUM_NET_BETWEEN", "DAGUM_TRANSVARIATION")
    assert [found[name] for name in names] == pytest.approx([0.586831, 0.121868, 0.395771, 0.069191], abs=5e-7)
    rows = {
        tuple(feature[at] for at in range(4)) + (feature["zone_group"] or None,): feature["value"]
        for feature in found["GROUPS"].getFeatures()
    }
    assert rows["emission", "area", "Dagum Gini", "within this group", "Kunming"] == pytest.approx(0.5614, abs=5e-5)
    theil = [rows["supply", "area", "Theil T", part, None] for part in ("total", "between groups", "within groups")]
    assert theil == pytest.approx([0.005212, 0.002389, 0.002823], abs=5e-7)
    parts = ("total", "within groups", "net between groups", "transvariation")
    dagum = [rows["supply", "area", "Dagum Gini", part, None] for part in parts]
    assert dagum == pytest.approx([0.066197, 0.010065, 0.036023, 0.020110], abs=5e-7)
    page = report.read_text(encoding="utf-8")
    assert "Emission relative to area: 28.0 % of the inequality (Theil T 0.4874) lies between the groups." in page
    ratio = [rows["emission", "area", "Theil L", part, None] for part in ("total", "within groups", "between groups")]
    assert [found[name] for name in ("THEIL_L", "THEIL_L_WITHIN", "THEIL_L_BETWEEN")] == ratio
    assert ratio[0] == pytest.approx(ratio[1] + ratio[2])
    shares = column(found["GROUPS"], "component_share")[:3]
    assert shares == pytest.approx([1, 0.350947 / 0.487448, 0.136501 / 0.487448], abs=1e-5)
    assert column(found["GROUPS"], "amount_of")[0] == "emission"
    assert column(found["GROUPS"], "inequality_index")[0] == "Theil T"
    assert column(found["GROUPS"], "component")[:3] == ["total", "within groups", "between groups"]
    assert concentrate(**given, PERMUTATIONS=0)["THEIL_T"] is None
    for group, message in (("name", r"49 group\(s\) for 49 zones"), (None, "needs a group field")):
        with pytest.raises(QgsProcessingException, match=message):
            concentrate(**given, GROUP_FIELD=group, GROUPS="memory:")


def test_the_report_names_hot_spots_and_prefectures(run, tmp_path):
    layer = squares(
        {
            "name": list("abcd"),
            "city": ["x", "x", "y", "y"],
            "emission_t": [1.0, 1, 3, 3],
            "gi_star_class": ["not significant", "cold spot", "hot spot", None],
        }
    )
    page = tmp_path / "report.html"
    run("carbonbalancereport", ZONES=layer, GROUP_FIELD="city", OUTPUT=str(page))
    text = page.read_text(encoding="utf-8")
    assert "Hot spots of emissions (Gi*), 1 zone(s): c." in text
    # Groups of equal zones: everything lies between them.
    assert "100.0 % of the inequality relative to area" in text
