"""Text fits its box, and is shortened only with a mark."""

from __future__ import annotations

import pytest
from carbon_balance.core.assessment.map_layout.text_fit import broken, fitted


def width(text, size=1):
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text) * size


@pytest.mark.parametrize(
    "text", ["a few short words", "Donaudampfschifffahrtsgesellschaft", "滇中地区碳平衡分区图", "mixed 滇中 text"]
)
def test_wrapped_lines_fit_the_box_and_keep_every_letter(text):
    lines = broken(text, 8, width)
    assert all(width(line) <= 8 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_text_gets_smaller_before_it_is_cut():
    sizes = (3, 2, 1)
    assert fitted("word", 20, 3, sizes, width, 1) == (3, ["word"])
    assert fitted("word " * 6, 20, 6, sizes, width, 1)[0] == 2
    size, lines = fitted("word " * 60, 20, 3, sizes, width, 1)
    assert size == 1
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(width(line) <= 20 for line in lines)


def test_a_line_as_wide_as_the_box_is_not_broken():
    """Every letter is 1 wide and the box is 4 wide, so that four letters fit on a line."""
    assert broken("abcd", 4, len) == ["abcd"]
    assert broken("abcde", 4, len) == ["abcd", "e"]
    assert broken("ab cdef", 4, len) == ["ab", "cdef"]
    assert broken("x", 0.5, len) == ["x"]


def test_no_line_begins_with_a_closing_punctuation_mark():
    assert broken("碳平衡：分区", 6, width) == ["碳平", "衡：分", "区"]
    assert broken("C、D", 2, width) == ["C", "、", "D"]


def test_a_cut_text_with_its_mark_may_be_as_wide_as_the_box():
    """A letter is 1 wide, and so is the mark."""
    assert fitted("abc def", 4, 1, (1,), width, 1) == (1, ["abc…"])
    assert fitted("abcd ef", 4, 1, (1,), width, 1) == (1, ["abc…"])
    assert fitted("abcd ef", 4.5, 1, (1,), width, 1) == (1, ["abc…"])
    assert fitted("abcd ef", 5, 1, (1,), width, 1) == (1, ["abcd…"])
