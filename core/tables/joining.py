"""Which row of a table belongs to which zone: by code or by name, never guessing between two candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import permutations

from ..options.tables import BY_CODE, BY_NAME, ENCODINGS
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .row_choice import sentence_of_repeats
from .spelling.name_index import NameIndex
from .spelling.numerals import squeezed
from .spelling.place_names import places
from .table import Table

UNMATCHED, TWICE, AMBIGUOUS, EMPTY = "no match", "duplicate key", "several candidates", "no key"
# Keys are compared letter by letter, to show which come near, up to this many pairs.
_PAIRS = 400_000
_ALIKE = {BY_CODE: 0.8, BY_NAME: 0.55}
_COUNTY_DIGITS, _COUNTRY = 6, "156"


def code_key(value: object) -> str:
    """A code as codes are compared: 530102, 530102.0, "0530102 " and "530102" are one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = squeezed(value)
    whole, dot, decimals = text.partition(".")
    if dot and whole.isdigit() and not decimals.strip("0"):
        text = whole
    return (text.lstrip("0") or "0") if text.isdigit() else text


def county_code(key: str) -> str:
    """A :func:`code_key` of a county with the digits of towns or of the country taken off: 530102000000 and
    156530102 are 530102. Others stay as they are."""
    if key.isdigit() and len(key) in (9, 12) and not key[_COUNTY_DIGITS:].strip("0"):
        return key[:_COUNTY_DIGITS]
    if key.isdigit() and len(key) == 9 and key.startswith(_COUNTRY):
        return key[len(_COUNTRY) :]
    return key


def name_key(value: object) -> str:
    """A name as names are compared: blanks, width, case and byte-order mark ignored."""
    return squeezed(value)


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


