"""Outputs of one run agree, for storage, its change, sinks and uncertainty: totals, zones, rasters, tables and log.

Every pair is held together on random regions of six zones that tile the raster, with gaps in the land cover.
"""

from __future__ import annotations

import numpy as np
import pytest
from agreement import near, rows, text_of, told
from layers import column
from rasters import read_raster
from zoned_region import CELL_HA, ZONES


@pytest.fixture
def region(zoned_region):
    return zoned_region


def test_storage_by_class_zone_cell_and_in_total_agrees(run, region, tmp_path):
    given = {"LAND_COVER": region.first_path, "PRESET": "henan"}
    report = tmp_path / "report.html"
    whole = run("carbonstorage", **given, OUTPUT=str(tmp_path / "c.tif"), CLASSES="memory:", REPORT=str(report))
    total, area = whole["TOTAL_CARBON_T"], whole["AREA_HA"]
    assert area == near((region.first > 0).sum() * CELL_HA)
    assert whole["MEAN_DENSITY_T_HA"] == near(total / area)
    assert sum(column(whole["CLASSES"], "carbon_t")) == near(total)
    assert sum(column(whole["CLASSES"], "area_ha")) == near(area)
    assert np.nansum(read_raster(whole["OUTPUT"])) * CELL_HA == pytest.approx(total, rel=1e-6)
    cells = run("carbonstorage", **given, UNIT="t_per_cell", OUTPUT=str(tmp_path / "cells.tif"))
    assert np.nansum(read_raster(cells["OUTPUT"])) == pytest.approx(total, rel=1e-6)
    for said in (told(whole), text_of(report)):
        assert f"{total:,.0f} t of carbon on {area:,.2f} ha" in said
    for rule in ("cell_centre", "exact_fraction"):
        by_zone = run(
            "zonalcarbonsupply", **given, ZONES=region.zones(), CELL_RULE=rule, OUTPUT="memory:", CLASSES="memory:"
        )
        zones, table = rows(by_zone["OUTPUT"]), rows(by_zone["CLASSES"])
        assert by_zone["TOTAL_CARBON_T"] == near(total)
        assert by_zone["MAPPED_KM2"] == near(area / 100)
        assert by_zone["OUTSIDE_HA"] == near(0)
        assert sum(zone["carbon_t"] for zone in zones) == near(total)
        assert sum(zone["carbon_share"] for zone in zones) == near(1)
        for zone in zones:
            own = [row for row in table if row["zone_name"] == zone["name"]]
            assert sum(row["carbon_t"] for row in own) == near(zone["carbon_t"])
            assert sum(row["area_ha"] for row in own) == near(100 * zone["mapped_km2"])
            assert zone["carbon_t_km2"] == near(zone["carbon_t"] / zone["mapped_km2"])
        for code, carbon in zip(column(whole["CLASSES"], "code"), column(whole["CLASSES"], "carbon_t")):
            assert sum(row["carbon_t"] for row in table if row["code"] == code) == near(carbon)


def test_change_is_the_difference_of_two_storages_in_every_table(run, region, tmp_path):
    names = ("CLASSES", "TRANSITIONS", "MATRIX_HA", "MATRIX_CARBON", "ZONE_CLASSES", "ZONE_TRANSITIONS", "OUTPUT")
    given = {"LAND_COVER": region.first_path, "LAND_COVER_LATER": region.later_path, "PRESET": "henan"}
    price = {"PRICE": 50, "YEAR": 2000, "YEAR_LATER": 2020}
    result = run(
        "carbonstoragechange", **given, **price, ZONES=region.zones(), **dict.fromkeys(names, "memory:"),
        **{name: str(tmp_path / f"{name}.tif") for name in ("CHANGE", "BASELINE", "ALTERNATE", "VALUE")},
    )  # fmt: skip
    net, area = result["NET_T"], result["AREA_HA"]
    both = (region.first > 0) & (region.later > 0)
    assert area == near(both.sum() * CELL_HA)
    assert result["EARLIER_ONLY_HA"] == near(((region.first > 0) & ~both).sum())
    assert result["LATER_ONLY_HA"] == near(((region.later > 0) & ~both).sum())
    assert result["CARBON_END_T"] - result["CARBON_START_T"] == near(net)
    assert result["GAIN_T"] + result["LOSS_T"] == near(net)
    for path, expected in (("BASELINE", "CARBON_START_T"), ("ALTERNATE", "CARBON_END_T"), ("CHANGE", "NET_T")):
        assert np.nansum(read_raster(result[path])) == pytest.approx(result[expected], rel=1e-5, abs=1e-3)
    assert np.nansum(read_raster(result["VALUE"])) == pytest.approx(result["NET_VALUE"], rel=1e-5, abs=1e-3)
    classes, transitions, zones = (rows(result[name]) for name in ("CLASSES", "TRANSITIONS", "OUTPUT"))
    for table in (classes, zones, rows(result["ZONE_CLASSES"])):
        assert sum(row["carbon_start_t"] for row in table) == near(result["CARBON_START_T"])
        assert sum(row["carbon_end_t"] for row in table) == near(result["CARBON_END_T"])
        assert sum(row["carbon_gain_t"] for row in table) == near(result["GAIN_T"])
        assert sum(row["carbon_loss_t"] for row in table) == near(result["LOSS_T"])
    assert sum(row["carbon_change_t"] for row in zones) == near(net)
    for table in (transitions, rows(result["ZONE_TRANSITIONS"])):
        assert sum(row["area_ha"] for row in table) == near(area)
        assert sum(row["carbon_change_t"] for row in table) == near(net)
    assert sum(column(result["MATRIX_HA"], "total_ha")) == near(area)
    assert sum(column(result["MATRIX_CARBON"], "total_t")) == near(net)
    assert sum(row["mapped_km2"] for row in zones) == near(area / 100)
    assert sum(row["change_value"] for row in zones) == near(result["NET_VALUE"])
    stored = [
        run("carbonstorage", LAND_COVER=region.raster(name, np.where(both, cells, 0), 0), PRESET="henan")
        for name, cells in (("a", region.first), ("b", region.later))
    ]
    assert stored[1]["TOTAL_CARBON_T"] - stored[0]["TOTAL_CARBON_T"] == near(net)


