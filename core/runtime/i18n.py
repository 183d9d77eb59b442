"""Translation of the sentences that users read: a file of English text -> text in the user's language.

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


# What Python loaded this module with; type checkers do not know the name.
_loader: Any = globals()["__loader__"]


@cache
def translations(language: str) -> dict[str, str]:
    """English text -> text in ``language`` ("zh") for what is translated; nothing where there is no file for it."""
    found = {}
    # A worker of a cluster has the plugin as a zip, in which there are no files to open.
    with contextlib.suppress(OSError):
        found = json.loads(_loader.get_data(str(PLUGIN / FOLDER / f"{language}.json")))
    return {text: translation for text, translation in found.items() if translation}


def use_language(locale: str) -> None:
    """Serve every ``tr`` in the language of ``locale``: "zh", "zh_CN", "zh-Hans" and "zh_TW" all give Chinese.

    A language without a file gives English.
    """
    global _language, _known_texts
    wanted = locale.replace("-", "_").split("_")[0].lower()
    _known_texts = translations(wanted)
    _language = wanted if _known_texts else ENGLISH


def language() -> str:
    """The language that is served: "en", or one that has a file of translations."""
    return _language


def mark(text: str) -> str:
    """``text`` as it is, found by ``scripts/translate.py`` for a later :func:`translated`."""
    return text


def translated(text: str) -> str:
    """In the user's language what was marked elsewhere; ``text`` itself if it is not known."""
    found = _known_texts.get(text, text)
    # Qt takes texts without numbers as they are; of a kind of our own it would make something else than a text.
    return Sentence(found) if "{" in found else found


def tr(text: str) -> str:
    """``text`` in the user's language."""
    return translated(text)
