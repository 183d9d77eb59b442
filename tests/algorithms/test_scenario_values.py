"""Values of numbers and columns of the scenario algorithms, each recomputed from maps or other outputs."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from layers import column, squares
from scenario_runs import halves, read, simulation, suitability, transition


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def kappas(reference, simulated):
    """Cohen's kappa and its parts of location and histogram (Pontius 2000; Hagen 2002) of two maps."""
    codes = np.union1d(reference, simulated)
    table = np.array([[((reference == i) & (simulated == j)).mean() for j in codes] for i in codes])
    agree, rows, columns = np.trace(table), table.sum(axis=1), table.sum(axis=0)
    chance, most = (rows * columns).sum(), np.minimum(rows, columns).sum()
    return (agree - chance) / (1 - chance), (agree - chance) / (most - chance), (most - chance) / (1 - chance)


def test_accuracy_equals_its_formulas(run, region, tmp_path):
    simulated = region.first.copy()
    simulated[40:50, 40:60] = 5
    found = run(
        "simulationaccuracy", LAND_COVER=region.first_path, REFERENCE=region.later_path,
        SIMULATED=made.write(tmp_path / "simulated.tif", simulated, 0), CLASSES="memory:", PARTS="memory:",
        LANDSCAPE="memory:", UNIFORM_RUNS=0,
    )  # fmt: skip
    valid = region.first > 0
    before, after, told = region.first[valid], region.later[valid], simulated[valid]
    kappa, location, histogram = kappas(after, told)
    assert found["KAPPA"] == near(kappa)
    assert found["KAPPA_LOCATION"] == near(location)
    assert found["KAPPA_HISTOGRAM"] == near(histogram)
    assert found["NULL_KAPPA"] == near(kappas(after, before)[0])
    names = ("model", "code", "producers_accuracy", "users_accuracy")
    rows = {row[:2]: row[2:] for row in zip(*(column(found["CLASSES"], name) for name in names))}
    for code in made.CODES:
        both = ((after == code) & (told == code)).sum()
        producers, users = both / (after == code).sum(), both / (told == code).sum()
        assert rows["simulation", code] == (near(producers), near(users))
    names = ("part", "from_code", "to_code", "real_cells", "simulated_cells", "hit_cells", "either_cells")
    parts = {row[:3]: row[3:] for row in zip(*(column(found["PARTS"], name) for name in names))}
    for i, j in ((1, 5), (2, 5), (1, 2)):
        real, made_up = (before == i) & (after == j), (before == i) & (told == j)
        counts = (real, made_up, real & made_up, real | made_up)
        assert parts["transition", i, j] == tuple(int(each.sum()) for each in counts)
    landscape = found["LANDSCAPE"]
    cells = dict(zip(zip(column(landscape, "map"), column(landscape, "code")), column(landscape, "cells")))
    for name, land in (("start", before), ("reference", after), ("simulation", told)):
        assert [cells[name, code] for code in (*made.CODES, None)] == [*((land == c).sum() for c in made.CODES), 8085]


def test_skill_of_a_suitability_follows_from_its_log_losses(run, region):
    found = suitability(run, region, CLASSES="memory:")
    assert found["SKILL"] == near(1 - found["LOG_LOSS"] / found["NO_SKILL_LOG_LOSS"])
    share, right = (np.array(column(found["CLASSES"], name)) for name in ("share", "accuracy"))
    assert (share * right).sum() == near(found["ACCURACY"])
    valid = region.later > 0
    shares = np.array([(region.later[valid] == code).mean() for code in made.CODES])
    # Held out are some 160 cells: their shares differ from the region's by chance.
    assert found["NO_SKILL_LOG_LOSS"] == pytest.approx(-(shares * np.log(shares)).sum(), abs=0.1)
    bands = read(found["OUTPUT"])[:, valid]
    at = np.searchsorted(made.CODES, region.later[valid])
    chosen = bands[at, np.arange(bands.shape[1])]
    # A single one of them whose class got a probability of 1e-16 moves the mean by 37 / 160.
    assert found["LOG_LOSS"] == pytest.approx(-np.log(chosen).mean(), abs=0.25)
    assert found["ACCURACY"] == pytest.approx((bands.argmax(axis=0) == at).mean(), abs=0.04)
    # The area under the curve of each class: how often a cell of the class has more of it than another cell.
    areas = []
    for number in range(3):
        ranks = np.argsort(np.argsort(bands[number])) + 1.0
        own = at == number
        areas.append((ranks[own].mean() - (own.sum() + 1) / 2) / (~own).sum())
    assert found["AUC"] == pytest.approx(np.dot(areas, shares), abs=0.03)


