"""The land-use scenario algorithms on the synthetic region, with the parameters common to most tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsRectangle, QgsVectorLayer


def read(path) -> np.ndarray:
    """All bands of a raster."""
    return gdal.OpenEx(str(path), gdal.OF_RASTER).ReadAsArray()


def halves():
    """Two zones, west and east, of the synthetic region (2,700 m wide)."""
    zones = QgsVectorLayer("Polygon?crs=EPSG:32648&field=name:string", "halves", "memory")
    for name, west in (("west", 500000), ("east", 501350)):
        feature = QgsFeature(zones.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 2597300, west + 1350, 2600000)))
        feature.setAttributes([name])
        zones.dataProvider().addFeature(feature)
    return zones


def transition(run, region, **more):
    """Transitions of five years, and demand for the ten years after them."""
    given = {
        "LAND_COVER": region.first_path,
        "LAND_COVER_LATER": region.later_path,
        "YEAR": 2010,
        "LATER_YEAR": 2015,
        "TARGET_YEAR": 2025,
        **dict.fromkeys(("DEMAND", "TRANSITIONS", "MATRIX"), "memory:"),
    }
    return run("landusetransition", **{**given, **more})


def suitability(run, region, **more):
    """Suitability by both drivers, written beside the rasters of the region."""
    given = {
        "LAND_COVER": region.later_path,
        "DRIVERS": [region.slope_path, region.distance_path],
        "SAMPLES": 4000,
        "OUTPUT": str(Path(region.first_path).with_name("suitability.tif")),
    }
    return run("landusesuitability", **{**given, **more})


def simulation(run, region, suits, **more):
    """Simulated land cover, written beside the rasters of the region."""
    given = {"LAND_COVER": region.later_path, "SUITABILITY": suits["OUTPUT"], "STEPS": "memory:", "HISTORY": "memory:"}
    given["OUTPUT"] = str(Path(region.first_path).with_name("simulated.tif"))
    return run("landusesimulation", **{**given, **more})


def refused(sentence, call, *args, **given):
    """Assert that the run is refused with a message that matches ``sentence``."""
    with pytest.raises(QgsProcessingException, match=sentence):
        call(*args, **given)
