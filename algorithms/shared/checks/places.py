"""The file, and the table of a database, that an output is written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsDataSourceUri,
    QgsProcessing,
    QgsProcessingDestinationParameter,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
)

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.files import on_disk
from ....core.runtime.i18n import tr
from ..inputs.values import titled

_NO_FILES = ("memory:", "postgres:")


@dataclass(frozen=True)
class Place:
    """The destination of an output.

    Attributes:
        path: the file.
        table: table of a database; ``None`` for a file that is replaced.
        appends: whether rows are added to an existing layer.
    """

    path: Path
    table: str | None = None
    appends: bool = False


def place_of(value: object, definition: QgsProcessingDestinationParameter) -> Place | None:
    """The destination of an output; ``None`` for none, a temporary one, memory, or a server.

    Raises:
        CarbonBalanceError: a layer of a file is given in a form that is only valid for inputs.
    """
    appends = False
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        appends, value = value.useRemapping(), value.sink.staticValue()
    if not isinstance(value, str) or not value or value == QgsProcessing.TEMPORARY_OUTPUT:
        return None
    if value.startswith("/vsi"):
        archive = on_disk(value)
        return None if archive is None else Place(archive)
    provider, _, uri = value.partition(":")
    if "dbname=" in uri:
        database = QgsDataSourceUri(uri)
        if provider not in ("ogr", "spatialite") or not database.database():
            return None
        return Place(Path(database.database()), database.table() or Path(database.database()).stem, appends)
    if provider == "ogr":
        value = uri
    if value.startswith(_NO_FILES):
        return None
    if "|layername=" in value:
        path, _, table = value.partition("|layername=")
        raise CarbonBalanceError(
            tr("{output}: to add a layer to {path}, give {destination}.").format(
                output=titled(definition), path=path, destination=f"ogr:dbname='{path}' table=\"{table}\""
            )
        )
    path = Path(value)
    if definition.type() == "sink" and not path.suffix and not path.is_dir():
        # QGIS adds the suffix of its default format to a name without suffix.
        path = path.with_name(f"{path.name}.{QgsProcessingUtils.defaultVectorExtension()}")
    return Place(path, None, appends)
