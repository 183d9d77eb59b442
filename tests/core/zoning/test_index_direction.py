"""Zone names are checked against the direction of an index."""

from __future__ import annotations

import pytest
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.table import Table
from carbon_balance.core.zoning.index_direction import check_index_direction, surplus_above
from carbon_balance.core.zoning.zone_names import FROM_SURPLUS, NUMBERED, SURPLUS_FIRST, SURPLUS_LAST

NAMES = FROM_SURPLUS["en"]


def table(index, suffix="", rows=2):
    fields = [f"ratio{suffix}", f"index_name{suffix}", "stock_years", "budget_t_km2", "people"]
    return Table("the zones", fields, [[1.5, index, 20.0, 3.0, 7] for _ in range(rows)])


@pytest.mark.parametrize("suffix", ["", "_2020"])
@pytest.mark.parametrize("index", INDICES)
def test_a_ratio_has_the_direction_of_its_index(index, suffix):
    assert surplus_above(table(index, suffix), f"ratio{suffix}") == (index, INDICES[index].surplus_above)


def test_the_direction_is_unknown_if_the_table_does_not_state_it():
    assert surplus_above(table(None), "ratio") is None
    assert surplus_above(table("some other"), "ratio") is None
    assert surplus_above(Table("t", ["ratio"], [[1.0]]), "ratio") is None
    assert surplus_above(table("demand/supply"), "people") is None


@pytest.mark.parametrize(
    ("index", "field", "preset", "fitting"),
    [
        ("supply/demand", "ratio", SURPLUS_FIRST, SURPLUS_LAST),
        ("demand/supply", "ratio", SURPLUS_LAST, SURPLUS_FIRST),
        ("demand/supply", "stock_years", SURPLUS_FIRST, SURPLUS_LAST),
        ("demand/supply", "budget_t_km2", SURPLUS_FIRST, SURPLUS_LAST),
    ],
)
def test_names_in_reverse_order_are_refused_with_the_right_preset(index, field, preset, fitting):
    with pytest.raises(CarbonBalanceError, match=f"{field} contains .*{preset} calls them .*PRESET = {fitting}"):
        check_index_direction(table(index), field, preset, NAMES, False, Log())
    check_index_direction(table(index), field, fitting, NAMES, False, Log())
    check_index_direction(table(index), field, NUMBERED, NAMES, False, Log())
    check_index_direction(table(index), field, preset, NAMES, True, Log())


def test_the_log_names_the_zone_of_the_lowest_values():
    log = Log()
    check_index_direction(table("demand/supply"), "people", SURPLUS_FIRST, NAMES, False, log)
    assert "lowest values of people are called low-carbon maintenance" in log.notes[0]
