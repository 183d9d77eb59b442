"""Legends of local coefficients."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.symbology.coefficient_legends import coefficient_legend, critical_t_by_column, is_coefficient
from carbon_balance.core.symbology.colours import NEGATIVE_STOPS, ONE_SIDED, POSITIVE_STOPS

B = [-2.0, -1.0, 0.5, 1.0, 3.0, None]
T = [-4.0, -2.2, 1.2, 1.9, 2.31, None]


def test_classes_meet_at_zero_and_insignificant_values_are_hatched():
    legend = coefficient_legend("b_gdp", {"b_gdp": B, "t_gdp": T}, 2.31)
    assert legend.title == legend.layer_name == "gdp: local coefficient"
    assert [each.label for each in legend.intervals] == ["−2.00 (1)", "−1.00 (1)", "0.500 (1)", "1.00 (1)", "3.00 (1)"]
    assert 0.0 in [each.upper for each in legend.intervals]
    colours = [each.colour for each in legend.intervals]
    assert colours[0] == NEGATIVE_STOPS[-1]
    assert colours[-1] == POSITIVE_STOPS[-1]
    # The limit itself is significant.
    assert legend.hatch.column == "t_gdp"
    assert legend.hatch.limit == 2.31
    assert legend.hatch.label == "not significant, |t| < 2.31 (3)"
    assert legend.no_value == "no value (1)"


@pytest.mark.parametrize("critical", [1.96, np.nan])
def test_the_default_significance_limit_is_that_of_the_normal_distribution(critical):
    legend = coefficient_legend("b_gdp", {"b_gdp": B, "t_gdp": T}, critical)
    assert legend.hatch.limit == 1.96
    assert legend.hatch.label.endswith("(2)")


def test_significant_values_of_one_sign_have_no_hatch_and_all_colours():
    legend = coefficient_legend("b_gdp", {"b_gdp": [1.0, 2, 4], "t_gdp": [5.0, 6, 7]})
    assert legend.hatch is None
    assert [each.colour for each in legend.intervals][-1] == ONE_SIDED[POSITIVE_STOPS][-1]
    assert coefficient_legend("b_gdp", {"b_gdp": [None], "t_gdp": [None]}) is None


def test_a_column_is_a_coefficient_only_with_its_t_values():
    assert is_coefficient("b_gdp", {"b_gdp": [], "t_gdp": []})
    assert not is_coefficient("b_gdp", {"b_gdp": []})
    assert not is_coefficient("t_gdp", {"b_gdp": [], "t_gdp": []})


def test_critical_values_of_later_regressions_count_and_what_is_no_number_is_left_out():
    recorded = [
        {"CRITICAL_T": 2.5, "CRITICAL_T_BY_COLUMN": '{"b_a": 2.5, "b_b": 2.25}'},
        {"CRITICAL_T": "2.75", "CRITICAL_T_BY_COLUMN": '{"b_b": 3}'},
        {"CRITICAL_T": "x", "CRITICAL_T_BY_COLUMN": "[1]"},
        {"CRITICAL_T_BY_COLUMN": "{"},
        {},
    ]
    assert critical_t_by_column(recorded) == {"": 2.75, "b_a": 2.5, "b_b": 3}
    assert critical_t_by_column([]) == {}
