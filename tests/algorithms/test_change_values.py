"""Values of the tables of stocks and changes, each computed from the definition of its column."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}
POOLS = "lucode,lulc_name,c_above,c_below,c_soil,c_dead\n1,crop,1,1,3,0\n2,city,1,1,2,0\n3,wood,10,0,0,0\n"
TABLES = ("OUTPUT", "CLASSES", "TRANSITIONS", "MATRIX_HA", "MATRIX_CARBON", "ZONE_CLASSES", "ZONE_TRANSITIONS")


@pytest.fixture
def inputs(tmp_path):
    """Two zones of 2 x 2 cells of 25 ha each; densities of 5, 4 and 10 t C/ha."""
    (tmp_path / "pools.csv").write_text(POOLS, encoding="utf-8")
    first = np.array([[1, 1, 2, 2], [3, 3, 3, 0]], np.uint8)
    later = np.array([[1, 2, 2, 3], [3, 0, 1, 1]], np.uint8)
    return {
        "LAND_COVER": write_raster(tmp_path / "first.tif", first, 0, **GRID),
        "LAND_COVER_LATER": write_raster(tmp_path / "later.tif", later, 0, **GRID),
        "POOLS": str(tmp_path / "pools.csv"),
    }


def test_change_by_class_transition_and_zone(run, inputs):
    """Both dates have data in six cells: crop becomes city, city wood, wood crop, one cell each."""
    found = run(
        "carbonstoragechange", **inputs, ZONES=squares({"name": ["west", "east"]}), **dict.fromkeys(TABLES, "memory:")
    )
    classes = found["CLASSES"]
    assert column(classes, "code") == [1, 2, 3]
    for name in ("area_start_ha", "area_end_ha"):
        assert column(classes, name) == [50, 50, 50]
    assert column(classes, "area_in_ha") == [25, 25, 25]
    assert column(classes, "area_out_ha") == [25, 25, 25]
    assert column(classes, "carbon_start_t") == [250, 200, 500]
    assert column(classes, "carbon_end_t") == [250, 200, 500]
    # Gains and losses in what a class is at the end, then in what it was at the start.
    assert column(classes, "carbon_gain_t") == [0, 0, 150]
    assert column(classes, "carbon_loss_t") == [-125, -25, 0]
    assert column(classes, "gain_from_t") == [0, 150, 0]
    assert column(classes, "loss_from_t") == [-25, 0, -125]
    moves = {
        (row["from_name"], row["to_name"]): (row["from_code"], row["to_code"], row["area_ha"], row["carbon_change_t"])
        for row in found["TRANSITIONS"].getFeatures()
        if row["from_code"] != row["to_code"]
    }
    assert moves == {
        ("crop", "city"): (1, 2, 25, -25),
        ("city", "wood"): (2, 3, 25, 150),
        ("wood", "crop"): (3, 1, 25, -125),
    }
    per_ha = dict(
        zip(
            zip(column(found["TRANSITIONS"], "from_code"), column(found["TRANSITIONS"], "to_code")),
            column(found["TRANSITIONS"], "carbon_change_t_ha"),
        )
    )
    assert [per_ha[pair] for pair in ((1, 2), (2, 3), (3, 1))] == [-1, 6, -5]
    zones = found["OUTPUT"]
    assert column(zones, "coverage_share") == [0.75, 0.75]
    assert column(zones, "mapped_km2") == [0.75, 0.75]
    assert column(zones, "carbon_change_t_km2") == pytest.approx([-25 / 0.75, 25 / 0.75])
    by_zone = found["ZONE_CLASSES"]
    assert sorted(set(zip(column(by_zone, "zone_row"), column(by_zone, "zone_name")))) == [(1, "west"), (2, "east")]
    assert column(found["MATRIX_HA"], "from_name") == ["crop", "city", "wood"]
    assert column(found["MATRIX_HA"], "total_ha") == [50, 50, 50]
    assert column(found["MATRIX_CARBON"], "total_t") == [-25, 150, -125]


def test_uncertainty_is_that_of_the_normal(run, inputs, tmp_path):
    """Normal densities with known SDs: quantiles are 1.96 SDs from the mean, the median equals it."""
    table = "lucode,lulc_name,c_above,sd_above\n1,crop,60,5\n2,city,20,2\n3,wood,180,15\n"
    (tmp_path / "sd.csv").write_text(table, encoding="utf-8")
    given = {"LAND_COVER": inputs["LAND_COVER"], "SCENARIOS": [inputs["LAND_COVER_LATER"]], "CORRELATION": 0}
    found = run(
        "carbonuncertainty", **given, POOLS=str(tmp_path / "sd.csv"), ZONES=squares({"name": ["west", "east"]}),
        OUTPUT="memory:", SUMMARY="memory:", DRAWS=20_000,
    )  # fmt: skip
    # Stock of all cells of the first date, in cells of 25 ha: 2 crop, 2 city, 3 wood.
    mean, sd = 25 * (2 * 60 + 2 * 20 + 3 * 180), 25 * ((2 * 5) ** 2 + (2 * 2) ** 2 + (3 * 15) ** 2) ** 0.5
    # Five standard errors of a quantile of 2.5 % of 20,000 normal draws: sqrt(0.025 x 0.975 / 20000) / 0.0584.
    error = 5 * 0.0189
    for name, at in (("MEAN_T", 0), ("LOW_T", -1.95996), ("HIGH_T", 1.95996)):
        assert found[name] == pytest.approx(mean + at * sd, abs=error * sd)
    # All changes cancel out in the region: crop to city, city to wood, wood to crop.
    assert found["CHANGE_SD_T"] == pytest.approx(0, abs=1e-6)
    assert found["CHANGE_LOW_T"] == pytest.approx(0, abs=1e-6)
    assert found["CHANGE_HIGH_T"] == pytest.approx(0, abs=1e-6)
    zones = found["OUTPUT"]
    # The west: crop to city, 25 ha. The east: city to wood and wood to crop, that is city to crop.
    west, spread = 25 * (20 - 60), 25 * (5**2 + 2**2) ** 0.5
    for name, at in (("mean", 0), ("low", -1.95996), ("high", 1.95996)):
        assert column(zones, f"change_{name}_t")[0] == pytest.approx(west + at * spread, abs=error * spread)
        assert column(zones, f"change_{name}_t")[1] == pytest.approx(-west + at * spread, abs=error * spread)
    assert column(zones, "change_sd_t") == pytest.approx([spread, spread], rel=0.03)
    assert column(zones, "p_gain") == [0, 1]
    own = 25 * (2 * 60 + 2 * 180), 25 * ((2 * 5) ** 2 + (2 * 15) ** 2) ** 0.5
    for name, at in (("mean", 0), ("low", -1.95996), ("median", 0), ("high", 1.95996)):
        assert column(zones, f"carbon_{name}_t")[0] == pytest.approx(own[0] + at * own[1], abs=error * own[1])
    assert column(zones, "carbon_coverage_share") == [1, 0.75]
    summary = found["SUMMARY"]
    assert column(summary, "zone_row") == [1, 2, None] * 2
    assert column(summary, "carbon_low_t")[2] == found["LOW_T"]
    assert column(summary, "carbon_high_t")[2] == found["HIGH_T"]
    assert column(summary, "carbon_sd_closed_t")[2] == pytest.approx(sd)


def test_the_change_of_a_scenario_has_its_standard_deviation(run, inputs, tmp_path):
    table = "lucode,lulc_name,c_above,sd_above\n1,crop,60,5\n2,city,20,2\n3,wood,180,15\n"
    (tmp_path / "sd.csv").write_text(table, encoding="utf-8")
    city = np.array([[2, 2, 2, 2], [3, 3, 3, 0]], np.uint8)
    later = write_raster(tmp_path / "city.tif", city, 0, **GRID)
    found = run(
        "carbonuncertainty", LAND_COVER=inputs["LAND_COVER"], SCENARIOS=[later], POOLS=str(tmp_path / "sd.csv"),
        CORRELATION=0, DRAWS=20_000,
    )  # fmt: skip
    change, sd = 50 * (20 - 60), 50 * (5**2 + 2**2) ** 0.5
    assert found["CHANGE_SD_T"] == pytest.approx(sd, rel=0.03)
    assert found["CHANGE_LOW_T"] == pytest.approx(change - 1.95996 * sd, abs=5 * 0.0189 * sd)
    assert found["CHANGE_HIGH_T"] == pytest.approx(change + 1.95996 * sd, abs=5 * 0.0189 * sd)


def test_sink_by_hectare_and_share_with_data(run, inputs):
    """Guiyang's coefficients at the first date: 3 of 4 cells of the east have data, and all cells of the west."""
    zones = squares({"name": ["west", "east"]})
    found = run(
        "annualcarbonsink", ZONES=zones, LAND_COVER=inputs["LAND_COVER"], PRESET="guiyang", OUTPUT="memory:",
        CLASSES="memory:",
    )  # fmt: skip
    out, classes = found["OUTPUT"], found["CLASSES"]
    assert column(out, "sink_coverage_share") == [1, 0.75]
    rate = {}
    for code, sink, area in zip(*(column(classes, name) for name in ("code", "sink_t", "area_ha"))):
        rate[code] = sink / area if area else 0
    assert column(out, "sink_t_ha") == pytest.approx(
        [(2 * rate[1] + 2 * rate[3]) / 4, (2 * rate[2] + rate[3]) / 3], rel=1e-9
    )


