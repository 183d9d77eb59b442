"""Static checks for Qt 6 and QGIS 4, which Debian does not package: no removed names are used."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_SHIPPED = {"tests", "benchmarks", "scripts", "docs", "build", ".venv", ".ci"}
GONE = {"exec_", "print_", "toPyObject", "QRegExp", "QTextCodec", "QDesktopWidget", "QgsMapLayerRegistry"}
GONE |= {"writeAsVectorFormat", "pushFormattedMessage", "qApp", "resources_rc", "MidButton", "HighQualityAntialiasing"}
# A Python that has PyQt6; never the one of the tests, where QGIS has loaded PyQt5.
QT_6_PYTHON = os.environ.get("CARBONBALANCE_PYQT6", "")
# Not scoped in any version, or kept by QGIS's own qgis.PyQt on Qt 6.
KEPT = {"QVariant.Double", "QVariant.LongLong", "QVariant.String", "Qgis.QGIS_VERSION_INT"}


def shipped() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if not NOT_SHIPPED & set(path.relative_to(ROOT).parts)]


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of an attribute, "" if it does not begin with a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def faults_of(source: str) -> list[str]:
    """Code that fails in Qt 6 or QGIS 4, as "line: reason"."""
    tree, found = ast.parse(source), []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [
                f"{node.lineno}: imports {name}" for name in modules if name.split(".")[0] in ("PyQt5", "PyQt6", "sip")
            ]
            names = [alias.name for alias in node.names]
            found += [f"{node.lineno}: {name} is gone" for name in names if name in GONE]
        if isinstance(node, ast.Call) and dotted(node.func) == "QVariant":
            found.append(f"{node.lineno}: no QVariant can be made under Qt 6")
        if isinstance(node, ast.Call) and dotted(node.func).endswith(".desktop") and not node.args:
            found.append(f"{node.lineno}: {dotted(node.func)} is gone")
        if not isinstance(node, ast.Attribute):
            continue
        name = dotted(node)
        if node.attr in GONE:
            found.append(f"{node.lineno}: {name or node.attr} is gone")
        owner, _, member = name.rpartition(".")
        if owner.startswith("Q") and "." not in owner and name not in KEPT and is_enumerator(owner, member):
            found.append(f"{node.lineno}: {name} is not scoped")
    return found


def is_enumerator(owner: str, member: str) -> bool:
    """Whether ``owner.member`` is an enumerator of a class of QGIS or Qt, in the installed QGIS."""
    import qgis.core
    from qgis.PyQt import QtCore, QtGui

    for module in (qgis.core, QtCore, QtGui):
        kind = getattr(module, owner, None)
        if kind is not None:
            value = getattr(kind, member, None)
            return isinstance(value, int) and not isinstance(value, bool)
    return False


@pytest.mark.parametrize("path", shipped(), ids=lambda path: str(path.relative_to(ROOT)))
def test_runs_on_qt_6(path):
    assert faults_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "from PyQt5.QtCore import QVariant",
        "from qgis.core import QgsWkbTypes\nx = QgsWkbTypes.MultiPolygon",
        "from qgis.core import QgsProcessing\nx = QgsProcessing.TypeVectorPolygon",
        "from qgis.core import QgsProcessingParameterNumber as P, QgsFeatureSink\nx = QgsFeatureSink.FastInsert",
        "dialog.exec_()",
        "from qgis.PyQt.QtCore import QRegExp",
        "feature.setAttribute(0, QVariant())",
        "nothing = QVariant(QVariant.Int)",
        "size = QApplication.desktop()",
        "from qgis.PyQt.QtWidgets import qApp",
    ],
)
def test_the_check_detects_removed_names(line):
    assert faults_of(line)


def test_scoped_enumerators_are_accepted():
    scoped = "QgsWkbTypes.Type.MultiPolygon; QgsProcessing.SourceType.TypeVector; QgsFeatureSink.Flag.FastInsert"
    assert faults_of(scoped) == []


def qt_names(source: str) -> set[str]:
    """Names that a module uses from Qt, such as "QtGui.QFont" and "QtGui.QFontDatabase.WritingSystem.Any"."""
    tree, homes = ast.parse(source), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            home = node.module.rpartition(".")[2]
            homes |= {alias.asname or alias.name: f"{home}.{alias.name}" for alias in node.names}
    found = set(homes.values())
    for node in ast.walk(tree):
        owner, _, rest = dotted(node).partition(".")
        if owner in homes and rest and dotted(node) not in KEPT:
            found.add(f"{homes[owner]}.{rest}")
    return found


def missing_in_qt_6(names: set[str]) -> list[str]:
    """Those of ``names`` that PyQt6 does not have."""
    code = """
import importlib, sys
for name in sys.argv[1:]:
    module, *parts = name.split(".")
    found = importlib.import_module("PyQt6." + module)
    try:
        for part in parts:
            found = getattr(found, part)
    except AttributeError:
        print(name)
