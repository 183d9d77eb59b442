"""The land-use futures as four calls of algorithms, for benchmarks: from transitions to accuracy."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Futures:
    """The inputs and outputs of the steps.

    Attributes:
        earlier, later: land covers to learn from; the simulation starts from the later one.
        years: of the two.
        target: the last year simulated.
        drivers: rasters.
        out: folder of everything written.
        extra: further parameters by the algorithm's id.
    """

    earlier: Path
    later: Path
    years: tuple[int, int]
    target: int
    drivers: Sequence[Path]
    out: Path
    extra: Mapping[str, Mapping[str, object]]

    @property
    def simulated(self) -> Path:
        """The simulated land cover; the last year is band 1."""
        return self.out / "simulated.tif"

    def calls(self) -> list[tuple[str, dict[str, object]]]:
        """Algorithm and parameters of each step but the last, in order."""
        cover, flows, suitability = str(self.later), str(self.out / "flows.csv"), str(self.out / "suitability.tif")
        calls = [
            (
                "landusetransition",
                {
                    "LAND_COVER": str(self.earlier),
                    "LAND_COVER_LATER": cover,
                    "YEAR": self.years[0],
                    "LATER_YEAR": self.years[1],
                    "TARGET_YEAR": self.target,
                    "TRANSITIONS": flows,
                },
            ),
            (
                "landusesuitability",
                {
                    "LAND_COVER": cover,
                    "EARLIER": str(self.earlier),
                    "DRIVERS": [str(driver) for driver in self.drivers],
                    "OUTPUT": suitability,
                },
            ),
            (
                "landusesimulation",
                {
                    "LAND_COVER": cover,
                    "SUITABILITY": suitability,
                    "TRANSITIONS": flows,
                    "OUTPUT": str(self.simulated),
                },
            ),
        ]
        return [(name, {**given, **self.extra.get(name, {})}) for name, given in calls]


def accuracy_call(start: Path, reference: Path, simulated: Path) -> tuple[str, dict[str, object]]:
    """The last step: accuracy of a simulated land cover."""
    return "simulationaccuracy", {
        "LAND_COVER": str(start),
        "REFERENCE": str(reference),
        "SIMULATED": str(simulated),
        # Uniform runs take as long as a simulation, which is timed separately.
        "UNIFORM_RUNS": 0,
    }


def command(program: str, name: str, given: Mapping[str, object]) -> list[str]:
    """The call as a ``qgis_process`` command."""
    arguments = []
    for key, value in given.items():
        values = value if isinstance(value, list) else [value]
        arguments += [f"--{key}={one}" for one in values]
    return [program, "--json", "run", f"carbonbalance:{name}", *arguments]


def by_commands(program: str, calls: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """Each call as a separate process, as on the command line."""
    for name, given in calls:
        subprocess.run(command(program, name, given), check=True, stdout=subprocess.DEVNULL)


def in_one_qgis(calls: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """All calls by ``processing.run`` in a QGIS that has started; prints seconds as JSON."""
    import kernels

    kernels.load_plugin()
    processing = kernels.start_processing()
    begin = last = time.perf_counter()
    begin_cpu = time.process_time()
    parts = {}
    for name, given in calls:
        processing.run(f"carbonbalance:{name}", dict(given))
        parts[name] = round(time.perf_counter() - last, 3)
        last = time.perf_counter()
    print(json.dumps({"seconds": last - begin, "cpu_seconds": time.process_time() - begin_cpu, "parts": parts}))


if __name__ == "__main__":
    how, *rest = sys.argv[1:]
    if how == "qgis":
        in_one_qgis(json.loads(rest[0]))
    else:
        by_commands(how, json.loads(rest[0]))
