"""Fast products of thin single-precision matrices within QGIS.

QGIS on Debian and Ubuntu is linked with the GNU Scientific Library, whose CBLAS then replaces that of NumPy and is
about ten times slower. SciPy calls the Fortran interface of BLAS, which is not affected; NumPy's own loops without BLAS
are of intermediate speed. Training with and without: ``benchmarks/scenarios.py --size 100``, with and without
``LD_PRELOAD=libgsl.so.27``.
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
    """Whether the program is linked with the GNU Scientific Library and this affects NumPy."""
    # On Windows and macOS libraries always call the library with which they were linked.
    return sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "gsl_blas_sgemm")


def by_columns(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The product with SciPy's BLAS."""
    from scipy.linalg.blas import sgemm

    # BLAS uses column-major order: a row-major array is its own transpose and needs no copy.
    (first, turned_first), (second, turned_second) = (
        (matrix, True) if matrix.flags.f_contiguous else (matrix.T, False) for matrix in (right, left)
    )
    return sgemm(1, first, second, trans_a=turned_first, trans_b=turned_second).T


def by_loops(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The product with NumPy's own loops."""
    return np.einsum("ij,jk->ik", left, right)


def way(shadowed: bool, scipy: bool) -> Product:
    """The fastest function for the environment."""
    if not shadowed:
        return np.matmul
    return by_columns if scipy else by_loops


def _has_scipy() -> bool:
    """Whether SciPy's BLAS can be used; an installed SciPy may be incompatible with NumPy."""
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
