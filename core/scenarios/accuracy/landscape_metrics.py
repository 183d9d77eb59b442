"""Landscape metrics of land covers and of changes: patches, patch size, edges and aggregation.

Definitions after FRAGSTATS (McGarigal and Marks 1995, USDA PNW-GTR-351): a patch consists of cells of one class that
touch at sides or corners; edge density is the length of sides between a class and other classes with data, in m per ha
of all classes; the border of the data is not an edge. Aggregation index (He, DeZonia and Mladenoff 2000, Landscape
Ecology 15): like adjacencies of a class, divided by the maximum for its number of cells; 1 if all cells form one
compact square. The side of a cell is the square root of the mean cell area, so that grids in degrees also have edges in
m.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block
from ...raster.components import joined_nodes, patch_sizes
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables import columns, scenario_columns
from ..class_maps import NO_LAND_CLASS, indices

STRIP_CELLS = 1 << 21


@dataclass(frozen=True)
class Pattern:
    """Patches and adjacencies of the values of a map, 0 to ``values`` - 1.

    Attributes:
        patches: number of patches of each value, int64 (values,).
        singles: patches of one cell, int64 (values,).
        cells: int64 (values,).
        like: pairs of side neighbours with the same value, int64 (values,).
        edges: sides between a value and others, int64 (values,).
    """

    patches: np.ndarray
    singles: np.ndarray
    cells: np.ndarray
    like: np.ndarray
    edges: np.ndarray


def most_like(cells: int) -> int:
    """The maximum number of neighbour pairs of ``cells`` cells (He et al. 2000)."""
    side = math.isqrt(cells)
    rest = cells - side * side
    return 2 * side * (side - 1) + (0 if not rest else 2 * rest - 1 if rest <= side else 2 * rest - 2)


@dataclass(frozen=True)
class _Strip:
    """A strip of complete rows: its patches, and its first and last row."""

    of_value: np.ndarray
    cells: np.ndarray
    first: tuple[np.ndarray, np.ndarray]
    last: tuple[np.ndarray, np.ndarray]
    pairs: np.ndarray


def _neighbour_pairs(one: np.ndarray, other: np.ndarray, values: int) -> np.ndarray:
    """Pairs of neighbours by their values, int64 (values, values), ignoring cells without a value."""
    valid = (one < values) & (other < values)
    both = one[valid].astype(np.intp) * values + other[valid]
    return np.bincount(both, minlength=values * values).reshape(values, values)


def _strip(layer: np.ndarray, values: int) -> _Strip:
    numbers, of_value, cells = patch_sizes(layer, NO_LAND_CLASS)
    pairs = _neighbour_pairs(layer[:, :-1], layer[:, 1:], values) + _neighbour_pairs(layer[:-1], layer[1:], values)
    return _Strip(of_value, cells, (layer[0], numbers[0]), (layer[-1], numbers[-1]), pairs)


def pattern_of(strips: Sequence[_Strip], values: int) -> Pattern:
    """The pattern of a map from its strips, joining patches that cross their borders."""
    offsets = np.concatenate([[0], np.cumsum([len(strip.cells) for strip in strips])]).astype(np.int64)
    pairs = np.sum([strip.pairs for strip in strips], axis=0)
    edges: list[tuple[np.ndarray, np.ndarray]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for number, (upper, lower) in enumerate(zip(strips, strips[1:])):
        (above, above_numbers), (below, below_numbers) = upper.last, lower.first
        pairs = pairs + _neighbour_pairs(above, below, values)
        for shift in (-1, 0, 1):
            one = slice(max(0, -shift), len(above) - max(0, shift))
            other = slice(max(0, shift), len(above) - max(0, -shift))
            touch = (above[one] == below[other]) & (above[one] < values)
            first = above_numbers[one][touch] + offsets[number]
            edges.append((first, below_numbers[other][touch] + offsets[number + 1]))
    ends = [np.concatenate(column) for column in zip(*edges)]
    whole = joined_nodes(ends[0], ends[1], int(offsets[-1]))
    cells = np.bincount(whole, weights=np.concatenate([strip.cells for strip in strips])).astype(np.int64)
    of_value = np.zeros(len(cells), np.intp)
    of_value[whole] = np.concatenate([strip.of_value for strip in strips])
    like = np.diag(pairs)
    return Pattern(
        np.bincount(of_value, minlength=values),
        np.bincount(of_value[cells == 1], minlength=values),
        np.bincount(of_value, weights=cells, minlength=values).astype(np.int64),
        like.copy(),
        pairs.sum(axis=0) + pairs.sum(axis=1) - 2 * like,
    )


def patterns(
    layers_of: Callable[[Block], Mapping[str, np.ndarray]],
    height: int,
    width: int,
    values: Mapping[str, int],
    log: Log,
    workers: int = WORKERS,
) -> dict[str, Pattern]:
    """The patterns of several maps in one pass over strips of complete rows.

    Args:
        layers_of: returns the maps of a block by name, 255 for no value, uint8 (rows, columns).
        height, width: size of the maps.
        values: number of values by map name.
        log: progress and cancellation.
        workers: number of threads.
    """
    rows = max(1, STRIP_CELLS // max(width, 1))
    todo = [Block(0, row, width, min(rows, height - row)) for row in range(0, height, rows)]

    def work(block: Block) -> dict[str, _Strip]:
        return {name: _strip(layer, values[name]) for name, layer in layers_of(block).items()}

    strips = [found for _, found in map_in_order(work, todo, log, len(todo), workers)]
    return {name: pattern_of([strip[name] for strip in strips], count) for name, count in values.items()}


START, REAL, FOUND = "start", "reference", "simulation"


def metrics_columns(
    covers: Sequence[LandCover], codes: np.ndarray, cell_ha: float, log: Log, workers: int = WORKERS
) -> dict[str, list]:
    """Table columns of the metrics by class of start, reference and simulation, and of the changes.

    Args:
        covers: start, reference, simulation, on one grid.
        codes: class codes (classes,).
        cell_ha: mean area of a cell.
        log: progress and cancellation.
        workers: number of threads."""
    grid, classes = covers[0].source.grid, len(codes)

    def layers_of(block: Block) -> dict[str, np.ndarray]:
        layers = [indices(cover, block, codes) for cover in covers]
        valid = np.logical_and.reduce([layer != NO_LAND_CLASS for layer in layers])
        found = {name: np.where(valid, layer, NO_LAND_CLASS).astype(np.uint8) for name, layer in zip(MAPS, layers)}
        for name, later in ((REAL, layers[1]), (FOUND, layers[2])):
            # By gained class: a patch of change consists of cells that changed to the same class.
            moved = valid & (later != layers[0])
            found[f"changes, {name}"] = np.where(moved, later, NO_LAND_CLASS).astype(np.uint8)
        return found

    names = [*MAPS, *(f"changes, {name}" for name in MAPS[1:])]
    found = patterns(layers_of, grid.height, grid.width, values=dict.fromkeys(names, classes), log=log, workers=workers)
    rows = [
        _metrics(name, code, found[name], k, cell_ha)
        for name in names
        for k, code in [*enumerate(codes.tolist()), (None, None)]
        if k is None or found[name].cells[k]
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


MAPS = (START, REAL, FOUND)


def _metrics(name: str, code: int | None, pattern: Pattern, which: int | None, cell_ha: float) -> dict[str, object]:
    def of(values: np.ndarray) -> int:
        return int(values.sum() if which is None else values[which])

    patches, cells, area_ha = of(pattern.patches), of(pattern.cells), float(pattern.cells.sum() * cell_ha)
    edges = of(pattern.edges) / (2 if which is None else 1)
    most = sum(map(most_like, pattern.cells.tolist())) if which is None else most_like(cells)
    nothing = float("nan")
    return {
        scenario_columns.MAP: name,
        columns.CODE: code,
        columns.CELLS: cells,
        scenario_columns.PATCHES: patches,
        scenario_columns.MEAN_PATCH_HA: cells * cell_ha / patches if patches else nothing,
        scenario_columns.SINGLE_CELL_SHARE: of(pattern.singles) / patches if patches else nothing,
        scenario_columns.EDGE_DENSITY_M_HA: edges * math.sqrt(cell_ha * 1e4) / area_ha if area_ha else nothing,
        scenario_columns.AGGREGATION: of(pattern.like) / most if most else nothing,
    }
