"""Tables of light use by class, and the range of NDVI of each class against NumPy's percentiles."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.production.scaled_raster import ScaledRaster
from carbon_balance.core.supply.production.vegetation import bundled_vegetation, read_vegetation, with_ndvi_limits
from carbon_balance.core.tables.table import Table
from rasters import write_raster


def a_table(*rows, fields=("code", "name", "epsilon_max")):
    return Table("t", list(fields), [list(row) for row in rows])


def test_columns_are_found_and_limits_are_optional():
    made = read_vegetation(a_table([1, "wood", 0.7], [2, "grass", 0.5]))
    assert made.codes.tolist() == [1, 2]
    assert made.efficiency.tolist() == [0.7, 0.5]
    assert np.isnan(made.least).all() and np.isnan(made.most).all()
    fields = ("lucode", "LUE_max", "ndvi_min", "ndvi_max")
    full = read_vegetation(a_table([1, 0.7, 0.02, 0.75], fields=fields))
    assert (full.least[0], full.most[0]) == (0.02, 0.75)


@pytest.mark.parametrize(
    ("rows", "fields", "message"),
    [
        ([[1, "wood"]], ("code", "name"), "no column epsilon_max"),
        ([[1, "wood", -0.1]], ("code", "name", "epsilon_max"), "is negative"),
        ([[1, "wood", 500]], ("code", "name", "epsilon_max"), "convert the column to g C/MJ"),
        (
            [[1, 0.5, 0.7, 0.2]],
            ("code", "epsilon_max", "ndvi_min", "ndvi_max"),
            "must be above its least one.*0.7, 0.2",
        ),
        (
            [[1, 0.5, 500, 8000]],
            ("code", "epsilon_max", "ndvi_min", "ndvi_max"),
            "ndvi_min is 500, but NDVI lies between -1 and 1",
        ),
    ],
)
def test_invalid_tables_are_refused(rows, fields, message):
    with pytest.raises(CarbonBalanceError, match=message):
        read_vegetation(a_table(*rows, fields=fields))


def test_bundled_tables():
    """Maximum efficiency: forest 0.774, cropland 0.604, grassland 0.380 of Feng et al.; types of Zhu et al."""
    six = bundled_vegetation("feng_six", "six_classes")
    assert dict(zip(six.codes.tolist(), six.efficiency)) == {1: 0.604, 2: 0.774, 3: 0.38, 4: 0.296, 5: 0.202, 6: 0.258}
    clcd = bundled_vegetation("feng_six", "clcd")
    assert dict(zip(clcd.codes.tolist(), clcd.efficiency))[2] == 0.774
    zhu = bundled_vegetation("zhu_igbp", "igbp")
    found = dict(zip(zhu.codes.tolist(), zhu.efficiency))
    assert [found[code] for code in (1, 2, 3, 4, 5, 6, 10, 12)] == [
        0.389,
        0.985,
        0.485,
        0.692,
        0.475,
        0.429,
        0.542,
        0.542,
    ]
    # Water and snow make nothing.
    assert not {0, 15, 17} & set(found)
    with pytest.raises(CarbonBalanceError, match="vegetation types of igbp, which the codes of clcd do not tell"):
        bundled_vegetation("zhu_igbp", "clcd")


def measured(folder, codes, ndvi, table, workers=1):
    cover = LandCover(RasterSource(write_raster(folder / "c.tif", codes.astype(np.uint8), 0)))
    paths = [write_raster(folder / f"n{at}.tif", each.astype(np.float32), -9999.0) for at, each in enumerate(ndvi)]
    log = Log()
    found = with_ndvi_limits(table, cover, [ScaledRaster(RasterSource(path)) for path in paths], log, workers)
    return found, log


def test_limits_are_the_percentiles_of_all_months(tmp_path):
    rng = np.random.default_rng(8)
    codes = rng.integers(0, 4, (600, 520))
    ndvi = np.round(rng.beta(3, 2, (12, 600, 520)) - 0.1 * codes, 3)
    ndvi[3, :40] = -9999
    table = read_vegetation(a_table([1, "a", 0.5], [2, "b", 0.5], [9, "nowhere", 0.5]))
    found, log = measured(tmp_path, codes, ndvi, table)
    for row, code in enumerate((1, 2)):
        values = ndvi[:, codes == code]
        expected = np.percentile(values[values > -9999], [5, 95])
        assert (found.least[row], found.most[row]) == pytest.approx(expected, abs=1.01e-3)
    assert np.isnan(found.least[2]) and np.isnan(found.most[2])
    assert any("percentiles 5 and 95" in note and "a 0." in note for note in log.notes)
    again, _ = measured(tmp_path, codes, ndvi, table, workers=3)
    assert again.least.tobytes() == found.least.tobytes()


def test_given_limits_are_kept_and_missing_ones_measured(tmp_path):
    codes, ndvi = np.ones((2, 2)), np.array([[[0.1, 0.2], [0.3, 0.4]]])
    fields = ("code", "epsilon_max", "ndvi_min", "ndvi_max")
    table = read_vegetation(a_table([1, 0.5, 0.05, 0.9], fields=fields))
    assert measured(tmp_path, codes, ndvi, table)[0] is table
    half = read_vegetation(Table("t", ["code", "epsilon_max", "ndvi_min"], [[1, 0.5, 0.05]]))
    found, _ = measured(tmp_path, codes, ndvi, half)
    assert (found.least[0], found.most[0]) == (0.05, pytest.approx(0.4))


def test_a_class_of_one_value_is_refused(tmp_path):
    table = read_vegetation(a_table([1, "wood", 0.5]))
    with pytest.raises(CarbonBalanceError, match="wood: 0.4, 0.4"):
        measured(tmp_path, np.ones((2, 2)), np.full((12, 2, 2), 0.4), table)
