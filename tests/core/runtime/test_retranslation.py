"""Sentences of another language in the user's: every text of the plugin comes back as it would have been logged."""

from __future__ import annotations

import re

import pytest
from carbon_balance.core.runtime import i18n
from carbon_balance.core.runtime.retranslation import language_of, retranslated

PLACEHOLDER = re.compile(r"\{(\w*)(?:![rs])?(?::[^{}]*)?\}")


@pytest.fixture
def chinese():
    i18n.use_language("zh_CN")
    yield
    i18n.use_language(i18n.ENGLISH)


def filled(text):
    """A text with a different word or number for each name of a value."""
    names = list(dict.fromkeys(place[1] for place in PLACEHOLDER.finditer(text)))
    return PLACEHOLDER.sub(lambda place: f"{names.index(place[1]) + 3}.{len(place[1])}", text)


# Whole sentences, which warnings are, with one to three values.
SENTENCES = {
    text: translation
    for text, translation in i18n.translations("zh").items()
    # "Index = {formula}." has too few letters to be told from other texts, and is no warning.
    if text[:1].isupper() and sum(letter.isalpha() for letter in PLACEHOLDER.sub("", text)) >= 8
    if text.endswith(".") and "\n" not in text and len(PLACEHOLDER.findall(text)) in (1, 2, 3)
    if sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(translation)) and "{}" not in text
}


def by_names(text, other):
    """``other`` with the values that ``filled`` gives to the names in ``text``."""
    names = list(dict.fromkeys(place[1] for place in PLACEHOLDER.finditer(text)))
    return PLACEHOLDER.sub(lambda place: f"{names.index(place[1]) + 3}.{len(place[1])}", other)


def test_english_sentences_come_out_in_chinese(chinese):
    assert len(SENTENCES) > 200
    wrong = {text for text, zh in SENTENCES.items() if retranslated(filled(text)) != by_names(text, zh)}
    assert wrong == set()


def test_chinese_sentences_come_out_in_english():
    wrong = {text for text, zh in SENTENCES.items() if retranslated(by_names(text, zh)) != filled(text)}
    # Texts that differ in English alone.
    alike = {text for text, zh in SENTENCES.items() if list(SENTENCES.values()).count(zh) > 1}
    assert wrong <= alike
    assert len(wrong) < 5


def test_a_sentence_in_the_users_language_stays():
    assert retranslated("3 zones of Kunming (昆明市) are missing.") == "3 zones of Kunming (昆明市) are missing."


def test_chinese_names_do_not_make_a_sentence_chinese():
    assert language_of("No row for 昆明市, 曲靖市 in the table; they stay empty.") == "en"
    assert language_of("表中没有 Kunming 的行，留空。") == "zh"


def test_texts_that_are_not_of_the_plugin_are_unknown(chinese):
    assert retranslated("Somebody else wrote this sentence about 3 counties.") is None


def test_a_name_before_the_sentence_is_kept(chinese):
    text, translation = next((text, zh) for text, zh in SENTENCES.items() if "{" in text)
    assert retranslated(f"kunming: {filled(text)}") == f"kunming：{by_names(text, translation)}"


def test_two_sentences_are_translated_one_by_one(chinese):
    first, second = list(SENTENCES)[:2]
    expected = by_names(first, SENTENCES[first]) + by_names(second, SENTENCES[second])
    assert retranslated(f"{filled(first)} {filled(second)}") == expected


def test_one_zone_is_translated_both_ways(chinese):
    text = "{count} of {all} zones would change planning zone under the other classification method."
    other = i18n.translations("zh")[text]
    english = "1 of 1 zone would change planning zone under the other classification method."
    assert retranslated(english) == other.format(count=1, all=1)
    i18n.use_language(i18n.ENGLISH)
    assert retranslated(other.format(count=1, all=1)) == english


FITS = (
    "Natural breaks as published, a local optimum, reach a goodness of variance fit of {}; exact natural breaks reach "
    "{}."
)
MOVED = "15 of 49 zones would change: {}."


def test_two_sentences_are_not_one_value(chinese):
    """A value at the end of a template does not take the sentence after it."""
    said = f"Zoning: {FITS.format('0.9842', '0.9908')} {MOVED.format('a, b')}"
    assert retranslated(said) == (
        "分区：按文献做法的自然断点法是局部最优，方差拟合优度（GVF）为 0.9842，精确自然断点法为 0.9908。"
        "在 49 个评价单元中，有 15 个的分区会改变：a、b。"
    )


def test_two_chinese_sentences_are_not_one_value():
    said = (
        "自然断点分区：按文献做法的自然断点法是局部最优，方差拟合优度（GVF）为 0.9842，精确自然断点法为 0.9908。"
        "在 49 个评价单元中，有 15 个的分区会改变：第 6 行 (晋宁区)、第 8 行 (安宁市)。"
    )
    wanted = f"Natural breaks zoning: {FITS.format('0.9842', '0.9908')} 15 of 49 zones would change: "
    assert retranslated(said) == wanted + "row 6 (晋宁区), row 8 (安宁市)."


LISTS = [
    ("row 6 (Jinning), row 8 (Anning)", "第 6 行 (Jinning)、第 8 行 (Anning)"),
    ("row 6, row 8 (+12 more)", "第 6 行、第 8 行（另有 12 个）"),
    ("row 7", "第 7 行"),
    ("row 7 (Smith, John), row 9", "第 7 行 (Smith, John)、第 9 行"),
    ("intercept, gdp", "截距、gdp"),
    ("a: 3.5, b: 4", "a: 3.5、b: 4"),
    ('"Wuhua" or "Panlong"', '"Wuhua" 或 "Panlong"'),
    ("A = 1 and B = 2", "A = 1 且 B = 2"),
    ("Kunming", "Kunming"),
]
LEFT_OUT = "15 of 49 zones would change: {}."


@pytest.mark.parametrize(("english", "other"), LISTS)
def test_lists_within_a_sentence_are_translated_item_by_item(chinese, english, other):
    translation = i18n.translations("zh")["{count} of {classed} zones would change: {rows}."]
    in_chinese = translation.format(count=15, classed=49, rows=other)
    assert retranslated(LEFT_OUT.format(english)) == in_chinese
    i18n.use_language(i18n.ENGLISH)
    assert retranslated(in_chinese) == LEFT_OUT.format(english)
