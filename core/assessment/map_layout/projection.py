"""Equal-area map projections centred on the region, which show zones in their true proportions."""

from __future__ import annotations

import numpy as np

from ...runtime.i18n import mark

# Wider regions (degrees) are shown on a world map.
WIDE = 100.0


def narrowest(longitudes: np.ndarray) -> tuple[float, float]:
    """West and east of the shortest arc with all ``longitudes``, degrees (places,); east is above 180 across 180.

    >>> narrowest(np.array([178.0, -179.0, 179.0]))
    (178.0, 181.0)
    """
    turned = np.sort(longitudes % 360)
    gaps = np.diff(turned, append=turned[0] + 360)
    last = int(np.argmax(gaps))
    west = float(turned[(last + 1) % len(turned)])
    west = west - 360 if west >= 180 else west
    return west, west + 360 - float(gaps[last])


def equal_area(west: float, south: float, east: float, north: float) -> tuple[str, str]:
    """PROJ definition and name of an equal-area projection of a region (its extent in degrees)."""
    longitude, latitude = ((west + east) / 2 + 180) % 360 - 180, (south + north) / 2
    if east - west > WIDE or north - south > WIDE:
        return f"+proj=moll +lon_0={longitude:.4f} +datum=WGS84 +units=m +no_defs", mark("Mollweide")
    centre = f"+lat_0={latitude:.4f} +lon_0={longitude:.4f}"
    return f"+proj=laea {centre} +datum=WGS84 +units=m +no_defs", mark("Lambert azimuthal equal-area")
