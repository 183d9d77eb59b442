"""Months by the names of files."""

from __future__ import annotations

import pytest
from carbon_balance.core.supply.production.month_names import month_named, months_named


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("ndvi_jan", 1), ("NDVI-Dec2020", 12), ("2020sept", 9), ("august", 8), ("NDVI一月", 1), ("十月", 10),
        ("2020年十一月", 11), ("降水十二月", 12), ("mayotte_3", None), ("january to march", None), ("ndvi_01", None),
        ("dec_december", 12),
    ],
)  # fmt: skip
def test_month_of_a_title(title, month):
    assert month_named(title) == month


def test_twelve_different_months_or_none():
    names = ["apr", "aug", "dec", "feb", "jan", "jul", "jun", "mar", "may", "nov", "oct", "sep"]
    assert months_named(names) == [4, 8, 12, 2, 1, 7, 6, 3, 5, 11, 10, 9]
    assert months_named(names[:11]) is None
    assert months_named([*names[:11], "apr_2"]) is None
    assert months_named([*names[:11], "13"]) is None
