"""Outputs of one run agree, for compensation, flows, land-use emission, plans, production and scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import near, rows, text_of, told
from layers import column
from rasters import read_raster
from zoned_region import CELL_HA, ZONES

# Sinks as parts of the emissions: two zones take up more than they emit.
PARTS = np.array([0.1, 0.5, 1.5, 0.2, 0.1, 1.3])


@pytest.fixture
def region(zoned_region):
    return zoned_region


def test_compensation_paid_equals_compensation_received(run, region, tmp_path):
    sinks = (PARTS * region.emission).tolist()
    zones, report = region.zones(sink=sinks), tmp_path / "r.html"
    given = {"ZONES": zones, "EMISSION": "emitted", "SINK": "sink", "PRICE": 50, "REPORT": str(report)}
    for baseline in ("area", "person", "gdp"):
        more = {"BASELINE": baseline, "POPULATION": "population", "GDP": "gdp"}
        result = run("carboncompensation", **given, **more, OUTPUT="memory:")
        table = rows(result["OUTPUT"])
        net = [row["emitted"] - row["sink"] for row in table]
        assert [row["budget_t"] for row in table] == pytest.approx(net)
        assert result["NET_EMISSION_T"] == near(sum(net)) == near(sum(row["baseline_t"] for row in table))
        excess = [row["excess_t"] for row in table]
        assert excess == pytest.approx([row["budget_t"] - row["baseline_t"] for row in table])
        assert result["PAID_T"] == near(sum(each for each in excess if each > 0)) == near(result["RECEIVED_T"])
        assert result["RECEIVED_T"] == near(-sum(each for each in excess if each < 0))
        assert [row["compensation"] for row in table] == pytest.approx([50 * each for each in excess])
        assert result["PAID"] == near(50 * result["PAID_T"])
        roles = [row["role"] for row in table]
        assert (roles.count("pays"), roles.count("receives")) == (result["PAYERS"], result["RECEIVERS"])
        said = f"{result['PAYERS']} zone(s) pay for {result['PAID_T']:,.0f} t a year"
        assert said in told(result) and said in text_of(report)


@pytest.mark.parametrize("method", ["least_distance", "gravity"])
def test_flows_by_line_zone_and_in_total_agree(run, region, method):
    balance = ((1 - PARTS) * region.emission).tolist()
    zones = region.zones(budget_t=balance)
    given = {"ZONES": zones, "AMOUNT": "budget_t", "METHOD": method, "OUTPUT": "memory:", "FLOWS": "memory:"}
    result = run("carbonserviceflow", **given)
    lines, table = rows(result["FLOWS"]), rows(result["OUTPUT"])
    surplus, deficit = (sum(max(sign * each, 0) for each in balance) for sign in (-1, 1))
    assert (result["SURPLUS_T"], result["DEFICIT_T"]) == (near(surplus), near(deficit))
    assert result["FLOW_T"] == near(min(surplus, deficit)) == near(sum(line["flow_t"] for line in lines))
    assert result["FLOW_COUNT"] == len(lines)
    assert result["LEFT_T"] == near(surplus - deficit) == near(sum(row["left_t"] for row in table))
    for row in table:
        assert row["outflow_t"] == near(sum(line["flow_t"] for line in lines if line["from_zone"] == row["name"]))
        assert row["inflow_t"] == near(sum(line["flow_t"] for line in lines if line["to_zone"] == row["name"]))
        assert row["left_t"] == near(-row["budget_t"] - row["outflow_t"] + row["inflow_t"])
    if lines:
        weighted = sum(line["flow_t"] * line["distance_km"] for line in lines) / result["FLOW_T"]
        assert result["MEAN_DISTANCE_KM"] == near(weighted)


def test_land_use_emission_by_class_zone_and_in_total_agrees(run, region, tmp_path):
    report = tmp_path / "r.html"
    given = {"ZONES": region.zones(), "LAND_COVER": region.first_path, "OUTPUT": "memory:", "CLASSES": "memory:"}
    result = run("landuseemission", **given, REPORT=str(report))
    zones, classes = rows(result["OUTPUT"]), rows(result["CLASSES"])
    net = result["NET_EMISSION_T_C"]
    assert sum(row["net_emission_t_c"] for row in zones) == near(net)
    assert sum(row["net_emission_t_c"] for row in classes) == near(net)
    assert result["GROSS_EMISSION_T_C"] - result["UPTAKE_T_C"] == near(net)
    assert sum(row["area_ha"] for row in classes) == near((region.first > 0).sum() * CELL_HA)
    for row in zones:
        own = [each for each in classes if each["zone_name"] == row["name"]]
        assert sum(each["net_emission_t_c"] for each in own) == near(row["net_emission_t_c"])
        assert row["gross_emission_t_c"] - row["uptake_t_c"] == near(row["net_emission_t_c"])
        assert row["footprint_pressure"] == near(row["gross_emission_t_c"] / row["uptake_t_c"])
        assert sum(each["area_ha"] for each in own) == near(100 * CELL_HA * row["coverage_share"])
    assert "Net emission of land use of all zones:" in told(result)
    totals = [result[name] for name in ("GROSS_EMISSION_T_C", "UPTAKE_T_C")]
    assert {f"{each:.3f}".rstrip("0").rstrip(".") for each in totals} <= set(text_of(report).split())
    shares = [f"{100 * row['coverage_share']:.2f}" for row in zones]
    assert set(shares) <= set(text_of(report).split())
    plan = run("landuseoptimisation", LAND_COVER=region.first_path, AIM="emission", DEMAND="memory:")
    assert plan["AIM_NOW"] == near(net)


def test_areas_changes_and_numbers_of_a_plan_agree(run, region):
    result = run("landuseoptimisation", LAND_COVER=region.first_path, DEMAND="memory:", TRANSITIONS="memory:")
    demand, changes = rows(result["DEMAND"]), rows(result["TRANSITIONS"])
    codes, cells = np.unique(region.first[region.first > 0], return_counts=True)
    assert [row["code"] for row in demand] == codes.tolist()
    assert [row["area_now_ha"] for row in demand] == pytest.approx(cells * CELL_HA)
    assert sum(row["area_ha"] for row in demand) == near(cells.sum() * CELL_HA)
    assert sum(row["change_ha"] for row in demand) == near(0)
    assert sum(row["share"] for row in demand) == near(1)
    changed = sum(row["area_ha"] for row in changes if row["from_code"] != row["to_code"])
    assert result["CHANGED_HA"] == near(changed)
    for row in demand:
        assert row["min_ha"] <= row["area_ha"] <= row["max_ha"]
        assert row["cells"] * CELL_HA == near(row["area_ha"]) == near(row["area_now_ha"] + row["change_ha"])
        leaving, arriving = (
            sum(each["area_ha"] for each in changes if each[side] == row["code"]) for side in ("from_code", "to_code")
        )
        assert (leaving, arriving) == (near(row["area_now_ha"]), near(row["area_ha"]))


def test_production_by_cell_zone_and_in_total_agrees(run, region, tmp_path):
    npp, rh = (region.raster(name, region.rng.uniform(100, 900, region.first.shape)) for name in ("npp", "rh"))
    result = run("netecosystemproduction", NPP=[npp], RH=[rh], OUTPUT=str(tmp_path / "nep.tif"))
    cells = read_raster(result["OUTPUT"])
    t_per_g_m2 = CELL_HA / 100
    assert result["NPP_T"] == pytest.approx(read_raster(npp).sum() * t_per_g_m2, rel=1e-6)
    assert result["NPP_T"] - result["RH_T"] == near(result["NEP_T"])
    assert result["NEP_T"] == pytest.approx(cells.sum() * t_per_g_m2, rel=1e-5)
    assert result["MEAN_NEP_G_M2"] == pytest.approx(cells.mean(), rel=1e-5)
    assert result["SINK_HA"] == (cells > 0).sum() * CELL_HA
    assert result["AREA_HA"] == cells.size * CELL_HA
    by_zone = run(
        "zonalcarbonsupply", ZONES=region.zones(), CARBON=result["OUTPUT"], CARBON_BASIS="flow", CARBON_UNIT="g/m2",
        OUTPUT="memory:", CLASSES="memory:",
    )  # fmt: skip
    zones = rows(by_zone["OUTPUT"])
    assert by_zone["TOTAL_SINK_T"] == pytest.approx(result["NEP_T"], rel=1e-5)
    assert sum(row["sink_t"] for row in zones) == near(by_zone["TOTAL_SINK_T"])
    assert sum(column(by_zone["CLASSES"], "sink_t")) == near(by_zone["TOTAL_SINK_T"])
    assert by_zone["MEAN_SINK_T_HA"] == near(by_zone["TOTAL_SINK_T"] / (100 * by_zone["MAPPED_KM2"]))
    for at, row in enumerate(zones):
        assert row["sink_t"] == pytest.approx(cells[:, 10 * at : 10 * at + 10].sum() * t_per_g_m2, rel=1e-5)
        assert row["sink_t_ha"] == near(row["sink_t"] / (100 * row["mapped_km2"]))


def test_zones_by_several_indices_and_their_members_agree(run, region):
    fields = {"FIELDS": ["gdp", "emitted"], "CLUSTERS": 2, "OUTPUT": "memory:", "TABLE": "memory:"}
    result = run("multiindexzoning", ZONES=region.zones(), **fields)
    zones, members = rows(result["OUTPUT"]), rows(result["TABLE"])
    assert result["CLUSTER_COUNT"] == len(members) == len({row["zone"] for row in zones})
    assert sum(row["count"] for row in members) == ZONES - result["UNZONED"]
    for each in members:
        own = [row["name"] for row in zones if row["class"] == each["class"]]
        assert (each["members"], each["count"]) == (", ".join(own), len(own))
    assert result["MEAN_SILHOUETTE"] == near(np.mean([row["silhouette"] for row in zones]))
    assert result["UNSTABLE"] == sum(row["stability"] < 1 for row in zones)
    scores = np.stack([column(result["OUTPUT"], name) for name in ("gdp", "emitted")], axis=1)
    scores = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    kept = np.array(column(result["OUTPUT"], "class"))
    within = sum(((scores[kept == k] - scores[kept == k].mean(axis=0)) ** 2).sum() for k in set(kept.tolist()))
    assert result["WITHIN"] == near(within)


def test_centres_and_their_shift_agree(run, region):
    given = {"ZONES": region.zones(), "AMOUNTS": ["gdp", "emitted"], "OUTPUT": "memory:", "SHIFTS": "memory:"}
    result = run("carboncentre", **given)
    centres, (shift,) = rows(result["OUTPUT"]), rows(result["SHIFTS"])
    assert [row["amount"] for row in centres] == [near(sum(region.gdp)), near(sum(region.emission))]
    moved = [centres[1][name] - centres[0][name] for name in ("x_m", "y_m")]
    assert [1000 * shift["east_km"], 1000 * shift["north_km"]] == pytest.approx(moved, abs=0.01)
    assert shift["distance_km"] == near(np.hypot(shift["east_km"], shift["north_km"])) == near(result["SHIFT_KM"])
    assert shift["azimuth_deg"] == near(np.degrees(np.arctan2(shift["east_km"], shift["north_km"])) % 360)
    assert shift["azimuth_deg"] == near(result["SHIFT_DEG"])
    assert result["SHIFT_SENTENCE"] in told(result)


def test_sinks_and_their_uncertainty_agree(run, region):
    given = {"ZONES": region.zones(), "LAND_COVER": region.first_path, "PRESET": "guiyang", "OUTPUT": "memory:"}
    sink = run("annualcarbonsink", **given)
    result = run("sinkuncertainty", **given, CV=15, DRAWS=4000, SUMMARY="memory:")
    zones, summary = rows(result["OUTPUT"]), rows(result["SUMMARY"])
    assert result["SINK_MEAN_T"] == pytest.approx(sink["TOTAL_SINK_T"], rel=0.01)
    assert result["SINK_LOW_T"] < sink["TOTAL_SINK_T"] < result["SINK_HIGH_T"]
    assert sum(row["sink_mean_t"] for row in zones) == near(result["SINK_MEAN_T"])
    assert result["SINK_SD_T"] == pytest.approx(result["SINK_SD_CLOSED_T"], rel=0.06)
    assert summary[-1]["zone_name"] == "all" and summary[-1]["sink_sd_t"] == near(result["SINK_SD_T"])
    for row, known in zip(zones, column(sink["OUTPUT"], "sink_t")):
        assert row["sink_mean_t"] == pytest.approx(known, rel=0.02)
        (own,) = [each for each in summary if each["zone_name"] == row["name"]]
        for name in ("sink_mean_t", "sink_sd_t", "sink_low_t", "sink_high_t"):
            assert own[name] == near(row[name])
    shares = [result[f"VARIANCE_{name}"] for name in ("COEFFICIENTS", "AREAS", "JUDGEMENT")]
    assert sum(shares) == pytest.approx(1, abs=0.05)
