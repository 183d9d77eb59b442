"""The self-adapting inertia by which classes that are to grow give up fewer cells, and others more."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

INERTIA_RANGE = (1e-3, 1e3)


@dataclass
class Inertia:
    """The self-adapting inertia of each class.

    Attributes:
        values: (classes,), start at 1, kept within 0.001 and 1000 (left alone it runs away).
    """

    gaps: np.ndarray
    values: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.gaps.astype(float)
        self.values = np.ones(len(self.gaps))
        self._moving = 1.01 * self.first
        self._before = [self.first, self.first]

    def follow_deadband(self, gaps: np.ndarray, acceleration: float) -> None:
        """Adapt to the gaps (demand - cells) of now: only a class that is too slow or gets worse is pushed."""
        for k in np.flatnonzero((self.first != 0) & (gaps != 0)):
            rate = gaps[k] / self._moving[k]
            if 0 < rate < 1:
                self._moving[k] = gaps[k]
                push = rate + acceleration if rate > 1 - acceleration else 1.0
            else:
                push = rate**2 if rate > 1 else 1.0
            self.values[k] *= push if self.first[k] > 0 else 1 / push
        np.clip(self.values, *INERTIA_RANGE, out=self.values)

    def follow_published(self, gaps: np.ndarray) -> None:
        """Adapt by the paper's rule, from the gaps of the two iterations before."""
        self._before = [gaps.astype(float), self._before[0]]
        last, previous = self._before
        for k in np.flatnonzero(np.abs(last) > np.abs(previous)):
            if last[k] < previous[k] < 0:
                self.values[k] *= previous[k] / last[k]
            elif 0 < previous[k] < last[k]:
                self.values[k] *= last[k] / previous[k]
        np.clip(self.values, *INERTIA_RANGE, out=self.values)
