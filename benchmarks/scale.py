"""Measurements for docs/scale.md, each in a separate process.

``scale.py FOLDER growth``             time and memory by the size of the raster, storage alone and with 3,000 zones
``scale.py FOLDER threads``            two threads against one
``scale.py FOLDER together [SIDE]``    two runs of two threads each at once against one after the other
``scale.py FOLDER cluster [SIDE]``     two Dask workers against two threads, tiles as a VRT and joined as one GeoTIFF
``scale.py FOLDER join [SIDE]``        the files of workers as one GeoTIFF, tiles copied, and decoded and encoded again
``scale.py FOLDER simulation [SIDE]``  the same for a land-use simulation
``scale.py FOLDER tasks [BLOCKS]``     100,000 tiny blocks through a scheduler
``scale.py FOLDER views [SIDE]``       views of a VRT of thousands of tiles, as large as a nation at 30 m
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from timing import Program, Times, in_turn, ratio, remove

HERE = Path(__file__).resolve().parent
SIZES = (10_000, 20_000, 40_000)
ZONES = 3_000
RUNS, FIVE = 3, 5
TASKS = 100_000


def made(folder: Path, name: str, *numbers: int) -> str:
    """The path of an input, created if it does not exist."""
    import inputs

    return str(getattr(inputs, name)(folder, *numbers))


def kernel(label: str, folder: Path, *arguments: str) -> Program:
    """A kernel that times itself, writing one raster into ``folder``."""
    target = folder / "scale_out.tif"
    name, source, *others = arguments
    command = [sys.executable, str(HERE / "kernels.py"), name, source, str(target), *others]
    return Program(label, command, outputs=[target], prints_seconds=True)


def print_times(label: str, cells: int, times: Times) -> None:
    """A row of a table."""
    cpu = sorted(run.cpu_seconds for run in times.runs)[len(times.runs) // 2]
    print(
        f"| {label} | {times.median_s:.2f} | {cpu:.2f} | {1e9 * times.median_s / cells:.2f} | "
        f"{1e9 * cpu / cells:.2f} | {times.peak_mb:.0f} |",
        flush=True,
    )


def growth(folder: Path) -> None:
    """Storage alone, and with zones, by size."""
    for zones in (0, ZONES):
        programs = []
        for size in SIZES:
            more = ["2", made(folder, "zones", size, zones)] if zones else []
            label = f"{size:,} squared, {zones:,} zones"
            programs.append(kernel(label, folder, "storage", made(folder, "land_cover", size), *more))
        for size, program, times in zip(SIZES, programs, in_turn(programs, RUNS)):
            print_times(program.name, size * size, times)


def threads(folder: Path) -> None:
    """The fused pass by one thread, by one beside which GDAL compresses in two, and by two beside which it does.

    One thread alone is the same program kept on one processor.
    """
    size = 20_000
    source, zones = made(folder, "land_cover", size), made(folder, "zones", size, ZONES)
    one, two = (kernel(f"{n} worker(s)", folder, "storage", source, str(n), zones) for n in (1, 2))
    alone = replace(one, name="one processor", command=["taskset", "-c", "0", *one.command])
    measured = in_turn([alone, one, two], RUNS)
    for program, times in zip((alone, one, two), measured):
        print_times(program.name, size * size, times)
    print(f"one processor / two workers: {ratio(measured[0], measured[2]):.2f}")
    print(f"one worker / two workers: {ratio(measured[1], measured[2]):.2f}")


def together(folder: Path, size: int = 20_000) -> None:
    """Two runs of two threads each: at once, and one after the other; printed is the ratio of the times for both.

    Runs that only share the processors take at most as long at once as one after the other.
    """
    source, zones = made(folder, "land_cover", size), made(folder, "zones", size, ZONES)

    def started(number: int) -> subprocess.Popen:
        target = str(folder / f"scale_out{number}.tif")
        command = [sys.executable, str(HERE / "kernels.py"), "storage", source, target, "2", zones]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def seconds(at_once: bool) -> float:
        begin, running = time.perf_counter(), []
        for number in range(2):
            running.append(started(number))
            if not at_once:
                running[-1].wait()
        if any(process.wait() for process in running):
            raise SystemExit("a run failed")
        return time.perf_counter() - begin

    pairs = [(seconds(True), seconds(False)) for _ in range(FIVE)]
    shares = sorted(at_once / after for at_once, after in pairs)
    print(f"at once / one after the other: {shares[FIVE // 2]:.2f} ({shares[0]:.2f} to {shares[-1]:.2f})")
    for number in range(2):
        remove([folder / f"scale_out{number}.tif"])


def cluster(folder: Path, size: int = 20_000) -> None:
    """Threads against two workers of one machine, which write tiles, joined as a VRT or as a GeoTIFF."""
    import distributed

    source, zones = made(folder, "land_cover", size), made(folder, "zones", size, ZONES)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        programs = [
            kernel("2 threads", folder, "storage", source, "2", zones),
            *(
                Program(
                    f"2 workers, {suffix}",
                    [sys.executable, str(HERE / "kernels.py"), "scheduled_storage", source,
                     str(folder / f"scale_out.{suffix}"), zones, local.scheduler_address],
                    outputs=[folder / f"scale_out.{suffix}"],
                    prints_seconds=True,
                )
                for suffix in ("vrt", "tif")
            ),
        ]  # fmt: skip
        for program, times in zip(programs, in_turn(programs, RUNS)):
            print_times(program.name, size * size, times)
    remove(list(folder.glob("scale_out.*.tiles")))


def join(folder: Path, side: int = 10_000) -> None:
    """The files of workers as one GeoTIFF: seconds by the clock and of processors, file size.

    Densities of classes compress well, weights hardly.
    """
    import tempfile

    import numpy as np
    from kernels import load_plugin
    from osgeo import gdal

    load_plugin()
    gdal.UseExceptions()
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.raster.writing.block_output import Form, tile_files
    from carbon_balance.core.raster.writing.creation_options import creation_options
    from carbon_balance.core.raster.writing.mosaic import Mosaic, write_cog
    from carbon_balance.core.raster.writing.writer import FLOAT_NODATA
    from carbon_balance.core.runtime.gdal_state import bounded_cache
    from carbon_balance.core.runtime.log import Log

    densities = np.random.default_rng(0).random(256).astype(np.float32)
    for name, numbers in (("land_cover", ()), ("weights", (1,))):
        source = RasterSource(made(folder, name, side, *numbers))
        continuous = name == "weights"
        options = tuple(creation_options(continuous=continuous))
        form = Form(source.grid, np.dtype(np.float32), FLOAT_NODATA, (name,), options, continuous)
        with tempfile.TemporaryDirectory(dir=folder) as scratch, bounded_cache():
            path, joined = Path(scratch) / "join.tif", Path(scratch) / "join.vrt"
            mosaic = Mosaic(tile_files(path, form))
            for block in blocks(side, side):
                cells = source.read(block)
                mosaic.add(block, mosaic.tiles.put(block, cells if continuous else densities[cells]))

            def again(mosaic=mosaic, joined=joined, path=path, form=form) -> None:
                mosaic.join(joined, {})
                write_cog(joined, path, form, Log())

            def copied(mosaic=mosaic, path=path) -> None:
                mosaic.write_geotiff(path, {}, {}, Log())

            taken: dict[str, list[tuple[float, float]]] = {"encoded again": [], "copied": []}
            for _ in range(RUNS):
                for label, work in (("encoded again", again), ("copied", copied)):
                    begin = time.perf_counter(), time.process_time()
                    work()
                    taken[label].append((time.perf_counter() - begin[0], time.process_time() - begin[1]))
            for label, times in taken.items():
                seconds, cpu = (sorted(column)[RUNS // 2] for column in zip(*times))
                size = path.stat().st_size / 1e6
                print(f"| {name}, {label} | {seconds:.2f} s | {cpu:.2f} s CPU | {size:.1f} MB |", flush=True)


def simulation(folder: Path, size: int = 3_000) -> None:
    """A land-use simulation in the memory of one machine, and in parts on two workers of it."""
    import distributed

    source, shares = made(folder, "land_cover", size), made(folder, "suitability", size)
    target = folder / "scale_out.tif"
    command = [sys.executable, str(HERE / "landuse_kernels.py"), "simulation", source, shares, str(target)]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        programs = [
            Program("one machine", command, outputs=[target], prints_seconds=True),
            Program("2 workers", [*command, local.scheduler_address], outputs=[target], prints_seconds=True),
        ]
        for program, times in zip(programs, in_turn(programs, RUNS)):
            print_times(program.name, size * size, times)


def tasks(_folder: Path, count: int = TASKS) -> None:
    """Number of blocks per second that scheduler and main process can handle with empty work."""
    import distributed
    from kernels import load_plugin

    load_plugin()
    from carbon_balance.core.raster.blocks import Block
    from carbon_balance.core.runtime.cluster import scheduled
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.runtime.parallel import map_in_order

    def work(block: Block) -> int:
        return block.row

    for workers in (1, 2):
        with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local:
            todo = [Block(0, row, 1, 1) for row in range(count)]
            with scheduled(local.scheduler_address):
                list(map_in_order(work, todo[:10], Log(), 10))
                begin, cpu = time.perf_counter(), time.process_time()
                total = sum(row for _, row in map_in_order(work, todo, Log(), count))
                seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
            if total != count * (count - 1) // 2:
                raise SystemExit(f"the sum is wrong: {total}")
            taken = {"workers": workers, "blocks": count, "seconds": round(seconds, 1)}
            taken["blocks_a_second"] = round(count / seconds)
            taken["driver_and_scheduler_cpu_ms_a_block"] = round(1e3 * cpu / count, 3)
            print(json.dumps(taken), flush=True)


def views(folder: Path, side: int = 144_000) -> None:
    """Time to read the whole raster, a sixteenth of its sides, and a corner at screen resolution.

    All tiles are copies of one, because only the number of opened files matters.
    """
    import tempfile

    import numpy as np
    from kernels import load_plugin
    from osgeo import gdal

    load_plugin()
    gdal.UseExceptions()
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.raster.grid import Grid
    from carbon_balance.core.raster.writing.block_output import Form, Tile, tile_files
    from carbon_balance.core.raster.writing.creation_options import creation_options
    from carbon_balance.core.raster.writing.mosaic import Mosaic
    from carbon_balance.core.raster.writing.writer import FLOAT_NODATA

    grid = Grid(side, side, (0.0, 30.0, 0.0, 0.0, 0.0, -30.0), "")
    form = Form(grid, np.dtype(np.float32), FLOAT_NODATA, ("carbon",), tuple(creation_options()))
    todo = blocks(side, side)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / "views.vrt"
        mosaic = Mosaic(tile_files(path, form))
        patches = np.random.default_rng(0).integers(0, 10, (todo[0].height // 32 + 1, todo[0].width // 32 + 1))
        cells = np.kron(patches, np.ones((32, 32), np.float32))[: todo[0].height, : todo[0].width]
        first = mosaic.tiles.put(todo[0], cells.astype(np.float32))
        for block in todo:
            name = f"{block.row}_{block.column}.tif"
            if name != first.name:
                shutil.copyfile(mosaic.tiles.folder / first.name, mosaic.tiles.folder / name)
            sizes = [(-(-block.height // by), -(-block.width // by)) for by in form.wide_overviews]
            parts = [values[:rows, :columns] for values, (rows, columns) in zip(first.overviews, sizes)]
            mosaic.add(block, Tile(name, first.levels, first.checksum, [], parts))
        mosaic.join(path, {})
        print(f"{side:,} squared, {len(todo):,} tiles")
        for name, part in (("all", side), ("a sixteenth of the side", side // 16), ("1,500 cells", 1500)):
            taken = []
            for _ in range(RUNS):
                begin = time.perf_counter()
                dataset = gdal.Open(str(path))
                dataset.ReadAsArray(side // 3 if part < side else 0, 0, part, part, buf_xsize=1500, buf_ysize=1500)
                del dataset
                taken.append(time.perf_counter() - begin)
            print(f"| {name} | {sorted(taken)[len(taken) // 2]:.3f} s |", flush=True)


if __name__ == "__main__":
    place, *parts = sys.argv[1:]
    folder = Path(place).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if len(parts) == 1 or (len(parts) == 2 and parts[1].isdigit()):
        globals()[parts[0]](folder, *map(int, parts[1:]))
    else:
        # Each in a separate process, because a scheduler imports the plugin sent to it instead of the checkout.
        for at, part in enumerate(
            parts or ("growth", "threads", "together", "cluster", "join", "simulation", "tasks", "views")
        ):
            if not part.isdigit():
                number = [each for each in parts[at + 1 : at + 2] if each.isdigit()]
                subprocess.run([sys.executable, __file__, str(folder), part, *number], check=True)
