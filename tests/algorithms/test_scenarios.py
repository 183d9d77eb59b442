"""The land-use scenario algorithms as a user runs them, chained on a made-up region."""

from __future__ import annotations

import json
from pathlib import Path

import made_region as made
import numpy as np
import pytest
from carbon_balance.compat import is_null
from layers import column, squares
from osgeo import gdal, osr
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsRectangle, QgsVectorLayer


@pytest.fixture
def region(tmp_path):
    return made.Region(tmp_path)


def read(path) -> np.ndarray:
    return gdal.OpenEx(str(path), gdal.OF_RASTER).ReadAsArray()


def table(results, name):
    return results[name]


def transition(run, region, **more):
    given = {
        "LAND_COVER": region.first_path,
        "LAND_COVER_LATER": region.later_path,
        "YEAR": 2010,
        "LATER_YEAR": 2015,
        "TARGET_YEAR": 2025,
        **dict.fromkeys(("DEMAND", "TRANSITIONS", "MATRIX"), "memory:"),
    }
    return run("landusetransition", **{**given, **more})


def suitability(run, region, **more):
    given = {
        "LAND_COVER": region.later_path,
        "DRIVERS": [region.slope_path, region.distance_path],
        "SAMPLES": 4000,
        "OUTPUT": str(Path(region.first_path).with_name("suitability.tif")),
    }
    return run("landusesuitability", **{**given, **more})


def simulation(run, region, suits, **more):
    given = {"LAND_COVER": region.later_path, "SUITABILITY": suits["OUTPUT"], "STEPS": "memory:", "HISTORY": "memory:"}
    given["OUTPUT"] = str(Path(region.first_path).with_name("simulated.tif"))
    return run("landusesimulation", **{**given, **more})


def test_transition_gives_matrix_and_markov_demand(run, region):
    results = transition(run, region)
    valid = region.first > 0
    cells = np.array([[((region.first == i) & (region.later == j)).sum() for j in made.CODES] for i in made.CODES])
    matrix = table(results, "MATRIX")
    np.testing.assert_allclose(column(matrix, "area_ha"), cells.ravel() * 0.09)
    probabilities = cells / cells.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(column(matrix, "probability"), probabilities.ravel())
    demand = table(results, "DEMAND")
    assert column(demand, "year") == [2020] * 3 + [2025] * 3
    one = cells.sum(axis=0) @ probabilities
    np.testing.assert_allclose(column(demand, "area_ha"), np.r_[one, one @ probabilities] * 0.09)
    assert sum(column(demand, "cells")[:3]) == valid.sum()
    assert results["CHANGED_HA"] == pytest.approx((region.first != region.later).sum() * 0.09)
    assert results["STEPS"] == 2


def test_masks_that_differ_a_little_do_not_break_the_chain(run, region, tmp_path):
    """The earlier land cover lacks cells; demand is for all cells of the later one."""
    holes = region.first.copy()
    holes[60:64, 20:70] = 0
    demand = transition(run, region, LAND_COVER=made.write(tmp_path / "holes.tif", holes, 0), TARGET_YEAR=2020)
    assert any("200 cells have data in some of the land covers only" in told for told in demand["notes"].warned)
    assert sum(column(table(demand, "DEMAND"), "cells")) == (region.later > 0).sum()
    suits = suitability(run, region)
    for name in ("DEMAND", "TRANSITIONS"):
        results = simulation(run, region, suits, **{name: table(demand, name)})
        assert results["MISSING_HA"] == 0
        assert ((read(results["OUTPUT"]) == 5).sum()) > (region.later == 5).sum()


def test_factors_make_a_scenario(run, region):
    results = transition(run, region, FACTORS="1>5:0, *>2: 0", TARGET_YEAR=2020)
    flows = table(results, "TRANSITIONS")
    lost = {
        (now, later): area
        for now, later, area in zip(column(flows, "from_code"), column(flows, "to_code"), column(flows, "area_ha"))
    }
    assert lost[1, 5] == lost[1, 2] == lost[5, 2] == 0
    assert lost[2, 5] > 0
    assert sum(lost.values()) == pytest.approx((region.first > 0).sum() * 0.09)


def test_suitability_adds_up_and_has_skill(run, region, tmp_path):
    results = suitability(
        run, region, CLASSES="memory:", IMPORTANCE="memory:", SAVED_NETWORK=str(tmp_path / "network.json")
    )
    bands = read(results["OUTPUT"])
    valid = region.later > 0
    assert bands.shape == (3, *region.later.shape)
    np.testing.assert_allclose(bands[:, valid].sum(axis=0), 1, atol=1e-5)
    assert (bands[:, ~valid] < 0).all()
    assert results["LOG_LOSS"] < 0.7 * results["NO_SKILL_LOG_LOSS"]
    assert (np.array(column(table(results, "IMPORTANCE"), "importance")) > 0.05).all()
    assert column(table(results, "IMPORTANCE"), "driver") == ["slope", "distance"]
    assert column(table(results, "CLASSES"), "code") == [1, 2, 5]
    again = suitability(run, region, NETWORK=str(tmp_path / "network.json"), OUTPUT=str(tmp_path / "again.tif"))
    np.testing.assert_array_equal(read(again["OUTPUT"]), bands)
    assert again["LOG_LOSS"] is None


