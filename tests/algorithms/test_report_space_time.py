"""Sentences and figures of a report on series, centres, hot spots and trends."""

from __future__ import annotations

import re

import numpy as np
import pytest
from layers import squares
from qgis.core import QgsProcessingException
from rasters import write_raster

ZONES = 12


@pytest.fixture
def dated(run):
    """Twelve zones, 2010 and 2020: GDP + 20 %; emission - 10 % in four, + 10 % in five, + 30 % in three."""
    growth = [0.9] * 4 + [1.1] * 5 + [1.3] * 3
    given = {"code": [f"z{at}" for at in range(ZONES)], "gdp": [100.0] * ZONES, "e": [10.0 + at for at in range(ZONES)]}
    later = {**given, "gdp": [120.0] * ZONES, "e": [value * by for value, by in zip(given["e"], growth)]}
    return run(
        "carbonbalanceseries", LAYERS=[squares(given), squares(later)], DATES="2010; 2020", KEY="code", DEMAND="e",
        GDP="gdp", FACTORS="gdp; e/gdp", SYSTEMS="-e; gdp", OUTPUT="memory:", CHANGES="memory:",
        DECOMPOSITION="memory:",
    )  # fmt: skip


def page_of(run, tmp_path, zones=None, **tables):
    path = tmp_path / "report.html"
    zones = squares({"carbon_t": [float(1 + at) for at in range(ZONES)]}) if zones is None else zones
    run("carbonbalancereport", ZONES=zones, OUTPUT=str(path), **tables)
    return path.read_text(encoding="utf-8")


def section(page, heading):
    """The content below a heading."""
    return re.search(rf"<h2[^>]*>{re.escape(heading)}</h2>(.*?)(?=<h2)", page, re.S)[1]


def drawn_counts(part):
    """The hints of the parts of stacked bars: name -> text."""
    return dict(re.findall(r"<title>([^<:]+): ([^<]+)</title>", part))


def test_series_as_sentences_and_bars(run, dated, tmp_path):
    page = page_of(
        run, tmp_path, CHANGES=dated["CHANGES"], DECOMPOSITION=dated["DECOMPOSITION"], SERIES=dated["OUTPUT"]
    )
    decoupling = section(page, "Decoupling of emission from GDP")
    assert "2010–2020: in 9 of 12 zones the economy grew and emission fell or grew more slowly" in decoupling
    states = {"strong decoupling": "4", "weak decoupling": "5", "expansive negative decoupling": "3"}
    assert drawn_counts(decoupling) == states
    widths = [float(each) for each in re.findall(r'width="([\d.]+)" height="22"', decoupling)]
    assert widths == pytest.approx([160, 200, 120])
    changed = section(page, "What changed the emission")
    # 186 t grow to 191.7; GDP alone grows by a fifth in every zone.
    total = sum((10 + at) * by for at, by in enumerate([-0.1] * 4 + [0.1] * 5 + [0.3] * 3))
    assert f"all, 2010 to 2020: change +{total:.2f}, of which gdp +" in changed and "<rect" in changed
    coordination = section(page, "Coupling coordination")
    assert "2010, zones by level: " in coordination and "2020, zones by level: " in coordination
    assert coordination.count('text-anchor="end">20') == 2


def test_moves_of_centres_and_a_trend(run, tmp_path):
    """The centre of squares 1 km apart moves with the amounts; the left half of a stack increases."""
    amounts = {"a": [1.0, 1, 0] * 4, "b": [0.0, 1, 1] * 4}
    zones = squares({"row": list(map(str, range(ZONES))), **amounts})
    centres = run("carboncentre", ZONES=zones, AMOUNTS=["a", "b"], OUTPUT="memory:", SHIFTS="memory:")
    distance = next(iter(centres["SHIFTS"].getFeatures()))["distance_km"]
    grid = {"origin": (500000.0, 2001000.0), "cell": 100.0}
    stack = []
    for year in range(10):
        values = np.full((2, 4), 7.0, np.float32)
        values[:, :1] += year
        values[:, 3:] -= year
        stack.append(write_raster(tmp_path / f"{year}.tif", values, -1.0, **grid))
    found = run("carbontrend", RASTERS=stack, YEARS="2001-2010", OUTPUT=str(tmp_path / "t.tif"), SUMMARY="memory:")
    page = page_of(run, tmp_path, SHIFTS=centres["SHIFTS"], TREND=found["SUMMARY"])
    moved = section(page, "How the centres moved")
    assert f"The centre of b lies {distance:.2f} km east of the centre of a." in moved
    assert moved.count("marker-end") == 1 and ">N</text>" in moved
    trend = section(page, "Trend by cell")
    assert "25.0 % of the area rises significantly and 25.0 % falls" in trend
    shares = {
        "highly significant fall": "25.0 %",
        "no significant trend": "50.0 %",
        "highly significant rise": "25.0 %",
    }
    assert drawn_counts(trend) == shares


def test_hot_spots_and_inequality_are_drawn(run, tmp_path):
    """Amounts 1, 1, 1, 3 and 4, 4, 4, 2 on equal land; two zones are hot spots."""
    spots = ["not significant"] * 6 + ["hot spot"] * 2
    amounts = [1.0, 1, 1, 3, 4, 4, 4, 2]
    zones = squares(
        {"city": ["A"] * 4 + ["B"] * 4, "carbon_t": amounts, "gi_star_class": spots,
         "name": [f"z{at}" for at in range(8)]}
    )  # fmt: skip
    page = page_of(run, tmp_path, zones, GROUP_FIELD="city")
    even = section(page, "Evenness of the distribution")
    shares = np.array(amounts) / 20
    total, between = (shares * np.log(8 * shares)).sum(), 0.3 * np.log(0.3 / 0.5) + 0.7 * np.log(0.7 / 0.5)
    assert drawn_counts(even.split("<figcaption>Inequality relative to area")[1].split("</figure>")[0]) == {
        "between the larger units": f"{100 * between / total:.1f} %",
        "within the larger units": f"{100 - 100 * between / total:.1f} %",
    }
    assert "Hot spots of emissions (Gi*), 2 zone(s): z6, z7." in even
    assert re.search(r'<g fill="#d55e00">(<use[^>]*><title>z[67]: hot spot</title></use>){2}</g>', even)
    assert page.count('id="z0"') == 1


def test_a_table_of_another_kind_is_refused(run, dated, tmp_path):
    for name in ("CHANGES", "DECOMPOSITION", "SHIFTS", "TREND"):
        with pytest.raises(QgsProcessingException, match="has no column .*: choose the table that the tool wrote"):
            page_of(run, tmp_path, **{name: dated["OUTPUT"]})
    assert not (tmp_path / "report.html").exists()
