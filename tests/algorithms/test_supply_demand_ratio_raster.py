"""Tests of ``supplydemandratioraster``, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from gridded import make_raster, read_gaps
from osgeo import gdal
from qgis.core import QgsProcessingException

PLACE = (500_000, 100, 0, 2_001_000, 0, -100)
SUPPLY = np.array([[1.0, 2.0, 4.0, 0.0], [3.0, 3.0, 5.0, -1.0]])
DEMAND = np.array([[100.0, 100.0, 100.0, 100.0], [300.0, 0.0, -9.0, 7.0]])


@pytest.fixture
def rasters(tmp_path):
    """Supply in t C/ha, demand in t CO2/km2, and both later."""
    made = {"SUPPLY": SUPPLY, "DEMAND": DEMAND, "SUPPLY_LATER": SUPPLY * 1.5, "DEMAND_LATER": DEMAND * 1.5}
    return {name: str(make_raster(tmp_path / f"{name}.tif", values, PLACE, nodata=-9)) for name, values in made.items()}


@pytest.fixture
def two(rasters):
    return {name: rasters[name] for name in ("SUPPLY", "DEMAND")}


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("npp_g_m2", {}, "indicates g/m2, but it is read as t/ha: if the name is correct, set SUPPLY_UNIT = t/km2"),
        ("npp_gC_m2_2020", {"SUPPLY_UNIT": "kg/m2"}, "indicates g/m2, but it is read as kg/m2"),
        ("carbon_t_ha", {"SUPPLY_UNIT": "t/cell"}, "indicates t/ha, but it is read as t/cell"),
        ("npp_g_m2", {"SUPPLY_UNIT": "t/km2"}, None),
        ("carbon_t_ha", {}, None),
        ("supply", {}, None),
        ("cells_100_m2", {}, None),
    ],
)
def test_a_unit_in_the_name_of_a_raster_that_is_read_in_another_gives_a_warning(
    run, tmp_path, rasters, name, given, told
):
    path = str(make_raster(tmp_path / f"{name}.tif", SUPPLY, PLACE, nodata=-9))
    found = run(
        "supplydemandratioraster", SUPPLY=path, DEMAND=rasters["DEMAND"], **given, OUTPUT=str(tmp_path / "out.tif")
    )
    warned = [each for each in found["notes"].warned if "the name of the raster" in each]
    assert len(warned) == (told is not None)
    assert told is None or f"raster {name} {told}" in warned[0]


def test_the_unit_of_a_later_raster_is_that_of_the_first(run, tmp_path, rasters):
    later = str(make_raster(tmp_path / "later_kg_m2.tif", SUPPLY * 1.5, PLACE, nodata=-9))
    found = run("supplydemandratioraster", **{**rasters, "SUPPLY_LATER": later}, OUTPUT=str(tmp_path / "out.tif"))
    assert any("later_kg_m2 indicates kg/m2, but it is read as t/ha" in each for each in found["notes"].warned)


def test_esdr_balance_and_report(run, tmp_path, two):
    out, balance, report = (str(tmp_path / name) for name in ("ratio.tif", "balance.tif", "report.html"))
    result = run("supplydemandratioraster", **two, OUTPUT=out, BALANCE=balance, REPORT=report)
    s, d = SUPPLY * 100, np.where(DEMAND == -9, np.nan, DEMAND)
    fit = (s >= 0) & (d >= 0)
    np.testing.assert_allclose(read_gaps(balance), np.where(fit, s - d, np.nan), equal_nan=True)
    # The highest supply with a demand beside it is 400, for that of 500 has none.
    np.testing.assert_allclose(read_gaps(out), np.where(fit, (s - d) / 350, np.nan), rtol=1e-6, equal_nan=True)
    assert (result["SMAX"], result["DMAX"], result["INDEX_NAME"], result["BALANCE_POINT"]) == (400, 300, "ESDR", 0)
    assert result["SUPPLY_T"] == pytest.approx(s[fit].sum() * 0.01)
    assert result["BALANCE_T"] == pytest.approx((s[fit] - d[fit]).sum() * 0.01)
    areas = [result[name] for name in ("SURPLUS_KM2", "BALANCED_KM2", "DEFICIT_KM2", "AREA_KM2")]
    assert areas == pytest.approx([0.03, 0.02, 0.01, 0.06])
    assert (result["CELLS"], result["UNDEFINED"]) == (7, 1)
    assert result["WORSE_KM2"] is None
    warned = result["notes"].warned
    assert any("supply in t C and demand in t CO2" in text.lower() or "44/12" in text for text in warned)
    assert any("does not measure carbon neutrality" in text for text in warned)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "balance at 0; larger values mean surplus" in page
    assert "44/12" in page


def test_conversion_to_co2(run, tmp_path, two):
    out = str(tmp_path / "ratio.tif")
    run("supplydemandratioraster", **two, INDEX="supply/demand", CONVERT=True, OUTPUT=out)
    assert read_gaps(out)[0, 1] == pytest.approx(2 * 44 / 12)
    described = "supply/demand = S/D; supply: stock, t CO2; demand: flow, t CO2 a year"
    assert gdal.Open(out).GetRasterBand(1).GetDescription() == described


def test_scales_that_bands_state_are_applied(run, tmp_path, two):
    """The supply is stored in hundredths, the demand with an offset of 1,000."""
    run("supplydemandratioraster", **two, OUTPUT=str(tmp_path / "a.tif"))
    for name, scale, offset in (("SUPPLY", 0.01, 0), ("DEMAND", 1, 1000)):
        dataset = gdal.Open(two[name], gdal.GA_Update)
        band = dataset.GetRasterBand(1)
        cells = band.ReadAsArray()
        band.WriteArray(np.where(cells == -9, -9, (cells - offset) / scale))
        band.SetScale(scale)
        band.SetOffset(offset)
        band = dataset = None
    result = run("supplydemandratioraster", **two, OUTPUT=str(tmp_path / "b.tif"))
    np.testing.assert_allclose(read_gaps(tmp_path / "b.tif"), read_gaps(tmp_path / "a.tif"), rtol=1e-6, equal_nan=True)
    assert (result["SMAX"], result["DMAX"]) == pytest.approx((400, 300))


def test_change_of_balance(run, tmp_path, rasters):
    out, change = str(tmp_path / "ratio.tif"), str(tmp_path / "change.tif")
    result = run("supplydemandratioraster", **rasters, TOLERANCE=50, OUTPUT=out, CHANGE=change)
    # The balance grows by half of itself.
    np.testing.assert_array_equal(read_gaps(change), [[2, 2, 3, 2], [2, 3, np.nan, np.nan]])
    assert [result[f"{name}_KM2"] for name in ("WORSE", "UNCHANGED", "IMPROVED")] == pytest.approx([0, 0.04, 0.02])
    assert result["CHANGE_T"] == pytest.approx(result["BALANCE_T"] / 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"INDEX": "best"}, "INDEX is best, but must be one of"),
        ({"SUPPLY_UNIT": "tons"}, "SUPPLY_UNIT is tons"),
        ({"SUPPLY_MAX": 0}, "maximum of supply is 0 t/km2"),
        ({"CHANGE": "change.tif"}, "needs both a later supply .* and a later demand"),
        ({"later": ["SUPPLY_LATER"]}, "needs both a later supply .* and a later demand"),
        ({"OUTPUT": "ratio.png"}, "."),
    ],
)
def test_invalid_inputs_are_refused_without_output(run, tmp_path, rasters, two, change, message):
    more = {name: rasters[name] for name in change.pop("later", [])}
    given = {**two, "OUTPUT": "ratio.tif", **change, **more}
    given = {name: str(tmp_path / value) if name in ("OUTPUT", "CHANGE") else value for name, value in given.items()}
    with pytest.raises(QgsProcessingException, match=message):
        run("supplydemandratioraster", **given)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(rasters)
