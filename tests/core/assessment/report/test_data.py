"""Figures on the data of a report."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.data import total


@pytest.mark.parametrize(("values", "expected"), [(None, np.nan), ([np.nan, np.nan], np.nan), ([1.0, np.nan, 2.0], 3)])
def test_the_sum_is_of_what_is_known(values, expected):
    found = total(None if values is None else np.array(values))
    assert found == pytest.approx(expected, nan_ok=True)
