"""NEP against the published formula, by hand, and the sums of its parts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.writing.writer import StagedRaster
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.production.ecosystem_production import (
    ProductionInputs,
    monthly_rh,
    need_months,
    need_year,
    net_production,
    npp_factor,
)
from carbon_balance.core.supply.production.scaled_raster import ScaledRaster
from hypothesis import given
from hypothesis import strategies as st
from rasters import read_raster, write_raster


def test_respiration_equals_the_published_example_not_the_misprinted_formula():
    value = float(monthly_rh(np.array([15.0]), np.array([80.0]))[0])
    assert value == pytest.approx(22.0714, abs=5e-5)
    # With the bracket behind the exponential alone, as a public program has it.
    wrong = (0.22 * math.exp(0.0912 * 15) + math.log(0.3145 * 80 + 1)) * 30 * 0.465 * 0.22 / 0.22
    assert abs(value - 10.8833) > 1 and value != pytest.approx(wrong)
    assert float(monthly_rh(np.array([15], np.float32), np.array([80], np.float32))[0]) == pytest.approx(
        22.0714, rel=1e-5
    )


@given(st.floats(-40, 40), st.floats(0, 1500))
def test_respiration_equals_the_formula_in_another_form(t, r):
    expected = 0.22 * (math.exp(0.0912 * t) + math.log(0.3145 * r + 1)) * 30 * 46.5 / 100
    assert float(monthly_rh(np.array([t]), np.array([r]))[0]) == pytest.approx(expected, rel=1e-12)


def test_conversion_factors_of_npp_units_and_scales():
    assert npp_factor("g_C_m2", 1.0) == 1
    assert npp_factor("kg_C_m2", 1.0) == 1000
    assert npp_factor("t_C_ha", 1.0) == 100
    # 5000 stored by MOD17A3 are 0.5 kg C/m2, whether the band tells its scale or not.
    assert 5000 * npp_factor("mod17", 1.0) == pytest.approx(500)
    assert 5000 * npp_factor("mod17", 0.0001) == pytest.approx(500)


def test_numbers_of_rasters_other_than_a_year_or_twelve_months_are_refused():
    need_months(12, "T")
    need_year(1, "NPP")
    need_year(12, "NPP")
    for count in (1, 11, 13):
        with pytest.raises(CarbonBalanceError, match="12, one a month.*not linear"):
            need_months(count, "T")
    with pytest.raises(CarbonBalanceError, match="give 1 with the sum of the year, or 12"):
        need_year(2, "NPP")


def raster(folder, name, cells, nodata=-9999.0):
    return RasterSource(write_raster(folder / f"{name}.tif", np.asarray(cells, np.float32), nodata))


def produced(folder, inputs, workers=1):
    grid = inputs.npp[0].source.grid
    folder.mkdir(exist_ok=True)
    staged = {kind: StagedRaster(str(folder / f"{kind}.tif"), grid) for kind in ("nep", "rh")}
    sums = net_production(inputs, grid, staged, Log(), workers)
    for each in staged.values():
        each.publish()
    return sums, read_raster(str(folder / "nep.tif")), read_raster(str(folder / "rh.tif"))


def test_months_are_summed_and_gaps_are_kept(tmp_path):
    rng = np.random.default_rng(3)
    npp = rng.uniform(100, 900, (5, 7)).astype(np.float32)
    t = rng.uniform(-20, 30, (12, 5, 7)).astype(np.float32)
    r = rng.uniform(0, 300, (12, 5, 7)).astype(np.float32)
    npp[0, 0], t[4, 1, 1], r[7, 2, 2] = -9999, -9999, -9999
    inputs = ProductionInputs(
        npp=[ScaledRaster(raster(tmp_path, "npp", npp))],
        temperature=[ScaledRaster(raster(tmp_path, f"t{m}", t[m])) for m in range(12)],
        precipitation=[ScaledRaster(raster(tmp_path, f"r{m}", r[m])) for m in range(12)],
    )
    sums, nep, rh = produced(tmp_path / "one", inputs)
    expected = np.zeros((5, 7))
    r[7, 2, 2] = 0
    for m in range(12):
        expected += 0.22 * (np.exp(0.0912 * t[m].astype(float)) + np.log(0.3145 * r[m].astype(float) + 1)) * 30 * 0.465
    known = np.ones((5, 7), bool)
    known[0, 0] = known[1, 1] = known[2, 2] = False
    assert rh[known] == pytest.approx(expected[known], rel=1e-5)
    assert nep[known] == pytest.approx((npp - expected)[known], rel=1e-4, abs=1e-3)
    assert np.isnan(nep[~known]).all() and np.isnan(rh[~known]).all()
    # Cells of a hectare: 1 g/m2 is 0.01 t.
    assert sums.npp_t == pytest.approx(npp[known].sum() / 100, rel=1e-6)
    assert sums.nep_t == pytest.approx(sums.npp_t - sums.rh_t)
    assert sums.nep_t == pytest.approx(nep[known].sum() / 100, rel=1e-5)
    assert (sums.cells, sums.lacking) == (32, 2)
    assert sums.mean_g_m2 == pytest.approx(nep[known].mean(), rel=1e-5)
    assert sums.sink_ha == pytest.approx((nep[known] > 0).sum())
    again = produced(tmp_path / "four", inputs, workers=4)
    assert (again[0], again[1].tobytes()) == (sums, nep.tobytes())


def test_limits_and_offsets(tmp_path):
    source = raster(tmp_path, "npp", [[0, 10, 20, 30]])
    inputs = ProductionInputs(
        npp=[ScaledRaster(source, 2.0, 1.0, least=10, most=20)],
        rh=[ScaledRaster(raster(tmp_path, "rh", [[1, 1, 1, 1]]))],
    )
    _, nep, _ = produced(tmp_path / "out", inputs)
    assert nep[0, 1:3] == pytest.approx([20, 40])
    assert np.isnan(nep[0, [0, 3]]).all()


def test_impossible_temperature_and_precipitation_are_refused(tmp_path):
    npp = [ScaledRaster(raster(tmp_path, "npp", [[500, 500]]))]
    fine = [ScaledRaster(raster(tmp_path, "fine", [[10, 20]]))] * 12
    kelvin = [ScaledRaster(raster(tmp_path, "kelvin", [[283, 293]]))] * 12
    with pytest.raises(CarbonBalanceError, match="283|293.*TEMPERATURE_UNIT"):
        produced(tmp_path / "a", ProductionInputs(npp, (), kelvin, fine))
    wrong = [ScaledRaster(raster(tmp_path, "wrong", [[-1, 20]]))] * 12
    with pytest.raises(CarbonBalanceError, match="-1 mm: precipitation must be at least 0"):
        produced(tmp_path / "b", ProductionInputs(npp, (), fine, wrong))
    nothing = [ScaledRaster(raster(tmp_path, "nothing", [[-9999, -9999]]))]
    with pytest.raises(CarbonBalanceError, match="No cell has all inputs"):
        produced(tmp_path / "c", ProductionInputs(npp, nothing))
    assert not (tmp_path / "c" / "nep.tif").exists()
