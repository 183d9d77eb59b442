"""Origin of a suitability raster (training data and land cover), stored in the metadata of its bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...raster.source import RasterSource
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log

TRANSITIONS, ONE_DATE = "transitions", "one date"
_LEARNED_FROM, _CLASS_CELLS = "CARBONBALANCE_LEARNED_FROM", "CARBONBALANCE_CLASS_CELLS"
_ORIGIN_YEAR, _ORIGIN_EARLIER_YEAR = "CARBONBALANCE_YEAR", "CARBONBALANCE_EARLIER_YEAR"


@dataclass(frozen=True)
class Origin:
    """The origin of a suitability raster.

    Attributes:
        learned_from: ``TRANSITIONS`` or ``ONE_DATE``.
        cells: cells of each class (code -> cells) of the land cover of the prediction.
        year: year of that land cover, if known.
        earlier_year: year of the earlier land cover, if it was trained on transitions and the year is known.
    """

    learned_from: str
    cells: Mapping[int, int]
    year: float | None = None
    earlier_year: float | None = None

    def tags(self) -> dict[str, str]:
        """The origin as metadata of a band."""
        years = {_ORIGIN_YEAR: self.year, _ORIGIN_EARLIER_YEAR: self.earlier_year}
        return {
            _LEARNED_FROM: self.learned_from,
            _CLASS_CELLS: ",".join(f"{code}:{cells}" for code, cells in sorted(self.cells.items())),
            **{key: f"{year:g}" for key, year in years.items() if year is not None},
        }


def origin_of(raster: RasterSource) -> Origin | None:
    """The origin of a suitability raster; ``None`` if not stored, such as by another program."""
    dataset = raster.dataset()
    tags = dataset.GetRasterBand(raster.band).GetMetadata()
    del dataset
    raster.close()
    learned_from = tags.get(_LEARNED_FROM)
    try:
        pairs = [pair.split(":") for pair in tags.get(_CLASS_CELLS, "").split(",") if pair]
        cells = {int(code): int(count) for code, count in pairs}
        year, earlier = (float(tags[key]) if key in tags else None for key in (_ORIGIN_YEAR, _ORIGIN_EARLIER_YEAR))
    except ValueError:
        return None
    return Origin(learned_from, cells, year, earlier) if learned_from in (TRANSITIONS, ONE_DATE) else None


def check_years(has_earlier: bool, year: float | None, earlier_year: float | None, log: Log) -> None:
    """Refuse swapped dates; log that they cannot be checked if years are unknown.

    Raises:
        CarbonBalanceError: the earlier land cover is not the earlier one.
    """
    if not has_earlier:
        return
    if year is None or earlier_year is None:
        log.info(
            tr("The years of the two land covers are not given (YEAR, EARLIER_YEAR), so their order cannot be checked.")
        )
    elif earlier_year >= year:
        raise CarbonBalanceError(
            tr(
                "The earlier land cover (EARLIER) is from {earlier:g}, the land cover from {year:g}: the earlier year "
                "must be before the other; swap the two."
            ).format(earlier=earlier_year, year=year)
        )


def check_origin(
    origin: Origin | None, by_transition: bool, years: Sequence[str], codes: np.ndarray, cells: np.ndarray, log: Log
) -> None:
    """Check that a suitability matches the demand and the initial land cover of a simulation.

    Args:
        origin: origin of the suitability; nothing is checked if ``None``.
        by_transition: whether demand is by transition.
        years: years of the demand, "" if unknown.
        codes, cells: the classes of the land cover (classes,).
        log: receives warnings of mismatches.

    Raises:
        CarbonBalanceError: demand for a year that is not after the land cover of the suitability.
    """
    if origin is None:
        return
    if by_transition and origin.learned_from == ONE_DATE:
        log.warn(
            tr(
                "Demand is by transition, but the suitability was learned from one date and contains no transitions: "
                "learn it with the earlier land cover (EARLIER of landusesuitability)."
            )
        )
    if not by_transition and origin.learned_from == TRANSITIONS:
        log.warn(
            tr(
                "The suitability was learned from transitions, but demand is by class: give the demand by transition "
                "(TRANSITIONS), or learn the suitability without an earlier land cover."
            )
        )
    steps = [float(year) for year in years if year]
    if origin.year is not None and steps and min(steps) <= origin.year:
        raise CarbonBalanceError(
            tr(
                "The demand is for {first:g}, but the suitability is for the land cover of {year:g}: demand must be "
                "for later years."
            ).format(first=min(steps), year=origin.year)
        )
    here = {int(code): int(count) for code, count in zip(codes, cells)}
    both = ((code, origin.cells.get(code, 0), here.get(code, 0)) for code in sorted({*here, *origin.cells}))
    unlike = [each for each in both if each[1] != each[2]]
    if unlike:
        log.warn(
            tr(
                "The suitability was made for another land cover than the simulation starts from: {parts}. Give the "
                "same land cover to both; were the dates swapped?"
            ).format(
                parts=tr(", ").join(
                    tr("class {code}: {there:,} cells there, {here:,} here").format(code=code, there=there, here=own)
                    for code, there, own in unlike
                )
            )
        )
