"""Warnings about overlapping units, and about columns of different species or units."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsMapLayer, QgsProcessingContext, QgsVectorLayer

from ....core.runtime.errors import listed
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from ....core.tables.column_units import known_species, unit_in_name
from ....core.tables.table import Table
from ..inputs.zones import Zones, attributes_of


def warn_of_overlapping_units(zones: Zones, log: Log) -> None:
    """Warn if units overlap although each is treated as a separate unit, as in means, classes and clusters."""
    import numpy as np

    overlaps = zones.overlaps()
    if not overlaps:
        return
    areas = zones.areas_km2() if zones.crs.isValid() else np.full(len(zones), np.nan)
    log.warn(
        tr(
            "{layer}: units overlap: {pairs}. Each is treated as a separate unit, so that land in several of them is "
            "counted more than once in means, standard deviations, classes and sums over all units: use one level of "
            "units."
        ).format(layer=zones.table.label, pairs=overlaps.pairs_text(zones.table.row_names(), areas))
    )


def warn_of_overlapping_layers(layers: Sequence[QgsMapLayer], context: QgsProcessingContext, log: Log) -> None:
    """Like :func:`warn_of_overlapping_units`, for each of several layers."""
    for layer in layers:
        if not isinstance(layer, QgsVectorLayer) or not layer.isSpatial():
            continue
        features = list(layer.getFeatures())
        warn_of_overlapping_units(
            Zones(
                table=Table(layer.name(), layer.fields().names(), [attributes_of(feature) for feature in features]),
                features=features,
                fields=layer.fields(),
                crs=layer.crs(),
                wkb_type=layer.wkbType(),
                transform_context=context.transformContext(),
            ),
            log,
        )


def warn_of_unlike_columns(title: str, fields: Sequence[str], log: Log) -> None:
    """Warn if the names of columns that are added state different species, units or kinds of amounts.

    Args:
        title: title of the parameter.
        fields: its columns.
        log: receives the warning.
    """
    species = {field: known_species(field) for field in fields}
    units = {field: unit_in_name(field) for field in fields}
    if len({each for each in species.values() if each}) > 1:
        log.warn(
            tr(
                "{parameter}: the columns are of different species ({columns}), so that the same carbon is 44/12 "
                "times as large in one of them as in another: convert them to one species first."
            ).format(parameter=title, columns=listed(f"{field}: {each}" for field, each in species.items() if each))
        )
    if len({(unit.dimension, unit.factor) for unit in units.values() if unit}) > 1:
        log.warn(
            tr(
                "{parameter}: the names of the columns state different units ({columns}), but the columns are added "
                "without conversion: convert them to one unit first."
            ).format(parameter=title, columns=listed(f"{field}: {unit.text}" for field, unit in units.items() if unit))
        )
