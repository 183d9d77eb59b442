"""What the section of the plan shows depends on what is known of the plan."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.plan.plan_data import Account, ClassPlan, ReportPlan
from carbon_balance.core.assessment.report.plan.section import plan_section
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.tables.table import Table

NAMES = ["east", "north", "west"]
SOURCE = AmountSource("", "t", "C", "stock")
DATA = read_data(Table("zones", ["name"], [[name] for name in NAMES]), np.ones(3), SOURCE, SOURCE)
CLASSES = ClassPlan(["forest"], np.array([10.0]), np.array([10.0]), "", np.array([np.nan]), np.array([np.nan]))
CAPTION = "Zones whose yearly sink the plan changes most, t"


def section(now, after):
    accounts = (Account(None, None, None, None if each is None else np.array(each, float)) for each in (now, after))
    return "".join(plan_section(DATA, ReportPlan(NAMES, *accounts, classes=CLASSES), "C", None)[0])


def test_changes_of_the_sink_are_drawn_from_the_largest():
    drawn = section([1, 1, 4], [3, 1, 9])
    assert CAPTION in drawn
    assert drawn.index(">west<") < drawn.index(">east<")
    assert ">north<" not in drawn


@pytest.mark.parametrize(("now", "after"), [(None, None), ([1, 1, 4], None), (None, [3, 1, 9])])
def test_without_both_sinks_no_change_is_drawn(now, after):
    assert CAPTION not in section(now, after)


def test_a_plan_without_results_has_no_section():
    empty = Account(None, None, None, None)
    assert plan_section(DATA, ReportPlan(NAMES, empty, empty), "C", None) == ([], [])
