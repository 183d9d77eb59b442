"""Equal-area map projections centred on the region, which show zones in their true proportions."""

from __future__ import annotations

from ...runtime.i18n import mark

# Wider regions (degrees) are shown on a world map.
WIDE = 100.0


def equal_area(west: float, south: float, east: float, north: float) -> tuple[str, str]:
    """PROJ definition and name of an equal-area projection of a region (its extent in degrees)."""
    longitude, latitude = (west + east) / 2, (south + north) / 2
    if east - west > WIDE or north - south > WIDE:
        return f"+proj=moll +lon_0={longitude:.4f} +datum=WGS84 +units=m +no_defs", mark("Mollweide")
    centre = f"+lat_0={latitude:.4f} +lon_0={longitude:.4f}"
    return f"+proj=laea {centre} +datum=WGS84 +units=m +no_defs", mark("Lambert azimuthal equal-area")
