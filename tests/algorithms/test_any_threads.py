"""Every algorithm with a raster pass gives the same cells, rows and numbers for any number of threads."""

from __future__ import annotations

import sys
from pathlib import Path

import made_region
import numpy as np
import pytest
from carbon_balance.core.raster import blocks as block_module
from layers import column, run_algorithm
from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer
from rasters import read_raster

SIZE, ZONES_ACROSS = 540, 3
# A block of the tests: one tile, so that a raster of 540 x 540 cells has four.
BLOCK = 512 * 512
RASTERS = ("storage", "change", "value", "demand", "ratio", "suitability", "map")
POOLS = {"PRESET": "henan"}


@pytest.fixture
def small_blocks(monkeypatch):
    """Makes every pass over rasters read blocks of one tile."""
    monkeypatch.setattr(block_module.blocks, "__defaults__", (BLOCK, block_module.TILE))
    for name, module in list(sys.modules.items()):
        if name.startswith("carbon_balance.core."):
            for constant in [key for key in vars(module) if key.endswith("BLOCK_CELLS")]:
                monkeypatch.setattr(module, constant, min(BLOCK, getattr(module, constant)))


def zones() -> QgsVectorLayer:
    """Nine zones that tile the region, with population and emission."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32648&field=name:string&field=emission:double", "zones", "memory")
    side = 30 * SIZE / ZONES_ACROSS
    for number in range(ZONES_ACROSS**2):
        west, north = 500000 + side * (number % ZONES_ACROSS), 2600000 - side * (number // ZONES_ACROSS)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, north - side, west + side, north)))
        feature.setAttributes([f"zone {number}", 1000.0 + 137.31 * number])
        layer.dataProvider().addFeatures([feature])
    return layer


def content(value: object) -> object:
    """Content of an output: a number, cells, rows or text."""
    if isinstance(value, QgsVectorLayer):
        return {name: column(value, name) for name in value.fields().names() if name != "fid"}
    if isinstance(value, str) and value.endswith(".tif"):
        return read_raster(value).tobytes()
    if isinstance(value, str) and value.endswith(".json"):
        return Path(value).read_text(encoding="utf-8")
    return value


def chain(region: made_region.Region, folder: Path) -> dict[str, object]:
    """All outputs of all raster passes, by algorithm and name of output."""
    folder.mkdir()
    both = {"LAND_COVER": region.first_path, "LAND_COVER_LATER": region.later_path}
    learned = {"LAND_COVER": region.later_path, "EARLIER": region.first_path, "YEAR": 2015, "EARLIER_YEAR": 2005}
    drivers = {"DRIVERS": [region.slope_path, region.distance_path]}
    tables = {"OUTPUT": "memory:", "CLASSES": "memory:"}
    path = {name: str(folder / f"{name}.tif") for name in RASTERS}
    found: dict[str, object] = {}

    def run(algorithm: str, **given: object) -> dict:
        results = run_algorithm(algorithm, **given)
        kept = {name: content(value) for name, value in results.items() if name not in ("notes", "context")}
        found.update({f"{algorithm} {name}": value for name, value in kept.items()})
        return results

    layer = zones()
    run("carbonstorage", LAND_COVER=region.first_path, **POOLS, OUTPUT=path["storage"], CLASSES="memory:")
    run("zonalcarbonsupply", ZONES=layer, LAND_COVER=region.first_path, **POOLS, **tables)
    run("annualcarbonsink", ZONES=layer, LAND_COVER=region.first_path, PRESET="guiyang", **tables)
    run(
        "carbonstoragechange",
        **both,
        **POOLS,
        ZONES=layer,
        YEAR=2005,
        YEAR_LATER=2015,
        PRICE=40,
        CHANGE=path["change"],
        VALUE=path["value"],
        TRANSITIONS="memory:",
        ZONE_TRANSITIONS="memory:",
        **tables,
    )
    run("carbonuncertainty", LAND_COVER=region.first_path, **POOLS, CV=10, DRAWS=200, ZONES=layer, OUTPUT="memory:")
    run(
        "emissiondemandraster",
        ZONES=layer,
        EMISSION="emission",
        WEIGHTS=region.distance_path,
        EMPTY="spread_evenly",
        CELL_SIZE=30,
        OUTPUT=path["demand"],
    )
    run("supplydemandratioraster", SUPPLY=path["storage"], DEMAND=path["demand"], OUTPUT=path["ratio"])
    run("landusetransition", **both, YEAR=2005, LATER_YEAR=2015, TARGET_YEAR=2025, DEMAND="memory:", MATRIX="memory:")
    run("landusesuitability", **learned, **drivers, SAMPLES=2000, NETWORKS=1, ITERATIONS=20, OUTPUT=path["suitability"])
    simulated = run(
        "landusesimulation",
        LAND_COVER=region.later_path,
        SUITABILITY=path["suitability"],
        TRANSITIONS=found_layer(both),
        OUTPUT=path["map"],
        RUNS=2,
        PROBABILITY=str(folder / "probability.tif"),
    )
    run(
        "simulationaccuracy",
        LAND_COVER=region.first_path,
        REFERENCE=region.later_path,
        SIMULATED=simulated["OUTPUT"],
        OUTPUT=str(folder / "accuracy.tif"),
        MEASURES="memory:",
        LANDSCAPE="memory:",
        UNIFORM_RUNS=1,
    )
    return {name: value for name, value in found.items() if not (isinstance(value, str) and str(folder) in value)}


def found_layer(both: dict[str, str]) -> QgsVectorLayer:
    """The demand by transition between the two dates."""
    return run_algorithm(
        "landusetransition", **both, YEAR=2005, LATER_YEAR=2015, TARGET_YEAR=2025, TRANSITIONS="memory:"
    )["TRANSITIONS"]


def test_results_are_equal_for_any_number_of_threads(provider, tmp_path, monkeypatch, small_blocks):
    region = made_region.Region(tmp_path, SIZE)
    seen = {}
    for count in (1, 2, 3, 8, 16):
        monkeypatch.setenv("CARBONBALANCE_THREADS", str(count))
        seen[count] = chain(region, tmp_path / str(count))
    assert len(seen[1]) > 40
    for count, found in seen.items():
        different = [name for name in seen[1] if not np.array_equal(repr(found[name]), repr(seen[1][name]))]
        assert different == [], f"{count} threads"
