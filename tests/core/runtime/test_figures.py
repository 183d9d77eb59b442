"""Amounts in sentences: at least three significant digits, no sign on 0."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.figures import Figure, Sentence
from carbon_balance.core.runtime.i18n import tr, translated


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.18, ",.0f", "0.18"),
        (-0.18, "+,.0f", "-0.18"),
        (-0.0, ",.0f", "0"),
        (-1e-12, "+,.0f", "+0"),
        (1.25, ",.2f", "1.25"),
        (0.0004567, ",.2f", "0.000457"),
        (1234567.8, ",.0f", "1,234,568"),
        (12.34, ",.0f", "12.3"),
        (float("nan"), ",.0f", "nan"),
        (0.5, ".4g", "0.5"),
        (5.0, ",.0f", "5"),
        (10.0, ".0f", "10"),
        (9.9999, ",.0f", "10"),
        (1.2, ".2f", "1.20"),
        (0.00012345, ".1%", "0.0123%"),
        (0.5, ".1%", "50.0%"),
        (0.0, ".0%", "0%"),
        (-0.0004, "+.1%", "-0.04%"),
    ],
)
def test_three_significant_digits(value, spec, text):
    assert format(Figure(value), spec) == text


@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
@pytest.mark.parametrize("say", [tr, translated])
def test_every_sentence_uses_this_format(kind, say):
    text = say("lost {loss:,.0f} t of {whole:,.0f} t in {cells:,} cells {0}")
    assert text.format("here", loss=kind(0.125), whole=kind(2_000_000), cells=np.int64(12)) == (
        "lost 0.125 t of 2,000,000 t in 12 cells here"
    )


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        ("{count} zones have no index.", 1, "1 zone has no index."),
        ("{count} zones have no index.", 2, "2 zones have no index."),
        ("{count} zones have no index.", 0, "0 zones have no index."),
        ("{count:,} classes are new", np.int64(1), "1 class is new"),
        ("{count} transitions too small to draw", 1, "1 transition too small to draw"),
        # Amounts are not counted, and other words stay.
        ("{count} units of the CRS", 1, "1 units of the CRS"),
        ("after {count} years", 1.0, "after 1.0 years"),
        ("{count} zoneswide", 1, "1 zoneswide"),
    ],
)
def test_one_zone_is_singular(text, count, expected):
    assert Sentence(text).format(count=count) == expected


def test_each_number_has_its_own_noun():
    text = Sentence("{a} layers are given for {b} dates")
    assert text.format(a=1, b=2) == "1 layer is given for 2 dates"
    assert text.format(a=2, b=1) == "2 layers are given for 1 date"
