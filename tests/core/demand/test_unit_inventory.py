"""The inventory of units by GDP, with respiration, and its tables."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.inventory import Source, Use
from carbon_balance.core.demand.unit_inventory import UnitFigures, source_columns, sums_by_source, unit_inventory
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log

UNITS = UnitFigures(["1", "2"], np.array([100.0, 400]), np.array([50.0, 80]), np.array([2.0, 0.5]))
FUELS = [
    Source(Use("1", "industry", "coal", 10.0, "t"), 20.0, True, "IPCC"),
    Source(Use("2", "", "coal", 5.0, "t"), 10.0, False, "own"),
    Source(Use("2", "industry", "coal", np.nan, "t"), np.nan, True, "IPCC"),
    Source(Use("9", "", "gas", 5.0, "m3"), 7.0, True, "IPCC"),
    Source(Use("合计", "", "gas", 5.0, "m3"), 99.0, True, "IPCC"),
]


def rows(numbers):
    return ", ".join(f"row {number}" for number in numbers)


def inventory(figures=UNITS, sources=(), breath=False, log=None):
    return unit_inventory(figures, sources, "code", 2.66, breath, log or Log(), rows)


def test_gdp_times_intensity_times_the_factor_of_coal():
    found = inventory()
    assert found.emission_t == pytest.approx([50 * 2 * 2.66, 80 * 0.5 * 2.66])
    assert found.emission_t_person == pytest.approx([2.66, 80 * 0.5 * 2.66 / 400])
    assert found.emission_t_1e4gdp == pytest.approx([5.32, 1.33])
    assert (found.respiration_t, found.left_out_t) == (None, 0)
    assert found.implausible == 1


@pytest.mark.parametrize(
    ("intensity", "warned"), [(500.0, 1), (np.array([0.5, 500.0]), 1), (np.array([30.0, np.nan]), 0)]
)
def test_an_intensity_in_kilogrammes_gives_a_warning(intensity, warned):
    log = Log()
    inventory(UnitFigures(["1", "2"], None, np.array([50.0, 80]), intensity), log=log)
    assert len([each for each in log.warnings if "up to 500 tce per 10^4 yuan" in each]) == warned


def test_respiration_is_0_9_kg_a_day():
    found = inventory(breath=True)
    assert found.respiration_t == pytest.approx([100 * 0.0009 * 365, 400 * 0.0009 * 365])
    assert found.emission_t == pytest.approx([266 + 32.85, 106.4 + 131.4])
    assert [source.use.measure for source in found.sources] == ["10^4 yuan"] * 2 + ["persons"] * 2
    with pytest.raises(CarbonBalanceError, match="needs the population"):
        inventory(UnitFigures(["1"], None, np.array([1.0]), 1.0), breath=True)


def test_fuels_are_summed_by_unit_and_unassigned_ones_logged():
    log = Log()
    found = inventory(UnitFigures(["1", "2", "3"]), FUELS, log=log)
    assert found.emission_t.tolist() == pytest.approx([20, 10, np.nan], nan_ok=True)
    # A total is not among what is left out.
    assert found.left_out_t == 7
    assert "1 fuel amount(s) are NULL and are treated as not given." in log.warnings
    assert any(each.startswith("1 unit(s) have no emissions") and each.endswith("row 2.") for each in log.warnings)
    assert any("9" in each and "do not match any zone" in each for each in log.warnings)
    assert np.isnan(found.emission_t_person).all()
    assert np.isnan(found.emission_t_1e4gdp).all()


def test_exactly_one_method_of_counting_energy_is_required():
    with pytest.raises(CarbonBalanceError, match="counted twice"):
        inventory(sources=FUELS)
    with pytest.raises(CarbonBalanceError, match="nothing to compute emissions from"):
        inventory(UnitFigures(["1"]))
    with pytest.raises(CarbonBalanceError, match="needs the GDP"):
        inventory(UnitFigures(["1"], tce_per_1e4=1.0))


def test_the_table_by_source_and_its_sums():
    assert [values[:2] for values in source_columns(FUELS).values()] == [
        ["1", "2"],
        ["industry", None],
        ["coal", "coal"],
        [10, 5],
        ["t", "t"],
        [20, 10],
        ["yes", "no"],
        ["IPCC", "own"],
    ]
    sums = sums_by_source(FUELS[:2])
    assert sorted(zip(*sums.values()), key=str) == sorted([("industry", "coal", 20.0), (None, "coal", 10.0)], key=str)
