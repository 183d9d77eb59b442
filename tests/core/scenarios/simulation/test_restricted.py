"""Messages about a raster of restricted cells."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.simulation.restricted import log_restricted


@pytest.mark.parametrize(
    ("cells", "said", "warned"),
    [
        ([0, 1, np.nan, 0], "restricts 1 of 4 cells", 0),
        ([1, 1, np.nan, 0], "restricts 2 of 4 cells", 0),
        ([1, 1, 1, 0], "restricts 3 of 4 cells", 1),
        ([1, 1, 2, 0], "restricts 3 of 4 cells", 0),
        ([0, np.nan, 0, 0], "restricts nothing: it has no value other than 0", 1),
    ],
)
def test_restricted_cells_are_counted_and_more_than_half_give_a_warning(tmp_path, cells, said, warned):
    cover = LandCover(RasterSource(made.write(tmp_path / "cover.tif", np.ones((1, 4), np.uint8), 0)))
    restricted = made.write(tmp_path / "closed.tif", np.array([cells], np.float32))
    log = Log()
    log_restricted(cover, RasterSource(restricted), log)
    assert any(said in sentence for sentence in [*log.notes, *log.warnings])
    assert len(log.warnings) == warned


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([1, 255, 255, 255], r"it holds 255 \(75% of the cells\), 1 \(25% of the cells\); set"),
        ([-9999, -9999, -9999, -9999], r"it holds -9999 \(100% of the cells\); set .* set NODATA_VALUES to it"),
        ([1, 2, 3, 4, 5, 6], ", others; set"),
    ],
)
def test_a_raster_that_restricts_all_cells_is_refused_with_its_values(tmp_path, cells, said):
    cover = LandCover(RasterSource(made.write(tmp_path / "cover.tif", np.ones((1, len(cells)), np.uint8), 0)))
    restricted = made.write(tmp_path / "closed.tif", np.array([cells], np.float32))
    with pytest.raises(CarbonBalanceError, match=f"^reserves restricts all cells of the land cover, .*{said}"):
        log_restricted(cover, RasterSource(restricted, "reserves"), Log())
