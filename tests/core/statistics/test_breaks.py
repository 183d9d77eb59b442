"""Natural breaks, exact and as published, against definitions: brute force and single moves."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.breaks import (
    NO_CLASS,
    classify,
    exact_limits,
    goodness_of_variance_fit,
    published_limits,
)
from hypothesis import given, settings
from hypothesis import strategies as st

METHODS = [published_limits, exact_limits]
numbers = st.one_of(
    st.integers(-50, 50).map(float),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.floats(-1e300, 1e300, allow_nan=False),
    st.sampled_from([0.1, 0.2, 0.3, 0.1 + 0.2, 1e-300, 5e-324]),
)


def classes_of(method, values, k):
    return classify(values, method(values, k, "values")).classes


def best_by_trying_all(values, k):
    distinct = np.unique(values)
    return max(
        goodness_of_variance_fit(values, classify(values, distinct[list(cut)]).classes)
        for cut in itertools.combinations(range(len(distinct) - 1), k - 1)
    )


def test_fit_is_explained_part_of_variance():
    # Deviations from 3: 4 + 1 + 0 + 1 + 4 = 10; within {1, 2} 0.5, within {3, 4, 5} 2.
    values = np.array([1.0, 2, 3, 4, 5, np.nan])
    assert goodness_of_variance_fit(values, np.array([1, 1, 2, 2, 2, NO_CLASS])) == pytest.approx(0.75)
    assert goodness_of_variance_fit(values, np.array([1, 2, 3, 4, 5, NO_CLASS])) == 1
    assert goodness_of_variance_fit(values, np.array([1, 1, 1, 1, 1, NO_CLASS])) == 0
    assert np.isnan(goodness_of_variance_fit(np.full(3, 7.0), np.ones(3, int)))


def test_fixed_limits_belong_to_the_class_below():
    found = classify(np.array([0.5, 1.0, 1.0000001, 2.0, 9.0, np.nan, -3.0]), np.array([1.0, 2.0, 20.0]))
    assert found.classes.tolist() == [1, 1, 2, 2, 3, NO_CLASS, 1]
    assert found.sizes.tolist() == [3, 2, 1, 0]
    assert found.lower.tolist() == [-3, 1, 2, 20]
    assert found.upper[:3].tolist() == [1, 2, 20]
    assert np.isnan(found.upper[3])
    assert np.isnan(classify(np.array([5.0]), np.array([1.0])).lower[0])


def test_two_groups_and_an_outlier_form_three_classes():
    # Two tight groups and one far value: nothing else can be natural.
    values = np.array([1.0, 1.1, 1.2, 5.0, 5.1, 20.0])
    for method in METHODS:
        assert classes_of(method, values, 3).tolist() == [1, 1, 1, 2, 2, 3]
        assert method(values, 3, "x").tolist() == [1.2, 5.1]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=3, max_size=11), st.integers(1, 5))
def test_the_exact_method_equals_enumeration(items, k):
    values = np.array(items, float)
    if len(np.unique(values)) < k or len(np.unique(values)) < 2:
        return
    found = classify(values, exact_limits(values, k, "values"))
    assert found.gvf == pytest.approx(best_by_trying_all(values, k), abs=1e-12)
    assert (found.sizes > 0).all()


def squares_within(values, cuts):
    """Squared deviations within classes of ascending ``values`` that begin at ``cuts``, in exact fractions."""
    total = Fraction(0)
    for first, after in zip((0, *cuts), (*cuts, len(values))):
        part = [Fraction(float(value)) for value in values[first:after]]
        mean = sum(part) / len(part)
        total += sum((value - mean) ** 2 for value in part)
    return total


def least_squares_within(values, k):
    return min(squares_within(values, cuts) for cuts in itertools.combinations(range(1, len(values)), k - 1))


RNG = np.random.default_rng(19)
FAR_OUT = {
    "one outlier": np.r_[RNG.uniform(0, 30, 14), 1e15],
    "one below": np.r_[RNG.uniform(0, 30, 14), -1e18],
    "two groups far apart": np.r_[RNG.integers(0, 20, 8), 1e12 + 20 * RNG.integers(0, 20, 7)],
    "three scales": np.r_[RNG.uniform(0, 1e-6, 5), RNG.uniform(1, 2, 5), RNG.uniform(1e9, 2e9, 5)],
    "more outliers than classes": np.r_[RNG.uniform(0, 30, 10), 1e15, 2e15, 4e15, 1e16],
    "extremes of floats": np.r_[RNG.uniform(0, 30, 9), 1e300, -1e300, 5e-324],
    "weighted": np.r_[RNG.integers(0, 9, 14), 1e15],
}


@pytest.mark.parametrize("name", FAR_OUT)
@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_the_exact_method_is_optimal_with_distant_outliers(name, k):
    values = np.sort(FAR_OUT[name])
    sizes = classify(values, exact_limits(values, k, "values")).sizes
    assert (sizes > 0).all()
    assert squares_within(values, np.cumsum(sizes)[:-1].tolist()) == least_squares_within(values, k)


def test_an_outlier_forms_a_class_and_the_other_classes_are_unchanged():
    """25 values in three groups and one of 1e15, which forms a class of its own."""
    groups = np.r_[np.linspace(10, 12, 10), np.linspace(30, 31, 6), np.linspace(60, 62, 9)]
    assert classify(np.r_[groups, 1e15], exact_limits(np.r_[groups, 1e15], 4, "x")).sizes.tolist() == [10, 6, 9, 1]
    assert classify(groups, exact_limits(groups, 3, "x")).sizes.tolist() == [10, 6, 9]


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=4, max_size=9), st.integers(2, 4))
def test_the_exact_method_is_never_worse_in_exact_arithmetic(items, k):
    values = np.sort(np.array(items, float))
    try:
        sizes = classify(values, exact_limits(values, k, "values")).sizes
    except CarbonBalanceError:
        return
    found, least = squares_within(values, np.cumsum(sizes)[:-1].tolist()), least_squares_within(values, k)
    # Values within rounding of each other share a class, and costs within rounding count as equal.
    assert found <= least * Fraction(1 + 1e-6) + Fraction(1e-12 * float(np.abs(values).max())) ** 2 * len(values)


@settings(max_examples=150, deadline=None)
@given(st.lists(numbers, min_size=2, max_size=40), st.integers(1, 8))
def test_classes_are_complete_and_ordered_and_the_exact_fit_is_never_worse(items, k):
    values = np.array(items)
    try:
        published, exact = (classify(values, method(values, k, "values")) for method in METHODS)
    except CarbonBalanceError:
        ordered = np.unique(values)
        near = np.diff(ordered) <= 1e-12 * np.maximum(np.abs(ordered[1:]), np.abs(ordered[:-1]))
        assert len(ordered) - near.sum() < k
        return
    order = np.argsort(values)
    for found in (published, exact):
        assert (found.sizes > 0).all()
        assert (np.diff(found.classes[order]) >= 0).all()
    if np.isfinite(published.gvf):
        assert exact.gvf >= published.gvf - 1e-9


def test_the_published_method_ends_where_no_single_move_improves_the_fit():
    rng = np.random.default_rng(5)
    for sigma in (0.5, 1.5, 3):
        values = rng.lognormal(0, sigma, 60)
        for k in (2, 5, 9):
            found = classify(values, published_limits(values, k, "values"))
            ordered = np.sort(values)
            cuts = np.cumsum(found.sizes)[:-1]
            for cut, step in itertools.product(range(k - 1), (-1, 1)):
                moved = cuts.copy()
                moved[cut] += step
                if (np.diff([0, *moved, 60]) > 0).all():
                    assert classify(values, ordered[moved - 1]).gvf <= found.gvf + 1e-12


def test_the_published_method_starts_from_quantiles_of_distinct_values():
    # Evenly spread values: quantile classes are optimal at once; 10 values in 4 classes end at 3, 5, 8.
    assert published_limits(np.arange(1.0, 13), 4, "x").tolist() == [3, 6, 9]
    assert published_limits(np.arange(1.0, 11), 4, "x").tolist() == [3, 5, 8]


@pytest.mark.parametrize("method", METHODS)
def test_classes_do_not_depend_on_row_order_or_unit(method):
    rng = np.random.default_rng(11)
    for values in (
        rng.lognormal(0, 1.5, 200),
        np.round(rng.random(200), 1),
        np.arange(20) / 10,
        1e6 + rng.random(50),
        np.repeat([0.1, 0.2, 0.3, 0.7, 0.8], 4),
    ):
        classes = classes_of(method, values, 5)
        order = rng.permutation(len(values))
        assert (classes_of(method, values[order], 5) == classes[order]).all()
        for factor in (1000, 1e-3, 44 / 12, 1e-12, 2.0**40):
            assert (classes_of(method, values * factor, 5) == classes).all()


@pytest.mark.parametrize("method", METHODS)
def test_values_equal_within_rounding_share_a_class(method):
    rng = np.random.default_rng(3)
    values = rng.integers(0, 12, 300) / 10
    noisy = values * (1 + rng.choice([0, 1e-15, -1e-15], 300))
    classes = classes_of(method, noisy, 6)
    assert all(len(set(classes[values == each])) == 1 for each in np.unique(values))


def test_the_published_method_counts_each_distinct_value_once():
    values = np.array([0.3, 0.5, 0.9, 1.1, 2.5, 2.6, 4.0, 7.5, 8.0])
    classes = classes_of(published_limits, values, 4)
    for value in values:
        repeated = np.concatenate([values, np.full(7, value)])
        assert (classes_of(published_limits, repeated, 4)[: len(values)] == classes).all()


@pytest.mark.parametrize("method", METHODS)
def test_nan_has_no_class_and_does_not_change_the_others(method):
    values = np.array([4.0, np.nan, 1, 9, 2, 8, np.nan])
    known = ~np.isnan(values)
    classes = classes_of(method, values, 2)
    assert (classes[~known] == NO_CLASS).all()
    assert (classes[known] == classes_of(method, values[known], 2)).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_number_of_classes_is_limited_by_distinct_values(method):
    values = np.array([3.0, 1, 2, 2])
    assert classes_of(method, values, 1).tolist() == [1, 1, 1, 1]
    assert classes_of(method, values, 3).tolist() == [3, 1, 2, 2]
    with pytest.raises(CarbonBalanceError, match=r"ratio has 3 different value\(s\), which is too few for 4 classes"):
        method(values, 4, "ratio")
    with pytest.raises(CarbonBalanceError, match="has 0 different"):
        method(np.array([np.nan]), 1, "ratio")
    with pytest.raises(CarbonBalanceError, match="number of classes is 0"):
        method(values, 0, "ratio")


def test_many_values_are_classified_by_both_methods():
    values = np.random.default_rng(1).lognormal(0, 1.5, 100_000)
    published, exact = (classify(values, method(values, 7, "values")).gvf for method in METHODS)
    assert published <= exact


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([1.8, 2.3, 2.4, 2.9], [1.8]),
        ([0.1, 0.6, 0.8, 1.4, 1.5, 2.1], [0.1, 0.8]),
        ([0.3, 1.0, 1.1, 2.4, 2.8, 2.9], [1.1, 2.4]),
        ([0.4, 0.7, 2.0, 2.1, 2.7, 2.8], [0.7, 2.1, 2.7]),
    ],
)
def test_rounding_does_not_choose_between_moves_that_gain_the_same(values, limits):
    """In whole tenths both moves gain exactly the same, and the first, to the lower class, is made."""
    assert published_limits(np.array(values), len(limits) + 1, "x").tolist() == limits
    assert published_limits(np.round(np.array(values) * 10), len(limits) + 1, "x").tolist() == [
        round(10 * each) for each in limits
    ]
