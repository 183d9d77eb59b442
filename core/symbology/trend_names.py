"""The classes of significance of a trend, by their codes."""

from __future__ import annotations

from ..runtime.i18n import mark

TREND_NAMES = {
    1: mark("highly significant fall"),
    2: mark("significant fall"),
    3: mark("no significant trend"),
    4: mark("significant rise"),
    5: mark("highly significant rise"),
}
