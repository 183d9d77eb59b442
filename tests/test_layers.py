"""How the parts of the plugin hang together: who may import whom, and how large a module or folder of core gets."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Folders of core from the bottom up. A folder imports those of lower layers alone, never one beside it.
LAYERS = (
    ("runtime",),
    ("raster", "tables"),
    ("text", "statistics", "demand"),
    ("land_cover", "balance", "drivers"),
    ("supply", "scenarios", "zoning"),
    ("uncertainty", "symbology"),
    ("assessment",),
)
LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}
MOST_LINES, MOST_MODULES = 300, 12


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _sources(folder: str) -> dict[str, ast.Module]:
    """Module -> its syntax tree, of every file below ``folder``."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {_module(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _imported(module: str, tree: ast.Module, known: set[str], is_package: bool) -> Iterator[str]:
    """What a module imports anywhere in it, also within functions: modules of ``known``, others by their first name."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                yield node.module.split(".")[0]
                continue
            base = [*package[: len(package) - node.level + 1], *(node.module.split(".") if node.module else [])]
            for alias in node.names:
                whole = ".".join([*base, alias.name])
                yield whole if whole in known else ".".join(base)


@cache
def _imports(folder: str) -> dict[str, set[str]]:
    sources = _sources(folder)
    known = set(_sources("core")) | set(_sources("algorithms"))
    packages = {module for module in sources if (ROOT / module.replace(".", "/")).is_dir()}
    return {module: set(_imported(module, tree, known, module in packages)) for module, tree in sources.items()}


def _folder(module: str) -> str:
    return module.split(".")[1] if module.startswith("core.") else ""


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in filter(None, targets):
            yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))


def test_every_folder_of_core_is_in_a_layer():
    folders = {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(LEVEL)


@pytest.mark.parametrize("folder", [folder for folders in LAYERS for folder in folders])
def test_imports_run_downwards_only(folder):
    found = _imports("core")
    upward = [
        f"{module} imports {other}"
        for module in found
        if _folder(module) == folder
        for other in sorted(found[module])
        if other.startswith("core.") and _folder(other) != folder and LEVEL[_folder(other)] >= LEVEL[folder]
    ]
    assert upward == []


def test_core_knows_neither_qgis_nor_the_algorithms():
    found = {(module, other) for module, others in _imports("core").items() for other in others}
    assert [pair for pair in sorted(found) if pair[1].split(".")[0] in ("qgis", "PyQt5", "PyQt6", "algorithms")] == []


def test_algorithms_share_only_what_lies_in_shared():
    """An algorithm knows core and the shared folder, no other algorithm; the shared folder knows no algorithm."""
    found = {(module, other) for module, others in _imports("algorithms").items() for other in others}
    assert [
        pair
        for pair in sorted(found)
        if pair[1].startswith("algorithms.") and not pair[1].startswith("algorithms.shared")
    ] == []


@pytest.mark.parametrize("folder", ["core", "algorithms"])
def test_there_is_no_circle(folder):
    graph = {module: {other for other in others if other != module} for module, others in _imports(folder).items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_module_of_core_is_too_long():
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "core").rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_folder_of_core_is_too_full():
    modules = Counter(
        str(path.parent.relative_to(ROOT)) for path in (ROOT / "core").rglob("*.py") if path.name != "__init__.py"
    )
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_no_name_is_defined_in_two_modules_of_core():
    """One word means one thing: whoever searches for a name finds one definition."""
    places = defaultdict(set)
    for module, tree in _sources("core").items():
        for name in _defined(tree):
            places[name].add(module)
    assert {name: sorted(modules) for name, modules in places.items() if len(modules) > 1} == {}


def test_an_upward_import_and_a_circle_would_be_seen():
    tree = ast.parse("def later():\n    from ..assessment import series\n    from . import log\n    import qgis.core")
    known = {"core.assessment.series", "core.runtime.log"}
    assert list(_imported("core.runtime.errors", tree, known, False)) == [
        "core.assessment.series",
        "core.runtime.log",
        "qgis",
    ]
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
