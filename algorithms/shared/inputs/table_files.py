"""The file of a layer or table parameter, if core can read it directly."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from qgis.core import (
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingUtils,
    QgsProperty,
    QgsProviderRegistry,
    QgsVectorLayer,
)


class TableFile(NamedTuple):
    """The file of a table.

    Attributes:
        path: path of the file.
        sheet: sheet of a workbook, "" for the first.
        shown: column names displayed by QGIS, [] if it cannot open the file.
    """

    path: Path
    sheet: str
    shown: list[str]


def table_file(value: object, context) -> TableFile | None:
    """The file of a parameter value; ``None`` if only QGIS can read it (memory, geometry, filter, edits, selection).

    Args:
        value: value of a feature source parameter.
        context: context of the run.
    """
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        limited = value.selectedFeaturesOnly or value.featureLimit > 0 or getattr(value, "filterExpression", "")
        if limited:
            return None
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    layer = value if isinstance(value, QgsVectorLayer) else None
    if isinstance(value, str):
        # Paths are tried first: asking QGIS for a layer that it cannot open is slow and logs an error.
        layer = QgsProcessingUtils.mapLayerFromString(value, context, False) or _opened(value)
    if layer is None or not layer.isValid():
        return _of_text(value, []) if isinstance(value, str) else None
    own = layer.dataProvider().fields().count()
    plain = layer.fields().count() == own and not layer.subsetString() and not layer.isEditable()
    if layer.providerType() != "ogr" or layer.isSpatial() or not plain:
        return None
    return _of_text(layer.source(), layer.fields().names())


def _of_text(source: str, shown: list[str]) -> TableFile | None:
    """The file of a path, optionally followed by ``|layername=``."""
    from ....core.tables.files.reader import TABLE_SUFFIXES

    parts = QgsProviderRegistry.instance().decodeUri("ogr", source)
    text = str(parts.get("path") or source.split("|")[0])
    path = Path(text.removeprefix("file://"))
    try:
        there = path.suffix.lower() in TABLE_SUFFIXES and path.is_file()
    except (OSError, ValueError):
        # An invalid file name, such as one with a NUL character or thousands of characters.
        return None
    return TableFile(path, _sheet_of(path, parts), shown) if there else None


def _sheet_of(path: Path, parts: dict) -> str:
    """The sheet of a layer, "" for the first; older projects and scripts state its number, not its name."""
    from ....core.tables.files.workbook import sheet_at

    number = int(str(parts.get("layerId") or 0))
    return str(parts.get("layerName") or "") or (sheet_at(path, number) if number > 0 else "")


def _opened(source: str) -> QgsVectorLayer | None:
    if _of_text(source, []) is None:
        return None
    layer = QgsVectorLayer(source, Path(source.split("|")[0]).stem, "ogr")
    return layer if layer.isValid() else None


def openable(algorithm, parameters: dict, context) -> dict:
    """``parameters`` for the check of QGIS, with an empty table for files that only core can read."""
    checked = dict(parameters)
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        if definition.type() in ("source", "vector") and isinstance(value, str):
            file = table_file(value, context)
            if file is not None and not file.shown:
                checked[definition.name()] = QgsVectorLayer("None?field=field_1:string", file.path.stem, "memory")
    return checked
