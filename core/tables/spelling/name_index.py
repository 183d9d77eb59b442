"""Index of place names by stem, for possible matches and similar names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from .place_names import SHORTEST_STEM, PlaceName, agree, may_be_one, places, under, without_marks
from .traditional import simplified

MOST_PROPOSALS = 5


class NameIndex:
    """The names of one side and all ways to interpret them.

    Attributes:
        places: for each row the interpretations of its whole name, [] without a name. under: for each row the
            higher-level places in the name, and the interpretations of the place itself.
    """

    def __init__(self, keys: Sequence[str | None]) -> None:
        names = [None if key is None else without_marks(key) for key in keys]
        self._names = names
        self._by_simplified: dict[str, list[int]] | None = None
        self.places = [[] if name is None else places(name) for name in names]
        self.under = [("", []) if name is None else self._parted(name) for name in names]
        self._by_stem = self._index(self.places)
        self._by_own_stem = self._index([own for _, own in self.under])

    @staticmethod
    def _parted(key: str) -> tuple[str, list[PlaceName]]:
        above, own = under(key)
        return above, places(own)

    @staticmethod
    def _index(readings: Sequence[Sequence[PlaceName]]) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, each in enumerate(readings):
            for stem in dict.fromkeys(place.stem for place in each):
                rows[stem].append(row)
        return rows

    def of_stem(self, readings: Sequence[PlaceName]) -> list[int]:
        """Rows that share a stem with ``readings``, of any kind of place."""
        return sorted({row for place in readings for row in self._by_stem.get(place.stem, ())})

    def in_other_characters(self, key: str) -> list[int]:
        """Rows whose name is that of ``key`` with simplified characters for traditional ones; for proposals only."""
        if self._by_simplified is None:
            readings = [[] if name is None else self._parted(simplified(name))[1] for name in self._names]
            self._by_simplified = self._index(readings)
        stems = {place.stem for place in self._parted(simplified(without_marks(key)))[1]}
        return sorted({row for stem in stems for row in self._by_simplified.get(stem, ())})

    def like(self, readings: Sequence[PlaceName]) -> list[int]:
        """Rows that may be the same place as ``readings``."""
        return [
            row
            for row in self.of_stem(readings)
            if any(may_be_one(place, other) for place in readings for other in self.places[row])
        ]

    def of_own_stem(self, readings: Sequence[PlaceName]) -> list[int]:
        """Rows whose place has a stem of ``readings``, whatever stands above it."""
        return sorted({row for place in readings for row in self._by_own_stem.get(place.stem, ())})

    def below(self, above: str, readings: Sequence[PlaceName]) -> list[int]:
        """Rows that may be the same place as ``readings`` if the higher-level places in both names are ignored."""
        return [
            row
            for row in self.of_own_stem(readings)
            if agree(above, self.under[row][0])
            and any(may_be_one(place, other) for place in readings for other in self.under[row][1])
        ]

    def containing(self, readings: Sequence[PlaceName]) -> list[int]:
        """The first rows with a stem that is part of one of ``readings``, or the reverse; for proposals only."""
        stems = {place.stem for place in readings if len(place.stem) >= SHORTEST_STEM}
        found = (
            row
            for known, rows in self._by_stem.items()
            if len(known) >= SHORTEST_STEM and any(known in stem or stem in known for stem in stems)
            for row in rows
        )
        return sorted(islice(found, MOST_PROPOSALS))
