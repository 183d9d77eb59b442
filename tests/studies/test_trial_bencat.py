"""Ben Cat, Viet Nam: storage of two dates, demand from population density, balance and its change.

The layers' masks differ by some cells. They may not be kept in the repository: without them the tests are skipped.
"""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.supply.storage import storage
from gridded import read_gaps
from trial_data import folder

DENSITIES = {1: 149.95, 2: 62.1, 3: 60.0, 4: 66.81}
TOTALS_T = {2000: 7_389_777.5, 2020: 6_404_141.6}
PER_PERSON_T = 2.0


@pytest.fixture
def maps(run, tmp_path):
    """Paths of the storage rasters of both dates and of the demand."""
    data = folder("bencat")
    codes = np.array(list(DENSITIES), np.int64)
    densities = np.array(list(DENSITIES.values()))
    pools = PoolTable("pools", codes, ["forest", "water", "built-up", "cropland"], None, densities)
    made = {}
    for year, total in TOTALS_T.items():
        cover = LandCover(RasterSource(str(data / f"bencat_lc_{year}.tif")))
        made[year] = str(tmp_path / f"carbon_{year}.tif")
        areas, staged = storage(cover, pools, Log(), made[year])
        staged.publish()
        assert float(areas.total_ha @ densities[areas.codes - 1]) == pytest.approx(total, abs=0.06)
    made["people"] = str(data / "bencat_popdens_2015.tif")
    made["demand"] = str(tmp_path / "demand.tif")
    result = run("emissiondemandraster", WEIGHTS=made["people"], PER_PERSON=PER_PERSON_T, OUTPUT=made["demand"])
    made["persons"] = result["PERSONS"]
    return made


def test_demand_follows_population_alone(maps):
    people, demand = read_gaps(maps["people"]), read_gaps(maps["demand"])
    known = np.isfinite(people)
    np.testing.assert_array_equal(np.isfinite(demand), known)
    np.testing.assert_allclose(demand[known] / people[known], PER_PERSON_T, rtol=1e-12)
    assert np.corrcoef(demand[known], people[known])[0, 1] == pytest.approx(1, abs=1e-12)
    assert maps["persons"] == pytest.approx(people[known].sum() * 25 * 25 / 1e6)


def test_balance_and_its_change_in_cells_with_both_values(run, tmp_path, maps):
    change, balance = str(tmp_path / "change.tif"), str(tmp_path / "balance.tif")
    result = run(
        "supplydemandratioraster",
        SUPPLY=maps[2000],
        DEMAND=maps["demand"],
        SUPPLY_LATER=maps[2020],
        DEMAND_LATER=maps["demand"],
        OUTPUT=str(tmp_path / "esdr.tif"),
        BALANCE=balance,
        CHANGE=change,
    )
    before, after, demand = (read_gaps(maps[name]) for name in (2000, 2020, "demand"))
    both = np.isfinite(before) & np.isfinite(demand)
    assert result["CELLS"] == both.sum() < np.isfinite(before).sum()
    np.testing.assert_allclose(read_gaps(balance)[both], (100 * before - demand)[both], rtol=1e-6, atol=1e-3)
    assert result["SUPPLY_T"] == pytest.approx(before[both].sum() * 0.0625, rel=1e-9)
    # With one demand the balance changes as storage does.
    three = both & np.isfinite(after)
    lost = (after - before)[three].sum() * 0.0625
    assert result["CHANGE_T"] == pytest.approx(lost, rel=1e-6)
    classes = read_gaps(change)[three]
    np.testing.assert_array_equal(classes - 2, np.sign((after - before)[three]))


def test_emissions_distributed_by_population_keep_their_sum(run, tmp_path, maps):
    from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer

    source = RasterSource(maps["people"])
    west, south, east, north = source.grid.bounds()
    zones = QgsVectorLayer("Polygon?crs=EPSG:32648&field=emission:double", "halves", "memory")
    middle = (west + east) / 2 + 7
    for left, right, emission in ((west, middle, 1e6), (middle, east, 5e5)):
        feature = QgsFeature(zones.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(left, south, right, north)))
        feature.setAttributes([emission])
        zones.dataProvider().addFeature(feature)
    out = str(tmp_path / "spread.tif")
    run("emissiondemandraster", ZONES=zones, EMISSION="emission", WEIGHTS=maps["people"], UNIT="t_per_cell", OUTPUT=out)
    cells = np.nan_to_num(read_gaps(out))
    split = int(np.floor((middle - west) / 25 + 0.5))
    np.testing.assert_allclose([cells[:, :split].sum(), cells[:, split:].sum()], [1e6, 5e5], rtol=1e-9)
