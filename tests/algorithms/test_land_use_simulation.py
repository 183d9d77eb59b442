"""Tests of the simulation, run after transition and suitability on a synthetic region."""

from __future__ import annotations

from pathlib import Path

import made_region as made
import numpy as np
import pytest
from layers import column, squares
from osgeo import gdal, osr
from qgis.core import QgsGeometry, QgsRectangle
from rasters import write_raster
from scenario_runs import read, refused, simulation, suitability, transition


def test_slightly_different_masks_are_accepted_along_the_workflow(run, region, tmp_path):
    """The earlier land cover lacks some cells; demand is for all cells of the later one."""
    holes = region.first.copy()
    holes[60:64, 20:70] = 0
    demand = transition(run, region, LAND_COVER=made.write(tmp_path / "holes.tif", holes, 0), TARGET_YEAR=2020)
    assert any("200 cells have data in only some of the land covers" in logged for logged in demand["notes"].warned)
    assert sum(column(demand["DEMAND"], "cells")) == (region.later > 0).sum()
    suits = suitability(run, region)
    for name in ("DEMAND", "TRANSITIONS"):
        results = simulation(run, region, suits, **{name: demand[name]})
        assert results["MISSING_HA"] == 0
        assert ((read(results["OUTPUT"]) == 5).sum()) > (region.later == 5).sum()


def test_the_workflow_meets_the_demand_with_skill(run, region, tmp_path):
    demand = transition(run, region)
    suits = suitability(run, region)
    results = simulation(run, region, suits, DEMAND=demand["DEMAND"], KEEP_STEPS=True)
    last, earlier = read(results["OUTPUT"])
    wanted = column(demand["DEMAND"], "cells")
    assert [(earlier == code).sum() for code in made.CODES] == wanted[:3]
    assert [(last == code).sum() for code in made.CODES] == wanted[3:]
    assert column(results["STEPS"], "cells") == wanted
    assert results["MISSING_HA"] == 0
    history = results["HISTORY"]
    assert set(column(history, "step")) == {1, 2}
    assert column(history, "cells")[:3] == [(region.later == code).sum() for code in made.CODES]
    same = simulation(run, region, suits, DEMAND=demand["DEMAND"], OUTPUT=str(tmp_path / "same.tif"))
    np.testing.assert_array_equal(read(same["OUTPUT"]), last)
    other = simulation(run, region, suits, DEMAND=demand["DEMAND"], SEED=2, OUTPUT=str(tmp_path / "other.tif"))
    assert (read(other["OUTPUT"]) != last).any()


@pytest.mark.parametrize("made_as", ["scaled", "percent"])
def test_suitability_is_read_with_its_scale_and_percentages_give_a_warning(run, region, tmp_path, made_as):
    """Whole steps of 1/128, which floats hold exactly, once as values and once as stored numbers."""
    demand = transition(run, region, TARGET_YEAR=2020)["DEMAND"]
    steps = np.round(np.maximum(read(suitability(run, region)["OUTPUT"]), 0) * 128)
    plain = write_raster(tmp_path / "plain.tif", (steps / 128).astype(np.float32), origin=(500000, 2600000), cell=30)
    expected = simulation(run, region, {"OUTPUT": plain}, DEMAND=demand)
    assert not any("probabilities" in told for told in expected["notes"].warned)
    bands = (steps * 128 + 128 if made_as == "scaled" else steps / 128 * 100).astype(np.float32)
    scale = (1 / 128**2, -1 / 128) if made_as == "scaled" else None
    other = write_raster(tmp_path / "other.tif", bands, origin=(500000, 2600000), cell=30, scale_offset=scale)
    found = simulation(run, region, {"OUTPUT": other}, DEMAND=demand, OUTPUT=str(tmp_path / "found.tif"))
    warned = [told for told in found["notes"].warned if "probabilities from 0 to 1 are expected" in told]
    if made_as == "scaled":
        np.testing.assert_array_equal(read(found["OUTPUT"]), read(expected["OUTPUT"]))
        assert sum("values are the stored numbers" in told for told in found["notes"].logged) == 1
        assert not warned
    else:
        assert len(warned) == 1 and "values up to " in warned[0]


