"""Parts of a region held by a process, and events restricted to them."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime import threads
from carbon_balance.core.scenarios.landscape import landscape_parts as parts
from regions import Arrays, Case


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(parts, "_kept", {})


def test_a_change_is_limited_to_the_cells_of_a_part():
    change = parts.Change(np.array([2, 5, 7, 9]), np.array([1, 2, 3, 4]))
    inside = change.within(slice(5, 9))
    assert (inside.cells.tolist(), inside.classes.tolist()) == ([5, 7], [2, 3])
    assert change.within(slice(0, 2)).cells.tolist() == []
    assert parts.TakeOrigin().within(slice(0, 1)) == parts.TakeOrigin()


def kept(used=0.0):
    return parts._Kept(None, 0, used)


def test_only_parts_of_the_given_run_are_released():
    parts._kept.update({("a", 0): kept(), ("a", 1): kept(), ("b", 0): kept()})
    parts.forget("a")
    assert list(parts._kept) == [("b", 0)]


def test_a_stored_part_is_taken_only_once():
    mine = kept()
    parts._keep("a", 0, mine)
    assert parts._taken("a", 0) is mine
    assert parts._taken("a", 0) is None


def test_parts_of_ended_runs_are_removed_after_ten_minutes(monkeypatch):
    monkeypatch.setattr(parts.time, "monotonic", lambda: 1000.0)
    parts._kept.update({("old", 0): kept(399.9), ("other", 0): kept(400.0), ("a", 0): kept(0.0)})
    assert parts._taken("a", 1) is None
    assert sorted(parts._kept) == [("a", 0), ("other", 0)]


def test_a_worker_starts_no_threads_for_a_part(monkeypatch):
    """A worker has a thread for each of its parts already."""
    monkeypatch.setenv("CARBONBALANCE_THREADS", "4")
    case = Case(5)
    whole = parts.RegionPart(0, (), 0, case.start.shape[0], slice(0, 0), slice(0, 10**6))
    worker = parts.PartWorker("a", Arrays(case))
    assert worker(parts.Task(whole, 0, 0, (), lambda _land, _part: threads.threads())) == (1,)
    assert threads.threads() == 4
