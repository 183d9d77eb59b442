"""Tests of NEP, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import read_raster, write_raster


def months(folder, name, value):
    cells = np.full((4, 4), value, np.float32)
    return [write_raster(folder / f"{name}_{month}.tif", cells, -9999.0) for month in range(1, 13)]


@pytest.fixture
def climate(tmp_path):
    return {"TEMPERATURE": months(tmp_path, "t", 15), "PRECIPITATION": months(tmp_path, "r", 80)}


def test_nep_is_yearly_npp_less_twelve_months_of_respiration(run, tmp_path, climate):
    npp = write_raster(tmp_path / "npp.tif", np.full((4, 4), 500, np.float32), -9999.0)
    result = run(
        "netecosystemproduction", NPP=[npp], **climate, OUTPUT=str(tmp_path / "nep.tif"),
        RH_OUTPUT=str(tmp_path / "rh.tif"), REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    rh = 12 * 22.0714
    assert read_raster(result["RH_OUTPUT"]) == pytest.approx(np.full((4, 4), rh), rel=1e-5)
    assert read_raster(result["OUTPUT"]) == pytest.approx(np.full((4, 4), 500 - rh), rel=1e-5)
    assert result["NPP_T"] == pytest.approx(16 * 5)
    assert result["RH_T"] == pytest.approx(16 * rh / 100, rel=1e-5)
    assert result["NEP_T"] == pytest.approx(16 * (500 - rh) / 100, rel=1e-5)
    assert result["MEAN_NEP_G_M2"] == pytest.approx(500 - rh, rel=1e-5)
    assert result["AREA_HA"] == pytest.approx(16)
    assert result["SINK_HA"] == pytest.approx(16)
    assert "NPP" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert (tmp_path / "nep.qml").exists()


def test_mod17_with_its_fill_values(run, tmp_path):
    cells = np.array([[5000, 32761, 32767, 32700, 32750, 0]], np.int16)
    npp = write_raster(tmp_path / "npp.tif", cells, None)
    rh = write_raster(tmp_path / "rh.tif", np.full((1, 6), 0.1, np.float32), None)
    result = run(
        "netecosystemproduction", NPP=[npp], NPP_UNIT="mod17", RH=[rh], RH_UNIT="kg_C_m2",
        OUTPUT=str(tmp_path / "nep.tif"),
    )  # fmt: skip
    nep = read_raster(result["OUTPUT"])[0]
    assert nep == pytest.approx([400, np.nan, np.nan, 3170, np.nan, -100], nan_ok=True, rel=1e-5)


def test_the_scale_of_a_band_is_applied_once(run, tmp_path):
    npp = write_raster(tmp_path / "npp.tif", np.array([[5000, 6000]], np.int16), None)
    data = gdal.Open(npp, gdal.GA_Update)
    data.GetRasterBand(1).SetScale(0.0001)
    data.GetRasterBand(1).SetOffset(0.1)
    del data
    rh = write_raster(tmp_path / "rh.tif", np.zeros((1, 2), np.float32), None)
    for unit in ("mod17", "kg_C_m2"):
        result = run("netecosystemproduction", NPP=[npp], NPP_UNIT=unit, RH=[rh], OUTPUT=str(tmp_path / f"{unit}.tif"))
        assert read_raster(result["OUTPUT"])[0] == pytest.approx([600, 700], rel=1e-5)


def test_twelve_bands_and_other_units(run, tmp_path, climate):
    path = write_raster(tmp_path / "t.tif", np.full((12, 4, 4), 288.15, np.float32), -9999.0)
    npp = months(tmp_path, "npp", 50)
    result = run(
        "netecosystemproduction", NPP=npp, TEMPERATURE=[path], TEMPERATURE_UNIT="K",
        PRECIPITATION=climate["PRECIPITATION"], OUTPUT=str(tmp_path / "nep.tif"),
    )  # fmt: skip
    assert read_raster(result["OUTPUT"]) == pytest.approx(np.full((4, 4), 600 - 12 * 22.0714), rel=1e-4)


def test_refusals(run, tmp_path, climate):
    npp = write_raster(tmp_path / "npp.tif", np.full((4, 4), 500, np.float32), -9999.0)
    given = {"NPP": [npp], "OUTPUT": str(tmp_path / "nep.tif")}
    with pytest.raises(QgsProcessingException, match="Give either Rh"):
        run("netecosystemproduction", **given)
    with pytest.raises(QgsProcessingException, match="Give either Rh"):
        run("netecosystemproduction", **given, RH=[npp], **climate)
    with pytest.raises(QgsProcessingException, match="Give either Rh"):
        run("netecosystemproduction", **given, TEMPERATURE=climate["TEMPERATURE"])
    with pytest.raises(QgsProcessingException, match="not linear"):
        run(
            "netecosystemproduction", **given, TEMPERATURE=climate["TEMPERATURE"][:1],
            PRECIPITATION=climate["PRECIPITATION"][:1],
        )  # fmt: skip
    assert not (tmp_path / "nep.tif").exists()


def test_a_raster_without_georeference_is_refused_before_other_checks(run, tmp_path):
    path = str(tmp_path / "bare.tif")
    gdal.GetDriverByName("GTiff").Create(path, 2, 2).FlushCache()
    for name in ("NPP", "TEMPERATURE"):
        npp = write_raster(tmp_path / f"npp_{name}.tif", np.full((4, 4), 500, np.float32), -9999.0)
        with pytest.raises(QgsProcessingException, match="has no georeference"):
            run("netecosystemproduction", **{"NPP": [npp], name: [path], "OUTPUT": str(tmp_path / "nep.tif")})


def test_no_raster_is_left_if_the_second_cannot_be_written(run, tmp_path):
    npp = write_raster(tmp_path / "npp.tif", np.full((4, 4), 500, np.float32), -9999.0)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(QgsProcessingException, match="must be a GeoTIFF"):
        run(
            "netecosystemproduction", NPP=[npp], RH=[npp], OUTPUT=str(out / "nep.tif"), RH_OUTPUT=str(out / "rh.xlsx"),
        )  # fmt: skip
    assert list(out.iterdir()) == []


def test_an_implausible_npp_gives_a_warning(run, tmp_path):
    """0.5 kg C/m2 read as grams, and the same values in the correct unit."""
    npp = write_raster(tmp_path / "npp.tif", np.full((4, 4), 0.5, np.float32), -9999.0)
    given = {"NPP": [npp], "RH": [npp], "OUTPUT": str(tmp_path / "nep.tif")}
    (said,) = [each for each in run("netecosystemproduction", **given)["notes"].warned if "mean NPP" in each]
    assert "of 0.5 g C/m2 a year is outside the plausible range of 3 to 2,170" in said
    right = run("netecosystemproduction", **given, NPP_UNIT="kg_C_m2", RH_UNIT="kg_C_m2")
    assert not any("mean NPP" in each for each in right["notes"].warned)
