"""Mutations of a source file: single small changes of its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OPPOSITES = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "argmin": "argmax",
    "argmax": "argmin",
    "any": "all",
    "all": "any",
    "floor": "ceil",
    "ceil": "floor",
}
SIGNS = {
    **dict(zip(COMPARISONS, ("<", "<=", ">", ">=", "==", "!=", "is", "is not", "in", "not in"))),
    **dict(zip(OPERATORS, ("+", "-", "*", "/", "//", "%", "&", "|"))),
    ast.And: "and",
    ast.Or: "or",
}


@dataclass(frozen=True)
class Mutation:
    """A single change: ``node`` is its index in the walk of the tree, ``variant`` the index of its change.

    ``lines`` are those of the statement, ``line`` is the text of the first line of the place; ``defines`` names what a
    statement outside a function's body defines: variables, the function whose default value it is, and the class that
    it belongs to.
    """

    path: str
    source: str
    node: int
    variant: int
    lines: tuple[int, ...]
    line: str
    change: str
    defines: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """An identifier that is stable under edits elsewhere in the file: module, text of the line, change."""
        return self.path, self.line, self.change

    def describe(self) -> str:
        """A readable description: place, line and change."""
        return f"{self.path}:{self.lines[0]}: {self.change}: {self.line}"

    def code(self, filename: str) -> CodeType:
        """The module with the change, compiled."""
        tree = ast.parse(self.source)
        node = list(ast.walk(tree))[self.node]
        changes(node)[self.variant][1](node)
        return compile(ast.fix_missing_locations(tree), filename, "exec")


def of_source(path: str, source: str) -> list[Mutation]:
    """All mutations of a module's source."""
    tree = ast.parse(source)
    lines = source.splitlines()
    left_out = {id(node) for part in _without_effect(tree) for node in ast.walk(part)}
    spans, names = _statements(tree)
    found = []
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in left_out:
            continue
        for variant, (change, _apply) in enumerate(changes(node)):
            line = lines[node.lineno - 1].strip()
            found.append(Mutation(path, source, number, variant, spans[id(node)], line, change, names[id(node)]))
    return found


def changes(node: ast.AST) -> list[tuple[str, Callable[[ast.AST], None]]]:
    """The possible changes of ``node``: description and function."""
    if isinstance(node, ast.Compare):
        return [
            (f"{SIGNS[type(operator)]} -> {SIGNS[other]}", _set_comparison(i, other))
            for i, operator in enumerate(node.ops)
            for other in COMPARISONS[type(operator)]
        ]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        other = OPERATORS[type(node.op)]
        found = [(f"{SIGNS[type(node.op)]} -> {SIGNS[other]}", _set("op", other()))]
        if isinstance(node.op, (ast.Add, ast.Sub)) and not _is_text(node):
            found.append(("second term dropped", _replace("left")))
        return found
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        return [(f"{SIGNS[type(node.op)]} -> {SIGNS[other]}", _set("op", other()))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        return [("sign dropped" if isinstance(node.op, ast.USub) else "not dropped", _replace("operand"))]
    if isinstance(node, ast.Constant):
        return _constants(node)
    if isinstance(node, ast.Attribute) and node.attr in OPPOSITES:
        return [(f"{node.attr} -> {OPPOSITES[node.attr]}", _set("attr", OPPOSITES[node.attr]))]
    if isinstance(node, ast.Name) and node.id in OPPOSITES:
        return [(f"{node.id} -> {OPPOSITES[node.id]}", _set("id", OPPOSITES[node.id]))]
    return []


def _constants(node: ast.Constant) -> list[tuple[str, Callable[[ast.AST], None]]]:
    value = node.value
    if isinstance(value, bool):
        return [(f"{value} -> {not value}", _set("value", not value))]
    if isinstance(value, int):
        return [(f"{value} -> {value + step}", _set("value", value + step)) for step in (1, -1)]
    if isinstance(value, float):
        # Doubling a value is the smallest change that a test at the limit must detect.
        other = 2.0 * value if value else 1.0
        return [(f"{value!r} -> {other!r}", _set("value", other))]
    return []


def _set(field: str, value: object) -> Callable[[ast.AST], None]:
    return lambda node: setattr(node, field, value)


def _set_comparison(index: int, other: type) -> Callable[[ast.AST], None]:
    def apply(node: ast.AST) -> None:
        node.ops[index] = other()

    return apply


def _replace(part: str) -> Callable[[ast.AST], None]:
    """Replace a node by one of its parts, in place."""

    def apply(node: ast.AST) -> None:
        kept = copy.copy(getattr(node, part))
        node.__class__, node.__dict__ = kept.__class__, kept.__dict__

    return apply


def _is_text(node: ast.BinOp) -> bool:
    return any(isinstance(side, (ast.JoinedStr, ast.Constant)) and _text(side) for side in (node.left, node.right))


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)


def _without_effect(tree: ast.AST) -> Iterator[ast.AST]:
    """Parts whose change does not affect results.

    Annotations, imports, format widths, ``if TYPE_CHECKING``, the position of progress bars, and block sizes (constants
    such as ``1 << 21``; separate tests show that results do not depend on them).
    """
    assigned = [node.value for node in getattr(tree, "body", []) if isinstance(node, ast.Assign)]
    yield from (value for value in assigned if _is_size(value))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.AnnAssign) or isinstance(node, ast.arg) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.returns is not None:
                yield node.returns
            # ``@cache``, ``@dataclass(frozen=True)``: only guard against errors, or save time.
            yield from node.decorator_list
        elif isinstance(node, ast.ClassDef):
            yield from node.decorator_list
        elif isinstance(node, ast.Call) and _tells_progress(node.func):
            yield from node.args
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            yield node.format_spec
        elif isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            yield node


def _is_size(value: ast.AST) -> bool:
    """Whether an expression is a constant like ``1 << 21``."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.LShift)
        and isinstance(value.left, ast.Constant)
        and isinstance(value.right, ast.Constant)
    )


def _tells_progress(function: ast.AST) -> bool:
    """Whether it is ``log.part`` or ``log.progress``."""
    receiver = getattr(function, "value", None)
    name = getattr(receiver, "id", "") or getattr(receiver, "attr", "")
    return name == "log" and getattr(function, "attr", "") in ("part", "progress")


def _statements(tree: ast.AST) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[str, ...]]]:
    """For every node the lines of its innermost statement, and the names it defines outside functions.

    For a compound statement only the lines of its header.
    """
    spans: dict[int, tuple[int, ...]] = {}
    names: dict[int, tuple[str, ...]] = {}

    def walk(node: ast.AST, lines: tuple[int, ...], defined: tuple[str, ...], inside: bool, owner: str) -> None:
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = node.end_lineno if not body else max(node.lineno, body[0].lineno - 1)
            lines = tuple(range(node.lineno, (last or node.lineno) + 1))
            # A field's default shows wherever its class is made.
            defined = () if inside else tuple(filter(None, (*_defined(node), owner)))
        if isinstance(node, ast.ClassDef):
            owner = node.name
        spans[id(node)], names[id(node)] = lines, defined
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    walk(child, lines, defined, inside or (function and name == "body"), owner)

    walk(tree, (), (), False, "")
    return spans, names


def _defined(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return (node.name,)
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return tuple(part.id for target in targets if target for part in ast.walk(target) if isinstance(part, ast.Name))
