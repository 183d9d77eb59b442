"""Outputs of one run agree, for emissions, ratios, coefficients, zones and statistics: zones, rasters, tables and log.

Every pair is held together on random regions of six zones that tile the raster, with gaps in the land cover.
"""

from __future__ import annotations

import numpy as np
import pytest
from agreement import near, rows
from layers import column, squares
from rasters import read_raster
from zoned_region import CELL_HA, ROWS, ZONES


@pytest.fixture
def region(zoned_region):
    return zoned_region


def test_emission_by_zone_and_by_cell_agrees(run, region, tmp_path):
    zones = region.zones()
    result = run("emissiondemand", ZONES=zones, POPULATION="population", PER_PERSON=4, OUTPUT="memory:")
    table = rows(result["OUTPUT"])
    assert sum(row["emission_t"] for row in table) == near(result["EMISSION_T"]) == near(4 * sum(region.population))
    assert result["POPULATION_SUM"] == near(sum(region.population))
    assert result["DEMAND_T_KM2"] == near(result["EMISSION_T"] / result["AREA_KM2"])
    for row in table:
        assert row["demand_t_km2"] * result["AREA_KM2"] / ZONES == pytest.approx(row["emission_t"], rel=1e-3)
    weights = region.raster("weights", region.rng.uniform(1, 50, region.first.shape))
    given = {"ZONES": zones, "EMISSION": "emitted", "WEIGHTS": weights}
    for unit in ("t_per_km2", "t_per_cell"):
        spread = run("emissiondemandraster", **given, UNIT=unit, OUTPUT=str(tmp_path / f"{unit}.tif"))
        cells = read_raster(spread["OUTPUT"]) * (CELL_HA / 100 if unit == "t_per_km2" else 1)
        assert cells.sum() == near(spread["RASTER_T"]) == near(sum(region.emission))
        assert spread["EMISSION_T"] == near(sum(region.emission))
        assert spread["MEAN_T_KM2"] == near(spread["RASTER_T"] / spread["AREA_KM2"])
        for at, emission in enumerate(region.emission):
            assert cells[:, 10 * at : 10 * at + 10].sum() == near(emission)


def test_inventory_by_unit_and_source_agrees(run, region, tmp_path):
    energy = squares(
        {"name": [f"zone {at}" for at in range(ZONES)], "raw_coal": region.gdp, "diesel": region.population},
        geometry=False,
    )
    result = run(
        "emissioninventory", ZONES=region.zones(), KEY="name", ENERGY=energy, ENERGY_KEY="name", MATCH="name",
        FUELS=["raw_coal", "diesel"], POPULATION="population", OUTPUT="memory:", SOURCES="memory:",
    )  # fmt: skip
    units, sources = rows(result["OUTPUT"]), rows(result["SOURCES"])
    assert sum(row["emission_t"] for row in units) == near(result["EMISSION_T"])
    assert sum(row["emission_t"] for row in sources) == near(result["EMISSION_T"])
    assert result["EMISSION_T_PERSON"] == near(result["EMISSION_T"] / sum(region.population))


