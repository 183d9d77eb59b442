"""Merge rules, names, fixed limits and the comparison of methods."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.zoning import AS_PUBLISHED, EXACT, FIXED_LIMITS
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.zoning.natural_breaks import (
    example_of_rule,
    natural_zoning,
    number_of_classes,
    parse_limits,
    parse_merge_rule,
)
from carbon_balance.core.zoning.zone_names import (
    IN_CHINESE,
    IN_ENGLISH,
    NUMBERED,
    QUADRANT_NAMES,
    SURPLUS_FIRST,
    SURPLUS_LAST,
    class_zone_names,
    quadrant_names,
)


@pytest.mark.parametrize("rule", ["1-2,3,4,5-7", " 1 - 2 , 3,4, 5-7 ", "１－２，３，４，５－７", "1–2、3；4;5~7"])
def test_merge_rules_are_read_in_various_notations(rule):
    assert parse_merge_rule(rule, 7).tolist() == [0, 0, 1, 2, 3, 3, 3]


def test_blank_merge_rule_keeps_the_classes():
    assert parse_merge_rule(" ", 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "rule", ["1-2,3,4,5-6", "1-2,3,4,5-8", "1-2,2-7", "2-7", "3-7,1-2", "1-2,4-7", "1-3,3-2,4-7", "0-7"]
)
def test_a_merge_rule_that_omits_a_class_is_refused(rule):
    with pytest.raises(CarbonBalanceError, match="each of 1 to 7 must occur once, in order, as in 1-2,3,4,5-7"):
        parse_merge_rule(rule, 7)


@pytest.mark.parametrize(
    ("classes", "rule"), [(1, "1"), (3, "1,2,3"), (4, "1,2,3,4"), (5, "1-2,3,4,5"), (7, "1-2,3,4,5-7")]
)
def test_the_example_of_a_merge_rule_covers_its_classes(classes, rule):
    assert example_of_rule(classes) == rule
    assert len(parse_merge_rule(rule, classes)) == classes


def test_too_few_values_name_both_parameters_to_change():
    said = r"4 different value\(s\).*at most 4 classes \(CLASSES\) and a merge rule .* 1,2,3,4 \(MERGE\)"
    with pytest.raises(CarbonBalanceError, match=said):
        natural_zoning(np.array([1.0, 2, 3, 4, np.nan]), AS_PUBLISHED, 7, [], "1-2,3,4,5-7", "x")


def test_fewer_than_four_zones_need_other_names_too():
    said = r"3 different value\(s\).*choose 3 classes \(CLASSES\), the merge rule 1,2,3 \(MERGE\).*numbered"
    with pytest.raises(CarbonBalanceError, match=said):
        natural_zoning(np.array([1.0, 2, 3, np.nan]), AS_PUBLISHED, 7, [], "1-2,3,4,5-7", "x")


@pytest.mark.parametrize("rule", ["1-2,,3", "a", "1-2-3", "1.5", "1-2,3,", "-1", "1 2"])
def test_an_unreadable_merge_rule_is_refused(rule):
    with pytest.raises(CarbonBalanceError, match="neither a class nor a range"):
        parse_merge_rule(rule, 3)


def test_names_of_the_study_from_surplus_to_deficit():
    assert class_zone_names("", SURPLUS_FIRST, IN_CHINESE, 4) == [
        "低碳保持区",
        "协调发展区",
        "碳汇发展区",
        "固碳优化区",
    ]
    english = class_zone_names("", SURPLUS_FIRST, IN_ENGLISH, 4)
    assert english[0] == "low-carbon maintenance"
    assert class_zone_names("", SURPLUS_LAST, IN_ENGLISH, 4) == english[::-1]
    assert class_zone_names("", NUMBERED, IN_ENGLISH, 2) == ["zone 1", "zone 2"]
    assert class_zone_names("", NUMBERED, IN_CHINESE, 2) == ["第1区", "第2区"]


def test_given_names_are_used_if_complete_and_unique():
    assert class_zone_names(" a（1）, b b ，丙", SURPLUS_FIRST, IN_ENGLISH, 3) == ["a（1）", "b b", "丙"]
    assert quadrant_names("a,b,c,d", "guiyang", IN_ENGLISH) == ["a", "b", "c", "d"]
    with pytest.raises(CarbonBalanceError, match=r"3 zone\(s\) need the same number of names, but 2 were given: a, b"):
        class_zone_names("a,b", SURPLUS_FIRST, IN_ENGLISH, 3)
    with pytest.raises(CarbonBalanceError, match="needs a unique name"):
        class_zone_names("a,b,a", SURPLUS_FIRST, IN_ENGLISH, 3)
    with pytest.raises(CarbonBalanceError, match="needs a unique name"):
        class_zone_names("a,,b", SURPLUS_FIRST, IN_ENGLISH, 3)
    with pytest.raises(CarbonBalanceError, match=r"gives 5 zone\(s\), but the preset surplus_first has names for 4"):
        class_zone_names("", SURPLUS_FIRST, IN_ENGLISH, 5)


def test_presets_of_quadrants():
    assert QUADRANT_NAMES["guiyang", IN_CHINESE] == ["碳收支平衡区", "碳强度控制区", "碳汇功能区", "低碳优化区"]
    assert QUADRANT_NAMES["general", IN_CHINESE] == ["低碳保持区", "经济发展区", "碳汇发展区", "综合优化区"]


def test_limits():
    assert parse_limits(" 0.8, 1，1.2 ") == [0.8, 1, 1.2]
    assert parse_limits("") == []
    with pytest.raises(CarbonBalanceError, match='"x" is not a number'):
        parse_limits("1, x")
    with pytest.raises(CarbonBalanceError, match='"" is not a number'):
        parse_limits("1,,2")
    with pytest.raises(CarbonBalanceError, match="greater than the one before"):
        parse_limits("1, 3, 3")


def test_limits_divide_the_values_into_one_class_more():
    assert number_of_classes([0.8, 1], 7) == 3
    assert number_of_classes(np.array([0.8]), 7) == 2
    assert number_of_classes([], 7) == 7


VALUES = np.array([0.1, 0.2, 0.3, 0.35, 0.5, 0.9, 1.4, 2.0, 30.0, np.nan])


def test_zones_that_the_other_method_would_change_are_found():
    zoning = natural_zoning(VALUES, FIXED_LIMITS, 7, [0.3, 1.0], "1-2,3", "x")
    assert zoning.classes() == [1, 1, 1, 2, 2, 2, 3, 3, 3, None]
    assert zoning.zones(["low", "high"]) == ["low"] * 6 + ["high"] * 3 + [None]
    # Exact, three classes: {.. 0.9}, {1.4, 2}, {30}, so that 1.4 and 2 turn from high to low.
    assert zoning.exact.classes.tolist() == [1, 1, 1, 1, 1, 1, 2, 2, 3, 0]
    assert zoning.zones_other(["low", "high"]) == ["low"] * 8 + ["high", None]
    assert zoning.changed().tolist() == [6, 7]
    assert zoning.zone_sizes() == [6, 3]
    assert zoning.n_zones == 2


def test_both_methods_report_the_same_differences():
    published = natural_zoning(VALUES, AS_PUBLISHED, 3, [], "", "x")
    exact = natural_zoning(VALUES, EXACT, 3, [], "", "x")
    assert published.changed().tolist() == exact.changed().tolist()
    assert published.fits()[1] == exact.fits()[0] == exact.fits()[1] >= published.fits()[0] == exact.fits()[2]


def test_fixed_limits_need_no_natural_breaks():
    zoning = natural_zoning(np.array([1.0, 1.0]), FIXED_LIMITS, 7, [0.5, 2.0], "", "x")
    assert zoning.classes() == [2, 2]
    assert zoning.zones_other(["a", "b", "c"]) == [None, None]
    assert zoning.changed().tolist() == []
    with pytest.raises(CarbonBalanceError, match="No fixed limits"):
        natural_zoning(VALUES, FIXED_LIMITS, 7, [], "", "x")
    with pytest.raises(CarbonBalanceError, match="too few for 10 classes"):
        natural_zoning(VALUES, EXACT, 10, [], "", "x")
