"""A mutation survives tests that do not look at its value."""

from __future__ import annotations

import os
import subprocess
import sys

from checkout import ROOT

TRIAL = """
import mutation_trials, mutations, recorded_tests
path = "core/tables/units.py"
source = recorded_tests.read(path)
ratio = next(m for m in mutations.of_source(path, source) if m.change == "/ -> *" and "44" in m.line)
for test in (
    "tests/core/tables/test_units.py::test_c_is_44_twelfths_of_co2",
    "tests/core/text/test_html.py::test_text_is_escaped_and_null_is_empty",
):
    trials = recorded_tests.Trials({path: {ratio.lines[0]: [test]}}, {test: 0.1})
    print(mutation_trials.survives(ratio, trials))
"""


def test_only_a_test_that_compares_the_value_detects_the_mutation():
    """One test compares t C with t CO2, another does not; in a process that has not imported ``core``."""
    scripts = str(ROOT / "scripts")
    found = subprocess.run(
        [sys.executable, "-c", TRIAL],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": scripts},
        text=True,
        stdout=subprocess.PIPE,
    )
    assert found.stdout.split() == ["False", "True"]
