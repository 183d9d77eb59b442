"""Outputs of one run agree: parts and totals, zones and rasters, numbers, tables and log.

Every pair is held together on random regions of six zones that tile the raster, with gaps in the land cover.
"""

from __future__ import annotations

import numpy as np
import pytest
from agreement import near, rows, text_of, told
from layers import column, squares
from rasters import read_raster
from zoned_region import CELL_HA, ROWS, ZONES


@pytest.fixture
def region(zoned_region):
    return zoned_region


def test_storage_by_class_zone_cell_and_in_total_agrees(run, region, tmp_path):
    given = {"LAND_COVER": region.first_path, "PRESET": "henan"}
    report = tmp_path / "report.html"
    whole = run("carbonstorage", **given, OUTPUT=str(tmp_path / "c.tif"), CLASSES="memory:", REPORT=str(report))
    total, area = whole["TOTAL_CARBON_T"], whole["AREA_HA"]
    assert area == near((region.first > 0).sum() * CELL_HA)
    assert whole["MEAN_DENSITY_T_HA"] == near(total / area)
    assert sum(column(whole["CLASSES"], "carbon_t")) == near(total)
    assert sum(column(whole["CLASSES"], "area_ha")) == near(area)
    assert np.nansum(read_raster(whole["OUTPUT"])) * CELL_HA == pytest.approx(total, rel=1e-6)
    cells = run("carbonstorage", **given, UNIT="t_per_cell", OUTPUT=str(tmp_path / "cells.tif"))
    assert np.nansum(read_raster(cells["OUTPUT"])) == pytest.approx(total, rel=1e-6)
    for said in (told(whole), text_of(report)):
        assert f"{total:,.0f} t of carbon on {area:,.2f} ha" in said
    for rule in ("cell_centre", "exact_fraction"):
        by_zone = run(
            "zonalcarbonsupply", **given, ZONES=region.zones(), CELL_RULE=rule, OUTPUT="memory:", CLASSES="memory:"
        )
        zones, table = rows(by_zone["OUTPUT"]), rows(by_zone["CLASSES"])
        assert by_zone["TOTAL_CARBON_T"] == near(total)
        assert by_zone["MAPPED_KM2"] == near(area / 100)
        assert by_zone["OUTSIDE_HA"] == near(0)
        assert sum(zone["carbon_t"] for zone in zones) == near(total)
        assert sum(zone["carbon_share"] for zone in zones) == near(1)
        for zone in zones:
            own = [row for row in table if row["zone_name"] == zone["name"]]
            assert sum(row["carbon_t"] for row in own) == near(zone["carbon_t"])
            assert sum(row["area_ha"] for row in own) == near(100 * zone["mapped_km2"])
            assert zone["carbon_t_km2"] == near(zone["carbon_t"] / zone["mapped_km2"])
        for code, carbon in zip(column(whole["CLASSES"], "code"), column(whole["CLASSES"], "carbon_t")):
            assert sum(row["carbon_t"] for row in table if row["code"] == code) == near(carbon)


def test_change_is_the_difference_of_two_storages_in_every_table(run, region, tmp_path):
    names = ("CLASSES", "TRANSITIONS", "MATRIX_HA", "MATRIX_CARBON", "ZONE_CLASSES", "ZONE_TRANSITIONS", "OUTPUT")
    given = {"LAND_COVER": region.first_path, "LAND_COVER_LATER": region.later_path, "PRESET": "henan"}
    price = {"PRICE": 50, "YEAR": 2000, "YEAR_LATER": 2020}
    result = run(
        "carbonstoragechange", **given, **price, ZONES=region.zones(), **dict.fromkeys(names, "memory:"),
        **{name: str(tmp_path / f"{name}.tif") for name in ("CHANGE", "BASELINE", "ALTERNATE", "VALUE")},
    )  # fmt: skip
    net, area = result["NET_T"], result["AREA_HA"]
    both = (region.first > 0) & (region.later > 0)
    assert area == near(both.sum() * CELL_HA)
    assert result["EARLIER_ONLY_HA"] == near(((region.first > 0) & ~both).sum())
    assert result["LATER_ONLY_HA"] == near(((region.later > 0) & ~both).sum())
    assert result["CARBON_END_T"] - result["CARBON_START_T"] == near(net)
    assert result["GAIN_T"] + result["LOSS_T"] == near(net)
    for path, expected in (("BASELINE", "CARBON_START_T"), ("ALTERNATE", "CARBON_END_T"), ("CHANGE", "NET_T")):
        assert np.nansum(read_raster(result[path])) == pytest.approx(result[expected], rel=1e-5, abs=1e-3)
    assert np.nansum(read_raster(result["VALUE"])) == pytest.approx(result["NET_VALUE"], rel=1e-5, abs=1e-3)
    classes, transitions, zones = (rows(result[name]) for name in ("CLASSES", "TRANSITIONS", "OUTPUT"))
    for table in (classes, zones, rows(result["ZONE_CLASSES"])):
        assert sum(row["carbon_start_t"] for row in table) == near(result["CARBON_START_T"])
        assert sum(row["carbon_end_t"] for row in table) == near(result["CARBON_END_T"])
        assert sum(row["carbon_gain_t"] for row in table) == near(result["GAIN_T"])
        assert sum(row["carbon_loss_t"] for row in table) == near(result["LOSS_T"])
    assert sum(row["carbon_change_t"] for row in zones) == near(net)
    for table in (transitions, rows(result["ZONE_TRANSITIONS"])):
        assert sum(row["area_ha"] for row in table) == near(area)
        assert sum(row["carbon_change_t"] for row in table) == near(net)
    assert sum(column(result["MATRIX_HA"], "total_ha")) == near(area)
    assert sum(column(result["MATRIX_CARBON"], "total_t")) == near(net)
    assert sum(row["mapped_km2"] for row in zones) == near(area / 100)
    assert sum(row["change_value"] for row in zones) == near(result["NET_VALUE"])
    stored = [
        run("carbonstorage", LAND_COVER=region.raster(name, np.where(both, cells, 0), 0), PRESET="henan")
        for name, cells in (("a", region.first), ("b", region.later))
    ]
    assert stored[1]["TOTAL_CARBON_T"] - stored[0]["TOTAL_CARBON_T"] == near(net)


