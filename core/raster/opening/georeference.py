"""Check of the georeference of a raster, independent of its CRS."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr

# GDAL's geotransform for a file without georeference, in cells instead of units of a CRS.
_NONE = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def need_georeference(dataset: gdal.Dataset, label: str) -> None:
    """Refuse a raster whose cells have no known position or size; ``label`` is its name in messages.

    Raises:
        CarbonBalanceError: no georeference, one by control points only, or an invalid one.
    """
    geotransform = dataset.GetGeoTransform(can_return_null=True)
    if geotransform is None or tuple(geotransform) == _NONE:
        by_points = dataset.GetGCPCount() or dataset.GetMetadata("RPC") or dataset.GetMetadata("GEOLOCATION")
        raise CarbonBalanceError(
            (
                tr(
                    "{raster} is placed by control points alone, so its cells have no known size: warp it to a grid "
                    "first (Raster > Projections > Warp)."
                )
                if by_points
                else tr(
                    "{raster} has no georeference, so its cells have no known place and size: give it one first "
                    "(Layer > Georeferencer, or a world file next to it)."
                )
            ).format(raster=label)
        )
    x, y = np.array(geotransform).reshape(2, 3)[:, 1:]
    if not abs(x[0] * y[1] - x[1] * y[0]) > 0:
        raise CarbonBalanceError(
            tr("{raster}: its cells have no size; its georeferencing is invalid.").format(raster=label)
        )
    if not np.isfinite(geotransform).all():
        raise CarbonBalanceError(
            tr("{raster}: its cells have no place; its georeferencing is invalid.").format(raster=label)
        )
