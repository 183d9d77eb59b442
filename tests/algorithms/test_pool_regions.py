"""Zones that choose among the pool tables of several regions."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}
# Two square zones of 2 x 2 cells of 25 ha: west 1 1 / 3 3, east 2 2 / 3 3.
COVER = np.array([[1, 1, 2, 2], [3, 3, 3, 3]], np.uint8)
TABLE = (
    "region,lucode,name,carbon_t_ha\nnorth,1,crop,10\nnorth,3,wood,100\n"
    "south,1,crop,20\nsouth,2,city,5\nsouth,3,wood,200\n"
)


@pytest.fixture
def supply(run, tmp_path):
    def made(regions=("north", "south"), table=TABLE, **more):
        path = tmp_path / "pools.csv"
        path.write_text(table)
        given = {
            "LAND_COVER": write_raster(tmp_path / "cover.tif", COVER, 0, **GRID),
            "ZONES": squares({"name": ["west", "east"], "climate": list(regions)}),
            "POOLS": str(path),
            "POOL_REGION": "climate",
            "OUTPUT": "memory:",
            "CLASSES": "memory:",
            **more,
        }
        return run("zonalcarbonsupply", **{name: value for name, value in given.items() if value is not None})

    return made


def test_each_zone_has_the_densities_of_its_region(supply):
    found = supply()
    west, east = 25 * (2 * 10 + 2 * 100), 25 * (2 * 5 + 2 * 200)
    assert column(found["OUTPUT"], "carbon_t") == [west, east]
    assert found["TOTAL_CARBON_T"] == west + east
    assert sum(column(found["OUTPUT"], "carbon_share")) == pytest.approx(1)
    assert sum(column(found["CLASSES"], "carbon_t")) == west + east
    assert set(column(found["CLASSES"], "name")) == {"crop", "city", "wood"}


def test_one_region_for_all_equals_its_table_alone(supply):
    alone = TABLE.replace("north,1,crop,10\nnorth,3,wood,100\n", "")
    regional = supply(("south", "south"))["TOTAL_CARBON_T"]
    assert regional == supply(table=alone, POOL_REGION=None)["TOTAL_CARBON_T"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"regions": ("south", "north")}, "2: 50 ha"),
        ({"regions": ("north", "east")}, "no rows for the region east; it has north, south"),
        ({"regions": ("north", "")}, "No pool region"),
        ({"table": "lucode,carbon_t_ha\n1,1\n2,2\n3,3\n"}, "needs a column region"),
        ({"REASSIGN": "1=2"}, "cannot be reassigned"),
        ({"POOLS": None, "PRESET": "henan"}, "your own pool table with a column region"),
    ],
)
def test_refused(supply, given, message):
    with pytest.raises(QgsProcessingException, match=message):
        supply(**given)


def test_overlapping_zones_of_different_regions_are_refused(supply):
    zones = squares({"name": ["a", "b"], "climate": ["north", "south"]})
    zones.startEditing()
    first, second = zones.getFeatures()
    zones.changeGeometry(second.id(), first.geometry())
    zones.commitChanges()
    with pytest.raises(QgsProcessingException, match="Zones overlap, so the pool region"):
        supply(ZONES=zones, table=TABLE.replace("north,1", "north,2,city,1\nnorth,1"))
