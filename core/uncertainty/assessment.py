"""The complete uncertainty assessment: draws, realisations, closed forms, and result tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.i18n import mark, tr, translated
from ..runtime.log import Log
from ..runtime.parallel import WORKERS
from ..tables import columns
from ..tables.names import judgement_columns
from .areas import ScenarioAreas
from .confusion import ConfusionMatrix
from .densities import DensityDraws, UncertaintySettings
from .judgement import JudgedCode, draw_codes
from .pool_sd import UncertainPools
from .propagate import Outcome, Ratio, RealisationSummary, closed_form_sd, propagate
from .tornado import tornado
from .variance_sources import ZoneStability, extremes, share_columns, variance_shares, zone_stability
from .zone_classes import ZoneClasses


@dataclass(frozen=True)
class Assessment:
    """The results. Rows are the zones and, last, all zones together.

    Attributes:
        settings: settings of the draws.
        areas: mapped areas.
        drawn: the densities.
        outcome: summary of the realisations.
        stock_sd_t: closed form of the SD of the stock, ignoring errors of the land cover (zones + 1,).
        changes_sd_t: the same for each change.
        expected: mean share of each map class that is each true class (classes, classes).
        zone_classes: zone classes, if wanted.
        confusion: the confusion matrix, if there is one.
        judged: the codes whose class is a judgement.
        shares: shares of judgement, densities and class areas in the variance of each quantity (zones + 1, 3).
        stability: effect of judgements on zone classes, if there are zone classes and judged codes.
    """

    settings: UncertaintySettings
    areas: ScenarioAreas
    drawn: DensityDraws
    outcome: Outcome
    stock_sd_t: np.ndarray
    changes_sd_t: list[np.ndarray]
    expected: np.ndarray
    zone_classes: ZoneClasses | None = None
    confusion: ConfusionMatrix | None = None
    judged: Sequence[JudgedCode] = ()
    shares: Sequence[np.ndarray] = ()
    stability: ZoneStability | None = None

    def quantities(self) -> list[tuple[str, str, RealisationSummary, np.ndarray]]:
        """Stock and changes: kind, name of the land cover, realisations, closed form of the SD."""
        changes = zip(self.areas.names, self.outcome.changes, self.changes_sd_t)
        return [
            (mark("stock"), "", self.outcome.stock, self.stock_sd_t),
            *((mark("change"), name, summary, sd_t) for name, summary, sd_t in changes),
        ]

    def zone_columns(self) -> dict[str, object]:
        """The columns of the zones (zones,), with the names of :func:`zone_column_names`."""
        stock = self.outcome.stock
        values: list[object] = [each[:-1] for each in (stock.mean, stock.sd, stock.low, stock.median, stock.high)]
        for change in self.outcome.changes:
            values += [each[:-1] for each in (change.mean, change.sd, change.low, change.high, change.gain)]
        if len(self.outcome.best):
            values += self._best(self.outcome.best[:, :-1])
        if self.zone_classes:
            values += self.zone_classes.zone_columns(self.outcome.classes)
        if self.judged:
            values += share_columns(self.shares[0][:-1]).values()
        if self.stability:
            values += [self.stability.words(), self.stability.moved_by]
        names = zone_column_names(len(self.outcome.changes), self.zone_classes is not None, bool(self.judged))
        return dict(zip(names, values))

    def _best(self, best: np.ndarray) -> tuple[list[str | None], np.ndarray]:
        known = ~np.isnan(best).any(axis=0)
        leader = np.argmax(np.nan_to_num(best), axis=0)
        names = [self.areas.names[at] if ok else None for at, ok in zip(leader, known)]
        return names, best[leader, np.arange(best.shape[1])]

    def summary_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """Table with one row per zone (and one for all zones) and quantity."""
        titles, quantities = [*zone_names, mark("all")], self.quantities()
        rows = len(titles)

        def stacked(of) -> np.ndarray:
            return np.concatenate([of(each) for each in quantities])

        unknown = np.full(rows, np.nan)
        best = self.outcome.best
        return {
            columns.ZONE_ROW: ([*range(1, rows), None]) * len(quantities),
            columns.ZONE_NAME: titles * len(quantities),
            columns.QUANTITY: [kind for kind, *_ in quantities for _ in titles],
            columns.LAND_COVER: [name for _, name, *_ in quantities for _ in titles],
            columns.CARBON_MEAN_T: stacked(lambda each: each[2].mean),
            columns.CARBON_SD_T: stacked(lambda each: each[2].sd),
            columns.CARBON_SD_CLOSED_T: stacked(lambda each: each[3]),
            columns.CARBON_LOW_T: stacked(lambda each: each[2].low),
            columns.CARBON_MEDIAN_T: stacked(lambda each: each[2].median),
            columns.CARBON_HIGH_T: stacked(lambda each: each[2].high),
            columns.P_GAIN: np.concatenate([unknown, *(change.gain for change in self.outcome.changes)]),
            columns.P_BEST: np.concatenate([unknown, *(best if len(best) else [unknown] * (len(quantities) - 1))]),
            **share_columns(np.concatenate(self.shares)),
            **(self.stability.long_columns(len(quantities)) if self.stability else {}),
        }

    def tornado_columns(self) -> dict[str, list]:
        """Table of the contribution of classes and pools to the variance, for all zones together."""
        pools = self.drawn.pools
        parts: dict[str, list] = {name: [] for name in _TORNADO}
        areas = [self.areas.stock_ha, *self.areas.changes_ha]
        for area_ha, (kind, name, summary, closed_t) in zip(areas, self.quantities()):
            other = self.confusion is not None or self.judged
            other_sd_t = np.sqrt(max(summary.sd[-1] ** 2 - closed_t[-1] ** 2, 0.0)) if other else 0.0
            mapped_ha = area_ha[-1:] @ self.expected
            ends = None if self.confusion else extremes(mapped_ha, pools.mean_t_ha.sum(axis=1), self.judged)
            ends_t = ends and (float(ends[0][0]), float(ends[1][0]))
            bars = tornado(mapped_ha[0], self.drawn, self.settings.distribution, other_sd_t, ends_t)
            cover = mark("judgement on classes and error of the land cover")
            if not self.judged:
                cover = mark("error of the land cover")
            rows = (
                [kind] * len(bars.row),
                [name] * len(bars.row),
                [None if row < 0 else int(pools.codes[int(row)]) for row in bars.row],
                [cover if row < 0 else pools.names[int(row)] for row in bars.row],
                [None if pool < 0 else pools.pools[int(pool)] for pool in bars.pool],
                *(each.tolist() for each in (bars.carbon_t, bars.sd_t, bars.low_t, bars.high_t, bars.share)),
            )
            for column, values in zip(_TORNADO, rows):
                parts[column] += values
        return parts

    def numbers(self) -> dict[str, float | str | None]:
        """The totals of the stock and the first change, and the best scenario, by output name."""
        found: dict[str, float | str | None] = {}
        for prefix, (_, _, summary, closed_t) in zip(("", "CHANGE_"), self.quantities()):
            values = (summary.mean[-1], summary.sd[-1], closed_t[-1], summary.low[-1], summary.high[-1])
            found.update(zip((f"{prefix}{name}_T" for name in ("MEAN", "SD", "SD_CLOSED", "LOW", "HIGH")), values))
        if self.outcome.changes:
            found["P_GAIN"] = self.outcome.changes[0].gain[-1]
        if len(self.outcome.best):
            (found["BEST"],), (found["P_BEST"],) = self._best(self.outcome.best[:, -1:])
        found.update(zip(SHARE_NUMBERS, self.shares[0][-1].tolist()))
        if self.stability:
            found["ZONES_KEPT"] = float(np.nansum(self.stability.kept))
        return found

    def sentences(self) -> list[str]:
        """Summary sentences with realisations and closed forms."""
        sentences = []
        for (kind, name, summary, closed_t), shares in zip(self.quantities(), self.shares):
            sentences.append(
                tr(
                    "{quantity}: {mean:,.0f} t C, SD {sd:,.0f} (closed form, densities alone: {closed:,.0f}), "
                    "95 % between {low:,.0f} and {high:,.0f}."
                ).format(
                    quantity=f"{translated(kind)} {name}".strip(),
                    mean=summary.mean[-1],
                    sd=summary.sd[-1],
                    closed=closed_t[-1],
                    low=summary.low[-1],
                    high=summary.high[-1],
                )
            )
            if self.judged and not np.isnan(shares[-1]).any():
                sentences.append(
                    tr(
                        "Share of the variance: judgement on classes {judgement:.1%}, densities {densities:.1%}, class "
                        "areas {areas:.1%}."
                    ).format(judgement=shares[-1, 0], densities=shares[-1, 1], areas=shares[-1, 2])
                )
        for at, (name, change) in enumerate(zip(self.areas.names, self.outcome.changes)):
            sentences.append(tr("{name}: probability of a gain {gain:.3f}.").format(name=name, gain=change.gain[-1]))
            if len(self.outcome.best):
                sentences.append(
                    tr("{name}: probability of being the best scenario {best:.3f}.").format(
                        name=name, best=self.outcome.best[at, -1]
                    )
                )
        return sentences


SHARE_NUMBERS = ("VARIANCE_JUDGEMENT", "VARIANCE_DENSITIES", "VARIANCE_AREAS")
_TORNADO = (
    *(columns.QUANTITY, columns.LAND_COVER, columns.CODE, columns.NAME, columns.POOL, columns.CARBON_T),
    *(columns.CARBON_SD_T, columns.CARBON_LOW_T, columns.CARBON_HIGH_T, columns.VARIANCE_SHARE),
)


def zone_column_names(later: int, classes: bool, judged: bool = False) -> list[str]:
    """The names of the columns of the zones, available before computation.

    Args:
        later: number of later land covers; the columns of several are numbered from 1.
        classes: whether zone classes are wanted.
        judged: whether there are codes whose class is a judgement.
    """
    stock = [columns.CARBON_MEAN_T, columns.CARBON_SD_T, columns.CARBON_LOW_T, columns.CARBON_MEDIAN_T]
    names = [*stock, columns.CARBON_HIGH_T]
    for number in range(1, later + 1):
        change = [columns.CHANGE_MEAN_T, columns.CHANGE_SD_T, columns.CHANGE_LOW_T, columns.CHANGE_HIGH_T]
        names += [name + (f"_{number}" if later > 1 else "") for name in (*change, columns.P_GAIN)]
    names += [columns.BEST, columns.P_BEST] * (later > 1) + [columns.ZONE, columns.P_ZONE] * classes
    names += list(share_columns(np.empty((0, 3)))) * judged
    return names + [judgement_columns.ZONE_KEPT, judgement_columns.MOVED_BY] * (judged and classes)


def assess(
    areas: ScenarioAreas,
    pools: UncertainPools,
    settings: UncertaintySettings,
    log: Log,
    confusion: ConfusionMatrix | None = None,
    zone_classes: ZoneClasses | None = None,
    judged: Sequence[JudgedCode] = (),
    workers: int = WORKERS,
) -> Assessment:
    """Draw densities once, propagate them through all areas, and add the closed forms.

    Args:
        areas: areas by class as in ``pools``.
        pools: means and SD.
        settings: settings of the draws.
        log: progress, cancellation and warnings.
        confusion: error of the land cover, if known; areas are then corrected for it.
        zone_classes: demand and limits, if probabilities of zone classes are wanted.
        judged: codes whose class is a judgement, drawn together with the densities.
        workers: number of threads, which does not affect the result.

    Raises:
        CarbonBalanceError: as for :func:`draw_codes`.
        Cancelled: the user stopped the run.
    """
    codes = draw_codes(pools, settings, areas=areas, confusion=confusion, judged=judged, log=log)
    drawn, expected = codes.drawn, codes.expected
    ratio = None
    if zone_classes is not None:
        ratio = Ratio(np.append(zone_classes.demand_t, np.nan), zone_classes.limits)
    outcome = propagate(areas.stock_ha, areas.changes_ha, codes.draws_t_ha, log=log, ratio=ratio, workers=workers)
    all_ha = (areas.stock_ha, *areas.changes_ha)
    closed = [closed_form_sd(each @ expected, drawn.sd_t_ha) for each in all_ha]
    return Assessment(
        settings=settings,
        areas=areas,
        drawn=drawn,
        outcome=outcome,
        stock_sd_t=closed[0],
        changes_sd_t=closed[1:],
        expected=expected,
        zone_classes=zone_classes,
        confusion=confusion,
        judged=judged,
        shares=[variance_shares(each, pools.codes, codes.moments, confusion) for each in all_ha],
        stability=None
        if zone_classes is None or not judged
        else zone_stability(
            areas.stock_ha[:-1] @ expected,
            pools.mean_t_ha.sum(axis=1),
            judged,
            zone_classes.demand_t,
            zone_classes.limits,
        ),
    )
