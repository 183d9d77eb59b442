"""The look of a raster: natural breaks of a sample of its cells, or its codes by name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from osgeo import gdal

from ..crosswalks import Crosswalk
from ..i18n import tr
from .colours import CARBON, EMISSION, NEUTRAL, land_cover_colours
from .looks import Look, code_look, number_look
from .themes import DIVERGING, SEQUENTIAL, Theme

# Cells along the longer side of the sample; natural breaks of more would take long and change little.
SAMPLE_SIDE = 400
DENSITY = Theme("", SEQUENTIAL, 6, CARBON)
DEMAND = Theme("", SEQUENTIAL, 6, EMISSION)
CHANGE = Theme("", DIVERGING, 7)
PLAIN = Theme("", SEQUENTIAL, 6, NEUTRAL)


def theme_of_band(description: str) -> tuple[Theme, str] | None:
    """Theme and title of a band that the plugin wrote, by its description; ``None`` if it is none of those."""
    what, _, unit = description.partition(" (")
    unit = unit.rstrip(")")
    titles = {
        "carbon": (DENSITY, tr("Carbon stored")),
        "baseline carbon": (DENSITY, tr("Carbon stored at the first date")),
        "alternate carbon": (DENSITY, tr("Carbon stored at the second date")),
        "change carbon": (CHANGE, tr("Change of carbon stored")),
        "value carbon": (CHANGE, tr("Value of the change")),
        "emission demand": (DEMAND, tr("Emission demand")),
        "suitability": (PLAIN, tr("Suitability")),
    }
    if what not in titles:
        return None
    theme, title = titles[what]
    return theme, f"{title}, {unit}" if unit else title


def raster_look(path: str, theme: Theme | None = None, title: str = "") -> Look | None:
    """The look of the first band of a raster file.

    Args:
        path: of the file.
        theme: its scale; by the band's description if not given.
        title: of the legend, likewise.

    Returns:
        ``None`` if the band is not one that the plugin knows, or holds no values.
    """
    dataset = gdal.Open(path)
    band = dataset.GetRasterBand(1)
    if theme is None:
        found = theme_of_band(band.GetDescription())
        if found is None:
            return None
        theme, title = found
    shrink = max(dataset.RasterXSize, dataset.RasterYSize, SAMPLE_SIDE) / SAMPLE_SIDE
    size = [max(int(side / shrink), 1) for side in (dataset.RasterXSize, dataset.RasterYSize)]
    cells = band.ReadAsArray(buf_xsize=size[0], buf_ysize=size[1]).astype(float).ravel()
    nodata = band.GetNoDataValue()
    if nodata is not None:
        cells[cells == nodata] = np.nan
    cells = cells[np.isfinite(cells)]
    return number_look(theme, "", title, cells, counted=False) if len(cells) else None


def land_cover_look(crosswalk: Crosswalk, title: str = "", chinese: bool = False) -> Look:
    """Class names and colours of a land-cover scheme; codes of one study class share a colour in shades."""
    names = crosswalk.names_zh if chinese else crosswalk.names
    codes = [int(code) for code in crosswalk.codes]
    return code_look(title or tr("Land cover"), codes, names, land_cover_colours(crosswalk.classes.tolist()))


def codes_look(names: Mapping[int, str], title: str = "") -> Look:
    """Codes with their names, in qualitative colours."""
    return code_look(title or tr("Land cover"), list(names), list(names.values()))
