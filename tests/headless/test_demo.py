"""Tests of the demo script."""

from __future__ import annotations

import subprocess
from pathlib import Path

from osgeo import gdal, ogr

ROOT = Path(__file__).parents[2]


def test_the_demo_gives_the_published_zoning_and_maps(tmp_path):
    done = subprocess.run(
        [str(ROOT / "scripts" / "demo.sh"), str(tmp_path / "out")], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 / 13 / 12 / 9 / 3 / 3 / 2" in done.stdout
    assert "in the published zone: 49 of 49 counties" in done.stdout
    assert "SEC 2.86 (published 2.86)" in done.stdout
    package = ogr.Open(str(tmp_path / "out" / "carbon_balance_demo.gpkg"))
    assert {layer.GetName(): layer.GetFeatureCount() for layer in package} == {
        "central_yunnan_published": 49,
        "central_yunnan_modis": 49,
        "guiyang_2015": 5,
    }
    for name, colours in (("zone", 4), ("ratio", 7)):
        picture = gdal.Open(str(tmp_path / "out" / "maps" / f"{name}.png")).ReadAsArray()[:3].reshape(3, -1)
        seen, counts = _colours(picture)
        # White, ink, and every class of the legend fill areas of the sheet.
        assert (counts > 2000).sum() >= colours + 1
        assert seen
        assert (tmp_path / "out" / "maps" / f"{name}.pdf").stat().st_size > 10_000
    for name in ("published", "modis", "guiyang"):
        page = (tmp_path / "out" / f"report_{name}.html").read_text(encoding="utf-8")
        assert page.count('<svg class="map"') >= 3
        assert "http" not in page.replace("http://www.w3.org/", "")
    assert (tmp_path / "out" / "report_modis.xlsx").stat().st_size > 5_000


def _colours(picture):
    import numpy as np

    values, counts = np.unique(picture.astype(np.uint32).T @ [65536, 256, 1], return_counts=True)
    return len(values), counts
