"""Inputs of a model left out, given explicitly, or given as by its dialog: the outputs are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gridded import make_raster
from layers import CENTRAL_YUNNAN, SAMPLE, column, run_algorithm
from planned_region import plan_inputs
from qgis.core import QgsVectorLayer
from scenario_runs import read

MODELS = sorted((Path(__file__).parents[2] / "resources" / "models").glob("*.model3"))


def required(model: str, tmp_path) -> dict[str, object]:
    """The required inputs of a model, and the columns that its layers need."""
    if model == "regionalcarbonbalance":
        return CENTRAL_YUNNAN
    if model == "coefficientbalance":
        emission = {"EMISSION": "emission_2015_1e4t", "SINK": "sink_2015_1e4t", "EEC": "published_eec_2015"}
        return {"ZONES": str(SAMPLE / "guiyang.geojson"), **emission}
    if model == "gridcarbonbalance":
        weights = np.random.default_rng(1).lognormal(3, 1, (190, 210))
        grid = (99.8, 0.03, 0, 27.5, 0, -0.03)
        return {
            "ZONES": str(SAMPLE / "central_yunnan.geojson"),
            "EMISSION": "population_2020",
            "WEIGHTS": str(make_raster(tmp_path / "lights.tif", weights, grid, "EPSG:4326", nodata=-1)),
            "CELL_SIZE": 40_000,
            "GRID_CRS": "PROJ:+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84",
            "LAND_COVER": str(SAMPLE / "central_yunnan_land_cover_2019.tif"),
            "PRESET": "henan",
            "SCHEME": "igbp",
        }
    if model == "carbonplan":
        return plan_inputs(tmp_path)
    pytest.fail(f"say what {model} needs")


def content(value: object) -> object:
    """Content of an output: a number, the cells of a raster, or the rows of a layer."""
    if isinstance(value, QgsVectorLayer) or (isinstance(value, str) and value.endswith((".gpkg", ".csv"))):
        layer = value if isinstance(value, QgsVectorLayer) else QgsVectorLayer(value, "", "ogr")
        return {name: column(layer, name) for name in layer.fields().names() if name != "fid"}
    if isinstance(value, str) and value.endswith(".tif"):
        return read(value).tolist()
    if isinstance(value, str) and value.endswith((".html", ".xlsx")):
        # A page says when it was made, so only that it is there is compared.
        return Path(value).stat().st_size > 1000
    if isinstance(value, str) and Path(value).is_dir():
        return {path.name: path.stat().st_size > 1000 for path in Path(value).iterdir()}
    return value


def outputs(model, given: dict[str, object], folder: Path) -> dict[str, object]:
    """Content of all outputs of a run."""
    folder.mkdir()
    places = {}
    for definition in model.destinationParameterDefinitions():
        plain = definition.name().replace(":", " ")
        endings = {"rasterDestination": ".tif", "folderDestination": "", "fileDestination": ".html"}
        ending = ".xlsx" if "Tables" in plain else endings.get(definition.type())
        places[definition.name()] = "memory:" if ending is None else str(folder / f"{plain}{ending}")
    found = run_algorithm(model.name(), **given, **places)
    # CHILD_RESULTS and CHILD_INPUTS hold the places of what passes between the steps.
    return {
        name: content(value)
        for name, value in found.items()
        if name not in ("notes", "context") and not name.startswith("CHILD_")
    }


@pytest.fixture(params=[path.stem for path in MODELS])
def model(request, provider):
    return provider.algorithm(request.param)


def test_omitted_defaults_equal_explicit_defaults(model, tmp_path):
    given = required(model.name(), tmp_path)
    inputs = [definition for definition in model.parameterDefinitions() if not definition.isDestination()]
    defaults = {definition.name(): definition.defaultValue() for definition in inputs}
    assert any(value is not None for value in defaults.values())
    left_out = outputs(model, given, tmp_path / "left_out")
    assert len(left_out) > 3
    # Every default given explicitly. A dialog passes every input like this, empty ones as None.
    assert outputs(model, {**defaults, **given}, tmp_path / "explicit") == left_out
    nothing = dict.fromkeys(set(defaults) - set(given))
    assert outputs(model, {**nothing, **given}, tmp_path / "none") == left_out


def test_model_inputs_have_the_defaults_of_their_steps(model):
    """QGIS alone runs a copy that a user changed in the designer, and leaves defaults to the steps."""
    inputs = {each.name(): each.defaultValue() for each in model.parameterDefinitions() if not each.isDestination()}
    passed_on = [
        (source.parameterName(), child.algorithm().parameterDefinition(name).defaultValue())
        for child in model.childAlgorithms().values()
        for name, sources in child.parameterSources().items()
        for source in sources
        if source.parameterName() in inputs
    ]
    assert {name for name, _ in passed_on} == set(inputs)
    assert [(name, default) for name, default in passed_on if inputs[name] != default] == []


def test_a_default_of_the_model_overrides_that_of_its_step(provider, tmp_path):
    """The default of the step is guiyang; if only the model file is changed, zones have other names."""
    from carbon_balance.provider import BundledModel
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    model = BundledModel(next(path for path in MODELS if path.stem == "coefficientbalance"))
    preset = model.parameterDefinition("PRESET").clone()
    assert preset.defaultValue() == "guiyang"
    preset.setDefaultValue("general")
    model.updateModelParameter(preset)
    path = tmp_path / "coefficientbalance.model3"
    assert model.toFile(str(path))
    given = {**required("coefficientbalance", tmp_path), "zoning:Zones": "memory:"}
    for more in ({}, {"PRESET": None}, {"PRESET": "general"}):
        context = QgsProcessingContext()
        found, done = BundledModel(path).run({**given, **more}, context, QgsProcessingFeedback(False))
        assert done
        layer = context.takeResultLayer(found.get("zoning:Zones", found.get("zoning:OUTPUT")))
        assert "economic development" in column(layer, "zone")


def test_codes_that_mean_no_data_reach_the_supply_of_the_regional_model(provider):
    """A refusal mentions NODATA_CODES, so that the model needs it too; class 9 is the most frequent one."""
    given = {**CENTRAL_YUNNAN, "NODATA_CODES": "9"}
    total = run_algorithm("regionalcarbonbalance", **given, **{"zoning:Zones": "memory:"})["supply:TOTAL_CARBON_T"]
    alone = {name: given[name] for name in ("ZONES", "LAND_COVER", "PRESET", "SCHEME", "NODATA_CODES")}
    assert total == run_algorithm("zonalcarbonsupply", **alone, OUTPUT="memory:")["TOTAL_CARBON_T"] < 600e6
