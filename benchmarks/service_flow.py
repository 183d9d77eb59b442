"""Benchmark of the flow of the carbon service between zones, by both methods, and of their zoning by k-means.

``run.py service_flow`` runs all; alone, in one process:

    OPENBLAS_NUM_THREADS=1 python benchmarks/service_flow.py least_distance|gravity|given_k|chosen_k [ZONES] [SEED]
    OPENBLAS_NUM_THREADS=1 python benchmarks/service_flow.py check [ZONES] [SEED]

``check`` compares the total of the least distance with SciPy's HiGHS, which takes minutes and much memory above 1,000
zones.
"""

from __future__ import annotations

import sys
from pathlib import Path

import kernels
from comparison import Line, compare
from kernels import Stopwatch
from programs import Programs

TITLE = "Flow of the carbon service, and zoning by k-means"
NOTES = """\
Zones anywhere in China with surpluses and deficits of very unlike size (lognormal, sigma 1.5); distances are included.
K-means has three indices without any clusters, its hardest case, and 50 starts; the number of clusters is given or
chosen by silhouette. Each with one processor. The total of the least distance equals that of HiGHS in SciPy to 4e-15
(500 zones, `benchmarks/service_flow.py check 500`).
"""
SIZES = (3_000,)
MOST_CPU_S = 2
HERE = Path(__file__).resolve()
WORK = {
    "least_distance": "flow over the least distance, exact",
    "gravity": "flow by gravity",
    "given_k": "k-means, 4 clusters",
    "chosen_k": "k-means, number of clusters chosen",
}


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All methods; ``sizes`` are numbers of zones."""
    return [
        line
        for count in sizes
        for name, what in WORK.items()
        for line in compare(
            f"{what}, {count:,} zones", programs.kernel(what, name, count, of=HERE), [], runs, most_cpu_s=MOST_CPU_S
        )
    ]


def zones(count: int, seed: int):
    """Places (zones, 2) in degrees and surplus (zones,) in t."""
    import numpy as np

    random = np.random.default_rng(seed)
    places = np.column_stack([random.uniform(75, 130, count), random.uniform(20, 50, count)])
    return places, random.lognormal(0, 1.5, count) * random.choice([-1, 1], count)


def _flow(method: str, count: str, seed: str) -> dict:
    from carbon_balance.core.balance.service_flow import service_flows
    from carbon_balance.core.runtime.log import Log

    places, surplus = zones(int(count), int(seed))
    labels = [f"zone {number}" for number in range(int(count))]
    watch = Stopwatch()
    found = service_flows(surplus, places, method, 2.0, labels, Log())
    return {**watch.read(), "flows": len(found.amount_t), "t_km": float((found.amount_t * found.distance_km).sum())}


def least_distance(count: str = "3000", seed: str = "1") -> dict:
    """Flow over the least distance in all."""
    from carbon_balance.core.options.balance import LEAST_DISTANCE

    return _flow(LEAST_DISTANCE, count, seed)


def gravity(count: str = "3000", seed: str = "1") -> dict:
    """Flow by gravity."""
    from carbon_balance.core.options.balance import GRAVITY

    return _flow(GRAVITY, count, seed)


def _k_means(clusters: int | None, count: str, seed: str) -> dict:
    import numpy as np
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.zoning.multi_index.clusters import k_means_zones, standard_scores

    values = np.random.default_rng(int(seed)).normal(size=(int(count), 3))
    watch = Stopwatch()
    found = k_means_zones(standard_scores(values, ["a", "b", "c"]), clusters, int(seed), 50, Log())
    return {**watch.read(), "clusters": int(found.classes.max())}


def given_k(count: str = "3000", seed: str = "1") -> dict:
    """K-means with four clusters."""
    return _k_means(4, count, seed)


def chosen_k(count: str = "3000", seed: str = "1") -> dict:
    """K-means with the number of clusters that the silhouette chooses."""
    return _k_means(None, count, seed)


def check(count: str = "500", seed: str = "1") -> dict:
    """The least t km by HiGHS against that of the plugin."""
    import numpy as np
    from carbon_balance.core.statistics.spatial.distance import geodesic_km
    from scipy import optimize, sparse

    places, surplus = zones(int(count), int(seed))
    supply, demand = surplus[surplus > 0], -surplus[surplus < 0]
    distance_km = geodesic_km(places[surplus > 0], places[surplus < 0])
    m, n = distance_km.shape
    sums = sparse.vstack(
        [sparse.kron(sparse.eye(m), np.ones((1, n))), sparse.kron(np.ones((1, m)), sparse.eye(n))], format="csr"
    )
    limits = {
        "A_ub": sums,
        "b_ub": [*supply, *demand],
        "A_eq": np.ones((1, m * n)),
        "b_eq": [min(supply.sum(), demand.sum())],
    }
    best = float(optimize.linprog(distance_km.ravel(), **limits, method="highs").fun)
    ours = least_distance(count, seed)["t_km"]
    return {"ours_t_km": ours, "highs_t_km": best, "difference": abs(ours / best - 1)}


if __name__ == "__main__":
    kernels.main(globals(), *sys.argv[1:])
