"""How a simulation is run if nothing else is said."""

from __future__ import annotations

from carbon_balance.core.scenarios.simulation.run import SimulationSettings


def test_defaults():
    usual = SimulationSettings()
    assert (usual.window, usual.runs, usual.restricted, usual.no_data) == (3, 1, None, ())
    assert (usual.nearest, usual.keep_steps) == (False, False)
