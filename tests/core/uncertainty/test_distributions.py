"""Distributions against SciPy's, and exact moments against integrals and draws."""

from __future__ import annotations

import builtins
import math

import numpy as np
import pytest
from carbon_balance.core.options.uncertainty import DISTRIBUTIONS, LOGNORMAL, NORMAL, TRIANGULAR
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.uncertainty.distributions import check, density, moments, normal_cdf, normal_quantile
from scipy import stats

PROBABILITIES = np.array([1e-6, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6])
SCORES = stats.norm.ppf(PROBABILITIES)


@pytest.mark.parametrize(("mean", "sd"), [(10, 2), (10, 9), (10, 30), (0, 1), (1000, 1)])
def test_the_normal_equals_the_truncated_normal_of_scipy(mean, sd):
    peer = stats.truncnorm(-mean / sd, np.inf, mean, sd)
    np.testing.assert_allclose(density(NORMAL, SCORES, mean, sd), peer.ppf(PROBABILITIES), rtol=1e-8)
    exact, covariance = moments(NORMAL, np.array([mean]), np.array([sd]), 1.0)
    assert exact[0] == pytest.approx(peer.mean(), rel=1e-6)
    assert covariance[0, 0] == pytest.approx(peer.var(), rel=1e-4)


@pytest.mark.parametrize(("mean", "sd"), [(10, 2), (10, 20)])
def test_lognormal_has_the_mean_and_sd(mean, sd):
    width = math.sqrt(math.log(1 + (sd / mean) ** 2))
    peer = stats.lognorm(width, scale=mean / math.sqrt(1 + (sd / mean) ** 2))
    assert (peer.mean(), peer.std()) == (pytest.approx(mean), pytest.approx(sd))
    np.testing.assert_allclose(density(LOGNORMAL, SCORES, mean, sd), peer.ppf(PROBABILITIES), rtol=1e-10)


@pytest.mark.parametrize("cv", [0.05, 0.2, 0.408248, 0.5, 0.6, 0.7071])
def test_triangular_has_the_mean_and_sd_and_stays_above_zero(cv):
    u = (np.arange(400_000) + 0.5) / 400_000
    values = density(TRIANGULAR, stats.norm.ppf(u), 50.0, 50.0 * cv)
    assert values.min() >= 0
    assert values.mean() == pytest.approx(50, rel=1e-5)
    assert values.std() == pytest.approx(50 * cv, rel=1e-4)


def test_the_symmetric_triangle_equals_that_of_scipy():
    half = 2 * math.sqrt(6)
    peer = stats.triang(0.5, 10 - half, 2 * half)
    np.testing.assert_allclose(density(TRIANGULAR, SCORES, 10.0, 2.0), peer.ppf(PROBABILITIES), rtol=1e-6)


def test_no_uncertainty_is_a_constant():
    for kind in DISTRIBUTIONS:
        assert density(kind, SCORES, 7.0, 0.0).tolist() == [7.0] * len(SCORES)


@pytest.mark.parametrize("kind", DISTRIBUTIONS)
@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_covariances_are_those_of_draws(kind, correlation):
    mean, sd = np.array([40.0, 10.0, 5.0]), np.array([8.0, 4.0, 3.0])
    random = np.random.default_rng(3)
    common, own = random.standard_normal(400_000), random.standard_normal((3, 400_000))
    scores = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
    drawn = np.array([density(kind, z, m, s) for z, m, s in zip(scores, mean, sd)])
    exact, covariance = moments(kind, mean, sd, correlation)
    np.testing.assert_allclose(drawn.mean(axis=1), exact, rtol=0.01)
    np.testing.assert_allclose(np.cov(drawn), covariance, rtol=0.02, atol=0.08)


def test_lognormal_covariance_in_closed_form():
    mean, sd = np.array([40.0, 10.0]), np.array([8.0, 6.0])
    widths = np.sqrt(np.log1p((sd / mean) ** 2))
    _, covariance = moments(LOGNORMAL, mean, sd, 0.3)
    assert covariance[0, 1] == pytest.approx(400 * math.expm1(0.3 * widths.prod()), rel=1e-9)


def test_normal_functions_without_scipy_equal_those_of_scipy(monkeypatch):
    expected = normal_cdf(SCORES), normal_quantile(PROBABILITIES)
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    np.testing.assert_allclose(normal_cdf(SCORES), expected[0], rtol=1e-12)
    np.testing.assert_allclose(normal_quantile(PROBABILITIES), expected[1], rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "mean", "sd", "message"),
    [
        ("uniform", 1, 1, "Unknown distribution uniform: choose one of normal, lognormal, triangular"),
        (TRIANGULAR, 10, 7.2, r"SD of at most 0.707 times the mean, which wood soil \(10 with SD 7.2\) does not meet"),
        (TRIANGULAR, 0, 1, "which wood soil"),
        (LOGNORMAL, 0, 1, r"mean greater than 0, which wood soil \(0 with SD 1\) does not meet: choose normal"),
    ],
)
def test_refused(kind, mean, sd, message):
    with pytest.raises(CarbonBalanceError, match=message):
        check(kind, np.array([mean, 5.0]), np.array([sd, 1.0]), ["wood soil", "wood dead"])
