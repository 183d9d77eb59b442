"""Results do not depend on explicit defaults, row order, blocks, threads or units of inputs."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.writing import assembled_file, block_output
from layers import column, run_algorithm
from qgis.core import QgsVectorLayer
from rasters import read_raster
from small_recipes import NET, recipe, supply
from zoned_region import ZONES, Region

# Algorithms whose inputs are not these, each with the tests that hold its defaults and its order together.
ELSEWHERE = {
    "copymodels": "tests/algorithms/test_copy_models.py: copies files",
    "loadsample": "tests/algorithms/test_load_sample.py: copies files",
    "mapsheets": "tests/algorithms/test_map_sheets.py: draws",
    "carbonplan": "tests/algorithms/test_model_defaults.py: a model",
    "coefficientbalance": "tests/algorithms/test_model_defaults.py: a model",
    "gridcarbonbalance": "tests/algorithms/test_model_defaults.py: a model",
    "regionalcarbonbalance": "tests/algorithms/test_model_defaults.py: a model",
    "landuseoptimisation": "tests/algorithms/test_land_use_optimisation.py: two solvers, one plan",
}
# Outputs that need more inputs than the recipes give.
LEFT_OUT = {
    "carbonbalanceseries": {"DECOMPOSITION"},
    "carbonconcentration": {"GROUPS"},
    "carbonstoragechange": {"VALUE", "INTENSITY", "INTERVALS"},
    "carbonuncertainty": {"ZONE_CLASSES"},
    "geographicallyweightedregression": {"PREDICTED"},
    "supplydemandratioraster": {"CHANGE"},
    "landusesimulation": {"PROBABILITY", "RANGES"},
    "landusetransition": {"GREY"},
    "landusesuitability": {"TRANSITIONS", "EXPANSION", "RESPONSES"},
    "emissioninventory": {"SOURCES"},
}


def outputs(name, provider, given, folder, **more):
    """The numbers, texts, rows and cells of all outputs of a run, except HTML pages."""
    folder.mkdir()
    places = {}
    for each in provider.algorithm(name).destinationParameterDefinitions():
        if each.name() in LEFT_OUT.get(name, ()):
            continue
        if each.type() == "rasterDestination":
            places[each.name()] = str(folder / f"{each.name()}.tif")
        elif each.type() == "sink":
            places[each.name()] = "memory:"
        elif each.name() == "OUTPUT" or not each.flags() & each.Flag.FlagOptional:
            places[each.name()] = str(folder / f"{each.name()}.html")
    found = run_algorithm(name, **{**more, **given, **places})
    content = {}
    for key, value in found.items():
        if isinstance(value, QgsVectorLayer):
            content[key] = {field: column(value, field) for field in value.fields().names()}
        elif isinstance(value, str) and value.endswith(".tif"):
            content[key] = read_raster(value).tolist()
        elif isinstance(value, (int, float, str)) and not str(value).startswith(str(folder)):
            content[key] = value
    assert content
    return content


def alike(first, second):
    """Assert equality within rounding, with NaN equal to NaN."""
    assert first.keys() == second.keys()
    for key, value in first.items():
        other = second[key]
        if isinstance(value, dict):
            alike(value, other)
        elif isinstance(value, list):
            assert len(value) == len(other), key
            for one, two in zip(np.ravel(np.array(value, object)), np.ravel(np.array(other, object))):
                assert same(one, two), (key, one, two)
        else:
            assert same(value, other), (key, value, other)


def same(one, two):
    if isinstance(one, float) and isinstance(two, float):
        return one == pytest.approx(two, rel=1e-6, abs=1e-9, nan_ok=True)
    return one == two


RUN_HERE = [
    "annualcarbonsink",
    "carbonbalancecoefficients",
    "carbonbalancereport",
    "carbonbalanceseries",
    "carboncentre",
    "carboncompensation",
    "carbonconcentration",
    "carbonpooltable",
    "carbonserviceflow",
    "carbonstorage",
    "carbonstoragechange",
    "carbontrend",
    "carbonuncertainty",
    "coefficientzoning",
    "emissiondemand",
    "emissiondemandraster",
    "emissioninventory",
    "factorcorrelation",
    "geographicallyweightedregression",
    "joinstatistics",
    "landusecalibration",
    "landuseemission",
    "landusesimulation",
    "landusesuitability",
    "landusetransition",
    "multiindexzoning",
    "naturalbreakszoning",
    "netecosystemproduction",
    "scenariocarbon",
    "simulationaccuracy",
    "sinkcoefficients",
    "sinkuncertainty",
    "supplydemandratio",
    "supplydemandratioraster",
    "zonalcarbonsupply",
]
# Those that read rows of zones or points, and those that read rasters block by block.
BY_ROW = [
    "annualcarbonsink",
    "carbonbalancecoefficients",
    "carbonbalanceseries",
    "carboncentre",
    "carboncompensation",
    "carbonconcentration",
    "carbonserviceflow",
    "carbonstoragechange",
    "carbonuncertainty",
    "coefficientzoning",
    "emissiondemand",
    "emissiondemandraster",
    "emissioninventory",
    "factorcorrelation",
    "geographicallyweightedregression",
    "joinstatistics",
    "landuseemission",
    "naturalbreakszoning",
    "scenariocarbon",
    "sinkuncertainty",
    "supplydemandratio",
    "zonalcarbonsupply",
]
BY_BLOCK = [
    "annualcarbonsink",
    "carbonstorage",
    "carbonstoragechange",
    "carbontrend",
    "carbonuncertainty",
    "emissiondemandraster",
    "landusecalibration",
    "landusesimulation",
    "landusetransition",
    "netecosystemproduction",
    "scenariocarbon",
    "simulationaccuracy",
    "sinkcoefficients",
    "sinkuncertainty",
    "supplydemandratioraster",
    "zonalcarbonsupply",
]


@pytest.fixture
def region(tmp_path):
    return Region(tmp_path, 4)


def test_every_algorithm_is_covered(provider):
    assert {algorithm.name() for algorithm in provider.algorithms()} == set(RUN_HERE) | set(ELSEWHERE)


@pytest.mark.parametrize("name", RUN_HERE)
def test_omitted_defaults_equal_explicit_defaults_and_empty_inputs(name, provider, region, tmp_path):
    given = recipe(name, region)
    inputs = [each for each in provider.algorithm(name).parameterDefinitions() if not each.isDestination()]
    defaults = {each.name(): each.defaultValue() for each in inputs if each.name() not in given}
    left_out = outputs(name, provider, given, tmp_path / "a")
    spelled_out = {key: value for key, value in defaults.items() if value is not None}
    alike(left_out, outputs(name, provider, given, tmp_path / "b", **spelled_out))
    alike(left_out, outputs(name, provider, given, tmp_path / "c", **dict.fromkeys(defaults)))


# Numbers and lists of rows, and what follows from permutations of rows.
OF_ORDER = {"zone_row", "row", "members", "lisa_p", "lisa_class", "p", "z", "MORAN_P", "rank"}


def sorted_rows(content):
    """Tables with their rows sorted, without columns that depend on the order of rows."""
    found = {}
    for key, value in content.items():
        if isinstance(value, dict):
            kept = {name: values for name, values in value.items() if name not in OF_ORDER}
            rows = sorted(
                zip(*kept.values()),
                key=lambda row: [f"{each:.6g}" if isinstance(each, float) else str(each) for each in row],
            )
            found[key] = dict(zip(kept, map(list, zip(*rows))))
        elif key not in OF_ORDER:
            found[key] = value
    return found


@pytest.mark.parametrize("name", BY_ROW)
def test_results_do_not_depend_on_row_order(name, provider, region, tmp_path):
    first = outputs(name, provider, recipe(name, region), tmp_path / "a")
    alike(sorted_rows(first), sorted_rows(outputs(name, provider, recipe(name, region, True), tmp_path / "b")))


@pytest.mark.parametrize("name", BY_BLOCK)
def test_results_do_not_depend_on_blocks_and_threads(name, provider, region, tmp_path, monkeypatch):
    given = recipe(name, region)
    monkeypatch.setenv("CARBONBALANCE_THREADS", "1")
    whole = outputs(name, provider, given, tmp_path / "a")
    monkeypatch.setenv("CARBONBALANCE_THREADS", "3")
    # Blocks of one tile of 16 cells a side instead of one of all cells.
    monkeypatch.setattr(blocks, "__defaults__", (256, 16))
    for module in (assembled_file, block_output):
        monkeypatch.setattr(module, "TILE", 16)
    alike(whole, outputs(name, provider, given, tmp_path / "b"))


@pytest.mark.parametrize(
    ("name", "fields", "more"),
    [
        ("carbonbalancecoefficients", {"emitted": "EMISSION_UNIT", "sink": "SINK_UNIT"}, {}),
        ("carboncompensation", {"emitted": "EMISSION_UNIT", "sink": "SINK_UNIT"}, {}),
        ("carbonserviceflow", {"net": "AMOUNT_UNIT"}, {}),
        ("emissiondemand", {"emitted": "EMISSION_UNIT"}, {}),
        ("emissiondemand", {"population": "POPULATION_UNIT"}, {"POPULATION": "population", "PER_PERSON": 4}),
        ("emissiondemandraster", {"emitted": "EMISSION_UNIT"}, {}),
        ("supplydemandratio", {"sink": "SUPPLY_UNIT", "emitted": "DEMAND_UNIT"}, {}),
    ],
)
def test_results_do_not_depend_on_the_unit_of_an_input(name, fields, more, provider, region, tmp_path):
    plain = {"POPULATION_UNIT": ("persons", "10^4 persons")}
    given = {**recipe(name, region), **more}
    if "POPULATION" in more:
        given.pop("EMISSION")
    columns = {"population": region.population, "emitted": region.emission, "sink": supply(region), "net": NET}
    found = []
    for at, factor in ((0, 1.0), (1, 1e-4)):
        units = {unit: plain.get(unit, ("t", "10^4 t"))[at] for unit in fields.values()}
        changed = {field: [factor * value for value in columns[field]] for field in fields}
        zones = region.zones(**{"sink": supply(region), "km2": [1.0] * ZONES, "net": NET, **changed})
        content = outputs(name, provider, {**given, "ZONES": zones, **units}, tmp_path / str(at))
        for value in content.values():
            for field in fields if isinstance(value, dict) else ():
                value.pop(field, None)
        found.append(content)
    alike(*found)
