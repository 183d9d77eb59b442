"""Tests of the flows of the carbon service, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import SAMPLE, column, squares
from qgis.core import QgsCoordinateTransformContext, QgsProcessingException, QgsVectorFileWriter, QgsVectorLayer

GUIYANG = str(SAMPLE / "guiyang.geojson")


@pytest.fixture
def compensated(run):
    return run(
        "carboncompensation", ZONES=GUIYANG, EMISSION="emission_2015_1e4t", EMISSION_UNIT="10^4 t",
        SINK="sink_2015_1e4t", SINK_UNIT="10^4 t", OUTPUT="memory:",
    )["OUTPUT"]  # fmt: skip


@pytest.mark.parametrize("method", ["least_distance", "gravity"])
def test_flows_of_guiyang_run_from_counties_to_the_district(run, compensated, method, tmp_path):
    report = tmp_path / "r.html"
    result = run(
        "carbonserviceflow", ZONES=compensated, AMOUNT="excess_t", METHOD=method, FLOWS="memory:", OUTPUT="memory:",
        REPORT=str(report),
    )  # fmt: skip
    lines, zones = result["FLOWS"], result["OUTPUT"]
    assert sorted(column(lines, "from_zone")) == sorted(["修文县", "开阳县", "息烽县", "清镇市"])
    assert set(column(lines, "to_zone")) == {"市辖区"}
    excess = column(compensated, "excess_t")
    assert sum(column(lines, "flow_t")) == pytest.approx(excess[0], rel=1e-9)
    assert sum(column(zones, "outflow_t")) == pytest.approx(sum(column(zones, "inflow_t")), rel=1e-9)
    assert column(zones, "left_t") == pytest.approx([0] * 5, abs=1)
    assert 10 < result["MEAN_DISTANCE_KM"] < 100
    text = report.read_text(encoding="utf-8")
    assert "Identity: outflow" in text and "no carbon moves" in text


def test_lines_join_zone_centres_and_have_the_stated_length(run):
    zones = squares({"name": list("AB"), "net": [-5.0, 3.0]})
    result = run("carbonserviceflow", ZONES=zones, AMOUNT="net", FLOWS="memory:", OUTPUT="memory:")
    (line,) = result["FLOWS"].getFeatures()
    points = line.geometry().asPolyline()
    assert [(point.x(), point.y()) for point in points] == [(500500, 2000500), (501500, 2000500)]
    # UTM shrinks by 0.9996 on its middle meridian.
    assert line["distance_km"] == pytest.approx(1 / 0.9996, rel=1e-4)
    assert (line["from_zone"], line["to_zone"], line["flow_t"]) == ("A", "B", 3)
    assert column(result["OUTPUT"], "left_t") == [2, 0]
    turned = run(
        "carbonserviceflow", ZONES=zones, AMOUNT="net", POSITIVE="surplus", AMOUNT_UNIT="10^4 t", FLOWS="memory:",
        OUTPUT="memory:",
    )  # fmt: skip
    assert column(turned["FLOWS"], "from_zone") == ["B"]
    assert turned["FLOW_T"] == pytest.approx(30000)
    assert turned["SURPLUS_T"] == pytest.approx(30000)
    assert turned["DEFICIT_T"] == pytest.approx(50000)
    assert turned["LEFT_T"] == pytest.approx(-20000)
    assert turned["MEAN_DISTANCE_KM"] == pytest.approx(1 / 0.9996, rel=1e-4)
    assert column(turned["OUTPUT"], "outflow_t") == pytest.approx([0, 30000])
    assert column(turned["FLOWS"], "to_zone") == ["A"]
    assert column(turned["FLOWS"], "flow_t") == pytest.approx([30000])
    assert column(turned["FLOWS"], "distance_km") == pytest.approx([1 / 0.9996], rel=1e-4)


def test_only_the_largest_lines_are_drawn(run):
    zones = squares({"net": [-5.0, 3.0, 1.0, 1.0, None]})
    result = run("carbonserviceflow", ZONES=zones, AMOUNT="net", MOST_LINES=2, FLOWS="memory:", OUTPUT="memory:")
    assert column(result["FLOWS"], "flow_t") == [3, 1]
    assert result["FLOW_COUNT"] == 3
    assert any("account for 80.00 %" in sentence for sentence in result["notes"].warned)
    assert column(result["OUTPUT"], "inflow_t") == [0, 3, 1, 1, None]


def test_a_file_of_lines_opens_styled(run, tmp_path):
    path = tmp_path / "flows.gpkg"
    zones = squares({"net": [-5.0, 3.0, 1.0]})
    run("carbonserviceflow", ZONES=zones, AMOUNT="net", FLOWS=str(path), OUTPUT="memory:")
    layer = QgsVectorLayer(str(path), "flows", "ogr")
    assert layer.renderer().classAttribute() == "flow_t"
    assert len(layer.renderer().ranges()) == 2


def test_refusals(run):
    one_side = squares({"net": [5.0, 3.0]})
    with pytest.raises(QgsProcessingException, match="No zone has a surplus"):
        run("carbonserviceflow", ZONES=one_side, AMOUNT="net", FLOWS="memory:", OUTPUT="memory:")
    table = squares({"net": [5.0, -3.0]}, geometry=False)
    with pytest.raises(QgsProcessingException, match="coordinate reference system|no geometry"):
        run("carbonserviceflow", ZONES=table, AMOUNT="net", FLOWS="memory:", OUTPUT="memory:")


def test_zones_without_an_amount_are_named(run):
    zones = squares({"name": list("ABC"), "net": [-5.0, 3.0, None]})
    result = run("carbonserviceflow", ZONES=zones, AMOUNT="net", FLOWS="memory:", OUTPUT="memory:")
    assert "C: no amount, so that they take no part in the flows." in result["notes"].warned
    assert column(result["OUTPUT"], "left_t") == [2, 0, None]


@pytest.mark.parametrize(
    ("name", "positive", "warned"),
    [("budget_t", "surplus", 1), ("excess_t_plan", "surplus", 1), ("budget_t", "deficit", 0), ("net", "surplus", 0)],
)
def test_columns_of_the_compensation_read_with_the_other_sign_give_a_warning(run, name, positive, warned):
    zones = squares({"name": list("AB"), name: [-5.0, 3.0]})
    given = {"ZONES": zones, "AMOUNT": name, "POSITIVE": positive, "FLOWS": "memory:", "OUTPUT": "memory:"}
    notes = run("carbonserviceflow", **given)["notes"]
    assert sum("is emission minus sink" in each for each in notes.warned) == warned


def test_the_first_of_several_layers_of_a_file_is_named(run, tmp_path):
    """It was read without a word, whatever its place in the file."""
    path = tmp_path / "zones.gpkg"
    made = {
        "wrong": squares({"name": list("AB"), "net": [-5.0, 3.0]}),
        "right": squares({"name": list("AB"), "net": [1.0, -2.0]}),
    }
    for at, (name, layer) in enumerate(made.items()):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = name
        if at:
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        QgsVectorFileWriter.writeAsVectorFormatV2(layer, str(path), QgsCoordinateTransformContext(), options)
    given = {"AMOUNT": "net", "FLOWS": "memory:", "OUTPUT": "memory:"}
    said = "zones.gpkg has several layers, of which the first, wrong, is read; to read another one (right), write "
    for source, warned in ((str(path), 1), (f"{path}|layername=right", 0)):
        notes = run("carbonserviceflow", ZONES=source, **given)["notes"]
        assert sum(f"{said}zones.gpkg|layername=right" in each for each in notes.warned) == warned