def test_a_demand_that_cannot_be_reached_is_told_with_what_is_done(run, region):
    closed = made.write(Path(region.first_path).with_name("closed.tif"), (region.later == 1).astype(np.uint8))
    rows = squares({"code": [1, 2, 5], "share": [0.1, 0.1, 0.8]}, geometry=False, name="own")
    given = {"DEMAND": rows, "RESTRICTED": closed}
    suits = suitability(run, region)
    refused("choose the nearest reachable demand .UNREACHABLE = nearest.", simulation, run, region, suits, **given)
    found = simulation(run, region, suits, **given, UNREACHABLE="nearest")
    warned = next(told for told in found["notes"].warned if "cannot be reached" in told)
    assert warned.endswith("; the nearest reachable demand is used.")


def test_demand_by_transition_meets_gross_changes(run, region):
    demand = transition(run, region, TARGET_YEAR=2020)
    suits = suitability(run, region, EARLIER=region.first_path)
    results = simulation(run, region, suits, TRANSITIONS=demand["TRANSITIONS"])
    found = read(results["OUTPUT"])
    flows = np.array(column(demand["TRANSITIONS"], "area_ha")).reshape(3, 3) / 0.09
    cells = [[((region.later == i) & (found == j)).sum() for j in made.CODES] for i in made.CODES]
    np.testing.assert_allclose(cells, flows, atol=1)


def test_restricted_cells_presets_and_weights(run, region, tmp_path):
    restricted = np.zeros(region.first.shape, np.uint8)
    restricted[:, 45:] = 1
    path = made.write(tmp_path / "restricted.tif", restricted)
    demand = squares({"code": [1, 2, 5], "share": [0.43, 0.28, 0.24]}, geometry=False)
    results = simulation(
        run,
        region,
        suitability(run, region),
        DEMAND=demand,
        RESTRICTED=path,
        PRESET="urbanised",
        WEIGHTS="5:0.9",
        UNREACHABLE="nearest",
    )
    found = read(results["OUTPUT"])
    np.testing.assert_array_equal(found[:, 45:], region.later[:, 45:])
    assert not ((region.later == 5) & (found != 5)).any(), "construction may not shrink"
    assert not ((region.later == 1) & (found == 2)).any(), "cropland may not become forest"
    assert any("the shares add up to 0.95 instead of 1" in sentence for sentence in results["notes"].warned)


def test_missed_transitions_are_refused_or_reported(run, region, tmp_path):
    """All but 100 cells of class 1 are restricted; table, MISSING_HA and log report the missing demand."""
    closed = (region.later == 1).astype(np.uint8)
    closed.flat[np.flatnonzero(closed)[:100]] = 0
    path = made.write(tmp_path / "closed.tif", closed)
    flows = squares(
        {"from_code": [1, 1, 1, 2, 2], "to_code": [1, 2, 5, 2, 5], "cells": [1, 100, 300, 1000, 40]}, geometry=False
    )
    count = np.bincount(region.later.ravel(), minlength=6)
    rows = np.array([[1, 100, 300]]) * count[1] / 401
    given = {"TRANSITIONS": flows, "RESTRICTED": path, "CHANGES": "memory:"}
    suits = suitability(run, region)
    refused("class 1 has only 9.00 ha that can change.*UNREACHABLE = nearest", simulation, run, region, suits, **given)
    found = simulation(run, region, suits, UNREACHABLE="nearest", **given)
    land = read(found["OUTPUT"])
    got = {
        (now, later): int(((region.later == now) & (land == later)).sum()) for now in (1, 2, 5) for later in (1, 2, 5)
    }
    assert (got[1, 2], got[1, 5]) == (25, 75)
    assert got[2, 5] == pytest.approx(count[2] * 40 / 1040, abs=1)
    assert found["MISSING_HA"] == pytest.approx((rows[0, 1:].sum() - 100) * 0.09, abs=0.1)
    table = found["CHANGES"]
    assert dict(zip(zip(column(table, "from_code"), column(table, "to_code")), column(table, "cells"))) == got
    asked = dict(zip(zip(column(table, "from_code"), column(table, "to_code")), column(table, "demand_cells")))
    assert asked[1, 5] == pytest.approx(rows[0, 2], abs=1)
    assert any("1>5: demand" in warning and "result 6.75 ha" in warning for warning in found["notes"].warned)


