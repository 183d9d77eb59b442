"""Directories of little-endian TIFF files: where the tiles of an image are, and entering where they were put.

Sources: TIFF 6.0 (Adobe 1992), and the design of BigTIFF, in which counts and offsets have 8 bytes instead of 4. A file
has one directory for the image, followed by one for each overview.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

_TILE_OFFSETS, _TILE_SIZES = 324, 325
# Bits of a number, compression, predictor, columns and rows of a tile, kind of number, and whether bands are stored
# together or apart.
_CODING = {258: 1, 259: 1, 317: 1, 322: 0, 323: 0, 339: 1, 284: 1}
_BANDS = 277
# The number types of whole numbers in a directory, by their code.
_NUMBER_TYPES = {3: "<u2", 4: "<u4", 16: "<u8"}
_MOST_ADDRESS = {4: (1 << 32) - 1, 8: (1 << 64) - 1}


@dataclass(frozen=True)
class TiffVariant:
    """Sizes and types of a variant of TIFF."""

    first: int  # Position of the address of the first directory.
    address: str  # An address, or the number of values of an entry.
    count: str  # The number of entries.
    number: int  # Code of the number type of addresses.

    @property
    def address_bytes(self) -> int:
        return struct.calcsize(self.address)

    @property
    def entry_bytes(self) -> int:
        return 4 + 2 * self.address_bytes


_TIFF_VARIANTS = {42: TiffVariant(4, "<I", "<H", 4), 43: TiffVariant(8, "<Q", "<Q", 16)}


@dataclass(frozen=True)
class Directory:
    """A directory: the position of each entry and its number type and number of values, by tag."""

    variant: TiffVariant
    entries: dict[int, tuple[int, int, int]]

    def numbers(self, file: BinaryIO, tag: int, missing: int = 0) -> np.ndarray:
        """The whole numbers of an entry, int64 (values,); ``missing`` alone if there is no such entry."""
        if tag not in self.entries:
            return np.array([missing])
        value, dtype, count = self._values(file, tag)
        file.seek(value)
        return np.frombuffer(file.read(count * dtype.itemsize), dtype).astype(np.int64)

    def _values(self, file: BinaryIO, tag: int) -> tuple[int, np.dtype, int]:
        """Address, type and number of the values of an entry."""
        position, code, count = self.entries[tag]
        dtype = np.dtype(_NUMBER_TYPES[code])
        value = position + 4 + self.variant.address_bytes
        if count * dtype.itemsize > self.variant.address_bytes:
            value = _number_at(file, value, self.variant.address)
        return value, dtype, count

    def coding(self, file: BinaryIO) -> tuple[int, ...]:
        """What a program needs to know to decode tiles: equal for tiles that can replace each other."""
        found = [int(self.numbers(file, tag, usual)[0]) for tag, usual in _CODING.items()]
        # One band alone is not stored in another way.
        return tuple(found if self.numbers(file, _BANDS, 1)[0] > 1 else found[:-1])

    def tiles(self, file: BinaryIO) -> tuple[np.ndarray, np.ndarray]:
        """The offsets of the tiles in the file and their sizes in bytes, both int64 (tiles,)."""
        return self.numbers(file, _TILE_OFFSETS), self.numbers(file, _TILE_SIZES)

    def enter(self, file: BinaryIO, offsets: np.ndarray, sizes: np.ndarray) -> None:
        """Enter where the tiles are; the numbers are added to the end of the file.

        Raises:
            RuntimeError: the file is too large for its variant of TIFF, or the image has another number of tiles.
        """
        if not len(offsets) == len(sizes) == self.entries[_TILE_OFFSETS][2]:
            raise RuntimeError(f"{len(offsets)} tiles where {self.entries[_TILE_OFFSETS][2]} are expected")
        for tag, values in ((_TILE_OFFSETS, offsets), (_TILE_SIZES, sizes)):
            if values.max() > _MOST_ADDRESS[self.variant.address_bytes]:
                raise RuntimeError("a TIFF file without BigTIFF cannot be larger than 4 GB")
            content = values.astype(_NUMBER_TYPES[self.variant.number]).tobytes()
            if len(values) > 1:
                # Values begin at an even address.
                end = file.seek(0, 2)
                file.write(b"\0" * (end % 2) + content)
                content = struct.pack(self.variant.address, end + end % 2)
            file.seek(self.entries[tag][0] + 2)
            file.write(
                struct.pack("<H", self.variant.number) + struct.pack(self.variant.address, len(values)) + content
            )

    def enter_in_place(self, file: BinaryIO, offsets: np.ndarray, sizes: np.ndarray) -> bool:
        """Enter where the tiles are in place of the numbers that are there, so that nothing moves in the file.

        Returns:
            whether they fit; if not, nothing is written.
        """
        entries = [(*self._values(file, tag), new) for tag, new in ((_TILE_OFFSETS, offsets), (_TILE_SIZES, sizes))]
        if not all(count == len(new) and new.max() <= np.iinfo(dtype).max for _, dtype, count, new in entries):
            return False
        for address, dtype, _, new in entries:
            file.seek(address)
            file.write(new.astype(dtype).tobytes())
        return True


def directories(file: BinaryIO) -> list[Directory]:
    """All directories of a TIFF file, in their order.

    Raises:
        RuntimeError: not a little-endian TIFF file.
    """
    file.seek(0)
    head = file.read(4)
    variant = _TIFF_VARIANTS.get(int.from_bytes(head[2:], "little"))
    if head[:2] != b"II" or variant is None:
        raise RuntimeError("not a little-endian TIFF file")
    found = []
    start = _number_at(file, variant.first, variant.address)
    while start:
        count = _number_at(file, start, variant.count)
        first = start + struct.calcsize(variant.count)
        file.seek(first)
        content = file.read(count * variant.entry_bytes)
        entries = {}
        for at in range(0, len(content), variant.entry_bytes):
            tag, code = struct.unpack_from("<HH", content, at)
            entries[tag] = (first + at, code, struct.unpack_from(variant.address, content, at + 4)[0])
        found.append(Directory(variant, entries))
        start = _number_at(file, first + len(content), variant.address)
    return found


def _number_at(file: BinaryIO, position: int, kind: str) -> int:
    file.seek(position)
    return struct.unpack(kind, file.read(struct.calcsize(kind)))[0]
