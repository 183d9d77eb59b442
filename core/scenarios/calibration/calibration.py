"""Calibration: search for the allocation settings that best reproduce observed changes in held-out blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...options.scenarios import DISTANCES_AND_SHARES, IN_PATCHES, NO_CLASS_DRIVERS, RANKED
from ...raster.source import RasterSource
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables import columns, scenario_columns
from ..class_maps import aligned, cross, log_background, need_changes
from ..suitability.class_drivers import class_drivers, drivers_on
from ..suitability.learning import TrainingSettings, check_earlier_drivers
from .cross_fitting import LearnedInterval, cross_fitted, read_interval, read_values
from .observed_patches import observed_patches
from .search import TrialSearch, expansion_weights, make_trials, nearest_pattern, simplest
from .settings import LandUseSettings
from .trials import Score, change_pattern, flows_of, tried

UNIFORM_TRIAL, DEFAULT, TRIAL, CHOSEN, OBSERVED = "uniform suitability", "default", "trial", "chosen", "observed"


@dataclass(frozen=True)
class Calibration:
    """The result.

    Attributes:
        scores: scores of all trials, in order; the first is the default, FLUS as published.
        best: see :func:`simplest`.
        uniform: the best setting with uniform suitability.
        unchanged: share of unchanged cells, which is the overall accuracy of the null model.
        codes: class codes.
        pattern: pattern of the observed changes, see :func:`.trials.change_pattern`.
    """

    scores: list[Score]
    best: Score
    uniform: Score
    unchanged: float
    codes: np.ndarray
    pattern: tuple[int, float, float]

    def trial_columns(self) -> dict[str, list]:
        """Table columns of all trials, the best first, uniform suitability last."""
        rows = [*sorted(self.scores, key=lambda score: -score.merit), self.uniform]
        kinds = [DEFAULT if score is self.scores[0] else TRIAL for score in rows[:-1]]
        kinds[rows.index(self.best)] = CHOSEN
        patterns = [*(score.pattern for score in rows), self.pattern]
        table: dict[str, list] = {
            columns.MODEL: [*kinds, UNIFORM_TRIAL],
            scenario_columns.TRIAL_CLASS_DRIVERS: [score.settings.class_drivers for score in rows],
            scenario_columns.ALLOCATION: [_allocation(score.settings) for score in rows],
            scenario_columns.TRIAL_WINDOW: [score.settings.window for score in rows],
            scenario_columns.TRIAL_STRENGTH: [_of_ranked(score, score.settings.strength) for score in rows],
            scenario_columns.TRIAL_NOISE: [_of_ranked(score, score.settings.noise) for score in rows],
            scenario_columns.TRIAL_PASSES: [_of_ranked(score, score.settings.passes) for score in rows],
            scenario_columns.TRIAL_WEIGHTS: [score.settings.weights_text() for score in rows],
            scenario_columns.FIGURE_OF_MERIT: [score.merit for score in rows],
            scenario_columns.STANDARD_ERROR: [score.error for score in rows],
            scenario_columns.OVERALL_ACCURACY: [score.right for score in rows],
        }
        # The last row contains the observed changes.
        table = {name: [*values, OBSERVED if name == columns.MODEL else None] for name, values in table.items()}
        table[scenario_columns.PATCHES] = [count for count, _, _ in patterns]
        table[scenario_columns.MEAN_PATCH_CELLS] = [mean for _, mean, _ in patterns]
        table[scenario_columns.SINGLE_CELL_SHARE] = [single for _, _, single in patterns]
        table[scenario_columns.PATTERN_DIFFERENCE] = [*(score.difference for score in rows), 0.0]
        table[scenario_columns.TRIAL_PATCH_SHARE] = [*(_of_patches(score) for score in rows), None]
        return table

    def found(self) -> dict[str, object]:
        """The information on the best settings for their file."""
        return {
            "figure_of_merit": self.best.merit,
            "standard_error": self.best.error,
            "figure_of_merit_default": self.scores[0].merit,
            "figure_of_merit_uniform": self.uniform.merit,
            "figure_of_merit_null": 0.0,
            "trials": len(self.scores),
        }


def _allocation(settings: LandUseSettings) -> str:
    return f"{settings.allocation}, {IN_PATCHES}" if settings.patches else settings.allocation


def _of_patches(score: Score) -> float | None:
    return score.settings.patch_share if score.settings.patches else None


def _of_ranked(score: Score, value: float) -> float | None:
    return value if score.settings.allocation == RANKED else None


@dataclass(frozen=True)
class Validation:
    """Settings of the cross-validation with held-out blocks of the region.

    Attributes:
        side: side length of the blocks, in cells.
        folds: number of parts into which the blocks are divided.
        seeds: number of maps that are simulated for each setting.
    """

    side: int
    folds: int
    seeds: int


def calibrate(
    start: LandCover,
    end: LandCover,
    drivers: Mapping[str, RasterSource],
    kinds: Sequence[str],
    training: TrainingSettings,
    validation: Validation,
    log: Log,
    earlier_drivers: Mapping[str, RasterSource] | None = None,
    workers: int = WORKERS,
    in_patches: bool = False,
) -> Calibration:
    """Calibrate settings on the interval between two dates.

    Args:
        start, end: the dates.
        drivers: drivers by name, on any grid.
        kinds: kinds of drivers from the land cover to try in addition, see
            :data:`core.options.scenarios.CLASS_DRIVER_KINDS`.
        training: settings of the networks.
        validation: settings of the cross-validation.
        log: notes, progress and cancellation.
        earlier_drivers: drivers at the start, if different.
        workers: number of threads.
        in_patches: whether to consider only allocations in patches of observed sizes.

    Raises:
        CarbonBalanceError: no drivers, nothing changed, too few cells or blocks, or rasters that cannot be aligned.
    """
    end, start = aligned([end, start], log)
    check_earlier_drivers(drivers, earlier_drivers, True)
    kinds = [kind for kind in kinds if drivers or kind != NO_CLASS_DRIVERS]
    if not kinds:
        raise CarbonBalanceError(tr("No driver was given: at least one raster is needed."))
    crossing = cross([start, end], log)
    log_background(crossing, [start, end], log)
    need_changes(crossing, start.source.name, end.source.name)
    codes = crossing.codes
    interval = read_interval(
        start, end, codes, side=validation.side, folds=validation.folds, seed=training.seed, log=log
    )
    given = drivers_on(earlier_drivers or drivers, end.source, training.resampling, log)
    fitted = _suitabilities(
        interval, start, given, kinds=kinds, training=training, log=log.part(0.05, 0.4), workers=workers
    )
    # The same cells for all settings, so that they are comparable; a change cannot be judged where the end is unknown.
    free = np.logical_and.reduce([np.isfinite(shares[0]) for shares in fitted.values()])
    free &= interval.end < len(codes)
    for shares in fitted.values():
        shares[:, ~free] = np.nan
    flows = flows_of(interval, free)
    if flows.sum() == np.trace(flows):
        raise CarbonBalanceError(tr("Nothing changed between the two dates: there are no transitions to learn."))
    numbers = list(range(training.seed, training.seed + validation.seeds))
    search = TrialSearch(
        lambda settings: tried(interval, fitted[settings.class_drivers], settings, numbers),
        log.part(0.4, 0.95),
        4 * len(kinds) + 20,
        workers,
    )
    sizes = {
        (int(codes[here]), int(codes[there])): of_kind
        for (here, there), of_kind in observed_patches(interval.start, interval.end, len(codes)).items()
    }
    make_trials(search, kinds, expansion_weights(flows, codes), sizes)
    scores = list(search.scores.values())
    if in_patches:
        best = nearest_pattern(scores)
    else:
        best = simplest([score for score in scores if not score.settings.patches])
    uniform = np.where(free, np.float32(1 / len(codes)), np.float32(np.nan))
    uniform = np.broadcast_to(uniform, (len(codes), *uniform.shape))
    found = Calibration(
        scores=scores,
        best=best,
        uniform=tried(interval, uniform, best.settings, numbers),
        unchanged=interval.unchanged,
        codes=codes,
        pattern=change_pattern(interval.start, interval.end, len(codes)),
    )
    _log_calibration(found, log)
    return found


def _suitabilities(
    interval: LearnedInterval,
    start: LandCover,
    given: Mapping[str, RasterSource],
    kinds: Sequence[str],
    training: TrainingSettings,
    log: Log,
    workers: int,
) -> dict[str, np.ndarray]:
    """Cross-fitted suitability for each kind of drivers from the land cover."""
    height, width = interval.start.shape
    inside = class_drivers(
        start, interval.codes.tolist(), DISTANCES_AND_SHARES if DISTANCES_AND_SHARES in kinds else _widest(kinds)
    )
    every = {**given, **inside}
    values = read_values(every, height, width, log.part(0, 0.1))
    names = list(every)
    _fill_constant(values[: len(given)], list(given), log)
    wanted = {kind: [*given, *class_drivers(start, interval.codes.tolist(), kind)] for kind in kinds}

    def fit(kind: str) -> np.ndarray:
        own = wanted[kind]
        return cross_fitted(interval, values[[names.index(name) for name in own]], own, training)

    return dict(map_in_order(fit, kinds, log.part(0.1, 1), len(kinds), workers, here=True))


def _fill_constant(values: np.ndarray, names: Sequence[str], log: Log) -> None:
    """Fill gaps of constant drivers, which are not used and therefore must not exclude cells.

    Args:
        values: values of the drivers (drivers, cells), changed in place.
        names: names of the drivers.
        log: receives a warning about constant drivers.
    """
    constant = []
    for name, row in zip(names, values):
        known = row[np.isfinite(row)]
        if len(known) and known.min() == known.max():
            row[~np.isfinite(row)] = known[0]
            constant.append(name)
    if constant:
        log.warn(
            tr("Constant drivers, which explain nothing and are not used: {names}.").format(names=listed(constant))
        )


def _widest(kinds: Sequence[str]) -> str:
    some = {kind for kind in kinds if kind != NO_CLASS_DRIVERS}
    if not some:
        return NO_CLASS_DRIVERS
    return next(iter(some)) if len(some) == 1 else DISTANCES_AND_SHARES


def _log_calibration(found: Calibration, log: Log) -> None:
    best, default = found.best, found.scores[0]
    if best.settings.patches:
        sentence = tr(
            "Of {count} settings, the allocation in patches nearest to the observed patches has a figure of merit "
            "of {merit:.4f} (standard error {error:.4f}) on held-out blocks; the best {best:.4f}, the default "
            "{default:.4f}, uniform suitability {uniform:.4f}, no change at all 0."
        )
    else:
        sentence = tr(
            "Of {count} settings, the simplest within a standard error or a tenth of the best has a figure of merit "
            "of {merit:.4f} (standard error {error:.4f}) on held-out blocks; the best {best:.4f}, the default "
            "{default:.4f}, uniform suitability {uniform:.4f}, no change at all 0."
        )
    log.info(
        sentence.format(
            count=len(found.scores),
            merit=best.merit,
            error=best.error,
            best=max(score.merit for score in found.scores),
            default=default.merit,
            uniform=found.uniform.merit,
        )
    )
    log.info(
        tr("Overall accuracy {ours:.4%}, that of no change at all {theirs:.4%}.").format(
            ours=best.right, theirs=found.unchanged
        )
    )
    if best.merit <= found.uniform.merit:
        log.warn(
            tr(
                "The drivers do not explain the locations of the changes: uniform suitability performs equally well. "
                "Use other drivers."
            )
        )