def test_several_networks_are_averaged_and_saved_together(run, region, tmp_path):
    saved = str(tmp_path / "networks.json")
    several = suitability(run, region, NETWORKS=3, SAMPLES=6000, SAVED_NETWORK=saved, IMPORTANCE="memory:")
    bands = read(several["OUTPUT"])
    alone = suitability(run, region, NETWORKS=1, SAMPLES=2000, SAVED_NETWORK=str(tmp_path / "one.json"))
    members = json.loads(Path(saved).read_text(encoding="utf-8"))["networks"]
    first = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert len(members) == 3
    assert members[0] == {key: first[key] for key in members[0]}, "the first is that of the seed itself"
    assert members[0] != members[1] != members[2]
    assert several["SAMPLES_HELD_OUT"] == pytest.approx(3 * alone["SAMPLES_HELD_OUT"], rel=0.1)
    assert several["LOG_LOSS"] < 0.7 * several["NO_SKILL_LOG_LOSS"]
    assert (np.array(column(table(several, "IMPORTANCE"), "importance")) > 0.05).all()
    np.testing.assert_allclose(bands[:, region.later > 0].sum(axis=0), 1, atol=1e-5)
    again = suitability(run, region, NETWORK=saved, OUTPUT=str(tmp_path / "again.tif"))
    np.testing.assert_array_equal(read(again["OUTPUT"]), bands)


def test_samples_too_few_to_divide_are_refused(run, region):
    refused("200 samples divided among 5 networks are 40", suitability, run, region, SAMPLES=200, NETWORKS=5)


def test_drivers_that_are_constant_or_have_gaps_are_named(run, region, tmp_path):
    region.slope[10:20, 10:20] = np.nan
    gappy = made.write(tmp_path / "gappy.tif", region.slope)
    flat = made.write(tmp_path / "flat.tif", np.full_like(region.slope, 7))
    results = suitability(run, region, DRIVERS=[gappy, flat, region.distance_path])
    assert any("take no part: flat" in sentence for sentence in results["notes"].warned)
    assert any("gappy 100 cells" in sentence for sentence in results["notes"].warned)
    assert results["CELLS_WITHOUT"] == 100
    simulated = simulation(run, region, results, DEMAND=table(transition(run, region, TARGET_YEAR=2020), "DEMAND"))
    assert any("100 cells have no suitability" in sentence for sentence in simulated["notes"].warned)
    found = read(simulated["OUTPUT"])
    np.testing.assert_array_equal(found[10:20, 10:20], region.later[10:20, 10:20])


def test_the_chain_meets_the_demand_and_learns_where(run, region, tmp_path):
    demand = transition(run, region)
    suits = suitability(run, region)
    results = simulation(run, region, suits, DEMAND=table(demand, "DEMAND"), KEEP_STEPS=True)
    last, earlier = read(results["OUTPUT"])
    wanted = column(table(demand, "DEMAND"), "cells")
    assert [(earlier == code).sum() for code in made.CODES] == wanted[:3]
    assert [(last == code).sum() for code in made.CODES] == wanted[3:]
    assert column(table(results, "STEPS"), "cells") == wanted
    assert results["MISSING_HA"] == 0
    history = table(results, "HISTORY")
    assert set(column(history, "step")) == {1, 2}
    assert column(history, "cells")[:3] == [(region.later == code).sum() for code in made.CODES]
    same = simulation(run, region, suits, DEMAND=table(demand, "DEMAND"), OUTPUT=str(tmp_path / "same.tif"))
    np.testing.assert_array_equal(read(same["OUTPUT"]), last)
    other = simulation(run, region, suits, DEMAND=table(demand, "DEMAND"), SEED=2, OUTPUT=str(tmp_path / "other.tif"))
    assert (read(other["OUTPUT"]) != last).any()


def test_demand_by_transition_meets_gross_changes(run, region):
    demand = transition(run, region, TARGET_YEAR=2020)
    suits = suitability(run, region, EARLIER=region.first_path)
    results = simulation(run, region, suits, TRANSITIONS=table(demand, "TRANSITIONS"))
    found = read(results["OUTPUT"])
    flows = np.array(column(table(demand, "TRANSITIONS"), "area_ha")).reshape(3, 3) / 0.09
    cells = [[((region.later == i) & (found == j)).sum() for j in made.CODES] for i in made.CODES]
    np.testing.assert_allclose(cells, flows, atol=1)