def test_skill_by_transition_is_the_mean_of_its_rows(run, region):
    found = suitability(run, region, EARLIER=region.first_path, TRANSITIONS="memory:", EXPANSION="memory:")
    table, expansion = found["TRANSITIONS"], found["EXPANSION"]
    samples, areas = (np.array(column(table, name), float) for name in ("samples", "auc"))
    known = ~np.isnan(areas)
    assert found["AUC"] == near((samples * areas)[known].sum() / samples[known].sum())
    assert found["SKILL"] == near(1 - found["LOG_LOSS"] / found["NO_SKILL_LOG_LOSS"])
    pairs = list(zip(column(table, "from_code"), column(table, "to_code")))
    counts = dict(zip(pairs, samples))
    for pair, count in zip(
        zip(column(expansion, "from_code"), column(expansion, "to_code")), column(expansion, "samples")
    ):
        assert counts.get(pair, count) == count
    valid = region.first > 0
    for (i, j), share in zip(pairs, column(table, "share")):
        moved = ((region.first == i) & (region.later == j))[valid].sum() / (region.first == i)[valid].sum()
        assert share == near(moved)


def test_cells_steps_and_ranges_of_a_simulation_equal_its_maps(run, region, tmp_path):
    demand = transition(run, region, TARGET_YEAR=2020)
    suits = suitability(run, region, EARLIER=region.first_path)
    found = simulation(
        run, region, suits, TRANSITIONS=demand["TRANSITIONS"], RANGES="memory:", RUNS=3, ZONES=halves(), SEED=4
    )
    land = read(found["OUTPUT"])
    assert found["CHANGED_CELLS"] == (land != region.later)[region.later > 0].sum()
    assert found["SETTLED_CELLS"] == 0
    names = ("iteration", "code", "cells", "demand_cells", "inertia", "changed_cells")
    history = list(zip(*(column(found["HISTORY"], name) for name in names)))
    final = max(row[0] for row in history)
    assert final == found["ITERATIONS_RUN"] - 1
    assert {row[4] for row in history} == {1.0}, "the ranked allocation has no inertia"
    assert sum(row[2] for row in history if row[0] == final) == (region.later > 0).sum()
    assert sum(row[5] for row in history if row[1] == 1) == found["CHANGED_CELLS"]
    maps = [land]
    for seed in (5, 6):
        path = str(tmp_path / f"{seed}.tif")
        again = simulation(run, region, suits, TRANSITIONS=demand["TRANSITIONS"], SEED=seed, OUTPUT=path)
        maps.append(read(again["OUTPUT"]))
    ranges = found["RANGES"]
    names = ("quantity", "zone_name", "code", "runs", "at_start", "runs_mean", "runs_sd", "runs_lowest", "runs_highest")
    rows = {row[:3]: row[3:] for row in zip(*(column(ranges, name) for name in names))}
    for zone, part in (("west", np.s_[:, :45]), ("east", np.s_[:, 45:])):
        for code in made.CODES:
            areas = np.array([(each[part] == code).sum() * 0.09 for each in maps])
            start = (region.later[part] == code).sum() * 0.09
            runs, *values = rows["area_ha", zone, code]
            assert runs == 3
            assert values == near([start, areas.mean(), areas.std(ddof=1), areas.min(), areas.max()])


@pytest.mark.parametrize("keep", [True, False])
def test_cells_that_changed_twice_or_back_are_counted_by_the_last_map(run, region, keep):
    """Demand there and back: the history counts every change, the number only what the maps show."""
    suits = suitability(run, region)
    codes, now = np.unique(region.later[region.later > 0], return_counts=True)
    there = now + np.array([-120, 40, 80])
    rows = {"year": [2020] * 3 + [2025] * 3, "code": [*codes, *codes], "cells": [*there, *(now - [3, -1, -2])]}
    demand = squares({name: [float(each) for each in values] for name, values in rows.items()}, geometry=False)
    found = simulation(run, region, suits, DEMAND=demand, KEEP_STEPS=keep, UNREACHABLE="nearest")
    land = read(found["OUTPUT"])
    land = land[0] if keep else land
    changed = (land != region.later)[region.later > 0].sum()
    steps, cells = (column(found["HISTORY"], name) for name in ("code", "changed_cells"))
    assert sum(each for code, each in zip(steps, cells) if code == codes[0]) > changed
    assert found["CHANGED_CELLS"] == changed > 0


