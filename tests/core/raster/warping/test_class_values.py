"""Codes of classes among the drivers are told before they are averaged; amounts in whole numbers are not."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.warping.class_values import warn_of_class_values
from carbon_balance.core.runtime.log import Log
from osgeo import gdal
from rasters import wkt, write_raster

SIZE = 120
COARSE = Grid(40, 40, (500000.0, 300.0, 0.0, 2000000.0, 0.0, -300.0), wkt(32648))
ROW, COLUMN = np.indices((SIZE, SIZE))


def patches(codes, seed=1):
    """Squares of 10 x 10 cells, each with one of the codes."""
    chosen = np.random.default_rng(seed).choice(codes, (SIZE // 10, SIZE // 10))
    return np.repeat(np.repeat(chosen, 10, axis=0), 10, axis=1)


def warned(folder, cells, grid=COARSE, resampling="bilinear", **given):
    log = Log()
    path = write_raster(folder, cells, **given)
    warn_of_class_values(RasterSource(path, "soil"), grid, resampling, log)
    return log.warnings


@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("codes", [[11, 23, 31, 50, 92], range(1, 31), [1, 2, 3, 4]])
def test_patches_of_codes_are_told(tmp_path, kind, codes):
    cells = patches(list(codes)).astype(kind)
    (said,) = warned(tmp_path, cells, nodata=0)
    assert said.startswith(f"soil has {len(np.unique(cells))} different whole numbers that look like codes of classes")
    assert "use nearest neighbour (RESAMPLING = near, or" in said
    assert warned(tmp_path, cells, resampling="near") == []
    assert warned(tmp_path, cells, RasterSource(write_raster(tmp_path, cells)).grid) == []


def hills():
    return np.sin(ROW / 9) + np.sin(COLUMN / 7)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param((hills() * 2 + 5).astype(np.uint8), id="amounts in steps"),
        pytest.param((hills() * 40 + 100).astype(np.int16), id="heights"),
        pytest.param(np.random.default_rng(2).poisson(2, (SIZE, SIZE)).astype(np.uint8), id="counts"),
        pytest.param(
            np.where(np.random.default_rng(2).random((SIZE, SIZE)) > 0.95, COLUMN % 7, 0).astype(np.uint8), id="few"
        ),
        pytest.param((COLUMN // 30).astype(np.uint8), id="zones in order"),
        pytest.param(patches([0, 1]).astype(np.uint8), id="mask"),
        pytest.param(patches([1.5, 2.5, 3, 4, 5]).astype(np.float32), id="fractions"),
        pytest.param(np.random.default_rng(2).integers(0, 90, (SIZE, SIZE)).astype(np.uint8), id="noise"),
        pytest.param(np.full((SIZE, SIZE), -1, np.int16), id="nothing"),
    ],
)
def test_amounts_are_not(tmp_path, cells):
    assert warned(tmp_path, cells, nodata=-1 if cells.dtype == np.int16 else None) == []


def test_a_colour_table_tells_classes(tmp_path):
    cells = (COLUMN // 30).astype(np.uint8)
    path = write_raster(tmp_path, cells)
    dataset = gdal.Open(path, gdal.GA_Update)
    colours = gdal.ColorTable()
    colours.SetColorEntry(3, (200, 100, 0, 255))
    dataset.GetRasterBand(1).SetRasterColorTable(colours)
    del dataset
    log = Log()
    warn_of_class_values(RasterSource(path, "soil"), COARSE, "average", log)
    assert len(log.warnings) == 1
