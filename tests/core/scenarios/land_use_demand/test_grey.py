"""Grey forecast: a published series, the closed form of a geometric one, and demand with constant total area."""

from __future__ import annotations

from statistics import pstdev

import numpy as np
import pytest
from carbon_balance.core.land_cover.change.intensity import IntervalChange
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.land_use_demand.futures import Futures
from carbon_balance.core.scenarios.land_use_demand.grey import fit_grey, grey_demand

PUBLISHED = [2.874, 3.278, 3.337, 3.390, 3.679]


def test_the_series_of_the_textbook():
    """Example of Deng: a = -0.0372044, b = 3.0653633; fitted 3.2320, 3.3545, 3.4817, 3.6136."""
    found = fit_grey(np.array(PUBLISHED))
    assert found.a == pytest.approx(-0.0372044, abs=5e-8)
    assert found.b == pytest.approx(3.0653633, abs=5e-8)
    fitted = [2.874, 3.2320, 3.3545, 3.4817, 3.6136]
    np.testing.assert_allclose(found.fitted, fitted, atol=1e-4)
    errors = [value - each for value, each in zip(PUBLISHED, fitted)]
    assert found.posterior_ratio == pytest.approx(pstdev(errors) / pstdev(PUBLISHED), abs=1e-3)
    assert found.small_error_probability == 1
    assert found.at(5) == pytest.approx(3.6136 * np.exp(0.0372044), abs=2e-4)


@pytest.mark.parametrize("ratio", [0.8, 1.05, 1.5])
def test_a_geometric_series_has_a_closed_form(ratio):
    """For x(k) = c q^k: a = 2 (1 - q) / (1 + q), b = 2 c / (1 + q)."""
    found = fit_grey(3 * ratio ** np.arange(6))
    assert found.a == pytest.approx(2 * (1 - ratio) / (1 + ratio))
    assert found.b == pytest.approx(2 * 3 / (1 + ratio))


def test_the_forecast_of_a_constant_series_is_constant():
    found = fit_grey(np.full(5, 7.0))
    assert found.a == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(found.fitted, 7)
    assert found.at(9.5) == pytest.approx(7)
    assert np.isnan(found.posterior_ratio) and np.isnan(found.small_error_probability)


def test_a_series_with_jumps_fails_the_accuracy_test():
    found = fit_grey(np.array([1.0, 9.0, 1.0, 9.0, 1.0, 9.0]))
    assert found.posterior_ratio > 0.65
    assert found.small_error_probability < 0.7


def intervals(series, codes=(1, 2), start=2000.0, spacing=5.0):
    """Changes whose areas at the dates are those given: rows dates, columns classes."""
    result = []
    for at, (before, after) in enumerate(zip(series, series[1:])):
        area = np.outer(before, after) / np.sum(before)
        year = start + spacing * at
        result.append(IntervalChange(year, year + spacing, np.array(codes), [str(code) for code in codes], area))
    return result


def found_of(years, cells, codes=(1, 2)):
    cells = np.array(cells)
    flows = np.stack([np.diag(cells * 0.09)] * len(years))
    return Futures(np.array(codes), np.diag(cells * 0.09), np.eye(len(codes)), list(years), flows, cells)


def test_demand_is_the_forecast_scaled_to_the_land():
    series = np.array([[60.0, 40.0], [50, 50], [42, 58], [35, 65]])
    log = Log()
    demand = grey_demand(intervals(series), found_of([2020.0, 2025.0], [350, 650]), log)
    raw = [[fit_grey(series[:, k] * 0.9).at(step) for k in (0, 1)] for step in (4, 5)]
    expected = np.array(raw) / np.sum(raw, axis=1, keepdims=True) * 90
    np.testing.assert_allclose(demand.area_ha, expected)
    assert demand.cells.sum(axis=1).tolist() == [1000, 1000]
    np.testing.assert_allclose(demand.cells * 0.09, expected, atol=0.09)
    table = demand.grey_columns()
    assert list(table["year"]) == [2020, 2020, 2025, 2025]
    np.testing.assert_allclose(table["share"], expected.ravel() / 90)
    assert any("before they are scaled" in note for note in log.notes)
    assert not log.warnings


def test_few_dates_and_failed_forecasts_give_warnings():
    log = Log()
    grey_demand(intervals([[60, 40], [50, 50], [42, 58]]), found_of([2020.0], [350, 650]), log)
    assert any("has 3 dates" in sentence for sentence in log.warnings)
    log = Log()
    jumping = [[10, 90], [90, 10], [10, 90], [90, 10], [10, 90]]
    grey_demand(intervals(jumping), found_of([2030.0], [350, 650]), log)
    assert any("fails the usual test for class(es) 1 (" in sentence for sentence in log.warnings)


def test_a_class_without_area_or_forecast_has_no_demand():
    demand = grey_demand(intervals([[60, 40], [50, 50], [42, 58]]), found_of([2020.0], [350, 650, 0], (1, 2, 6)), Log())
    assert demand.models[2] is None and demand.cells[0, 2] == 0
    assert np.isnan(demand.grey_columns()["grey_a"][2])


def test_refusals():
    with pytest.raises(CarbonBalanceError, match="three dates or more"):
        grey_demand(intervals([[60, 40], [50, 50]]), found_of([2020.0], [350, 650]), Log())
    uneven = intervals([[60, 40], [50, 50]]) + intervals([[50, 50], [42, 58]], start=2005, spacing=5.06)
    with pytest.raises(CarbonBalanceError, match="equal intervals, but those of the land covers are 2000, 2005, 2010"):
        grey_demand(uneven, found_of([2020.0], [350, 650]), Log())
    nearly = intervals([[60, 40], [50, 50]]) + intervals([[50, 50], [42, 58]], start=2005, spacing=5.04)
    assert grey_demand(nearly, found_of([2020.0], [350, 650]), Log()).cells.sum() == 1000
