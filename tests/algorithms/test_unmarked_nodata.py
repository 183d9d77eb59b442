"""No data that is not marked, as a user meets it in each algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import QgsProcessingException
from rasters import write_raster

SIZE = 24


@pytest.fixture
def land():
    """CLCD codes in a disc, 0 around it: 276 of 576 cells are background."""
    row, column = np.indices((SIZE, SIZE))
    cells = np.where(row < 12, 1, 2)
    cells[row > 16] = 8
    cells[np.hypot(row - 11.5, column - 11.5) > 9.7] = 0
    return cells.astype(np.uint8)


@pytest.fixture
def later(land):
    """One row of cropland has become impervious."""
    cells = land.copy()
    cells[9][cells[9] == 1] = 8
    return cells


def warned(result):
    return " ".join(result["notes"].warned)


@pytest.mark.parametrize(("algorithm", "more"), [("carbonstorage", {}), ("carbonuncertainty", {"CV": 20})])
def test_the_refusal_of_a_missing_code_names_no_data_before_a_scheme(run, land, tmp_path, algorithm, more):
    given = {"LAND_COVER": write_raster(tmp_path / "clcd.tif", land), "PRESET": "henan", "SCHEME": "clcd", **more}
    with pytest.raises(QgsProcessingException) as refused:
        run(algorithm, **given)
    said = str(refused.value)
    assert "along the edge) may be undeclared nodata values: if so, set NODATA_CODES = 0;" in said
    assert "igbp" not in said
    assert run(algorithm, **given, NODATA_CODES="0")


def test_the_scheme_of_the_other_codes_is_still_named(run, land, tmp_path):
    cells = np.where(land == 2, 9, land)
    cells[11, 8:12] = 7
    cover = write_raster(tmp_path / "clcd.tif", cells)
    with pytest.raises(QgsProcessingException, match=r"set NODATA_CODES = 0; .* clcd.*: did you mean SCHEME = clcd\?"):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan")


@pytest.mark.parametrize("code", [255, 128, -9999, 2147483647])
def test_other_codes_of_the_background(run, land, tmp_path, code):
    cells = np.where(land == 0, code, land.astype(np.int32))
    cover = write_raster(tmp_path / "clcd.tif", cells)
    with pytest.raises(QgsProcessingException, match=f"set NODATA_CODES = {code};"):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan", SCHEME="clcd")
    result = run("carbonstorage", LAND_COVER=cover, PRESET="henan", SCHEME="clcd", NODATA_CODES=str(code))
    assert result["AREA_HA"] == (land > 0).sum()


def test_a_float_land_cover_that_lost_its_tag(run, land, tmp_path):
    low = float(np.finfo(np.float32).min)
    cover = write_raster(tmp_path / "f.tif", np.where(land == 0, low, land).astype(np.float32))
    given = {"LAND_COVER": cover, "PRESET": "henan", "SCHEME": "clcd"}
    with pytest.raises(QgsProcessingException, match=r"set NODATA_CODES = -3.4028235e\+38"):
        run("carbonstorage", **given)
    for typed in ("-3.4028235e+38", "-3.4e38", "-3.4028234663852886e+38"):
        assert run("carbonstorage", **given, NODATA_CODES=typed)["AREA_HA"] == (land > 0).sum()


def test_background_that_the_pools_know_is_warned_of(run, land, tmp_path):
    pools = tmp_path / "pools.csv"
    pools.write_text("lucode,carbon_t_ha\n0,0\n1,50\n2,100\n8,20\n", encoding="utf-8")
    cover, later = (
        write_raster(tmp_path / "a.tif", land),
        write_raster(tmp_path / "b.tif", np.where(land == 1, 2, land)),
    )
    for result in (
        run("carbonstorage", LAND_COVER=cover, POOLS=str(pools)),
        run("carbonstoragechange", LAND_COVER=cover, LAND_COVER_LATER=later, POOLS=str(pools)),
        run("carbonuncertainty", LAND_COVER=cover, POOLS=str(pools), CV=20),
    ):
        assert "set NODATA_CODES = 0." in warned(result)


def test_transitions_accuracy_suitability_and_simulation_warn(run, land, later, tmp_path):
    first, second = write_raster(tmp_path / "a.tif", land), write_raster(tmp_path / "b.tif", later)
    slope = write_raster(tmp_path / "slope.tif", np.indices((SIZE, SIZE))[1].astype(np.float32))
    years = {"YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2020}
    demand = str(tmp_path / "demand.csv")
    changed = run("landusetransition", LAND_COVER=first, LAND_COVER_LATER=second, **years, DEMAND=demand)
    accuracy = {"LAND_COVER": first, "REFERENCE": second, "SIMULATED": second}
    suitable = {"LAND_COVER": first, "DRIVERS": [slope], "SAMPLES": 300, "NETWORKS": 1, "ITERATIONS": 5}
    suitability = str(tmp_path / "s.tif")
    trained = run("landusesuitability", **suitable, OUTPUT=suitability)
    simulated = run(
        "landusesimulation", LAND_COVER=second, SUITABILITY=suitability, DEMAND=demand, OUTPUT=str(tmp_path / "o.tif")
    )
    for result in (changed, run("simulationaccuracy", **accuracy), trained, simulated):
        assert "class 0 (48% of the cells, along the edge)" in warned(result)
        assert "set NODATA_CODES = 0." in warned(result)
    left_out = run("landusetransition", LAND_COVER=first, LAND_COVER_LATER=second, **years, NODATA_CODES="0")
    assert "NODATA_CODES" not in warned(left_out)
    lost = int((land != later).sum())
    assert left_out["CHANGED_SHARE"] == pytest.approx(lost / (land > 0).sum())
    assert changed["CHANGED_SHARE"] == pytest.approx(lost / land.size)


def test_water_that_changes_or_lies_inside_is_no_background(run, tmp_path):
    cells = np.full((SIZE, SIZE), 10, np.uint8)
    cells[:, 12:] = 0
    shore = cells.copy()
    shore[:, 12] = 10
    first, second = write_raster(tmp_path / "a.tif", cells), write_raster(tmp_path / "b.tif", shore)
    years = {"YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2020}
    assert "NODATA_CODES" not in warned(run("landusetransition", LAND_COVER=first, LAND_COVER_LATER=second, **years))
    lake = np.full((SIZE, SIZE), 10, np.uint8)
    lake[6:18, 6:18] = 0
    inside = run("carbonstorage", LAND_COVER=write_raster(tmp_path / "c.tif", lake), PRESET="henan", SCHEME="igbp")
    assert "NODATA_CODES" not in warned(inside)


@pytest.mark.parametrize(("algorithm", "more"), [("carbonstorage", {}), ("carbonuncertainty", {"CV": 20})])
def test_a_land_cover_without_any_data_is_refused(run, tmp_path, algorithm, more):
    empty = write_raster(tmp_path / "empty.tif", np.zeros((5, 5), np.uint8), 0)
    with pytest.raises(QgsProcessingException, match="has no cell with data"):
        run(algorithm, LAND_COVER=empty, PRESET="henan", **more)
