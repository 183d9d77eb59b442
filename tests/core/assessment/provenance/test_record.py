"""Records are unchanged after conversion to text and back; other texts are not read as records."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from carbon_balance.core.assessment.provenance import record as module
from carbon_balance.core.assessment.provenance.record import (
    InputRecord,
    Record,
    StepRecord,
    checksum,
    from_json,
    joined_steps,
    to_json,
)

COVER = InputRecord("LAND_COVER", "土地.tif", "", "ab" * 32, 2508)
SUPPLY = StepRecord(
    "carbonbalance:zonalcarbonsupply",
    "Carbon supply by zone",
    parameters={"PRESET": "henan", "MIN_COVERAGE": 90.5, "FIELDS": ["a", "b"], "FLAG": True},
    defaults={"CELL_RULE": "cell_centre"},
    inputs=(COVER,),
    versions={"QGIS": "3.22"},
    numbers={"TOTAL_CARBON_T": 994_544_954.31, "SPECIES": "C"},
    class_values={"1 forest": 149.95},
    class_unit="t C/ha",
    warnings=("Three zones are small.",),
)
DEMAND = StepRecord(
    "carbonbalance:emissiondemand",
    "Emission demand",
    inputs=(InputRecord("ZONES", "zones", step=SUPPLY.id, output="OUTPUT"),),
)


def test_a_record_is_equal_after_writing_and_reading():
    whole = Record("OUTPUT", (SUPPLY, DEMAND))
    assert from_json(to_json(whole)) == whole


def test_the_identity_of_a_step_depends_on_algorithm_parameters_and_inputs_only():
    same = replace(SUPPLY, title="另一种语言", versions={"QGIS": "3.40"}, warnings=())
    assert same.id == SUPPLY.id
    assert len(SUPPLY.id) == 12
    others = [
        replace(SUPPLY, algorithm="carbonbalance:carbonstorage"),
        replace(SUPPLY, parameters={**SUPPLY.parameters, "PRESET": "guiyang"}),
        replace(SUPPLY, defaults={"CELL_RULE": "exact_fraction"}),
        replace(SUPPLY, inputs=()),
    ]
    assert len({SUPPLY.id, *(each.id for each in others)}) == 5


def test_merged_records_contain_each_step_once_in_order():
    assert joined_steps([Record("A", (SUPPLY,)), Record("B", (SUPPLY, DEMAND))]) == (SUPPLY, DEMAND)
    assert joined_steps([]) == ()


def test_the_checksum_is_sha_256(tmp_path):
    """FIPS 180-2, appendix B.1, gives the digest of "abc"."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert checksum(tmp_path / "abc") == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3)
    assert checksum(tmp_path / "absent") == ("", 0)
    assert checksum(tmp_path) == ("", 0)


@pytest.mark.parametrize(("limit", "is_read"), [(3, True), (2, False)])
def test_a_large_file_is_identified_by_its_size(tmp_path, monkeypatch, limit, is_read):
    monkeypatch.setattr(module, "LARGEST_HASHED", limit)
    (tmp_path / "abc").write_bytes(b"abc")
    digest, size = checksum(tmp_path / "abc")
    assert (bool(digest), size) == (is_read, 3)


def broken(**changes):
    """The record of one step with some of its parts exchanged."""
    found = json.loads(to_json(Record("OUTPUT", (SUPPLY,))))
    found["steps"][0].update(changes)
    return json.dumps(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        '{"carbon_balance_record": 2, "output": "OUTPUT", "steps": []}',
        '{"carbon_balance_record": 1, "output": 7, "steps": []}',
        '{"carbon_balance_record": 1, "steps": []}',
        '{"carbon_balance_record": 1, "output": "OUTPUT", "steps": [1]}',
        broken(parameters=[1]),
        broken(defaults={"$(x)": 1}),
        broken(parameters={"A": {"B": 1}}),
        broken(inputs=[{}]),
        broken(warnings=[1]),
        broken(title=None),
        broken(algorithm="c:supply; rm x"),
        broken(algorithm="--version"),
        broken(parameters={"A=1 --B": 1}),
        broken(parameters={"A\nB": 1}),
        broken(inputs=[{**vars(COVER), "parameter": "$(x)"}]),
        broken(inputs=[{**vars(COVER), "step": "ab", "output": "../x"}]),
        broken(class_values={"1": "149.95"}),
        broken(class_values={"1": True}),
        broken(inputs=[{**vars(COVER), "size_bytes": "2508"}]),
    ],
)
def test_texts_that_are_not_records_are_ignored(text):
    assert from_json(text) is None


def test_records_above_the_limits_of_length_and_steps_are_ignored(monkeypatch):
    text = to_json(Record("OUTPUT", (SUPPLY, DEMAND)))
    monkeypatch.setattr(module, "MOST_STEPS", 2)
    assert from_json(text) is not None
    monkeypatch.setattr(module, "MOST_STEPS", 1)
    assert from_json(text) is None
    monkeypatch.setattr(module, "MOST_STEPS", 2)
    monkeypatch.setattr(module, "LARGEST_RECORD", len(text) - 1)
    assert from_json(text) is None
