"""Mutation testing of ``core``: makes one small change at a time and reports changes that no test detects.

    ./scripts/test.sh                                        # once: it installs what the tests need into .venv
    .venv/bin/python scripts/mutate.py --seed 1 --count 300

First every test of ``tests/core``, ``tests/algorithms`` and ``tests/studies`` runs once under coverage, to record which
test executes which line. The record is stored in ``build/mutation``, so that later only changed test files run again;
``--fresh`` repeats it. Then for each mutation only tests that execute the mutated line run, in a separate process;
source files are not changed. Those of the module's own file of tests run first, then the fastest ones, up to
``--budget`` seconds of tests. A mutation survives if all of them pass. Mutations that are listed in
``tests/equivalent_mutations.csv`` cannot change a result, for the reason given there; they are counted separately.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter, defaultdict
from itertools import zip_longest
from pathlib import Path

import mutations
import numpy as np
from checkout import ROOT
from mutation_trials import judged
from mutations import Mutation
from recorded_tests import CORE, Trials, digest, files_of_tests, read, record_in_children, unknown

EQUIVALENT = ROOT / "tests" / "equivalent_mutations.csv"
PROGRESS_EVERY = 25
SURVIVED = "survived"


def chosen(count: int, seed: int, only: str) -> list[Mutation]:
    """``count`` mutations, spread evenly over the modules of core.

    Their order depends on ``seed``, the module's path, and the line and change of the mutation: a change of the code
    does not change which mutations of other lines are drawn.
    """
    queues = [drawn(module_mutations(name), seed) for name in modules() if only in name]
    queues = sorted(filter(None, queues), key=lambda queue: digest(f"{seed} {queue[0].path}"))
    rounds = zip_longest(*queues)
    return [mutation for each in rounds for mutation in each if mutation is not None][:count]


def drawn(found: list[Mutation], seed: int) -> list[Mutation]:
    """The mutations of a module in the order of ``seed``."""
    seen: Counter = Counter()
    order = []
    for mutation in found:
        seen[mutation.key] += 1
        order.append(digest(f"{seed} {' '.join(mutation.key)} {seen[mutation.key]}"))
    return [found[i] for i in np.argsort(order)]


def modules() -> list[str]:
    """The paths of the modules of core, from the root of the checkout."""
    return [str(path.relative_to(ROOT)) for path in sorted(CORE.rglob("*.py"))]


def module_mutations(name: str) -> list[Mutation]:
    """All mutations of a module, given by its path from the root of the checkout."""
    return mutations.of_source(name, read(name))


def part_of(picked: list[Mutation], part: str) -> list[Mutation]:
    """Every Nth mutation from the Kth on, of a ``part`` such as ``2/4``: for several runs side by side."""
    first, every = map(int, part.split("/"))
    return picked[first - 1 :: every]


def survived_in(output: str) -> list[Mutation]:
    """Those that an earlier run printed as survivors and that still exist; their lines may have moved since."""
    printed = [line.partition(": ")[2] for line in output.splitlines() if line.startswith(SURVIVED)]
    keys = {(text.split(":")[0], text.split(": ", 1)[1].rsplit(" (", 1)[0]) for text in printed}
    found: list[Mutation] = []
    for name in sorted({path for path, _ in keys if (ROOT / path).exists()}):
        found.extend(each for each in module_mutations(name) if (name, f"{each.change}: {each.line}") in keys)
    return found


def reasons() -> dict[tuple[str, str, str], str]:
    """Why a mutation, given by module, source line and change, is equivalent."""
    if not EQUIVALENT.exists():
        return {}
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {(row["module"], row["line"], row["change"]): row["reason"] for row in csv.DictReader(file)}


def main() -> int:
    """Prints the survivors by module and the share that survives; 1 if it is more than ``--most`` percent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="number of mutations (300)")
    parser.add_argument("--seed", type=int, default=1, help="which mutations are drawn (1)")
    parser.add_argument("--only", default="", help="only modules whose path contains this text")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="mutations tried at once")
    parser.add_argument("--most", type=float, default=5.0, help="percent of survivors that is accepted (5)")
    parser.add_argument("--fresh", action="store_true", help="learn anew which test executes which line")
    parser.add_argument(
        "--budget", type=float, default=60.0, help="seconds of tests a mutation, the likeliest first (60)"
    )
    parser.add_argument("--record", nargs="*", metavar="FOLDER", help="only learn what the tests of folders execute")
    parser.add_argument("--recorded", action="store_true", help="learn nothing: use what is recorded")
    parser.add_argument("--part", default="1/1", help="K/N: only every Nth mutation from the Kth on (1/1)")
    parser.add_argument("--again", metavar="FILE", help="only those that survived in this output of an earlier run")
    asked = parser.parse_args()
    os.chdir(ROOT)
    files = files_of_tests()
    if asked.record:
        files = [file for file in files if file.startswith(tuple(asked.record))]
    if not asked.recorded:
        record_in_children(files if asked.fresh else unknown(files))
    if asked.record is not None:
        return 0
    trials, equivalent = Trials.recorded(), reasons()
    picked = part_of(chosen(asked.count, asked.seed, asked.only), asked.part)
    if asked.again:
        picked = survived_in(Path(asked.again).read_text(encoding="utf-8"))
    survivors: dict[str, list[Mutation]] = defaultdict(list)
    known, tried = 0, Counter()
    for mutation, alive in judged(picked, trials, asked.processes, asked.budget):
        tried[mutation.path] += 1
        if sum(tried.values()) % PROGRESS_EVERY == 0:
            print(f"{sum(tried.values())} of {len(picked)} tried", file=sys.stderr, flush=True)
        if alive and mutation.key in equivalent:
            known += 1
        elif alive:
            survivors[mutation.path].append(mutation)
            print(f"{SURVIVED}: {mutation.describe()} ({len(trials.of(mutation))} tests)", flush=True)
    left = sum(len(found) for found in survivors.values())
    share = 100.0 * left / max(len(picked), 1)
    print(
        f"seed {asked.seed}: {len(picked)} mutations in {len(tried)} modules: {left} survived ({share:.1f} %), ", end=""
    )
    print(f"{known} more are equivalent, {len(picked) - left - known} were noticed")
    return int(share > asked.most)


if __name__ == "__main__":
    sys.exit(main())
