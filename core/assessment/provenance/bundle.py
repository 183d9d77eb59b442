"""Zip bundles for repeating the steps that led to a result.

A bundle contains scripts for ``qgis_process`` (for a shell and for Windows), the steps with their parameters as JSON,
the checksums of the inputs, and the inputs that were found.
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...runtime.files import companions
from ...runtime.i18n import tr
from ...runtime.staging import cannot_write, staged_file
from .chain import inputs_read
from .record import InputRecord, StepRecord, checksum

# Name of an output -> (file suffix, whether it is required).
Destinations = Callable[[str], Mapping[str, "tuple[str, bool]"]]
# Name and checksum.
InputFile = tuple[str, str]
RESULTS_FOLDER, INPUTS_FOLDER = "results", "inputs"
# Characters that are not allowed in checksum files, scripts or Windows file names.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
# A fixed date, so that bundles of the same steps and inputs are identical.
_DATE = (1980, 1, 1, 0, 0, 0)
_MOST_FILES = 20_000


@dataclass(frozen=True)
class Command:
    """One call of ``qgis_process run``: the algorithm with its parameter values, each a text or a path below a folder.

    Attributes:
        algorithm: id of the algorithm.
        values: (parameter, folder, text): ``folder`` is RESULTS_FOLDER, INPUTS_FOLDER or "" for a plain value.
    """

    algorithm: str
    values: tuple[tuple[str, str, str], ...]


def file_names(steps: Sequence[StepRecord]) -> dict[InputFile, str]:
    """Names in the bundle of files that were not made by a step; the checksum is added to duplicate names.

    Records may come from untrusted sources: no name may lead outside the folder of the inputs.
    """
    files = list(dict.fromkeys(input_file(each) for each in inputs_read(steps)))
    plain = [_UNSAFE.sub("_", re.split(r"[\\/]", name)[-1]).strip(". ") or "input" for name, _ in files]
    counts = Counter(name.casefold() for name in plain)
    return {
        file: f"{file[1][:8] or at}_{name}" if counts[name.casefold()] > 1 else name
        for at, (file, name) in enumerate(zip(files, plain))
    }


def input_file(each: InputRecord) -> InputFile:
    """The key of the file of an input; several inputs or layers may share a file."""
    return each.name, each.sha256


def commands(steps: Sequence[StepRecord], destinations: Destinations) -> list[Command]:
    """The calls that repeat the steps, each reading outputs of earlier ones.

    Args:
        steps: steps in executable order.
        destinations: returns the outputs of an algorithm.
    """
    names = file_names(steps)
    used = {(each.step, each.output) for step in steps for each in step.inputs if each.step}
    numbers = {step.id: at for at, step in enumerate(steps, 1)}
    endings = {step.id: destinations(step.algorithm) for step in steps}

    def place(step: str, output: str) -> str:
        return f"{numbers[step]}_{output.replace(':', '_')}{endings[step].get(output, ('.gpkg', True))[0]}"

    made = []
    for step in steps:
        values = []
        for each in step.inputs:
            if each.step in numbers:
                values.append((each.parameter, RESULTS_FOLDER, place(each.step, each.output)))
            else:
                table = f"|layername={each.layer}" if each.layer else ""
                values.append((each.parameter, INPUTS_FOLDER, names[input_file(each)] + table))
        # Including defaults, which may differ in other versions.
        for name, value in {**step.defaults, **step.parameters}.items():
            values += [(name, "", _argument(item)) for item in (value if isinstance(value, (list, tuple)) else [value])]
        outputs = endings[step.id]
        wanted = [name for name, (_, is_needed) in outputs.items() if is_needed or (step.id, name) in used]
        # A step such as a report may write any of its outputs; without one it would write nothing.
        for output in wanted or list(outputs)[:1]:
            values.append((output, RESULTS_FOLDER, place(step.id, output)))
        made.append(Command(step.algorithm, tuple(values)))
    return made


def shell_script(calls: Sequence[Command], versions: str) -> str:
    """The calls as a bash script; ``versions`` is a line with the versions used."""
    lines = [
        "#!/usr/bin/env bash",
        "# Runs the steps of a carbon balance again. Needs QGIS with the plugin Carbon Balance.",
        f"# Made with {_without_breaks(versions)}.",
        "# Usage: [QGIS_PROCESS=program] ./run.sh [folder of the results]",
        "set -euo pipefail",
        'cd "$(dirname "$0")"',
        f"results=${{1:-{RESULTS_FOLDER}}} inputs={INPUTS_FOLDER} program=${{QGIS_PROCESS:-qgis_process}}",
        'mkdir -p "$results"',
        # sha256sum fails for an empty list of checksums.
        'if [ -s inputs.sha256 ]; then (cd "$inputs" && sha256sum --check --quiet ../inputs.sha256); fi',
    ]
    for call in calls:
        values = " \\\n    ".join(
            f'{shlex.quote(f"--{name}=")}"${folder}"/{shlex.quote(text)}' if folder else shlex.quote(f"--{name}={text}")
            for name, folder, text in call.values
        )
        lines.append(f'"$program" run {shlex.quote(call.algorithm)} \\\n    {values}')
    return "\n".join(lines) + "\n"


def batch_script(calls: Sequence[Command], versions: str) -> str:
    """The calls as a batch file for the OSGeo4W shell of Windows."""
    lines = [
        "@echo off",
        "rem Runs the steps of a carbon balance again, in the OSGeo4W shell of QGIS with the plugin Carbon Balance.",
        f"rem Made with {_without_breaks(versions)}.",
        "chcp 65001 >nul",
        'cd /d "%~dp0"',
        f"if not exist {RESULTS_FOLDER} mkdir {RESULTS_FOLDER}",
    ]
    for call in calls:
        values = " ".join(
            f'"--{name}={folder}\\{_batch_quoted(text)}"' if folder else f'"--{name}={_batch_quoted(text)}"'
            for name, folder, text in call.values
        )
        lines.append(f"call qgis_process-qgis run {call.algorithm} {values} || exit /b 1")
    return "\r\n".join(lines) + "\r\n"


def find_inputs(read: Iterable[InputRecord], folders: Iterable[Path]) -> dict[InputFile, Path]:
    """Find the files with the checksums of the inputs in ``folders`` and one level below.

    Only files with matching size are read.
    """
    wanted: dict[int, list[InputFile]] = {}
    for each in read:
        if each.sha256:
            wanted.setdefault(each.size_bytes, []).append(input_file(each))
    found: dict[InputFile, Path] = {}
    looked = 0
    for folder in filter(_is_folder, dict.fromkeys(folders)):
        for path in [*sorted(folder.glob("*")), *sorted(folder.glob("*/*"))]:
            looked += 1
            if looked > _MOST_FILES:
                return found
            if not path.is_file() or path.stat().st_size not in wanted:
                continue
            digest, size = checksum(path)
            found.update({each: path for each in wanted[size] if each[1] == digest and each not in found})
    return found


def _is_folder(path: Path) -> bool:
    """Whether a folder of this name exists; a name that the system refuses, such as a very long one, does not."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_dir()
    return False


