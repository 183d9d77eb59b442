"""The engine: every raster pass is a map over blocks handed to an executor.

The work of a block opens its own datasets (one a thread) and returns arrays or a small table. Results
come back in the order of the blocks, so that sums do not depend on the number of workers.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from osgeo import gdal

from .. import cluster
from ..log import Log
from .source import close_all, errors_raised

Item = TypeVar("Item")
Result = TypeVar("Result")

CACHE_BYTES = 64 << 20
WORKERS = 2
_LOOK_UP_S = 0.5

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


class _Threads:
    """Work done by an executor of this process: threads of our own, if none is given."""

    def __init__(self, work: Callable, workers: int, executor: Executor | None) -> None:
        self.work, self.ahead = work, workers
        self.own = ThreadPoolExecutor(max_workers=workers) if executor is None else None
        self.executor = executor or self.own

    def submit(self, item: object, _place: int | None) -> Future:
        return self.executor.submit(self.work, item)

    def result(self, future: Future) -> object:
        return future.result()

    def close(self) -> None:
        if self.own is not None:
            self.own.shutdown(wait=True)


class _Workers:
    """Work done by the workers of a cluster, to whom it is sent once."""

    def __init__(self, work: Callable, on: cluster.Cluster) -> None:
        self.cluster, self.ahead = on, on.ahead
        self.work = on.send(work)

    def submit(self, item: object, place: int | None) -> Future:
        return self.cluster.submit(_on_worker, self.cluster.id, self.work, item, place=place)

    def result(self, future: Future) -> object:
        return self.cluster.result(future)

    def close(self) -> None:
        self.work = None


_worker = threading.local()


def _on_worker(run: str, work: Callable[[Item], Result], item: Item) -> Result:
    """A task as a worker does it."""
    if getattr(_worker, "run", run) != run:
        # A worker outlives runs: between two of them a file may have been written anew.
        close_all()
    _worker.run = run
    with bounded_cache(), errors_raised():
        return work(item)


def map_in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    log: Log,
    total: int,
    workers: int = WORKERS,
    executor: Executor | None = None,
    here: bool = False,
    place: Callable[[Item], int] | None = None,
) -> Iterator[tuple[Item, Result]]:
    """``work`` on each of ``items``, few at a time; yields (item, result) in the items' order.

    Args:
        work: called in a worker; must not depend on which, nor change what it was made with, for on a
            cluster it is a copy.
        items: what to work on, such as blocks.
        log: told of progress, and asked while waiting whether to stop.
        total: number of items, for the progress.
        workers: threads, if nothing else does the work; also how many results are held ahead.
        executor: any ``concurrent.futures.Executor`` of this machine.
        place: a number of each item; on a cluster, items of one number go to one worker as long as it lives, pass
            after pass, so that it may keep what they need.
        here: stay in this process even if the run has a cluster, for work that is no pass over a raster.

    Raises:
        CarbonBalanceError: the work's own, or a cluster that cannot be used.
        Cancelled: the user stopped the run.
    """
    on = None if here or executor is not None else cluster.current()
    pool = _Threads(work, workers, executor) if on is None else _Workers(work, on)
    waiting: deque = deque()
    done = 0

    def finished():
        nonlocal done
        item, future = waiting.popleft()
        while not future.done():
            wait([future], timeout=_LOOK_UP_S)
            log.check()
        result = pool.result(future)
        done += 1
        log.progress(done / max(total, 1))
        log.check()
        return item, result

    try:
        with bounded_cache():
            for item in items:
                log.check()
                waiting.append((item, pool.submit(item, place(item) if place else None)))
                if len(waiting) > pool.ahead:
                    yield finished()
            while waiting:
                yield finished()
    finally:
        for _, future in waiting:
            future.cancel()
        pool.close()
