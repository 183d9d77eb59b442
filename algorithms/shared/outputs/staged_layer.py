"""Layers and tables that appear complete or not at all, even if the writer of QGIS fails."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessingException,
    QgsProcessingOutputLayerDefinition,
    QgsProperty,
    QgsWkbTypes,
)

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.files import files_written
from ....core.runtime.i18n import tr
from ....core.runtime.staging import hidden_name
from ....core.text.spreadsheets import SPREADSHEETS, safe_cell
from ..checks.places import Place, place_of
from ..inputs.given import Given

# Formats whose rows GDAL can count reliably.
_COUNTED = (".gpkg", ".shp", ".dbf", ".geojson", ".fgb", ".sqlite")
_PROBE_BYTES = 4096


@dataclass
class Rows:
    """The content to write.

    Attributes:
        fields: the columns.
        wkb_type, crs: type and CRS of the geometries.
        features: features to copy (rows,), or ``None``.
        extra: additional values of each (rows,).
        label: returns the name of a row (from 0) in messages.
    """

    fields: QgsFields
    wkb_type: QgsWkbTypes.Type
    crs: QgsCoordinateReferenceSystem
    features: Sequence[QgsFeature | None]
    extra: Sequence[Sequence[object]]
    label: Callable[[int], str]


class StagedLayer:
    """A layer that is written to a hidden folder and then moved to its destination.

    Tables of existing databases are first tested in that folder and written at the end; temporary layers and those in
    memory or on servers are written directly.
    """

    def __init__(self, given: Given, name: str, rows: Rows) -> None:
        self.given, self.name, self.rows = given, name, rows
        definition = given.algorithm.parameterDefinition(name)
        self._place: Place | None = place_of(given.parameters.get(name), definition)
        self._folder: Path | None = None
        self._staged = self._destination = ""

    def finish(self) -> None:
        """Write the layer under its hidden name.

        Raises:
            CarbonBalanceError: a row cannot be stored in the format, or the disk is full.
        """
        if self._place is None or self._place.appends:
            self._destination = self._write(None)
            return
        path = self._place.path
        self._folder = hidden_name(path, "")
        try:
            self._folder.mkdir()
        except OSError as error:
            raise self._failure(error.strerror or error) from None
        # QGIS would name the layer of x.dbf x.dbf.shp, and writes a table named x.shp only as x.dbf.
        shape = path.suffix.lower() == ".dbf"
        self._staged = self._write(str(self._folder / (path.with_suffix(".shp") if shape else path).name))
        table = Path(self._staged).with_suffix(".dbf")
        if not Path(self._staged).exists() and table.exists():
            self._staged = str(table)
        self._check_whole()

    @property
    def hidden_file(self) -> Path | None:
        """The file under its hidden name; ``None`` if it is written directly."""
        return None if self._folder is None or self._place.table else Path(self._staged)

    def publish(self) -> str:
        """Move the layer to its destination; returns its QGIS id or path."""
        if self._folder is None:
            return self._destination
        if self._place.table:
            there = self._place.path.exists()
            self._forget_loading()
            try:
                return self._write(None)
            except (CarbonBalanceError, QgsProcessingException):
                self._remove_table(there)
                raise
        staged, folder = Path(self._staged), self._place.path.parent
        try:
            self._remove_older(staged)
            # The main file is moved last, so that the layer does not exist before.
            for file in sorted(self._folder.iterdir(), key=lambda each: each.name == staged.name):
                file.replace(folder / file.name)
        except OSError as error:
            raise self._failure(error.strerror or error) from None
        self._destination = str(self._place.path.with_name(staged.name))
        self._load_from(self._destination)
        return self._destination

    def discard(self) -> None:
        """Remove the hidden folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _write(self, path: str | None) -> str:
        """Write all rows to ``path`` or the destination of the user; returns the QGIS id or path."""
        given, rows = self.given, self.rows
        _write_utf8(given)
        parameters = dict(given.parameters)
        if path is not None:
            parameters[self.name] = _moved(parameters[self.name], path)
        suffix = self._place.path.suffix.lower() if self._place else ""
        is_sheet = suffix in SPREADSHEETS
        fields = _safe_names(rows.fields) if is_sheet else rows.fields
        sink, destination = given.algorithm.parameterAsSink(
            parameters, self.name, given.context, fields, rows.wkb_type, rows.crs
        )
        if sink is None:
            raise QgsProcessingException(given.algorithm.invalidSinkError(given.parameters, self.name))
        try:
            self._fill(sink, fields, is_sheet)
        finally:
            # Close the file, which a traceback would keep open.
            del sink
        return destination

    def _fill(self, sink: QgsFeatureSink, fields: QgsFields, is_sheet: bool) -> None:
        for row, (source, values) in enumerate(zip(self.rows.features, self.rows.extra)):
            feature = QgsFeature(fields)
            attributes = list(values)
            if source is not None:
                feature.setGeometry(source.geometry())
                attributes = source.attributes() + attributes
            feature.setAttributes([safe_cell(value) for value in attributes] if is_sheet else attributes)
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise self._refused(row, sink.lastError()) from None
        if not sink.flushBuffer():
            raise self._failure(sink.lastError())
        if hasattr(sink, "finalize"):
            sink.finalize()

    def _check_whole(self) -> None:
        """Refuse a file with missing rows, such as after a full disk, which not every format reports."""
        try:
            probe = self._folder / ".probe"
            with probe.open("wb") as file:
                file.write(b"\0" * _PROBE_BYTES)
                file.flush()
                os.fsync(file.fileno())
            probe.unlink()
        except OSError as error:
            raise self._failure(error.strerror or error) from None
        if Path(self._staged).suffix.lower() not in _COUNTED:
            return
        written = gdal.OpenEx(self._staged, gdal.OF_VECTOR)
        count = written.GetLayer(0).GetFeatureCount() if written is not None and written.GetLayerCount() else 0
        del written
        if count != len(self.rows.extra):
            raise self._failure(
                tr("{count} of {expected} rows were written").format(count=count, expected=len(self.rows.extra))
            )

    def _refused(self, row: int, reason: str) -> CarbonBalanceError:
        return CarbonBalanceError(
            tr(
                "{output}: {row} cannot be written to {path} ({reason}); choose another format, such as GeoPackage "
                "(.gpkg), or repair it."
            ).format(
                output=self.given.title(self.name), row=self.rows.label(row), path=self._shown(), reason=_plain(reason)
            )
        )

    def _failure(self, reason: object) -> CarbonBalanceError:
        return CarbonBalanceError(
            tr("Writing {path} failed: {reason}; is the disk full?").format(path=self._shown(), reason=_plain(reason))
        )

    def _shown(self) -> object:
        return self._place.path if self._place else self._given_path()

    def _given_path(self) -> str:
        value = self.given.parameters.get(self.name)
        return str(value.sink.staticValue() if isinstance(value, QgsProcessingOutputLayerDefinition) else value)

    def _load_from(self, destination: str) -> None:
        """Let QGIS load the layer from its destination instead of the hidden file."""
        loading = self.given.context.layersToLoadOnCompletion()
        hidden = next((each for each in loading if Path(each).parent == self._folder), None)
        if hidden is not None:
            loading[destination] = loading.pop(hidden)
            self.given.context.setLayersToLoadOnCompletion(loading)

    def _forget_loading(self) -> None:
        loading = self.given.context.layersToLoadOnCompletion()
        shown = {each: details for each, details in loading.items() if Path(each).parent != self._folder}
        self.given.context.setLayersToLoadOnCompletion(shown)

    def _remove_older(self, staged: Path) -> None:
        """Remove sidecar files of an older layer with the same name, as QGIS does."""
        if self._place.path.suffix.lower() == ".shp" and self._place.path.exists():
            for old in files_written(self._place.path):
                if not (self._folder / old.name).exists() and old.name != staged.name:
                    old.unlink(missing_ok=True)

    def _remove_table(self, was_there: bool) -> None:
        """Remove an incomplete table from a database."""
        if not was_there:
            self._place.path.unlink(missing_ok=True)
            return
        with contextlib.suppress(RuntimeError):
            database = gdal.OpenEx(str(self._place.path), gdal.OF_VECTOR | gdal.OF_UPDATE)
            names = [database.GetLayer(number).GetName() for number in range(database.GetLayerCount())]
            if self._place.table in names:
                database.DeleteLayer(names.index(self._place.table))


def _write_utf8(given: Given) -> None:
    """Write text as UTF-8 unless the user chose an encoding; QGIS would use that of the system."""
    if given.context.defaultEncoding().casefold() in ("", "system"):
        given.context.setDefaultEncoding("UTF-8")


def _moved(value: object, path: str) -> object:
    """The destination with ``path`` replaced."""
    if not isinstance(value, QgsProcessingOutputLayerDefinition):
        return path
    moved = QgsProcessingOutputLayerDefinition(value)
    moved.sink = QgsProperty.fromValue(path)
    return moved


def _safe_names(fields: QgsFields) -> QgsFields:
    """Columns with headings that spreadsheets do not execute."""
    if all(safe_cell(field.name()) == field.name() for field in fields):
        return fields
    safe = QgsFields()
    for field in fields:
        copy = QgsField(field)
        copy.setName(str(safe_cell(field.name())))
        safe.append(copy)
    return safe


def _plain(reason: object) -> str:
    """The first line of a library message, without a full stop."""
    return (str(reason).strip() or tr("no reason given")).splitlines()[0].rstrip(".")
