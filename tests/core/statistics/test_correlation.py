"""Correlations, inflation and circularity: equal to SciPy and statsmodels."""

from __future__ import annotations

import georgia
import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.correlation import (
    PEARSON,
    Matrix,
    correlations,
    log_circularity,
    log_inflation,
    variance_inflation,
)
from carbon_balance.core.statistics.significance import holm

NAMES = ["PctBach", "PctRural", "PctPov", "PctBlack", "PctEld"]


@pytest.fixture(scope="module")
def numbers():
    return georgia.columns(*NAMES)


@pytest.mark.parametrize("at", [0, 1])
def test_pearson_and_spearman_equal_scipy(numbers, at):
    stats = pytest.importorskip("scipy.stats")
    found = correlations(numbers, NAMES)[at]
    peer = (stats.pearsonr, stats.spearmanr)[at]
    assert found.rows == 159
    assert len(found.pairs()) == 10
    for i, j in found.pairs():
        r, p = peer(numbers[:, i], numbers[:, j])[:2]
        assert found.r[i, j] == found.r[j, i] == pytest.approx(r, rel=1e-10)
        assert found.p[i, j] == found.p[j, i] == pytest.approx(p, rel=1e-8)


def test_ties_share_their_mean_rank():
    stats = pytest.importorskip("scipy.stats")
    x = np.array([[1, 5], [1, 4], [2, 4], [2, 4], [2, 1], [9, 0], [9, 7]], float)
    found = correlations(x, ["a", "b"])[1]
    assert found.r[0, 1] == pytest.approx(stats.spearmanr(x[:, 0], x[:, 1])[0], rel=1e-12)


def test_partial_equals_correlation_of_residuals(numbers):
    """r of the residuals of two variables regressed on all others; t with n - 2 - 3 degrees of freedom."""
    special = pytest.importorskip("scipy.special")
    found = correlations(numbers, NAMES)[2]
    for i, j in found.pairs():
        others = np.column_stack([np.ones(159), np.delete(numbers, [i, j], axis=1)])
        left = [numbers[:, at] - others @ np.linalg.lstsq(others, numbers[:, at], rcond=None)[0] for at in (i, j)]
        r = np.corrcoef(left)[0, 1]
        t = r * np.sqrt(154 / (1 - r * r))
        assert found.r[i, j] == pytest.approx(r, rel=1e-8)
        assert found.p[i, j] == pytest.approx(2 * special.stdtr(154, -abs(t)), rel=1e-6)


def test_holm_equals_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.6, 0.0001, 0.2])
    assert holm(p) == pytest.approx(multitest.multipletests(p, method="holm")[1], rel=1e-12)
    holed = holm(np.append(p, np.nan))
    assert holed[:-1] == pytest.approx(holm(p)) and np.isnan(holed[-1])


def test_inflation_equals_statsmodels(numbers):
    influence = pytest.importorskip("statsmodels.stats.outliers_influence")
    design = np.column_stack([np.ones(159), numbers])
    peer = [influence.variance_inflation_factor(design, at) for at in range(1, 6)]
    assert variance_inflation(numbers) == pytest.approx(peer, rel=1e-9)


def test_constant_variable_is_named(numbers):
    broken = numbers.copy()
    broken[:, 2] = 4.2
    with pytest.raises(CarbonBalanceError, match="^PctPov: the value is the same in every row"):
        correlations(broken, NAMES)


def test_collinear_variables_leave_partial_correlations_empty(numbers):
    broken = np.column_stack([numbers, numbers[:, 1] + 2 * numbers[:, 3]])
    log = Log()
    pearson, _, partial = correlations(broken, [*NAMES, "sum"], log)
    assert np.isfinite(pearson.r).all()
    assert np.isnan(partial.r[0, 1]) and np.isnan(partial.p[0, 1])
    assert log.warnings[0].startswith("PctRural, PctBlack, sum are collinear")
    assert np.isnan(variance_inflation(broken)[[1, 3, 5]]).all()


def test_few_rows_leave_partial_correlations_empty(numbers):
    log = Log()
    partial = correlations(numbers[:5], NAMES, log)[2]
    assert np.isnan(partial.r[0, 1])
    assert "5 rows are not enough for partial correlations of 5 variables" in log.warnings[0]


def test_inflation_is_logged():
    log = Log()
    log_inflation(np.array([1.2, 25.0, np.nan]), ["a", "b", "c"], log)
    assert log.warnings[0].startswith("The variance inflation factor of b (25) exceeds 10")


def circular(columns, variables):
    log = Log()
    matrices = correlations(np.column_stack(list(columns.values())), list(columns), log)
    return log_circularity(matrices, variables, log), log.warnings


def test_demand_made_from_population_is_circular():
    """Study H: demand is emission per person times population, so r is 1."""
    generator = np.random.default_rng(2)
    population, rain = generator.gamma(2, 500, 80), generator.normal(900, 100, 80)
    pairs, warnings = circular({"demand": 3.938 * population, "pop_km2": population, "rain": rain}, ["demand"])
    assert pairs == [("demand", "pop_km2")]
    assert "demand and pop_km2 have a correlation of 1.0000" in warnings[-1]


def test_rank_correlation_and_names_show_circularity_too():
    generator = np.random.default_rng(2)
    people = generator.gamma(2, 500, 80)
    pairs, _ = circular({"index": np.log(people) ** 3, "people": people}, ["index"])
    assert pairs == [("index", "people")]
    noisy = people * generator.gamma(5, 1, 80)
    pairs, warnings = circular({"demand_t_km2": noisy, "pop_2020": people}, ["demand_t_km2"])
    assert pairs == [("demand_t_km2", "pop_2020")]
    assert "usually computed from population" in warnings[0]
    assert circular({"sink": noisy, "pop_2020": people}, ["sink"]) == ([], [])


def test_without_scipy_only_p_values_are_missing(numbers, monkeypatch):
    from carbon_balance.core.drivers.factor_study import study_factors
    from carbon_balance.core.statistics import significance

    monkeypatch.setattr(significance, "has_scipy", lambda: False)
    log = Log()
    study = study_factors(numbers, ["PctBach"], NAMES[1:], log=log)
    assert np.isnan(study.matrices[0].p).all() and np.isfinite(study.matrices[0].r).all()
    assert len([note for note in log.warnings if "SciPy is not installed" in note]) == 1
    power = study.powers["PctBach", "PctRural"]
    assert power.q > 0.1 and np.isnan(power.p)


@pytest.mark.parametrize(("r", "circular"), [(0.99, True), (-0.99, True), (0.9899, False)])
def test_a_correlation_of_0_99_is_circular(r, circular):
    empty = np.full((2, 2), np.nan)
    matrix = Matrix(PEARSON, ["y", "x"], np.array([[1, r], [r, 1]]), empty, empty, 9)
    assert log_circularity([matrix], ["y"], Log()) == ([("y", "x")] if circular else [])


def test_inflation_above_10_gives_a_warning():
    log = Log()
    log_inflation(np.array([10.0, np.nan]), ["a", "b"], log)
    assert log.warnings == []
    log_inflation(np.array([10.001, 1]), ["a", "b"], log)
    assert len(log.warnings) == 1
