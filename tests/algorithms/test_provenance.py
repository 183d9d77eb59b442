"""Provenance of the inputs in a report."""

from __future__ import annotations

import pytest
from carbon_balance.algorithms.shared.inputs.given import Given
from carbon_balance.algorithms.shared.provenance import format_parameters
from carbon_balance.core.runtime.log import Log
from qgis.core import QgsProcessingContext


@pytest.mark.parametrize(("given", "other", "logged"), [
    ("/home/li/data/zones.gpkg|layername=a", None, "zones.gpkg|layername=a"),
    (r"C:\Users\li\zones.shp", None, "zones.shp"),
    ("file:///home/li/t.csv?delimiter=;", None, "t.csv?delimiter=;"),
    ("/a/2000/cover.tif", "/a/2020/cover.tif", "2000/cover.tif"),
    (["/a/one.tif", "/a/two.tif"], None, "one.tif;two.tif"),
    (["/a/one.tif", "/b/one.tif"], None, "a/one.tif;b/one.tif"),
    ("dbname='x' host=db user='li' password='secret' table=t", None, "dbname='x' host=db user=… password=… table=t"),
])  # fmt: skip
def test_provenance_contains_no_folder_and_no_password(provider, given, other, logged):
    algorithm = provider.algorithm("landusesuitability").create()
    parameters = {"DRIVERS": given, "LAND_COVER": other, "SAMPLES": 77}
    values = format_parameters(Given(algorithm, parameters, QgsProcessingContext(), Log()))
    assert values.pop("Drivers (DRIVERS)") == logged
    assert values.pop("algorithm") == "carbonbalance:landusesuitability"
    assert [value for title, value in values.items() if title.endswith("(SAMPLES)")] == ["77"]
