"""Codes whose class is a matter of judgement: admissible classes with weights, drawn with the densities.

Whether savanna is counted as grassland or forest is not a measurement error but a decision that affects all results.
Each realisation uses one of the admissible classes of each such code, with its density.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..land_cover.schemes import NO_CARBON
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.class_columns import find_column, without_blank_rows
from ..tables.names import judgement_columns
from ..tables.plausibility import warn_of_weights
from ..tables.table import Table
from .areas import ScenarioAreas
from .confusion import ConfusionMatrix, log_confusion
from .densities import (
    JUDGEMENT_STREAM,
    CodeMoments,
    DensityDraws,
    UncertaintySettings,
    class_draws,
    draw_densities,
    generator,
    shared_covariance,
)
from .distributions import check, moments
from .pool_sd import UncertainPools

CODE_COLUMNS = ("code", "lucode", "lu_code", "代码", "地类代码")
CLASS_COLUMNS = ("class", "类别")
_WEIGHTS = ("weight", "probability", "权重")


@dataclass(frozen=True)
class JudgedCode:
    """A code with its admissible classes.

    Attributes:
        row: row of the code in the pool table.
        code, name: code and name in the land cover.
        classes: int64 (choices,).
        class_names: (choices,).
        weights: weights that add up to 1 (choices,).
        mean_t_ha, sd_t_ha: densities of the classes, t C/ha (choices, pools).
        decision: codes with the same number get the same choice in each draw; ``None`` for a decision of their own.
        decision_title: name of the decision in tables, "" for that of the code.
    """

    row: int
    code: int
    name: str
    classes: np.ndarray
    class_names: list[str]
    weights: np.ndarray
    mean_t_ha: np.ndarray
    sd_t_ha: np.ndarray
    decision: int | None = None
    decision_title: str = ""

    @property
    def title(self) -> str:
        """The name of the code in tables."""
        return f"{self.name} ({self.code})"

    @property
    def decided(self) -> int:
        """The number of the decision."""
        return self.code if self.decision is None else self.decision


def read_judgements(
    table: Table, pools: UncertainPools, classes: UncertainPools, decided: Sequence[int] = ()
) -> list[JudgedCode]:
    """Read a table of judgements with one row per code and admissible class, and a weight.

    Args:
        table: columns code, class and weight; weights of a code need not add up to 1.
        pools: densities by code of the land cover.
        classes: densities by class, with the same pools; class 0 is land without carbon.
        decided: codes whose class was given by the user, which are excluded.

    Raises:
        CarbonBalanceError: a missing column, an unknown code or class, a duplicate pair, or a code without a positive
            weight.
    """
    table = without_blank_rows(table)
    found = [find_column(table, names) for names in (CODE_COLUMNS, CLASS_COLUMNS, _WEIGHTS)]
    if any(column is None for column in found):
        raise CarbonBalanceError(
            tr("{table} needs the columns code, class and weight; it has {columns}.").format(
                table=table.label, columns=listed(table.fields)
            )
        )
    codes, chosen, weights = (table.non_negative(str(column), complete=True) for column in found)
    pairs = list(zip(codes.tolist(), chosen.tolist()))
    twice = sorted({pair for pair in pairs if pairs.count(pair) > 1})
    if twice:
        raise CarbonBalanceError(
            tr("{table} has code {code} with class {cls} twice: give each pair once.").format(
                table=table.label, code=f"{twice[0][0]:g}", cls=f"{twice[0][1]:g}"
            )
        )
    row_of = {int(code): row for row, code in enumerate(pools.codes)}
    class_of = {int(code): row for row, code in enumerate(classes.codes)}
    for values, known, holder in (
        (codes, set(row_of), pools.label),
        (chosen, {*class_of, NO_CARBON}, classes.label),
    ):
        unknown = sorted({value for value in values.tolist() if value not in known})
        if unknown:
            raise CarbonBalanceError(
                tr("{table} has {unknown}, which is not in {pools}; it has {known}.").format(
                    table=table.label,
                    unknown=listed([f"{each:g}" for each in unknown]),
                    pools=holder,
                    known=listed(sorted(known), 20),
                )
            )
    judged = []
    for code in dict.fromkeys(codes.astype(np.int64).tolist()):
        if code in decided:
            continue
        at = np.flatnonzero((codes == code) & (weights > 0))
        if not len(at):
            raise CarbonBalanceError(
                tr("{table}: no class of code {code} has a weight above 0.").format(table=table.label, code=code)
            )
        warn_of_weights(table.label, weights[at], table.warn, tr(" of code {code}").format(code=code))
        rows = [class_of.get(int(each), -1) for each in chosen[at]]
        zero = np.zeros(classes.mean_t_ha.shape[1])
        judged.append(
            JudgedCode(
                row=row_of[code],
                code=code,
                name=pools.names[row_of[code]],
                classes=chosen[at].astype(np.int64),
                class_names=[classes.names[row] if row >= 0 else tr("no carbon") for row in rows],
                weights=weights[at] / weights[at].sum(),
                mean_t_ha=np.array([classes.mean_t_ha[row] if row >= 0 else zero for row in rows]),
                sd_t_ha=np.array([classes.sd_t_ha[row] if row >= 0 else zero for row in rows]),
            )
        )
    return judged


def draw_judgements(
    judged: Sequence[JudgedCode], drawn: DensityDraws, kind: str, seed: int, log: Log
) -> tuple[np.ndarray, CodeMoments]:
    """Draw the judgements; returns densities of the codes and moments by source.

    The density of a code has the same random scores for every class, so that it is high or low in all of them.

    Args:
        judged: the judgement codes; other codes keep their drawn densities.
        drawn: densities with the classes of the table.
        kind: distribution of the densities.
        seed: seed of the run.
        log: for cancellation.

    Returns:
        t C/ha (draws, codes), and the moments.

    Raises:
        CarbonBalanceError: densities that are impossible for the distribution.
    """
    draws_t_ha = drawn.draws_t_ha.copy()
    draws = len(draws_t_ha)
    mean, variance = drawn.mean_t_ha.copy(), drawn.sd_t_ha**2
    judgement, density, both = np.zeros(len(mean)), variance.copy(), variance.copy()
    decided: dict[int, list[tuple[int, np.ndarray, np.ndarray]]] = {}
    for each in judged:
        labels = [f"{each.title} {name} {pool}" for name in each.class_names for pool in drawn.pools.pools]
        check(kind, each.mean_t_ha.reshape(-1), each.sd_t_ha.reshape(-1), labels)
        values = np.array([
            class_draws(each.code, m, s, kind=kind, correlation=drawn.correlation, draws=draws, seed=seed)
            for m, s in zip(each.mean_t_ha, each.sd_t_ha)
        ])  # fmt: skip
        choice = generator(seed, JUDGEMENT_STREAM, each.decided).random(draws)
        ends = np.cumsum(each.weights)
        at = np.minimum(np.searchsorted(ends, choice, side="right"), len(ends) - 1)
        draws_t_ha[:, each.row] = values[at, np.arange(draws)]
        exact = [moments(kind, m, s, drawn.correlation) for m, s in zip(each.mean_t_ha, each.sd_t_ha)]
        means = np.array([one.sum() for one, _ in exact])
        sd = np.sqrt([max(covariance.sum(), 0.0) for _, covariance in exact])
        # Classes share their scores: their correlation is estimated from the draws, their SD is exact.
        spread = np.cov(values) if len(values) > 1 else np.array([[sd[0] ** 2]])
        scale = np.sqrt(np.diag(spread))
        ratio = np.divide(sd, scale, out=np.zeros(len(sd)), where=scale > 0)
        spread = spread * np.outer(ratio, ratio)
        weights = each.weights
        mean[each.row] = weights @ means
        judgement[each.row] = max(float(weights @ means**2 - (weights @ means) ** 2), 0.0)
        density[each.row] = max(float(weights @ spread @ weights), 0.0)
        both[each.row] = judgement[each.row] + float(weights @ sd**2)
        decided.setdefault(each.decided, []).append((each.row, weights, means))
        log.check()
    together = [shared_covariance(codes) for codes in decided.values() if len(codes) > 1]
    return draws_t_ha, CodeMoments(mean, judgement, density, both, together)


def drawn_columns(judged: Sequence[JudgedCode], area_ha: np.ndarray, amount: str = columns.CARBON_T) -> dict[str, list]:
    """Table with one row per code and class, with the carbon of the code in all zones for that class.

    Args:
        judged: the codes.
        area_ha: area of all zones together by code of the pool table (codes,).
        amount: the column of the carbon.
    """
    rows = [
        (each.code, each.name, int(number), name, float(weight), float(area_ha[each.row]),
         float(area_ha[each.row] * mean.sum()))
        for each in judged
        for number, name, weight, mean in zip(each.classes, each.class_names, each.weights, each.mean_t_ha)
    ]  # fmt: skip
    names = (columns.CODE, columns.NAME, columns.CLASS, judgement_columns.CLASS_NAME, judgement_columns.WEIGHT)
    return {name: [row[at] for row in rows] for at, name in enumerate((*names, columns.AREA_HA, amount))}


@dataclass(frozen=True)
class DrawnCodes:
    """Densities of the codes of a map, drawn with judgements and errors of the map.

    Attributes:
        drawn: draws with the classes of the table.
        draws_t_ha: draws of the codes as mapped, t/ha (draws, codes).
        moments: moments of the codes by source, before errors of the map.
        expected: shares of the classes in the land that is mapped as each code (codes, codes).
    """

    drawn: DensityDraws
    draws_t_ha: np.ndarray
    moments: CodeMoments
    expected: np.ndarray


def draw_codes(
    pools: UncertainPools,
    settings: UncertaintySettings,
    areas: ScenarioAreas,
    confusion: ConfusionMatrix | None,
    judged: Sequence[JudgedCode],
    log: Log,
) -> DrawnCodes:
    """Draw densities, judgements and, with a confusion matrix, class areas.

    Args:
        pools: means and SD.
        settings: settings of the draws.
        areas: areas by class, to find classes without a row in the matrix.
        confusion: error of the land cover, if known.
        judged: codes whose class is a judgement.
        log: cancellation and warnings.

    Raises:
        CarbonBalanceError: as for :func:`draw_densities` and :func:`draw_judgements`.
    """
    drawn = draw_densities(
        pools, settings.distribution, settings.correlation, draws=settings.draws, seed=settings.seed, log=log
    )
    draws_t_ha, moments = draw_judgements(judged, drawn, settings.distribution, settings.seed, log)
    expected = np.eye(len(pools.codes))
    if confusion is not None:
        draws_t_ha = confusion.densities(pools.codes, draws_t_ha, settings.seed)
        expected = confusion.expected(pools.codes)
        log_confusion(confusion, areas, pools, log)
    return DrawnCodes(drawn, draws_t_ha, moments, expected)
