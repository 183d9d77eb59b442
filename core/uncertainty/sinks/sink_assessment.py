"""The whole assessment of sinks: draws, realisations, closed forms, zones of EEC and SEC, and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.i18n import mark, tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS
from ...tables import columns
from ...tables.names import judgement_columns
from ..areas import ScenarioAreas
from ..confusion import ConfusionMatrix
from ..densities import DensityDraws, UncertaintySettings
from ..judgement import JudgedCode, draw_codes
from ..pool_sd import UncertainPools
from ..propagate import RealisationSummary, closed_form_sd, propagate
from ..tornado import tornado
from ..variance_sources import extremes, variance_shares
from .sec_outcome import SEC_SHARES, DrawnSinks, SecLimits, SecOutcome, sec_outcome


@dataclass(frozen=True)
class SinkAssessment:
    """The results. Rows are the zones and, last, all together; t a year of the species of the coefficients.

    Attributes:
        settings: how it was drawn.
        area_ha: as mapped (zones + 1, codes).
        drawn: the coefficients.
        sink: what the realisations are like.
        closed_sd_t: closed form of the SD, error of the land cover and judgement left aside (zones + 1,).
        expected: mean part of each map class that is each class on the ground (codes, codes).
        least_t, most_t: at the table's coefficients, whatever one decides (zones + 1,).
        shares: of judgement, coefficients and class areas in the variance (zones + 1, 3).
        judged: the codes whose class is a judgement.
        confusion: the confusion matrix, if there is one.
        sec: the coefficient SEC, if emissions are known.
    """

    settings: UncertaintySettings
    area_ha: np.ndarray
    drawn: DensityDraws
    sink: RealisationSummary
    closed_sd_t: np.ndarray
    expected: np.ndarray
    least_t: np.ndarray
    most_t: np.ndarray
    shares: np.ndarray
    judged: Sequence[JudgedCode] = ()
    confusion: ConfusionMatrix | None = None
    sec: SecOutcome | None = None

    def _sink_columns(self, rows: slice) -> dict[str, object]:
        sink = self.sink
        values = (sink.mean, sink.sd, sink.low, sink.median, sink.high)
        found: dict[str, object] = {name: each[rows] for name, each in zip(SINK_COLUMNS, values)}
        if self.judged:
            found.update({name: each[rows] for name, each in zip(DECIDED, (self.least_t, self.most_t))})
            found.update(zip(SINK_SHARES, self.shares[rows].T))
        return found

    def zone_columns(self) -> dict[str, object]:
        """The columns that zones get (zones,), called as :func:`sink_zone_column_names` says."""
        return {**self._sink_columns(slice(None, -1)), **(self.sec.columns() if self.sec else {})}

    def summary_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """A row for each zone and for all; the coefficients of all together are 1 by definition and left out."""
        found = self._sink_columns(slice(None))
        found[judgement_columns.SINK_SD_CLOSED_T] = self.closed_sd_t
        for name, values in (self.sec.columns() if self.sec else {}).items():
            # Codes are texts; numbers without a value are NaN.
            blank = np.nan if isinstance(values, np.ndarray) else None
            found[name] = [*(value if value != "" else None for value in values), blank]  # type: ignore[attr-defined]
        return {
            columns.ZONE_ROW: [*range(1, len(zone_names) + 1), None],
            columns.ZONE_NAME: [*zone_names, mark("all")],
            **found,
        }

    def tornado_columns(self) -> dict[str, list]:
        """Which class carries the variance of the sink of all zones together."""
        pools, other = self.drawn.pools, self.confusion is not None or self.judged
        other_sd_t = np.sqrt(max(self.sink.sd[-1] ** 2 - self.closed_sd_t[-1] ** 2, 0.0)) if other else 0.0
        ends_t = None if self.confusion else (float(self.least_t[-1]), float(self.most_t[-1]))
        bars = tornado(self.area_ha[-1] @ self.expected, self.drawn, self.settings.distribution, other_sd_t, ends_t)
        cover = mark("judgement on classes and error of the land cover")
        if not self.judged:
            cover = mark("error of the land cover")
        rows = [int(row) for row in bars.row]
        return {
            columns.CODE: [None if row < 0 else int(pools.codes[row]) for row in rows],
            columns.NAME: [cover if row < 0 else pools.names[row] for row in rows],
            columns.SINK_T: bars.carbon_t.tolist(),
            judgement_columns.SINK_SD_T: bars.sd_t.tolist(),
            judgement_columns.SINK_LOW_T: bars.low_t.tolist(),
            judgement_columns.SINK_HIGH_T: bars.high_t.tolist(),
            columns.VARIANCE_SHARE: bars.share.tolist(),
        }

    def numbers(self) -> dict[str, float]:
        """The totals, by the names of outputs."""
        sink = self.sink
        values = (sink.mean, sink.sd, self.closed_sd_t, sink.low, sink.high, self.least_t, self.most_t)
        found = {name: float(each[-1]) for name, each in zip(SINK_NUMBERS, values)}
        found.update(zip(SHARE_OUTPUTS, self.shares[-1].tolist()))
        if self.sec and self.sec.stability:
            found["ZONES_KEPT"] = float(np.nansum(self.sec.stability.kept))
        return found

    def sentences(self) -> list[str]:
        """The totals in words."""
        sink = self.sink
        found = [
            tr(
                "Annual sink: {mean:,.0f} t, SD {sd:,.0f} (closed form, coefficients alone: {closed:,.0f}), 95 % "
                "between {low:,.0f} and {high:,.0f}."
            ).format(
                mean=sink.mean[-1], sd=sink.sd[-1], closed=self.closed_sd_t[-1], low=sink.low[-1], high=sink.high[-1]
            )
        ]
        if self.judged:
            found.append(
                tr(
                    "At the coefficients of the table the sink is between {least:,.0f} and {most:,.0f} t, depending on "
                    "the class that the judged codes get."
                ).format(least=self.least_t[-1], most=self.most_t[-1])
            )
            if not np.isnan(self.shares[-1]).any():
                found.append(
                    tr(
                        "Share of the variance: judgement on classes {judgement:.1%}, coefficients {coefficients:.1%}, "
                        "class areas {areas:.1%}."
                    ).format(judgement=self.shares[-1, 0], coefficients=self.shares[-1, 1], areas=self.shares[-1, 2])
                )
        if self.sec and self.sec.stability:
            kept = self.sec.stability.kept
            found.append(
                tr("{kept} of {count} units keep their side of the SEC limit whatever one decides.").format(
                    kept=int(np.nansum(kept)), count=int((~np.isnan(kept)).sum())
                )
            )
        return found


SINK_COLUMNS = (
    judgement_columns.SINK_MEAN_T,
    judgement_columns.SINK_SD_T,
    judgement_columns.SINK_LOW_T,
    judgement_columns.SINK_MEDIAN_T,
    judgement_columns.SINK_HIGH_T,
)
DECIDED = (judgement_columns.SINK_LEAST_T, judgement_columns.SINK_MOST_T)
SINK_SHARES = (
    judgement_columns.VARIANCE_JUDGEMENT,
    judgement_columns.VARIANCE_COEFFICIENTS,
    judgement_columns.VARIANCE_AREAS,
)
SINK_NUMBERS = (
    *("SINK_MEAN_T", "SINK_SD_T", "SINK_SD_CLOSED_T", "SINK_LOW_T", "SINK_HIGH_T"),
    *("SINK_LEAST_T", "SINK_MOST_T"),
)
SHARE_OUTPUTS = ("VARIANCE_JUDGEMENT", "VARIANCE_COEFFICIENTS", "VARIANCE_AREAS")


def sink_zone_column_names(sec: bool, eec: bool, judged: bool) -> list[str]:
    """The names of the columns that zones get, known before they are computed.

    Args:
        sec: whether emissions are given.
        eec: whether EEC is given or computed.
        judged: whether there are codes whose class is a judgement.
    """
    names = [*SINK_COLUMNS, *(DECIDED + SINK_SHARES) * judged]
    if sec:
        names += [columns.SEC, judgement_columns.SEC_SD, judgement_columns.SEC_LOW, judgement_columns.SEC_MEDIAN]
        names += [judgement_columns.SEC_HIGH, judgement_columns.P_SEC_REACHED]
        names += [columns.CLASS, columns.ZONE, columns.P_ZONE] * eec
        names += [*SEC_SHARES, judgement_columns.ZONE_KEPT, judgement_columns.MOVED_BY] * judged
    return names


def assess_sinks(
    areas: ScenarioAreas,
    sinks: UncertainPools,
    settings: UncertaintySettings,
    log: Log,
    confusion: ConfusionMatrix | None = None,
    judged: Sequence[JudgedCode] = (),
    sec: SecLimits | None = None,
    workers: int = WORKERS,
) -> SinkAssessment:
    """Draw the coefficients once, carry them through all areas, and set the closed forms beside.

    Args:
        areas: by class as in ``sinks``.
        sinks: means and SD, t/ha a year.
        settings: how to draw.
        log: progress, cancelling, warnings.
        confusion: error of the land cover, if known; the areas are then corrected for it.
        judged: codes whose class is a judgement, drawn with the coefficients.
        sec: emission shares, limits and EEC, if the coefficients of units are wanted.
        workers: threads; the result does not depend on them.

    Raises:
        CarbonBalanceError: what :func:`draw_codes` and :func:`sec_outcome` refuse.
        Cancelled: the user stopped the run.
    """
    codes = draw_codes(sinks, settings, areas=areas, confusion=confusion, judged=judged, log=log)
    drawn, draws_t_ha, moments, expected = codes.drawn, codes.draws_t_ha, codes.moments, codes.expected
    area_ha = areas.stock_ha
    least_t, most_t = extremes(area_ha @ expected, sinks.mean_t_ha.sum(axis=1), judged)
    with_sec = None
    if sec is not None:
        with_sec = sec_outcome(sec, DrawnSinks(sinks, draws_t_ha, moments, expected, judged, confusion), log, workers)
    return SinkAssessment(
        settings=settings,
        area_ha=area_ha,
        drawn=drawn,
        sink=propagate(area_ha, [], draws_t_ha, log=log, workers=workers).stock,
        closed_sd_t=closed_form_sd(area_ha @ expected, drawn.sd_t_ha),
        expected=expected,
        least_t=least_t,
        most_t=most_t,
        shares=variance_shares(area_ha, sinks.codes, moments, confusion),
        judged=judged,
        confusion=confusion,
        sec=with_sec,
    )
