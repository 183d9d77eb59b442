"""Which tests are run for a mutation, and in which order."""

from __future__ import annotations

import mutations
import recorded_tests


def test_a_statement_at_import_is_tried_by_users_of_its_names_and_of_its_module(monkeypatch):
    monkeypatch.setattr(recorded_tests, "read", lambda path: "LIMIT = 1" if path == "core/a.py" else "x\ny = LIMIT")
    mutation = mutations.Mutation("core/a.py", "", 0, 0, (1,), "", "", ("LIMIT",))
    trials = recorded_tests.Trials({"core/a.py": {5: ["of_module"]}, "core/b.py": {1: ["of_x"], 2: ["of_y"]}}, {})
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


OWN, OTHER = "tests/core/tables/test_units.py::test_c", "tests/core/text/test_html.py::test_text"


def test_a_modules_own_tests_run_first_then_the_fastest_within_the_budget():
    path = "core/tables/units.py"
    mutation = mutations.Mutation(path, "", 0, 0, (7, 8), "", "")
    slow = OTHER + "_slow"
    trials = recorded_tests.Trials({path: {7: [slow, OTHER], 8: [OWN], 9: ["elsewhere"]}}, {OWN: 5, OTHER: 1, slow: 2})
    assert trials.of(mutation) == [OWN, OTHER, slow]
    assert trials.of(mutation, 6) == [OWN, OTHER]
    assert trials.of(mutation, 5.9) == [OWN]
    assert trials.of(mutation, 1) == [OWN]


def test_lines_are_followed_when_the_source_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_tests, "STORE", tmp_path)
    monkeypatch.setattr(recorded_tests, "read", lambda path: "new\na\nb\nchanged\nd")
    (tmp_path / "before.txt").write_text("a\nb\nc\nd", encoding="utf-8")
    assert recorded_tests.moved("core/x.py", "before") == {1: 2, 2: 3, 4: 5}
