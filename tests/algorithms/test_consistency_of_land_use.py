"""Outputs of one run agree, for transitions, simulations and their accuracy: totals, zones, rasters, tables and log.

Every pair is held together on random regions of six zones that tile the raster, with gaps in the land cover.
"""

from __future__ import annotations

import numpy as np
import pytest
from agreement import near, rows, told
from layers import column, squares
from rasters import read_raster
from zoned_region import CELL_HA


@pytest.fixture
def region(zoned_region):
    return zoned_region


def test_transitions_demand_and_matrix_agree(run, region):
    years = {"YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2030}
    given = {"LAND_COVER": region.first_path, "LAND_COVER_LATER": region.later_path, **years}
    result = run("landusetransition", **given, **dict.fromkeys(("DEMAND", "TRANSITIONS", "MATRIX"), "memory:"))
    demand, flows, matrix = (rows(result[name]) for name in ("DEMAND", "TRANSITIONS", "MATRIX"))
    both = (region.first > 0) & (region.later > 0)
    assert result["AREA_HA"] == near(both.sum())
    assert sum(row["area_ha"] for row in matrix) == near(result["AREA_HA"])
    changed = sum(row["area_ha"] for row in matrix if row["from_code"] != row["to_code"])
    assert changed == near(result["CHANGED_HA"]) == near((both & (region.first != region.later)).sum())
    assert result["CHANGED_SHARE"] == near(changed / result["AREA_HA"])
    today = (region.later > 0).sum()
    for year in {row["year"] for row in demand}:
        own = [row for row in demand if row["year"] == year]
        assert sum(row["area_ha"] for row in own) == near(today * CELL_HA)
        assert sum(row["share"] for row in own) == near(1)
        assert sum(int(row["cells"]) for row in own) == today
        for row in own:
            arriving = sum(f["area_ha"] for f in flows if f["year"] == year and f["to_code"] == row["code"])
            assert arriving == near(row["area_ha"])
    for code in {row["from_code"] for row in matrix}:
        assert sum(row["probability"] for row in matrix if row["from_code"] == code) == near(1)


def test_accuracy_in_map_table_and_numbers_agrees(run, region, tmp_path):
    simulated = np.where(region.rng.random(region.first.shape) < 0.1, 2, region.later).astype(np.uint8)
    simulated[region.later == 0] = 0
    result = run(
        "simulationaccuracy", LAND_COVER=region.first_path, REFERENCE=region.later_path,
        SIMULATED=region.raster("simulated", simulated, 0), OUTPUT=str(tmp_path / "map.tif"), MEASURES="memory:",
        CLASSES="memory:",
    )  # fmt: skip
    cells = read_raster(result["OUTPUT"])
    kinds = {code: int((cells == code).sum()) for code in range(1, 6)}
    names = {1: "HITS", 2: "MISSES", 3: "FALSE_ALARMS", 4: "WRONG_HITS"}
    assert {name: result[name] for name in names.values()} == {name: kinds[code] for code, name in names.items()}
    valid = (region.first > 0) & (region.later > 0)
    assert sum(kinds.values()) == valid.sum()
    assert result["OVERALL_ACCURACY"] == near((simulated == region.later)[valid].mean())
    assert result["FIGURE_OF_MERIT"] == near(kinds[1] / (kinds[1] + kinds[2] + kinds[3] + kinds[4]))
    assert result["QUANTITY"] + result["ALLOCATION"] == near(1 - result["OVERALL_ACCURACY"])
    assert result["EXCHANGE"] + result["SHIFT"] == near(result["ALLOCATION"])
    measures = {(row["model"], row["measure"]): row["value"] for row in rows(result["MEASURES"])}
    for name in ("OVERALL_ACCURACY", "KAPPA", "QUANTITY", "ALLOCATION"):
        assert measures["simulation", name.lower()] == near(result[name])
    assert measures["null model", "overall_accuracy"] == near(result["NULL_OVERALL_ACCURACY"])
    assert measures["simulation", "figure_of_merit"] == near(result["FIGURE_OF_MERIT"])
    assert f"Figure of merit {result['FIGURE_OF_MERIT']:.4f}." in told(result)


def test_simulation_in_map_steps_and_history_agrees(run, region, tmp_path):
    slope = region.raster("slope", np.indices(region.first.shape)[1].astype(np.float32))
    suits = run(
        "landusesuitability", LAND_COVER=region.later_path, DRIVERS=[slope], NETWORKS=1, SAMPLES=400, ITERATIONS=10,
        OUTPUT=str(tmp_path / "s.tif"), CLASSES="memory:",
    )  # fmt: skip
    assert sum(column(suits["CLASSES"], "share")) == near(1)
    assert suits["CELLS_WITHOUT"] == 0
    wanted = squares({"code": [1, 2, 3, 5], "share": [0.35, 0.3, 0.2, 0.15]}, geometry=False)
    result = run(
        "landusesimulation", LAND_COVER=region.later_path, SUITABILITY=suits["OUTPUT"], DEMAND=wanted,
        UNREACHABLE="nearest", OUTPUT=str(tmp_path / "o.tif"), STEPS="memory:", HISTORY="memory:",
    )  # fmt: skip
    cells = read_raster(result["OUTPUT"])
    steps, history = rows(result["STEPS"]), rows(result["HISTORY"])
    last = [row for row in history if row["iteration"] == -1]
    for row in steps:
        assert row["cells"] == (cells == row["code"]).sum()
        assert row["area_ha"] == near(row["cells"] * CELL_HA)
        assert [each["cells"] for each in last if each["code"] == row["code"]] == [row["cells"]]
    missing = sum(max(row["demand_cells"] - row["cells"], 0) for row in steps)
    assert result["MISSING_HA"] == near(missing * CELL_HA)
    assert sum(row["cells"] for row in steps) == (region.later > 0).sum()
