"""Common parameters that are created in one line each, and functions to read groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ....core.options.raster import COMPRESSIONS
from ....core.options.tables import AREAS_KM2, BY_CODE, BY_NAME, PERSONS
from ....core.runtime.i18n import tr
from ..algorithm import SCHEDULER
from ..inputs.meanings import HOLDS, UNIT_IN
from .table_reading import NODATA_VALUES

if TYPE_CHECKING:
    import numpy as np

    from ....core.tables.table import Table
    from ..inputs.given import Given
    from ..inputs.zones import Zones

ANY_VECTOR = [QgsProcessing.SourceType.TypeVector]


def layer(name: str, title: str, optional: bool = False) -> QgsProcessingParameterFeatureSource:
    """A layer of zones, or a table."""
    return QgsProcessingParameterFeatureSource(name, title, ANY_VECTOR, optional=optional)


def column(
    name: str,
    title: str,
    parent: str,
    optional: bool = False,
    several: bool = False,
    holds: str = "",
    unit_in: str = "",
    default: str | None = None,
) -> QgsProcessingParameterField:
    """A field parameter of any type, because numbers may arrive as text.

    Args:
        name, title, parent: name, title and layer parameter.
        optional: whether it may be empty.
        several: whether it accepts several columns.
        holds: meaning of its column, see :mod:`..inputs.meanings`.
        unit_in: parameter with the unit of its column.
        default: the column written by the previous tool; selected in dialogs if the layer has it.
    """
    any_type = QgsProcessingParameterField.DataType.Any
    made = QgsProcessingParameterField(
        name,
        title,
        defaultValue=default,
        parentLayerParameterName=parent,
        type=any_type,
        allowMultiple=several,
        optional=optional,
    )
    made.setMetadata({**made.metadata(), HOLDS: holds, UNIT_IN: unit_in})
    return made


def choice(name: str, title: str, options: Sequence[str], default: str) -> QgsProcessingParameterEnum:
    """One of ``options``, given by its name."""
    return QgsProcessingParameterEnum(name, title, list(options), defaultValue=default, usesStaticStrings=True)


def whole(name: str, title: str, default: int, least: int, most: int) -> QgsProcessingParameterNumber:
    """A whole number from ``least`` to ``most``."""
    kind = QgsProcessingParameterNumber.Type.Integer
    return QgsProcessingParameterNumber(name, title, kind, default, minValue=least, maxValue=most)


def decimal(name: str, title: str, default: float, least: float, most: float) -> QgsProcessingParameterNumber:
    """A number from ``least`` to ``most``."""
    kind = QgsProcessingParameterNumber.Type.Double
    return QgsProcessingParameterNumber(name, title, kind, default, minValue=least, maxValue=most)


def real(name: str, title: str, least: float | None = None, default: float | None = None):
    """An optional number."""
    parameter = QgsProcessingParameterNumber(
        name, title, QgsProcessingParameterNumber.Type.Double, defaultValue=default, optional=True
    )
    if least is not None:
        parameter.setMinimum(least)
    return parameter


def text(name: str, title: str, default: str | None = None) -> QgsProcessingParameterString:
    """An optional text."""
    return QgsProcessingParameterString(name, title, default, optional=True)


def required_text(name: str, title: str) -> QgsProcessingParameterString:
    """A text that must be given."""
    return QgsProcessingParameterString(name, title)


def nothing_wanted(output: str) -> str:
    """The note of a run without requested files, such as in a model without a report."""
    return tr("{output}: no file or folder was given, so nothing was written.").format(output=output)


def sink(name: str, title: str, optional: bool = False, shown: bool = False) -> QgsProcessingParameterFeatureSink:
    """An output layer or table; optional ones are created only if requested, by default in dialogs if ``shown``."""
    return QgsProcessingParameterFeatureSink(name, title, optional=optional, createByDefault=shown or not optional)


def add_suffix(algorithm, name: str = "SUFFIX") -> None:
    """Add the optional suffix of new columns."""
    algorithm.add(
        text(name, tr("Suffix of the new columns")),
        tr(
            "Appended to the name of every new column, such as _2020, so that several dates or scenarios fit in one "
            "table."
        ),
        advanced=True,
    )


def add_nodata_values(algorithm, of_rasters: bool = False) -> None:
    """Add the nodata values of quantity rasters and numeric columns."""
    algorithm.add(
        text(NODATA_VALUES, tr("Values that mean no data")),
        tr(
            "Numbers to leave out of rasters and columns in addition to what is marked as no data or NULL, "
            "separated by commas, such as -9999,65535."
        )
        if of_rasters
        else tr(
            "Numbers in the chosen columns that mean no data, separated by commas, such as -9999: they count as NULL."
        ),
        advanced=True,
    )


def add_compression(algorithm, name: str = "COMPRESSION") -> None:
    """Add the compression of output rasters."""
    algorithm.add(
        choice(name, tr("Compression"), list(COMPRESSIONS), COMPRESSIONS[0]),
        tr(
            "DEFLATE can be opened everywhere; ZSTD is faster and smaller, but ArcGIS and older programs may not read "
            "it."
        ),
        advanced=True,
    )


def add_scheduler(algorithm) -> None:
    """Add the address of a Dask scheduler."""
    algorithm.add(
        QgsProcessingParameterString(SCHEDULER, tr("Dask scheduler"), optional=True),
        tr(
            "For rasters too large for one machine: the address of a running Dask scheduler, such as "
            "tcp://10.0.0.1:8786, whose workers can access inputs and outputs under the same paths. If empty: the "
            "value of the environment variable CARBONBALANCE_SCHEDULER, otherwise only this machine."
        ),
        advanced=True,
    )


def add_report(algorithm, name: str = "REPORT") -> None:
    """Add the optional HTML report."""
    algorithm.add(
        QgsProcessingParameterFileDestination(
            name, tr("Report"), tr("HTML files (*.html)"), optional=True, createByDefault=False
        ),
        tr("A short web page with the main numbers, how they were computed, and every warning of the run."),
    )


def add_area(
    algorithm, parent: str, name: str = "AREA", unit_name: str = "AREA_UNIT", when: dict | None = None
) -> None:
    """Add the optional area field and its unit; ``when`` are the conditions of their use."""
    algorithm.add(
        column(name, tr("Area field"), parent, optional=True),
        tr("Area of each zone. If empty, areas are measured from the geometries on the ellipsoid."),
        when=when,
    )
    algorithm.add(
        choice(unit_name, tr("Unit of the area field"), list(AREAS_KM2), "km2"),
        tr("Unit of the area field."),
        advanced=True,
    )


def areas_km2(given: Given, zones: Zones, name: str = "AREA", unit_name: str = "AREA_UNIT") -> np.ndarray:
    """Areas from the chosen field, otherwise from the outlines, km2 (zones,)."""
    field = given.field(name)
    if field is None:
        return zones.areas_km2(given.log)
    return zones.table.non_negative(field) * AREAS_KM2[given.choice(unit_name)]


def numbers_in(given: Given, table: Table, name: str, units: dict[str, float] | None = None) -> np.ndarray | None:
    """The column of field parameter ``name`` in base units (unit: parameter ``name_UNIT``), or ``None``."""
    field = given.field(name)
    if field is None:
        return None
    return table.numbers(field) * (units[given.choice(f"{name}_UNIT")] if units else 1.0)


def real_in(given: Given, name: str, unit_name: str, units: dict[str, float]) -> float | None:
    """Number ``name`` in base units, with its unit in ``unit_name``; ``None`` if not given."""
    value = given.number(name)
    return None if value is None else value * units[given.choice(unit_name)]


def people_in(given: Given, table: Table, name: str) -> np.ndarray | None:
    """The population column of ``name`` in persons, refusing negative values; ``None`` if none is chosen."""
    from ....core.tables.plausibility import warn_of_codes

    field = given.field(name)
    if field is None:
        return None
    counted = table.non_negative(field)
    warn_of_codes(given.title(name), field, counted, given.log)
    return counted * PERSONS[given.choice(f"{name}_UNIT")]


def add_match(algorithm, name: str = "MATCH") -> None:
    """Add the choice of how keys of two tables are matched."""
    algorithm.add(
        choice(name, tr("Match by"), [BY_CODE, BY_NAME], BY_CODE),
        tr(
            "code: administrative codes, as numbers or text, of 6 or 12 digits. name: names, ignoring the suffixes "
            "区 / 县 / 市 / 州, the peoples of autonomous places (峨山县, 峨山彝族自治县), a city in front "
            "(昆明市五华区, 昆明五华区), footnote marks, blanks and character width; if a name could mean two places, "
            "it is not matched and both are listed."
        ),
    )
