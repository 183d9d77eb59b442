"""Flows from surplus to deficit: manual calculation, closed forms of the gravity model, equality of both sums."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.service_flow import log_flows, service_flows
from carbon_balance.core.options.balance import FLOW_METHODS, GRAVITY, LEAST_DISTANCE
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from hypothesis import given
from hypothesis import strategies as st

ON_A_LINE = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [7.0, 0.0]])


def flows(surplus, places=ON_A_LINE, method=LEAST_DISTANCE, exponent=2.0):
    labels = [f"zone {at}" for at in range(len(surplus))]
    return service_flows(np.array(surplus, float), np.array(places, float), method, exponent, labels, Log())


def test_least_distance_flows_equal_the_manual_calculation():
    """One degree of the equator is 111.319 km: 2 t travel one degree, 1 t travels two."""
    found = flows([2, -1, 2, -3])
    pairs = {(int(i), int(j)): amount for i, j, amount in zip(found.origin, found.target, found.amount_t)}
    # 0 serves 1 (1 t, 1 degree) and 3 (1 t, 7 degrees), 2 serves 3 (2 t, 4 degrees): 16; any other plan takes more.
    assert pairs == pytest.approx({(0, 1): 1, (0, 3): 1, (2, 3): 2})
    assert found.mean_distance_km == pytest.approx(16 / 4 * 111.3195, rel=1e-6)
    assert found.amount_t.tolist() == sorted(found.amount_t, reverse=True)


def test_the_excess_of_the_larger_side_remains():
    more = flows([5, -1, 0, np.nan])
    assert more.outflow_t == pytest.approx([1, 0, 0, np.nan], nan_ok=True)
    assert more.inflow_t == pytest.approx([0, 1, 0, np.nan], nan_ok=True)
    assert more.left_t == pytest.approx([4, 0, 0, np.nan], nan_ok=True)
    less = flows([1, -1, -3, 0])
    assert less.left_t == pytest.approx([0, 0, -3, 0])


def test_gravity_flows_equal_the_closed_forms():
    """One origin: in proportion to the deficits. Equal origins and deficits on a square: F11/F12 = (d12/d11)^b."""
    one = flows([4, -1, -3, 0], method=GRAVITY)
    assert dict(zip(one.target.tolist(), one.amount_t)) == pytest.approx({1: 1, 2: 3})
    # Origins at 0 and 3 degrees, targets at 1 and 2: near pairs at 1, far ones at 2 degrees.
    places = [[0.0, 0], [3, 0], [1, 0], [2, 0]]
    for exponent in (1.0, 2.0):
        two = flows([1, 1, -1, -1], places, GRAVITY, exponent)
        pairs = {(int(i), int(j)): amount for i, j, amount in zip(two.origin, two.target, two.amount_t)}
        assert pairs[0, 2] / pairs[0, 3] == pytest.approx(2**exponent, rel=1e-9)
        assert pairs[0, 2] + pairs[0, 3] == pytest.approx(1)


def test_gravity_scales_the_larger_side_down_in_proportion():
    found = flows([6, 2, -1, -3], method=GRAVITY)
    assert found.outflow_t == pytest.approx([3, 1, 0, 0])
    assert found.inflow_t == pytest.approx([0, 0, 1, 3])
    assert found.left_t == pytest.approx([3, 1, 0, 0])


def test_refusals():
    for surplus, lacking in (([1, 2], "deficit"), ([-1, -2], "surplus"), ([0, np.nan], "surplus")):
        with pytest.raises(CarbonBalanceError, match=f"No zone has a {lacking}"):
            flows(surplus, ON_A_LINE[:2])
    nowhere = np.array([[0.0, 0.0], [np.nan, np.nan]])
    with pytest.raises(CarbonBalanceError, match="zone 1: no geometry"):
        flows([1, -1], nowhere)
    flows([1, -1, 0], [[0.0, 0], [1, 0], [np.nan, np.nan]])
    with pytest.raises(CarbonBalanceError, match="zone 0 and zone 1 have the same centre"):
        flows([1, -1], [[5.0, 5], [5, 5]], GRAVITY)
    assert flows([1, -1], [[5.0, 5], [5, 5]]).total_t == 1
    for exponent in (0, -1):
        with pytest.raises(CarbonBalanceError, match="greater than 0"):
            flows([1, -1], ON_A_LINE[:2], GRAVITY, exponent)


def test_the_log_gives_species_sums_and_mixed_units():
    log = Log()
    log_flows(flows([2, -1, 2, -3]), "CO2", log)
    assert "species: CO2" in log.notes[0]
    assert "outflow 4.000000 t = inflow 4.000000 t" in log.notes[1]
    assert "CO2 mixes" in log.notes[2]


amounts = st.one_of(st.just(0.0), st.floats(1e-3, 1e6), st.floats(-1e6, -1e-3))


@given(
    st.lists(st.tuples(amounts, st.floats(97, 106), st.floats(21, 29)), min_size=2, max_size=25),
    st.sampled_from(FLOW_METHODS),
)
def test_outflow_and_inflow_equal_the_smaller_of_surplus_and_deficit(rows, method):
    surplus, lon, lat = np.array(rows).T
    if not (surplus > 0).any() or not (surplus < 0).any():
        return
    # A place of its own for each.
    lon = lon + np.arange(len(lon)) * 1e-3
    places = np.stack([lon, lat], axis=1)
    found = flows(surplus, places, method, 1.0)
    smaller = min(surplus[surplus > 0].sum(), -surplus[surplus < 0].sum())
    for total in (found.outflow_t.sum(), found.inflow_t.sum(), found.total_t):
        assert total == pytest.approx(smaller, rel=1e-9)
    assert (found.outflow_t <= np.maximum(surplus, 0) * (1 + 1e-9)).all()
    assert (found.inflow_t <= np.maximum(-surplus, 0) * (1 + 1e-9)).all()
    assert found.left_t.sum() == pytest.approx(surplus.sum(), rel=1e-9, abs=1e-6)