def test_restricted_cells_presets_and_weights(run, region, tmp_path):
    restricted = np.zeros(region.first.shape, np.uint8)
    restricted[:, 45:] = 1
    path = made.write(tmp_path / "restricted.tif", restricted)
    demand = squares({"code": [1, 2, 5], "share": [0.45, 0.3, 0.25]}, geometry=False)
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


def refused(sentence, call, *args, **given):
    with pytest.raises(QgsProcessingException, match=sentence):
        call(*args, **given)


def test_bad_simulation_input_is_refused_and_leaves_nothing(run, region, tmp_path):
    suits = suitability(run, region)
    demand = table(transition(run, region, TARGET_YEAR=2020), "DEMAND")
    target = tmp_path / "refused.tif"
    call = {"OUTPUT": str(target)}

    def rows(**columns):
        return squares(columns, geometry=False, name="own")

    refused("Give either the demand by class", simulation, run, region, suits, **call)
    refused(
        "no demand for class.* 5", simulation, run, region, suits, DEMAND=rows(code=[1, 2], share=[0.5, 0.5]), **call
    )
    refused(
        r"adds up to 3\.00 ha, the region has 727\.65 ha",
        simulation,
        run,
        region,
        suits,
        DEMAND=rows(code=[1, 2, 5], area_ha=[1, 1, 1]),
        **call,
    )
    refused(
        "needs a row .class now. and a column",
        simulation,
        run,
        region,
        suits,
        DEMAND=demand,
        PERMISSIONS=rows(code=[1, 2], **{"1": [1, 1], "2": [1, 1]}),
        **call,
    )
    frozen = rows(code=[1, 2, 5], **{"1": [1, 0, 1], "2": [0, 1, 0], "5": [0, 0, 1]})
    refused(r"it may become no other class", simulation, run, region, suits, DEMAND=demand, PERMISSIONS=frozen, **call)
    everywhere = made.write(tmp_path / "everywhere.tif", np.ones(region.first.shape, np.uint8))
    refused("No cell may change", simulation, run, region, suits, DEMAND=demand, RESTRICTED=everywhere, **call)
    two = {"OUTPUT": made.write(tmp_path / "two.tif", np.full((2, 90, 90), 0.5, np.float32))}
    refused(r"has 2 band\(s\), but there are 3 classes", simulation, run, region, two, DEMAND=demand, **call)
    four = rows(code=[1, 2, 5, 9], share=[0.4, 0.4, 0.2, 0])
    refused(r"has 3 band\(s\), but there are 4 classes", simulation, run, region, suits, DEMAND=four, **call)
    far = made.write(tmp_path / "far.tif", np.full((3, 90, 90), 0.3, np.float32), epsg=32648, west=900000)
    refused("No cell may change", simulation, run, region, {"OUTPUT": far}, DEMAND=demand, **call)
    refused("not a pair code:weight", simulation, run, region, suits, DEMAND=demand, WEIGHTS="7:1", **call)
    refused("odd number from 3", simulation, run, region, suits, DEMAND=demand, WINDOW=4, **call)
    assert not list(tmp_path.glob("*refused*"))


def test_suitability_and_restricted_on_another_grid_are_aligned(run, region, tmp_path):
    """The last column lies outside the shifted suitability; elsewhere the demand is met."""
    suits = read(suitability(run, region)["OUTPUT"])
    shifted = made.write(tmp_path / "shifted.tif", np.where(suits < 0, np.nan, suits)[:, :, :80].copy())
    demand = squares({"code": [1, 2, 5], "share": [0.45, 0.35, 0.2]}, geometry=False)
    results = simulation(run, region, {"OUTPUT": shifted}, DEMAND=demand)
    found = read(results["OUTPUT"])
    np.testing.assert_array_equal(found[:, 81:], region.later[:, 81:])
    assert (found != region.later).sum() > 100
    assert results["MISSING_HA"] == 0


def test_bad_transition_input_is_refused(run, region, tmp_path):
    refused("later year must come after", transition, run, region, LATER_YEAR=2010)
    refused("target year 2015 must come after", transition, run, region, TARGET_YEAR=2015)
    refused("is not from>to:factor", transition, run, region, FACTORS="1-5:2")
    refused("would lose", transition, run, region, FACTORS="1>5:200")
    other = np.where(region.later == 5, 7, region.later).astype(np.uint8)
    path = made.write(tmp_path / "other.tif", other, 0)
    refused("one of the two land covers only", transition, run, region, LAND_COVER_LATER=path)
    transition(run, region, LAND_COVER_LATER=path, KEEP_UNMATCHED=True)
    far = made.write(tmp_path / "far.tif", region.later, 0, west=900000)
    refused("no valid cell in common", transition, run, region, LAND_COVER_LATER=far)


