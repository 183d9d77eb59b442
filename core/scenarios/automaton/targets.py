"""Targets of a step: numbers of cells by class, or numbers of changes by kind.

Both determine which changes are still open, accept changes sequentially as long as they are, and provide the gaps for
the inertia.
"""

from __future__ import annotations

import numpy as np


class ClassTarget:
    """Number of cells of each class, as in FLUS: a class at its demand neither gains nor loses cells.

    Args:
        demand: demanded cells of each class, (classes,).
        cells: current cells of each class, (classes,).

    Attributes:
        gaps: demand - cells, updated by :meth:`accept` and the final rounds, int64 (classes,).
    """

    once = False

    def __init__(self, demand: np.ndarray, cells: np.ndarray) -> None:
        self.demand = np.asarray(demand, np.int64)
        self.gaps = self.demand - cells

    @property
    def is_reached(self) -> bool:
        """Whether nothing is left to do."""
        return not self.gaps.any()

    @property
    def open_changes(self) -> np.ndarray:
        """Whether class (row) may become class (column) just now, bool (classes, classes)."""
        return (self.gaps != 0) & (self.gaps != 0)[:, None]

    @property
    def pressure(self) -> np.ndarray:
        """Number of cells by which each class has to grow (positive) or shrink, which drives its inertia (classes,)."""
        return self.gaps.copy()

    def accept_all(self, moved: np.ndarray) -> bool:
        """Accept all changes if :meth:`accept` would do so in whatever order; returns whether they were accepted.

        That is so if no class can reach its demand: even without its losses, the gains of a growing class are too few,
        and so are the losses of a shrinking one without its gains.

        Args:
            moved: number of changes by earlier (row) and later class (column), (classes, classes); the diagonal 0.
        """
        gained, lost = moved.sum(axis=0), moved.sum(axis=1)
        towards = np.where(self.gaps > 0, gained, lost)
        if (((gained > 0) | (lost > 0)) & (towards >= np.abs(self.gaps))).any():
            return False
        self.gaps -= gained - lost
        return True

    def accept(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Determine which changes are accepted sequentially while neither class is at its demand.

        Equivalent to a loop over the changes with updated counts, but in as many rounds as classes reach their demand.

        Args:
            before, after: class of each change, in the order of acceptance.

        Returns:
            Positions of the accepted changes.
        """
        gaps, classes = self.gaps, len(self.gaps)
        left = np.flatnonzero((gaps[before] != 0) & (gaps[after] != 0))
        taken = []
        while len(left):
            gained, lost = after[left], before[left]
            stop = len(left)
            for k in np.flatnonzero(gaps):
                balance = np.cumsum((gained == k).astype(np.int64) - (lost == k))
                reached = balance == gaps[k]
                if reached.any():
                    stop = min(stop, int(np.argmax(reached)) + 1)
            taken.append(left[:stop])
            gaps -= np.bincount(gained[:stop], minlength=classes) - np.bincount(lost[:stop], minlength=classes)
            left = left[stop:]
            left = left[(gaps[before[left]] != 0) & (gaps[after[left]] != 0)]
        return np.concatenate(taken) if taken else np.zeros(0, np.intp)


class TransitionTarget:
    """Number of changes of each kind: gross flows, such as a Markov matrix in cells. A cell changes only once.

    Args:
        flows: cells to change from class (row) to class (column), (classes, classes); the diagonal is ignored.
        wanted: free cells by class at the start of the run (row) and at the end of the step, (classes, classes).
        demand: demanded cells of each class at the end, including those that may not change (classes,).
        cells: current cells of each class, (classes,).

    Attributes:
        quotas: remaining changes, updated by :meth:`accept`, int64 (classes, classes).
    """

    once = True

    def __init__(self, flows: np.ndarray, wanted: np.ndarray, demand: np.ndarray, cells: np.ndarray) -> None:
        self.quotas = np.array(flows, np.int64)
        np.fill_diagonal(self.quotas, 0)
        self.wanted = np.asarray(wanted, np.int64)
        self.demand = np.asarray(demand, np.int64)
        self.gaps = self.demand - cells

    @property
    def is_reached(self) -> bool:
        """Whether nothing is left to do."""
        return not self.quotas.any()

    @property
    def open_changes(self) -> np.ndarray:
        """Whether class (row) may become class (column) just now, bool (classes, classes)."""
        return self.quotas > 0

    @property
    def pressure(self) -> np.ndarray:
        """Remaining losses of each class, negative, because inertia only restrains losses (classes,)."""
        return -self.quotas.sum(axis=1)

    def accept_all(self, moved: np.ndarray) -> bool:
        """Accept all changes if no quota is exceeded; see :meth:`ClassTarget.accept_all`."""
        if (moved > self.quotas).any():
            return False
        self.quotas -= moved
        self.gaps -= moved.sum(axis=0) - moved.sum(axis=1)
        return True

    def accept(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Determine which changes are accepted sequentially while the quota of their kind is not exhausted.

        Args:
            before, after: class of each change, in the order of acceptance.

        Returns:
            Positions of the accepted changes, in order.
        """
        classes = len(self.quotas)
        pair = before.astype(np.intp) * classes + after
        taken = [np.flatnonzero(pair == kind)[: self.quotas.flat[kind]] for kind in np.unique(pair)]
        accepted = np.sort(np.concatenate(taken)) if taken else np.zeros(0, np.intp)
        moved = np.bincount(pair[accepted], minlength=classes**2).reshape(classes, classes)
        self.quotas -= moved
        self.gaps -= moved.sum(axis=0) - moved.sum(axis=1)
        return accepted
