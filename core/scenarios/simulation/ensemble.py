"""Ensembles of a simulation with different seeds: change probability of cells, and ranges of areas and carbon.

Runs are executed in threads: in memory, each uses a copy of the landscape with shared suitability; on a cluster, each
has its own parts on the workers. Only the changed cells of a run are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace

import numpy as np

from ...raster.blocks import Block, blocks
from ...raster.outlines import Edges, spans_by_centre
from ...raster.writing.block_output import BlockResult
from ...raster.writing.creation_options import creation_options
from ...raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ...runtime import cluster
from ...runtime.log import AskingLog, Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables import columns, scenario_columns
from ..automaton.rules import Rules
from ..class_maps import NO_LAND_CLASS, indices
from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape
from ..landscape.landscape_parts import Change
from .region import Region, load

ENSEMBLE_BLOCK_CELLS = 1 << 20
CHANGE_BAND, CLASS_BAND = "change", "class {code}"
AREA_OF_CLASS, CARBON_OF_ALL = "area_ha", "carbon_t"


@dataclass(frozen=True)
class SimulationEnsemble:
    """The results of the runs.

    Attributes:
        seeds: seeds of the runs.
        changes: cells of the last step of each run that differ from the start, by flat index of the landscape.
        stride, radius: geometry of the landscape.
        region: the simulated region.
    """

    seeds: tuple[int, ...]
    changes: tuple[Change, ...]
    stride: int
    radius: int
    region: Region

    def layers(self, block: Block) -> tuple[np.ndarray, list[np.ndarray]]:
        """Class indices of a block at the start and at the end of each run, uint8 (rows, columns)."""
        start = indices(self.region.cover, block, self.region.codes)
        cells = slice(*((block.row + rows + self.radius) * self.stride for rows in (0, block.height)))
        found = []
        for change in self.changes:
            part = change.within(cells)
            row, column = np.divmod(part.cells, self.stride)
            row, column = row - self.radius - block.row, column - self.radius - block.column
            inside = (column >= 0) & (column < block.width)
            later = start.copy()
            later[row[inside], column[inside]] = part.classes[inside]
            found.append(later)
        return start, found


def forked(land: Landscape) -> Landscape:
    """A copy of the landscape for a run, with shared suitability, which no run changes."""
    other = Landscape(land.width, 1, land.classes, 2 * land.radius + 1)
    vars(other).update({**vars(land), "candidates": other.candidates})
    for name in ("now", "origin", "neighbours", "others", "stay"):
        setattr(other, name, getattr(land, name).copy())
    other._factors = land._factors.copy()
    return other


def changes_made(start: AnyLandscape, end: AnyLandscape) -> Change:
    """The cells (flat indices) with a different class at the end of a run, and that class.

    Args:
        start: the initial landscape in memory; not used on a cluster, where changes are recorded.
        end: the landscape after the run.
    """
    if not isinstance(end, Landscape):
        return end.changed(end.happened)
    if not isinstance(start, Landscape):
        raise TypeError("a landscape in memory is compared with one on a cluster")
    before = start.now

    def differing(land: Landscape, some: slice, _number: int) -> Change:
        cells = np.flatnonzero(before[some] != land.now[some])
        cells += some.start
        return Change(cells, land.now[cells])

    parts = end.each_span(differing)
    return Change(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("cells", "classes")))


def run_ensemble(
    region: Region,
    land: AnyLandscape,
    rules: Rules,
    seeds: Sequence[int],
    simulate_one: Callable[[AnyLandscape, Rules, Log], object],
    log: Log,
    workers: int = WORKERS,
) -> tuple[Change, ...]:
    """Execute the runs; returns the cells that differ from the start at the end of each.

    Args:
        region: the region, read again for each run on a cluster.
        land: the loaded landscape, not changed in memory.
        rules: rules of all runs, except the seed.
        seeds: seeds of the runs.
        simulate_one: runs the steps on a given landscape.
        log: progress and cancellation.
        workers: number of threads.

    Raises:
        CarbonBalanceError: see ``simulate_one``.
    """
    quiet = AskingLog(log)

    def in_memory(seed: int) -> Change:
        own = forked(land) if isinstance(land, Landscape) else land
        simulate_one(own, replace(rules, seed=seed), quiet)
        return changes_made(land, own)

    def on_cluster(seed: int) -> Change:
        other = load(region, quiet)
        try:
            simulate_one(other, replace(rules, seed=seed), quiet)
            return changes_made(land, other)
        finally:
            other.close()

    if isinstance(land, Landscape):
        run: Callable[[int], Change] = in_memory
    else:
        # As many runs at a time as needed to occupy all threads of the cluster. The threads need the connection of the
        # run.
        on = cluster.current()
        workers = max(workers, (on.threads if on else 1) // len(land.parts))
        contexts = {seed: copy_context() for seed in seeds}

        def run(seed: int) -> Change:
            return contexts[seed].run(on_cluster, seed)

    return tuple(change for _, change in map_in_order(run, seeds, log, len(seeds), workers, here=True))


def write_probability(found: SimulationEnsemble, path: str, log: Log, workers: int = WORKERS) -> StagedRaster:
    """Write the share of runs in which each cell changes (band 1) and has each class (further bands).

    Args:
        found: the runs.
        path: of the raster.
        log: progress, cancelling.
        workers: threads.

    Returns:
        The raster, complete under a hidden name.
    """
    region, runs = found.region, len(found.seeds)
    grid = region.cover.source.grid
    bands = [CHANGE_BAND, *(CLASS_BAND.format(code=code) for code in region.codes)]
    staged = StagedRaster(path, grid, bands=bands, options=creation_options(continuous=True), continuous=True)
    put = staged.parts.put

    def work(block: Block) -> BlockResult:
        start, ends = found.layers(block)
        counts = np.zeros((len(bands), *start.shape), np.float32)
        for end in ends:
            counts[0] += end != start
            for k in range(region.classes):
                counts[k + 1] += end == k
        counts /= runs
        counts[:, start == NO_LAND_CLASS] = FLOAT_NODATA
        return put(block, counts)

    todo = blocks(grid.width, grid.height, ENSEMBLE_BLOCK_CELLS)
    with completed([staged], log):
        for block, values in map_in_order(work, todo, log, len(todo), workers):
            staged.write(block, values)
    return staged


def areas_by_zone(
    found: SimulationEnsemble, edges: Edges | None, zones: int, log: Log, workers: int = WORKERS
) -> tuple[np.ndarray, np.ndarray]:
    """Hectares of each class at the start and at the end of each run.

    Args:
        found: the runs.
        edges: outlines of zones on the grid of the region, or ``None``.
        zones: number of zones.
        log: progress and cancellation.
        workers: number of threads.

    Returns:
        float64 (zones + 1, classes) at the start and (runs, zones + 1, classes) at the end; the first row is the whole
        region. Cells are assigned to zones by their centres.
    """
    region = found.region
    grid, classes = region.cover.source.grid, region.classes
    row_ha = grid.row_cell_area_ha()

    def work(block: Block) -> np.ndarray:
        start, ends = found.layers(block)
        own_ha = np.repeat(row_ha[block.row : block.row + block.height], block.width)
        spans = None if edges is None else spans_by_centre(edges, block)
        return np.stack([_areas(layer, own_ha, classes, spans, zones) for layer in (start, *ends)])

    todo = blocks(grid.width, grid.height, ENSEMBLE_BLOCK_CELLS)
    total = np.zeros((len(found.seeds) + 1, zones + 1, classes))
    for _, part in map_in_order(work, todo, log, len(todo), workers):
        total += part
    return total[0], total[1:]


def _areas(layer: np.ndarray, own_ha: np.ndarray, classes: int, spans, zones: int) -> np.ndarray:
    result = np.zeros((zones + 1, classes))
    flat = layer.ravel()
    valid = flat < classes
    result[0] = np.bincount(flat[valid], weights=own_ha[valid], minlength=classes)
    if spans is not None:
        begin = spans.row * layer.shape[1] + spans.start
        end = spans.row * layer.shape[1] + spans.stop
        for k in range(classes):
            sums = np.concatenate([[0.0], np.cumsum(np.where(flat == k, own_ha, 0.0))])
            np.add.at(result[1:, k], spans.zone, sums[end] - sums[begin])
    return result


def range_columns(
    found: SimulationEnsemble,
    start_ha: np.ndarray,
    end_ha: np.ndarray,
    zone_names: Sequence[str],
    density_t_ha: np.ndarray | None,
) -> dict[str, list]:
    """Columns of a long table of areas by zone and class, and carbon by zone, with ranges over the runs.

    Args:
        found: the runs.
        start_ha, end_ha: see :func:`areas_by_zone`.
        zone_names: names of the zones.
        density_t_ha: carbon density of each class, t/ha (classes,); ``None`` to omit carbon.
    """
    rows = []
    for zone, name in enumerate([None, *zone_names]):
        for k, code in enumerate(found.region.codes.tolist()):
            if start_ha[zone, k] or end_ha[:, zone, k].any():
                rows.append(_range(AREA_OF_CLASS, name, code, start_ha[zone, k], end_ha[:, zone, k]))
        if density_t_ha is not None:
            carbon = start_ha[zone] @ density_t_ha, end_ha[:, zone] @ density_t_ha
            rows.append(_range(CARBON_OF_ALL, name, None, *carbon))
    return {name: [row[name] for row in rows] for name in rows[0]}


def _range(quantity: str, zone: str | None, code: int | None, start: float, ends: np.ndarray) -> dict[str, object]:
    return {
        columns.QUANTITY: quantity,
        columns.ZONE_NAME: zone,
        columns.CODE: code,
        columns.RUNS: len(ends),
        scenario_columns.AT_START: float(start),
        scenario_columns.RUNS_MEAN: float(ends.mean()),
        scenario_columns.RUNS_SD: float(ends.std(ddof=1)) if len(ends) > 1 else float("nan"),
        scenario_columns.RUNS_LOWEST: float(ends.min()),
        scenario_columns.RUNS_HIGHEST: float(ends.max()),
    }
