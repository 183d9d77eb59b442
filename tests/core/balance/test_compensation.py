"""Compensation against the published values of Guiyang, closed forms and the identity of relative baselines."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.compensation import (
    NEITHER,
    PAYS,
    RECEIVES,
    Compensation,
    baseline_of,
    compensate,
    log_compensation,
    net_emission,
    price_of,
)
from carbon_balance.core.options.balance import PER_NOTHING
from carbon_balance.core.raster.zone_outlines.double_counting import CountedZones
from carbon_balance.core.raster.zone_outlines.overlaps import no_overlaps
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from hypothesis import given
from hypothesis import strategies as st

# Guiyang 2015, 10^4 t: municipal district, Qingzhen, Xifeng, Kaiyang, Xiuwen (CC BY 4.0).
EMISSION = np.array([4377.2, 972.38, 570.71, 1430.54, 385.4])
SINK = np.array([45.3, 31.79, 19.66, 46.32, 23.8])


def all_zones(count):
    return CountedZones(np.ones(count, bool), True, no_overlaps(count))


def net_of(emission, sink, species="CO2", log=None):
    return net_emission(np.array(emission, float), np.array(sink, float), species, species, "CO2", log or Log())


def labels(rows):
    return ", ".join(str(row) for row in rows)


def test_guiyang_2015_as_published():
    log = Log()
    net = net_emission(EMISSION, SINK, "CO2", "unstated", "C", log)
    assert net.net_t == pytest.approx([4331.90, 940.59, 551.05, 1384.22, 361.60], abs=0.005)
    assert 100 * net.rate == pytest.approx([1.035, 3.269, 3.445, 3.238, 6.175], abs=0.0005)
    assert net.species == "unstated"
    assert "sink is unstated" in log.warnings[0]


def test_emission_and_sink_are_converted_to_one_species_if_both_are_stated():
    emission, sink = np.array([44.0]), np.array([6.0])
    assert net_emission(emission, sink, "CO2", "C", "CO2", Log()).net_t == pytest.approx([22.0])
    assert net_emission(emission, sink, "CO2", "C", "C", Log()).net_t == pytest.approx([6.0])
    log = Log()
    assert net_emission(emission, sink, "C", "C", "C", log).net_t == pytest.approx([38.0])
    assert log.warnings == []


def test_a_price_follows_the_species():
    assert price_of(60, "CO2", "CO2", Log()) == 60
    assert price_of(60, "CO2", "C", Log()) == pytest.approx(220)
    assert price_of(220, "C", "CO2", Log()) == pytest.approx(60)
    assert np.isnan(price_of(None, "C", "C", Log()))
    assert price_of(0, "C", "C", Log()) == 0
    log = Log()
    assert price_of(60, "CO2", "unstated", log) == 60
    assert "unstated" in log.warnings[0]
    with pytest.raises(CarbonBalanceError, match="at least 0"):
        price_of(-0.01, "C", "C", Log())


def test_value_does_not_depend_on_the_species_of_the_results():
    """A price of 60 per tonne of CO2 gives the same value if results are in tonnes of C or of CO2."""
    emission, sink = np.array([44.0, 4.4]), np.array([1.0, 5.0])
    values = []
    for species in ("C", "CO2"):
        net = net_emission(emission, sink, "CO2", "C", species, Log())
        values.append(compensate(net, np.zeros(2), price_of(60, "CO2", species, Log()), all_zones(2)).value)
    assert values[0] == pytest.approx(values[1])
    assert values[0] == pytest.approx([60 * (44 - 44 / 12), 60 * (4.4 - 5 * 44 / 12)])


def test_roles_and_sums_equal_the_manual_calculation():
    net = net_of([10, 2, 3, np.nan], [1, 6, 3, 1])
    found = compensate(net, np.zeros(4), 5.0, all_zones(4))
    assert found.roles == [PAYS, RECEIVES, NEITHER, None]
    assert found.value == pytest.approx([45, -20, 0, np.nan], nan_ok=True)
    assert (found.paid_t, found.received_t, found.gap_t) == (9, 4, 5)


def test_payers_without_receivers_give_a_warning_suggesting_a_relative_baseline():
    log = Log()
    net = net_of(EMISSION, SINK)
    log_compensation(net, compensate(net, np.zeros(5), np.nan, all_zones(5)), PER_NOTHING, labels, log)
    assert any("only payers" in sentence and "relative baseline" in sentence for sentence in log.warnings)
    one = net_of([*EMISSION, 1.0], [*SINK, 2.0])
    log = Log()
    log_compensation(one, compensate(one, np.zeros(6), np.nan, all_zones(6)), PER_NOTHING, labels, log)
    assert log.warnings == []


def test_totals_of_partly_overlapping_zones_are_logged_as_unknown():
    log, net = Log(), net_of([5, 1], [1, 5])
    once = CountedZones(np.ones(2, bool), False, no_overlaps(2))
    log_compensation(net, compensate(net, np.zeros(2), 1.0, once), PER_NOTHING, labels, log)
    assert log.notes[-1] == (
        "1 zone(s) pay and 1 zone(s) receive (species: CO2); zones overlap, so that total "
        "payments and receipts are unknown."
    )
    assert not any("nan" in note for note in log.notes)


def test_zero_figures_have_no_rate_and_negative_or_null_ones_give_a_warning():
    net = net_of([0, 0, 5, 5], [2, 0, 0, -1])
    assert net.net_t == pytest.approx([-2, 0, 5, 6])
    assert net.rate == pytest.approx([np.nan, np.nan, 0, np.nan], nan_ok=True)
    log = Log()
    log_compensation(net, compensate(net, np.zeros(4), 1.0, all_zones(4)), PER_NOTHING, labels, log)
    assert any("negative in 1 zone(s)" in sentence and sentence.endswith("3.") for sentence in log.warnings)
    net = net_of([1, np.nan], [0, 0])
    log = Log()
    log_compensation(net, compensate(net, np.zeros(2), 1.0, all_zones(2)), PER_NOTHING, labels, log)
    assert any("NULL in 1 zone(s)" in sentence for sentence in log.warnings)


def test_a_baseline_distributes_the_net_emission_in_proportion():
    once = all_zones(3)
    assert baseline_of(np.array([6.0, 3, 3]), np.array([1.0, 1, 2]), "area", once) == pytest.approx([3, 3, 6])
    # A zone without a figure takes no part in the mean; a base of 0 has no allowance.
    with_gap = baseline_of(np.array([6.0, np.nan, 4]), np.array([1.0, 5, 0]), "area", once)
    assert with_gap == pytest.approx([10, np.nan, 0], nan_ok=True)
    for broken in ([0.0, 0, 0], [np.nan] * 3):
        with pytest.raises(CarbonBalanceError, match="No zone has both"):
            baseline_of(np.ones(3), np.array(broken), "GDP", once)
    with pytest.raises(CarbonBalanceError, match="negative"):
        baseline_of(np.ones(3), np.array([1.0, -1, 1]), "GDP", once)
    with pytest.raises(CarbonBalanceError, match="overlap"):
        baseline_of(np.ones(3), np.ones(3), "area", CountedZones(np.ones(3, bool), False, no_overlaps(3)))


amounts = st.just(0.0) | st.floats(1e-3, 1e9)


@given(st.lists(st.tuples(amounts, st.floats(-1e9, 1e9), st.floats(0.001, 1e6)), min_size=1, max_size=30))
def test_payments_equal_receipts_under_a_relative_baseline(rows):
    emission, sink, base = np.array(rows).T
    net = net_of(emission, sink)
    found = compensate(net, baseline_of(net.net_t, base, "area", all_zones(len(rows))), 7.0, all_zones(len(rows)))
    scale = max(np.abs(net.net_t).sum(), 1.0)
    assert abs(found.gap_t) <= 1e-9 * scale
    assert found.paid_t - found.received_t == pytest.approx(np.nansum(found.excess_t), abs=1e-9 * scale)
    assert all((role == PAYS) == (each > 0) for role, each in zip(found.roles, found.excess_t))


def test_payments_that_differ_by_rounding_have_no_gap():
    nothing = np.zeros(1)
    assert Compensation(nothing, nothing, [None], nothing, 11364022.222222224, 11364022.222222222, 1.0).gap_t == 0
    assert Compensation(nothing, nothing, [None], nothing, 5.0, 4.0, 1.0).gap_t == 1
