"""Pictures given as land cover are refused if certain, warned of if likely; stacks of class codes are neither."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.pictures import check_no_picture, warn_of_classes_as_alpha
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from osgeo import gdal
from rasters import write_raster

PICTURE = "the map is a picture with bands red, green and blue, which hold colours rather than classes"
RANDOM = np.random.default_rng(5)
CODES = RANDOM.integers(1, 18, (60, 80), np.uint8)
LEGEND = RANDOM.integers(0, 256, (18, 3), np.uint8)
DRAWN = np.moveaxis(LEGEND[CODES], 2, 0)
PHOTO = RANDOM.integers(20, 240, (3, 60, 80), np.uint8)


def checked(path, band=1):
    """The warnings."""
    log = Log()
    check_no_picture(RasterSource(str(path), "the map", band), log)
    return log.warnings


def later(codes, share=0.1):
    """The codes of another date: a share of the cells is of another class."""
    return np.where(RANDOM.random(codes.shape) < share, codes % 17 + 1, codes).astype(np.uint8)


def marked(path):
    dataset = gdal.Open(str(path))
    return [dataset.GetRasterBand(band + 1).GetColorInterpretation() for band in range(3)]


def with_alpha(bands):
    return np.concatenate([bands, np.full((1, *bands.shape[1:]), 255, np.uint8)])


@pytest.mark.parametrize("cells", [DRAWN, PHOTO, with_alpha(DRAWN), with_alpha(PHOTO)])
def test_a_coloured_png_is_refused(tmp_path, cells):
    tiff = gdal.Open(write_raster(tmp_path, cells))
    path = str(tmp_path / "map.png")
    gdal.GetDriverByName("PNG").CreateCopy(path, tiff)
    with pytest.raises(CarbonBalanceError, match=PICTURE):
        checked(path)


@pytest.mark.parametrize("cells", [PHOTO, with_alpha(PHOTO)])
@pytest.mark.parametrize("band", [1, 2])
def test_an_aerial_photo_is_refused(tmp_path, cells, band):
    with pytest.raises(CarbonBalanceError, match=PICTURE):
        checked(write_raster(tmp_path, cells), band)


def test_a_large_photo_is_refused_by_a_sample(tmp_path):
    with pytest.raises(CarbonBalanceError, match=PICTURE):
        checked(write_raster(tmp_path, np.tile(PHOTO, (1, 20, 20))))


@pytest.mark.parametrize("cells", [DRAWN, with_alpha(DRAWN)])
def test_a_drawn_map_gives_a_warning(tmp_path, cells):
    (warning,) = checked(write_raster(tmp_path, cells))
    assert warning.startswith("the map may be a picture: its bands are marked as red, green and blue")


@pytest.mark.parametrize("background", [0, 255])
def test_background_is_no_evidence(tmp_path, background):
    cells = np.full((3, 300, 300), background, np.uint8)
    cells[:, :60, :80] = DRAWN
    assert len(checked(write_raster(tmp_path, cells))) == 1
    cells[:, :60, :80] = CODES, later(CODES), later(CODES)
    assert checked(write_raster(tmp_path, cells)) == []
    # Of a picture of which only the cells with data count.
    cells[:, :60, :80] = DRAWN
    cells[cells == background] = 7
    assert len(checked(write_raster(tmp_path, cells, 7))) == 1


def test_land_covers_of_three_dates_are_no_picture_although_gdal_marks_them_so(tmp_path):
    path = write_raster(tmp_path, np.stack([CODES, later(CODES), later(CODES)]))
    assert marked(path) == [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand]
    assert [checked(path, band) for band in (1, 2, 3)] == [[], [], []]


def test_a_long_list_of_classes_is_no_photo(tmp_path):
    """The Cropland Data Layer: 134 classes up to 254, of which many change every year."""
    crops = np.sort(RANDOM.permutation(np.arange(1, 255, dtype=np.uint8))[:134])
    path = write_raster(tmp_path, crops[RANDOM.integers(0, 134, (3, 200, 200))])
    assert [len(checked(path, band)) for band in (1, 2, 3)] == [1, 0, 0]


def test_a_band_chosen_among_different_ones_is_believed(tmp_path):
    path = write_raster(tmp_path, DRAWN)
    assert checked(path, 2) == []
    assert checked(write_raster(tmp_path, np.concatenate([DRAWN, CODES[None], CODES[None]])), 5) == []


@pytest.mark.parametrize("count", [1, 2, 4])
def test_bands_that_are_not_marked_as_colours_are_class_codes(tmp_path, count):
    path = write_raster(
        tmp_path, RANDOM.integers(0, 256, (count, 60, 80), np.uint8), options=["PHOTOMETRIC=MINISBLACK"]
    )
    assert checked(path) == []


def test_a_colour_table_is_no_colour_band(tmp_path):
    dataset = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "p.tif"), 80, 60, 1, gdal.GDT_Byte)
    dataset.SetGeoTransform((0, 30, 0, 0, 0, -30))
    table = gdal.ColorTable()
    for code, colour in enumerate(LEGEND):
        table.SetColorEntry(code, tuple(map(int, colour)))
    dataset.GetRasterBand(1).SetColorTable(table)
    dataset.GetRasterBand(1).WriteArray(CODES)
    dataset = None
    assert checked(tmp_path / "p.tif") == []


def test_wide_codes_are_never_refused(tmp_path):
    """More than 150 classes are possible in 16 bits."""
    codes = RANDOM.integers(1000, 3000, (3, 60, 80)).astype(np.uint16)
    assert len(checked(write_raster(tmp_path, codes, options=["PHOTOMETRIC=RGB"]))) == 1


def alpha_warnings(folder, bands, band=1, options=("PHOTOMETRIC=RGB", "ALPHA=YES")):
    log = Log()
    path = write_raster(folder / "dates.tif", bands, options=options)
    warn_of_classes_as_alpha(RasterSource(path, "the map", band), log)
    return log.warnings


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_date_that_is_marked_as_alpha_and_hides_cells_gives_a_warning(tmp_path, kind):
    last = CODES.copy()
    last[:9] = 0
    dates = np.stack([CODES, later(CODES), later(CODES), last]).astype(kind)
    (told,) = alpha_warnings(tmp_path, dates)
    assert "band 4 is marked as transparency (alpha), but its largest number is 17" in told
    assert not alpha_warnings(tmp_path, dates, 4), "no other band hides its cells"
    assert not alpha_warnings(tmp_path, dates, options=("PHOTOMETRIC=MINISBLACK", "ALPHA=NO"))
    dates[3] = CODES
    assert not alpha_warnings(tmp_path, dates), "nothing is hidden"


@pytest.mark.parametrize(("opaque", "kind"), [(255, np.uint8), (1, np.uint8), (65535, np.uint16), (255, np.uint16)])
def test_transparency_gives_none(tmp_path, opaque, kind):
    shown = np.full(CODES.shape, opaque, kind)
    shown[:9] = 0
    for bands, options in (([CODES], ("ALPHA=YES",)), ([CODES] * 3, ("PHOTOMETRIC=RGB", "ALPHA=YES"))):
        assert not alpha_warnings(tmp_path, np.stack([*bands, shown]).astype(kind), options=options)
