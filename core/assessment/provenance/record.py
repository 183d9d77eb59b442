"""The record of the steps that led to an output, which is stored with the output.

A record contains everything needed to repeat the steps: algorithms with parameters, inputs by name and checksum,
versions, and warnings. It contains no folder names, to protect the privacy of its author.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

RECORD_FORMAT = 1
# Records may come from untrusted sources: larger ones, or those with more steps, are not read.
LARGEST_RECORD, MOST_STEPS = 4_000_000, 500
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_: ]{0,199}")
_HASHED_AT_ONCE = 1 << 20
# Larger files are identified by name and size only, because reading them again would take too long.
LARGEST_HASHED = 1 << 30


@dataclass(frozen=True)
class InputRecord:
    """A layer or file read by a step.

    Attributes:
        parameter: the parameter.
        name: name of the file or layer, without its folder.
        layer: table or layer in the file, "" if it has only one.
        sha256: checksum of the file, "" if it is not a file or larger than ``LARGEST_HASHED``.
        size_bytes: size of the file, 0 if it is not a file.
        step, output: the step of the same record that made it and the name of that output, "" if none did.
    """

    parameter: str
    name: str
    layer: str = ""
    sha256: str = ""
    size_bytes: int = 0
    step: str = ""
    output: str = ""


@dataclass(frozen=True)
class StepRecord:
    """One run of an algorithm.

    Attributes:
        algorithm: id with provider.
        title: title of the algorithm in the language of the run.
        parameters: changed parameters except layers, files and outputs, name -> value.
        defaults: such parameters at their default, name -> value.
        inputs: inputs read.
        versions: versions of the programs, and the date.
        numbers: number and text outputs, name -> value.
        class_values: density or sink coefficient of each class, "code name" -> value.
        class_unit: unit of these values.
        warnings: warnings in the language of the run.
    """

    algorithm: str
    title: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[InputRecord, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, object] = field(default_factory=dict)
    class_values: Mapping[str, float] = field(default_factory=dict)
    class_unit: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """12 hexadecimal digits that identify algorithm, parameters and inputs."""
        what = [self.algorithm, {**self.defaults, **self.parameters}, [asdict(each) for each in self.inputs]]
        text = json.dumps(what, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Record:
    """An output and the steps that led to it in executable order; the last step made it."""

    output: str
    steps: tuple[StepRecord, ...]


def joined_steps(records: Iterable[Record]) -> tuple[StepRecord, ...]:
    """The steps of several records without duplicates, each after the steps whose outputs it read."""
    steps: dict[str, StepRecord] = {}
    for record in records:
        for step in record.steps:
            steps.setdefault(step.id, step)
    return tuple(steps.values())


def checksum(path: Path) -> tuple[str, int]:
    """SHA-256 of a file in hexadecimal digits, and its size in bytes.

    The checksum is "" for a file larger than ``LARGEST_HASHED`` or that cannot be read.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            return "", 0
        if size > LARGEST_HASHED:
            return "", size
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while part := file.read(_HASHED_AT_ONCE):
                digest.update(part)
        return digest.hexdigest(), size
    except OSError:
        return "", 0


def to_json(record: Record) -> str:
    """The record as one line of JSON."""
    return json.dumps({"carbon_balance_record": RECORD_FORMAT, **asdict(record)}, ensure_ascii=False, default=str)


def from_json(text: str) -> Record | None:
    """The record in ``text``; ``None`` if it is not valid for this version."""
    if len(text) > LARGEST_RECORD:
        return None
    try:
        found = json.loads(text)
        if found["carbon_balance_record"] != RECORD_FORMAT or len(found["steps"]) > MOST_STEPS:
            return None
        return Record(_checked_text(found["output"]), tuple(_step_from(each) for each in found["steps"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _checked_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _checked_id(value: object) -> str:
    """Check the id of an algorithm, parameter or output, because it becomes part of commands."""
    if not _ID.fullmatch(_checked_text(value)):
        raise ValueError(value)
    return str(value)


def _checked_value(value: object) -> object:
    """Check a value: a text, number, boolean, or a list of these."""
    if isinstance(value, list):
        return [_checked_value(each) for each in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    raise TypeError(value)


def _checked_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(value)
    return float(value)


def _named_values(values: Mapping[str, object]) -> dict[str, object]:
    return {_checked_text(name): _checked_value(value) for name, value in values.items()}


def _step_from(found: Mapping) -> StepRecord:
    return StepRecord(
        algorithm=_checked_id(found["algorithm"]),
        title=_checked_text(found["title"]),
        parameters={_checked_id(name): value for name, value in _named_values(found["parameters"]).items()},
        defaults={_checked_id(name): value for name, value in _named_values(found["defaults"]).items()},
        inputs=tuple(_input_from(each) for each in found["inputs"]),
        versions={name: _checked_text(value) for name, value in found["versions"].items()},
        numbers=_named_values(found["numbers"]),
        class_values={_checked_text(name): _checked_number(value) for name, value in found["class_values"].items()},
        class_unit=_checked_text(found["class_unit"]),
        warnings=tuple(_checked_text(each) for each in found["warnings"]),
    )


def _input_from(found: Mapping) -> InputRecord:
    texts = {each.name: _checked_text(found[each.name]) for each in fields(InputRecord) if each.name != "size_bytes"}
    _checked_id(found["parameter"])
    if found["step"]:
        _checked_id(found["output"])
    size = found["size_bytes"]
    if isinstance(size, bool) or not isinstance(size, int):
        raise TypeError(size)
    return InputRecord(**texts, size_bytes=size)
