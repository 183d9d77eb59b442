"""Headings of columns: words and units, suffixes, shares as percentages, classes of a matrix."""

from __future__ import annotations

import pytest
from carbon_balance.core.text.headings import has_unit, heading_of, is_share, title_of


@pytest.mark.parametrize(
    ("column", "title"),
    [
        ("carbon_t", "Carbon stored, t C"),
        ("carbon_t_2020", "Carbon stored, t C (2020)"),
        ("my_column", "my_column"),
        ("eec", "Economic coefficient EEC (1 = region)"),
    ],
)
def test_titles(column, title):
    assert title_of(column) == title


@pytest.mark.parametrize(
    ("column", "heading"),
    [
        ("to_5_ha", "To class 5, ha"),
        ("to_minus3_t", "To class -3, t C"),
        ("to_12_t", "To class 12, t C"),
        ("to_12_km2", "to_12_km2"),
        ("share", "Share, %"),
        ("carbon_share", "Share of total carbon stored, %"),
        ("carbon_t", "Carbon stored, t C"),
    ],
)
def test_headings(column, heading):
    assert heading_of(column) == heading


def test_shares_and_units():
    names = ("share", "carbon_share_2020", "carbon_t", "carbon_t_2020", "ratio", "other")
    assert [is_share(name) for name in names] == [True, True, False, False, False, False]
    assert [has_unit(name) for name in names] == [False, False, True, True, False, False]
