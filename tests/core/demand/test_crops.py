"""Gross uptake of crops, calculated manually from the published parameters."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.crops import crop_uptake, crops
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.table import Table


def test_uptake_of_wheat_equals_the_manual_calculation():
    assert crops()["wheat"].uptake_t_c(6) == pytest.approx(7.228, abs=5e-4)
    assert crops()["小麦"].uptake_t_c(0) == 0


@pytest.mark.parametrize(
    ("name", "index", "root", "dry"),
    [("rice", 0.42, 0.22, 0.91), ("wheat", 0.39, 0.20, 0.87), ("玉米", 0.53, 0.18, 0.86)],
)
def test_parameters_equal_the_published_ones(name, index, root, dry):
    assert crops()[name].uptake_t_c(1) == pytest.approx(dry * 0.45 * (1 + root) / index)


def test_columns_of_harvests():
    table = Table('layer "a"', ["wheat", "水稻(万吨)"], [[6, None], [None, None], [0, 1]])
    log = Log()
    found = crop_uptake(table, ["wheat", "水稻(万吨)"], log)
    assert found == pytest.approx([7.2277, np.nan, 1e4 * 0.91 * 0.45 * 1.22 / 0.42], nan_ok=True, rel=1e-4)
    assert "wheat, rice" in log.warnings[0]


def test_refusals():
    with pytest.raises(CarbonBalanceError, match="tea is not a known crop"):
        crop_uptake(Table('layer "a"', ["tea"], [[1]]), ["tea"], Log())
    with pytest.raises(CarbonBalanceError, match="must be a mass"):
        crop_uptake(Table('layer "a"', ["rice (m3)"], [[1]]), ["rice (m3)"], Log())
    with pytest.raises(CarbonBalanceError, match="negative"):
        crop_uptake(Table('layer "a"', ["rice"], [[-1]]), ["rice"], Log())


def test_the_unit_of_a_harvest_may_stand_beside_the_header():
    table = Table('layer "a"', ["水稻(万吨)"], [[1]], aliases={"水稻": "水稻(万吨)"})
    assert crop_uptake(table, ["水稻"], Log()) == pytest.approx(crop_uptake(table, ["水稻(万吨)"], Log()))
    assert crop_uptake(table, ["水稻"], Log()) == pytest.approx([1e4 * 0.91 * 0.45 * 1.22 / 0.42], rel=1e-4)
