"""Future demand from the transitions between two land covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.spelling.numerals import parse_list, parse_number
from ..class_maps import Crossing
from . import markov

# Limit of steps, so that a mistyped year does not exhaust memory; a Markov chain converges much earlier.
MOST_STEPS_AHEAD = 1000


@dataclass(frozen=True)
class Futures:
    """Transitions between two dates, and demand after the later one.

    Attributes:
        codes: class codes (classes,).
        area_ha: transition areas between the two dates, from class (row) to class (column).
        probabilities: transition matrix of the interval, including scenario factors (classes, classes).
        years: years of the steps.
        flows_ha: transitions from the later date to each step, (steps, classes, classes).
        cells_now: cells of each class at the later date, int64 (classes,).
    """

    codes: np.ndarray
    area_ha: np.ndarray
    probabilities: np.ndarray
    years: list[float]
    flows_ha: np.ndarray
    cells_now: np.ndarray

    @property
    def changed_ha(self) -> float:
        """Area that changed between the two dates."""
        return float(self.area_ha.sum() - np.trace(self.area_ha))

    def matrix_columns(self) -> dict[str, object]:
        """Columns of a long table of the transitions between the two dates."""
        now, later = np.indices(self.area_ha.shape).reshape(2, -1)
        return {
            columns.FROM_CODE: self.codes[now],
            columns.TO_CODE: self.codes[later],
            columns.AREA_HA: self.area_ha.ravel(),
            columns.PROBABILITY: self.probabilities.ravel(),
        }

    def demand_columns(self) -> dict[str, object]:
        """Columns of a long table of demand by year and class."""
        area = self.flows_ha.sum(axis=1)
        cells = np.array([markov.whole_cells(step, int(self.cells_now.sum())) for step in area])
        return {
            columns.YEAR: np.repeat(self.years, len(self.codes)),
            columns.CODE: np.tile(self.codes, len(self.years)),
            columns.AREA_HA: area.ravel(),
            columns.SHARE: (area / area.sum(axis=1, keepdims=True)).ravel(),
            columns.CELLS: cells.ravel(),
        }

    def flow_columns(self) -> dict[str, object]:
        """Columns of a long table of demand by year and transition, cumulative from the later date."""
        step, now, later = np.indices(self.flows_ha.shape).reshape(3, -1)
        return {
            columns.YEAR: np.array(self.years)[step],
            columns.FROM_CODE: self.codes[now],
            columns.TO_CODE: self.codes[later],
            columns.AREA_HA: self.flows_ha.ravel(),
        }


def parse_factors(text: str, codes: np.ndarray) -> dict[tuple[int, int], float]:
    """Parse factors for transitions such as ``1>5:0.5, 2>5:0``; ``*`` stands for every other class.

    Raises:
        CarbonBalanceError: an invalid item.
    """
    known = codes.tolist()
    factors: dict[tuple[int, int], float] = {}
    for item in parse_list(text):
        if not item.strip():
            continue
        pair, _, value = item.partition(":")
        now, _, later = pair.partition(">")
        try:
            ends = [range(len(known)) if end.strip() == "*" else [known.index(int(end))] for end in (now, later)]
            factor = parse_number(value)
        except ValueError:
            factor = None
        if factor is None:
            raise CarbonBalanceError(
                tr(
                    'Transition factors: "{item}" is not of the form from>to:factor with codes from {codes}, such as '
                    "{first}>{last}:0.5."
                ).format(item=item.strip(), codes=listed(known), first=known[0], last=known[-1])
            )
        several = len(ends[0]) > 1 or len(ends[1]) > 1
        factors.update({(i, j): factor for i in ends[0] for j in ends[1] if i != j or not several})
    return factors


def futures(
    crossing: Crossing,
    today: Crossing,
    year: float,
    later_year: float,
    target_year: float,
    step_years: float | None,
    factors: str,
    nearest: bool,
    keep_unmatched: bool,
    log: Log,
) -> Futures:
    """Compute the transition matrix between two dates and the Markov demand up to a target year.

    Args:
        crossing: cells and areas by class at both dates.
        today: cross-tabulation of the later land cover only, which may have more valid cells; demand refers to all of
            them.
        year, later_year: years of the two land covers.
        target_year: year of the last step.
        step_years: length of steps; ``None`` for the interval of the two dates.
        factors: factors for transitions, see :func:`parse_factors`.
        nearest: see :func:`core.scenarios.land_use_demand.markov.matrix_power`.
        keep_unmatched: see :func:`core.scenarios.land_use_demand.markov.transition_probabilities`.
        log: notes.

    Raises:
        CarbonBalanceError: years in the wrong order, and whatever the chain refuses.
    """
    if later_year <= year:
        raise CarbonBalanceError(
            tr(
                "The later land cover is from {later:g}, the earlier from {year:g}: the later year must be after the "
                "earlier one."
            ).format(later=later_year, year=year)
        )
    if target_year <= later_year:
        raise CarbonBalanceError(
            tr("The target year {target:g} must be after {later:g}, the year of the later land cover.").format(
                target=target_year, later=later_year
            )
        )
    span = later_year - year
    step = span if step_years is None else step_years
    if step <= 0:
        raise CarbonBalanceError(
            tr("The step length is {years:g} years: it must be greater than 0.").format(years=step)
        )
    if (target_year - later_year) / step > MOST_STEPS_AHEAD:
        raise CarbonBalanceError(
            tr(
                "From {later:g} to {target:g} there are more than {most} steps of {years:g} years: check the target "
                "year (TARGET_YEAR), or choose longer steps (STEP_YEARS)."
            ).format(later=later_year, target=target_year, most=MOST_STEPS_AHEAD, years=step)
        )
    codes = np.union1d(crossing.codes, today.codes)
    area_ha, now_ha, now_cells = (
        np.zeros((len(codes), len(codes))),
        np.zeros(len(codes)),
        np.zeros(len(codes), np.int64),
    )
    both, own = np.searchsorted(codes, crossing.codes), np.searchsorted(codes, today.codes)
    area_ha[np.ix_(both, both)], now_ha[own], now_cells[own] = crossing.area_ha, today.area_ha, today.cells
    labels = [str(code) for code in codes]
    matrix = markov.transition_probabilities(area_ha, labels, keep_unmatched)
    scales: Mapping[tuple[int, int], float] = parse_factors(factors, codes)
    if scales:
        matrix = markov.scale_transitions(matrix, scales, labels)
    years = markov.step_years(later_year, target_year, step)
    spans = [(end - later_year) / span for end in years]
    powers = np.array(
        [markov.matrix_power(matrix, each, nearest, cells=now_cells, labels=labels, log=log) for each in spans]
    )
    found = Futures(
        codes=codes,
        area_ha=area_ha,
        probabilities=matrix,
        years=years,
        flows_ha=now_ha[:, None] * powers,
        cells_now=now_cells,
    )
    total = float(area_ha.sum())
    log.info(
        tr("{changed:,.2f} of {total:,.2f} ha changed from {year:g} to {later:g} ({share:.2%}).").format(
            changed=found.changed_ha, total=total, year=year, later=later_year, share=found.changed_ha / total
        )
    )
    return found
