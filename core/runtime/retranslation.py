"""Sentences of runs in another language, translated when they are read: by the templates that :func:`.i18n.tr` fills.

A record keeps its warnings as they were logged. The translation file has the template of each in both languages, so
that a sentence is matched with the templates of its language, and its values are put into the template of the user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .figures import in_singular
from .i18n import ENGLISH, language, translations

_IN_CHINESE = "zh"
_PLACEHOLDER = re.compile(r"\{(\w*)(?:![rs])?(?::[^{}]*)?\}")
# A template with fewer letters beside its values, such as "{step}: {warning}", says nothing about a sentence.
_LEAST_LETTERS = {ENGLISH: 8, _IN_CHINESE: 3}
_HAN_LETTER = re.compile("[\u4e00-\u9fff\u3001\u3002\uff0c\uff08-\uff1f]")
_SENTENCE_END = {ENGLISH: re.compile(r"(?<=\.) (?=[A-Z0-9])"), _IN_CHINESE: re.compile("(?<=。)(?=.)", re.S)}
_DEEPEST = 3
# As :func:`.errors.listed` and messages put them between the items of a list.
_LIST_SIGNS = (", ", " and ", " or ", "; ")


@dataclass(frozen=True)
class _Template:
    """A text with values, in the language of a sentence and in the user's.

    Attributes:
        pattern: matches the text with any values; values of the same name are the same.
        longest: the longest part between the values.
        letters: number of letters outside the values.
        target: the text in the user's language.
    """

    pattern: str
    longest: str
    letters: int
    target: str


def language_of(sentence: str) -> str:
    """The language that a sentence is written in; names within it may be in another."""
    chinese = len(_HAN_LETTER.findall(sentence))
    return _IN_CHINESE if 3 * chinese > len(re.findall("[A-Za-z]", sentence)) else ENGLISH


def retranslated(sentence: str) -> str | None:
    """``sentence``, logged in another language, in the user's; itself if it is in that language already.

    Returns ``None`` if no text of the plugin, filled with values, gives the sentence.
    """
    before = language_of(sentence)
    if before == language() or not sentence.strip():
        return sentence
    return _translated(sentence, before, _DEEPEST)


def _translated(text: str, before: str, depth: int) -> str | None:
    """A text in the user's language, ``None`` if it matches no template."""
    exact = _exact(before, language()).get(text)
    if exact is not None:
        return exact
    best, values = None, {}
    for template in _templates(before, language()):
        if template.longest in text and (best is None or template.letters > best.letters):
            found = re.fullmatch(template.pattern, text, re.S)
            if found:
                best, values = template, found.groupdict()
    # A value at the end of a template matches the sentences after it too.
    several = any(_SENTENCE_END[before].search(value) for value in values.values())
    apart = _by_parts(text, before, depth) if several and depth else None
    if apart is not None:
        return apart
    if best is not None:
        shown = {name: _value(value, before, depth) for name, value in values.items()}
        target = in_singular(best.target, [name[1:] for name, value in values.items() if value == "1"])
        return _PLACEHOLDER.sub(lambda place: shown.get(f"v{place[1]}", place[0]), target).replace("{{", "{")
    return _by_parts(text, before, depth) if depth else None


def _by_parts(text: str, before: str, depth: int) -> str | None:
    """A sentence after a name and a colon, or several sentences, each of which is known."""
    name, colon, rest = text.partition("：" if before == _IN_CHINESE else ": ")
    known = _translated(rest, before, depth - 1) if colon else None
    if known is not None:
        return f"{_value(name, before, 0)}{'：' if language() == _IN_CHINESE else ': '}{known}"
    sentences = _SENTENCE_END[before].split(text)
    parts = (
        [_translated(each.strip(), before, 0) for each in sentences if each.strip()] if len(sentences) > 1 else [None]
    )
    if any(each is None for each in parts):
        return None
    return ("" if language() == _IN_CHINESE else " ").join(each or "" for each in parts)


