"""Published factors for the codes of any scheme."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.scenarios import FACTOR_PRESETS
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.class_maps import Crossing
from carbon_balance.core.scenarios.land_use_demand.factor_presets import preset_factors
from carbon_balance.core.scenarios.land_use_demand.futures import parse_factors

SIX = np.arange(1, 7)


def crossing(codes):
    codes = np.array(codes)
    return Crossing(codes, np.ones(len(codes), np.int64), np.ones(len(codes)), 0)


def factors(scenario, codes=SIX, scheme="six_classes", log=None):
    text = preset_factors(scenario, scheme, [crossing(codes)], log or Log())
    return parse_factors(text, np.array(codes))


def test_cropland_protection_of_northern_anhui():
    """Published factors: 1>5:0.3, 1>3:0.6, 1>4:0.6, 6>*:1.5."""
    log = Log()
    expected = {(0, 4): 0.3, (0, 2): 0.6, (0, 3): 0.6, **{(5, k): 1.5 for k in range(5)}}
    assert factors("cropland_protection", log=log) == expected
    assert any("Sustainability 17 (2025) 4185" in note for note in log.notes)


def test_ecological_protection_and_urban_development_of_nanjing():
    assert factors("ecological_protection") == {(0, 4): 0.9, **{(k, 4): 0.8 for k in (1, 2, 3, 5)}}
    assert factors("urban_development") == {(0, 4): 1.2, **{(k, 4): 1.1 for k in (1, 2, 3)}}


def test_natural_development_has_none():
    assert factors("natural_development") == {}
    assert set(FACTOR_PRESETS) == {
        "natural_development",
        "cropland_protection",
        "ecological_protection",
        "urban_development",
    }


def test_codes_of_another_scheme():
    """IGBP: 12 and 14 cropland, 2 forest, 10 grassland, 13 built-up; no factor between two codes of one class."""
    codes = [2, 10, 12, 13, 14]
    found = factors("cropland_protection", codes, "igbp")
    assert found == {(2, 3): 0.3, (4, 3): 0.3, (2, 1): 0.6, (4, 1): 0.6}


def test_codes_outside_the_scheme_are_refused():
    with pytest.raises(CarbonBalanceError, match="77 of the land cover are not classes of the scheme igbp"):
        factors("urban_development", [2, 77], "igbp")
    with pytest.raises(CarbonBalanceError, match="not classes"):
        factors("urban_development", [0, 1], "six_classes")
