"""The dialogs of all algorithms and models, opened without a screen by scripts/dialogs.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Names of programs, units, encodings and methods that a Chinese planner reads in Latin letters.
LATIN = {"UTF-8", "GBK", "GB18030", "Big5", "Windows-1252", "DEFLATE", "ZSTD", "LZW", "ArcGIS", "CrimeStat", "AICc"}


def opened(language, folder):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder)}
    command = [sys.executable, "scripts/dialogs.py", "--language", language]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert found, done.stderr
    return {each["id"]: each for each in found}


@pytest.fixture(scope="module")
def dialogs(tmp_path_factory):
    return {language: opened(language, tmp_path_factory.mktemp(language)) for language in ("en", "zh_CN")}


def test_every_dialog_opens_and_its_defaults_are_ids(dialogs, provider):
    """Defaults are unchanged, except that zones get Chinese names in a Chinese QGIS."""
    by_id = {algorithm.name(): algorithm for algorithm in provider.algorithms()}
    for language, found in dialogs.items():
        assert set(found) == set(by_id)
        for name, dialog in found.items():
            for parameter, value in dialog["values"].items():
                definition = by_id[name].parameterDefinition(parameter)
                is_chinese = parameter == "LANGUAGE" and language == "zh_CN"
                assert value == ("zh" if is_chinese else definition.defaultValue()), (name, parameter)


def test_a_list_shows_one_label_for_each_option(dialogs, provider):
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if definition.type() != "enum":
                continue
            shown = dialogs["en"][algorithm.name()]["choices"][definition.name()]
            is_optional = bool(definition.flags() & definition.Flag.FlagOptional)
            assert len(shown) == len(set(shown)) == len(definition.options()) + is_optional, definition.name()


def test_titles_of_optional_lists_are_marked_in_the_user_s_language(dialogs):
    for language, optional in (("en", "[optional]"), ("zh_CN", "[可选]")):
        ends = {title.split(" ")[-1] for each in dialogs[language].values() for title in each["titles"].values()}
        assert optional in ends
        assert {end for end in ends if end.startswith("[")} == {optional}


def test_lists_are_chinese_in_a_chinese_qgis(dialogs):
    """Every entry contains a Chinese character, except names on a short list."""
    latin = {
        entry
        for dialog in dialogs["zh_CN"].values()
        for entries in dialog["choices"].values()
        for entry in entries
        if not any("\u4e00" <= letter <= "\u9fff" for letter in entry)
    }
    assert {entry.partition(" (")[0] for entry in latin} <= LATIN | {"ArcGIS Pro", "IPCC 1996", "1", "℃", "0.1 ℃"}
