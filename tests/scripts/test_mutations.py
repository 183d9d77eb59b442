"""The mutation tool: its changes, and that it distinguishes tests that notice from tests that do not."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import mutate
import mutations
import pytest

SOURCE = '''
LIMIT = 0.5
def share(part: int, whole: float = 2) -> float:
    """Docstring 7."""
    if part < LIMIT and not whole:
        return min(part, -whole) + 1
    return part / whole
'''


def changed(source: str) -> dict[str, str]:
    """The sources that the mutation makes from ``source``."""
    found = {}
    for mutation in mutations.of_source("module.py", source):
        tree = ast.parse(source)
        node = list(ast.walk(tree))[mutation.node]
        mutations.changes(node)[mutation.variant][1](node)
        found[mutation.change] = ast.unparse(tree)
    return found


@pytest.mark.parametrize(
    ("source", "change", "wanted"),
    [
        ("a < b", "< -> <=", "a <= b"),
        ("a < b", "< -> >=", "a >= b"),
        ("a == b", "== -> !=", "a != b"),
        ("a + b", "+ -> -", "a - b"),
        ("a - b", "second term dropped", "a"),
        ("a * b", "* -> /", "a / b"),
        ("a and b", "and -> or", "a or b"),
        ("not a", "not dropped", "a"),
        ("-a", "sign dropped", "a"),
        ("np.minimum(a)", "minimum -> maximum", "np.maximum(a)"),
        ("max(a)", "max -> min", "min(a)"),
        ("x = 3", "3 -> 4", "x = 4"),
        ("x = 3", "3 -> 2", "x = 2"),
        ("x = 0.25", "0.25 -> 0.5", "x = 0.5"),
        ("x = True", "True -> False", "x = False"),
    ],
)
def test_each_kind_of_change(source, change, wanted):
    assert changed(source)[change] == wanted


@pytest.mark.parametrize("source", ["'text' + a", "f'{a:.2f}'", "from x import y", "def f(a: 3): pass", "'text'"])
def test_texts_annotations_and_imports_are_left_alone(source):
    assert "second term dropped" not in changed(source)
    assert not [change for change in changed(source) if change[0].isdigit()]


def test_progress_and_sizes_of_pieces_of_work_are_left_alone():
    source = "PIECE = 1 << 21\nlog.progress(at / 7)\nlog.part(done + 1, 9)\nx = 3 << y\n"
    assert set(changed(source)) == {"3 -> 4", "3 -> 2"}


def test_a_mutation_knows_its_statement_and_what_it_defines():
    found = {m.change: m for m in mutations.of_source("module.py", SOURCE)}
    assert found["0.5 -> 1.0"].defines == ("LIMIT",)
    assert found["0.5 -> 1.0"].lines == (2,)
    assert found["2 -> 3"].defines == ("share",)
    assert found["and -> or"].defines == ()
    assert found["and -> or"].lines == (5,)
    assert found["/ -> *"].key == ("module.py", "return part / whole", "/ -> *")


def test_the_default_of_a_field_belongs_to_its_class():
    source = "class Sums:\n    cells: int = 3\n\n    def add(self, much=5):\n        return 7\n"
    found = {m.change: m.defines for m in mutations.of_source("module.py", source)}
    assert (found["3 -> 4"], found["5 -> 6"], found["7 -> 8"]) == (("cells", "Sums"), ("add", "Sums"), ())


def test_a_statement_at_import_is_tried_by_users_of_its_names_and_of_its_module(monkeypatch):
    monkeypatch.setattr(mutate, "read", lambda path: "LIMIT = 1" if path == "core/a.py" else "x\ny = LIMIT")
    mutation = mutations.Mutation("core/a.py", "", 0, 0, (1,), "", "", ("LIMIT",))
    trials = mutate.Trials({"core/a.py": {5: ["of_module"]}, "core/b.py": {1: ["of_x"], 2: ["of_y"]}}, {})
    assert trials.of(mutation) == ["of_module", "of_y"]
    # A test that happens to import the module first executes the statement, and says nothing of its value.
    trials.lines["core/a.py"][1] = ["imports_it"]
    assert set(trials.of(mutation)) == {"imports_it", "of_module", "of_y"}
    # One of the same folder may look at a default or a constant without executing a line of the module.
    trials.seconds = {
        "tests/core/test_a.py::test_x": 0.1,
        "tests/core/test_b.py::test_y": 0.1,
        "tests/other.py::z": 0.1,
    }
    assert trials.of(mutation)[0] == "tests/core/test_a.py::test_x"
    assert "tests/core/test_b.py::test_y" in trials.of(mutation)
    assert "tests/other.py::z" not in trials.of(mutation)
    inside = mutations.Mutation("core/a.py", "", 0, 0, (1,), "", "")
    assert trials.of(inside) == ["imports_it"]


def test_the_changed_module_runs():
    (division,) = (m for m in mutations.of_source("module.py", SOURCE) if m.change == "/ -> *")
    space: dict[str, object] = {}
    exec(division.code("module.py"), space)  # the source is the constant above
    assert space["share"](3, 4) == 12


def test_the_same_seed_draws_the_same_mutations_from_many_modules():
    first = mutate.chosen(40, 1, "core/balance")
    assert [m.describe() for m in first] == [m.describe() for m in mutate.chosen(40, 1, "core/balance")]
    assert [m.describe() for m in first] != [m.describe() for m in mutate.chosen(40, 2, "core/balance")]
    assert len({m.path for m in first}) >= 4


def test_a_change_of_the_code_leaves_the_draw_of_other_lines_alone(monkeypatch):
    name = "core/balance/cell_sums.py"
    before = [m.key for m in mutate.chosen(10**6, 1, name)]
    source = mutate.read(name) + "\n\nMORE = 5 < 7\n"
    monkeypatch.setattr(mutate, "read", lambda path: source)
    after = [m.key for m in mutate.chosen(10**6, 1, name)]
    assert len(after) > len(before)
    assert [key for key in after if "MORE" not in key[1]] == before


def test_a_run_can_be_divided_and_its_survivors_tried_again():
    picked = mutate.chosen(9, 1, "core/balance")
    assert sorted((m for k in (1, 2, 3) for m in mutate.part_of(picked, f"{k}/3")), key=picked.index) == picked
    assert mutate.part_of(picked, "2/4") == [picked[1], picked[5]]
    output = f"25 of 300 tried\nsurvived: {picked[4].describe()} (3 tests)\nseed 1: 9 mutations"
    assert mutate.survived_in(output) == [picked[4]]
    assert mutate.survived_in(output.replace(f":{picked[4].lines[0]}:", ":999:")) == [picked[4]]


OWN, OTHER = "tests/core/tables/test_units.py::test_c", "tests/core/text/test_html.py::test_text"


def test_a_modules_own_tests_run_first_then_the_fastest_within_the_budget():
    path = "core/tables/units.py"
    mutation = mutations.Mutation(path, "", 0, 0, (7, 8), "", "")
    slow = OTHER + "_slow"
    trials = mutate.Trials({path: {7: [slow, OTHER], 8: [OWN], 9: ["elsewhere"]}}, {OWN: 5, OTHER: 1, slow: 2})
    assert trials.of(mutation) == [OWN, OTHER, slow]
    assert trials.of(mutation, 6) == [OWN, OTHER]
    assert trials.of(mutation, 5.9) == [OWN]
    assert trials.of(mutation, 1) == [OWN]


def test_lines_are_followed_when_the_source_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(mutate, "STORE", tmp_path)
    monkeypatch.setattr(mutate, "read", lambda path: "new\na\nb\nchanged\nd")
    (tmp_path / "before.txt").write_text("a\nb\nc\nd", encoding="utf-8")
    assert mutate.moved("core/x.py", "before") == {1: 2, 2: 3, 4: 5}


TRIAL = """
import mutate, mutations
path = "core/tables/units.py"
source = (mutate.ROOT / path).read_text(encoding="utf-8")
ratio = next(m for m in mutations.of_source(path, source) if m.change == "/ -> *" and "44" in m.line)
for test in (
    "tests/core/tables/test_units.py::test_c_is_44_twelfths_of_co2",
    "tests/core/text/test_html.py::test_text_is_escaped_and_null_is_empty",
):
    trials = mutate.Trials({path: {ratio.lines[0]: [test]}}, {test: 0.1})
    print(mutate.survives(ratio, trials))
"""


def test_only_a_test_of_the_value_notices():
    """One test file compares t C with t CO2, another does not; in a process that has not imported ``core``."""
    scripts = str(mutate.ROOT / "scripts")
    found = subprocess.run(
        [sys.executable, "-c", TRIAL],
        cwd=mutate.ROOT,
        env={**os.environ, "PYTHONPATH": scripts},
        text=True,
        stdout=subprocess.PIPE,
    )
    assert found.stdout.split() == ["False", "True"]


def test_every_equivalent_mutation_exists_and_has_its_reason():
    known = mutate.reasons()
    assert known and all(len(reason) > 20 for reason in known.values())
    for path in {module for module, _, _ in known}:
        possible = {each.key for each in mutations.of_source(path, mutate.read(path))}
        assert [key for key in known if key[0] == path and key not in possible] == []
