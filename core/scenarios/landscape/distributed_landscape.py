"""A region distributed over the workers of a cluster, with the interface of :class:`.landscape.Landscape`.

A part consists of some spans of cells with the surrounding rows needed for their neighbourhoods. A worker stores it
(see :mod:`.landscape_parts`); the main process stores no map, only the list of accepted changes. If the worker of a
part is lost, another one reads the part again and applies the whole list.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Generic, Union

import numpy as np

from ...raster.blocks import Block
from ...runtime import cluster
from ...runtime.log import AskingLog, Log
from ...runtime.parallel import WORKERS, map_in_order
from .landscape import Found, Landscape, spans
from .landscape_parts import Begin, Change, Event, PartWorker, Readable, RegionPart, TakeOrigin, Task, forget
from .span_work import counted_in, held_in

PART_CELLS = 1 << 21


class _OfSpans(Generic[Found]):
    """Applies a function of spans to those of a part."""

    def __init__(self, function: Callable[[Landscape, slice, int], Found]) -> None:
        self.function = function

    def __call__(self, land: Landscape, part: RegionPart) -> list[Found]:
        return [
            self.function(land, slice(span.start - land.first, span.stop - land.first), number)
            for number, span in part.spans
        ]


class _OfPart(Generic[Found]):
    """Applies a function of spans to all those of a part together."""

    def __init__(self, function: Callable[[Landscape, slice, int], Found]) -> None:
        self.function = function

    def __call__(self, land: Landscape, part: RegionPart) -> Found:
        (number, first), (_, last) = part.spans[0], part.spans[-1]
        return self.function(land, slice(first.start - land.first, last.stop - land.first), number)


def _suitability_of(land: Landscape, _part: RegionPart) -> tuple[int, float]:
    """Cells without suitability, and the largest suitability."""
    return land.unsuitable_cells, max(land.highest, default=0.0)


class DistributedLandscape:
    """See the module docstring; methods and attributes are those of :class:`Landscape`.

    Args:
        region: reads the parts; it is sent to the workers.
        log: for cancellation.

    Raises:
        CarbonBalanceError: errors of reading, or the cluster cannot be used.
    """

    def __init__(self, region: Readable, log: Log) -> None:
        self.log = log
        self.width, self.height, self.classes = region.width, region.height, region.classes
        # Checks the window and the number of classes.
        self.radius = Landscape(1, 1, region.classes, region.window).radius
        self.stride = self.width + 2 * self.radius
        self.parts = self._cut()
        self._run = uuid.uuid4().hex
        self._worker = PartWorker(self._run, region)
        self._events: list[Event] = []
        self._seen = [0] * len(self.parts)
        found = self._each_part(_suitability_of)
        self.unsuitable_cells = sum(cells for cells, _ in found)
        self.highest = [most for _, most in found]

    def _cut(self) -> list[RegionPart]:
        r = self.radius
        parts: list[RegionPart] = []
        todo = list(enumerate(spans(self.stride * (self.height + 2 * r))))
        size = todo[0][1].stop
        several = max(1, PART_CELLS // size)
        for at in range(0, len(todo), several):
            own = todo[at : at + several]
            begin, end = own[0][1].start, own[-1][1].stop
            # Rows of the raster with the cells, and with all their neighbours.
            rows = begin // self.stride - r, -(-end // self.stride) - r
            top, bottom = max(rows[0] - r, 0), min(rows[1] + r, self.height)
            if top < bottom and rows[0] < self.height and rows[1] > 0:
                counted = slice(*(min(max(-(-cell // self.stride) - r, 0), self.height) for cell in (begin, end)))
                cells = slice(*((row + r) * self.stride for row in (top, bottom)))
                parts.append(
                    RegionPart(number=len(parts), spans=tuple(own), top=top, bottom=bottom, own=counted, cells=cells)
                )
        return parts

    def _each_part(self, function: Callable[[Landscape, RegionPart], Found]) -> list[Found]:
        found: dict[int, Found] = {}
        todo = [self._task(part, self._seen[part.number], function) for part in self.parts]
        while todo:
            again = []
            for task, result in map_in_order(
                self._worker, todo, AskingLog(self.log), len(todo), WORKERS, place=_number
            ):
                if result is None:
                    again.append(self._task(task.part, 0, function))
                else:
                    found[task.part.number] = result[0]
                    self._seen[task.part.number] = task.until
            todo = again
        return [found[part.number] for part in self.parts]

    def _task(self, part: RegionPart, since: int, function: Callable[[Landscape, RegionPart], Any]) -> Task:
        events = tuple(event.within(part.cells) for event in self._events[since:])
        return Task(part, since, len(self._events), events, function)

    def each_span(self, function: Callable[[Landscape, slice, int], Found]) -> list[Found]:
        """Like :meth:`Landscape.each_span`, executed by the workers."""
        of_parts: list[list[Found]] = self._each_part(_OfSpans(function))
        return [found for of_part in of_parts for found in of_part]

    def each_part(self, function: Callable[[Landscape, slice, int], Found]) -> list[Found]:
        """Like :meth:`Landscape.each_part`, executed by the workers."""
        return self._each_part(_OfPart(function))

    def counts(self) -> np.ndarray:
        """Like :meth:`Landscape.counts`."""
        return np.sum(self.each_span(counted_in), axis=0)

    def held(self) -> np.ndarray:
        """Like :meth:`Landscape.held`."""
        return np.sum(self.each_span(held_in), axis=0)

    def take_as_origin(self) -> None:
        """Like :meth:`Landscape.take_as_origin`."""
        self._events.append(TakeOrigin())

    def begin(self, permitted: np.ndarray, weights: np.ndarray) -> None:
        """Like :meth:`Landscape.begin`."""
        self._events.append(Begin(np.array(permitted), np.array(weights)))

    def change(self, cells: np.ndarray, classes: np.ndarray) -> None:
        """Like :meth:`Landscape.change`."""
        order = np.argsort(cells)
        self._events.append(Change(cells[order], classes[order]))

    @property
    def happened(self) -> int:
        """The number of events so far, for :meth:`changed`."""
        return len(self._events)

    def changed(self, until: int) -> Change:
        """All cells changed by event ``until`` (see :attr:`happened`), with their classes at that time."""
        changes = [event for event in self._events[:until] if isinstance(event, Change)]
        cells = np.concatenate([np.zeros(0, np.intp), *(change.cells for change in changes)])
        classes = np.concatenate([np.zeros(0, np.uint8), *(change.classes for change in changes)])
        # Keep the last change of a cell.
        cells, last = np.unique(cells[::-1], return_index=True)
        return Change(cells, classes[::-1][last])

    def on_blocks(self, todo: Sequence[Block], steps: Sequence[int]) -> Iterator[tuple[Block, list[Change]]]:
        """Changes in each block by each of ``steps``; cells are numbered along the rows of the block."""
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
        """Release the region on the workers."""
        forget(self._run)
        on = cluster.current()
        if on is not None:
            on.everywhere(forget, self._run)


def _number(task: Any) -> int:
    return task.part.number


AnyLandscape = Union[Landscape, DistributedLandscape]
