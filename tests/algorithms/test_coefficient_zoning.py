"""Coefficient zoning as a user runs it."""

from __future__ import annotations

import pytest
from carbon_balance.compat import is_null, make_field
from qgis.core import QgsFeature, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback, QgsVectorLayer

# Guiyang 2015 as published, and a unit without figures.
UNITS = ["市辖区", "清镇市", "息烽县", "开阳县", "修文县", "?"]
EEC = [1.43, 0.79, 0.79, 0.39, 1.10, None]
SEC = [0.48, 1.52, 1.60, 1.50, 2.86, 1.0]


class Notes(QgsProcessingFeedback):
    """Keeps the warnings."""

    def __init__(self):
        super().__init__(False)
        self.warned = []

    def pushWarning(self, warning):
        self.warned.append(warning)


@pytest.fixture
def units(provider):
    layer = QgsVectorLayer("None", "units", "memory")
    layer.dataProvider().addAttributes([make_field("name", "text"), make_field("e", "double"), make_field("s", "text")])
    layer.updateFields()
    for name, eec, sec in zip(UNITS, EEC, SEC):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name, eec, str(sec)])
        layer.dataProvider().addFeature(feature)
    return layer


@pytest.fixture
def zone(units):
    import processing

    def run(**parameters):
        notes = Notes()
        given = {"ZONES": units, "EEC": "e", "SEC": "s", "OUTPUT": "memory:", **parameters}
        found = processing.run("carbonbalance:coefficientzoning", given, None, notes, QgsProcessingContext())
        return found, notes.warned

    return run


def column(layer, name):
    return [None if is_null(feature[name]) else feature[name] for feature in layer.getFeatures()]


def test_guiyang_2015(zone, tmp_path):
    report = tmp_path / "r.html"
    found, warned = zone(LANGUAGE="zh", TABLE="memory:", REPORT=str(report))
    out = found["OUTPUT"]
    assert column(out, "class") == [2, 3, 3, 3, 1, None]
    sink = "碳汇功能区"
    assert column(out, "zone") == ["碳强度控制区", sink, sink, sink, "碳收支平衡区", None]
    assert column(out, "eec_distance")[:5] == pytest.approx([0.43, -0.21, -0.21, -0.61, 0.1])
    assert column(out, "sec_distance")[:5] == pytest.approx([-0.52, 0.52, 0.6, 0.5, 1.86])
    assert [found[name] for name in ("HIGH_HIGH", "HIGH_LOW", "LOW_HIGH", "LOW_LOW")] == [1, 1, 3, 0]
    assert found["NEAREST_DISTANCE"] == pytest.approx(0.1)
    assert "修文县" in found["NEAREST_UNIT"]
    assert column(found["TABLE"], "count") == [1, 1, 3, 0]
    assert "清镇市" in column(found["TABLE"], "members")[2]
    assert any("1 unit(s) lack EEC or SEC" in each and "row 6" in each for each in warned)
    text = report.read_text(encoding="utf-8")
    assert "碳强度控制区" in text and "修文县" in text and "lack EEC or SEC" in text


def test_other_thresholds_and_names(zone):
    found, warned = zone(EEC_THRESHOLD="median", SEC_THRESHOLD="given", SEC_GIVEN=1.55, PRESET="general", SUFFIX="_b")
    assert found["EEC_LIMIT"] == 0.79 and found["SEC_LIMIT"] == 1.55
    assert column(found["OUTPUT"], "class_b") == [2, 2, 1, 4, 1, None]
    assert column(found["OUTPUT"], "zone_b")[3] == "comprehensive optimisation"
    assert any("2 unit(s) lie on a threshold" in each for each in warned)
    found, _ = zone(EEC_THRESHOLD="mean", NAMES="A,B,C,D")
    assert found["EEC_LIMIT"] == pytest.approx(0.9)
    assert column(found["OUTPUT"], "zone") == ["B", "C", "C", "C", "A", None]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"SEC_THRESHOLD": "given"}, "threshold of SEC is to be given"),
        ({"NAMES": "a,b,c"}, "4 zone.*but 3 were given"),
        ({"EEC": "name"}, "is not a number"),
        ({"PRESET": "other"}, "must be one of: guiyang, general"),
    ],
)
def test_refusals_write_nothing(zone, tmp_path, given, message):
    with pytest.raises(QgsProcessingException, match=message):
        zone(**{"OUTPUT": str(tmp_path / "out.gpkg"), **given})
    assert not list(tmp_path.iterdir())
