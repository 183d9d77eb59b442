"""Emission of land use: figures by hand from published factors, conversions, limits, and the sums of parts."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.fuels import factor_set
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.land_emission import (
    energy_carbon_t,
    land_emission,
    log_land_emission,
    preset_emission_table,
    read_emission_table,
)
from carbon_balance.core.tables.table import Table
from hypothesis import given
from hypothesis import strategies as st

CODES = np.arange(1, 7)
# Printed by Chinese studies of land-use emissions: t C/tce and tce/t (natural gas: per m3).
PRINTED = {
    "raw_coal": (0.7559, 0.7143),
    "coke": (0.8550, 0.9714),
    "crude_oil": (0.5857, 1.4286),
    "gasoline": (0.5538, 1.4714),
    "kerosene": (0.5714, 1.4714),
    "diesel": (0.5921, 1.4571),
    "fuel_oil": (0.6185, 1.4286),
    "natural_gas": (0.4483, 13.300e-4),
}


def china():
    return preset_emission_table("china", "six_classes")


def test_emission_of_cropland_forest_and_coal_equals_the_manual_calculation():
    coal = energy_carbon_t(10, 0.7143, 0.7559)
    assert coal == pytest.approx(5.3994, abs=5e-5)
    found = land_emission(CODES, np.array([[100.0, 100, 0, 0, 0, 0]]), china(), np.array([coal]))
    assert found.direct_zone_t_c == pytest.approx([42.2 - 64.4])
    assert found.net_t_c == pytest.approx([-16.8006], abs=5e-5)
    assert found.gross_t_c == pytest.approx([42.2 + coal])
    assert found.uptake_t_c == pytest.approx([64.4])
    assert found.pressure == pytest.approx([(42.2 + coal) / 64.4])


@pytest.mark.parametrize("fuel", PRINTED)
def test_bundled_factors_agree_with_the_printed_table(fuel):
    per_tce, tce = PRINTED[fuel]
    bundled = factor_set("standard_coal").fuels[fuel]
    base = "m3" if fuel == "natural_gas" else "t"
    assert bundled.factors["tce"] * 12 / 44 == pytest.approx(per_tce, rel=1e-3)
    assert bundled.factors[base] * 12 / 44 == pytest.approx(per_tce * tce, rel=1e-3)
    assert bundled.certain


def test_the_factor_of_lpg_is_marked_uncertain():
    assert not factor_set("standard_coal").fuels["lpg"].certain


def test_energy_is_assigned_to_built_up_land_or_to_no_class():
    area = np.array([[10.0, 0, 0, 0, 4, 0], [10.0, 0, 0, 0, 0, 0]])
    found = land_emission(CODES, area, china(), np.array([8.0, 8.0]))
    assert found.class_t_c[:, 4] == pytest.approx([8, 0])
    assert found.net_t_c == pytest.approx([12.22, 12.22])
    log = Log()
    log_land_emission(found, china(), lambda rows: str(rows.tolist()), log)
    assert any("1 zone(s) without built-up land" in each and "[1]" in each for each in log.warnings)
    assert any("cropland" in each and "not be verified" in each for each in log.warnings)


def test_unknown_energy_gives_unknown_emission_and_zeros_have_no_pressure():
    area = np.array([[1.0, 1, 0, 0, 0, 0], [1.0, 0, 0, 0, 0, 0], [0.0, 1, 0, 0, 0, 0]])
    found = land_emission(CODES, area, china(), np.array([np.nan, 0.0, 0.0]))
    assert np.isnan(found.net_t_c[0])
    assert np.isnan(found.pressure).all()
    assert found.net_t_c[1:] == pytest.approx([0.422, -0.644])


def test_crops_are_counted_only_on_request():
    area, crops = np.array([[100.0, 0, 0, 0, 0, 0]]), np.array([40.0])
    apart = land_emission(CODES, area, china(), None, crops)
    assert apart.net_t_c == pytest.approx([42.2])
    counted = land_emission(CODES, area, china(), None, crops, crops_count=True)
    assert counted.net_t_c == pytest.approx([2.2])
    log = Log()
    log_land_emission(apart, china(), str, log)
    assert any("gross" in each and "not part of any balance" in each for each in log.warnings)


def test_given_coefficients_state_their_species():
    rows = [[1, "field", 4.4, "CO2"], [2, "town", 0, "C"]]
    own = read_emission_table(Table('table "own"', ["code", "name", "emission_t_ha", "species"], rows), [2])
    assert own.emission_t_c_ha == pytest.approx([1.2, 0])
    assert own.built_up.tolist() == [False, True]
    rows[0][3] = "unstated"
    with pytest.raises(CarbonBalanceError, match="row 1.*species must be C or CO2"):
        read_emission_table(Table('table "own"', ["code", "name", "emission_t_ha", "species"], rows), [2])
    with pytest.raises(CarbonBalanceError, match="no column species"):
        read_emission_table(Table('table "own"', ["code", "emission_t_ha"], [[1, 1]]), [2])


@given(
    st.lists(st.lists(st.floats(0, 1e6), min_size=6, max_size=6), min_size=1, max_size=8),
    st.floats(0, 1e6),
)
def test_parts_add_up(areas, energy):
    area = np.array(areas)
    area[:, 4] += 1
    found = land_emission(CODES, area, china(), np.full(len(area), energy))
    scale = 1 + np.abs(found.class_t_c).sum()
    assert found.class_t_c.sum(axis=1) == pytest.approx(found.net_t_c, abs=1e-9 * scale)
    assert found.direct_zone_t_c + found.energy_t_c == pytest.approx(found.net_t_c, abs=1e-9 * scale)


def told_of(values):
    table = Table(
        "mine", ["code", "emission_t_ha", "species"], [[code, each, "C"] for code, each in enumerate(values, 1)]
    )
    coefficients, log = read_emission_table(table, [5]), Log()
    found = land_emission(CODES, np.array([[100.0, 100, 0, 0, 0, 0]]), coefficients)
    log_land_emission(found, coefficients, str, log)
    return [each for each in log.warnings if "net primary production" in each]


def test_coefficients_above_plausible_uptake_give_a_warning():
    """A table in t/km2, or one of carbon densities; emission of built-up land has no such limit."""
    assert told_of([0.4, -21.7, -0.02, -0.25, 500, -0.005]) == []
    (said,) = told_of([42.2, -64.4, -2.1, -21.8, 500, -0.5])
    assert "1 (42.2), 2 (-64.4), 4 (-21.8)" in said


def test_logged_totals_count_overlapping_land_once():
    found = land_emission(CODES, np.array([[100.0, 100, 0, 0, 0, 0]] * 2), china())
    log = Log()
    log_land_emission(found, china(), str, log, lambda values: float(values[0]))
    assert "of all zones: -22.2 t C a year = gross 42.2 - uptake 64.4" in log.notes[-1]
    log = Log()
    log_land_emission(found, china(), str, log, lambda values: float("nan"))
    assert not any("of all zones" in note or "nan" in note for note in log.notes)
