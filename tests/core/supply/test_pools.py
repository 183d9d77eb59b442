"""Pool tables and sink coefficients: all accepted layouts, and the bundled tables."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.supply import pool_sets, sink_sets
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import preset_pool_table, preset_sink_table, read_pool_table, read_sink_table
from carbon_balance.core.tables.bundled import resource_table
from carbon_balance.core.tables.table import Table


def table(fields: str, *rows: str) -> Table:
    return Table('the pool table "t"', fields.split(","), [row.split(",") for row in rows])


INVEST = ("lucode,LULC_name,c_above,c_below,c_soil,c_dead", "1,Forest,140,70,35,12", "-3,Bare,0,0,5,0")


def test_an_invest_table_is_read_without_changes():
    pools = read_pool_table(table(*INVEST))
    assert pools.codes.tolist() == [1, -3]
    assert pools.codes.dtype == np.int64
    assert pools.names == ["Forest", "Bare"]
    assert pools.pools_t_ha.tolist() == [[140, 70, 35, 12], [0, 0, 5, 0]]
    assert pools.density_t_ha.tolist() == [257, 5]
    assert pools.by_pool()["dead"].tolist() == [12, 0]


@pytest.mark.parametrize(
    "header",
    [
        "\ufeffLUCODE,name,C_ABOVE,C_Below, c_soil ,C-dead",
        "Code,Description,above,below,soil,dead",
        "value,label,c_above_t_ha,c_below_t_ha,c_soil_t_ha,c_dead_t_ha",
        "class,name,AGB (t/ha),BGB (Mg/ha),SOC [tC/ha],litter (t C ha-1)",
        "代码,名称,地上,地下,土壤,死亡有机质",
        "地类编码,地类名称,地上生物碳密度（t/hm²）,地下生物碳密度（t·hm-2）,土壤有机碳密度(t/ha),枯落物碳密度",
        "编码,土地利用类型,地上生物量,地下生物量,土壤有机碳,凋落物",
    ],
)
def test_headers_in_other_wordings_are_recognised(header):
    pools = read_pool_table(table(header, "1,forest,1,2,3,4"))
    assert pools.codes.tolist() == [1]
    assert pools.names == ["forest"]
    assert pools.pools_t_ha.tolist() == [[1, 2, 3, 4]]


def test_extra_columns_order_text_and_trailing_blank_rows():
    pools = read_pool_table(
        Table(
            "t",
            ["note", "c_dead", "lucode", "usle_c", "c_soil", "c_below", "c_above"],
            [["x", "４", 10.0, None, " 1,003.0 ", "2", 1], ["", "", None, "", "", "", ""]],
        )
    )
    assert pools.pools_t_ha.tolist() == [[1, 2, 1003, 4]]
    assert pools.names == ["10"]


def test_one_density_column_is_read_as_total():
    for name in ("density", "carbon_t_ha", "碳密度", "碳密度(t/ha)"):
        pools = read_pool_table(table(f"code,{name}", "1,12.5", "2,0"))
        assert pools.pools_t_ha is None
        assert pools.density_t_ha.tolist() == [12.5, 0]
        assert list(pools.by_pool()) == ["total"]


def test_pools_take_precedence_over_a_density_column_unless_chosen():
    both = table("code,c_above,carbon_t_ha", "1,3,99")
    assert read_pool_table(both).density_t_ha.tolist() == [3]
    assert read_pool_table(both, {"density": "carbon_t_ha"}).density_t_ha.tolist() == [99]
    with pytest.raises(CarbonBalanceError, match="not both"):
        read_pool_table(both, {"density": "carbon_t_ha", "above": "c_above"})


def test_missing_pools_are_zero_and_logged():
    log = Log()
    pools = read_pool_table(table("code,c_above,c_soil", "1,30,40"), log=log)
    assert pools.pools_t_ha.tolist() == [[30, 0, 40, 0]]
    assert len(log.notes) == 1
    assert "below, dead" in log.notes[0]


def test_other_names_are_mapped():
    odd = table("k,n,p,q,r", "7,x,1,2,3")
    pools = read_pool_table(odd, {"code": "k", "name": "n", "above": "p", "soil": "r"})
    assert pools.codes.tolist() == [7]
    assert pools.names == ["x"]
    assert pools.pools_t_ha.tolist() == [[1, 0, 3, 0]]
    with pytest.raises(CarbonBalanceError, match="has no column nothing"):
        read_pool_table(odd, {"code": "nothing"})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["name,c_above", "x,1"], "no column of class codes: it needs lucode"),
        (["lucode,name", "1,x"], "no column of carbon density: it needs c_above"),
        (["lucode,c_above (kg/m2)", "1,2"], "states kg/m2, but t/ha is needed: multiply its values by 10"),
        (["lucode,name,c_above", "1,x,-2"], r"row 1 \(x\): column c_above is negative \(-2\)"),
        (["lucode,c_above", "1,many"], '"many" in column c_above is not a number'),
        (["lucode,c_above", "1,inf"], '"inf" in column c_above is not a number'),
        (["lucode,c_above", "1,2", "2,"], "row 2: column c_above is empty"),
        (["lucode,c_above", "1,2", "2,3", "1,4"], r"column lucode contains duplicate codes \(1\)"),
        (["lucode,c_above", "1.5,2"], "code 1.5 in column lucode is not a whole number"),
        (["lucode,density", "1,-2"], "is negative"),
        (["lucode,c_above", ",", ","], "has no rows"),
    ],
)
def test_invalid_pool_tables_are_refused_in_one_sentence(rows, message):
    with pytest.raises(CarbonBalanceError, match=message) as refusal:
        read_pool_table(table(*rows))
    assert 'the pool table "t"' in str(refusal.value)


def test_sink_table():
    sinks = read_sink_table(table("代码,名称,碳汇系数(t/ha/a)", "1,耕地,1.16"))
    assert (sinks.codes.tolist(), sinks.names, sinks.sink_t_ha.tolist()) == ([1], ["耕地"], [1.16])
    assert sinks.species == "unstated"
    assert read_sink_table(table("code,sink,species", "1,2,CO2", "2,3,CO2")).species == "CO2"
    assert read_sink_table(table("k,v", "1,2"), {"code": "k", "sink": "v"}).sink_t_ha.tolist() == [2]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["code,other", "1,2"], "no column of sink coefficients: it needs sink_t_ha"),
        (["name,sink", "x,2"], "no column of class codes"),
        (["code,sink", "1,-2"], "is negative"),
        (["code,sink", "1,2", "1,2"], "duplicate codes"),
    ],
)
def test_sink_table_refused(rows, message):
    with pytest.raises(CarbonBalanceError, match=message):
        read_sink_table(table(*rows))


def test_bundled_pools_are_the_published_ones():
    assert pool_sets() == ["beibu_gulf", "henan"]
    henan = preset_pool_table("henan", "six_classes")
    assert henan.codes.tolist() == [1, 2, 3, 4, 5, 6]
    assert henan.names == ["cropland", "forest", "grassland", "water", "built-up", "unused"]
    np.testing.assert_allclose(henan.density_t_ha, [66.81, 149.95, 72.5, 62.1, 60.0, 53.3])
    np.testing.assert_allclose(henan.pools_t_ha[1], [20.92, 7.53, 67.3, 54.2])
    beibu = preset_pool_table("beibu_gulf", "six_classes")
    np.testing.assert_allclose(beibu.density_t_ha, [258.8, 379.2, 238.5, 0, 32.0, 51.5])


def test_henan_pools_and_published_totals_imply_one_region():
    """Table 2 of the study divided by the pools gives the same area at all three dates."""
    totals_1e5_t = {
        1995: [7272.00, 4024.00, 680.60, 221.90, 1010.00, 4.37],
        2005: [7196, 4011, 677.9, 248.8, 1061, 3.25],
        2015: [7124, 4017, 676.3, 253.1, 1120, 3.25],
    }
    density = preset_pool_table("henan", "six_classes").density_t_ha
    areas_km2 = [round((np.array(total) * 1e5 / density).sum() / 100) for total in totals_1e5_t.values()]
    assert areas_km2 == [165558, 165558, 165551]


def test_bundled_pools_on_another_scheme():
    igbp = preset_pool_table("henan", "igbp")
    by_code = dict(zip(igbp.codes.tolist(), igbp.density_t_ha))
    assert by_code[0] == by_code[17] == pytest.approx(62.1)
    assert by_code[4] == pytest.approx(149.95)
    assert by_code[12] == pytest.approx(66.81)
    assert by_code[13] == pytest.approx(60.0)


def test_bundled_sinks():
    assert sink_sets() == ["guiyang"]
    sinks = preset_sink_table("guiyang", "six_classes")
    assert sinks.sink_t_ha.tolist() == [1.16, 3.55, 0.021, 2.56, 0, 0]
    assert sinks.species == "unstated"
    assert preset_sink_table("guiyang", "clcd").sink_t_ha.tolist()[:4] == [1.16, 3.55, 3.55, 0.021]


def test_an_unknown_preset_or_scheme_is_refused_with_the_known_ones():
    with pytest.raises(CarbonBalanceError, match="choose one of beibu_gulf, henan"):
        preset_pool_table("hunan", "six_classes")
    with pytest.raises(CarbonBalanceError, match='Unknown land-cover scheme "corine"; choose one of six_classes, clcd'):
        preset_pool_table("henan", "corine")
    with pytest.raises(CarbonBalanceError, match="no bundled table"):
        resource_table("pools/hunan.csv")


@pytest.mark.parametrize(
    ("header", "near", "parameter"),
    [
        ("lucode,c_above,c_below,c_sol,c_dead", "c_sol", "SOIL_FIELD"),
        ("lucode,c_abov,c_below,c_soil,c_dead", "c_abov", "ABOVE_FIELD"),
        ("lucode,c_above,c_below,soil_c,c_dead", "soil_c", "SOIL_FIELD"),
        ("lucode,c_above,c_belw,c_soil,c_dead", "c_belw", "BELOW_FIELD"),
    ],
)
def test_a_misspelt_pool_is_refused_not_taken_as_zero(header, near, parameter):
    with pytest.raises(CarbonBalanceError, match=rf"but a similar one, {near}: .*{parameter}"):
        read_pool_table(table(header, "1,2,3,4,5"))
    # Chosen by the user it is no mistake, nor is a column that holds no numbers or a deviation.
    read_pool_table(table(header, "1,2,3,4,5"), {parameter[:-6].lower(): near})
    read_pool_table(table("lucode,c_above,c_sol", "1,2,loam"))
    read_pool_table(table("lucode,c_above,sd_soil,c_soil_sd", "1,2,3,4"))


def test_a_table_without_soil_gives_a_warning():
    log = Log()
    read_pool_table(table("lucode,c_above,c_below,c_dead", "1,80,3,4"), log=log)
    assert any("no column for the pool(s) soil" in warning for warning in log.warnings)
    log = Log()
    read_pool_table(table("lucode,c_above,c_soil", "1,80,30"), log=log)
    assert not any("no column" in warning for warning in log.warnings)


def test_a_duplicate_pool_is_refused():
    for header in ("lucode,c_above,c_above,c_soil", "lucode,c_above,C Above,c_soil"):
        with pytest.raises(CarbonBalanceError, match="the header contains column c_above 2 times"):
            read_pool_table(table(header, "1,2,3,4"))


def test_rows_of_totals_are_not_read_as_classes():
    pools = read_pool_table(table("lucode,name,c_above", "1,wood,2", "2,crop,3", ",合计,5"))
    assert pools.codes.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("name", "unit", "factor"),
    [
        ("c_soil(g/m2)", "g/m2", "0.01"),
        ("c_soil_kg_m2", "kg/m2", "10"),
        ("土壤有机碳（kg/m²）", "kg/m2", "10"),
        ("c_soil [t/km2]", "t/km2", "0.01"),
    ],
)
def test_a_pool_in_another_unit_is_refused(name, unit, factor):
    """It must be read neither as t/ha nor as a missing pool."""
    table = Table("p", ["lucode", "c_above", name], [[1, 10.0, 6.0]])
    with pytest.raises(
        CarbonBalanceError, match=f"states {unit}, but t/ha is needed: multiply its values by {factor} "
    ):
        read_pool_table(table)


@pytest.mark.parametrize("name", ["c_soil (t CO2/ha)", "土壤碳密度(tCO2/hm²)", "c_soil_tco2_ha"])
def test_a_pool_in_co2_is_refused(name):
    """It would be read as carbon, 44/12 times too large."""
    columns = {"soil": name} if "ha" in name[-3:] else {}
    made = Table("p", ["lucode", "c_above", name], [[1, 10.0, 6.0]], aliases={} if columns else {"c_soil": name})
    for given in (columns, {"soil": name}, {"density": name}):
        with pytest.raises(CarbonBalanceError, match="states CO2, but carbon is needed: multiply its values by 12/44"):
            read_pool_table(made, given)


@pytest.mark.parametrize(
    ("name", "warned"), [("AGB (t/ha)", 1), ("地上生物量", 1), ("地上生物量碳密度", 0), ("agb_t_c_ha", 0)]
)
def test_a_pool_called_biomass_gives_a_warning(name, warned):
    said = []
    made = Table("p", ["lucode", name, "c_soil"], [[1, 100.0, 60.0]], warn=said.append)
    read_pool_table(made, {"above": name})
    assert len([text for text in said if "multiply them by about 0.47" in text]) == warned


@pytest.mark.parametrize(
    ("name", "species"), [("sink (t CO2/ha)", "CO2"), ("碳汇系数(tC/hm²·a)", "C"), ("sink_t_ha", "unstated")]
)
def test_the_species_of_sinks_is_read_from_the_name_of_the_column(name, species):
    made = Table("s", ["lucode", name], [[1, 2.0]])
    assert read_sink_table(made, {"sink": name}).species == species
    other = Table("s", ["lucode", name, "species"], [[1, 2.0, "C"]])
    assert read_sink_table(other, {"sink": name}).species == "C"


@pytest.mark.parametrize("unit", ["t/ha", "吨/公顷", "t/(hm²·a)", "吨碳/公顷", "吨/（公顷·年）"])
@pytest.mark.parametrize("chosen", [True, False])
def test_coefficients_in_t_ha_are_found_in_chinese_too(unit, chosen):
    name = f"碳汇系数({unit})"
    assert read_sink_table(table(f"code,{name}", "1,8"), {"sink": name} if chosen else {}).sink_t_ha.tolist() == [8]


@pytest.mark.parametrize(("unit", "factor"), [("kg/ha", "0.001"), ("千克/平方米", "10"), ("吨/平方公里", "0.01")])
@pytest.mark.parametrize(
    ("read", "key"), [(read_sink_table, "sink"), (read_pool_table, "soil"), (read_pool_table, "density")]
)
def test_chosen_columns_in_another_unit_are_refused_as_found_ones_are(unit, factor, read, key):
    with pytest.raises(CarbonBalanceError, match=f"but t/ha is needed: multiply its values by {factor} "):
        read(table(f"code,x({unit})", "1,8"), {key: f"x({unit})"})
