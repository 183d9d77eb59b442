"""Dates brought together as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException, QgsVectorLayer

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "guiyang.geojson"


def test_layers_of_two_dates(run, tmp_path):
    first = squares({"code": ["1", "2"], "ratio": [0.5, 2.0], "zone": ["a", "b"]})
    last = squares({"code": [2.0, 1.0], "ratio": [3.0, 0.5], "zone": ["b", "c"]})
    result = run(
        "carbonbalanceseries", LAYERS=[first, last], DATES="2010; 2020", KEY="code", RATIO="ratio", CLASS="zone",
        OUTPUT="memory:", CHANGES="memory:", REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    assert column(result["OUTPUT"], "unit") == ["1", "1", "2", "2"]
    assert column(result["OUTPUT"], "ratio") == [0.5, 0.5, 2, 3]
    assert column(result["CHANGES"], "zone_to") == ["c", "b"]
    assert column(result["CHANGES"], "direction") == ["unchanged", "worse"]
    assert (result["IMPROVED"], result["UNCHANGED"], result["WORSE"]) == (0, 1, 1)
    assert "unchanged" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_guiyang_emissions_fell_by_the_published_figures(run):
    result = run(
        "carbonbalanceseries", LAYERS=[QgsVectorLayer(str(SAMPLE), "guiyang", "ogr")], DATES="2015; 2020", KEY="name",
        DEMAND="emission_{date}_1e4t", SUPPLY="sink_{date}_1e4t", OUTPUT="memory:", CHANGES="memory:",
    )  # fmt: skip
    assert len(column(result["OUTPUT"], "emission_1e4t")) == 10
    change = dict(zip(column(result["CHANGES"], "unit"), column(result["CHANGES"], "emission_1e4t_change")))
    assert change["Municipal district"] == pytest.approx(2748.66 - 4377.2)
    assert change["Xiuwen"] == pytest.approx(453.2 - 385.4)
    rate = dict(zip(column(result["CHANGES"], "unit"), column(result["CHANGES"], "emission_1e4t_rate_pct_year")))
    assert rate["Xiuwen"] == pytest.approx(100 * ((453.2 / 385.4) ** 0.2 - 1))


def test_refusals(run):
    zones = squares({"code": ["1"], "ratio": [0.5]})
    given = {"LAYERS": [zones], "KEY": "code", "OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match="ascending order"):
        run("carbonbalanceseries", **given, DATES="x", RATIO="ratio")
    with pytest.raises(QgsProcessingException, match="No column is given"):
        run("carbonbalanceseries", **given, DATES="2020")
    with pytest.raises(QgsProcessingException, match="has no column supply"):
        run("carbonbalanceseries", **given, DATES="2020", SUPPLY="supply")
