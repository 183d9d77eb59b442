"""Tests of emission of land use, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from layers import CENTRAL_YUNNAN, column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster


@pytest.fixture
def cover(tmp_path):
    """Two squares of 1 km2 with 100 cells each: cropland and forest; half cropland, half built-up."""
    cells = np.zeros((10, 20), np.uint8)
    cells[:5, :10], cells[5:, :10] = 1, 2
    cells[:5, 10:], cells[5:, 10:] = 1, 5
    return write_raster(tmp_path / "cover.tif", cells, 0, origin=(500000.0, 2001000.0))


def emission(run, cover, zones, **more):
    return run("landuseemission", ZONES=zones, LAND_COVER=cover, OUTPUT="memory:", CLASSES="memory:", **more)


def test_fuels_on_built_up_land(run, cover):
    zones = squares({"name": list("AB"), "raw_coal": [10.0, 20.0], "小麦": [6.0, None]})
    result = emission(run, cover, zones, FUELS=["raw_coal"], CROPS=["小麦"])
    out, classes = result["OUTPUT"], result["CLASSES"]
    coal = 0.7143 * 0.7559 * 10
    assert column(out, "direct_emission_t_c") == pytest.approx([21.1 - 32.2, 21.1])
    assert column(out, "energy_emission_t_c") == pytest.approx([coal, 2 * coal], rel=1e-3)
    assert column(out, "gross_emission_t_c") == pytest.approx([21.1 + coal, 21.1 + 2 * coal], rel=1e-3)
    assert column(out, "uptake_t_c") == pytest.approx([32.2, 0])
    assert column(out, "net_emission_t_c") == pytest.approx([coal - 11.1, 21.1 + 2 * coal], rel=1e-3)
    pressure, crops = column(out, "footprint_pressure"), column(out, "crop_uptake_t_c")
    assert pressure[0] == pytest.approx((21.1 + coal) / 32.2, rel=1e-3)
    assert crops[0] == pytest.approx(7.228, abs=1e-3)
    assert (pressure[1], crops[1]) == (None, None)
    assert result["NET_EMISSION_T_C"] == pytest.approx(10 + 3 * coal, rel=1e-3)
    assert result["GROSS_EMISSION_T_C"] == pytest.approx(42.2 + 3 * coal, rel=1e-3)
    assert result["UPTAKE_T_C"] == pytest.approx(32.2)
    assert result["FOOTPRINT_PRESSURE"] == pytest.approx((42.2 + 3 * coal) / 32.2, rel=1e-3)
    assert result["CROP_UPTAKE_T_C"] == pytest.approx(7.228, abs=1e-3)
    by_class = dict(
        zip(zip(column(classes, "zone_name"), column(classes, "code")), column(classes, "net_emission_t_c"))
    )
    assert by_class["B", 5] == pytest.approx(2 * coal, rel=1e-3)
    warned = " ".join(result["notes"].warned)
    assert "without built-up land" in warned and "gross" in warned


def test_a_given_emission_is_converted_to_carbon(run, cover):
    zones = squares({"name": list("AB"), "emission_t": [44.0, 0.0]})
    result = emission(run, cover, zones, ENERGY="emission_t")
    assert column(result["OUTPUT"], "energy_emission_t_c") == pytest.approx([12, 0])
    as_c = emission(run, cover, zones, ENERGY="emission_t", ENERGY_SPECIES="C")
    assert column(as_c["OUTPUT"], "energy_emission_t_c") == pytest.approx([44, 0])


def test_central_yunnan_with_required_parameters(run):
    result = run(
        "landuseemission", ZONES=CENTRAL_YUNNAN["ZONES"], LAND_COVER=CENTRAL_YUNNAN["LAND_COVER"], SCHEME="igbp",
        OUTPUT="memory:",
    )  # fmt: skip
    assert len(column(result["OUTPUT"], "net_emission_t_c")) == 49
    assert any("No energy use" in sentence for sentence in result["notes"].warned)


def test_refusals(run, cover):
    zones = squares({"name": list("AB"), "raw_coal": [1.0, 1.0], "e": [1.0, 1.0]})
    with pytest.raises(QgsProcessingException, match="both given"):
        emission(run, cover, zones, FUELS=["raw_coal"], ENERGY="e")
    with pytest.raises(QgsProcessingException, match="no fuel e"):
        emission(run, cover, zones, FUELS=["e"])
    with pytest.raises(QgsProcessingException, match="not a known crop"):
        emission(run, cover, zones, CROPS=["e"])


def test_a_negative_energy_emission_is_refused(run, cover):
    with pytest.raises(QgsProcessingException, match=r"column energy is negative \(-9999\)"):
        emission(run, cover, squares({"name": list("AB"), "energy": [10.0, -9999.0]}), ENERGY="energy")


def test_a_duplicate_zone_is_counted_once_in_numbers_and_log(run, cover):
    zones = squares({"name": list("ABA"), "raw_coal": [10.0, 20.0, 10.0]})
    first, _, again = zones.getFeatures()
    zones.dataProvider().changeGeometryValues({again.id(): first.geometry()})
    alone = emission(run, cover, squares({"name": list("AB"), "raw_coal": [10.0, 20.0]}), FUELS=["raw_coal"])
    doubled = emission(run, cover, zones, FUELS=["raw_coal"])
    for name in ("NET_EMISSION_T_C", "GROSS_EMISSION_T_C", "UPTAKE_T_C"):
        assert doubled[name] == pytest.approx(alone[name])
    told = [[note for note in done["notes"].logged if "of all zones:" in note] for done in (alone, doubled)]
    assert told[0] == told[1] != []


def test_partly_overlapping_zones_have_no_totals(run, cover):
    zones = squares({"name": list("AB"), "raw_coal": [10.0, 20.0]})
    moved = list(zones.getFeatures())[1].geometry()
    moved.translate(-500, 0)
    zones.dataProvider().changeGeometryValues({list(zones.getFeatures())[1].id(): moved})
    done = emission(run, cover, zones, FUELS=["raw_coal"])
    assert done["NET_EMISSION_T_C"] is None
    assert any("the totals of all zones are NULL" in each for each in done["notes"].warned)


def test_zones_of_one_province_do_not_count_energy_twice(run, cover):
    """Zones were told apart by their first column, in which both have the province."""
    total, fuels = "能源消费总量(tce)", ["raw_coal", "能源消费总量(tce)"]
    zones = squares({"省": ["云南", "云南"], "name": list("AB"), "raw_coal": [10.0, 0.0], total: [0.0, 30.0]})
    out = emission(run, cover, zones, FUELS=fuels)["OUTPUT"]
    assert column(out, "energy_emission_t_c") == pytest.approx([0.7143 * 0.7559 * 10, 30 * 2.66 * 12 / 44], rel=1e-3)
    both = squares({"省": ["云南", "云南"], "name": list("AB"), "raw_coal": [10.0, 5.0], total: [0.0, 30.0]})
    with pytest.raises(QgsProcessingException, match="counted twice: row 2 .B. have total energy"):
        emission(run, cover, both, FUELS=fuels)
