"""Products of thin single-precision matrices, not slowed down by QGIS.

QGIS on Debian and Ubuntu is linked with the GNU Scientific Library, whose CBLAS thereby stands before the one that
NumPy brings and is some ten times slower. SciPy calls the Fortran names of BLAS, which have no namesake; NumPy's own
loops, which know no BLAS, lie between. Training with and without: ``benchmarks/scenarios.py --size 100``, by itself and
behind ``LD_PRELOAD=libgsl.so.27``.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import sys
from collections.abc import Callable

import numpy as np

Product = Callable[[np.ndarray, np.ndarray], np.ndarray]


def is_shadowed() -> bool:
    """Whether the program itself is linked with the GNU Scientific Library, where that hides anything."""
    # On Windows and macOS every library's calls reach the library that it was linked with.
    return sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "gsl_blas_sgemm")


def by_columns(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The product by SciPy."""
    from scipy.linalg.blas import sgemm

    # BLAS reads columns first: what lies row by row is its own transpose to it, and needs no copy.
    (first, turned_first), (second, turned_second) = (
        (matrix, True) if matrix.flags.f_contiguous else (matrix.T, False) for matrix in (right, left)
    )
    return sgemm(1, first, second, trans_a=turned_first, trans_b=turned_second).T


def by_loops(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The product by NumPy's own loops."""
    return np.einsum("ij,jk->ik", left, right)


def way(shadowed: bool, scipy: bool) -> Product:
    """The fastest of them."""
    if not shadowed:
        return np.matmul
    return by_columns if scipy else by_loops


def _has_scipy() -> bool:
    """Whether SciPy's BLAS can be used; one that lies there may be made for another NumPy."""
    try:
        importlib.import_module("scipy.linalg.blas")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, there is another way
        return False
    return True


@functools.cache
def _here() -> Product:
    shadowed = is_shadowed()
    return way(shadowed, shadowed and _has_scipy())


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """``left @ right`` of two matrices, fast for float32."""
    single = left.dtype == right.dtype == np.float32
    return _here()(left, right) if single else np.matmul(left, right)
