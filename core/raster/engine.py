"""The engine: every raster pass is a map over blocks handed to an executor.

The work of a block opens its own datasets (one a thread) and returns arrays or a small table. Results
come back in the order of the blocks, so that sums do not depend on the number of workers.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

from osgeo import gdal

from ..log import Log

Item = TypeVar("Item")
Result = TypeVar("Result")

CACHE_BYTES = 64 << 20
WORKERS = 2

_cache_lock = threading.Lock()
_cache_users = 0
_cache_before = 0


@contextlib.contextmanager
def bounded_cache() -> Iterator[None]:
    """GDAL's block cache kept small while any run lasts, and restored after the last.

    The default, 5 % of memory, holds written blocks back until the file is closed, so that they are
    compressed at the end by a thread alone.
    """
    global _cache_users, _cache_before
    with _cache_lock:
        if _cache_users == 0:
            _cache_before = gdal.GetCacheMax()
            gdal.SetCacheMax(CACHE_BYTES)
        _cache_users += 1
    try:
        yield
    finally:
        with _cache_lock:
            _cache_users -= 1
            if _cache_users == 0:
                gdal.SetCacheMax(_cache_before)


def map_in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    log: Log,
    total: int,
    workers: int = WORKERS,
    executor: Executor | None = None,
) -> Iterator[tuple[Item, Result]]:
    """``work`` on each of ``items``, few at a time; yields (item, result) in the items' order.

    Args:
        work: called in a worker; must not depend on which.
        items: what to work on, such as blocks.
        log: told of progress, and asked after each result whether to stop.
        total: number of items, for the progress.
        workers: threads, if no ``executor`` is given; also how many results are held ahead.
        executor: any ``concurrent.futures.Executor``.

    Raises:
        Cancelled: the user stopped the run.
    """
    own = executor is None
    pool = ThreadPoolExecutor(max_workers=workers) if own else executor
    waiting: deque = deque()
    done = 0

    def finished():
        nonlocal done
        item, future = waiting.popleft()
        result = future.result()
        done += 1
        log.progress(done / max(total, 1))
        log.check()
        return item, result

    try:
        with bounded_cache():
            for item in items:
                log.check()
                waiting.append((item, pool.submit(work, item)))
                if len(waiting) > workers:
                    yield finished()
            while waiting:
                yield finished()
    finally:
        for _, future in waiting:
            future.cancel()
        if own:
            pool.shutdown(wait=True)
