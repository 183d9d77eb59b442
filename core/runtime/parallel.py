"""Parallel execution: every raster pass is a map over blocks, run by threads or by the workers of a cluster.

The function for a block opens its own datasets (one per thread) and returns arrays or a small table. Results are
returned in the order of the blocks, so that sums do not depend on the number of workers.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
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
# On a cluster each task costs several milliseconds of overhead, so that many blocks are grouped into fewer tasks.
_MOST_TOGETHER, _TASKS_A_THREAD = 16, 16


class _Threads:
    """Executes work in threads of this process."""

    def __init__(self, work: Callable, workers: int) -> None:
        self.work, self.ahead, self.together = work, workers, 1
        self.executor = ThreadPoolExecutor(max_workers=workers)

    def submit(self, items: list, _place: int | None) -> Future:
        return self.executor.submit(_in_thread, self.work, items)

    def result(self, future: Future) -> list:
        return future.result()

    def check(self) -> None:
        """Do nothing: threads cannot get lost."""

    def close(self) -> None:
        self.executor.shutdown(wait=True)


class _Workers:
    """Executes work on the workers of a cluster, to which it is sent once."""

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
    """Run ``work`` in a thread of a pass; a nested pass that it starts uses this thread only."""
    with inside_a_pass():
        return _each(work, items)


def _each(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [work(item) for item in items]


def _on_worker(run: str, locale: str, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Run a task on a worker, with error messages in the user's language."""
    use_language(locale)
    if getattr(_worker, "run", run) != run:
        # Workers live longer than a run, and files may be rewritten between two runs.
        close_all()
    _worker.run = run
    with bounded_cache(), errors_raised():
        return _each(work, items)


def thread_count(workers: int, total: int) -> int:
    """The number of threads for ``total`` items: ``workers``, or all that the run may use if 0; at most one each."""
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
    """Apply ``work`` to ``items`` in parallel and yield (item, result) in the order of the items.

    Args:
        work: called in a worker; it must not depend on the worker and must not modify its own state, because on a
            cluster it is a copy.
        items: the items, such as blocks.
        log: receives progress; asked for cancellation while waiting.
        total: the number of items, for the progress.
        workers: the number of threads if no cluster is used, and of results that are buffered; 0 for as many as the run
            may use. At most one thread per item is started.
        place: gives a number for each item; on a cluster, items with the same number go to the same worker as long as
            it is alive, also in later passes, so that it can cache data for them.
        here: stay in this process even if the run has a cluster, for work other than raster passes.

    Raises:
        CarbonBalanceError: raised by ``work``, or because the cluster cannot be used.
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


def in_threads(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Apply ``work`` to ``items`` held in memory, in threads of this process; the results in the order of the items.

    For steps of an algorithm that take less than a second, between which it asks whether the user stopped the run.
    Within a pass, or with one thread, everything is done in the calling thread.

    Args:
        work: must not depend on the thread; whatever it changes must belong to its item alone.
        items: the items.
    """
    many = thread_count(WORKERS, len(items))
    if many == 1:
        return _each(work, items)
    together = max(1, len(items) // (_TASKS_A_THREAD * many))
    groups = [items[first : first + together] for first in range(0, len(items), together)]
    with ThreadPoolExecutor(max_workers=many) as executor:
        return [result for some in executor.map(partial(_in_thread, work), groups) for result in some]
