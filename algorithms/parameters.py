"""Parameters that many algorithms have, made in one line each."""

from __future__ import annotations

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

from ..core.i18n import tr

ANY_VECTOR = [QgsProcessing.SourceType.TypeVector]


def layer(name: str, title: str, optional: bool = False) -> QgsProcessingParameterFeatureSource:
    """A layer of zones, or a table."""
    return QgsProcessingParameterFeatureSource(name, title, ANY_VECTOR, optional=optional)


def column(
    name: str, title: str, parent: str, optional: bool = False, several: bool = False
) -> QgsProcessingParameterField:
    """A column of any type, for numbers may arrive as text."""
    any_type = QgsProcessingParameterField.DataType.Any
    return QgsProcessingParameterField(name, title, None, parent, any_type, several, optional)


def choice(name: str, title: str, options: list[str], default: str) -> QgsProcessingParameterEnum:
    """One of ``options``, given by its name."""
    return QgsProcessingParameterEnum(name, title, options, defaultValue=default, usesStaticStrings=True)


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


def sink(name: str, title: str, optional: bool = False) -> QgsProcessingParameterFeatureSink:
    """An output layer or table; an optional one is made only if asked for."""
    return QgsProcessingParameterFeatureSink(name, title, optional=optional, createByDefault=not optional)


def add_suffix(algorithm, name: str = "SUFFIX") -> None:
    """Add the optional suffix of new columns."""
    algorithm.add(
        text(name, tr("Suffix of the new columns")),
        tr("Put behind every new column, such as _2020, so that several dates or scenarios fit into one table."),
        advanced=True,
    )


def add_report(algorithm, name: str = "REPORT") -> None:
    """Add the optional HTML report."""
    algorithm.add(
        QgsProcessingParameterFileDestination(
            name, tr("Report"), tr("HTML files (*.html)"), optional=True, createByDefault=False
        ),
        tr("A small web page with the main numbers, how they were computed, and every warning of the run."),
    )
