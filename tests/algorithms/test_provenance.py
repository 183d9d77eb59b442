"""What a report tells of its inputs."""

from __future__ import annotations

import pytest
from carbon_balance.algorithms.provenance import _short


@pytest.mark.parametrize(("given", "others", "told"), [
    ("/home/li/data/zones.gpkg|layername=a", [], "zones.gpkg|layername=a"),
    (r"C:\Users\li\zones.shp", [], "zones.shp"),
    ("file:///home/li/t.csv?delimiter=;", [], "t.csv?delimiter=;"),
    ("/a/2000/cover.tif", ["/a/2020/cover.tif"], "2000/cover.tif"),
    ("/a/one.tif;/a/two.tif", [], "one.tif;two.tif"),
    ("dbname='x' host=db user='li' password='secret' table=t", [], "dbname='x' host=db user=… password=… table=t"),
])  # fmt: skip
def test_no_private_folder_and_no_password(given, others, told):
    assert _short(given, [given, *others]) == told
