"""Carbon of scenarios, run as an algorithm: its amounts, its defaults, its settings."""

from __future__ import annotations

from collections import Counter

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from layers import column, squares
from scenario_runs import halves, read, scenarios, simulation, suitability, transition


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


def test_without_observed_change_nothing_is_simulated(run, region):
    found = scenarios(run, region, LAND_COVER=region.later_path, CARBON="memory:")
    assert any("Nothing changed between the two dates" in note for note in found["notes"].warned)
    assert column(found["CARBON"], "carbon_change_t") == [0, 0, 0]


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