def test_intensity_needs_the_years(run, inputs, tmp_path):
    """Half of the land changed in ten years; each class lost and gained half of its 50 ha: 5 % a year, uniform."""
    page = tmp_path / "page.html"
    outputs = {"CLASSES": "memory:", "INTENSITY": "memory:", "REPORT": str(page)}
    found = run("carbonstoragechange", **inputs, YEAR=2010, YEAR_LATER=2020, **outputs)
    assert found["DYNAMIC_DEGREE"] == pytest.approx(5)
    assert column(found["CLASSES"], "dynamic_degree_pct_year") == [0, 0, 0]
    rows = list(zip(*(column(found["INTENSITY"], name) for name in ("level", "intensity_pct_year", "behaviour"))))
    assert (
        rows[:7]
        == [("interval", 5, "uniform")]
        + [("gain of a class", 5, "uniform")] * 3
        + [("loss of a class", 5, "uniform")] * 3
    )
    assert set(column(found["INTENSITY"], "from_name")[1:7]) == {None, "crop", "city", "wood"}
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2 and "crop → city: 25.00 t C" in text and "crop → city: 25.00 ha" in text
    del outputs["INTENSITY"]
    without = run("carbonstoragechange", **inputs, **outputs)
    assert without["DYNAMIC_DEGREE"] is None
    assert "dynamic_degree_pct_year" not in without["CLASSES"].fields().names()
    with pytest.raises(QgsProcessingException, match="needs the years of both land covers"):
        run("carbonstoragechange", **inputs, INTENSITY="memory:")


