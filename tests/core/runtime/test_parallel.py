"""Work on items in threads: results come in the items' order, a failure and a cancellation come up."""

from __future__ import annotations

import threading
import time

import pytest
from carbon_balance.core.runtime import threads
from carbon_balance.core.runtime.errors import Cancelled
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.runtime.parallel import in_threads, map_in_order


class Watching(Log):
    """Notes progress; cancels at the given one."""

    def __init__(self, stop: float = 2.0) -> None:
        super().__init__()
        self.done: list[float] = []
        self.stop = stop

    def progress(self, fraction: float) -> None:
        self.done.append(fraction)

    def check(self) -> None:
        if self.done and self.done[-1] >= self.stop:
            raise Cancelled


@pytest.mark.parametrize("workers", [1, 3, 0])
def test_results_come_in_order_with_progress(workers):
    def slow_first(item):
        time.sleep(0.02 * (item == 0))
        return item * item

    log = Watching()
    assert list(map_in_order(slow_first, range(4), log, 4, workers)) == [(0, 0), (1, 1), (2, 4), (3, 9)]
    assert log.done == [0.25, 0.5, 0.75, 1.0]


def test_no_items_give_no_results():
    assert list(map_in_order(str, [], Log(), 0)) == []


def test_the_location_of_each_item_is_requested_in_order():
    asked = []
    found = list(map_in_order(str, [5, 6, 7], Log(), 3, 2, place=lambda item: asked.append(item) or 0))
    assert found == [(5, "5"), (6, "6"), (7, "7")]
    assert asked == [5, 6, 7]


def test_an_error_is_raised_after_the_results_before_it():
    def fails(item):
        if item == 2:
            raise KeyError(item)
        return item

    got = []
    with pytest.raises(KeyError):
        for _, result in map_in_order(fails, range(4), Log(), 4, 1):
            got.append(result)
    assert got == [0, 1]


def test_a_cancelled_run_stops():
    log, got = Watching(stop=0.5), []
    with pytest.raises(Cancelled):
        for item, _ in map_in_order(str, range(4), log, 4, 1):
            got.append(item)
    assert got == [0]


@pytest.mark.parametrize("count", [1, 2, 3, 8])
@pytest.mark.parametrize("items", [0, 1, 5, 100])
def test_steps_in_threads_give_results_in_the_order_of_the_items(monkeypatch, count, items):
    monkeypatch.setenv("CARBONBALANCE_THREADS", str(count))
    assert in_threads(lambda item: item * item, range(items)) == [item * item for item in range(items)]


def test_steps_run_in_several_threads_but_within_a_pass_in_one(monkeypatch):
    monkeypatch.setenv("CARBONBALANCE_THREADS", "2")
    together = threading.Barrier(2, timeout=30)

    def meets(_item):
        together.wait()
        return threading.get_ident(), threads.threads()

    found = in_threads(meets, [0, 1])
    assert len({thread for thread, _ in found} | {threading.get_ident()}) == 3
    assert [inside for _, inside in found] == [1, 1]
    with threads.inside_a_pass():
        assert in_threads(lambda _item: threading.get_ident(), range(50)) == [threading.get_ident()] * 50


def test_an_error_of_a_step_is_raised(monkeypatch):
    monkeypatch.setenv("CARBONBALANCE_THREADS", "3")

    def fails(item):
        if item == 7:
            raise KeyError(item)

    with pytest.raises(KeyError):
        in_threads(fails, range(20))
