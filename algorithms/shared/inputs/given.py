"""Reading of parameters: conversion of QGIS layers to tables and rasters of core."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ....compat import make_field
from ....core.options.tables import AUTO, ROW_FILTER
from ....core.runtime.errors import CarbonBalanceError, listed
from ....core.runtime.i18n import tr
from ....core.tables.files.reader import Reading, read_table_file
from ....core.tables.row_choice import parse_filter, rows_chosen, sentence_of_panel
from ....core.tables.table import Table
from ....core.tables.totals import parts_of_rows_above, row_like_a_sum, total_rows
from ..checks.columns import check_read_columns
from ..parameters.table_reading import DECIMAL, ENCODING, HEADER_ROW, ZONES_ENCODING, takes_places, takes_tables
from .encodings import instead, layer_of, readable, warn_of_unread
from .first_layer import warn_of_first_layer
from .rasters import GivenRasters
from .table_files import TableFile, table_file
from .unmarked import without_nodata
from .zones import Zones, attributes_of, name_with_part


class Given(GivenRasters):
    """The parameters of a run: values, rasters, and here zones and tables."""

    def zones(self, name: str, dated: bool = False) -> Zones:
        """A layer of zones with all columns; if ``dated``, it may have one row per zone and date.

        Raises:
            CarbonBalanceError: the layer has no features.
        """
        file = table_file(self.parameters.get(name), self.context)
        parameters, shown = (self.parameters, []) if file is not None else self._in_right_encoding(name)
        source = self.algorithm.parameterAsSource(parameters, name, self.context)
        if source is None and file is None:
            raise QgsProcessingException(self.algorithm.invalidSourceError(self.parameters, name))
        table, features = (None, []) if source is None else self._read(source, name, shown, warn=file is None)
        if file is not None:
            own = self._file_table(file, name)
            if table is None or not _same(own, table):
                return self._chosen_zones(_zones_of(own, self.context), name, dated)
            table = own
        if not features:
            raise CarbonBalanceError(tr("{layer} has no features: zones are needed.").format(layer=table.label))
        zones = Zones(
            table=table,
            features=features,
            fields=source.fields(),
            crs=source.sourceCrs(),
            wkb_type=source.wkbType(),
            transform_context=self.context.transformContext(),
            name=source.sourceName(),
        )
        return self._chosen_zones(zones, name, dated)

    def table(self, name: str) -> Table | None:
        """A table, directly from its file or from a layer; ``None`` if not given.

        Raises:
            CarbonBalanceError: the file cannot be read as a table, or the table has no rows.
        """
        if not self.has(name):
            return None
        file = table_file(self.parameters.get(name), self.context)
        table = self._layer_table(name) if file is None else self._file_table(file, name)
        if not table.rows:
            raise CarbonBalanceError(tr("{table} has no rows.").format(table=table.label))
        rows = self._chosen_rows(table)
        check_read_columns(self, name, table)
        return without_nodata(self, name, table if rows is None else table.kept(rows))

    def layer_tables(self, name: str) -> list[Table]:
        """The attributes of each layer of a multiple-layers parameter, in the order given.

        Raises:
            CarbonBalanceError: no layer, one that cannot be read, or one without rows.
        """
        given = self.parameters.get(name)
        values = given if isinstance(given, (list, tuple)) else [given]
        files = [table_file(value, self.context) for value in values]
        layers = self.algorithm.parameterAsLayerList(self.parameters, name, self.context)
        if not layers and not any(files):
            raise CarbonBalanceError(tr("{input}: no layer could be read.").format(input=self.title(name)))
        if any(files) and len(layers) != len(values):
            layers = [None] * len(values)
        tables = []
        for layer, file in zip(layers, files if len(files) == len(layers) else [None] * len(layers)):
            if file is not None:
                table = self._file_table(file, name)
                table = table.kept(self._log_totals(table, total_rows(table.rows)))
            elif layer is None:
                raise CarbonBalanceError(tr("{input}: no layer could be read.").format(input=self.title(name)))
            else:
                layer = readable(layer, self._stated_encoding(name), self.title(name), self.log) or layer
                rows = [attributes_of(feature) for feature in layer.getFeatures()]
                table = self._with_reading(
                    Table(f'{self.title(name)} "{name_with_part(layer)}"', layer.fields().names(), rows), name
                )
            if not table.rows:
                raise CarbonBalanceError(tr("{table} has no rows.").format(table=table.label))
            chosen = self._chosen_rows(table)
            tables.append(without_nodata(self, name, table if chosen is None else table.kept(chosen)))
        return tables

    def reading(self) -> Reading:
        """The options for reading tables."""
        if self.algorithm.parameterDefinition(DECIMAL) is None:
            return Reading()
        encoding = self.choice(ENCODING) if self.has(ENCODING) else ""
        return Reading(encoding, self.integer(HEADER_ROW), self.choice(DECIMAL) if self.has(DECIMAL) else AUTO)

    def need_filter_used(self) -> None:
        """Refuse a row filter whose column does not exist in any input."""
        unused = [column for column, _ in self._conditions() if column not in self.filtered]
        if unused:
            raise CarbonBalanceError(
                tr("Row filter (ROW_FILTER): no table or layer of this run has a column {columns}.").format(
                    columns=listed(unused)
                )
            )

    def _conditions(self) -> list[tuple[str, str]]:
        known = self.algorithm.parameterDefinition(ROW_FILTER) is not None
        return parse_filter(self.text(ROW_FILTER)) if known and self.has(ROW_FILTER) else []

    def _chosen_rows(self, table: Table) -> list[int] | None:
        """The rows selected by the row filter, ``None`` if it does not apply to the table."""
        conditions = self._conditions()
        if not conditions:
            return None
        rows, used = rows_chosen(table, conditions)
        self.filtered |= used
        inputs = [each for each in self.algorithm.parameterDefinitions() if takes_tables(each)]
        absent = [column for column, _ in conditions if column not in used]
        if len(inputs) == 1 and absent:
            # The column cannot exist elsewhere: the message names the existing columns.
            table.need(absent[0])
        if rows is not None:
            self.log.info(
                tr("{table}: {count} of {all} rows are used (ROW_FILTER).").format(
                    table=table.label, count=len(rows), all=len(table)
                )
            )
        return rows

    def _chosen_zones(self, zones: Zones, name: str, dated: bool) -> Zones:
        rows = self._chosen_rows(zones.table)
        if rows is not None:
            features = [zones.features[row] for row in rows]
            zones = replace(zones, table=zones.table.kept(rows), features=features)
        else:
            panel = "" if dated else sentence_of_panel(zones.table)
            if panel:
                self.log.warn(
                    tr("{table}: {sentence}; otherwise all rows are used.").format(
                        table=zones.table.label, sentence=panel
                    )
                )
        zones = self._without_totals(zones)
        without_nodata(self, name, zones.table)
        check_read_columns(self, name, zones.table)
        return zones

    def _without_totals(self, zones: Zones) -> Zones:
        """The zones without total rows; rows with an outline are always kept."""
        table = zones.table
        bare = [feature.geometry().isEmpty() for feature in zones.features]
        parts = parts_of_rows_above(table.rows) if all(bare) else []
        if parts:
            said = tr("{table}: {rows}: by the name a part of the row above, but counted as a further zone.")
            self.log.warn(said.format(table=table.label, rows=table.row_labels(parts)))
        totals = total_rows([row if is_bare else () for row, is_bare in zip(table.rows, bare)])
        if totals:
            rows = self._log_totals(table, totals)
            zones = replace(zones, table=table.kept(rows), features=[zones.features[row] for row in rows])
        elif all(bare):
            row = row_like_a_sum(list(zip(*table.rows)))
            if row is not None:
                self.log.warn(
                    tr(
                        "{table}: {row} contains the sum of all other rows and is counted as a further zone: delete "
                        "it if it is a total."
                    ).format(table=table.label, row=table.row_label(row))
                )
        return zones

    def _stated_encoding(self, name: str) -> str:
        """The encoding stated for an input, "" to detect it."""
        setting = self._encoding_setting(name)
        return self.choice(setting) if setting and self.has(setting) else ""

    def _encoding_setting(self, name: str) -> str:
        """The parameter that states the encoding of an input; "" if the algorithm has none."""
        setting = ZONES_ENCODING if takes_places(self.algorithm.parameterDefinition(name)) else ENCODING
        return setting if self.algorithm.parameterDefinition(setting) is not None else ""

    def _log_totals(self, table: Table, totals: list[int]) -> list[int]:
        """The rows that are not totals; totals are logged."""
        if totals:
            self.log.warn(
                tr("{table}: totals are left out: {rows}.").format(table=table.label, rows=table.row_labels(totals))
            )
        return [row for row in range(len(table)) if row not in totals]

    def _file_table(self, file: TableFile, name: str) -> Table:
        reading = self.reading()
        reading = replace(reading, encoding=self._stated_encoding(name) or reading.encoding)
        return read_table_file(file.path, self.title(name), reading, log=self.log, sheet=file.sheet, shown=file.shown)

    def _layer_table(self, name: str) -> Table:
        """A table from a layer; a DBF file is read with the chosen encoding."""
        parameters, shown = self._in_right_encoding(name)
        source = self.algorithm.parameterAsSource(parameters, name, self.context)
        if source is None:
            raise QgsProcessingException(self.algorithm.invalidSourceError(self.parameters, name))
        return self._read(source, name, shown)[0]

    def layer(self, name: str) -> QgsVectorLayer | None:
        """A layer with correctly decoded texts."""
        self._in_right_encoding(name)
        return self._better[name] or layer_of(self.parameters.get(name), self.context)

    def _in_right_encoding(self, name: str) -> tuple[dict, list[str]]:
        """The parameters with layers read again if QGIS uses a wrong encoding; columns as displayed."""
        layer = layer_of(self.parameters.get(name), self.context)
        if name not in self._better:
            self._better[name] = readable(layer, self._stated_encoding(name), self.title(name), self.log)
        better = self._better[name]
        if better is None:
            return self.parameters, []
        value = instead(self.parameters[name], better, self.context)
        return {**self.parameters, name: value}, layer.fields().names()

    def _with_reading(self, table: Table, name: str, warn: bool = True) -> Table:
        """``table`` with the options for reading its numbers."""
        table.decimal, table.tell, table.warn = self.reading().decimal, self.log.info, self.log.warn
        if warn:
            warn_of_unread(table, self._encoding_setting(name), self.log)
        return table

    def _read(
        self, source: QgsProcessingFeatureSource, name: str, shown: list[str], warn: bool = True
    ) -> tuple[Table, list[QgsFeature]]:
        warn_of_first_layer(self.parameters.get(name), self.title(name), self.log)
        # Self-intersecting outlines are repaired and reported where areas are measured.
        flags = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
        features = list(source.getFeatures(QgsFeatureRequest(), flags))
        rows = [attributes_of(feature) for feature in features]
        label = f'{self.title(name)} "{source.sourceName()}"'
        table = self._with_reading(Table(label, source.fields().names(), rows), name, warn)
        if len(shown) == len(table.fields):
            # Dialogs offer column names in the wrong encoding, so that columns are matched by position.
            table.aliases = {old: new for old, new in zip(shown, table.fields) if shown.count(old) == 1}
        return table, features


def _same(own: Table, shown: Table) -> bool:
    """Whether QGIS and core read the same columns, rows and texts from a file."""
    if own.fields != shown.fields or len(own) != len(shown):
        return False
    return all(
        not isinstance(theirs, str) or theirs.strip() == ("" if ours is None else str(ours).strip())
        for row, other in zip(own.rows, shown.rows)
        for ours, theirs in zip(row, other)
    )


def _zones_of(table: Table, context) -> Zones:
    """Rows of a file as zones without outlines, with text columns, if QGIS reads the file differently."""
    fields = QgsFields()
    for field in table.fields:
        fields.append(make_field(field, "text"))
    features = []
    for row in table.rows:
        feature = QgsFeature(fields)
        feature.setAttributes([None if cell is None else str(cell) for cell in row])
        features.append(feature)
    crs, no_geometry = QgsCoordinateReferenceSystem(), QgsWkbTypes.Type.NoGeometry
    return Zones(
        table=table,
        features=features,
        fields=fields,
        crs=crs,
        wkb_type=no_geometry,
        transform_context=context.transformContext(),
        name=table.name,
    )
