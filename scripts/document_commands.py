"""Finds, checks and runs the qgis_process commands in the documentation."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from checkout import ROOT

DOCUMENTS = [
    "README.md",
    "README.zh.md",
    "docs/tutorial.md",
    "docs/zh/tutorial.md",
    "docs/studies.md",
    "docs/zh/studies.md",
]


class Command(NamedTuple):
    """A ``qgis_process run`` of a document."""

    algorithm: str
    parameters: dict[str, str | list[str]]


def blocks(document: str) -> list[tuple[str, str]]:
    """The fenced blocks of a document: info string and text."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(r"^```([^\n]*)\n(.*?)^```", text, flags=re.S | re.M)


def commands(document: str) -> list[Command]:
    """The commands in a document's fenced blocks, in order."""
    lines = [line for _, block in blocks(document) for line in block.replace("\\\n", " ").splitlines()]
    return [parsed(line) for line in lines if re.match(r"(\w+=\S+ )*qgis_process run ", line)]


def tables(document: str) -> dict[str, str]:
    """The tables that readers of a document are asked to save, in blocks ```csv NAME."""
    return {head.split()[1]: block for head, block in blocks(document) if head.startswith("csv ")}


def parsed(line: str) -> Command:
    """Parse a command line."""
    words = shlex.split(line, comments=True)
    algorithm, *options = words[words.index("run") + 1 :]
    parameters: dict[str, str | list[str]] = {}
    for option in options:
        name, value = option[2:].split("=", 1)
        # A repeated option adds to a list.
        parameters[name] = value if name not in parameters else [*_listed(parameters[name]), value]
    return Command(algorithm, parameters)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def unknown_names(command: Command) -> list[str]:
    """Parameters of a command that its algorithm does not have; qgis_process would silently ignore them."""
    from qgis.core import QgsApplication

    algorithm = QgsApplication.processingRegistry().algorithmById(command.algorithm)
    if algorithm is None:
        return [command.algorithm]
    known = {definition.name() for definition in algorithm.parameterDefinitions()}
    return [name for name in command.parameters if name not in known]


def run(command: Command) -> dict:
    """Run a command in this process; paths are relative to the current folder."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(command.algorithm)
    context, feedback, project = QgsProcessingContext(), QgsProcessingFeedback(), QgsProject()
    context.setProject(project)
    fine, why = algorithm.checkParameterValues(command.parameters, context)
    if not fine:
        raise ValueError(f"{command.algorithm}: {why}")
    results, done = algorithm.run(command.parameters, context, feedback, {}, False)
    if not done:
        raise ValueError(f"{command.algorithm}: {feedback.textLog()}")
    return results


def results_folder(document: str) -> str:
    """The folder in which a document asks its readers to work; "" for the checkout itself."""
    found = re.search(r"^mkdir -p (\w+) && cd \1$", "\n".join(block for _, block in blocks(document)), flags=re.M)
    return found[1] if found else ""


@contextmanager
def reader_folder(checkout: Path, document: str) -> Iterator[Path]:
    """Context with the working folder of a reader of ``document``: ``checkout`` or a folder in it."""
    before = Path.cwd()
    if not (checkout / "resources").exists():
        (checkout / "resources").symlink_to(ROOT / "resources")
    folder = checkout / results_folder(document)
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
