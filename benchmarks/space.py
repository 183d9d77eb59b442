"""Times of centres, hot spots and group inequality for many zones.

python3 benchmarks/space.py [--zones 100000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import checkout  # noqa: E402, F401
from carbon_balance.core.statistics.locations import Places  # noqa: E402
from carbon_balance.core.statistics.spatial.distance_band import smallest_full_band, within_distance  # noqa: E402
from carbon_balance.core.statistics.spatial.hot_spots import hot_spots  # noqa: E402
from carbon_balance.core.statistics.spatial_weights import nearest_neighbours  # noqa: E402
from carbon_balance.core.zoning.centres.study import study_centres  # noqa: E402
from carbon_balance.core.zoning.group_study import study_groups  # noqa: E402

GROUPS = 30


def main() -> None:
    """Run each once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=100_000)
    count = parser.parse_args().zones
    generator = np.random.default_rng(1)
    points = generator.uniform(0, 1e6, (count, 2))
    amounts = {"supply": generator.gamma(2, 2, count), "emission": generator.gamma(1, 5, count)}
    groups = [f"group {number}" for number in generator.integers(0, GROUPS, count)]
    places = Places.plane(points)

    def spots_by_distance():
        return hot_spots(amounts["emission"], within_distance(places, smallest_full_band(places)))

    for title, work in (
        ("two centres, ellipses, one shift", lambda: study_centres(points, amounts)),
        ("hot spots, 8 nearest neighbours", lambda: hot_spots(amounts["emission"], nearest_neighbours(places, 8))),
        ("hot spots, distance band", spots_by_distance),
        (f"Theil and Dagum, {GROUPS} groups", lambda: study_groups(amounts, {"area": None}, groups)),
    ):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        print(f"{title}: {time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} s of processor time")


if __name__ == "__main__":
    main()
