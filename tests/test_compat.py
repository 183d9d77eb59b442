"""Differences between QGIS versions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from carbon_balance.compat import interface_language, set_group


def test_layers_are_grouped_only_if_qgis_supports_it():
    new, old = SimpleNamespace(groupName="", layerSortKey=0), SimpleNamespace(name="")
    set_group(new, "Carbon Balance", 1)
    set_group(old, "Carbon Balance", 1)
    assert (new.groupName, new.layerSortKey) == ("Carbon Balance", 1)
    assert vars(old) == {"name": ""}


@pytest.mark.parametrize(
    ("application", "language"),
    [
        (SimpleNamespace(translation=lambda: "zh-Hans"), "zh-Hans"),
        (SimpleNamespace(translation=lambda: ""), "de"),
        (SimpleNamespace(), "de"),
        (None, "de"),
    ],
    ids=["--lang", "no translation", "older", "none"],
)
def test_the_language_is_that_of_the_menus(monkeypatch, application, language):
    """``qgis --lang zh-Hans`` shows Chinese menus, although the locale of QGIS is different."""
    found = SimpleNamespace(instance=lambda: application, locale=lambda: "de")
    monkeypatch.setattr("carbon_balance.compat.QgsApplication", found)
    assert interface_language() == language
