"""Validation of calibrated settings on the following interval, which was not used in the calibration."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.source import RasterSource
from ...runtime.errors import CarbonBalanceError, present
from ...runtime.i18n import tr
from ...runtime.log import AskingLog, Log
from ...tables import columns, scenario_columns
from ..class_maps import aligned, cross, log_lone_classes
from ..land_use_demand.futures import futures
from ..land_use_demand.trend import trend_demand
from ..simulation.run import start_of
from ..simulation.suitability_bands import suitability_bands
from ..suitability.learning import TrainingSettings, suitability
from .calibration import CHOSEN, DEFAULT, OBSERVED, UNIFORM_TRIAL
from .cross_fitting import read_interval, read_values
from .settings import LandUseSettings
from .trials import Score, change_pattern, tried

NULL_MODEL = "null model"
VALIDATION_SEEDS = 5


@dataclass(frozen=True)
class SecondInterval:
    """The result of the validation.

    Attributes:
        scores: scores by model, with the figures of merit of the seeds.
        unchanged: share of unchanged cells, which is the overall accuracy of the null model.
        pattern: pattern of the observed changes, see :func:`.trials.change_pattern`.
    """

    scores: Mapping[str, Score]
    unchanged: float
    pattern: tuple[int, float, float]

    def merit_of(self, model: str) -> float:
        """Mean figure of merit of a model."""
        return self.scores[model].merit

    def columns(self) -> dict[str, list]:
        """Table columns with one row per model, followed by the null model and the observed changes."""
        merits = [score.merits for score in self.scores.values()]
        patterns = [*(score.pattern for score in self.scores.values()), (0, None, None), self.pattern]
        return {
            columns.MODEL: [*self.scores, NULL_MODEL, OBSERVED],
            columns.RUNS: [*(len(each) for each in merits), None, None],
            scenario_columns.FIGURE_OF_MERIT: [*(float(each.mean()) for each in merits), 0.0, None],
            scenario_columns.RUNS_LOWEST: [*(float(each.min()) for each in merits), None, None],
            scenario_columns.RUNS_HIGHEST: [*(float(each.max()) for each in merits), None, None],
            scenario_columns.OVERALL_ACCURACY: [
                *(score.right for score in self.scores.values()),
                self.unchanged,
                None,
            ],
            scenario_columns.PATCHES: [count for count, _, _ in patterns],
            scenario_columns.MEAN_PATCH_CELLS: [mean for _, mean, _ in patterns],
            scenario_columns.SINGLE_CELL_SHARE: [single for _, _, single in patterns],
        }


def three_years(years: Sequence[float | None], log: Log) -> list[float]:
    """The years of the three land covers; if one is unknown, both intervals are assumed to be of equal length.

    Raises:
        CarbonBalanceError: the years are not ascending.
    """
    dates = [float(year) for year in years if year is not None]
    if len(dates) < 3:
        log.info(tr("Not all three years are given: the second interval is assumed to be as long as the first."))
        return [0.0, 1.0, 2.0]
    if dates != sorted(set(dates)):
        raise CarbonBalanceError(
            tr("The years of the three land covers are {years}: each must be later than the one before.").format(
                years=tr(", ").join(f"{year:g}" for year in dates)
            )
        )
    return dates


def validate(
    covers: Sequence[LandCover],
    years: Sequence[float],
    drivers: Mapping[str, RasterSource],
    settings: LandUseSettings,
    training: TrainingSettings,
    log: Log,
    earlier_drivers: Mapping[str, RasterSource] | None = None,
    default: LandUseSettings | None = None,
    seeds: int = VALIDATION_SEEDS,
) -> SecondInterval:
    """Learn from the first interval, simulate the second, and compare with the third date.

    Demand is that of the Markov chain of the first interval; the third date is used only for the comparison.

    Args:
        covers: land covers of three dates.
        years: the three years, see :func:`three_years`.
        drivers: drivers of the second date by name, on any grid.
        settings: the calibrated settings.
        training: settings of the networks.
        log: notes, progress and cancellation.
        earlier_drivers: drivers of the first date, if different.
        default: the default settings to compare with, ``None`` for FLUS as published with ``drivers`` alone; without
            ``drivers`` it must have drivers from the land cover.
        seeds: number of seeds of each model.

    Raises:
        CarbonBalanceError: there is nothing to compare.
    """
    first, second, third = covers
    second, first, third = aligned([second, first, third], log)
    quiet = AskingLog(log)
    # The other two were examined when they were calibrated with.
    log_lone_classes(cross([second, third], quiet), [second, third], log)
    start = start_of(second, quiet)
    before, now, later = years
    chain = futures(
        cross([first, second], quiet),
        start,
        before,
        now,
        later,
        step_years=later - now,
        factors="",
        nearest=True,
        keep_unmatched=True,
        log=quiet,
    )
    demand = trend_demand(chain, start)
    flows = present(demand.flows)[-1]
    height, width = second.source.grid.height, second.source.grid.width
    whole = max(height, width)
    interval = read_interval(second, third, demand.codes, side=whole, folds=1, seed=training.seed, log=quiet)
    numbers = list(range(training.seed, training.seed + seeds))
    models = {CHOSEN: settings, DEFAULT: default or LandUseSettings()}
    scores: dict[str, Score] = {}
    with tempfile.TemporaryDirectory() as folder:
        known: dict[str, np.ndarray] = {}
        for at, (model, own) in enumerate(models.items()):
            kind = own.class_drivers
            if kind not in known:
                path = str(Path(folder) / f"suitability_{at}.tif")
                how = replace(training, class_drivers=kind)
                made = suitability(
                    second,
                    first,
                    drivers,
                    saved=None,
                    settings=how,
                    path=path,
                    log=quiet,
                    earlier_drivers=earlier_drivers,
                )
                source = RasterSource(made.raster.publish(), "suitability")
                bands = {str(band.band): band for band in suitability_bands(source, demand.codes)}
                known[kind] = read_values(bands, height, width, quiet).reshape(-1, height, width)
                source.close()
            scores[model] = tried(interval, known[kind], own, numbers, flows)
            log.progress((at + 1) / 3)
            log.check()
        found = known[settings.class_drivers]
        uniform = np.where(np.isfinite(found), np.float32(1 / len(found)), np.float32(np.nan))
        scores[UNIFORM_TRIAL] = tried(interval, uniform, settings, numbers, flows)
    result = SecondInterval(
        scores,
        interval.unchanged,
        change_pattern(interval.start, interval.end, len(demand.codes)),
    )
    log.info(
        tr(
            "On the interval to the third land cover, which was not used in the calibration, the figure of merit is "
            "{chosen:.4f} with the chosen settings, {default:.4f} with the default, {uniform:.4f} with uniform "
            "suitability (means of {seeds} seeds), and 0 without any change."
        ).format(
            chosen=result.merit_of(CHOSEN),
            default=result.merit_of(DEFAULT),
            uniform=result.merit_of(UNIFORM_TRIAL),
            seeds=seeds,
        )
    )
    if result.merit_of(CHOSEN) <= result.merit_of(UNIFORM_TRIAL):
        log.warn(
            tr(
                "On the interval to the third land cover, uniform suitability performs as well as the chosen settings: "
                "what the drivers explained in the first interval does not hold in the second."
            )
        )
    return result
