"""A choice can be given by the number that qgis_process shows beside its id, in algorithms and in models."""

from __future__ import annotations

import pytest
from layers import CENTRAL_YUNNAN, SAMPLE, column
from qgis.core import QgsProcessingException

COVER = {"LAND_COVER": CENTRAL_YUNNAN["LAND_COVER"], "SCHEME": "igbp"}


@pytest.mark.parametrize("number", [1, "1"])
def test_a_number_selects_the_id_at_its_position(run, tmp_path, number):
    """The presets of carbonstorage: 0 beibu_gulf, 1 henan."""
    by_id, by_number, other = (
        run("carbonstorage", **COVER, PRESET=preset, OUTPUT=str(tmp_path / f"{preset}.tif"))["TOTAL_CARBON_T"]
        for preset in ("henan", number, "0")
    )
    assert by_number == by_id
    assert other == run("carbonstorage", **COVER, PRESET="beibu_gulf", OUTPUT=str(tmp_path / "b.tif"))["TOTAL_CARBON_T"]
    assert other != by_id


@pytest.mark.parametrize("number", ["2", 2, "-1", "1.0", "²", "01x"])
def test_a_number_outside_the_options_is_refused_with_the_options(run, tmp_path, number):
    with pytest.raises(QgsProcessingException, match=f"PRESET is {number}, but must be one of: beibu_gulf, henan"):
        run("carbonstorage", **COVER, PRESET=number, OUTPUT=str(tmp_path / "x.tif"))
    assert list(tmp_path.iterdir()) == []


def test_models_accept_numbers_of_options(run):
    """LANGUAGE of coefficientbalance: 0 en, 1 zh."""
    given = {"ZONES": str(SAMPLE / "guiyang.geojson"), "EMISSION": "emission_2015_1e4t", "SINK": "sink_2015_1e4t"}
    given |= {"EEC": "published_eec_2015", "zoning:Zones": "memory:"}
    by_id, by_number, other = (
        run("coefficientbalance", **given, LANGUAGE=value)["zoning:Zones"] for value in ("zh", 1, "en")
    )
    assert column(by_number, "zone") == column(by_id, "zone")
    assert column(other, "zone") != column(by_id, "zone")