def test_the_report_draws_transitions_in_area_and_carbon(run, inputs, tmp_path):
    made = run("carbonstoragechange", **inputs, TRANSITIONS="memory:")
    page = tmp_path / "report.html"
    zones = squares({"carbon_t": [1.0, 2.0]})
    run("carbonbalancereport", ZONES=zones, TRANSITIONS=made["TRANSITIONS"], OUTPUT=str(page))
    text = page.read_text(encoding="utf-8")
    assert "city → wood: 150.0 t C" in text and "city → wood: 25.00 ha" in text


# Study H: storage of Henan by class, 10^5 t C, and densities, t C/ha; areas are storage over density.
HENAN_DENSITY = np.array([66.81, 149.95, 72.5, 62.1, 60.0, 53.3])
HENAN_STORED = {
    1995: [7272, 4024, 680.6, 221.9, 1010, 4.37],
    2005: [7196, 4011, 677.9, 248.8, 1061, 3.25],
    2015: [7124, 4017, 676.3, 253.1, 1120, 3.25],
}
# Cells of 1000 / 53.3 ha, so that the smallest class is a whole number of them.
HENAN_SIDE = (1e7 / 53.3) ** 0.5


@pytest.fixture
def henan(tmp_path):
    """One raster a date with the published areas; a class without carbon takes what the rounded areas leave over."""
    names = ["arable", "forest", "grassland", "water", "built-up", "unused"]
    rows = [f"{at + 1},{name},0,0,{density},0" for at, (name, density) in enumerate(zip(names, HENAN_DENSITY))]
    (tmp_path / "pools.csv").write_text(
        "\n".join(["lucode,lulc_name,c_above,c_below,c_soil,c_dead", *rows, "9,rest,0,0,0,0"]), encoding="utf-8"
    )
    cells = {
        year: np.round(np.array(stored) * 1e5 / (HENAN_DENSITY * 1000 / 53.3)) for year, stored in HENAN_STORED.items()
    }
    size = int(max(each.sum() for each in cells.values()))
    side = int(np.ceil(size**0.5))
    paths = []
    for year, counts in cells.items():
        flat = np.full(side * side, 9, np.uint8)
        flat[: int(counts.sum())] = np.repeat(np.arange(1, 7), counts.astype(int))
        grid = {"origin": (500000.0, 3900000.0), "cell": HENAN_SIDE}
        paths.append(write_raster(tmp_path / f"henan_{year}.tif", flat.reshape(side, side), 0, **grid))
    return {
        "LAND_COVER": paths[0],
        "LAND_COVER_LATER": paths[2],
        "POOLS": str(tmp_path / "pools.csv"),
        "YEAR": 1995,
        "YEAR_LATER": 2015,
        "BETWEEN": [paths[1]],
        "BETWEEN_YEARS": "2005",
    }


