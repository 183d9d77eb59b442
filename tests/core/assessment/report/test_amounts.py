"""Units of supply and demand in words, and the area that densities refer to."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import Amount, AmountSource


def amount(species, basis):
    source = AmountSource("", "t", species, basis)
    return Amount(np.array([100.0, 50, 0, np.nan]), np.array([10.0, 0, 0, 2]), source, "Carbon")


@pytest.mark.parametrize(
    ("species", "basis", "unit", "millions", "density"),
    [
        ("C", "stock", "t C", "Mt C", "t C/km²"),
        ("CO2", "flow", "t CO2 per year", "Mt CO2 per year", "t CO2/km² per year"),
        ("C", "flow", "t C per year", "Mt C per year", "t C/km² per year"),
        ("unstated", "stock", "t", "Mt", "t/km²"),
    ],
)
def test_units_of_supply_and_demand_are_described(species, basis, unit, millions, density):
    given = amount(species, basis)
    assert (given.unit, given.unit_with("Mt"), given.density_unit) == (unit, millions, density)
    assert (given.heading, given.density_heading) == (f"Carbon, {unit}", f"Carbon, {density}")


def test_densities_refer_to_the_measured_area():
    found = amount("C", "stock").measured_km2(np.array([20.0, 30, 40, 50]))
    assert found.tolist() == pytest.approx([10, 30, 40, np.nan], nan_ok=True)
