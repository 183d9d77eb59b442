"""qgis_process in Chinese: help, log and errors are Chinese, ids and numbers are unchanged."""

from __future__ import annotations

import pytest
from checkout import ROOT

SAMPLE = ROOT / "resources" / "sample"


@pytest.fixture
def chinese(qgis_process_call):
    return lambda *arguments: qgis_process_call(*arguments, locale="zh_CN.UTF-8")


def test_help_and_list_are_chinese(chinese):
    shown = chinese("help", "carbonbalance:carbonstorage").stdout
    assert "土地储存了多少碳" in shown
    assert "LAND_COVER: 土地覆盖" in shown
    assert "carbonbalance:naturalbreakszoning\t自然断点分区" in chinese("list").stdout


def test_a_model_from_inputs_to_zones(chinese, tmp_path):
    done = chinese(
        "run", "carbonbalance:regionalcarbonbalance",
        f"--ZONES={SAMPLE / 'central_yunnan.geojson'}", "--POPULATION=population_2020", "--PER_PERSON=3.938",
        f"--LAND_COVER={SAMPLE / 'central_yunnan_land_cover_2019.tif'}", "--PRESET=henan", "--SCHEME=igbp",
        "--LANGUAGE=zh", f"--zoning:Zones={tmp_path / 'zones.gpkg'}",
    )  # fmt: skip
    assert done.returncode == 0
    logged = done.stdout + done.stderr
    assert "供给为存量，需求为流量" in logged
    assert "49 个评价单元" in logged
    assert "zoning:ZONE_SIZES:\t28/7/6/8" in logged


def test_refusals_are_chinese(chinese):
    done = chinese("run", "carbonbalance:carbonstorage", "--PRESET=henan", "--SCHEME=igbp")
    assert done.returncode != 0
    assert "土地覆盖栅格（LAND_COVER）与各类别面积表（AREAS）只能给出其一" in done.stdout + done.stderr


def test_english_locale_gives_english(qgis_process_call):
    assert "How much carbon does the land store" in qgis_process_call("help", "carbonbalance:carbonstorage").stdout
