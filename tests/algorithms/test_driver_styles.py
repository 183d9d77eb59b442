"""The styles of local coefficients, t values and clusters, on layers as the algorithms make them."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import squares
from qgis.core import QgsExpressionContextUtils, QgsRenderContext, QgsVectorLayer

STYLES = Path(__file__).parents[2] / "resources" / "styles"


def labels(layer, style):
    """What the legend calls each feature; ``None`` if it is not drawn."""
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
    """Local results as geographicallyweightedregression names them."""
    return squares(
        {
            "b_intercept": [900.0, 1, 1, 1],
            "t_intercept": [90.0, 9, 9, 9],
            "b_rain": [-2.0, 0.01, 0.5, None],
            "se_rain": [1.0, 1, 1, None],
            "t_rain": [-3.0, 0.2, 2.0, None],
        }
    )


def test_coefficients_and_t_values(local):
    assert labels(local, "gwr_coefficient.qml") == ["-100 to -60 % of the largest", "about zero", "5 to 30 %", None]
    assert labels(local, "gwr_t.qml") == ["t < -2.58", "not significant", "1.96 to 2.58", None]


@pytest.mark.parametrize("name", ["lisa", "lisa_supply_demand"])
def test_clusters(qgis_processing, name):
    classes = ["high-high", "low-low", "high-low", "low-high", "not significant", "no neighbours", None]
    layer = squares({f"{name}_class": classes})
    assert labels(layer, f"{name}.qml") == classes


def test_points_have_styles_of_their_own(qgis_processing):
    areas = sorted(path.stem for path in STYLES.glob("*.qml") if not path.stem.endswith("_points"))
    assert {"gwr_coefficient", "gwr_t", "lisa", "lisa_supply_demand"} <= set(areas)
    for name in ("gwr_coefficient", "gwr_t", "lisa", "lisa_supply_demand"):
        layer = QgsVectorLayer("Point?field=b_rain:double&field=t_rain:double", "points", "memory")
        assert layer.loadNamedStyle(str(STYLES / f"{name}_points.qml"))[1]
        assert layer.renderer().legendSymbolItems()[0].symbol().type() == 0
