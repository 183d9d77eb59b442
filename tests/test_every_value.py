"""Every number output of every algorithm and every column is compared with a value by some test."""

from __future__ import annotations

import ast
import re

import pytest
import read_values
from checkout import ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))
# Layers, rasters, folders and pages are judged by what they hold.
PLAIN = ("outputNumber", "outputString")
LAYERS_OF_COLUMNS = ("core", "algorithms")


@pytest.fixture(scope="module")
def plain_outputs(provider):
    """Names of the numbers and texts that each algorithm returns."""
    return {
        algorithm.name(): [each.name() for each in algorithm.outputDefinitions() if each.type() in PLAIN]
        for algorithm in provider.algorithms()
    }


@pytest.fixture(scope="module")
def compared(plain_outputs):
    return read_values.compared(TESTS, set(plain_outputs))


def written_columns():
    """Names of all columns, from the modules that define them."""
    sources = [
        path.read_text(encoding="utf-8") for folder in LAYERS_OF_COLUMNS for path in (ROOT / folder).rglob("*.py")
    ]
    code = "\n".join(source for source in sources if "TITLES:" not in source)
    used = set(re.findall(r"\b(?:scenario_|plan_|space_)?columns\.([A-Z][A-Z0-9_]*)", code))
    for module in ("columns", "scenario_columns", "plan_columns", "space_columns"):
        (path,) = (ROOT / "core" / "tables").rglob(f"{module}.py")
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.targets[0].id in used:
                yield node.value.value


def pattern_of(column):
    """Pattern of the names of a column in a table: with a number or a suffix, or inside another name."""
    begin = ".+" if column.startswith("_") else ""
    end = ".+" if column.endswith("_") else r"(_\d+|_[a-z])?"
    return re.compile(begin + re.escape(column) + end)


def test_every_number_of_every_algorithm_is_compared_with_a_value(plain_outputs, compared):
    assert sum(map(len, plain_outputs.values())) > 150
    missing = {
        name: [each for each in outputs if (name, each) not in compared] for name, outputs in plain_outputs.items()
    }
    assert {name: outputs for name, outputs in missing.items() if outputs} == {}


def test_every_algorithm_is_run_by_a_test(provider):
    texts = [path.read_text(encoding="utf-8") for path in TESTS if path.name != "test_every_value.py"]
    run = {node.value for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    names = {algorithm.name() for algorithm in provider.algorithms()}
    assert names - {str(each).split(":")[-1] for each in run} == set()


def test_every_column_is_compared_with_a_value(compared):
    found = {key for _, key in compared}
    columns = set(written_columns())
    assert len(columns) > 200
    assert [column for column in sorted(columns) if not any(map(pattern_of(column).fullmatch, found))] == []


SAMPLE = '''
@pytest.fixture
def ran(run):
    return run("storage", A=1)

def check(result):
    assert result["HELPED"] == 5

def test_one(run, ran):
    """storage["MENTIONED"]"""
    found = run("storage")
    assert found["NAMED"] is not None and found["GREATER"] > 0 and found["ITSELF"] == found["ITSELF"]
    total = found["THROUGH"]
    assert total == 3 and ran["FIXTURE"] == 1
    assert {name: found[name] for name in ("LOOPED",)} == {"LOOPED": 2}
    for number in (1, 2):
        assert found[f"PART_{number}_T"] == number
    np.testing.assert_allclose(column(found["TABLE"], "carbon_t"), 4)
    check(found)
    other = run("carbonbalance:change")
    assert other["OTHER"] == pytest.approx(2) and "word" in other["TOLD"]
'''


def test_only_comparisons_by_value_are_recognised(tmp_path):
    path = tmp_path / "test_sample.py"
    path.write_text(SAMPLE, encoding="utf-8")
    found = read_values.compared([path], {"storage", "change"})
    named = ("THROUGH", "FIXTURE", "LOOPED", "PART_1_T", "PART_2_T", "HELPED")
    assert {("storage", name) for name in named} <= found
    assert {("change", "OTHER"), ("change", "TOLD")} <= found
    keys = {key for _, key in found}
    assert "carbon_t" in keys
    assert not keys & {"MENTIONED", "NAMED", "GREATER", "ITSELF"}
    assert ("storage", "OTHER") not in found
    assert ("change", "THROUGH") not in found
