"""Messages about a written demand raster."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.demand_raster import Demanded


def test_sums_begin_at_nothing():
    found = Demanded()
    assert (found.raster_t, found.cells, found.area_km2, found.missed_t, found.overlap_cells) == (0, 0, 0, 0, 0)
    assert (found.evenly, found.by_fraction, found.missed) == ([], [], [])
    assert np.isnan([found.emission_t, found.persons, found.persons_otherwise, found.mean_t_km2]).all()


def test_the_mean_is_over_the_cells_with_a_value():
    found = Demanded(
        raster_t=600.0, cells=3, area_km2=1.5, emission_t=650.0, missed_t=50.0, persons=9, persons_otherwise=4
    )
    assert found.mean_t_km2 == 400
    assert found.numbers() == (650, 600, 400, 1.5, 3, 50, 9, 4)
    assert found.numbers()[2] == pytest.approx(found.raster_t / found.area_km2)
    assert found.sentence().endswith("contains 600 t in 3 cells (1.50 km2), 400 t/km2 on average.")
