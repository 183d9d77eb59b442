"""Mean uptake of classes against sums over cells by hand."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.quantity import RasterQuantity
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import SinkTable
from carbon_balance.core.supply.production.class_uptake import MEASURED, TABLE, coefficients_of, uptake_by_class
from carbon_balance.core.supply.raster_supply import CarbonRaster
from rasters import write_raster


def measured(folder, codes, values, workers=1, log=None):
    """Uptake in t/ha of cells of one hectare."""
    cover = LandCover(RasterSource(write_raster(folder / "c.tif", np.asarray(codes, np.uint8), 0), "the cover"))
    cells = write_raster(folder / "u.tif", np.asarray(values, np.float32), -9999.0)
    carbon = CarbonRaster(RasterQuantity(RasterSource(cells, "the raster"), factor=100.0))
    return uptake_by_class(cover, carbon, log or Log(), workers)


def a_table(species="C"):
    return SinkTable("the table", np.array([1, 9]), ["forest", "water"], np.array([5.0, 2.2]), species)


def test_means_over_the_cells_with_data_in_both(tmp_path):
    found = measured(tmp_path, [[1, 1, 2], [2, 0, 3]], [[1, 4, -2], [-9999, 7, -9999]])
    assert found.codes.tolist() == [1, 2, 3]
    assert found.uptake_t == pytest.approx([5, -2, 0])
    assert found.measured_ha == pytest.approx([2, 1, 0])
    assert found.area_ha == pytest.approx([2, 2, 1])
    assert found.mean_t_ha == pytest.approx([2.5, -2, np.nan], nan_ok=True)


def test_means_times_areas_equal_the_sum_for_any_number_of_workers(tmp_path):
    rng = np.random.default_rng(4)
    codes = rng.integers(0, 6, (700, 600))
    values = rng.normal(1, 3, (700, 600)).astype(np.float32)
    values[rng.random(values.shape) < 0.2] = -9999
    found = measured(tmp_path, codes, values)
    both = (codes > 0) & (values > -9999)
    assert found.uptake_t.sum() == pytest.approx(values[both].sum(dtype=float), rel=1e-12)
    assert (found.mean_t_ha * found.measured_ha).sum() == pytest.approx(values[both].sum(dtype=float), rel=1e-12)
    for at, code in enumerate(found.codes):
        assert found.mean_t_ha[at] == pytest.approx(values[both & (codes == code)].mean(dtype=float), rel=1e-12)
    again = measured(tmp_path, codes, values, workers=3)
    assert again.uptake_t.tobytes() == found.uptake_t.tobytes()


def test_cells_in_degrees_are_weighted_by_area(tmp_path):
    """A cell at 60 degrees north has half the area of one at the equator, 0.2 % more on the ellipsoid."""
    codes = np.ones((61, 1), np.uint8)
    place = {"epsg": 4326, "origin": (0, 60.5), "cell": 1.0}
    cover = LandCover(RasterSource(write_raster(tmp_path / "c.tif", codes, 0, **place)))
    values = np.full((61, 1), -9999, np.float32)
    values[0], values[60] = 1, 4
    cells = write_raster(tmp_path / "u.tif", values, -9999.0, **place)
    found = uptake_by_class(cover, CarbonRaster(RasterQuantity(RasterSource(cells), factor=100.0)), Log())
    assert found.mean_t_ha[0] == pytest.approx((0.5 * 1 + 4) / 1.5, rel=3e-3)


def test_classes_without_data_take_their_coefficient_from_the_table(tmp_path):
    log = Log()
    found = measured(tmp_path, [[1, 9, 4]], [[1, -9999, -2]])
    made = coefficients_of(found, a_table(), "the raster", log)
    assert made.table.codes.tolist() == [1, 4, 9]
    assert made.table.names == ["forest", "4", "water"]
    assert made.table.sink_t_ha == pytest.approx([1, -2, 2.2])
    assert made.origins == [MEASURED, MEASURED, TABLE]
    assert (made.area_ha.tolist(), made.measured_ha.tolist()) == ([1, 1, 1], [1, 1, 0])
    assert made.table.species == "C"
    assert any("are sources by the raster" in each and "4: -2" in each for each in log.warnings)
    assert any("take the coefficients of the table: water" in each for each in log.notes)


def test_a_table_in_co2_is_converted_and_an_unstated_species_logged(tmp_path):
    found = measured(tmp_path, [[1, 9]], [[1, -9999]])
    assert coefficients_of(found, a_table("CO2"), "u", Log()).table.sink_t_ha[1] == pytest.approx(2.2 * 12 / 44)
    log = Log()
    assert coefficients_of(found, a_table("unstated"), "u", log).table.sink_t_ha[1] == 2.2
    assert any("it is taken as C" in each for each in log.warnings)


def test_a_table_without_a_raster_is_unchanged():
    table = a_table("unstated")
    made = coefficients_of(None, table, "", Log())
    assert made.table is table
    assert made.origins == [TABLE, TABLE]
    assert made.measured_ha.tolist() == [0, 0]


def test_refusals(tmp_path):
    found = measured(tmp_path, [[1, 7]], [[1, -9999]])
    for table in (None, a_table()):
        with pytest.raises(CarbonBalanceError, match=r"has no data on land of class\(es\) 7: give sink coefficients"):
            coefficients_of(found, table, "the raster", Log())
    with pytest.raises(CarbonBalanceError, match="No cell has data in both the cover and the raster"):
        measured(tmp_path, [[1, 0]], [[-9999, 3]])
