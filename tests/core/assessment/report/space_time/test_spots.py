"""Hot and cold spots on the map, and inequality between and within groups."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.assessment.report.space_time import spots
from carbon_balance.core.tables.table import Table

STOCK, FLOW = AmountSource("", "t", "C", "stock"), AmountSource("", "t", "CO2", "flow")


@pytest.fixture
def drawn(monkeypatch):
    """What the map is drawn from."""
    found = []
    monkeypatch.setattr(spots, "map_figure", lambda *given: found.append(given) or "MAP")
    return found


def data_of(*values):
    return SimpleNamespace(spots=list(values), names=[str(at) for at in range(len(values))])


@pytest.mark.parametrize(
    ("values", "names", "no_value"),
    [
        (["hot spot", "not significant"], ["hot spot", "not significant"], False),
        (["cold spot", None], ["cold spot"], True),
        (
            ["not significant", "cold spot", "hot spot", "no neighbours"],
            ["hot spot", "cold spot", "not significant"],
            True,
        ),
    ],
)
def test_the_legend_contains_only_classes_that_occur(drawn, values, names, no_value):
    data = data_of(*values)
    assert spots.spot_map(data, "outlines") == "<div class=maps>MAP</div>"
    outlines, legend, shown, labels, texts = drawn[0]
    assert [each.value for each in legend.categories] == names
    assert bool(legend.no_value) == no_value
    assert (outlines, shown, labels) == ("outlines", data.spots, data.names)
    assert texts == [value or "no value" for value in values]


def test_no_map_without_spots_or_outlines(drawn):
    assert spots.spot_map(data_of("hot spot"), None) == ""
    assert spots.spot_map(data_of("not significant", None), "outlines") == ""
    assert spots.spot_map(data_of(), "outlines") == ""
    assert drawn == []


def test_shares_between_and_within_groups():
    """Supply differs only between groups, demand only within them, so that the shares are 100 and 0 %."""
    columns = {
        "name": list("ABCD"),
        "city": ["a", "a", "b", "b"],
        "carbon_t": [1.0, 1, 3, 3],
        "emission_t": [1.0, 3, 1, 3],
    }
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    text = spots.between_figure(read_data(table, np.ones(4), STOCK, FLOW, group_column="city"))
    assert "between the larger units: 100.0 %" in text and "within the larger units: 100.0 %" in text
    assert text.index("between the larger units: 100.0 %") < text.index("within the larger units: 100.0 %")
    assert spots.between_figure(read_data(table, np.ones(4), STOCK, FLOW)) == ""
