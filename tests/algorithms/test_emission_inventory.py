"""Tests of the emission inventory, run as an algorithm and used as demand."""

from __future__ import annotations

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException


@pytest.fixture
def units(qgis_processing):
    return squares({"name": ["A", "B"], "pop": [1.0, 2.0], "gdp": [5.0, 4.0], "tce": [0.5, None], "km2": [10.0, 20.0]})


@pytest.fixture
def energy(qgis_processing):
    return squares(
        {"who": ["A", "A", "B", "B"], "fuel": ["原煤", "电力", "diesel", "raw_coal"], "amount": ["2", "1", "0.5", "0"],
         "unit": ["10^4 t", "10^8 kWh", "万吨", "t"], "sector": ["industry", "homes", "transport", "industry"]},
        geometry=False,
    )  # fmt: skip


FUELS = {"ENERGY_KEY": "who", "FUEL": "fuel", "AMOUNT": "amount", "MEASURE_FIELD": "unit", "SECTOR": "sector"}
PEOPLE = {"POPULATION": "pop", "POPULATION_UNIT": "10^4 persons"}


def inventory(run, units, **more):
    return run("emissioninventory", **{"ZONES": units, "KEY": "name", "OUTPUT": "memory:", **more})


def test_fuels_and_electricity_by_unit_and_source(run, units, energy, tmp_path):
    result = inventory(
        run, units, ENERGY=energy, **FUELS, **PEOPLE, GDP="gdp", GDP_UNIT="10^8 yuan", GRID="china_2022",
        SOURCES="memory:", REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    out = result["OUTPUT"]
    expected = [20_000 * 1.9003 + 53_660, 5_000 * 3.0959]
    assert column(out, "emission_t") == pytest.approx(expected, rel=3e-5)
    assert column(out, "emission_t_person") == pytest.approx([expected[0] / 1e4, expected[1] / 2e4], rel=3e-5)
    assert column(out, "emission_t_1e4gdp") == pytest.approx([expected[0] / 5e4, expected[1] / 4e4], rel=3e-5)
    assert column(result["SOURCES"], "sector") == ["industry", "homes", "transport", "industry"]
    assert sum(column(result["SOURCES"], "emission_t")) == pytest.approx(result["EMISSION_T"])
    assert result["EMISSION_T_PERSON"] == pytest.approx(sum(expected) / 3e4, rel=3e-5)
    assert "homes" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_fuel_columns_may_be_in_the_zone_layer(run):
    units = squares({"name": ["A", "B"], "raw_coal": [1.0, 2.0], "coke(kg)": [0.0, 1000.0]})
    result = inventory(run, units, ENERGY=units, ENERGY_KEY="name", FUELS=["raw_coal", "coke(kg)"])
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([1.9003, 2 * 1.9003 + 2.8604], rel=3e-5)


def test_given_factors_replace_the_bundled_ones(run, units, energy):
    own = squares({"fuel": ["raw_coal", "电力"], "co2_factor_t": ["2", "0.001"], "per": ["t", "kWh"]}, geometry=False)
    result = inventory(run, units, ENERGY=energy, **FUELS, OWN_FACTORS=own)
    assert column(result["OUTPUT"], "emission_t")[0] == pytest.approx(40_000 + 100_000)


def test_emissions_from_gdp_with_separate_respiration(run, units):
    result = inventory(run, units, GDP="gdp", GDP_UNIT="10^8 yuan", INTENSITY="tce", **PEOPLE, RESPIRATION=True)
    out = result["OUTPUT"]
    assert column(out, "respiration_t") == pytest.approx([3285, 6570])
    assert column(out, "emission_t") == pytest.approx([5e4 * 0.5 * 2.66 + 3285, None])
    assert any("row 2 (B)" in sentence for sentence in result["notes"].warned)
    one_for_all = inventory(run, units, GDP="gdp", GDP_UNIT="10^8 yuan", INTENSITY_ALL=0.5)
    assert column(one_for_all["OUTPUT"], "emission_t") == pytest.approx([66_500, 53_200])
    assert "respiration_t" not in one_for_all["OUTPUT"].fields().names()


def test_the_inventory_is_accepted_as_demand(run, units, energy):
    emissions = inventory(run, units, ENERGY=energy, **FUELS, **PEOPLE, GRID="yunnan_2022")["OUTPUT"]
    result = run("emissiondemand", ZONES=emissions, EMISSION="emission_t", **PEOPLE, AREA="km2", OUTPUT="memory:")
    density = [value / area for value, area in zip(column(emissions, "emission_t"), (10, 20))]
    assert column(result["OUTPUT"], "demand_t_km2") == pytest.approx(density)


def test_refusals(run, units, energy):
    with pytest.raises(QgsProcessingException, match="choose a grid factor"):
        inventory(run, units, ENERGY=energy, **FUELS)
    with pytest.raises(QgsProcessingException, match="nothing to compute emissions from"):
        inventory(run, units)
    with pytest.raises(QgsProcessingException, match="give either the fuel columns"):
        inventory(run, units, ENERGY=energy, ENERGY_KEY="who", FUEL="fuel")
    with pytest.raises(QgsProcessingException, match="choose the column that identifies the unit"):
        inventory(run, units, ENERGY=energy, FUEL="fuel", AMOUNT="amount")
    negative = squares({"who": ["A"], "fuel": ["coke"], "amount": [-2.0]}, geometry=False)
    with pytest.raises(QgsProcessingException, match="column amount is negative"):
        inventory(run, units, ENERGY=negative, ENERGY_KEY="who", FUEL="fuel", AMOUNT="amount")
    odd = squares({"who": ["A"], "wood": [2.0], "coke(barrel)": [1.0]}, geometry=False)
    with pytest.raises(QgsProcessingException, match="factor set has no fuel wood"):
        inventory(run, units, ENERGY=odd, ENERGY_KEY="who", FUELS=["wood"])
    with pytest.raises(QgsProcessingException, match="Unknown unit barrel"):
        inventory(run, units, ENERGY=odd, ENERGY_KEY="who", FUELS=["coke(barrel)"])


def test_unchecked_factors_are_logged(run, units):
    gas = squares({"who": ["A"], "lpg": [2.0]}, geometry=False)
    result = inventory(run, units, ENERGY=gas, ENERGY_KEY="who", FUELS=["lpg"], FACTORS="standard_coal", MEASURE="tce")
    assert any("could not be verified" in sentence for sentence in result["notes"].warned)
    assert any("1 unit(s) have no emission" in sentence for sentence in result["notes"].warned)


def test_a_city_and_its_counties_are_counted_once(run, tmp_path):
    """Yearbook tables contain both; the total is that of the city, without its counties added."""
    units = squares({"name": ["A", "B", "city"], "raw_coal": [1.0, 2.0, 3.0], "pop": [10.0, 20.0, 30.0]})
    first, second, city = units.getFeatures()
    units.dataProvider().changeGeometryValues({city.id(): first.geometry().combine(second.geometry())})
    given = {"ENERGY": units, "ENERGY_KEY": "name", "FUELS": ["raw_coal"], "POPULATION": "pop"}
    result = inventory(run, units, **given, REPORT=str(tmp_path / "r.html"))
    assert result["EMISSION_T"] == pytest.approx(3 * 1.9003, rel=3e-5)
    assert result["EMISSION_T_PERSON"] == pytest.approx(0.19003, rel=3e-5)
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([1.9003, 2 * 1.9003, 3 * 1.9003], rel=3e-5)
    assert any("leave out those that lie within others: A, B" in each for each in result["notes"].warned)
    assert "By source" not in (tmp_path / "r.html").read_text(encoding="utf-8")
    # Half of it beside them: nobody can tell.
    half = first.geometry().combine(second.geometry())
    half.translate(500, 0)
    units.dataProvider().changeGeometryValues({city.id(): half})
    result = inventory(run, units, **given)
    assert (result["EMISSION_T"], result["EMISSION_T_PERSON"]) == (None, None)


@pytest.mark.parametrize("name", ["合 计", "全市", "Total"])
def test_a_total_row_of_the_energy_table_is_not_counted_as_omitted(run, units, name):
    energy = squares({"who": ["A", "B", "C", name], "raw_coal": [1.0, 2.0, 4.0, 7.0]}, geometry=False)
    result = inventory(run, units, ENERGY=energy, ENERGY_KEY="who", FUELS=["raw_coal"])
    assert result["EMISSION_T"] == pytest.approx(3 * 1.9003, rel=3e-5)
    assert result["LEFT_OUT_T"] == pytest.approx(4 * 1.9003, rel=3e-5)


def energy_table(tmp_path, *lines):
    path = tmp_path / "energy.csv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return {"ENERGY": str(path), "ENERGY_KEY": lines[0].split(",")[0] or "地区", "MATCH": "name"}


@pytest.mark.parametrize("title", ["消费量(万吨)", "消费量（10^4 t）", "量_万吨", "amount (10^4 t)"])
def test_the_name_of_the_column_of_amounts_may_state_their_unit(run, units, tmp_path, title):
    given = energy_table(tmp_path, f"who,fuel,{title}", "A,原煤,2", "B,原煤,1")
    result = inventory(run, units, **given, FUEL="fuel", AMOUNT=title)
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([20_000 * 1.9003, 10_000 * 1.9003], rel=3e-5)


def test_a_remark_in_the_column_of_amounts_is_no_unit(run, units, tmp_path):
    given = energy_table(tmp_path, "who,fuel,amount(2020)", "A,原煤,2", "B,原煤,1")
    result = inventory(run, units, **given, FUEL="fuel", AMOUNT="amount(2020)")
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([2 * 1.9003, 1.9003], rel=3e-5)


@pytest.mark.parametrize(
    "lines",
    [
        ("who,原煤,焦炭", "单位：万吨,,", "A,2,0", "B,1,0"),
        ("who,原煤,焦炭", "（万吨）,,", "A,2,0", "B,1,0"),
        ("who,原煤,焦炭", "单位,万吨,千吨", "A,2,0", "B,1,0"),
        ("who,原煤,焦炭", ",万吨,万吨", "A,2,0", "B,1,0"),
        ("who,原煤,电力", "单位,万吨,GWh", "A,2,0", "B,1,0"),
    ],
)
def test_units_of_fuels_below_the_header(run, units, tmp_path, lines):
    fuels = lines[0].split(",")[1:]
    result = inventory(run, units, **energy_table(tmp_path, *lines), FUELS=fuels, GRID="china_2022")
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([20_000 * 1.9003, 10_000 * 1.9003], rel=3e-5)


def test_an_unknown_unit_below_the_header_is_refused(run, units, tmp_path):
    given = energy_table(tmp_path, "who,原煤,汽油", "单位,万吨,桶", "A,2,0", "B,1,0")
    with pytest.raises(QgsProcessingException, match="Unknown unit 桶"):
        inventory(run, units, **given, FUELS=["原煤", "汽油"])


@pytest.mark.parametrize(
    ("whole", "others"),
    [("合计", "工业, 生活"), ("Total", "工业, 生活"), ("其中：钢铁", "工业, 生活"), ("#钢铁", "工业, 生活")],
)
def test_sectors_that_contain_others_are_not_added_to_them(run, units, tmp_path, whole, others):
    rows = ["A,工业,原煤,50", "A,生活,原煤,10", f"A,{whole},原煤,60", "B,工业,原煤,6"]
    given = energy_table(tmp_path, "who,sector,fuel,amount", *rows)
    with pytest.raises(QgsProcessingException, match=f"counted twice: A has raw_coal in the sector {whole} .*{others}"):
        inventory(run, units, **given, FUEL="fuel", AMOUNT="amount", SECTOR="sector")


def test_totals_alone_are_counted(run, units, tmp_path):
    given = energy_table(tmp_path, "who,sector,fuel,amount", "A,合计,原煤,2", "B,合计,原煤,1")
    result = inventory(run, units, **given, FUEL="fuel", AMOUNT="amount", SECTOR="sector")
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([2 * 1.9003, 1.9003], rel=3e-5)


def test_one_fuel_in_tonnes_and_in_standard_coal_is_counted_once(run, units, tmp_path):
    fuels = ["原煤(万吨)", "原煤(万吨标准煤)"]
    with pytest.raises(QgsProcessingException, match="A has amounts of raw_coal in units of t, tce"):
        inventory(run, units, **energy_table(tmp_path, ",".join(["who", *fuels]), "A,5,3.57", "B,1,0.7"), FUELS=fuels)
    given = energy_table(tmp_path, "who,fuel,amount,unit", "A,原煤,5,万吨", "A,原煤,3.57,万吨标准煤", "B,原煤,1,t")
    with pytest.raises(QgsProcessingException, match="in units of t, tce"):
        inventory(run, units, **given, FUEL="fuel", AMOUNT="amount", MEASURE_FIELD="unit")


def test_merged_names_of_units_hold_for_all_their_fuels(run, units, tmp_path):
    """All but the first fuel of each unit were left out."""
    given = energy_table(tmp_path, "who,fuel,amount", "A,原煤,1", ",焦炭,2", ",柴油,3", "B,原煤,4", ",焦炭,5")
    result = inventory(run, units, **given, FUEL="fuel", AMOUNT="amount")
    expected = [1.9003 + 2 * 2.8604 + 3 * 3.0959, 4 * 1.9003 + 5 * 2.8604]
    assert column(result["OUTPUT"], "emission_t") == pytest.approx(expected, rel=3e-5)
    assert any("count as merged with it, in who" in each for each in result["notes"].logged)


def test_rows_without_a_unit_are_told_as_empty(run, units, tmp_path):
    """They were told as None."""
    given = energy_table(tmp_path, "who,fuel,amount", "A,原煤,1", "B,原煤,4", ",焦炭,5")
    result = inventory(run, units, **given, FUEL="fuel", AMOUNT="amount")
    assert any("left out: (empty)." in each for each in result["notes"].warned)
    assert result["LEFT_OUT_T"] == pytest.approx(5 * 2.8604, rel=3e-5)