def test_sink_by_zone_class_raster_and_area_fields_agrees(run, region):
    given = {"PRESET": "guiyang", "OUTPUT": "memory:", "CLASSES": "memory:"}
    result = run("annualcarbonsink", ZONES=region.zones(), LAND_COVER=region.first_path, **given)
    areas = {
        f"area_{code}_ha": [float((region.first[:, 10 * at : 10 * at + 10] == code).sum()) for at in range(ZONES)]
        for code in (1, 2, 3)
    }
    by_field = run("annualcarbonsink", ZONES=region.zones(**areas), AREA_FIELDS=list(areas), **given)
    for each in (result, by_field):
        sinks, table = column(each["OUTPUT"], "sink_t"), rows(each["CLASSES"])
        assert sum(sinks) == near(each["TOTAL_SINK_T"])
        assert sum(row["sink_t"] for row in table) == near(each["TOTAL_SINK_T"])
        area = sum(row["area_ha"] for row in table)
        assert each["MEAN_SINK_T_HA"] == near(each["TOTAL_SINK_T"] / area)
        assert f"{each['TOTAL_SINK_T']:,.0f} t taken up per year" in told(each)
    built = run("annualcarbonsink", ZONES=region.zones(), LAND_COVER=region.first_path, NODATA_CODES="5", **given)
    assert built["TOTAL_SINK_T"] == near(by_field["TOTAL_SINK_T"])


def test_sink_of_area_fields_with_an_unknown_class(run, region):
    """A zone without the area of a class has no sink and is left out of totals and of rows by class."""
    areas = {f"area_{code}_ha": [100.0 * code + at for at in range(ZONES)] for code in (1, 2, 3)}
    areas["area_2_ha"][1] = None
    given = {"AREA_FIELDS": list(areas), "PRESET": "guiyang", "OUTPUT": "memory:", "CLASSES": "memory:"}
    result = run("annualcarbonsink", ZONES=region.zones(**areas), **given)
    sinks, table = column(result["OUTPUT"], "sink_t"), rows(result["CLASSES"])
    assert [at for at, sink in enumerate(sinks) if sink is None] == [1]
    assert sum(filter(None, sinks)) == near(result["TOTAL_SINK_T"])
    assert sum(row["sink_t"] or 0 for row in table) == near(result["TOTAL_SINK_T"])
    area = sum(values[at] for values in areas.values() for at in range(ZONES) if at != 1)
    assert result["MEAN_SINK_T_HA"] == near(result["TOTAL_SINK_T"] / area)
    (said,) = [each for each in result["notes"].warned if "The area of a class is NULL in 1 zone(s)" in each]
    assert "row 2" in said


def test_mean_of_uncertainty_agrees_with_storage(run, region):
    given = {"LAND_COVER": region.first_path, "PRESET": "henan"}
    total = run("carbonstorage", **given)["TOTAL_CARBON_T"]
    result = run(
        "carbonuncertainty", **given, CV=15, DRAWS=4000, ZONES=region.zones(), OUTPUT="memory:", SUMMARY="memory:"
    )
    assert result["MEAN_T"] == pytest.approx(total, rel=0.01)
    assert result["LOW_T"] < total < result["HIGH_T"]
    assert result["SD_T"] == pytest.approx(result["SD_CLOSED_T"], rel=0.06)
    assert sum(column(result["OUTPUT"], "carbon_mean_t")) == near(result["MEAN_T"])
