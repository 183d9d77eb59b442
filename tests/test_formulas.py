"""The page of formulas: its functions and tests exist, and it contains every formula of core."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
CODE = sorted(set(re.findall(r"`(core/[\w/]+\.py):(\w+)`", PAGE)))
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE)))


def _names(path: str) -> set[str]:
    """Top-level names of a module: functions, classes and constants."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        for target in targets:
            found |= {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
    return found


@pytest.mark.parametrize(("path", "name"), CODE)
def test_code_of_a_formula_exists(path, name):
    assert name in _names(path)


@pytest.mark.parametrize("path", TESTS)
def test_test_of_a_formula_exists(path):
    assert re.search(r"^def test_", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_every_row_names_code_and_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and "`core/" in line]
    assert len(rows) > 50
    assert [row for row in rows if not re.search(r"`core/\S+\.py:\w+` \| `tests/\S+\.py` \|$", row)] == []


@pytest.mark.parametrize("folder", ["supply", "demand", "balance", "statistics", "zoning", "uncertainty"])
def test_every_folder_of_formulas_is_on_the_page(folder):
    assert any(path.startswith(f"core/{folder}/") for path, _ in CODE)


def test_no_docstring_refers_to_a_numbered_item_of_a_study():
    """Such numbers belong to notes that are not part of the repository."""
    shipped = [*(ROOT / "core").rglob("*.py"), *(ROOT / "algorithms").rglob("*.py")]
    assert [path.name for path in shipped if re.search(r"study [A-Z] item \d", path.read_text(encoding="utf-8"))] == []
