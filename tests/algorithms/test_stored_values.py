"""Stored values do not depend on the user's language; displayed values do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from carbon_balance.compat import is_null
from carbon_balance.core.runtime import i18n
from layers import squares
from qgis.core import QgsVectorLayer
from rasters import write_raster

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
COUNTIES, COVER = str(SAMPLE / "central_yunnan.geojson"), str(SAMPLE / "central_yunnan_land_cover_2019.tif")


def cases(folder):
    """Algorithm -> its parameters, outputs apart; each writes words of ours as values."""
    grid = {"origin": (500000.0, 2001000.0), "cell": 500.0}
    covers = [np.array(each, np.uint8) for each in ([[1, 1, 2, 2], [3, 3, 3, 3]], [[1, 2, 2, 2], [3, 3, 3, 2]])]
    first, later = (
        write_raster(folder / f"{name}.tif", each, 0, **grid) for name, each in zip(("first", "later"), covers)
    )
    (folder / "sd.csv").write_text(
        "lucode,name,c_above,c_below,c_soil,c_dead,sd_above,sd_below,sd_soil,sd_dead\n"
        "1,crop,4,1,55,0,1,0,5,0\n2,city,1,1,2,0,0,0,0,0\n3,wood,100,20,60,0,20,5,6,0\n"
    )
    (folder / "soil.csv").write_text("code,name,soil_t_ha\n1,crop,108.4\n2,wood,158.8\n")
    (folder / "matrix.csv").write_text("class,1,2,3\n1,90,5,5\n2,4,96,0\n3,3,0,97\n")
    unnamed = squares(
        {"eec": [1.2, 0.5, 0.4, 1.5], "sec": [1.2, 0.5, 1.4, 0.2], "x": [1.0, 4.0, 2.0, 8.0], "d": [9.0, 8.0, 7.0, 6.0]}
    )
    named = squares({"name": ["甲", "甲", "乙", "丙"], "e": [1.0, 2.0, 3.0, 9.0], "people": [4.0, 3.0, 2.0, 1.0]})
    energy_units = squares({"name": ["A", "B"], "people": [4e4, 3e4]})
    energy = squares(
        {"who": ["A", "B"], "fuel": ["电力", "diesel"], "amount": [2.0, 3.0], "unit": ["kWh", "t"]}, geometry=False
    )
    return {
        "carbonuncertainty": {"ZONES": unnamed, "LAND_COVER": first, "SCENARIOS": [later], "DRAWS": 100,
                              "DEMAND": "d", "FIXED_LIMITS": "0.01,0.1,1", "MERGE": "",
                              "POOLS": str(folder / "sd.csv"), "CONFUSION": str(folder / "matrix.csv")},
        "sinkuncertainty": {"ZONES": unnamed, "LAND_COVER": first, "DRAWS": 100, "CV": 20, "PRESET": "guiyang",
                            "SCHEME": "clcd", "BUNDLED_JUDGEMENTS": True, "EMISSION": "d", "EEC": "eec",
                            "SUFFIX": "_now"},
        "zonalcarbonsupply": {"ZONES": unnamed, "LAND_COVER": first, "POOLS": str(folder / "sd.csv")},
        "coefficientzoning": {"ZONES": unnamed, "EEC": "eec", "SEC": "sec"},
        "naturalbreakszoning": {"ZONES": unnamed, "FIELD": "x", "CLASSES": 2, "MERGE": "1,2", "PRESET": "numbered"},
        "supplydemandratio": {"ZONES": named, "SUPPLY": "people", "DEMAND": "e"},
        "carbonconcentration": {"ZONES": COUNTIES, "EMISSION": "published_demand_t_km2",
                                "POPULATION": "population_2020", "PERMUTATIONS": 99, "GROUP_FIELD": "city"},
        "factorcorrelation": {"INPUT": COUNTIES, "VARIABLES": ["published_demand_t_km2"],
                              "FACTORS": ["population_2020", "published_supply_1e6t", "polygon_km2"]},
        "emissioninventory": {"ZONES": energy_units, "KEY": "name", "POPULATION": "people", "RESPIRATION": True,
                              "ENERGY": energy, "ENERGY_KEY": "who", "FUEL": "fuel", "AMOUNT": "amount",
                              "MEASURE_FIELD": "unit", "GRID": "china_2022"},
        "carbonpooltable": {"PRESET": "china_soil", "SCHEME": "igbp", "REASSIGN": "9=2",
                            "REGION_PRECIPITATION": 1999.4, "SOURCE_PRECIPITATION": 671.1},
        "carbonstoragechange": {"ZONES": unnamed, "LAND_COVER": first, "LAND_COVER_LATER": later,
                                "POOLS": str(folder / "sd.csv"), "YEAR": 2000, "YEAR_LATER": 2010},
    }  # fmt: skip


def stored(run, provider, algorithm, given):
    """Output -> the attributes of its rows, and the numbers and texts that came out."""
    definitions = provider.algorithm(algorithm).destinationParameterDefinitions()
    known = {definition.name() for definition in provider.algorithm(algorithm).parameterDefinitions()}
    unknown = set(given) - known
    assert not unknown, (algorithm, sorted(known))
    sinks = [each.name() for each in definitions if each.type() == "sink"]
    found = run(algorithm, **given, **dict.fromkeys(sinks, "memory:"))
    rows = {}
    for name, value in found.items():
        if isinstance(value, QgsVectorLayer):
            rows[name] = [
                [None if is_null(each) else each for each in feature.attributes()] for feature in value.getFeatures()
            ]
        elif isinstance(value, (str, int, float)) and not str(value).startswith(("/", "memory")):
            rows[name] = value
    return rows


@pytest.fixture
def chinese():
    yield lambda: i18n.use_language("zh_CN")
    i18n.use_language(i18n.ENGLISH)


@pytest.mark.parametrize("algorithm", sorted(
    ["carbonuncertainty", "zonalcarbonsupply", "coefficientzoning", "naturalbreakszoning", "supplydemandratio",
     "carbonconcentration", "factorcorrelation", "emissioninventory", "carbonpooltable", "carbonstoragechange",
     "sinkuncertainty"]
))  # fmt: skip
def test_stored_values_are_equal_in_every_language(run, provider, chinese, tmp_path, algorithm):
    given = cases(tmp_path)[algorithm]
    english = stored(run, provider, algorithm, given)
    chinese()
    assert stored(run, provider, algorithm, given) == english
    assert any(isinstance(rows, list) for rows in english.values())
