"""Changes between consecutive land covers."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.intervals import interval_changes
from rasters import write_raster

PLACE = (500000.0, 100.0, 0.0, 3000000.0, 0.0, -100.0)


def covers(folder, *maps):
    return [
        LandCover(
            RasterSource(write_raster(folder / f"{at}.tif", np.array([cells], np.uint8), 0, 32648, geotransform=PLACE))
        )
        for at, cells in enumerate(maps)
    ]


def test_each_interval_joins_consecutive_dates(tmp_path):
    found = interval_changes(covers(tmp_path, [1, 1, 2], [1, 2, 2], [2, 2, 2]), [2000, 2010, 2015], Log())
    assert [(each.start, each.end) for each in found] == [(2000, 2010), (2010, 2015)]
    assert found[0].area_ha == pytest.approx(np.array([[1, 1], [0, 1]]))
    assert found[1].area_ha == pytest.approx(np.array([[0, 1], [0, 2]]))
    assert found[0].names == ["1", "2"]


def test_fewer_than_two_land_covers_with_data_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="two or more land covers"):
        interval_changes(covers(tmp_path, [1, 2]), [2000], Log())
    with pytest.raises(CarbonBalanceError):
        interval_changes(covers(tmp_path, [1, 0], [0, 1]), [2000, 2010], Log())
