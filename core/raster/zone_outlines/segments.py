"""Fast detection of zones that may overlap, from their edges, for layers of thousands of adjacent zones.

Adjacent zones usually share identical edges; intersecting every pair of neighbours would take seconds. Two zones can
overlap only if

* an edge of one intersects an edge of the other, other than at a common end, or
* both share an edge and are on the same side of it, or
* an edge of one is inside the other.

Between points where more than two edges meet, edges do not leave a zone, so that only one edge of each such run is
tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..outlines import Edges, repeated

_COLLINEAR = 1e-9
_TESTS_AT_ONCE = 1 << 22


def possible_pairs(edges: Edges) -> np.ndarray:
    """Pairs of zones that may overlap, a superset of all overlaps, int64 (pairs, 2), lower number first."""
    start, end = edges.x0 + 1j * edges.y0, edges.x1 + 1j * edges.y1
    points, which = np.unique(np.concatenate([start, end]), return_inverse=True)
    begin, stop = which.reshape(2, -1)
    real = begin != stop
    begin, stop, zone = begin[real], stop[real], edges.zone[real]
    if not len(zone):
        return np.empty((0, 2), np.int64)
    low, high = np.minimum(begin, stop), np.maximum(begin, stop)
    line, segment = np.unique(low * len(points) + high, return_inverse=True)
    low, high = np.divmod(line, len(points))
    owners = _Owners(segment, zone, len(line))
    found = [
        _same_side(segment, begin < stop, zone),
        owners.pairs(*_encounters(points, low, high)),
        _running_inside(edges, points, (begin, stop, zone), ends=(low, high), segment=segment, owners=owners),
    ]
    pairs = np.concatenate(found)
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    return np.unique(pairs, axis=0)


class _Owners:
    """The zones to which each segment (an edge without direction) belongs."""

    def __init__(self, segment: np.ndarray, zone: np.ndarray, segments: int) -> None:
        order = np.argsort(segment, kind="stable")
        self.zone = zone[order]
        self.first = np.searchsorted(segment[order], np.arange(segments + 1))

    def pairs(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """All pairs of an owner of ``one`` segment and an owner of the ``other`` (pairs, 2)."""
        count = np.diff(self.first)
        which, nth = repeated(count[one] * count[other])
        one, other = one[which], other[which]
        first, second = np.divmod(nth, count[other])
        return np.column_stack([self.zone[self.first[one] + first], self.zone[self.first[other] + second]])

    def have(self, segment: np.ndarray, zone: np.ndarray) -> np.ndarray:
        """Whether each segment belongs to the zone, bool (segments,)."""
        count = np.diff(self.first)[segment]
        which, nth = repeated(count)
        hit = self.zone[self.first[segment[which]] + nth] == zone[which]
        return np.bincount(which[hit], minlength=len(segment)) > 0


def _lags(key: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """For sorted keys: for each lag, the positions whose key equals that ``lag`` positions earlier."""
    at, lag = np.arange(len(key)), 0
    while True:
        lag += 1
        at = at[at + lag < len(key)]
        at = at[key[at] == key[at + lag]]
        if not len(at):
            return
        yield at, lag


def _same_side(segment: np.ndarray, upwards: np.ndarray, zone: np.ndarray) -> np.ndarray:
    """Pairs of zones that share a segment and are on the same side of it (pairs, 2)."""
    key = 2 * segment + upwards
    order = np.argsort(key, kind="stable")
    key, zone = key[order], zone[order]
    return _stacked(np.column_stack([zone[at], zone[at + lag]]) for at, lag in _lags(key))


def _stacked(parts: Iterator[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty((0, 2), np.int64), *parts])


def _encounters(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Segments that intersect other than at a common end: two arrays (meetings,), possibly with repetitions.

    Segments are sorted into square bins of about their size; only segments in the same bin are compared.
    """
    p, q = points[low], points[high]
    bin_of, segment = _bins(p, q)
    order = np.argsort(bin_of, kind="stable")
    bin_of, segment = bin_of[order], segment[order]
    ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    extents = [(np.minimum(*each), np.maximum(*each)) for each in ((p.real, q.real), (p.imag, q.imag))]
    for at, lag in _lags(bin_of):
        one, other = segment[at], segment[at + lag]
        near = one != other
        for a, b in extents:
            near &= (a[one] <= b[other]) & (a[other] <= b[one])
        one, other = one[near], other[near]
        hit = _meet(p, q, low, high=high, one=one, other=other)
        ones.append(one[hit])
        others.append(other[hit])
    return np.concatenate(ones), np.concatenate(others)


