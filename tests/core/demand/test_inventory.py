"""Emissions of units in closed form and against published factors."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.fuels import factor_set
from carbon_balance.core.demand.inventory import (
    check_repeated_uses,
    emissions,
    gdp_route,
    long_uses,
    respiration,
    rows_of_units,
    wide_uses,
)
from carbon_balance.core.demand.unit_inventory import (
    UnitFigures,
    source_columns,
    sums_by_source,
    totals,
    unit_inventory,
)
from carbon_balance.core.raster.zone_outlines.double_counting import CountedZones
from carbon_balance.core.raster.zone_outlines.overlaps import no_overlaps
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.table import Table

WIDE = Table(
    "the energy table", ["name", "raw_coal", "汽油(万吨)"], [["A", "1,000.0", 2], ["B", 500, None], ["C", None, None]]
)


def labels(rows):
    return ", ".join(f"row {row + 1}" for row in rows)


def sources(table=WIDE, log=None):
    return emissions(wide_uses(table, "name", table.fields[1:], "t", None), factor_set("china_guideline"), log or Log())


def compute(figures, items=(), log=None, by="name", breath=False):
    return unit_inventory(figures, items, by, 2.66, breath, log or Log(), labels)


def test_one_column_per_fuel_with_units_in_brackets():
    log = Log()
    result = compute(UnitFigures(["A", "B", "C"]), sources(), log)
    np.testing.assert_allclose(result.emission_t, [1000 * 1.9003 + 20_000 * 2.9251, 500 * 1.9003, np.nan], rtol=3e-5)
    assert any("1 unit(s) have no emission" in sentence and "row 3" in sentence for sentence in log.warnings)
    assert any("3 fuel amount(s) are NULL" in sentence for sentence in log.warnings)


def test_one_row_per_fuel_gives_equal_emissions_and_sums_by_sector():
    table = Table(
        "the energy table",
        ["who", "fuel", "amount", "unit", "sector"],
        [
            ["A", "原煤", 0.1, "万吨", "industry"],
            ["A", "gasoline", 20_000, None, "homes"],
            ["B", "raw coal", 500, "t", "industry"],
        ],
    )
    uses = long_uses(table, "who", "fuel", "amount", "unit", "t", "sector")
    items = emissions(uses, factor_set("china_guideline"), Log())
    result = compute(UnitFigures(["A", "B"]), items)
    wide = compute(UnitFigures(["A", "B"]), sources())
    np.testing.assert_allclose(result.emission_t, wide.emission_t)
    sums = sums_by_source(items)
    assert sums["sector"] == ["industry", "homes", "industry"]
    assert sum(sums["emission_t"]) == pytest.approx(result.emission_t.sum())
    by_source = source_columns(items)
    assert by_source["unit"] == ["A", "A", "B"]
    assert by_source["factor_checked"] == ["yes"] * 3


def test_standard_coal_and_uncertain_factors_give_warnings():
    log = Log()
    table = Table("t", ["name", "raw_coal(10^4 tce)", "lpg(10^4 tce)"], [["A", 1, 1]])
    items = emissions(wide_uses(table, "name", table.fields[1:], "t", None), factor_set("standard_coal"), log)
    assert items[0].emission_t == pytest.approx(1e4 * 0.7559 * 44 / 12, rel=1e-3)
    assert any("lpg could not be verified" in sentence for sentence in log.warnings)
    assert source_columns(items)["factor_checked"] == ["yes", "no"]


def test_gdp_route_is_gdp_x_intensity_x_2_66():
    figures = UnitFigures(["A", "B", "C"], gdp_1e4=np.array([1e6, 0, np.nan]), tce_per_1e4=np.array([0.5, 0.5, 0.5]))
    result = compute(figures)
    np.testing.assert_allclose(result.emission_t, [1e6 * 0.5 * 2.66, np.nan, np.nan])
    np.testing.assert_allclose(result.emission_t_1e4gdp, [1.33, np.nan, np.nan])
    np.testing.assert_allclose(gdp_route(np.array([10.0, 20]), 0.5), [13.3, 26.6])


def test_respiration_is_0_9_kg_per_day_and_reported_separately():
    assert respiration(np.array([1.0]))[0] == pytest.approx(0.9 * 365 / 1000)
    figures = UnitFigures(["A", "B"], population=np.array([100.0, 300]))
    without, with_it = compute(figures, sources()), compute(figures, sources(), breath=True)
    assert without.respiration_t is None
    np.testing.assert_allclose(with_it.emission_t - without.emission_t, with_it.respiration_t)
    assert [item.use.fuel for item in with_it.sources].count("respiration") == 2
    assert totals(
        with_it, figures, CountedZones(np.ones(2, bool), True, no_overlaps(2))
    ).respiration_t == pytest.approx(400 * 0.3285)


def test_keys_without_a_unit_are_logged_with_their_emission():
    log = Log()
    result = compute(UnitFigures(["A"]), sources(), log)
    assert result.left_out_t == pytest.approx(500 * 1.9003, rel=3e-5)
    assert any("2 unit(s) of the energy table do not match any zone" in sentence for sentence in log.warnings)


def test_implausible_emission_per_person_is_named():
    log = Log()
    figures = UnitFigures(["A", "B"], population=np.array([10_000.0, 1.0]))
    result = compute(figures, sources(), log)
    assert result.implausible == 1
    assert any(
        "Outside the plausible range of 0.5 to 50 t" in sentence and "row 2" in sentence for sentence in log.warnings
    )


@pytest.mark.parametrize(
    ("figures", "with_fuels", "words"),
    [
        (UnitFigures(["A"]), False, "nothing to compute emissions from"),
        (UnitFigures(["A"], gdp_1e4=np.ones(1), tce_per_1e4=1.0), True, "counted twice"),
        (UnitFigures(["A"], tce_per_1e4=1.0), False, "needs the GDP"),
        (UnitFigures(["Z"]), True, "No row of the table matches any zone"),
    ],
)
def test_missing_and_contradicting_figures_are_refused(figures, with_fuels, words):
    with pytest.raises(CarbonBalanceError, match=words):
        compute(figures, sources() if with_fuels else ())


def test_respiration_needs_population():
    with pytest.raises(CarbonBalanceError, match="needs the population"):
        compute(UnitFigures(["A"]), sources(), breath=True)


def test_negative_amounts_and_rows_without_a_fuel_are_refused():
    with pytest.raises(CarbonBalanceError, match=r"row 1 \(A\): column raw_coal is negative"):
        sources(Table("t", ["name", "raw_coal"], [["A", -1]]))
    table = Table("t", ["name", "fuel", "amount"], [["A", None, 3]])
    with pytest.raises(CarbonBalanceError, match="fuel in column fuel is empty"):
        long_uses(table, "name", "fuel", "amount", None, "t", None)


def test_unknown_fuel_is_refused():
    with pytest.raises(CarbonBalanceError, match="factor set has no fuel wood"):
        sources(Table("t", ["name", "wood"], [["A", 1]]))


YEARS = Table(
    "the energy table",
    ["地区", "年份", "品种", "量"],
    [["A", 2019, "原煤", 125], ["A", 2020, "原 煤", 115], ["B", 2019, "原煤", 81], ["B", 2020, "原煤", 71]],
)


def repeated(table, columns=("品种",), log=None, units=("A", "B")):
    needed = rows_of_units(table, "地区", units, "name")
    check_repeated_uses(table, "地区", columns, ["量"], needed, log or Log())


def test_years_are_not_added_up():
    with pytest.raises(CarbonBalanceError, match=r"more than once: .*column 年份 \(2019, 2020\).*年份=2020"):
        repeated(YEARS)
    log = Log()
    repeated(YEARS.kept([1, 3]), log=log)
    assert log.warnings == []
    with pytest.raises(CarbonBalanceError, match="年份"):
        repeated(YEARS, columns=[None])


def test_rows_of_several_plants_of_a_unit_are_added_up_with_a_warning():
    table = Table("t", ["地区", "厂", "品种", "量"], [[u, f, "原煤", 1] for u in "AB" for f in ("x", "y")])
    log = Log()
    repeated(table, log=log)
    assert len(log.warnings) == 1
    assert "rows of one use are added up" in log.warnings[0]
    assert "厂 (x, y)" in log.warnings[0]
    table.rows.extend([[u, "合计", "原煤", 2] for u in "AB"])
    with pytest.raises(CarbonBalanceError, match="厂"):
        repeated(table)


def test_rows_of_no_unit_are_not_checked():
    table = Table("t", ["n", "fuel", "amount"], [["A", "原煤", 3], ["合计", "万吨", "其中"], ["注", "x", "4"]])
    needed = rows_of_units(table, "n", ["A"], "name")
    assert needed == [0]
    uses = long_uses(table, "n", "fuel", "amount", None, "t", None, needed)
    items = emissions(uses, factor_set("china_guideline"), Log())
    assert [item.use.key for item in items] == ["A"]
    with pytest.raises(CarbonBalanceError, match='row 2: "其中" in column amount is not a number'):
        long_uses(table, "n", "fuel", "amount", None, "t", None)


def test_total_energy_beside_single_fuels_is_refused_as_double_counting():
    factors = factor_set("china_guideline", t_per_tce=2.66)
    table = Table("t", ["n", "能源消费总量(万吨标准煤)", "原煤(万吨)"], [["A", 2, 1], ["B", 3, None]])
    log = Log()
    items = emissions(wide_uses(table, "n", table.fields[1:2], "t", None), factors, log)
    np.testing.assert_allclose([item.emission_t for item in items], [2e4 * 2.66, 3e4 * 2.66])
    assert any("2.66 t CO2 per tce (T_PER_TCE)" in note for note in log.notes)
    with pytest.raises(CarbonBalanceError, match="Energy is counted twice: A have total energy"):
        emissions(wide_uses(table, "n", table.fields[1:], "t", None), factors, Log())
