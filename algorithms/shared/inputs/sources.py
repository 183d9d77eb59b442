"""The files behind the inputs of a run, including joined and virtual layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qgis.core import (
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsProperty,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsVirtualLayerDefinition,
)
from qgis.PyQt.QtCore import QUrl

from ....core.runtime.files import DATABASES, files_read, same_as
from .given import Given

INPUT_KINDS = ("source", "raster", "vector", "layer", "multilayer", "mesh", "file")
RASTER, VECTOR, ANY = "gdal", "ogr", ""
# Providers of layers without files: network, server or memory.
_NO_FILES = ("memory", "wms", "wcs", "wfs", "oapif", "postgres", "mssql", "oracle", "hana", "arcgisfeatureserver")


@dataclass
class Sources:
    """The sources that a run reads.

    Attributes:
        files: identities of all read files, see :func:`core.runtime.files.same_as`.
        tables: for databases: identity of the file, and name of the table; "" if any may be read.
        without_layer: identities of databases that are opened as vector layers without the name of the layer.
    """

    files: set[object] = field(default_factory=set)
    tables: set[tuple[object, str]] = field(default_factory=set)
    without_layer: set[object] = field(default_factory=set)

    def reads(self, path: str | Path) -> bool:
        """Whether a file is read."""
        return not self.files.isdisjoint(same_as(path))

    def reads_table(self, path: str | Path, table: str) -> bool:
        """Whether a table of a database may be read, also if the table is unknown."""
        same = same_as(path)
        known = {key for key, _ in self.tables}
        if not self.files.isdisjoint(same) and known.isdisjoint(same):
            return True
        return any((key, name) in self.tables for key in same for name in ("", table.casefold()))

    def opens_without_layer(self, path: str | Path) -> bool:
        """Whether a database is opened as a vector layer without the name of the layer."""
        return not self.without_layer.isdisjoint(same_as(path))

    def add(self, paths: Iterable[Path], table: str | None = None) -> None:
        """Add files; ``table`` is the table of a database, "" for the first layer, ``None`` for a raster."""
        for path in paths:
            try:
                same = same_as(path)
            except OSError:
                continue  # Circular links cannot be read.
            self.files.update(same)
            if path.suffix.lower() in DATABASES:
                self.tables.update((key, (table or "").casefold()) for key in same)
                if table == "":
                    self.without_layer.update(same)


def sources_of(given: Given) -> Sources:
    """The files from which all inputs of a run are read."""
    found = Sources()
    for definition in given.algorithm.parameterDefinitions():
        if definition.type() not in INPUT_KINDS or definition.isDestination():
            continue
        value = given.parameters.get(definition.name())
        for item in value if isinstance(value, (list, tuple)) else [value]:
            for provider, uri in uris(item, given, opened_by(definition)):
                _add(found, provider, uri)
    return found


def opened_by(definition: QgsProcessingParameterDefinition) -> str:
    """The provider that opens a path of a parameter."""
    kind = definition.type()
    if kind == "multilayer":
        kind = "raster" if definition.layerType() == QgsProcessing.SourceType.TypeRaster else "vector"
    return {"raster": RASTER, "source": VECTOR, "vector": VECTOR}.get(kind, ANY)


def uris(item: object, given: Given, kind: str) -> Iterator[tuple[str, str]]:
    """Provider and source of every layer behind a value; a path is opened by provider ``kind``."""
    if isinstance(item, QgsProcessingFeatureSourceDefinition):
        item = item.source
    if isinstance(item, QgsProperty):
        item, _ = item.value(given.context.expressionContext(), None)
    if isinstance(item, str) and item:
        # A layer of the project by id or name, otherwise the file itself.
        item = QgsProcessingUtils.mapLayerFromString(item, given.context, False) or item
    if isinstance(item, QgsMapLayer):
        yield from _layers_behind(item, set())
    elif isinstance(item, str) and item:
        named, provider, uri = QgsProcessingUtils.decodeProviderKeyAndUri(item)
        if not named:
            provider, uri = "delimitedtext" if item.startswith("file:") else kind, item
        if provider == "virtual":
            yield from _virtual(uri, set())
        else:
            yield provider, uri


def _layers_behind(layer: QgsMapLayer, seen: set[str]) -> Iterator[tuple[str, str]]:
    """A layer with the layers that it joins or queries."""
    if layer.id() in seen:
        return
    seen.add(layer.id())
    if isinstance(layer, QgsVectorLayer):
        for join in layer.vectorJoins():
            if join.joinLayer() is not None:
                yield from _layers_behind(join.joinLayer(), seen)
    if layer.providerType() == "virtual":
        yield from _virtual(layer.source(), seen)
    else:
        yield layer.providerType(), layer.source()


def _virtual(uri: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """The layers read by a virtual layer: embedded ones, and those of the project named in its query."""
    definition = QgsVirtualLayerDefinition.fromUrl(QUrl(uri))
    if definition.filePath():
        yield "ogr", definition.filePath()
    # The provider of virtual layers uses no other sources.
    known = QgsProject.instance().mapLayers()
    for source in definition.sourceLayers():
        if source.isReferenced():
            if source.reference() in known:
                yield from _layers_behind(known[source.reference()], seen)
        elif source.provider() == "virtual":
            yield from _virtual(source.source(), seen)
        else:
            yield source.provider(), source.source()
    query = definition.query().casefold()
    for layer in known.values():
        if any(name and name.casefold() in query for name in (layer.name(), layer.id())):
            yield from _layers_behind(layer, seen)


def _add(found: Sources, provider: str, uri: str) -> None:
    if provider.casefold() in _NO_FILES:
        return
    plain = uri if uri.lstrip().startswith("<") else uri.partition("|")[0]
    if provider in (ANY, RASTER):
        found.add(files_read(plain, True))
    if provider == RASTER:
        return
    parts = QgsProviderRegistry.instance().decodeUri(VECTOR if provider == ANY else provider, uri) or {}
    table = parts.get("layerName")
    path = plain if parts.get("vsiPrefix") else str(parts.get("path") or plain)
    if provider in ("delimitedtext", "gpx") or path.startswith("file:"):
        path = QUrl(path).toLocalFile() or path.partition("?")[0]
    found.add(files_read(path, False), table if isinstance(table, str) else "")
