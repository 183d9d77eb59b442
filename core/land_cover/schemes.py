"""Land-cover schemes and the mapping of their codes to the six classes of the bundled tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ..options.land_cover import CROSSWALKS, schemes
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import mark, tr
from ..tables.bundled import resource_table
from ..tables.spelling.numerals import parse_list

NO_CARBON = 0
# A scheme fits approximately if this share of the area is in its classes.
NEARLY = 0.95


@dataclass(frozen=True)
class Crosswalk:
    """The codes of a land-cover scheme with their classes.

    Attributes:
        scheme: name of the scheme.
        codes: int64 (codes,).
        names: English names.
        names_zh: Chinese names.
        classes: int64 (codes,), 1 cropland 2 forest 3 grassland 4 water 5 built-up 6 unused.
        judgement: bool (codes,), whether another class would be defensible.
        notes: reasons, "" where the class is obvious.
    """

    scheme: str
    codes: np.ndarray
    names: list[str]
    names_zh: list[str]
    classes: np.ndarray
    judgement: np.ndarray
    notes: list[str]


def read_crosswalk(scheme: str) -> Crosswalk:
    """The crosswalk of the land-cover scheme called ``scheme``.

    Raises:
        CarbonBalanceError: unknown scheme.
    """
    if scheme not in schemes():
        raise CarbonBalanceError(
            tr('Unknown land-cover scheme "{scheme}"; choose one of {known}.').format(
                scheme=scheme, known=tr(", ").join(schemes())
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


def fitting_schemes(codes: np.ndarray, area_ha: np.ndarray) -> tuple[list[str], list[int]]:
    """Schemes that match the codes of a land cover: those with all codes, else the closest one.

    Args:
        codes: codes found in the land cover (classes,), without nodata.
        area_ha: area of each (classes,).

    Returns:
        up to three schemes, the one with most codes in use first; and the missing code, at most one, none if a scheme
        has all codes.
    """
    known = {scheme: read_crosswalk(scheme).codes for scheme in schemes()}
    lacking = {scheme: np.flatnonzero(~np.isin(codes, of)) for scheme, of in known.items()}
    fit = {scheme: (len(codes) - len(lacking[scheme])) / len(known[scheme]) for scheme in known}
    ranked = sorted(known, key=lambda scheme: -fit[scheme])
    whole = [scheme for scheme in ranked if not len(lacking[scheme])]
    if whole or len(codes) < 4:
        return whole[:3], []
    for scheme in ranked:
        if len(lacking[scheme]) == 1 and area_ha[lacking[scheme][0]] <= (1 - NEARLY) * area_ha.sum():
            return [scheme], [int(codes[lacking[scheme][0]])]
    return [], []


def identity_crosswalk(scheme: str, codes: np.ndarray, names: list[str]) -> Crosswalk:
    """A scheme whose codes are its classes, for a table with the codes of the land cover."""
    blank = [""] * len(names)
    return Crosswalk(
        scheme=scheme,
        codes=codes,
        names=names,
        names_zh=blank,
        classes=codes.copy(),
        judgement=np.zeros(len(codes), dtype=bool),
        notes=blank,
    )


def parse_reassignment(text: str) -> dict[int, int]:
    """Parse the user's reassignments, such as ``"8=2, 9=3"``: code -> class, in the order given.

    Raises:
        CarbonBalanceError: text of another form, or a duplicate code.
    """
    result: dict[int, int] = {}
    for part in parse_list(text):
        match = re.fullmatch(r"(-?\d+)\s*[=＝]\s*(\d+)", part)
        if match is None or int(match[1]) in result:
            raise CarbonBalanceError(
                tr(
                    'Reassigned codes: "{part}" must be of the form code=class, each code once, such as 8=2,9=3.'
                ).format(part=part)
            )
        result[int(match[1])] = int(match[2])
    return result


def reassigned(crosswalk: Crosswalk, classes: dict[int, int]) -> Crosswalk:
    """``crosswalk`` with its classes replaced by ``classes`` (code -> class); unknown codes are appended.

    Class ``NO_CARBON`` (0) stands for land without carbon.
    """
    row_of = {int(code): row for row, code in enumerate(crosswalk.codes)}
    new = [code for code in classes if code not in row_of]
    codes = np.append(crosswalk.codes, np.array(new, dtype=np.int64))
    values = np.append(crosswalk.classes, np.array([classes[code] for code in new], dtype=np.int64))
    judgement = np.append(crosswalk.judgement, np.ones(len(new), dtype=bool))
    notes = [*crosswalk.notes, *[""] * len(new)]
    for row, code in enumerate(codes):
        if int(code) in classes:
            values[row] = classes[int(code)]
            judgement[row] = True
            notes[row] = mark("Class given by the user")
    return Crosswalk(
        scheme=crosswalk.scheme,
        codes=codes,
        names=[*crosswalk.names, *(str(code) for code in new)],
        names_zh=[*crosswalk.names_zh, *[""] * len(new)],
        classes=values,
        judgement=judgement,
        notes=notes,
    )
