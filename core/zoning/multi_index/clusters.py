"""Clusters of units by k-means on z-scores, reproducible from the seed.

Lloyd's iteration from seeds of k-means++ (Arthur and Vassilvitskii 2007), best of many starts; the number of clusters
by the mean silhouette (Rousseeuw 1987). Random numbers depend only on seed, number of clusters and start, and clusters
are numbered by their centres, so that the same input always gives the same zones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log

MOST_CLUSTERS = 8
_MOST_ITERATIONS, _STARTS_TO_CHOOSE = 300, 10
# Number of units whose distances are in memory at a time for the silhouette.
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Clusters:
    """Units in clusters.

    Attributes:
        classes: 1 to k, 0 if an index is unknown, int64 (units,); class 1 has the highest centre in the first index.
        centres: cluster centres in z-scores (k, indices).
        within: sum of squared distances from the centres.
        silhouette: silhouette of each unit, NaN without a class (units,).
        stability: share of the starts in which the unit is in its class, NaN without a class (units,).
        tried: mean silhouette by number of clusters.
    """

    classes: np.ndarray
    centres: np.ndarray
    within: float
    silhouette: np.ndarray
    stability: np.ndarray
    tried: dict[int, float]

    @property
    def mean_silhouette(self) -> float:
        """Mean silhouette of all units with a class."""
        return float(np.nanmean(self.silhouette))


def standard_scores(values: np.ndarray, titles: list[str]) -> np.ndarray:
    """(value - mean) / standard deviation of each index over the units with all indices (units, indices).

    Raises:
        CarbonBalanceError: an index has the same value in all units.
    """
    known = np.isfinite(values).all(axis=1)
    if not known.any():
        raise CarbonBalanceError(tr("No unit has all indices, which are needed to classify it."))
    mean, deviation = values[known].mean(axis=0), values[known].std(axis=0)
    scale = np.abs(values[known]).max(axis=0)
    flat = [title for title, spread, size in zip(titles, deviation, scale) if spread <= 1e-12 * size]
    if flat:
        raise CarbonBalanceError(
            tr("{columns} has the same value in all units, so that it separates none: leave it out.").format(
                columns=listed(flat)
            )
        )
    return (values - mean) / deviation


def k_means_zones(z: np.ndarray, count: int | None, seed: int, starts: int, log: Log) -> Clusters:
    """Assign units to ``count`` clusters.

    Args:
        z: z-scores (units, indices), NaN where unknown.
        count: 2 or more; ``None`` for the number from 2 to ``MOST_CLUSTERS`` with the highest mean silhouette.
        seed: seed of the random numbers.
        starts: number of starts.
        log: for cancellation.

    Raises:
        CarbonBalanceError: fewer distinct units than clusters.
    """
    known = np.isfinite(z).all(axis=1)
    points = z[known]
    distinct = len(np.unique(points, axis=0))
    least = 2 if count is None else count
    if not 2 <= least <= distinct:
        raise CarbonBalanceError(
            tr(
                "{count} clusters were asked for, but {distinct} unit(s) differ in the indices: choose 2 to {distinct} "
                "clusters."
            ).format(count=least, distinct=distinct)
        )
    counts = [count] if count else list(range(2, min(MOST_CLUSTERS, distinct) + 1))

    def best_of(number: int, starts: int) -> tuple[tuple[np.ndarray, float], list[np.ndarray]]:
        runs = [_lloyd(points, number, np.random.default_rng([seed, number, start])) for start in range(starts)]
        log.check()
        return min(runs, key=lambda run: run[1]), [labels for labels, _ in runs]

    # The number is chosen with fewer starts than the final clusters.
    chosen = {number: best_of(number, min(starts, _STARTS_TO_CHOOSE))[0][0] for number in counts}
    tried = {number: float(each.mean()) for number, each in _silhouettes(points, chosen).items()}
    # The smallest of equally good numbers.
    number = max(counts, key=lambda each: (round(tried[each], 12), -each))
    (labels, within), others = best_of(number, starts)
    silhouette = _silhouettes(points, {number: labels})[number]
    tried[number] = float(silhouette.mean())
    centres = _centres(points, labels, number)
    order = np.lexsort(-centres.T[::-1])
    rank = np.empty(number, np.int64)
    rank[order] = np.arange(number)
    same = np.mean([_matched(labels, other, number) for other in others], axis=0)

    def of_all(part: np.ndarray, missing: float) -> np.ndarray:
        whole = np.full(len(z), missing, part.dtype)
        whole[known] = part
        return whole

    return Clusters(
        classes=of_all(rank[labels] + 1, 0),
        centres=centres[order],
        within=within,
        silhouette=of_all(silhouette, np.nan),
        stability=of_all(same, np.nan),
        tried=tried,
    )


def _squared(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared distances (centres, points), summed in a fixed order to be identical on every machine."""
    total = np.zeros((len(centres), len(points)))
    for of_points, of_centres in zip(points.T, centres.T):
        total += (of_points[None, :] - of_centres[:, None]) ** 2
    return total


