"""Tests of scenarios and their carbon, run as an algorithm."""

from __future__ import annotations

from collections import Counter

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from layers import column, squares
from scenario_runs import halves, read, refused, simulation, suitability, transition

# Study H: arable 66.81, forest 149.95, built-up 60 t C/ha.
DENSITY = dict(zip(made.CODES.tolist(), (66.81, 149.95, 60.0)))


def scenarios(run, region, **more):
    """The scenarios of the made-up region, demand from 2015 on."""
    given = {
        "ZONES": halves(),
        "LAND_COVER": region.first_path,
        "TODAY": region.later_path,
        "DRIVERS": [region.slope_path, region.distance_path],
        "YEAR": 2010,
        "LATER_YEAR": 2015,
        "TARGET_YEAR": 2020,
        "PRESET": "henan",
        "RUNS": 2,
    }
    return run("scenariocarbon", **{**given, **more})


def table(result, *names):
    """Rows of a table's columns as tuples."""
    return list(zip(*(column(result, name) for name in names)))


def test_carbon_by_zone_under_three_scenarios_without_a_table(run, region, tmp_path):
    lands = {number: str(tmp_path / f"future{number}.tif") for number in (1, 2, 3)}
    results = run(
        "scenariocarbon",
        ZONES=halves(),
        LAND_COVER=region.first_path,
        TODAY=region.later_path,
        DRIVERS=[region.slope_path, region.distance_path],
        YEAR=2010,
        LATER_YEAR=2015,
        TARGET_YEAR=2025,
        PRESET="henan",
        SCHEME="six_classes",
        RULES_1="none",
        FACTORS_2="*>5:0",
        RULES_2="none",
        RULES_3="agricultural",
        **{f"future{number}:Land cover {number}": path for number, path in lands.items()},
        **{"carbon3:Zones": "memory:"},
    )
    zones = results["carbon3:Zones"]
    assert column(zones, "name") == ["west", "east"]
    # Study H: arable 66.81, forest 149.95, built-up 60 t C/ha.
    density = np.zeros(256)
    density[made.CODES] = [66.81, 149.95, 60.0]
    today = density[region.later].sum() * 0.09
    for number, path in lands.items():
        stored = density[read(path)].sum() * 0.09
        net = results[f"carbon{number}:NET_T"]
        assert net == pytest.approx(stored - today, abs=0.01)
        assert sum(column(zones, f"carbon_change_t_{number}")) == pytest.approx(net)
    built = [(read(path) == 5).sum() for path in lands.values()]
    assert built[0] > built[1] == (region.later == 5).sum()
    assert not ((region.later == 1) & (read(lands[3]) != 1)).any(), "cropland is kept by the agricultural preset"


def test_gains_and_losses_are_those_of_the_markov_chain(run, region, tmp_path):
    """Everything is permitted: gross changes are those between the two dates, and no others."""
    results = run(
        "scenariocarbon",
        ZONES=halves(),
        LAND_COVER=region.first_path,
        TODAY=region.later_path,
        DRIVERS=[region.slope_path, region.distance_path],
        YEAR=2010,
        LATER_YEAR=2015,
        TARGET_YEAR=2020,
        PRESET="henan",
        RULES_1="none",
        **{f"future{number}:Land cover {number}": str(tmp_path / f"{number}.tif") for number in (1, 2, 3)},
        **{"carbon3:Zones": "memory:"},
    )
    zones = results["carbon3:Zones"]
    # Study H: arable 66.81, forest 149.95, built-up 60 t C/ha.
    density = dict(zip(made.CODES.tolist(), (66.81, 149.95, 60.0)))
    first, later = (each[region.first > 0].tolist() for each in (region.first, region.later))
    changes, before, now = Counter(zip(first, later)), Counter(first), Counter(later)
    gain = loss = 0.0
    for (start, end), cells in changes.items():
        carbon = round(cells / before[start] * now[start]) * 0.09 * (density[end] - density[start])
        gain, loss = gain + max(carbon, 0), loss + min(carbon, 0)
    # Whole cells: each of the six changes is a cell off at most.
    one_cell = 0.09 * 90
    assert sum(column(zones, "carbon_gain_t_1")) == pytest.approx(gain, abs=3 * one_cell)
    assert sum(column(zones, "carbon_loss_t_1")) == pytest.approx(loss, abs=3 * one_cell)
    assert results["future1:MISSING_HA"] == 0


