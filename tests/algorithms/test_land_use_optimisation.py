"""Tests of land-use optimisation, run as an algorithm, and of the simulation of its result."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from layers import CENTRAL_YUNNAN, column, squares
from scenario_runs import read, refused, simulation, suitability

TABLES = ("DEMAND", "TRANSITIONS", "BINDING")


def optimisation(run, region, **more):
    """A plan for the later land cover of the region: classes 1 cropland, 2 forest, 5 built-up."""
    given = {"LAND_COVER": region.later_path, **dict.fromkeys(TABLES, "memory:")}
    return run("landuseoptimisation", **{**given, **more})


def pools(*density):
    """A pool table of classes 1, 2 and 5."""
    return squares({"code": [1.0, 2.0, 5.0], "carbon_t_ha": list(density)}, geometry=False, name="pools")


def cells_of(region):
    return np.array([(region.later == code).sum() for code in made.CODES])


def test_net_emission_equals_the_manual_calculation(run, region):
    """Cropland (0.422 t/ha) gives up 20 % of its area to forest (-0.644) and to built-up land (0)."""
    result = optimisation(run, region)
    now = cells_of(region)
    forest, built = int(now[1] * 0.2 + 1e-6), int(now[2] * 0.2 + 1e-6)
    assert forest + built < now[0] * 0.2
    demand = result["DEMAND"]
    assert column(demand, "code") == [1, 2, 5]
    assert column(demand, "cells") == [now[0] - forest - built, now[1] + forest, now[2] + built]
    np.testing.assert_allclose(column(demand, "area_ha"), np.array(column(demand, "cells")) * 0.09)
    np.testing.assert_allclose(column(demand, "area_now_ha"), now * 0.09)
    np.testing.assert_allclose(column(demand, "change_ha"), (np.array(column(demand, "cells")) - now) * 0.09)
    np.testing.assert_allclose(column(demand, "share"), np.array(column(demand, "cells")) / now.sum())
    np.testing.assert_allclose(column(demand, "min_ha"), np.ceil(now * 0.8 - 1e-6) * 0.09)
    np.testing.assert_allclose(column(demand, "max_ha"), np.floor(now * 1.2 + 1e-6) * 0.09)
    amounts = np.array([0.422, -0.644, 0])
    assert result["AIM_NOW"] == pytest.approx(now @ amounts * 0.09)
    assert column(demand, "aim_name") == ["emission"] * 3
    np.testing.assert_allclose(column(demand, "aim_per_ha"), amounts)
    np.testing.assert_allclose(column(demand, "aim_change"), amounts * np.array(column(demand, "change_ha")))
    assert column(demand, "name") == ["cropland", "forest", "built-up"]
    assert result["AIM_PLAN"] == pytest.approx(np.array(column(demand, "cells")) @ amounts * 0.09)
    assert result["CHANGED_HA"] == pytest.approx((forest + built) * 0.09)
    flows = dict(
        zip(
            zip(column(result["TRANSITIONS"], "from_code"), column(result["TRANSITIONS"], "to_code")),
            column(result["TRANSITIONS"], "cells"),
        )
    )
    assert flows[1, 2] == forest and flows[1, 5] == built and flows[2, 1] == flows[2, 5] == flows[5, 2] == 0
    np.testing.assert_allclose(
        column(result["TRANSITIONS"], "area_ha"), np.array(column(result["TRANSITIONS"], "cells")) * 0.09
    )
    binding = result["BINDING"]
    assert column(binding, "constraint") == ["at most", "at most"]
    # One more ha of forest or of built-up land comes from cropland; without the bound, until cropland is at its least.
    left = int(now[0] * 0.2 + 1e-6) - forest - built
    assert column(binding, "code") == [2, 5]
    assert column(binding, "gain_per_ha") == pytest.approx([1.066, 0.422])
    assert column(binding, "gain") == pytest.approx(
        [(1.066 * left + 0.644 * (built + int(now[2] * 0.2 + 1e-6))) * 0.09, 0.422 * left * 0.09]
    )
    assert any("could not be verified" in sentence for sentence in result["notes"].warned)


@pytest.mark.parametrize("table", ["DEMAND", "TRANSITIONS"])
def test_the_simulation_meets_the_plan_exactly(run, region, tmp_path, table):
    """With restricted cells and a permission matrix, by class and by transition."""
    closed = np.zeros(region.first.shape, np.uint8)
    closed[:, 60:] = 1
    matrix = squares({"code": [1.0, 2.0, 5.0], "1": [1, 1, 0], "2": [1, 1, 0], "5": [1, 1, 1]}, geometry=False)
    limits = {"RESTRICTED": made.write(tmp_path / "closed.tif", closed), "PERMISSIONS": matrix}
    suits = suitability(run, region)
    plan = optimisation(
        run, region, AIM="storage", POOLS=pools(50, 150, 20), SUITABILITY=suits["OUTPUT"], CHANGE=30, **limits
    )
    wanted = column(plan["DEMAND"], "cells")
    assert wanted[1] > cells_of(region)[1] and wanted[2] == cells_of(region)[2]
    result = simulation(run, region, suits, **limits, **{table: plan[table]})
    found = read(result["OUTPUT"])
    assert [(found == code).sum() for code in made.CODES] == wanted
    assert result["MISSING_HA"] == 0
    assert (found[:, 60:] == region.later[:, 60:])[region.later[:, 60:] > 0].all()
    if table == "TRANSITIONS":
        flows = [((region.later == i) & (found == j)).sum() for i in made.CODES for j in made.CODES]
        assert flows == column(plan["TRANSITIONS"], "cells")


def test_a_front_of_storage_and_value(run, region, tmp_path):
    values = squares({"code": [1.0, 2.0, 5.0], "value": [10.0, 2.0, 100.0]}, geometry=False, name="values")
    report = tmp_path / "r.html"
    given = {
        "AIM": "storage",
        "POOLS": pools(50, 150, 20),
        "AIM_2": "value",
        "VALUES": values,
        "PARETO": "memory:",
        "POINTS": 5,
    }
    result = optimisation(run, region, **given, REPORT=str(report))
    front = result["PARETO"]
    assert column(front, "point") == [1, 2, 3, 4, 5]
    assert result["POINT_COUNT"] == 5
    aims, seconds = column(front, "aim"), column(front, "aim_2")
    assert aims == sorted(aims, reverse=True) and seconds == sorted(seconds)
    assert all(found >= target - 1e-6 for found, target in zip(seconds, column(front, "wish_2")))
    # The limits lie at equal distances between the two ends.
    assert column(front, "wish_2") == pytest.approx(np.linspace(seconds[0], seconds[-1], 5))
    assert result["AIM_PLAN"] == pytest.approx(aims[0])
    assert result["AIM_2_PLAN"] == pytest.approx(seconds[0])
    assert result["AIM_2_NOW"] == pytest.approx(cells_of(region) @ [10, 2, 100] * 0.09)
    assert column(front, "changed_ha")[0] == pytest.approx(result["CHANGED_HA"])
    assert "Pareto front" in report.read_text(encoding="utf-8")
    # The plan of a point comes out when its second aim is the limit.
    middle = optimisation(run, region, **given, WISH_2=seconds[2])
    assert middle["AIM_PLAN"] == pytest.approx(aims[2])
    assert middle["AIM_2_PLAN"] >= seconds[2] - 1e-6


def test_an_unreachable_target_is_refused_naming_the_binding_constraints(run, region):
    given = {"AIM": "storage", "POOLS": pools(50, 150, 20)}
    best = optimisation(run, region, **given)["AIM_PLAN"]
    assert optimisation(run, region, **given, WISH=best * (1 - 1e-12))["AIM_PLAN"] == pytest.approx(best)
    refused("at least .* is required, but no plan", optimisation, run, region, **given, WISH=best * 1.0001)
    refused("Binding constraints: .*class 2 at most", optimisation, run, region, **given, WISH=best * 1.0001)
    emission = optimisation(run, region)["AIM_PLAN"]
    refused("at most .* is required, but no plan", optimisation, run, region, WISH=emission - 1)
    both = {**given, "AIM_2": "emission", "WISH_2": emission - 1}
    refused("Net emission of land use.*Binding constraints", optimisation, run, region, **both)


def test_contradictory_bounds_are_refused_by_name(run, region):
    total = float(cells_of(region).sum() * 0.09)
    bounds = squares({"code": [1.0, 2.0], "min_ha": [total * 0.6, total * 0.6]}, geometry=False, name="bounds")
    both = "class 1 at least .* ha; class 2 at least .* ha"
    refused(both, optimisation, run, region, BOUNDS=bounds, CHANGE=1000)
    wrong = squares({"code": [1.0], "min_ha": [2.0], "max_ha": [1.0]}, geometry=False, name="bounds")
    refused("the least must not be larger", optimisation, run, region, BOUNDS=wrong)
    unknown = squares({"code": [4.0], "min_ha": [2.0]}, geometry=False, name="bounds")
    refused("bounds for class", optimisation, run, region, BOUNDS=unknown)
    neither = squares({"code": [1.0], "floor": [2.0]}, geometry=False, name="bounds")
    refused("has no column min_ha / max_ha", optimisation, run, region, BOUNDS=neither)


def test_bounds_in_ha_are_kept_and_empty_ones_use_the_largest_change(run, region):
    now = cells_of(region)
    bounds = squares(
        {"code": [1.0, 2.0], "min_ha": [9.0, None], "max_ha": [None, float(now[1] * 0.09 + 1)]},
        geometry=False,
        name="bounds",
    )
    demand = optimisation(run, region, BOUNDS=bounds)["DEMAND"]
    assert column(demand, "cells")[1] == now[1] + 11
    assert column(demand, "min_ha")[:2] == pytest.approx([9.0, np.ceil(now[1] * 0.8) * 0.09])


def test_refusals(run, region, tmp_path):
    refused("None of Pool table", optimisation, run, region, AIM="storage")
    refused("None of Values", optimisation, run, region, AIM="value")
    refused("are the same", optimisation, run, region, AIM_2="emission")
    refused("needs a second aim", optimisation, run, region, PARETO="memory:")
    short = squares({"code": [1.0, 2.0], "value": [1.0, 2.0]}, geometry=False, name="values")
    refused("has no value for class.* 5", optimisation, run, region, AIM="value", VALUES=short)
    closed = made.write(tmp_path / "closed.tif", np.ones(region.first.shape, np.uint8))
    refused("restricts all cells of the land cover", optimisation, run, region, RESTRICTED=closed)


def test_central_yunnan(run, tmp_path):
    """Bundled land cover and coefficients: within bounds, better than at present, constant total area."""
    result = run(
        "landuseoptimisation",
        LAND_COVER=CENTRAL_YUNNAN["LAND_COVER"],
        SCHEME="igbp",
        AIM="sink",
        AIM_2="storage",
        POOL_SET="henan",
        PARETO="memory:",
        DEMAND="memory:",
        PRESET="ecological",
    )
    demand = result["DEMAND"]
    assert result["AIM_PLAN"] > result["AIM_NOW"]
    assert sum(column(demand, "change_ha")) == pytest.approx(0, abs=1e-6)
    for low, area, high in zip(*(column(demand, name) for name in ("min_ha", "area_ha", "max_ha"))):
        assert low - 1e-6 <= area <= high + 1e-6
    assert result["POINT_COUNT"] >= 1


@pytest.mark.parametrize(("name", "told"), [("max", True), ("max_ha", False), ("max_km2", False)])
def test_bounds_without_a_unit_are_told(run, region, name, told):
    bounds = squares({"code": [2.0], name: [1e4]}, geometry=False, name="bounds")
    result = optimisation(run, region, BOUNDS=bounds, CHANGE=100)
    warned = [each for each in result["notes"].warned if "states no unit" in each]
    assert len(warned) == told
    assert [f"{value:g}" for value in column(result["DEMAND"], "min_ha")] == ["0", "0", "0"]
