"""Dask clusters of this machine for tests."""

from __future__ import annotations

import contextlib
import sys

import carbon_balance
import pytest


@contextlib.contextmanager
def local_cluster(workers: int):
    """A scheduler in this process with workers that are processes of their own; skips the test without Dask."""
    distributed = pytest.importorskip("distributed")
    kept = {name: getattr(carbon_balance, name) for name in ("__path__", "__file__", "__spec__", "__loader__")}
    paths = list(sys.path)
    try:
        local = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
        try:
            yield local
        finally:
            # Dask gives its workers five seconds to end, few for a machine that others use too.
            with contextlib.suppress(TimeoutError):
                local.close()
    finally:
        # A scheduler loads what is sent to the workers too, which here is the plugin under test.
        vars(carbon_balance).update(kept)
        sys.path[:] = paths