def write_bundle(
    path: Path, steps: Sequence[StepRecord], destinations: Destinations, folders: Iterable[Path]
) -> list[str]:
    """Write the bundle; returns the names of inputs that are not included.

    Args:
        path: path of the zip file.
        steps: at least one step, in executable order.
        destinations: returns the outputs of an algorithm.
        folders: folders in which inputs are searched by checksum.

    Raises:
        CarbonBalanceError: the file cannot be written.
    """
    names = file_names(steps)
    found = find_inputs(inputs_read(steps), folders)
    missing = [name for each, name in names.items() if each not in found]
    calls = commands(steps, destinations)
    sums = "".join(f"{sha256}  {name}\n" for (_, sha256), name in names.items() if sha256)
    versions = ", ".join(f"{name} {version}" for name, version in steps[-1].versions.items())
    texts = {
        "run.sh": shell_script(calls, versions),
        "run.bat": batch_script(calls, versions),
        "steps.json": json.dumps([asdict(step) for step in steps], ensure_ascii=False, indent=1, default=str) + "\n",
        "inputs.sha256": sums,
        "README.txt": _readme(missing),
    }
    try:
        with staged_file(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in texts.items():
                entry = zipfile.ZipInfo(name, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
                packed.writestr(entry, text)
            for each, source in found.items():
                for file in dict.fromkeys([source, *companions(source)]):
                    ending = file.name[len(source.stem) :] if file.stem == source.stem else file.suffix
                    entry = zipfile.ZipInfo(f"{INPUTS_FOLDER}/{Path(names[each]).stem}{ending}", _DATE)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    packed.writestr(entry, file.read_bytes())
    except OSError as error:
        raise cannot_write(path, error) from None
    return missing


def _readme(missing: Sequence[str]) -> str:
    lines = [
        tr("This bundle runs the steps of a carbon balance again: ./run.sh, or run.bat in the OSGeo4W shell."),
        tr("steps.json lists the steps with their parameters and results, inputs.sha256 the checksums of the inputs."),
    ]
    if missing:
        sentence = tr("Not in the bundle; put them into the folder inputs first: {names}")
        lines.append(sentence.format(names=", ".join(missing)))
    return "\n".join(lines) + "\n"


def _argument(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _without_breaks(text: str) -> str:
    return " ".join(text.split())


def _batch_quoted(text: str) -> str:
    """A text in quotation marks for a batch file; only percent signs and quotes need escaping."""
    return _without_breaks(text).replace("%", "%%").replace('"', '""')
