"""Vectorised Cholesky factorisation of many small symmetric systems."""

from __future__ import annotations

import numpy as np


def packed_pairs(p: int) -> list[tuple[int, int]]:
    """The packing order of the lower triangle of a (p, p) matrix: (row, column)."""
    return [(i, j) for i in range(p) for j in range(i + 1)]


def factorise(packed: np.ndarray, p: int) -> tuple[np.ndarray, np.ndarray]:
    """Cholesky factors of n matrices.

    Args:
        packed: lower triangles (p (p + 1) / 2, n), in the order of :func:`packed_pairs`.
        p: number of rows of a matrix.

    Returns:
        the factors, packed in the same way, and the tolerances (p, n): the share of the sum of squares of each variable
        that earlier variables leave unexplained; 0 or NaN if a matrix is singular.
    """
    at = {pair: row for row, pair in enumerate(packed_pairs(p))}
    lower = np.empty_like(packed)
    tolerances = np.empty((p, packed.shape[1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        for j in range(p):
            own = packed[at[j, j]]
            pivot = own.copy()
            for t in range(j):
                pivot -= lower[at[j, t]] ** 2
            tolerances[j] = pivot / own
            root = np.sqrt(pivot)
            lower[at[j, j]] = root
            for i in range(j + 1, p):
                rest = packed[at[i, j]].copy()
                for t in range(j):
                    rest -= lower[at[i, t]] * lower[at[j, t]]
                lower[at[i, j]] = rest / root
    return lower, tolerances


def solve_lower(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve L z = ``right``; ``lower`` is packed as in :func:`factorise`, ``right`` and z are (p, n)."""
    p = len(right)
    at = {pair: row for row, pair in enumerate(packed_pairs(p))}
    solved = np.empty_like(right)
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(p):
            rest = right[i].copy()
            for t in range(i):
                rest -= lower[at[i, t]] * solved[t]
            solved[i] = rest / lower[at[i, i]]
    return solved


def solve_upper(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve L' b = ``right``, which together with :func:`solve_lower` solves the whole system, (p, n)."""
    p = len(right)
    at = {pair: row for row, pair in enumerate(packed_pairs(p))}
    solved = np.empty_like(right)
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in reversed(range(p)):
            rest = right[i].copy()
            for t in range(i + 1, p):
                rest -= lower[at[t, i]] * solved[t]
            solved[i] = rest / lower[at[i, i]]
    return solved
