"""Tests of carbon supply by zone from a carbon raster, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster


@pytest.fixture
def zones():
    return squares({"name": list("AB")})


def raster(folder, name, cells, nodata=-9999.0):
    return write_raster(folder / f"{name}.tif", np.asarray(cells, np.float32), nodata, origin=(500000.0, 2001000.0))


def halves(first, second):
    """Ten rows and twenty columns of one hectare: one value per zone."""
    return np.repeat([[first] * 10 + [second] * 10], 10, axis=0)


def supply(run, zones, **given):
    return run("zonalcarbonsupply", ZONES=zones, OUTPUT="memory:", **given)


def test_a_stock_raster_is_summed_by_zone(run, zones, tmp_path):
    path = raster(tmp_path, "carbon", halves(50, 150))
    result = supply(run, zones, CARBON=path, CLASSES="memory:")
    out = result["OUTPUT"]
    assert column(out, "carbon_t") == pytest.approx([5000, 15000])
    assert column(out, "carbon_t_km2") == pytest.approx([5000, 15000])
    assert column(out, "carbon_share") == pytest.approx([0.25, 0.75])
    assert column(out, "coverage_share") == pytest.approx([1, 1])
    assert result["TOTAL_CARBON_T"] == pytest.approx(20000)
    assert result["MAPPED_KM2"] == pytest.approx(2)
    assert result["OUTSIDE_HA"] == pytest.approx(0, abs=1e-6)
    assert result["TOTAL_SINK_T"] is None
    as_co2 = supply(run, zones, CARBON=path, CARBON_SPECIES="CO2", CARBON_UNIT="kg/m2")
    assert as_co2["TOTAL_CARBON_T"] == pytest.approx(20000 * 10 * 12 / 44)


def test_a_flow_raster_may_be_negative(run, zones, tmp_path):
    result = supply(
        run, zones, CARBON=raster(tmp_path, "nep", halves(300, -100)), CARBON_UNIT="g/m2", CARBON_BASIS="flow"
    )
    assert column(result["OUTPUT"], "sink_t") == pytest.approx([300, -100])
    assert column(result["OUTPUT"], "sink_t_ha") == pytest.approx([3, -1])
    assert column(result["OUTPUT"], "sink_coverage_share") == pytest.approx([1, 1])
    assert result["TOTAL_SINK_T"] == pytest.approx(200)
    assert result["MEAN_SINK_T_HA"] == pytest.approx(1)
    assert result["TOTAL_CARBON_T"] is None


def test_soil_of_a_raster_is_added_to_other_pools_of_the_table(run, zones, tmp_path):
    cover = write_raster(tmp_path / "cover.tif", halves(1, 2).astype(np.uint8), 0, origin=(500000.0, 2001000.0))
    table = supply(run, zones, LAND_COVER=cover, PRESET="henan")
    both = supply(
        run,
        zones,
        LAND_COVER=cover,
        PRESET="henan",
        CARBON=raster(tmp_path, "soil", halves(10, 20)),
        CARBON_POOL="soil",
    )
    # Henan, t C/ha: arable 4.85 0.92 58.2 2.84, forest 20.92 7.53 67.3 54.2.
    assert column(table["OUTPUT"], "carbon_t") == pytest.approx([6681, 14995])
    assert column(both["OUTPUT"], "carbon_t") == pytest.approx([861 + 1000, 8265 + 2000])
    assert both["TOTAL_CARBON_T"] == pytest.approx(12126)
    assert column(both["OUTPUT"], "carbon_share") == pytest.approx([1861 / 12126, 10265 / 12126])
    gap = halves(10, 20).astype(float)
    gap[:, 15:] = -9999
    warned = supply(
        run, zones, LAND_COVER=cover, PRESET="henan", CARBON=raster(tmp_path, "gap", gap), CARBON_POOL="soil"
    )
    assert any("different areas in 1 zone(s)" in each and "B" in each for each in warned["notes"].warned)


def test_refusals(run, zones, tmp_path):
    path = raster(tmp_path, "carbon", halves(50, 150))
    with pytest.raises(QgsProcessingException, match=r"LAND_COVER.*or a raster of carbon"):
        supply(run, zones, PRESET="henan")
    with pytest.raises(QgsProcessingException, match="contains all pools"):
        supply(run, zones, CARBON=path, PRESET="henan")
    with pytest.raises(QgsProcessingException, match="A flow has no pools"):
        supply(run, zones, CARBON=path, CARBON_BASIS="flow", CARBON_POOL="soil")
    with pytest.raises(QgsProcessingException, match="needs both"):
        supply(run, zones, CARBON=path, CARBON_POOL="soil")
    with pytest.raises(QgsProcessingException, match="negative"):
        supply(run, zones, CARBON=raster(tmp_path, "negative", halves(50, -1)))


def test_an_implausible_density_gives_a_warning(run, zones, tmp_path):
    path = raster(tmp_path, "carbon", halves(5000, 15000))
    (said,) = [each for each in supply(run, zones, CARBON=path)["notes"].warned if "plausible" in each]
    assert "the mean of 1e+04 t C/ha is outside the plausible range of 0.5 to 2,000" in said
    right = supply(run, zones, CARBON=path, CARBON_UNIT="t/km2")
    assert not any("plausible" in each for each in right["notes"].warned)


def test_gaps_of_the_carbon_raster_are_logged_separately(run, zones, tmp_path):
    cells = halves(50.0, 150.0).astype(float)
    cells[:4, :10] = -9999
    result = supply(run, zones, CARBON=raster(tmp_path, "carbon", cells))
    (said,) = [each for each in result["notes"].warned if "on less than 95 % of their area" in each]
    assert said.startswith('These zones have data of Carbon raster (CARBON) "carbon" on less than 95 %')
    assert "A (60.0 %)" in said
    assert result["OUTSIDE_HA"] == 0


def test_the_unit_in_the_name_of_a_raster_is_proposed_by_that_name(run, zones, tmp_path):
    """1 g/m2 is 1 t/km2, which comes first among the units."""
    (warned, *_) = supply(run, zones, CARBON=raster(tmp_path, "carbon_g_m2", halves(50, 150)))["notes"].warned
    assert warned.endswith("set CARBON_UNIT = g/m2.")
