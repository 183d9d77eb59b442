"""Each factor of CASA against its closed form by hand, and its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.core.supply.production.light_use import (
    absorbed_share,
    actual_evapotranspiration,
    light_use_npp,
    potential_evapotranspiration,
    stress_of_cold,
    stress_of_departure,
    stress_of_water,
)
from hypothesis import given
from hypothesis import strategies as st

# Means of Guiyang's months, degC, rounded.
YEAR = np.array([5, 7, 11, 16, 20, 22, 24, 24, 21, 16, 12, 7], float)
NUMBER = {"allow_nan": False, "allow_infinity": False}


def number(value):
    return np.array([value], float)


def test_fpar_at_both_limits_and_between_equals_the_manual_calculation():
    least, most = number(0.023), number(0.747)
    assert absorbed_share(least, least, most)[0] == pytest.approx(0.001)
    assert absorbed_share(most, least, most)[0] == pytest.approx(0.95)
    # Beyond the percentiles it stays at the ends.
    assert absorbed_share(number(-0.2), least, most)[0] == pytest.approx(0.001)
    assert absorbed_share(number(1.0), least, most)[0] == pytest.approx(0.95)
    # NDVI 0.5: SR is 3; the limits are SR 1.0471 and 6.9051, as Zhu et al. print 1.05 and 6.91 for 0.747.
    ratios = [(1 + v) / (1 - v) for v in (0.023, 0.5, 0.747)]
    assert ratios == pytest.approx([1.0471, 3, 6.9051], abs=5e-5)
    by_ndvi = (0.5 - 0.023) / (0.747 - 0.023)
    by_ratio = (3 - ratios[0]) / (ratios[2] - ratios[0])
    assert absorbed_share(number(0.5), least, most)[0] == pytest.approx(0.001 + 0.949 * (by_ndvi + by_ratio) / 2)


def test_the_first_temperature_stress_equals_the_manual_calculation():
    """At the optimal temperature of 20 degC it has its largest value, 0.8 + 0.4 - 0.2 = 1."""
    assert stress_of_cold(number(5), number(20))[0] == pytest.approx(1)
    assert stress_of_cold(number(5), number(10))[0] == pytest.approx(0.95)
    assert stress_of_cold(number(-10), number(10))[0] == 0
    assert stress_of_cold(number(-9.99), number(10))[0] == pytest.approx(0.95)
    # Its parabola is negative below -24.7 degC.
    assert stress_of_cold(number(-9), number(-30))[0] == 0


def test_the_second_temperature_stress_equals_the_manual_calculation():
    at_best = 1.1814 / (1 + math.exp(-2)) / (1 + math.exp(-3))
    assert at_best == pytest.approx(0.9912, abs=5e-5)
    assert stress_of_departure(number(20), number(20))[0] == pytest.approx(at_best)
    # Zhu et al.: half of it, 0.4956, if more than 10 degC warmer or 13 degC colder.
    for t in (30.01, 6.99):
        assert stress_of_departure(number(t), number(20))[0] == pytest.approx(0.4956, abs=5e-5)
    assert stress_of_departure(number(30), number(20))[0] == pytest.approx(1.1814 / (1 + math.exp(-4)) / 2)
    # Colder by 10 degC: the first exponential is 1. The misprint -T in the second one would give nearly 0.59.
    assert stress_of_departure(number(10), number(20))[0] == pytest.approx(1.1814 / 2 / (1 + math.exp(-6)))


def test_potential_evapotranspiration_by_hand():
    """Twelve months of 20 degC: I = 12 x 4^1.514 = 97.89, a = 2.1408."""
    heat = 12 * 4**1.514
    power = 6.75e-7 * heat**3 - 7.71e-5 * heat**2 + 0.01792 * heat + 0.49239
    assert (heat, power) == (pytest.approx(97.89, abs=0.01), pytest.approx(2.14, abs=0.01))
    expected = 16 * (200 / heat) ** power
    assert potential_evapotranspiration(np.full(12, 20.0)) == pytest.approx(np.full(12, expected))
    # Thornthwaite chose a such that 26.5 degC gives 135 mm in any climate; from there on his table is used.
    for place in (YEAR, np.r_[[26.49], YEAR[1:]], np.r_[[26.49], np.full(11, 26.0)]):
        place = np.r_[[26.49], place[1:]]
        assert potential_evapotranspiration(place)[0] == pytest.approx(135, rel=0.02)
    assert potential_evapotranspiration(np.r_[[30.0], YEAR[1:]])[0] == pytest.approx(-415.85 + 967.2 - 387)
    frost = potential_evapotranspiration(np.r_[[-3.0, 0.0], YEAR[2:]])
    assert frost[:2].tolist() == [0, 0] and (frost[2:] > 0).all()
    assert potential_evapotranspiration(np.full(12, -5.0)).tolist() == [0] * 12
    unknown = potential_evapotranspiration(np.r_[[np.nan], YEAR[1:]])
    assert np.isnan(unknown).all()


def test_actual_evapotranspiration_by_hand():
    """r = 100, Ep0 = 100: Rn = 96.7; E = 96.7 x 100 x (10,000 + 9,350.89 + 9,670) / (196.7 x 19,350.89)."""
    expected = 100 * 96.7 * (1e4 + 96.7**2 + 9670) / (196.7 * (1e4 + 96.7**2))
    assert expected == pytest.approx(73.73, abs=0.01)
    assert actual_evapotranspiration(number(100), number(100))[0] == pytest.approx(expected)
    # Rn = (Ep0 r)^0.5 [0.369 + 0.598 (Ep0 / r)^0.5], as printed.
    r, p = 40.0, 90.0
    net = math.sqrt(p * r) * (0.369 + 0.598 * math.sqrt(p / r))
    expected = r * net * (r * r + net * net + r * net) / (r + net) / (r * r + net * net)
    assert actual_evapotranspiration(number(r), number(p))[0] == pytest.approx(expected)
    assert actual_evapotranspiration(number(0), number(90))[0] == 0
    assert actual_evapotranspiration(number(50), number(0))[0] == 0
    assert actual_evapotranspiration(number(0), number(0))[0] == 0


@given(st.floats(0, 2000, **NUMBER), st.floats(0, 300, **NUMBER))
def test_actual_evapotranspiration_is_at_most_the_potential(r, p):
    net = 0.369 * math.sqrt(p * r) + 0.598 * p
    found = float(actual_evapotranspiration(number(r), number(p))[0])
    assert 0 <= found <= min(r, net) * (1 + 1e-9)


def test_water_stress_equals_the_manual_calculation():
    rain = np.full(12, 100.0)
    potential = potential_evapotranspiration(YEAR)
    actual = np.minimum(actual_evapotranspiration(rain, potential), potential)
    expected = 0.5 + 0.5 * actual / ((actual + potential) / 2)
    found = stress_of_water(YEAR, rain)
    assert found == pytest.approx(expected)
    assert ((found > 0.5) & (found <= 1)).all()
    assert stress_of_water(YEAR, np.zeros(12)) == pytest.approx(np.full(12, 0.5))
    assert stress_of_water(YEAR, np.full(12, 5000.0)) == pytest.approx(np.ones(12))


def test_a_frozen_month_has_the_water_stress_of_the_previous_month():
    cold = YEAR.copy()
    cold[[0, 1, 5, 11]] = [-5, 0, -1, -8]
    rain = np.linspace(20, 200, 12)
    found = stress_of_water(cold, rain)
    assert found[5] == found[4] and found[11] == found[10]
    # January and February take the value of December, which takes that of November.
    assert found[0] == found[1] == found[10]
    assert len({round(float(found[month]), 9) for month in (2, 3, 4, 6, 7, 8, 9, 10)}) > 6
    assert stress_of_water(np.full(12, -3.0), rain) == pytest.approx(np.full(12, 0.5))


def test_npp_of_a_year_equals_the_manual_calculation():
    ndvi = np.linspace(0.2, 0.75, 12)
    sun, rain = np.full(12, 400.0), np.full(12, 90.0)
    # The last month is the greenest, so that its 7 degC are the best temperature.
    t1 = 0.8 + 0.02 * 7 - 0.0005 * 49
    water = stress_of_water(YEAR, rain)
    expected = 0.0
    for month in range(12):
        warmer = YEAR[month] - 7
        t2 = 1.1814 / (1 + math.exp(-0.2 * (warmer + 10))) / (1 + math.exp(0.3 * (warmer - 10)))
        if warmer > 10:
            t2 = 1.1814 / (1 + math.exp(-2)) / (1 + math.exp(-3)) / 2
        by_ndvi = (ndvi[month] - 0.1) / 0.7
        ratio, low, high = ((1 + v) / (1 - v) for v in (ndvi[month], 0.1, 0.8))
        fpar = 0.001 + 0.949 * (by_ndvi + (ratio - low) / (high - low)) / 2
        expected += 400 * 0.5 * fpar * 0.692 * t1 * t2 * water[month]
    found = light_use_npp(ndvi[:, None], sun[:, None], YEAR[:, None], rain[:, None], (0.692, 0.1, 0.8))
    assert found[0] == pytest.approx(expected, rel=1e-12)
    assert 200 < expected < 1200
    # Half the light, half the production; none where a month is unknown.
    half = light_use_npp(ndvi[:, None], sun[:, None] / 2, YEAR[:, None], rain[:, None], (0.692, 0.1, 0.8))
    assert half[0] == pytest.approx(expected / 2)
    for at in range(4):
        series = [ndvi.copy(), sun.copy(), YEAR.copy(), rain.copy()]
        series[at][3] = np.nan
        assert np.isnan(light_use_npp(*(each[:, None] for each in series), (0.692, 0.1, 0.8))[0])


def test_single_precision_is_kept_and_close_to_double():
    rng = np.random.default_rng(1)
    shape = (12, 5, 6)
    series = [rng.uniform(*limits, shape) for limits in ((0, 0.9), (200, 700), (-20, 32), (0, 400))]
    vegetation = [rng.uniform(*limits, shape[1:]) for limits in ((0.3, 1), (0, 0.1), (0.7, 0.9))]
    exact = light_use_npp(*series, vegetation)
    single = light_use_npp(
        *(each.astype(np.float32) for each in series), [each.astype(np.float32) for each in vegetation]
    )
    assert single.dtype == np.float32
    assert single == pytest.approx(exact, rel=1e-4)
