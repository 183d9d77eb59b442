"""Matching of table rows to zones by code or by name; ambiguous matches are never guessed."""

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
# Similar keys are searched for letter by letter only up to this number of pairs.
_PAIRS = 400_000
_ALIKE = {BY_CODE: 0.8, BY_NAME: 0.55}
_COUNTY_DIGITS, _COUNTRY = 6, "156"


def code_key(value: object) -> str:
    """The normalised form of a code: 530102, 530102.0, "0530102 ", "'530102" and "530102" are equal."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # An apostrophe marks text in spreadsheets.
    text = squeezed(value).lstrip("'’‘")
    whole, dot, decimals = text.partition(".")
    if dot and whole.isdigit() and not decimals.strip("0"):
        text = whole
    return (text.lstrip("0") or "0") if text.isdigit() else text


def county_code(key: str) -> str:
    """A :func:`code_key` reduced to the county: 530102000000 (town) and 156530102 (country) become 530102."""
    if key.isdigit() and len(key) in (9, 12) and not key[_COUNTY_DIGITS:].strip("0"):
        return key[:_COUNTY_DIGITS]
    if key.isdigit() and len(key) == 9 and key.startswith(_COUNTRY):
        return key[len(_COUNTRY) :]
    return key


def name_key(value: object) -> str:
    """The normalised form of a name: without blanks, width, case and byte-order mark."""
    return squeezed(value)


@dataclass(frozen=True)
class Unjoined:
    """A row that could not be matched.

    Attributes:
        row: from 0.
        key: the original key.
        reason: one of :data:`UNMATCHED`, :data:`TWICE`, :data:`AMBIGUOUS`, :data:`EMPTY`.
        candidates: similar keys of the other side.
    """

    row: int
    key: object
    reason: str
    candidates: tuple[object, ...] = ()


@dataclass(frozen=True)
class Matches:
    """The result of matching two lists of keys.

    Attributes:
        partner: for each row on the left its row on the right, or ``None``.
        left, right: the unmatched rows, in order.
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
    """Match the remaining rows that fit exactly one row of the other side, which in turn fits only them."""
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
        right: keys of the table rows.
        by: "code" (numbers and text are equivalent; county codes of 12 digits are tried next) or "name" (short and full
            names are tried next, see :mod:`.spelling.place_names`).

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
    """The keys of one side: original, normalised, and their rows."""

    raw: Sequence[object]
    keys: Sequence[str | None]
    rows: dict[str, list[int]]


def _unjoined(own: _Side, other: _Side, alone: Sequence[int], names: tuple[NameIndex, ...] | None) -> list[Unjoined]:
    """The unmatched rows of ``own``, with the reasons and similar keys of the other side."""
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
            near = near or names[1].in_other_characters(key)
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
    """Raise an error if no key was matched, quoting one key of each side.

    Args:
        matches: the result of matching.
        left, right: the keys.
        repeats: sentences about duplicate keys, which are reported before any other problem.
    """
    if any(row is not None for row in matches.partner):
        return
    if any(item.reason == TWICE for item in matches.right):
        sentence = next((each for each in repeats if each), "")
        if sentence:
            raise CarbonBalanceError(
                tr("No row of the table can be assigned to a single zone: {sentence}.").format(sentence=sentence)
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
    """A sentence on a duplicate key of ``table`` and the column that distinguishes its rows; "" if there is none."""
    normal = code_key if by == BY_CODE else name_key
    keys = [None if value is None or not normal(value) else normal(value) for value in table.values(column)]
    sentence = sentence_of_repeats(table, table.need(column), keys, but)
    return f"{table.label}: {sentence}" if sentence else ""


def warn_of_repeats(matches: Matches, sentences: Iterable[str], log: Log) -> None:
    """Warn of duplicate keys, whose rows were not joined."""
    if any(item.reason == TWICE for item in (*matches.left, *matches.right)):
        for sentence in filter(None, sentences):
            log.warn(tr("{sentence}; these rows are not joined.").format(sentence=sentence))


def right_encoding(garbled: Sequence[object], others: Sequence[object]) -> str:
    """The encoding with which ``garbled`` names would match ``others``; "" if there is none, or if they match already.

    Names that were decoded with a wrong encoding are encoded back to bytes and decoded with each other encoding.
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
                # An incomplete character at the end of a name may have been lost, so that comparing stems has to
                # suffice.
                meant = name.rstrip("\ufffd").encode(read_as).decode(really, "ignore")
            except UnicodeError:
                continue
            # What is left of 云530102 without its first character is no name that was read wrongly.
            if meant != name and not meant.isascii() and stem(meant) in known:
                return really
    return ""
