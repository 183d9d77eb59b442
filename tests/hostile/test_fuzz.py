"""A sample of the hostile cases; scripts/fuzz.py runs any number of them.

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
def test_every_outcome_is_correct_or_one_clear_message(provider, catalogue, part):
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
    # Of so few cases; choices that exclude one another are refused.
    assert 3 * computed >= friendly, f"{computed} of {friendly} cases without a hostile value computed"


def test_the_judge_detects_faults(catalogue, tmp_path):
    """Faulty messages, leftover files and results that are not numbers."""
    case = cases.Case(0, "carbonstorage", {}, 0)
    for sentence in ("Traceback (most recent call last): ...", "", "ValueError: x", "y" * 5000):
        assert judge._judge_refusal(sentence, tmp_path, case).kind == judge.FAULT
    (tmp_path / ".map.1234.part.tif").write_text("half")
    assert judge._judge_refusal("The table has no rows.", tmp_path, case).kind == judge.FAULT
    logged = judge.Recorder()
    logged.logged = ["Parameters as interpreted: X = nan", "nan t of carbon"]
    assert "nan t" in judge._fault_of({}, logged, tmp_path / "none", None, case)
    assert "TOTAL" in judge._fault_of({"TOTAL": float("inf")}, judge.Recorder(), tmp_path / "none", None, case)


def test_the_oracle_detects_a_wrong_number(catalogue, run):
    import oracle
    from qgis.core import QgsProcessingContext

    parameters = {"LAND_COVER": catalogue.covers["uint8"].path, "PRESET": "henan"}
    results = run("carbonstorage", **parameters)
    case = cases.Case(0, "carbonstorage", parameters, 0)
    assert oracle.compare(case, results, catalogue, QgsProcessingContext())
    with pytest.raises(AssertionError, match="TOTAL_CARBON_T"):
        oracle.compare(case, {**results, "TOTAL_CARBON_T": results["TOTAL_CARBON_T"] * 1.001}, catalogue, None)


def test_the_identities_detect_sums_that_do_not_agree():
    import identities

    zones = [{"name": "a", "sink_t": 2.0, "sink_coverage_share": 0.5}, {"name": "b", "sink_t": None}]
    results = {"TOTAL_SINK_T": 2.0}
    assert identities._sink({}, results, {"OUTPUT": zones, "CLASSES": [{"sink_t": 1.5}, {"sink_t": 0.5}]}, False)
    with pytest.raises(AssertionError, match="sink by zone: 2.0 against 3.0"):
        identities._sink({}, {"TOTAL_SINK_T": 3.0}, {"OUTPUT": zones}, False)
    with pytest.raises(AssertionError, match="coverage_share is 1.2"):
        identities._coverage([{"coverage_share": 1.2}])
    with pytest.raises(AssertionError, match="shares of 2020"):
        identities._transition({}, {}, {"DEMAND": [{"year": 2020, "share": 0.9}]}, False)


def test_the_identities_detect_a_shift_that_is_not_logged(tmp_path):
    import identities
    import numpy as np
    from rasters import write_raster

    first, later = (
        write_raster(tmp_path / f"{at}.tif", np.ones((4, 4), np.uint8), origin=(500000.0 + at, 2e6)) for at in (0, 40)
    )
    case = cases.Case(0, "carbonstoragechange", {"LAND_COVER": first, "LAND_COVER_LATER": later}, 0)
    assert identities._grids(case, ["b is shifted against a by part of a cell (0.4 across, 0 down)"])
    with pytest.raises(AssertionError, match="LAND_COVER_LATER: a shift is not told"):
        identities._grids(case, ["b was resampled"])
