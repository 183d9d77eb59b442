"""Writing of outputs: sinks are opened here, after everything has been computed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsWkbTypes,
)

from ....compat import make_field
from ....core.assessment.provenance.carrier import carries_inside
from ....core.tables.column_units import inherited_columns
from ....core.tables.table import Table
from ....core.text import html
from ..checks.destinations import warn_of_cut_names
from ..inputs.given import Given
from ..inputs.zones import Zones
from .staged_layer import Rows, StagedLayer

Columns = Mapping[str, "Sequence[object] | np.ndarray"]


def kind_of(values) -> str:
    """The kind of field for the values: "integer", "double" or "text"."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return "double" if values.dtype.kind == "f" else "integer"
    known = [value for value in values if value is not None]
    if all(isinstance(value, (int, np.integer)) for value in known) and known:
        return "integer"
    if all(isinstance(value, (int, float, np.number)) for value in known) and known:
        return "double"
    return "text"


def plain_values(values) -> list[object]:
    """The values as Python objects, NaN and inf as NULL."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufb":
        items = values.tolist()
        for row in np.flatnonzero(~np.isfinite(values)).tolist():
            items[row] = None
        return items
    if set(map(type, values)) <= {str, int, type(None)}:
        return list(values)
    items = [item.item() if isinstance(item, np.generic) else item for item in values]
    return [None if isinstance(item, float) and not math.isfinite(item) else item for item in items]


def _zones_legend(zones: Zones, new: Columns):
    from ..cartography.layer_styles import zones_legend

    known = {name: zones.table.values(name) for name in zones.table.fields}
    added = {name: plain_values(values) for name, values in new.items()}
    return zones_legend(added, {**known, **added})


def _legend_of_columns(new: Columns):
    from ..cartography.layer_styles import zones_legend

    added = {name: plain_values(values) for name, values in new.items()}
    return zones_legend(added, added)


class Outputs:
    """The outputs of a run, collected during computation and written by :meth:`write`."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.results: dict[str, object] = {}
        self._layers: list[tuple[str, Rows]] = []
        self._reports: list[tuple[str, str]] = []
        self._rasters: list[tuple[str, object]] = []
        self._styles: dict[str, object] = {}
        self._own_columns: dict[str, list[str]] = {}

    def numbers(self, **values: object) -> None:
        """Number and text outputs; NaN becomes None."""
        for name, value in values.items():
            number = value.item() if isinstance(value, np.generic) else value
            self.results[name] = None if isinstance(number, float) and not np.isfinite(number) else number

    def zones(self, name: str, zones: Zones, columns: Columns, style=None) -> None:
        """Add the zones with all columns and new ``columns`` (name -> values, one per zone).

        ``style`` is as in :func:`.cartography.layer_styles.style_vector`; by default it follows from the columns.
        """
        fields = QgsFields(zones.fields)
        for column, values in columns.items():
            fields.append(make_field(column, kind_of(values)))
        warn_of_cut_names(self.given, name, fields.names())
        extra = list(zip(*(plain_values(values) for values in columns.values()))) or [()] * len(zones)
        label = zones.table.row_label
        self._layers.append(
            (
                name,
                Rows(
                    fields=fields,
                    wkb_type=zones.wkb_type,
                    crs=zones.crs,
                    features=zones.features,
                    extra=extra,
                    label=label,
                ),
            )
        )
        self._styles[name] = style or (lambda: _zones_legend(zones, columns))
        # Columns of earlier steps are ours if their names leave no doubt.
        self._own_columns[name] = [*inherited_columns(zones.fields.names()), *columns]

    def lines(self, name: str, zones: Zones, ends: Sequence[tuple[int, int]], columns: Columns) -> None:
        """Add lines between the centres of ``zones``, if the output was requested.

        Args:
            name: name of the output.
            zones: zones that the lines connect.
            ends: zones, from 0, at which each line begins and ends.
            columns: name -> values, one per line.
        """
        if self._left_out(name):
            return
        fields = QgsFields()
        for column, values in columns.items():
            fields.append(make_field(column, kind_of(values)))
        warn_of_cut_names(self.given, name, fields.names())
        centres = zones.centres()
        drawn = []
        for first, second in ends:
            feature = QgsFeature()
            feature.setGeometry(QgsGeometry.fromPolylineXY([centres[first], centres[second]]))
            drawn.append(feature)
        rows = list(zip(*(plain_values(values) for values in columns.values())))
        label = Table(name, list(columns), rows).row_label
        self._layers.append((name, Rows(fields, QgsWkbTypes.Type.LineString, zones.crs, drawn, rows, label)))
        self._styles[name] = lambda: _legend_of_columns(columns)
        self._own_columns[name] = list(columns)

    def table(self, name: str, columns: Columns) -> None:
        """Add a table without geometry, if the output was requested."""
        if self._left_out(name):
            return
        fields = QgsFields()
        for column, values in columns.items():
            fields.append(make_field(column, kind_of(values)))
        warn_of_cut_names(self.given, name, fields.names())
        self._own_columns[name] = list(columns)
        rows = list(zip(*(plain_values(values) for values in columns.values())))
        no_geometry, nowhere = QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
        label = Table(name, list(columns), rows).row_label
        self._layers.append(
            (
                name,
                Rows(
                    fields=fields,
                    wkb_type=no_geometry,
                    crs=nowhere,
                    features=[None] * len(rows),
                    extra=rows,
                    label=label,
                ),
            )
        )

    def shapes(self, name: str, wkbs: Sequence[bytes], wkb_type, crs, columns: Columns, style: str) -> None:
        """Add a layer of shapes (WKB in ``crs``) with ``columns``, if requested; see :meth:`zones`."""
        if self._left_out(name):
            return
        fields = QgsFields()
        for column, values in columns.items():
            fields.append(make_field(column, kind_of(values)))
        warn_of_cut_names(self.given, name, fields.names())
        features = []
        for wkb in wkbs:
            geometry = QgsGeometry()
            geometry.fromWkb(wkb)
            feature = QgsFeature()
            feature.setGeometry(geometry)
            features.append(feature)
        rows = list(zip(*(plain_values(values) for values in columns.values())))
        label = Table(name, list(columns), rows).row_label
        self._layers.append((name, Rows(fields, wkb_type, crs, features, rows, label)))
        self._styles[name] = style
        self._own_columns[name] = list(columns)

    def report(self, name: str, title: str, parts: Sequence[str]) -> None:
        """Add the notes of the run as an HTML page, if requested; warnings come last."""
        warnings = [html.paragraph(sentence, warning=True) for sentence in self.given.log.warnings]
        self._reports.append((name, html.page(title, [*parts, *warnings])))

    def text(self, name: str, text: str) -> None:
        """Add a text file, if the output was requested."""
        self._reports.append((name, text))

    def raster(self, name: str, staged, style=None) -> None:
        """Add a raster written under a hidden name (with ``publish()`` and ``discard()``).

        ``style`` is a :class:`core.symbology.legends.Legend`, a :class:`core.symbology.themes.Theme` or the name of a
        file in resources/styles; by default it follows from the description of the first band.
        """
        self._rasters.append((name, staged))
        self._styles[name] = style
        self.given.staged.append(staged)

    def write(self) -> dict[str, object]:
        """Write everything; returns the result of ``processAlgorithm``."""
        from ..cartography.layer_styles import show_table, style_raster, style_vector
        from ..records import RunRecord

        given = self.given
        given.need_filter_used()
        for _, staged in self._rasters:
            staged.finish()
        asked = [(name, given.file_path(name), text) for name, text in self._reports]
        pages = {name: html.StagedPage(path, text) for name, path, text in asked if path}
        given.staged += pages.values()
        layers = {name: StagedLayer(given, name, rows) for name, rows in self._layers if not self._left_out(name)}
        given.staged += layers.values()
        # All files are completed under hidden names before the first one is renamed.
        for layer in layers.values():
            layer.finish()
        carriers = [*layers.items(), *self._rasters]
        # Checksums take time, so that they are computed only if an output can store them.
        record = RunRecord(given, self.results) if carriers else None
        for name, each in carriers:
            record.put_into(each.hidden_file, name)
        for name, layer in layers.items():
            carried = layer.hidden_file is not None and carries_inside(layer.hidden_file)
            self.results[name] = layer.publish()
            record.put_beside(given, self.results[name], name, carried)
            names = self._own_columns[name]
            if name in self._styles:
                style_vector(given.context, self.results[name], self._styles[name], given.log, names)
            else:
                show_table(given.context, self.results[name], given.log, names)
        self.results.update({name: page.publish() for name, page in pages.items()})
        for name, staged in self._rasters:
            carried = staged.hidden_file is not None
            self.results[name] = staged.publish()
            record.put_beside(given, self.results[name], name, carried)
            style_raster(given.context, self.results[name], self._styles[name], given.log)
        return self.results

    def _left_out(self, name: str) -> bool:
        definition = self.given.algorithm.parameterDefinition(name)
        return bool(definition.flags() & definition.Flag.FlagOptional) and not self.given.has(name)
