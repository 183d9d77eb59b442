"""Layers that QGIS reads with a wrong encoding: Shapefiles with a missing or wrong .cpg, and MapInfo files."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProcessingUtils, QgsProperty, QgsVectorLayer

from ....core.runtime.errors import CarbonBalanceError, listed
from ....core.runtime.files import companions
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from ....core.tables.files.dbf_encoding import better_encoding, fits, foreign_texts, misread
from ....core.tables.table import Table

# Formats that rarely state their encoding, and the file with the texts.
_CODED = {".dbf": ".dbf", ".shp": ".dbf", ".tab": ".dat", ".mif": ".mid", ".mid": ".mid"}
UNREAD = "\ufffd"


def layer_of(value: object, context) -> QgsVectorLayer | None:
    """The vector layer of a parameter value, ignoring feature limits; ``None`` if there is none."""
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value, _ = value.value(context.expressionContext(), None)
    if isinstance(value, str) and value:
        value = QgsProcessingUtils.mapLayerFromString(value, context)
    return value if isinstance(value, QgsVectorLayer) else None


def readable(layer: QgsVectorLayer | None, chosen: str, title: str, log: Log) -> QgsVectorLayer | None:
    """``layer`` with the ``chosen`` or detected encoding; ``None`` if it is already correct.

    Args:
        layer: layer as read by QGIS.
        chosen: an encoding, "" to detect it.
        title: name of the input in messages.
        log: receives a warning with a remedy.

    Raises:
        CarbonBalanceError: the texts are not valid in the chosen encoding.
    """
    path = _coded_file(layer)
    if layer is None or path is None:
        return None
    shown = layer.dataProvider().encoding()
    kind = _CODED[path.suffix.lower()]
    table = next((each for each in companions(path) if each.suffix.lower() == kind), path)
    encoding = chosen or better_encoding(table, shown)
    if not encoding:
        return None
    better = layer.clone()
    better.setProviderEncoding(encoding)
    if better.dataProvider().encoding().casefold() != encoding.casefold():
        # A MapInfo file that states its encoding is always read with it.
        if chosen:
            log.warn(
                tr("{input}: {file} states its own encoding; {encoding} is ignored.").format(
                    input=title, file=path.name, encoding=chosen
                )
            )
        return None
    better.selectByIds(layer.selectedFeatureIds())
    if chosen:
        if not fits(foreign_texts(table), chosen):
            raise CarbonBalanceError(
                tr("{input}: the texts of {file} are not in {encoding}: choose another encoding or none.").format(
                    input=title, file=path.name, encoding=chosen
                )
            )
        log.info(
            tr("{input}: the texts of {file} are read as {encoding}.").format(
                input=title, file=path.name, encoding=chosen
            )
        )
    elif path.suffix.lower() in (".shp", ".dbf"):
        log.warn(
            tr(
                "{input}: the texts of {file} are in {encoding}, not in {shown}, and are read in it; a text file "
                "{cpg} next to it with the word {encoding} makes QGIS do the same."
            ).format(
                input=title, file=path.name, encoding=encoding, shown=shown or "?", cpg=path.with_suffix(".cpg").name
            )
        )
    else:
        log.warn(
            tr("{input}: the texts of {file} are in {encoding}, not in {shown}, and are read so.").format(
                input=title, file=path.name, encoding=encoding, shown=shown or "?"
            )
        )
    return better


def _coded_file(layer: QgsVectorLayer | None) -> Path | None:
    """The file of a layer in a format that rarely states its encoding; ``None`` for others."""
    if layer is None or layer.providerType() != "ogr":
        return None
    path = Path(layer.source().split("|")[0])
    return path if path.suffix.lower() in _CODED and path.is_file() else None


def instead(value: object, layer: QgsVectorLayer, context) -> object:
    """A feature source value for ``layer`` with the feature limits of ``value``."""
    if not isinstance(value, QgsProcessingFeatureSourceDefinition):
        return layer
    definition = QgsProcessingFeatureSourceDefinition(value)
    context.temporaryLayerStore().addMapLayer(layer)
    definition.source = QgsProperty.fromValue(layer.id())
    return definition


def warn_of_unread(table: Table, settable: str, log: Log) -> None:
    """Warn of characters lost in reading, and of texts decoded with a wrong encoding.

    Args:
        table: the table.
        settable: parameter that sets its encoding, "" for none.
        log: receives the warnings.
    """
    remedy = tr(
        "put a text file of the same name that ends in .cpg and names the encoding, such as GBK, next to a "
        "Shapefile; save other layers anew in UTF-8"
    )
    if settable:
        remedy = tr("set {parameter} for a Shapefile or MapInfo file; save other layers anew in UTF-8").format(
            parameter=settable
        )
    lost, garbled = [], {}
    for at, name in enumerate(table.fields):
        texts = {name, *(row[at] for row in table.rows if isinstance(row[at], str))}
        if any(UNREAD in text for text in texts):
            lost.append(name)
        elif not all(map(str.isascii, texts)):
            garbled[name] = misread(texts)
    if lost:
        log.warn(
            tr(
                "{table}: {columns} contain characters that could not be read, because the texts are in another "
                "encoding: {remedy}."
            ).format(table=table.label, columns=listed(lost), remedy=remedy)
        )
    for encoding in sorted({each for each in garbled.values() if each}):
        log.warn(
            tr("{table}: the texts of {columns} look garbled; they are probably in {encoding}: {remedy}.").format(
                table=table.label,
                columns=listed(name for name, found in garbled.items() if found == encoding),
                encoding=encoding,
                remedy=remedy,
            )
        )