def test_invalid_simulation_input_is_refused_without_output(run, region, tmp_path):
    suits = suitability(run, region)
    demand = transition(run, region, TARGET_YEAR=2020)["DEMAND"]
    target = tmp_path / "refused.tif"
    call = {"OUTPUT": str(target)}

    def rows(**columns):
        return squares(columns, geometry=False, name="own")

    refused("Give either the demand by class", simulation, run, region, suits, **call)
    refused(
        "no demand for class.* 5", simulation, run, region, suits, DEMAND=rows(code=[1, 2], share=[0.5, 0.5]), **call
    )
    refused(
        r"adds up to 3\.00 ha, but the region has 727\.65 ha",
        simulation,
        run,
        region,
        suits,
        DEMAND=rows(code=[1, 2, 5], area_ha=[1, 1, 1]),
        **call,
    )
    refused(
        "needs a row .present class. and a column",
        simulation,
        run,
        region,
        suits,
        DEMAND=demand,
        PERMISSIONS=rows(code=[1, 2], **{"1": [1, 1], "2": [1, 1]}),
        **call,
    )
    frozen = rows(code=[1, 2, 5], **{"1": [1, 0, 1], "2": [0, 1, 0], "5": [0, 0, 1]})
    refused(
        r"it cannot change to any other class",
        simulation,
        run,
        region,
        suits,
        DEMAND=demand,
        PERMISSIONS=frozen,
        **call,
    )
    everywhere = made.write(tmp_path / "everywhere.tif", np.ones(region.first.shape, np.uint8))
    refused("restricts all cells of the", simulation, run, region, suits, DEMAND=demand, RESTRICTED=everywhere, **call)
    two = {"OUTPUT": made.write(tmp_path / "two.tif", np.full((2, 90, 90), 0.5, np.float32))}
    refused(r"has 2 band\(s\), but there are 3 classes", simulation, run, region, two, DEMAND=demand, **call)
    four = rows(code=[1, 2, 5, 9], share=[0.4, 0.4, 0.2, 0])
    refused(r"has 3 band\(s\), but there are 4 classes", simulation, run, region, suits, DEMAND=four, **call)
    far = made.write(tmp_path / "far.tif", np.full((3, 90, 90), 0.3, np.float32), epsg=32648, west=900000)
    refused("No cell can change", simulation, run, region, {"OUTPUT": far}, DEMAND=demand, **call)
    refused("not of the form code:weight", simulation, run, region, suits, DEMAND=demand, WEIGHTS="7:1", **call)
    refused("odd number from 3", simulation, run, region, suits, DEMAND=demand, WINDOW=4, **call)
    assert not list(tmp_path.glob("*refused*"))


def test_restricted_cells_are_logged_and_a_majority_gives_a_warning(run, region, tmp_path):
    land = region.later > 0
    demand = squares({"code": [1, 2, 5], "share": [0.4, 0.4, 0.2]}, geometry=False)
    suits = suitability(run, region)
    for closed, is_questioned in ((np.indices(land.shape)[1] < 20, False), (np.indices(land.shape)[1] >= 20, True)):
        path = made.write(tmp_path / f"closed{is_questioned}.tif", closed.astype(np.uint8))
        notes = simulation(run, region, suits, DEMAND=demand, RESTRICTED=path, UNREACHABLE="nearest")["notes"]
        (told,) = [sentence for sentence in notes.logged if " restricts " in sentence]
        assert f"{(closed & land).sum():,} of {land.sum():,} cells of the land cover" in told
        assert any("exchange 0 and 1" in sentence for sentence in notes.warned) == is_questioned
    codes = made.write(tmp_path / "codes.tif", np.where(np.indices(land.shape)[1] >= 20, 7, 0).astype(np.uint8))
    notes = simulation(run, region, suits, DEMAND=demand, RESTRICTED=codes, UNREACHABLE="nearest")["notes"]
    assert not any("exchange 0 and 1" in sentence for sentence in notes.warned)


