"""The simplex method against HiGHS, textbook programs and programs without a solution."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.optimisation.linear_program import LinearProgram, solve_by_highs, solve_by_simplex

SOLVERS = (solve_by_simplex, solve_by_highs)


def program(gain, rows, least, most, lower=None, upper=None):
    count = len(gain)
    lower = np.zeros(count) if lower is None else np.array(lower, float)
    upper = np.full(count, np.inf) if upper is None else np.array(upper, float)
    return LinearProgram(
        np.array(gain, float), np.array(rows, float), np.array(least, float), np.array(most, float), lower, upper
    )


@pytest.mark.parametrize("solve", SOLVERS)
def test_the_wyndor_glass_example_has_the_published_optimum(solve):
    """Hillier and Lieberman: max 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18 is 36 at (2, 6)."""
    found = solve(program([3, 5], [[1, 0], [0, 2], [3, 2]], [-np.inf] * 3, [4, 12, 18]))
    np.testing.assert_allclose(found, [2, 6])


@pytest.mark.parametrize("solve", SOLVERS)
def test_beale_does_not_cycle(solve):
    """Beale (1955), on which Dantzig's rule cycles: the optimum is 1/20."""
    rows = [[0.25, -60, -1 / 25, 9], [0.5, -90, -1 / 50, 3], [0, 0, 1, 0]]
    gain = np.array([0.75, -150, 0.02, -6])
    assert gain @ solve(program(gain, rows, [-np.inf] * 3, [0, 0, 1])) == pytest.approx(0.05)


@pytest.mark.parametrize("solve", SOLVERS)
def test_bounds_of_variables_and_rows_from_both_sides(solve):
    found = solve(program([1, -1], [[1, 1]], [5], [7], lower=[-2, 1], upper=[3, 10]))
    np.testing.assert_allclose(found, [3, 2])
    assert solve(program([1, -1], [[1, 1]], [5], [7], lower=[-2, 1], upper=[3, 1.9])) is None
    np.testing.assert_allclose(solve(program([1, -1], [[1, 1]], [5], [7], lower=[-2, 1], upper=[3, 2])), [3, 2])


@pytest.mark.parametrize("solve", SOLVERS)
def test_redundant_equations_are_solved(solve):
    found = solve(program([1, 0], [[1, 1], [2, 2]], [4, 8], [4, 8], upper=[3, 3]))
    np.testing.assert_allclose(found, [3, 1])
    assert solve(program([1, 0], [[1, 1], [2, 2]], [4, 9], [4, 9])) is None


@pytest.mark.parametrize("solve", SOLVERS)
def test_an_unbounded_program_is_refused(solve):
    with pytest.raises(CarbonBalanceError, match="could not be solved"):
        solve(program([1, 0], [[0, 1]], [0], [1]))


def test_random_programs_have_the_same_optimum_as_highs():
    rng = np.random.default_rng(7)
    infeasible = 0
    for _ in range(150):
        count, constraints = rng.integers(2, 9), rng.integers(1, 7)
        rows = rng.integers(-4, 5, (constraints, count))
        most = rng.integers(-3, 12, constraints).astype(float)
        least = np.where(rng.random(constraints) < 0.3, most, -np.inf)
        case = program(rng.normal(size=count), rows, least, most, upper=rng.integers(1, 20, count))
        own, highs = solve_by_simplex(case), solve_by_highs(case)
        assert (own is None) == (highs is None)
        if own is None:
            infeasible += 1
            continue
        assert case.gain @ own == pytest.approx(case.gain @ highs, abs=1e-7)
        assert (rows @ own <= most + 1e-7).all() and (own >= -1e-9).all() and (own <= case.upper + 1e-7).all()
    assert 10 < infeasible < 140
