"""Drawings are unchanged: each is compared with the file of its name in ``drawings``.

After a change that is wanted, ``REWRITE_DRAWINGS=1 python -m pytest tests/core/text/test_drawings.py`` writes the files
anew; open them in a browser before they are committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.assessment.report.maps import definitions, map_figure, outlines_of
from carbon_balance.core.scenarios.suitability.expansion_chart import expansion_chart
from carbon_balance.core.symbology.legends import column_legend
from carbon_balance.core.text.heat_map import heat_map
from carbon_balance.core.text.lorenz_chart import DrawnCurve, lorenz_chart
from carbon_balance.core.text.sankey import changed_flows, sankey
from carbon_balance.core.zoning.centres.chart import centre_chart
from carbon_balance.core.zoning.centres.study import study_centres
from shapes import polygon, wkb

FOLDER = Path(__file__).parent / "drawings"
AREAS_HA = np.array([[50.0, 30, 0.01], [0, 80, 20], [10, 0, 70]])
CARBON_T = np.array([[0.0, 900, -0.3], [0, 0, -400], [250, 0, 0]])


def square(x, y, side):
    return wkb(polygon([(x, y), (x + side, y), (x + side, y + side), (x, y + side)]))


def lorenz():
    curves = [
        DrawnCurve("area: 0.300", np.array([0, 0.5, 1]), np.array([0, 0.2, 1]), "#0072b2"),
        DrawnCurve("<GDP>: 0.100", np.array([0, 0.4, 1]), np.array([0, 0.3, 1]), "#e69f00", dashed=True),
    ]
    return lorenz_chart(curves, "Cumulative share of the base", "Cumulative share of emissions")


def flows_of_land():
    return sankey(changed_flows(AREAS_HA), ["arable", "forest", "<town>"], "ha")


def flows_of_carbon():
    return sankey(changed_flows(AREAS_HA, CARBON_T), ["arable", "forest", "<town>"], "t C")


def correlations():
    r = np.array([[np.nan, 0.71, -0.2], [0.71, np.nan, -1.0], [-0.2, -1.0, np.nan]])
    p = np.array([[np.nan, 0.0009, 0.05], [0.009, np.nan, 0.049], [0.06, 0.01, np.nan]])
    return heat_map(["rain", "<slope>", "GDP"], r, p)


def expansion():
    importance = {
        "from_code": [None, None, None, 1.0],
        "to_code": [5, 5, 5, 6],
        "driver": ["slope", "distance to the nearest town or road", "rain", "slope"],
        "importance": [0.125, 0.5, -0.01, 0.25],
    }
    responses = {
        "from_code": ["", "", "", ""],
        "to_code": [5, 5, 5, 5],
        "driver": ["slope", "slope", "slope", "rain"],
        "value": [10.0, 0.0, 2.5, 800.0],
        "probability": [0.1, 0.4, 0.2, 0.05],
    }
    return expansion_chart(importance, responses)


def centres():
    places = [(0, 0), (300_000, 100_000), (900_000, -100_000)]
    points = np.array([*places, *places], float)
    dates = ["2000"] * 3 + ["2010"] * 3
    study = study_centres(points, {"emission_t": np.array([1.0, 1, 1, 2, 4, 4])}, dates)
    return centre_chart(study, [square(x - 80_000, y - 80_000, 160_000) for x, y in places])


def map_of_zones():
    outlines = outlines_of([square(0, 0, 60_000), square(60_000, 0, 60_000), square(0, 60_000, 30_000), None])
    values = [10.0, 20.0, None, 5.0]
    names = ["Wuhua", "Panlong", "<Guandu>", "none"]
    legend = column_legend("carbon_t_km2", values)
    return definitions(outlines) + map_figure(outlines, legend, values, names, ["10", "20", "", "5"])


DRAWINGS = {
    "lorenz.svg": lorenz,
    "flows_of_land.svg": flows_of_land,
    "flows_of_carbon.svg": flows_of_carbon,
    "correlations.html": correlations,
    "expansion.html": expansion,
    "centres.svg": centres,
    "map_of_zones.html": map_of_zones,
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_drawing_equals_its_reference_file(name):
    # A line for each element, so that a difference can be read.
    drawn = DRAWINGS[name]().replace("><", ">\n<") + "\n"
    if os.environ.get("REWRITE_DRAWINGS"):
        (FOLDER / name).write_text(drawn, encoding="utf-8")
    assert drawn.splitlines() == (FOLDER / name).read_text(encoding="utf-8").splitlines()
