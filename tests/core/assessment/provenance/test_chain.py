"""The chain of steps in words."""

from __future__ import annotations

from carbon_balance.core.assessment.provenance.chain import (
    arrow_line,
    chain_html,
    inputs_read,
    step_sentence,
    warnings_of,
)
from carbon_balance.core.assessment.provenance.record import InputRecord, StepRecord
from carbon_balance.core.runtime import i18n

COVER = InputRecord("LAND_COVER", "cover.tif", "", "c0ffee" * 10 + "0000", 2508)
ZONES = InputRecord("ZONES", "counties.gpkg", "counties", "be" * 32, 7)
SUPPLY = StepRecord(
    "c:supply",
    "Supply",
    {"PRESET": "henan", "SCHEME": "igbp"},
    inputs=(ZONES, COVER),
    class_values={"1 forest": 149.95, "13 towns": 60.0},
    class_unit="t C/ha",
    warnings=("Zones overlap.",),
)
DEMAND = StepRecord(
    "c:demand",
    "Demand",
    {"PER_PERSON": 3.938},
    {"INDEX": "demand/supply", "SEED": 1},
    inputs=(InputRecord("ZONES", "Zones with supply", step=SUPPLY.id, output="OUTPUT"), COVER),
    warnings=("Zones overlap.", "Growth is negative."),
)
TITLES = {
    ("c:supply", ""): "Carbon supply by zone",
    ("c:demand", ""): "",
    ("c:demand", "PER_PERSON"): "Emissions per person",
}


def titles(algorithm, parameter):
    return TITLES.get((algorithm, parameter), parameter)


def test_the_line_begins_with_the_files_and_names_each_once():
    assert arrow_line([SUPPLY, DEMAND]) == "counties.gpkg, cover.tif → henan, igbp → 3.938, demand/supply"


def test_a_step_lists_its_inputs_and_parameters():
    assert step_sentence(SUPPLY, titles) == (
        "Carbon supply by zone (ZONES: counties.gpkg; LAND_COVER: cover.tif; PRESET: henan; SCHEME: igbp)"
    )
    assert step_sentence(DEMAND, titles) == (
        "Demand (ZONES: the output of an earlier step; LAND_COVER: cover.tif; Emissions per person: 3.938; "
        "by default: INDEX demand/supply, SEED 1)"
    )
    assert step_sentence(StepRecord("c:supply", ""), titles) == "Carbon supply by zone"


def test_choices_are_shown_by_their_labels():
    def labels(algorithm, parameter, value):
        known = {("c:supply", "PRESET", "henan"): "Henan", ("c:demand", "INDEX", "demand/supply"): "D / S"}
        return known.get((algorithm, parameter, value), value)

    assert arrow_line([SUPPLY, DEMAND], labels) == "counties.gpkg, cover.tif → Henan, igbp → 3.938, D / S"
    assert "PRESET: Henan; SCHEME: igbp" in step_sentence(SUPPLY, titles, labels)
    assert "by default: INDEX D / S, SEED 1" in step_sentence(DEMAND, titles, labels)
    page = chain_html([SUPPLY, DEMAND], titles, labels)
    assert page.count("Henan") == page.count("D / S") == 2


def test_a_layer_is_named_if_its_file_contains_several():
    step = StepRecord("c:supply", "", inputs=(InputRecord("ZONES", "all.gpkg", "counties"),))
    assert step_sentence(step, titles) == "Carbon supply by zone (ZONES: all.gpkg | counties)"


def test_files_that_no_step_made_are_listed_once():
    assert inputs_read([SUPPLY, DEMAND]) == [ZONES, COVER]


def test_each_warning_is_listed_once_with_its_step():
    assert warnings_of([SUPPLY, DEMAND], titles) == [
        "Carbon supply by zone: Zones overlap.",
        "Demand: Growth is negative.",
    ]


def test_the_section_shows_densities_sizes_and_the_beginning_of_checksums():
    page = chain_html([SUPPLY, DEMAND], titles)
    assert "<th>t C/ha</th>" in page
    assert "<td>1 forest</td><td>149.95</td>" in page
    assert "<td>13 towns</td><td>60</td>" in page
    assert "<td>cover.tif</td><td>2508</td><td>c0ffeec0ffee</td>" in page
    assert page.count("<li>") == 2
    assert chain_html([], titles) == ""


def test_names_from_files_are_escaped():
    step = StepRecord("c:supply", "", inputs=(InputRecord("ZONES", "<b>.gpkg"),), class_values={"<i>": 1.0})
    page = chain_html([step], titles)
    assert "<b>" not in page
    assert "<i>" not in page


def test_classes_and_units_are_in_the_users_language():
    """The record has them as the run did."""
    i18n.use_language("zh_CN")
    try:
        page = chain_html([SUPPLY], titles)
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert "<td>1 林地</td>" in page
    assert "<td>13 towns</td>" in page
    assert "吨碳/公顷" in page


def test_the_unit_of_sink_coefficients_is_in_the_users_language():
    step = StepRecord("c:sink", "", class_values={"1 forest": 3.55}, class_unit="t/ha per year")
    i18n.use_language("zh_CN")
    try:
        page = chain_html([step], titles)
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert "<th>吨/公顷·年</th>" in page
