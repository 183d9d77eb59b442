"""Metadata of a suitability raster on its training, and warnings about mismatched inputs."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.suitability.origin import ONE_DATE, TRANSITIONS, Origin, check_origin, origin_of
from osgeo import gdal

CODES, CELLS = np.array([1, 2, 5]), np.array([40, 0, 60])


@pytest.mark.parametrize(
    "origin",
    [Origin(TRANSITIONS, {1: 40, 5: 60}, 2020, 2010.5), Origin(ONE_DATE, {-3: 1}, None, None), Origin(ONE_DATE, {}, 7)],
)
def test_the_origin_is_equal_after_writing_and_reading_metadata(tmp_path, origin):
    path = made.write(tmp_path / "suits.tif", np.zeros((3, 4, 4), np.float32))
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.GetRasterBand(1).SetMetadata(origin.tags())
    del dataset
    assert origin_of(RasterSource(path)) == origin


@pytest.mark.parametrize("tags", [{}, {"CARBONBALANCE_LEARNED_FROM": "hearsay"}, {"CARBONBALANCE_CLASS_CELLS": "1:x"}])
def test_a_raster_of_another_program_has_no_origin(tmp_path, tags):
    path = made.write(tmp_path / "suits.tif", np.zeros((3, 4, 4), np.float32))
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.GetRasterBand(1).SetMetadata(tags)
    del dataset
    assert origin_of(RasterSource(path)) is None


def warnings(origin, by_transition, years=("",)):
    log = Log()
    check_origin(origin, by_transition, years, CODES, CELLS, log)
    return log.warnings


def test_suitability_that_does_not_fit_the_simulation_gives_warnings():
    cells = {1: 40, 2: 0, 5: 60}
    assert warnings(None, True) == []
    assert warnings(Origin(TRANSITIONS, cells, 2020, 2010), True, ["2021", "2030"]) == []
    assert warnings(Origin(ONE_DATE, {1: 40, 5: 60}), False) == []
    assert "contains no transitions" in warnings(Origin(ONE_DATE, cells), True)[0]
    assert "but demand is by class" in warnings(Origin(TRANSITIONS, cells), False)[0]
    (told,) = warnings(Origin(TRANSITIONS, {1: 45, 5: 55}), True)
    assert "class 1: 45 cells there, 40 here, class 5: 55 cells there, 60 here. Give the same" in told


def test_demand_before_the_suitability_is_refused():
    with pytest.raises(CarbonBalanceError, match="demand is for 2015, but the suitability is for .* of 2020"):
        warnings(Origin(ONE_DATE, {1: 40, 5: 60}, 2020), False, ["2015", "2025"])


def test_a_class_that_one_land_cover_lacks_has_0_cells_there():
    (told,) = warnings(Origin(ONE_DATE, {1: 40, 2: 7}), False)
    assert "class 2: 7 cells there, 0 here, class 5: 0 cells there, 60 here" in told
    (told,) = warnings(Origin(ONE_DATE, {1: 40, 5: 60, 9: 7}), False)
    assert "starts from: class 9: 7 cells there, 0 here. Give" in told
