"""Work on items in threads: results come in the items' order, a failure and a cancellation come up."""

from __future__ import annotations

import time

import pytest
from carbon_balance.core.runtime.errors import Cancelled
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.runtime.parallel import map_in_order


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
