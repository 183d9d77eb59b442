"""Legends of rasters: natural breaks of a sample of cells, or names of codes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from osgeo import gdal

from ..balance.comparison import read_comparison
from ..balance.indices import INDICES
from ..land_cover.schemes import Crosswalk, read_crosswalk
from ..options.balance import BUDGET
from ..runtime.i18n import ENGLISH, language, mark, tr, translated
from ..tables import columns
from .colours import BETTER_STOPS, CARBON, EMISSION, NEUTRAL_STOPS, WORSE_STOPS, land_cover_colours
from .index_legends import index_title
from .legends import Legend, code_legend, number_legend
from .themes import DIVERGING, SEQUENTIAL, Theme
from .trend_names import TREND_COLOURS, TREND_NAMES

# Units that band descriptions state, beside those of parameters; band descriptions themselves stay English.
BAND_UNITS = (
    mark("t C/cell"),
    mark("money/ha"),
    mark("g C/m2 per year"),
    mark("t/km2 a year"),
    mark("t per cell a year"),
    mark("per year"),
)
# Larger rasters are sampled in windows, because reading all cells again could take as long as the run.
WHOLE = 1 << 20
WINDOWS, WINDOW = 5, 256
# Natural breaks of more values take long and hardly differ.
MOST_VALUES = 10_000
DENSITY_THEME = Theme("", SEQUENTIAL, 6, CARBON)
DEMAND_THEME = Theme("", SEQUENTIAL, 6, EMISSION)
CHANGE_THEME = Theme("", DIVERGING, 7)
PLAIN_THEME = Theme("", SEQUENTIAL, 6, NEUTRAL_STOPS)


def theme_of_band(description: str) -> tuple[Theme, str] | None:
    """Theme and title of a band written by the plugin, by its description; ``None`` for other bands."""
    description, _, comparison = description.partition("; ")
    what, _, unit = description.partition(" (")
    unit = unit.rstrip(")")
    titles = {
        "carbon": (DENSITY_THEME, tr("Carbon stored")),
        "baseline carbon": (DENSITY_THEME, tr("Carbon stored at the first date")),
        "alternate carbon": (DENSITY_THEME, tr("Carbon stored at the second date")),
        "change carbon": (CHANGE_THEME, tr("Change in carbon stored")),
        "value carbon": (CHANGE_THEME, tr("Value of the change")),
        "net ecosystem production": (CHANGE_THEME, tr("Net ecosystem production")),
        "net primary production": (DENSITY_THEME, tr("Net primary production")),
        "soil respiration": (DEMAND_THEME, tr("Respiration of soil organisms")),
        "emission demand": (DEMAND_THEME, tr("Emission demand")),
        "trend": (CHANGE_THEME, tr("Sen's slope")),
        "Hurst exponent": (PLAIN_THEME, tr("Hurst exponent")),
    }
    if description.startswith("S - D"):
        return CHANGE_THEME, index_title(BUDGET, columns.BUDGET_T_KM2, read_comparison(comparison))
    if what.startswith("class "):
        return PLAIN_THEME, tr("Suitability, {what}").format(what=what)
    for index in INDICES.values():
        if what.startswith(f"{index.id} ="):
            scale = Theme("", DIVERGING, 7, balance=index.balance, better_above=index.surplus_above)
            return scale, index_title(index.id, comparison=read_comparison(comparison))
    if what not in titles:
        return None
    theme, title = titles[what]
    return theme, tr("{what}, {unit}").format(what=title, unit=translated(unit)) if unit else title


def raster_legend(path: str, theme: Theme | None = None, title: str = "") -> Legend | None:
    """The legend of the first band of a raster file.

    Args:
        path: path of the file.
        theme: theme; by default from the description of the band.
        title: title of the legend; by default from the description.

    Returns:
        ``None`` if the band is unknown or has no values.
    """
    dataset = gdal.Open(path)
    band = dataset.GetRasterBand(1)
    description = band.GetDescription()
    if theme is None and description.startswith("change of balance"):
        changes = (tr("worse"), tr("unchanged"), tr("improved"))
        return code_legend(
            tr("Change in the balance"), (1, 2, 3), changes, (WORSE_STOPS[3], "#f2f2f2", BETTER_STOPS[3])
        )
    if theme is None and description == "change":
        names = (tr("hits"), tr("misses"), tr("false alarms"), tr("wrong hits"), tr("unchanged"))
        colours = (BETTER_STOPS[3], "#0072b2", "#d55e00", "#e6c229", "#f2f2f2")
        return code_legend(tr("Simulated and observed change"), (1, 2, 3, 4, 5), names, colours)
    if theme is None and description == "trend class":
        levels = [translated(name) for name in TREND_NAMES.values()]
        return code_legend(tr("Significance of the trend"), tuple(TREND_NAMES), levels, TREND_COLOURS)
    if theme is None:
        found = theme_of_band(description)
        if found is None:
            return None
        theme, title = found
    cells = _sampled_cells(band)
    return number_legend(theme, "", title, cells, counted=False) if len(cells) else None


def _sampled_cells(band) -> np.ndarray:
    """Up to ``MOST_VALUES`` valid cells (values,) float64, evenly distributed over the band and reproducible."""
    width, height = band.XSize, band.YSize
    if width * height <= WHOLE:
        parts = [band.ReadAsArray()]
    else:
        block = band.GetBlockSize()
        columns, rows = (
            sorted({int((at + 0.5) / WINDOWS * max(size - WINDOW, 0)) // step * step for at in range(WINDOWS)})
            for size, step in zip((width, height), block)
        )
        parts = [band.ReadAsArray(x, y, min(WINDOW, width - x), min(WINDOW, height - y)) for y in rows for x in columns]
    cells = np.concatenate([part.astype(float).ravel() for part in parts])
    nodata = band.GetNoDataValue()
    if nodata is not None:
        cells[cells == nodata] = np.nan
    cells = cells[np.isfinite(cells)]
    return cells[:: max(-(-len(cells) // MOST_VALUES), 1)]


def scheme_legend(crosswalk: Crosswalk, title: str = "") -> Legend:
    """Legend of a scheme with names in the user's language; codes of the same class have shades of one colour."""
    names = crosswalk.names if language() == ENGLISH else crosswalk.names_zh
    names = [own or other for own, other in zip(names, crosswalk.names)]
    codes = [int(code) for code in crosswalk.codes]
    return code_legend(title or tr("Land cover"), codes, names, land_cover_colours(crosswalk.classes.tolist()))


def land_cover_legend(codes: Iterable[int], scheme: str, title: str = "") -> Legend:
    """Legend of a land cover with ``codes``: by the scheme if it has all codes, otherwise one colour per code."""
    crosswalk, codes = read_crosswalk(scheme), [int(code) for code in codes]
    if set(codes) <= set(crosswalk.codes.tolist()):
        return scheme_legend(crosswalk, title)
    names = [tr("class {code}").format(code=code) for code in codes]
    return code_legend(title or tr("Land cover"), codes, names)
