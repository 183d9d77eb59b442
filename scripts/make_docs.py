"""Writes what the documentation says of the algorithms from the algorithms themselves; --check only compares.

    /usr/bin/python3 scripts/make_docs.py [--check]

Made are the table in README.md and a page for each algorithm and model in docs/algorithms/.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from checkout import ROOT
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
)

PAGES = ROOT / "docs" / "algorithms"
FLAG = QgsProcessingParameterDefinition.Flag


def provider():
    """The provider, registered, with its models resolved."""
    from carbon_balance.provider import CarbonBalanceProvider

    registry = QgsApplication.processingRegistry()
    known = registry.providerById("carbonbalance")
    if known is None:
        known = CarbonBalanceProvider()
        registry.addProvider(known)
        known.refreshAlgorithms()
    return known


def by_group(algorithms: list[QgsProcessingAlgorithm]) -> list[QgsProcessingAlgorithm]:
    """In the order of the toolbox's groups, then by name."""
    from carbon_balance.algorithms import groups

    order = [group.id for group in vars(groups).values() if isinstance(group, groups.Group)]
    return sorted(algorithms, key=lambda item: (order.index(item.groupId()), item.name()))


def table(algorithms: list[QgsProcessingAlgorithm]) -> str:
    """The algorithms by group, as a table in Markdown."""
    lines = ["| algorithm | answers |", "|---|---|"]
    group = ""
    for algorithm in algorithms:
        if algorithm.group() != group:
            group = algorithm.group()
            lines.append(f"| **{group}** | |")
        answer = algorithm.shortDescription() or algorithm.helpContent().get("ALG_DESC", "").split(":")[0]
        lines.append(f"| [`{algorithm.name()}`](docs/algorithms/{algorithm.name()}.md) | {answer} |")
    return "\n".join(lines)


def cell(text: str) -> str:
    """Text that fits into a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def parameter_row(algorithm: QgsProcessingAlgorithm, definition: QgsProcessingParameterDefinition) -> str:
    """Name, what it is, whether it is needed, and its help."""
    words = [cell(definition.description())]
    if isinstance(definition, QgsProcessingParameterEnum):
        words.append("one of " + ", ".join(f"`{option}`" for option in definition.options()))
    default = definition.defaultValue()
    if default not in (None, "", []):
        words.append(f"default `{default}`")
    if definition.flags() & FLAG.FlagOptional:
        words.append("optional")
    is_model = isinstance(algorithm, QgsProcessingModelAlgorithm)
    content = algorithm.helpContent() if is_model else {}
    help_text = definition.help() or content.get(definition.name(), "")
    return f"| `{definition.name()}` | {'; '.join(words)} | {cell(help_text)} |"


def page(algorithm: QgsProcessingAlgorithm) -> str:
    """The page of an algorithm in Markdown."""
    is_model = isinstance(algorithm, QgsProcessingModelAlgorithm)
    text = algorithm.helpContent()["ALG_DESC"] if is_model else algorithm.help_text()
    text = re.sub(r"</?b>", "**", text)
    definitions = algorithm.parameterDefinitions()
    inputs = [definition for definition in definitions if not definition.isDestination()]
    made = [definition for definition in definitions if definition.isDestination()]
    named = {definition.name() for definition in definitions}
    numbers = [output for output in algorithm.outputDefinitions() if output.name() not in named]
    lines = [
        f"# {algorithm.displayName()}",
        "",
        f"`carbonbalance:{algorithm.name()}`, in the group {algorithm.group()}."
        + (" A model: open it in the model designer to see or change its steps." if is_model else ""),
        "",
        *(part.strip() + "\n" for part in text.strip().split("\n\n")),
        "## Inputs",
        "",
        "| parameter | what | how |",
        "|---|---|---|",
        *(parameter_row(algorithm, definition) for definition in inputs),
        "",
        "## Outputs",
        "",
        "| output | what | how |",
        "|---|---|---|",
        *(parameter_row(algorithm, definition) for definition in made),
        *(
            f"| `{output.name()}` | {cell(output.description())} | value in the log and in `--json` |"
            for output in numbers
        ),
        "",
        "*Made by `scripts/make_docs.py` from the algorithm itself.*",
        "",
    ]
    return "\n".join(lines)


def contents() -> dict[Path, str]:
    """Every file that is made, and what it should hold."""
    algorithms = by_group(list(provider().algorithms()))
    readme = ROOT / "README.md"
    block = f"<!-- algorithms -->\n{table(algorithms)}\n<!-- /algorithms -->"
    text = readme.read_text(encoding="utf-8")
    made = {readme: re.sub(r"<!-- algorithms -->.*<!-- /algorithms -->", lambda _: block, text, flags=re.S)}
    return {**made, **{PAGES / f"{algorithm.name()}.md": page(algorithm) for algorithm in algorithms}}


def stale(wanted: dict[Path, str]) -> list[Path]:
    """The files that do not hold what is ``wanted`` of them, or should not be there."""
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return changed + [path for path in PAGES.glob("*.md") if path not in wanted]


def main() -> int:
    """Write or check."""
    application = QgsApplication([], False)
    application.initQgis()
    wanted = contents()
    files = stale(wanted)
    if "--check" in sys.argv:
        for path in files:
            print(f"{path.relative_to(ROOT)} is not up to date: run scripts/make_docs.py")
        return 1 if files else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in files:
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