def test_ratio_of_zones_cells_and_region_agrees(run, region, tmp_path):
    """With supply and demand uniform within each zone, the results by cell, zone and region agree."""
    supply = region.rng.uniform(1e3, 2e4, ZONES)
    demand = region.rng.uniform(1e3, 2e4, ZONES)
    zones = region.zones(supply_t=supply.tolist(), demand_t=demand.tolist(), km2=[1.0] * ZONES)
    units = {f"{side}_UNIT": "t" for side in ("SUPPLY", "DEMAND")}
    on_cells = [
        region.raster(name, np.repeat(values, 10)[None].repeat(ROWS, 0))
        for name, values in (("supply", supply), ("demand", demand))
    ]
    for index in ("demand/supply", "supply/demand", "budget", "ESDR", "normalised difference"):
        by_zone = run(
            "supplydemandratio", ZONES=zones, SUPPLY="supply_t", DEMAND="demand_t", AREA="km2", INDEX=index, **units,
            OUTPUT="memory:",
        )  # fmt: skip
        by_cell = run(
            "supplydemandratioraster", SUPPLY=on_cells[0], DEMAND=on_cells[1], INDEX=index, SUPPLY_UNIT="t/km2",
            DEMAND_UNIT="t/km2", OUTPUT=str(tmp_path / "ratio.tif"), BALANCE=str(tmp_path / "balance.tif"),
        )  # fmt: skip
        index_column = by_zone["OUTPUT"].fields().names()[zones.fields().count()]
        for result in (by_zone, by_cell):
            assert result["SUPPLY_T"] == near(supply.sum())
            assert result["DEMAND_T"] == near(demand.sum())
            assert result["AREA_KM2"] == near(ZONES)
        assert by_cell["REGION_INDEX"] == pytest.approx(by_zone["REGION_INDEX"], rel=1e-6)
        assert read_raster(by_cell["OUTPUT"])[0, ::10] == pytest.approx(
            column(by_zone["OUTPUT"], index_column), rel=1e-5
        )
        assert by_cell["BALANCE_T"] == near((supply - demand).sum())
        assert np.nansum(read_raster(by_cell["BALANCE"])) * CELL_HA / 100 == pytest.approx(
            by_cell["BALANCE_T"], rel=1e-5
        )
        parts = (by_cell["SURPLUS_KM2"], by_cell["BALANCED_KM2"], by_cell["DEFICIT_KM2"])
        assert sum(parts) == near(by_cell["AREA_KM2"])


def test_coefficients_satisfy_their_identity_and_zone_counts_agree(run, region):
    sink = region.rng.uniform(10, 500, ZONES).tolist()
    result = run(
        "carbonbalancecoefficients", ZONES=region.zones(sink=sink), GDP="gdp", EMISSION="emitted", SINK="sink",
        OUTPUT="memory:",
    )  # fmt: skip
    table = rows(result["OUTPUT"])
    share = np.array(region.emission) / sum(region.emission)
    assert result["EMISSION_T"] == near(sum(region.emission))
    assert result["SINK_T"] == near(sum(sink))
    for name, gap in (("eec", "EEC_GAP"), ("sec", "SEC_GAP")):
        closed = sum(part * row[name] for part, row in zip(share, table))
        assert closed - 1 == pytest.approx(result[gap], abs=1e-9)
    zoned = run("coefficientzoning", ZONES=result["OUTPUT"], EEC="eec", SEC="sec", OUTPUT="memory:", TABLE="memory:")
    counts = [zoned[name] for name in ("HIGH_HIGH", "HIGH_LOW", "LOW_HIGH", "LOW_LOW")]
    assert sum(counts) == ZONES
    members = {row["zone"]: row["count"] for row in rows(zoned["TABLE"])}
    zones = column(zoned["OUTPUT"], "zone")
    assert {zone: zones.count(zone) for zone in set(zones)} == {zone: count for zone, count in members.items() if count}


def test_counts_of_natural_breaks_classes_agree(run, region):
    values = region.rng.lognormal(0, 1, 40)
    layer = squares({"name": [str(at) for at in range(40)], "ratio": values.tolist()})
    result = run("naturalbreakszoning", ZONES=layer, FIELD="ratio", OUTPUT="memory:", LIMITS="memory:")
    classes, table = column(result["OUTPUT"], "class"), rows(result["LIMITS"])
    assert [classes.count(row["class"]) for row in table] == [row["count"] for row in table]
    assert sum(row["count"] for row in table) == 40
    for row in table:
        own = values[np.array(classes) == row["class"]]
        assert row["lower"] <= own.min() and own.max() <= row["upper"]
    within = sum(
        ((values[np.array(classes) == k] - values[np.array(classes) == k].mean()) ** 2).sum() for k in set(classes)
    )
    assert result["GVF"] == near(1 - within / ((values - values.mean()) ** 2).sum())


