"""The classes of significance of a trend, by their codes."""

from __future__ import annotations

from ..runtime.i18n import mark
from .colours import BETTER_STOPS, WORSE_STOPS

TREND_NAMES = {
    1: mark("highly significant fall"),
    2: mark("significant fall"),
    3: mark("no significant trend"),
    4: mark("significant rise"),
    5: mark("highly significant rise"),
}
# In the order of the codes, on maps and in charts.
TREND_COLOURS = (WORSE_STOPS[-1], WORSE_STOPS[2], "#f2f2f2", BETTER_STOPS[2], BETTER_STOPS[-1])
