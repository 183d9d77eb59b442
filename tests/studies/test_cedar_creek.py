"""Cedar Creek watershed, NLCD 2006-2021 in five classes: published shapes of real change."""

from __future__ import annotations

import sys

import numpy as np
import trial_data
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.accuracy import measures as accuracy
from carbon_balance.core.scenarios.class_maps import cross
from carbon_balance.core.scenarios.land_use_demand.futures import futures
from checkout import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import cedar_creek  # noqa: E402


def land_covers(*years: int) -> list[LandCover]:
    """Classes 1 to 5: water, urban, barren, forest, crops."""
    folder = trial_data.folder("cedar_creek")
    return [LandCover(RasterSource(str(folder / f"lu5_{year}.tif"))) for year in years]


def test_one_markov_step_from_2011_gives_2016():
    before, now = land_covers(2006, 2011)
    found = futures(
        cross([before, now], Log()), cross([now], Log()), 2006, 2011, 2016, None, "", False, False, Log()
    ).demand_columns()
    assert found["year"].tolist() == [2016] * 5
    np.testing.assert_allclose(
        np.array(found["area_ha"]) / 100, [58.6699, 81.3093, 0.4141, 79.6444, 477.8295], atol=5e-5
    )


def test_learning_from_transitions_beats_shuffled_drivers_and_uniform_suitability(tmp_path):
    folder = trial_data.folder("cedar_creek")
    region = cedar_creek.Region(folder, tmp_path, networks=1, samples=40_000)
    merits = {}
    for knows in (cedar_creek.NETWORK, cedar_creek.SHUFFLED, cedar_creek.UNIFORM):
        counts = region.run(cedar_creek.TRANSITIONS, knows, 1, "deadband")
        merits[knows] = [accuracy.change_skill(counts[year]).figure_of_merit for year in (2016, 2021)]
    assert min(merits[cedar_creek.NETWORK]) > 0.03
    assert max(merits[cedar_creek.SHUFFLED] + merits[cedar_creek.UNIFORM]) < 0.01
