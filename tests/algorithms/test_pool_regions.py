"""Zones that select one of several regional pool tables."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}
# Two square zones of 2 x 2 cells of 25 ha: west 1 1 / 3 3, east 2 2 / 3 3.
COVER = np.array([[1, 1, 2, 2], [3, 3, 3, 3]], np.uint8)
TABLE = (
    "region,lucode,name,carbon_t_ha\nnorth,1,crop,10\nnorth,3,wood,100\n"
    "south,1,crop,20\nsouth,2,city,5\nsouth,3,wood,200\n"
)


@pytest.fixture
def supply(run, tmp_path):
    def made(regions=("north", "south"), table=TABLE, **more):
        path = tmp_path / "pools.csv"
        path.write_text(table)
        given = {
            "LAND_COVER": write_raster(tmp_path / "cover.tif", COVER, 0, **GRID),
            "ZONES": squares({"name": ["west", "east"], "climate": list(regions)}),
            "POOLS": str(path),
            "POOL_REGION": "climate",
            "OUTPUT": "memory:",
            "CLASSES": "memory:",
            **more,
        }
        return run("zonalcarbonsupply", **{name: value for name, value in given.items() if value is not None})

    return made


def test_each_zone_has_the_densities_of_its_region(supply):
    found = supply()
    west, east = 25 * (2 * 10 + 2 * 100), 25 * (2 * 5 + 2 * 200)
    assert column(found["OUTPUT"], "carbon_t") == [west, east]
    assert found["TOTAL_CARBON_T"] == west + east
    assert sum(column(found["OUTPUT"], "carbon_share")) == pytest.approx(1)
    assert sum(column(found["CLASSES"], "carbon_t")) == west + east
    assert set(column(found["CLASSES"], "name")) == {"crop", "city", "wood"}


def test_one_region_for_all_equals_its_table_alone(supply):
    alone = TABLE.replace("north,1,crop,10\nnorth,3,wood,100\n", "")
    regional = supply(("south", "south"))["TOTAL_CARBON_T"]
    assert regional == supply(table=alone, POOL_REGION=None)["TOTAL_CARBON_T"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"regions": ("south", "north")}, "2: 50 ha"),
        ({"regions": ("north", "east")}, "no rows for the region east; it has north, south"),
        ({"regions": ("north", "")}, "No pool region"),
        ({"table": "lucode,carbon_t_ha\n1,1\n2,2\n3,3\n"}, "needs a column region"),
        ({"REASSIGN": "1=2"}, "cannot be reassigned"),
        ({"POOLS": None, "PRESET": "henan"}, "your own pool table with a column region"),
    ],
)
def test_invalid_regions_are_refused(supply, given, message):
    with pytest.raises(QgsProcessingException, match=message):
        supply(**given)


def test_overlapping_zones_of_different_regions_are_refused(supply):
    zones = squares({"name": ["a", "b"], "climate": ["north", "south"]})
    zones.startEditing()
    first, second = zones.getFeatures()
    zones.changeGeometry(second.id(), first.geometry())
    zones.commitChanges()
    with pytest.raises(QgsProcessingException, match="Zones overlap, so the pool region"):
        supply(ZONES=zones, table=TABLE.replace("north,1", "north,2,city,1\nnorth,1"))


LATER = np.array([[1, 3, 2, 2], [3, 1, 3, 2]], np.uint8)
PLACES = np.array([[1, 2, 2, 2], [1, 1, 2, 1]], np.uint8)
WHOLE_TABLE = (
    "region,lucode,name,carbon_t_ha,sd_density\n1,1,crop,10,1\n1,2,city,4,0\n1,3,wood,100,20\n"
    "2,1,crop,20,2\n2,2,city,5,0\n2,3,wood,200,30\n"
)
DENSITY = np.array([[0, 10, 4, 100], [0, 20, 5, 200]])


@pytest.fixture
def placed(tmp_path):
    """Land covers of two dates, a raster of regions and a table of both regions."""
    (tmp_path / "pools.csv").write_text(WHOLE_TABLE)
    return {
        "first": write_raster(tmp_path / "first.tif", COVER, 0, **GRID),
        "later": write_raster(tmp_path / "later.tif", LATER, 0, **GRID),
        "POOLS": str(tmp_path / "pools.csv"),
        "POOL_REGION_RASTER": write_raster(tmp_path / "places.tif", PLACES, 0, **GRID),
    }


def carbon_t(cover):
    """By cell, without the code under test."""
    return 25.0 * DENSITY[PLACES - 1, cover]


def values(path):
    from osgeo import gdal

    return gdal.Open(path).ReadAsArray()


def test_storage_by_a_raster_of_regions(run, placed, tmp_path):
    first = placed.pop("first")
    placed.pop("later")
    found = run("carbonstorage", **placed, LAND_COVER=first, OUTPUT=str(tmp_path / "out.tif"), CLASSES="memory:")
    assert found["TOTAL_CARBON_T"] == carbon_t(COVER).sum()
    np.testing.assert_allclose(values(found["OUTPUT"]), carbon_t(COVER) / 25)
    areas = dict(zip(column(found["CLASSES"], "code"), column(found["CLASSES"], "area_ha")))
    assert areas == {11: 25, 13: 75, 21: 25, 22: 50, 23: 25}
    assert "wood (2)" in column(found["CLASSES"], "name")
    assert any("region x 10 + class code" in note for note in found["notes"].logged)


def test_supply_of_zones_by_a_raster_of_regions(run, placed):
    zones = squares({"name": ["west", "east"]})
    found = run("zonalcarbonsupply", LAND_COVER=placed["first"], ZONES=zones, POOLS=placed["POOLS"],
                POOL_REGION_RASTER=placed["POOL_REGION_RASTER"], OUTPUT="memory:")  # fmt: skip
    cells = carbon_t(COVER)
    assert column(found["OUTPUT"], "carbon_t") == [cells[:, :2].sum(), cells[:, 2:].sum()]


def test_change_by_a_raster_and_by_zones(run, placed, tmp_path):
    given = {"LAND_COVER": placed["first"], "LAND_COVER_LATER": placed["later"], "POOLS": placed["POOLS"]}
    found = run(
        "carbonstoragechange", **given, POOL_REGION_RASTER=placed["POOL_REGION_RASTER"],
        CHANGE=str(tmp_path / "change.tif"), TRANSITIONS="memory:",
    )  # fmt: skip
    change = carbon_t(LATER) - carbon_t(COVER)
    assert found["NET_T"] == change.sum()
    np.testing.assert_allclose(values(found["CHANGE"]), change / 25)
    assert sum(column(found["TRANSITIONS"], "carbon_change_t")) == change.sum()
    zones = squares({"name": ["west", "east"], "climate": ["2", "1"]})
    by_zones = run("carbonstoragechange", **given, ZONES=zones, POOL_REGION="climate", OUTPUT="memory:")
    west_east = [
        25.0 * (DENSITY[1][LATER[:, :2]] - DENSITY[1][COVER[:, :2]]).sum(),
        25.0 * (DENSITY[0][LATER[:, 2:]] - DENSITY[0][COVER[:, 2:]]).sum(),
    ]
    assert column(by_zones["OUTPUT"], "carbon_change_t") == west_east
    later = tmp_path / "later.csv"
    later.write_text(WHOLE_TABLE.replace("wood,100,", "wood,110,"))
    more = run("carbonstoragechange", **given, POOL_REGION_RASTER=placed["POOL_REGION_RASTER"], POOLS_LATER=str(later))
    assert more["NET_T"] == change.sum() + 250 * ((PLACES == 1) & (LATER == 3)).sum()


def test_uncertainty_by_a_raster_has_the_sd_of_each_region(run, placed):
    found = run(
        "carbonuncertainty", LAND_COVER=placed["first"], POOLS=placed["POOLS"],
        POOL_REGION_RASTER=placed["POOL_REGION_RASTER"],
    )  # fmt: skip
    assert found["MEAN_T"] == pytest.approx(carbon_t(COVER).sum(), rel=0.02)
    sd = {(1, 1): 1, (1, 3): 20, (2, 1): 2, (2, 3): 30}
    expected = sum(
        (25 * ((region == PLACES) & (code == COVER)).sum() * each) ** 2 for (region, code), each in sd.items()
    )
    assert found["SD_CLOSED_T"] == pytest.approx(expected**0.5, rel=1e-3)


def test_a_confusion_matrix_corrects_the_classes_within_each_region(run, placed, tmp_path):
    """So many samples that the shares hardly vary: a fifth of the crop is wood, in each region with its density."""
    (tmp_path / "matrix.csv").write_text("map,1,3\n1,800000,200000\n3,0,1000000\n")
    given = {name: placed[name] for name in ("POOLS", "POOL_REGION_RASTER")}
    found = run(
        "carbonuncertainty", LAND_COVER=placed["first"], **given, CONFUSION=str(tmp_path / "matrix.csv"), DRAWS=20_000
    )
    crop = np.where(COVER == 1, 0.8 * DENSITY[PLACES - 1, 1] + 0.2 * DENSITY[PLACES - 1, 3], DENSITY[PLACES - 1, COVER])
    assert found["MEAN_T"] == pytest.approx(25 * crop.sum(), rel=0.01)
    assert found["MEAN_T"] != pytest.approx(carbon_t(COVER).sum(), rel=0.02)


@pytest.mark.parametrize("by_zones", [False, True])
def test_a_judgement_decides_the_class_and_the_region_its_density(run, placed, tmp_path, by_zones):
    """City (2) is crop (1) or wood (3), 1 to 3: for each decision the carbon of all cells by hand."""
    (tmp_path / "judged.csv").write_text("code,class,weight\n2,1,1\n2,3,3\n")
    zones = squares({"name": ["west", "east"], "climate": ["1", "2"]})
    places = np.array([[1, 1, 2, 2]] * 2) if by_zones else PLACES
    chosen = {"POOL_REGION": "climate"} if by_zones else {"POOL_REGION_RASTER": placed["POOL_REGION_RASTER"]}
    found = run(
        "carbonuncertainty", LAND_COVER=placed["first"], POOLS=placed["POOLS"], ZONES=zones, **chosen,
        JUDGEMENTS=str(tmp_path / "judged.csv"), JUDGED="memory:", SUMMARY="memory:", DRAWS=20_000,
    )  # fmt: skip
    sd = np.array([[0, 1, 0, 20], [0, 2, 0, 30]])
    means, within = [], []
    for kind in (1, 3):
        cover = np.where(COVER == 2, kind, COVER)
        means.append(25.0 * DENSITY[places - 1, cover].sum())
        # Cells of a region with the same code have one density; that of city is its own, not that of the other cells.
        areas = {}
        for region, code, mapped in zip(places.ravel(), cover.ravel(), COVER.ravel()):
            areas[region, code, mapped] = areas.get((region, code, mapped), 0) + 25.0
        within.append(sum((area * sd[region - 1, code]) ** 2 for (region, code, _), area in areas.items()))
    mean = 0.25 * means[0] + 0.75 * means[1]
    between = 0.25 * 0.75 * (means[1] - means[0]) ** 2
    assert found["MEAN_T"] == pytest.approx(mean, rel=0.01)
    assert found["SD_T"] ** 2 == pytest.approx(between + 0.25 * within[0] + 0.75 * within[1], rel=0.03)
    assert found["VARIANCE_JUDGEMENT"] + found["VARIANCE_DENSITIES"] == pytest.approx(1)
    assert found["VARIANCE_JUDGEMENT"] == pytest.approx(between / found["SD_T"] ** 2, abs=0.05)
    present = [number for number in (1, 2) if ((places == number) & (COVER == 2)).any()]
    amounts = dict(zip(zip(column(found["JUDGED"], "code"), column(found["JUDGED"], "class")),
                       column(found["JUDGED"], "carbon_t")))  # fmt: skip
    for number in present:
        cells = 25.0 * ((places == number) & (COVER == 2)).sum()
        for kind in (1, 3):
            assert amounts[number * 10 + 2, number * 10 + kind] == cells * DENSITY[number - 1][kind]


@pytest.mark.parametrize(
    ("algorithm", "given", "message"),
    [
        ("carbonstorage", {"POOLS": None, "PRESET": "henan"}, "your own pool table with a column region"),
        ("carbonstorage", {"REASSIGN": "1=2"}, "cannot be reassigned"),
        ("carbonuncertainty", {"BUNDLED_JUDGEMENTS": True}, "cannot be used together with pool regions"),
        ("carbonuncertainty", {"ZONES": ..., "POOL_REGION": "climate"}, "both given"),
    ],
)
def test_invalid_rasters_of_regions_are_refused(run, placed, tmp_path, algorithm, given, message):
    own = {"ZONES": squares({"climate": ["1", "2"]})}
    given = {name: own[name] if value is ... else value for name, value in given.items()}
    more = {"POOLS": placed["POOLS"], "POOL_REGION_RASTER": placed["POOL_REGION_RASTER"], **given}
    with pytest.raises(QgsProcessingException, match=message):
        run(algorithm, LAND_COVER=placed["first"], **{name: each for name, each in more.items() if each is not None})
