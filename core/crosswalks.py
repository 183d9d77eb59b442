"""Land-cover schemes and how their codes map onto the six classes of the bundled tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import CarbonBalanceError
from .i18n import tr
from .resources import bundled, resource_table

CROSSWALKS = "crosswalks"
SIX_CLASSES = "six_classes"


@dataclass(frozen=True)
class Crosswalk:
    """The codes of a land-cover scheme, each with its study class.

    Attributes:
        scheme: its name.
        codes: int64 (codes,).
        names: in English.
        names_zh: in Chinese.
        classes: int64 (codes,), 1 cropland 2 forest 3 grassland 4 water 5 built-up 6 unused.
        judgement: bool (codes,), where another class could be argued for.
        notes: why, "" where it is plain.
    """

    scheme: str
    codes: np.ndarray
    names: list[str]
    names_zh: list[str]
    classes: np.ndarray
    judgement: np.ndarray
    notes: list[str]


def schemes() -> list[str]:
    """The land-cover schemes that have a crosswalk; the six classes themselves come first."""
    return sorted(bundled(CROSSWALKS), key=lambda scheme: (scheme != SIX_CLASSES, scheme))


def read_crosswalk(scheme: str) -> Crosswalk:
    """The crosswalk of the land-cover scheme called ``scheme``.

    Raises:
        CarbonBalanceError: no such scheme.
    """
    if scheme not in schemes():
        raise CarbonBalanceError(
            tr('There is no land-cover scheme "{scheme}"; there are: {known}.').format(
                scheme=scheme, known=", ".join(schemes())
            )
        )
    table = resource_table(f"{CROSSWALKS}/{scheme}.csv")
    return Crosswalk(
        scheme=scheme,
        codes=table.codes("code"),
        names=[name or "" for name in table.texts("name")],
        names_zh=[name or "" for name in table.texts("name_zh")],
        classes=table.numbers("class", complete=True).astype(np.int64),
        judgement=np.array([text == "yes" for text in table.texts("judgement")]),
        notes=[note or "" for note in table.texts("note")],
    )
