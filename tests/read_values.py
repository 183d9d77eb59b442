"""Finds which results are compared by value in the source of the tests; a name or ``is not None`` does not count.

A result is compared where it is read by its key - ``found["NET_T"]``, ``column(layer, "carbon_t")`` - inside an operand
of ``==`` in an ``assert``, or of a ``numpy.testing`` function, or where a text is looked for in it; directly or through
variables, loops and helpers. Greater and less do not count: they hold for many wrong values.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What reads a column or a table, the name of the column being an argument.
READERS = {"column", "attribute", "field", "series", "get", "values"}


@dataclass
class Flow:
    """Possible contents of a variable: text, results by key as (algorithm or "", key), and algorithms that were run."""

    texts: set[str] = field(default_factory=set)
    read: set[tuple[str, str]] = field(default_factory=set)
    ran: set[str] = field(default_factory=set)

    def add(self, other: Flow) -> bool:
        """Add the contents of ``other``; returns whether anything was new."""
        before = len(self.texts) + len(self.read) + len(self.ran)
        self.texts |= other.texts
        self.read |= other.read
        self.ran |= other.ran
        return len(self.texts) + len(self.read) + len(self.ran) > before


def compared(paths: Iterable[Path], algorithms: set[str]) -> set[tuple[str, str]]:
    """(algorithm, key) of every result that a test in ``paths`` compares; the algorithm is "" where none is known."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    helpers = [tree for path, tree in trees.items() if not path.name.startswith("test_")]
    shared = _functions_that_run(helpers, algorithms, {})
    found: set[tuple[str, str]] = set()
    for tree in trees.values():
        found |= Module(tree, algorithms, shared).compared()
    return found


def _functions_that_run(
    trees: list[ast.Module], algorithms: set[str], known: dict[str, set[str]]
) -> dict[str, set[str]]:
    """The algorithms that each function of the tests names, itself or through the functions and fixtures it uses."""
    own = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    named = {**{name: set(ran) for name, ran in known.items()}, **{node.name: set() for node in own}}
    uses: dict[str, set[str]] = defaultdict(set)
    for node in own:
        inside = list(ast.walk(node))
        named[node.name] |= {_id(n.value) for n in inside if isinstance(n, ast.Constant)} & algorithms
        uses[node.name] |= {n.id for n in inside if isinstance(n, ast.Name)} | {n.arg for n in node.args.args}
    grows = True
    while grows:
        grows = False
        for name, others in uses.items():
            more = set().union(*(named[other] for other in others if other in named)) - named[name]
            named[name] |= more
            grows = grows or bool(more)
    return dict(named)


