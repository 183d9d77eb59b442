"""Text files of rows: any encoding that is stated or can be detected, any common delimiter."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import NamedTuple

from ...runtime.errors import CarbonBalanceError, reason_of
from ...runtime.i18n import tr

DELIMITERS = ("\t", ";", ",", "|", "；", "，")
# Rows that tell the delimiter.
_DELIMITER_WITHIN = 200
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Chinese text has this part of its characters in the old, small set GB2312; other bytes read as Chinese have not.
_COMMON = 0.9
CHINESE = "GB18030"


class Decoded(NamedTuple):
    """The text of a file and the encoding that it was read in; ``guessed`` if nobody stated it."""

    text: str
    encoding: str
    guessed: bool


def decoded(data: bytes, encoding: str, title: str, file: str) -> Decoded:
    """The text of a file.

    Args:
        data: its bytes.
        encoding: as the user stated it, "" to find it.
        title: of the input, for messages.
        file: its name, for messages.

    Raises:
        CarbonBalanceError: bytes that the encoding does not have, or that are no text.
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    try:
        text = data.decode(marked or encoding or "utf-8")
        found = Decoded(text, marked or encoding or "UTF-8", False)
    except (UnicodeDecodeError, LookupError):
        if encoding or marked or not _is_chinese(data):
            raise CarbonBalanceError(
                tr("{input}: {file} is not encoded in {encoding}: choose its encoding, such as GBK or GB18030.").format(
                    input=title, file=file, encoding=encoding or marked or "UTF-8"
                )
            ) from None
        found = Decoded(data.decode(CHINESE), CHINESE, True)
    at = found.text.find("\0")
    if at >= 0:
        raise CarbonBalanceError(
            tr(
                "{input}: {file} contains a NUL byte in line {line}, which is not valid in a text file: the file is "
                "damaged or not a text file; save it again as CSV."
            ).format(input=title, file=file, line=found.text.count("\n", 0, at) + 1)
        )
    return found


def _is_chinese(data: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Chinese text of the mainland's encodings."""
    try:
        text = data.decode(CHINESE)
    except UnicodeDecodeError:
        return False
    foreign = [sign for sign in text if not sign.isascii()]
    common = sum(1 for sign in foreign if _in_gb2312(sign))
    return bool(foreign) and common >= _COMMON * len(foreign)


def _in_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def split_rows(text: str, title: str, file: str) -> tuple[list[list[str]], str]:
    """The rows of a text file and its delimiter, "" for one column; blank rows are kept, so that they can be counted.

    Raises:
        CarbonBalanceError: a quote that is never closed, or a cell too large for a table.
    """
    text = text.lstrip("\ufeff")
    first = text.splitlines()[0].strip() if text.strip() else ""
    stated = first[4:] if first.casefold().startswith("sep=") and len(first) == 5 else ""
    delimiter = stated or _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or ",", strict=False))
    except csv.Error as error:
        raise CarbonBalanceError(
            tr("{input}: {file} cannot be read as a table ({reason}): save it again as CSV.").format(
                input=title, file=file, reason=reason_of(error)
            )
        ) from None
    if stated:
        rows[0] = []
    if not delimiter:
        rows = [[line.strip()] if line.strip() else [] for line in text.splitlines()]
    return rows, delimiter


def _delimiter(text: str) -> str:
    """The delimiter by which most rows have the same number of cells; "" if there is one column."""
    best, score = "", 0.0
    head = "\n".join(text.splitlines()[:_DELIMITER_WITHIN])
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows)
        several = {width: count for width, count in widths.items() if width > 1}
        if not several:
            continue
        share = max(several.values()) / len(rows)
        if share > score:
            best, score = delimiter, share
    return best