def _rows_by(keys: Sequence[str | None]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        if key is not None:
            rows[key].append(row)
    return rows


def _pair_up(partner: list[int | None], fits: tuple[Callable[[int], list[int]], Callable[[int], list[int]]]) -> None:
    """Give rows without a partner the one that alone fits them and that they alone fit."""
    taken = set(partner)
    for row, known in enumerate(partner):
        if known is None:
            fit = fits[0](row)
            if len(fit) == 1 and fit[0] not in taken and fits[1](fit[0]) == [row]:
                partner[row] = fit[0]
                taken.add(fit[0])


def match(left: Sequence[object], right: Sequence[object], by: str = BY_CODE) -> Matches:
    """Match two lists of keys one to one.

    Args:
        left: keys of the zones, ``None`` or "" if empty.
        right: keys of the table's rows.
        by: "code" (whole numbers and text are the same; then county codes of 12 digits) or "name" (then short and full
            names, see :mod:`.spelling.place_names`).

    Three steps: (1) equal keys are paired; (2) remaining keys are paired by county code, or by short and full name; if
    a key has several candidates on either side, it stays without a partner; (3) for each key without a partner the
    reason and similar keys are recorded.

    >>> codes = match(["530102", "530103", ""], [530103000000, 530102, 530199])
    >>> codes.partner
    [1, 0, None]
    >>> [(item.row, item.reason) for item in codes.left], [(item.row, item.reason) for item in codes.right]
    ([(2, 'no key')], [(2, 'no match')])
    >>> match(["昆明市", "玉溪"], ["玉溪市", "昆明"], by=BY_NAME).partner
    [1, 0]
    """
    normal = code_key if by == BY_CODE else name_key
    keys = [[None if value is None or not normal(value) else normal(value) for value in side] for side in (left, right)]
    exact = [_rows_by(side) for side in keys]
    partner: list[int | None] = [None] * len(left)
    for key, rows in exact[0].items():
        if len(rows) == 1 and len(exact[1].get(key, ())) == 1:
            partner[rows[0]] = exact[1][key][0]
    names = (NameIndex(keys[0]), NameIndex(keys[1])) if by == BY_NAME else None
    if names:
        _pair_up(partner, (partial(_like, *names), partial(_like, *names[::-1])))
        _pair_up(partner, (partial(_below, *names), partial(_below, *names[::-1])))
    else:
        counties = [[None if key is None else county_code(key) for key in side] for side in keys]
        rows_of = [_rows_by(side) for side in counties]
        _pair_up(
            partner,
            (
                partial(_same_county, counties[0], rows_of[1]),
                partial(_same_county, counties[1], rows_of[0]),
            ),
        )
    used = {row for row in partner if row is not None}
    alone = (
        [row for row, other in enumerate(partner) if other is None],
        [row for row in range(len(right)) if row not in used],
    )
    sides = (_Side(left, keys[0], exact[0]), _Side(right, keys[1], exact[1]))
    unjoined = [
        _unjoined(sides[side], sides[1 - side], alone[side], names[:: 1 - 2 * side] if names else None)
        for side in (0, 1)
    ]
    return Matches(partner, *unjoined)


def _like(own: NameIndex, other: NameIndex, row: int) -> list[int]:
    return other.like(own.places[row])


def _below(own: NameIndex, other: NameIndex, row: int) -> list[int]:
    return other.below(*own.under[row])


def _same_county(keys: Sequence[str | None], rows: dict[str, list[int]], row: int) -> list[int]:
    key = keys[row]
    return [] if key is None else rows.get(key, [])


@dataclass(frozen=True)
class _Side:
    """The keys of one side: as given, as compared, and their rows."""

    raw: Sequence[object]
    keys: Sequence[str | None]
    rows: dict[str, list[int]]


def _unjoined(own: _Side, other: _Side, alone: Sequence[int], names: tuple[NameIndex, ...] | None) -> list[Unjoined]:
    """The rows of ``own`` without a partner, why, and which keys of the other side are similar."""
    found = []
    spelt = len(alone) * len(other.rows) <= _PAIRS
    for row in alone:
        key = own.keys[row]
        if key is None:
            found.append(Unjoined(row, own.raw[row], EMPTY))
            continue
        fit, near = [], other.rows.get(key, [])
        if names:
            fit = names[1].like(names[0].places[row]) or names[1].below(*names[0].under[row])
            near = names[1].of_stem(names[0].places[row]) or fit or names[1].of_own_stem(names[0].under[row][1])
        if not near and spelt:
            by = BY_NAME if names else BY_CODE
            near = [other.rows[each][0] for each in get_close_matches(key, list(other.rows), 3, _ALIKE[by])]
            near = near or (names[1].containing(names[0].places[row]) if names else [])
        twice = len(own.rows[key]) > 1 or len(other.rows.get(key, ())) > 1
        reason = TWICE if twice else AMBIGUOUS if fit else UNMATCHED
        candidates = dict.fromkeys(str(other.raw[item]) for item in near)
        found.append(Unjoined(row, own.raw[row], reason, tuple(candidates)))
    return found


def need_some(matches: Matches, left: Sequence[object], right: Sequence[object], repeats: Iterable[str] = ()) -> None:
    """Refuse keys of which none found a partner, showing one of each side.

    Args:
        matches: of the keys.
        left, right: the keys.
        repeats: sentences on keys that stand more than once, which come before anything else that may be wrong.
    """
    if any(row is not None for row in matches.partner):
        return
    if any(item.reason == TWICE for item in matches.right):
        sentence = next((each for each in repeats if each), "")
        if sentence:
            raise CarbonBalanceError(
                tr("No row of the table belongs to one zone alone: {sentence}.").format(sentence=sentence)
            )
    words = {"left": next(iter(left), ""), "right": next(iter(right), "")}
    for garbled, others, whose in ((right, left, tr("the table")), (left, right, tr("the zones"))):
        really = right_encoding(garbled, others)
        if really:
            raise CarbonBalanceError(
                tr(
                    'No row of the table matches any zone: the zones have keys like "{left}", the table like '
                    '"{right}"; the names of {whose} are encoded in {encoding} but were read in another encoding: '
                    "set ENCODING for a table or ZONES_ENCODING for zones to {encoding}, or set the encoding in the "
                    "layer properties."
                ).format(**words, whose=whose, encoding=really)
            )
    similar = next((item for item in matches.left if item.candidates), None)
    if similar is not None:
        raise CarbonBalanceError(
            tr(
                'No row of the table matches any zone: the zones have keys like "{left}", the table like "{right}"; '
                '"{key}" may be {candidates}, which is not certain: write the names alike, or match by code.'
            ).format(
                **words, key=similar.key, candidates=tr(" or ").join(f'"{each}"' for each in similar.candidates[:3])
            )
        )
    raise CarbonBalanceError(
        tr(
            'No row of the table matches any zone: the zones have keys like "{left}", the table like "{right}"; '
            "choose the columns with the same codes or names and, if names look garbled, the encoding of the table "
            "(ENCODING)."
        ).format(**words)
    )


def repeats_of(table: Table, column: str, by: str, but: Sequence[str] = ()) -> str:
    """Which key of ``table`` stands more than once and what tells its rows apart; "" if none does."""
    normal = code_key if by == BY_CODE else name_key
    keys = [None if value is None or not normal(value) else normal(value) for value in table.values(column)]
    sentence = sentence_of_repeats(table, table.need(column), keys, but)
    return f"{table.label}: {sentence}" if sentence else ""


def warn_of_repeats(matches: Matches, sentences: Iterable[str], log: Log) -> None:
    """Warn of keys that stand more than once, so that their rows were not joined."""
    if any(item.reason == TWICE for item in (*matches.left, *matches.right)):
        for sentence in filter(None, sentences):
            log.warn(tr("{sentence}; these rows are not joined.").format(sentence=sentence))


def right_encoding(garbled: Sequence[object], others: Sequence[object]) -> str:
    """The encoding in which ``garbled`` names would be among ``others``; "" if there is none, or they are already.

    Names that were read in a wrong encoding go back to their bytes and are read in each of the others.
    """

    def stem(name: object) -> str:
        return places(name_key(name))[0].stem

    known = {stem(each) for each in others if each is not None}
    names = [str(each) for each in garbled if each is not None and not str(each).isascii()]
    if any(stem(name) in known for name in names):
        return ""
    for read_as, really in permutations(ENCODINGS, 2):
        for name in names:
            try:
                # A byte that was left over at the end has been lost; the stem of the name is enough.
                meant = name.rstrip("\ufffd").encode(read_as).decode(really, "ignore")
            except UnicodeError:
                continue
            if meant != name and stem(meant) in known:
                return really
    return ""