def test_concentration_in_table_curve_and_numbers_agrees(run, region):
    result = run(
        "carbonconcentration", ZONES=region.zones(), EMISSION="emitted", POPULATION="population", GDP="gdp",
        PERMUTATIONS=99, OUTPUT="memory:", LORENZ="memory:", SUMMARY="memory:",
    )  # fmt: skip
    summary = {row["statistic"]: row["value"] for row in rows(result["SUMMARY"])}
    curves = rows(result["LORENZ"])
    for base, name in (("zones", "GINI"), ("population", "GINI_POPULATION"), ("gdp", "GINI_GDP")):
        own = [row for row in curves if row["base"] == base]
        x, y = (np.array([row[each] for row in own]) for each in ("base_share", "emission_share"))
        area = float(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum())
        assert (x[-1], y[-1]) == (near(1), near(1))
        assert 1 - 2 * area == near(result[name])
        assert summary[f"Gini against {base}"] == near(result[name])
    assert summary["Moran's I of emissions"] == near(result["MORAN_I"])
    assert result["ZONES_USED"] == sum(value is not None for value in column(result["OUTPUT"], "neighbours"))
    local = np.array(column(result["OUTPUT"], "lisa_i"))
    assert local.sum() == near(result["MORAN_I"] * (len(local) - 1))


def test_series_agrees_with_its_source_columns(run, region):
    first = region.zones(area_km2=[1.0] * ZONES, carbon_t=region.gdp, emission_t=region.emission)
    second = region.zones(area_km2=[1.0] * ZONES, carbon_t=region.population, emission_t=region.gdp)
    fields = {"carbon_t": (region.gdp, region.population), "emission_t": (region.emission, region.gdp)}
    result = run(
        "carbonbalanceseries", LAYERS=[first, second], DATES="2000; 2010", KEY="name", SUPPLY="carbon_t",
        DEMAND="emission_t", OUTPUT="memory:", CHANGES="memory:",
    )  # fmt: skip
    table, changes = rows(result["OUTPUT"]), rows(result["CHANGES"])
    assert result["DATE_COUNT"] == 2
    assert result["ZONES"] == ZONES
    for name, (before, after) in fields.items():
        assert sum(row[name] for row in table) == near(sum(before) + sum(after))
        assert sum(row[f"{name}_change"] for row in changes) == near(sum(after) - sum(before))


def test_correlation_and_regression_in_tables_and_numbers_agree(run, region):
    n = 40
    x, z = region.rng.normal(0, 1, n), region.rng.normal(0, 1, n)
    layer = squares({"y": (2 * x + region.rng.normal(0, 1, n)).tolist(), "x": x.tolist(), "z": z.tolist()})
    found = run(
        "factorcorrelation",
        INPUT=layer,
        VARIABLES=["y"],
        FACTORS=["x", "z"],
        CORRELATIONS="memory:",
        DETECTOR="memory:",
    )
    pearson = [row for row in rows(found["CORRELATIONS"]) if row["method"] == "pearson"]
    detector = rows(found["DETECTOR"])
    assert found["STRONGEST_R"] == near(max((row["r"] for row in pearson), key=abs))
    assert found["LARGEST_Q"] == near(max(row["q"] for row in detector))
    assert found["LARGEST_VIF"] == near(max(row["vif"] for row in detector))
    assert {row["rows"] for row in pearson} == {found["ROWS_USED"]} == {n}
    for row in detector:
        (own,) = [each["r"] for each in pearson if {each["variable_1"], each["variable_2"]} == {"y", row["factor"]}]
        assert (
            row["pearson_r"]
            == near(own)
            == near(float(np.corrcoef(column(layer, "y"), column(layer, row["factor"]))[0, 1]))
        )
    fitted = run(
        "geographicallyweightedregression", INPUT=layer, DEPENDENT=["y"], EXPLANATORY=["x"], OUTPUT="memory:",
        SUMMARY="memory:",
    )  # fmt: skip
    (model,) = [row for row in rows(fitted["SUMMARY"]) if row.get("aicc") == near(fitted["AICC"])]
    assert model["r2"] == near(fitted["R2"])
    y, residual = np.array(column(layer, "y")), np.array(column(fitted["OUTPUT"], "residual"))
    assert 1 - (residual**2).sum() / ((y - y.mean()) ** 2).sum() == pytest.approx(fitted["R2"], rel=1e-6)
