"""Tests of coefficient zoning, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException

# Guiyang 2015 as published, and a unit without figures.
UNITS = ["市辖区", "清镇市", "息烽县", "开阳县", "修文县", "?"]
EEC = [1.43, 0.79, 0.79, 0.39, 1.10, None]
SEC = [0.48, 1.52, 1.60, 1.50, 2.86, 1.0]


@pytest.fixture
def zone(run):
    """Results and warnings of a run."""
    units = squares({"name": UNITS, "e": EEC, "s": [str(each) for each in SEC]})

    def call(**parameters):
        given = {"ZONES": units, "EEC": "e", "SEC": "s", "OUTPUT": "memory:", **parameters}
        found = run("coefficientzoning", **given)
        return found, found["notes"].warned

    return call


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
        ({"SEC_THRESHOLD": "given"}, "threshold of SEC is set to given"),
        ({"NAMES": "a,b,c"}, "4 zone.*but 3 were given"),
        ({"EEC": "name"}, "is not a number"),
        ({"PRESET": "other"}, "must be one of: guiyang, general"),
    ],
)
def test_invalid_inputs_are_refused_without_output(zone, tmp_path, given, message):
    with pytest.raises(QgsProcessingException, match=message):
        zone(**{"OUTPUT": str(tmp_path / "out.gpkg"), **given})
    assert not list(tmp_path.iterdir())
