"""Differences between QGIS versions."""

from __future__ import annotations

from types import SimpleNamespace

from carbon_balance.compat import set_group


def test_layers_are_grouped_only_where_qgis_can():
    new, old = SimpleNamespace(groupName="", layerSortKey=0), SimpleNamespace(name="")
    set_group(new, "Carbon Balance", 1)
    set_group(old, "Carbon Balance", 1)
    assert (new.groupName, new.layerSortKey) == ("Carbon Balance", 1)
    assert vars(old) == {"name": ""}
