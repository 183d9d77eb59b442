"""Rows of benchmark tables: measurements, peers and requirements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

from timing import CPU, Program, Times, in_turn, ratio, ratios


@dataclass(frozen=True)
class Line:
    """A row: the plugin compared with a peer, or alone.

    Attributes:
        what: description of the measurement.
        ours, peer_name, peer: the runs.
        least, least_cpu: required ratio of the peer's time to that of the plugin, by the clock and of processors.
        most_s, most_cpu_s, most_mb: limits of time by the clock and of processors, and of memory, of the plugin.
    """

    what: str
    ours: Times
    peer_name: str = ""
    peer: Times | None = None
    least: float | None = None
    least_cpu: float | None = None
    most_s: float | None = None
    most_cpu_s: float | None = None
    most_mb: float | None = None

    @property
    def times_faster(self) -> float | None:
        """Median over the pairs of runs of the peer's time / the plugin's time."""
        return None if self.peer is None else ratio(self.peer, self.ours)

    @property
    def times_less_cpu(self) -> float | None:
        """The same of the processors' time, which depends less on other users of the machine."""
        return None if self.peer is None else ratio(self.peer, self.ours, CPU)

    @property
    def verdicts(self) -> list[tuple[str, bool]]:
        """Each requirement, and whether it is met."""
        asked = []
        if self.least is not None:
            asked.append((f">= {self.least:.3g} x", self.times_faster >= self.least))
        if self.least_cpu is not None:
            asked.append((f">= {self.least_cpu:.3g} x by CPU time", self.times_less_cpu >= self.least_cpu))
        if self.most_s is not None:
            asked.append((f"< {self.most_s:g} s", self.ours.median_s < self.most_s))
        if self.most_cpu_s is not None:
            asked.append((f"< {self.most_cpu_s:g} s of CPU", self.ours.median_cpu_s < self.most_cpu_s))
        if self.most_mb is not None:
            asked.append((f"< {self.most_mb:g} MB", self.ours.peak_mb < self.most_mb))
        return asked

    def cells(self) -> list[str]:
        """The line as text, in the order of ``HEADER``: ratios, which carry over to other machines, come first."""
        peer = self.peer
        return [
            self.what,
            self.peer_name,
            "" if peer is None else with_spread(ratios(peer, self.ours)),
            "" if peer is None or math.isnan(self.times_less_cpu) else with_spread(ratios(peer, self.ours, CPU)),
            ", ".join(f"{text}: {'yes' if met else 'NO'}" for text, met in self.verdicts),
            f"{self.ours.median_s:.2f}",
            f"{self.ours.median_cpu_s:.2f}",
            f"{self.ours.peak_mb:.0f}",
            "" if peer is None else f"{peer.median_s:.2f}",
            "" if peer is None or math.isnan(peer.median_cpu_s) else f"{peer.median_cpu_s:.2f}",
            "" if peer is None or math.isnan(peer.peak_mb) else f"{peer.peak_mb:.0f}",
        ]


def with_spread(values: Sequence[float]) -> str:
    """The median, and the range of more than one value."""
    middle = f"{median(values):.2f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.2f} to {max(values):.2f})"


def rounds(runs: int, size: int, kernel: bool = False) -> int:
    """Number of runs at a size: more at smaller sizes and for kernels, to average out other load; at least ``runs``."""
    return max(runs, round((3 if kernel else 1) * runs * 10_000 / size))


HEADER = [
    *("what", "against", "times faster", "by CPU time", "target"),
    *("ours, s", "s of CPU", "MB", "theirs, s", "s of CPU", "MB"),
]


def compare(what: str, ours: Program, peers: Sequence[tuple[Program, float | None]], runs: int, **asked) -> list[Line]:
    """Run the plugin in turn with its peers, each with a required ratio; without peers the plugin alone.

    ``asked`` are further requirements, of which those without a peer's name go into the first line.
    """
    print(f"  {what}", flush=True)
    first, *others = in_turn([ours, *(peer for peer, _ in peers)], runs)
    if not peers:
        return [Line(what, first, **asked)]
    return [
        Line(what, first, peer.name, times, least, **(asked if number == 0 else {}))
        for number, ((peer, least), times) in enumerate(zip(peers, others))
    ]


GROWTH_HEADER = ["what", "sizes", "by wall time", "by CPU time"]


def growth(lines: Sequence[Line], sizes: Sequence[int]) -> list[list[str]]:
    """Growth of times with the amount of work: exponent e of time ~ amount^e, one row per program.

    The amount is the number of cells of a raster, or of observations; ``e`` is fitted to the logarithms of the medians
    at all sizes. Empty for a single size.
    """
    found: dict[str, dict[float, Times]] = {}
    for line in lines:
        for size in sizes:
            for text, amount in ((f"{size:,} squared", float(size) ** 2), (f"n = {size:,}", float(size))):
                if text in line.what:
                    what = line.what.replace(text, "").replace(", ,", ",").strip(" ,")
                    found.setdefault(what, {})[amount] = line.ours
                    # Reported instead of measured times have no processor time, and the reported growth.
                    if line.peer is not None and not math.isnan(line.times_less_cpu):
                        found.setdefault(f"{what}: {line.peer_name}", {})[amount] = line.peer
    rows = []
    for what, times in found.items():
        if len(times) < 2:
            continue
        logs = [math.log(amount) for amount in times]
        exponents = [
            linear_regression(
                logs, [math.log(median(getattr(run, clock) for run in each.runs)) for each in times.values()]
            )
            for clock in ("seconds", "cpu_seconds")
        ]
        rows.append([what, str(len(times)), *(f"{exponent.slope:.2f}" for exponent in exponents)])
    return rows
