"""Warnings about the same raster chosen for two inputs, and about units in the names of rasters."""

from __future__ import annotations

import math
from collections import defaultdict

from qgis.core import (
    QgsProcessingParameterBand,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
)

from ....core.options.balance import RATIO_UNITS
from ....core.options.raster import PER_KM2
from ....core.options.supply import CARBON_RASTER_UNITS
from ....core.runtime.errors import listed
from ....core.runtime.i18n import tr
from ..inputs.given import Given


def warn_of_same_raster(given: Given) -> None:
    """Warn if the same band of a raster is given for two inputs."""
    definitions = given.algorithm.parameterDefinitions()
    bands = {
        each.parentLayerParameterName(): each.name()
        for each in definitions
        if isinstance(each, QgsProcessingParameterBand)
    }
    meanings: dict[tuple[str, int], list[str]] = defaultdict(list)
    for definition in definitions:
        name = definition.name()
        if not isinstance(definition, QgsProcessingParameterRasterLayer) or not given.has(name):
            continue
        layer = given.algorithm.parameterAsRasterLayer(given.parameters, name, given.context)
        if layer is not None:
            band = given.integer(bands[name]) if name in bands else 1
            meanings[layer.source(), band or 1].append(name)
    target = "TODAY" if given.algorithm.parameterDefinition("TODAY") else "LAND_COVER"
    drivers = given.algorithm.parameterDefinition("DRIVERS")
    if isinstance(drivers, QgsProcessingParameterMultipleLayers) and given.has(drivers.name()):
        layers = given.algorithm.parameterAsLayerList(given.parameters, drivers.name(), given.context)
        sources = {layer.source() for layer in layers}
        for (source, _), names in meanings.items():
            if target in names and source in sources:
                given.log.warn(
                    tr(
                        "{drivers} include {target} itself, which predicts its own classes perfectly: the skill means "
                        "nothing; leave it out."
                    ).format(drivers=given.title(drivers.name()), target=given.title(target))
                )
    for names in meanings.values():
        if len(names) > 1:
            given.log.warn(
                tr("{parameters} are the same raster: comparing it with itself is meaningless.").format(
                    parameters=listed(map(given.title, names))
                )
            )


def warn_of_raster_units(given: Given) -> None:
    """Warn if the name of a raster states another amount per area than the unit in which it is read."""
    from ....core.tables.column_units import DENSITY_DIMENSION, unit_in_name

    known = {**RATIO_UNITS, **CARBON_RASTER_UNITS}
    for definition in given.algorithm.parameterDefinitions():
        name = definition.name()
        unit_name = f"{name.removesuffix('_LATER')}_UNIT"
        units = given.algorithm.parameterDefinition(unit_name)
        if not isinstance(definition, QgsProcessingParameterRasterLayer) or units is None or not given.has(name):
            continue
        layer = given.algorithm.parameterAsRasterLayer(given.parameters, name, given.context)
        said = unit_in_name(layer.name()) if layer is not None else None
        if said is None or said.dimension != DENSITY_DIMENSION:
            continue
        fitting = [
            unit
            for unit in units.options()
            if known.get(unit, ("",))[0] == PER_KM2 and math.isclose(known[unit][1], said.factor)
        ]
        # g/m2 and t/km2 are equal: the unit is called as in the name.
        fitting.sort(key=lambda unit: unit != said.text)
        asked = given.choice(unit_name)
        if asked in known and asked not in fitting:
            given.log.warn(
                tr(
                    "{parameter}: the name of the raster {raster} indicates {said}, but it is read as {asked}: if the "
                    "name is correct, {advice}."
                ).format(
                    parameter=given.title(name),
                    raster=layer.name(),
                    said=said.text,
                    asked=asked,
                    advice=tr("set {parameter} = {unit}").format(parameter=unit_name, unit=fitting[0])
                    if fitting
                    else tr("convert it to {asked}").format(asked=asked),
                )
            )
