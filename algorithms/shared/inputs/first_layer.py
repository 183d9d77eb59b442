"""Files of several layers of which only the first is read, because the value of a parameter names none."""

from __future__ import annotations

import contextlib
from pathlib import Path

from osgeo import gdal, ogr
from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProperty

from ....core.runtime.errors import listed
from ....core.runtime.files import DATABASES
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log


def warn_of_first_layer(value: object, title: str, log: Log) -> None:
    """Warn if ``value`` is a file with further layers of the same kind of geometry as the one that is read.

    Args:
        value: value of a parameter of layers.
        title: title of the parameter.
        log: receives the warning.
    """
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    if not isinstance(value, str) or not value.lower().endswith(DATABASES) or not Path(value).is_file():
        return
    kinds = {}
    with contextlib.suppress(RuntimeError):
        dataset = gdal.OpenEx(value, gdal.OF_VECTOR | gdal.OF_READONLY)
        layers = [dataset.GetLayer(number) for number in range(dataset.GetLayerCount())]
        kinds = {layer.GetName(): _kind(layer.GetGeomType()) for layer in layers}
    if len(kinds) < 2:
        return
    first, *others = kinds
    alike = [name for name in others if kinds[name] == kinds[first] != ogr.wkbNone]
    if alike:
        log.warn(
            tr(
                "{input}: {file} has several layers, of which the first, {first}, is read; to read another one "
                "({others}), write {file}|layername={other}."
            ).format(input=title, file=Path(value).name, first=first, others=listed(alike), other=alike[0])
        )


def _kind(geometry: int) -> int:
    """The type of a geometry without Z and M, the same for polygons and multipolygons."""
    flat = ogr.GT_Flatten(geometry)
    return ogr.GT_GetCollection(flat) or flat
