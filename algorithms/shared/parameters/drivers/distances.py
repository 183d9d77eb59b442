"""Parameters and locations for algorithms that use distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from ..common import choice

if TYPE_CHECKING:
    import numpy as np

    from ...inputs.given import Given
    from ...inputs.zones import Zones

GREAT_CIRCLE, REFUSE = "great_circle", "refuse"


def add_distances(algorithm, name: str = "GEOGRAPHIC") -> None:
    """Add the treatment of geographic coordinates."""
    algorithm.add(
        choice(name, tr("If the CRS is geographic"), [GREAT_CIRCLE, REFUSE], GREAT_CIRCLE),
        tr(
            "great_circle: distances between longitudes and latitudes are measured on the globe, in metres. refuse: "
            "stop, as a reminder to reproject the layer."
        ),
        advanced=True,
    )


def places_of(given: Given, zones: Zones, name: str = "GEOGRAPHIC") -> tuple[np.ndarray, bool]:
    """Centroids (zones, 2) in the CRS of the layer, NaN without geometry, and whether they are degrees.

    Raises:
        CarbonBalanceError: no CRS, no geometries, or a geographic CRS if that is refused.
    """

    from .....core.raster.sampling import centroids

    if not any(feature.hasGeometry() for feature in zones.features):
        raise CarbonBalanceError(
            tr("{layer} has no geometries: points or polygons are needed.").format(layer=zones.table.label)
        )
    is_geographic = zones.crs.isGeographic()
    if is_geographic and given.choice(name) == REFUSE:
        raise CarbonBalanceError(
            tr("{layer} has the geographic CRS {crs}: reproject it, or allow great-circle distances.").format(
                layer=zones.table.label, crs=zones.crs.authid()
            )
        )
    return centroids(zones.outlines(zones.crs.toWkt())), is_geographic
