"""Maps are equal-area: centred on the region, or a world projection if the region is wide."""

from __future__ import annotations

from carbon_balance.core.assessment.map_layout.projection import equal_area

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
