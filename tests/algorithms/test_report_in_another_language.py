"""A report in one language of steps that ran in the other: their warnings are in the report's language."""

from __future__ import annotations

import json
import re

import pytest
from carbon_balance.core.runtime import i18n
from carbon_balance.core.runtime.retranslation import language_of
from layers import squares

OTHER = {"en": "zh_CN", "zh_CN": "en"}


def in_language(code, work):
    i18n.use_language(code)
    try:
        return work()
    finally:
        i18n.use_language(i18n.ENGLISH)


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_warnings_of_steps_are_in_the_language_of_the_report(run, tmp_path, code):
    """Stocks against flows, carbon against carbon dioxide, a zone without a value."""
    zones = squares(
        {"name": ["a", "b", "c", "d", "e"], "carbon_t": [10.0, 20, 30, 40, None], "people": [5.0, 6, 7, 8, 9]}
    )
    files = [str(tmp_path / f"{name}.gpkg") for name in ("demand", "ratio")]

    def steps():
        run("emissiondemand", ZONES=zones, POPULATION="people", PER_PERSON=4000, OUTPUT=files[0])
        return run("supplydemandratio", ZONES=files[0], SUPPLY="carbon_t", DEMAND="demand_t_km2", OUTPUT=files[1])

    logged = in_language(code, steps)["notes"].warned
    assert logged and {language_of(each) for each in logged} == {code[:2]}
    page = tmp_path / "report.html"
    other = OTHER[code]
    in_language(other, lambda: run("carbonbalancereport", ZONES=files[1], OUTPUT=str(page)))
    text = page.read_text(encoding="utf-8")
    warned = re.search(r'<[^>]*class="?[\w ]*warn[\w ]*"?[^>]*>(.*?)</ul>', text, re.S)[1]
    found = re.findall(r"<li>(.*?)</li>", warned)
    assert len(found) >= len(logged), json.dumps(found, ensure_ascii=False)
    assert [each for each in found if language_of(each) != other[:2]] == []
    for sentence in logged:
        assert sentence not in text


LABELS = {
    "en": ("demand / supply", "flow per year", "Convert C to CO2 no"),
    "zh_CN": ("需求/供给", "年流量", "将 C 换算为 CO2 否"),
}


@pytest.mark.parametrize("code", LABELS)
def test_choices_of_steps_are_shown_by_their_labels(run, tmp_path, code):
    """Chosen ones and defaults, in the steps and in the line of all steps."""
    zones = squares({"name": ["a", "b", "c", "d"], "carbon_t": [10.0, 20, 30, 40], "people": [5.0, 6, 7, 8]})
    files = [str(tmp_path / f"{name}.gpkg") for name in ("demand", "ratio")]
    run("emissiondemand", ZONES=zones, POPULATION="people", PER_PERSON=4000, OUTPUT=files[0])
    run("supplydemandratio", ZONES=files[0], SUPPLY="carbon_t", DEMAND="emission_t", DEMAND_UNIT="t", OUTPUT=files[1])
    page = tmp_path / "report.html"
    in_language(code, lambda: run("carbonbalancereport", ZONES=files[1], OUTPUT=str(page)))
    steps = re.search(r"<h3>(?:Steps|计算步骤)</h3>(.*?)</ol>", page.read_text(encoding="utf-8"), re.S)[1]
    for label in LABELS[code]:
        assert label in steps
    assert steps.count(LABELS[code][0]) == 2, "in the sentence and in the line"
    assert not re.search("demand/supply|False|cell_centre", steps)
