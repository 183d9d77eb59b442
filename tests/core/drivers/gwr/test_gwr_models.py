"""Several models at once: features at one place, and settings that contradict a multiscale regression."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.analysis import GwrSettings
from carbon_balance.core.drivers.gwr.models import _check_multiscale, _log_duplicates
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.locations import Places


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([[0, 0], [1, 0], [2, 0]], None),
        ([[0, 0], [1, 0], [0, 0]], ("2 features", "at most 2 ")),
        ([[0, 0], [1, 0], [0, 0], [1, 0], [0, 0], [7, 7]], ("5 features", "at most 3 ")),
    ],
)
def test_features_at_one_place_are_counted(places, told):
    log = Log()
    _log_duplicates(Places.plane(np.array(places, float)), log)
    assert len(log.warnings) == (told is not None)
    for part in told or ():
        assert part in log.warnings[0]


def test_a_multiscale_regression_has_settings_of_its_own():
    log = Log()
    _check_multiscale(GwrSettings(multiscale=True, standardise=True), log)
    assert log.notes == []
    _check_multiscale(GwrSettings(multiscale=True, permutations=9), log)
    assert len(log.notes) == 2
    with pytest.raises(CarbonBalanceError, match="^A bandwidth of 50 is given"):
        _check_multiscale(GwrSettings(multiscale=True, bandwidth=50.0), log)
    with pytest.raises(CarbonBalanceError, match="^The search method is grid"):
        _check_multiscale(GwrSettings(multiscale=True, method="grid"), log)
