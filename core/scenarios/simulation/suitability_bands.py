"""The bands of a suitability raster as a simulation reads them, and what is suspicious about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ...raster.source import RasterSource
from ...raster.unmarked.marking import with_nodata
from ...raster.unmarked.rasters import check_all_unmarked
from ...raster.warping.scaling import as_stated, scale_of
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log

MOST_PROBABILITY = 1.001  # Resampling and rounding may exceed 1 slightly.


def suitability_bands(
    first: RasterSource, codes: np.ndarray, no_data: Sequence[float] = (), log: Log | None = None
) -> list[RasterSource]:
    """The bands of a suitability raster, one per class.

    Args:
        first: its first band.
        codes: class codes.
        no_data: additional nodata values.
        log: receives a warning about possible undeclared nodata; ``None`` for rasters written by the plugin.

    Raises:
        CarbonBalanceError: the bands do not match the classes, or contain undeclared nodata.
    """
    dataset = first.dataset()
    count = dataset.RasterCount
    names = [dataset.GetRasterBand(number + 1).GetDescription() for number in range(count)]
    del dataset
    first.close()
    if count != len(codes):
        raise CarbonBalanceError(
            tr(
                "{raster} has {bands} band(s), but there are {classes} classes ({codes}): one band per class is needed."
            ).format(raster=first.name, bands=count, classes=len(codes), codes=listed(codes))
        )
    said = [match.group(1) for match in (re.fullmatch(r"class (-?\d+)", name) for name in names) if match]
    if len(said) == count and [int(code) for code in said] != codes.tolist():
        raise CarbonBalanceError(
            tr("{raster} has bands for the classes {bands}, but the classes are {codes}.").format(
                raster=first.name, bands=listed(said), codes=listed(codes)
            )
        )
    stored = [RasterSource(first.path, first.label, number, first.crs_wkt) for number in range(1, count + 1)]
    bands = [with_nodata(band, no_data) for band in stored]
    if log is not None:
        words = tr("{raster}, band {band} (class {code})")
        labels = [words.format(raster=first.name, band=number, code=code) for number, code in enumerate(codes, 1)]
        named = [RasterSource(band.path, label, band.band, band.crs_wkt) for band, label in zip(bands, labels)]
        check_all_unmarked(named, log, non_negative=True)
    # All bands are of one raster, so that their scale is logged once.
    notes = [Log() if at or log is None else log for at in range(count)]
    return [as_stated(band, *scale_of(raw), told) for band, raw, told in zip(bands, stored, notes)]


def log_suitability(cells: int, highest: Sequence[float], log: Log) -> None:
    """Warn of cells without suitability, and of values that are no probabilities.

    Args:
        cells: cells with a class but without suitability.
        highest: the largest suitability of each block.
        log: receives the warnings.
    """
    most = max(highest, default=0.0)
    if cells:
        log.warn(
            tr("{cells:,} cells have no suitability (gaps in the drivers); they keep their class.").format(cells=cells)
        )
    if most > MOST_PROBABILITY:
        log.warn(
            tr(
                "The suitability holds values up to {most:.6g}, but probabilities from 0 to 1 are expected: larger "
                "ones place changes differently; divide percentages by 100."
            ).format(most=most)
        )
