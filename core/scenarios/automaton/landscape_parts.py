"""Parts of a region, as the workers of a cluster read them, keep them and bring them up to date.

A worker reads a part from the rasters and keeps it. With each look it is sent what has happened to the part's rows
since the last look; a worker that does not keep the part asks for all that has happened, and arrives at the same cells.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Union

import numpy as np

from .landscape import Landscape

# The parts of a run whose driver died are released when another run has started and this time has passed.
_IDLE_S = 600


@dataclass(frozen=True)
class Change:
    """Cells, flat indices in ascending order, none twice, and their new classes."""

    cells: np.ndarray
    classes: np.ndarray

    def within(self, cells: slice) -> Change:
        """What of it is among ``cells``."""
        part = slice(*np.searchsorted(self.cells, (cells.start, cells.stop)))
        return Change(self.cells[part], self.classes[part])


@dataclass(frozen=True)
class TakeOrigin:
    """See :meth:`Landscape.take_as_origin`."""

    def within(self, _cells: slice) -> TakeOrigin:
        """The same for every part."""
        return self


@dataclass(frozen=True)
class Begin:
    """See :meth:`Landscape.begin`."""

    permitted: np.ndarray
    weights: np.ndarray

    def within(self, _cells: slice) -> Begin:
        """The same for every part."""
        return self


Event = Union[Change, TakeOrigin, Begin]


@dataclass(frozen=True)
class RegionPart:
    """Some spans of the region, and where their rows lie.

    Attributes:
        number: counted from 0.
        spans: number and flat cells of each.
        top, bottom: rows of the raster that it needs.
        own: rows that it alone counts the gaps of.
        cells: flat indices of the cells of its rows.
    """

    number: int
    spans: tuple[tuple[int, slice], ...]
    top: int
    bottom: int
    own: slice
    cells: slice


class Readable(Protocol):
    """What reads a region: see :class:`core.scenarios.simulation.region.Region`."""

    @property
    def width(self) -> int:
        """Cells in a row."""

    @property
    def height(self) -> int:
        """Rows."""

    @property
    def classes(self) -> int:
        """How many classes there are."""

    @property
    def window(self) -> int:
        """Side of the neighbourhood, cells."""

    def part(self, top: int, bottom: int, own: slice) -> Landscape:
        """Rows ``top`` to before ``bottom``; cells without suitability are counted in the rows ``own``."""


@dataclass(frozen=True)
class Task:
    """Read access to a part.

    Attributes:
        part: to look at.
        since, until: numbers of the events that bring it up to date.
        events: those, of its rows alone.
        function: called of the part.
    """

    part: RegionPart
    since: int
    until: int
    events: tuple[Event, ...]
    function: Callable[[Landscape, RegionPart], Any]


@dataclass
class _Kept:
    """A part as a worker stores it, updated to the event ``until``."""

    land: Landscape
    until: int
    used: float = field(default_factory=time.monotonic)


_kept: dict[tuple[str, int], _Kept] = {}
_lock = threading.Lock()


def forget(run: str) -> None:
    """Let go of what this process keeps of a run."""
    with _lock:
        for key in [key for key in _kept if key[0] == run]:
            del _kept[key]


def _taken(run: str, number: int) -> _Kept | None:
    """The part that is kept here; it is given back by :func:`_keep` once it is whole again."""
    with _lock:
        idle = time.monotonic() - _IDLE_S
        for key in [key for key, kept in _kept.items() if key[0] != run and kept.used < idle]:
            del _kept[key]
        return _kept.pop((run, number), None)


def _keep(run: str, number: int, kept: _Kept) -> None:
    kept.used = time.monotonic()
    with _lock:
        _kept[run, number] = kept


class PartWorker:
    """The work of a part: bring it up to date and call the task's function of it. The same for every pass."""

    def __init__(self, run: str, region: Readable) -> None:
        self.run, self.region = run, region

    def __call__(self, task: Task) -> tuple[Any] | None:
        """The result of the function; ``None`` if the part is not stored here, so that all events are needed."""
        part = task.part
        kept = _taken(self.run, part.number)
        if kept is None or kept.until not in (task.since, task.until):
            if task.since:
                return None
            kept = _Kept(_read(self.region, part, task.events), task.until)
        elif kept.until != task.until:
            for event in task.events:
                _happen(kept.land, event)
            kept.until = task.until
        found = task.function(kept.land, part)
        _keep(self.run, part.number, kept)
        return (found,)


def _happen(land: Landscape, event: Event) -> None:
    if isinstance(event, Begin):
        land.begin(event.permitted, event.weights)
    elif isinstance(event, TakeOrigin):
        land.take_as_origin()
    elif len(event.cells):
        land.change(event.cells - land.first, event.classes)


def _read(region: Readable, part: RegionPart, events: Sequence[Event]) -> Landscape:
    """A part after ``events``: neighbours are counted once, at their end."""
    land = region.part(part.top, part.bottom, part.own)
    land.first = part.top * land.stride
    begun = None
    for event in events:
        if isinstance(event, Begin):
            begun = event
        elif isinstance(event, TakeOrigin):
            land.take_as_origin()
        else:
            land.now[event.cells - land.first] = event.classes
    if begun is not None:
        land.begin(begun.permitted, begun.weights)
    return land
