"""Recognition of the columns of the zones in a report."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.reading import name_columns, read_data
from carbon_balance.core.runtime import i18n
from carbon_balance.core.tables.table import Table

BY_CHAIN = AmountSource("", "t", "C", "stock")


@pytest.fixture(params=["en", "zh_CN"])
def locale(request):
    i18n.use_language(request.param)
    yield request.param
    i18n.use_language(i18n.ENGLISH)


def names_of(columns, **given):
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    return read_data(table, np.ones(len(table)), BY_CHAIN, BY_CHAIN, **given).names


BOTH = {
    "name": ["Wuhua", "Panlong"],
    "name_zh": ["五华区", "盘龙区"],
    "name_en": ["Wuhua District", "Panlong District"],
}


def test_zones_are_named_in_the_user_s_language(locale):
    """Both name columns are tried in both orders."""
    expected = BOTH["name_zh"] if locale == "zh_CN" else BOTH["name_en"]
    assert names_of(BOTH) == names_of(dict(reversed(BOTH.items()))) == expected


def test_the_other_language_names_zones_if_the_user_s_has_no_column(locale):
    assert names_of({"name": BOTH["name"], "name_fr": ["a", "b"]}) == BOTH["name"]
    assert names_of({"fid": [1, 2], "name_zh": BOTH["name_zh"]}) == BOTH["name_zh"]
    assert names_of({"县": BOTH["name_zh"], "population": [3, 4]}) == BOTH["name_zh"]


def test_the_name_of_both_languages_comes_before_that_of_the_other(locale):
    other = {"en": "name_zh", "zh_CN": "name_en"}[locale]
    assert names_of({other: BOTH[other], "name": BOTH["name"]}) == BOTH["name"]


def test_a_column_that_was_chosen_names_the_zones(locale):
    assert names_of({**BOTH, "code": ["530102", "530103"]}, name_column="code") == ["530102", "530103"]


def test_zones_without_a_name_are_called_by_their_row(locale):
    first, second = names_of({"name": ["Wuhua", None]})
    assert (first, second) == ("Wuhua", "第 2 行" if locale == "zh_CN" else "row 2")
    assert names_of({"code": ["1"]}) == ["第 1 行" if locale == "zh_CN" else "row 1"]


def test_each_language_prefers_its_own_name_column(locale):
    assert name_columns()[0] == {"en": "name_en", "zh_CN": "name_zh"}[locale]
    assert name_columns()[1:8] == ("name", "name_zh", "zone_name", "county", "名称", "县", "区县")


def test_name_columns_of_other_sources_are_found_by_title_or_content():
    assert names_of({"XZQMC": ["五华区", "盘龙区"]}) == ["五华区", "盘龙区"]
    # Codes, texts that repeat and columns of the plugin are no names.
    other = {"gid": ["CHN.1_1", "CHN.2_1"], "city": ["Kunming", "Kunming"], "state": ["surplus", "deficit"]}
    assert names_of({**other, "label": ["Wuhua", "Panlong"]}) == ["Wuhua", "Panlong"]
    assert names_of({**other, "label": ["Wuhua", None]})[0] in ("row 1", "第 1 行")
