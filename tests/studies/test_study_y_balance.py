"""Central Yunnan 2020: published supply and demand through the algorithms of demand and balance."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest
from layers import column
from qgis.core import QgsVectorLayer

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "central_yunnan.geojson"


@pytest.fixture
def counties(qgis_processing):
    return QgsVectorLayer(str(SAMPLE), "central_yunnan", "ogr")


def test_census_population_x_3_938_t_is_the_published_demand(run, counties):
    result = run(
        "emissiondemand", ZONES=counties, POPULATION="population_2020", PER_PERSON=3.938, AREA="polygon_km2",
        OUTPUT="memory:",
    )  # fmt: skip
    out = result["OUTPUT"]
    pairs = list(zip(column(out, "published_demand_t_km2"), column(out, "demand_t_km2")))
    assert len(pairs) == 49
    assert median(published / computed for published, computed in pairs) == pytest.approx(1, abs=0.001)
    assert result["POPULATION_SUM"] == sum(column(out, "population_2020"))
    # The paper's "total demand" of 67613.71 t/km2 is a sum of densities: a region's density is far below it.
    assert sum(published for published, _ in pairs) == pytest.approx(67613.71, abs=0.1)
    assert result["DEMAND_T_KM2"] == pytest.approx(3.938 * result["POPULATION_SUM"] / 111_338, rel=1e-4)


def test_the_index_of_the_region_is_not_the_mean_of_its_counties(run, counties):
    result = run(
        "supplydemandratio", ZONES=counties, SUPPLY="published_supply_1e6t", SUPPLY_UNIT="10^6 t",
        DEMAND="published_demand_t_km2", OUTPUT="memory:",
    )  # fmt: skip
    out = result["OUTPUT"]
    ratios = dict(zip(column(out, "name"), column(out, "ratio")))
    assert ratios["Wuhua"] == pytest.approx(11361.74 * 386.2339 / 7.82e6, rel=1e-3)
    assert result["SUPPLY_T"] == pytest.approx(2351e6, rel=1e-3)
    assert result["REGION_INDEX"] == pytest.approx(result["DEMAND_T"] / result["SUPPLY_T"])
    assert result["REGION_INDEX"] < 0.7 * sum(ratios.values()) / 49
    assert set(column(out, "state")) == {"surplus"}
    # 2351 x 10^6 t C are 8620 x 10^6 t CO2: what that lasts is told in one species, and the mixing is warned of.
    years = dict(zip(column(out, "name"), column(out, "stock_years")))
    assert years["Wuhua"] == pytest.approx(44 / 12 / ratios["Wuhua"])
    assert sum("44/12" in sentence or "stock_years" in sentence for sentence in result["notes"].warned) == 2
