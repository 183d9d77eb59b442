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
