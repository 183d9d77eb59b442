"""Command line of the two benchmarks that compare regressions of the plugin with those of mgwr."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping

from comparison import compare
from timing import Program

LEAST = 10  # Required ratio of the time of mgwr to that of the plugin.
OURS, MGWR = "ours", "mgwr"


def compare_with_mgwr(
    about: str, rows: int, program: Callable[[str, int], Program], fits: Mapping[str, Callable[[int], dict]]
) -> None:
    """Parse the arguments, run both programs in turn, and print the ratios of their times.

    Args:
        about: description of the command.
        rows: default number of observations.
        program: the separate process of a program, by its name and the number of observations.
        fits: the function that each of these processes runs, by the name of the program.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, nargs="+", default=[rows], help=f"observations ({rows})")
    parser.add_argument("--runs", type=int, default=3, help="of each (3)")
    parser.add_argument("--only", choices=[OURS, MGWR], help="run one of the two")
    parser.add_argument("--one", choices=[OURS, MGWR], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(fits[asked.one](asked.n[0])))
        return
    for number in asked.n:
        peers = [] if asked.only else [(program(MGWR, number), LEAST)]
        for line in compare(f"n = {number:,}", program(asked.only or OURS, number), peers, asked.runs):
            if line.peer is not None:
                print(
                    f"  mgwr / ours, median of pairs: {line.times_faster:.1f} times, "
                    f"{line.times_less_cpu:.1f} times by CPU time"
                )
