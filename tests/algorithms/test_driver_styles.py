"""Styles of local coefficients, t values and clusters, on layers written by the algorithms."""

from __future__ import annotations

import json
import re
from pathlib import Path

import georgia
import pytest
from layers import Notes, column, squares
from qgis.core import (
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProject,
    QgsRenderContext,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)

STYLES = Path(__file__).parents[2] / "resources" / "styles"


def labels(layer, style):
    """Legend label of each feature; ``None`` if it is not drawn."""
    message, loaded = layer.loadNamedStyle(str(STYLES / style))
    assert loaded, message
    renderer, context = layer.renderer().clone(), QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer.startRender(context, layer.fields())
    legend = {item.ruleKey(): item.label() for item in renderer.legendSymbolItems()}
    found = []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        keys = renderer.legendKeysForFeature(feature, context)
        found.append(legend[next(iter(keys))] if keys else None)
    renderer.stopRender(context)
    return found


@pytest.fixture
def local(qgis_processing):
    """Local results with the column names of geographicallyweightedregression."""
    return squares(
        {
            "b_intercept": [900.0, 1, 1, 1],
            "t_intercept": [90.0, 9, 9, 9],
            "b_rain": [-2.0, 0.01, 0.5, None],
            "se_rain": [1.0, 1, 1, None],
            "t_rain": [-3.0, 0.2, 2.0, None],
        }
    )


def test_t_values(local):
    assert labels(local, "gwr_t.qml") == ["t < -2.58", "not significant", "1.96 to 2.58", None]


@pytest.mark.parametrize("name", ["lisa", "lisa_supply_demand"])
def test_clusters(qgis_processing, name):
    classes = ["high-high", "low-low", "high-low", "low-high", "not significant", "no neighbours", None]
    layer = squares({f"{name}_class": classes})
    assert labels(layer, f"{name}.qml") == classes


@pytest.fixture
def fitted(run):
    def call(**parameters):
        given = {"DEPENDENT": ["PctBach"], "EXPLANATORY": georgia.EXPLANATORY, "PERMUTATIONS": 0, "BANDWIDTH": 90}
        return run("geographicallyweightedregression", INPUT=georgia.layer(), **{**given, **parameters})

    return call


def test_a_coefficient_has_its_own_classes_and_insignificant_features_are_hatched(fitted, tmp_path):
    path = tmp_path / "gwr.gpkg"
    found = fitted(OUTPUT=str(path), COEFFICIENTS="memory:", EXPLANATORY=georgia.EXPLANATORY[::-1])
    layer = QgsVectorLayer(str(path), "x", "ogr")
    *classes, hatched = layer.renderer().rootRule().children()
    name = georgia.EXPLANATORY[-1]
    critical = found["CRITICAL_T"]
    assert 2 < critical < 3.5
    assert hatched.filterExpression() == f'abs("t_{name}") < {critical!r}'
    row = column(found["COEFFICIENTS"], "term").index(name)
    share = column(found["COEFFICIENTS"], "significant_share")[row]
    assert hatched.label() == f"not significant, |t| < {critical:.2f} ({round((1 - share) * 159)})"
    assert all(f'"b_{name}"' in each.filterExpression() for each in classes)
    counts = [
        sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterExpression(each.filterExpression())))
        for each in classes
    ]
    # Every feature is drawn, in its class first and then, if it is not significant, hatched.
    assert sum(counts) == 159
    assert min(counts) > 0
    assert len(counts) == 7


def test_a_sheet_has_the_same_hatch_as_the_canvas(fitted, tmp_path):
    import processing

    path, name = tmp_path / "gwr.gpkg", georgia.EXPLANATORY[-1]
    found = fitted(OUTPUT=str(path), EXPLANATORY=georgia.EXPLANATORY[::-1])
    project, context = QgsProject(), QgsProcessingContext()
    context.setProject(project)
    given = {"ZONES": str(path), "COLUMNS": [f"b_{name}"], "DPI": 40, "OUTPUT": str(tmp_path)}
    processing.run("carbonbalance:mapsheets", given, context=context, feedback=Notes())
    shown = project.layoutManager().layouts()[0].itemById("map").layers()[0]
    canvas = QgsVectorLayer(str(path), "x", "ogr")
    rules = [
        [(rule.filterExpression(), rule.label()) for rule in layer.renderer().rootRule().children()]
        for layer in (canvas, shown)
    ]
    assert rules[0] == rules[1]
    assert f"< {found['CRITICAL_T']!r}" in rules[1][-1][0]


