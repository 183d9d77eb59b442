"""Import layers of the plugin, and limits of the size of modules and folders of core."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Folders of core from the bottom up. A folder imports those of lower layers alone, never one beside it.
LAYERS = (
    ("runtime",),
    ("options",),
    ("raster", "tables"),
    ("text", "statistics", "demand"),
    ("land_cover", "balance", "drivers"),
    ("supply", "scenarios", "zoning"),
    ("uncertainty", "symbology"),
    ("assessment",),
)
LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}
MOST_LINES, MOST_MODULES = 300, 12
MOST_BY_POSITION, MOST_PARAMETERS = 6, 10
# What of core may be imported when QGIS starts. Whatever an algorithm needs only to run is imported inside the function
# that runs: QGIS makes every algorithm at its start, for each of its users, whether they use the plugin or not.
AT_START = {
    "runtime.errors",
    "runtime.figures",
    "runtime.i18n",
    "runtime.log",
    "tables.columns",
    "tables.names.plan_columns",
    "zoning.zone_names",
}
FOLDERS_AT_START = {"options"}


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _modules(folder: str) -> dict[str, Path]:
    """Module -> file, for every file below ``folder``."""
    return {_module(path): path for path in sorted((ROOT / folder).rglob("*.py"))}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(module: str, nodes: Iterable[ast.AST], known: set[str], is_package: bool) -> Iterator[str]:
    """Modules imported by ``nodes``: those of ``known``, others by their first name."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in nodes:
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
    known = {*_modules("core"), *_modules("algorithms")}
    return {
        module: set(_imported(module, ast.walk(_tree(path)), known, path.name == "__init__.py"))
        for module, path in _modules(folder).items()
    }


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run when a module is imported: no function bodies, nothing for type checkers."""
    for child in ast.iter_child_nodes(node):
        only_types = isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING"
        if not only_types and not isinstance(child, (ast.FunctionDef, ast.Lambda)):
            yield child
            yield from _run_at_import(child)


@cache
def _imported_at_start() -> dict[str, set[str]]:
    """Module that is imported when QGIS starts -> its imports."""
    paths = {**_modules("core"), **_modules("algorithms")}
    paths.update({name: ROOT / f"{name}.py" for name in ("plugin", "provider", "compat")})
    algorithms = [module for module in _modules("algorithms") if module.count(".") == 2]
    waiting = ["plugin", "provider", *(module for module in algorithms if not module.startswith("algorithms.shared."))]
    found: dict[str, set[str]] = {}
    while waiting:
        module = waiting.pop()
        if module in found or module not in paths:
            continue
        nodes = _run_at_import(_tree(paths[module]))
        found[module] = set(_imported(module, nodes, set(paths), paths[module].name == "__init__.py"))
        waiting += found[module]
    return found


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


def test_core_imports_neither_qgis_nor_the_algorithms():
    found = {(module, other) for module, others in _imports("core").items() for other in others}
    assert [pair for pair in sorted(found) if pair[1].split(".")[0] in ("qgis", "PyQt5", "PyQt6", "algorithms")] == []


def test_algorithms_import_only_core_and_the_shared_folder():
    """Algorithms import core and the shared folder but no other algorithm; the shared folder imports no algorithm."""
    found = {(module, other) for module, others in _imports("algorithms").items() for other in others}
    assert [
        pair
        for pair in sorted(found)
        if pair[1].startswith("algorithms.") and not pair[1].startswith("algorithms.shared")
    ] == []


def test_tests_and_scripts_import_the_plugin_as_a_package():
    """Otherwise a module would be loaded twice, and found only from the working folder of the checkout."""
    for folder in ("tests", "scripts", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            names = {
                name.split(".")[0]
                for node in ast.walk(_tree(path))
                for name in (
                    [each.name for each in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom) and not node.level
                    else []
                )
            }
            assert not names & {"core", "algorithms"}, path


@pytest.mark.parametrize("folder", ["core", "algorithms"])
def test_imports_have_no_cycle(folder):
    graph = {module: {other for other in others if other != module} for module, others in _imports(folder).items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_only_light_modules_of_core_are_imported_at_start():
    """Import a module listed by this failure inside the function that uses it, not at the top of the algorithm."""
    heavy = {
        f"{module} imports {other}"
        for module, others in _imported_at_start().items()
        for other in others
        if other.startswith("core.")
        and (ROOT / f"{other.replace('.', '/')}.py").exists()
        and other.removeprefix("core.") not in AT_START
        and _folder(other) not in FOLDERS_AT_START
    }
    assert sorted(heavy) == []


def test_no_library_is_imported_at_start():
    """Importing NumPy takes as long as everything that the plugin imports at start."""
    slow = {"numpy", "scipy", "osgeo", "matplotlib", "openpyxl"}
    found = {f"{module} imports {other}" for module, others in _imported_at_start().items() for other in others & slow}
    assert sorted(found) == []


def test_imports_inside_functions_and_for_type_checkers_are_not_made_at_start():
    tree = ast.parse(
        "import a\nif TYPE_CHECKING:\n    import b\nclass C:\n    import c\n    def f(self):\n        import d\n"
    )
    assert list(_imported("algorithms.x", _run_at_import(tree), set(), False)) == ["a", "c"]
    assert {"provider", "algorithms.shared.algorithm", "core.options.tables"} <= set(_imported_at_start())


def test_no_module_of_core_is_too_long():
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "core").rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def _wide_calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > MOST_BY_POSITION:
            yield f"{ast.unparse(node.func)} in line {node.lineno}: {len(node.args)} arguments by position"
        elif isinstance(node, ast.FunctionDef):
            names = [item.arg for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            count = len([name for name in names if name not in ("self", "cls")])
            if count > MOST_PARAMETERS:
                yield f"{node.name} in line {node.lineno}: {count} parameters"


@pytest.mark.parametrize("folder", ["core", "algorithms"])
def test_long_argument_lists_are_given_by_keyword_or_as_one_object(folder):
    """In a call with many positional arguments a reader cannot tell which is which."""
    wide = {module: list(_wide_calls(_tree(path))) for module, path in _modules(folder).items()}
    assert {module: found for module, found in wide.items() if found} == {}


def test_a_wide_call_and_a_wide_function_are_detected():
    many = ", ".join(f"a{number}" for number in range(MOST_PARAMETERS + 1))
    few = ", ".join(f"a{number}" for number in range(MOST_BY_POSITION))
    tree = ast.parse(f"def f(self, {many}):\n    g({few})\n    g({few}, b)\n    g({few}, b=1)")
    assert sorted(_wide_calls(tree)) == [
        f"f in line 1: {MOST_PARAMETERS + 1} parameters",
        f"g in line 3: {MOST_BY_POSITION + 1} arguments by position",
    ]


def test_no_folder_of_core_is_too_full():
    modules = Counter(
        str(path.parent.relative_to(ROOT)) for path in (ROOT / "core").rglob("*.py") if path.name != "__init__.py"
    )
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_no_name_is_defined_in_two_modules_of_core():
    """One name has one meaning: a search for it finds one definition."""
    places = defaultdict(set)
    for module, path in _modules("core").items():
        for name in _defined(_tree(path)):
            places[name].add(module)
    assert {name: sorted(modules) for name, modules in places.items() if len(modules) > 1} == {}


def test_no_two_test_files_share_a_name():
    """The folders of the tests are not packages, so that pytest imports a test file by its name alone."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert {name: count for name, count in names.items() if count > 1} == {}


def test_an_upward_import_and_a_cycle_are_detected():
    tree = ast.parse("def later():\n    from ..assessment import series\n    from . import log\n    import qgis.core")
    known = {"core.assessment.series", "core.runtime.log"}
    assert list(_imported("core.runtime.errors", ast.walk(tree), known, False)) == [
        "core.assessment.series",
        "core.runtime.log",
        "qgis",
    ]
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
