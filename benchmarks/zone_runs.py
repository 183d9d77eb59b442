"""Benchmark of centres, hot spots and inequality of many zones: computations alone, and complete runs.

``run.py zone_runs`` runs all; alone, in one process, which needs QGIS for the complete runs:

    python benchmarks/zone_runs.py centres|nearest|band|groups [ZONES]
    python benchmarks/zone_runs.py complete carboncentre|local|hot_spots|everything [ZONES]
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import kernels
from comparison import Line, compare
from kernels import Stopwatch
from programs import Programs

TITLE = "Centres, hot spots and inequality of many zones"
NOTES = """\
The first lines are computations alone, the others complete runs of the algorithms in a running QGIS on adjacent
squares in a memory layer: with reading, search for overlaps, contiguity and writing a GeoPackage, without a report.
Less than 10 s is asked for of each item. Local Moran's I draws for many units at once; most of the time goes into
reading features, their areas, overlaps, contiguity and writing.
"""
SIZES = (100_000,)
MOST_S, GROUPS, SIDE_M = 10, 30, 1000.0
HERE = Path(__file__).resolve()
COMPUTATIONS = {
    "centres": "two centres, ellipses, one shift",
    "nearest": "hot spots, 8 nearest neighbours",
    "band": "hot spots, distance band",
    "groups": f"Theil and Dagum, {GROUPS} groups",
}
EVERYTHING = {"SINK": "supply", "GROUP_FIELD": "grp"}
COMPLETE = {
    "carboncentre": ("carboncentre", {"AMOUNTS": ["emission", "supply"]}, "two amounts"),
    "local": ("carbonconcentration", {"EMISSION": "emission", "PERMUTATIONS": 99}, "99 permutations"),
    "hot_spots": (
        "carbonconcentration",
        {"EMISSION": "emission", "PERMUTATIONS": 0, **EVERYTHING},
        "hot spots and groups, no permutations",
    ),
    "everything": (
        "carbonconcentration",
        {"EMISSION": "emission", "PERMUTATIONS": 99, **EVERYTHING},
        "with supply and groups, 99 permutations",
    ),
}


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All computations and runs; ``sizes`` are numbers of zones."""
    lines = []
    for count in sizes:
        for name, what in COMPUTATIONS.items():
            ours = programs.kernel(what, name, count, of=HERE)
            lines += compare(f"{what}, {count:,} zones", ours, [], runs, most_s=MOST_S)
        for name, (algorithm, _, what) in COMPLETE.items():
            ours = programs.kernel(f"{algorithm}, {what}", "complete", name, count, of=HERE)
            ours = replace(ours, environment=programs.profile())
            # Everything in one run is more than one item.
            most_s = None if name == "everything" else MOST_S
            lines += compare(f"{algorithm}, {what}, {count:,} zones", ours, [], runs, most_s=most_s)
    return lines


def amounts(count: int):
    """Emission and supply of each zone, and its group: arrays (zones,)."""
    import numpy as np

    generator = np.random.default_rng(1)
    return generator.gamma(1, 5, count), generator.gamma(2, 2, count), generator.integers(0, GROUPS, count)


def _plane(count: str):
    """Points (zones, 2) in a square of 1,000 km, amounts by name, and the name of each zone's group."""
    import numpy as np

    emission, supply, groups = amounts(int(count))
    points = np.random.default_rng(2).uniform(0, 1e6, (int(count), 2))
    return points, {"supply": supply, "emission": emission}, [f"group {number}" for number in groups]


def centres(count: str = "100000") -> dict:
    """Centres, their ellipses, and the shift between them."""
    from carbon_balance.core.zoning.centres.study import study_centres

    points, values, _ = _plane(count)
    watch = Stopwatch()
    study_centres(points, values)
    return watch.read()


def _hot_spots(count: str, by_distance: bool) -> dict:
    from carbon_balance.core.statistics.locations import Places
    from carbon_balance.core.statistics.spatial.distance_band import smallest_full_band, within_distance
    from carbon_balance.core.statistics.spatial.hot_spots import hot_spots
    from carbon_balance.core.statistics.spatial_weights import nearest_neighbours

    points, values, _ = _plane(count)
    watch = Stopwatch()
    places = Places.plane(points)
    near = within_distance(places, smallest_full_band(places)) if by_distance else nearest_neighbours(places, 8)
    hot_spots(values["emission"], near)
    return watch.read()


def nearest(count: str = "100000") -> dict:
    """Hot spots among the eight nearest neighbours."""
    return _hot_spots(count, by_distance=False)


def band(count: str = "100000") -> dict:
    """Hot spots within the smallest distance that gives every zone a neighbour."""
    return _hot_spots(count, by_distance=True)


def groups(count: str = "100000") -> dict:
    """Theil's and Dagum's inequality within and between groups."""
    from carbon_balance.core.zoning.group_study import study_groups

    _, values, names = _plane(count)
    watch = Stopwatch()
    study_groups(values, {"area": None}, names)
    return watch.read()


def squares(count: int):
    """A memory layer of adjacent squares with the columns name, grp, emission and supply."""
    import numpy as np
    from qgis.core import QgsFeature, QgsField, QgsGeometry, QgsRectangle, QgsVectorLayer
    from qgis.PyQt.QtCore import QVariant

    layer = QgsVectorLayer("Polygon?crs=EPSG:32648", "zones", "memory")
    texts, numbers = QVariant.String, QVariant.Double
    layer.dataProvider().addAttributes(
        [QgsField(*each) for each in (("name", texts), ("grp", texts), ("emission", numbers), ("supply", numbers))]
    )
    layer.updateFields()
    across, features = int(np.ceil(np.sqrt(count))), []
    for row, (emission, supply, group) in enumerate(zip(*(each.tolist() for each in amounts(count)))):
        x, y = 500_000 + SIDE_M * (row % across), 3_000_000 + SIDE_M * (row // across)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(x, y, x + SIDE_M, y + SIDE_M)))
        feature.setAttributes([f"zone {row}", f"group {group}", emission, supply])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def complete(name: str, count: str = "100000") -> dict:
    """A complete run of one of :data:`COMPLETE`."""
    algorithm, given, _ = COMPLETE[name]
    processing = kernels.start_processing()
    layer = squares(int(count))
    with tempfile.TemporaryDirectory() as folder:
        watch = Stopwatch()
        processing.run(f"carbonbalance:{algorithm}", {"ZONES": layer, **given, "OUTPUT": f"{folder}/zones.gpkg"})
        return watch.read()


if __name__ == "__main__":
    kernels.main(globals(), *sys.argv[1:])
