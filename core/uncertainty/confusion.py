"""Errors of the land cover: area errors sampled from the confusion matrix of an accuracy assessment.

The true area of class j is sum_i A_i p_ij, where p_ij is the share of map class i that is truly j
(the stratified estimator of Olofsson et al. 2014, Remote Sensing of Environment 148). The p_ij of a row are estimated
from n_i samples; they are drawn from the Dirichlet distribution of the counts, with mean n_ij/n_i and variance p(1 -
p)/(n_i + 1).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.class_columns import CODE_NAMES, find_column, without_blank_rows
from ..tables.table import Table, plain
from .areas import ScenarioAreas
from .densities import MATRIX_STREAM, generator
from .pool_sd import UncertainPools

MAP_NAMES = ("map", "map_class", "mapped", "classified", "制图", "分类")
SUMS = {"total", "sum", "n", "合计", "总计", "users_accuracy", "user's_accuracy", "ua"}


@dataclass(frozen=True)
class ConfusionMatrix:
    """Number of samples by map class and true class.

    Attributes:
        codes: int64 (classes,).
        counts: rows are map classes, columns true classes, float64 (classes, classes).
        bases: numbers that are added to a class code to get its code in each pool region; 0 alone without regions. One
            matrix holds for all of them: the map is wrong about the class, not about the region.
    """

    codes: np.ndarray
    counts: np.ndarray
    bases: tuple[int, ...] = (0,)

    @property
    def overall_accuracy(self) -> float:
        """Share of the samples on the diagonal."""
        return float(np.trace(self.counts) / self.counts.sum())

    def expected(self, codes: np.ndarray) -> np.ndarray:
        """The share of each map class of ``codes`` that is each true class (classes, classes)."""
        shares = np.eye(len(codes))
        for at in self._places(codes):
            there = at >= 0
            shares[np.ix_(at[there], at[there])] = self._mean_shares[np.ix_(there, there)]
        return shares

    @property
    def _mean_shares(self) -> np.ndarray:
        return self.counts / self.counts.sum(axis=1, keepdims=True)

    @property
    def _loose(self) -> np.ndarray:
        return 1 / (self.counts.sum(axis=1) + 1)

    @property
    def pool_codes(self) -> set[int]:
        """The codes of the pool table that have a row, if the table has them."""
        return set(np.add.outer(self.bases, self.codes).ravel().tolist())

    def looseness(self, codes: np.ndarray) -> np.ndarray:
        """1/(n_i + 1) of each map class of ``codes`` with n_i samples; 0 for classes missing in the matrix."""
        loose = np.zeros(len(codes))
        for at in self._places(codes):
            loose[at[at >= 0]] = self._loose[at >= 0]
        return loose

    def area_variance(self, area_ha: np.ndarray, codes: np.ndarray, mean_t_ha: np.ndarray) -> np.ndarray:
        """Variance of the carbon of zones by the shares alone, (t C)^2 (zones,): densities are their means.

        Args:
            area_ha: mapped area by code (zones, codes).
            codes: codes of the pool table (codes,).
            mean_t_ha: mean density of each code (codes,).
        """
        places = self._places(codes)
        own = np.where(places >= 0, area_ha[:, places], 0.0)
        # What a hectare of each map class would be worth as each true class, summed over the regions.
        worth = np.einsum("zri,rj->zij", own, np.where(places >= 0, mean_t_ha[places], 0.0))
        mean = np.einsum("ij,zij->zi", self._mean_shares, worth)
        square = np.einsum("ij,zij->zi", self._mean_shares, worth**2)
        return np.maximum(square - mean**2, 0.0) @ self._loose

    def shared_variance(
        self, area_ha: np.ndarray, codes: np.ndarray, together: Sequence[tuple[np.ndarray, np.ndarray]]
    ) -> np.ndarray:
        """What varying shares add to the covariance that decisions give to the means of codes, (t C)^2 (zones,).

        Args:
            area_ha, codes: as in :meth:`area_variance`.
            together: see :class:`CodeMoments`.
        """
        places, shares = self._places(codes), self._mean_shares
        added = np.zeros(len(area_ha))
        for rows, covariance in together:
            at = [np.argwhere(places == row) for row in rows]
            for one, two in itertools.permutations(range(len(rows)), 2):
                if len(at[one]) and len(at[two]):
                    (region, own), (other, second) = at[one][0], at[two][0]
                    both = (own == second) * shares[:, own] - shares[:, own] * shares[:, second]
                    mapped = [np.where(places[each] >= 0, area_ha[:, places[each]], 0.0) for each in (region, other)]
                    added += covariance[one, two] * (mapped[0] * mapped[1]) @ (self._loose * both)
        return added

    def densities(self, codes: np.ndarray, draws_t_ha: np.ndarray, seed: int) -> np.ndarray:
        """Mean density of each map class over its true classes, in each realisation.

        Args:
            codes: codes of the pool table (classes,).
            draws_t_ha: density of each class in each realisation (draws, classes).
            seed: seed of the run.

        Returns:
            t/ha (draws, classes).
        """
        mixed = draws_t_ha.copy()
        places = self._places(codes)
        for row, code in enumerate(self.codes):
            random = generator(seed, MATRIX_STREAM, int(code))
            shares = random.standard_gamma(self.counts[row][:, None], (len(self.codes), len(draws_t_ha)))
            for at in places:
                there = at >= 0
                if there[row]:
                    densities = draws_t_ha[:, at[there]].T
                    mixed[:, at[row]] = (shares[there] * densities).sum(axis=0) / shares.sum(axis=0)
        return mixed

    def _places(self, codes: np.ndarray) -> np.ndarray:
        """The rows of the pool table with the classes, -1 where a region lacks one (regions, classes)."""
        wanted = np.add.outer(self.bases, self.codes)
        order = np.argsort(codes)
        found = order[np.minimum(np.searchsorted(codes, wanted, sorter=order), len(codes) - 1)]
        return np.where(codes[found] == wanted, found, -1)


def read_confusion(table: Table, codes: np.ndarray, names: list[str]) -> ConfusionMatrix:
    """Read a confusion matrix with one row per map class and one column per true class.

    Args:
        table: table with a column of map classes (its code column, or the first one) and columns named by code (``2``,
            ``class_2``, ``ref_2``) or class name.
        codes, names: classes of the pool table (classes,).

    Raises:
        CarbonBalanceError: the matrix is not square, has a class that is missing in the pool table, values other than
            sample counts, or a class without samples.
    """
    table = without_blank_rows(table)
    map_column = find_column(table, CODE_NAMES + MAP_NAMES) or table.fields[0]
    rows = table.codes(map_column)
    by_name = {plain(name): int(code) for name, code in zip(names, codes)}
    columns: dict[int, str] = {}
    for field in table.fields:
        key = plain(field)
        if field == map_column or key in SUMS:
            continue
        number = re.search(r"(?:^|_|[a-z])(\d+)$", key)
        code = by_name.get(key, int(number.group(1)) if number else None)
        if code is not None:
            columns[code] = field
    if set(columns) != set(rows.tolist()):
        raise CarbonBalanceError(
            tr(
                "{table} is not square: it has rows for class {rows} and columns for class {columns}; it needs a row "
                "and a column for each class, with mapped classes in rows and reference classes in columns."
            ).format(table=table.label, rows=listed(rows), columns=listed(sorted(columns)) or "-")
        )
    unknown = sorted(set(rows.tolist()) - set(codes.tolist()))
    if unknown:
        raise CarbonBalanceError(
            tr("{table} has class {unknown}, which is not in the pool table; the pool table has {known}.").format(
                table=table.label, unknown=listed(unknown), known=listed(codes, 20)
            )
        )
    counts = np.column_stack([table.non_negative(columns[int(code)], complete=True) for code in rows])
    if (counts != np.round(counts)).any():
        raise CarbonBalanceError(
            tr("{table} must contain sample counts, which are whole numbers, not shares or areas.").format(
                table=table.label
            )
        )
    empty = rows[counts.sum(axis=1) == 0]
    if len(empty):
        raise CarbonBalanceError(
            tr("{table}: class {empty} has no samples, so its error is not known: remove the class.").format(
                table=table.label, empty=listed(empty)
            )
        )
    return ConfusionMatrix(rows, counts)


def log_confusion(confusion: ConfusionMatrix, areas: ScenarioAreas, pools: UncertainPools, log: Log) -> None:
    """Log what the matrix does, and warn of classes without a row in it."""
    used = (areas.stock_ha[-1] != 0) | np.any([each[-1] != 0 for each in areas.changes_ha], axis=0)
    absent = [
        name for name, code, here in zip(pools.names, pools.codes, used) if here and code not in confusion.pool_codes
    ]
    log.info(
        tr(
            "Areas are corrected by the confusion matrix ({samples:,.0f} samples, overall accuracy {accuracy:.1%}), so "
            "means differ from those of the map."
        ).format(samples=confusion.counts.sum(), accuracy=confusion.overall_accuracy)
    )
    if absent:
        log.warn(
            tr("Classes without a row in the confusion matrix, treated as mapped without error: {classes}.").format(
                classes=listed(absent)
            )
        )
