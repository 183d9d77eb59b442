"""The census population of the samples adds up to that of prefectures and provinces."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import make_samples
import pytest

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"


def rows(region):
    """The attributes of a sample."""
    collection = json.loads((SAMPLE / f"{region}.geojson").read_text(encoding="utf-8"))
    return [feature["properties"] for feature in collection["features"]]


def test_units_add_up_to_their_provinces(monkeypatch):
    make_samples.check_population()
    wrong = {**make_samples.BEIBU_GULF, 460100: ("Haikou", "海口市", 2873359, 26.90)}
    monkeypatch.setattr(make_samples, "BEIBU_GULF", wrong)
    with pytest.raises(SystemExit, match="units of 46"):
        make_samples.check_population()


@pytest.mark.parametrize(("region", "table"), [("henan", "HENAN"), ("beibu_gulf", "BEIBU_GULF")])
def test_samples_hold_the_figures_that_are_checked(region, table):
    found = {row["adcode"]: row["population_2020"] for row in rows(region)}
    assert found == {code: row[2] for code, row in getattr(make_samples, table).items()}


def test_counties_of_central_yunnan_sum_to_their_prefectures():
    """Four prefectures are whole. Of Honghe seven of thirteen counties are there; its bulletin says that three have
    more than 500,000 persons, 37.03 % of 4,478,422 together.
    """
    persons = Counter()
    for row in rows("central_yunnan"):
        persons[row["city"]] += row["population_2020"]
    honghe = persons.pop("Honghe")
    assert persons == {"Kunming": 8460088, "Qujing": 5765775, "Yuxi": 2249502, "Chuxiong": 2416747}
    largest = [row["population_2020"] for row in rows("central_yunnan") if row["city"] == "Honghe"]
    largest = [each for each in largest if each > 500000]
    assert len(largest) == 3
    assert f"{sum(largest) / 4478422:.2%}" == "37.03%"
    assert honghe < 4478422
