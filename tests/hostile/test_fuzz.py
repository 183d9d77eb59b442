"""A sample of the hostile cases; scripts/fuzz.py runs as many as wanted.

FUZZ_CASES and FUZZ_SEED choose another size and other cases.
"""

from __future__ import annotations

import os

import cases
import judge
import pytest

CASES = int(os.environ.get("FUZZ_CASES", "160"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_every_outcome_is_right_or_one_clear_sentence(provider, catalogue, part):
    algorithms = sorted(provider.algorithms(), key=lambda each: each.name())
    faults, computed, friendly = [], 0, 0
    for number in range(part, CASES, PARTS):
        case = cases.make_case(algorithms, catalogue, SEED, number)
        verdict = judge.judge(case, catalogue)
        if verdict.kind == judge.FAULT:
            faults.append(f"case {number}, {case.algorithm}: {verdict.message}\n{case.parameters}")
        if case.hostile == 0 and case.cancel_after is None:
            friendly += 1
            computed += verdict.kind == judge.RESULT
    assert not faults, "\n\n".join(faults)
    assert 2 * computed >= friendly, f"{computed} of {friendly} cases without a hostile value computed"


def test_the_judge_sees_faults(catalogue, tmp_path):
    """What it must not let pass."""
    case = cases.Case(0, "carbonstorage", {}, 0)
    for sentence in ("Traceback (most recent call last): ...", "", "ValueError: x", "y" * 5000):
        assert judge._judge_refusal(sentence, tmp_path, case).kind == judge.FAULT
    (tmp_path / ".map.1234.part.tif").write_text("half")
    assert judge._judge_refusal("The table has no rows.", tmp_path, case).kind == judge.FAULT
    logged = judge.Recorder()
    logged.logged = ["Parameters as interpreted: X = nan", "nan t of carbon"]
    assert "nan t" in judge._fault_of({}, logged, tmp_path / "none", None, case)
    assert "TOTAL" in judge._fault_of({"TOTAL": float("inf")}, judge.Recorder(), tmp_path / "none", None, case)


def test_the_oracle_sees_a_wrong_number(catalogue, run):
    import oracle
    from qgis.core import QgsProcessingContext

    parameters = {"LAND_COVER": catalogue.covers["uint8"].path, "PRESET": "henan"}
    results = run("carbonstorage", **parameters)
    case = cases.Case(0, "carbonstorage", parameters, 0)
    assert oracle.compare(case, results, catalogue, QgsProcessingContext())
    with pytest.raises(AssertionError, match="TOTAL_CARBON_T"):
        oracle.compare(case, {**results, "TOTAL_CARBON_T": results["TOTAL_CARBON_T"] * 1.001}, catalogue, None)
