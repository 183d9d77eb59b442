"""Columns of outputs have aliases with units in the user's language, in files and in the project."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime import i18n
from qgis.core import QgsVectorLayer
from test_styles import load_all, run_loading, zones


@pytest.fixture(params=["en", "zh_CN"])
def language(request):
    i18n.use_language(request.param)
    yield request.param
    i18n.use_language(i18n.ENGLISH)


def aliases(layer):
    fields = layer.fields()
    return {field.name(): layer.attributeAlias(at) for at, field in enumerate(fields) if layer.attributeAlias(at)}


BALANCE = {"SUPPLY": "carbon_t", "DEMAND": "emission_t", "DEMAND_UNIT": "t"}
EXPECTED = {
    "en": {
        "ratio": "Supply-demand index",
        "carbon_t": "Carbon stored, t C",
        "state": "State",
    },
    "zh_CN": {"ratio": "供需指数", "carbon_t": "碳储量（吨 C）", "state": "盈亏状态"},
}


def test_a_file_contains_the_aliases(run, tmp_path, language):
    path = tmp_path / "ratio.gpkg"
    run("supplydemandratio", ZONES=zones(), **BALANCE, OUTPUT=str(path))
    layer = QgsVectorLayer(str(path), "x", "ogr")
    found = aliases(layer)
    # Columns of earlier steps, too, but none of the user's own, and the names themselves stay.
    assert {name: found[name] for name in EXPECTED[language]} == EXPECTED[language]
    assert "name" not in found
    assert layer.fields().indexOf("ratio") >= 0


def test_a_table_and_a_layer_have_aliases_when_loaded(provider, project, language):
    outputs = {"OUTPUT": "memory:", "LIMITS": "memory:"}
    given = {"ZONES": zones(), "FIELD": "carbon_t", "CLASSES": 4, "MERGE": ""}
    loaded = dict(load_all(run_loading("naturalbreakszoning", project, outputs, **given)))
    found = [aliases(layer) for layer in loaded.values()]
    assert any("upper" in each for each in found)
    assert all("class" in each for each in found)


@pytest.fixture
def project():
    from qgis.core import QgsProject

    return QgsProject()
