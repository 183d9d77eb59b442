"""How messages call the codes of a table of several regions."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.supply.regions.regional_table import RegionalPoolTable


def table(**given):
    return RegionalPoolTable("t", np.array([4502]), ["crop (Henan)"], None, np.array([5.0]), **given)


def test_a_code_is_split_into_region_and_class():
    assert table(step=100, regions={45: "Guangxi"}).format_code(4502) == "2 in pool region Guangxi"
    assert table(step=100, regions={41: "Henan"}).format_code(4502) == "2 in pool region 45"
    assert table(step=1000).format_code(4502) == "502 in pool region 4"


def test_with_a_step_of_one_a_code_is_a_region():
    assert table().format_code(7) == "0 in pool region 7"
