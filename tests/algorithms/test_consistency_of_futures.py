"""Outputs of one run agree, for the carbon of scenarios and the calibration: tables, layers, maps, log and report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from agreement import near, rows, text_of, told
from layers import squares
from rasters import read_raster
from zoned_region import CELL_HA, COLUMNS, ROWS, Region

YEARS = {"YEAR": 2000, "LATER_YEAR": 2010}
AMOUNTS = ("carbon_start_t", "carbon_end_t", "carbon_change_t", "carbon_gain_t", "carbon_loss_t")
RANGES = ("carbon_end_min_t", "carbon_end_max_t", "carbon_change_min_t", "carbon_change_max_t")
WIDE = COLUMNS // 6


@pytest.fixture
def region(tmp_path):
    return Region(tmp_path, 1)


@pytest.fixture
def slope(region):
    return region.raster("slope", (1 + np.indices((ROWS, COLUMNS)).sum(axis=0)).astype(np.float32))


def digits(value):
    """Four decimals, or three significant digits if those are more."""
    return max(f"{value:.4f}", f"{value:.3g}", key=len)


def merit_of(row):
    return digits(row["figure_of_merit"])


def close(value, rel=1e-6):
    return pytest.approx(value, rel=rel, abs=1e-6)


@pytest.mark.parametrize("runs", [1, 3])
def test_carbon_of_scenarios_by_class_zone_cell_and_in_total_agrees(run, region, slope, tmp_path, runs):
    names, report = ("trend", "slower"), tmp_path / "r.html"
    given = {
        "ZONES": region.zones(), "LAND_COVER": region.first_path, "TODAY": region.later_path, "DRIVERS": [slope],
        **YEARS, "TARGET_YEAR": 2030, "PRESET": "henan", "RUNS": runs,
        "SCENARIOS": squares({"scenario": names, "factors": [None, "*>5:0.3"]}, geometry=False),
    }  # fmt: skip
    tables = dict.fromkeys(("carbon3:Zones", "CARBON", "ZONE_CARBON", "CHANGES"), "memory:")
    by_class = {f"carbon{number}:By class {number}": "memory:" for number in (1, 2)}
    maps = {f"future{number}:Land cover {number}": str(tmp_path / f"{number}.tif") for number in (1, 2)}
    maps |= {f"carbon{number}:Change of carbon {number}": str(tmp_path / f"c{number}.tif") for number in (1, 2)}
    found = run("scenariocarbon", **given, **tables, **by_class, **maps, FOLDER=str(tmp_path / "f"), REPORT=str(report))
    totals, zones, changes = (rows(found[name]) for name in ("CARBON", "ZONE_CARBON", "CHANGES"))
    layer = rows(found["carbon3:Zones"])
    today = run("carbonstorage", LAND_COVER=region.later_path, PRESET="henan")
    assert (found["SCENARIO_COUNT"], found["RUN_COUNT"]) == (2, runs)
    assert [(row["scenario"], row["year"]) for row in totals] == [
        (name, year) for name in names for year in (2020, 2030)
    ]
    for row in totals:
        assert row["runs"] == runs
        own = [each for each in zones if (each["scenario"], each["year"]) == (row["scenario"], row["year"])]
        for name in AMOUNTS:
            assert sum(each[name] for each in own) == near(row[name])
        for each in (row, *own):
            assert each["carbon_end_t"] - each["carbon_start_t"] == near(each["carbon_change_t"])
            assert each["carbon_gain_t"] + each["carbon_loss_t"] == near(each["carbon_change_t"])
            for name in ("carbon_end", "carbon_change"):
                assert each[f"{name}_min_t"] - 1e-6 <= each[f"{name}_t"] <= each[f"{name}_max_t"] + 1e-6
        for each in own:
            assert each["carbon_change_t_km2"] == near(each["carbon_change_t"] / each["mapped_km2"])
        assert sum(each["mapped_km2"] for each in own) == near((region.later > 0).sum() * CELL_HA / 100)
        assert row["carbon_start_t"] == near(today["TOTAL_CARBON_T"])
    folder = {name: tmp_path / "f" / f"{name}.tif" for name in names}
    for number, name in enumerate(names, 1):
        (last,) = [row for row in totals if (row["scenario"], row["year"]) == (name, 2030)]
        own = [row for row in zones if (row["scenario"], row["year"]) == (name, 2030)]
        numbers = [found[f"carbon{number}:{key}"] for key in ("CARBON_START_T", "CARBON_END_T", "NET_T")]
        assert numbers == [near(last[key]) for key in AMOUNTS[:3]]
        for row, zone in zip(layer, own):
            assert row["name"] == zone["zone_name"]
            for key in ("mapped_km2", "carbon_change_t_km2", *AMOUNTS, *RANGES):
                assert row[f"{key}_{number}"] == near(zone[key])
        future = read_raster(found[f"future{number}:Land cover {number}"])
        np.testing.assert_array_equal(future, read_raster(folder[name]))
        # The maps are those of the first run; demand is met exactly, so all runs have the same carbon in all.
        stored = run("carbonstorage", LAND_COVER=str(folder[name]), PRESET="henan")
        assert stored["TOTAL_CARBON_T"] == near(last["carbon_end_t"]) == near(last["carbon_end_min_t"])
        change = read_raster(found[f"carbon{number}:Change of carbon {number}"]) * CELL_HA
        assert np.nansum(change) == close(last["carbon_change_t"])
        for at, zone in enumerate(own):
            inside = np.nansum(change[:, WIDE * at : WIDE * at + WIDE])
            low, high = zone["carbon_change_min_t"], zone["carbon_change_max_t"]
            assert low - 1e-3 <= inside <= high + 1e-3
            assert runs > 1 or (low, high) == (close(inside), close(inside))
        classes = rows(found[f"carbon{number}:By class {number}"])
        sums = {
            column: sum(row[column] for row in classes)
            for column in ("gain_from_t", "loss_from_t", *AMOUNTS[:2], *AMOUNTS[3:])
        }
        assert [sums["carbon_start_t"], sums["carbon_end_t"]] == [near(each) for each in numbers[:2]]
        assert sums["carbon_gain_t"] + sums["carbon_loss_t"] == near(numbers[2])
        assert sums["gain_from_t"] + sums["loss_from_t"] == near(numbers[2])
        for row in classes:
            assert row["area_start_ha"] == (region.later == row["code"]).sum() * CELL_HA
            assert row["area_end_ha"] == (future == row["code"]).sum() * CELL_HA
        pairs = {
            (row["from_code"], row["to_code"]): row for row in changes if (row["scenario"], row["year"]) == (name, 2030)
        }
        for (now, later), row in pairs.items():
            assert row["cells"] == ((region.later == now) & (future == later)).sum()
            assert row["cells"] <= row["demand_cells"] or now == later
        missing = sum(max(row["demand_cells"] - row["cells"], 0) for (now, later), row in pairs.items() if now != later)
        assert found[f"future{number}:MISSING_HA"] == near(missing * CELL_HA)
    said = text_of(report)
    assert all(f"{row['carbon_end_t']:,.0f}" in said for row in totals)
    assert all(f"{row['carbon_end_t']:,.1f}" in said for row in zones)
    if runs > 1:
        # Means of one, two and three runs give each run: means and ranges are those of the runs.
        carbon = np.array([[row["carbon_end_min_t"], row["carbon_end_t"], row["carbon_end_max_t"]] for row in zones])
        first = rows(run("scenariocarbon", **{**given, "RUNS": 1}, ZONE_CARBON="memory:")["ZONE_CARBON"])
        second = rows(run("scenariocarbon", **{**given, "RUNS": 2}, ZONE_CARBON="memory:")["ZONE_CARBON"])
        one, two = (np.array([row["carbon_end_t"] for row in each]) for each in (first, second))
        alone = np.stack([one, 2 * two - one, 3 * carbon[:, 1] - 2 * two])
        np.testing.assert_allclose(carbon.T, [alone.min(axis=0), alone.mean(axis=0), alone.max(axis=0)], rtol=1e-9)
        assert (alone.min(axis=0) < alone.max(axis=0)).any()
    # Classes at random do not follow the slope, which is told.
    assert found["SKILL"] < 0
    assert f"Skill {found['SKILL']:.1%} on " in told(found)
    assert any("predicts no better than the frequencies alone" in note for note in found["notes"].warned)


@pytest.mark.parametrize("drivers", ["given", "computed"])
def test_calibration_in_table_file_numbers_log_and_report_agrees(run, region, slope, tmp_path, drivers):
    """``computed``: without drivers other than those from the land cover itself."""
    third = np.where(region.first > 0, np.roll(region.later, 1, axis=1), 0).astype(np.uint8)
    settings, report = tmp_path / "settings.json", tmp_path / "r.html"
    found = run(
        "landusecalibration", EARLIER=region.first_path, LAND_COVER=region.later_path,
        VALIDATION=region.raster("third", third, 0), DRIVERS=[slope] if drivers == "given" else [], BLOCK=5,
        SAMPLES=400, NETWORKS=1, SETTINGS=str(settings), TRIALS="memory:", VALIDATION_TABLE="memory:",
        REPORT=str(report),
    )  # fmt: skip
    trials, validation = rows(found["TRIALS"]), {row["model"]: row for row in rows(found["VALIDATION_TABLE"])}
    file = json.loads(Path(found["SETTINGS"]).read_text(encoding="utf-8"))
    (chosen,) = [row for row in trials if row["model"] == "chosen"]
    # The default may be what is chosen: there is one row then.
    default = next((row for row in trials if row["model"] == "default"), chosen)
    uniform, observed = trials[-2:]
    assert (uniform["model"], observed["model"]) == ("uniform suitability", "observed")
    merits = [row["figure_of_merit"] for row in trials[:-2]]
    assert merits == sorted(merits, reverse=True)
    assert found["TRIALS_RUN"] == file["found"]["trials"] == len(merits)
    for row, number, key in (
        (chosen, "FIGURE_OF_MERIT", "figure_of_merit"),
        (default, "DEFAULT_FIGURE_OF_MERIT", "figure_of_merit_default"),
        (uniform, "UNIFORM_FIGURE_OF_MERIT", "figure_of_merit_uniform"),
    ):
        assert row["figure_of_merit"] == near(found[number]) == near(file["found"][key])
    assert found["STANDARD_ERROR"] == near(chosen["standard_error"]) == near(file["found"]["standard_error"])
    for name in ("class_drivers", "allocation", "window", "strength", "noise", "passes"):
        assert chosen[name] == uniform[name]
        of_ranked = name in ("strength", "noise", "passes")
        assert chosen["allocation"] == "roulette" and of_ranked or chosen[name] == file[name]
    assert default["class_drivers"] == {"given": "none", "computed": "distances"}[drivers]
    both = (region.first > 0) & (region.later > 0)
    changed = (region.first != region.later)[both].sum()
    # Every trial makes as many changes as took place, where both dates are known; every changed cell is in one patch.
    assert [row["patches"] * row["mean_patch_cells"] for row in trials] == [near(changed)] * len(trials)
    text = (
        f"has a figure of merit of {merit_of(chosen)} (standard error {digits(chosen['standard_error'])}) on held-out "
        f"blocks; the best {digits(max(merits))}, the default {merit_of(default)}, uniform suitability "
        f"{merit_of(uniform)}"
    )
    accuracy = (
        f"Overall accuracy {chosen['overall_accuracy']:.4%}, that of no change at all {1 - changed / both.sum():.4%}"
    )
    second = [validation[model]["figure_of_merit"] for model in ("chosen", "default", "uniform suitability")]
    for merit, prefix in zip(second, ("", "DEFAULT_", "UNIFORM_")):
        name = f"VALIDATION_{prefix}FIGURE_OF_MERIT"
        assert merit == near(found[name]) == near(file["found"][name.lower()])
    later = "figure of merit is {} with the chosen settings, {} with the default, {} with uniform".format(
        *map(digits, second)
    )
    for sentence in (text, accuracy, later):
        assert sentence in told(found)
        assert sentence in text_of(report)
    for row in validation.values():
        assert row["runs"] != 5 or row["runs_lowest"] <= row["figure_of_merit"] <= row["runs_highest"]
    last = (region.later > 0) & (third > 0)
    moved = (region.later != third)[last].sum()
    assert validation["observed"]["patches"] * validation["observed"]["mean_patch_cells"] == near(moved)
    assert validation["null model"]["overall_accuracy"] == near(1 - moved / last.sum())
    warned = any("uniform suitability performs as well as the chosen" in note for note in found["notes"].warned)
    assert warned == (second[0] <= second[2])
