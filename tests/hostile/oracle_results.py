"""What a run gave, compared with what was computed independently."""

from __future__ import annotations

import numpy as np
from carbon_balance.compat import is_null
from qgis.core import QgsProcessingUtils

CLOSE = 1e-6


def absent(value: object) -> bool:
    """NULL, or nothing in a text file."""
    return is_null(value) or value == ""


def need_close(what: str, got, expected, tolerance: float = CLOSE) -> None:
    got = np.array([np.nan if absent(v) else float(v) for v in np.ravel(np.array(got, object))])
    expected = np.ravel(np.asarray(expected, float))
    same = np.isclose(got, expected, rtol=tolerance, atol=1e-9, equal_nan=True)
    assert same.all(), f"{what}: {got[~same][:4]} instead of {expected[~same][:4]}"


def written_column(results: dict, name: str, column: str, context, suffix: str = ""):
    layer = QgsProcessingUtils.mapLayerFromString(results[name], context)
    if layer is None and results[name].endswith(".shp"):
        return None  # of a table QGIS writes the .dbf alone
    assert layer is not None, f"{name} cannot be opened"
    # A shapefile keeps ten letters of a name.
    title = column + suffix
    if layer.fields().indexOf(title) < 0:
        title = next((f.name() for f in layer.fields() if len(f.name()) == 10 and title.startswith(f.name())), None)
    return None if title is None else [feature[title] for feature in layer.getFeatures()]
