"""Complete runs of centres and concentration on many zones: reading, neighbours, tests and the written file.

/usr/bin/python3 benchmarks/zone_runs.py [--zones 100000] [--runs 3]

Zones are adjacent squares in a memory layer with two amounts and 30 groups; outputs are GeoPackages in a folder that
is removed again. Needs QGIS.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "hostile")]

import checkout  # noqa: E402, F401
from session import provider_in_qgis  # noqa: E402

GROUPS, SIDE_M = 30, 1000.0


def squares(count: int):
    """A memory layer of adjacent squares with the columns name, grp, emission and supply."""
    from qgis.core import QgsFeature, QgsField, QgsGeometry, QgsRectangle, QgsVectorLayer
    from qgis.PyQt.QtCore import QVariant

    generator = np.random.default_rng(1)
    layer = QgsVectorLayer("Polygon?crs=EPSG:32648", "zones", "memory")
    texts, numbers = QVariant.String, QVariant.Double
    layer.dataProvider().addAttributes(
        [QgsField(*each) for each in (("name", texts), ("grp", texts), ("emission", numbers), ("supply", numbers))]
    )
    layer.updateFields()
    columns = (generator.gamma(1, 5, count), generator.gamma(2, 2, count), generator.integers(0, GROUPS, count))
    across, features = int(np.ceil(np.sqrt(count))), []
    for row, (emission, supply, group) in enumerate(zip(*(each.tolist() for each in columns))):
        x, y = 500_000 + SIDE_M * (row % across), 3_000_000 + SIDE_M * (row // across)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(x, y, x + SIDE_M, y + SIDE_M)))
        feature.setAttributes([f"zone {row}", f"group {group}", emission, supply])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def main() -> None:
    """Run each in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with provider_in_qgis(), tempfile.TemporaryDirectory() as folder:
        import processing

        layer = squares(asked.zones)
        local = {"ZONES": layer, "EMISSION": "emission", "PERMUTATIONS": 99}
        runs = {
            "carboncentre, two amounts": ("carboncentre", {"ZONES": layer, "AMOUNTS": ["emission", "supply"]}),
            "carbonconcentration, 99 permutations": ("carbonconcentration", local),
            "the same with supply and groups": (
                "carbonconcentration",
                {**local, "SINK": "supply", "GROUP_FIELD": "grp"},
            ),
            "hot spots and groups, no permutations": (
                "carbonconcentration",
                {**local, "SINK": "supply", "GROUP_FIELD": "grp", "PERMUTATIONS": 0},
            ),
        }
        spent: dict[str, list[tuple[float, float]]] = {title: [] for title in runs}
        for run in range(asked.runs):
            for number, (title, (name, given)) in enumerate(runs.items()):
                wall, processor = time.perf_counter(), time.process_time()
                processing.run(f"carbonbalance:{name}", {**given, "OUTPUT": f"{folder}/{run}_{number}.gpkg"})
                spent[title].append((time.perf_counter() - wall, time.process_time() - processor))
        for title, times in spent.items():
            walls, processors = zip(*times)
            print(
                f"{title}: {median(walls):.1f} s, {median(processors):.1f} s of processors "
                f"({min(processors):.1f} to {max(processors):.1f})"
            )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
