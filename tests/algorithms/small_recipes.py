"""The least parameters with which each algorithm runs on a random region of six zones."""

from __future__ import annotations

import numpy as np
from layers import run_algorithm, squares
from qgis.core import QgsVectorLayer
from zoned_region import ZONES

# Surplus and deficit of the six zones, t.
NET = [-5.0, 3.0, 4.0, -1.0, 2.5, -3.0]


def of_zones(region, turned=False, **more):
    """The zones in the given or in reverse order."""
    layer = region.zones(**more)
    return in_reverse(layer) if turned else layer


def in_reverse(layer):
    """The features of a layer in reverse order."""
    other = QgsVectorLayer("Polygon?crs=EPSG:32648", "zones", "memory")
    other.dataProvider().addAttributes(layer.fields().toList())
    other.updateFields()
    other.dataProvider().addFeatures(list(layer.getFeatures())[::-1])
    return other


def many(region, turned=False):
    """40 squares with correlated numbers."""
    rng = np.random.default_rng(5)
    x, z = rng.normal(0, 1, (2, 40))
    y = 2 * x + z + rng.normal(0, 1, 40)
    return of_rows({"name": [f"n{at}" for at in range(40)], "y": y.tolist(), "x": x.tolist(), "z": z.tolist()}, turned)


def of_rows(columns, turned):
    layer = squares(columns)
    return in_reverse(layer) if turned else layer


def supply(region):
    return np.random.default_rng(7).uniform(1e3, 2e4, ZONES).tolist()


def recipe(name, region, turned=False):
    """The minimal parameters of the algorithm on the region; ``turned``: rows of zones in reverse order."""
    cover = {"LAND_COVER": region.first_path, "PRESET": "henan"}
    two = {"LAND_COVER": region.first_path, "LAND_COVER_LATER": region.later_path}
    zones = of_zones(
        region, turned, sink=supply(region), given_eec=[0.5, 1.5, 0.8, 2.0, 1.1, 0.9], km2=[1.0] * ZONES, net=NET
    )
    sides = {"SUPPLY": "sink", "DEMAND": "emitted"}
    if name == "landusesimulation":
        suits = run_algorithm(
            "landusesuitability", LAND_COVER=region.later_path, DRIVERS=[slope(region)], NETWORKS=1, SAMPLES=400,
            ITERATIONS=10, OUTPUT=str(region.folder / "suits.tif"),
        )  # fmt: skip
        wanted = squares({"code": [1, 2, 3, 5], "share": [0.35, 0.3, 0.2, 0.15]}, geometry=False)
        return {
            "LAND_COVER": region.later_path, "SUITABILITY": suits["OUTPUT"], "DEMAND": wanted, "UNREACHABLE": "nearest",
        }  # fmt: skip
    table = squares({"key": [f"zone {at}" for at in range(ZONES)][:: -1 if turned else 1], "v": [1.5] * ZONES}, False)
    return {
        "annualcarbonsink": {"ZONES": zones, "LAND_COVER": region.first_path, "PRESET": "guiyang"},
        "carbonbalancecoefficients": {"ZONES": zones, "GDP": "gdp", "EMISSION": "emitted", "SINK": "sink"},
        "carbonbalancereport": {"ZONES": zones, "SUPPLY": "sink", "DEMAND": "emitted"},
        "carbonbalanceseries": {"LAYERS": [zones, of_zones(region, sink=supply(region))], "DATES": "2000; 2010",
                                "KEY": "name", **sides},
        "carboncentre": {"ZONES": zones, "AMOUNTS": ["emitted", "sink"]},
        "carboncompensation": {"ZONES": zones, "EMISSION": "emitted", "SINK": "sink"},
        "carbonconcentration": {"ZONES": zones, "EMISSION": "emitted", "PERMUTATIONS": 19},
        "carbonpooltable": {"PRESET": "henan"},
        "carbonserviceflow": {"ZONES": zones, "AMOUNT": "net"},
        "carbonstorage": cover,
        "carbonstoragechange": {**two, "PRESET": "henan", "ZONES": zones},
        "carbontrend": {"RASTERS": [slope(region, power) for power in (1, 2, 4, 3, 6, 5, 8, 7)], "YEARS": "2001-2008"},
        "carbonuncertainty": {**cover, "CV": 15, "DRAWS": 200, "ZONES": zones},
        "coefficientzoning": {"ZONES": zones, "EEC": "given_eec", "SEC": "sink"},
        "emissiondemand": {"ZONES": zones, "EMISSION": "emitted"},
        "landuseoptimisation": {"LAND_COVER": region.first_path, "AIM_2": "sink"},
        "emissiondemandraster": {"ZONES": zones, "EMISSION": "emitted", "WEIGHTS": slope(region)},
        "emissioninventory": {"ZONES": zones, "KEY": "name", "GDP": "gdp", "INTENSITY_ALL": 1.2},
        "factorcorrelation": {"INPUT": many(region, turned), "VARIABLES": ["y"], "FACTORS": ["x", "z"]},
        "geographicallyweightedregression": {"INPUT": many(region, turned), "DEPENDENT": ["y"], "EXPLANATORY": ["x"],
                                             "PERMUTATIONS": 0},
        "joinstatistics": {"ZONES": zones, "ZONE_KEY": "name", "TABLE": table, "TABLE_KEY": "key", "FIELDS": ["v"]},
        "landuseemission": {"ZONES": zones, "LAND_COVER": region.first_path, "ENERGY": "emitted"},
        "landusesuitability": {"LAND_COVER": region.later_path, "DRIVERS": [slope(region)], "NETWORKS": 1,
                               "SAMPLES": 400, "ITERATIONS": 10},
        "landusetransition": {**two, "YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2030},
        "landusecalibration": {"LAND_COVER": region.later_path, "EARLIER": region.first_path,
                               "DRIVERS": [slope(region)], "BLOCK": 5, "NETWORKS": 1, "SAMPLES": 400},
        "scenariocarbon": {"LAND_COVER": region.first_path, "TODAY": region.later_path, "DRIVERS": [slope(region)],
                           "YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2020, "PRESET": "henan", "ZONES": zones,
                           "RUNS": 2},
        "multiindexzoning": {"ZONES": zones, "FIELDS": ["emitted", "sink"], "CLUSTERS": 2},
        "naturalbreakszoning": {"ZONES": many(region, turned), "FIELD": "x", "CLASSES": 7},
        "netecosystemproduction": {"NPP": [slope(region, 2)], "RH": [slope(region)]},
        "simulationaccuracy": {"LAND_COVER": region.first_path, "REFERENCE": region.later_path,
                               "SIMULATED": region.later_path, "UNIFORM_RUNS": 0},
        "sinkcoefficients": {"LAND_COVER": region.first_path, "UPTAKE": slope(region)},
        "sinkuncertainty": {"ZONES": zones, "LAND_COVER": region.first_path, "PRESET": "guiyang", "CV": 15,
                            "DRAWS": 200, "EMISSION": "emitted", "EEC": "given_eec"},
        "supplydemandratio": {"ZONES": zones, **sides, "AREA": "km2"},
        "supplydemandratioraster": {"SUPPLY": slope(region), "DEMAND": slope(region, 3)},
        "zonalcarbonsupply": {**cover, "ZONES": zones},
    }[name]  # fmt: skip


def slope(region, power=1):
    values = 1 + np.indices(region.first.shape).sum(axis=0) ** power
    return region.raster(f"slope{power}", values.astype(np.float32))
