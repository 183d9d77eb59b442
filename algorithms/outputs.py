"""Writing what came out: sinks are opened here, after everything has been computed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingException,
    QgsWkbTypes,
)

from ..compat import make_field
from ..core import html
from ..core.errors import CarbonBalanceError
from ..core.i18n import tr
from .inputs import Given, Zones

Columns = Mapping[str, "Sequence[object] | np.ndarray"]


def _kind(values) -> str:
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return "double" if values.dtype.kind == "f" else "integer"
    known = [value for value in values if value is not None]
    if all(isinstance(value, (int, np.integer)) for value in known) and known:
        return "integer"
    if all(isinstance(value, (int, float, np.number)) for value in known) and known:
        return "double"
    return "text"


def _plain(values) -> list[object]:
    """The values as Python objects, NaN and inf as NULL."""
    items = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if isinstance(item, float) and not np.isfinite(item) else item for item in items]


def _check_folders(given: Given) -> None:
    """Refuse, before anything is computed, a file output whose folder cannot be written to."""
    for definition in given.algorithm.destinationParameterDefinitions():
        value = given.parameters.get(definition.name())
        if not isinstance(value, str) or value == QgsProcessing.TEMPORARY_OUTPUT or "/" not in value.replace("\\", "/"):
            continue
        if value.startswith(("memory:", "ogr:", "postgres:", "/vsi")):
            continue
        folder = Path(value.split("|")[0]).parent
        try:
            with tempfile.TemporaryFile(dir=folder):
                continue
        except OSError as error:
            raise CarbonBalanceError(
                tr("{output}: the folder {folder} cannot be written to ({reason}); choose another.").format(
                    output=definition.description(), folder=folder, reason=error.strerror or error
                )
            ) from None


class Outputs:
    """The outputs of one run, collected while computing, written by :meth:`write`."""

    def __init__(self, given: Given) -> None:
        self.given = given
        _check_folders(given)
        self.results: dict[str, object] = {}
        self._layers: list[tuple] = []
        self._reports: list[tuple[str, str]] = []
        self._rasters: list[tuple[str, object]] = []

    def numbers(self, **values: object) -> None:
        """Number and text outputs; NaN comes out as None."""
        for name, value in values.items():
            number = value.item() if isinstance(value, np.generic) else value
            self.results[name] = None if isinstance(number, float) and not np.isfinite(number) else number

    def zones(self, name: str, zones: Zones, columns: Columns) -> None:
        """The zones with all their columns and new ``columns`` (name -> values, one a zone)."""
        fields = QgsFields(zones.fields)
        for column, values in columns.items():
            fields.append(make_field(column, _kind(values)))
        extra = list(zip(*(_plain(values) for values in columns.values())))
        self._layers.append((name, fields, zones.wkb_type, zones.crs, zones.features, extra))

    def table(self, name: str, columns: Columns) -> None:
        """A table without geometry, if the output was asked for."""
        fields = QgsFields()
        for column, values in columns.items():
            fields.append(make_field(column, _kind(values)))
        rows = list(zip(*(_plain(values) for values in columns.values())))
        no_geometry = QgsWkbTypes.Type.NoGeometry
        self._layers.append((name, fields, no_geometry, QgsCoordinateReferenceSystem(), [None] * len(rows), rows))

    def report(self, name: str, title: str, parts: Sequence[str]) -> None:
        """The notes of the run as a page of HTML, if the output was asked for; warnings come last."""
        warnings = [html.paragraph(sentence, warning=True) for sentence in self.given.log.warnings]
        self._reports.append((name, html.page(title, [*parts, *warnings])))

    def text(self, name: str, text: str) -> None:
        """A text file, if the output was asked for."""
        self._reports.append((name, text))

    def raster(self, name: str, staged) -> None:
        """A raster that was written beside its place (it has ``publish()`` and ``discard()``)."""
        self._rasters.append((name, staged))
        self.given.staged.append(staged)

    def write(self) -> dict[str, object]:
        """Write everything; returns what ``processAlgorithm`` must."""
        for _, staged in self._rasters:
            staged.finish()
        for name, fields, wkb_type, crs, features, extra in self._layers:
            self._write_layer(name, fields, wkb_type, crs, features, extra)
        for name, text in self._reports:
            path = self.given.file_path(name)
            if path:
                html.write_whole(path, text)
                self.results[name] = path
        for name, staged in self._rasters:
            self.results[name] = staged.publish()
        return self.results

    def _write_layer(self, name, fields, wkb_type, crs, features, extra) -> None:
        given = self.given
        optional = (
            given.algorithm.parameterDefinition(name).flags()
            & given.algorithm.parameterDefinition(name).Flag.FlagOptional
        )
        if optional and not given.has(name):
            return
        sink, destination = given.algorithm.parameterAsSink(
            given.parameters, name, given.context, fields, wkb_type, crs
        )
        if sink is None:
            raise QgsProcessingException(given.algorithm.invalidSinkError(given.parameters, name))
        for source, values in zip(features, extra):
            feature = QgsFeature(fields)
            attributes = list(values)
            if source is not None:
                feature.setGeometry(source.geometry())
                attributes = source.attributes() + attributes
            feature.setAttributes(attributes)
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(given.algorithm.writeFeatureError(sink, given.parameters, name))
        sink.finalize() if hasattr(sink, "finalize") else sink.flushBuffer()
        self.results[name] = destination