def _bins(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bins that each segment from ``p`` to ``q`` passes: bin and segment numbers, int64 (passages,)."""
    corner = complex(min(p.real.min(), q.real.min()), min(p.imag.min(), q.imag.min()))
    x0, x1, y0, y1 = p.real - corner.real, q.real - corner.real, p.imag - corner.imag, q.imag - corner.imag
    wide, tall = max(x0.max(), x1.max()), max(y0.max(), y1.max())
    size = max(float(np.median(np.abs(q - p))), np.sqrt(wide * tall / len(p)), max(wide, tall) / 2**20)
    x0, x1, y0, y1 = (each / size for each in (x0, x1, y0, y1))
    swap = y0 > y1
    x0, y0, x1, y1 = (np.where(swap, a, b) for a, b in ((x1, x0), (y1, y0), (x0, x1), (y0, y1)))
    # A margin, so that rounding at the border of a bin cannot miss a bin.
    margin = 1e-6
    first, last = np.floor(y0 - margin).astype(np.int64), np.floor(y1 + margin).astype(np.int64)
    which, nth = repeated(last - first + 1)
    row = first[which] + nth
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(y1 > y0, (x1 - x0) / (y1 - y0), 0.0)
    level = [np.clip(edge, y0[which], y1[which]) - y0[which] for edge in (row - margin, row + 1 + margin)]
    ends = [
        np.where(slope[which] == 0, x, x0[which] + slope[which] * each)
        for x, each in zip((x0[which], x1[which]), level)
    ]
    left, right = np.minimum(*ends), np.maximum(*ends)
    first, last = np.floor(left - margin).astype(np.int64), np.floor(right + margin).astype(np.int64)
    again, nth = repeated(last - first + 1)
    columns = int(wide / size) + 4
    return (row[again] + 1) * columns + first[again] + nth + 1, which[again]


def _meet(p, q, low, high, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether segments of ``one`` and ``other`` intersect other than at a common end, bool (segments,)."""

    def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Sine of the angle between two vectors; rounding errors become 0."""
        value = u.real * v.imag - u.imag * v.real
        return np.where(np.abs(value) <= _COLLINEAR * np.abs(u) * np.abs(v), 0.0, value)

    a, b, c, d = p[one], q[one], p[other], q[other]
    along, across = b - a, d - c
    apart = (cross(along, c - a) * cross(along, d - a) > 0) | (cross(across, a - c) * cross(across, b - c) > 0)
    hit = ~apart
    # Two collinear segments with a common end overlap only if they have the same direction from there.
    starts, ends = [low[one], high[one]], [low[other], high[other]]
    for i in (0, 1):
        for j in (0, 1):
            common = np.flatnonzero(starts[i] == ends[j])
            u, v = along[common] * (1, -1)[i], across[common] * (1, -1)[j]
            hit[common] = (cross(u, v) == 0) & (u.real * v.real + u.imag * v.imag > 0)
    return hit


def _running_inside(
    edges: Edges, points: np.ndarray, directed, ends, segment: np.ndarray, owners: _Owners
) -> np.ndarray:
    """Pairs of a zone and another zone that contains an edge of it (pairs, 2)."""
    begin, stop, zone = directed
    low, high = ends
    node = np.bincount(np.concatenate([low, high]), minlength=len(points)) != 2
    # The first edge of a ring does not continue the previous edge.
    follows = (zone[1:] == zone[:-1]) & ((begin[1:] == stop[:-1]) | (stop[1:] == begin[:-1]))
    tried = np.unique(segment[node[begin] | node[stop] | ~np.r_[False, follows]])
    middle = (points[low[tried]] + points[high[tried]]) / 2
    point, within = _in_boxes(middle, edges.box)
    other = ~owners.have(tried[point], within)
    point, within = point[other], within[other]
    hit = _in_zones(middle[point], within, begin, stop=stop, zone=zone, points=points)
    count = np.diff(owners.first)[tried[point[hit]]]
    which, nth = repeated(count)
    mine = owners.zone[owners.first[tried[point[hit]]][which] + nth]
    return np.column_stack([mine, within[hit][which]])


def strips_of(low: np.ndarray, high: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Cut the plane into strips as high as boxes from ``low`` to ``high`` (boxes,); returns the number of a y's strip.

    They are so high that there are at most about as many strips as boxes, and that few boxes lie in many of them.
    """
    heights, origin = high - low, low.min()
    height = max(2 * float(np.median(heights)), float(heights.mean()) / 4, float(np.ptp(low)) / len(low)) or 1.0
    most = float(high.max() - origin) / height + 1
    return lambda y: np.floor(np.clip((y - origin) / height, -1, most)).astype(np.int64)


def _in_boxes(middle: np.ndarray, box: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points inside the bounding boxes of zones: point and zone numbers, int64 (hits,)."""
    there = np.flatnonzero(~np.isnan(box[:, 0]))
    left, low, right, high = box[there].T
    strip = strips_of(low, high)
    # Points are ordered by strip, then from left to right: both as one whole number, with ranks for places.
    sorted_x, ranks = np.sort(middle.real), len(middle) + 1
    key = strip(middle.imag) * ranks + np.searchsorted(sorted_x, middle.real, "left")
    order = np.argsort(key, kind="stable")
    key = key[order]
    lowest = strip(low)
    which, nth = repeated(strip(high) - lowest + 1)
    place, zone_of = (lowest[which] + nth) * ranks, there[which]
    first = np.searchsorted(key, place + np.searchsorted(sorted_x, left, "left")[which], "left")
    last = np.searchsorted(key, place + np.searchsorted(sorted_x, right, "right")[which], "left")
    points, zones = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    step = max(1, len(zone_of) * _TESTS_AT_ONCE // max(int((last - first).sum()), 1))
    for at in range(0, len(zone_of), step):
        some = slice(at, at + step)
        which, nth = repeated(last[some] - first[some])
        zone, point = zone_of[some][which], order[first[some][which] + nth]
        hit = (middle.imag[point] >= box[zone, 1]) & (middle.imag[point] <= box[zone, 3])
        points.append(point[hit])
        zones.append(zone[hit])
    return np.concatenate(points), np.concatenate(zones)


def _in_zones(middle, within, begin, stop, zone, points) -> np.ndarray:
    """Whether each point is in its zone, by the edges that a ray to the right crosses, bool (points,)."""
    order = np.argsort(zone, kind="stable")
    begin, stop, sorted_zone = begin[order], stop[order], zone[order]
    first, last = (np.searchsorted(sorted_zone, within, side) for side in ("left", "right"))
    inside = np.zeros(len(within), bool)
    bounds = np.r_[0, np.cumsum(last - first)]
    at = 0
    while at < len(within):
        after = max(at + 1, int(np.searchsorted(bounds, bounds[at] + _TESTS_AT_ONCE, "right")) - 1)
        which, nth = repeated((last - first)[at:after])
        edge = first[at:after][which] + nth
        a, b, m = points[begin[edge]], points[stop[edge]], middle[at:after][which]
        between = (a.imag > m.imag) != (b.imag > m.imag)
        which, a, b, m = (each[between] for each in (which, a, b, m))
        right = m.real < (b.real - a.real) * (m.imag - a.imag) / (b.imag - a.imag) + a.real
        inside[at:after] = np.bincount(which[right], minlength=after - at) % 2 == 1
        at = after
    return inside