def test_omitted_inputs_equal_the_three_scenarios_of_the_study(run, region):
    """Omitted, explicit, empty as from a dialog, and given as a table: all results are equal."""
    tables = dict.fromkeys(("CARBON", "ZONE_CARBON", "CHANGES", "carbon3:Zones"), "memory:")
    presets = ("urbanised", "agricultural", "ecological")

    def outputs(**more):
        found = scenarios(run, region, **tables, **more)
        numbers = {name: value for name, value in found.items() if isinstance(value, (int, float))}
        content = {name: [column(found[name], field.name()) for field in found[name].fields()] for name in tables}
        return numbers, content

    left_out = outputs()
    rules = {f"RULES_{number}": preset for number, preset in enumerate(presets, 1)}
    assert outputs(**rules, SEED=1, SCHEME="six_classes", CELL_RULE="cell_centre") == left_out
    empty = ("SCENARIOS", "DEMAND", "MASKS", "RESTRICTED", "STEP_YEARS", "FACTORS_1", "RULES_1", "RULES_3", "SEED")
    assert outputs(**dict.fromkeys(empty)) == left_out
    rows = squares({"scenario": presets, "rules": presets}, geometry=False)
    assert outputs(SCENARIOS=rows) == left_out
    assert left_out[1]["CARBON"][0] == list(presets)
    assert len({left_out[0][f"carbon{number}:CARBON_END_T"] for number in (1, 2, 3)}) == 3


def test_any_number_of_scenarios_with_permissions_factors_masks_and_years(run, region, tmp_path):
    """Four scenarios: trend; no building in the north; a town planned in the east; no loss of forest."""
    size = region.first.shape
    north, east = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    north[:45], east[:, 45:] = 1, 1
    masks = [made.write(tmp_path / f"{name}.tif", values) for name, values in (("north", north), ("east", east))]
    rows = squares(
        {
            "scenario": ["trend", "north kept", "new town", "forest kept"],
            "masks": [None, "north:*>5:0", "east:*>5:50", None],
            "forbid": [None, None, None, "2>*"],
            "factors": [None, None, None, "1>5:2"],
        },
        geometry=False,
    )
    found = scenarios(
        run,
        region,
        SCENARIOS=rows,
        MASKS=masks,
        TARGET_YEAR=2025,
        FOLDER=str(tmp_path / "maps"),
        **dict.fromkeys(("CARBON", "ZONE_CARBON", "CHANGES", "carbon3:Zones"), "memory:"),
    )
    assert found["SCENARIO_COUNT"] == 4
    names = ["trend", "north kept", "new town", "forest kept"]
    assert table(found["CARBON"], "scenario", "year") == [(name, year) for name in names for year in (2020, 2025)]
    maps = {name: read(tmp_path / "maps" / f"{name.replace(' ', '_')}.tif") for name in names}
    later = region.later
    built = {name: (bands[0] == 5) & (later != 5) for name, bands in maps.items()}
    assert built["trend"][:45].any()
    assert not built["north kept"][:45].any()
    assert built["north kept"].sum() == built["trend"].sum(), "as much is built, elsewhere"
    assert built["new town"][:, 45:].sum() > built["trend"][:, 45:].sum()
    assert not ((later == 2) & (maps["forest kept"][0] != 2)).any()
    assert all(len(bands) == 2 for bands in maps.values())
    density = np.zeros(256)
    density[made.CODES] = [DENSITY[code] for code in made.CODES]
    changes = table(found["CHANGES"], "scenario", "year", "from_code", "to_code", "cells")
    ends = {row[:2]: row[2] for row in table(found["CARBON"], "scenario", "year", "carbon_end_t")}
    for name, bands in maps.items():
        for year, band in ((2025, bands[0]), (2020, bands[1])):
            got = {(now, end): cells for row, at, now, end, cells in changes if (row, at) == (name, year)}
            pairs = Counter(zip(later[later > 0].tolist(), band[later > 0].tolist()))
            assert got == {(now, end): pairs[now, end] for now in (1, 2, 5) for end in (1, 2, 5)}
            (end,) = [
                end
                for row, at, end in table(found["CARBON"], "scenario", "year", "carbon_end_t")
                if (row, at) == (name, year)
            ]
            assert ends[name, year] == pytest.approx(density[band].sum() * 0.09)
    zone = table(
        found["ZONE_CARBON"],
        "scenario",
        "year",
        "zone_name",
        "runs",
        "carbon_end_min_t",
        "carbon_end_t",
        "carbon_end_max_t",
    )
    assert {row[:3] for row in zone} == {
        (name, year, place) for name in names for year in (2020, 2025) for place in ("west", "east")
    }
    assert all(row[3] == 2 and row[4] <= row[5] <= row[6] for row in zone)
    assert any(row[4] < row[6] for row in zone), "where the changes lie differs between the runs"
    layer = found["carbon3:Zones"]
    assert column(layer, "carbon_end_t_4") == [row[5] for row in zone if row[:2] == ("forest kept", 2025)]
    assert "carbon_change_min_t_1" in layer.fields().names()


