"""Normalisation of column names for comparison."""

from __future__ import annotations

import re
import unicodedata

_CHINESE = r"[\u2e80-\u9fff\uf900-\ufaff]"
_BLANKS_IN_CHINESE = re.compile(rf"(?<={_CHINESE})\s+(?={_CHINESE}|[(\[])|(?<=[)\]])\s+(?={_CHINESE})")


def plain(name: object) -> str:
    """The normalised form of ``name``: width, case, blanks, hyphens and byte-order mark ignored; 人 口 becomes 人口."""
    text = unicodedata.normalize("NFKC", str(name)).replace("\ufeff", "").strip().casefold()
    return re.sub(r"\s", "_", _BLANKS_IN_CHINESE.sub("", text)).replace("-", "_")