def test_a_column_of_shares_needs_no_unit(run, region):
    table = {"code": [1, 2, 5], "share": [0.4, 0.4, 0.2], "占比": [40.0, 40, 20]}
    suits = suitability(run, region)
    maps = [
        read(simulation(run, region, suits, DEMAND=squares(table, geometry=False), **field)["OUTPUT"])
        for field in ({}, {"AMOUNT_FIELD": "share"}, {"AMOUNT_FIELD": "占比"}, {"AMOUNT_FIELD": "share", "UNIT": "ha"})
    ]
    for other in maps[1:]:
        np.testing.assert_array_equal(other, maps[0])


def test_suitability_and_restricted_on_another_grid_are_aligned(run, region, tmp_path):
    """The last column is outside the shifted suitability; elsewhere the demand is met."""
    suits = read(suitability(run, region)["OUTPUT"])
    shifted = made.write(tmp_path / "shifted.tif", np.where(suits < 0, np.nan, suits)[:, :, :80].copy())
    demand = squares({"code": [1, 2, 5], "share": [0.45, 0.35, 0.2]}, geometry=False)
    results = simulation(run, region, {"OUTPUT": shifted}, DEMAND=demand)
    found = read(results["OUTPUT"])
    np.testing.assert_array_equal(found[:, 81:], region.later[:, 81:])
    assert (found != region.later).sum() > 100
    assert results["MISSING_HA"] == 0


def test_grids_that_cannot_be_aligned_are_refused(run, region, tmp_path):
    nowhere = made.write(tmp_path / "nowhere.tif", region.first, 0, west=500010, epsg=0)
    refused(
        r'"nowhere" has no coordinate reference system and cannot be aligned with Later land',
        transition,
        run,
        region,
        LAND_COVER=nowhere,
    )
    slope = made.write(tmp_path / "slope_nowhere.tif", region.slope, west=500010, epsg=0)
    refused("cannot be aligned", suitability, run, region, DRIVERS=[slope], OUTPUT=str(tmp_path / "refused.tif"))
    assert not list(tmp_path.glob("*refused*"))


def test_geographic_grids_work_by_area(run, tmp_path):
    """In degrees, rows differ in area; demand in hectares is converted to cells with the correct sum."""
    region = made.Region(tmp_path)
    paths = [region.first_path, region.later_path, region.slope_path, region.distance_path]
    for path in paths:
        dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(4326)
        dataset.SetProjection(reference.ExportToWkt())
        dataset.SetGeoTransform((108, 0.01, 0, 24, 0, -0.01))
        dataset.FlushCache()
    demand = transition(run, region, TARGET_YEAR=2020)
    share = (region.later == 5).sum() / (region.later > 0).sum()
    area = column(demand["DEMAND"], "area_ha")
    assert area[2] / sum(area) != pytest.approx(share, rel=1e-6)
    wanted = squares({"code": [1, 2, 5], "area_ha": area}, geometry=False)
    results = simulation(run, region, suitability(run, region), DEMAND=wanted)
    cells = [(read(results["OUTPUT"]) == code).sum() for code in made.CODES]
    np.testing.assert_allclose(cells, np.array(area) / sum(area) * (region.later > 0).sum(), atol=1)


