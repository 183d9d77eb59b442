"""Tests of the trend of a stack of rasters, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import read_raster, write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 100.0}
NODATA = -1.0


@pytest.fixture
def stack(tmp_path):
    """Ten years of 2 x 3 cells of 1 ha: rising, falling, constant; noise, three dates only, no data."""
    noise = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
    paths = []
    for year in range(10):
        values = np.array([[year * 2.0, 100 - year, 7], [noise[year], year if year < 3 else NODATA, NODATA]])
        paths.append(write_raster(tmp_path / f"npp_{2001 + year}.tif", values.astype(np.float32), NODATA, **GRID))
    return paths


def test_classes_slopes_and_areas(run, stack, tmp_path):
    outputs = {"OUTPUT": str(tmp_path / "trend.tif"), "CLASSES": str(tmp_path / "classes.tif"), "SUMMARY": "memory:"}
    report = tmp_path / "trend.html"
    found = run("carbontrend", RASTERS=stack, YEARS="2001-2010", **outputs, REPORT=str(report))
    bands = gdal.Open(outputs["OUTPUT"])
    slope, z, p = (bands.GetRasterBand(band).ReadAsArray() for band in (1, 2, 3))
    nothing = bands.GetRasterBand(1).GetNoDataValue()
    np.testing.assert_allclose(slope[0], [2, -1, 0])
    np.testing.assert_allclose(z[0], [44 / 125**0.5, -44 / 125**0.5, 0], rtol=1e-6)
    assert p[0, 2] == 1 and p[0, 0] == pytest.approx(8.3e-5, rel=2e-3)
    assert slope[1, 1] == slope[1, 2] == nothing
    classes = gdal.Open(outputs["CLASSES"]).ReadAsArray()
    assert classes.tolist() == [[5, 1, 3], [3, 0, 0]]
    assert (found["CELLS"], found["AREA_HA"]) == (4, pytest.approx(4, rel=2e-3))
    areas = [found[name] for name in ("RISING_HA", "FALLING_HA", "NO_TREND_HA")]
    assert areas == pytest.approx([1, 1, 2], rel=2e-3)
    assert found["MEAN_SLOPE"] == pytest.approx((2 - 1 + 0 + slope[1, 0]) / 4, rel=1e-3)
    assert column(found["SUMMARY"], "code") == [1, 2, 3, 4, 5]
    assert column(found["SUMMARY"], "cells") == [1, 0, 2, 0, 1]
    assert column(found["SUMMARY"], "name")[0] == "highly significant fall"
    assert column(found["SUMMARY"], "share") == pytest.approx([0.25, 0, 0.5, 0, 0.25])
    assert "2001 to 2010: 25.0 % of the area rises significantly and 25.0 % falls" in report.read_text(encoding="utf-8")
    assert (tmp_path / "classes.qml").exists() and (tmp_path / "trend.qml").exists()


def test_few_dates_give_a_warning(run, stack, tmp_path):
    found = run("carbontrend", RASTERS=stack[:7], YEARS="1;2;3;4;5;6;7", OUTPUT=str(tmp_path / "trend.tif"))
    assert any("Only 7 dates" in note for note in found["notes"].warned)
    enough = run("carbontrend", RASTERS=stack[:8], YEARS="1-8", OUTPUT=str(tmp_path / "trend.tif"))
    assert enough["notes"].warned == []


def test_refusals(run, stack, tmp_path):
    target = tmp_path / "trend.tif"
    for message, given in (
        ("9 years are given for 10 rasters", {"YEARS": "2001-2009"}),
        ("give years in ascending order", {"YEARS": "2010-2001"}),
        ("3 rasters are given, but a trend needs at least 4", {"RASTERS": stack[:3], "YEARS": "1;2;3"}),
    ):
        with pytest.raises(QgsProcessingException, match=message):
            run("carbontrend", **{"RASTERS": stack, "OUTPUT": str(target), **given})
    assert not target.exists()


def test_years_that_contradict_raster_names_give_a_warning(run, stack, tmp_path):
    """In reverse order every increase would be a decrease."""
    output = str(tmp_path / "trend.tif")
    told = run("carbontrend", RASTERS=stack[::-1], YEARS="2001-2010", OUTPUT=output)["notes"].warned
    assert any("contain the years 2010, 2009" in each and "given are 2001, 2002" in each for each in told)
    told = run("carbontrend", RASTERS=stack, YEARS="２００１－２０１０", OUTPUT=output)["notes"].warned
    assert not any("contain the years" in each for each in told)


def test_hurst_exponent(run, stack, tmp_path):
    """Straight line over ten dates: k^2/8 over sqrt((k^2 - 1)/12); 4 of 6 cells have all dates, one is constant."""
    target = str(tmp_path / "hurst.tif")
    found = run("carbontrend", RASTERS=stack, YEARS="2001-2010", OUTPUT=str(tmp_path / "t.tif"), HURST=target)
    hurst = read_raster(target)
    lengths = np.arange(4, 11)
    rescaled = (lengths**2 - lengths % 2) / 8 / np.sqrt((lengths**2 - 1) / 12)
    straight = np.polyfit(np.log(lengths), np.log(rescaled), 1)[0]
    assert hurst[0, :2] == pytest.approx([straight] * 2, abs=1e-5)
    assert np.isnan([hurst[0, 2], hurst[1, 1], hurst[1, 2]]).all()
    assert 0 < hurst[1, 0] < straight
    assert found["MEAN_HURST"] == pytest.approx((2 * straight + hurst[1, 0]) / 3, rel=1e-3)
    assert any("series without memory have a Hurst exponent of 0.657" in note for note in found["notes"].logged)
    with pytest.raises(QgsProcessingException, match="a Hurst exponent needs at least 8"):
        run("carbontrend", RASTERS=stack[:7], YEARS="1-7", OUTPUT=str(tmp_path / "n.tif"), HURST=target)
    uneven = run(
        "carbontrend", RASTERS=stack[:8], YEARS="1;2;3;4;5;6;7;9", OUTPUT=str(tmp_path / "t.tif"), HURST=target
    )
    assert any("takes the dates as evenly spaced" in note for note in uneven["notes"].warned)


def test_scales_that_bands_state_are_applied_to_each_date(run, stack, tmp_path):
    """Half of the dates are stored as tenths; the slopes are those of the values."""
    expected = run("carbontrend", RASTERS=stack, YEARS="2001-2010", OUTPUT=str(tmp_path / "a.tif"))
    for path in stack[::2]:
        dataset = gdal.Open(path, gdal.GA_Update)
        band = dataset.GetRasterBand(1)
        cells = band.ReadAsArray()
        band.WriteArray(np.where(cells == NODATA, NODATA, cells * 10))
        band.SetScale(0.1)
        band = dataset = None
    found = run("carbontrend", RASTERS=stack, YEARS="2001-2010", OUTPUT=str(tmp_path / "b.tif"))
    np.testing.assert_allclose(read_raster(tmp_path / "b.tif"), read_raster(tmp_path / "a.tif"), rtol=1e-6)
    assert found["MEAN_SLOPE"] == pytest.approx(expected["MEAN_SLOPE"])


def dates(folder, cells, factor=1.0):
    """Eight years of rasters that rise by 5 a year from ``cells``; the fourth is multiplied by ``factor``."""
    paths = []
    for year in range(8):
        values = np.where(cells == 0, 0, cells + 5 * year) * (factor if year == 3 else 1)
        paths.append(write_raster(folder / f"npp_{2001 + year}.tif", values.astype(np.float32), None, **GRID))
    return {"RASTERS": paths, "YEARS": "2001-2008", "OUTPUT": str(folder / "t.tif")}


@pytest.mark.parametrize("background", [0.0, 400.0])
def test_a_background_without_nodata_is_told(run, tmp_path, background):
    cells = np.full((20, 10), 400.0)
    cells[:4] = 0
    cells[0, 0] = background
    given = dates(tmp_path, cells)
    (said,) = run("carbontrend", **given)["notes"].warned
    assert said.startswith("20.0% of the cells are 0" if background == 0 else "19.5% of the cells are 0")
    assert "NODATA_VALUES = 0" in said
    found = run("carbontrend", **given, NODATA_VALUES="0")
    assert found["notes"].warned == []
    assert found["MEAN_SLOPE"] == pytest.approx(5)


def test_few_unchanged_cells_or_only_such_are_not_told(run, tmp_path):
    cells = np.full((20, 10), 400.0)
    cells[0, 0] = 0
    assert run("carbontrend", **dates(tmp_path, cells))["notes"].warned == []
    assert run("carbontrend", **dates(tmp_path, cells * 0))["notes"].warned == []


@pytest.mark.parametrize(("factor", "told"), [(10, True), (0.1, True), (2, False), (1, False)])
def test_a_date_in_another_unit_is_told(run, tmp_path, factor, told):
    warned = run("carbontrend", **dates(tmp_path, np.full((20, 10), 400.0), factor))["notes"].warned
    assert len(warned) == told
    assert not told or ('"npp_2004": the mean of' in warned[0] and "check the unit" in warned[0])


def test_a_copy_of_another_date_is_told(run, tmp_path):
    given = dates(tmp_path, np.full((20, 10), 400.0))
    cells = read_raster(given["RASTERS"][1]).astype(np.float32)
    given["RASTERS"][3] = write_raster(tmp_path / "npp_2004.tif", cells, None, **GRID)
    (said,) = run("carbontrend", **given)["notes"].warned
    assert said.startswith('Rasters of the dates (RASTERS) "npp_2002", Rasters of the dates (RASTERS) "npp_2004" have')


def test_a_date_elsewhere_is_told(run, tmp_path):
    given = dates(tmp_path, np.full((20, 10), 400.0))
    far = {"origin": (900000.0, 2001000.0), "cell": 100.0}
    write_raster(tmp_path / "npp_2005.tif", np.full((20, 10), 420, np.float32), None, **far)
    (said,) = run("carbontrend", **given)["notes"].warned
    assert '"npp_2005": no value on the cells of' in said and '"npp_2001"' in said


def test_further_bands_of_a_date_are_told_as_not_read(run, stack, tmp_path):
    """Nine dates as rasters, and a stack of several dates as the tenth; an alpha band is no date."""
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    for kind, options, told in ((np.float32, (), 1), (np.uint8, ("ALPHA=YES",), 0)):
        last = tmp_path / f"last_2010_{told}.tif"
        write_raster(last, np.stack([values, np.full_like(values, 255)]).astype(kind), options=options, **GRID)
        outputs = {"OUTPUT": str(tmp_path / "trend.tif")}
        found = run("carbontrend", RASTERS=[*stack[:-1], str(last)], YEARS="2001-2010", **outputs)
        told_of = [each for each in found["notes"].warned if "has 2 bands, of which only band 1 is read" in each]
        assert len(told_of) == told
        assert all(each.startswith(f'Rasters of the dates (RASTERS) "{last.stem}"') for each in told_of)
