"""Inequality between and within groups: tables, parts, sentences, and omitted zones."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.zoning.group_study import study_groups

EMISSION = np.array([1.0, 1, 3, 3])
LAND = np.ones(4)
GROUPS = ["x", "x", "y", "y"]


def test_each_component_and_group_has_a_row():
    """Zones of a group are equal, so all inequality is between groups: T = sum of s ln(s / a), s 1/8 and 3/8, a 1/4."""
    found = study_groups({"emission": EMISSION}, {"area": LAND}, GROUPS)
    assert (found.names, found.sizes.tolist()) == (["x", "y"], [2, 2])
    table = found.table()
    assert len(table["value"]) == 5 + 5 + 6
    rows = list(zip(*table.values()))
    t = 2 * (np.log(0.5) / 8 + 3 * np.log(1.5) / 8)
    assert [row[3:5] for row in rows[:5]] == [
        ("total", None),
        ("within groups", None),
        ("between groups", None),
        ("within this group", "x"),
        ("within this group", "y"),
    ]
    assert [row[:3] for row in rows[::5][:2]] == [("emission", "area", "Theil T"), ("emission", "area", "Theil L")]
    assert [row[5] for row in rows[:5]] == pytest.approx([t, 0, t, 0, 0], abs=1e-15)
    assert [row[6] for row in rows[:5]] == pytest.approx([1, 0, 1, np.nan, np.nan], abs=1e-15, nan_ok=True)
    assert [row[3] for row in rows[10:14]] == ["total", "within groups", "net between groups", "transvariation"]


def test_parts_of_each_index_sum_to_its_total():
    found = study_groups({"emission": EMISSION}, {"area": LAND}, GROUPS)
    total, within, between = found.parts("emission", "area", "Theil T")
    assert total == pytest.approx(within + between)
    assert found.parts("emission", "area", "Dagum Gini")[:2] == pytest.approx((0.25, 0))
    assert len(found.parts("emission", "area", "Dagum Gini")) == 4
    assert np.isnan(found.parts("supply", "area", "Theil T")).tolist() == [True] * 3
    assert np.isnan(found.parts("supply", "area", "Dagum Gini")).tolist() == [True] * 4


def test_a_sentence_for_each_amount_and_base_that_is_unequal():
    found = study_groups({"emission": EMISSION, "supply": LAND}, {"area": LAND, "zones": None}, GROUPS)
    assert len(found.sentences()) == 2
    assert "100.0 % of the inequality (Theil T 0.1308) lies between the groups" in found.sentences()[0]


@pytest.mark.parametrize("groups", [["x"] * 4, ["a", "b", "c", "d"], [None, None, "x", "x"]])
def test_one_group_or_groups_of_one_zone_are_refused(groups):
    with pytest.raises(CarbonBalanceError, match="at least two groups"):
        study_groups({"emission": EMISSION}, {"area": LAND}, groups)


def test_zones_of_no_group_are_left_out_with_a_warning():
    log = Log()
    found = study_groups({"emission": np.array([1.0, 1, 3, 3, 99])}, {"area": np.ones(5)}, [*GROUPS, None], log)
    assert found.parts("emission", "area", "Theil T") == pytest.approx(
        study_groups({"emission": EMISSION}, {"area": LAND}, GROUPS).parts("emission", "area", "Theil T")
    )
    assert log.warnings[0].startswith("1 zone(s) belong to no group")


def test_zones_without_both_values_are_excluded():
    values, over = np.array([1.0, np.nan, 3, 3, 5, 7]), np.array([1.0, 1, 1, 1, 0, np.nan])
    found = study_groups({"emission": values}, {"area": over}, ["x", "x", "y", "y", "x", "y"])
    assert found.parts("emission", "area", "Dagum Gini")[0] == pytest.approx(
        study_groups({"emission": values[[0, 2, 3]]}, {"area": LAND[:3]}, ["x", "y", "y"]).parts(
            "emission", "area", "Dagum Gini"
        )[0]
    )


def test_a_group_without_values_is_logged():
    log = Log()
    found = study_groups({"emission": np.array([1.0, 2, np.nan, np.nan])}, {"area": LAND}, GROUPS, log)
    assert found.found == {}
    assert "a group has no zone with both values" in log.warnings[0]
