"""Generates the documentation of the algorithms from their definitions; --check only compares.

    /usr/bin/python3 scripts/make_docs.py [--check]

It generates, in English and Chinese, the table in the README and a page for each algorithm and model.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from checkout import ROOT
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
)


@dataclass(frozen=True)
class Manual:
    """The documents in a language: their paths, and the words used around algorithm texts."""

    language: str
    readme: str
    pages: str
    table: tuple[str, str]
    place: str
    model: str
    inputs: tuple[str, str, str, str]
    outputs: tuple[str, str, str, str]
    one_of: str
    comma: str
    default: str
    optional: str
    needed: str
    value: str
    made: str
    other: str


MANUALS = [
    Manual(
        "en",
        "README.md",
        "docs/algorithms",
        ("algorithm", "answers"),
        "`{id}`, in the group {group}.",
        " A model: to see or change its steps, make a copy of your own with [`copymodels`](copymodels.md).",
        ("Inputs", "parameter", "what", "how"),
        ("Outputs", "output", "what", "how"),
        "one of {options}",
        "; ",
        "default `{value}`",
        "optional",
        "needed in scripts (`TEMPORARY_OUTPUT` will do)",
        "value in the log and in `--json`",
        "Made by `scripts/make_docs.py` from the algorithm itself.",
        "[中文](../zh/algorithms/{name}.md)",
    ),
    Manual(
        "zh",
        "README.zh.md",
        "docs/zh/algorithms",
        ("算法", "回答的问题"),
        "`{id}`，属于“{group}”组。",
        "这是一个模型：要查看或修改其步骤，请用 [`copymodels`](copymodels.md) 复制一份自己的模型。",
        ("输入", "参数", "内容", "说明"),
        ("输出", "输出", "内容", "说明"),
        "可选 {options}",
        "；",
        "默认 `{value}`",
        "可不填",
        "脚本中必填（可写 `TEMPORARY_OUTPUT`）",
        "数值，见日志和 `--json`",
        "由 `scripts/make_docs.py` 从算法自身生成。",
        "[English](../../algorithms/{name}.md)",
    ),
]
FLAG = QgsProcessingParameterDefinition.Flag
# Keep a Python reference to the provider, which QGIS does not hold.
_kept: list = []


def provider():
    """The provider, registered, with its models resolved."""
    from carbon_balance.provider import CarbonBalanceProvider

    registry = QgsApplication.processingRegistry()
    known = registry.providerById("carbonbalance")
    if known is None:
        known = CarbonBalanceProvider()
        registry.addProvider(known)
        known.refreshAlgorithms()
        _kept.append(known)
    return known


def by_group(algorithms: list[QgsProcessingAlgorithm]) -> list[QgsProcessingAlgorithm]:
    """Sorted by toolbox group, then by name."""
    from carbon_balance.algorithms.shared import groups

    order = [group.id for group in vars(groups).values() if isinstance(group, groups.Group)]
    return sorted(algorithms, key=lambda item: (order.index(item.groupId()), item.name()))


def table(algorithms: list[QgsProcessingAlgorithm], manual: Manual) -> str:
    """The algorithms by group, as a table in Markdown."""
    lines = [f"| {manual.table[0]} | {manual.table[1]} |", "|---|---|"]
    group = ""
    for algorithm in algorithms:
        if algorithm.group() != group:
            group = algorithm.group()
            lines.append(f"| **{group}** | |")
        answer = algorithm.shortDescription() or re.split("[:：]", algorithm.helpContent().get("ALG_DESC", ""))[0]
        title = f"{algorithm.displayName()}：" if manual.language != "en" else ""
        lines.append(f"| [`{algorithm.name()}`]({manual.pages}/{algorithm.name()}.md) | {title}{answer} |")
    return "\n".join(lines)


def cell(text: str) -> str:
    """Text that fits into a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def parameter_row(
    algorithm: QgsProcessingAlgorithm, definition: QgsProcessingParameterDefinition, manual: Manual
) -> str:
    """A table row for a parameter: name, description, whether it is required, and help."""
    words = [cell(definition.description())]
    if isinstance(definition, QgsProcessingParameterEnum):
        words.append(manual.one_of.format(options=", ".join(f"`{option}`" for option in definition.options())))
    default = definition.defaultValue()
    if default not in (None, "", []):
        words.append(manual.default.format(value=default))
    if definition.flags() & FLAG.FlagOptional:
        words.append(manual.optional)
    elif definition.isDestination():
        words.append(manual.needed)
    is_model = isinstance(algorithm, QgsProcessingModelAlgorithm)
    content = algorithm.helpContent() if is_model else {}
    help_text = definition.help() or content.get(definition.name(), "")
    return f"| `{definition.name()}` | {manual.comma.join(words)} | {cell(help_text)} |"


