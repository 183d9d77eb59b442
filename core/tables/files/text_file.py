"""Delimited text files in any stated or detectable encoding and with any common delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from ...runtime.errors import CarbonBalanceError, reason_of
from ...runtime.i18n import tr

DELIMITERS = ("\t", ";", ",", "|", "；", "，")
# Number of rows from which the delimiter is detected.
_DELIMITER_WITHIN = 200
_MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# At least this share of the characters of Chinese text is in GB 2312; other bytes decoded as Chinese have a lower
# share.
_COMMON = 0.9
CHINESE = "GB18030"
# How portals keep Excel from reading a code as a number: ="530102".
_FORCED_TEXT = re.compile(r'\s*="([^"]*)"\s*')


class Decoded(NamedTuple):
    """The text of a file, its encoding, and whether that encoding was detected rather than stated (``guessed``)."""

    text: str
    encoding: str
    guessed: bool


def decoded(data: bytes, encoding: str, title: str, file: str) -> Decoded:
    """The text of a file.

    Args:
        data: the bytes of the file.
        encoding: the encoding stated by the user, "" to detect it.
        title: name of the input, for messages.
        file: file name, for messages.

    Raises:
        CarbonBalanceError: the bytes are not valid in the encoding, or not text.
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "") or _wide(data)
    try:
        text = data.decode(marked or encoding or "utf-8")
        found = Decoded(text, marked or encoding or "UTF-8", False)
    except (UnicodeDecodeError, LookupError):
        if encoding and not marked and (_is_utf8(data) or _is_chinese(data)):
            raise CarbonBalanceError(
                tr("{input}: {file} is not encoded in {encoding} but in {own}: leave ENCODING empty.").format(
                    input=title, file=file, encoding=encoding, own="UTF-8" if _is_utf8(data) else CHINESE
                )
            ) from None
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


def _wide(data: bytes) -> str:
    """The encoding of text in units of two or four bytes without a byte-order mark; "" for other bytes."""
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be") if b"\0" in data else ():
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\n" in text and "\0" not in text and all(sign.isprintable() or sign in "\r\n\t\u3000" for sign in text):
            return name
    return ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(data: bytes) -> bool:
    """Whether bytes that are not UTF-8 are Chinese text in a GB encoding."""
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
    """The rows of a text file, including blank ones, and its delimiter, "" for a single column.

    Raises:
        CarbonBalanceError: an unclosed quote, or a cell that is too large.
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
    if '="' in text:
        rows = [[_unforced(cell) for cell in row] for row in rows]
    if stated:
        rows[0] = []
    if not delimiter:
        rows = [[line.strip()] if line.strip() else [] for line in text.splitlines()]
    return rows, delimiter


def _unforced(cell: str) -> str:
    forced = _FORCED_TEXT.fullmatch(cell) if '="' in cell else None
    return cell if forced is None else forced[1]


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
