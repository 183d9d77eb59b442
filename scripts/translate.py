"""Updates the translation files in resources/i18n from all texts that users read.

    /usr/bin/python3 scripts/translate.py [--check | --release]

Adds new texts with an empty translation, removes those that are no longer used, and lists what is left to translate.
An empty translation is allowed until a release: the user then reads the English text. With --check it only lists what
is wrong. With --release it needs no QGIS and fails if a translation is empty; scripts/package.sh runs it.
"""

from __future__ import annotations

import ast
import json
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from checkout import ROOT

I18N = ROOT / "resources" / "i18n"
SHIPPED = ("core", "algorithms")
CALLS = ("tr", "mark")
# Only this module may pass variables to tr(); all others must pass literals.
MECHANISM = ROOT / "core" / "runtime" / "i18n.py"


def sources() -> list[Path]:
    """The modules that ship with the plugin."""
    below = [path for folder in SHIPPED for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in [*sorted(ROOT.glob("*.py")), *below] if path != MECHANISM]


def calls(path: Path) -> Iterator[tuple[ast.Call, bool]]:
    """The calls of ``tr`` and ``mark`` in a module, and whether each is inside a function."""

    def walk(node: ast.AST, waits: bool) -> Iterator[tuple[ast.Call, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and getattr(child.func, "id", "") in CALLS:
                yield child, waits
            inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from walk(child, waits or inside)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), False)


def collect() -> tuple[dict[str, str], list[str]]:
    """Text -> position, and a list of invalid calls."""
    found: dict[str, str] = {}
    wrong = []
    for path in sources():
        for call, waits in calls(path):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            argument = call.args[0] if len(call.args) == 1 and not call.keywords else None
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                wrong.append(f"{where}: {call.func.id}() takes one whole literal")
            elif call.func.id == "tr" and not waits:
                wrong.append(f"{where}: tr() runs before the language is known: use mark() and translated()")
            else:
                found.setdefault(argument.value, where)
    for text, where in model_texts().items():
        found.setdefault(text, where)
    return found, wrong


def model_texts() -> dict[str, str]:
    """The texts of the bundled models -> the model."""
    from make_docs import provider

    models = [algorithm for algorithm in provider().algorithms() if hasattr(algorithm, "texts")]
    return {text: f"model {model.name()}" for model in models for text in model.texts() if text}


def placeholders(text: str) -> list[tuple[str, str, str]]:
    """The fields of a format string with conversion and format, sorted; empty where there are none."""
    return sorted(
        (name, conversion or "", spec or "") for _, name, spec, conversion in string.Formatter().parse(text) if name
    )


def read(path: Path) -> dict[str, str]:
    """Read a translation file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def written(translations: dict[str, str]) -> str:
    """The content of a translation file, sorted for readable diffs."""
    return json.dumps(translations, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def untranslated(path: Path) -> list[str]:
    """The texts whose translation in a file is still empty."""
    return [text for text, translation in read(path).items() if not translation]


def problems(path: Path, wanted: dict[str, str]) -> list[str]:
    """Problems of a translation file for the texts ``wanted``; empty translations are allowed."""
    known = read(path)
    found = [f"missing ({where}): {text}" for text, where in wanted.items() if text not in known]
    found += [f"used nowhere: {text}" for text in known if text not in wanted]
    for text, translation in known.items():
        if translation and placeholders(text) != placeholders(translation):
            found.append(f"other placeholders than the English text: {text} -> {translation}")
    if path.exists() and path.read_text(encoding="utf-8") != written(known):
        found.append("not sorted: run scripts/translate.py")
    return [f"{path.name}: {problem}" for problem in found]


def release_check() -> int:
    """Print every text without a translation; returns 1 if there is one."""
    left = [
        f"{path.name}: not translated: {text}" for path in sorted(I18N.glob("*.json")) for text in untranslated(path)
    ]
    print("\n".join(left) or "every text is translated")
    return 1 if left else 0


def main() -> int:
    """Write or check."""
    if "--release" in sys.argv:
        return release_check()
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    wanted, wrong = collect()
    for path in sorted(I18N.glob("*.json")):
        if "--check" not in sys.argv:
            known = read(path)
            path.write_text(written({text: known.get(text, "") for text in wanted}), encoding="utf-8")
        wrong += problems(path, wanted)
    release_check()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
