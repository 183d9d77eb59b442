"""Fixtures shared by the tests of the core."""

from __future__ import annotations

import pytest
from clusters import local_cluster


@pytest.fixture(scope="module")
def address():
    """A scheduler with two workers, each a process of its own."""
    with local_cluster(2) as local:
        yield local.scheduler_address
