"""Speed of the land-use scenarios on a synthetic region: iterations, training, prediction, memory.

    OPENBLAS_NUM_THREADS=1 /usr/bin/python3 benchmarks/scenarios.py [--size 2000] [--classes 6] [--change 0.05]

One worker; times are processor seconds, which depend least on other load. The region has patches of
some tens of cells and smooth suitability; of its cells the share ``--change`` has to change class.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import checkout  # noqa: E402, F401
from carbon_balance.core.scenarios.automaton.rules import Rules  # noqa: E402
from carbon_balance.core.scenarios.automaton.step import run_step  # noqa: E402
from carbon_balance.core.scenarios.automaton.targets import ClassTarget  # noqa: E402
from carbon_balance.core.scenarios.landscape.landscape import Landscape  # noqa: E402
from carbon_balance.core.scenarios.suitability.sampling import HELD_OUT  # noqa: E402
from carbon_balance.core.scenarios.suitability.skill import measure_skill  # noqa: E402
from carbon_balance.core.scenarios.suitability.training import TrainingCells, train  # noqa: E402

DRIVERS = 7


def field(rng: np.random.Generator, rows: slice, width: int, grain: int, key: int) -> np.ndarray:
    """A smooth random field of a part of the rows, from waves of about ``grain`` cells, float32."""
    waves = np.random.default_rng(key)
    row, column = np.arange(rows.start, rows.stop)[:, None], np.arange(width)[None, :]
    total = np.zeros((rows.stop - rows.start, width), np.float32)
    for _ in range(4):
        across, down = waves.normal(size=2) * 2 * np.pi / grain / 2
        total += np.sin(across * column + waves.uniform(0, 7)).astype(np.float32) * np.cos(
            down * row + waves.uniform(0, 7)
        ).astype(np.float32)
    total += rng.normal(0, 0.05, total.shape).astype(np.float32)
    return total


def region(size: int, classes: int) -> Landscape:
    """The made-up region."""
    land, rng = Landscape(size, size, classes), np.random.default_rng(0)
    for top in range(0, size, 256):
        rows = slice(top, min(top + 256, size))
        cover = np.stack([field(rng, rows, size, 24, key) for key in range(classes)]).argmax(axis=0)
        scores = np.stack([field(rng, rows, size, 300, 100 + key) for key in range(classes)])
        shares = np.exp(scores)
        land.put(rows, slice(0, size), cover.astype(np.uint8), shares / shares.sum(axis=0))
    return land


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--classes", type=int, default=6)
    parser.add_argument("--change", type=float, default=0.05)
    arguments = parser.parse_args()
    size, classes = arguments.size, arguments.classes
    land = region(size, classes)
    cells = land.counts()
    demand, share = cells.copy(), int(arguments.change * size * size)
    order = np.argsort(cells)
    demand[order[0]] += share
    for number, k in enumerate(order[1:]):
        demand[k] -= share // (classes - 1) + (number < share % (classes - 1))
    start = land.map()
    rules = Rules(np.ones((classes, classes), bool), np.ones(classes))
    begin = time.process_time()
    land.begin(rules.permitted, rules.weights)
    print(f"preparing {size} x {size} x {classes}: {time.process_time() - begin:.2f} s")
    times, changes = [time.process_time()], []

    def note(iteration: int, before: np.ndarray, inertia: np.ndarray, changed: int) -> None:
        times.append(time.process_time())
        changes.append(changed)

    settled = run_step(land, rules, ClassTarget(demand, cells), on_iteration=note)
    each = np.diff(times)
    print(
        f"{len(each)} iterations, {np.mean(each):.3f} s each (worst {np.max(each):.3f}), {sum(changes):,} changes, "
        f"{(land.map() != start).mean():.1%} of the cells differ, {settled} settled, "
        f"demand met: {bool((land.counts() == demand).all())}"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    rng = np.random.default_rng(0)
    values = rng.random((DRIVERS, 40_000))
    scores = 4 * rng.normal(size=(classes, DRIVERS)) @ values + rng.gumbel(size=(classes, 40_000))
    names = [f"driver {number}" for number in range(DRIVERS)]
    begin = time.process_time()
    targets, held = scores.argmax(axis=0), rng.random(40_000) < HELD_OUT
    found = train(
        TrainingCells(values, targets, held, low=np.zeros(DRIVERS), high=np.ones(DRIVERS), now=None, stay_offset=0.0),
        range(classes),
        names,
    )
    spent, loss = time.process_time() - begin, measure_skill(found, values, targets, held, 1).log_loss
    print(f"training on 40,000 samples: {spent:.2f} s, log-loss {loss:.3f}")
    many = rng.random((DRIVERS, 4_000_000), dtype=np.float32)
    begin = time.process_time()
    found.predict(many)
    print(f"predicting 4,000,000 cells: {time.process_time() - begin:.2f} s")


if __name__ == "__main__":
    main()
