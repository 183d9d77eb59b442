"""NPP by light use as an option of netecosystemproduction."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.supply.production.ecosystem_production import monthly_rh
from carbon_balance.core.supply.production.light_use import light_use_npp
from layers import squares
from qgis.core import QgsProcessingException
from rasters import read_raster, write_raster

SHAPE = (12, 4, 5)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@pytest.fixture
def year():
    """Months of a small region: NDVI, radiation in MJ/m2, temperature, precipitation; and classes 1 and 2."""
    rng = np.random.default_rng(6)
    limits = {"n": (0.1, 0.85), "s": (250, 650), "t": (-5, 29), "r": (0, 300)}
    made = {name: rng.uniform(*each, SHAPE).astype(np.float32) for name, each in limits.items()}
    return {**made, "codes": rng.integers(1, 3, SHAPE[1:]).astype(np.uint8)}


def given(folder, year, **more):
    """The parameters with each series as a raster of twelve bands."""
    paths = {name: write_raster(folder / f"{name}.tif", year[name], -9999.0) for name in "nstr"}
    cover = write_raster(folder / "cover.tif", year["codes"], 0)
    table = squares({"code": [1, 2], "epsilon_max": [0.389, 0.542], "ndvi_min": [0.1, 0.05], "ndvi_max": [0.8, 0.7]},
                    geometry=False)  # fmt: skip
    return {
        "NDVI": [paths["n"]], "RADIATION": [paths["s"]], "TEMPERATURE": [paths["t"]], "PRECIPITATION": [paths["r"]],
        "LAND_COVER": cover, "EFFICIENCIES": table, "OUTPUT": str(folder / "nep.tif"),
        "NPP_OUTPUT": str(folder / "npp.tif"), "RH_OUTPUT": str(folder / "rh.tif"), **more,
    }  # fmt: skip


def by_hand(year):
    forest = year["codes"] == 1
    vegetation = [np.where(forest, *pair) for pair in ((0.389, 0.542), (0.1, 0.05), (0.8, 0.7))]
    series = [year[name].astype(float) for name in "nstr"]
    return light_use_npp(*series, vegetation), monthly_rh(series[2], series[3]).sum(axis=0)


def test_npp_rh_and_nep_of_every_cell_equal_the_formulas(run, tmp_path, year):
    result = run("netecosystemproduction", **given(tmp_path, year))
    npp, rh = by_hand(year)
    assert read_raster(result["NPP_OUTPUT"]) == pytest.approx(npp, rel=1e-4)
    assert read_raster(result["RH_OUTPUT"]) == pytest.approx(rh, rel=1e-5)
    assert read_raster(result["OUTPUT"]) == pytest.approx(npp - rh, rel=1e-4, abs=0.01)
    assert result["NPP_T"] == pytest.approx(npp.sum() / 100, rel=1e-4)
    assert result["NEP_T"] == pytest.approx((npp - rh).sum() / 100, rel=1e-3)


def test_units_of_ndvi_and_radiation(run, tmp_path, year):
    npp, _ = by_hand(year)
    stored = np.rint(year["n"] * 1e4).astype(np.int16)
    ndvi = write_raster(tmp_path / "mod13.tif", stored, None)
    for unit, factor in (("MJ_m2_day", 1.0), ("kWh_m2_day", 3.6), ("W_m2", 0.0864)):
        sun = year["s"] / factor / np.array(DAYS, np.float32)[:, None, None]
        more = {
            "NDVI": [ndvi], "NDVI_UNIT": "mod13", "RADIATION_UNIT": unit,
            "RADIATION": [write_raster(tmp_path / f"{unit[:3]}.tif", sun.astype(np.float32), -9999.0)],
        }  # fmt: skip
        result = run("netecosystemproduction", **given(tmp_path, year, **more))
        assert read_raster(result["NPP_OUTPUT"]) == pytest.approx(npp, rel=1e-3)


def test_given_rh_is_used_and_gaps_are_kept(run, tmp_path, year):
    rh = write_raster(tmp_path / "r1.tif", np.full(SHAPE[1:], 100, np.float32), -9999.0)
    year["n"][4, 0, 0] = year["s"][2, 1, 1] = year["t"][0, 2, 2] = year["r"][7, 3, 3] = -9999
    year["codes"][0, 4] = 7
    result = run("netecosystemproduction", **given(tmp_path, year, RH=[rh]))
    nep = read_raster(result["OUTPUT"])
    assert np.argwhere(np.isnan(nep)).tolist() == [[0, 0], [0, 4], [1, 1], [2, 2], [3, 3]]
    assert result["RH_T"] == pytest.approx(15 * 1.0)
    assert result["AREA_HA"] == pytest.approx(15)


def test_a_land_cover_on_another_grid_is_resampled_to_ndvi(run, tmp_path, year):
    fine = np.repeat(np.repeat(year["codes"], 3, 0), 3, 1)
    cover = write_raster(tmp_path / "fine.tif", fine, 0, cell=100 / 3)
    result = run("netecosystemproduction", **given(tmp_path, year, LAND_COVER=cover))
    assert read_raster(result["NPP_OUTPUT"]) == pytest.approx(by_hand(year)[0], rel=1e-4)


def test_bundled_efficiencies_with_limits_from_the_data(run, tmp_path, year):
    more = {"EFFICIENCIES": None, "EFFICIENCY_SET": "feng_six"}
    result = run("netecosystemproduction", **given(tmp_path, year, **more))
    assert any("percentiles 5 and 95" in note for note in result["notes"].logged)
    series = [year[name].astype(float) for name in "nstr"]
    limits = {code: np.percentile(series[0][:, year["codes"] == code], [5, 95]) for code in (1, 2)}
    vegetation = [np.where(year["codes"] == 1, 0.604, 0.774)]
    vegetation += [np.where(year["codes"] == 1, limits[1][at], limits[2][at]) for at in (0, 1)]
    # Percentiles of few values lie between two of them.
    assert result["NPP_T"] == pytest.approx(light_use_npp(*series, vegetation).sum() / 100, rel=0.01)


def test_refusals(run, tmp_path, year):
    fine = given(tmp_path, year)

    def refused(message, **more):
        with pytest.raises(QgsProcessingException, match=message):
            run("netecosystemproduction", **{**fine, **more})

    refused(r"Give either NPP \(NPP\), or NDVI", NPP=fine["NDVI"])
    refused("needs both temperature and precipitation", PRECIPITATION=None)
    refused("needs radiation and a land cover too.*LAND_COVER", LAND_COVER=None)
    refused("needs radiation and a land cover too.*RADIATION", RADIATION=None)
    refused("None of .* is given", EFFICIENCIES=None)
    refused("choose SCHEME = igbp", EFFICIENCIES=None, EFFICIENCY_SET="zhu_igbp")
    refused("contains an NDVI of .*NDVI_UNIT", NDVI=fine["PRECIPITATION"])
    refused("contains a radiation of .*RADIATION_UNIT", RADIATION=[
        write_raster(tmp_path / "j.tif", year["s"] * 1e6, -9999.0)
    ])  # fmt: skip
    one = write_raster(tmp_path / "one.tif", year["n"][0], -9999.0)
    refused("1 raster.* are given", NDVI=[one])
    assert not (tmp_path / "nep.tif").exists()


def warnings_of(result):
    return " ".join(result["notes"].warned)


def test_plausible_months_give_no_warning(run, tmp_path, year):
    assert not run("netecosystemproduction", **given(tmp_path, year))["notes"].warned


@pytest.mark.parametrize(
    ("stored", "unit"),
    [("W_m2", "MJ_m2_month"), ("MJ_m2_day", "MJ_m2_month"), ("kWh_m2_day", "MJ_m2_day"), ("MJ_m2_day", "W_m2")],
)
def test_radiation_in_another_unit_is_told(run, tmp_path, year, stored, unit):
    """Each month is possible somewhere, but not the year: 450 MJ/m2 a month are 170 W/m2, 15 MJ or 4 kWh a day."""
    factor = {"W_m2": 0.0864, "MJ_m2_day": 1.0, "kWh_m2_day": 3.6}[stored]
    sun = (year["s"] / factor / np.array(DAYS)[:, None, None]).astype(np.float32)
    more = {"RADIATION": [write_raster(tmp_path / "w.tif", sun, -9999.0)]}
    right = run("netecosystemproduction", **given(tmp_path, year, **more, RADIATION_UNIT=stored))
    wrong = run("netecosystemproduction", **given(tmp_path, year, **more, RADIATION_UNIT=unit))
    assert "RADIATION_UNIT" not in warnings_of(right)
    assert "MJ/m2 of radiation a year" in warnings_of(wrong)
    assert "RADIATION_UNIT" in warnings_of(wrong)


def test_efficiencies_that_are_too_large_are_told_and_not_the_unit_of_npp(run, tmp_path, year):
    """Efficiencies of gross production, or of dry matter."""
    rows = {"code": [1, 2], "epsilon_max": [3.4, 3.4], "ndvi_min": [0.1, 0.05], "ndvi_max": [0.8, 0.7]}
    parameters = given(tmp_path, year, EFFICIENCIES=squares(rows, geometry=False))
    (said,) = (each for each in run("netecosystemproduction", **parameters)["notes"].warned if "mean NPP" in each)
    assert "EFFICIENCIES" in said and "NPP_UNIT" not in said


@pytest.mark.parametrize("factor", [10, 0.001])
def test_precipitation_in_another_unit_is_told(run, tmp_path, year, factor):
    """Tenths of a millimetre, and metres, taken as millimetres."""
    year["r"] *= np.float32(factor)
    assert "PRECIPITATION_UNIT" in warnings_of(run("netecosystemproduction", **given(tmp_path, year)))
    npp = write_raster(tmp_path / "given.tif", np.full(SHAPE[1:], 500, np.float32), -9999.0)
    climate = {name: given(tmp_path, year)[name] for name in ("TEMPERATURE", "PRECIPITATION")}
    result = run("netecosystemproduction", NPP=[npp], **climate, OUTPUT=str(tmp_path / "nep.tif"))
    assert "PRECIPITATION_UNIT" in warnings_of(result)


def test_bytes_as_mod13_are_told(run, tmp_path, year):
    """0 to 200 with a scale of 0.0001: the limits by percentiles scale along, so that NPP alone looks right."""
    stored = np.rint(year["n"] * 200).astype(np.uint8)
    more = {"NDVI": [write_raster(tmp_path / "b.tif", stored, None)], "EFFICIENCIES": None}
    more["EFFICIENCY_SET"] = "feng_six"
    found = run("netecosystemproduction", **given(tmp_path, year, **more, NDVI_UNIT="mod13"))
    assert "no NDVI above 0.0169" in warnings_of(found)
    with pytest.raises(QgsProcessingException, match=r"contains an NDVI of 1.*NDVI_UNIT"):
        run("netecosystemproduction", **given(tmp_path, year, **more))


def test_further_bands_of_month_rasters_are_told_as_not_read(run, tmp_path, year):
    """A stack of all months is read band by band; of rasters by month, the first band only."""
    months = []
    for month, cells in enumerate(year["n"], 1):
        bands = np.stack([cells, cells]) if month == 7 else cells
        months.append(write_raster(tmp_path / f"n_{month:02d}.tif", bands, -9999.0))
    result = run("netecosystemproduction", **given(tmp_path, year, NDVI=months))
    (told,) = result["notes"].warned
    assert '"n_07" has 2 bands, of which only band 1 is read' in told
    assert read_raster(result["OUTPUT"]) == pytest.approx(np.subtract(*by_hand(year)), rel=1e-4, abs=0.01)


@pytest.mark.parametrize(("unit", "fill", "text"), [("index", -0.3, "-0.3"), ("index", 0, "0"), ("mod13", 0, "0")])
def test_a_fill_value_within_the_range_is_told(run, tmp_path, year, unit, fill, text):
    scale = {"index": 1, "mod13": 10000}[unit]
    cells = (year["n"] * scale).astype(np.float32)
    cells[:, 0, :2] = fill
    more = {"NDVI": [write_raster(tmp_path / "f.tif", cells, None)], "NDVI_UNIT": unit}
    told = run("netecosystemproduction", **given(tmp_path, year, **more))
    assert f"10.0% of the cells hold the same NDVI in all months, {text} as stored" in warnings_of(told)
    without = run("netecosystemproduction", **given(tmp_path, year, **more, NODATA_VALUES=text))
    assert not without["notes"].warned
    assert without["AREA_HA"] == pytest.approx(18)


def test_classes_without_efficiency_are_told(run, tmp_path, year):
    year["codes"][0] = 7
    result = run("netecosystemproduction", **given(tmp_path, year))
    assert result["AREA_HA"] == pytest.approx(15)
    assert "25.0% of the cells of" in warnings_of(result)
    assert "7: 25.0%" in warnings_of(result)
    year["codes"][0] = 0
    assert not run("netecosystemproduction", **given(tmp_path, year))["notes"].warned


def test_fill_values_do_not_mix_with_neighbours_on_another_grid(run, tmp_path, year):
    """Months from February on lie aside: cells beside a fill value are the same whether it is declared or not."""
    stored = np.rint(year["n"] * 1e4).astype(np.int16)
    stored[:, 1, 2] = -3000
    found = []
    for nodata in (None, -3000):
        folder = tmp_path / str(nodata)
        folder.mkdir()
        months = [
            write_raster(folder / f"m{at:02d}.tif", cells, nodata, origin=(500000.0 + 30 * (at > 0), 2000000.0))
            for at, cells in enumerate(stored)
        ]
        result = run("netecosystemproduction", **given(tmp_path, year, NDVI=months, NDVI_UNIT="mod13"))
        found.append(read_raster(result["NPP_OUTPUT"]))
    assert np.isfinite(found[1]).sum() > 10
    np.testing.assert_array_equal(found[0], found[1])


ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
CHINESE = [f"{name}月" for name in (*"一二三四五六七八九十", "十一", "十二")]


@pytest.mark.parametrize("names", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_months_by_name(run, tmp_path, year, names):
    months = [write_raster(tmp_path / f"NDVI_{name}.tif", cells, -9999.0) for name, cells in zip(names, year["n"])]
    result = run("netecosystemproduction", **given(tmp_path, year, NDVI=months))
    assert read_raster(result["NPP_OUTPUT"]) == pytest.approx(by_hand(year)[0], rel=1e-4)
