"""Commands of the compared programs: algorithms through qgis_process, InVEST, GDAL, kernels."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from timing import Program

ROOT = Path(__file__).resolve().parent.parent
KERNELS = Path(__file__).with_name("kernels.py")
INPUTS = Path(__file__).with_name("inputs.py")
INVEST = """
import json, sys
from natcap.invest import carbon
carbon.execute(json.loads(sys.argv[1]))
"""


@dataclass(frozen=True)
class Programs:
    """Creates the programs of a benchmark.

    Attributes:
        folder: for inputs, outputs and a throw-away QGIS profile.
        peers: the folder that ``install_peers.sh`` filled; ``None`` leaves those comparisons out.
    """

    folder: Path
    peers: Path | None

    def made(self, name: str, *numbers: int) -> str:
        """The path of an input (what ``inputs.py`` prints), made if it is not there yet.

        Created in a separate process, because NumPy in this one would count as memory of every started program.
        """
        command = [sys.executable, str(INPUTS), name, str(self.folder), *map(str, numbers)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def profile(self) -> dict[str, str]:
        """Environment of a QGIS profile in which this checkout is the plugin."""
        profile = self.folder / "profile"
        environment = {
            "QGIS_PLUGINPATH": str(profile / "plugins"),
            "QGIS_CUSTOM_CONFIG_PATH": str(profile / "config"),
            "XDG_RUNTIME_DIR": str(profile / "runtime"),
            "QT_QPA_PLATFORM": "offscreen",
            # Compiled modules are kept, as on a user's machine.
            "PYTHONDONTWRITEBYTECODE": "",
        }
        link = profile / "plugins" / "carbon_balance"
        if link.resolve() != ROOT:  # No profile yet, or that of another checkout.
            shutil.rmtree(profile, ignore_errors=True)
            for name in ("plugins", "config", "runtime"):
                (profile / name).mkdir(parents=True, mode=0o700)
            link.symlink_to(ROOT)
            subprocess.run(
                [qgis_process(), "plugins", "enable", "carbon_balance"],
                env={**os.environ, **environment},
                check=True,
                capture_output=True,
            )
        return environment

    def qgis(self, name: str, algorithm: str, outputs: dict[str, str], **parameters: object) -> Program:
        """``qgis_process run algorithm``; ``outputs`` maps parameters to file names in the folder."""
        paths = {parameter: self.folder / file for parameter, file in outputs.items()}
        arguments = [f"--{key}={value}" for key, value in {**parameters, **paths}.items()]
        command = [qgis_process(), "--json", "run", algorithm, *arguments]
        return Program(name, command, self.profile(), list(paths.values()))

    def toolbox(self, name: str, algorithm: str, outputs: dict[str, str], **parameters: object) -> Program:
        """``processing.run(algorithm)`` in a running QGIS."""
        paths = {parameter: self.folder / file for parameter, file in outputs.items()}
        given = {
            key: value if isinstance(value, list) else str(value) for key, value in {**parameters, **paths}.items()
        }
        kernel = self.kernel(name, "toolbox", algorithm, json.dumps(given), outputs=tuple(paths.values()))
        return replace(kernel, environment=self.profile())

    def qgis_start(self) -> Program:
        """Start of QGIS to list its algorithms, which is the overhead of every command."""
        return Program("qgis_process list", [qgis_process(), "list"], self.profile())

    def invest(self, name: str, **arguments: object) -> Program:
        """InVEST's carbon model in Python, in one process (its parallel mode hangs with valuation)."""
        workspace = self.folder / "invest"
        given = {"workspace_dir": str(workspace), "n_workers": -1, **arguments}
        return Program(name, [self.peer_python(), "-c", INVEST, json.dumps(given)], outputs=[workspace])

    def peer_python(self) -> str:
        """The Python that the peers are installed in."""
        return str(self.peers / "bin" / "python")

    def kernel(
        self, name: str, *arguments: object, peer: bool = False, outputs: tuple[Path, ...] = (), of: Path = KERNELS
    ) -> Program:
        """A part of ``kernels.py`` or another such script, which times itself without the start of Python."""
        python = self.peer_python() if peer else sys.executable
        return Program(name, [python, str(of), *map(str, arguments)], outputs=list(outputs), prints_seconds=True)

    def gdal_translate(self, source: Path, options: list[str]) -> Program:
        """``gdal_translate`` with usual options."""
        target = self.folder / "translated.tif"
        return Program("gdal_translate", ["gdal_translate", "-q", *options, str(source), str(target)], {}, [target])


def qgis_process() -> str:
    """The program: the one behind Debian's wrapper script, which may be broken, or the script."""
    found = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if found is None:
        raise SystemExit("qgis_process is not installed")
    return found
