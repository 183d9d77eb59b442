"""Formatting of numbers for readers."""

from __future__ import annotations

from carbon_balance.core.text.numbers import number_texts


def test_labels_tell_different_limits_apart():
    assert number_texts([0.0138321, 0.0138329, 12345.678]) == ["0.013832", "0.013833", "12,346"]
    assert number_texts([0, 1e-9, -2]) == ["0", "1e-09", "−2.00"]


def test_a_probability_next_to_nothing_is_labelled_nought():
    assert number_texts([4.06e-16, 0.0225, 0.0225, 0.997]) == ["0", "0.0225", "0.0225", "0.997"]
    assert number_texts([4e-16, 5e-16]) == ["4e-16", "5e-16"]


def test_limits_drawn_alike_may_be_written_alike():
    assert number_texts([1.000001, 1.0, 2.0], alike=1e-5) == ["1.00", "1.00", "2.00"]
    assert number_texts([1.000001, 1.0, 2.0])[:2] == ["1.000001", "1.000000"]
