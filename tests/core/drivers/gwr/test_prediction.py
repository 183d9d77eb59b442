"""Predictions at other locations against mgwr and, with equal weights, against least squares."""

from __future__ import annotations

import georgia
import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.fit import Observations, Regression
from carbon_balance.core.drivers.gwr.kernels import Kernel
from carbon_balance.core.statistics.locations import Places

FITTED = 120


def data():
    values = georgia.columns(georgia.DEPENDENT, *georgia.EXPLANATORY)
    return georgia.columns("X", "Y"), values[:, 0], values[:, 1:]


def regression(kernel, places, y, x):
    return Regression(Observations(Places.plane(places), x, y, list("abc")), kernel, 1)


@pytest.mark.parametrize(
    ("shape", "adaptive", "bandwidth"), [("bisquare", True, 60), ("gaussian", True, 40), ("bisquare", False, 3e5)]
)
def test_predictions_for_39_counties_equal_mgwr(shape, adaptive, bandwidth):
    mgwr = pytest.importorskip("mgwr.gwr")
    places, y, x = data()
    ours = regression(Kernel(shape, adaptive), places[:FITTED], y[:FITTED], x[:FITTED])
    there = ours.elsewhere(ours.sample.places.others(places[FITTED:]), x[FITTED:], bandwidth)
    peer = mgwr.GWR(places[:FITTED], y[:FITTED, None], x[:FITTED], bandwidth, kernel=shape, fixed=not adaptive)
    theirs = peer.predict(places[FITTED:], x[FITTED:])
    np.testing.assert_allclose(there.predicted, theirs.predictions[:, 0], rtol=1e-7)
    np.testing.assert_allclose(there.coefficients, theirs.params, rtol=1e-6)


def test_predictions_of_georgia_equal_printed_values_of_mgwr():
    """Printed by mgwr 2.2.1, adaptive bisquare kernel of 60 neighbours."""
    places, y, x = data()
    ours = regression(Kernel("bisquare", True), places[:FITTED], y[:FITTED], x[:FITTED])
    there = ours.elsewhere(ours.sample.places.others(places[FITTED:]), x[FITTED:], 60)
    np.testing.assert_allclose(there.predicted[:3], [20.11000795, 17.39990511, 8.72815061], rtol=1e-8)
    np.testing.assert_allclose(there.coefficients[0], [26.53886045, -0.14328812, -0.13890436, -0.05915731], rtol=1e-6)


def test_equal_weights_give_the_interval_of_least_squares():
    """A Gaussian of a huge bandwidth weighs all equally: the factor is 1 + x' (X'X)^-1 x."""
    places, y, x = data()
    ours = regression(Kernel("gaussian", False), places[:FITTED], y[:FITTED], x[:FITTED])
    there = ours.elsewhere(ours.sample.places.others(places[FITTED:]), x[FITTED:], 1e12)
    design, new = (np.column_stack([np.ones(len(each)), each]) for each in (x[:FITTED], x[FITTED:]))
    coefficients = np.linalg.lstsq(design, y[:FITTED], rcond=None)[0]
    np.testing.assert_allclose(there.predicted, new @ coefficients, rtol=1e-9)
    factor = 1 + np.einsum("ni,ij,nj->n", new, np.linalg.inv(design.T @ design), new)
    np.testing.assert_allclose(there.variance_factor, factor, rtol=1e-9)


def test_a_prediction_where_an_observation_is_equals_its_fit():
    places, y, x = data()
    ours = regression(Kernel("bisquare", True), places, y, x)
    local = ours.fit(90)
    there = ours.elsewhere(ours.sample.places.others(places), x, 90)
    np.testing.assert_allclose(there.predicted, y - local.residuals, rtol=1e-9)
    np.testing.assert_allclose(there.variance_factor, 1 + local.hat_squares, rtol=1e-8)


def test_a_location_without_observations_in_the_bandwidth_has_no_prediction():
    places, y, x = data()
    ours = regression(Kernel("bisquare", False), places, y, x)
    there = ours.elsewhere(ours.sample.places.others(places[:2] + [[0, 0], [9e6, 0]]), x[:2], 3e5)
    assert np.isfinite(there.predicted[0]) and np.isnan(there.predicted[1])
    assert np.isnan(there.coefficients[1]).all() and np.isnan(there.variance_factor[1])
