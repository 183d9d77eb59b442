"""The report with missing inputs, with many zones, and when it is passed on to others."""

from __future__ import annotations

import builtins
import re
import shutil

import numpy as np
from layers import squares

MAPS = re.compile(r'<svg class="map".*?</figure>', re.S)


def test_without_matplotlib_tables_and_maps_are_complete_with_a_note(report, counties, monkeypatch):
    whole, _, _ = report(**counties)
    real = builtins.__import__

    def lacking(name, *rest, **more):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", lacking)
    page, text, found = report(**counties)
    # Only the Lorenz curves and the map of the centres, which need no matplotlib.
    assert text.count('class="chart"') == 2
    assert text.count('<svg class="map"') == 4
    assert sum("matplotlib is not installed" in each for each in found["notes"].warned) == 1
    assert "matplotlib is not installed" in page.text
    assert page.table_with("Index") == whole.table_with("Index")


def test_a_report_without_its_style_sheet_is_complete(report, counties, monkeypatch, tmp_path):
    from carbon_balance.core.assessment.report.overview import document

    monkeypatch.setattr(document, "STYLE", tmp_path / "gone.css")
    monkeypatch.setattr(document, "SCRIPT", tmp_path / "gone.js")
    page, _, found = report(**counties)
    assert len(page.table_with("Index")) == 50
    for file in ("gone.css", "gone.js"):
        assert any(f"does not include {file}" in each for each in found["notes"].logged)


def test_folders_of_inputs_are_not_disclosed(report, counties, tmp_path):
    """Inputs are listed by file name, with a folder only if two files share a name."""
    folder = tmp_path / "私人 folder" / "a"
    folder.mkdir(parents=True)
    for name, source in (("zones.gpkg", "ZONES"), ("limits.csv", "LIMITS")):
        shutil.copy(counties[source], folder / name)
    (folder.parent / "b").mkdir()
    shutil.copy(counties["CLASSES"], folder.parent / "b" / "limits.csv")
    page, text, _ = report(
        ZONES=f"{folder / 'zones.gpkg'}|layername=zones", LIMITS=str(folder / "limits.csv"),
        CLASSES=str(folder.parent / "b" / "limits.csv"), TITLE="a / b", SOURCES="/census; yearbook",
    )  # fmt: skip
    assert str(tmp_path) not in text
    assert "私人" not in text
    made = {row[0]: row[1] for table in page.tables for row in table if len(row) == 2}
    assert made["Zones (ZONES)"] == "zones.gpkg|layername=zones"
    assert made["Class limits (LIMITS)"] == "a/limits.csv"
    assert made["Carbon by zone and class (CLASSES)"] == "b/limits.csv"
    assert made["Report (OUTPUT)"] == "report.html"
    assert (made["Title (TITLE)"], made["Sources (SOURCES)"]) == ("a / b", "/census; yearbook")


def test_repeated_runs_give_the_same_report(report, counties):
    assert report(**counties)[1] == report(**counties)[1]


def test_a_report_of_three_thousand_zones_is_written(report):
    rng = np.random.default_rng(1)
    n = 3000
    carbon, emission = rng.lognormal(10, 1, n), rng.lognormal(7, 1.5, n)
    zones = squares(
        {
            "name": [f"County of the long name no. {row}" for row in range(n)],
            "city": [f"City {row // 100}" for row in range(n)],
            "carbon_t": carbon.tolist(),
            "emission_t": emission.tolist(),
            "ratio": (emission / carbon).tolist(),
        }
    )
    page, text, _ = report(ZONES=zones, GROUP_FIELD="city")
    assert len(text.encode()) < 10e6
    assert len(page.table_with("Index")) == n + 31
    assert sum(drawn.count("<use") for drawn in MAPS.findall(text)) == 3 * n