@pytest.mark.parametrize("several", [{"MULTISCALE": True}, {"MODELS": "each_pair"}], ids=["multiscale", "each pair"])
def test_each_sheet_is_hatched_at_the_critical_value_of_its_own_column(fitted, tmp_path, several):
    import processing

    path = tmp_path / "gwr.gpkg"
    if several.get("MULTISCALE"):
        several = {**several, "BANDWIDTH": None}
    found = fitted(OUTPUT=str(path), COEFFICIENTS="memory:", SUFFIX="_x", **several)
    terms = found["COEFFICIENTS"]
    expected = {
        (dependent, term): value
        for dependent, term, value in zip(*(column(terms, name) for name in ("dependent", "term", "critical_t")))
        if term != "intercept"
    }
    by_column = json.loads(found["CRITICAL_T_BY_COLUMN"])
    assert sorted(by_column.values()) == pytest.approx(sorted(expected.values()), rel=1e-12)
    assert len(set(by_column.values())) > 1
    project, context = QgsProject(), QgsProcessingContext()
    context.setProject(project)
    given = {"ZONES": str(path), "COLUMNS": list(by_column), "DPI": 30, "OUTPUT": str(tmp_path)}
    processing.run("carbonbalance:mapsheets", given, context=context, feedback=Notes())
    limits = {}
    for layout in project.layoutManager().layouts():
        renderer = layout.itemById("map").layers()[0].renderer()
        # A column that is significant everywhere has classes alone.
        rules = renderer.rootRule().children() if isinstance(renderer, QgsRuleBasedRenderer) else []
        hatched = [rule.filterExpression() for rule in rules if rule.filterExpression().startswith("abs(")]
        for expression in hatched:
            name, limit = re.fullmatch(r'abs\("t_(.+)"\) < ([\d.]+)', expression).groups()
            limits[f"b_{name}"] = float(limit)
    assert limits
    assert limits == {name: pytest.approx(by_column[name], rel=1e-12) for name in limits}


def test_every_coefficient_can_be_chosen_as_style_of_the_layer_in_the_project(fitted):
    from carbon_balance.algorithms.shared.cartography.layer_styles import Styler
    from carbon_balance.core.symbology.coefficient_legends import coefficient_legend

    layer = fitted(OUTPUT="memory:")["OUTPUT"]
    known = {name: column(layer, name) for name in layer.fields().names()}
    first, *more = [coefficient_legend(f"b_{name}", known) for name in georgia.EXPLANATORY]
    Styler(first, more).postProcessLayer(layer, None, Notes())
    assert layer.name() == f"{georgia.EXPLANATORY[0]}: local coefficient"
    styles = layer.styleManager()
    for name in georgia.EXPLANATORY[1:]:
        assert styles.setCurrentStyle(f"{name}: local coefficient")
        assert f'"b_{name}"' in layer.renderer().rootRule().children()[0].filterExpression()


def test_points_have_point_styles(qgis_processing):
    areas = sorted(path.stem for path in STYLES.glob("*.qml") if not path.stem.endswith("_points"))
    assert {"gwr_t", "lisa", "lisa_supply_demand"} <= set(areas)
    for name in ("gwr_t", "lisa", "lisa_supply_demand"):
        layer = QgsVectorLayer("Point?field=b_rain:double&field=t_rain:double", "points", "memory")
        assert layer.loadNamedStyle(str(STYLES / f"{name}_points.qml"))[1]
        assert layer.renderer().legendSymbolItems()[0].symbol().type() == 0
