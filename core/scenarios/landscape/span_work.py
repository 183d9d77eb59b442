"""What threads do with the cells of a span: count them by class, and keep their classes as the origin."""

from __future__ import annotations

import numpy as np

from .candidates import Cells


def counted_in(land: Cells, span: slice, _number: int) -> np.ndarray:
    """:meth:`.landscape.Landscape.counts` of a span."""
    return np.bincount(land.now[span], minlength=256)[: land.classes]


def held_in(land: Cells, span: slice, _number: int) -> np.ndarray:
    """:meth:`.landscape.Landscape.held` of a span."""
    k = land.classes
    origin, now = land.origin[span], land.now[span]
    free = origin < k
    return np.bincount(origin[free].astype(np.intp) * k + now[free], minlength=k * k).reshape(k, k)


def take_as_origin_in(land: Cells, span: slice, _number: int) -> None:
    """:meth:`.landscape.Landscape.take_as_origin` of a span."""
    np.copyto(land.origin[span], land.now[span], where=land.origin[span] < land.classes)
