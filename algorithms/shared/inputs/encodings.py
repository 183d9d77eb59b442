"""Layers whose texts QGIS reads in another encoding than they are in: Shapefiles without a .cpg, or a wrong one."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProcessingUtils, QgsProperty, QgsVectorLayer

from ....core.runtime.errors import listed
from ....core.runtime.files import companions
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from ....core.tables.files.dbf_encoding import better_encoding
from ....core.tables.table import Table

# Files whose encoding is not in them.
_CODED = {".dbf", ".shp"}
UNREAD = "\ufffd"


def layer_of(value: object, context) -> QgsVectorLayer | None:
    """The vector layer that the value of a parameter means, whatever limits it sets; ``None`` if there is none."""
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value, _ = value.value(context.expressionContext(), None)
    if isinstance(value, str) and value:
        value = QgsProcessingUtils.mapLayerFromString(value, context)
    return value if isinstance(value, QgsVectorLayer) else None


def readable(layer: QgsVectorLayer | None, chosen: str, title: str, log: Log) -> QgsVectorLayer | None:
    """``layer`` in the encoding that was ``chosen``, or that its file is in; ``None`` where it is right as it is.

    Args:
        layer: as QGIS reads it.
        chosen: an encoding, "" to find it.
        title: how messages call the input.
        log: takes a warning with the remedy.
    """
    if layer is None or layer.providerType() != "ogr":
        return None
    path = Path(layer.source().split("|")[0])
    if path.suffix.lower() not in _CODED or not path.is_file():
        return None
    shown = layer.dataProvider().encoding()
    encoding = chosen
    if not encoding:
        table = next((each for each in companions(path) if each.suffix.lower() == ".dbf"), path)
        encoding = better_encoding(table, shown)
        if encoding is None:
            return None
        log.warn(
            tr(
                "{input}: the texts of {file} are in {encoding}, not in {shown}, and are read so; a text file {cpg} "
                "beside it with the word {encoding} tells QGIS, too."
            ).format(
                input=title, file=path.name, encoding=encoding, shown=shown or "?", cpg=path.with_suffix(".cpg").name
            )
        )
    better = layer.clone()
    better.setProviderEncoding(encoding)
    better.selectByIds(layer.selectedFeatureIds())
    return better


def instead(value: object, layer: QgsVectorLayer, context) -> object:
    """A value for a feature source parameter that means ``layer``, with the limits that ``value`` sets."""
    if not isinstance(value, QgsProcessingFeatureSourceDefinition):
        return layer
    definition = QgsProcessingFeatureSourceDefinition(value)
    context.temporaryLayerStore().addMapLayer(layer)
    definition.source = QgsProperty.fromValue(layer.id())
    return definition


def warn_of_unread(table: Table, log: Log) -> None:
    """Warn of letters that were lost in reading."""
    columns = [
        name
        for at, name in enumerate(table.fields)
        if UNREAD in name or any(isinstance(row[at], str) and UNREAD in row[at] for row in table.rows)
    ]
    if columns:
        log.warn(
            tr(
                "{table}: {columns} hold letters that could not be read: the texts are in another encoding. Put a text "
                "file of the same name that ends in .cpg and names the encoding, such as GBK, beside a Shapefile; save "
                "other layers anew in UTF-8."
            ).format(table=table.label, columns=listed(columns))
        )
