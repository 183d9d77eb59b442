"""Records of runs (see :mod:`core.assessment.provenance.record`): creation, storage and reading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsLayerMetadata,
    QgsMapLayer,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingUtils,
    QgsProperty,
    QgsProviderRegistry,
)
from qgis.PyQt.QtXml import QDomDocument

from ...compat import is_null
from ...core.assessment.provenance.carrier import carries_inside, put_inside, read_inside
from ...core.assessment.provenance.record import (
    LARGEST_RECORD,
    InputRecord,
    Record,
    StepRecord,
    checksum,
    from_json,
    joined_steps,
    to_json,
)
from ...core.runtime.files import on_disk
from ...core.runtime.i18n import tr
from ...core.runtime.staging import staged_file
from ...core.text.choice_labels import choice_name
from .cartography.layer_styles import MARK
from .inputs.given import Given
from .inputs.sources import INPUT_KINDS, RASTER, opened_by, uris
from .provenance import PLACES, format_versions

# Custom property in which a memory layer stores its record.
PROPERTY = "carbon_balance/record"
# Formats that cannot store a record and use a metadata file (.qmd). Not for tables: the file would be used for a layer
# with the same stem.
_BESIDE = (".shp", ".geojson", ".json", ".fgb", ".tab", ".gml", ".kml")


class RunRecord:
    """The record of a run, created while its inputs still exist."""

    def __init__(self, given: Given, numbers: Mapping[str, object]) -> None:
        found = [
            (definition, record, known)
            for definition in given.algorithm.parameterDefinitions()
            if _is_input(definition)
            for record, known in _inputs(given, definition)
        ]
        chosen, defaults = _parameters(given)
        step = StepRecord(
            algorithm=given.algorithm.id(),
            title=given.algorithm.displayName(),
            parameters=chosen,
            defaults=defaults,
            inputs=tuple(record for _, record, _ in found),
            versions=format_versions(),
            numbers={name: value for name, value in numbers.items() if isinstance(value, (int, float, str))},
            class_values=given.class_values,
            class_unit=given.class_unit,
            warnings=tuple(given.log.warnings),
        )
        self.steps = (*joined_steps(known for _, _, known in found if known is not None), step)

    def text(self, output: str) -> str:
        """The record of one output as text."""
        return to_json(Record(output, self.steps))

    def put_into(self, hidden: Path | None, output: str) -> None:
        """Store the record in a file under its hidden name, if the format supports it."""
        if hidden is not None and carries_inside(hidden):
            put_inside(hidden, self.text(output))

    def put_beside(self, given: Given, destination: str, output: str, done: bool) -> None:
        """Store the record of a layer at its destination.

        Args:
            given: the run.
            destination: QGIS id or path of the layer.
            output: name of the output.
            done: whether its file already contains the record.
        """
        layer = given.context.temporaryLayerStore().mapLayer(destination)
        if layer is not None:
            layer.setCustomProperty(PROPERTY, self.text(output))
            layer.setMetadata(self._metadata(layer.metadata(), output))
        path = Path(destination.partition("|")[0])
        if done or layer is not None or not path.is_file():
            return
        if carries_inside(path):
            put_inside(path, self.text(output), destination.partition("|layername=")[2])
        elif path.suffix.lower() in _BESIDE:
            self._write_beside(path, output)

    def _metadata(self, metadata: QgsLayerMetadata, output: str) -> QgsLayerMetadata:
        metadata.setHistory([*(f"{step.algorithm}: {step.title}" for step in self.steps), self.text(output)])
        return metadata

    def _write_beside(self, path: Path, output: str) -> None:
        """Write the metadata file that QGIS reads with a layer; a file of the user is kept."""
        target = path.with_suffix(".qmd")
        if target.exists() and MARK not in target.read_bytes():
            return
        document = QDomDocument("qgis")
        root = document.createElement("qgis")
        self._metadata(QgsLayerMetadata(), output).writeMetadataXml(root, document)
        document.appendChild(root)
        with staged_file(target) as beside:
            beside.write_bytes(document.toString(2).encode("utf-8") + MARK)


def record_of(given: Given, item: object, kind: str) -> Record | None:
    """The record of an input layer or file, ``None`` if there is none."""
    layer = _layer(given, item)
    if layer is not None and layer.customProperty(PROPERTY):
        return from_json(str(layer.customProperty(PROPERTY)))
    for provider, uri in uris(item, given, kind):
        path, table = _path_and_layer(provider, uri)
        if path is None:
            continue
        text = read_inside(str(path), table, provider == RASTER) if carries_inside(path) else _read_beside(path)
        if text:
            return from_json(text)
    return None


def _is_input(definition: QgsProcessingParameterDefinition) -> bool:
    """Whether a parameter is an input of layers or files."""
    is_folder = definition.type() == "file" and definition.behavior() == QgsProcessingParameterFile.Behavior.Folder
    return definition.type() in INPUT_KINDS and not definition.isDestination() and not is_folder


def _inputs(given: Given, definition: QgsProcessingParameterDefinition):
    """The layers or files of an input with their records."""
    value = given.parameters.get(definition.name())
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if item in (None, ""):
            continue
        known = record_of(given, item, opened_by(definition))
        name, table, path = _named(given, item, opened_by(definition))
        if known is not None and known.steps:
            # Outputs of steps are identified by the step, because a repeated file has other dates.
            yield InputRecord(definition.name(), name, table, step=known.steps[-1].id, output=known.output), known
            continue
        digest, size = checksum(path) if path is not None else ("", 0)
        yield InputRecord(definition.name(), name, table, digest, size), None


def _named(given: Given, item: object, kind: str) -> tuple[str, str, Path | None]:
    """Name of a layer or file, its table, and its file on disk."""
    for provider, uri in uris(item, given, kind):
        path, table = _path_and_layer(provider, uri)
        if path is not None:
            return path.name, table, path
    layer = _layer(given, item)
    return (layer.name() if layer is not None else ""), "", None


def _layer(given: Given, item: object) -> QgsMapLayer | None:
    if isinstance(item, QgsProcessingFeatureSourceDefinition):
        item = item.source
    if isinstance(item, QgsProperty):
        item, _ = item.value(given.context.expressionContext(), None)
    if isinstance(item, str) and item:
        store = given.context.temporaryLayerStore().mapLayer(item)
        return store or QgsProcessingUtils.mapLayerFromString(item, given.context, False)
    return item if isinstance(item, QgsMapLayer) else None


def _path_and_layer(provider: str, uri: str) -> tuple[Path | None, str]:
    if provider.casefold() == "memory":
        return None, ""
    parts = QgsProviderRegistry.instance().decodeUri(provider or "ogr", uri) or {}
    path = on_disk(str(parts.get("path") or uri.partition("|")[0]))
    table = parts.get("layerName")
    return path, table if isinstance(table, str) else ""


def _read_beside(path: Path) -> str:
    """The record in the metadata file of a layer."""
    target = path.with_suffix(".qmd")
    try:
        if not target.is_file() or target.stat().st_size > 2 * LARGEST_RECORD:
            return ""
        document = QDomDocument()
        document.setContent(target.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    metadata = QgsLayerMetadata()
    metadata.readMetadataXml(document.documentElement())
    return next((each for each in metadata.history() if "carbon_balance_record" in each), "")


def _parameters(given: Given) -> tuple[dict[str, object], dict[str, object]]:
    """Parameters other than layers, files and outputs: changed ones, and those at their default."""
    chosen, defaults = {}, {}
    for definition in given.algorithm.parameterDefinitions():
        if definition.isDestination() or definition.type() in PLACES:
            continue
        value, default = given.parameters.get(definition.name()), definition.defaultValue()
        if is_null(value) or value in ("", []) or value == default:
            if not is_null(default) and default not in ("", []):
                defaults[definition.name()] = _plain(default)
        else:
            chosen[definition.name()] = _plain(value)
    return chosen, defaults


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def parameter_titles(algorithm: str, parameter: str) -> str:
    """The title of a parameter (or of the algorithm if "") in the user's language; its id if unknown."""
    # A new instance, because that of the registry may have been created before the language was set.
    found = QgsApplication.processingRegistry().createAlgorithmById(algorithm)
    if not parameter:
        return found.displayName() if found is not None else ""
    definition = found.parameterDefinition(parameter) if found is not None else None
    return definition.description() if definition is not None else parameter