def test_a_planned_zone_takes_most_of_the_growth(run, region, tmp_path):
    """30 cells become built-up; with the town planned in the east nearly all of them are there."""
    east = np.zeros(region.first.shape, np.uint8)
    east[:, 45:] = 1
    arable = int((region.later == 1).sum())
    demand = squares({"from_code": [1, 1], "to_code": [1, 5], "cells": [arable - 30, 30]}, geometry=False)
    rows = squares({"scenario": ["trend", "town"], "masks": [None, "east:*>5:100"]}, geometry=False)
    maps = {f"future{number}:Land cover {number}": str(tmp_path / f"{number}.tif") for number in (1, 2)}
    scenarios(
        run,
        region,
        SCENARIOS=rows,
        DEMAND=demand,
        RUNS=1,
        MASKS=[made.write(tmp_path / "east.tif", east)],
        **maps,
    )
    trend, town = ((read(path) == 5) & (region.later != 5) for path in maps.values())
    assert trend.sum() == town.sum() == 30
    assert trend[:, 45:].sum() < 25 < town[:, 45:].sum()


def test_a_scenario_uses_its_given_demand_and_matrix(run, region):
    demand = squares(
        {"scenario": ["plan", "plan"], "from_code": [1, 1], "to_code": [1, 5], "cells": [3, 1]}, geometry=False
    )
    matrix = squares(
        {"scenario": ["ban"] * 3, "code": [1, 2, 5], "1": [1, 1, 1], "2": [1, 1, 1], "5": [0, 0, 1]}, geometry=False
    )
    rows = squares({"scenario": ["plan", "ban", "trend"]}, geometry=False)
    found = scenarios(run, region, SCENARIOS=rows, DEMAND=demand, PERMISSIONS=matrix, CHANGES="memory:", RUNS=1)
    got = {
        row[:3]: row[3:] for row in table(found["CHANGES"], "scenario", "from_code", "to_code", "demand_cells", "cells")
    }
    arable = int((region.later == 1).sum())
    assert got["plan", 1, 5] == (round(arable / 4), round(arable / 4))
    assert got["plan", 2, 1] == (0, 0)
    asked, cells = got["ban", 1, 5]
    assert (asked > 0, cells) == (True, 0)
    assert got["trend", 1, 5] == (asked, asked)
    assert found["future2:MISSING_HA"] == pytest.approx((asked + got["ban", 2, 5][0]) * 0.09)
    assert found["future1:MISSING_HA"] == found["future3:MISSING_HA"] == 0
    assert any(
        note.startswith("ban: ") and "forbidden by the permission matrix" in note for note in found["notes"].warned
    )


