"""The land-use scenario algorithms on the synthetic region, with the parameters common to most tests."""

from __future__ import annotations

from pathlib import Path

import made_region as made
import numpy as np
import pytest
from layers import column
from osgeo import gdal
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsRectangle, QgsVectorLayer

# Study H: arable 66.81, forest 149.95, built-up 60 t C/ha.
DENSITY = dict(zip(made.CODES.tolist(), (66.81, 149.95, 60.0)))


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


def scenarios(run, region, **more):
    """The scenarios of the made-up region, demand from 2015 on."""
    given = {
        "ZONES": halves(),
        "LAND_COVER": region.first_path,
        "TODAY": region.later_path,
        "DRIVERS": [region.slope_path, region.distance_path],
        "YEAR": 2010,
        "LATER_YEAR": 2015,
        "TARGET_YEAR": 2020,
        "PRESET": "henan",
        "RUNS": 2,
    }
    return run("scenariocarbon", **{**given, **more})


def table(result, *names):
    """Rows of a table's columns as tuples."""
    return list(zip(*(column(result, name) for name in names)))
