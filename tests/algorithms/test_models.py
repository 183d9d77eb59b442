"""The bundled models load completely and run from inputs to zones."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.land_cover.schemes import read_crosswalk
from gridded import make_raster
from layers import CENTRAL_YUNNAN, column
from planned_region import plan_inputs
from qgis.core import QgsProcessingModelAlgorithm
from scenario_runs import read

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "resources" / "sample"
MODELS = sorted((ROOT / "resources" / "models").glob("*.model3"))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_listed_resolves_all_steps_and_is_valid(provider, path):
    listed = provider.algorithm(path.stem)
    assert listed is not None
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(path))
    children = model.childAlgorithms().values()
    assert children
    assert all(child.algorithm() is not None for child in children)
    valid, problems = model.validate()
    assert valid, problems
    inputs = [definition for definition in model.parameterDefinitions() if not definition.isDestination()]
    assert all(definition.name() in listed.helpContent() for definition in inputs)
    assert all(definition.description() in listed.shortHelpString() for definition in inputs)


def test_regional_model_from_land_cover_to_zones(run):
    result = run(
        "regionalcarbonbalance",
        **CENTRAL_YUNNAN,
        **{"zoning:Zones": "memory:", "supply:Carbon by zone and class": "memory:"},
    )
    zones = result["zoning:Zones"]
    assert zones.featureCount() == 49
    # Henan's pools on the areas by class that the data's own description gives: 994 x 10^6 t.
    assert sum(column(zones, "carbon_t")) / 1e6 == pytest.approx(994.5, abs=0.5)
    assert result["supply:TOTAL_CARBON_T"] == pytest.approx(sum(column(zones, "carbon_t")), rel=1e-12)
    assert result["supply:MAPPED_KM2"] == pytest.approx(sum(column(zones, "mapped_km2")), rel=1e-12)
    by_class = column(result["supply:Carbon by zone and class"], "carbon_t")
    assert sum(by_class) == pytest.approx(result["supply:TOTAL_CARBON_T"], rel=1e-12)
    # 2020 census of the 49 counties, 21,953,810 persons, at 3.938 t each.
    assert result["demand:EMISSION_T"] == pytest.approx(sum(column(zones, "population_2020")) * 3.938)
    ratio = [d / s for d, s in zip(column(zones, "emission_t"), column(zones, "carbon_t"))]
    areas = [p / m for p, m in zip(column(zones, "emission_t"), column(zones, "demand_t_km2"))]
    assert column(zones, "ratio") == pytest.approx(ratio)
    assert sum(areas) == pytest.approx(111_338, rel=1e-3)
    assert set(Counter(column(zones, "zone"))) == {
        "low-carbon maintenance",
        "coordinated development",
        "carbon-sink development",
        "sequestration optimisation",
    }


@pytest.mark.parametrize(
    ("classes", "names"), [(5, {"sequestration optimisation"}), (3, {"zone 1", "zone 2", "zone 3"})]
)
def test_regional_model_takes_a_merge_rule_for_the_number_of_classes(run, classes, names):
    """A model hands on the default rule, which is one for seven classes, and that was refused."""
    result = run("regionalcarbonbalance", **CENTRAL_YUNNAN, CLASSES=classes, **{"zoning:Zones": "memory:"})
    assert set(column(result["zoning:Zones"], "class")) == set(range(1, classes + 1))
    assert names <= set(column(result["zoning:Zones"], "zone"))


def test_regional_model_writes_the_carbon_raster(run, tmp_path):
    target = tmp_path / "density.tif"
    run(
        "regionalcarbonbalance",
        **CENTRAL_YUNNAN,
        **{"zoning:Zones": "memory:", "storage:Carbon density": str(target)},
    )
    assert target.exists()


def test_coefficient_model_gives_the_published_sec_and_quadrants(run):
    result = run(
        "coefficientbalance",
        ZONES=str(SAMPLE / "guiyang.geojson"),
        EMISSION="emission_2015_1e4t",
        EMISSION_UNIT="10^4 t",
        SINK="sink_2015_1e4t",
        SINK_UNIT="10^4 t",
        EEC="published_eec_2015",
        PRESET="guiyang",
        **{"zoning:Zones": "memory:"},
    )
    zones = dict(zip(column(result["zoning:Zones"], "name"), column(result["zoning:Zones"], "zone")))
    assert [round(value, 2) for value in column(result["zoning:Zones"], "sec")] == [0.48, 1.52, 1.6, 1.5, 2.86]
    assert zones["Municipal district"] == "carbon intensity control"
    assert zones["Xiuwen"] == "carbon budget balance"
    assert zones["Qingzhen"] == zones["Xifeng"] == zones["Kaiyang"] == "carbon sink function"
    assert result["balance:EEC_GAP"] == pytest.approx(0.0936, abs=5e-5)


def test_regional_model_accepts_emissions_and_makes_report_and_sheets_on_request(run, tmp_path):
    given = {name: value for name, value in CENTRAL_YUNNAN.items() if name not in ("POPULATION", "PER_PERSON")}
    asked = {"zoning:Zones": "memory:", "report:Report": str(tmp_path / "report.html"), "sheets:Map sheets": ""}
    # The population stands for emissions in 10^4 t.
    emissions = {"EMISSION": "population_2020", "EMISSION_UNIT": "10^4 t", "TITLE": "Central Yunnan"}
    result = run("regionalcarbonbalance", **given, **emissions, **asked)
    zones = result["zoning:Zones"]
    assert column(zones, "emission_t") == pytest.approx([1e4 * each for each in column(zones, "population_2020")])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<title>Central Yunnan" in page and "Wuhua" in page
    # The report has the table by class, though the model's user did not ask for it.
    assert "Supply by land-cover class" in page
    # What is not asked for is not made: neither sheets nor the raster.
    assert not {name for name in result if name.startswith(("sheets", "storage"))}
    run("regionalcarbonbalance", **given, **emissions, **{**asked, "sheets:Map sheets": str(tmp_path / "sheets")})
    assert (tmp_path / "sheets" / "zone.pdf").is_file() and (tmp_path / "sheets" / "ratio.png").is_file()


def test_a_copy_of_the_regional_model_runs_without_report_and_sheets(provider, tmp_path):
    """QGIS runs every step of a user's model, including those without requested outputs."""
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    assert provider.algorithm("regionalcarbonbalance").create().toFile(str(tmp_path / "mine.model3"))
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(tmp_path / "mine.model3"))
    given = {**CENTRAL_YUNNAN, "zoning:Zones": "memory:"}
    defaults = {
        each.name(): each.defaultValue() for each in model.parameterDefinitions() if each.defaultValue() is not None
    }
    _, done = model.run({**defaults, **given}, QgsProcessingContext(), QgsProcessingFeedback(False))
    assert done