def test_henan_at_three_dates(run, henan, tmp_path):
    """Published: 1321.287, 1319.795 and 1319.365 million t C; dynamic degrees of six classes in % a year."""
    page = tmp_path / "page.html"
    tables = {"CLASSES": "memory:", "INTERVALS": "memory:", "INTENSITY": "memory:", "REPORT": str(page)}
    found = run("carbonstoragechange", **henan, **tables)
    degrees = column(found["CLASSES"], "dynamic_degree_pct_year")[:6]
    assert degrees == pytest.approx([-0.1018, -0.0087, -0.0316, 0.7030, 0.5446, -1.2815], abs=3e-4)
    intervals = found["INTERVALS"]
    assert column(intervals, "from_date") == [1995, 2005] and column(intervals, "to_date") == [2005, 2015]
    # Rounded to cells, and cells measured on the ellipsoid.
    assert column(intervals, "carbon_start_t") == pytest.approx([1321.287e6, 1319.795e6], rel=2e-3)
    assert column(intervals, "carbon_end_t") == pytest.approx([1319.795e6, 1319.365e6], rel=2e-3)
    changes = column(intervals, "carbon_change_t")
    assert changes == pytest.approx([-1.492e6, -0.43e6], rel=5e-3)
    assert sum(changes) == pytest.approx(found["NET_T"])
    assert column(intervals, "carbon_change_t_year") == pytest.approx([each / 10 for each in changes])
    gains, losses = column(intervals, "carbon_gain_t"), column(intervals, "carbon_loss_t")
    assert [gain + loss for gain, loss in zip(gains, losses)] == pytest.approx(changes)
    area = column(intervals, "area_ha")
    assert area == pytest.approx([found["AREA_HA"]] * 2)
    levels = list(zip(*(column(found["INTENSITY"], name) for name in ("level", "from_date", "intensity_pct_year"))))
    of_intervals = [row[1:] for row in levels if row[0] == "interval"]
    assert of_intervals == list(zip([1995, 2005], column(intervals, "dynamic_degree_pct_year")))
    text = page.read_text(encoding="utf-8")
    assert "1995 to 2015 in 2 intervals: stored carbon fell in 2 of them" in text and text.count("<svg") == 3
    del tables["REPORT"]
    one = run("carbonstoragechange", **{**henan, "BETWEEN": None, "BETWEEN_YEARS": ""}, **tables)
    assert column(one["INTERVALS"], "carbon_change_t") == pytest.approx([found["NET_T"]])


def test_intermediate_dates_without_years_or_tables_are_refused(run, henan, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text((tmp_path / "pools.csv").read_text(encoding="utf-8"), encoding="utf-8")
    for message, given in (
        ("1 land covers need as many years between 1995 and 2015", {"BETWEEN_YEARS": "2015"}),
        ("Land covers between the two dates.* needs the years of both", {"YEAR": None, "YEAR_LATER": None}),
        ("need one pool table for all dates", {"POOLS_LATER": str(other)}),
    ):
        with pytest.raises(QgsProcessingException, match=message):
            run("carbonstoragechange", **{**henan, **given}, CHANGE=str(tmp_path / "change.tif"))
        assert not (tmp_path / "change.tif").exists()
