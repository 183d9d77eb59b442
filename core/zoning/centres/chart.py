"""Centres, ellipses and shifts as an SVG map, for reports and the notes of runs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from osgeo import ogr

from ...raster.zone_outlines.rings import rings_of_polygons
from .study import CentreStudy, NamedCentre

# The colours of Okabe and Ito, which can be distinguished with all common forms of colour blindness.
CENTRE_COLOURS = ("#009e73", "#d55e00", "#0072b2", "#cc79a7", "#e69f00", "#56b4e9")
_WIDE, _MARGIN, _LINE = 560, 8, 18
# Share of the map width below which details of outlines are omitted.
_SIMPLE = 1 / 800


def centre_chart(study: CentreStudy, outlines: Sequence[bytes | None], labels: Sequence[str] = ()) -> str:
    """Map of the zones (grey) with ellipses, centres and an arrow for each shift, with a key below.

    Args:
        study: centres in metres.
        outlines: WKB of the zones in the same projection.
        labels: labels of the centres in the key; their own labels if empty.
    """
    shapes = [ogr.CreateGeometryFromWkb(bytes(wkb)) for wkb in outlines if wkb is not None]
    rings = [ring for each in study.centres for ring in (each.centre.outline(),)]
    boxes = [shape.GetEnvelope() for shape in shapes if not shape.IsEmpty()]
    boxes += [(ring[:, 0].min(), ring[:, 0].max(), ring[:, 1].min(), ring[:, 1].max()) for ring in rings]
    west, east, south, north = (
        min(box[0] for box in boxes),
        max(box[1] for box in boxes),
        min(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    side = max(east - west, north - south) or 1.0
    scale = (_WIDE - 2 * _MARGIN) / side
    height = (north - south) * scale + 2 * _MARGIN

    def placed(points: np.ndarray) -> np.ndarray:
        return (points - [west, north]) * [scale, -scale] + _MARGIN

    zones = "".join(_ring_path(placed, ring) for shape in shapes for ring in _simple_rings(shape, side * _SIMPLE))
    colours = _colours(study.centres)
    parts = [f'<path d="{zones}" fill="#f2f2f2" stroke="#bbbbbb" stroke-width="0.6"/>']
    parts += [
        f'<path d="{_ring_path(placed, ring)}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        for ring, colour in zip(rings, colours)
    ]
    parts += [_arrow(placed, each.first, each.second) for each in study.shifts]
    for each, colour in zip(study.centres, colours):
        x, y = placed(np.array([each.centre.x, each.centre.y]))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}" stroke="#ffffff"/>')
    names = list(labels) or [each.label for each in study.centres]
    key = "".join(
        f'<circle cx="{_MARGIN + 5}" cy="{height + 10 + _LINE * at:.1f}" r="4" fill="{colour}"/>'
        f'<text x="{_MARGIN + 16}" y="{height + 14 + _LINE * at:.1f}">{escape(name)}</text>'
        for at, (name, colour) in enumerate(zip(names, colours))
    )
    whole = height + _LINE * len(names) + 36
    return (
        f'<svg class="chart" style="max-width:{_WIDE}px" width="{_WIDE}" height="{whole:.0f}" '
        f'viewBox="0 0 {_WIDE} {whole:.0f}" role="img" font-size="12" fill="#222222">{_HEAD}'
        f"{''.join(parts)}{key}{_length_bar(side, scale, height + _LINE * len(names) + 22)}</svg>"
    )


_HEAD = (
    '<defs><marker id="shift" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#222222"/></marker></defs>'
)


def _colours(centres: Sequence[NamedCentre]) -> list[str]:
    """One colour per column if there are several, otherwise one per date."""
    names = [each.variable for each in centres]
    if len(set(names)) == 1:
        names = [each.label for each in centres]
    order = list(dict.fromkeys(names))
    return [CENTRE_COLOURS[order.index(name) % len(CENTRE_COLOURS)] for name in names]


def _simple_rings(shape: ogr.Geometry, tolerance: float) -> list[np.ndarray]:
    if shape.GetDimension() != 2:
        return []
    simple = shape.SimplifyPreserveTopology(tolerance)
    return [ring[:, :2] for ring, _ in rings_of_polygons(shape if simple is None or simple.IsEmpty() else simple)]


def _ring_path(placed, ring: np.ndarray) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed(ring)) + "z"


def _arrow(placed, first: NamedCentre, second: NamedCentre) -> str:
    (x1, y1), (x2, y2) = placed(np.array([(each.centre.x, each.centre.y) for each in (first, second)]))
    line = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {line} stroke="#222222" stroke-width="1.5" marker-end="url(#shift)"/>'


def _length_bar(side_m: float, scale: float, top: float) -> str:
    """A scale bar of a round length, about a quarter of the map."""
    power = 10.0 ** np.floor(np.log10(side_m / 4))
    length = next(each * power for each in (5, 2, 1) if each * power <= side_m / 4)
    name = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    end = _MARGIN + length * scale
    return (
        f'<path d="M{_MARGIN} {top - 4:.1f}v4H{end:.1f}v-4" fill="none" stroke="#222222"/>'
        f'<text x="{end + 6:.1f}" y="{top + 2:.1f}">{name}</text>'
    )
