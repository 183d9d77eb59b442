"""Units of persons, mass and money with their powers of ten."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.spelling.amount_units import amount_unit


@pytest.mark.parametrize(
    ("text", "power", "base"),
    [
        ("persons", 1, "persons"), ("人", 1, "persons"), ("10^4 persons", 1e4, "persons"), ("x10^3 人", 1e3, "persons"),
        ("10³人", 1e3, "persons"), ("1e5 t", 1e5, "t"), ("1e0 t", 1, "t"), ("10000 t", 1e4, "t"), ("10 t", 10, "t"),
        ("百人", 100, "persons"), ("千吨", 1e3, "t"), ("万人", 1e4, "persons"), ("萬噸", 1e4, "t"),
        ("百万吨", 1e6, "t"), ("千万元", 1e7, "yuan"), ("亿元", 1e8, "yuan"), ("十亿元", 1e9, "yuan"),
        ("百亿元", 1e10, "yuan"), ("億元", 1e8, "yuan"), ("百萬噸", 1e6, "t"), ("thousand tonnes", 1e3, "t"),
        ("ten thousand persons", 1e4, "persons"), ("million of people", 1e6, "persons"), ("billion yuan", 1e9, "yuan"),
        ("万个人", 1e4, "persons"),
    ],
)  # fmt: skip
def test_units_of_amounts(text, power, base):
    assert amount_unit(text) == (power, base)


@pytest.mark.parametrize("text", ["", "10^4", "万", "ha", "t/ha", "10^0 t", "2 t", "tonnes of CO2"])
def test_other_texts_are_not_read_as_units(text):
    assert amount_unit(text) is None
