"""Aliases of columns in attribute tables."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime import i18n
from carbon_balance.core.symbology.column_aliases import column_aliases


def test_known_columns_have_aliases_with_units_and_unknown_ones_none():
    assert column_aliases(["carbon_t_km2", "demand_t_km2_2020", "mine"]) == {
        "carbon_t_km2": "Carbon stored, t C per km²",
        "demand_t_km2_2020": "Emission demand, t CO2 per year per km² (2020)",
    }


@pytest.mark.parametrize(("name", "language", "alias"), [
    ("carbon_share", "en", "Share of total carbon stored (0 to 1)"),
    # The report prints it in %, the column holds parts of one.
    ("coverage_share", "en", "Share of the zone with data (0 to 1)"),
    ("coverage_share_2020", "zh_CN", "评价单元中有数据的比例 (2020)（0 至 1）"),
])  # fmt: skip
def test_shares_are_parts_of_one(name, language, alias):
    i18n.use_language(language)
    try:
        (found,) = column_aliases([name]).values()
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert found == alias


def test_aliases_of_local_coefficients_name_their_term():
    names = ["b_gdp", "se_gdp", "t_gdp", "t_alone", "local_r2"]
    assert column_aliases(names) == {
        "b_gdp": "gdp: local coefficient",
        "se_gdp": "gdp: standard error",
        "t_gdp": "gdp: t value",
        "local_r2": "Local R2",
    }


def test_the_intercept_is_called_in_the_users_language():
    i18n.use_language("zh_CN")
    try:
        found = column_aliases(["b_intercept", "se_intercept", "t_intercept"])
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert found == {"b_intercept": "截距：局部系数", "se_intercept": "截距：标准误", "t_intercept": "截距：t 值"}
