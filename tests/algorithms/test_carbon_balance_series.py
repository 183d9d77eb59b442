"""Tests of the series of dates, run as an algorithm."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import column, squares
from osgeo import gdal
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


def test_decomposition_by_sectors(run, tmp_path):
    """Energy changes from 30 and 20 to 80 and 16, output from 10 and 40 to 40 and 40; other units are constant."""
    report = tmp_path / "series.html"
    given = {"KEY": "sector", "DATES": "1; 2", "OUTPUT": "memory:", "DECOMPOSITION": "memory:", "DEMAND": "e"}
    first = squares({"sector": ["a", "b", "c"], "unit": ["A", "A", "B"], "e": [30.0, 20, 7], "q": [10.0, 40, 5]})
    last = squares({"sector": ["a", "b", "c"], "unit": ["A", "A", "B"], "e": [80.0, 16, 7], "q": [40.0, 40, 5]})
    factors = "sum(q); q/sum(q); e/q"
    found = run(
        "carbonbalanceseries", LAYERS=[first, last], **given, FACTORS=factors, SECTOR_OF="unit", REPORT=str(report)
    )
    out = found["DECOMPOSITION"]
    assert column(out, "unit") == ["A"] * 3 + ["B"] * 3 + ["all"] * 3
    assert column(out, "factor")[:3] == ["sum(q)", "q/sum(q)", "e/q"]
    assert column(out, "contribution")[:3] == pytest.approx([32.3846, 38.2849, -24.6695], abs=5e-5)
    assert column(out, "contribution")[3:6] == [0, 0, 0]
    assert column(out, "contribution_ratio")[:3] == pytest.approx([1.58288, 1.72102, 0.70480], abs=5e-6)
    assert column(out, "total_change") == pytest.approx([46] * 3 + [0] * 3 + [46] * 3)
    assert sum(column(out, "contribution")[6:]) == pytest.approx(46)
    page = report.read_text(encoding="utf-8")
    assert "all, 1 to 2: change +46.00, of which" in page and "<rect" in page
    wrong = run("carbonbalanceseries", LAYERS=[first, last], **given, FACTORS="q; q/e")
    assert any("The product of the factors differs from column e" in note for note in wrong["notes"].warned)
    for factors, message in (("q", "give two or more"), ("q; e/q/e", "one column divided by another")):
        with pytest.raises(QgsProcessingException, match=message):
            run("carbonbalanceseries", LAYERS=[first, last], **given, FACTORS=factors)


def test_decoupling(run):
    """Emission -10 %, GDP +20 %: -0.5; +17 % and +20 %: 0.85; total 200 -> 207 and 200 -> 240: 0.175."""
    first = squares({"code": ["1", "2"], "e": [100.0, 100], "gdp": [100.0, 100]})
    last = squares({"code": ["1", "2"], "e": [90.0, 117], "gdp": [120.0, 120]})
    given = {"LAYERS": [first, last], "DATES": "2010; 2020", "KEY": "code", "OUTPUT": "memory:", "CHANGES": "memory:"}
    found = run("carbonbalanceseries", **given, DEMAND="e", GDP="gdp")
    assert column(found["CHANGES"], "decoupling_elasticity") == pytest.approx([-0.5, 0.85])
    assert column(found["CHANGES"], "decoupling_state") == ["strong decoupling", "expansive coupling"]
    assert (found["ELASTICITY"], found["DECOUPLING_STATE"]) == (pytest.approx(0.175), "weak decoupling")
    with pytest.raises(QgsProcessingException, match="give both or neither"):
        run("carbonbalanceseries", **given, GDP="gdp")


def test_coupling_coordination_of_guiyang(run):
    given = {"LAYERS": [QgsVectorLayer(str(SAMPLE), "guiyang", "ogr")], "DATES": "2015", "KEY": "name"}
    found = run("carbonbalanceseries", **given, SYSTEMS="-emission_{date}_1e4t; sink_{date}_1e4t", OUTPUT="memory:")
    degrees = column(found["OUTPUT"], "coordination_d")
    assert sorted(degrees) == pytest.approx(sorted([0, 0.7893, 0, 0.9269, 0.6277]), abs=5e-5)
    assert found["MEAN_COORDINATION"] == pytest.approx((0.7893 + 0.9269 + 0.6277) / 5, abs=5e-5)
    product = [c * t for c, t in zip(column(found["OUTPUT"], "coupling_c"), column(found["OUTPUT"], "development_t"))]
    assert [each**0.5 for each in product] == pytest.approx(degrees)
    levels = dict(zip((round(each, 4) for each in degrees), column(found["OUTPUT"], "coordination_level")))
    assert levels[0.9269] == "high-quality coordination" and levels[0] == "extreme imbalance"
    assert any("a coordination degree of 0" in note for note in found["notes"].logged)
    systems = {"SYSTEMS": "-emission_{date}_1e4t; sink_{date}_1e4t", "WEIGHTS": "0.5; 0.45", "OUTPUT": "memory:"}
    warned = run("carbonbalanceseries", **given, **systems)["notes"].warned
    assert any("Weights of the systems: the weights add up to 0.95 instead of 1" in each for each in warned)


def test_refusals(run):
    zones = squares({"code": ["1", "2"], "ratio": [0.5, 0.7]})
    given = {"LAYERS": [zones], "KEY": "code", "OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match="ascending order"):
        run("carbonbalanceseries", **given, DATES="x", RATIO="ratio")
    with pytest.raises(QgsProcessingException, match="No column is given"):
        run("carbonbalanceseries", **given, DATES="2020")
    with pytest.raises(QgsProcessingException, match="has no column supply"):
        run("carbonbalanceseries", **given, DATES="2020", SUPPLY="supply")
    with pytest.raises(QgsProcessingException, match='"x" of a system is not a number'):
        run("carbonbalanceseries", **given, DATES="2020", SYSTEMS="ratio; -ratio", WEIGHTS="x; 1")


def test_layers_of_one_file_in_another_order_than_the_dates_give_a_warning(run, tmp_path):
    path = tmp_path / "all.gpkg"
    for at, year in enumerate((2010, 2020)):
        gdal.VectorTranslate(
            str(path),
            gdal.OpenEx(_geojson(tmp_path / f"{year}.geojson", at + 1.0)),
            format="GPKG",
            layerName=f"y{year}",
            accessMode="append" if at else None,
        )
    given = {"KEY": "code", "SUPPLY": "s", "DATES": "2010; 2020", "OUTPUT": "memory:"}
    for years, warned in (((2010, 2020), False), ((2020, 2010), True)):
        done = run("carbonbalanceseries", LAYERS=[f"{path}|layername=y{year}" for year in years], **given)
        told = any(
            "contain the years 2020, 2010, but the years given are 2010, 2020" in e for e in done["notes"].warned
        )
        assert told == warned


def _geojson(path, value):
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "a", "s": '
        + str(value)
        + "},"
        ' "geometry": {"type": "Point", "coordinates": [0, 0]}}]}'
    )
    return str(path)
