"""Maps are equal-area: centred on the region, or a world projection if the region is wide."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.map_layout.projection import equal_area, narrowest

WORLD = ("+proj=moll +lon_0={:.4f} +datum=WGS84 +units=m +no_defs", "Mollweide")


def test_the_projection_is_centred_on_the_region():
    assert equal_area(100, 20, 110, 26) == (
        "+proj=laea +lat_0=23.0000 +lon_0=105.0000 +datum=WGS84 +units=m +no_defs",
        "Lambert azimuthal equal-area",
    )


def test_a_region_wider_than_100_degrees_gets_a_world_projection():
    assert equal_area(0, 0, 100, 100)[1] == "Lambert azimuthal equal-area"
    assert equal_area(0, 0, 100.1, 10) == (WORLD[0].format(50.05), WORLD[1])
    assert equal_area(10, -50.1, 20, 50) == (WORLD[0].format(15), WORLD[1])


@pytest.mark.parametrize(
    ("longitudes", "expected"),
    [([100, 110, 105], (100, 110)), ([-10, 20], (-10, 20)), ([178, 179.5, -178], (178, 182)),
     ([-179, -170], (-179, -170)), ([5], (5, 5)), ([-120, 0, 120], None)],
)  # fmt: skip
def test_the_shortest_arc_contains_all_longitudes(longitudes, expected):
    west, east = narrowest(np.array(longitudes, float))
    assert -180 <= west <= east <= west + 360
    if expected is not None:
        assert (west, east) == pytest.approx(expected)
    else:
        assert east - west == pytest.approx(240)


def test_a_region_across_the_180th_meridian_has_its_centre_there():
    assert "+lon_0=180.0" in equal_area(178, 60, 182, 70)[0].replace("-180.0", "180.0")
    assert "+lon_0=-179.0" in equal_area(178, 60, 184, 70)[0]