def _value(value: str, before: str, depth: int) -> str:
    """A value of a sentence, translated if it is a text of the plugin itself; names and numbers stay as they are."""
    exact = _exact(before, language()).get(value)
    if exact is not None:
        return exact
    known = _translated(value, before, depth - 1) if depth and re.search(r"[^\W\d]", value) else None
    return known or _listed_value(value, before)


def _listed_value(value: str, before: str) -> str:
    """A list within a sentence, with the signs between its items and the number of those left out."""
    own, other = (_list_parts(each) for each in (before, language()))
    shown, more = value, ""
    cut = re.fullmatch(own.cut, value, re.S)
    if cut:
        shown, more = cut["shown"], other.more.format(shown="", count=cut["count"])
    for sign, sign_after in zip(own.signs, other.signs):
        # Names in brackets may have such a sign.
        items = re.split(re.escape(sign) + r"(?![^(]*\))", shown)
        if len(items) > 1:
            return sign_after.join(_item(item, before, own.row, other.row_text) for item in items) + more
    return _item(shown, before, own.row, other.row_text) + more


def _item(item: str, before: str, row: str, row_text: str) -> str:
    found = re.fullmatch(row, item, re.S)
    if found:
        return row_text.format(number=found["number"]) + (found["name"] or "")
    return _exact(before, language()).get(item, item)


class _ListParts(NamedTuple):
    """What a list has in one language: signs between items, rows without a name, and a cut with what is left out.

    ``row`` and ``cut`` are patterns, ``row_text`` and ``more`` the texts that they match.
    """

    signs: tuple[str, ...]
    row: str
    row_text: str
    cut: str
    more: str


@cache
def _list_parts(name: str) -> _ListParts:
    known = {} if name == ENGLISH else translations(name)
    row, more = (known.get(text, text) for text in ("row {number}", "{shown} (+{count} more)"))
    row_pattern = re.escape(row).replace(r"\{number\}", r"(?P<number>\d+)") + r"(?P<name> \(.*\))?"
    cut = re.escape(more).replace(r"\{shown\}", "(?P<shown>.*)").replace(r"\{count\}", r"(?P<count>\d+)")
    return _ListParts(tuple(known.get(sign, sign) for sign in _LIST_SIGNS), row_pattern, row, cut, more)


@cache
def _text_pairs(before: str, after: str) -> list[tuple[str, str]]:
    """Each text in one language and in the other."""
    if before == ENGLISH:
        return list(translations(after).items())
    return [(translation, text) for text, translation in translations(before).items()]


@cache
def _exact(before: str, after: str) -> dict[str, str]:
    return dict(_text_pairs(before, after))


def _in_both_numbers(pairs: list[tuple[str, str]], before: str) -> Iterator[tuple[str, str]]:
    """The texts, and English ones in the singular too, as a value of 1 makes them."""
    for source, target in pairs:
        yield source, target
        names = sorted({place[1] for place in _PLACEHOLDER.finditer(source)}) if before == ENGLISH else []
        for ones in [names, *([name] for name in names if len(names) > 1)]:
            single = in_singular(source, ones)
            if single != source:
                yield single, target


@cache
def _templates(before: str, after: str) -> list[_Template]:
    made = []
    for source, target in _in_both_numbers(_text_pairs(before, after), before):
        names = [place[1] for place in _PLACEHOLDER.finditer(source)]
        parts = _PLACEHOLDER.split(source)[::2]
        letters = sum(len(re.findall(r"[^\W\d_]", part)) for part in parts)
        if not names or letters < _LEAST_LETTERS[before] or "" in names:
            continue
        pattern = re.escape(parts[0])
        for at, name in enumerate(names):
            group = f"(?P=v{name})" if name in names[:at] else f"(?P<v{name}>.*?)"
            pattern += group + re.escape(parts[at + 1])
        made.append(_Template(pattern, max(parts, key=len), letters, target))
    return made
