"""The figure of transitions in ha of land or in t of carbon."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.land_cover.change.page import flow_picture

AREA_HA = np.array([[10.0, 4.0], [0.0, 7.0]])
CARBON_T = np.array([[0.0, -90.0], [0.0, 0.0]])


def test_the_figure_states_its_unit():
    area, carbon = flow_picture(["forest", "arable"], AREA_HA), flow_picture(["forest", "arable"], AREA_HA, CARBON_T)
    assert "forest → arable: 4.000 ha" in area
    assert "forest → arable: 90.00 t C" in carbon


def test_without_change_a_sentence_replaces_the_figure():
    assert flow_picture(["forest", "arable"], np.diag([3.0, 2.0])) == "<p>No land changed its class.</p>"
