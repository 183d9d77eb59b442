"""Sums that a pass over the months of a year collects to tell wrong units and undeclared nodata.

A year of a wrong unit is often possible as a month somewhere on earth, but not as the mean of a region.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ...runtime.i18n import tr
from ...runtime.log import Log

# Annual precipitation of regions, mm: the driest deserts have some 10, the wettest coasts some 5,000.
_RAIN_MM = (5.0, 5_000.0)
# Annual radiation, MJ/m2: Iceland has some 2,800, the Atacama 9,700.
_SUN_MJ_M2 = (2_700.0, 10_000.0)
# Deserts have 0.1 in their greenest month.
_LEAST_GREEN = 0.1
# Share of the cells from which on one value in all months, or classes without efficiency, are worth a warning.
_ALIKE_SHARE, _WITHOUT_SHARE = 0.01, 0.05
_MONTHS = 12
_ALIKE_KEPT = 3


@dataclass
class YearFindings:
    """Sums over cells.

    Attributes:
        rain_mm, rain_values: precipitation of cells and months, and their number.
        sun_mj_m2, sun_values: the same for radiation.
        greenest: largest NDVI.
        producing: cells with NPP by light use.
        alike: NDVI -> cells with NPP that have it in all months.
        without: class code -> cells whose class has no efficiency.
        covered: cells with a class.
    """

    rain_mm: float = 0.0
    rain_values: int = 0
    sun_mj_m2: float = 0.0
    sun_values: int = 0
    greenest: float = -np.inf
    producing: int = 0
    alike: Counter = field(default_factory=Counter)
    without: Counter = field(default_factory=Counter)
    covered: int = 0

    def __add__(self, other: YearFindings) -> YearFindings:
        """The sums of two parts together."""
        both = {name: value + getattr(other, name) for name, value in vars(self).items() if name != "greenest"}
        return YearFindings(**both, greenest=max(self.greenest, other.greenest))

    def add_rain(self, precipitation_mm: np.ndarray) -> None:
        """Add months (any shape), NaN where unknown."""
        known = np.isfinite(precipitation_mm)
        self.rain_mm += float(precipitation_mm.sum(where=known, dtype=np.float64))
        self.rain_values += int(np.count_nonzero(known))

    def add_light(self, ndvi: np.ndarray, radiation_mj_m2: np.ndarray, npp: np.ndarray) -> None:
        """Add cells: NDVI and radiation (months, ...), NPP (...), NaN where unknown."""
        known = np.isfinite(npp)
        self.producing += int(np.count_nonzero(known))
        self.sun_mj_m2 += float(radiation_mj_m2[:, known].sum(dtype=np.float64))
        self.sun_values += int(np.count_nonzero(known)) * len(radiation_mj_m2)
        self.greenest = max(self.greenest, float(np.max(ndvi[:, known], initial=-np.inf)))
        alike = known & (ndvi == ndvi[0]).all(axis=0)
        values, cells = np.unique(ndvi[0][alike], return_counts=True)
        for at in np.argsort(-cells, kind="stable")[:_ALIKE_KEPT]:
            self.alike[float(values[at])] += int(cells[at])

    def warn_of_rain(self, label: str, log: Log) -> None:
        """Warn of precipitation that no region has."""
        if not self.rain_values:
            return
        rain, (low, high) = self.rain_mm / self.rain_values * _MONTHS, _RAIN_MM
        if not low <= rain <= high:
            log.warn(
                tr(
                    "{raster} and the other months have {value:.4g} mm of precipitation a year on average, outside the "
                    "plausible range of {low:g} to {high:,.0f}: check its unit (PRECIPITATION_UNIT)."
                ).format(raster=label, value=rain, low=low, high=high)
            )

    def warn_of_sun(self, label: str, log: Log) -> None:
        """Warn of radiation that no region has."""
        if not self.sun_values:
            return
        sun, (low, high) = self.sun_mj_m2 / self.sun_values * _MONTHS, _SUN_MJ_M2
        if not low <= sun <= high:
            log.warn(
                tr(
                    "{raster} and the other months have {value:,.4g} MJ/m2 of radiation a year on average, outside the "
                    "plausible range of {low:,.0f} to {high:,.0f} (polar regions have less): check its unit "
                    "(RADIATION_UNIT)."
                ).format(raster=label, value=sun, low=low, high=high)
            )

    def warn_of_ndvi(self, label: str, factor: float, offset: float, log: Log) -> None:
        """Warn of NDVI without green, and of one value in all months; NDVI = stored x factor + offset."""
        if not self.producing:
            return
        if self.greenest < _LEAST_GREEN:
            log.warn(
                tr(
                    "{raster} and the other months have no NDVI above {value:.3g}, which is less than deserts have: "
                    "check its unit (NDVI_UNIT)."
                ).format(raster=label, value=self.greenest)
            )
        for value, cells in self.alike.most_common(1):
            if cells >= _ALIKE_SHARE * self.producing:
                log.warn(
                    tr(
                        "{raster}: {share:.1%} of the cells hold the same NDVI in all months, {stored:.6g} as stored: "
                        "this may be undeclared nodata, which counts as a value here; if it means no data, set "
                        "NODATA_VALUES = {stored:.6g}."
                    ).format(raster=label, share=cells / self.producing, stored=(value - offset) / factor)
                )

    def tell_classes_without(self, cover: str, table: str, log: Log) -> None:
        """Tell which classes have no NPP because the table of efficiencies lacks them; warn if they are many."""
        if not self.without:
            return
        share = sum(self.without.values()) / self.covered
        classes = tr(", ").join(f"{code}: {cells / self.covered:.1%}" for code, cells in sorted(self.without.items()))
        (log.warn if share >= _WITHOUT_SHARE else log.info)(
            tr(
                "{share:.1%} of the cells of {cover} are of classes without epsilon_max in {table}, and are nodata "
                "(class: share of the cells): {classes}. If these codes are of another scheme, choose it (SCHEME), or "
                "add them to your table."
            ).format(share=share, cover=cover, table=table, classes=classes)
        )
