"""A region that lies in parts on the workers of a cluster, in place of :class:`core.scenarios.landscape.Landscape`.

A part is some spans of cells with the rows around them that their neighbourhoods reach into. Its worker reads it
from the rasters and keeps it; the driver keeps no map, but the list of what has happened to the region: every
change that was accepted. A part gets what has happened to its rows since it was looked at last. If the worker that
kept it is gone, another reads it anew and goes through the whole list, and arrives at the same cells.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from .. import cluster
from ..log import Log
from ..raster.blocks import Block
from ..raster.engine import WORKERS, map_in_order
from .landscape import Landscape, counted_in, held_in, spans

Found = TypeVar("Found")

CELLS_A_PART = 1 << 21
# The parts of a run whose driver died are let go when another run has come and this time has passed.
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


@dataclass(frozen=True)
class Part:
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
    """What reads a region: see :class:`core.scenarios.region.Region`."""

    width: int
    height: int
    classes: int
    window: int

    def part(self, top: int, bottom: int, own: slice) -> Landscape:
        """Rows ``top`` to before ``bottom``; cells without suitability are counted in the rows ``own``."""


@dataclass(frozen=True)
class _Task:
    part: Part
    since: int
    until: int
    events: tuple
    function: Callable[[Landscape, Part], Any]


@dataclass
class _Kept:
    """A part as a worker keeps it, brought up to the event ``until``."""

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


class _Look:
    """The work of a part: bring it up to date and call the task's function of it. The same for every pass."""

    def __init__(self, run: str, region: Readable) -> None:
        self.run, self.region = run, region

    def __call__(self, task: _Task) -> tuple[Any] | None:
        """What the function gives; ``None`` where the part is not kept here, so that all events are needed."""
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


def _happen(land: Landscape, event: Change | TakeOrigin | Begin) -> None:
    if isinstance(event, Begin):
        land.begin(event.permitted, event.weights)
    elif isinstance(event, TakeOrigin):
        land.take_as_origin()
    elif len(event.cells):
        land.change(event.cells - land.first, event.classes)


def _read(region: Readable, part: Part, events: Sequence) -> Landscape:
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


class _OfSpans:
    """A function of spans, called for those of a part."""

    def __init__(self, function: Callable[[Landscape, slice, int], Found]) -> None:
        self.function = function

    def __call__(self, land: Landscape, part: Part) -> list[Found]:
        return [
            self.function(land, slice(span.start - land.first, span.stop - land.first), number)
            for number, span in part.spans
        ]


def _gaps(land: Landscape, _part: Part) -> int:
    return land.unsuitable_cells