def test_ranked_allocation_meets_every_transition_and_needs_them(run, region, tmp_path):
    demand = transition(run, region, TARGET_YEAR=2020)
    suits = suitability(run, region, EARLIER=region.first_path)
    flows = np.array(column(demand["TRANSITIONS"], "area_ha")).reshape(3, 3) / 0.09
    maps = []
    for number, more in enumerate(({}, {"NOISE": 0}, {"NOISE": 1, "STRENGTH": 0, "PASSES": 3, "WINDOW": 5})):
        path = str(tmp_path / f"ranked_{number}.tif")
        results = simulation(
            run, region, suits, TRANSITIONS=demand["TRANSITIONS"], ALLOCATION="ranked", OUTPUT=path, **more
        )
        found = read(results["OUTPUT"])
        cells = [[((region.later == i) & (found == j)).sum() for j in made.CODES] for i in made.CODES]
        np.testing.assert_allclose(cells, flows, atol=1)
        assert results["MISSING_HA"] == 0
        assert results["ITERATIONS_RUN"] == more.get("PASSES", 1)
        maps.append(found)
    assert (maps[0] != maps[1]).any()
    target = tmp_path / "refused.tif"
    refused(
        "ALLOCATION = ranked needs the demand by transition",
        simulation,
        run,
        region,
        suits,
        DEMAND=demand["DEMAND"],
        ALLOCATION="ranked",
        OUTPUT=str(target),
    )
    assert not target.exists()


def test_runs_give_the_probability_of_change_and_ranges(run, region, tmp_path):
    demand = transition(run, region, TARGET_YEAR=2020)
    suits = suitability(run, region, EARLIER=region.first_path)
    maps = []
    for seed in (3, 4, 5):
        path = str(tmp_path / f"seed_{seed}.tif")
        alone = simulation(run, region, suits, TRANSITIONS=demand["TRANSITIONS"], SEED=seed, OUTPUT=path)
        maps.append(read(alone["OUTPUT"]))
    pools = squares({"code": [1, 2, 5], "carbon_t_ha": [50.0, 150, 10]}, geometry=False)
    zone = squares({"name": ["all"]})
    zone.dataProvider().changeGeometryValues(
        {feature.id(): QgsGeometry.fromRect(QgsRectangle(0, 0, 1e7, 1e7)) for feature in zone.getFeatures()}
    )
    results = simulation(
        run,
        region,
        suits,
        TRANSITIONS=demand["TRANSITIONS"],
        SEED=3,
        RUNS=3,
        PROBABILITY=str(tmp_path / "probability.tif"),
        RANGES="memory:",
        ZONES=zone,
        POOLS=pools,
    )
    np.testing.assert_array_equal(read(results["OUTPUT"]), maps[0])
    bands, valid = read(results["PROBABILITY"]), region.later > 0
    changed = np.mean([found != region.later for found in maps], axis=0)
    np.testing.assert_allclose(bands[0][valid], changed[valid], atol=1e-6)
    for band, code in zip(bands[1:], made.CODES):
        np.testing.assert_allclose(band[valid], np.mean([found == code for found in maps], axis=0)[valid], atol=1e-6)
    assert (bands[:, ~valid] < 0).all()
    ranges = results["RANGES"]
    names = ("quantity", "zone_name", "code", "at_start", "runs_lowest", "runs_highest")
    rows = {row[:3]: row[3:] for row in zip(*(column(ranges, name) for name in names))}
    areas = [[(found == code).sum() * 0.09 for code in made.CODES] for found in maps]
    assert rows["area_ha", None, 5][1:] == pytest.approx([min(a[2] for a in areas), max(a[2] for a in areas)])
    assert rows["area_ha", "all", 5] == pytest.approx(rows["area_ha", None, 5])
    carbon = [np.dot(own, [50, 150, 10]) for own in areas]
    assert rows["carbon_t", None, None][1:] == pytest.approx([min(carbon), max(carbon)])
    refused(
        "RUNS is 1: ranges and probabilities",
        simulation,
        run,
        region,
        suits,
        TRANSITIONS=demand["TRANSITIONS"],
        RANGES="memory:",
    )