def parameter_labels(algorithm: str, parameter: str, value: object) -> object:
    """``value``, or the labels of its options in the user's language if the parameter is a choice."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    found = QgsApplication.processingRegistry().algorithmById(algorithm)
    definition = found.parameterDefinition(parameter) if found is not None else None
    if not isinstance(definition, QgsProcessingParameterEnum) or not definition.usesStaticStrings():
        return value
    options = value if isinstance(value, list) else str(value).split(",")
    return tr(", ").join(choice_name(str(each)) for each in options)


def destinations(algorithm: str) -> dict[str, tuple[str, bool]]:
    """The outputs of an algorithm: name -> (file suffix, whether it is required)."""
    found = QgsApplication.processingRegistry().algorithmById(algorithm)
    if found is None:
        return {}
    return {
        each.name(): (f".{each.defaultFileExtension()}", not each.flags() & each.Flag.FlagOptional)
        for each in found.destinationParameterDefinitions()
    }


def folders_of(given: Given) -> list[Path]:
    """The folders of the input files of a run."""
    found = []
    for definition in given.algorithm.parameterDefinitions():
        if not _is_input(definition):
            continue
        value = given.parameters.get(definition.name())
        for item in value if isinstance(value, (list, tuple)) else [value]:
            path = _named(given, item, opened_by(definition))[2] if item not in (None, "") else None
            if path is not None:
                found.append(path.parent)
    return list(dict.fromkeys(found))
