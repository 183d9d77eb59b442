"""Rasters read at points, averaged over zones, sampled on a regular grid."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.factor_table import of_rasters, with_rasters
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.sampling import (
    centroids,
    feature_values,
    inner_points,
    regular_points,
    sample,
    zone_means,
)
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.table import Table
from osgeo import ogr, osr
from rasters import wkt, write_raster

WIDTH, HEIGHT = 60, 40


def write(path, values, geotransform=(500000, 100, 0, 2004000, 0, -100), epsg=32648, nodata=-9.0):
    written = write_raster(path, values.astype(np.float32), nodata, epsg, geotransform=geotransform)
    return RasterSource(written, label=path.stem)


@pytest.fixture
def raster(tmp_path):
    """Cell value = 1000 row + column, one cell without data."""
    values = 1000.0 * np.arange(HEIGHT)[:, None] + np.arange(WIDTH)
    values[3, 7] = -9
    return write(tmp_path / "steps.tif", values)


def shape(text):
    return bytes(ogr.CreateGeometryFromWkt(text).ExportToWkb())


def test_each_point_has_the_value_of_its_cell(raster):
    points = np.array([[500001, 2003999], [500150, 2003999], [500750, 2003650], [505999, 2000001], [506001, 2000001]])
    found = sample(raster, np.vstack([points, [[np.nan, np.nan]]]), wkt(32648))
    assert found[:2].tolist() == [0, 1]
    assert np.isnan(found[2])
    assert found[3] == 39059
    assert np.isnan(found[4:]).all()


def test_points_of_another_crs(raster):
    to = osr.CoordinateTransformation(osr.SpatialReference(wkt(32648)), osr.SpatialReference(wkt(4326)))
    latitude, longitude, _ = to.TransformPoint(502350, 2002650)
    assert sample(raster, np.array([[longitude, latitude]]), wkt(4326)).tolist() == [13023]


def test_a_crs_on_one_side_only_is_refused(raster):
    with pytest.raises(CarbonBalanceError, match="one has a coordinate reference system, the other has none"):
        sample(raster, np.zeros((1, 2)), "")


def test_means_over_zones(raster):
    """Whole cells in rows 0-1, columns 2-4; the gap; a sliver without a cell centre; no outline; outside the raster."""
    zones = [
        shape("POLYGON ((500200 2004000, 500500 2004000, 500500 2003800, 500200 2003800, 500200 2004000))"),
        shape("POLYGON ((500600 2003700, 500900 2003700, 500900 2003600, 500600 2003600, 500600 2003700))"),
        shape("POLYGON ((501005 2003995, 501015 2003995, 501015 2003985, 501005 2003985, 501005 2003995))"),
        None,
        shape("POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"),
    ]
    found = zone_means(raster, zones)
    assert found[:3].tolist() == [503.0, 3007.0, 10.0]
    assert np.isnan(found[3:]).all()
    assert feature_values(raster, zones)[:3].tolist() == [503.0, 3007.0, 10.0]
    assert feature_values(raster, [None, shape("POINT (500150 2003950)")])[1] == 1


def test_means_in_degrees_are_by_area(tmp_path):
    """Two rows, at the equator and at 60 degrees north, where cells are half as large."""
    values = np.array([[10.0], [0.0]])
    raster = write(tmp_path / "wide.tif", values, (0, 1, 0, 90, 0, -60), 4326)
    found = zone_means(raster, [shape("POLYGON ((0 -30, 1 -30, 1 90, 0 90, 0 -30))")])[0]
    # Areas of the bands on a sphere: sin 90 - sin 30 over sin 30 - sin -30.
    assert found == pytest.approx(10 * 0.5 / 1.5, rel=0.005)


def test_regular_points_are_cell_centres(raster):
    points = regular_points(raster.grid, 1000)
    assert len(points) == 6 * 4
    assert points[0].tolist() == [500550, 2003450]
    assert np.unique(np.diff(np.unique(points[:, 0]))).tolist() == [1000]
    assert len(regular_points(raster.grid)) == WIDTH * HEIGHT
    with pytest.raises(CarbonBalanceError, match="gives only 1 sample point"):
        regular_points(raster.grid, 1e6)


def test_table_of_rasters_on_different_grids(raster, tmp_path):
    coarse = write(tmp_path / "coarse.tif", np.array([[1.0, 2], [3, -9]]), (500000, 3000, 0, 2004000, 0, -2000))
    table = of_rasters({"steps": raster, "coarse": coarse}, 1000)
    assert table.fields == ["steps", "coarse"]
    assert len(table) == 24
    assert table.numbers("coarse")[:6].tolist() == [1, 1, 1, 2, 2, 2]
    assert np.isnan(table.numbers("coarse")[-1])
    with pytest.raises(CarbonBalanceError, match="There is nothing to correlate"):
        of_rasters({})


def test_rasters_beside_fields(raster):
    asked = []

    def outlines(crs):
        asked.append(crs)
        return [shape("POINT (500150 2003950)"), None]

    table = with_rasters(Table("t", ["a"], [[5], [6]]), outlines, {"steps": raster})
    assert table.fields == ["a", "steps"]
    assert table.rows[0] == [5, 1.0]
    assert np.isnan(table.numbers("steps")[1])
    assert asked == [raster.grid.crs_wkt]
    with pytest.raises(CarbonBalanceError, match="^Steps, steps: a raster has the same name as a field"):
        with_rasters(Table("t", ["Steps"], [[5], [6]]), outlines, {"steps": raster})


def test_points_of_shapes():
    ring = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"
    horseshoe = "POLYGON ((0 0, 9 0, 9 9, 8 9, 8 1, 1 1, 1 9, 0 9, 0 0))"
    assert centroids([shape(ring), None, shape("POINT (3 5)")])[[0, 2]].tolist() == [[2, 2], [3, 5]]
    inner = ogr.CreateGeometryFromWkt("POINT ({} {})".format(*inner_points([shape(horseshoe)])[0]))
    assert ogr.CreateGeometryFromWkt(horseshoe).Contains(inner)
    assert not ogr.CreateGeometryFromWkt(horseshoe).Contains(
        ogr.CreateGeometryFromWkt("POINT ({} {})".format(*centroids([shape(horseshoe)])[0]))
    )


def test_a_zone_of_two_cells_of_a_hundredth_hectare_has_their_mean(tmp_path):
    raster = write(tmp_path / "fine.tif", np.array([[3.0, 5.0]]), (500000, 10, 0, 2004000, 0, -10))
    zone = shape("POLYGON ((500000 2003990, 500020 2003990, 500020 2004000, 500000 2004000, 500000 2003990))")
    assert zone_means(raster, [zone])[0] == pytest.approx(4)


def test_regular_points_lie_a_spacing_apart_in_both_directions():
    """Cells of 30 by 60 m: 90 m are three columns, and 1.5 rows, rounded to two."""
    grid = Grid(9, 8, (1000.0, 30.0, 0.0, 5000.0, 0.0, -60.0), "")
    points = regular_points(grid, 90.0)
    assert sorted(set(points[:, 0].tolist())) == [1045, 1135, 1225]
    assert sorted(set(points[:, 1].tolist()), reverse=True) == [4910, 4790, 4670, 4550]
    assert len(points) == 12
    assert len(regular_points(grid, 1.0)) == 72


def test_the_default_spacing_gives_about_ten_thousand_points():
    large = Grid(1000, 500, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    # The root of 50 cells a point, rounded up: every eighth, from the fifth on.
    assert len(regular_points(large, None)) == 125 * 62
    assert len(regular_points(Grid(100, 100, large.geotransform, ""), None)) == 10_000


@pytest.mark.parametrize(("size", "refused"), [((1, 2), True), ((1, 3), False), ((3, 1), False)])
def test_at_least_three_points_are_required(size, refused):
    grid = Grid(*size, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    if not refused:
        assert len(regular_points(grid, 1.0)) == 3
        return
    with pytest.raises(CarbonBalanceError, match=r"^A spacing of 1 gives only 2 sample point\(s\)"):
        regular_points(grid, 1.0)
