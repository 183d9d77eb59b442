"""Parameters that have no effect because of another one are reported; parameters that have an effect are not."""

from __future__ import annotations

import pytest
from layers import squares

ZONES = {"eec": [0.5, 1, 2, 3], "sec": [2.0, 1, 0.5, 3], "carbon": [10.0, 20, 30, 40], "emission": [1.0, 2, 3, 4]}


@pytest.fixture
def ignored(run):
    def logged(algorithm, **parameters):
        zones = {} if algorithm == "carbonpooltable" else {"ZONES": squares(ZONES)}
        parameters = {**zones, "OUTPUT": "memory:", **parameters}
        return [each for each in run(algorithm, **parameters)["notes"].warned if "is ignored" in each]

    return logged


ZONING = {"EEC": "eec", "SEC": "sec"}
RATIO = {"SUPPLY": "carbon", "DEMAND": "emission"}


@pytest.mark.parametrize(
    "algorithm, given, said",
    [
        (
            "coefficientzoning",
            {**ZONING, "EEC_GIVEN": 1.5},
            "EEC threshold, given (EEC_GIVEN) = 1.5 is ignored: it is used only if EEC_THRESHOLD = given.",
        ),
        (
            "coefficientzoning",
            {**ZONING, "NAMES": "a,b,c,d", "LANGUAGE": "zh"},
            "Language of the names (LANGUAGE) = zh is ignored: it is used only if NAMES is not given.",
        ),
        (
            "naturalbreakszoning",
            {"FIELD": "eec", "CLASSES": 2, "MERGE": "", "FIXED_LIMITS": "1,2", "PRESET": "numbered"},
            "Fixed limits (FIXED_LIMITS) = 1,2 is ignored: it is used only if METHOD = fixed_limits.",
        ),
        (
            "naturalbreakszoning",
            {"FIELD": "eec", "METHOD": "fixed_limits", "FIXED_LIMITS": "1,2", "CLASSES": 4, "MERGE": "",
             "PRESET": "numbered"},
            "Number of classes (CLASSES) = 4 is ignored: it is used only if METHOD = as_published or exact.",
        ),
        (
            "supplydemandratio",
            {**RATIO, "SUPPLY_MAX": 50},
            "ESDR: highest supply (SUPPLY_MAX) = 50 is ignored: it is used only if INDEX = ESDR.",
        ),
        (
            "supplydemandratio",
            {**RATIO, "AREA_UNIT": "ha"},
            "Unit of the area field (AREA_UNIT) = ha is ignored: it is used only if AREA is given.",
        ),
        (
            "emissiondemand",
            {"EMISSION": "emission", "YEARS": 10},
            "Growth: years (YEARS) = 10 is ignored: it is used only if POPULATION_GROWTH or PER_PERSON_GROWTH or "
            "POPULATION_TARGET or PER_PERSON_TARGET is given.",
        ),
        (
            "carbonpooltable",
            {"PRESET": "henan", "BIOMASS_PCT": 0.9},
            "Biomass, % (BIOMASS_PCT) = 0.9 is ignored: it is used only if SOIL is given.",
        ),
        (
            "carbonconcentration",
            {"EMISSION": "emission", "K": 2, "PERMUTATIONS": 0},
            "Number of nearest neighbours (K) = 2 is ignored: it is used only if NEIGHBOURS = nearest.",
        ),
    ],
)  # fmt: skip
def test_parameters_without_effect_are_logged(ignored, algorithm, given, said):
    assert ignored(algorithm, **given) == [said]


@pytest.mark.parametrize(
    "algorithm, given",
    [
        ("coefficientzoning", {**ZONING, "EEC_THRESHOLD": "given", "EEC_GIVEN": 1.5, "SEC_THRESHOLD": "mean"}),
        ("naturalbreakszoning", {"FIELD": "eec", "CLASSES": "7", "METHOD": "fixed_limits", "FIXED_LIMITS": "1",
                                 "MERGE": "", "PRESET": "numbered", "LANGUAGE": "zh"}),
        ("supplydemandratio", {**RATIO, "INDEX": "ESDR", "SUPPLY_MAX": 50, "DEMAND_MAX": 50, "AREA_UNIT": "km2"}),
        ("emissiondemand", {"EMISSION": "emission", "YEARS": 10, "PER_PERSON_GROWTH": 1}),
    ],
)  # fmt: skip
def test_parameters_with_effect_are_not_logged(ignored, algorithm, given):
    assert ignored(algorithm, **given) == []


def test_a_scheme_beside_a_user_table_is_logged_as_ignored(run, tmp_path):
    import numpy as np
    from rasters import write_raster

    pools = tmp_path / "pools.csv"
    pools.write_text("lucode,carbon_t_ha\n1,100\n", encoding="utf-8")
    cover = write_raster(tmp_path / "c.tif", np.ones((4, 4), np.uint8))
    warned = run("carbonstorage", LAND_COVER=cover, POOLS=str(pools), SCHEME="igbp")["notes"].warned
    assert warned == ["Land-cover scheme (SCHEME) = igbp is ignored: it is used only if PRESET is given."]
    warned = run("carbonstorage", LAND_COVER=cover, PRESET="henan", CODE_FIELD="lucode")["notes"].warned
    assert "Field of the class codes (CODE_FIELD) = lucode is ignored" in warned[0]
