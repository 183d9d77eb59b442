"""SVG maps of a report: every outline is defined once and reused by all maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from osgeo import ogr

from ...runtime.errors import listed
from ...symbology.colours import INK, NO_VALUE_COLOUR, NO_VALUE_LINES, OUTLINE
from ...symbology.legends import Legend
from ...text.pictures.figure import figure
from ..map_layout.labels import place_labels

# Map units along the wider side. In print a map is 85 mm wide, so that a unit is less than 0.1 mm.
MAP_SIDE = 1000
TOLERANCE = 0.7
# Maps with more zones have no names.
MOST_LABELS = 80
# Space below the zones for the scale bar.
BAR_ROOM = 60


@dataclass(frozen=True)
class MapOutlines:
    """Simplified outlines in map units, y downwards.

    Attributes:
        paths: SVG path of each zone, "" without geometry (zones,).
        rings: outline of the largest part of each zone (points, 2), or ``None``.
        width, height: size of the map.
        unit_m: metres per map unit.
        west, north: upper left corner of the map in its projection, m.
    """

    paths: list[str]
    rings: list[np.ndarray | None]
    width: int
    height: int
    unit_m: float
    west: float
    north: float


def outlines_of(shapes: Sequence[bytes | None]) -> MapOutlines | None:
    """Outlines from polygons in a metric equal-area CRS.

    Args:
        shapes: WKB of each zone, or ``None``.

    Returns:
        ``None`` if no zone has an area.
    """
    geometries = [None if shape is None else ogr.CreateGeometryFromWkb(shape) for shape in shapes]
    extents = np.array([each.GetEnvelope() for each in geometries if each is not None and not each.IsEmpty()])
    if not len(extents):
        return None
    west, east = extents[:, 0].min(), extents[:, 1].max()
    south, north = extents[:, 2].min(), extents[:, 3].max()
    unit_m = max(east - west, north - south) / MAP_SIDE
    if not np.isfinite(unit_m) or unit_m <= 0:
        return None
    paths, largest = [], []
    for geometry in geometries:
        rings, outer = _map_rings(geometry, west, north, unit_m)
        paths.append("".join(map(_path, rings)))
        largest.append(outer)
    size = [max(int(np.ceil(side / unit_m)), 1) for side in (east - west, north - south)]
    return MapOutlines(
        paths=paths, rings=largest, width=size[0], height=size[1], unit_m=unit_m, west=float(west), north=float(north)
    )


def _map_rings(geometry, west: float, north: float, unit_m: float):
    """Rings of a geometry in integer map units (points, 2), and the outer ring of its largest part."""
    if geometry is None or geometry.IsEmpty():
        return [], None
    simple = geometry.SimplifyPreserveTopology(TOLERANCE * unit_m)
    if simple is None or simple.IsEmpty():
        simple = geometry
    rings, outer = [], []
    for polygon in _polygons(simple):
        for number in range(polygon.GetGeometryCount()):
            points = np.array(polygon.GetGeometryRef(number).GetPoints())[:, :2]
            ring = np.rint((points - [west, north]) / [unit_m, -unit_m]).astype(int)
            ring = ring[np.r_[True, (np.diff(ring, axis=0) != 0).any(axis=1)]]
            if number == 0:
                outer.append(ring)
            if len(ring) > 3:
                rings.append(ring)
    if not outer:
        return [], None
    largest = max(outer, key=lambda ring: np.prod(np.ptp(ring, axis=0)))
    if not rings:
        # Too small for a shape at this scale: draw a dot.
        x, y = largest.min(axis=0)
        rings = [np.array([[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2], [x, y]])]
    return rings, largest


def _polygons(geometry):
    if geometry.GetGeometryType() in (ogr.wkbPolygon, ogr.wkbPolygon25D, ogr.wkbPolygonM, ogr.wkbPolygonZM):
        return [geometry]
    parts = [geometry.GetGeometryRef(at) for at in range(geometry.GetGeometryCount())]
    return [polygon for part in parts if part.GetGeometryCount() for polygon in _polygons(part)]


def _path(ring: np.ndarray) -> str:
    steps = np.diff(ring[:-1], axis=0)
    start = f"M{ring[0][0]} {ring[0][1]}"
    return start + "l" + " ".join(f"{x} {y}" for x, y in steps.tolist()) + "z"


def definitions(outlines: MapOutlines) -> str:
    """The hidden SVG element with all outlines and the hatch of zones without a value."""
    paths = "".join(f'<path id="z{row}" d="{path}"/>' for row, path in enumerate(outlines.paths) if path)
    hatch = (
        '<pattern id="novalue" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="12" height="12" fill="{NO_VALUE_COLOUR}"/>'
        f'<line x1="0" y1="0" x2="0" y2="12" stroke="{NO_VALUE_LINES}" stroke-width="3"/></pattern>'
    )
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>{hatch}{paths}</defs></svg>'


def map_figure(
    outlines: MapOutlines,
    legend: Legend,
    values: Sequence[object],
    names: Sequence[str],
    texts: Sequence[str],
    overlay: str = "",
) -> str:
    """A map with its legend as an HTML figure.

    Args:
        outlines: outlines of the zones.
        legend: classes and colours.
        values: values of the column (zones,).
        names: names of the zones, drawn where there is room and shown as tooltips.
        texts: values as text (zones,).
        overlay: SVG in map units, drawn over the zones and below their names.
    """
    places = legend.places(values)
    items = legend.items
    groups = []
    for place in range(-1, len(items)):
        rows = [row for row in np.flatnonzero(places == place).tolist() if outlines.paths[row]]
        if not rows:
            continue
        fill = _fill(legend, place)
        uses = "".join(
            f'<use href="#z{row}" data-zone="{row}"><title>{escape(names[row])}: {escape(texts[row])}</title></use>'
            for row in rows
        )
        groups.append(f'<g fill="{fill}">{uses}</g>')
    stroke = 1.6 if len(names) <= 300 else 0.5
    drawing = (
        f'<svg class="map" viewBox="-6 -6 {outlines.width + 12} {outlines.height + BAR_ROOM}" role="img" '
        f'aria-label="{escape(legend.title)}"><g stroke="{OUTLINE}" stroke-width="{stroke}" stroke-linejoin="round">'
        f"{''.join(groups)}</g>{overlay}{_labels(outlines, names)}{_scale_bar(outlines)}</svg>"
    )
    swatches = "".join(
        '<li><svg class="swatch" viewBox="0 0 24 14"><rect x="1" y="1" width="22" height="12" '
        f'fill="{_fill(legend, at)}" stroke="{OUTLINE}"/></svg><span>{escape(label)}</span></li>'
        for at, (label, _) in enumerate(items)
    )
    notes = "".join(f"<p class=note>{escape(note)}</p>" for note in legend.notes)
    legend_html = f'<ul class="legend">{swatches}</ul>{notes}'
    return figure(legend.title, drawing + legend_html)


def _fill(legend: Legend, place: int) -> str:
    if place < 0 or (legend.no_value and place == len(legend.items) - 1):
        return "url(#novalue)"
    return legend.items[place][1]


def _labels(outlines: MapOutlines, names: Sequence[str]) -> str:
    """Names of zones where there is room, without overlaps."""
    if len(names) > MOST_LABELS:
        return ""
    drawn = "".join(
        f'<text x="{label.x:.0f}" y="{label.y + label.size * 0.35:.0f}" font-size="{label.size:g}">'
        f"{escape(label.text)}</text>"
        for label in place_labels(outlines.rings, names, outlines.width, outlines.height)
    )
    return (
        f'<g text-anchor="middle" fill="{INK}" stroke="#fff" stroke-width="4" '
        f'paint-order="stroke" stroke-linejoin="round">{drawn}</g>'
    )


def label_key(outlines: MapOutlines, names: Sequence[str]) -> str:
    """The key of the numbers on the maps: ``1 Wuhua, 2 Panlong``; "" if all names fit."""
    if len(names) > MOST_LABELS:
        return ""
    labels = place_labels(outlines.rings, names, outlines.width, outlines.height)
    numbered = [f"{each.text} {names[each.row]}" for each in labels if each.text != names[each.row]]
    return listed(numbered, MOST_LABELS)


def _scale_bar(outlines: MapOutlines) -> str:
    """A scale bar of a round length, about a fifth of the map, below the zones on the left."""
    width_km = outlines.unit_m * outlines.width / 5 / 1000
    power = 10.0 ** np.floor(np.log10(width_km))
    length_km = max(step * power for step in (1, 2, 5) if step * power <= width_km)
    length = length_km * 1000 / outlines.unit_m
    y = outlines.height + BAR_ROOM - 14
    return (
        f'<g stroke="{INK}" stroke-width="3" fill="none"><path d="M4 {y - 8}V{y}H{length + 4:.0f}V{y - 8}"/></g>'
        f'<text x="{length / 2 + 4:.0f}" y="{y - 14}" font-size="20" text-anchor="middle" fill="{INK}">'
        f"{length_km:g} km</text>"
    )
