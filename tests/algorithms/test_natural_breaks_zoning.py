"""Tests of natural breaks zoning, run as an algorithm."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException, QgsVectorLayer

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "central_yunnan.geojson"


@pytest.fixture
def zone(run):
    """Results and warnings of a run."""

    def call(**parameters):
        found = run("naturalbreakszoning", **{"OUTPUT": "memory:", **parameters})
        return found, found["notes"].warned

    return call


@pytest.fixture(scope="module")
def counties(provider):
    """The sample with its ratio: demand over supply, both per km2."""
    source = QgsVectorLayer(str(SAMPLE), "counties", "ogr")
    rows = list(source.getFeatures())
    ratios = [row["published_demand_t_km2"] * row["polygon_km2"] / (row["published_supply_1e6t"] * 1e6) for row in rows]
    names = [row["name_zh"] for row in rows]
    return squares({"name": names, "ratio": ratios}, geometry=False), [row["published_zone_zh"] for row in rows]


def test_central_yunnan_as_published(zone, counties, tmp_path):
    layer, published = counties
    report = tmp_path / "zones.html"
    found, warned = zone(ZONES=layer, FIELD="ratio", LANGUAGE="zh", LIMITS="memory:", REPORT=str(report))
    out = found["OUTPUT"]
    assert [field.name() for field in out.fields()] == ["name", "ratio", "class", "zone", "zone_other"]
    assert column(out, "zone") == published
    assert found["CLASS_SIZES"] == "7/13/12/9/3/3/2"
    assert found["ZONE_SIZES"] == "20/12/9/8"
    assert found["GVF"] == found["GVF_PUBLISHED"] == pytest.approx(0.978, abs=5e-4)
    assert found["GVF_EXACT"] == pytest.approx(0.9946, abs=5e-5)
    assert found["ZONES_CHANGED"] == 26 == sum(a != b for a, b in zip(published, column(out, "zone_other")))
    limits = found["LIMITS"]
    assert [field.name() for field in limits.fields()] == ["class", "lower", "upper", "count", "zone"]
    assert column(limits, "count") == [7, 13, 12, 9, 3, 3, 2]
    assert column(limits, "upper")[0] == column(limits, "lower")[1]
    assert column(limits, "zone")[-1] == "固碳优化区"
    assert [w for w in warned if "local optimum" in w and "0.9778" in w and "0.9946" in w and "26 of 49" in w]
    text = report.read_text(encoding="utf-8")
    assert "固碳优化区" in text and "0.9946" in text and "local optimum" in text


def test_the_exact_method_lists_the_published_zones_for_comparison(zone, counties):
    layer, published = counties
    found, warned = zone(ZONES=layer, FIELD="ratio", METHOD="exact", LANGUAGE="zh", SUFFIX="_exact")
    assert found["CLASS_SIZES"] == "32/9/3/2/1/1/1"
    assert column(found["OUTPUT"], "zone_other_exact") == published
    assert not warned


def test_fixed_limits_in_five_zones_without_merging(zone):
    layer = squares({"name": list("abcde"), "r": ["0.5", "1", "1.5", None, "9"]})
    found, warned = zone(
        ZONES=layer, FIELD="r", METHOD="fixed_limits", FIXED_LIMITS="1, 2, 3, 10", MERGE="", PRESET="numbered"
    )
    assert column(found["OUTPUT"], "class") == [1, 1, 2, None, 4]
    assert column(found["OUTPUT"], "zone") == ["zone 1", "zone 1", "zone 2", None, "zone 4"]
    assert found["ZONES_CHANGED"] == 0
    assert any("r is NULL in 1 row(s)" in each and "row 4 (d)" in each for each in warned)


@pytest.mark.parametrize(
    ("given", "rule", "zones"),
    [
        ({"CLASSES": 5}, "1-2,3,4,5", {"low-carbon maintenance", "coordinated development", "carbon-sink development"}),
        ({"CLASSES": 3}, "1,2,3", {"zone 1", "zone 2", "zone 3"}),
        ({"METHOD": "fixed_limits", "FIXED_LIMITS": "0.1,0.5,1,2,3"}, "1-2,3,4,5-6", {"coordinated development"}),
        ({"CLASSES": 3, "NAMES": "a,b,c"}, "1,2,3", {"a", "b", "c"}),
    ],
)
def test_without_a_merge_rule_it_follows_the_number_of_classes(run, zone, counties, tmp_path, given, rule, zones):
    """As in the dialog; the record of the run states the rule."""
    layer, _ = counties
    path = str(tmp_path / "zones.gpkg")
    found = run("naturalbreakszoning", ZONES=layer, FIELD="ratio", OUTPUT=path, **given)
    assert any(f"classes: {rule} (MERGE chooses another)" in told for told in found["notes"].logged)
    made = column(QgsVectorLayer(path, "zones", "ogr"), "zone")
    assert zones <= set(made)
    stated = {**given, "MERGE": rule, **({"PRESET": "numbered"} if "zone 1" in zones else {})}
    again, _ = zone(ZONES=layer, FIELD="ratio", **stated)
    assert made == column(again["OUTPUT"], "zone")
    assert f'"MERGE": "{rule}"' in Path(path).read_bytes().decode("utf-8", "ignore"), "the record of the run"


def test_the_default_rule_is_not_told(zone, run, counties):
    layer, _ = counties
    found = run("naturalbreakszoning", ZONES=layer, FIELD="ratio", OUTPUT="memory:")
    assert not any("MERGE" in told and "chooses" in told for told in found["notes"].logged)


def test_its_output_is_accepted_again_with_a_suffix(zone, counties):
    layer, _ = counties
    first, _ = zone(ZONES=layer, FIELD="ratio")
    again, _ = zone(ZONES=first["OUTPUT"], FIELD="ratio", CLASSES=3, MERGE="1,2-3", NAMES="low，high", SUFFIX="_3")
    assert set(column(again["OUTPUT"], "zone_3")) == {"low", "high"}
    with pytest.raises(QgsProcessingException, match="already has the column"):
        zone(ZONES=first["OUTPUT"], FIELD="ratio")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"CLASSES": 5, "MERGE": "1-2,3,4,5-6"}, "each of 1 to 5 must occur once"),
        ({"CLASSES": 50, "MERGE": "", "PRESET": "numbered"}, "49 different value.*too few for 50 classes"),
        ({"CLASSES": 5, "MERGE": "", "PRESET": "surplus_last"}, "gives 5 zone.*has names for 4"),
        ({"NAMES": "a,b"}, "4 zone.*but 2 were given"),
        ({"METHOD": "fixed_limits"}, "No fixed limits"),
        ({"METHOD": "fixed_limits", "FIXED_LIMITS": "2,1"}, "greater than the one before"),
        ({"METHOD": "jenks"}, "must be one of: as_published, exact, fixed_limits"),
        ({"FIELD": "name"}, "is not a number"),
    ],
)
def test_invalid_inputs_are_refused_without_output(zone, counties, tmp_path, given, message):
    target = tmp_path / "out.gpkg"
    with pytest.raises(QgsProcessingException, match=message):
        zone(**{"ZONES": counties[0], "FIELD": "ratio", "OUTPUT": str(target), **given})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("rule", "count"), [("", 5), (" ", 5), ("1,2,3,4,5", 5), ("1-3,4-5", 2)])
def test_zones_that_the_default_preset_cannot_name_are_numbered(zone, counties, rule, count):
    """Models hand on an empty rule, and do not ask for names."""
    found, _ = zone(ZONES=counties[0], FIELD="ratio", CLASSES=5, MERGE=rule)
    assert set(column(found["OUTPUT"], "zone")) == {f"zone {at}" for at in range(1, count + 1)}
    assert any("numbered" in told for told in found["notes"].logged)


def test_null_in_every_row_is_refused(zone):
    with pytest.raises(QgsProcessingException, match="NULL in every row"):
        zone(ZONES=squares({"name": ["a", "b"], "r": [None, None]}), FIELD="r")


def test_zone_names_in_reverse_order_of_the_index_are_refused(run, zone):
    """A large supply / demand means surplus; the default names begin with surplus at the lowest class."""
    values = [1.0, 2.0, 3.0, 4.0, 8.0, 9.0, 20.0]
    source = squares({"name": list("abcdefg"), "s": values, "d": [1.0] * 7, "km2": [1.0] * 7})
    given = {"SUPPLY": "s", "DEMAND": "d", "DEMAND_UNIT": "t", "AREA": "km2", "INDEX": "supply/demand"}
    ratio = run("supplydemandratio", ZONES=source, OUTPUT="memory:", **given)["OUTPUT"]
    with pytest.raises(QgsProcessingException, match="ratio contains supply/demand.*PRESET = surplus_last"):
        zone(ZONES=ratio, FIELD="ratio")
    found, _ = zone(ZONES=ratio, FIELD="ratio", PRESET="surplus_last")
    assert column(found["OUTPUT"], "zone")[-1] == "low-carbon maintenance"