def test_skill_and_carbon_of_scenarios_equal_those_of_the_single_steps(run, region):
    given = {"LAND_COVER": region.first_path, "TODAY": region.later_path, "PRESET": "henan", "SEED": 3, "RUNS": 2}
    years = {"YEAR": 2010, "LATER_YEAR": 2015, "TARGET_YEAR": 2020}
    drivers = [region.slope_path, region.distance_path]
    lands = {f"future{number}:Land cover {number}": f"{region.first_path}.{number}.tif" for number in (1, 2, 3)}
    found = run(
        "scenariocarbon", ZONES=halves(), DRIVERS=drivers, **given, **years, **lands,
        **dict.fromkeys(("CARBON", "ZONE_CARBON", "carbon3:Zones"), "memory:"),
    )  # fmt: skip
    alone = run(
        "landusesuitability", LAND_COVER=region.later_path, EARLIER=region.first_path, DRIVERS=drivers, SEED=3,
        OUTPUT=f"{region.first_path}.suitability.tif",
    )  # fmt: skip
    assert found["SKILL"] == near(alone["SKILL"])
    assert found["AUC"] == near(alone["AUC"])
    assert found["suitability:LOG_LOSS"] == near(alone["LOG_LOSS"])
    assert found["suitability:NO_SKILL_LOG_LOSS"] == near(alone["NO_SKILL_LOG_LOSS"])
    # Study H: arable 66.81, forest 149.95, built-up 60 t C/ha.
    density = np.zeros(256)
    density[made.CODES] = [66.81, 149.95, 60.0]
    today = density[region.later].sum() * 0.09
    names = ("carbon_start_t", "carbon_end_t", "carbon_change_t", "carbon_change_min_t", "carbon_change_max_t")
    table = list(zip(*(column(found["CARBON"], name) for name in names)))
    for number, row in zip(("1", "2", "3"), table):
        assert found[f"carbon{number}:CARBON_START_T"] == near(row[0]) == pytest.approx(today)
        assert found[f"carbon{number}:CARBON_END_T"] == near(row[1])
        assert found[f"carbon{number}:NET_T"] == near(row[2])
        # Two runs: their mean is the middle, and the first of them is the map.
        assert row[2] == near((row[3] + row[4]) / 2)
        first = density[read(lands[f"future{number}:Land cover {number}"])].sum() * 0.09 - today
        assert min(abs(first - row[3]), abs(first - row[4])) < 1e-3
    zones = found["ZONE_CARBON"]
    for name in ("carbon_change_t", "carbon_start_t", "carbon_end_t"):
        by_scenario = np.array(column(zones, name)).reshape(3, 2).sum(axis=1)
        assert by_scenario == pytest.approx(column(found["CARBON"], name))


def test_number_outputs_of_a_calibration_equal_its_table_of_trials(run, region, tmp_path):
    found = run(
        "landusecalibration", LAND_COVER=region.later_path, EARLIER=region.first_path,
        DRIVERS=[region.slope_path, region.distance_path], BLOCK=10, SAMPLES=2000, NETWORKS=1,
        TRY_CLASS_DRIVERS=False, SETTINGS=str(tmp_path / "settings.json"), TRIALS="memory:",
    )  # fmt: skip
    names = ("model", "class_drivers", "figure_of_merit", "standard_error")
    trials = list(zip(*(column(found["TRIALS"], name) for name in names)))
    assert {row[1] for row in trials if row[0] == "trial"} == {"none"}
    by_model = {row[0]: row[2:] for row in trials if row[0] != "trial"}
    assert by_model["chosen"] == (found["FIGURE_OF_MERIT"], found["STANDARD_ERROR"])
    assert by_model.get("default", by_model["chosen"])[0] == found["DEFAULT_FIGURE_OF_MERIT"]
    assert by_model["uniform suitability"][0] == found["UNIFORM_FIGURE_OF_MERIT"]