class _Waiting(Log):
    """Asks the run whether to stop; the progress is told by who looks at the parts again and again."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def is_cancelled(self) -> bool:
        return self.log.is_cancelled()


class SpreadLandscape:
    """See the top of the module; methods and attributes are as those of :class:`Landscape`.

    Args:
        region: reads the parts; goes to the workers.
        log: cancelling.

    Raises:
        CarbonBalanceError: what reading refuses, or a cluster that cannot be used.
    """

    def __init__(self, region: Readable, log: Log) -> None:
        self.log = log
        self.width, self.height, self.classes = region.width, region.height, region.classes
        # Refuses a window or a number of classes that no landscape has.
        self.radius = Landscape(1, 1, region.classes, region.window).radius
        self.stride = self.width + 2 * self.radius
        self.parts = self._cut()
        self._run = uuid.uuid4().hex
        self._look = _Look(self._run, region)
        self._events: list[Change | TakeOrigin | Begin] = []
        self._seen = [0] * len(self.parts)
        self.unsuitable_cells = sum(self._each_part(_gaps))

    def _cut(self) -> list[Part]:
        r, parts = self.radius, []
        todo = list(enumerate(spans(self.stride * (self.height + 2 * r))))
        size = todo[0][1].stop
        several = max(1, CELLS_A_PART // size)
        for at in range(0, len(todo), several):
            own = todo[at : at + several]
            begin, end = own[0][1].start, own[-1][1].stop
            # Rows of the raster with the cells, then with all their neighbours.
            rows = begin // self.stride - r, -(-end // self.stride) - r
            top, bottom = max(rows[0] - r, 0), min(rows[1] + r, self.height)
            if top < bottom and rows[0] < self.height and rows[1] > 0:
                counted = slice(*(min(max(-(-cell // self.stride) - r, 0), self.height) for cell in (begin, end)))
                cells = slice((top + r) * self.stride, (bottom + r) * self.stride)
                parts.append(Part(len(parts), tuple(own), top, bottom, counted, cells))
        return parts

    def _each_part(self, function: Callable[[Landscape, Part], Found]) -> list[Found]:
        found: dict[int, Found] = {}
        todo = [self._task(part, self._seen[part.number], function) for part in self.parts]
        while todo:
            again = []
            for task, result in map_in_order(self._look, todo, _Waiting(self.log), len(todo), WORKERS, place=_number):
                if result is None:
                    again.append(self._task(task.part, 0, function))
                else:
                    found[task.part.number] = result[0]
                    self._seen[task.part.number] = task.until
            todo = again
        return [found[part.number] for part in self.parts]

    def _task(self, part: Part, since: int, function: Callable[[Landscape, Part], Any]) -> _Task:
        events = tuple(event.within(part.cells) for event in self._events[since:])
        return _Task(part, since, len(self._events), events, function)

    def each_span(self, function: Callable[[Landscape, slice, int], Found], executor: object = None) -> list[Found]:
        """As :meth:`Landscape.each_span`; the workers call it."""
        return [found for part in self._each_part(_OfSpans(function)) for found in part]

    def counts(self) -> np.ndarray:
        """As :meth:`Landscape.counts`."""
        return np.sum(self.each_span(counted_in), axis=0)

    def held(self) -> np.ndarray:
        """As :meth:`Landscape.held`."""
        return np.sum(self.each_span(held_in), axis=0)

    def take_as_origin(self) -> None:
        """As :meth:`Landscape.take_as_origin`."""
        self._events.append(TakeOrigin())

    def begin(self, permitted: np.ndarray, weights: np.ndarray) -> None:
        """As :meth:`Landscape.begin`."""
        self._events.append(Begin(np.array(permitted), np.array(weights)))

    def change(self, cells: np.ndarray, classes: np.ndarray) -> None:
        """As :meth:`Landscape.change`."""
        order = np.argsort(cells)
        self._events.append(Change(cells[order], classes[order]))

    @property
    def happened(self) -> int:
        """How much has happened so far, for :meth:`changed`."""
        return len(self._events)

    def changed(self, until: int) -> Change:
        """All cells that had changed by ``until`` (see :attr:`happened`), with their classes then."""
        changes = [event for event in self._events[:until] if isinstance(event, Change)]
        cells = np.concatenate([np.zeros(0, np.intp), *(change.cells for change in changes)])
        classes = np.concatenate([np.zeros(0, np.uint8), *(change.classes for change in changes)])
        # The last change of a cell counts.
        cells, last = np.unique(cells[::-1], return_index=True)
        return Change(cells, classes[::-1][last])

    def on_blocks(self, todo: Sequence[Block], steps: Sequence[int]) -> Iterator[tuple[Block, list[Change]]]:
        """What had changed in each block by each of ``steps``; cells are counted along the rows of the block."""
        every = [self.changed(until) for until in steps]
        for block in todo:
            cells = slice(*((block.row + rows + self.radius) * self.stride for rows in (0, block.height)))
            yield block, [self._in_block(change.within(cells), block) for change in every]

    def _in_block(self, change: Change, block: Block) -> Change:
        row, column = np.divmod(change.cells, self.stride)
        row, column = row - self.radius - block.row, column - self.radius - block.column
        inside = (column >= 0) & (column < block.width)
        return replace(change, cells=(row * block.width + column)[inside], classes=change.classes[inside])

    def close(self) -> None:
        """Let the workers forget the region."""
        forget(self._run)
        on = cluster.current()
        if on is not None:
            on.everywhere(forget, self._run)


def _number(task: Any) -> int:
    return task.part.number
