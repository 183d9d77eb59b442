"""Rasters without georeference are refused, with the reason."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.opening.georeference import need_georeference
from carbon_balance.core.runtime.errors import CarbonBalanceError
from osgeo import gdal


def raster(geotransform=None, gcps=()):
    dataset = gdal.GetDriverByName("MEM").Create("", 4, 3)
    if geotransform is not None:
        dataset.SetGeoTransform(geotransform)
    if gcps:
        dataset.SetGCPs(list(gcps), "")
    return dataset


@pytest.mark.parametrize(
    "geotransform",
    [(100, 30, 0, 200, 0, -30), (0, 1, 0, 0, 0, -1), (0, 2, 0, 0, 0, 1), (5, 0, 30, 7, 30, 0), (5, 1, 1, 7, -1, 1)],
)
def test_known_cells_are_accepted(geotransform):
    need_georeference(raster(geotransform), "the map")


@pytest.mark.parametrize("geotransform", [None, (0, 1, 0, 0, 0, 1)])
def test_a_file_without_georeference_is_refused(geotransform):
    with pytest.raises(CarbonBalanceError, match="^the map has no georeference"):
        need_georeference(raster(geotransform), "the map")


def test_a_file_with_control_points_only_is_refused():
    with pytest.raises(CarbonBalanceError, match="^the map is placed by control points alone"):
        need_georeference(raster(None, [gdal.GCP(0, 0, 0, 0, 0)]), "the map")
    dataset = raster()
    dataset.SetMetadata({"HEIGHT_OFF": "1"}, "RPC")
    # RPC in a domain of its own counts neither as metadata named RPC nor as points.
    with pytest.raises(CarbonBalanceError):
        need_georeference(dataset, "the map")


@pytest.mark.parametrize(
    "geotransform", [(5, 0, 0, 7, 0, -1), (5, 1, 0, 7, 0, 0), (5, 2, 4, 7, 1, 2), (5, np.nan, 0, 7, 0, 1)]
)
def test_cells_of_size_zero_are_refused(geotransform):
    with pytest.raises(CarbonBalanceError, match="its cells have no size"):
        need_georeference(raster(geotransform), "the map")


@pytest.mark.parametrize("geotransform", [(np.nan, 1, 0, 7, 0, -1), (5, 1, 0, np.inf, 0, -1)])
def test_cells_without_location_are_refused(geotransform):
    with pytest.raises(CarbonBalanceError, match="its cells have no place"):
        need_georeference(raster(geotransform), "the map")
