"""Rasters without a known location or cell size, given to every raster input of every algorithm."""

from __future__ import annotations

import math

import numpy as np
import pytest
from layers import squares
from osgeo import gdal
from qgis.core import QgsProcessing, QgsProcessingException, QgsProcessingFeedback, QgsProcessingModelAlgorithm
from rasters import wkt, write_raster


def bare(path, points=False):
    """A raster with a CRS but no georeference, or with control points only."""
    made = gdal.GetDriverByName("GTiff").Create(str(path), 20, 10, 1, gdal.GDT_Byte)
    made.GetRasterBand(1).Fill(2)
    if points:
        corners = [(0, 0), (20, 0), (20, 10), (0, 10)]
        made.SetGCPs([gdal.GCP(5e5 + 100 * x, 2e6 - 100 * y, 0, x, y) for x, y in corners], wkt(32648))
    else:
        made.SetProjection(wkt(32648))
    made = None
    return str(path)


BROKEN = {
    "no georeference": (lambda path: bare(path), "has no georeference"),
    "control points": (lambda path: bare(path, True), r"placed by control points alone.*warp it"),
    "no size": (lambda path: placed(path, (5e5, 0, 0, 2e6, 0, 0)), "its cells have no size"),
    "an origin that is NaN": (
        lambda path: placed(path, (math.nan, 100, 0, 2e6, 0, -100)),
        "its cells have no place",
    ),
    "an infinite origin": (lambda path: placed(path, (5e5, 100, 0, math.inf, 0, -100)), "its cells have no place"),
    "beyond the pole": (lambda path: placed(path, (100, 0.1, 0, 120, 0, -0.1), 4326), "outside any valid location"),
    "beyond the projection": (lambda path: placed(path, (1e12, 100, 0, 1e12, 0, -100)), "no location on earth"),
}


def placed(path, geotransform, epsg=32648):
    return write_raster(path, np.full((10, 20), 2, np.uint8), epsg=epsg, geotransform=geotransform)


class Heard(QgsProcessingFeedback):
    """Feedback that keeps the reported errors."""

    def __init__(self):
        super().__init__(False)
        self.errors = []

    def reportError(self, error, fatal_error=False):
        self.errors.append(error)


def raster_inputs(algorithm):
    return [
        each
        for each in algorithm.parameterDefinitions()
        if each.type() == "raster"
        or (each.type() == "multilayer" and each.layerType() == QgsProcessing.SourceType.TypeRaster)
    ]


@pytest.mark.parametrize("kind", BROKEN)
def test_land_covers_without_georeference_are_refused(run, tmp_path, kind):
    make, told = BROKEN[kind]
    broken = make(tmp_path / "broken.tif")
    with pytest.raises(QgsProcessingException, match=told):
        run("carbonstorage", LAND_COVER=broken, PRESET="henan", OUTPUT=str(tmp_path / "o.tif"))
    with pytest.raises(QgsProcessingException, match=told):
        run("zonalcarbonsupply", LAND_COVER=broken, ZONES=squares({"x": [1.0]}), PRESET="henan", OUTPUT="memory:")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".tif"] == ["broken.tif"]


def test_no_raster_parameter_accepts_a_raster_without_georeference(provider, tmp_path):
    """Every raster parameter of every algorithm is given such a raster in turn."""
    import processing

    good = write_raster(
        tmp_path / "g.tif", np.tile(np.array([[1, 2]], np.uint8), (10, 10)), origin=(500000.0, 2001000.0)
    )
    broken = bare(tmp_path / "broken.tif")
    zones = squares({"code": ["1", "2"], "emission": [1.0, 2.0]})
    base = {"ZONES": zones, "EMISSION": "emission"}
    tried = 0
    for algorithm in provider.algorithms():
        for definition in raster_inputs(algorithm):
            if isinstance(algorithm, QgsProcessingModelAlgorithm) and definition.flags() & definition.Flag.FlagOptional:
                continue  # an input of its steps, which come to it late
            given = {}
            for each in algorithm.parameterDefinitions():
                name, optional = each.name(), bool(each.flags() & each.Flag.FlagOptional)
                # The later rasters of a balance come in pairs.
                wanted = not optional or name in (definition.name(), "SUPPLY_LATER", "DEMAND_LATER")
                # Regions of pools need land to lie on.
                wanted |= definition.name() == "POOL_REGION_RASTER" and name == "LAND_COVER"
                if each in raster_inputs(algorithm) and wanted:
                    chosen = broken if name == definition.name() else good
                    given[name] = [chosen] if each.type() == "multilayer" else chosen
                elif each.type() == "rasterDestination" and not optional:
                    given[name] = str(tmp_path / f"{algorithm.name()}_{name}.tif")
                elif each.isDestination() and not optional:
                    given[name] = "memory:" if each.type() == "sink" else str(tmp_path / "r.html")
                elif each.type() == "enum" and name == "PRESET" and "henan" in each.options():
                    given[name] = "henan"
                elif name in ("ZONES", "EMISSION") and each.type() in ("source", "field"):
                    given[name] = base[name]
            given.update(MORE.get(algorithm.name(), {}))
            if definition.name() == "POOL_REGION_RASTER":
                densities = {"region": [1.0, 1.0], "code": [1.0, 2.0], "c_above": [5.0, 7.0], "c_soil": [9.0, 9.0]}
                given.pop("PRESET", None)
                given["POOLS"] = squares(densities, geometry=False)
            if algorithm.name() == "landusesimulation":
                given["DEMAND"] = squares({"code": [1.0, 2.0], "area_ha": [100.0, 100.0]}, geometry=False)
            heard = Heard()
            try:
                processing.run(algorithm.id(), given, feedback=heard)
            except QgsProcessingException as refusal:
                # Of a model, its step says why.
                told = [str(refusal), *heard.errors]
                assert any("has no georeference" in each for each in told), (algorithm.id(), definition.name(), told)
                tried += 1
            else:
                pytest.fail(f"{algorithm.id()} takes {definition.name()} without a georeference")
    assert tried > 15


YEARS = {"YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2030}
MORE: dict[str, dict] = {
    "landusetransition": {**YEARS, "BETWEEN_YEARS": "2005"},
    "scenariocarbon": YEARS,
    "carbontrend": {"YEARS": "2001"},
    "carbonplan": {"PRESET": "guiyang"},
}


def test_a_polar_projection_gives_a_warning_in_every_algorithm(run, tmp_path):
    """The scale of EPSG:3031 at the pole is 0.9727, so that areas are 5.4 % too small."""
    cover = write_raster(tmp_path / "p.tif", np.full((10, 10), 2, np.uint8), epsg=3031, origin=(-5e4, 5e4), cell=1e4)
    for output in (None, str(tmp_path / "o.tif")):
        given = {} if output is None else {"OUTPUT": output}
        done = run("carbonstorage", LAND_COVER=cover, PRESET="henan", **given)
        assert sum("differ from true areas by up to -5.37 %" in each for each in done["notes"].warned) == 1
    done = run(
        "landusetransition", LAND_COVER=cover, LAND_COVER_LATER=cover, OUTPUT="memory:", **MORE["landusetransition"]
    )
    assert sum("differ from true areas" in each for each in done["notes"].warned) == 1
    done = run("supplydemandratioraster", SUPPLY=cover, DEMAND=cover, OUTPUT=str(tmp_path / "r.tif"))
    assert sum("differ from true areas" in each for each in done["notes"].warned) == 1
