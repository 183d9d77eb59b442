"""Acceptance of drawn changes one after the other, in the order of their random keys.

Only changes near the moment at which a class reaches its demand are sorted. The keys are cut into bins; as long as no
order of the changes of some bins could end a kind of change, all of them are accepted together, and only the changes of
the other bins, one bin at a time, are taken in order. Threads count and select the changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...runtime.parallel import in_threads
from .targets import ClassTarget, TransitionTarget

_MOST_BINS = 256
# Counts of a bin by kind of change; more bins would cost more than they save where there are many classes.
_MOST_COUNTS = 1 << 16
# Fewer changes are sorted as fast as they are counted.
_CHANGES_A_BIN = 1 << 9
JOINED_AT_ONCE = 1 << 16


class Drawn(NamedTuple):
    """The changes drawn in a span, which have to be accepted.

    Attributes:
        cells: flat indices in the whole region, ascending.
        moves: current class x 256 + drawn class, uint16, so that only one array has to be sorted.
        keys: random keys for the order of acceptance, 0 to 1 (exclusive).
        counts: changes by current (row) and drawn class (column), int64 (classes, classes).
        waits: whether cells wait for a lower threshold.
    """

    cells: np.ndarray
    moves: np.ndarray
    keys: np.ndarray
    counts: np.ndarray
    waits: bool


class _Binned(NamedTuple):
    """The changes of neighbouring spans by bin.

    Attributes:
        cells, moves, keys: as in :class:`Drawn`.
        bins: bin of each change, uint8.
        counts: changes by bin, current and drawn class, int64 (bins, classes, classes).
        single: changes accepted one by one, bool.
    """

    cells: np.ndarray
    moves: np.ndarray
    keys: np.ndarray
    bins: np.ndarray
    counts: np.ndarray
    single: np.ndarray


def _count_places(bins: np.ndarray, moves: np.ndarray, classes: int) -> np.ndarray:
    """Position of each change in flat counts by bin, current and drawn class, int64."""
    places = bins.astype(np.int64)
    places *= classes
    places += moves >> 8
    places *= classes
    places += moves & 255
    return places


def _binned(parts: list[Drawn], bins: int, classes: int) -> _Binned:
    """Join the changes of ``parts``, which is emptied, and count them by bin."""
    cells, moves, keys = (np.concatenate([part[column] for part in parts]) for column in range(3))
    parts.clear()
    # A power of two, so that the product is exact.
    which = (keys * bins).astype(np.uint8)
    counts = np.bincount(_count_places(which, moves, classes), minlength=bins * classes * classes).reshape(
        bins, classes, classes
    )
    return _Binned(cells, moves, keys, which, counts, np.zeros(len(cells), bool))


def _neighbouring_spans(drawn: Sequence[Drawn]) -> list[list[Drawn]]:
    """Neighbouring spans with ``JOINED_AT_ONCE`` changes or more, the last ones with fewer."""
    groups: list[list[Drawn]] = [[]]
    many = 0
    for part in drawn:
        if many >= JOINED_AT_ONCE:
            groups.append([])
            many = 0
        groups[-1].append(part)
        many += len(part.cells)
    return groups


def _bin_count(classes: int, changes: int) -> int:
    """The number of bins, a power of two."""
    most = min(_MOST_BINS, _MOST_COUNTS // classes**2, changes // _CHANGES_A_BIN)
    return 1 << max(0, most.bit_length() - 1)


def accept_in_order(
    target: ClassTarget | TransitionTarget, drawn: list[Drawn]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Take the changes in the order of their keys, equal keys in that of the cells, as long as the target accepts them.

    Equivalent to ``target.accept`` of all changes in that order.

    Args:
        target: updated.
        drawn: the changes of each span, in the order of the spans; emptied, because they are large.

    Returns:
        accepted cells (flat indices, ascending) and their new classes, uint8, each in parts.
    """
    classes = len(drawn[0].counts)
    bins = _bin_count(classes, sum(len(part.cells) for part in drawn))
    groups = _neighbouring_spans(drawn)
    drawn.clear()
    binned = in_threads(lambda parts: _binned(parts, bins, classes), groups)
    until = np.zeros((bins + 1, classes, classes), np.int64)
    np.cumsum(np.sum([group.counts for group in binned], axis=0), axis=0, out=until[1:])
    together = np.zeros((bins, classes, classes), bool)
    left = [(0, bins)]
    while left and (open_changes := target.open_changes).any():
        first, last = left.pop()
        if target.accept_all((until[last] - until[first]) * open_changes):
            together[first:last] = open_changes
        elif last - first > 1:
            middle = (first + last) // 2
            left += [(middle, last), (first, middle)]
        else:
            _accept_one_by_one(target, binned, first)

    def kept(group: _Binned) -> tuple[np.ndarray, np.ndarray]:
        keep = together.reshape(-1).take(_count_places(group.bins, group.moves, classes))
        keep |= group.single
        return group.cells[keep], group.moves[keep].astype(np.uint8)

    cells, later = zip(*in_threads(kept, binned))
    return list(cells), list(later)


def _accept_one_by_one(target: ClassTarget | TransitionTarget, groups: Sequence[_Binned], number: int) -> None:
    """Take the changes of a bin in the order of their keys; those accepted are marked in the groups."""
    places = [np.flatnonzero(group.bins == number) for group in groups]
    keys, moves = (np.concatenate([group[column][place] for group, place in zip(groups, places)]) for column in (2, 1))
    order = np.argsort(keys, kind="stable")
    ordered = moves[order]
    accepted = np.zeros(len(keys), bool)
    accepted[order[target.accept((ordered >> 8).astype(np.uint8), ordered.astype(np.uint8))]] = True
    ends = np.cumsum([len(place) for place in places])[:-1]
    for group, place, taken in zip(groups, places, np.split(accepted, ends)):
        group.single[place] = taken
