"""Every displayed text has a Chinese translation with the same placeholders.

A text may stay without a translation until a release: the tests name it and go on. ``scripts/package.sh`` refuses to
make a package, and with ``CARBONBALANCE_RELEASE=1`` the test fails.
"""

from __future__ import annotations

import ast
import json
import os
import re
import string

import document_commands
import numpy as np
import pytest
import translate
from carbon_balance.algorithms.shared.groups import SUPPLY
from carbon_balance.core.runtime import i18n
from carbon_balance.core.runtime.errors import listed

LANGUAGES = sorted(translate.I18N.glob("*.json"))


@pytest.fixture
def chinese():
    i18n.use_language("zh_CN")
    yield
    i18n.use_language(i18n.ENGLISH)


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_every_text_has_a_current_translation_with_its_placeholders(provider, path):
    wanted, wrong = translate.collect()
    assert wrong == []
    assert translate.problems(path, wanted) == [], "run scripts/translate.py"


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_texts_without_a_translation_are_named(path):
    left = translate.untranslated(path)
    if not left:
        return
    named = f"{path.name} has {len(left)} text(s) to translate before a release:\n" + "\n".join(left)
    if os.environ.get("CARBONBALANCE_RELEASE"):
        pytest.fail(named)
    pytest.skip(named)


def awaits_translation(text: str) -> bool:
    """Whether a displayed text comes, at least partly, from a text without a translation."""
    for path in LANGUAGES:
        for template in translate.untranslated(path):
            for part in filter(None, (each.strip() for each in template.split("\n\n"))):
                pattern = "".join(
                    re.escape(words) + (".*" if name is not None else "")
                    for words, name, _, _ in string.Formatter().parse(part)
                )
                if re.search(pattern, text, flags=re.DOTALL):
                    return True
    return False


def test_missing_and_stale_translations_and_different_placeholders_are_found(tmp_path):
    path = tmp_path / "xx.json"
    path.write_text(translate.written({"{a:.1f} of {b}": "{b} 的 {a}", "gone": "没了", "later": ""}), encoding="utf-8")
    wanted = {"{a:.1f} of {b}": "x.py:1", "later": "x.py:2", "new": "x.py:3"}
    found = "\n".join(translate.problems(path, wanted))
    assert "other placeholders" in found
    assert "used nowhere: gone" in found
    assert "missing (x.py:3): new" in found
    assert len(found.splitlines()) == 3
    assert translate.untranslated(path) == ["later"]


