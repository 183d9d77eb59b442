"""Parallel runs of scenarios give the same tables and maps for any number of workers."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.assessment.scenario_carbon import WantedMap, run_scenarios
from carbon_balance.core.assessment.scenario_carbon_tables import scenario_transition_columns, total_columns
from carbon_balance.core.assessment.scenario_inputs import ScenarioInputs
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import Cancelled
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import PatchSizes
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from carbon_balance.core.scenarios.scenario_runs.scenario_table import ScenarioRow
from carbon_balance.core.supply.pools import PoolTable
from osgeo import gdal
from rasters import box, same_rasters

POOLS = PoolTable("pools", made.CODES, list("abc"), np.arange(12.0).reshape(3, 4) * 1.7)
SIZES = PatchSizes(((1, 3), (4, 1)), ((1, 2),), 0.2)
HOW = {
    "roulette": LandUseSettings(),
    "ranked": LandUseSettings(allocation="ranked", noise=0.5, window=5, passes=2),
    "patches": LandUseSettings(allocation="ranked", patches={(1, 5): SIZES, (2, 5): SIZES, (1, 2): SIZES}),
}
ROWS = [
    ScenarioRow("trend"),
    ScenarioRow("plan", factors="1>5:1.2", forbid="5>1, 5>2", masks="zone:*>5:4, reserve:*>5:0"),
]


@pytest.fixture
def scenario_inputs(tmp_path):
    region = made.Region(tmp_path)
    zone, reserve = np.zeros((2, *region.first.shape), np.uint8)
    zone[60:80, 10:30], reserve[20:35] = 1, 1
    masks = {"zone": zone, "reserve": reserve}

    def inputs(how):
        return ScenarioInputs(
            LandCover(RasterSource(region.first_path, "first")),
            LandCover(RasterSource(region.later_path, "later")),
            {"slope": RasterSource(region.slope_path), "distance": RasterSource(region.distance_path)},
            (2010, 2015, 2025),
            None,
            POOLS,
            outlines=[box(0, 0, 45, 90, origin=(500000, 2600000), cell=30)],
            masks={name: RasterSource(made.write(tmp_path / f"{name}.tif", values)) for name, values in masks.items()},
            runs=4,
            settings=HOW[how],
        )

    return inputs, reserve > 0, region.later


@pytest.mark.parametrize("how", HOW)
def test_results_are_equal_for_any_number_of_workers(tmp_path, scenario_inputs, how):
    inputs, reserve, start = scenario_inputs
    made_by = {}
    for workers in (1, 3):
        wanted = [WantedMap(1, str(tmp_path / f"plan_{workers}.tif"), all_years=True)]
        log = Log()
        found = run_scenarios(ROWS, inputs(how), wanted, log, workers)
        path = found.rasters[wanted[0]].publish()
        made_by[workers] = total_columns(found.carbon), scenario_transition_columns(found.carbon), log.notes, path
        west = [float(run.zones[-1]["carbon_end_t"][0]) for run in found.carbon[1].runs]
        assert len(set(west)) > 1  # another seed, another map
        made_by[workers] += (west,)
    for alone, shared in zip(made_by[1], made_by[3]):
        assert repr(alone) == repr(shared) or alone == made_by[1][3]
    same_rasters(made_by[1][3], made_by[3][3])
    maps = gdal.Open(made_by[3][3]).ReadAsArray()
    assert not ((maps == 5) & (start != 5) & reserve).any()
    assert not ((maps != 5) & (start == 5)).any()


def test_a_cancelled_run_leaves_no_map(tmp_path, scenario_inputs):
    class Stopping(Log):
        share = 0.0

        def progress(self, fraction):
            self.share = fraction

        def is_cancelled(self):
            return self.share > 0.5

    with pytest.raises(Cancelled):
        wanted = [WantedMap(0, str(tmp_path / "stopped.tif"))]
        run_scenarios(ROWS, scenario_inputs[0]("roulette"), wanted, Stopping())
    assert not list(tmp_path.glob("*stopped*"))


def test_inputs_on_another_grid_are_resampled_once_and_logged(tmp_path, scenario_inputs):
    inputs = scenario_inputs[0]("roulette")
    coarse = made.write(tmp_path / "coarse.tif", np.ones((45, 45), np.uint8))
    dataset = gdal.Open(coarse, gdal.GA_Update)
    dataset.SetGeoTransform((500000, 60, 0, 2600000, 0, -60))
    del dataset
    inputs.masks["zone"] = RasterSource(coarse, "coarse zone")
    log = Log()
    run_scenarios(ROWS, inputs, [], log)
    told = [note for note in log.notes if "coarse zone was resampled to the grid of later" in note]
    assert len(told) == 1
