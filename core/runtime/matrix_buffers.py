"""Buffers of the library that multiplies matrices, taken at the start of a run whose memory is limited.

OpenBLAS, with which NumPy is usually built, takes a buffer for each thread that multiplies matrices at the same time,
when it first does, and keeps it until the process ends. If the system refuses the buffer (``ulimit -v``, a full page
file), OpenBLAS tries again for ever: the run would hang instead of ending with a message.
"""

from __future__ import annotations

import mmap
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .threads import ADDRESSES_A_THREAD, free_addresses_bytes

# With this much beyond the buffers, a run may take them when it needs them.
PLENTY_BYTES = 2 << 30
# What must be left beyond the buffers for anything else.
LEAST_BYTES = 64 << 20
# Equations that take several milliseconds, longer than the start of the other threads.
_EQUATIONS = 400

_buffers_taken = 0


def take_matrix_buffers(count: int) -> None:
    """Take the buffers for ``count`` threads, unless memory is not limited or they were taken before.

    Raises:
        MemoryError: the system refuses as much memory.
    """
    global _buffers_taken
    needed = (count - _buffers_taken) * ADDRESSES_A_THREAD
    if needed <= 0 or (free_addresses_bytes() is None and _can_have(needed + PLENTY_BYTES)):
        return
    if not _can_have(needed + LEAST_BYTES):
        raise MemoryError
    together = threading.Barrier(count)

    def solve(_: int) -> None:
        equations = np.eye(_EQUATIONS) * 2.0
        together.wait()
        np.linalg.solve(equations, equations)

    with ThreadPoolExecutor(max_workers=count) as executor:
        list(executor.map(solve, range(count)))
    _buffers_taken = count


def _can_have(count_bytes: int) -> bool:
    """Whether the system would give as much memory; none of it is used.

    NumPy is not asked: its allocator would start another heap after a refusal.
    """
    try:
        mmap.mmap(-1, count_bytes).close()
    except (OSError, MemoryError):
        return False
    return True
