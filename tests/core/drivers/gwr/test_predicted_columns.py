"""The columns of predictions: a plane with equal weights, where GWR is ordinary least squares."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.analysis import GwrSettings
from carbon_balance.core.drivers.gwr.kernels import Kernel
from carbon_balance.core.drivers.gwr.models import fit_models
from carbon_balance.core.drivers.gwr.prediction import check_predictable, predict_at
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.table import Table

GENERATOR = np.random.default_rng(8)
PLACES = GENERATOR.random((40, 2)) * 1000
X = GENERATOR.normal(5, 2, (40, 2))
Y = 3 + 2 * X[:, 0] - X[:, 1] + GENERATOR.normal(0, 0.1, 40)
OBSERVED = Table("observed", ["y", "a", "b"], np.column_stack([Y, X]).tolist())
# The third place has no value of b, the fourth no geometry; the fifth lies beyond all values of a.
NEW = Table("new", ["a", "b"], [[5, 5], [4, 6], [5, None], [5, 5], [99, 5]])
WHERE = np.array([[500.0, 500], [100, 900], [500, 500], [np.nan, np.nan], [500, 500]])


def models(dependents=("y",), each_pair=False, **given):
    settings = GwrSettings(kernel=Kernel("gaussian", False), bandwidth=1e9, **given)
    return fit_models(OBSERVED, PLACES, False, dependents, ["a", "b"], each_pair, settings, Log())


@pytest.mark.parametrize("standardise", [False, True])
def test_predictions_and_their_errors_are_those_of_least_squares(standardise):
    log = Log()
    found = predict_at(models(standardise=standardise), NEW, WHERE, log)
    design = np.column_stack([np.ones(40), X])
    coefficients = np.linalg.lstsq(design, Y, rcond=None)[0]
    new = np.array([[1, 5, 5], [1, 4, 6], [1, 99, 5.0]])
    rest = Y - design @ coefficients
    variance = rest @ rest / 37
    error = np.sqrt(variance * (1 + np.einsum("ni,ij,nj->n", new, np.linalg.inv(design.T @ design), new)))
    rows = [0, 1, 4]
    assert found["predicted"][rows] == pytest.approx(new @ coefficients, rel=1e-6)
    assert found["predicted_se"][rows] == pytest.approx(error, rel=1e-6)
    if not standardise:
        assert found["b_a"][rows] == pytest.approx(coefficients[1])
        assert found["b_b"][rows] == pytest.approx(coefficients[2])
    assert all(np.isnan(values[2:4]).all() for values in found.values())
    assert any(each.startswith("1 of 3 places have values of a beyond") for each in log.warnings)
    assert any(each.startswith("2 of 5 rows are left out") for each in log.warnings)


@pytest.mark.parametrize(("off", "beyond"), [(0.0, 0), (1e-9, 2)])
def test_the_limits_of_the_observed_range_are_not_extrapolation(off, beyond):
    lowest, highest = X.min(axis=0), X.max(axis=0)
    places = Table("new", ["a", "b"], [[lowest[0] - off, highest[1]], [highest[0] + off, lowest[1]]])
    log = Log()
    predict_at(models(), places, WHERE[:2], log)
    found = [each for each in log.warnings if "beyond" in each]
    assert len(found) == bool(beyond)
    assert all(each.startswith(f"{beyond} of 2 places have values of a beyond") for each in found)


def test_several_models_have_a_column_each():
    found = predict_at(models(each_pair=True), NEW, WHERE, Log())
    assert len([name for name in found if name.startswith("predicted_se_")]) == 2
    assert len([name for name in found if name.startswith("predicted_") and not name.startswith("predicted_se")]) == 2


def test_a_multiscale_regression_cannot_predict():
    check_predictable(False)
    with pytest.raises(CarbonBalanceError, match="^A multiscale regression cannot predict"):
        check_predictable(True)
