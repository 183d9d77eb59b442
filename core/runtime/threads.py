"""The number of threads that a run may use on this machine.

Limits come from the settings of QGIS, from environment variables of batch systems, from the processors available to
this process, and from free memory. The smallest limit applies.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

# The plugin's own variable, then those in which Slurm, Grid Engine, PBS and LSF state the processors of a job.
ENVIRONMENT_VARIABLES = (
    "CARBONBALANCE_THREADS",
    "SLURM_CPUS_PER_TASK",
    "NSLOTS",
    "NCPUS",
    "LSB_DJOB_NUMPROC",
)
# More threads than this wait for each other, because they share the reading and writing of files.
MOST_THREADS = 64
# Memory per thread of a raster pass: a block of 2^22 cells, with 8 bytes per cell read and 8 bytes per cell written.
BYTES_A_THREAD = 64 << 20
# Address space that a thread takes in addition, whether used or not: a buffer for products of matrices (OpenBLAS 0.3,
# 128 MiB), a heap (64 MiB) and a stack (8 MiB).
ADDRESSES_A_THREAD = 200 << 20
# A run takes at most this share of the memory that is free when it starts.
SHARE_OF_MEMORY = 0.5

_of_settings: int | None = None
_free_bytes: int | None = None
_free_addresses: int | None = None
_this_thread = threading.local()


def processors() -> int:
    """The processors that this process may run on, 1 or more."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def free_memory_bytes() -> int | None:
    """Memory that is available without swapping, ``None`` where the system does not report it in a known way."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) << 10
    except (OSError, ValueError, IndexError):
        return None
    return None


def free_addresses_bytes() -> int | None:
    """What is left of the address space if the process is limited to one (``ulimit -v``), otherwise ``None``."""
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most == resource.RLIM_INFINITY:
            return None
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return max(0, most - pages * resource.getpagesize())
    except (ImportError, OSError, ValueError, IndexError):
        return None


def threads_of_environment(environment: Mapping[str, str]) -> int | None:
    """The smallest positive whole number among ``ENVIRONMENT_VARIABLES``, ``None`` if there is none."""
    found = [environment.get(name, "").strip() for name in ENVIRONMENT_VARIABLES]
    numbers = [int(text) for text in found if text.isascii() and text.isdigit()]
    return min((number for number in numbers if number > 0), default=None)


def allowed_threads(
    asked: int | None,
    environment: Mapping[str, str],
    free_bytes: int | None,
    free_addresses: int | None = None,
) -> int:
    """How many threads a raster pass may use.

    Args:
        asked: the number in the user's settings; ``None``, 0 or less for one per processor.
        environment: the environment variables of this process.
        free_bytes: free memory, ``None`` if unknown.
        free_addresses: bytes of address space that are left, ``None`` without a limit.

    Returns:
        1 to ``MOST_THREADS``; a number in the environment is used even if there are fewer processors.
    """
    named = threads_of_environment(environment)
    limits = [MOST_THREADS, processors() if named is None else named]
    if asked is not None and asked > 0:
        limits.append(asked)
    if free_bytes is not None:
        limits.append(int(free_bytes * SHARE_OF_MEMORY) // BYTES_A_THREAD)
    if free_addresses is not None:
        limits.append(int(free_addresses * SHARE_OF_MEMORY) // (BYTES_A_THREAD + ADDRESSES_A_THREAD))
    return max(1, min(limits))


def use_threads(asked: int | None) -> None:
    """Start a run: store the number from the user's settings for all runs of this process, and measure free memory.

    See :func:`allowed_threads`.
    """
    global _of_settings, _free_bytes, _free_addresses
    _of_settings, _free_bytes, _free_addresses = asked, free_memory_bytes(), free_addresses_bytes()


def threads() -> int:
    """The number of threads for a pass started here: 1 within another pass, which already uses all threads."""
    if getattr(_this_thread, "inside", False):
        return 1
    return allowed_threads(_of_settings, os.environ, _free_bytes, _free_addresses)


@contextlib.contextmanager
def inside_a_pass() -> Iterator[None]:
    """Context that marks the current thread as part of a pass."""
    before = getattr(_this_thread, "inside", False)
    _this_thread.inside = True
    try:
        yield
    finally:
        _this_thread.inside = before
