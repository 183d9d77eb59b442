"""Messages about a written demand raster."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.demand_raster import Demanded, check_population
from carbon_balance.core.options.raster import PER_CELL, PER_KM2
from carbon_balance.core.runtime.log import Log


def test_sums_start_at_zero():
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


def population(declared, otherwise, area=100.0):
    return Demanded(persons=declared, persons_otherwise=otherwise, area_km2=area)


@pytest.mark.parametrize(
    ("declared", "otherwise", "known", "doubtful"),
    [
        # 1 to 50,000 persons a km2 are plausible, on 100 km2.
        (5_000_000.0, 100.0, None, False),
        (5_000_001.0, 100.0, None, True),
        (100.0, 500.0, None, False),
        (99.0, 100.0, None, True),
        (99.0, 5_000_000.0, None, True),
        (99.0, 99.0, None, False),  # the other meaning is no better
        (99.0, 5_000_001.0, None, False),
        # Half as many again as are known are too many; too few are told if the other meaning is nearer.
        (1499.0, 10.0, 1000.0, False),
        (1501.0, 10.0, 1000.0, True),
        (667.0, 1000.0, 1000.0, False),
        (666.0, 1000.0, 1000.0, True),
        (666.0, 2000.0, 1000.0, False),
    ],
)
def test_an_implausible_meaning_of_population_gives_a_warning(declared, otherwise, known, doubtful):
    log = Log()
    assert check_population(population(declared, otherwise), PER_CELL, known, log) is doubtful
    assert len(log.warnings) == doubtful


def test_both_interpretations_of_population_are_logged():
    log, said = Log(), []
    log.info = said.append
    check_population(population(2500.0, 40_000.0), PER_KM2, 2400.0, log)
    assert said == [
        "Interpreted as persons per km2, the raster contains 2,500 persons (25 per km2); interpreted as persons per "
        "cell, it would contain 40,000 (400 per km2). The given population is 2,400."
    ]
