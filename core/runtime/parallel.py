"""The engine: every raster pass is a map over blocks, done by threads or by the workers of a cluster.

The work of a block opens its own datasets (one a thread) and returns arrays or a small table. Results
come back in the order of the blocks, so that sums do not depend on the number of workers.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

from . import cluster
from .gdal_state import bounded_cache, close_all, errors_raised
from .i18n import language, use_language
from .log import Log
from .threads import inside_a_pass, threads

Item = TypeVar("Item")
Result = TypeVar("Result")

# The default number of threads: as many as this machine and the user allow, see :mod:`.threads`.
WORKERS = 0
_CHECK_INTERVAL_S = 0.5
# On a cluster a task costs the scheduler and the driver some ms: where there are many blocks, several are one task.
_MOST_TOGETHER, _TASKS_A_THREAD = 16, 16


class _Threads:
    """Work done by threads of this process."""

    def __init__(self, work: Callable, workers: int) -> None:
        self.work, self.ahead, self.together = work, workers, 1
        self.executor = ThreadPoolExecutor(max_workers=workers)

    def submit(self, items: list, _place: int | None) -> Future:
        return self.executor.submit(_in_thread, self.work, items)

    def result(self, future: Future) -> list:
        return future.result()

    def check(self) -> None:
        """Threads are there as long as the run is."""

    def close(self) -> None:
        self.executor.shutdown(wait=True)


class _Workers:
    """Work done by the workers of a cluster, to whom it is sent once."""

    def __init__(self, work: Callable, on: cluster.Cluster, total: int) -> None:
        self.cluster, self.ahead = on, on.ahead
        self.together = max(1, min(_MOST_TOGETHER, total // (_TASKS_A_THREAD * on.threads)))
        self.work = on.send(work)

    def submit(self, items: list, place: int | None) -> Future:
        return self.cluster.submit(_on_worker, self.cluster.id, language(), self.work, items, place=place)

    def result(self, future: Future) -> list:
        return self.cluster.result(future)

    def check(self) -> None:
        self.cluster.check()

    def close(self) -> None:
        self.work = None


_worker = threading.local()


def _in_thread(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """What a thread of a pass does; a pass that the work starts has this thread alone."""
    with inside_a_pass():
        return _each(work, items)


def _each(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [work(item) for item in items]


def _on_worker(run: str, locale: str, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """A task as a worker does it; what it refuses it says in the user's language."""
    use_language(locale)
    if getattr(_worker, "run", run) != run:
        # A worker outlives runs: between two of them a file may have been written anew.
        close_all()
    _worker.run = run
    with bounded_cache(), errors_raised():
        return _each(work, items)


def thread_count(workers: int, total: int) -> int:
    """Threads for ``total`` items: ``workers``, or what the run may use if that is 0, but no more than items."""
    return max(1, min(workers or threads(), total))


def map_in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    log: Log,
    total: int,
    workers: int = WORKERS,
    here: bool = False,
    place: Callable[[Item], int] | None = None,
) -> Iterator[tuple[Item, Result]]:
    """``work`` on each of ``items``, few at a time; yields (item, result) in the items' order.

    Args:
        work: called in a worker; must not depend on which, nor change what it was made with, for on a
            cluster it is a copy.
        items: what to work on, such as blocks.
        log: receives progress; asked while waiting whether to stop.
        total: number of items, for the progress.
        workers: threads, if no cluster does the work, also how many results are held ahead; 0 for as many as the
            run may use. There are never more than items.
        place: a number of each item; on a cluster, items of one number go to one worker as long as it lives, pass
            after pass, so that it may keep what they need.
        here: stay in this process even if the run has a cluster, for work that is no pass over a raster.

    Raises:
        CarbonBalanceError: the work's own, or a cluster that cannot be used.
        Cancelled: the user stopped the run.
    """
    on = None if here else cluster.current()
    pool: _Threads | _Workers = (
        _Threads(work, thread_count(workers, total)) if on is None else _Workers(work, on, total)
    )
    together = 1 if place else pool.together
    waiting: deque = deque()
    done = 0

    def finished() -> Iterator[tuple[Item, Result]]:
        nonlocal done
        some, future = waiting.popleft()
        while not future.done():
            wait([future], timeout=_CHECK_INTERVAL_S)
            log.check()
            pool.check()
        for item, result in zip(some, pool.result(future)):
            done += 1
            log.progress(done / max(total, 1))
            log.check()
            yield item, result

    try:
        with bounded_cache():
            left = iter(items)
            while some := list(islice(left, together)):
                log.check()
                waiting.append((some, pool.submit(some, place(some[0]) if place else None)))
                if len(waiting) > pool.ahead:
                    yield from finished()
            while waiting:
                yield from finished()
    finally:
        for _, future in waiting:
            future.cancel()
        pool.close()
