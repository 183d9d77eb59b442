"""Aims, bounds that cannot be met, and the tables of a plan, with 100 cells of 2 ha in each of three classes."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.optimisation.aims import (
    Aim,
    demand_columns,
    front_columns,
    price_columns,
    require_reachable,
    transition_columns,
)
from carbon_balance.core.scenarios.optimisation.conflicts import LEAST, MOST, prices
from carbon_balance.core.scenarios.optimisation.land_plan import ClassBounds, Land, best_plan
from carbon_balance.core.scenarios.optimisation.optimise import optimise
from carbon_balance.core.scenarios.optimisation.pareto import pareto_front

LAND = Land(["arable", "grass", "forest"], np.array([100, 100, 80]), np.array([0, 0, 20]), np.ones((3, 3), bool), 2.0)
BOUNDS = ClassBounds(np.array([80.0, 0, 0]), np.array([np.inf, np.inf, 120]))
CODES = np.array([1, 3, 7])
# Class forest takes 20 cells from arable: 2 x (80 + 200 + 360) = 1,280 t, now 1,200 t.
STORED = Aim("storage", "Storage, t C", np.array([1.0, 2.0, 3.0]))
EMITTED = Aim("emission", "Emission, t", np.array([4.0, 1.0, 2.0]))


def test_an_emission_is_minimised_and_other_aims_maximised():
    assert (STORED.sign, EMITTED.sign) == (1, -1)
    assert EMITTED.gain_ha.tolist() == [-4, -1, -2]
    assert STORED.floor(None) is None
    floor = EMITTED.floor(900.0)
    assert (floor.gain_ha.tolist(), floor.value) == ([-4, -1, -2], -900)


def test_a_target_up_to_the_best_plan_is_accepted():
    for target in (None, 0.0, 1280.0, 1280.0 * (1 + 0.9e-9)):
        require_reachable(LAND, BOUNDS, STORED, target)
    # 80 x 4 + 220 x 1 = 540 cells' worth, 2 ha each.
    require_reachable(LAND, ClassBounds(np.array([80.0, 0, 0]), np.full(3, np.inf)), EMITTED, 1080.0 + 80)


def test_an_unreachable_target_is_refused_naming_the_binding_constraints():
    with pytest.raises(CarbonBalanceError) as refused:
        require_reachable(LAND, BOUNDS, STORED, 1280.1)
    message = str(refused.value)
    assert message.startswith("Storage, t C: at least 1,280.1 ")
    assert " more than 1,280 " in message
    assert " 1,200)" in message
    assert message.endswith(
        "class forest at most 240.00 ha (without it 200 better); class arable at least 160.00 ha (without it 160 "
        "better)."
    )
    with pytest.raises(CarbonBalanceError, match=r"^Emission, t: at most 10 is .* has less than "):
        require_reachable(LAND, BOUNDS, EMITTED, 10.0)


# Without the upper bound 100 cells of grass become forest, without the lower one 80 of arable grass: 1 t/ha more each.
def test_prices_are_given_for_removing_a_bound_and_for_its_first_cell():
    most, least = prices(LAND, BOUNDS, STORED.gain_ha)
    assert (most.constraint.kind, most.constraint.place, most.gain, most.gain_per_ha) == (MOST, 2, 200, 1)
    assert (least.constraint.kind, least.constraint.place, least.gain, least.gain_per_ha) == (LEAST, 0, 160, 1)
    found = price_columns([most, least], CODES)
    assert [np.asarray(values).tolist() for values in found.values()] == [[MOST, LEAST], [7, 1], [200, 160], [1, 1]]
    assert [len(values) for values in price_columns([], CODES).values()] == [0, 0, 0, 0]


def test_the_tables_of_a_plan():
    plan = best_plan(LAND, BOUNDS, STORED.gain_ha)
    aim = Aim(STORED.kind, STORED.title, STORED.amount_ha, ["arable", "", "forest"])
    found = {name: np.asarray(values).tolist() for name, values in demand_columns(plan, BOUNDS, CODES, aim).items()}
    assert found == {
        "code": [1, 3, 7],
        "name": ["arable", "class 3", "forest"],
        "area_now_ha": [200, 200, 200],
        "area_ha": [160, 200, 240],
        "change_ha": [-40, 0, 40],
        "share": pytest.approx([80 / 300, 100 / 300, 120 / 300]),
        "cells": [80, 100, 120],
        "min_ha": [160, 0, 0],
        "max_ha": pytest.approx([np.nan, np.nan, 240], nan_ok=True),
        "aim_name": ["storage"] * 3,
        "aim_per_ha": [1, 2, 3],
        "aim_change": [-40, 0, 120],
    }
    nothing = Aim(STORED.kind, STORED.title, np.zeros(3), [])
    assert not np.signbit(np.asarray(demand_columns(plan, BOUNDS, CODES, nothing)["aim_change"])).any()
    flows = {name: np.asarray(values).tolist() for name, values in transition_columns(plan, CODES).items()}
    assert flows["from_code"] == [1, 1, 1, 3, 3, 3, 7, 7, 7]
    assert flows["to_code"] == [1, 3, 7] * 3
    assert flows["cells"] == [80, 0, 20, 0, 100, 0, 0, 0, 100]
    assert flows["area_ha"] == [160, 0, 40, 0, 200, 0, 0, 0, 200]


def test_a_front_runs_from_the_best_of_one_aim_to_that_of_the_other():
    """Storage needs forest, low emission needs grass: from one end to the other the emission falls in equal steps."""
    bounds = ClassBounds(np.array([80.0, 0, 20]), np.array([np.inf, np.inf, 120]))
    front = pareto_front(LAND, bounds, STORED.gain_ha, EMITTED.gain_ha, 5, Log())
    table = {name: values.tolist() for name, values in front_columns(front, STORED, EMITTED).items()}
    best, least = 80 * 4 + 100 * 1 + 120 * 2, 80 * 4 + 200 * 1 + 20 * 2
    targets = [2 * (best - (best - least) * part) for part in (0, 0.25, 0.5, 0.75, 1)]
    assert table["point"] == [1, 2, 3, 4, 5]
    assert list(table.values())[1] == pytest.approx(targets)
    assert list(table.values())[2] == pytest.approx([2 * (80 + 200 + 360 - moved) for moved in (0, 25, 50, 75, 100)])
    assert list(table.values())[3] == pytest.approx(targets)
    assert list(table.values())[4] == pytest.approx([40, 50, 100, 150, 200])


def test_a_front_without_a_conflict_is_one_plan():
    assert len(pareto_front(LAND, BOUNDS, STORED.gain_ha, STORED.gain_ha, 4, Log())) == 1
    impossible = ClassBounds(np.array([301.0, 0, 0]), np.full(3, np.inf))
    assert pareto_front(LAND, impossible, STORED.gain_ha, EMITTED.gain_ha, 4, Log()) == []


def test_an_optimisation_logs_present_and_planned_sums():
    log = Log()
    found = optimise(LAND, BOUNDS, STORED, None, (1280.0, None), 3, log)
    assert log.notes == ["Storage, t C: 1,200 at present, 1,280 in the plan; 40.00 ha change their class."]
    assert (found.now(STORED), found.front) == (1200, [])
    both = optimise(LAND, BOUNDS, STORED, EMITTED, (None, None), 3, Log())
    assert len(both.front) == 3


def test_targets_of_two_aims_that_no_plan_meets_are_refused():
    """The least emission has no forest; the largest storage has 120 cells of it."""
    free = ClassBounds(np.array([80.0, 0, 0]), np.array([np.inf, np.inf, 120]))
    optimise(LAND, free, STORED, EMITTED, (1200.0, 1300.0), 2, Log())
    with pytest.raises(CarbonBalanceError, match=r"^Storage, t C: at least 1,280 is .* has more than 1,160 "):
        optimise(LAND, free, STORED, EMITTED, (1280.0, 1200.0), 2, Log())


def test_land_that_cannot_change_is_refused():
    locked = Land(LAND.labels, np.zeros(3, int), LAND.cells, LAND.permitted, 2.0)
    with pytest.raises(CarbonBalanceError, match="^No cell may change"):
        optimise(locked, BOUNDS, STORED, None, (None, None), 2, Log())
    narrow = ClassBounds(np.array([200.0, 200, 0]), np.full(3, np.inf))
    with pytest.raises(
        CarbonBalanceError, match=r"total area of 600\.00 ha is fixed,? and .* class arable at least 400"
    ):
        optimise(LAND, narrow, STORED, None, (None, None), 2, Log())


def test_a_target_missed_only_by_rounding_is_accepted():
    """The tolerance is 1e-9 of the target; no plan has more than 1,280."""
    optimise(LAND, BOUNDS, STORED, None, (1280.0 * (1 + 5e-10), None), 3, Log())
    with pytest.raises(CarbonBalanceError, match="no plan"):
        optimise(LAND, BOUNDS, STORED, None, (1280.0 * (1 + 2e-9), None), 3, Log())
