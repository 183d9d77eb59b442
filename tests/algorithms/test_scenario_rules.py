"""Rules of scenarios: permissions, factors, masks, given demand, restricted cells, and what is refused."""

from __future__ import annotations

from collections import Counter

import made_region as made
import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from scenario_runs import DENSITY, read, refused, scenarios, table


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


def test_files_of_others_in_the_folder_of_land_covers_are_kept(run, region, tmp_path):
    """The files are called as the scenarios: the user chose their folder only. Those of earlier runs are replaced."""
    rows, folder = squares({"scenario": ["trend"]}, geometry=False), tmp_path / "maps"
    given = {"SCENARIOS": rows, "FOLDER": str(folder), "RUNS": 1}
    scenarios(run, region, **given)
    scenarios(run, region, **given)
    made.write(folder / "trend.tif", region.later)
    before = (folder / "trend.tif").read_bytes()
    with pytest.raises(QgsProcessingException, match="trend.tif already exists, was not written by this plugin"):
        scenarios(run, region, **given)
    with pytest.raises(QgsProcessingException, match="trend.tif is an input of this run"):
        scenarios(run, region, **{**given, "TODAY": str(folder / "trend.tif")})
    assert (folder / "trend.tif").read_bytes() == before
