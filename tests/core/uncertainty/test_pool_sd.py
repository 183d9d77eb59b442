"""Standard deviations of pool tables."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.supply.pools import preset_pool_table, read_pool_table, read_sink_table
from carbon_balance.core.tables.table import Table
from carbon_balance.core.uncertainty.pool_sd import sinks_with_sd, with_sd


def table(fields, *rows):
    return Table("the pool table", fields, [list(row) for row in rows])


def test_columns_and_one_coefficient_for_the_rest():
    given = table(
        ["lucode", "name", "c_above", "c_below", "c_soil", "c_dead", "SD_above", "c_soil_sd"],
        [1, "wood", 80, 20, 100, 0, "8", 30],
        [2, "crop", 5, 1, 60, 3, None, 0],
    )
    found = with_sd(read_pool_table(given), given, 10)
    assert found.pools == ["above", "below", "soil", "dead"]
    np.testing.assert_allclose(found.sd_t_ha, [[8, 2, 30, 0], [0.5, 0.1, 0, 0.3]])


def test_a_bundled_table_takes_one_coefficient():
    pools = preset_pool_table("henan", "six_classes")
    found = with_sd(pools, None, 20)
    np.testing.assert_allclose(found.sd_t_ha, 0.2 * pools.pools_t_ha)


def test_whole_densities():
    given = table(["code", "carbon_t_ha", "sd_density"], [1, 50, 5])
    found = with_sd(read_pool_table(given), given, None)
    assert (found.pools, found.sd_t_ha.tolist()) == (["total"], [[5]])


@pytest.mark.parametrize(
    ("sd", "cv", "message"),
    [
        (None, None, "no standard deviation for wood above, wood soil: give columns such as sd_above"),
        (-1, None, r"sd_above is negative \(-1\)"),
        (1, None, "no standard deviation for wood soil"),
        (1, -5, "coefficient of variation is -5 %"),
        ("x", 5, '"x" in column sd_above is not a number'),
    ],
)
def test_refused(sd, cv, message):
    fields, row = ["code", "name", "c_above", "c_soil"], [1, "wood", 10, 20]
    if sd is not None:
        fields, row = [*fields, "sd_above"], [*row, sd]
    given = table(fields, row)
    with pytest.raises(CarbonBalanceError, match=message):
        with_sd(read_pool_table(given), given, cv)


@pytest.mark.parametrize(("classes", "listed"), [(5, "a0, a1, a2, a3, a4:"), (6, "a0, a1, a2, a3, a4 (+1 more):")])
def test_five_missing_deviations_are_named(classes, listed):
    sinks = read_sink_table(table(["code", "name", "sink_t_ha"], *((at, f"a{at}", 1) for at in range(classes))))
    with pytest.raises(CarbonBalanceError) as refused:
        sinks_with_sd(sinks, None, None)
    assert listed in str(refused.value)
