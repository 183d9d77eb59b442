"""Study B (Beibu Gulf): its pool table from national soil densities, cell for cell."""

from __future__ import annotations

from carbon_balance.core.supply.pool_builder import preset_table
from carbon_balance.core.supply.pools import preset_pool_table
from carbon_balance.core.supply.soil_composition import precipitation_factor

TABLE_6 = {
    "cropland": [40.5, 26.8, 186.3, 5.2],
    "forest": [82.2, 16.4, 273.0, 7.6],
    "grassland": [28.2, 33.8, 171.7, 4.8],
    "water": [0, 0, 0, 0],
    "built-up": [5.6, 1.1, 25.3, 0],
    "unused": [11.2, 2.2, 37.1, 1.0],
}


def test_the_built_pool_table_equals_published_table_6():
    factor = precipitation_factor(1999.4, 671.1)
    assert round(factor, 5) == 1.71896
    pools = preset_table("china_soil", factor, as_published=True).pools
    built = {name: [round(float(value), 6) for value in row] for name, row in zip(pools.names, pools.pools_t_ha)}
    equal = sum(a == b for name in TABLE_6 for a, b in zip(TABLE_6[name], built[name]))
    assert equal == 24


def test_the_bundled_table_equals_published_table_6():
    pools = preset_pool_table("beibu_gulf", "six_classes")
    assert dict(zip(pools.names, pools.pools_t_ha.tolist())) == TABLE_6
