"""Sums over cells start at zero and can be added."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.balance.cell_sums import CellSums


def test_cell_sums_start_at_zero_and_add_up():
    total = CellSums()
    assert not any(np.any(value) for value in vars(total).values())
    part = CellSums(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, change_km2=np.array([1.0, 2, 3, 4]), change_t=-11)
    total.add(part)
    total.add(part)
    assert total.change_km2.tolist() == [2, 4, 6, 8]
    assert [value for name, value in vars(total).items() if name != "change_km2"] == [
        2, 4, 6, 8, 10, 12, 14, 16, 18, 20, -22
    ]  # fmt: skip
