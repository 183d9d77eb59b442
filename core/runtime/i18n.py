"""Translation of all texts that users read, by a file per language that maps English texts to translations.

Write ``tr("... {name} ...").format(name=name)``: the literal must be whole, so that ``scripts/translate.py``
finds it. Numbers in it keep three significant digits (:mod:`.figures`). Text that is needed before the language is
known, such as a table at the top of a module, is marked with :func:`mark` and translated where it is shown, by
:func:`translated`.
"""

from __future__ import annotations

import contextlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from .figures import Sentence

PLUGIN = Path(__file__).parents[2]
FOLDER = "resources/i18n"
ENGLISH = "en"

_language = ENGLISH
_known_texts: dict[str, str] = {}


# The loader of this module; type checkers do not know the name.
_loader: Any = globals()["__loader__"]


@cache
def translations(language: str) -> dict[str, str]:
    """The translations into ``language`` ("zh"), by English text; empty if there is no file for the language."""
    found = {}
    # Workers of a cluster import the plugin from a zip file, so that its files cannot be opened by path.
    with contextlib.suppress(OSError):
        found = json.loads(_loader.get_data(str(PLUGIN / FOLDER / f"{language}.json")))
    return {text: translation for text, translation in found.items() if translation}


def use_language(locale: str) -> None:
    """Set the language of :func:`tr` to that of ``locale``: "zh", "zh_CN", "zh-Hans" and "zh_TW" all give Chinese.

    A language without a file gives English.
    """
    global _language, _known_texts
    wanted = locale.replace("-", "_").split("_")[0].lower()
    _known_texts = translations(wanted)
    _language = wanted if _known_texts else ENGLISH


def language() -> str:
    """The current language: "en", or one that has a translation file."""
    return _language


def mark(text: str) -> str:
    """Return ``text`` unchanged; marks it for ``scripts/translate.py``. Translate it later with :func:`translated`."""
    return text


def translated(text: str) -> str:
    """The translation of a text that was marked with :func:`mark`; ``text`` itself if there is none."""
    found = _known_texts.get(text, text)
    # Texts without placeholders stay plain ``str``: Qt would not convert a subclass to a QString.
    return Sentence(found) if "{" in found else found


def sentence_gap() -> str:
    """What stands between two sentences: Chinese ones follow each other without a blank."""
    return " " if _language == ENGLISH else ""


def tr(text: str) -> str:
    """``text`` in the user's language."""
    return translated(text)