def test_grids_that_cannot_be_aligned_are_refused(run, region, tmp_path):
    nowhere = made.write(tmp_path / "nowhere.tif", region.first, 0, west=500010, epsg=0)
    refused("cannot be aligned: it or the land cover has no coordinate", transition, run, region, LAND_COVER=nowhere)
    slope = made.write(tmp_path / "slope_nowhere.tif", region.slope, west=500010, epsg=0)
    refused("cannot be aligned", suitability, run, region, DRIVERS=[slope], OUTPUT=str(tmp_path / "refused.tif"))
    assert not list(tmp_path.glob("*refused*"))


def test_geographic_grids_work_by_area(run, tmp_path):
    """In degrees rows have different areas; demand in hectares still becomes cells that add up."""
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
    area = column(table(demand, "DEMAND"), "area_ha")
    assert area[2] / sum(area) != pytest.approx(share, rel=1e-6)
    wanted = squares({"code": [1, 2, 5], "area_ha": area}, geometry=False)
    results = simulation(run, region, suitability(run, region), DEMAND=wanted)
    cells = [(read(results["OUTPUT"]) == code).sum() for code in made.CODES]
    np.testing.assert_allclose(cells, np.array(area) / sum(area) * (region.later > 0).sum(), atol=1)


def test_accuracy_shows_the_null_model_and_the_map(run, region, tmp_path):
    simulated = region.first.copy()
    simulated[40:50, 40:60] = 5
    path = made.write(tmp_path / "simulated.tif", simulated, 0)
    results = run(
        "simulationaccuracy",
        LAND_COVER=region.first_path,
        REFERENCE=region.later_path,
        SIMULATED=path,
        OUTPUT=str(tmp_path / "map.tif"),
        MEASURES="memory:",
        CLASSES="memory:",
        REPORT=str(tmp_path / "report.html"),
    )
    valid = region.first > 0
    changed, moved = region.first != region.later, region.first != simulated
    hits = (changed & (region.later == simulated) & valid).sum()
    assert results["HITS"] == hits
    assert results["FIGURE_OF_MERIT"] == pytest.approx(hits / (changed | moved)[valid].sum())
    assert results["NULL_OVERALL_ACCURACY"] == pytest.approx((~changed)[valid].mean())
    codes = read(results["OUTPUT"])
    assert (codes == 1).sum() == hits
    assert (codes[~valid] == 0).all()
    measures = table(results, "MEASURES")
    found = dict(zip(zip(column(measures, "model"), column(measures, "measure")), column(measures, "value")))
    assert found["null model", "hits"] == 0
    assert found["simulation", "figure_of_merit"] == pytest.approx(results["FIGURE_OF_MERIT"])
    assert "null model" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_where_nothing_changed_there_is_no_figure_of_merit(run, region, tmp_path):
    same = dict.fromkeys(("LAND_COVER", "REFERENCE", "SIMULATED"), region.first_path)
    results = run("simulationaccuracy", **same, MEASURES="memory:", REPORT=str(tmp_path / "report.html"))
    told = results["notes"].told
    assert any("Nothing changed, in the reference or in the simulation" in each for each in told)
    assert not any("nan" in each.split() for each in told)
    assert results["OVERALL_ACCURACY"] == 1
    measures = table(results, "MEASURES")
    found = dict(zip(zip(column(measures, "model"), column(measures, "measure")), column(measures, "value")))
    assert is_null(found["simulation", "figure_of_merit"])
    assert ">nan<" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_saved_network_of_other_drivers_is_refused(run, region, tmp_path):
    path = tmp_path / "network.json"
    suitability(run, region, SAVED_NETWORK=str(path), SAMPLES=500)
    refused("trained with 2 drivers", suitability, run, region, NETWORK=str(path), DRIVERS=[region.slope_path])
    path.write_text('{"format": "something else"}', encoding="utf-8")
    refused("is not a suitability network", suitability, run, region, NETWORK=str(path))


def halves():
    """Two zones, the west and the east of the made-up region (2,700 m wide)."""
    zones = QgsVectorLayer("Polygon?crs=EPSG:32648&field=name:string", "halves", "memory")
    for name, west in (("west", 500000), ("east", 501350)):
        feature = QgsFeature(zones.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 2597300, west + 1350, 2600000)))
        feature.setAttributes([name])
        zones.dataProvider().addFeature(feature)
    return zones


def test_the_model_gives_carbon_by_zone_under_three_scenarios(run, region, tmp_path):
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
