"""Values of numbers and columns of emissions, demand and zones, each computed from its definition."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from rasters import write_raster


def test_inventory_with_unassigned_rows_and_an_implausible_unit(run):
    units = squares({"name": ["A", "B"], "persons": [10_000.0, 2.0], "gdp": [4e4, 1e4]})
    energy = squares(
        {
            "who": ["A", "A", "B", "C"],
            "fuel": ["raw_coal", "diesel", "raw_coal", "raw_coal"],
            "t": [20_000.0, 1_000.0, 100.0, 50.0],
        },
        geometry=False,
    )
    found = run(
        "emissioninventory", ZONES=units, KEY="name", ENERGY=energy, ENERGY_KEY="who", FUEL="fuel", AMOUNT="t",
        MEASURE="t", POPULATION="persons", GDP="gdp", GDP_UNIT="10^4 yuan", RESPIRATION=True, OUTPUT="memory:",
        SOURCES="memory:",
    )  # fmt: skip
    # Guideline for provinces: 1.9003 t CO2 per t of raw coal, 3.0959 per t of diesel; 0.3285 t a person breathes out.
    coal, diesel, breath = 1.9003, 3.0959, 0.3285
    fossil = [20_000 * coal + 1_000 * diesel, 100 * coal]
    assert found["RESPIRATION_T"] == pytest.approx(breath * 10_002)
    assert found["EMISSION_T"] == pytest.approx(sum(fossil) + breath * 10_002, rel=3e-5)
    assert found["EMISSION_T_1E4GDP"] == pytest.approx((sum(fossil) + breath * 10_002) / 5e4, rel=3e-5)
    assert found["EMISSION_T_PERSON"] == pytest.approx((sum(fossil) + breath * 10_002) / 10_002, rel=3e-5)
    assert found["LEFT_OUT_T"] == pytest.approx(50 * coal, rel=3e-5)
    # 95 t a person in B is beyond 50.
    assert found["IMPLAUSIBLE"] == 1
    sources = found["SOURCES"]
    assert column(sources, "unit") == ["A", "A", "B", "C", "A", "B"]
    assert column(sources, "fuel")[:4] == ["raw_coal", "diesel", "raw_coal", "raw_coal"]
    assert column(sources, "amount") == [20_000, 1_000, 100, 50, 10_000, 2]
    assert column(sources, "measure")[:4] == ["t"] * 4
    assert column(sources, "emission_t") == pytest.approx(
        [20_000 * coal, 1_000 * diesel, 100 * coal, 50 * coal, 10_000 * breath, 2 * breath], rel=3e-5
    )
    assert column(sources, "factor_source")[4:] == ["respiration", "respiration"]
    assert all("GB/T 2589" in source for source in column(sources, "factor_source")[:4])


def test_population_of_the_later_year(run):
    zones = squares({"p": [1000.0, 500.0], "km2": [1.0, 2.0]})
    given = {"POPULATION": "p", "AREA": "km2", "PER_PERSON": 4, "YEARS": 10, "POPULATION_GROWTH": 2}
    found = run("emissiondemand", ZONES=zones, **given, OUTPUT="memory:")
    assert column(found["OUTPUT"], "population_later") == pytest.approx([1000 * 1.02**10, 500 * 1.02**10])
    assert found["EMISSION_T"] == pytest.approx(4 * 1500 * 1.02**10)
    assert found["EMISSION_T_NOW"] == pytest.approx(6000)


def test_emission_of_a_zone_outside_the_raster_is_counted_as_missed(run, tmp_path):
    weights = write_raster(tmp_path / "w.tif", np.ones((10, 20)), -1, origin=(500000.0, 2001000.0))
    zones = squares({"name": ["a", "b", "far"], "e": [10.0, 30.0, 25.0]})
    found = run("emissiondemandraster", ZONES=zones, EMISSION="e", WEIGHTS=weights, OUTPUT=str(tmp_path / "d.tif"))
    assert found["MISSED_T"] == pytest.approx(25)
    assert found["RASTER_T"] == pytest.approx(40)
    assert found["EMISSION_T"] == pytest.approx(65)


def test_a_zone_without_supply_has_no_ratio(run):
    zones = squares({"s": [1.0, 0.0, 2.0], "d": [1.0, 5.0, 8.0], "km2": [1.0, 1.0, 1.0]})
    units = {"SUPPLY_UNIT": "t", "DEMAND_UNIT": "t"}
    found = run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", AREA="km2", **units, OUTPUT="memory:")
    assert found["UNDEFINED"] == 1
    assert column(found["OUTPUT"], "ratio") == [1, None, 4]


def test_levels_members_and_the_nearest_unit_of_guiyang(run):
    """Table of the study of Guiyang, 2015: Xiuwen is 0.1 above the threshold of EEC, all others are farther from it."""
    names = ["Municipal district", "Qingzhen", "Xifeng", "Kaiyang", "Xiuwen"]
    eec, sec = [1.43, 0.79, 0.79, 0.39, 1.10], [0.48, 1.52, 1.60, 1.50, 2.86]
    zones = squares({"name": names, "e": eec, "s": sec})
    found = run("coefficientzoning", ZONES=zones, EEC="e", SEC="s", OUTPUT="memory:", TABLE="memory:")
    assert found["NEAREST_UNIT"] == "Xiuwen"
    assert found["NEAREST_DISTANCE"] == pytest.approx(0.1)
    table = found["TABLE"]
    assert column(table, "eec_level") == ["high", "high", "low", "low"]
    assert column(table, "sec_level") == ["high", "low", "high", "low"]
    members = ["Xiuwen", "Municipal district", "Qingzhen, Xifeng, Kaiyang", ""]
    assert column(table, "members") == members


def test_lowest_and_highest_class_of_a_pool_table(run, tmp_path):
    """Soil of 72 t/ha with the ratios of the study of the Beibu Gulf: 20.8 + 5.2 + 72 + 2."""
    (tmp_path / "soil.csv").write_text("lucode,soil_t_ha\n7,72\n8,0\n", encoding="utf-8")
    given = {"SOIL": str(tmp_path / "soil.csv"), "BELOW_ABOVE": 0.25, "OUTPUT": str(tmp_path / "pools.csv")}
    found = run("carbonpooltable", **given)
    assert found["LOWEST_T_HA"] == 0
    assert found["HIGHEST_T_HA"] == pytest.approx(100)


def test_a_series_has_dates_years_and_changed_zones(run):
    first = squares({"code": ["1", "2"], "ratio": [0.5, 2.0], "zone": ["a", "b"]})
    last = squares({"code": ["1", "2"], "ratio": [0.25, 3.0], "zone": ["c", "b"]})
    found = run(
        "carbonbalanceseries", LAYERS=[first, last], DATES="2010; 2020", KEY="code", RATIO="ratio", CLASS="zone",
        OUTPUT="memory:", CHANGES="memory:",
    )  # fmt: skip
    changes = found["CHANGES"]
    assert column(changes, "from_date") == [2010, 2010]
    assert column(changes, "to_date") == [2020, 2020]
    assert column(changes, "years") == [10, 10]
    assert column(changes, "zone_from") == ["a", "b"]
    assert column(changes, "zone_to") == ["c", "b"]
    assert column(changes, "ratio_change") == pytest.approx([-0.25, 1])
    assert found["ZONES"] == 2