def test_sink_by_zone_class_raster_and_area_fields_agrees(run, region):
    given = {"PRESET": "guiyang", "OUTPUT": "memory:", "CLASSES": "memory:"}
    result = run("annualcarbonsink", ZONES=region.zones(), LAND_COVER=region.first_path, **given)
    areas = {
        f"area_{code}_ha": [float((region.first[:, 10 * at : 10 * at + 10] == code).sum()) for at in range(ZONES)]
        for code in (1, 2, 3)
    }
    by_field = run("annualcarbonsink", ZONES=region.zones(**areas), AREA_FIELDS=list(areas), **given)
    for each in (result, by_field):
        sinks, table = column(each["OUTPUT"], "sink_t"), rows(each["CLASSES"])
        assert sum(sinks) == near(each["TOTAL_SINK_T"])
        assert sum(row["sink_t"] for row in table) == near(each["TOTAL_SINK_T"])
        area = sum(row["area_ha"] for row in table)
        assert each["MEAN_SINK_T_HA"] == near(each["TOTAL_SINK_T"] / area)
        assert f"{each['TOTAL_SINK_T']:,.0f} t taken up per year" in told(each)
    built = run("annualcarbonsink", ZONES=region.zones(), LAND_COVER=region.first_path, NODATA_CODES="5", **given)
    assert built["TOTAL_SINK_T"] == near(by_field["TOTAL_SINK_T"])


def test_sink_of_area_fields_with_an_unknown_class(run, region):
    """A zone without the area of a class has no sink and is left out of totals and of rows by class."""
    areas = {f"area_{code}_ha": [100.0 * code + at for at in range(ZONES)] for code in (1, 2, 3)}
    areas["area_2_ha"][1] = None
    given = {"AREA_FIELDS": list(areas), "PRESET": "guiyang", "OUTPUT": "memory:", "CLASSES": "memory:"}
    result = run("annualcarbonsink", ZONES=region.zones(**areas), **given)
    sinks, table = column(result["OUTPUT"], "sink_t"), rows(result["CLASSES"])
    assert [at for at, sink in enumerate(sinks) if sink is None] == [1]
    assert sum(filter(None, sinks)) == near(result["TOTAL_SINK_T"])
    assert sum(row["sink_t"] or 0 for row in table) == near(result["TOTAL_SINK_T"])
    area = sum(values[at] for values in areas.values() for at in range(ZONES) if at != 1)
    assert result["MEAN_SINK_T_HA"] == near(result["TOTAL_SINK_T"] / area)
    (said,) = [each for each in result["notes"].warned if "The area of a class is NULL in 1 zone(s)" in each]
    assert "row 2" in said


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


