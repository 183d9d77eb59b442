"""Output of a zoning: sentences in the log, warnings, tables."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.zoning.natural_breaks import natural_zoning
from carbon_balance.core.zoning.quadrants import quadrant_zoning
from carbon_balance.core.zoning.zoning_report import (
    natural_zoning_notes,
    quadrant_notes,
    quadrant_table,
    zone_limits_table,
)

NAMES = ["both", "economy", "sink", "neither"]
QUADRANTS = quadrant_zoning(np.array([2, 0.5, 1.0, np.nan, 0.9]), np.array([3, 1.5, 0.75, 1, 0.2]), 1.0, 1.0)
ROWS = ["A", "B", "C", "D", "E"]


def label(row):
    return f"unit {ROWS[row]}"


def test_a_row_for_each_quadrant():
    assert quadrant_table(QUADRANTS, NAMES, ROWS) == {
        "class": [1, 2, 3, 4],
        "zone": NAMES,
        "eec_level": ["high", "high", "low", "low"],
        "sec_level": ["high", "low", "high", "low"],
        "count": [1, 1, 1, 1],
        "members": ["A", "C", "B", "E"],
    }


def test_units_without_a_coefficient_or_on_a_threshold_give_warnings():
    log = Log()
    parts = quadrant_notes(QUADRANTS, NAMES, label, ROWS, log)
    assert log.warnings == [
        "1 unit(s) lack EEC or SEC and are not assigned to a zone: unit D.",
        "1 unit(s) lie on a threshold and are counted as high: unit C.",
    ]
    assert log.notes[-1] == (
        "High means an EEC of at least 1 and a SEC of at least 1. Nearest to a threshold: unit C, 0 away."
    )
    assert parts[0] == f"<p>{log.notes[-1]}</p>"
    # Nearest first: C (0), E (0.1), B (0.5), A (1).
    last = parts[-1]
    assert [last.index(f">{name}<") for name in "CEBA"] == sorted(last.index(f">{name}<") for name in "CEBA")


def test_a_regular_zoning_gives_no_warning():
    log = Log()
    quadrant_notes(quadrant_zoning(np.array([2.0, 0.5]), np.array([3.0, 0.5]), 1.0, 1.0), NAMES, label, ROWS, log)
    assert log.warnings == []


VALUES = np.array([0.1, 0.2, 0.3, 0.35, 0.5, 0.9, 1.4, 2.0, 30.0, np.nan])


def notes(method="fixed_limits", values=VALUES, classes=3, limits=(0.3, 1.0), rule="1-2,3"):
    log = Log()
    zoning = natural_zoning(values, method, classes, list(limits), rule, "x")
    names = ["low", "high", "top"][: zoning.n_zones]
    parts = natural_zoning_notes(zoning, method, names, "ratio", "row {}".format, [f"r{at}" for at in range(10)], log)
    return zoning, names, parts, log


def test_classes_have_their_limits_rows_and_zone():
    zoning, names, _, _ = notes()
    assert zone_limits_table(zoning, names) == {
        "class": [1, 2, 3],
        "lower": [0.1, 0.3, 1.0],
        "upper": [0.3, 1.0, 30.0],
        "count": [3, 3, 3],
        "zone": ["low", "low", "high"],
    }


def test_a_zoning_that_the_exact_method_would_change_gives_a_warning():
    _, _, parts, log = notes()
    assert log.warnings[0] == "ratio is NULL in 1 row(s), which have no class and no zone: row 9."
    assert log.warnings[1].startswith("Goodness of variance fit: fixed limits 0.")
    assert log.warnings[1].endswith(" 2 of 9 zones would change: row 6, row 7.")
    assert "<td>r6</td><td>high</td><td>low</td>" in parts[-1]
    assert "Changes under the other method" in parts[-2]
    assert "<td>low</td>" in parts[4]


def test_the_exact_method_is_logged_as_optimum_without_warning():
    zoning, _, _, log = notes("exact", VALUES[:9])
    fit, _, published = zoning.fits()
    assert log.warnings == []
    assert log.notes[0].startswith(
        f"Goodness of variance fit {fit:.4f}, the optimum; natural breaks as published reach {published:.4f}."
    )


def test_the_published_method_is_compared_with_the_exact_one():
    two = np.array([1.0, 1.1, 9.0, 9.1])
    _, _, parts, log = notes("as_published", two, 2, rule="")
    assert log.notes == [
        "Natural breaks as published, a local optimum, reach a goodness of variance fit of 0.9998; exact natural "
        "breaks reach 0.9998. No zone would change."
    ]
    assert log.warnings == []
    assert len(parts) == 5


def test_too_few_values_for_natural_breaks():
    _, _, parts, log = notes(values=np.array([0.1, 0.5]), limits=(0.3, 1.0))
    assert log.notes == ["Goodness of variance fit 1.0000; there are too few different values for natural breaks."]
    _, _, parts, log = notes(values=np.array([0.1, 0.1]))
    assert log.notes == [
        "All values are equal, so there is no goodness of variance fit and there are no natural breaks."
    ]
    assert len(parts) == 5
