"""Products of thin matrices are the same by each method."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.scenarios.suitability import matrix_product as products


def layouts():
    """Pairs of matrices as they lie row by row, column by column, in a part of a larger one, and one row or column."""
    rng = np.random.default_rng(0)
    left, right = rng.random((5, 9)).astype(np.float32), rng.random((9, 40)).astype(np.float32)
    wide = np.hstack([left, left])
    yield left, right
    yield np.asfortranarray(left), right
    yield left, np.asfortranarray(right)
    yield wide[:, 3:12], right[:, ::2]
    yield left.T, right[:5]
    yield left[:1], right[:, :1]
    yield left[:, :1], right[:1]


@pytest.mark.parametrize("way", [products.product, products.by_columns, products.by_loops])
def test_every_method_gives_the_matrix_product(way):
    if way is products.by_columns:
        pytest.importorskip("scipy", reason="SciPy does not come with every QGIS")
    for left, right in layouts():
        found = way(left, right)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, left.astype(float) @ right.astype(float), rtol=1e-6)


def test_double_precision_is_kept():
    left, right = np.full((2, 3), 1 / 3), np.full((3, 2), 1 / 7)
    np.testing.assert_allclose(products.product(left, right), 1 / 7, rtol=1e-15)


def test_numpy_multiplies_unless_the_program_hides_its_blas():
    assert products.way(shadowed=False, scipy=True) is np.matmul
    assert products.way(shadowed=True, scipy=True) is products.by_columns
    assert products.way(shadowed=True, scipy=False) is products.by_loops


def test_a_program_with_the_scientific_library_is_recognised():
    library = ctypes.util.find_library("gsl")
    if not library or not sys.platform.startswith("linux"):
        pytest.skip("no GNU Scientific Library here")
    scripts = str(Path(__file__).resolve().parents[4] / "scripts")
    script = "import checkout; from carbon_balance.core.scenarios.suitability.matrix_product import is_shadowed; "
    script += "print(is_shadowed())"
    found = []
    for preloaded in ("", library):
        environment = {**os.environ, "LD_PRELOAD": preloaded, "PYTHONPATH": scripts}
        done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, stdout=subprocess.PIPE)
        found.append(done.stdout.decode().strip())
    assert found == ["False", "True"]


def test_only_linux_lets_a_program_hide_a_blas(monkeypatch):
    class Hiding:
        gsl_blas_sgemm = None

    for library, platform, hidden in (
        (Hiding(), "linux", True),
        (Hiding(), "win32", False),
        (object(), "linux", False),
    ):
        monkeypatch.setattr(products.ctypes, "CDLL", lambda name, library=library: library)
        monkeypatch.setattr(products.sys, "platform", platform)
        assert products.is_shadowed() is hidden


def test_only_two_single_precision_matrices_use_the_fast_method(monkeypatch):
    monkeypatch.setattr(products, "_here", lambda: lambda left, right: "fast")
    single, double = np.ones((2, 2), np.float32), np.ones((2, 2))
    assert products.product(single, single) == "fast"
    for left, right in ((single, double), (double, single), (double, double)):
        assert products.product(left, right).tolist() == [[2, 2], [2, 2]]


@pytest.mark.parametrize("types", [("f4", "f4"), ("f4", "f8"), ("f8", "f4"), ("f8", "f8")])
def test_only_single_precision_products_use_the_method_of_the_environment(monkeypatch, types):
    taken = []
    monkeypatch.setattr(products, "_here", lambda: lambda left, right: taken.append(1) or left @ right)
    left, right = np.ones((2, 3), types[0]), np.ones((3, 2), types[1])
    assert products.product(left, right).tolist() == [[3, 3], [3, 3]]
    assert len(taken) == (types == ("f4", "f4"))
