"""Polygons from points and their cells on a grid, by the plugin's rules, GDAL's rasteriser and GEOS."""

from __future__ import annotations

import math

import numpy as np
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.coverage import coverage
from carbon_balance.core.raster.outlines import edges_on_grid, spans_by_centre
from osgeo import gdal, ogr


def wkb(text):
    return bytes(ogr.CreateGeometryFromWkt(text).ExportToWkb())


def polygon(*rings):
    return (
        "POLYGON("
        + ",".join("(" + ",".join(f"{float(x)!r} {float(y)!r}" for x, y in [*r, r[0]]) + ")" for r in rings)
        + ")"
    )


def star(x, y, radii):
    turn = 2 * math.pi / len(radii)
    return [(x + r * math.cos(i * turn), y + r * math.sin(i * turn)) for i, r in enumerate(radii)]


def centre_rule(outlines, where, blocks=None):
    """Number of times that each cell lies in each outline, (outlines, rows, columns)."""
    edges = edges_on_grid(outlines, where)
    found = np.zeros((len(outlines), where.height, where.width), int)
    for block in blocks or [Block(0, 0, where.width, where.height)]:
        spans = spans_by_centre(edges, block)
        for zone, row, start, stop in zip(spans.zone, spans.row, spans.start, spans.stop):
            found[zone, block.row + row, block.column + start : block.column + stop] += 1
    return found


def fraction_rule(outlines, where, blocks=None):
    """Covered fraction of each cell by each outline, (outlines, rows, columns)."""
    edges = edges_on_grid(outlines, where)
    found = np.zeros((len(outlines), where.height, where.width))
    for block in blocks or [Block(0, 0, where.width, where.height)]:
        spans, cut = coverage(edges, block)
        for zone, row, start, stop in zip(spans.zone, spans.row, spans.start, spans.stop):
            found[zone, block.row + row, block.column + start : block.column + stop] += 1
        np.add.at(found, (cut.zone, block.row + cut.row, block.column + cut.column), cut.fraction)
    return found


def rasterised(outline, where):
    """An outline rasterised by GDAL."""
    target = gdal.GetDriverByName("MEM").Create("", where.width, where.height)
    target.SetGeoTransform(where.geotransform)
    target.SetProjection(where.crs_wkt)
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("", where.reference)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkb(outline))
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(target, [1], layer, burn_values=[1])
    return target.ReadAsArray().astype(int)


def intersected(outline, where):
    """Area of the outline in each cell divided by the area of the cell, by GEOS."""
    whole = ogr.CreateGeometryFromWkb(outline)
    found = np.zeros((where.height, where.width))
    for row in range(where.height):
        for column in range(where.width):
            ring = [where.xy(column + i, row + j) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
            cell = ogr.CreateGeometryFromWkt(polygon(ring))
            found[row, column] = cell.Intersection(whole).GetArea() / cell.GetArea()
    return found


def checkerboard(size, where):
    return [
        Block(c, r, min(size, where.width - c), min(size, where.height - r))
        for r in range(0, where.height, size)
        for c in range(0, where.width, size)
    ]