def test_an_unknown_parameter_name_of_a_model_gives_a_warning(run):
    """qgis_process ignores unknown names without a message, so that an output would be missing."""
    given = {"ZONES": str(SAMPLE / "guiyang.geojson"), "EMISSION": "emission_2015_1e4t", "SINK": "sink_2015_1e4t",
             "EEC": "published_eec_2015", "zoning:Zones": "memory:"}  # fmt: skip
    assert not any("has no parameter" in each for each in run("coefficientbalance", **given)["notes"].warned)
    said = run("coefficientbalance", **given, **{"zoning:Zone": "a.gpkg"})["notes"].warned
    assert any("has no parameter called zoning:Zone (did you mean zoning:Zones?)" in each for each in said)


def test_grid_model_keeps_the_sums_of_emission_and_storage(run, tmp_path):
    weights = np.random.default_rng(1).lognormal(3, 1, (190, 210))
    path = make_raster(tmp_path / "lights.tif", weights, (99.8, 0.03, 0, 27.5, 0, -0.03), "EPSG:4326", nodata=-1)
    result = run(
        "gridcarbonbalance",
        ZONES=str(SAMPLE / "central_yunnan.geojson"),
        EMISSION="population_2020",
        WEIGHTS=str(path),
        CELL_SIZE=10_000,
        GRID_CRS="PROJ:+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84",
        LAND_COVER=str(SAMPLE / "central_yunnan_land_cover_2019.tif"),
        PRESET="henan",
        SCHEME="igbp",
        INDEX="ESDR",
        **{"balance:Grid": "memory:"},
    )
    grid = result["balance:Grid"]
    emission, carbon = (column(grid, name) for name in ("emission_t", "carbon_t"))
    # The 49 counties have 111,338 km2 and 21,953,810 persons: one cell a 100 km2, not a person lost.
    assert 1050 < grid.featureCount() < 1250
    assert math.fsum(emission) == pytest.approx(21_953_810, rel=1e-9)
    assert result["demand:EMISSION_T"] == 21_953_810
    assert sum(value or 0 for value in carbon) / 1e6 == pytest.approx(994.5, rel=0.02)
    assert result["supply:TOTAL_CARBON_T"] == pytest.approx(sum(value or 0 for value in carbon))
    # ESDR: from the highest of S and D per km2, each cell 100 km2 but for the ellipsoid's last per mille.
    known = [(s / 100, d / 100) for s, d in zip(carbon, emission) if s is not None]
    scale = (max(s for s, _ in known) + max(d for _, d in known)) / 2
    ratio = [value for value in column(grid, "ratio") if value is not None]
    assert ratio == pytest.approx([(s - d) / scale for s, d in known], rel=0.01, abs=1e-3)


