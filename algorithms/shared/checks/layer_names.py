"""Names that QGIS or GDAL cannot write, or write but cannot open, which are refused before anything is computed."""

from __future__ import annotations

import re
from pathlib import Path

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr

# QGIS takes what stands before a colon in a path for a provider, and adds a suffix to a name with a line break.
_NEVER = re.compile(r"[:\x00-\x1f]")
# SQLite decodes the path of a file that QGIS opens: it would look for aA.gpkg instead of a%41.gpkg.
_ESCAPED = re.compile(r"%[0-9a-fA-F]{2}")
# What GDAL refuses at the beginning of a layer of a GeoPackage, which has the name of its file.
_BEGIN = re.compile(r"[`~!@#$%^&*()+={}|\[\]\\\";'<>?,/-]|gpkg|sqlite_", re.IGNORECASE)


def check_layer_name(path: Path, table: str | None, output: str) -> None:
    """Refuse a file or table of a layer whose name cannot be written or opened.

    Args:
        path: the file.
        table: its table, ``None`` for a file with one layer.
        output: name of the output, for messages.

    Raises:
        CarbonBalanceError: naming the part of the name that cannot be used.
    """
    geopackage = path.suffix.lower() == ".gpkg"
    name = table or path.stem
    found = None if table else _NEVER.search(str(path).removeprefix(path.drive))
    if found is None and geopackage:
        found = _ESCAPED.search(str(path.absolute()))
    if found is not None:
        part = found[0] if found[0].isprintable() else tr("a line break or another control character")
        raise CarbonBalanceError(
            tr("{output}: QGIS cannot write or open {path}, because it contains {part}; choose another name.").format(
                output=output, path=repr(str(path))[1:-1], part=part
            )
        )
    begin = _BEGIN.match(name) if geopackage else None
    if begin is not None:
        raise CarbonBalanceError(
            tr(
                "{output}: a layer of a GeoPackage cannot have the name {name}, because it begins with {part}; choose "
                "another name, or another format such as .geojson."
            ).format(output=output, name=name, part=begin[0])
        )
