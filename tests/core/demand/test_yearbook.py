"""Figures of a yearbook: units, new names, and what is told of them."""

from __future__ import annotations

import pytest
from carbon_balance.core.demand.yearbook import figures, unjoined_columns
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.joining import match
from carbon_balance.core.tables.table import LeftOut, Table

TABLE = Table("the yearbook", ["code", "人口(万人)", "gdp"], [["1", 2.5, 7], ["2", 4, 9]])


def test_a_column_is_renamed_with_unit_and_suffix_and_logged():
    log = Log()
    found = figures(TABLE, ["人口(万人)", "gdp"], "", [1, None, 0], log, "_2020")
    assert list(found) == ["人口_persons", "gdp"]
    assert found["人口_persons"].tolist() == pytest.approx([40000, float("nan"), 25000], nan_ok=True)
    assert log.notes == ["Values converted to base units: 人口(万人) is now 人口_persons_2020 (x 10,000)."]
    assert log.warnings == []


def test_a_unit_that_contradicts_the_name_gives_a_warning():
    log = Log()
    found = figures(TABLE, ["人口(万人)"], "10^3 persons", [0], log)
    assert next(iter(found.values())).tolist() == [2500]
    assert len(log.warnings) == 1
    assert "is read as 10^3 persons" in log.warnings[0]
    quiet = Log()
    figures(TABLE, ["人口(万人)"], "10^4 persons", [0], quiet)
    assert quiet.warnings == []


def test_one_unit_for_all_or_one_for_each():
    assert [each[0] for each in figures(TABLE, ["gdp", "code"], "10^4 t", [0]).values()] == [70000, 10000]
    with pytest.raises(CarbonBalanceError, match="^2 units are given for 3 fields"):
        figures(TABLE, ["gdp", "gdp", "code"], "t; t", [0])


def test_unmatched_rows_are_listed():
    zones = ["1", "5", None]
    table = Table("t", ["code"], [["1"], ["9"]], file_rows=[4, 8], left_out=[LeftOut(2, "合计", "total")])
    found = unjoined_columns(match(zones, ["1", "9"], "code"), None, table)
    assert found["side"] == ["zones", "zones", "table", "table"]
    assert found["row"] == [2, 3, 8, 2]
    assert found["key"] == ["5", None, "9", "合计"]
    assert found["reason"][-1] == "total"
    assert found["candidates"][-1] is None
