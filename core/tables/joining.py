"""Which row of a table belongs to which zone: by code or by name, never guessing between two candidates."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import permutations

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr

SUFFIXES = ("自治县", "自治州", "区", "县", "市", "州")
SHORTEST_STEM = 2
# As tables are offered to be read in.
ENCODINGS = ("UTF-8", "GBK", "GB18030", "Big5", "Windows-1252")

BY_CODE, BY_NAME = "code", "name"
UNMATCHED, TWICE, AMBIGUOUS, EMPTY = "no match", "duplicate key", "several candidates", "no key"


def code_key(value: object) -> str:
    """A code as codes are compared: 530102, 530102.0, "０530102 " and "530102" are one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "".join(unicodedata.normalize("NFKC", str(value)).replace("\ufeff", "").split()).casefold()
    whole, dot, decimals = text.partition(".")
    if dot and whole.isdigit() and not decimals.strip("0"):
        text = whole
    return (text.lstrip("0") or "0") if text.isdigit() else text


def name_key(value: object) -> str:
    """A name as names are compared: blanks, width, case and byte-order mark ignored."""
    return "".join(unicodedata.normalize("NFKC", str(value)).replace("\ufeff", "").split()).casefold()


def stem_and_suffix(name: str) -> tuple[str, str]:
    """``name`` (a :func:`name_key`) without its administrative suffix, and the suffix: 呈贡区 -> 呈贡, 区."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= SHORTEST_STEM:
            return name[: -len(suffix)], suffix
    return name, ""


@dataclass(frozen=True)
class Unjoined:
    """A row without a partner.

    Attributes:
        row: from 0.
        key: as it came.
        reason: one of :data:`UNMATCHED`, :data:`TWICE`, :data:`AMBIGUOUS`, :data:`EMPTY`.
        candidates: keys of the other side that came near.
    """

    row: int
    key: object
    reason: str
    candidates: tuple[object, ...] = ()


@dataclass(frozen=True)
class Matches:
    """Which rows belong together.

    Attributes:
        partner: for each row on the left its row on the right, or ``None``.
        left, right: the rows that found none, in order.
    """

    partner: list[int | None]
    left: list[Unjoined]
    right: list[Unjoined]


def _rows_by(keys: Sequence[Hashable | None]) -> dict[Hashable, list[int]]:
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        if key is not None:
            rows[key].append(row)
    return rows


def _near(
    name: Hashable, by_stem: dict[Hashable, list[int]], others: Sequence[Hashable | None]
) -> tuple[list[int], list[int]]:
    """Rows of the other side with the stem of ``name``: those that may be it, and all (晋宁区 is not 晋宁县)."""
    stem, suffix = stem_and_suffix(str(name))
    same = by_stem.get(stem, [])
    fit = [row for row in same if not suffix or stem_and_suffix(str(others[row]))[1] in ("", suffix)]
    return fit, same


def match(left: Sequence[object], right: Sequence[object], by: str = BY_CODE) -> Matches:
    """Match two lists of keys one to one.

    Args:
        left: keys of the zones, ``None`` or "" if empty.
        right: keys of the table's rows.
        by: "code" (whole numbers and text are one) or "name" (with or without 区 / 县 / 市 / 州; equal names come
            first; two candidates on either side are left alone).
    """
    normal = code_key if by == BY_CODE else name_key
    keys = [[None if value is None or not normal(value) else normal(value) for value in side] for side in (left, right)]
    exact = [_rows_by(side) for side in keys]
    partner: list[int | None] = [None] * len(left)
    for key, rows in exact[0].items():
        if len(rows) == 1 and len(exact[1].get(key, ())) == 1:
            partner[rows[0]] = exact[1][key][0]
    stems = [_rows_by([None if key is None else stem_and_suffix(key)[0] for key in side]) for side in keys]
    if by == BY_NAME:
        taken = set(partner)
        for row, key in enumerate(keys[0]):
            if partner[row] is not None or key is None:
                continue
            fit, _ = _near(key, stems[1], keys[1])
            if len(fit) == 1 and fit[0] not in taken:
                back, _ = _near(keys[1][fit[0]], stems[0], keys[0])
                if back == [row]:
                    partner[row] = fit[0]
    used = {row for row in partner if row is not None}
    alone = (
        [row for row, other in enumerate(partner) if other is None],
        [row for row in range(len(right)) if row not in used],
    )
    raw = (left, right)
    unjoined = []
    for side, other in ((0, 1), (1, 0)):
        found = []
        for row in alone[side]:
            key = keys[side][row]
            if key is None:
                found.append(Unjoined(row, raw[side][row], EMPTY))
                continue
            fit, same = _near(key, stems[other], keys[other]) if by == BY_NAME else ([], exact[other].get(key, []))
            if len(exact[side][key]) > 1 or len(exact[other].get(key, ())) > 1:
                reason = TWICE
            else:
                reason = AMBIGUOUS if len(fit) > 1 or (fit and by == BY_NAME) else UNMATCHED
            found.append(Unjoined(row, raw[side][row], reason, tuple(raw[other][item] for item in same)))
        unjoined.append(found)
    return Matches(partner, *unjoined)


def need_some(matches: Matches, left: Sequence[object], right: Sequence[object]) -> None:
    """Refuse keys of which none found a partner, showing one of each side."""
    if any(row is not None for row in matches.partner):
        return
    words = {"left": next(iter(left), ""), "right": next(iter(right), "")}
    for garbled, others, whose in ((right, left, tr("the table")), (left, right, tr("the zones"))):
        really = right_encoding(garbled, others)
        if really:
            raise CarbonBalanceError(
                tr(
                    'No row of the table matches any zone: the zones have keys like "{left}", the table like '
                    '"{right}"; the names of {whose} are encoded in {encoding} but were read in another encoding: '
                    "set ENCODING to {encoding} for a table, or set the encoding in the layer properties."
                ).format(**words, whose=whose, encoding=really)
            )
    raise CarbonBalanceError(
        tr(
            'No row of the table matches any zone: the zones have keys like "{left}", the table like "{right}"; '
            "choose the columns with the same codes or names and, if names look garbled, the encoding of the table "
            "(ENCODING)."
        ).format(**words)
    )


def right_encoding(garbled: Sequence[object], others: Sequence[object]) -> str:
    """The encoding in which ``garbled`` names would be among ``others``; "" if there is none.

    Names that were read in a wrong encoding go back to their bytes and are read in each of the others.
    """
    known = {stem_and_suffix(name_key(each))[0] for each in others if each is not None}
    names = [str(each) for each in garbled if each is not None and not str(each).isascii()]
    for read_as, really in permutations(ENCODINGS, 2):
        for name in names:
            try:
                # A byte that was left over at the end has been lost; the stem of the name is enough.
                meant = name.rstrip("\ufffd").encode(read_as).decode(really, "ignore")
            except UnicodeError:
                continue
            if stem_and_suffix(name_key(meant))[0] in known:
                return really
    return ""
