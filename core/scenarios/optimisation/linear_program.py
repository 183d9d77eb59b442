"""Linear programming with HiGHS if SciPy is installed, otherwise with a simplex method for small programs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr

# Reduced costs and pivots below this share of the largest coefficient are rounding errors.
_TOLERANCE = 1e-9
# After this number of steps without progress Bland's rule is used, which cannot cycle.
_STALLED = 50
_MOST_STEPS = 100_000


@dataclass(frozen=True)
class LinearProgram:
    """Maximise ``gain @ x`` with ``least <= rows @ x <= most`` and ``lower <= x <= upper``.

    Attributes:
        gain: gain per unit of each variable (variables,).
        rows: constraints (constraints, variables).
        least, most: bounds of each constraint; equal for an equation; -inf or inf for none (constraints,).
        lower, upper: bounds of each variable; lower finite, upper inf for none (variables,).
    """

    gain: np.ndarray
    rows: np.ndarray
    least: np.ndarray
    most: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def solve(program: LinearProgram) -> np.ndarray | None:
    """The variables of an optimal solution (variables,); ``None`` if the program is infeasible.

    Raises:
        CarbonBalanceError: the solver does not terminate, or the gain is unbounded.
    """
    try:
        import scipy.optimize  # noqa: F401
    except ImportError:
        return solve_by_simplex(program)
    return solve_by_highs(program)


def _no_solution(reason: str) -> CarbonBalanceError:
    return CarbonBalanceError(
        tr(
            "The linear program could not be solved ({reason}): check that coefficients and bounds are finite and of "
            "similar magnitude."
        ).format(reason=reason)
    )


def solve_by_highs(program: LinearProgram) -> np.ndarray | None:
    """Like :func:`solve`, with HiGHS (Huangfu and Hall 2018) in SciPy; dual simplex, which finds vertices."""
    from scipy.optimize import linprog

    equal = program.least == program.most
    above, below = ~equal & np.isfinite(program.most), ~equal & np.isfinite(program.least)
    # Its tolerances are absolute, so that the gain is scaled to at most 1000.
    largest = float(np.abs(program.gain).max(initial=0.0)) or 1.0
    found = linprog(
        -program.gain * (1000 / largest),
        A_ub=np.concatenate([program.rows[above], -program.rows[below]]),
        b_ub=np.concatenate([program.most[above], -program.least[below]]),
        A_eq=program.rows[equal],
        b_eq=program.most[equal],
        bounds=np.column_stack([program.lower, program.upper]),
        method="highs-ds",
    )
    if found.status == 2:
        return None
    if found.status != 0:
        raise _no_solution(str(found.message))
    return np.asarray(found.x)


def solve_by_simplex(program: LinearProgram) -> np.ndarray | None:
    """Like :func:`solve`, with the two-phase tableau simplex method (Dantzig 1963; rule of Bland 1977)."""
    limited = np.isfinite(program.upper)
    identity = np.eye(len(program.gain))[limited]
    rows = np.concatenate([program.rows, identity])
    shift = rows @ program.lower
    least = np.concatenate([program.least, np.full(len(identity), -np.inf)]) - shift
    most = np.concatenate([program.most, program.upper[limited]]) - shift
    equal = least == most
    above, below = np.isfinite(most) & ~equal, np.isfinite(least) & ~equal
    # Rows: equations, then upper bounds, then lower bounds; slack variables for all but equations.
    matrix = np.concatenate([rows[equal], rows[above], -rows[below]])
    right = np.concatenate([most[equal], most[above], -least[below]])
    slack = np.eye(len(matrix))[:, int(equal.sum()) :]
    matrix = np.concatenate([matrix, slack], axis=1)
    negative = right < 0
    matrix[negative] *= -1
    right = np.abs(right)
    count, width = len(matrix), matrix.shape[1]
    tableau = np.zeros((count + 1, width + count + 1))
    tableau[:count, :width], tableau[:count, -1] = matrix, right
    tableau[:count, width:-1] = np.eye(count)
    basis = np.arange(width, width + count)
    # Phase 1: drive out artificial variables.
    tableau[-1, width:-1] = 1
    tableau[-1] -= tableau[:count].sum(axis=0)
    _improve_tableau(tableau, basis, width + count, 1.0)
    if -tableau[-1, -1] > _TOLERANCE * max(1.0, float(right.max(initial=0.0))) * 100:
        return None
    _expel(tableau, basis, width)
    # Phase 2, without the artificial variables.
    gain = np.concatenate([program.gain, np.zeros(width - len(program.gain))])
    tableau[-1] = 0
    tableau[-1, :width] = -gain
    for row, variable in enumerate(basis):
        if variable < width:
            tableau[-1] += gain[variable] * tableau[row]
    _improve_tableau(tableau, basis, width, max(1e-300, float(np.abs(gain).max(initial=0.0))))
    result = np.zeros(width + count)
    result[basis] = tableau[:count, -1]
    return program.lower + np.maximum(result[: len(program.gain)], 0)


def _improve_tableau(tableau: np.ndarray, basis: np.ndarray, width: int, scale: float) -> None:
    """Pivot until none of the first ``width`` variables improves the last row."""
    stalled, best = 0, tableau[-1, -1]
    for _ in range(_MOST_STEPS):
        reduced = tableau[-1, :width]
        # The steepest variable, or after many steps without progress the first one.
        entering = int(np.argmin(reduced) if stalled < _STALLED else np.argmax(reduced < -_TOLERANCE * scale))
        if reduced[entering] >= -_TOLERANCE * scale:
            return
        column, right = tableau[:-1, entering], tableau[:-1, -1]
        usable = column > _TOLERANCE
        if not usable.any():
            raise _no_solution(tr("the gain has no limit"))
        ratios = np.full(len(column), np.inf)
        ratios[usable] = np.maximum(right[usable], 0) / column[usable]
        least = ratios.min()
        ties = np.flatnonzero(ratios <= least * (1 + 1e-12))
        _exchange(tableau, basis, int(ties[np.argmin(basis[ties])]), entering)
        progress = abs(tableau[-1, -1] - best)
        stalled = 0 if progress > _TOLERANCE * max(1.0, abs(best)) else stalled + 1
        best = tableau[-1, -1]
    raise _no_solution(tr("too many steps"))


def _exchange(tableau: np.ndarray, basis: np.ndarray, row: int, entering: int) -> None:
    """Let a variable enter the basis in place of that of a row."""
    tableau[row] /= tableau[row, entering]
    factors = tableau[:, entering].copy()
    factors[row] = 0
    tableau -= factors[:, None] * tableau[row]
    basis[row] = entering


def _expel(tableau: np.ndarray, basis: np.ndarray, width: int) -> None:
    """Remove artificial variables that remain at 0; a row without other entries is redundant and set to 0."""
    for row in np.flatnonzero(basis >= width):
        candidates = np.flatnonzero(np.abs(tableau[row, :width]) > _TOLERANCE)
        if len(candidates):
            _exchange(tableau, basis, int(row), int(candidates[0]))
        else:
            tableau[row, :] = 0
            tableau[row, basis[row]] = 1
