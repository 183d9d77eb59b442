"""Transition matrices of a report, from long and from wide tables."""

from __future__ import annotations

import re

import numpy as np
import pytest
from carbon_balance.core.assessment.report.matrix import flow_figures, matrix_html, read_matrix
from carbon_balance.core.tables.table import Table

LONG = Table(
    "m",
    ["from_name", "to_name", "area_ha", "carbon_change_t"],
    [["crop", "crop", 90, 0], ["crop", "town", 10, -500], ["wood", "crop", 5, -100], ["crop", "town", 5, -250]],
)
WIDE = Table("m", ["from_code", "from_name", "to_1_ha", "to_minus2_ha"], [[1, "crop", 90, 10], [-2, "wood", None, 40]])


def test_a_long_table_adds_up_the_rows_of_a_transition():
    rows, names, cells, unit = read_matrix(LONG)
    assert rows == names == ["crop", "wood", "town"]
    assert cells.tolist() == [[90, 0, 15], [5, 0, 0], [0, 0, 0]]
    assert unit == "ha"


def test_a_wide_table_names_its_columns_by_the_codes_of_its_rows():
    rows, names, cells, unit = read_matrix(WIDE)
    assert (rows, names, unit) == (["crop", "wood"], ["crop", "wood"], "ha")
    assert cells.tolist() == [[90, 10], [0, 40]]
    carbon = Table("m", ["from", "to_1_t", "to_7_t"], [["crop", 0, -3]])
    assert read_matrix(carbon)[1:2] == (["1", "7"],)
    assert read_matrix(carbon)[3] == "t C"


def test_the_table_has_sums_at_its_edges():
    html = matrix_html(WIDE)
    assert "<th>from / to, ha</th><th class=n>crop</th><th class=n>wood</th><th class=n>all</th>" in html
    assert re.findall(r"<td class=n>([\d,.]+)</td></tr>", html) == ["100", "40"]
    assert "<tr class=sum><th>all</th><td class=n>90</td><td class=n>50</td><td></td></tr>" in html


def shade(area, whole):
    table = Table("m", ["from", "to_1_ha", "to_2_ha"], [["a", area, whole - area]])
    return re.findall(r'background:(#\w+)">', matrix_html(table))[0]


def test_shades_follow_the_root_of_the_share():
    """There are twelve shades: the first for 0, then one more for each eleventh of the square root of the share."""
    assert shade(0, 100) == "#ffffff"
    shades = [shade(each, 121_000) for each in (1, 999, 1_001, 3_999, 4_003, 100_500, 121_000)]
    assert len(set(shades)) == 4
    assert shades[0] == shades[1]
    assert shades[2] == shades[3] != shades[4]
    assert shades[5] == shades[6]
    empty = Table("m", ["from", "to_1_ha"], [["a", 0]])
    assert 'background:#ffffff">0<' in matrix_html(empty)


def test_flows_of_land_and_of_carbon():
    both = flow_figures(LONG)
    assert both.count("<figure>") == 2
    assert "crop → town: 15.00 ha" in both
    assert "crop → town: 750.0 t C" in both
    assert "wood → crop: 100.0 t C" in both
    assert flow_figures(Table("m", LONG.fields[:3], [row[:3] for row in LONG.rows])).count("<figure>") == 1
    carbon = Table("m", ["from_code", "from", "to_1_t", "to_2_t"], [[1, "1", 0, -3], [2, "2", 4, 0]])
    assert flow_figures(carbon).count("<figure>") == 1
    assert "1 → 2: 3.000 t C" in flow_figures(carbon)
    assert flow_figures(Table("m", ["from", "to_1_ha"], [["a", 3]])) == ""


@pytest.mark.parametrize("missing", ["from_name", "to_name", "area_ha"])
def test_a_table_that_is_not_a_matrix_is_refused(missing):
    at = LONG.fields.index(missing)
    table = Table(
        "m", [each for each in LONG.fields if each != missing], [row[:at] + row[at + 1 :] for row in LONG.rows]
    )
    with pytest.raises(ValueError, match="."):
        read_matrix(table)


def test_empty_cells_give_finite_values():
    assert np.isfinite(read_matrix(WIDE)[2]).all()
