"""Detection of the text encoding of a dBASE or MapInfo file, such as the attributes of a Shapefile, from its bytes.

Such files rarely state their encoding (a .cpg file may, correctly or not). Other text is almost never valid UTF-8 by
chance, and almost all characters of Chinese text in GBK are among the few thousand of GB 2312.
"""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

UTF_8, GB18030 = "UTF-8", "GB18030"
# Bytes that are read at most: enough to decide for any layer of zones.
_MOST_BYTES = 32_000_000
_ROW, _FIELD = 32, 32
_END_OF_FIELDS = 0x0D
# Encodings in which any bytes are valid and which programs use by default, so that reading without errors proves
# nothing.
_ANYTHING = {"iso8859-1", "cp1252", "latin_1", "ascii"}
_CHINESE_CODES = {"gbk", "gb2312", "gb18030", "cp936"}
# Shares of the Chinese characters that are in GB 2312, and in its first half, which contains the common ones.
_LEAST_GB2312, _LEAST_COMMON = 0.8, 0.5


def texts_of(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Column names and texts of the rows, each with whether it may be truncated at the width of its column.

    The rows of a MapInfo .mid file are lines of text.
    """
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    if path.suffix.lower() == ".mid":
        yield from ((line, False) for line in content.splitlines())
        return
    count = int.from_bytes(content[4:8], "little")
    begin, length = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    columns, offset, at = [], 1, _ROW
    while at + _FIELD <= min(begin, len(content)) and content[at] != _END_OF_FIELDS:
        name, kind, width = content[at : at + 11].split(b"\0")[0], content[at + 11 : at + 12], content[at + 16]
        yield name, len(name) >= 10
        if kind == b"C":
            columns.append((offset, width))
        offset += width
        at += _FIELD
    if not length:
        return
    for row in range(min(count, (len(content) - begin) // length)):
        start = begin + row * length
        for place, width in columns:
            value = content[start + place : start + place + width]
            yield value.split(b"\0")[0].rstrip(b" "), not value.endswith((b" ", b"\0"))


def fits(texts: list[tuple[bytes, bool]], encoding: str) -> bool:
    """Whether all texts are valid in an encoding; a truncated text may end within a character."""
    try:
        for text, cut in texts:
            codecs.getincrementaldecoder(encoding)().decode(text, final=not cut)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def looks_chinese(texts: list[tuple[bytes, bool]]) -> bool:
    """Whether texts are most likely Chinese in GB 2312, GBK or GB 18030."""
    if not fits(texts, GB18030):
        return False
    wide = gb2312 = common = 0
    for text, _ in texts:
        for letter in codecs.getincrementaldecoder(GB18030)().decode(text):
            if letter.isascii():
                continue
            wide += 1
            with contextlib.suppress(UnicodeEncodeError):
                first = letter.encode("gb2312")[0]
                gb2312 += 1
                common += 0xB0 <= first <= 0xD7
    return bool(wide) and gb2312 >= _LEAST_GB2312 * wide and common >= _LEAST_COMMON * wide


def foreign_texts(path: Path) -> list[tuple[bytes, bool]]:
    """The texts of a file that are not plain ASCII, see :func:`texts_of`; none if it cannot be read."""
    try:
        return [(text, cut) for text, cut in texts_of(path) if not text.isascii()]
    except OSError:
        return []


def misread(texts: Iterable[str]) -> str:
    """The actual encoding of texts decoded as Western European letters, such as "ÎåÈªÇø"; "" if they may be correct."""
    raw = []
    for text in texts:
        content = _western_bytes(text)
        if content is not None and not content.isascii():
            raw.append((content, True))
    if not raw:
        return ""
    if fits(raw, UTF_8):
        return UTF_8
    return GB18030 if looks_chinese(raw) else ""


def _western_bytes(text: str) -> bytes | None:
    """The bytes of a text that was decoded as Windows-1252 or ISO-8859-1; ``None`` if it cannot have been."""
    try:
        # Bytes undefined in Windows-1252 are decoded as control characters with the same number.
        return b"".join(
            bytes([ord(letter)]) if 0x80 <= ord(letter) < 0xA0 else letter.encode("cp1252") for letter in text
        )
    except UnicodeEncodeError:
        return None


def better_encoding(path: Path, read_as: str) -> str | None:
    """The actual encoding of a file that is ``read_as`` another one; ``None`` if ``read_as`` may be correct."""
    texts = foreign_texts(path)
    if not texts:
        return None
    try:
        known = codecs.lookup(read_as).name
    except LookupError:
        known = ""
    if known == "utf-8":
        return GB18030 if not fits(texts, UTF_8) and looks_chinese(texts) else None
    if known in _CHINESE_CODES:
        if looks_chinese(texts):
            return None if fits(texts, known) else GB18030
        return UTF_8 if fits(texts, UTF_8) else None
    if known and known not in _ANYTHING:
        return None if fits(texts, known) or not fits(texts, UTF_8) else UTF_8
    if fits(texts, UTF_8):
        return UTF_8
    return GB18030 if looks_chinese(texts) else None
