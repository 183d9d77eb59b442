"""Amounts of whole zones added up where zones overlap: each piece of land once, or not at all.

Statistics of a zone (emission, population, GDP) cannot be cut at an outline. Where zones lie one within another, as
counties in their city, the outer ones stand for all of their land; where zones overlap in part nobody can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from .overlaps import Overlaps

# Parts of a zone that other zones cover: so much is a matter of drawing, or the whole zone.
APART, HELD = 0.01, 0.95
# Statistics of parts and of the whole that differ by no more are the same.
ALIKE = 0.01


@dataclass(frozen=True)
class CountedZones:
    """Which zones totals count.

    Attributes:
        counted: bool (zones,).
        known: whether the totals are known: that zones overlap only where one holds the other.
        overlaps: what the zones share.
    """

    counted: np.ndarray
    known: bool
    overlaps: Overlaps

    def total(self, values: np.ndarray) -> float:
        """Sum of the zones that count, NaN left out (zones,); NaN where it cannot be determined."""
        return float(np.nansum(values[self.counted])) if self.known else float("nan")

    def area(self, area_km2: np.ndarray) -> float:
        """Area of the land of all zones, km2, from that of each (zones,), land in several of them counted once."""
        return float(np.nansum(area_km2 * self.overlaps.once_share))


def counted_once(overlaps: Overlaps, amounts: Sequence[np.ndarray | None]) -> CountedZones:
    """Which zones totals must count so that each piece of land is counted once.

    Zones are taken from the largest to the smallest, or where that leads nowhere from those that cross the fewest
    others. One that lies apart from those taken counts; one that they hold, alone or several together, does not, if
    its amounts fit into theirs; any other overlap cannot be resolved.

    Args:
        overlaps: of all zones.
        amounts: to be added up, each (zones,) with NaN where unknown; ``None`` for one that is not there.
    """
    zones = len(overlaps.zone_area)
    everything = np.ones(zones, bool)
    given = [np.asarray(each, float) for each in amounts if each is not None]
    involved = np.unique(overlaps.pairs[overlaps.worth_telling])
    with_amounts = [zone for zone in involved.tolist() if any(np.isfinite(each[zone]) for each in given)]
    if len(with_amounts) < 2:
        return CountedZones(everything, True, overlaps)
    shared = _shared(overlaps)
    area = overlaps.zone_area
    taken, held = _apart_and_held_in_any_order(with_amounts, shared, area)
    if held is None:
        return CountedZones(everything, False, overlaps)
    # Zones within others must fit into them; by the same cell rule they are disjoint parts.
    inner, within = _apart_and_held(held, shared, area)
    fits = within is not None and all(
        _fits(outers, [zone for zone in inner if any((zone, outer) in shared for outer in outers)], shared, area, given)
        for outers in _crossed_together(taken, inner, shared, area)
    )
    counted = everything.copy()
    counted[held] = False
    return CountedZones(counted, fits, overlaps)


def _apart_and_held_in_any_order(zones: list[int], shared: dict[tuple[int, int], float], area: np.ndarray):
    """As :func:`_apart_and_held`, whatever the order of the rows."""
    crossed = dict.fromkeys(zones, 0)
    for (first, second), part in shared.items():
        if (
            first in crossed
            and second in crossed
            and APART * area[first] < part < HELD * min(area[first], area[second])
        ):
            crossed[first] += 1
    # Areas that differ by rounding are the same.
    size = {zone: -float(f"{area[zone]:.9g}") for zone in zones}
    taken, held = _apart_and_held(sorted(zones, key=lambda zone: (size[zone], crossed[zone], zone)), shared, area)
    if held is None:
        taken, held = _apart_and_held(sorted(zones, key=lambda zone: (crossed[zone], size[zone], zone)), shared, area)
    return taken, held


def _crossed_together(taken: list[int], inner: list[int], shared: dict[tuple[int, int], float], area: np.ndarray):
    """The zones that are taken, together where another one lies across them; each list ascending."""
    groups = {outer: [outer] for outer in taken}
    for zone in inner:
        across = [outer for outer in taken if shared.get((zone, outer), 0.0) > APART * area[zone]]
        if not across or max(shared[zone, outer] for outer in across) >= HELD * area[zone]:
            continue
        together = sorted({outer for each in across for outer in groups[each]})
        groups.update(dict.fromkeys(together, together))
    return [list(group) for group in {tuple(group) for group in groups.values()}]


def _shared(overlaps: Overlaps) -> dict[tuple[int, int], float]:
    """The area that two zones share, by both orders of their numbers."""
    shared = {}
    for (first, second), area in zip(overlaps.pairs.tolist(), overlaps.area):
        shared[first, second] = shared[second, first] = float(area)
    return shared


def finest_once(zones: CountedZones, amounts: Sequence[np.ndarray | None]) -> np.ndarray:
    """Which zones together hold each piece of land once in the smallest zones that make up a whole, bool (zones,).

    Zones that others hold and that cover them with amounts of their own, as counties cover their city, stand in their
    place; those that are only a part of another are left out.

    Args:
        zones: that are known, see :func:`counted_once`.
        amounts: as there.
    """
    shared, area = _shared(zones.overlaps), zones.overlaps.zone_area
    given = [np.asarray(each, float) for each in amounts if each is not None]

    def pieces(outer: int, inside: list[int]) -> list[int]:
        within = [zone for zone in inside if shared.get((zone, outer), 0.0) >= HELD * area[zone]]
        parts, rest = _apart_and_held(sorted(within, key=lambda zone: (-area[zone], zone)), shared, area)
        whole = sum(shared[zone, outer] for zone in parts) >= HELD * area[outer]
        complete = all(np.isfinite(each[parts]).all() for each in given if np.isfinite(each[outer]))
        if len(parts) < 2 or rest is None or not whole or not complete:
            return [outer]
        return [piece for zone in parts for piece in pieces(zone, rest)]

    held = np.flatnonzero(~zones.counted).tolist()
    found = np.zeros(len(zones.counted), bool)
    for outer in np.flatnonzero(zones.counted).tolist():
        found[pieces(outer, held)] = True
    return found


def each_once(
    overlaps: Overlaps,
    amounts: Sequence[np.ndarray | None],
    names: Sequence[str],
    area_km2: np.ndarray,
    log: Log,
) -> np.ndarray:
    """Which zones count where every zone is a unit of its own, bool (zones,); those that do not are told.

    Args:
        overlaps: of all zones.
        amounts: as for :func:`counted_once`.
        names: of the zones.
        area_km2: of each zone (zones,).
        log: is warned of zones that are left out.

    Raises:
        CarbonBalanceError: zones that share a part of their land, of which nobody can tell whose amounts are there.
    """
    if not overlaps:
        return np.ones(len(names), bool)
    counted = counted_once(overlaps, amounts)
    pairs = overlaps.pairs_text(names, area_km2)
    if not counted.known:
        raise CarbonBalanceError(
            tr(
                "Zones overlap: {pairs}. Which part of their amounts belongs to the land that they share cannot be "
                "determined: give zones that do not overlap."
            ).format(pairs=pairs)
        )
    kept = finest_once(counted, amounts)
    if not kept.all():
        log.warn(
            tr("Zones overlap: {pairs}. So that no land counts twice, these are left out: {left_out}.").format(
                pairs=pairs, left_out=listed(names[zone] for zone in np.flatnonzero(~kept))
            )
        )
    return kept


def _apart_and_held(order: list[int], shared: dict[tuple[int, int], float], zone_area: np.ndarray):
    """Zones that lie apart, in the order given, and those held by them; ``None`` for these where one is neither."""
    taken: list[int] = []
    held: list[int] = []
    for zone in order:
        part = sum(shared.get((zone, other), 0.0) for other in taken) / zone_area[zone]
        if part <= APART:
            taken.append(zone)
        elif part >= HELD:
            held.append(zone)
        else:
            return taken, None
    return taken, held


def _fits(outers: list[int], inner: list[int], shared, zone_area: np.ndarray, amounts: list[np.ndarray]) -> bool:
    """Whether zones within others hold no more than these do, and as much where they are all of them."""

    def within(zone: int) -> float:
        return sum(shared.get((zone, outer), 0.0) for outer in outers)

    inner = [zone for zone in inner if within(zone) >= HELD * zone_area[zone]]
    whole = sum(map(within, inner)) >= HELD * zone_area[outers].sum()
    return all(_agree(each[inner], each[outers], whole) for each in amounts)


def _agree(parts: np.ndarray, outer: np.ndarray, whole: bool) -> bool:
    """Whether amounts of parts can be those of zones that hold them, ``whole`` if the parts are all of these."""
    known = parts[np.isfinite(parts)]
    if not len(known):
        return True
    if not np.isfinite(outer).all():
        # Nobody would count what the parts have.
        return False
    total, all_ = float(known.sum()), float(outer.sum())
    both = np.concatenate([known, outer])
    slack = ALIKE * (np.abs(both).sum() / 2 if both.min() < 0 < both.max() else abs(all_))
    if whole and len(known) == len(parts):
        return abs(total - all_) <= slack
    # Sources and sinks of parts say nothing on a whole that has others too.
    return both.min() < 0 < both.max() or abs(total) <= abs(all_) + slack


def log_counted(zones: CountedZones, names: Sequence[str], area_km2: np.ndarray, log: Log) -> None:
    """Warn of zones that overlap, and of what became of the totals; nothing where none do."""
    overlaps = zones.overlaps
    if not overlaps:
        return
    said = {
        "pairs": overlaps.pairs_text(names, area_km2),
        "area": float(np.nansum(area_km2 * (1 - overlaps.once_share))),
    }
    if not zones.known:
        log.warn(
            tr(
                "Zones overlap: {pairs}; zones count {area:,.6g} km2 more than the land they lie on. Which part of "
                "their amounts belongs to that land is unknown, so the totals of all zones are NULL: give zones "
                "that do not overlap."
            ).format(**said)
        )
    elif zones.counted.all():
        log.warn(
            tr(
                "Zones overlap: {pairs}; zones count {area:,.6g} km2 more than the land they lie on. At most one of "
                "each pair has amounts, so the totals count it once."
            ).format(**said)
        )
    else:
        log.warn(
            tr(
                "Zones overlap: {pairs}; zones count {area:,.6g} km2 more than the land they lie on. Each zone keeps "
                "its own results, totals of all zones leave out those that lie within others: {left_out}."
            ).format(**said, left_out=listed(names[zone] for zone in np.flatnonzero(~zones.counted)))
        )
