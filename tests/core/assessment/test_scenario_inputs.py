"""Defaults of the inputs common to all scenarios of a run."""

from __future__ import annotations

from carbon_balance.core.assessment.scenario_inputs import ScenarioInputs


def test_defaults_are_five_runs_and_seed_one():
    inputs = ScenarioInputs(None, None, {}, (2010, 2020, 2030), None, None)
    assert (inputs.runs, inputs.seed, inputs.zone_rule, inputs.scheme) == (5, 1, "cell_centre", "")
    assert inputs.settings.allocation == "roulette"
