"""What the figures of docs/scale.md are measured with; each measurement is a process of its own.

``scale.py FOLDER growth``   time and memory by the size of the raster, storage alone and with 3,000 zones
``scale.py FOLDER threads``  two threads against one
``scale.py FOLDER cluster``  two Dask workers against two threads
``scale.py FOLDER tasks``    100,000 tiny tasks through a scheduler
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from timing import Program, Times, in_turn, ratio

HERE = Path(__file__).resolve().parent
SIZES = (10_000, 20_000, 40_000)
ZONES = 3_000
RUNS = 3
TASKS = 100_000


def made(folder: Path, name: str, *numbers: int) -> str:
    """An input, made if it is not there."""
    import inputs

    return str(getattr(inputs, name)(folder, *numbers))


def kernel(label: str, folder: Path, *arguments: str) -> Program:
    """A kernel that times itself, writing one raster into ``folder``."""
    target = folder / "scale_out.tif"
    name, source, *others = arguments
    command = [sys.executable, str(HERE / "kernels.py"), name, source, str(target), *others]
    return Program(label, command, outputs=[target], tells_seconds=True)


def told(label: str, cells: int, times: Times) -> None:
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
            told(program.name, size * size, times)


def threads(folder: Path) -> None:
    """The fused pass by one thread and by two."""
    size = 20_000
    source, zones = made(folder, "land_cover", size), made(folder, "zones", size, ZONES)
    programs = [kernel(f"{n} thread(s)", folder, "storage", source, str(n), zones) for n in (1, 2)]
    one, two = in_turn(programs, 2 * RUNS - 1)
    told("1 thread", size * size, one)
    told("2 threads", size * size, two)
    print(f"one / two: {ratio(one, two):.2f}")


def cluster(folder: Path) -> None:
    """Threads against two workers of one machine, which write tiles, joined as a VRT or as a GeoTIFF."""
    import distributed

    size = 20_000
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
                    tells_seconds=True,
                )
                for suffix in ("vrt", "tif")
            ),
        ]  # fmt: skip
        for program, times in zip(programs, in_turn(programs, RUNS)):
            told(program.name, size * size, times)


def tasks(_folder: Path) -> None:
    """How many tasks a second scheduler and driver get through, when the tasks themselves are nothing."""
    import distributed
    from kernels import load_plugin

    load_plugin()
    from carbon_balance.core.cluster import scheduled
    from carbon_balance.core.log import Log
    from carbon_balance.core.raster.blocks import Block
    from carbon_balance.core.raster.engine import map_in_order

    def work(block: Block) -> int:
        return block.row

    for workers in (1, 2):
        with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local:
            todo = [Block(0, row, 1, 1) for row in range(TASKS)]
            with scheduled(local.scheduler_address):
                list(map_in_order(work, todo[:10], Log(), 10))
                begin, cpu = time.perf_counter(), time.process_time()
                total = sum(row for _, row in map_in_order(work, todo, Log(), TASKS))
                seconds = time.perf_counter() - begin
            if total != TASKS * (TASKS - 1) // 2:
                raise SystemExit(f"the sum is wrong: {total}")
            taken = {"workers": workers, "tasks": TASKS, "seconds": round(seconds, 1)}
            taken["tasks_a_second"] = round(TASKS / seconds)
            taken["driver_and_scheduler_cpu_seconds"] = round(time.process_time() - cpu, 1)
            print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    place = Path(sys.argv[1]).resolve()
    place.mkdir(parents=True, exist_ok=True)
    for part in sys.argv[2:] or ("growth", "threads", "cluster", "tasks"):
        globals()[part](place)
