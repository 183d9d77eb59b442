"""Work that threads share: the results come in the order of the tasks, whoever did them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .log import Log

Task = TypeVar("Task")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    log: Log | None = None,
    workers: int | None = None,
    span: tuple[float, float] = (0.0, 1.0),
) -> Iterator[Result]:
    """``work(task)`` of each task, in the order of ``tasks``.

    Args:
        work: releases Python's lock most of the time, as NumPy and GDAL do.
        tasks: large enough to be worth a call each.
        log: is asked whether to stop, and told the progress.
        workers: threads, all processors by default.
        span: the part of the whole run that this is, for the progress.
    """
    log = log or Log()
    workers = min(workers or os.cpu_count() or 1, max(len(tasks), 1))
    begin, end = span

    def told(results: Iterator[Result]) -> Iterator[Result]:
        for done, result in enumerate(results, start=1):
            log.check()
            log.progress(begin + (end - begin) * done / len(tasks))
            yield result

    if workers == 1:
        yield from told(map(work, tasks))
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from told(pool.map(work, tasks))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
