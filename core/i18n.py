"""Translation of the sentences that users read, without knowing who translates.

The plugin's shell hands Qt's translator over with :func:`set_translator`; outside QGIS the English
text comes back as it is. Write ``tr("... {name} ...").format(name=name)``: the literal must be whole
so that it can be collected.
"""

from __future__ import annotations

from collections.abc import Callable

_translate: Callable[[str], str] | None = None


def set_translator(translate: Callable[[str], str] | None) -> None:
    """Make ``translate`` (English text -> text in the user's language) serve every ``tr``."""
    global _translate
    _translate = translate


def tr(text: str) -> str:
    """``text`` in the user's language."""
    return _translate(text) if _translate else text