def test_masks_without_room_for_the_demand_are_logged_and_kept(run, region, tmp_path):
    """Building is permitted in 10 cells only: at most 10 become built-up, the rest is reported as missing."""
    closed = np.ones(region.first.shape, np.uint8)
    open_cells = np.flatnonzero(region.later == 1)[:10]
    closed.flat[open_cells] = 0
    rows = squares({"scenario": ["tight"], "masks": ["closed:*>5:0"]}, geometry=False)
    path = str(tmp_path / "tight.tif")
    found = scenarios(
        run,
        region,
        SCENARIOS=rows,
        MASKS=[made.write(tmp_path / "closed.tif", closed)],
        CHANGES="memory:",
        **{"future1:Land cover 1": path},
    )
    built = np.flatnonzero((read(path) == 5) & (region.later != 5))
    assert set(built) <= set(open_cells)
    rows = table(found["CHANGES"], "to_code", "from_code", "demand_cells", "cells")
    missing = sum(max(asked - cells, 0) for later, now, asked, cells in rows if now != later)
    assert found["future1:MISSING_HA"] == pytest.approx(missing * 0.09)
    assert missing > 0
    assert any("found no cell outside the masks" in note for note in found["notes"].warned)


def test_calibrated_settings_apply_to_suitability_and_simulation(run, region, tmp_path):
    """Compared with landusesuitability and landusesimulation run with the same settings file."""
    settings = LandUseSettings("shares", "ranked", 5, 0.3, 0.7, 2, {5: 0.6, 1: 0.9})
    path = tmp_path / "settings.json"
    path.write_text(settings.to_text(), encoding="utf-8")
    given = {"SETTINGS": str(path), "SEED": 4}
    scenarios(
        run,
        region,
        **given,
        SCENARIOS=squares({"scenario": ["trend"]}, geometry=False),
        RUNS=1,
        **{"future1:Land cover 1": str(tmp_path / "a.tif")},
    )
    suits = suitability(
        run, region, **given, EARLIER=region.first_path, SAMPLES=40_000, OUTPUT=str(tmp_path / "suits.tif")
    )
    flows = transition(run, region, TARGET_YEAR=2020)["TRANSITIONS"]
    simulation(run, region, suits, **given, TRANSITIONS=flows, OUTPUT=str(tmp_path / "b.tif"))
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), read(tmp_path / "b.tif"))
    scenarios(
        run,
        region,
        SEED=4,
        SCENARIOS=squares({"scenario": ["trend"]}, geometry=False),
        RUNS=1,
        **{"future1:Land cover 1": str(tmp_path / "c.tif")},
    )
    assert (read(tmp_path / "a.tif") != read(tmp_path / "c.tif")).any()


def test_restricted_cells_never_change_in_any_scenario(run, region, tmp_path):
    closed = np.zeros(region.first.shape, np.uint8)
    closed[:30] = 7
    path = made.write(tmp_path / "closed.tif", closed)
    maps = {f"future{number}:Land cover {number}": str(tmp_path / f"{number}.tif") for number in (1, 2, 3)}
    found = scenarios(run, region, RESTRICTED=path, RUNS=1, **maps)
    for name in maps:
        land = read(maps[name])[:30]
        np.testing.assert_array_equal(land[land != 255], region.later[:30][land != 255])
    assert any("2,685 of 8,085 cells" in note for note in found["notes"].logged)


def test_without_observed_change_nothing_is_simulated(run, region):
    found = scenarios(run, region, LAND_COVER=region.later_path, CARBON="memory:")
    assert any("Nothing changed between the two dates" in note for note in found["notes"].warned)
    assert column(found["CARBON"], "carbon_change_t") == [0, 0, 0]


