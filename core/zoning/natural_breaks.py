"""Zones from classes of an index (natural breaks or fixed limits), merged by a rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.zoning import EXACT, FIXED_LIMITS
from ..runtime.errors import CarbonBalanceError, listed, present
from ..runtime.i18n import tr
from ..statistics.breaks import NO_CLASS, Classification, classify, exact_limits, published_limits
from ..tables.spelling.numerals import parse_number
from .zone_names import split_list


@dataclass(frozen=True)
class NaturalZoning:
    """Classes of an index merged into zones, with the result of the other method for comparison.

    Attributes:
        chosen: the classification by the chosen method.
        published, exact: natural breaks of both kinds; ``None`` if limits are fixed and there are too few values for
            natural breaks.
        other: the method for comparison: published if exact was chosen, otherwise exact.
        zone_of_class: zone of each class, from 0 (k,).
    """

    chosen: Classification
    published: Classification | None
    exact: Classification | None
    other: Classification | None
    zone_of_class: np.ndarray

    @property
    def n_zones(self) -> int:
        """The number of zones."""
        return int(self.zone_of_class[-1]) + 1

    def fits(self) -> tuple[float, float, float]:
        """Goodness of variance fit of the chosen, exact and published classes; NaN if missing."""
        exact, published = (float("nan") if each is None else each.gvf for each in (self.exact, self.published))
        return self.chosen.gvf, exact, published

    def classes(self) -> list[int | None]:
        """Class of each row, from 1; ``None`` if the index is NaN."""
        return [None if each == NO_CLASS else int(each) for each in self.chosen.classes]

    def zones(self, names: Sequence[str]) -> list[str | None]:
        """Name of the zone of each row by the chosen method."""
        return self._zones(self.chosen, names)

    def zones_other(self, names: Sequence[str]) -> list[str | None]:
        """Name of the zone of each row by the other method; all ``None`` if there is none."""
        return self._zones(self.other, names)

    def class_zones(self, names: Sequence[str]) -> list[str]:
        """Name of the zone of each class."""
        return [names[zone] for zone in self.zone_of_class]

    def zone_sizes(self) -> list[int]:
        """Number of rows in each zone."""
        return [int(self.chosen.sizes[self.zone_of_class == zone].sum()) for zone in range(self.n_zones)]

    def changed(self) -> np.ndarray:
        """The rows, from 0, whose zone would change under the other method."""
        if self.other is None:
            return np.array([], int)
        known = np.flatnonzero(self.chosen.classes != NO_CLASS)
        zone, other = (self.zone_of_class[each.classes[known] - 1] for each in (self.chosen, self.other))
        return known[zone != other]

    def _zones(self, classification: Classification | None, names: Sequence[str]) -> list[str | None]:
        if classification is None:
            return [None] * len(self.chosen.classes)
        by_class = [None, *self.class_zones(names)]
        return [by_class[each] for each in classification.classes]


def natural_zoning(
    values: np.ndarray, method: str, n_classes: int, limits: Sequence[float], rule: str, label: str
) -> NaturalZoning:
    """Classify ``values``, merge classes into zones, and compare with the other method.

    Args:
        values: the index (rows,), NaN if unknown.
        method: one of ``METHODS``.
        n_classes: number of classes; ignored for fixed limits.
        limits: inner limits, ascending, inclusive upper bounds; for fixed limits only.
        rule: see :func:`parse_merge_rule`.
        label: name of the values in messages.

    Raises:
        CarbonBalanceError: fewer distinct values than classes, missing limits, or a rule that does not match the
            classes.
    """
    if method == FIXED_LIMITS:
        if not len(limits):
            raise CarbonBalanceError(
                tr(
                    "No fixed limits are given: give the upper limit of each class except the last, such as 0.8, 1, "
                    "1.2."
                )
            )
        n_classes = number_of_classes(limits, n_classes)
    zone_of_class = parse_merge_rule(rule, n_classes)
    distinct = len(np.unique(values[~np.isnan(values)]))
    enough = distinct >= n_classes
    if not enough and distinct and method != FIXED_LIMITS:
        told = {"input": label, "distinct": distinct, "classes": n_classes, "example": example_of_rule(distinct)}
        if distinct < 4:
            raise CarbonBalanceError(
                tr(
                    "{input} has {distinct} different value(s), which is too few for {classes} classes: choose "
                    "{distinct} classes (CLASSES), the merge rule {example} (MERGE), and names for as many zones, such "
                    "as numbered."
                ).format(**told)
            )
        raise CarbonBalanceError(
            tr(
                "{input} has {distinct} different value(s), which is too few for {classes} classes: choose at most "
                "{distinct} classes (CLASSES) and a merge rule for them, such as {example} (MERGE)."
            ).format(**told)
        )
    published = exact = None
    if enough or method != FIXED_LIMITS:
        published = classify(values, published_limits(values, n_classes, label))
        exact = classify(values, exact_limits(values, n_classes, label))
    chosen, other = (exact, published) if method == EXACT else (published, exact)
    if method == FIXED_LIMITS:
        chosen, other = classify(values, np.array(limits, float)), exact
    return NaturalZoning(
        chosen=present(chosen), published=published, exact=exact, other=other, zone_of_class=zone_of_class
    )


def number_of_classes(limits: Sequence[float], wanted: int) -> int:
    """The number of classes: one more than the inner ``limits``; ``wanted`` if there are none."""
    return len(limits) + 1 if len(limits) else wanted


def parse_limits(text: str) -> list[float]:
    """The inner limits listed in ``text``, such as ``0.8, 1, 1.2``: ascending numbers.

    Raises:
        CarbonBalanceError: an item that is not a number, or limits that are not ascending.
    """
    limits: list[float] = []
    for item in split_list(text):
        try:
            limit = parse_number(item)
        except ValueError:
            limit = None
        if limit is None:
            raise CarbonBalanceError(
                tr(
                    'Fixed limits: "{item}" is not a number; give numbers separated by commas, such as 0.8, 1, 1.2.'
                ).format(item=item)
            )
        limits.append(limit)
    if any(below >= above for below, above in zip(limits, limits[1:])):
        raise CarbonBalanceError(
            tr("Fixed limits {limits}: each must be greater than the one before it.").format(limits=listed(limits))
        )
    return limits


def example_of_rule(n_classes: int) -> str:
    """A merge rule for a number of classes, with at most four zones as in the study of Central Yunnan."""
    ends = [1, 2, 3, 4] if n_classes < 5 else [2, 3, 4, n_classes]
    starts = [1, *(end + 1 for end in ends)]
    parts = zip(starts, ends[:n_classes])
    return ",".join(str(end) if start == end else f"{start}-{end}" for start, end in parts)


def covers(rule: str, n_classes: int) -> bool:
    """Whether a merge rule is one for this number of classes."""
    try:
        parse_merge_rule(rule, n_classes)
    except CarbonBalanceError:
        return False
    return True


def parse_merge_rule(rule: str, n_classes: int) -> np.ndarray:
    """The zone of each class from a rule such as ``1-2,3,4,5-7``: every class once, in order.

    With a blank rule each class is a zone.

    Returns:
        (n_classes,) int, zones from 0 in the order of the rule.

    Raises:
        CarbonBalanceError: a part that is not a class or range, or classes that are missing, duplicate or out of order.
    """
    zone_of_class: list[int] = []
    misfit = CarbonBalanceError(
        tr(
            'Merge rule "{rule}" does not cover the classes: each of 1 to {classes} must occur once, in order, as in '
            "{example}."
        ).format(rule=rule, classes=n_classes, example=example_of_rule(n_classes))
    )
    for zone, part in enumerate(split_list(unicodedata.normalize("NFKC", rule))):
        match = re.fullmatch(r"([0-9]{1,6})(?:\s*[-‐–—~]\s*([0-9]{1,6}))?", part)
        if match is None:
            raise CarbonBalanceError(
                tr('Merge rule: "{part}" is neither a class nor a range of classes such as 1-2.').format(part=part)
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if first != len(zone_of_class) + 1 or not first <= last <= n_classes:
            raise misfit
        zone_of_class += [zone] * (last - first + 1)
    if not zone_of_class:
        return np.arange(n_classes)
    if len(zone_of_class) != n_classes:
        raise misfit
    return np.array(zone_of_class)
