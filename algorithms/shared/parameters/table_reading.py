"""Parameters for reading tables and layers, which all algorithms with such inputs have."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ....core.options.tables import AUTO, DECIMALS, ENCODINGS, ROW_FILTER
from ....core.runtime.i18n import tr

ENCODING, HEADER_ROW, DECIMAL = "ENCODING", "HEADER_ROW", "DECIMAL"
NODATA_VALUES = "NODATA_VALUES"
ZONES_ENCODING = "ZONES_ENCODING"
# Inputs that are zones or other features with geometries; all others are tables.
PLACES = ("ZONES", "INPUT", "LAYERS")


def takes_tables(definition: QgsProcessingParameterDefinition) -> bool:
    """Whether a parameter takes a layer or table, or several of them."""
    if definition.type() == "multilayer":
        return definition.layerType() not in (
            QgsProcessing.SourceType.TypeRaster,
            QgsProcessing.SourceType.TypeFile,
            QgsProcessing.SourceType.TypeMesh,
        )
    return definition.type() == "source"


def takes_places(definition: QgsProcessingParameterDefinition) -> bool:
    """Whether a parameter takes zones."""
    return takes_tables(definition) and definition.name() in PLACES


def add_zones_encoding(algorithm) -> None:
    """Add the encoding of the names and other texts of the zones."""
    algorithm.add(
        QgsProcessingParameterEnum(
            ZONES_ENCODING, tr("Encoding of the zones"), options=list(ENCODINGS), optional=True, usesStaticStrings=True
        ),
        tr(
            "Encoding of the attributes of a Shapefile or MapInfo file, such as GBK. If empty, it is detected from "
            "the file, and the log says which one was used if QGIS would have read another one."
        ),
        advanced=True,
    )


def add_table_reading(algorithm) -> None:
    """Add encoding, header row, decimal mark and row filter."""
    algorithm.add(
        QgsProcessingParameterEnum(
            ENCODING, tr("Encoding of the table"), options=list(ENCODINGS), optional=True, usesStaticStrings=True
        ),
        tr("Encoding of a CSV or DBF table that is not in UTF-8, such as GBK from Chinese spreadsheets."),
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterNumber(
            HEADER_ROW,
            tr("Row of the header"),
            QgsProcessingParameterNumber.Type.Integer,
            None,
            optional=True,
            minValue=0,
        ),
        tr(
            "For CSV, XLSX or ODS tables: the row of the file with the column names, counted from 1; of two header "
            "rows the lower one; 0 if there is none. If empty, it is detected: titles, units and notes around the "
            "table are left out."
        ),
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterEnum(
            DECIMAL, tr("Decimal mark"), options=DECIMALS, defaultValue=AUTO, optional=True, usesStaticStrings=True
        ),
        tr(
            "For numbers stored as text: auto decides by the column as a whole and refuses what remains ambiguous, "
            "such as 1,430 alone; point reads it as 1430, comma as 1.43."
        ),
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterString(ROW_FILTER, tr("Rows to use"), optional=True),
        tr(
            "If a table contains several years, scenarios or similar: column=value, such as year=2020; separate "
            "several conditions with semicolons. A condition applies to each table or layer that has the column. If "
            "empty, all rows are used."
        ),
        advanced=True,
    )
