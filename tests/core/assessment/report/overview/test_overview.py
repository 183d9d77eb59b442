"""The first part of a report: figures, contradictions, ranking, recommendations, contents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.overview.advice import advice, advice_html
from carbon_balance.core.assessment.report.overview.agreement import class_gap, contradiction
from carbon_balance.core.assessment.report.overview.balance_chart import balance_chart, balance_sentence, can_be_drawn
from carbon_balance.core.assessment.report.overview.centres import centre_section
from carbon_balance.core.assessment.report.overview.contents import with_contents
from carbon_balance.core.assessment.report.overview.headline import headline_figures, headline_html, large_amount
from carbon_balance.core.assessment.report.overview.ranking import ranking_table
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.assessment.report.sentences import key_sentences
from carbon_balance.core.runtime import i18n
from carbon_balance.core.symbology.colours import CARBON, EMISSION
from carbon_balance.core.tables.table import Table
from carbon_balance.core.zoning.zone_names import FROM_SURPLUS, QUADRANT_NAMES
from shapes import polygon, wkb

STOCK, FLOW = AmountSource("", "t", "C", "stock"), AmountSource("", "t", "CO2", "flow")


@pytest.fixture
def chinese():
    i18n.use_language("zh_CN")
    yield
    i18n.use_language(i18n.ENGLISH)


def zones(population=(1000.0, 500.0, 0.0), **changed):
    """Three zones of 10 km2; the first is in deficit, the second in surplus, the third has no emission."""
    columns = {
        "name": ["A", "B", "C"],
        "carbon_t": [1e6, 2e6, 4e6],
        "emission_t": [3e6, 1e6, 0.0],
        "ratio": [3.0, 0.5, None],
        "zone": ["sequestration optimisation", "low-carbon maintenance", None],
        "stock_years": [1.2, 7.3, None],
        **changed,
    }
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    return read_data(table, np.full(3, 10.0), STOCK, FLOW, population=np.array(population))


@pytest.mark.parametrize(
    ("tonnes", "english", "chinese_words"),
    [
        (999_400.0, ("999,400", "t"), ("99.94", "万吨")),
        (1e6, ("1.000", "Mt"), ("100.0", "万吨")),
        (9999.0, ("9,999", "t"), ("9,999", "吨")),
        (10_000.0, ("10,000", "t"), ("1.000", "万吨")),
        (99_990_000.0, ("99.99", "Mt"), ("9,999", "万吨")),
        (1e8, ("100.0", "Mt"), ("1.000", "亿吨")),
        (994_544_954.0, ("994.5", "Mt"), ("9.945", "亿吨")),
        (-2.5e6, ("−2.500", "Mt"), ("−250.0", "万吨")),
        (0.0, ("0", "t"), ("0", "吨")),
    ],
)
def test_amounts_change_their_unit_at_its_limit(tonnes, english, chinese_words):
    assert large_amount(tonnes) == english
    i18n.use_language("zh_CN")
    try:
        assert large_amount(tonnes) == chinese_words
    finally:
        i18n.use_language(i18n.ENGLISH)


def test_a_complete_report_begins_with_four_key_figures():
    supply, demand, person, index = headline_figures(zones())
    assert (supply.value, supply.unit, supply.note) == ("7.000", "Mt C", "233,333 t C/km² on average")
    assert (demand.value, demand.unit) == ("4.000", "Mt CO2 per year")
    # 4,000,000 t of the two zones with people, 1,500 persons.
    assert (person.value, person.unit, person.note) == ("2,667", "t CO2 per year", "1,500 people")
    # The zone without an index counts in the region: 4e6 / 7e6.
    assert index.value == "0.571"
    assert index.note == "1 zone in surplus, 1 in deficit"


def test_key_figures_without_population_or_index_are_omitted():
    bare = zones(population=(0.0, 0.0, 0.0), ratio=[None] * 3)
    assert [figure.title for figure in headline_figures(bare)] == ["Carbon supply", "Emission demand"]
    assert headline_html(zones(ratio=[None] * 3, carbon_t=[None] * 3, emission_t=[None] * 3)) == ""


def test_titles_are_escaped():
    assert "<small>Mt C</small>" in headline_html(zones())


@pytest.mark.parametrize(
    ("classes_t", "told"), [(7.0699e6, False), (7.0701e6, True), (6.9301e6, False), (6.9299e6, True)]
)
def test_classes_and_zones_agree_to_one_percent(classes_t, told):
    totals = {"forest": (1.0, classes_t - 1e6), "arable": (1.0, 1e6)}
    assert class_gap(zones(), totals) == pytest.approx(classes_t / 7e6 - 1)
    assert bool(contradiction(zones(), totals)) == told


def test_a_contradiction_names_both_sums():
    sentence = contradiction(zones(), {"forest": (1.0, 14e6)})
    assert "14,000,000 t, carbon by zone to 7,000,000 t (+100.0%)" in sentence


def test_a_flow_is_not_compared_with_a_table_of_stocks():
    sinks = zones(carbon_t=[None] * 3, sink_t=[1.0, 2.0, 3.0])
    assert np.isnan(class_gap(sinks, {"forest": (1.0, 1e6)}))


def test_the_ranking_runs_from_deficit_to_surplus_and_omits_zones_without_an_index():
    table = ranking_table(zones())
    assert table.columns["Zone"] == ["A", "B"]
    assert table.columns["Rank"] == [1, 2]
    assert table.zone_rows == (0, 1)
    assert table.columns["Emission per person, t CO2 per year"] == [3000.0, 2000.0]
    assert table.columns["Years the stock would last"] == [1.2, 7.3]
    upwards = ranking_table(zones(index_name=["budget"] * 3, ratio=[5.0, -5.0, None]))
    assert upwards.columns["Zone"] == ["B", "A"]
    assert ranking_table(zones(ratio=[None] * 3)) is None


def test_every_preset_zone_has_a_recommendation_in_both_languages(chinese):
    for names in (*FROM_SURPLUS.values(), *QUADRANT_NAMES.values()):
        sentences = [advice(name) for name in names]
        assert len(set(sentences)) == 4
        assert all("。" in sentence for sentence in sentences)


def test_recommendations_depend_on_the_zoning_method():
    """Two presets contain the name low-carbon maintenance; with EEC and SEC it means the quadrant."""
    by_breaks = advice_html(zones(), ["low-carbon maintenance", "my own zone"])
    assert "low-carbon maintenance (1)</b> Protect forest" in by_breaks
    assert "my own zone" not in by_breaks
    quadrants = zones(eec=[1.0, 2.0, 1.0], sec=[1.0, 2.0, 1.0])
    assert "Maintain both strengths" in advice_html(quadrants, ["low-carbon maintenance"])
    assert advice_html(zones(), ["my own zone"]) == ""


def test_the_table_of_contents_links_to_every_section():
    nav, body = with_contents("<h2>One</h2>a<h2>Two &amp; more</h2>b<h2>Three</h2>")
    assert nav.count("<a ") == 3
    assert '<a href="#s2">Two &amp; more</a>' in nav
    assert '<h2 id="s2">Two &amp; more</h2>' in body
    assert with_contents("<h2>One</h2><h2>Two</h2>")[0] == ""


def test_the_balance_chart_shows_the_zones_that_have_both():
    pytest.importorskip("matplotlib")
    data = zones()
    assert can_be_drawn(data)
    drawing = balance_chart(data)
    assert 'id="zone-0"' in drawing
    assert 'id="zone-1"' in drawing
    assert 'id="zone-2"' not in drawing
    assert balance_sentence(data) == "1 zone is above the line of balance (deficit), 1 on or below it (surplus)."
    assert not can_be_drawn(zones(emission_t=[3e6, 0.0, 0.0]))


def test_the_distance_between_the_centres_in_km():
    """Equal supply of three zones is centred 400 km along a line, demand of 2, 4 and 4 parts 480 km along it."""
    at = [(0, 0), (300_000, 100_000), (900_000, -100_000)]
    shapes = [wkb(polygon([(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)])) for x, y in at]
    text = "".join(centre_section(zones(carbon_t=[1e6, 1e6, 1e6], emission_t=[2e6, 4e6, 4e6]), shapes))
    assert "The centre of demand lies 80.0 km east of the centre of supply." in text


def test_zones_without_a_planning_zone_are_not_among_those_that_could_change():
    first, second = "sequestration optimisation", "low-carbon maintenance"
    data = zones(zone=[first, second, None], zone_other=[second, second, first])
    assert "1 of the zones have no planning zone." in key_sentences(data)
    assert any(each.startswith("1 of 2 zones would change planning zone") for each in key_sentences(data))


def test_ranks_follow_the_direction_of_the_index_and_ties_keep_the_layer_order():
    """For emission over supply a larger value is worse, for supply over emission a smaller one."""
    worst_first = [3.0, 0.5, 3.0]
    assert ranking_table(zones(ratio=worst_first)).zone_rows == (0, 2, 1)
    assert ranking_table(zones(ratio=worst_first, index_name=["supply/demand"] * 3)).zone_rows == (1, 0, 2)
    assert ranking_table(zones(ratio=worst_first)).columns["Rank"] == [1, 2, 3]
    assert ranking_table(zones(ratio=worst_first)).columns["Index"] == [3, 3, 0.5]


def test_the_ranking_has_columns_only_for_available_values():
    table = ranking_table(zones(population=(0.0, 500.0, 1.0), ratio=[1.0, 2.0, 3.0]))
    assert table.columns["Zone"] == ["C", "B", "A"]
    assert table.columns["Emission per person, t CO2 per year"] == pytest.approx([0, 2000, np.nan], nan_ok=True)
    assert table.columns["Carbon supply, t C/km²"] == [4e5, 2e5, 1e5]
    assert table.columns["Planning zone"] == [None, "low-carbon maintenance", "sequestration optimisation"]


def test_emission_per_person_uses_zones_with_both_values():
    """The first zone has population but no emission, the last one emission but no population."""
    figures = headline_figures(zones(population=(1000.0, 500.0, 0.0), emission_t=[None, 1e6, 3e6], ratio=[None] * 3))
    assert (figures[2].value, figures[2].note) == ("2,000", "500 people")


def test_quadrants_need_both_coefficients():
    """With one coefficient the zones are not quadrants, and a shared name means the class of the index."""
    for both in ({"eec": [1.0, 2.0, 1.0]}, {"sec": [1.0, 2.0, 1.0]}):
        assert "Protect forest" in advice_html(zones(**both), ["low-carbon maintenance"])


def test_sections_are_numbered_from_one():
    nav, body = with_contents("<h2>One</h2><h2>Two</h2><h2>Three</h2>")
    assert nav == (
        '<nav aria-label="Contents"><ul><li><a href="#s1">One</a></li><li><a href="#s2">Two</a></li>'
        '<li><a href="#s3">Three</a></li></ul></nav>'
    )
    assert body == '<h2 id="s1">One</h2><h2 id="s2">Two</h2><h2 id="s3">Three</h2>'


def test_the_balance_chart_marks_deficits_and_leaves_equal_zones_in_surplus():
    pytest.importorskip("matplotlib")
    data = zones(carbon_t=[1e6, 2e6, 4e6], emission_t=[3e6, 2e6, 0.0], ratio=[3.0, 1.0, None])
    assert balance_sentence(data) == "1 zone is above the line of balance (deficit), 1 on or below it (surplus)."
    drawing = balance_chart(data)
    marks = [drawing.split(f'id="zone-{at}"')[1].split("</g>")[0] for at in (0, 1)]
    assert [EMISSION[3] in mark for mark in marks] == [True, False]
    assert [CARBON[3] in mark for mark in marks] == [False, True]


SQUARES = [
    wkb(polygon([(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)]))
    for x, y in ((0, 0), (300_000, 100_000), (900_000, -100_000), (600_000, 0))
]


def test_centres_omit_zones_without_outline_or_amount_or_excluded_from_totals():
    names = {"name": list("ABCD"), "ratio": [None] * 4, "zone": [None] * 4, "stock_years": [None] * 4}
    columns = {**names, "carbon_t": [1e6] * 4, "emission_t": [2e6, 4e6, 4e6, 9e9]}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    data = read_data(table, np.full(4, 10.0), STOCK, FLOW)
    told = "The centre of demand lies 80.0 km east of the centre of supply."
    assert told in "".join(centre_section(data, [*SQUARES[:3], None]))
    assert told in "".join(centre_section(replace(data, counted=np.array([True] * 3 + [False])), SQUARES))
    assert told not in "".join(centre_section(data, SQUARES))
    without = {**columns, "emission_t": [2e6, 4e6, 4e6, None]}
    table = Table("zones", list(without), [list(row) for row in zip(*without.values())])
    assert told in "".join(centre_section(read_data(table, np.full(4, 10.0), STOCK, FLOW), SQUARES))


def test_centres_need_three_zones_with_both_amounts_and_may_coincide():
    shapes = SQUARES[:3]
    assert centre_section(zones(), [None] * 3) == []
    assert centre_section(zones(emission_t=[None] * 3), shapes) == []
    assert centre_section(zones(carbon_t=[None] * 3), shapes) == []
    assert centre_section(zones(emission_t=[1e6, 1e6, None]), shapes) == []
    same = "".join(centre_section(zones(carbon_t=[1e6] * 3, emission_t=[2e6] * 3), shapes))
    assert "The centres of supply and demand are at the same place." in same


@pytest.mark.parametrize(("persons", "is_shown"), [(0.49, False), (1e-307, False), (0.51, True), (1000.0, True)])
def test_emission_per_person_needs_a_positive_population(persons, is_shown):
    titles = [figure.title for figure in headline_figures(zones(population=(persons, 0.0, 0.0)))]
    assert ("Emission per person" in titles) == is_shown


@pytest.mark.parametrize(
    ("ratio", "said", "unit", "otherwise"),
    [
        ([3.0, 0.5, None], "1 zone is above the line of balance (deficit), 1 on", "t C/km²", False),
        ([9 / 11, 1.5 / 11, None], "0 zones are above the line of balance (deficit), 2 on", "t CO2/km²", False),
        ([7.0, 8.0, None], "0 zones are above the line of balance (deficit), 2 on", "t CO2/km²", True),
        ([None, None, None], "0 zones are above the line of balance (deficit), 2 on", "t CO2/km²", False),
    ],
)
def test_supply_and_demand_are_compared_in_one_species_that_the_axis_states(ratio, said, unit, otherwise):
    """Tonnes of C were compared with tonnes of CO2 without an index, and converted ones were called C with one."""
    pytest.importorskip("matplotlib")
    data = zones(ratio=ratio)
    assert balance_sentence(data).startswith(said)
    assert ("does not follow from these amounts" in balance_sentence(data)) == otherwise
    assert f"Carbon supply, {unit}" in balance_chart(data)
