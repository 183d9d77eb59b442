"""Inequality by groups: Central Yunnan by prefecture, PySAL, and identities."""

from __future__ import annotations

import json

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.inequality import gini
from carbon_balance.core.zoning.grouped_inequality import dagum_gini, group_numbers, theil_l, theil_t
from hypothesis import given
from hypothesis import strategies as st
from layers import SAMPLE


@pytest.fixture(scope="module")
def counties():
    """Demand density, supply, area and prefecture of the 49 counties."""
    features = json.loads((SAMPLE / "central_yunnan.geojson").read_text(encoding="utf-8"))["features"]
    rows = [feature["properties"] for feature in features]
    demand, supply, area = (
        np.array([row[name] for row in rows])
        for name in ("published_demand_t_km2", "published_supply_1e6t", "polygon_km2")
    )
    return demand, supply * 1e6, area, group_numbers([row["city"] for row in rows])


def test_theil_of_central_yunnan(counties):
    demand, supply, area, (names, groups) = counties
    assert len(names) == 5
    emission = theil_t(demand * area, area, groups)
    assert (emission.total, emission.between, emission.within) == pytest.approx(
        (0.487448, 0.136501, 0.350947), abs=5e-7
    )
    land = theil_t(supply, area, groups)
    assert (land.total, land.within, land.between) == pytest.approx((0.005212, 0.002823, 0.002389), abs=5e-7)


def test_dagum_of_central_yunnan(counties):
    demand, supply, area, (names, groups) = counties
    found = dagum_gini(demand, groups)
    assert (found.total, found.within, found.net_between, found.transvariation) == pytest.approx(
        (0.586831, 0.121868, 0.395771, 0.069191), abs=5e-7
    )
    assert found.of_group[names.index("Kunming")] == pytest.approx(0.5614, abs=5e-5)
    land = dagum_gini(supply / area, groups)
    assert (land.total, land.within, land.net_between, land.transvariation) == pytest.approx(
        (0.066197, 0.010065, 0.036023, 0.020110), abs=5e-7
    )


def test_equal_to_pysal():
    inequality = pytest.importorskip("inequality")
    generator = np.random.default_rng(3)
    values, groups = generator.gamma(2, 2, 40), generator.integers(0, 4, 40)
    theirs = inequality.theil.TheilD(values, groups)
    ours = theil_t(values, np.ones(40), groups)
    assert (ours.total, ours.between, ours.within) == pytest.approx((theirs.T, theirs.bg[0], theirs.wg[0]))


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(0, 3)), min_size=2, max_size=30).filter(
        lambda rows: sum(v for v, _ in rows) > 1
    )
)
def test_parts_of_dagum_add_up_to_gini(rows):
    values = np.array([value for value, _ in rows])
    _, groups = group_numbers([group for _, group in rows])
    found = dagum_gini(values, groups)
    assert found.within + found.net_between + found.transvariation == pytest.approx(found.total)
    assert found.total == pytest.approx(gini(values), abs=1e-9)
    assert min(found.within, found.net_between, found.transvariation) >= -1e-9


def test_theil_l_swaps_amount_and_base():
    """Two units, amounts 1 and 3, equal bases: L = mean of ln(mean / x)."""
    amounts, base, groups = np.array([1.0, 3.0]), np.ones(2), np.array([0, 1])
    assert theil_l(amounts, base, groups).total == pytest.approx(0.5 * (np.log(2 / 1) + np.log(2 / 3)))
    assert theil_t(amounts, base, groups).total == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5))
    # Every group is one unit: all of it lies between the groups.
    assert theil_t(amounts, base, groups).within == 0


def test_a_zero_amount_adds_zero_to_theil_t_and_is_refused_by_theil_l():
    amounts, base, groups = np.array([0.0, 2.0, 2.0]), np.ones(3), np.array([0, 0, 1])
    assert theil_t(amounts, base, groups).total == pytest.approx(np.log(1.5))
    with pytest.raises(CarbonBalanceError):
        theil_l(amounts, base, groups)


@pytest.mark.parametrize("values", [[-1.0, 2.0], [0.0, 0.0]])
def test_negative_or_all_zero_amounts_are_refused(values):
    for measure in (lambda v, g: dagum_gini(v, g), lambda v, g: theil_t(v, np.ones(2), g)):
        with pytest.raises(CarbonBalanceError):
            measure(np.array(values), np.array([0, 1]))