class Module:
    """A test module."""

    def __init__(self, tree: ast.Module, algorithms: set[str], shared: dict[str, set[str]]) -> None:
        self.tree = tree
        self.algorithms = algorithms
        self.shared = _functions_that_run([tree], algorithms, shared)

    def compared(self) -> set[tuple[str, str]]:
        """What the asserts of its functions compare."""
        top = self.flows(self.tree, {}, deep=False)
        found: set[tuple[str, str]] = set()
        for node in ast.walk(self.tree):
            operands = list(_operands(node)) if isinstance(node, ast.FunctionDef) else []
            if operands:
                flows = self.flows(node, top, deep=True)
                ran = self.shared[node.name] or self._ran_by_callers(node.name)
                for operand in operands:
                    found |= {
                        (name, key)
                        for each, key in self.of(operand, flows).read
                        for name in ([each] if each else ran or [""])
                    }
        return found

    def _ran_by_callers(self, name: str) -> set[str]:
        """Algorithms run by the functions that pass their results to ``name``."""
        return {
            algorithm
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
            and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
            for algorithm in self.shared[node.name]
        }

    def flows(self, scope: ast.AST, outer: dict[str, Flow], deep: bool) -> dict[str, Flow]:
        """Contents of the variables of a scope, to a fixed point; of a module, only its own assignments."""
        flows = {name: Flow(set(flow.texts), set(flow.read), set(flow.ran)) for name, flow in outer.items()}
        if isinstance(scope, ast.FunctionDef):
            for argument in scope.args.args:
                flows[argument.arg] = Flow(ran=set(self.shared.get(argument.arg, ())))
            for decorator in scope.decorator_list:
                _parametrized(decorator, flows, self)
        bindings = list(
            _bindings(
                scope
                if deep
                else ast.Module([s for s in self.tree.body if isinstance(s, (ast.Assign, ast.AnnAssign))], [])
            )
        )
        for _ in range(6):
            grown = [flows.setdefault(name, Flow()).add(self.of(value, flows)) for name, value in bindings]
            if not any(grown):
                break
        return flows

    def of(self, node: ast.AST, flows: dict[str, Flow]) -> Flow:
        """Possible contents of an expression."""
        result = Flow()
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and type(part.value) in (str, int):
                result.texts.add(str(part.value))
                result.ran |= {_id(part.value)} & self.algorithms
            elif isinstance(part, ast.Name):
                result.add(flows.get(part.id, Flow()))
                result.ran |= self.shared.get(part.id, set())
            elif isinstance(part, ast.Subscript):
                self._read(part.value, part.slice, flows, result)
            elif isinstance(part, ast.Call) and _name(part.func) in READERS:
                for argument in part.args[-1:]:
                    where = part.args[0] if len(part.args) > 1 else part.func
                    self._read(where, argument, flows, result)
        return result

    def _read(self, where: ast.AST, key: ast.AST, flows: dict[str, Flow], result: Flow) -> None:
        if isinstance(key, ast.Constant):
            keys = {key.value} if isinstance(key.value, str) else set()
        elif isinstance(key, ast.JoinedStr):
            keys = {""}
            for part in key.values:
                inside = part.value if isinstance(part, ast.FormattedValue) else part
                keys = {begin + end for begin in keys for end in self._texts(inside, flows)}
        else:
            keys = {text for part in ast.walk(key) for text in self._texts(part, flows)}
        ran = self.of(where, flows).ran if keys else set()
        result.read |= {(name, each) for each in keys for name in ran or {""}}

    def _texts(self, part: ast.AST, flows: dict[str, Flow]) -> set[str]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            return {part.value}
        return flows[part.id].texts if isinstance(part, ast.Name) and part.id in flows else set()


def _id(value: object) -> str:
    """Id of an algorithm without that of its provider."""
    return value.replace("carbonbalance:", "", 1) if isinstance(value, str) else ""


def _name(function: ast.AST) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _operands(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Operands that the assertions of a function compare by value with another expression."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            for part in ast.walk(node.test):
                if isinstance(part, ast.Compare) and any(isinstance(op, ast.Eq) for op in part.ops):
                    sides = [part.left, *part.comparators]
                    if len({ast.dump(side) for side in sides}) > 1:
                        yield from sides
                elif isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.In) and _is_text(part.left):
                    yield part.comparators[0]
                elif isinstance(part, ast.Call) and _name(part.func) in ("isclose", "allclose", "array_equal"):
                    yield from part.args
        elif isinstance(node, ast.Call) and _name(node.func).startswith(("assert_", "same")):
            yield from node.args


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _bindings(scope: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """(variable, expression) of every assignment, loop, comprehension and ``with`` of a scope."""
    for node in ast.walk(scope):
        pairs: list[tuple[ast.AST, ast.AST]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
            pairs = [(node.target, node.value)]
        elif isinstance(node, (ast.For, ast.comprehension)):
            pairs = [(node.target, node.iter)]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            pairs = [(node.optional_vars, node.context_expr)]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("append", "update")
        ):
            pairs = [(node.func.value, value) for value in node.args]
        for target, value in pairs:
            yield from _unpacked(target, value)


def _unpacked(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Element by element if both sides are written out, otherwise the whole value for every variable."""
    if isinstance(target, (ast.Tuple, ast.List)):
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            for one, part in zip(target.elts, value.elts):
                yield from _unpacked(one, part)
            return
        rows = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        if rows and all(isinstance(row, (ast.Tuple, ast.List)) and len(row.elts) == len(target.elts) for row in rows):
            for row in rows:
                yield from _unpacked(target, row)
            return
        for one in target.elts:
            yield from _unpacked(one, value)
    elif isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        yield target.value.id, value
    elif isinstance(target, ast.Starred):
        yield from _unpacked(target.value, value)


def _parametrized(decorator: ast.AST, flows: dict[str, Flow], module: Module) -> None:
    if not (isinstance(decorator, ast.Call) and _name(decorator.func) == "parametrize" and len(decorator.args) > 1):
        return
    names, values = decorator.args[:2]
    for name in {
        part.value for part in ast.walk(names) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }:
        for one in name.replace(" ", "").split(","):
            flows[one] = module.of(values, flows)