def test_invalid_scenarios_are_refused_before_any_run(run, region, tmp_path):
    def rows(**columns):
        return squares(columns, geometry=False, name="own")

    target = {"future1:Land cover 1": str(tmp_path / "refused.tif")}
    for sentence, given in (
        ("has no column scenario", {"SCENARIOS": rows(rules=["none"])}),
        ("are used for more than one scenario", {"SCENARIOS": rows(scenario=["a", "a"])}),
        ("rules of a are best, but must be one of", {"SCENARIOS": rows(scenario=["a"], rules=["best"])}),
        ("is not of the form from>to with codes from 1, 2, 5", {"SCENARIOS": rows(scenario=["a"], forbid=["1>9"])}),
        ("uses the mask reserve, but the masks given", {"SCENARIOS": rows(scenario=["a"], masks=["reserve:*>5:0"])}),
        ("is not of the form layer:from>to:factor", {"SCENARIOS": rows(scenario=["a"], masks=["reserve:*>5:-1"])}),
        (
            r"rows for the scenario.s. b, but the scenarios are a",
            {"SCENARIOS": rows(scenario=["a"]), "DEMAND": rows(scenario=["b"], code=[1], cells=[1])},
        ),
    ):
        refused(sentence, scenarios, run, region, **given, **target)
    assert not list(tmp_path.glob("*refused*"))


def test_reassigned_codes_and_pool_regions_change_only_the_carbon(run, region, tmp_path):
    """Built-up land counted as forest: by REASSIGN, by a table, and by a raster of regions with other densities."""
    lands = {"future1:Land cover 1": str(tmp_path / "future.tif")}
    given = {"RULES_1": "none", "RUNS": 1, "CARBON": "memory:"}
    plain = scenarios(run, region, **given, **lands)
    later = read(lands["future1:Land cover 1"])
    reassigned = scenarios(run, region, **given, **lands, REASSIGN="5=2")
    assert (read(lands["future1:Land cover 1"]) == later).all()

    def net(density):
        values = np.zeros(256)
        values[made.CODES] = density
        return (values[later].sum() - values[region.later].sum()) * 0.09

    assert plain["carbon1:NET_T"] == pytest.approx(net([66.81, 149.95, 60.0]), abs=0.01)
    assert reassigned["carbon1:NET_T"] == pytest.approx(net([66.81, 149.95, 149.95]), abs=0.01)
    places = np.where(np.arange(later.shape[1]) % 3 == 0, 2, 1)[None, :].repeat(later.shape[0], 0).astype(np.uint8)
    own = tmp_path / "pools.csv"
    densities = {1: (66.81, 149.95, 60.0), 2: (10.0, 20.0, 5.0)}
    own.write_text(
        "region,code,density\n"
        + "".join(f"{at},{code},{each}\n" for at, row in densities.items() for code, each in zip(made.CODES, row))
    )
    raster = like(region.later_path, places, str(tmp_path / "places.tif"))
    regional = scenarios(
        run, region, **given, **lands, PRESET=None, POOLS=str(own), POOL_REGION_RASTER=raster,
        **{"carbon1:By class 1": "memory:"},
    )  # fmt: skip
    assert (read(lands["future1:Land cover 1"]) == later).all()
    values = np.zeros((3, 256))
    for at, row in densities.items():
        values[at, made.CODES] = row
    expected = (values[places, later].sum() - values[places, region.later].sum()) * 0.09
    assert regional["carbon1:NET_T"] == pytest.approx(expected, abs=0.01)
    assert {code // 10 for code in column(regional["carbon1:By class 1"], "code")} == {1, 2}


def like(path, values, name):
    """A raster of bytes on the cells of another."""
    from osgeo import gdal

    source = gdal.Open(path)
    raster = gdal.GetDriverByName("GTiff").Create(name, source.RasterXSize, source.RasterYSize, 1, gdal.GDT_Byte)
    raster.SetGeoTransform(source.GetGeoTransform())
    raster.SetProjection(source.GetProjection())
    raster.GetRasterBand(1).WriteArray(values)
    return name
