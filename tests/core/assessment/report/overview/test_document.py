"""The page around a report: language, title, contents, script, and what is missing."""

from __future__ import annotations

import pytest
from carbon_balance.core.assessment.report.overview import document as module
from carbon_balance.core.assessment.report.overview.document import document
from carbon_balance.core.runtime import i18n
from carbon_balance.core.runtime.log import Log

BODY = "<h2>One</h2><h2>Two</h2><h2>Three</h2>"


def test_the_page_has_head_contents_and_body_in_order():
    log = Log()
    page = document("<Title>", "sub & title", BODY, log)
    assert page.startswith('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">')
    assert "<title>&lt;Title&gt;</title>" in page
    assert "<main><h1>&lt;Title&gt;</h1><p class=note>sub &amp; title</p><nav " in page
    assert page.index("<nav ") < page.index('<h2 id="s1">One</h2>')
    assert '"sort": "Sort by {column}"' in page
    assert page.count("<style>") == page.count("<script>") == 1
    assert log.notes == []


def test_subtitle_and_contents_are_omitted_if_not_needed():
    page = document("T", "", "<h2>One</h2>", Log())
    assert "<h1>T</h1><h2 " in page
    assert "<nav" not in page


def test_the_language_of_the_page():
    i18n.use_language("zh_CN")
    try:
        page = document("T", "", BODY, Log())
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert '<html lang="zh-CN">' in page
    assert "Sort by" not in page.split("<script>")[1].split(";")[0]


@pytest.mark.parametrize(("name", "missing"), [("STYLE", "report.css"), ("SCRIPT", "report.js")])
def test_the_page_is_complete_without_its_resource_files(monkeypatch, tmp_path, name, missing):
    monkeypatch.setattr(module, name, tmp_path / missing)
    log = Log()
    page = document("T", "", BODY, log)
    assert len(log.notes) == 1
    assert missing in log.notes[0]
    assert ("<script>" in page) == (name == "STYLE")
