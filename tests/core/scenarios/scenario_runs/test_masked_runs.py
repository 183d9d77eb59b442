"""Masks on random regions: forbidden changes never occur, allowed ones are part of the demand."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.land_use_demand.demand_tables import LandUseDemand
from carbon_balance.core.scenarios.scenario_runs.masked_runs import ScenarioPlan, run_plan
from carbon_balance.core.scenarios.scenario_runs.scenario_table import MaskRule
from carbon_balance.core.scenarios.simulation.region import region_of
from carbon_balance.core.scenarios.simulation.run import BASE_INERTIA_OF_TRANSITIONS
from carbon_balance.core.scenarios.simulation.suitability_bands import suitability_bands
from regions import patches, suitability

CODES = np.array([1, 2, 3])


@pytest.mark.parametrize("seed", range(12))
def test_masked_changes_never_occur_and_the_other_demand_is_met(tmp_path, seed):
    rng = np.random.default_rng(seed)
    start = patches(rng, 30, 40, 3)
    cover = LandCover(RasterSource(made.write(tmp_path / "cover.tif", start + np.uint8(1))))
    source = RasterSource(made.write(tmp_path / "suits.tif", suitability(rng, 3, 30, 40)))
    inside = {name: (rng.random((30, 40)) < rng.choice([0.3, 0.9])).astype(np.uint8) for name in ("one", "two")}
    changes = np.zeros((2, 3, 3), bool)
    changes[0, :, rng.integers(0, 3)] = True
    changes[1] = rng.random((3, 3)) < 0.4
    changes[:, np.arange(3), np.arange(3)] = False
    rules = [MaskRule("one", changes[0], 0.0), MaskRule("two", changes[1], float(rng.choice([0, 3])))]
    masks = tuple(
        (RasterSource(made.write(tmp_path / f"{each.layer}.tif", inside[each.layer])), each) for each in rules
    )
    held = np.bincount(start.ravel(), minlength=3)
    flows = np.array([rng.multinomial(count, np.where(np.arange(3) == k, 0.4, 0.3)) for k, count in enumerate(held)])
    demand = LandUseDemand(["2030"], CODES, flows.sum(axis=0)[None], flows[None])
    plan = ScenarioPlan("a", demand, np.ones((3, 3), bool), np.ones(3), masks)
    region = region_of(cover, CODES, suitability_bands(source, CODES), None, 3)
    log = Log()
    found = run_plan(region, plan, Rules(plan.permitted, plan.weights, seed=seed), 1.0, True, log)
    (end,) = found.maps.in_memory
    for rule in rules:
        if rule.factor == 0:
            assert not ((inside[rule.layer] > 0) & rule.changes[start, end]).any()
    pairs = np.bincount(start.ravel().astype(int) * 3 + end.ravel(), minlength=9).reshape(3, 3)
    np.testing.assert_array_equal(found.found[0], pairs)
    others = ~np.eye(3, dtype=bool)
    assert (pairs[others] <= flows[others]).all()
    assert found.missing == (flows - pairs)[others].sum()
    assert bool(found.missing) == any("outside the masks" in warning for warning in log.warnings)


@pytest.mark.parametrize(
    "how",
    [{}, {"allocation": "ranked", "noise": 0.5}, {"allocation": "ranked", "noise": 0.0, "passes": 4}],
    ids=["roulette", "ranked", "ranked in passes"],
)
def test_growth_in_a_planned_zone_increases_with_its_factor(tmp_path, how):
    rng = np.random.default_rng(3)
    start = np.zeros((60, 80), np.uint8)
    start[:, 30:] = rng.random((60, 50)) < 0.05  # villages; the planned zone lies apart from them
    cover = LandCover(RasterSource(made.write(tmp_path / "cover.tif", start + np.uint8(1))))
    urban = rng.uniform(0.05, 0.15, start.shape)
    suits = np.stack([1 - urban, urban]).astype(np.float32)
    source = RasterSource(made.write(tmp_path / "suits.tif", suits))
    zone = np.zeros(start.shape, np.uint8)
    zone[10:30, 5:25] = 1
    zone_path = made.write(tmp_path / "zone.tif", zone)
    codes = np.array([1, 2])
    built = int(start.sum())
    flows = np.array([[start.size - built - 300, 300], [0, built]])
    demand = LandUseDemand(["2030"], codes, flows.sum(axis=0)[None], flows[None])
    region = region_of(cover, codes, suitability_bands(source, codes), None, 3)
    inside = []
    for factor in (1.0, 2.0, 5.0, 20.0):
        masks = ((RasterSource(zone_path), MaskRule("zone", np.array([[False, True], [False, False]]), factor)),)
        plan = ScenarioPlan("plan", demand, np.ones((2, 2), bool), np.ones(2), masks)
        rules = Rules(plan.permitted, plan.weights, base_inertia=BASE_INERTIA_OF_TRANSITIONS, **how)
        found = run_plan(region, plan, rules, 1.0, False, Log())
        (end,) = found.maps.in_memory
        grown = (start == 0) & (end == 1)
        assert grown.sum() == 300
        inside.append((grown & (zone > 0)).sum() / 300)
    # Without a neighbour of its class a cell of the zone is taken last; the planned zone counts one ahead.
    assert inside[0] < 0.05
    assert inside[0] < inside[1] < inside[2] <= inside[3]
    assert inside[3] > 0.9