def test_plan_model_from_budget_to_the_zones_after_the_plan(run, tmp_path):
    """Identities of the workflow: sums of compensation, flows, the simulated plan, sinks before and after."""
    given = plan_inputs(tmp_path)
    result = run(
        "carbonplan",
        **given,
        **{
            "compensation_plan:Zones": "memory:",
            "flow:Flow lines": "memory:",
            "plan:Plan by class": "memory:",
            "plan:Plan by transition": "memory:",
            "plan:Binding constraints": "memory:",
            "future:Land cover of the plan": str(tmp_path / "future.tif"),
        },
    )
    zones = result["compensation_plan:Zones"]
    assert zones.featureCount() == 49
    # The plan is met exactly, and its sink is that of the simulated land cover.
    plan = result["plan:Plan by class"]
    future, now = read(tmp_path / "future.tif"), read(given["LAND_COVER"])
    codes = column(plan, "code")
    assert [(future == code).sum() for code in codes] == column(plan, "cells")
    assert result["future:MISSING_HA"] == 0
    by_transition = result["plan:Plan by transition"]
    flows = list(zip(*(column(by_transition, name) for name in ("from_code", "to_code", "cells"))))
    assert [((now == start) & (future == end)).sum() for start, end, _ in flows] == [cells for *_, cells in flows]
    changed = sum(cells for start, end, cells in flows if start != end)
    cell_ha = column(plan, "area_ha")[0] / column(plan, "cells")[0]
    assert result["plan:CHANGED_HA"] == pytest.approx(changed * cell_ha)
    assert result["future:CHANGED_CELLS"] == changed
    # The guiyang coefficients by class: cropland 1.16, forest 3.55, grassland 0.021, water 2.56 t/ha.
    classes = dict(zip(read_crosswalk("igbp").codes.tolist(), read_crosswalk("igbp").classes.tolist()))
    sink = {1: 1.16, 2: 3.55, 3: 0.021, 4: 2.56, 5: 0, 6: 0}
    planned = sum(sink[classes[code]] * area for code, area in zip(codes, column(plan, "area_ha")))
    assert result["plan:AIM_PLAN"] == pytest.approx(planned)
    assert result["plan:AIM_PLAN"] > result["plan:AIM_NOW"]
    # By zone areas are ellipsoidal and the plan takes the mean cell, which differ by less than 0.1 %.
    assert result["sink:TOTAL_SINK_T"] == pytest.approx(result["plan:AIM_NOW"], rel=1e-3)
    assert result["sink_plan:TOTAL_SINK_T"] == pytest.approx(result["plan:AIM_PLAN"], rel=1e-3)
    assert sum(column(zones, "sink_t")) == pytest.approx(result["sink:TOTAL_SINK_T"])
    assert sum(column(zones, "sink_t_plan")) == pytest.approx(result["sink_plan:TOTAL_SINK_T"])
    # Payments equal receipts before and after, and the flows serve them.
    for step, suffix in (("compensation", ""), ("compensation_plan", "_plan")):
        assert result[f"{step}:COMPENSATION_GAP_T"] == pytest.approx(0, abs=1e-6)
        assert sum(column(zones, f"budget_t{suffix}")) == pytest.approx(result[f"{step}:NET_EMISSION_T"])
        roles = Counter(column(zones, f"role{suffix}"))
        assert roles["pays"] == result[f"{step}:PAYERS"] and roles["receives"] == result[f"{step}:RECEIVERS"]
        assert result[f"{step}:PAID_T"] == pytest.approx(result[f"{step}:RECEIVED_T"])
    lines = column(result["flow:Flow lines"], "flow_t")
    assert sum(lines) == pytest.approx(result["flow:FLOW_T"]) == pytest.approx(result["compensation:PAID_T"])
    assert result["flow:SURPLUS_T"] == pytest.approx(result["flow:DEFICIT_T"])
    assert result["flow:LEFT_T"] == pytest.approx(0, abs=1e-6)
    # The whole gain of the sink lowers net emissions.
    gain = result["sink_plan:TOTAL_SINK_T"] - result["sink:TOTAL_SINK_T"]
    lowered = result["compensation:NET_EMISSION_T"] - result["compensation_plan:NET_EMISSION_T"]
    assert lowered == pytest.approx(gain, rel=1e-3)
