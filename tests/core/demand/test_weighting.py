"""Shares of weight rasters and weights of land-cover classes."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.weighting import class_weights, split_emission
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log


def test_emission_is_split_by_shares_or_by_columns():
    total, own = np.array([10.0, 20.0]), np.array([1.0, 2.0])
    np.testing.assert_allclose(split_emission(total, [None, None], [30, 70]), [[3, 6], [7, 14]])
    np.testing.assert_allclose(split_emission(total, [None, own], [1, 1]), [total, own])
    with pytest.raises(CarbonBalanceError, match="emission column is missing"):
        split_emission(None, [None, own], [1, 1])
    with pytest.raises(CarbonBalanceError, match="leave it empty"):
        split_emission(total, [own], [1])
    with pytest.raises(CarbonBalanceError, match="shares of the weights are 1, -1"):
        split_emission(total, [None, None], [1, -1])


def test_shares_of_rasters_below_the_whole_give_a_warning():
    log, total = Log(), np.array([19.0])
    assert split_emission(total, [None, None], [0.75, 0.2], log)[0] == pytest.approx([15])
    assert "Rasters of weights: the weights add up to 0.95 instead of 1" in log.warnings[0]
    split_emission(total, [None, total], [0.5, 0.45], log)
    split_emission(total, [None, None], [1, 1], log)
    assert len(log.warnings) == 2 and "0.5 instead of 1" in log.warnings[1]


def test_weights_of_classes_are_read_row_by_row():
    cells = ["5", "1", "", None, 21, 0.25, "-3", "1.5", " ", "", 8.0, 0]
    assert class_weights(cells) == ([5, 21, -3, 8], [1, 0.25, 1.5, 0])


@pytest.mark.parametrize(
    ("cells", "logged"),
    [
        ([1, 1, 1, 2], "1 / 2 is not a class code"),
        ([1.5, 1], "1.5 / 1 is not a class code"),
        ([1, -0.1], "1 / -0.1 is not a class code"),
        (["built", 1], "built / 1 is not a class code"),
        ([1, "much"], "1 / much is not a class code"),
        ([1, None], "1 / None is not a class code"),
        ([1, 0, 2, 0], "none is greater than 0"),
        ([None, ""], "none is greater than 0"),
    ],
)
def test_bad_weights_of_classes_are_refused(cells, logged):
    with pytest.raises(CarbonBalanceError, match=logged):
        class_weights(cells)
