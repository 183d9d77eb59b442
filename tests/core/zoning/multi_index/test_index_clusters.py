"""k-means against scikit-learn and manual calculation, and results independent of the seed."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.zoning.multi_index.clusters import k_means_zones, standard_scores


def clouds(sizes=(20, 30, 25), spread=0.3, seed=2):
    random = np.random.default_rng(seed)
    middles = np.array([[0.0, 0], [4, 1], [1, 5]])
    return np.concatenate([random.normal(middle, spread, (size, 2)) for middle, size in zip(middles, sizes)])


def found(values, count=None, seed=1, starts=20):
    return k_means_zones(standard_scores(values, ["a", "b"][: values.shape[1]]), count, seed, starts, Log())


def test_clear_clouds_are_found_numbered_and_stable():
    result = found(clouds())
    assert sorted(result.tried) == list(range(2, 9))
    assert max(result.tried, key=result.tried.get) == 3
    # Numbered by the first index, from the highest.
    assert result.classes.tolist() == [3] * 20 + [1] * 30 + [2] * 25
    assert (np.diff(result.centres[:, 0]) < 0).all()
    assert result.mean_silhouette > 0.8
    assert (result.stability > 0.5).all()


def test_two_pairs_equal_the_manual_calculation():
    result = found(np.array([[0.0], [1], [10], [11]]), count=2)
    assert result.classes.tolist() == [2, 2, 1, 1]
    deviation = np.std([0, 1, 10, 11])
    assert result.within == pytest.approx(4 * 0.25 / deviation**2)
    # The first: a = 1, b = (10 + 11)/2.
    assert result.silhouette[0] == pytest.approx((10.5 - 1) / 10.5)
    assert result.silhouette[1] == pytest.approx((9.5 - 1) / 9.5)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_the_fit_is_at_least_that_of_scikit_learn(count):
    cluster = pytest.importorskip("sklearn.cluster")
    metrics = pytest.importorskip("sklearn.metrics")
    values = np.random.default_rng(8).normal(size=(150, 2))
    z = standard_scores(values, ["a", "b"])
    ours = k_means_zones(z, count, 1, 50, Log())
    theirs = cluster.KMeans(count, n_init=50, random_state=0).fit(z)
    # Both are best of 50 starts on points without clusters, where the last thousandth is chance.
    assert ours.within <= theirs.inertia_ * 1.002
    assert ours.silhouette == pytest.approx(metrics.silhouette_samples(z, ours.classes))
    assert ours.centres[ours.classes - 1] == pytest.approx(
        np.array([z[ours.classes == each].mean(axis=0) for each in ours.classes])
    )


def test_zones_depend_neither_on_repetition_nor_on_row_order():
    values = np.random.default_rng(3).normal(size=(80, 2))
    first, again = found(values, 4), found(values, 4)
    assert first.classes.tobytes() == again.classes.tobytes()
    assert first.stability.tobytes() == again.stability.tobytes()
    turned = found(values[::-1], 4, starts=50)
    assert found(values, 4, starts=50).classes.tolist() == turned.classes[::-1].tolist()


def test_units_that_change_cluster_between_starts_are_logged():
    """A point midway between two clouds may join either, the others always keep their cluster."""
    values = np.array([[0.0], [0.1], [0.2], [10], [10.1], [10.2], [20], [20.1], [20.2]])
    result = found(values, count=2, starts=40)
    assert result.stability.min() < 1
    assert ((result.stability >= 0) & (result.stability <= 1)).all()


def test_null_and_equal_units():
    values = np.array([[0.0, 0], [0, 0.1], [np.nan, 1], [5, 5], [5, 5.1]])
    result = found(values, count=2)
    assert result.classes.tolist() == [2, 2, 0, 1, 1]
    assert np.isnan(result.silhouette[2]) and np.isnan(result.stability[2])
    with pytest.raises(CarbonBalanceError, match="3 clusters were asked for, but 2"):
        found(np.array([[0.0], [0], [1], [1]]), count=3)
    with pytest.raises(CarbonBalanceError, match="a has the same value"):
        found(np.array([[1.0, 0], [1, 2]]), count=2)
    with pytest.raises(CarbonBalanceError, match="No unit has all"):
        standard_scores(np.full((3, 2), np.nan), ["a", "b"])
