"""Z and M values of outlines are ignored, even if they are NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.compat import make_field
from layers import column
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from rasters import write_raster


@pytest.fixture
def zones():
    """Two squares of 1 km with Z and M values of NaN, in a CRS other than the raster's."""
    made = QgsVectorLayer("PolygonZM?crs=EPSG:32648", "zones", "memory")
    made.dataProvider().addAttributes([make_field(each, "double") for each in "xed"])
    made.updateFields()
    for row in range(2):
        west = 500000 + 1000 * row
        square = QgsGeometry.fromWkt(
            f"POLYGON(({west} 2000000, {west + 1000} 2000000, {west + 1000} 1999000, {west} 1999000, {west} 2000000))"
        )
        square.get().addZValue(math.nan)
        square.get().addMValue(math.nan)
        feature = QgsFeature(made.fields())
        feature.setGeometry(square)
        feature.setAttributes([5.0, 1.0 + row, 2.0])
        assert made.dataProvider().addFeature(feature)
    return made


@pytest.mark.parametrize("epsg", [32648, 32649])
def test_outlines_with_z_and_m_values_have_the_areas_of_flat_ones(run, tmp_path, zones, epsg):
    cover = write_raster(tmp_path / "c.tif", np.full((40, 60), 2, np.uint8), origin=(499000.0, 2002000.0))
    if epsg != 32648:
        from osgeo import gdal

        cover = str(tmp_path / "w.tif")
        gdal.Warp(cover, str(tmp_path / "c.tif"), dstSRS=f"EPSG:{epsg}", dstNodata=255)
    done = run("zonalcarbonsupply", ZONES=zones, LAND_COVER=cover, PRESET="henan", OUTPUT="memory:")
    assert column(done["OUTPUT"], "mapped_km2") == pytest.approx([1, 1], rel=0.03)
    assert column(done["OUTPUT"], "carbon_t") == pytest.approx([14995, 14995], rel=0.03)


def test_areas_and_centres_ignore_z_and_m_values(run, zones):
    done = run("supplydemandratio", ZONES=zones, SUPPLY="e", DEMAND="d", OUTPUT="memory:")
    # 2 t/km2 on the ellipsoid over 1 t in the zone: the scale of UTM on its central meridian is 0.9996.
    assert column(done["OUTPUT"], "ratio") == pytest.approx([2 * 1.0008, 1.0008], rel=1e-3)
