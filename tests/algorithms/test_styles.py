"""Every output has a style, in a file beside it and when QGIS loads it; a failing style never fails a run."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from carbon_balance.algorithms.shared.cartography.layer_styles import Styler
from carbon_balance.core.runtime import i18n
from carbon_balance.core.symbology.colours import NO_VALUE_COLOUR, SURPLUS_TO_DEFICIT
from layers import Notes, squares
from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsGraduatedSymbolRenderer,
    QgsPalettedRasterRenderer,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsRuleBasedRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
LAND_COVER = str(SAMPLE / "central_yunnan_land_cover_2019.tif")
COUNTIES = str(SAMPLE / "central_yunnan.geojson")
BALANCE = {"SUPPLY": "carbon_t", "DEMAND": "emission_t", "DEMAND_UNIT": "t"}


def zones(**more):
    columns = {"name": list("abcdefgh"), "carbon_t": [1.0, 2, 3, 4, 5, 6, 7, 8], "emission_t": [4.0] * 8}
    return squares({**columns, **more})


def legend(layer):
    return [item.label() for item in layer.renderer().legendSymbolItems()]


def load_all(context):
    """What the desktop does when a run has ended: load each layer and hand it to its post-processor."""
    loaded = []
    for destination, details in context.layersToLoadOnCompletion().items():
        layer = QgsProcessingUtils.mapLayerFromString(destination, context)
        processor = details.postProcessor()
        assert processor is not None, destination
        processor.postProcessLayer(layer, context, Notes())
        loaded.append((details.outputName, layer))
    return loaded


def test_an_output_of_a_model_is_called_in_the_users_language():
    """QGIS calls it by its id."""
    layer = squares({"name": ["a"]}, name="Limits of the classes")
    i18n.use_language("zh_CN")
    try:
        Styler(None).postProcessLayer(layer, QgsProcessingContext(), Notes())
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert layer.name() == i18n.translations("zh")["Limits of the classes"]


def run_loading(algorithm, project, outputs, **parameters):
    """Run as the desktop does: outputs are to be loaded into ``project``."""
    context = QgsProcessingContext()
    context.setProject(project)
    given = {name: QgsProcessingOutputLayerDefinition(target, project) for name, target in outputs.items()}
    made = QgsApplication.processingRegistry().createAlgorithmById(f"carbonbalance:{algorithm}")
    _, done = made.run({**parameters, **given}, context, Notes())
    assert done
    return context


def test_a_file_opens_styled_without_the_plugin(run, tmp_path):
    for ending in ("gpkg", "geojson"):
        path = tmp_path / f"ratio.{ending}"
        run("supplydemandratio", ZONES=zones(), **BALANCE, OUTPUT=str(path))
        assert path.with_suffix(".qml").is_file()
        layer = QgsVectorLayer(str(path), "x", "ogr")
        assert isinstance(layer.renderer(), QgsGraduatedSymbolRenderer)
        assert layer.renderer().classAttribute() == "ratio"
        assert 1.0 in [each.upperValue() for each in layer.renderer().ranges()]


def test_a_second_run_replaces_the_style(run, tmp_path):
    path = tmp_path / "ratio.gpkg"
    for factor in (1, 100):
        run("supplydemandratio", ZONES=zones(emission_t=[4.0 * factor] * 8), **BALANCE, OUTPUT=str(path))
        layer = QgsVectorLayer(str(path), "x", "ogr")
        ranges = layer.renderer().ranges()
        assert ranges[-1].upperValue() == pytest.approx(4 * factor)


def test_null_is_a_hatched_class_and_every_feature_is_drawn(run, tmp_path):
    path = tmp_path / "ratio.gpkg"
    run("supplydemandratio", ZONES=zones(carbon_t=[1, 2, None, 4, 0, 6, 7, 8]), **BALANCE, OUTPUT=str(path))
    layer = QgsVectorLayer(str(path), "x", "ogr")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsRuleBasedRenderer)
    rules = renderer.rootRule().children()
    assert rules[-1].filterExpression() == '"ratio" IS NULL'
    assert rules[-1].symbol().symbolLayerCount() == 2
    assert rules[-1].symbol().color().name() == NO_VALUE_COLOUR
    assert legend(layer)[-1] == "no value (2)"
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    counts = [0] * len(rules)
    for feature in layer.getFeatures():
        context.setFeature(feature)
        holds = [at for at, rule in enumerate(rules) if QgsExpression(rule.filterExpression()).evaluate(context)]
        assert len(holds) == 1, feature["ratio"]
        counts[holds[0]] += 1
    assert [f"({count})" for count in counts] == [label.rsplit(" ", 1)[1] for label in legend(layer)]


def test_zones_in_their_fixed_colours(run, tmp_path):
    path = tmp_path / "zones.gpkg"
    run("naturalbreakszoning", ZONES=zones(), FIELD="carbon_t", LANGUAGE="zh", OUTPUT=str(path), SUFFIX="_2020")
    layer = QgsVectorLayer(str(path), "x", "ogr")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsCategorizedSymbolRenderer)
    assert renderer.classAttribute() == "zone_2020"
    found = {each.value(): each.symbol().color().name() for each in renderer.categories()}
    assert found == dict(zip(["低碳保持区", "协调发展区", "碳汇发展区", "固碳优化区"], SURPLUS_TO_DEFICIT))


def test_rasters_are_styled(run, tmp_path):
    path = tmp_path / "density.tif"
    run("carbonstorage", LAND_COVER=LAND_COVER, PRESET="henan", SCHEME="igbp", OUTPUT=str(path))
    layer = QgsRasterLayer(str(path), "x")
    assert isinstance(layer.renderer(), QgsSingleBandPseudoColorRenderer)
    values = [item.value for item in layer.renderer().shader().rasterShaderFunction().colorRampItemList()]
    assert values == sorted(values)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["density.qml", "density.tif"]


def test_all_outputs_of_one_run_are_styled_when_they_load(provider, tmp_path):
    project = QgsProject()
    outputs = {
        "zoning:Zones": str(tmp_path / "zones.gpkg"),
        "storage:Carbon density": str(tmp_path / "density.tif"),
    }
    for _ in range(2):  # and again in the same QGIS
        context = run_loading(
            "regionalcarbonbalance", project, outputs, ZONES=COUNTIES, LAND_COVER=LAND_COVER, PRESET="henan",
            SCHEME="igbp", POPULATION="population_2020", PER_PERSON=3.938,
        )  # fmt: skip
        gc.collect()
        assert len(context.layersToLoadOnCompletion()) == 2
        kinds = {type(layer.renderer()) for _, layer in load_all(context)}
        assert kinds == {QgsCategorizedSymbolRenderer, QgsSingleBandPseudoColorRenderer}


def test_memory_layers_are_styled_when_they_load(provider):
    context = run_loading("loadsample", QgsProject(), {"COUNTIES": "memory:", "UNITS": "memory:",
                                                          "LAND_COVER": "TEMPORARY_OUTPUT"})  # fmt: skip
    gc.collect()
    loaded = dict(load_all(context))
    assert {name: type(layer.renderer()) for name, layer in loaded.items()} == {
        "COUNTIES": QgsCategorizedSymbolRenderer,
        "UNITS": QgsGraduatedSymbolRenderer,
        "LAND_COVER": QgsPalettedRasterRenderer,
    }
    assert loaded["COUNTIES"].name().endswith("Published zone, 2020")


def test_temporary_files_have_no_style_file(run):
    found = run("carbonstorage", LAND_COVER=LAND_COVER, PRESET="henan", SCHEME="igbp", OUTPUT="TEMPORARY_OUTPUT")
    path = Path(found["OUTPUT"])
    assert path.is_file()
    assert not path.with_suffix(".qml").exists()


def test_a_style_that_fails_does_not_fail_the_run(run, tmp_path, monkeypatch):
    from carbon_balance.algorithms.shared.cartography import layer_styles as styles

    def broken(*_):
        raise RuntimeError("no such ramp")

    monkeypatch.setattr(styles, "style", broken)
    path = tmp_path / "ratio.gpkg"
    found = run("supplydemandratio", ZONES=zones(), **BALANCE, OUTPUT=str(path))
    assert path.is_file()
    logged = [each for each in found["notes"].logged if "was not styled" in each]
    assert logged == ["ratio.gpkg was not styled: no such ramp."]


def test_a_missing_style_file_does_not_fail_the_run(provider, run, tmp_path, monkeypatch):
    from carbon_balance.algorithms.shared.cartography import layer_styles as styles
    from carbon_balance.algorithms.shared.cartography import renderers

    monkeypatch.setattr(renderers, "STYLE_FILES", tmp_path / "gone")
    monkeypatch.setattr(styles, "zones_legend", lambda *_: "lisa")
    found = run("supplydemandratio", ZONES=zones(), **BALANCE, OUTPUT=str(tmp_path / "r.gpkg"))
    assert sum("was not styled" in each for each in found["notes"].logged) == 1


def test_a_shapefile_cuts_names_and_is_logged(run, tmp_path):
    zones = squares({"name": ["a", "b"], "people": [1.0, 2.0]})
    target = str(tmp_path / "d.shp")
    found = run("emissiondemand", ZONES=zones, POPULATION="people", PER_PERSON=3.0, OUTPUT=target)
    assert any("has no column demand_t_km2" in each for each in found["notes"].logged)


def test_a_raster_does_not_use_the_style_of_zones_of_the_same_name(run, tmp_path):
    run("supplydemandratio", ZONES=zones(), **BALANCE, OUTPUT=str(tmp_path / "same.gpkg"))
    before = (tmp_path / "same.qml").read_bytes()
    found = run(
        "carbonstorage", LAND_COVER=LAND_COVER, PRESET="henan", SCHEME="igbp", OUTPUT=str(tmp_path / "same.tif")
    )
    assert (tmp_path / "same.qml").read_bytes() == before
    assert any("style of another layer" in each for each in found["notes"].logged)


def test_styling_a_raster_writes_only_the_style_file(run, tmp_path, capfd):
    in_memory = gdal.ReadDirRecursive("/vsimem/")
    run("carbonstorage", LAND_COVER=LAND_COVER, PRESET="henan", SCHEME="igbp", OUTPUT=str(tmp_path / "density.tif"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["density.qml", "density.tif"]
    assert gdal.ReadDirRecursive("/vsimem/") == in_memory
    assert "ERROR" not in "".join(capfd.readouterr())
    layer = QgsRasterLayer(str(tmp_path / "density.tif"), "x", "gdal")
    assert isinstance(layer.renderer(), QgsSingleBandPseudoColorRenderer)


@pytest.mark.skipif(Qgis.QGIS_VERSION_INT < 33200, reason="QGIS groups what it loads from 3.32 on")
@pytest.mark.parametrize(("algorithm", "given", "outputs"), [
    ("regionalcarbonbalance",
     {"ZONES": COUNTIES, "LAND_COVER": LAND_COVER, "PRESET": "henan", "SCHEME": "igbp", "POPULATION": "population_2020",
      "PER_PERSON": 3.938},
     {"storage:Carbon density": "density.tif", "zoning:Zones": "zones.gpkg"}),
    ("loadsample", {}, {"LAND_COVER": "cover.tif", "COUNTIES": "counties.gpkg", "UNITS": "units.gpkg"}),
])  # fmt: skip
def test_the_desktop_loads_layers_into_one_group_zones_above_rasters(
    provider, tmp_path, monkeypatch, algorithm, given, outputs
):
    """The code that QGIS runs after an algorithm, with a real layer tree."""
    from processing.gui import Postprocessing

    # The tests' window has no tree of layers that QGIS 3.44 could look at; the project has.
    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)
    project = QgsProject.instance()
    project.clear()
    places = {name: str(tmp_path / file) for name, file in outputs.items()}
    context = run_loading(algorithm, project, places, **given)
    made = QgsApplication.processingRegistry().createAlgorithmById(f"carbonbalance:{algorithm}")
    assert Postprocessing.handleAlgorithmResults(made, context, Notes(), {})
    group = project.layerTreeRoot().findGroup("Carbon Balance")
    *zoned, raster = [node.layer() for node in group.findLayers()]
    assert isinstance(raster, QgsRasterLayer)
    assert len(zoned) == len(outputs) - 1
    assert all(isinstance(layer, QgsVectorLayer) for layer in zoned)
    assert any(isinstance(layer.renderer(), QgsCategorizedSymbolRenderer) for layer in zoned)
    project.clear()


def shown_as(layer, column):
    """What an attribute table shows -> what is stored, of the words of a column."""
    setup = layer.editorWidgetSetup(layer.fields().indexOf(column))
    return {words: value for pair in setup.config().get("map", []) for words, value in pair.items()}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_attribute_tables_show_translated_values_and_keep_stored_ones(provider, tmp_path, language):
    i18n.use_language(language)
    try:
        path, ratios = tmp_path / "zones.gpkg", {"ratio": [0.1 * at for at in range(1, 9)]}
        context = run_loading("naturalbreakszoning", QgsProject(), {"OUTPUT": str(path), "LIMITS": "memory:"},
                              ZONES=zones(**ratios), FIELD="ratio")  # fmt: skip
        loaded = [layer for _, layer in load_all(context)] if language == "zh_CN" else []
        beside = QgsVectorLayer(str(path), "x", "ogr")
        for layer in [*loaded, beside]:
            stored = {feature["zone"] for feature in layer.getFeatures()}
            assert "low-carbon maintenance" in stored
            shown = shown_as(layer, "zone")
            if language == "en":
                assert shown == {}
                continue
            assert set(shown.values()) == stored
            assert shown["低碳保持区"] == "low-carbon maintenance"
            at = layer.fields().indexOf("zone")
            setup = layer.editorWidgetSetup(at)
            formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
            logged = formatter.representValue(layer, at, setup.config(), None, "low-carbon maintenance")
            assert logged == "低碳保持区"
            assert shown_as(layer, "name") == {}
        assert len(loaded) == (2 if language == "zh_CN" else 0)
    finally:
        i18n.use_language(i18n.ENGLISH)


def test_class_names_of_a_table_are_shown_in_chinese(provider, tmp_path):
    i18n.use_language("zh")
    try:
        context = run_loading("carbonstorage", QgsProject(), {"CLASSES": str(tmp_path / "classes.csv")},
                              LAND_COVER=LAND_COVER, PRESET="henan", SCHEME="igbp",
                              OUTPUT=str(tmp_path / "c.tif"))  # fmt: skip
        (layer,) = (layer for _, layer in load_all(context) if isinstance(layer, QgsVectorLayer))
        assert shown_as(layer, "name")["稀树草原"] == "savanna"
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert "savanna" in (tmp_path / "classes.csv").read_text(encoding="utf-8")
