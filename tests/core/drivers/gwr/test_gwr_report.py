"""Parts of the report of a regression, from models made up for it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from carbon_balance.core.drivers.gwr.report import _r2_matrix


def models(*analyses):
    """Each with a dependent, drivers and R2."""
    made = [
        SimpleNamespace(dependent=dependent, terms=["intercept", *drivers], figures=SimpleNamespace(r2=r2))
        for dependent, drivers, r2 in analyses
    ]
    return SimpleNamespace(analyses=made)


def test_pairs_of_a_driver_and_a_dependent_make_a_matrix():
    found = models(("a", ["x"], 0.25), ("a", ["y"], 0.5), ("b", ["x"], 0.75))
    text = "".join(_r2_matrix(found))
    assert re.findall(r"<th>(\w*)</th>", text) == ["", "a", "b", "x", "y"]
    assert re.findall(r'">([\d.]*)</td>', text) == ["0.25", "0.75", "0.50", ""]


@pytest.mark.parametrize(
    "found",
    [
        models(("a", ["x"], 0.25)),
        models(("a", ["x", "y"], 0.25), ("b", ["x", "y"], 0.5)),
        models(("a", ["x"], 0.25), ("b", ["x", "y"], 0.5)),
        models(("a", [], 0.25), ("b", [], 0.5)),
    ],
)
def test_models_that_are_no_full_set_of_pairs_make_no_matrix(found):
    assert _r2_matrix(found) == []


def test_two_pairs_are_enough():
    assert len(_r2_matrix(models(("a", ["x"], 0.25), ("b", ["x"], 0.5)))) == 2
