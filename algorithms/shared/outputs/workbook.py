"""Tables as sheets of a workbook, written by QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFields,
    QgsVectorFileWriter,
    QgsWkbTypes,
)

from ....compat import make_field
from ....core.assessment.report.report_table import ReportTable
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from ....core.runtime.staging import cannot_write, staged_file
from ....core.text.spreadsheets import safe_cell
from .outputs import kind_of, plain_values
from .workbook_format import format_workbook

# Largest length of a sheet name.
LONGEST = 31
DRIVERS = {".xlsx": "XLSX", ".ods": "ODS"}


def check_workbook(path: str) -> None:
    """Refuse a file name that is not a workbook.

    Raises:
        CarbonBalanceError: a suffix other than .xlsx or .ods.
    """
    if Path(path).suffix.lower() not in DRIVERS:
        raise CarbonBalanceError(
            tr("The tables cannot be written to {path}: use a name that ends in .xlsx or .ods.").format(path=path)
        )


def write_workbook(path: str, tables: Sequence[ReportTable]) -> None:
    """Write each table as a sheet; the file is complete or not written at all.

    Raises:
        CarbonBalanceError: the folder cannot be written to.
    """
    target = Path(path)
    names: set[str] = set()
    try:
        with staged_file(target) as beside:
            for table in tables:
                _write_sheet(beside, _sheet_name(table.title, names), table.without_sums())
                sums = table.sums()
                if sums is not None:
                    _write_sheet(beside, _sheet_name(tr("Sums: {title}").format(title=table.title), names), sums)
            if target.suffix.lower() == ".xlsx":
                format_workbook(beside)
    except OSError as error:
        raise cannot_write(path, error) from None


def _sheet_name(title: str, taken: set[str]) -> str:
    """A valid, unique sheet name: up to 31 letters, none of []:*?/\\, each once."""
    name = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title).strip() or "sheet"
    number = 1
    result = name[:LONGEST].strip()
    while result.casefold() in taken:
        number += 1
        result = f"{name[: LONGEST - len(str(number)) - 1].strip()} {number}"
    taken.add(result.casefold())
    return result


def _write_sheet(path: Path, name: str, table: ReportTable) -> None:
    fields = QgsFields()
    for column, values in table.columns.items():
        fields.append(make_field(column, kind_of(values)))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = DRIVERS[path.suffix.lower()]
    options.layerName = name
    if path.exists():
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    writer = QgsVectorFileWriter.create(
        str(path),
        fields,
        QgsWkbTypes.Type.NoGeometry,
        QgsCoordinateReferenceSystem(),
        QgsCoordinateTransformContext(),
        options,
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise OSError(writer.errorMessage())
    for row in zip(*(plain_values(values) for values in table.columns.values())):
        feature = QgsFeature(fields)
        feature.setAttributes([safe_cell(value) for value in row])
        if not writer.addFeature(feature):
            raise OSError(writer.errorMessage())
    del writer
