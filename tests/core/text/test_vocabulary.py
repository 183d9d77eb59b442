"""Displayed names of values and columns."""

from __future__ import annotations

import re

import pytest
from carbon_balance.core.balance.comparison import TEXTS, UNKNOWN
from carbon_balance.core.runtime import i18n
from carbon_balance.core.symbology.legends import column_legend
from carbon_balance.core.tables import columns, scenario_columns
from carbon_balance.core.tables.names import plan_columns
from carbon_balance.core.text import html
from carbon_balance.core.text.headings import TITLES, heading_of, title_of
from carbon_balance.core.text.vocabulary import SPECIES_TEXT, VOCABULARIES, shown
from carbon_balance.core.zoning.zone_names import FROM_SURPLUS, IN_CHINESE, IN_ENGLISH, QUADRANT_NAMES


@pytest.fixture
def chinese():
    i18n.use_language("zh_CN")
    yield
    i18n.use_language(i18n.ENGLISH)


VALUES = [
    ("state_2020", "deficit", "赤字"),
    ("mismatch", "low-high", "低-高"),
    ("zone", "zone 12", "第12区"),
    ("zone", "my own zone", "my own zone"),
    ("zone_name", "row 3", "第 3 行"),
    ("unit", "甲县 (row 2)", "甲县（第 2 行）"),
    ("members", "row 1, 乙县", "第 1 行、乙县"),
    ("name", "evergreen needleleaf forest", "常绿针叶林"),
    ("statistic", "Gini against population", "相对于人口的基尼系数"),
    ("discretisation", "quantile, 2 classes, upper limits 5.5", "quantile，2 类，上限为 5.5"),
    ("source", "my table; soil 72 t/ha; below/above 0.25", "my table；土壤 72 吨/公顷；地下/地上 0.25"),
    (
        "compared",
        "supply: stock, t C or CO2; demand: flow, t CO2 a year",
        "供给：存量，吨 C 或 CO2；需求：流量，吨 CO2/年",
    ),
    ("county", "deficit", "deficit"),
    ("state", None, ""),
]


@pytest.mark.parametrize(("column", "value", "expected"), VALUES)
def test_only_values_of_the_plugin_are_shown_in_chinese(chinese, column, value, expected):
    assert shown(column, value) == expected


@pytest.mark.parametrize(("column", "value", "_"), VALUES)
def test_english_shows_stored_values(column, value, _):
    assert shown(column, value) == (value or "")


def test_preset_zones_have_the_names_of_the_chinese_preset(chinese):
    pairs = [(FROM_SURPLUS[IN_ENGLISH], FROM_SURPLUS[IN_CHINESE])]
    pairs += [(QUADRANT_NAMES[preset, IN_ENGLISH], QUADRANT_NAMES[preset, IN_CHINESE]) for preset, _ in QUADRANT_NAMES]
    for english, expected in pairs:
        assert [shown(columns.ZONE, name) for name in english] == expected


def test_every_value_has_a_chinese_translation(chinese):
    for words in VOCABULARIES.values():
        for word in words:
            assert i18n.translated(word) != word or word in ("pearson", "spearman"), word


def test_legends_show_translations_and_match_stored_values(chinese):
    legend = column_legend("zone", ["coordinated development", None, "coordinated development"])
    assert [each.value for each in legend.categories] == FROM_SURPLUS[IN_ENGLISH]
    assert legend.categories[1].label == "协调发展区 (2)"


def test_every_column_has_a_heading_of_its_own():
    assert title_of("carbon_t_2020") == "Carbon stored, t C (2020)"
    assert heading_of("carbon_share") == "Share of total carbon stored, %"
    assert heading_of("to_minus1_ha") == "To class -1, ha"
    assert heading_of("my_column") == "my_column"
    # Letters of statistics and parts of names stand for themselves.
    own = {**vars(columns), **vars(scenario_columns), **vars(plan_columns)}
    left = {value for name, value in own.items() if name.isupper() and isinstance(value, str)} - set(TITLES)
    assert all(len(name) <= 2 or name.startswith("_") or name.endswith("_") or name == "aicc" for name in left), left


def test_tables_of_notes_have_words_units_and_percent(chinese):
    text = html.table({"zone": ["carbon sink function"], "carbon_share": [0.00332661], "x": ["deficit"]})
    assert "碳平衡分区<small>zone</small>" in text
    assert "<small>carbon_share</small>" in text
    assert ">0.33<" in text
    assert "碳汇功能区" in text
    assert ">deficit<" in text
    assert re.search("%", text)
    assert re.findall(">([0-9.,]+)<", html.table({"carbon_t_ha": [9412.25, 10282.0]})) == ["9,412.2", "10,282.0"]
    assert html.percentage(0.00001) == "0.001"


def test_texts_of_index_comparisons_are_in_the_vocabulary():
    assert tuple(TEXTS.values()) == VOCABULARIES[columns.COMPARISON]
    assert VOCABULARIES[SPECIES_TEXT] == (UNKNOWN,)
