"""Text files in the encodings that spreadsheets write."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

from osgeo import gdal

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr

SUFFIXES = {".csv", ".tsv", ".txt"}


def recoded(path: Path, encoding: str, title: str) -> str:
    """A copy of a text file in GDAL's memory, in UTF-8; refuses bytes that the encoding does not have."""
    try:
        text = path.read_bytes().decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise CarbonBalanceError(
            tr("{input}: {file} is not in {encoding}: choose the encoding it is in, such as GBK or GB18030.").format(
                input=title, file=path.name, encoding=encoding
            )
        ) from None
    copy = f"/vsimem/carbon_balance_{uuid.uuid4().hex}/{path.name}"
    gdal.FileFromMemBuffer(copy, text.encode("utf-8"))
    return copy


def forget(copy: str) -> None:
    """Remove a copy that :func:`recoded` made, with its folder."""
    # GDAL up to 3.6 removes both and says that it failed.
    with contextlib.suppress(RuntimeError):
        gdal.RmdirRecursive(copy.rpartition("/")[0])
