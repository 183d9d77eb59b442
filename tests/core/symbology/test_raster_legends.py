"""Styles of rasters by the content stated in their band."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.land_cover.schemes import read_crosswalk
from carbon_balance.core.options.land_cover import schemes
from carbon_balance.core.runtime import i18n
from carbon_balance.core.symbology.colours import BETTER_STOPS, WORSE_STOPS
from carbon_balance.core.symbology.raster_legends import (
    _sampled_cells,
    land_cover_legend,
    raster_legend,
    scheme_legend,
    theme_of_band,
)
from carbon_balance.core.symbology.trend_names import TREND_NAMES
from osgeo import gdal
from rasters import write_raster


@pytest.fixture
def raster(tmp_path):
    def make(description, values, nodata=-9999):
        values = np.atleast_2d(np.asarray(values, np.float32))
        path = write_raster(tmp_path / "r.tif", np.where(np.isnan(values), np.float32(nodata), values), nodata)
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetDescription(description)
        del dataset
        return path

    return make


@pytest.mark.parametrize(
    "description", ["carbon (t C/ha)", "baseline carbon (t C/ha)", "emission demand (t/km2 a year)"]
)
def test_amounts_have_sequential_classes_and_nodata_has_none(raster, description):
    legend = raster_legend(raster(description, [[1, 2, 3, 4], [5, 60, 0, np.nan]]))
    assert [legend.intervals[0].lower, legend.intervals[0].upper] == [0, 0]
    assert legend.intervals[-1].upper == 60
    assert legend.title.endswith(description.split("(")[1].rstrip(")"))
    assert not legend.no_value


@pytest.mark.parametrize("description", ["change carbon (t C/ha)", "value carbon (CNY/ha)", "S - D (t/km2)"])
def test_changes_break_at_zero(raster, description):
    legend = raster_legend(raster(description, np.arange(-8, 8) + 0.5))
    assert [each.colour for each in legend.intervals][0] == WORSE_STOPS[-1]
    assert [each.colour for each in legend.intervals][-1] == BETTER_STOPS[-1]
    assert 0 in [each.upper for each in legend.intervals]


@pytest.mark.parametrize("index", INDICES.values(), ids=str)
def test_an_index_breaks_at_its_balance(raster, index):
    legend = raster_legend(raster(f"{index.id} = {index.formula}", index.balance + np.arange(-4, 4) + 0.5))
    assert index.balance in [each.upper for each in legend.intervals]
    assert legend.intervals[-1].colour == (BETTER_STOPS if index.surplus_above else WORSE_STOPS)[-1]
    assert f"balance at {index.balance:g}" in legend.title


@pytest.mark.parametrize(
    ("band", "classes"),
    [
        ("carbon (t C/ha)", 6),
        ("baseline carbon (t C/ha)", 6),
        ("alternate carbon (t C/ha)", 6),
        ("emission demand (t C/ha)", 6),
        ("soil respiration (g C/m2)", 6),
        ("Hurst exponent", 6),
        ("class 3", 6),
        ("change carbon (t C/ha)", 7),
        ("value carbon (yuan/ha)", 7),
        ("net ecosystem production (g C/m2)", 7),
        ("trend", 7),
        ("S - D (t/km2)", 7),
    ],
)
def test_amounts_have_six_classes_and_changes_seven(band, classes):
    assert theme_of_band(band)[0].classes == classes


def test_classes_of_change_have_names(raster):
    legend = raster_legend(raster("change of balance: 1 worse, 2 unchanged, 3 improved", [1, 2, 3]))
    assert [(each.value, each.label) for each in legend.categories] == [(1, "worse"), (2, "unchanged"), (3, "improved")]


def test_codes_outside_all_schemes_are_drawn():
    assert [each.label for each in land_cover_legend([1, 2], "six_classes").categories][:2] == ["cropland", "forest"]
    other = land_cover_legend([1, 2, 99], "six_classes")
    assert [(each.value, each.label) for each in other.categories] == [
        (1, "class 1"), (2, "class 2"), (99, "class 99")
    ]  # fmt: skip


def test_legends_of_change_and_suitability(raster):
    assert [each.value for each in raster_legend(raster("change", [1, 5])).categories] == [1, 2, 3, 4, 5]
    assert raster_legend(raster("class 2", [0.1, 0.5, 0.9])).title == "Suitability, class 2"


def test_unknown_and_empty_rasters_have_no_legend(raster):
    assert raster_legend(raster("", [1, 2])) is None
    assert raster_legend(raster("carbon (t C/ha)", [np.nan, np.nan])) is None


@pytest.mark.parametrize("scheme", schemes())
def test_every_code_of_a_scheme_has_a_name_and_a_colour_of_its_own(scheme):
    crosswalk = read_crosswalk(scheme)
    legend = scheme_legend(crosswalk)
    assert [each.value for each in legend.categories] == crosswalk.codes.tolist()
    assert all(label for label, _ in legend.items)
    if len(legend.items) < 30:
        assert len({colour for _, colour in legend.items}) == len(legend.items)
    i18n.use_language("zh")
    try:
        names = [label for label, _ in scheme_legend(crosswalk).items]
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert names == [own or other for own, other in zip(crosswalk.names_zh, crosswalk.names)]
    assert names[0] == crosswalk.names_zh[0]


def test_a_large_raster_is_sampled_by_windows(tmp_path):
    """Reading the whole raster again would double the duration of a run."""

    path = str(tmp_path / "large.tif")
    options = ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE"]
    dataset = gdal.GetDriverByName("GTiff").Create(path, 60_000, 60_000, 1, gdal.GDT_Float32, options)
    band = dataset.GetRasterBand(1)
    band.SetDescription("carbon (t C/ha)")
    ramp = np.linspace(1, 100, 512 * 512, dtype=np.float32).reshape(512, 512)
    for at in range(0, 60_000 - 512, 512 * 4):
        band.WriteArray(ramp, at, at)
    dataset = band = None
    legend = raster_legend(path)
    assert legend.intervals[-1].upper <= 100


def test_the_codes_of_a_trend():
    assert TREND_NAMES == {
        1: "highly significant fall",
        2: "significant fall",
        3: "no significant trend",
        4: "significant rise",
        5: "highly significant rise",
    }


@pytest.mark.parametrize(("cells", "taken"), [(10_000, 10_000), (10_001, 5_001), (20_001, 6_667)])
def test_at_most_ten_thousand_cells_are_classified_spread_evenly(raster, cells, taken):
    dataset = gdal.Open(raster("trend", np.arange(cells, dtype=np.float32).reshape(1, -1), -1))
    found = _sampled_cells(dataset.GetRasterBand(1))
    assert len(found) == taken
    assert found[0] == 0 and len(set(np.diff(found))) == 1


def test_cells_without_a_value_are_left_out(raster):
    dataset = gdal.Open(raster("trend", [[1, np.nan, np.inf, 3]], -1))
    assert _sampled_cells(dataset.GetRasterBand(1)).tolist() == [1, 3]


def test_colours_of_a_trend_run_from_the_worst_to_the_best(raster):
    legend = raster_legend(raster("trend class", [1, 2, 3, 4, 5]))
    assert [colour for _, colour in legend.items] == ["#6e3506", "#e39a4f", "#f2f2f2", "#62b3a4", "#035a50"]
    assert [each.value for each in legend.categories] == [1, 2, 3, 4, 5]


def test_colours_of_a_change_of_balance(raster):
    legend = raster_legend(raster("change of balance: 1 worse", [1, 2, 3]))
    assert [colour for _, colour in legend.items][:3] == ["#b5651d", "#f2f2f2", "#248a7d"]
