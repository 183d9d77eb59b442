"""Variance by class and pool: independent normal densities in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.uncertainty.densities import DensityDraws
from carbon_balance.core.uncertainty.pool_sd import UncertainPools
from carbon_balance.core.uncertainty.tornado import tornado

# Two classes of two pools, t/ha, and their areas, gained and lost, ha.
MEAN, SD = np.array([[100.0, 20], [50, 5]]), np.array([[3.0, 0], [4, 1]])
AREA = np.array([10.0, -20])


def drawn(sd=SD):
    pools = UncertainPools("p", np.array([1, 2]), ["a", "b"], ["above", "soil"], MEAN, sd)
    covariance = np.array([np.diag(each**2) for each in sd])
    return DensityDraws(pools, 0.0, np.zeros((1, 2)), MEAN.sum(axis=1), covariance, MEAN)


def test_bars_are_ordered_by_share_of_variance():
    """Of 10 ha x 3 t/ha, 20 ha x 4 t/ha and 20 ha x 1 t/ha: variances 900, 6,400 and 400."""
    found = tornado(AREA, drawn(), "normal")
    assert list(zip(found.row.tolist(), found.pool.tolist())) == [(1, 0), (0, 0), (1, 1)]
    assert found.share == pytest.approx([6400 / 7700, 900 / 7700, 400 / 7700])
    assert found.carbon_t.tolist() == [-1000, 1000, -100]
    assert found.sd_t == pytest.approx([80, 30, 20])
    # The total is 10 x 120 - 20 x 55 = 100 t; the ends are 1.959964 standard deviations away, the lower one first.
    assert found.low_t == pytest.approx([100 - 1.959964 * each for each in (80, 30, 20)], rel=1e-6)
    assert found.high_t == pytest.approx([100 + 1.959964 * each for each in (80, 30, 20)], rel=1e-6)


def test_the_error_of_the_land_cover_adds_a_bar():
    found = tornado(AREA, drawn(), "normal", 60.0)
    assert found.row.tolist() == [1, -1, 0, 1]
    assert found.pool.tolist() == [0, -1, 0, 1]
    assert found.share == pytest.approx([6400 / 11300, 3600 / 11300, 900 / 11300, 400 / 11300])
    assert np.isnan(found.carbon_t[1])
    assert (found.sd_t[1], found.low_t[1], found.high_t[1]) == pytest.approx(
        (60, 100 - 1.959964 * 60, 100 + 1.959964 * 60), rel=1e-6
    )


def test_a_judgement_has_its_own_limits_and_a_stock_is_not_negative():
    found = tornado(AREA, drawn(), "normal", 60.0, (40.0, 130.0))
    assert (found.low_t[1], found.high_t[1]) == (40, 130)
    # 10 x 120 + 20 x 55 = 2,300 t, and 1.96 x 2,000 below it is less than nothing; a change may be below 0.
    stock = tornado(np.abs(AREA), drawn(), "normal", 2000.0)
    assert (stock.low_t[0], stock.high_t[0]) == pytest.approx((0, 2300 + 1.959964 * 2000), rel=1e-6)
    assert tornado(AREA, drawn(), "normal", 2000.0).low_t[0] == pytest.approx(100 - 1.959964 * 2000, rel=1e-6)


def test_without_variance_there_are_no_bars():
    found = tornado(AREA, drawn(np.zeros((2, 2))), "normal")
    assert len(found.share) == 0


@pytest.mark.parametrize("covariance", [-1.0, -1 - 2.0**-52])
def test_pools_that_cancel_have_no_shares(covariance):
    """Equal gain of one pool and loss of the other: a variance of 0, or a rounding error below it."""
    both = drawn(np.array([[1.0, 1], [0, 0]]))
    matrices = np.array([[[1.0, covariance], [covariance, 1]], np.zeros((2, 2))])
    one = DensityDraws(both.pools, 1.0, both.draws_t_ha, both.mean_t_ha, matrices, MEAN)
    with np.errstate(invalid="raise"):
        found = tornado(AREA, one, "normal")
    assert found.sd_t.tolist() == [10, 10]
    assert np.isnan(found.share).all()


def test_correlated_pools_share_their_covariance():
    """Fully correlated pools: covariances 3 x 1 and 1 x 1, so shares 12/16 and 4/16 of (3 + 1)^2."""
    both = drawn(np.array([[3.0, 1], [0, 0]]))
    one = DensityDraws(
        both.pools, 1.0, both.draws_t_ha, both.mean_t_ha, np.array([[[9.0, 3], [3, 1]], [[0, 0], [0, 0]]]), MEAN
    )
    assert tornado(AREA, one, "normal").share == pytest.approx([12 / 16, 4 / 16])
