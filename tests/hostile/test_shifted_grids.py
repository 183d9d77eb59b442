"""Rasters half a cell off the grid of the first: every such input of every algorithm gives a warning."""

from __future__ import annotations

import numpy as np
import pytest
from layers import squares
from rasters import write_raster

SIZE = 40
SMALL = {"SAMPLES": 400, "NETWORKS": 1}
YEARS = {"YEAR": 2000, "LATER_YEAR": 2010, "TARGET_YEAR": 2020}


class Rasters:
    """Rasters on one grid, and the same shifted by half a cell to the north-east."""

    def __init__(self, folder):
        rng = np.random.default_rng(1)
        rows, columns = np.indices((SIZE, SIZE))
        first = (1 + (rows // 8 + columns // 8) % 3).astype(np.uint8)
        first[:4, :4] = 5
        covers = [first]
        for _ in range(2):
            covers.append(np.where(rng.random(first.shape) < 0.12, 5, covers[-1]).astype(np.uint8))
        amounts = {name: rng.random(first.shape).astype(np.float32) * 10 + 1 for name in ("amount", "other", "third")}
        made = {**{f"cover{at}": cells for at, cells in enumerate(covers)}, **amounts}
        made["suits"] = np.full((4, SIZE, SIZE), 0.25, np.float32)
        made["mask"] = (amounts["amount"] > 8).astype(np.uint8)
        self.paths = {
            name: [
                write_raster(folder / f"{name}{side}.tif", cells, origin=(500000.0 + 50 * side, 2004000.0 + 50 * side))
                for side in (0, 1)
            ]
            for name, cells in made.items()
        }
        codes, cells = np.unique(covers[1], return_counts=True)
        self.demand = squares({"code": codes.astype(float).tolist(), "cells": cells.astype(float).tolist()}, False)

    def __getitem__(self, name):
        return self.paths[name][0]

    def shifted(self, name):
        return self.paths[name][1]


def runs(rasters, folder):
    """Parameters by algorithm, and which raster is shifted in which parameter."""
    out = str(folder / "o.tif")
    zones = squares({"name": list("abcd"), "e": [1.0, 2, 3, 4]})
    cover = {"LAND_COVER": rasters["cover0"]}
    later = {"LAND_COVER": rasters["cover1"]}
    amounts = {"SUPPLY": rasters["amount"], "DEMAND": rasters["other"], "OUTPUT": out}
    amounts.update(SUPPLY_LATER=rasters["amount"], DEMAND_LATER=rasters["third"])
    calibration = {**later, "EARLIER": rasters["cover0"], "DRIVERS": [rasters["amount"]], **SMALL}
    calibration.update(SEEDS=1, FOLDS=2, TRY_CLASS_DRIVERS=False, SETTINGS=str(folder / "s.json"))
    scenario = {**cover, "TODAY": rasters["cover1"], "DRIVERS": [rasters["amount"]], **YEARS, "RUNS": 1}
    scenario.update(ZONES=zones, PRESET="henan", CARBON="memory:")
    uncertain = {**cover, "PRESET": "henan", "CV": 20, "DRAWS": 100}
    suits = {"SUITABILITY": rasters["suits"], "DEMAND": rasters.demand, "OUTPUT": out}
    spread = {"ZONES": zones, "EMISSION": "e", "WEIGHTS": rasters["amount"], "OUTPUT": out}
    return {
        "landusesuitability": (
            {**later, **SMALL, "ITERATIONS": 5, "DRIVERS": [rasters["amount"]], "OUTPUT": out},
            {"DRIVERS": ["other"], "EARLIER": "cover0"},
        ),
        "landusesimulation": ({**later, **suits}, {"SUITABILITY": "suits", "RESTRICTED": "mask"}),
        "simulationaccuracy": (
            {**cover, "REFERENCE": rasters["cover1"], "SIMULATED": rasters["cover2"]},
            {"REFERENCE": "cover1", "SIMULATED": "cover2", "RESTRICTED": "mask"},
        ),
        "landusetransition": (
            {**cover, "LAND_COVER_LATER": rasters["cover2"], **YEARS, "BETWEEN_YEARS": "2005"},
            {"LAND_COVER_LATER": "cover1", "BETWEEN": ["cover1"]},
        ),
        "carbonstoragechange": ({**cover, "PRESET": "henan"}, {"LAND_COVER_LATER": "cover1"}),
        "carbonuncertainty": (uncertain, {"SCENARIOS": ["cover1"]}),
        "landuseoptimisation": ({**cover, "DEMAND": "memory:"}, {"RESTRICTED": "mask"}),
        "emissiondemandraster": (
            {**spread, "CLASS_WEIGHTS": ["1", "1", "2", "2", "3", "1", "5", "3"]},
            {"LAND_COVER": "cover0"},
        ),
        "supplydemandratioraster": (amounts, {"DEMAND": "other", "DEMAND_LATER": "third", "SUPPLY_LATER": "other"}),
        "scenariocarbon": (scenario, {"TODAY": "cover1", "DRIVERS": ["other"], "RESTRICTED": "mask"}),
        "netecosystemproduction": ({"NPP": rasters["amount"], "OUTPUT": out}, {"RH": "other"}),
        "sinkcoefficients": ({**cover, "OUTPUT": "memory:"}, {"UPTAKE": "other"}),
        "landusecalibration": (
            calibration,
            {"EARLIER": "cover0", "DRIVERS": ["other"], "EARLIER_DRIVERS": ["other"], "VALIDATION": "cover2"},
        ),
    }


@pytest.fixture(scope="module")
def rasters(tmp_path_factory):
    return Rasters(tmp_path_factory.mktemp("grids"))


NAMES = {
    "landusesuitability": ("DRIVERS", "EARLIER"),
    "landusesimulation": ("SUITABILITY", "RESTRICTED"),
    "simulationaccuracy": ("REFERENCE", "SIMULATED", "RESTRICTED"),
    "landusetransition": ("LAND_COVER_LATER", "BETWEEN"),
    "carbonstoragechange": ("LAND_COVER_LATER",),
    "carbonuncertainty": ("SCENARIOS",),
    "landuseoptimisation": ("RESTRICTED",),
    "emissiondemandraster": ("LAND_COVER",),
    "supplydemandratioraster": ("DEMAND", "DEMAND_LATER", "SUPPLY_LATER"),
    "scenariocarbon": ("TODAY", "DRIVERS", "RESTRICTED"),
    "netecosystemproduction": ("RH",),
    "sinkcoefficients": ("UPTAKE",),
    "landusecalibration": ("EARLIER", "DRIVERS", "EARLIER_DRIVERS", "VALIDATION"),
}


@pytest.mark.parametrize(("algorithm", "name"), [(key, name) for key, names in NAMES.items() for name in names])
def test_a_shift_of_half_a_cell_gives_a_warning(run, rasters, tmp_path, algorithm, name):
    given, moved = runs(rasters, tmp_path)[algorithm]
    wanted = moved[name]
    value = [rasters.shifted(each) for each in wanted] if isinstance(wanted, list) else rasters.shifted(wanted)
    notes = run(algorithm, **{**given, name: value})["notes"]
    assert any(
        "is shifted against" in each and "by part of a cell (0.5 across, 0.5 down)" in each for each in notes.warned
    )
    assert any("was resampled to the grid of" in each for each in notes.logged)
    assert not any("has no parameter called" in each for each in notes.warned)


# Of these each raster is read alone, or sampled at places.
EACH_ALONE = {"annualcarbonsink", "carbonstorage", "sinkuncertainty", "landuseemission", "zonalcarbonsupply"}


def test_every_algorithm_with_rasters_is_covered(provider):
    models = {"carbonplan", "gridcarbonbalance", "regionalcarbonbalance"}
    taking = {
        algorithm.name()
        for algorithm in provider.algorithms()
        for each in algorithm.parameterDefinitions()
        if each.type() == "raster"
    }
    assert taking - models == set(NAMES) | EACH_ALONE
