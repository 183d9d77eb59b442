"""The self-adaptive inertia: classes that should grow lose fewer cells, others more."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

INERTIA_RANGE = (1e-3, 1e3)


@dataclass
class Inertia:
    """The self-adaptive inertia of each class.

    Attributes:
        values: (classes,), initially 1, limited to 0.001 to 1000 (otherwise it diverges).
    """

    gaps: np.ndarray
    values: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.gaps.astype(float)
        self.values = np.ones(len(self.gaps))
        self._moving = 1.01 * self.first
        self._before = [self.first, self.first]

    def follow_deadband(self, gaps: np.ndarray, acceleration: float) -> None:
        """Adapt to the current gaps (demand - cells): only classes that are too slow or diverge are adjusted."""
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
        """Adapt by the rule of the paper, from the gaps of the two previous iterations."""
        self._before = [gaps.astype(float), self._before[0]]
        last, previous = self._before
        for k in np.flatnonzero(np.abs(last) > np.abs(previous)):
            if last[k] < previous[k] < 0:
                self.values[k] *= previous[k] / last[k]
            elif 0 < previous[k] < last[k]:
                self.values[k] *= last[k] / previous[k]
        np.clip(self.values, *INERTIA_RANGE, out=self.values)
