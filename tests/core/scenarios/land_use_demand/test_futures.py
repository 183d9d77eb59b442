"""Demand of later years from two dates."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.class_maps import Crossing
from carbon_balance.core.scenarios.land_use_demand.futures import futures, parse_factors

CELLS = np.array([[90, 5, 5], [0, 80, 20], [10, 0, 40]])
CODES = np.array([1, 2, 5])
CELL_HA = 0.09


def demand(target_year, step_years=None, today=None, factors=""):
    now = CELLS.sum(axis=0) if today is None else today
    return futures(
        Crossing(CODES, CELLS, CELLS * CELL_HA, 0),
        Crossing(CODES, now, now * CELL_HA, 0),
        2010,
        2015,
        target_year,
        step_years,
        factors,
        nearest=False,
        keep_unmatched=False,
        log=Log(),
    )


def test_areas_keep_their_total_and_follow_the_matrix():
    matrix = CELLS / CELLS.sum(axis=1, keepdims=True)
    found = demand(2035)
    assert found.years == [2020, 2025, 2030, 2035]
    area_ha = np.reshape(found.demand_columns()["area_ha"], (4, 3))
    now_ha = CELLS.sum(axis=0) * CELL_HA
    np.testing.assert_allclose(area_ha.sum(axis=1), CELLS.sum() * CELL_HA)
    np.testing.assert_allclose(area_ha[0], now_ha @ matrix)
    np.testing.assert_allclose(area_ha[1], now_ha @ matrix @ matrix)
    np.testing.assert_allclose(area_ha[3], now_ha @ matrix @ matrix @ matrix @ matrix)


def test_demand_covers_present_cells_without_data_at_the_earlier_date():
    today = CELLS.sum(axis=0) + [30, 0, 7]
    found = demand(2025, today=today)
    cells = np.reshape(found.demand_columns()["cells"], (2, 3))
    assert cells.sum(axis=1).tolist() == [today.sum()] * 2
    np.testing.assert_allclose(found.flows_ha.sum(axis=2), [today * CELL_HA] * 2)


def test_factors_scale_the_flows_of_a_step():
    trend, halved = demand(2020).flows_ha[0], demand(2020, factors="1>5:0.5, 5>1:0").flows_ha[0]
    np.testing.assert_allclose(halved - trend, CELLS.sum(axis=0)[:, None] * CELL_HA * [
        [0.025, 0, -0.025], [0, 0, 0], [-0.2, 0, 0.2],
    ], atol=1e-12)  # fmt: skip


def test_a_target_year_beyond_all_steps_is_refused():
    """A mistyped year would otherwise use all memory."""
    assert len(demand(2015 + 1000 * 5).years) == 1000
    for year in (2015 + 1000 * 5 + 1, 2**31, 1e308):
        with pytest.raises(CarbonBalanceError, match="more than 1000 steps of 5 years"):
            demand(year)


def test_factors_of_pairs_and_of_all_others():
    codes = np.array([1, 2, 5])
    assert parse_factors("1>5:0.5; 2>1: 2", codes) == {(0, 2): 0.5, (1, 0): 2}
    assert parse_factors("*>5:0", codes) == {(0, 2): 0, (1, 2): 0}
    assert parse_factors("2>*:3", codes) == {(1, 0): 3, (1, 2): 3}
    assert parse_factors("2>2:3", codes) == {(1, 1): 3}
    assert len(parse_factors("*>*:1", codes)) == 6
    assert parse_factors(" ; ", codes) == {}


@pytest.mark.parametrize("text", ["1>9:2", "1>5", "1-5:2", "1>5:much", "5:2"])
def test_factors_that_cannot_be_read_show_the_form(text):
    with pytest.raises(CarbonBalanceError) as caught:
        parse_factors(text, np.array([1, 2, 5]))
    assert str(caught.value) == (
        f'Transition factors: "{text}" is not of the form from>to:factor with codes from 1, 2, 5, such as 1>5:0.5.'
    )
