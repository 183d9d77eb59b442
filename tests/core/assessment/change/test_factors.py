"""Parsing of the factors of a decomposition."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.change.factors import FactorTerm, StatedFactor, stated_factors
from carbon_balance.core.runtime.errors import CarbonBalanceError

SECTORS = {"output": np.array([1.0, 3.0, 0.0]), "energy": np.array([2.0, 6.0, 0.0])}


def test_columns_ratios_and_sums():
    people, share, intensity = stated_factors(
        "sum(output_{date}); output_{date} / SUM( output_{date} ); energy_{date}/output_{date}"
    )
    assert (people.title, people.columns()) == ("sum(output)", ["output_{date}"])
    assert people.values(SECTORS).tolist() == [4, 4, 4]
    assert (share.title, share.columns()) == ("output/sum(output)", ["output_{date}", "output_{date}"])
    assert share.values(SECTORS).tolist() == [0.25, 0.75, 0]
    assert intensity.title == "energy/output"
    assert intensity.values(SECTORS).tolist() == pytest.approx([2, 2, np.nan], nan_ok=True)
    assert stated_factors("a;b") == [
        StatedFactor("a", FactorTerm("a", False), None),
        StatedFactor("b", FactorTerm("b", False), None),
    ]


@pytest.mark.parametrize("text", ["a", "a; a", "a_{date}; a_{date}", "a; b; a"])
def test_fewer_than_two_different_factors_are_refused(text):
    with pytest.raises(CarbonBalanceError, match="give two or more different columns or ratios of columns"):
        stated_factors(text)


@pytest.mark.parametrize("text", ["a; b/c/d", "a; b/", "a; /b"])
def test_a_factor_has_one_slash_with_something_on_both_sides(text):
    with pytest.raises(CarbonBalanceError, match="must be a column or one column divided by another"):
        stated_factors(text)
