"""Number of threads: the smallest of the limits of user, batch system, processors and memory."""

from __future__ import annotations

import os
import threading
import time

import pytest
from carbon_balance.core.runtime import threads
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.runtime.parallel import WORKERS, map_in_order, thread_count
from carbon_balance.core.runtime.threads import allowed_threads, threads_of_environment

GIB = 1 << 30


@pytest.fixture
def sixteen(monkeypatch):
    """A machine with sixteen processors and no limit of a batch system."""
    monkeypatch.setattr(threads, "processors", lambda: 16)
    for name in threads.ENVIRONMENT_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("asked", "environment", "free_bytes", "expected"),
    [
        (None, {}, None, 16),
        (-1, {}, None, 16),  # QGIS: no limit
        (0, {}, None, 16),
        (1, {}, None, 1),
        (5, {}, None, 5),
        (40, {}, None, 16),
        (-1, {"SLURM_CPUS_PER_TASK": "4"}, None, 4),
        (3, {"SLURM_CPUS_PER_TASK": "4"}, None, 3),
        (-1, {"SLURM_CPUS_PER_TASK": "32"}, None, 32),  # the batch system knows better than the affinity mask
        (-1, {"CARBONBALANCE_THREADS": "200"}, None, 64),
        # 64 MiB a thread, half of the free memory
        (-1, {}, 2 * GIB, 16),
        (-1, {}, 2 * GIB - 1, 15),
        (-1, {}, 128 << 20, 1),
        (-1, {}, 0, 1),
    ],
)
def test_the_smallest_limit_holds(sixteen, asked, environment, free_bytes, expected):
    assert allowed_threads(asked, environment, free_bytes) == expected


@pytest.mark.parametrize(
    ("free_addresses_mib", "expected"),
    # 264 MiB a thread, half of the address space that is left
    [(None, 16), (64 * 264, 16), (32 * 264, 16), (32 * 264 - 1, 15), (4 * 264, 2), (4 * 264 - 1, 1), (0, 1)],
)
def test_a_limited_address_space_limits_the_threads(sixteen, free_addresses_mib, expected):
    free = None if free_addresses_mib is None else free_addresses_mib << 20
    assert allowed_threads(None, {}, 1 << 40, free) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"SLURM_CPUS_PER_TASK": ""}, None),
        ({"SLURM_CPUS_PER_TASK": "0"}, None),
        ({"SLURM_CPUS_PER_TASK": "-2"}, None),
        ({"SLURM_CPUS_PER_TASK": "four"}, None),
        ({"SLURM_CPUS_PER_TASK": "²"}, None),
        ({"SLURM_CPUS_PER_TASK": " 4 "}, 4),
        ({"NSLOTS": "8", "CARBONBALANCE_THREADS": "3"}, 3),
        ({"NCPUS": "6", "LSB_DJOB_NUMPROC": "7"}, 6),
        ({"OMP_NUM_THREADS": "1"}, None),  # limits the arithmetic of libraries, not passes over rasters
    ],
)
def test_the_limit_of_a_batch_system_is_read_from_its_variables(environment, expected):
    assert threads_of_environment(environment) == expected


def test_processors_are_those_that_this_process_may_run_on():
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system has no affinity masks")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert threads.processors() == 1
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_allowed_number_of_threads_is_used(sixteen, monkeypatch, workers):
    monkeypatch.setenv("CARBONBALANCE_THREADS", str(workers))
    lock, now, most = threading.Lock(), [0], [0]

    def work(item):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return item

    assert [result for _, result in map_in_order(work, range(20), Log(), 20, WORKERS)] == list(range(20))
    assert most[0] == workers


def test_threads_are_limited_by_items_and_by_the_requested_number(sixteen):
    assert thread_count(0, 100) == 16
    assert thread_count(0, 3) == 3
    assert thread_count(7, 100) == 7
    assert thread_count(7, 0) == 1


def test_a_pass_inside_a_pass_has_one_thread(sixteen):
    def inner(_item):
        return threads.threads()

    assert [found for _, found in map_in_order(inner, range(3), Log(), 3)] == [1, 1, 1]
    assert threads.threads() == 16


def test_processors_are_those_that_the_process_may_run_on(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 4, 7}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert threads.processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert threads.processors() == 8
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert threads.processors() == 1
