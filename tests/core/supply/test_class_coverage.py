"""What is advised where a land cover has codes that a table lacks: GlobeLand30 has the ten codes 10 to 100."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.supply.class_coverage import need_codes
from carbon_balance.core.supply.pools import PoolTable


def refusal(land, known, scheme="", area=None, cells=None):
    codes = np.array(land)
    area = np.ones(len(codes)) if area is None else np.array(area, float)
    table = PoolTable("the table", np.array(known), [""] * len(known), np.zeros((len(known), 4)), scheme=scheme)
    with pytest.raises(CarbonBalanceError) as caught:
        need_codes(codes, area, None if cells is None else np.array(cells), table, "the map")
    return str(caught.value)


PLAIN = "add rows for them, or declare those that mean no data (NODATA_CODES)."


def test_every_code_with_a_row_passes():
    table = PoolTable("the table", np.array([1, 2, 3]), [""] * 3, np.zeros((3, 4)))
    need_codes(np.array([3, 1]), np.ones(2), None, table, "the map")


def test_missing_codes_are_listed_by_area_in_descending_order():
    text = refusal([1, 7000, 8000], [1], area=[5, 1.5, 2500], cells=[9, 3, 12345])
    assert text == (
        "the map has class code(s) without a row in the table: 8000: 2,500 ha in 12,345 cells, 7000: 1.5 ha in 3 "
        f"cells; {PLAIN}"
    )
    assert "7000: 1 ha; " in refusal([1, 7000], [1])


@pytest.mark.parametrize(
    ("land", "known", "advised"),
    [
        ([10, 20, 30, 40], [10], True),  # three of four are missing
        ([10, 20, 30, 40], [10, 20], False),  # half are: a table of one's own may lack rows
        ([10, 20, 30, 40, 50], [10, 20], True),
    ],
)
def test_a_scheme_with_most_of_the_codes_is_suggested(land, known, advised):
    text = refusal(land, known)
    advice = "belong to globeland30 or worldcover: does the table use other codes? carbonpooltable makes one for"
    assert (advice in text) == advised
    assert (PLAIN in text) != advised


@pytest.mark.parametrize(
    ("land", "advised"),
    [([10, 20, 30, 40, 50], True), ([10, 20, 30, 40], False)],
)
def test_for_one_missing_code_a_scheme_is_suggested_if_half_of_it_occurs(land, advised):
    """Five or four of the ten codes of GlobeLand30 occur; the table uses another scheme."""
    assert ("did you mean SCHEME = globeland30?" in refusal(land, land[:-1], "six_classes")) == advised


def test_for_a_table_of_the_same_scheme_only_missing_codes_are_listed():
    assert PLAIN in refusal([10, 20, 30, 40, 50], [10], "globeland30")


def test_one_code_of_no_scheme_is_named():
    text = refusal([10, 20, 30, 40, 50, 255], [1], area=[100, 100, 100, 100, 100, 1])
    assert "all its codes except 255 belong to globeland30: does the table use other codes?" in text
