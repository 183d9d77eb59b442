"""Undeclared nodata values in the inputs of each algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from osgeo import gdal
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
def test_a_refused_code_0_is_explained_as_nodata_before_a_scheme(run, land, tmp_path, algorithm, more):
    given = {"LAND_COVER": write_raster(tmp_path / "clcd.tif", land), "PRESET": "henan", "SCHEME": "clcd", **more}
    with pytest.raises(QgsProcessingException) as refused:
        run(algorithm, **given)
    said = str(refused.value)
    assert "along the edge) may be undeclared nodata values: if so, set NODATA_CODES = 0;" in said
    assert "igbp" not in said
    assert run(algorithm, **given, NODATA_CODES="0")


def test_the_scheme_of_the_other_codes_is_named_as_well(run, land, tmp_path):
    cells = np.where(land == 2, 9, land)
    cells[11, 8:12] = 7
    cover = write_raster(tmp_path / "clcd.tif", cells)
    with pytest.raises(QgsProcessingException, match=r"set NODATA_CODES = 0; .* clcd.*: did you mean SCHEME = clcd\?"):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan")


@pytest.mark.parametrize("code", [255, 128, -9999, 2147483647])
def test_other_background_codes_are_recognised(run, land, tmp_path, code):
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


def test_background_with_a_pool_row_gives_a_warning(run, land, tmp_path):
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


def test_background_gives_a_warning_in_every_land_use_algorithm(run, land, later, tmp_path):
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
        assert "class 0 (47.9% of the cells, along the edge)" in warned(result)
        assert "set NODATA_CODES = 0." in warned(result)
    left_out = run("landusetransition", LAND_COVER=first, LAND_COVER_LATER=second, **years, NODATA_CODES="0")
    assert "NODATA_CODES" not in warned(left_out)
    lost = int((land != later).sum())
    assert left_out["CHANGED_SHARE"] == pytest.approx(lost / (land > 0).sum())
    assert changed["CHANGED_SHARE"] == pytest.approx(lost / land.size)


def test_water_that_changes_or_is_interior_is_not_background(run, tmp_path):
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


LOW = float(np.finfo(np.float32).min)


def driver(folder, name, value, kind=np.float32):
    """0 to 23 across, with ``value`` in the upper left corner."""
    cells = np.indices((SIZE, SIZE))[1].astype(kind)
    cells[:6, :6] = value
    return write_raster(folder / f"{name}.tif", cells)


@pytest.mark.parametrize(("value", "kind"), [(-9999, np.float32), (65535, np.uint16), (255, np.uint8)])
def test_a_driver_with_undeclared_nodata_gives_a_warning(run, land, tmp_path, value, kind):
    given = {
        "LAND_COVER": write_raster(tmp_path / "a.tif", land, 0),
        "DRIVERS": [driver(tmp_path, "height", value, kind)],
        "SAMPLES": 200,
        "NETWORKS": 1,
        "ITERATIONS": 2,
    }
    result = run("landusesuitability", **given, OUTPUT=str(tmp_path / "s.tif"))
    assert f'"height" holds {value} (6.25% of the cells)' in warned(result)
    assert f"set NODATA_VALUES = {value}." in warned(result)
    assert result["CELLS_WITHOUT"] == 0
    left_out = run("landusesuitability", **given, OUTPUT=str(tmp_path / "t.tif"), NODATA_VALUES=str(value))
    assert "NODATA_VALUES" not in warned(left_out)
    assert left_out["CELLS_WITHOUT"] == (land[:6, :6] > 0).sum()


def test_factors_with_undeclared_nodata_give_a_warning(run, tmp_path):
    one, other = driver(tmp_path, "height", -9999), driver(tmp_path, "rain", -9999)
    given = {"FACTOR_RASTERS": [one, other], "CORRELATIONS": "memory:"}
    assert warned(run("factorcorrelation", **given)).count("set NODATA_VALUES = -9999.") == 2
    left_out = run("factorcorrelation", **given, NODATA_VALUES="-9999")
    assert left_out["ROWS_LEFT_OUT"] == 36
    assert "NODATA_VALUES" not in warned(left_out)


@pytest.mark.parametrize("value", [LOW, 1e20, -9999])
def test_weights_and_amounts_that_can_only_be_nodata_are_refused(run, tmp_path, value):
    weights = driver(tmp_path, "people", value)
    supply, demand = driver(tmp_path, "supply", 0), driver(tmp_path, "demand", 0)
    with pytest.raises(QgsProcessingException, match=r'"people" holds .*: set NODATA_VALUES = '):
        run("emissiondemandraster", WEIGHTS=weights, PER_PERSON=4, OUTPUT=str(tmp_path / "d.tif"))
    with pytest.raises(QgsProcessingException, match=r'"people" holds .*: set NODATA_VALUES = '):
        run("supplydemandratioraster", SUPPLY=weights, DEMAND=demand, OUTPUT=str(tmp_path / "r.tif"))
    with pytest.raises(QgsProcessingException, match=r'"people" holds .*: set NODATA_VALUES = '):
        run("supplydemandratioraster", SUPPLY=supply, DEMAND=weights, OUTPUT=str(tmp_path / "r.tif"))
    assert not (tmp_path / "r.tif").exists()
    given = {"WEIGHTS": weights, "WEIGHTS_AS": "per_cell", "PER_PERSON": 4}
    told = run("emissiondemandraster", **given, OUTPUT=str(tmp_path / "d.tif"), NODATA_VALUES=f"{value:.8g}")
    people = np.indices((SIZE, SIZE))[1]
    assert told["RASTER_T"] == pytest.approx(4 * (people.sum() - people[:6, :6].sum()))


COLUMNS = {
    "emissiondemand": {"POPULATION": "a", "REGION_EMISSION": 1, "REGION_POPULATION": 1},
    "naturalbreakszoning": {"FIELD": "a"},
    "carbonconcentration": {"EMISSION": "a", "PERMUTATIONS": 0},
    "carboncentre": {"AMOUNTS": ["a"]},
    "factorcorrelation": {"VARIABLES": "a", "FACTORS": ["b"]},
    "geographicallyweightedregression": {"DEPENDENT": "a", "EXPLANATORY": ["b"]},
}


@pytest.mark.parametrize("algorithm", COLUMNS)
def test_a_column_with_undeclared_nodata_gives_a_warning(run, algorithm):
    rng = np.random.default_rng(1)
    values = [*rng.uniform(20, 90, 29).tolist(), 9999.0]
    layer = squares({"a": values, "b": rng.uniform(1, 2, 30).tolist()})
    source = "INPUT" if algorithm in ("factorcorrelation", "geographicallyweightedregression") else "ZONES"
    outputs = {"CORRELATIONS": "memory:"} if algorithm == "factorcorrelation" else {"OUTPUT": "memory:"}
    given = {source: layer, **COLUMNS[algorithm], **outputs}
    result = run(algorithm, **given)
    assert "column a of" in warned(result)
    assert "set NODATA_VALUES = 9999." in warned(result)
    left_out = run(algorithm, **given, NODATA_VALUES="9999")
    assert "NODATA_VALUES" not in warned(left_out)


@pytest.mark.parametrize("algorithm", ["carbonbalanceseries", "carbonbalancereport"])
def test_columns_found_by_name_are_checked(run, tmp_path, algorithm):
    zones = squares({"name": list("abcdef"), "carbon_t": [5e5, 6e5, 7e5, 8e5, 9e5, -9999.0]})
    given = {
        "carbonbalanceseries": {"LAYERS": [zones, zones], "DATES": "2010;2020", "KEY": "name", "SUPPLY": "carbon_t"},
        "carbonbalancereport": {"ZONES": zones, "OUTPUT": str(tmp_path / "r.html")},
    }[algorithm]
    given = {"OUTPUT": "memory:", **given}
    assert any("NODATA_VALUES = -9999" in each for each in run(algorithm, **given)["notes"].warned)
    done = run(algorithm, **given, NODATA_VALUES="-9999")
    assert not [each for each in done["notes"].warned if "NODATA_VALUES" in each]
    if algorithm == "carbonbalanceseries":
        assert column(done["OUTPUT"], "carbon_t").count(None) == 2
    else:
        assert "9,999" not in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", [255.0, -9999.0])
def test_suitability_bands_with_undeclared_nodata_give_a_warning(run, region, tmp_path, value):
    codes, share = np.zeros((20, 20), np.uint8) + 1, np.random.default_rng(1).random((2, 20, 20)).astype(np.float32)
    codes[:, 10:] = 2
    share[1, :3] = value
    cover = write_raster(tmp_path / "c.tif", codes)
    bands = write_raster(tmp_path / "s.tif", share)
    demand = tmp_path / "d.csv"
    demand.write_text("code,area_ha\n1,190\n2,210\n", encoding="utf-8")
    given = {"LAND_COVER": cover, "SUITABILITY": bands, "DEMAND": str(demand), "OUTPUT": str(tmp_path / "o.tif")}
    text = f"{value:.0f}"
    if value < 0:
        with pytest.raises(QgsProcessingException, match=f"band 2 .class 2. holds {text}.*NODATA_VALUES = {text}"):
            run("landusesimulation", **given)
    else:
        told = run("landusesimulation", **given)["notes"].warned
        assert any("band 2 (class 2) holds 255" in each and "NODATA_VALUES = 255" in each for each in told)
    done = run("landusesimulation", **given, NODATA_VALUES=text)
    assert not [each for each in done["notes"].warned if "NODATA_VALUES" in each]
    assert any("60 cells have no suitability" in each for each in [*done["notes"].logged, *done["notes"].warned])


@pytest.mark.parametrize("algorithm", ["carbonbalanceseries", "carbonbalancereport"])
def test_unread_columns_are_not_checked(run, tmp_path, algorithm):
    zones = squares({"name": list("abcd"), "carbon_t": [5e5, 6e5, 7e5, 8e5], "other": [1.0, 2.0, 3.0, -9999.0]})
    given = {
        "carbonbalanceseries": {"LAYERS": [zones, zones], "DATES": "2010;2020", "KEY": "name", "SUPPLY": "carbon_t"},
        "carbonbalancereport": {"ZONES": zones, "OUTPUT": str(tmp_path / "r.html")},
    }[algorithm]
    assert not [each for each in run(algorithm, **{"OUTPUT": "memory:", **given})["notes"].warned if "no data" in each]


def test_a_column_of_huge_values_gives_no_nan_in_messages(run):
    zones = squares({"name": list("abcdef"), "x": [1e307, 2e307, 3e307, 4e307, 5e307, 6e307], "d": [1.0] * 6})
    try:
        told = run("supplydemandratio", ZONES=zones, SUPPLY="d", DEMAND="x", OUTPUT="memory:")["notes"].warned
    except QgsProcessingException as refused:
        told = [str(refused)]
    assert not any("nan" in each for each in told)


def test_background_of_the_simulation_alone_gives_a_warning(run, land, later, tmp_path):
    filled = [np.where(each == 0, 3, each) for each in (land, later)]
    before, after = (write_raster(tmp_path / f"{name}.tif", cells) for name, cells in zip("ab", filled))
    simulated = write_raster(tmp_path / "s.tif", later)
    told = warned(run("simulationaccuracy", LAND_COVER=before, REFERENCE=after, SIMULATED=simulated))
    assert "class 0 (47.9% of the cells, along the edge) occurs in none of the other land covers" in told
    right = run("simulationaccuracy", LAND_COVER=before, REFERENCE=after, SIMULATED=simulated, NODATA_CODES="0")
    assert right["OVERALL_ACCURACY"] == 1
    assert "none of the other" not in warned(right)


def test_a_new_class_is_not_background(run, land, later, tmp_path):
    inside = [np.where(each == 0, 3, each) for each in (land, later)]
    inside[1][9:12, 9:13] = 7
    before, after = (write_raster(tmp_path / f"{name}.tif", cells) for name, cells in zip("ab", inside))
    assert "undeclared" not in warned(run("simulationaccuracy", LAND_COVER=before, REFERENCE=after, SIMULATED=after))


def test_background_gives_a_warning_in_a_calibration(run, land, later, tmp_path):
    before, after = (write_raster(tmp_path / f"{name}.tif", cells) for name, cells in zip("ab", (land, later)))
    slope = write_raster(tmp_path / "slope.tif", np.indices((SIZE, SIZE))[1].astype(np.float32))
    given = {"LAND_COVER": after, "EARLIER": before, "DRIVERS": [slope], "BLOCK": 4, "SAMPLES": 100, "NETWORKS": 1}
    done = run("landusecalibration", **given, SETTINGS=str(tmp_path / "s.json"))
    assert "class 0 (47.9% of the cells, along the edge) never changes" in warned(done)
    done = run("landusecalibration", **given, SETTINGS=str(tmp_path / "t.json"), NODATA_CODES="0")
    assert "never changes" not in warned(done)


@pytest.mark.skipif(not hasattr(gdal, "GDT_Int64"), reason="GDAL before 3.5 has no 64-bit integers")
def test_the_largest_64_bit_integer_is_warned_of_and_left_out(run, land, later, tmp_path):
    """It is no float, and was read as 0 where it was named as a code that means no data."""
    wide = [np.where(each == 0, 2**63 - 1, each.astype(np.int64)) for each in (land, later)]
    before, after = (write_raster(tmp_path / f"{name}.tif", cells) for name, cells in zip("ab", wide))
    given = {"LAND_COVER": before, "LAND_COVER_LATER": after, "YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2020}
    done = run("landusetransition", **given)
    assert f"If it means no data, set NODATA_CODES = {2**63 - 1}." in warned(done)
    right = run("landusetransition", **given, NODATA_CODES=str(2**63 - 1))
    assert right["AREA_HA"] == pytest.approx((land > 0).sum() * done["AREA_HA"] / land.size)
    assert "undeclared" not in warned(right)