def test_transitions_demand_and_matrix_agree(run, region):
    years = {"YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2030}
    given = {"LAND_COVER": region.first_path, "LAND_COVER_LATER": region.later_path, **years}
    result = run("landusetransition", **given, **dict.fromkeys(("DEMAND", "TRANSITIONS", "MATRIX"), "memory:"))
    demand, flows, matrix = (rows(result[name]) for name in ("DEMAND", "TRANSITIONS", "MATRIX"))
    both = (region.first > 0) & (region.later > 0)
    assert result["AREA_HA"] == near(both.sum())
    assert sum(row["area_ha"] for row in matrix) == near(result["AREA_HA"])
    changed = sum(row["area_ha"] for row in matrix if row["from_code"] != row["to_code"])
    assert changed == near(result["CHANGED_HA"]) == near((both & (region.first != region.later)).sum())
    assert result["CHANGED_SHARE"] == near(changed / result["AREA_HA"])
    today = (region.later > 0).sum()
    for year in {row["year"] for row in demand}:
        own = [row for row in demand if row["year"] == year]
        assert sum(row["area_ha"] for row in own) == near(today * CELL_HA)
        assert sum(row["share"] for row in own) == near(1)
        assert sum(int(row["cells"]) for row in own) == today
        for row in own:
            arriving = sum(f["area_ha"] for f in flows if f["year"] == year and f["to_code"] == row["code"])
            assert arriving == near(row["area_ha"])
    for code in {row["from_code"] for row in matrix}:
        assert sum(row["probability"] for row in matrix if row["from_code"] == code) == near(1)


def test_accuracy_in_map_table_and_numbers_agrees(run, region, tmp_path):
    simulated = np.where(region.rng.random(region.first.shape) < 0.1, 2, region.later).astype(np.uint8)
    simulated[region.later == 0] = 0
    result = run(
        "simulationaccuracy", LAND_COVER=region.first_path, REFERENCE=region.later_path,
        SIMULATED=region.raster("simulated", simulated, 0), OUTPUT=str(tmp_path / "map.tif"), MEASURES="memory:",
        CLASSES="memory:",
    )  # fmt: skip
    cells = read_raster(result["OUTPUT"])
    kinds = {code: int((cells == code).sum()) for code in range(1, 6)}
    names = {1: "HITS", 2: "MISSES", 3: "FALSE_ALARMS", 4: "WRONG_HITS"}
    assert {name: result[name] for name in names.values()} == {name: kinds[code] for code, name in names.items()}
    valid = (region.first > 0) & (region.later > 0)
    assert sum(kinds.values()) == valid.sum()
    assert result["OVERALL_ACCURACY"] == near((simulated == region.later)[valid].mean())
    assert result["FIGURE_OF_MERIT"] == near(kinds[1] / (kinds[1] + kinds[2] + kinds[3] + kinds[4]))
    assert result["QUANTITY"] + result["ALLOCATION"] == near(1 - result["OVERALL_ACCURACY"])
    assert result["EXCHANGE"] + result["SHIFT"] == near(result["ALLOCATION"])
    measures = {(row["model"], row["measure"]): row["value"] for row in rows(result["MEASURES"])}
    for name in ("OVERALL_ACCURACY", "KAPPA", "QUANTITY", "ALLOCATION"):
        assert measures["simulation", name.lower()] == near(result[name])
    assert measures["null model", "overall_accuracy"] == near(result["NULL_OVERALL_ACCURACY"])
    assert measures["simulation", "figure_of_merit"] == near(result["FIGURE_OF_MERIT"])
    assert f"Figure of merit {result['FIGURE_OF_MERIT']:.4f}." in told(result)


def test_simulation_in_map_steps_and_history_agrees(run, region, tmp_path):
    slope = region.raster("slope", np.indices(region.first.shape)[1].astype(np.float32))
    suits = run(
        "landusesuitability", LAND_COVER=region.later_path, DRIVERS=[slope], NETWORKS=1, SAMPLES=400, ITERATIONS=10,
        OUTPUT=str(tmp_path / "s.tif"), CLASSES="memory:",
    )  # fmt: skip
    assert sum(column(suits["CLASSES"], "share")) == near(1)
    assert suits["CELLS_WITHOUT"] == 0
    wanted = squares({"code": [1, 2, 3, 5], "share": [0.35, 0.3, 0.2, 0.15]}, geometry=False)
    result = run(
        "landusesimulation", LAND_COVER=region.later_path, SUITABILITY=suits["OUTPUT"], DEMAND=wanted,
        UNREACHABLE="nearest", OUTPUT=str(tmp_path / "o.tif"), STEPS="memory:", HISTORY="memory:",
    )  # fmt: skip
    cells = read_raster(result["OUTPUT"])
    steps, history = rows(result["STEPS"]), rows(result["HISTORY"])
    last = [row for row in history if row["iteration"] == -1]
    for row in steps:
        assert row["cells"] == (cells == row["code"]).sum()
        assert row["area_ha"] == near(row["cells"] * CELL_HA)
        assert [each["cells"] for each in last if each["code"] == row["code"]] == [row["cells"]]
    missing = sum(max(row["demand_cells"] - row["cells"], 0) for row in steps)
    assert result["MISSING_HA"] == near(missing * CELL_HA)
    assert sum(row["cells"] for row in steps) == (region.later > 0).sum()


def test_mean_of_uncertainty_agrees_with_storage(run, region):
    given = {"LAND_COVER": region.first_path, "PRESET": "henan"}
    total = run("carbonstorage", **given)["TOTAL_CARBON_T"]
    result = run(
        "carbonuncertainty", **given, CV=15, DRAWS=4000, ZONES=region.zones(), OUTPUT="memory:", SUMMARY="memory:"
    )
    assert result["MEAN_T"] == pytest.approx(total, rel=0.01)
    assert result["LOW_T"] < total < result["HIGH_T"]
    assert result["SD_T"] == pytest.approx(result["SD_CLOSED_T"], rel=0.06)
    assert sum(column(result["OUTPUT"], "carbon_mean_t")) == near(result["MEAN_T"])


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
