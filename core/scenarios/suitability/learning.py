"""Complete computation of suitability: sampling, training or reading a network, prediction, and skill."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...options.scenarios import BOTH_DATES, EARLIER_DATE, NO_CLASS_DRIVERS
from ...raster.source import RasterSource
from ...raster.writing.writer import StagedRaster
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables import columns
from ..class_maps import aligned, cross, log_background, need_changes
from .class_drivers import Driver, class_drivers, drivers_on
from .network import Ensemble, Network
from .origin import check_years
from .prediction import write_suitability
from .sampling import TrainingSample, draw_samples
from .saved_network import check_drivers
from .skill import Skill, measure_skill
from .training import LEAST_SAMPLES, train


@dataclass(frozen=True)
class TrainingSettings:
    """Settings of sampling and training; ``samples`` is the total of all networks.

    ``class_drivers`` are computed from the land cover, see :mod:`.class_drivers`. From one interval it cannot be
    determined whether the present or the previous land cover predicts better, because at its start there is only one;
    by default (``class_drivers_of``) the prediction is the mean of both.
    """

    samples: int = 40000
    equal: bool = False
    neurons: int = 13
    iterations: int = 500
    seed: int = 1
    resampling: str = "bilinear"
    networks: int = 1
    class_drivers: str = NO_CLASS_DRIVERS
    class_drivers_of: str = BOTH_DATES


@dataclass(frozen=True)
class Suitability:
    """The network, its raster and its skill.

    Attributes:
        network: one or several networks, trained or read from a file.
        skill: ``None`` for a network from a file.
        raster: completed raster under a hidden name.
        without: number of valid cells without suitability.
        sample: sample with held-out cells; ``None`` for a network from a file.
    """

    network: Network | Ensemble
    skill: Skill | None
    raster: StagedRaster
    without: int
    sample: TrainingSample | None = None

    def class_columns(self) -> dict[str, object]:
        """Table columns of skill by class."""
        unknown = np.full(len(self.network.codes), np.nan)
        return {
            columns.CODE: np.array(self.network.codes, np.int64),
            columns.SHARE: self.skill.shares if self.skill else unknown,
            columns.ACCURACY: self.skill.accuracy_by_class if self.skill else unknown,
        }

    def driver_columns(self) -> dict[str, object]:
        """Table columns of importance by driver."""
        names = list(self.network.drivers)
        return {
            columns.DRIVER: names,
            columns.IMPORTANCE: self.skill.importance if self.skill else np.full(len(names), np.nan),
        }

    def transition_columns(self) -> dict[str, object]:
        """Table columns of skill by transition (by class for a network of one date)."""
        parts, codes = self.skill.transitions if self.skill else (), self.network.codes
        return {
            columns.FROM_CODE: [None if part.now < 0 else codes[part.now] for part in parts],
            columns.TO_CODE: np.array([codes[part.later] for part in parts], np.int64),
            columns.SHARE: np.array([part.share for part in parts], float),
            columns.SAMPLES: np.array([part.samples for part in parts], np.int64),
            columns.AUC: np.array([part.auc for part in parts], float),
        }

    def main_numbers(self) -> tuple[float, float, float, int, int, float, float]:
        """The main numbers: log-loss, log-loss without skill, accuracy, held-out samples, and further measures."""
        skill = self.skill
        if skill is None:
            return float("nan"), float("nan"), float("nan"), 0, self.without, float("nan"), float("nan")
        known = skill.log_loss, skill.no_skill, skill.accuracy, skill.samples
        return (*known, self.without, skill.score, skill.auc)


def suitability(
    cover: LandCover,
    earlier: LandCover | None,
    drivers: Mapping[str, RasterSource],
    saved: Network | Ensemble | None,
    settings: TrainingSettings,
    path: str,
    log: Log,
    years: tuple[float | None, float | None] = (None, None),
    earlier_drivers: Mapping[str, RasterSource] | None = None,
) -> Suitability:
    """Train (or read) a network and predict every cell.

    Args:
        cover: the land cover for training and prediction.
        earlier: an earlier date, to learn from the transitions since.
        drivers: drivers by name, on any grid, for the prediction.
        saved: a network to use instead of training; the drivers are stored numbers if it was trained on such.
        settings: settings of sampling and training.
        path: path of the raster.
        log: notes, progress and cancellation.
        years: years of the land cover and the earlier one, if known.
        earlier_drivers: drivers for training, in the same order, if different.

    Raises:
        CarbonBalanceError: rasters that cannot be aligned, a saved network with other drivers, too few samples, or
            years in the wrong order.
    """
    check_years(earlier is not None, *years, log)
    covers = aligned([cover] if earlier is None else [cover, earlier], log)
    check_earlier_drivers(drivers, earlier_drivers, earlier is not None)
    network = saved
    codes: Sequence[int] = ()
    if settings.class_drivers != NO_CLASS_DRIVERS:
        if earlier is None and network is None:
            raise CarbonBalanceError(
                tr(
                    "CLASS_DRIVERS = {kind} needs an earlier land cover (EARLIER): learned from one date, the distance "
                    "to a class only says which class the cell is."
                ).format(kind=settings.class_drivers)
            )
        codes = cross(covers, log).codes.tolist() if network is None else network.codes
    drivers = drivers_on(drivers, covers[0].source, settings.resampling, log)
    learned: dict[str, Driver] = dict(drivers)
    if earlier_drivers:
        then = drivers_on(earlier_drivers, covers[0].source, settings.resampling, log)
        learned = dict(zip(drivers, then.values()))
    now, before = (class_drivers(which, codes, settings.class_drivers) for which in (covers[0], covers[-1]))
    of_both = now and earlier is not None and settings.class_drivers_of == BOTH_DATES
    also = [*drivers.values(), *before.values()] if of_both else None
    learned = {**learned, **before}
    used: dict[str, Driver] = {**drivers, **(before if settings.class_drivers_of == EARLIER_DATE else now)}
    if not used:
        raise CarbonBalanceError(tr("No driver was given: at least one raster is needed."))
    names, sources = list(used), list(used.values())
    skill, sample = None, None
    if network is not None:
        check_drivers(network, names)
        if list(network.drivers) != names:
            log.info(
                tr(
                    "The drivers of the saved network are named {known}; the given drivers are {given}, in this order."
                ).format(known=tr(", ").join(network.drivers), given=tr(", ").join(names))
            )
    else:
        network, skill, sample = _learn(covers, learned, settings, log)
        log.info(
            tr(
                "Skill {score:.1%} on {samples:,} held-out cells: log-loss {loss:.4f}, compared with {prior:.4f} for "
                "the frequencies alone (skill 0) and 0 for certainty (skill 1); mean AUC {auc:.3f} (0.5 is chance)."
            ).format(score=skill.score, samples=skill.samples, loss=skill.log_loss, prior=skill.no_skill, auc=skill.auc)
        )
        if skill.score <= 0:
            log.warn(
                tr(
                    "On held-out cells the suitability predicts no better than the frequencies alone: the drivers do "
                    "not explain the land cover or its changes. Use other drivers, or more samples."
                )
            )
    known = (years[0], years[1] if network.knows_transitions else None)
    part = log if saved is not None else log.part(0.8, 1)
    raster, without = write_suitability(network, covers[0], sources, path, part, years=known, earlier_drivers=also)
    if without:
        log.warn(
            tr(
                "{cells:,} cells of the land cover have no suitability because a driver (or their class) is missing."
            ).format(cells=without)
        )
    return Suitability(network, skill, raster, without, sample)


def check_earlier_drivers(
    drivers: Mapping[str, RasterSource], earlier_drivers: Mapping[str, RasterSource] | None, two_dates: bool
) -> None:
    """Refuse earlier drivers that do not match the drivers, or without an earlier land cover.

    Raises:
        CarbonBalanceError: the earlier drivers are invalid.
    """
    if not earlier_drivers:
        return
    if not two_dates:
        raise CarbonBalanceError(
            tr("EARLIER_DRIVERS are given without an earlier land cover (EARLIER): leave them out, or give both.")
        )
    if len(earlier_drivers) != len(drivers):
        raise CarbonBalanceError(
            tr(
                "There are {earlier} earlier drivers ({names}) and {now} drivers: give one for each, in the same order."
            ).format(earlier=len(earlier_drivers), names=listed(earlier_drivers), now=len(drivers))
        )
    # Two lists of the same names but for the years, such as slope_2020 and slope_2010, show which belong together.
    now, before = ([re.sub(r"[\d\W_]+", "", name).casefold() for name in names] for names in (drivers, earlier_drivers))
    if now != before and sorted(now) == sorted(before) and len(set(now)) == len(now):
        raise CarbonBalanceError(
            tr(
                "The earlier drivers ({earlier}) are in another order than the drivers ({now}): give them in the same "
                "order."
            ).format(earlier=listed(earlier_drivers), now=listed(drivers))
        )


def _learn(
    covers: list[LandCover], drivers: Mapping[str, Driver], settings: TrainingSettings, log: Log
) -> tuple[Network | Ensemble, Skill, TrainingSample]:
    """Train one or several networks, each with a separate sample, evaluated on cells not used by any of them.

    These cells are the held-out ones of the returned sample.
    """
    crossing = cross(covers, log)
    log_background(crossing, covers, log)
    codes = crossing.codes
    first, later = (covers[0], None) if len(covers) == 1 else (covers[1], covers[0])
    if later is not None:
        need_changes(crossing, first.source.name, later.source.name)
    more = (np.random.SeedSequence([settings.seed, number]) for number in range(1, settings.networks))
    seeds = [settings.seed, *(int(sequence.generate_state(1)[0]) for sequence in more)]
    size = -(-settings.samples // settings.networks)
    if size < LEAST_SAMPLES:
        raise CarbonBalanceError(
            tr(
                "{samples:,} samples divided among {networks} networks give {size} for each; at least {least} are "
                "needed: use more samples or fewer networks."
            ).format(samples=settings.samples, networks=settings.networks, size=size, least=LEAST_SAMPLES)
        )
    samples = draw_samples(
        first, later, drivers, codes=codes, size=size, equal=settings.equal, seeds=seeds, log=log.part(0, 0.2)
    )
    training = log.part(0.2, 0.8)
    members = tuple(
        train(
            sample,
            codes=codes.tolist(),
            drivers=list(drivers),
            neurons=settings.neurons,
            seed=seed,
            iterations=settings.iterations,
            log=training.part(number / len(seeds), (number + 1) / len(seeds)),
        )
        for number, (sample, seed) in enumerate(zip(samples, seeds))
    )
    network = members[0] if len(members) == 1 else Ensemble(members)
    # The same cells are held out for all networks, so that none was trained on those of the first sample.
    unseen = samples[0]
    region = crossing.cells if later is None else crossing.cells.T
    skill = measure_skill(
        network,
        unseen.values,
        unseen.targets,
        held=unseen.held,
        seed=settings.seed,
        now=unseen.now,
        weights=unseen.stands_for,
        region=region,
    )
    return network, skill, unseen
