"""Rasters of the months of a year, or of the year: reading, sorting, scaling, alignment with the grid of a result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .....core.options.supply import DAYS_OF_MONTH, MOD13_FILL, MOD17_FILL, NDVI_UNITS, RADIATION_UNITS
from .....core.runtime.errors import listed
from .....core.runtime.i18n import tr
from ..raster import checked

if TYPE_CHECKING:
    from .....core.raster.grid import Grid
    from .....core.raster.source import RasterSource
    from .....core.supply.production.scaled_raster import ScaledRaster
    from ...inputs.given import Given

MOD17 = "mod17"
# Unit -> values that are no data, which must not be mixed with others where grids differ.
_FILL = {MOD17: MOD17_FILL, "mod13": MOD13_FILL}
# A raster with the scale and offset that its file states, which are not available from derived rasters.
Stated = tuple["RasterSource", float, float]


def stated_rasters(given: Given, name: str, fill: tuple[int, ...] = ()) -> list[Stated]:
    """The rasters of a parameter by month, if their names tell it, otherwise by name; or the bands of a single one.

    ``fill`` values are nodata.
    """
    from .....core.raster.unmarked.marking import with_nodata
    from .....core.raster.warping.scaling import scale_of
    from .....core.supply.production.month_names import months_named

    def order(title: str):
        return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", title)]

    found = given.rasters(name, stack=True)
    titles = sorted(found, key=order)
    months = months_named(titles)
    if months is not None:
        titles = [titles[at] for at in sorted(range(len(titles)), key=months.__getitem__)]
    sources = [found[title] for title in titles]
    if len(sources) == 1:
        whole = sources[0]
        count = whole.dataset().RasterCount
        whole.close()
        if count > 1:
            sources = [replace(whole, band=band) for band in range(1, count + 1)]
    return [(checked(given, with_nodata(source, fill)), *scale_of(source)) for source in sources]


def fill_of(given: Given, unit: str) -> tuple[int, ...]:
    """The values that are no data by the unit chosen in the parameter ``unit``."""
    return _FILL.get(given.choice(unit), ())


@dataclass(frozen=True)
class OntoGrid:
    """Alignment of rasters with the grid of the result.

    Attributes:
        given: the parameters of the run.
        grid: grid of the result.
        first: name of the raster with that grid, for messages.
    """

    given: Given
    grid: Grid
    first: str

    def moved(self, source: RasterSource, resampling: str = "bilinear") -> RasterSource:
        """``source`` on the grid; differences are logged."""
        from .....core.raster.warping.alignment import moved_onto

        return moved_onto(source, self.grid, self.first, self.given.log, resampling)

    def fluxes(
        self, rasters: list[Stated], unit: str, least: float | None = None, most: float | None = None
    ) -> list[ScaledRaster]:
        """Annual or monthly fluxes in g C/m2; stored values outside of ``least`` and ``most`` are nodata."""
        from .....core.supply.production.ecosystem_production import npp_factor

        made = []
        for source, scale, offset in rasters:
            factor = npp_factor(unit, scale)
            made.append(self._scaled(source, factor, offset * factor / scale, (least, most)))
        return made

    def climate(self, name: str, rasters: list[Stated], units: Mapping[str, tuple[float, float]]) -> list[ScaledRaster]:
        """Twelve rasters of temperature or precipitation in degC or mm."""
        self._need_months(name, rasters)
        factor, zero = units[self.given.choice(f"{name}_UNIT")]
        return [
            self._scaled(source, scale * factor, offset * factor + zero, (None, None))
            for source, scale, offset in rasters
        ]

    def ndvi(self, name: str, rasters: list[Stated]) -> list[ScaledRaster]:
        """Twelve rasters of NDVI."""
        self._need_months(name, rasters)
        stored, least = NDVI_UNITS[self.given.choice(f"{name}_UNIT")]
        return [
            self._scaled(source, scale if scale != 1 else stored, offset, (least, None))
            for source, scale, offset in rasters
        ]

    def radiation(self, name: str, rasters: list[Stated]) -> list[ScaledRaster]:
        """Twelve rasters of solar radiation in MJ/m2 a month."""
        self._need_months(name, rasters)
        factor, a_day = RADIATION_UNITS[self.given.choice(f"{name}_UNIT")]
        made = []
        for (source, scale, offset), days in zip(rasters, DAYS_OF_MONTH):
            per_month = factor * days if a_day else factor
            made.append(self._scaled(source, scale * per_month, offset * per_month, (None, None)))
        return made

    def _need_months(self, name: str, rasters: list[Stated]) -> None:
        from .....core.supply.production.ecosystem_production import need_months

        title = self.given.title(name)
        need_months(len(rasters), title)
        self.given.log.info(
            tr("{what}, January to December: {names}.").format(
                what=title, names=listed([_band_name(source) for source, _, _ in rasters], 12)
            )
        )

    def _scaled(self, source: RasterSource, factor: float, offset: float, limits) -> ScaledRaster:
        import numpy as np

        from .....core.supply.production.scaled_raster import ScaledRaster

        least, most = limits
        return ScaledRaster(
            source=self.moved(source),
            factor=factor,
            offset=offset,
            least=-np.inf if least is None else least,
            most=np.inf if most is None else most,
        )


def _band_name(source: RasterSource) -> str:
    """The name of the layer, with the band number if it is not the first."""
    name = source.name.split('"')[1] if source.name.count('"') > 1 else source.name
    return f"{name} ({source.band})" if source.band > 1 else name
