"""The studies from the bundled open land cover beside their printed figures; savanna is grassland, then forest."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import column

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
GRASSLAND, FOREST = "9=3", "9=2"


def supply(run, region, savanna, pools):
    return run(
        "zonalcarbonsupply",
        ZONES=str(SAMPLE / f"{region}.geojson"),
        LAND_COVER=str(SAMPLE / f"{region}_land_cover_2019.tif"),
        PRESET=pools,
        SCHEME="igbp",
        REASSIGN=savanna,
        CLASSES="memory:",
        OUTPUT="memory:",
    )


# Printed totals in 10^6 t C, and how far the computed ones may be from them: the land cover is another one.
@pytest.mark.parametrize(("region", "pools", "printed", "tolerance", "inside"), [
    ("henan", "henan", 1319.365, 0.03, True),
    ("beibu_gulf", "beibu_gulf", 3540, 0.12, True),
    ("central_yunnan", "henan", 2351.01, 0.60, False),
])  # fmt: skip
def test_totals_near_the_printed_ones_and_whether_the_judgement_covers_them(
    run, region, pools, printed, tolerance, inside
):
    low, high = (supply(run, region, savanna, pools)["TOTAL_CARBON_T"] / 1e6 for savanna in (GRASSLAND, FOREST))
    assert low == pytest.approx(printed, rel=tolerance)
    assert high == pytest.approx(printed, rel=tolerance)
    assert (low < printed < high) == inside


def test_henan_by_class_shows_what_cancels_in_the_total(run):
    """Printed for 2015: arable 712.4, built-up 112.0, water 25.3 (10^6 t). Cells of 5 km absorb towns and rivers."""
    classes = supply(run, "henan", GRASSLAND, "henan")["CLASSES"]
    carbon = dict.fromkeys(range(18), 0.0)
    for code, value in zip(column(classes, "code"), column(classes, "carbon_t")):
        carbon[int(code)] += value / 1e6
    assert (carbon[12] + carbon[14]) / 712.4 - 1 == pytest.approx(0.20, abs=0.02)
    assert carbon[13] / 112.0 - 1 == pytest.approx(-0.69, abs=0.02)
    assert (carbon[0] + carbon[11]) / 25.31 - 1 == pytest.approx(-0.83, abs=0.02)


def test_cities_of_the_beibu_gulf_lie_around_the_printed_densities(run):
    """12 of 15 printed densities lie between both judgements, and none further than 10 % outside."""
    both = [supply(run, "beibu_gulf", savanna, "beibu_gulf")["OUTPUT"] for savanna in (GRASSLAND, FOREST)]
    low, high = (column(layer, "carbon_t_km2") for layer in both)
    printed = [value * 1000 for value in column(both[0], "published_carbon_kg_m2")]
    assert sum(a < p < b for a, p, b in zip(low, printed, high)) >= 12
    assert all(0.9 * a < p < 1.1 * b for a, p, b in zip(low, printed, high))


@pytest.mark.parametrize(("savanna", "sink_1e4t", "right"), [(GRASSLAND, 82.7, 4), (FOREST, 225.0, 5)])
def test_guiyang_s_sink_and_the_side_of_its_coefficients(run, savanna, sink_1e4t, right):
    """Printed: 166.87 x 10^4 t. A separate measurement with other outlines of the same units gave 82.7 and 225.0."""
    sinks = run(
        "annualcarbonsink",
        ZONES=str(SAMPLE / "guiyang.geojson"),
        LAND_COVER=str(SAMPLE / "guiyang_land_cover_2019.tif"),
        PRESET="guiyang",
        SCHEME="igbp",
        REASSIGN=savanna,
        OUTPUT="memory:",
    )
    assert sinks["TOTAL_SINK_T"] / 1e4 == pytest.approx(sink_1e4t, rel=0.04)
    assert (sinks["TOTAL_SINK_T"] / 1e4 < 166.87) == (savanna == GRASSLAND)
    found = run(
        "carbonbalancecoefficients",
        ZONES=sinks["OUTPUT"],
        EMISSION="emission_2015_1e4t",
        EMISSION_UNIT="10^4 t",
        SINK="sink_t",
        OUTPUT="memory:",
    )["OUTPUT"]
    pairs = zip(column(found, "sec"), column(found, "published_sec_2015"))
    assert sum((mine >= 1) == (theirs >= 1) for mine, theirs in pairs) == right
