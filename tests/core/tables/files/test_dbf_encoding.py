"""Text fields of a dBASE file at the positions given by its header, and detection of the encoding."""

from __future__ import annotations

import struct

import pytest
from carbon_balance.core.tables.files.dbf_encoding import fits, foreign_texts, looks_chinese, misread, texts_of


def dbf(path, columns, rows):
    """A dBASE III table; ``columns`` are (name, kind, width), ``rows`` the bytes of each cell."""
    begin, length = 32 + 32 * len(columns) + 1, 1 + sum(width for _, _, width in columns)
    content = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, len(rows), begin, length)
    for name, kind, width in columns:
        content += struct.pack("<11sc4xBB14x", name, kind, width, 0)
    content += b"\r"
    for row in rows:
        content += b" " + b"".join(cell.ljust(width) for cell, (_, _, width) in zip(row, columns))
    path.write_bytes(content + b"\x1a")
    return path


COLUMNS = [(b"CODE", b"N", 4), (b"NAME_OF_IT", b"C", 6), (b"NOTE", b"C", 3)]


def test_names_texts_and_possible_truncation_are_read(tmp_path):
    path = dbf(tmp_path / "a.dbf", COLUMNS, [(b"7", b"abc", b"xyz"), (b"12", b"abcdef", b"")])
    assert list(texts_of(path)) == [
        (b"CODE", False),
        (b"NAME_OF_IT", True),
        (b"NOTE", False),
        (b"abc", False),
        (b"xyz", True),
        (b"abcdef", True),
        (b"", False),
    ]


def test_complete_rows_of_a_truncated_file_are_read(tmp_path):
    path = dbf(tmp_path / "a.dbf", COLUMNS, [(b"7", b"abc", b"xyz"), (b"12", b"abcdef", b"uvw")])
    whole = path.read_bytes()
    path.write_bytes(whole[:-8])
    assert [text for text, _ in texts_of(path)][3:] == [b"abc", b"xyz"]
    path.write_bytes(whole[:60])
    assert list(texts_of(path)) == []


def test_texts_with_non_ascii_letters_are_found(tmp_path):
    path = dbf(tmp_path / "a.dbf", COLUMNS, [(b"7", "五华".encode("gbk"), b"xyz")])
    assert foreign_texts(path) == [("五华".encode("gbk"), False)]
    assert foreign_texts(tmp_path / "none.dbf") == []
    mid = tmp_path / "a.mid"
    mid.write_bytes("1,五华\r\n2,abc\r\n".encode("gbk"))
    assert foreign_texts(mid) == [("1,五华".encode("gbk"), False)]


def test_a_truncated_text_may_end_within_a_character():
    half = "五华".encode("gbk")[:3]
    assert fits([(half, True)], "gb18030")
    assert not fits([(half, False)], "gb18030")
    assert not fits([(b"\xff\xfe\xff", False)], "utf-8")
    assert not fits([(b"a", False)], "no such encoding")


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("五华区", True),
        ("abc", False),
        # Rare characters of the second half of GB 2312, half and more than half.
        ("五亍", True),
        ("五亍亍", False),
        # The first and the last character of the common half.
        ("啊亍", True),
        ("座亍", True),
        # Characters that GB 2312 lacks: one of five is allowed, one of four is not.
        ("五华区中囍", True),
        ("五华区囍", False),
    ],
)
def test_chinese_is_recognised_by_common_characters(text, chinese):
    assert looks_chinese([(text.encode("gb18030"), False)]) == chinese


def test_texts_decoded_as_western_are_recognised():
    assert misread(["五华区".encode("gbk").decode("latin-1"), "abc"]) == "GB18030"
    assert misread(["é".encode().decode("latin-1")]) == "UTF-8"
    assert misread(["Zürich", "abc"]) == ""
    assert misread(["五华"]) == ""
    assert misread([]) == ""
