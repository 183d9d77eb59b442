"""Processor time of the flow of the carbon service between zones, by both methods, and of their zoning by k-means.

    OPENBLAS_NUM_THREADS=1 python benchmarks/service_flow.py [--zones 3000] [--seeds 1 2 3] [--check]

Zones lie anywhere in China with surplus and deficit of very unlike size (lognormal, sigma 1.5). ``--check`` compares
the total with SciPy's HiGHS, which takes minutes and much memory above 1,000 zones. K-means has three indices without
any clusters, its hardest case, 50 starts, and the number of clusters given or chosen by silhouette.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import checkout  # noqa: E402, F401


def optimum_t_km(supply: np.ndarray, demand: np.ndarray, distance_km: np.ndarray) -> float:
    """The least t km by HiGHS."""
    from scipy import optimize, sparse

    m, n = distance_km.shape
    sums = sparse.vstack(
        [sparse.kron(sparse.eye(m), np.ones((1, n))), sparse.kron(np.ones((1, m)), sparse.eye(n))], format="csr"
    )
    total = min(supply.sum(), demand.sum())
    limits = {"A_ub": sums, "b_ub": [*supply, *demand], "A_eq": np.ones((1, m * n)), "b_eq": [total]}
    return float(optimize.linprog(distance_km.ravel(), **limits, method="highs").fun)


def main() -> None:
    """Print a line for each seed and method."""
    from carbon_balance.core.balance.service_flow import service_flows
    from carbon_balance.core.options.balance import FLOW_METHODS, LEAST_DISTANCE
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.statistics.spatial.distance import geodesic_km
    from carbon_balance.core.zoning.multi_index.clusters import k_means_zones, standard_scores

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=3000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    for seed in given.seeds:
        random = np.random.default_rng(seed)
        places = np.column_stack([random.uniform(75, 130, given.zones), random.uniform(20, 50, given.zones)])
        surplus = random.lognormal(0, 1.5, given.zones) * random.choice([-1, 1], given.zones)
        labels = [f"zone {number}" for number in range(given.zones)]
        for method in FLOW_METHODS:
            start = time.process_time()
            found = service_flows(surplus, places, method, 2.0, labels, Log())
            took = time.process_time() - start
            t_km = float((found.amount_t * found.distance_km).sum())
            text = f"seed {seed}, {given.zones} zones, {method}: {took:.2f} s"
            text += f", {len(found.amount_t)} flows, {t_km:,.1f} t km"
            if given.check and method == LEAST_DISTANCE:
                supply, demand = surplus[surplus > 0], -surplus[surplus < 0]
                best = optimum_t_km(supply, demand, geodesic_km(places[surplus > 0], places[surplus < 0]))
                text += f", HiGHS {best:,.1f} t km, difference {abs(t_km / best - 1):.1e}"
            print(text, flush=True)
        scores = standard_scores(random.normal(size=(given.zones, 3)), ["a", "b", "c"])
        for count in (4, None):
            start = time.process_time()
            made = k_means_zones(scores, count, seed, 50, Log())
            took, chosen = time.process_time() - start, "given" if count else "chosen"
            print(
                f"seed {seed}, {given.zones} zones, k-means, k {chosen} ({made.classes.max()}): {took:.2f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
