"""Parts of a region that are read, stored and updated by the workers of a cluster.

A worker reads a part from the rasters and stores it. Each task contains the events in the rows of the part since the
previous task; a worker without the part requests all events and obtains the same cells.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Union

import numpy as np

from ...runtime.threads import inside_a_pass
from .landscape import Landscape

# Parts of a run whose main process died are released when another run has started and this time has passed.
_IDLE_S = 600


@dataclass(frozen=True)
class Change:
    """Cells (unique ascending flat indices) and their new classes."""

    cells: np.ndarray
    classes: np.ndarray

    def within(self, cells: slice) -> Change:
        """The part of the change that concerns ``cells``."""
        part = slice(*np.searchsorted(self.cells, (cells.start, cells.stop)))
        return Change(self.cells[part], self.classes[part])


@dataclass(frozen=True)
class TakeOrigin:
    """See :meth:`Landscape.take_as_origin`."""

    def within(self, _cells: slice) -> TakeOrigin:
        """The event itself, which applies to every part."""
        return self


@dataclass(frozen=True)
class Begin:
    """See :meth:`Landscape.begin`."""

    permitted: np.ndarray
    weights: np.ndarray

    def within(self, _cells: slice) -> Begin:
        """The event itself, which applies to every part."""
        return self


Event = Union[Change, TakeOrigin, Begin]


@dataclass(frozen=True)
class RegionPart:
    """Spans of the region and their rows.

    Attributes:
        number: number of the part, from 0.
        spans: number and flat cells of each span.
        top, bottom: required rows of the raster.
        own: rows whose gaps are counted by this part only.
        cells: flat indices of the cells in its rows.
    """

    number: int
    spans: tuple[tuple[int, slice], ...]
    top: int
    bottom: int
    own: slice
    cells: slice


class Readable(Protocol):
    """Interface of readers of a region, see :class:`core.scenarios.simulation.region.Region`."""

    @property
    def width(self) -> int:
        """Cells in a row."""

    @property
    def height(self) -> int:
        """Rows."""

    @property
    def classes(self) -> int:
        """Number of classes."""

    @property
    def window(self) -> int:
        """Side of the neighbourhood, cells."""

    def part(self, top: int, bottom: int, own: slice) -> Landscape:
        """Rows from ``top`` to ``bottom`` (exclusive); cells without suitability are counted in the rows ``own``."""


@dataclass(frozen=True)
class Task:
    """A task that reads a part.

    Attributes:
        part: the part.
        since, until: range of events for its update.
        events: these events, restricted to its rows.
        function: function to call with the part.
    """

    part: RegionPart
    since: int
    until: int
    events: tuple[Event, ...]
    function: Callable[[Landscape, RegionPart], Any]


@dataclass
class _Kept:
    """A stored part, updated to event ``until``."""

    land: Landscape
    until: int
    used: float = field(default_factory=time.monotonic)


_kept: dict[tuple[str, int], _Kept] = {}
_lock = threading.Lock()


def forget(run: str) -> None:
    """Release all stored parts of a run in this process."""
    with _lock:
        for key in [key for key in _kept if key[0] == run]:
            del _kept[key]


def _taken(run: str, number: int) -> _Kept | None:
    """Take a stored part; :func:`_keep` returns it after it has been updated."""
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
    """The function for a part in all passes: update it and call the function of the task."""

    def __init__(self, run: str, region: Readable) -> None:
        self.run, self.region = run, region

    def __call__(self, task: Task) -> tuple[Any] | None:
        """The result of the function; ``None`` if the part is not stored here, so that all events are needed."""
        # The worker has other threads for other parts.
        with inside_a_pass():
            return self._done(task)

    def _done(self, task: Task) -> tuple[Any] | None:
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
    """Read a part and apply ``events``; neighbours are counted once at the end."""
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