def _cluster_seeds(points: np.ndarray, number: int, generator: np.random.Generator) -> np.ndarray:
    """Seeds of k-means++: drawn in proportion to the squared distance from earlier seeds, best of several draws."""
    chosen = [int(generator.integers(len(points)))]
    nearest = _squared(points, points[chosen])[0]
    draws = 2 + int(np.log(number))
    while len(chosen) < number:
        sums = np.cumsum(nearest)
        drawn = np.searchsorted(sums, generator.random(draws) * sums[-1], side="right")
        drawn = np.minimum(drawn, len(points) - 1)
        left = np.minimum(nearest[None, :], _squared(points, points[drawn]))
        best = int(left.sum(axis=1).argmin())
        chosen.append(int(drawn[best]))
        nearest = left[best]
    return points[chosen]


def _lloyd(points: np.ndarray, number: int, generator: np.random.Generator) -> tuple[np.ndarray, float]:
    """One start: the cluster of each point, and the sum of squares within clusters."""
    centres = _cluster_seeds(points, number, generator)
    labels = np.full(len(points), -1)
    for _ in range(_MOST_ITERATIONS):
        distances = _squared(points, centres)
        now = distances.argmin(axis=0)
        sizes = np.bincount(now, minlength=number)
        if not sizes.all():
            # An empty cluster takes the point farthest from its centre.
            empty = np.flatnonzero(sizes == 0)
            now[np.argsort(-distances.min(axis=0), kind="stable")[: len(empty)]] = empty
        if (now == labels).all():
            break
        labels = now
        centres = _centres(points, labels, number)
    return labels, float(((points - centres[labels]) ** 2).sum())


def _centres(points: np.ndarray, labels: np.ndarray, number: int) -> np.ndarray:
    sizes = np.maximum(np.bincount(labels, minlength=number), 1)
    sums = [np.bincount(labels, weights=column, minlength=number) for column in points.T]
    return np.stack(sums, axis=1) / sizes[:, None]


def _silhouettes(points: np.ndarray, clusterings: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """(b - a) / max(a, b) of each point, a and b the mean distance to its own and nearest other cluster; 0 if alone.

    Args:
        points: (points, indices).
        clusterings: number of clusters -> cluster of each point, from 0.
    """
    members = {number: (labels[:, None] == np.arange(number)).astype(float) for number, labels in clusterings.items()}
    result = {number: np.zeros(len(points)) for number in clusterings}
    for top in range(0, len(points), _ROWS_AT_ONCE):
        rows = slice(top, min(top + _ROWS_AT_ONCE, len(points)))
        distances = np.sqrt(_squared(points, points[rows]))
        for number, labels in clusterings.items():
            result[number][rows] = _silhouette_of(
                distances @ members[number], labels[rows], members[number].sum(axis=0)
            )
    return result


def _silhouette_of(sums: np.ndarray, own: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Silhouettes from the sums of distances to every cluster (points, clusters), own clusters and sizes."""
    at = np.arange(len(own))
    with np.errstate(invalid="ignore", divide="ignore"):
        a = sums[at, own] / (sizes[own] - 1)
        means = sums / sizes
        means[at, own] = np.inf
        b = means.min(axis=1)
        value = (b - a) / np.maximum(a, b)
    return np.where((sizes[own] == 1) | ~np.isfinite(value), 0.0, value)


def _matched(labels: np.ndarray, other: np.ndarray, number: int) -> np.ndarray:
    """Whether another start assigns each point to the same cluster, with clusters paired by largest overlap."""
    shared = np.bincount(labels * number + other, minlength=number * number).reshape(number, number)
    partner = np.full(number, -1)
    for pair in np.argsort(-shared.ravel(), kind="stable"):
        mine, theirs = divmod(int(pair), number)
        if partner[theirs] < 0 and mine not in partner:
            partner[theirs] = mine
    return (partner[other] == labels).astype(float)
