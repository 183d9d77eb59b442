"""What tables of series, shifts and trends say in the report."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from carbon_balance.core.assessment.report.space_time.sections import space_time_sections
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.table import Table


def sections(**given):
    extras = SimpleNamespace(**{**dict.fromkeys(("changes", "decomposition", "series", "shifts", "trend")), **given})
    return "".join(space_time_sections(extras))


def test_without_tables_there_are_no_sections():
    assert sections() == ""


def trend(*rows):
    return Table("the trend", ["code", "area_ha"], rows)


def test_shares_of_the_trend():
    text = sections(trend=trend([1, 10], [2, 20], [3, 30], [4, 40], [5, 60]))
    assert "<h2>Trend by cell</h2>" in text
    assert (
        "62.5 % of the area rises significantly and 18.8 % falls (Mann-Kendall, p up to 0.05); 18.8 % of 160.0 ha has "
        "no significant trend."
    ) in text
    # Classes that are not there have no area.
    text = sections(trend=trend([4, 1], [2, 3]))
    assert "25.0 % of the area rises significantly and 75.0 % falls" in text and "; 0.0 % of 4.000 ha" in text
    assert sections(trend=trend([3, 0])) == "<h2>Trend by cell</h2>"


SHIFT_FIELDS = ["from_centre", "to_centre", "compass", "east_km", "north_km", "distance_km"]


def test_shifts_of_centres():
    rows = [["a, 2000", "a, 2010", "north-east", 3.0, 4.0, 5.0], ["a, 2010", "a, 2020", "the same place", 0, 0, 0]]
    text = sections(shifts=Table("t", SHIFT_FIELDS, rows))
    assert "The centre of a, 2010 lies 5.00 km north-east of the centre of a, 2000." in text
    assert "The centres of a, 2010 and a, 2020 are at the same place." in text
    assert text.count("<figure>") == 1
    assert "<figure>" not in sections(shifts=Table("t", SHIFT_FIELDS, rows[1:]))


def test_contributions_are_grouped_by_unit_and_interval():
    fields = ["unit", "from_date", "to_date", "factor", "contribution"]
    rows = [
        [None, 2000, 2010, "gdp", 5.0],
        [None, 2000, 2010, "people", -2.0],
        [None, 2010, 2020, "people", 1.0],
        ["A", 2000, 2010, "gdp", 100.0],
    ]
    text = sections(decomposition=Table("t", fields, rows))
    assert "2000 to 2010: change +3.000, of which gdp +5.000; people −2.000." in text
    assert "2010 to 2020: change +1.000, of which people +1.000; gdp 0." in text
    assert "100" not in text.replace("100%", "")


def test_states_and_levels():
    text = sections(
        changes=Table("t", ["from_date", "to_date", "decoupling_state"], [[2000, 2010, "weak decoupling"]]),
        series=Table("t", ["date", "coordination_level"], [[2000, "near imbalance"]]),
    )
    assert "2000–2010: in 1 of 1 zone the economy grew" in text
    assert "2000, zones by level: near imbalance 1." in text
    assert text.index("Decoupling of emission") < text.index("Coupling coordination")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("changes", "from_date"),
        ("decomposition", "unit"),
        ("series", "date"),
        ("shifts", "from_centre"),
        ("trend", "code"),
    ],
)
def test_a_table_of_another_kind_is_refused(name, column):
    with pytest.raises(CarbonBalanceError, match=f"the file has no column {column}: choose the table"):
        sections(**{name: Table("the file", ["x"], [[1]])})
