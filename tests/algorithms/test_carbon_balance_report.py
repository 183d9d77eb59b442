"""Tests of the carbon balance report, run as an algorithm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from layers import column, squares
from pages import decimals, number
from qgis.core import QgsProcessingException, QgsVectorLayer

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
MAPS = re.compile(r'<svg class="map".*?</figure>', re.S)


def equal_to_the_printed_digits(texts, values):
    assert len(texts) == len(values)
    for text, value in zip(texts, values):
        if value is None:
            assert text == ""
        else:
            assert number(text) == pytest.approx(value, abs=0.5000001 * 10 ** -decimals(text))
            assert float(f"{value:.{decimals(text)}f}") == number(text)


def test_every_number_of_the_report_equals_its_attribute(report, counties):
    page, text, _ = report(**counties, GROUP_FIELD="city", NAME="name", POPULATION="population_2020")
    layer = QgsVectorLayer(counties["ZONES"], "zones", "ogr")
    rows = page.table_with("Index")
    own = [row for row in rows if row["Index"]]
    features = {feature["name"]: feature for feature in layer.getFeatures()}
    assert len(own) == len(features) == 49
    for heading, name in (
        ("Carbon supply, t C", "carbon_t"),
        ("Carbon supply, t C/km²", "carbon_t_km2"),
        ("Emission demand, t CO2 per year", "emission_t"),
        ("Emission demand, t CO2/km² per year", "demand_t_km2"),
        ("Index", "ratio"),
        ("Population", "population_2020"),
        ("Mapped area, km²", "mapped_km2"),
        ("Class", "class"),
    ):
        equal_to_the_printed_digits([row[heading] for row in own], [features[row["Zone"]][name] for row in own])
    assert [row["Planning zone"] for row in own] == [features[row["Zone"]]["zone"] for row in own]
    kunming = next(row for row in rows if row["Zone"] == "Kunming, sum")
    carbon = sum(feature["carbon_t"] for feature in layer.getFeatures() if feature["city"] == "Kunming")
    assert number(kunming["Carbon supply, t C"]) == pytest.approx(carbon, abs=0.51)
    # A density of a sum is a sum over a sum, never a mean or a sum of densities.
    mapped = sum(feature["mapped_km2"] for feature in layer.getFeatures() if feature["city"] == "Kunming")
    assert number(kunming["Carbon supply, t C/km²"]) == pytest.approx(carbon / mapped, rel=1e-4)
    assert number(rows[-1]["Carbon supply, t C"]) == pytest.approx(sum(column(layer, "carbon_t")), abs=0.51)
    # What stands beside the amounts is what their densities divide by.
    for row in own:
        density, area = number(row["Carbon supply, t C/km²"]), number(row["Mapped area, km²"])
        assert number(row["Carbon supply, t C"]) / area == pytest.approx(density, rel=0.06 / area + 1e-4)
        density, area = number(row["Emission demand, t CO2/km² per year"]), number(row["Area, km²"])
        assert number(row["Emission demand, t CO2 per year"]) / area == pytest.approx(density, rel=0.06 / area + 1e-4)
    assert "refers to the mapped area" in page.text
    shares = [row["Carbon supply: share, %"] for row in own]
    assert round(sum(map(number, shares)) * 100) == 10000
    assert rows[-1]["Carbon supply: share, %"] == "100.00"
    by_class = page.table_with("Land-cover class")
    assert round(sum(number(row["Share, %"]) for row in by_class[:-1]) * 100) == 10000
    # Savanna is 63 % of the area in this product, with Henan's density of grassland 72.5 t/ha.
    savanna = next(row for row in by_class if row["Land-cover class"] == "savanna")
    assert number(savanna["Carbon supply, t C"]) == pytest.approx(7_020_777 * 72.5, rel=1e-6)
    plan = page.table_with("Members")
    assert [int(row["Number"]) for row in plan] == [column(layer, "zone").count(row["Planning zone"]) for row in plan]
    assert sum(len(row["Members"].split(", ")) for row in plan) == 49
    assert f"They store {sum(column(layer, 'carbon_t')):,.0f} t C." in text


def test_inequality_of_demand_derived_from_population_is_not_reported(report, counties):
    """With the same emission per person everywhere, a Gini coefficient of 0 against population is meaningless."""
    page, text, _ = report(**counties, POPULATION="population_2020")
    assert "Emission demand is the same for every person, 3.938 t CO2 per year" in page.text
    assert "Emission demand: Gini coefficient" not in page.text
    assert "Emission demand, Gini" not in text
    assert "Carbon supply, Gini" in text
    over_land = report(**counties)[0].text
    gini = re.search(r"Emission demand: Gini coefficient (0\.\d+) relative to area", over_land)[1]
    assert f"Relative to area, its Gini coefficient is {gini}." in page.text


def test_zones_changed_by_the_other_method_are_logged(report, counties):
    page, _, _ = report(**counties, NAME="name")
    layer = QgsVectorLayer(counties["ZONES"], "zones", "ogr")
    moved = {each["name"]: each["zone_other"] for each in layer.getFeatures() if each["zone_other"] != each["zone"]}
    assert len(moved) == 15
    assert "15 of 49 zones would change planning zone under the other classification method" in page.text
    for name, zone in moved.items():
        assert f"{name} ({zone})" in page.text


def test_the_report_is_one_file_with_maps_charts_and_methods(report, counties):
    page, text, found = report(**counties, GROUP_FIELD="city", YEAR="2020", SOURCES="a; b", TITLE="Yunnan")
    assert not [link for link in page.links if not link.startswith("#")]
    # The one script sorts, searches and links; it comes with the page and loads nothing.
    assert page.tags["script"] == 1
    assert "link" not in page.tags
    assert not re.search(r"url\((?!#)", text)
    assert not re.findall(r"https?://(?!www\.w3\.org)", text)
    maps = MAPS.findall(text)
    assert len(maps) == 4
    for drawn in maps:
        # Every class of the legend is on the map, and nothing on the map is missing in the legend.
        on_map = set(re.findall(r'<g fill="([^"]+)"', drawn))
        legend = re.findall(r'height="12" fill="([^"]+)"', drawn)
        assert on_map == set(legend)
        assert drawn.count("<use") == 49
    assert text.count('class="chart"') == 5
    for words in ("carbon dioxide (CO2), a flow", "carbon (C), a stock", "year 2020", "D/S", "QGIS", "NumPy"):
        assert words in page.text
    assert found["ZONE_COUNT"] == 49


def test_map_and_tables_state_the_terms_of_the_index(report, counties):
    page, text, _ = report(**counties)
    said = "t CO2 emitted per year / t C stored"
    # In the key sentences, above the map, beneath the table and among the formulas.
    assert " ".join(page.text.split()).count(said) >= 4
    (drawn,) = (each for each in MAPS.findall(text) if "Demand / supply" in each)
    labels = re.findall(r"<span>([^<]*) \((\d+)\)</span>", drawn)
    classes = page.table_with("Up to")
    assert [int(count) for _, count in labels] == [int(row["Number"]) for row in classes]
    ends = [float(label.split(" – ")[1]) for label, _ in labels]
    assert ends == pytest.approx([float(row["Up to"]) for row in classes], rel=5e-3)


def test_published_figures_in_the_layout_of_the_paper(run, report, tmp_path):
    ratio = run("supplydemandratio", ZONES=str(SAMPLE / "central_yunnan.geojson"), SUPPLY="published_supply_1e6t",
                SUPPLY_UNIT="10^6 t", DEMAND="published_demand_t_km2", OUTPUT="memory:")  # fmt: skip
    zoned = run("naturalbreakszoning", ZONES=ratio["OUTPUT"], FIELD="ratio", LANGUAGE="zh", OUTPUT="memory:")
    page, _, _ = report(ZONES=zoned["OUTPUT"], NAME="name_zh", GROUP_FIELD="city_zh", SUPPLY="published_supply_1e6t",
                        SUPPLY_UNIT="10^6 t", DEMAND="published_demand_t_km2", DEMAND_UNIT="t/km2")  # fmt: skip
    rows = {row["Zone"]: row for row in page.table_with("Index")}
    for feature in zoned["OUTPUT"].getFeatures():
        row = rows[feature["name_zh"]]
        assert number(row["Carbon supply, t C"]) == pytest.approx(feature["published_supply_1e6t"] * 1e6)
        assert number(row["Carbon supply: share, %"]) == pytest.approx(feature["published_supply_pct"], abs=0.011)
        assert number(row["Emission demand, t CO2/km² per year"]) == feature["published_demand_t_km2"]
        assert row["Planning zone"] == feature["published_zone_zh"]
    plan = {row["Planning zone"]: int(row["Number"]) for row in page.table_with("Members")}
    assert plan == {"低碳保持区": 20, "协调发展区": 12, "碳汇发展区": 9, "固碳优化区": 8}


def test_guiyang_with_quadrants(run, report):
    found = run("coefficientbalance", ZONES=str(SAMPLE / "guiyang.geojson"), EMISSION="emission_2015_1e4t",
                EMISSION_UNIT="10^4 t", SINK="sink_2015_1e4t", SINK_UNIT="10^4 t", EEC="published_eec_2015",
                PRESET="guiyang", **{"zoning:Zones": "memory:"})  # fmt: skip
    page, text, _ = report(ZONES=found["zoning:Zones"], NAME="name", SUPPLY="sink_2015_1e4t", SUPPLY_UNIT="10^4 t",
                           SUPPLY_BASIS="flow", DEMAND="emission_2015_1e4t", DEMAND_UNIT="10^4 t")  # fmt: skip
    units = {row["Zone"]: row for row in page.table_with("EEC")}
    assert {name: round(number(row["SEC"]), 2) for name, row in units.items()} == {
        "Municipal district": 0.48, "Qingzhen": 1.52, "Xifeng": 1.6, "Kaiyang": 1.5, "Xiuwen": 2.86,
    }  # fmt: skip
    chart = re.search(r'EEC and SEC with their thresholds.*?<svg[^>]*class="chart".*?</svg>', text, re.S)[0]
    for name in (*units, "carbon sink function", "carbon intensity control"):
        assert f">{name}<" in chart
    assert [row["EEC"] for row in units.values()] == ["1.43", "0.79", "0.79", "0.39", "1.10"]
    headings = page.table_with("Emission demand, t CO2/km² per year")[0]
    assert "Carbon supply, t C per year" in headings
    assert "Carbon supply, t C" not in headings
    assert "Class" not in headings
    assert "the sum of EEC x share of emission is 1.0936, +9.36 % from 1." in text
    assert "Identity of SEC" not in text


@pytest.fixture
def nasty():
    nan = None
    names = ["<script>alert(1)</script>", 'a "quoted" & name', "$x_1$ \\frac", "五华区", "x" * 200, "f"]
    return squares(
        {
            "name": names,
            "carbon_t": [0.0, nan, 1e-7, 5.0, 1e12, -3.0],
            "emission_t": [nan] * 6,
            "ratio": [nan, 0.0, 1.0, 2.0, 0.1, 1e-9],
            "zone": ['"low" <b>', None, "y" * 150, "a", "a", "a"],
            "eec": [nan, 1.0, 2.0, 3.0, 1.0, 1.0],
            "sec": [1.0, 1.0, 2.0, 0.3, 1.0, 1.0],
        },
        name="<i>layer</i> & \"quotes\" 'n' all",
    )


def test_markup_quotes_and_formulas_in_names_are_escaped(report, nasty):
    page, text, found = report(ZONES=nasty)
    assert page.tags["script"] == 1
    assert "<script>alert" not in text
    assert "i" not in page.tags
    assert "b" not in page.tags
    assert "<i>layer</i> & \"quotes\" 'n' all" in page.text
    assert [row["Zone"] for row in page.table_with("Index")][:3] == [
        "<script>alert(1)</script>", 'a "quoted" & name', "$x_1$ \\frac",
    ]  # fmt: skip
    assert ">$x_1$ \\frac<" in text
    assert "nan" not in re.sub("(?s)<style>.*?</style>|<script>.*?</script>", "", text.lower()).replace("explanat", "")
    assert ">inf<" not in text
    assert "no column was given" not in found["notes"].warned


def test_one_zone_equal_values_and_zones_without_geometry_are_reported(report):
    page, text, found = report(ZONES=squares({"name": ["only"], "carbon_t": [3.0], "ratio": [1.0]}))
    assert text.count('<svg class="map"') == 2
    assert "One zone of" in page.text
    assert not any("has no results" in sentence for sentence in found["notes"].warned)
    page, text, _ = report(ZONES=squares({"name": list("abcd"), "carbon_t": [2.0] * 4, "ratio": [1.0] * 4}))
    assert text.count('<svg class="map"') == 2
    page, text, found = report(ZONES=squares({"name": ["a", "b"], "carbon_t": [1.0, 2.0]}, geometry=False))
    assert '<svg class="map"' not in text
    assert "the zones have no geometries" in page.text
    assert any("no coordinate reference system" in each for each in found["notes"].warned)


def test_zones_without_results_list_what_is_missing(report):
    page, _, found = report(ZONES=squares({"code": ["1", "2"]}))
    assert "Not in this report" in page.text
    assert ["has no results" in sentence for sentence in found["notes"].warned] == [True]
    assert any("Not in this report: Carbon supply: no column" in sentence for sentence in found["notes"].logged)
    assert "Carbon supply: no column was given" in page.text
    assert "Zones: the zones have no column zone." in page.text


def test_invalid_inputs_are_refused_without_output(run, counties, tmp_path):
    for given, message in (
        ({"WORKBOOK": str(tmp_path / "t.csv")}, "a xlsx / ods file is written; choose another name"),
        ({"SUPPLY": "name"}, "is not a number"),
        ({"TRANSITIONS": counties["LIMITS"]}, "has no column from_name"),
        ({"CLASSES": counties["LIMITS"]}, "has no column carbon_t"),
    ):
        with pytest.raises(QgsProcessingException, match=message):
            run("carbonbalancereport", **{**counties, "OUTPUT": str(tmp_path / "r.html"), **given})
        assert not list(tmp_path.iterdir())


def test_transitions_are_shown_as_a_shaded_table(report, tmp_path):
    long = squares({"from_name": ["forest", "forest", "crop"], "to_name": ["forest", "crop", "crop"],
                    "area_ha": [90.0, 10.0, 50.0]}, geometry=False)  # fmt: skip
    zones = squares({"name": ["a"], "carbon_t": [1.0]})
    page, text, _ = report(ZONES=zones, TRANSITIONS=long)
    rows = page.table_with("from / to, ha")
    assert [(row["from / to, ha"], row["forest"], row["crop"], row["all"]) for row in rows] == [
        ("forest", "90", "10", "100"), ("crop", "0", "50", "50"), ("all", "90", "60", ""),
    ]  # fmt: skip
    shades = re.findall(r'style="background:(#[0-9a-f]{6})"', text)
    assert len(shades) == 4
    assert shades[0] != shades[1]
    assert shades[2] == "#ffffff"
    wide = squares({"from_code": [1.0, 2.0], "from_name": ["forest", "crop"], "to_1_ha": [90.0, 0.0],
                    "to_2_ha": [10.0, 50.0], "total_ha": [100.0, 50.0]}, geometry=False)  # fmt: skip
    assert report(ZONES=zones, TRANSITIONS=wide)[0].table_with("from / to, ha") == rows


@pytest.mark.parametrize(
    ("convert", "said", "index"),
    [(False, "compared without conversion", 30 / 200), (True, "converted to tonnes of CO2", 30 / 200 * 12 / 44)],
)
def test_the_index_of_the_region_is_converted_like_that_of_zones(run, report, convert, said, index):
    """Total demand over total supply; the mapped area is not used."""
    zones = squares(
        {"name": ["A", "B", "C"], "carbon_t": [150.0, 50.0, None], "carbon_t_km2": [99.0, 77.0, None],
         "e": [10.0, 20.0, 30.0]}
    )  # fmt: skip
    demand = run("emissiondemand", ZONES=zones, EMISSION="e", OUTPUT="memory:")["OUTPUT"]
    ratio = run(
        "supplydemandratio",
        ZONES=demand,
        SUPPLY="carbon_t",
        DEMAND="demand_t_km2",
        CONVERT=convert,
        OUTPUT="memory:",
    )
    assert ratio["REGION_INDEX"] == pytest.approx(index)
    text = report(ZONES=ratio["OUTPUT"], NAME="name")[1]
    assert said in text
    # 150 t C against 10 t CO2, 50 against 20: surplus in either unit.
    assert ("With both counted in CO2, 2 zones are in surplus and 0 in deficit." in text) is not convert
    assert f"is {index:.5g}"[:8] in text


def test_the_importance_of_drivers_has_its_own_section(report, counties, run, region, tmp_path):
    table, responses = tmp_path / "expansion.csv", tmp_path / "responses.csv"
    run(
        "landusesuitability",
        LAND_COVER=region.first_path,
        DRIVERS=[region.slope_path, region.distance_path],
        OUTPUT=str(tmp_path / "s.tif"),
        EXPANSION=str(table),
        RESPONSES=str(responses),
    )
    page, text, _ = report(**counties, EXPANSION=str(table))
    section = text[text.index(">Drivers of land-use change<") :]
    assert section.count("<rect") >= 2
    assert "Importance of drivers by change<" in section
    both = report(**counties, EXPANSION=str(table), RESPONSES=str(responses))[1]
    assert both.count("<polyline") - text.count("<polyline") == section.count('fill="#4a7ba6"')
    assert ">Drivers of land-use change<" in text
    rows = table.read_text(encoding="utf-8-sig").splitlines()
    printed = next(each for each in page.tables if each and "Driver" in each[0])
    assert len(printed) == len(rows)
