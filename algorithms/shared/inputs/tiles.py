"""Rasters given as tiles: a folder, or paths separated by semicolons."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingUtils

from ....core.runtime.i18n import tr

if TYPE_CHECKING:
    from ....core.runtime.log import Log


def with_mosaics(algorithm, parameters: dict, log: Log | None = None) -> dict:
    """``parameters`` with folders or lists of tiles replaced by a VRT.

    Raises:
        CarbonBalanceError: a folder without rasters, or tiles that are not parts of one raster.
    """
    found = {}
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        if definition.type() != "raster" or not isinstance(value, str) or not value:
            continue
        path = _mosaic_of(value, definition.description(), log)
        if path:
            found[definition.name()] = path
    return {**parameters, **found} if found else parameters


def _mosaic_of(value: str, title: str, log: Log | None) -> str:
    """The VRT of the tiles in ``value``, in the temporary folder of QGIS; "" if there are none."""
    if ";" not in value and not Path(value).is_dir():
        return ""
    from ....core.raster.warping.tiles import mosaic, tiles_of
    from ....core.runtime.gdal_state import errors_raised

    with errors_raised():
        tiles = tiles_of(value)
        if not tiles:
            return ""
        times = [(tile, Path(tile).stat().st_mtime_ns if Path(tile).exists() else 0) for tile in tiles]
        key = hashlib.sha256(repr(times).encode()).hexdigest()[:16]
        folder = Path(QgsProcessingUtils.tempFolder()) / f"tiles_{key}"
        folder.mkdir(parents=True, exist_ok=True)
        name = Path(value).name if Path(value).is_dir() else Path(tiles[0]).stem
        path = folder / f"{name}.vrt"
        if not path.exists():
            mosaic(tiles, str(path))
    if log is not None:
        log.info(tr("{input}: {count} tiles are read as one raster.").format(input=title, count=len(tiles)))
    return str(path)
