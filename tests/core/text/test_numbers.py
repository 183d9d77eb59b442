"""Formatting of numbers for readers."""

from __future__ import annotations

from carbon_balance.core.text.numbers import number_text, number_texts


def test_labels_distinguish_different_limits():
    assert number_texts([0.0138321, 0.0138329, 12345.678]) == ["0.013832", "0.013833", "12,346"]
    assert number_texts([0, 1e-9, -2]) == ["0", "1e-09", "−2.00"]


def test_negligible_values_are_labelled_zero():
    assert number_texts([4.06e-16, 0.0225, 0.0225, 0.997]) == ["0", "0.0225", "0.0225", "0.997"]
    assert number_texts([4e-16, 5e-16]) == ["4e-16", "5e-16"]


def test_limits_within_the_given_tolerance_may_have_equal_labels():
    assert number_texts([1.000001, 1.0, 2.0], alike=1e-5) == ["1.00", "1.00", "2.00"]
    assert number_texts([1.000001, 1.0, 2.0])[:2] == ["1.000001", "1.000000"]


def test_values_from_a_millionth_of_the_next_number_are_not_negligible():
    assert number_texts([1e-6, 1.0]) == ["1e-06", "1.00"]
    assert number_texts([9.99e-7, 1.0]) == ["0", "1.00"]
    assert number_texts([1.0]) == ["1.00"]


def test_exponents_are_used_only_for_extreme_values():
    assert (number_text(0, 3), number_text(1e-5, 3), number_text(9.99e-6, 3)) == ("0", "0.0000100", "9.99e-06")
    assert (number_text(-1234.5678, 5), number_text(1e15, 3)) == ("−1,234.6", "1e+15")
    assert number_text(999_999_999_999_999.0, 3) == "999,999,999,999,999"
    assert number_text(123456.0, 3) == "123,456"