def page(algorithm: QgsProcessingAlgorithm, manual: Manual) -> str:
    """The page of an algorithm in Markdown."""
    is_model = isinstance(algorithm, QgsProcessingModelAlgorithm)
    text = algorithm.helpContent()["ALG_DESC"] if is_model else algorithm.help_text()
    text = re.sub(r"</?b>", "**", text)
    definitions = algorithm.parameterDefinitions()
    inputs = [definition for definition in definitions if not definition.isDestination()]
    made = [definition for definition in definitions if definition.isDestination()]
    named = {definition.name() for definition in definitions}
    numbers = [output for output in algorithm.outputDefinitions() if output.name() not in named]
    place = manual.place.format(id=f"carbonbalance:{algorithm.name()}", group=algorithm.group())
    lines = [
        f"# {algorithm.displayName()}",
        "",
        f"{place}{manual.model if is_model else ''} {manual.other.format(name=algorithm.name())}",
        "",
        *(part.strip() + "\n" for part in text.strip().split("\n\n")),
        *heads(manual.inputs),
        *(parameter_row(algorithm, definition, manual) for definition in inputs),
        "",
        *heads(manual.outputs),
        *(parameter_row(algorithm, definition, manual) for definition in made),
        *(f"| `{output.name()}` | {cell(output.description())} | {manual.value} |" for output in numbers),
        "",
        f"*{manual.made}*",
        "",
    ]
    return "\n".join(lines)


def heads(words: tuple[str, str, str, str]) -> list[str]:
    """A heading and the head of the table below it."""
    return [f"## {words[0]}", "", f"| {' | '.join(words[1:])} |", "|---|---|---|"]


def in_language(manual: Manual) -> dict[Path, str]:
    """Every generated file in a language with its content."""
    from carbon_balance.core.runtime import i18n

    registered = by_group(list(provider().algorithms()))
    before = i18n.language()
    i18n.use_language(manual.language)
    try:
        # A new instance is created in the current language.
        algorithms = [algorithm.create() for algorithm in registered]
        readme = ROOT / manual.readme
        block = f"<!-- algorithms -->\n{table(algorithms, manual)}\n<!-- /algorithms -->"
        text = readme.read_text(encoding="utf-8")
        made = {readme: re.sub(r"<!-- algorithms -->.*<!-- /algorithms -->", lambda _: block, text, flags=re.S)}
        pages = {ROOT / manual.pages / f"{item.name()}.md": page(item, manual) for item in algorithms}
        return {**made, **pages}
    finally:
        i18n.use_language(before)


def contents() -> dict[Path, str]:
    """Every generated file with its content."""
    return {path: text for manual in MANUALS for path, text in in_language(manual).items()}


def stale(wanted: dict[Path, str]) -> list[Path]:
    """The files that differ from ``wanted`` or should not exist."""
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    there = [path for manual in MANUALS for path in (ROOT / manual.pages).glob("*.md")]
    return changed + [path for path in there if path not in wanted]


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
    for path in files:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
