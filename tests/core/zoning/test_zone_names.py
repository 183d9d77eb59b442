"""Names of zones: presets in order, numbers, and names given by the user."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.zoning.zone_names import class_zone_names, parse_names, quadrant_names, split_list


def test_numbers_in_both_languages():
    assert class_zone_names("", "numbered", "en", 3) == ["zone 1", "zone 2", "zone 3"]
    assert class_zone_names(" ", "numbered", "zh", 2) == ["第1区", "第2区"]


def test_the_preset_begins_or_ends_with_the_surplus_by_index_direction():
    first = class_zone_names("", "surplus_first", "en", 4)
    assert first == [
        "low-carbon maintenance",
        "coordinated development",
        "carbon-sink development",
        "sequestration optimisation",
    ]
    assert class_zone_names("", "surplus_last", "en", 4) == first[::-1]
    assert class_zone_names("", "surplus_first", "zh", 4) == ["低碳保持区", "协调发展区", "碳汇发展区", "固碳优化区"]


@pytest.mark.parametrize("count", [3, 5])
def test_a_number_of_zones_other_than_that_of_the_preset_is_refused(count):
    message = f"The merge rule gives {count} zone\\(s\\), but the preset surplus_first has names for 4: give the names"
    with pytest.raises(CarbonBalanceError, match=message):
        class_zone_names("", "surplus_first", "en", count)


def test_quadrants_in_the_order_both_high_eec_high_sec_high_both_low():
    assert quadrant_names("", "guiyang", "en") == [
        "carbon budget balance",
        "carbon intensity control",
        "carbon sink function",
        "low-carbon optimisation",
    ]
    assert quadrant_names("a,b;c、d", "guiyang", "en") == ["a", "b", "c", "d"]
    for wrong, count in (("a,b,c", 3), ("a,b,c,d,e", 5)):
        with pytest.raises(CarbonBalanceError, match=f"^4 zone\\(s\\) need the same number of names, but {count} were"):
            quadrant_names(wrong, "guiyang", "en")


@pytest.mark.parametrize("text", ["a,a", "a,"])
def test_an_empty_or_duplicate_name_is_refused(text):
    with pytest.raises(CarbonBalanceError, match=r"each zone needs a unique name\.$"):
        parse_names(text, 2)


def test_lists_are_split_at_western_and_chinese_commas():
    assert split_list(" a ，b；c ") == ["a", "b", "c"]
    assert split_list("  ") == []
    assert class_zone_names("x, y", "surplus_first", "en", 2) == ["x", "y"]
