"""Totals of zonal amounts where zones overlap: no land may be counted twice.

Statistics of a zone (emission, population, GDP) cannot be divided along an outline. Where zones are nested, as counties
in their city, the outer ones represent all of their land; for partly overlapping zones, totals cannot be determined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from .overlaps import Overlaps

# Shares of a zone covered by other zones that count as a drawing inaccuracy, or as the whole zone.
APART, HELD = 0.01, 0.95
# Relative difference up to which statistics of parts and of the whole count as equal.
ALIKE = 0.01


@dataclass(frozen=True)
class CountedZones:
    """The zones that are counted in totals.

    Attributes:
        counted: bool (zones,).
        known: whether totals can be determined, because zones overlap only if one contains the other.
        overlaps: the overlaps of the zones.
    """

    counted: np.ndarray
    known: bool
    overlaps: Overlaps

    def total(self, values: np.ndarray) -> float:
        """Sum of ``values`` (zones,) over the counted zones, ignoring NaN; NaN if it cannot be determined."""
        return float(np.nansum(values[self.counted])) if self.known else float("nan")

    def area(self, area_km2: np.ndarray) -> float:
        """Total area of all zones, km2, from that of each (zones,), with land in several zones counted once."""
        return float(np.nansum(area_km2 * self.overlaps.once_share))


def counted_once(overlaps: Overlaps, amounts: Sequence[np.ndarray | None]) -> CountedZones:
    """The zones to count in totals so that all land is counted once.

    Zones are processed from the largest to the smallest or, if that fails, starting with those that cross the fewest
    others. A zone that does not overlap the zones chosen so far is counted; a zone inside one or several of them is
    not, if its amounts fit into theirs; any other overlap cannot be resolved.

    Args:
        overlaps: overlaps of all zones.
        amounts: amounts to be added, each (zones,) with NaN where unknown; ``None`` for a missing one.
    """
    zones = len(overlaps.zone_area)
    everything = np.ones(zones, bool)
    given = [np.asarray(each, float) for each in amounts if each is not None]
    involved = np.unique(overlaps.pairs[overlaps.noteworthy])
    with_amounts = [zone for zone in involved.tolist() if any(np.isfinite(each[zone]) for each in given)]
    if len(with_amounts) < 2:
        return CountedZones(everything, True, overlaps)
    shared = _shared(overlaps)
    area = overlaps.zone_area
    taken, held = _apart_and_held_in_any_order(with_amounts, shared, area)
    if held is None:
        return CountedZones(everything, False, overlaps)
    # Zones within others must not exceed them; by the same cell rule they are disjoint parts.
    inner, within = _apart_and_held(held, shared, area)
    fits = within is not None and all(
        _fits(outers, [zone for zone in inner if any((zone, outer) in shared for outer in outers)], shared, area, given)
        for outers in _crossed_together(taken, inner, shared, area)
    )
    counted = everything.copy()
    counted[held] = False
    return CountedZones(counted, fits, overlaps)


def _apart_and_held_in_any_order(zones: list[int], shared: dict[tuple[int, int], float], area: np.ndarray):
    """Like :func:`_apart_and_held`, for any order of the rows."""
    crossed = dict.fromkeys(zones, 0)
    for (first, second), part in shared.items():
        if (
            first in crossed
            and second in crossed
            and APART * area[first] < part < HELD * min(area[first], area[second])
        ):
            crossed[first] += 1
    # Areas that differ only by rounding are equal.
    size = {zone: -float(f"{area[zone]:.9g}") for zone in zones}
    taken, held = _apart_and_held(sorted(zones, key=lambda zone: (size[zone], crossed[zone], zone)), shared, area)
    if held is None:
        taken, held = _apart_and_held(sorted(zones, key=lambda zone: (crossed[zone], size[zone], zone)), shared, area)
    return taken, held


def _crossed_together(taken: list[int], inner: list[int], shared: dict[tuple[int, int], float], area: np.ndarray):
    """The chosen zones, grouped where another zone lies across several of them; each list ascending."""
    groups = {outer: [outer] for outer in taken}
    for zone in inner:
        across = [outer for outer in taken if shared.get((zone, outer), 0.0) > APART * area[zone]]
        if not across or max(shared[zone, outer] for outer in across) >= HELD * area[zone]:
            continue
        together = sorted({outer for each in across for outer in groups[each]})
        groups.update(dict.fromkeys(together, together))
    return [list(group) for group in {tuple(group) for group in groups.values()}]


def _shared(overlaps: Overlaps) -> dict[tuple[int, int], float]:
    """The area shared by two zones, for both orders of their numbers."""
    shared = {}
    for (first, second), area in zip(overlaps.pairs.tolist(), overlaps.area):
        shared[first, second] = shared[second, first] = float(area)
    return shared


def finest_partition(zones: CountedZones, amounts: Sequence[np.ndarray | None]) -> np.ndarray:
    """The smallest zones that together cover all land exactly once, bool (zones,).

    Inner zones with their own amounts that completely cover an outer zone, as counties cover their city, replace it;
    inner zones that cover only part of it are left out.

    Args:
        zones: zones with known totals, see :func:`counted_once`.
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


