"""Building pool tables: correction, composition, codes and origins."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.schemes import read_crosswalk, reassigned
from carbon_balance.core.options.supply import Composition
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pool_builder import (
    corrected,
    on_codes,
    own_table,
    preset_table,
    table_columns,
    target_codes,
)
from carbon_balance.core.supply.pools import preset_pool_table, read_pool_table
from carbon_balance.core.supply.soil_composition import from_soil, precipitation_factor, to_tenth
from carbon_balance.core.tables.table import Table


def soil_table(fields: str, *rows: str) -> Table:
    return Table('the soil table "s"', fields.split(","), [row.split(",") for row in rows])


def test_precipitation_factor():
    assert precipitation_factor(None, None) == 1
    assert precipitation_factor(800, 800) == 1
    assert precipitation_factor(1999.4, 671.1) == pytest.approx(1.71896, abs=5e-6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((1000, None), "one of them is missing"),
        ((None, 600), "one of them is missing"),
        ((0, 600), "greater than 0 mm per year"),
    ],
)
def test_precipitation_refused(given, message):
    with pytest.raises(CarbonBalanceError, match=message):
        precipitation_factor(*given)


def test_to_tenth_rounds_halves_up():
    assert to_tenth(np.array([0.25, 0.35, 1.05, 2.0])).tolist() == pytest.approx([0.3, 0.4, 1.1, 2.0])


def test_composition_in_closed_form():
    """Soil is 72 of 100 parts: biomass 26 and dead matter 2 follow, biomass is split 1 : 0.25."""
    log = Log()
    built = from_soil(soil_table("code,soil_t_ha", "1,72", "2,0"), 2.0, Composition(below_above=0.25), log=log)
    np.testing.assert_allclose(built.pools.pools_t_ha, [[41.6, 10.4, 144, 4], [0, 0, 0, 0]])
    assert len(log.notes) == 4
    assert "soil 72 t/ha x 2.00000" in built.origins[0]


def test_columns_override_defaults_and_given_soil_is_not_corrected():
    built = from_soil(
        soil_table(
            "class,name,soil_t_ha,soil_given_t_ha,biomass_pct,soil_pct,dead_pct,below_above,source",
            "1,a,,50,40,50,10,1,atlas",
            "2,b,72,,,,,,",
        ),
        3.0,
        Composition(),
    )
    np.testing.assert_allclose(built.pools.pools_t_ha[0], [20, 20, 50, 10])
    np.testing.assert_allclose(built.pools.pools_t_ha[1], [65, 13, 216, 6])
    assert built.origins[0].startswith("atlas; soil 50 t/ha as given")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["code,other", "1,2"], "no column of soil carbon"),
        (["code,soil_t_ha", "1,2", "2,"], "row 2: soil carbon is empty"),
        (["code,soil_t_ha", "1,-2"], "is negative"),
        (["code,soil_t_ha,biomass_pct", "1,2,40"], "add up to 114 %"),
        (["code,soil_t_ha,biomass_pct", "1,2,26", "2,2,40", "3,2,50"], "row 2, row 3: .* add up to 114 %: they must"),
        (["code,soil_t_ha,biomass_pct,soil_pct", "1,2,98,0"], "the share of soil must be greater than 0"),
        (["soil_t_ha", "1"], "no column of class codes"),
    ],
)
def test_soil_table_refused(rows, message):
    with pytest.raises(CarbonBalanceError, match=message):
        from_soil(soil_table(*rows), 1.0, Composition())


def test_correction_changes_soil_only_and_is_recorded():
    table = corrected(preset_table("henan", 1.0), 2.0)
    np.testing.assert_allclose(table.pools.pools_t_ha[0], [4.85, 0.92, 116.4, 2.84])
    assert "soil x 2.00000" in table.origins[0]
    total = own_table(read_pool_table(soil_table("code,density", "1,10.26")))
    assert corrected(total, 1.0, as_published=True).pools.density_t_ha.tolist() == pytest.approx([10.3])
    with pytest.raises(CarbonBalanceError, match="requires a separate soil pool"):
        corrected(total, 2.0)


def test_presets_on_a_scheme_equal_the_bundled_tables():
    for name in ("henan", "beibu_gulf"):
        table = on_codes(preset_table(name, 1.0), read_crosswalk("globeland30"))
        np.testing.assert_array_equal(table.pools.pools_t_ha, preset_pool_table(name, "globeland30").pools_t_ha)
        assert all("published" in origin for origin in table.origins)


def test_own_table_on_its_own_codes_or_on_a_scheme():
    own = own_table(read_pool_table(soil_table("code,name,c_above,c_soil", "1,a,1,2", "2,b,3,4", "9,c,5,6")))
    log = Log()
    same = target_codes(own, "six_classes", False, {9: 1}, log)
    built = on_codes(own, same)
    assert built.pools.codes.tolist() == [1, 2, 9]
    assert built.pools.density_t_ha.tolist() == [3, 7, 3]
    assert any("Code 9 is class 1 instead of 9" in note for note in log.notes)
    with pytest.raises(
        CarbonBalanceError, match="has the codes 1, 2, 9: to be mapped to clcd it must have the classes"
    ):
        on_codes(own, target_codes(own, "clcd", False, {}, log))


def test_class_zero_has_no_carbon():
    crosswalk = reassigned(read_crosswalk("clcd"), {6: 0})
    built = on_codes(preset_table("henan", 1.0), crosswalk)
    assert built.pools.density_t_ha[5] == 0
    assert built.origins[5] == "No carbon, by the user's choice"
    assert built.pools.density_t_ha[4] == pytest.approx(62.1)


def test_written_columns_are_read_back_unchanged():
    crosswalk = read_crosswalk("nlcd")
    table = on_codes(preset_table("beibu_gulf", 1.0), crosswalk)
    values = table_columns(table, crosswalk)
    again = read_pool_table(Table("t", list(values), list(zip(*values.values()))))
    np.testing.assert_array_equal(again.pools_t_ha, table.pools.pools_t_ha)
    assert again.names == table.pools.names
    assert values["judgement"][values["lucode"].tolist().index(52)] == "yes"


def test_judgement_on_savanna_moves_the_storage_of_central_yunnan():
    """MODIS areas (km2) by cell centre inside the 49 counties, with the Henan pools: 994 to 1538 million t."""
    areas = {0: 645.2, 1: 2670.5, 2: 6361.8, 4: 55.4, 5: 4537.2, 8: 11498.3, 9: 70207.8}
    areas.update({10: 3779.8, 12: 8164.4, 13: 1512.8, 14: 2063.1})

    def total_mt(judgement: dict[int, int]) -> float:
        pools = on_codes(preset_table("henan", 1.0), reassigned(read_crosswalk("igbp"), judgement)).pools
        density = dict(zip(pools.codes.tolist(), pools.density_t_ha))
        return sum(100 * area * density[code] for code, area in areas.items()) / 1e6

    assert total_mt({}) == pytest.approx(994.5, abs=0.1)
    assert total_mt({9: 2}) == pytest.approx(1538.3, abs=0.1)
