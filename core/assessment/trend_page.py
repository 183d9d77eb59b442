"""Summary sentence and table of raster trends, and parsing of the years."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from ..runtime.i18n import tr
from ..statistics.temporal.hurst import hurst_without_memory
from ..statistics.temporal.trend_raster import FELL, FELL_HIGHLY, NO_TREND, ROSE, ROSE_HIGHLY, TrendSums
from ..symbology.trend_names import TREND_COLOURS, TREND_NAMES
from ..tables import columns
from ..text.numbers import number_text
from ..text.pictures.stacked_bars import stacked_bars
from ..text.vocabulary import shown
from .series import dates_in

_RANGE = re.compile(r"\s*(\d{1,4})\s*[-–—]\s*(\d{1,4})\s*")


def years_in(text: str) -> list[float]:
    """Parse years from a list or a range such as 2001-2020.

    Raises:
        CarbonBalanceError: another format, or years not ascending.
    """
    found = _RANGE.fullmatch(unicodedata.normalize("NFKC", text))
    if found and int(found[1]) < int(found[2]):
        return [float(year) for year in range(int(found[1]), int(found[2]) + 1)]
    return dates_in(text)


def trend_table(found: TrendSums) -> dict[str, list[object]]:
    """Table with one row per class of significance."""
    whole = found.area_ha[1:].sum()
    return {
        columns.CODE: list(TREND_NAMES),
        columns.NAME: list(TREND_NAMES.values()),
        columns.CELLS: [int(found.cells[code]) for code in TREND_NAMES],
        columns.AREA_HA: [float(found.area_ha[code]) for code in TREND_NAMES],
        columns.SHARE: [float(found.area_ha[code] / whole) for code in TREND_NAMES],
    }


def trend_sentence(found: TrendSums, years: Sequence[float]) -> str:
    """A sentence on the shares of area with rising and falling trends."""
    whole = found.area_ha[1:].sum()
    rising = found.area_ha[ROSE] + found.area_ha[ROSE_HIGHLY]
    falling = found.area_ha[FELL] + found.area_ha[FELL_HIGHLY]
    return tr(
        "{start:g} to {end:g}: {rising:.1f} % of the area rises significantly and {falling:.1f} % falls (p up to "
        "0.05); {rest:.1f} % has no significant trend. The mean slope is {slope} per year."
    ).format(
        start=years[0],
        end=years[-1],
        rising=100 * rising / whole,
        falling=100 * falling / whole,
        rest=100 * found.area_ha[NO_TREND] / whole,
        slope=number_text(found.mean_slope, 3),
    )


def hurst_sentence(found: TrendSums, dates: int) -> str:
    """The mean Hurst exponent beside that of series without memory."""
    return tr(
        "The mean Hurst exponent is {hurst:.2f}; with {count} dates, series without memory have {without:.2f}."
    ).format(hurst=found.mean_hurst, without=hurst_without_memory(dates), count=dates)


def trend_bar(areas_ha: Sequence[float], title: str = "") -> str:
    """The classes of significance as parts of the area."""
    amounts = np.array([areas_ha], float)
    texts = [[f"{100 * share:.1f} %" for share in amounts[0] / amounts.sum()]]
    names = [shown(columns.NAME, name) for name in TREND_NAMES.values()]
    return stacked_bars([title], names, amounts, TREND_COLOURS, texts)
