"""The figure of an expansion analysis in a report, from its tables."""

from __future__ import annotations

import pytest
from carbon_balance.core.assessment.report.overview.expansion_picture import expansion_picture
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.table import Table

IMPORTANCE = Table("i", ["to_code", "driver", "importance"], [[5, "slope", 0.25], [5, None, 0.5]])
RESPONSES = Table("r", ["to_code", "driver", "value", "probability"], [[5, "slope", 0, 0.1], [5, "slope", 9, 0.3]])


def without(table, column):
    at = table.fields.index(column)
    return Table(
        "t", [each for each in table.fields if each != column], [row[:at] + row[at + 1 :] for row in table.rows]
    )


def test_bars_alone_and_with_curves():
    bars = expansion_picture(IMPORTANCE, None)
    assert "<figcaption>Importance of drivers by change</figcaption>" in bars
    assert "Class 5" in bars
    assert "polyline" not in bars
    both = expansion_picture(IMPORTANCE, RESPONSES)
    assert "and probability of the change over the range of each driver</figcaption>" in both
    assert both.count("polyline") == 1


@pytest.mark.parametrize("column", ["to_code", "driver", "importance"])
def test_tables_without_importance_give_no_picture(column):
    assert expansion_picture(without(IMPORTANCE, column), RESPONSES) == ""


@pytest.mark.parametrize("column", ["to_code", "driver", "value", "probability"])
def test_responses_without_a_needed_column_give_no_curves(column):
    assert expansion_picture(IMPORTANCE, without(RESPONSES, column)) == expansion_picture(IMPORTANCE, None)


def test_the_original_class_is_named_if_given():
    fields = ["from_code", *IMPORTANCE.fields]
    table = Table("i", fields, [[1, *row] for row in IMPORTANCE.rows])
    assert "From 1 to 5" in expansion_picture(table, None)


def test_an_empty_number_is_refused():
    with pytest.raises(CarbonBalanceError, match="importance"):
        expansion_picture(
            Table("t", ["to_code", "driver", "importance"], [[5, "slope", 0.5], [5, "roads", None]]), None
        )
