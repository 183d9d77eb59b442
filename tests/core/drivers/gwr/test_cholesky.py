"""Many small systems solved at once, compared with NumPy one by one."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.cholesky import factorise, packed_pairs, solve_lower, solve_upper


def packed(matrices):
    return np.array([[each[i, j] for each in matrices] for i, j in packed_pairs(len(matrices[0]))])


@pytest.mark.parametrize("p", [1, 2, 3, 5])
def test_factors_and_solutions_equal_numpy(p):
    generator = np.random.default_rng(p)
    roots = [generator.normal(size=(p, p + 3)) for _ in range(4)]
    matrices, right = [root @ root.T for root in roots], generator.normal(size=(p, 4))
    lower, tolerances = factorise(packed(matrices), p)
    np.testing.assert_allclose(lower, packed([np.linalg.cholesky(each) for each in matrices]), rtol=1e-9)
    solved = solve_upper(lower, solve_lower(lower, right))
    wanted = np.array([np.linalg.solve(each, right[:, at]) for at, each in enumerate(matrices)]).T
    np.testing.assert_allclose(solved, wanted, rtol=1e-7)
    # The part of a variable's sum of squares that those before it leave unexplained.
    for at, root in enumerate(roots):
        for j in range(p):
            fit = root[:j].T @ np.linalg.lstsq(root[:j].T, root[j], rcond=None)[0] if j else 0
            assert tolerances[j, at] == pytest.approx(((root[j] - fit) ** 2).sum() / (root[j] ** 2).sum())


def test_packing_stores_the_lower_triangle_row_by_row():
    assert packed_pairs(3) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]


def test_a_linearly_dependent_variable_has_tolerance_zero():
    twice = np.array([[1.0, 2], [2, 4]])
    _, tolerances = factorise(packed([twice]), 2)
    assert tolerances[:, 0].tolist() == [1, 0]
