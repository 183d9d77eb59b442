"""The mutation tool: its changes, and which of them are drawn."""

from __future__ import annotations

import ast

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
def test_texts_annotations_and_imports_are_not_mutated(source):
    assert "second term dropped" not in changed(source)
    assert not [change for change in changed(source) if change[0].isdigit()]


def test_progress_and_block_sizes_are_not_mutated():
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


def test_a_code_change_does_not_change_the_mutations_drawn_for_other_lines(monkeypatch):
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


def test_every_equivalent_mutation_exists_and_has_its_reason():
    known = mutate.reasons()
    assert known and all(len(reason) > 20 for reason in known.values())
    for path in {module for module, _, _ in known}:
        possible = {each.key for each in mutations.of_source(path, mutate.read(path))}
        assert [key for key in known if key[0] == path and key not in possible] == []
