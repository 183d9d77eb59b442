"""Options of choices have labels in both languages that include the id."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.i18n import language, use_language
from carbon_balance.core.text.choice_labels import choice_label


@pytest.fixture
def chinese():
    before = language()
    use_language("zh_CN")
    yield
    use_language(before)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("cell_centre", "by cell centre (cell_centre)"),
        ("henan", "Henan"),  # differs from its id in nothing but the capital
        ("10^4 t", "10^4 t"),
        ("UTF-8", "UTF-8"),  # has no label
    ],
)
def test_english_labels_contain_the_id(option, expected):
    assert choice_label(option) == expected


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("demand/supply", "需求/供给 (demand/supply)"),
        ("10^4 t", "万吨 (10^4 t)"),
        ("henan", "河南 (henan)"),
        ("igbp", "IGBP 分类（MODIS） (igbp)"),
        ("UTF-8", "UTF-8"),
    ],
)
def test_chinese_labels_contain_the_id(chinese, option, expected):
    assert choice_label(option) == expected
