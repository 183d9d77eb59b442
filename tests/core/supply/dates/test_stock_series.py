"""Carbon at three dates: each interval, its change per year, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.dates.stock_series import stock_interval_parts, stock_interval_table, stock_intervals
from carbon_balance.core.supply.pools import read_pool_table
from carbon_balance.core.tables.table import Table
from rasters import write_raster

# 16 cells of 1 ha; class 1 has 10, class 2 has 100 t/ha.
GRID = {"origin": (500000.0, 2001000.0), "cell": 100.0}
POOLS = read_pool_table(Table("pools", ["lucode", "density"], [[1, 10], [2, 100]]))


@pytest.fixture
def covers(tmp_path):
    """8 ha of class 2, then 6, then 9: two are lost, three gained."""
    found = []
    for at, wood in enumerate((8, 6, 9)):
        cells = np.repeat([2, 1], [wood, 16 - wood]).astype(np.uint8).reshape(4, 4)
        found.append(LandCover(RasterSource(write_raster(tmp_path / f"{at}.tif", cells, 0, **GRID), f"map {at}")))
    return found


def test_each_interval_has_its_change_per_year(covers):
    found = stock_intervals(covers, [2000, 2010, 2015], (POOLS, POOLS), Log())
    table = stock_interval_table(found)
    assert table["from_date"] == [2000, 2010]
    assert table["to_date"] == [2010, 2015]
    assert table["area_ha"] == pytest.approx([16, 16])
    assert table["carbon_start_t"] == pytest.approx([880, 700])
    assert table["carbon_end_t"] == pytest.approx([700, 970])
    assert table["carbon_gain_t"] == pytest.approx([0, 270])
    assert table["carbon_loss_t"] == pytest.approx([-180, 0])
    assert table["carbon_change_t"] == pytest.approx([-180, 270])
    # Per year; then 2 of 16 ha in 10 years and 3 of 16 in 5.
    assert list(table.values())[-2] == pytest.approx([-18, 54])
    assert list(table.values())[-1] == pytest.approx([1.25, 3.75])


def test_the_sentence_names_the_interval_with_the_lowest_change(covers):
    found = stock_intervals(covers, [2000, 2010, 2015], (POOLS, POOLS), Log())
    _, sentence, _, bars, _ = stock_interval_parts(found)
    assert "2000 to 2015 in 2 intervals: " in sentence
    assert " in 1 of them; " in sentence
    assert "2000–2010, −18.00 t C per year" in sentence
    # Losses are orange, gains blue.
    assert bars.index("#d55e00") < bars.index("#0072b2")
    assert ">2010–2015</text>" in bars


def test_another_pool_table_for_the_last_date_is_refused(covers):
    other = read_pool_table(Table("pools", ["lucode", "density"], [[1, 10], [2, 100]]))
    with pytest.raises(CarbonBalanceError, match="need one pool table for all dates"):
        stock_intervals(covers, [2000, 2010, 2015], (POOLS, other), Log())
