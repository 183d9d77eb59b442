"""Decimal commas and thousands separators are distinguished by the whole column, or refused."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.spelling.numerals import AmbiguousNumber, is_no_value, parse_list, parse_number
from carbon_balance.core.tables.table import Table


def column(*texts, **more):
    return Table("the table", ["name", "x"], [[f"n{row}", text] for row, text in enumerate(texts)], **more).numbers("x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("0,480", 0.48), ("00,480", 0.48), ("4,85", 4.85), ("-0,5", -0.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5)],
        *[("1.234.567", 1234567), ("1234,567", 1234.567), (",5", 0.5), ("−5", -5), ("－５．５", -5.5), ("1'234", 1234)],
    ],
)
def test_an_unambiguous_value_is_parsed(text, expected):
    assert parse_number(text) == pytest.approx(expected)


def test_an_ambiguous_value_needs_a_decimal_mark():
    with pytest.raises(AmbiguousNumber):
        parse_number("3,938")
    assert parse_number("3,938", "comma") == pytest.approx(3.938)
    assert parse_number("3,938", "point") == 3938


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,430", "0,480"], [1.43, 0.48]),  # no thousands group begins with 0
        (["1,430", "12,5"], [1.43, 12.5]),
        (["1,430", "1,234,567"], [1430, 1234567]),
        (["1,430", "12.5"], [1430, 12.5]),
        (["1,430", "2,520", "950"], [1430, 2520, 950]),  # the size of its neighbour
        (["1.430", "0.480"], [1.43, 0.48]),
        (["1.430", "1.234.567"], [1430, 1234567]),
        (["１，４３０", "０，４８０"], [1.43, 0.48]),
        (["1,430", "…", "0,480", "空", "——"], [1.43, np.nan, 0.48, np.nan, np.nan]),
    ],
)
def test_a_column_is_read_as_a_whole(texts, expected):
    assert column(*texts) == pytest.approx(expected, nan_ok=True)


def test_an_ambiguous_column_is_refused_unless_the_mark_is_given():
    with pytest.raises(
        CarbonBalanceError, match=r'row 1 \(n0\): "114,309" in column x may contain a decimal comma or a t'
    ):
        column("114,309", "98,796")
    assert column("114,309", "98,796", decimal="point").tolist() == [114309, 98796]
    assert column("114,309", "98,796", decimal="comma") == pytest.approx([114.309, 98.796])
    assert column("114,309", "98,796", suggests="comma") == pytest.approx([114.309, 98.796])
    for beside in ("2", "15"):
        with pytest.raises(CarbonBalanceError, match="set DECIMAL"):
            column("1,430", "1,520", beside)
    # Semicolons speak for commas, the value beside them against.
    with pytest.raises(CarbonBalanceError, match="set DECIMAL = comma or DECIMAL = point"):
        column("1,430", "2,520", "950", suggests="comma")


@pytest.mark.parametrize("beside", [("988", "52"), ("988", "52", "0"), ("-7", "988", "12")])
def test_semicolons_do_not_decide_if_a_value_has_no_mark(beside):
    # A count of 1,143 has a thousands separator where 988 has none; a decimal 1,143 is rarely beside whole numbers.
    with pytest.raises(CarbonBalanceError, match='"1,143" in column x may contain .*set DECIMAL'):
        column("1,143", *beside, suggests="comma")
    assert column("1,143", *beside, suggests="comma", decimal="comma")[0] == pytest.approx(1.143)
    assert column("1,143", *beside, suggests="comma", decimal="point")[0] == 1143
    # Where another value proves the comma, and where nothing has less than four digits, commas are decimal.
    assert column("1,143", *beside, "0,5", suggests="comma")[0] == pytest.approx(1.143)
    assert column("1,143", "0", suggests="comma") == pytest.approx([1.143, 0])
    assert column("1,143", "2", "3", suggests="comma") == pytest.approx([1.143, 2, 3])


def test_other_columns_of_the_file_decide():
    table = Table("t", ["x", "y", "z"], [["1,430", "0,5", "1.430"], ["2,520", "7,25", "2.520"]])
    assert table.numbers("x") == pytest.approx([1.43, 2.52])
    with pytest.raises(
        CarbonBalanceError, match='"1.430" in column z may contain a decimal comma or a thousands separator'
    ):
        table.numbers("z")


@pytest.mark.parametrize("texts", [["4,85", "1.63"], ["0,48", "1.430"], ["1,430", "1.520"], ["58,200", "60.2"]])
def test_mixed_columns_are_refused(texts):
    with pytest.raises(CarbonBalanceError, match="column x has a decimal comma .* and a decimal point"):
        column(*texts)


def test_a_value_that_contradicts_the_given_mark_is_refused():
    with pytest.raises(CarbonBalanceError, match='"4,85" in column x is not a number with DECIMAL = point'):
        column("4,85", "1,63", decimal="point")


def test_text_in_unneeded_rows_is_accepted():
    table = Table("t", ["x"], [["1"], ["万人"], ["3"]])
    assert table.numbers("x", only=[0, 2])[[0, 2]].tolist() == [1, 3]
    with pytest.raises(CarbonBalanceError, match='row 2: "万人" in column x is not a number'):
        table.numbers("x", only=[1, 2])


def test_signs_for_missing_values_are_null():
    signs = ["…", "...", "..", "-", "--", "—", "――", "–", "/", "*", "#", "空", "n.a.", "N.A.", "NA", "n/a", "#N/A"]
    signs += ["（空）", "无", "－－", "……"]
    assert all(is_no_value(sign) for sign in [*signs, "", "  "])
    assert not any(is_no_value(text) for text in ("0", "-1", "万人", "1/2", "a", "0.0"))


def test_lists_in_full_width_characters_are_parsed():
    assert parse_list("０，２５５；7、 8;") == ["0", "255", "7", "8"]
    assert parse_list(" ") == []