"""
    logged = subprocess.run([QT_6_PYTHON, "-I", "-c", code, *sorted(names)], capture_output=True, text=True)
    assert logged.returncode == 0, logged.stderr
    return logged.stdout.split()


def test_names_used_from_qt_are_found():
    source = "from qgis.PyQt.QtGui import QFont as F\nx = F.Weight.Bold\ny = other.F"
    assert qt_names(source) == {"QtGui.QFont", "QtGui.QFont.Weight", "QtGui.QFont.Weight.Bold"}


@pytest.mark.skipif(not QT_6_PYTHON, reason="CARBONBALANCE_PYQT6 names no Python that has PyQt6")
def test_names_used_from_qt_exist_in_qt_6():
    names = set().union(*(qt_names(path.read_text(encoding="utf-8")) for path in shipped()))
    assert len(names) > 5
    assert missing_in_qt_6(names) == []
    assert missing_in_qt_6({"QtCore.QRegExp", "QtGui.QFont.Bold", "QtGui.QFont.Weight.Bold"}) == [
        "QtCore.QRegExp",
        "QtGui.QFont.Bold",
    ]


def test_core_needs_no_qgis_and_no_heavy_library():
    """Every module of core can be imported in a Python without qgis and PyQt."""
    code = f"""
import importlib, pkgutil, sys
sys.path.insert(0, {str(ROOT / "scripts")!r})

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("qgis", "PyQt5", "PyQt6", "processing"):
            raise ImportError("core must not import " + name)

sys.meta_path.insert(0, Refuse())
import checkout
import carbon_balance.core as core
for module in pkgutil.walk_packages(core.__path__, core.__name__ + "."):
    importlib.import_module(module.name)
print(sorted(name for name in sys.modules if name.split(".")[0] in ("scipy", "matplotlib", "pandas", "dask")))
"""
    logged = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert logged.returncode == 0, logged.stderr
    assert logged.stdout.strip() == "[]"


HEAVY = {"scipy", "matplotlib", "pandas", "jinja2", "dask", "distributed", "openpyxl"}
# Parts of the plugin that only a run needs. What is not here offers choices in the dialogs.
COMPUTING = [
    "algorithms.shared.cartography.maps",
    "algorithms.shared.cartography.sheets",
    "algorithms.shared.cartography.layer_styles",
    "algorithms.shared.cartography.renderers",
    "algorithms.shared.outputs.workbook",
    "core.statistics.autocorrelation",
    "core.zoning.concentration_",
    "core.statistics.correlation",
    "core.drivers.factor_",
    "core.drivers.gwr.analysis",
    "core.drivers.gwr.fit",
    "core.text.heat_map",
    "core.supply.pool_builder",
    "core.balance.ratio_raster",
    "core.assessment.report",
    "core.scenarios.automaton",
    "core.scenarios.land_use_demand.futures",
    "core.scenarios.accuracy.simulation_accuracy",
    "core.scenarios.suitability.learning",
    "core.scenarios.suitability.network",
    "core.scenarios.simulation.simulation",
    "core.assessment.series",
    "core.supply.sink",
    "core.demand.yearbook",
    "core.symbology",
    "core.uncertainty.assessment",
    "core.uncertainty.propagate",
    "core.demand.unit_inventory",
    "core.demand.zonal_",
]


def test_the_provider_imports_no_module_needed_only_by_runs():
    """QGIS imports the provider at every start."""
    code = f"""
import sys
sys.path.insert(0, {str(ROOT / "scripts")!r})
import checkout
import carbon_balance.plugin
from carbon_balance.provider import algorithm_classes
assert len(algorithm_classes()) > 15
print(*sys.modules)
"""
    logged = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert logged.returncode == 0, logged.stderr
    loaded = logged.stdout.split()
    assert not {name.split(".")[0] for name in loaded} & HEAVY
    ours = [name.partition(".")[2] for name in loaded if name.startswith("carbon_balance.")]
    assert [name for name in ours if name.startswith(tuple(COMPUTING))] == []
    for part in COMPUTING:
        files = [*ROOT.glob(part.replace(".", "/") + "*.py"), *ROOT.glob(part.replace(".", "/") + "/*.py")]
        assert files, f"there is no {part} any more"


def test_nothing_opens_a_connection_or_starts_a_process():
    """The plugin itself does not; the address of a Dask scheduler is given by the user and opened by Dask."""
    refused = {"socket", "urllib", "http", "requests", "subprocess", "ftplib", "smtplib", "telnetlib", "webbrowser"}
    refused |= {"xml", "pickle", "marshal", "shelve", "random"}
    files = shipped()
    assert len(files) > 100
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = {node.module or ""}
            else:
                continue
            bad = {name for name in names if name.split(".")[0] in refused}
            assert not bad, f"{path.relative_to(ROOT)} imports {bad}"
            assert not any("QNetwork" in name or "QProcess" in name for name in names)