def non_overlapping_zones(
    overlaps: Overlaps,
    amounts: Sequence[np.ndarray | None],
    names: Sequence[str],
    area_km2: np.ndarray,
    log: Log,
) -> np.ndarray:
    """The zones to use where every zone is a separate unit, bool (zones,); excluded zones are logged.

    Args:
        overlaps: overlaps of all zones.
        amounts: as for :func:`counted_once`.
        names: names of the zones.
        area_km2: area of each zone (zones,).
        log: receives a warning about excluded zones.

    Raises:
        CarbonBalanceError: zones overlap partly, so that their amounts cannot be attributed.
    """
    if not overlaps:
        return np.ones(len(names), bool)
    counted = counted_once(overlaps, amounts)
    pairs = overlaps.pairs_text(names, area_km2)
    if not counted.known:
        raise CarbonBalanceError(
            tr(
                "Zones overlap: {pairs}. Which part of their amounts belongs to the shared land cannot be "
                "determined: use zones that do not overlap."
            ).format(pairs=pairs)
        )
    kept = finest_partition(counted, amounts)
    if not kept.all():
        log.warn(
            tr("Zones overlap: {pairs}. So that no land is counted twice, these are left out: {left_out}.").format(
                pairs=pairs, left_out=listed(names[zone] for zone in np.flatnonzero(~kept))
            )
        )
    return kept


def _apart_and_held(order: list[int], shared: dict[tuple[int, int], float], zone_area: np.ndarray):
    """Separate zones, in the order given, and the zones they contain; ``None`` instead if a zone is neither."""
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
    """Whether inner zones have no more than the outer ones, and as much if they cover them completely."""

    def within(zone: int) -> float:
        return sum(shared.get((zone, outer), 0.0) for outer in outers)

    inner = [zone for zone in inner if within(zone) >= HELD * zone_area[zone]]
    whole = sum(map(within, inner)) >= HELD * zone_area[outers].sum()
    return all(_agree(each[inner], each[outers], whole) for each in amounts)


def _agree(parts: np.ndarray, outer: np.ndarray, whole: bool) -> bool:
    """Whether amounts of parts agree with those of the containing zones, which they cover if ``whole``."""
    known = parts[np.isfinite(parts)]
    if not len(known):
        return True
    if not np.isfinite(outer).all():
        # The amounts of the parts would not be counted at all.
        return False
    total, all_ = float(known.sum()), float(outer.sum())
    both = np.concatenate([known, outer])
    slack = ALIKE * (np.abs(both).sum() / 2 if both.min() < 0 < both.max() else abs(all_))
    if whole and len(known) == len(parts):
        return abs(total - all_) <= slack
    # Net amounts of some parts do not limit the amount of the whole.
    return both.min() < 0 < both.max() or abs(total) <= abs(all_) + slack


def log_counted(zones: CountedZones, names: Sequence[str], area_km2: np.ndarray, log: Log) -> None:
    """Warn of overlapping zones and how totals are affected; nothing if no zones overlap."""
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
                "Zones overlap: {pairs}; the zones add up to {area:,.6g} km2 more than the land they cover. Which "
                "part of their amounts belongs to the shared land is unknown, so that the totals of all zones are "
                "NULL: use zones that do not overlap."
            ).format(**said)
        )
    elif zones.counted.all():
        log.warn(
            tr(
                "Zones overlap: {pairs}; the zones add up to {area:,.6g} km2 more than the land they cover. At most "
                "one of each pair has amounts, so the totals count it once."
            ).format(**said)
        )
    else:
        log.warn(
            tr(
                "Zones overlap: {pairs}; the zones add up to {area:,.6g} km2 more than the land they cover. Each "
                "zone keeps its own results, totals of all zones leave out those that lie within others: {left_out}."
            ).format(**said, left_out=listed(names[zone] for zone in np.flatnonzero(~zones.counted)))
        )
