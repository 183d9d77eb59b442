"""Records inside GeoPackages and rasters, and files that cannot contain one."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.assessment.provenance.carrier import put_inside, read_inside
from rasters import write_raster


def test_a_record_is_stored_in_a_raster_and_read_back(tmp_path):
    path = write_raster(tmp_path, np.ones((2, 2), np.uint8))
    assert read_inside(str(path), is_raster=True) == ""
    assert put_inside(tmp_path / path.rsplit("/", 1)[-1], "text") is True
    assert read_inside(str(path), is_raster=True) == "text"


def test_a_file_that_cannot_store_a_record_is_reported(tmp_path):
    damaged = tmp_path / "damaged.tif"
    damaged.write_bytes(b"II*\0 but no raster")
    assert put_inside(damaged, "text") is False
    assert put_inside(tmp_path / "none.gpkg", "text") is False
    assert read_inside(str(damaged), is_raster=True) == ""
