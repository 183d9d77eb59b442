"""EEC, SEC and their identities in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.coefficients import (
    coefficient,
    gap_sentence,
    given_coefficient,
    intensities,
    report_gap,
    shares_gap,
)
from carbon_balance.core.balance.unit_coefficients import Totals, Units, unit_coefficients
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.units import quotient
from hypothesis import given
from hypothesis import strategies as st

EMISSION = np.array([60.0, 30.0, 10.0])
GDP = np.array([50.0, 40.0, 10.0])


def labels(rows):
    return ", ".join(f"row {row + 1}" for row in rows)


def test_coefficients_equal_the_closed_form():
    result = coefficient(GDP, EMISSION)
    np.testing.assert_allclose(result.values, [0.5 / 0.6, 0.4 / 0.3, 1])
    assert result.gap == pytest.approx(0, abs=1e-12)


def test_equal_units_have_coefficients_of_one():
    np.testing.assert_allclose(coefficient(EMISSION * 7, EMISSION).values, 1)


@given(st.lists(st.tuples(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6)), min_size=1, max_size=30))
def test_the_shares_weighted_by_coefficients_sum_to_one_for_any_figures(pairs):
    gdp, emission = np.array(pairs).T
    assert coefficient(gdp, emission).gap == pytest.approx(0, abs=1e-9)


def test_a_given_regional_total_appears_as_gap_of_the_identity():
    assert coefficient(GDP, EMISSION, total=125).gap == pytest.approx(100 / 125 - 1)
    assert coefficient(GDP, EMISSION, emission_total=200).gap == pytest.approx(0)


def test_a_missing_unit_leaves_its_share_of_the_total_as_gap():
    result = coefficient(GDP[:2], EMISSION[:2], total=100, emission_total=100)
    np.testing.assert_allclose(result.values, [0.5 / 0.6, 0.4 / 0.3])
    assert result.gap == pytest.approx(-0.1)


def test_rows_without_figures_are_null_and_excluded_from_both_sums():
    gdp = np.array([50.0, np.nan, 40, 10, -3, 0])
    emission = np.array([60.0, 999, 30, 10, 50, 20])
    result = coefficient(gdp, emission)
    assert np.isnan(result.values[[1, 4, 5]]).all()
    np.testing.assert_allclose(result.values[0], 0.5 / (60 / 120))
    assert result.gap == pytest.approx(0)


def test_zero_emission_gives_null_and_its_gdp_shows_in_the_gap():
    result = coefficient(np.array([50.0, 40, 10]), np.array([60.0, 40, 0]))
    assert np.isnan(result.values[2])
    assert result.gap == pytest.approx(-0.1)


def test_without_positive_values_all_coefficients_are_null():
    result = coefficient(np.zeros(3), EMISSION)
    assert np.isnan(result.values).all()
    assert np.isnan(result.gap)


def test_a_total_of_zero_is_refused():
    with pytest.raises(CarbonBalanceError, match="GDP of the region is 0"):
        coefficient(GDP, EMISSION, total=0)


def test_an_existing_coefficient_is_kept_and_checked():
    result = given_coefficient(np.array([1.0, 2, -1]), EMISSION)
    np.testing.assert_allclose(result.values, [1, 2, np.nan])
    assert result.gap == pytest.approx((60 + 60) / 90 - 1)


def test_quotient_is_null_at_zero_negative_and_unknown():
    np.testing.assert_allclose(
        quotient(np.array([1.0, 1, -1, 0, np.nan, 4]), np.array([0.0, -1, 1, 1, 1, 2])), [np.nan] * 5 + [2]
    )


def test_intensities_are_in_the_units_of_their_column_names():
    more = intensities(np.array([5000.0]), np.array([1000.0]), np.array([2500.0]), np.array([0.5]))
    assert more.emission_t_ha == pytest.approx(100)
    assert more.sink_t_ha == pytest.approx(20)
    assert more.emission_t_1e4gdp == pytest.approx(2)
    assert more.budget_t == pytest.approx(4000)
    assert more.offset_rate == pytest.approx(0.2)


def test_a_sink_in_c_is_converted_to_co2_only_on_request():
    units = Units(EMISSION, np.ones(3), sink_t=np.full(3, 12.0), emission_species="CO2", sink_species="C")
    log = Log()
    as_it_stands = unit_coefficients(units, Totals(), log, labels)
    assert any("44/12" in sentence for sentence in log.warnings)
    converted = unit_coefficients(units, Totals(), Log(), labels, convert_to_co2=True)
    np.testing.assert_allclose(as_it_stands.intensities.offset_rate, 12 / EMISSION)
    np.testing.assert_allclose(converted.intensities.offset_rate, 44 / EMISSION)
    np.testing.assert_allclose(converted.sec.values, as_it_stands.sec.values)


def test_no_input_and_conflicting_inputs_are_refused():
    with pytest.raises(CarbonBalanceError, match=r"give a sink \(SINK\), a GDP \(GDP\), or an existing EEC or SEC"):
        unit_coefficients(Units(EMISSION, np.ones(3)), Totals(), Log(), labels)
    with pytest.raises(CarbonBalanceError, match="existing EEC"):
        unit_coefficients(Units(EMISSION, np.ones(3), gdp_1e4=GDP, eec=GDP), Totals(), Log(), labels)


def test_zero_rows_are_named_once_for_each_figure():
    log = Log()
    unit_coefficients(Units(np.array([60.0, 0, 10]), np.array([1.0, 1, 0]), gdp_1e4=GDP), Totals(), log, labels)
    assert any(sentence.startswith("Emission is NULL, zero") and "row 2" in sentence for sentence in log.warnings)
    assert any(sentence.startswith("Area is NULL, zero") and "row 3" in sentence for sentence in log.warnings)


@pytest.mark.parametrize(("gap", "wide"), [(0.005, False), (-0.005, False), (0.00501, True), (-0.00501, True)])
def test_an_identity_may_miss_1_by_half_a_percent(gap, wide):
    log = Log()
    report_gap("EEC", gap, log)
    assert len(log.warnings) == wide
    assert ("do not add up to the region" in gap_sentence("EEC", gap)) is wide


def test_the_identity_is_logged_with_its_sum_and_deviation():
    said = "Identity of EEC: the sum of EEC x share of emission is 1.0200, +2.0 % from 1."
    assert gap_sentence("EEC", 0.02).startswith(said)


def test_the_gap_of_shares_is_the_sum_over_the_total_less_one():
    values = np.array([30.0, 15.0, np.nan])
    assert shares_gap(values, 50.0) == pytest.approx(-0.1)
    assert shares_gap(values, 40.0) == pytest.approx(0.125)
    assert shares_gap(values, None) == 0
    assert shares_gap(np.array([np.nan]), 50.0) == 0


@pytest.mark.parametrize(("total", "told"), [(100.0, ""), (100.0 * (1 + 2e-6), "0.0002 %"), (80.0, "+25.0 %")])
def test_a_total_that_differs_from_the_sum_of_units_gives_a_warning(total, told):
    log = Log()
    units = Units(np.array([60.0, 40.0]), np.ones(2), gdp_1e4=np.array([1.0, 2.0]))
    unit_coefficients(units, Totals(emission_t=total), log, str)
    found = [each for each in log.warnings if each.startswith("Emission: ")]
    assert len(found) == bool(told)
    assert all(told in each for each in found)


@pytest.mark.parametrize(
    ("species", "emission", "sink"),
    [(("C", "C"), 44 / 12, 44 / 12), (("CO2", "C"), 1, 44 / 12), (("C", "CO2"), 44 / 12, 1), (("CO2", "CO2"), 1, 1)],
)
def test_emission_and_sink_are_each_converted_by_their_own_species(species, emission, sink):
    units = Units(
        np.array([60.0, 40.0]), np.ones(2), np.array([6.0, 3.0]), emission_species=species[0], sink_species=species[1]
    )
    found = unit_coefficients(units, Totals(), Log(), str, convert_to_co2=True)
    assert (found.emission_t, found.sink_t) == pytest.approx((100 * emission, 9 * sink))
    plain = unit_coefficients(units, Totals(), Log(), str)
    assert (plain.emission_t, plain.sink_t) == (100, 9)