def test_a_release_needs_every_translation(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(translate, "I18N", tmp_path)
    path = tmp_path / "xx.json"
    path.write_text(translate.written({"one": "一", "two {a}": ""}), encoding="utf-8")
    assert translate.release_check() == 1
    assert capsys.readouterr().out == "xx.json: not translated: two {a}\n"
    monkeypatch.setitem(globals(), "LANGUAGES", [path])
    assert awaits_translation("<p>two zones</p>")
    assert not awaits_translation("one")
    path.write_text(translate.written({"one": "一", "two {a}": "二 {a}"}), encoding="utf-8")
    assert translate.release_check() == 0


def test_calls_that_cannot_be_collected_are_logged(tmp_path, monkeypatch):
    module = tmp_path / "module.py"
    module.write_text(
        'tr("at import")\ndef f(x):\n    tr(x)\n    tr(f"a {x}")\n    tr("a" + x)\n    tr("whole " "literal")\n'
        'TITLE = mark("marked")\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(translate, "ROOT", tmp_path)
    monkeypatch.setattr(translate, "sources", lambda: [module])
    monkeypatch.setattr(translate, "model_texts", dict)
    found, wrong = translate.collect()
    assert sorted(found) == ["marked", "whole literal"]
    assert sorted(sentence.split(":")[1] for sentence in wrong) == ["1", "3", "4", "5"]


@pytest.mark.parametrize("locale", ["zh", "zh_CN", "zh-Hans", "zh_TW", "zh_Hans_CN", "ZH"])
def test_every_chinese_locale_gets_chinese(chinese, locale):
    i18n.use_language(locale)
    assert SUPPLY.title() == "1 碳供给"


@pytest.mark.parametrize("locale", ["en", "en_GB", "de_DE", "C", ""])
def test_other_locales_get_english(chinese, locale):
    i18n.use_language(locale)
    assert SUPPLY.title() == "1 Carbon supply"


def test_a_text_without_translation_stays_english(chinese):
    assert i18n.translated("no such text") == "no such text"


def test_lists_in_chinese(chinese):
    assert listed("abc") == "a、b、c"
    assert listed(range(12)) == "0、1、2、3、4、5、6、7、8、9（另有 2 个）"


def test_toolbox_dialogs_and_models_are_chinese(provider, chinese):
    """No title or help displayed by QGIS is English, except names that are the same in both languages."""
    assert len(provider.algorithms()) > 20
    for listed_algorithm in provider.algorithms():
        algorithm = listed_algorithm.create()
        texts = [algorithm.displayName(), algorithm.group(), algorithm.shortHelpString()]
        definitions = [*algorithm.parameterDefinitions(), *algorithm.outputDefinitions()]
        texts += [item.description() for item in definitions]
        texts += [item.help() for item in algorithm.parameterDefinitions()]
        left = [text for text in texts if not re.search("[\u4e00-\u9fff]", text) and text not in SAME]
        left = [text for text in left if not awaits_translation(text)]
        assert left == [], algorithm.name()


# Written alike in both languages.
SAME = {"GDP"}


def test_a_run_in_chinese_logs_chinese_and_gives_the_same_columns(run, chinese):
    from layers import squares

    zones = squares({"name": ["甲县", "乙县"], "supply": [100.0, None], "demand": [50.0, 20.0]})
    result = run("supplydemandratio", ZONES=zones, SUPPLY="supply", DEMAND="demand", OUTPUT="memory:")
    assert any("没有指数" in sentence and "第 2 行 (乙县)" in sentence for sentence in result["notes"].warned)
    assert {"ratio", "state"} <= {field.name() for field in result["OUTPUT"].fields()}


def test_charts_leave_room_for_chinese_names():
    """The measuring font has no Chinese letters: a name of as many Latin letters gets a narrower margin."""
    pytest.importorskip("matplotlib")
    from carbon_balance.core.assessment.report.charts import bar_chart

    amounts = {"林地": np.array([1.0, 2.0])}

    def left_edge(names):
        return float(re.search(r'viewBox="(\S+) ', bar_chart(names, amounts, "t"))[1])

    assert left_edge(["一二三四五六", "甲"]) == pytest.approx(left_edge(["abcdef", "a"]) - 0.4 * 9 * 6)


def test_a_chinese_report_has_no_english_sentence(provider, chinese, tmp_path):
    """Headings, sentences, units and methods of the report; class names and columns are the data's own."""
    with document_commands.reader_folder(tmp_path, "docs/zh/tutorial.md") as folder:
        for command in document_commands.commands("docs/zh/tutorial.md")[1:6]:
            document_commands.run(command)
        commands = document_commands.commands("docs/zh/tutorial.md")
        document_commands.run(next(each for each in commands if each.algorithm.endswith(":carbonbalancereport")))
    page = (folder / "report.html").read_text(encoding="utf-8")
    text = re.sub(r"<(style|script|svg|table class=plain).*?</(style|script|svg|table)>", " ", page, flags=re.S)
    text = re.sub(r"<[^>]+>", "\n", text)
    english = [line for line in text.splitlines() if re.search("[a-z]{3,} [a-z]{3,}", line)]
    assert [line for line in english if not awaits_translation(line)] == []
    assert "碳排放需求为 86,454,104 吨 CO2/年。" in text


def test_zones_have_one_term_in_chinese():
    """A zone is 评价单元; 区域 is the region as a whole, which 全区 would be confused with."""
    texts = json.loads((translate.I18N / "zh.json").read_text(encoding="utf-8"))
    zones = {
        english: chinese.replace("区域碳平衡", "")  # the name of the model
        for english, chinese in texts.items()
        if re.search(r"\bzones?\b", english, re.IGNORECASE) and "region" not in english.casefold()
    }
    assert len(zones) > 200
    assert [english for english, chinese in zones.items() if "区域" in chinese] == []
    assert [english for english, chinese in texts.items() if "计量物质" in chinese] == []


def lists_in_english(source: str) -> list[int]:
    """Lines of values that are joined by English signs whatever the language, in sentences of ``tr`` or ``mark``."""
    lines = []
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "format"):
            continue
        template = call.func.value
        if not (isinstance(template, ast.Call) and getattr(template.func, "id", "") == "tr"):
            continue
        for value in (each for keyword in call.keywords for each in ast.walk(keyword.value)):
            joined = isinstance(value, ast.Attribute) and value.attr == "join" and isinstance(value.value, ast.Constant)
            if joined and value.value.value in (", ", "; ", " and ", " or "):
                lines.append(value.lineno)
    return lines


def test_lists_in_sentences_are_joined_in_the_users_language():
    assert lists_in_english('tr("{a}.").format(a=", ".join(b))\ntr("{a}.").format(a=tr(", ").join(b))') == [1]
    found = {
        str(path.relative_to(translate.ROOT)): lists_in_english(path.read_text("utf-8")) for path in translate.sources()
    }
    assert {path: lines for path, lines in found.items() if lines} == {}
