"""Warning about the same raster chosen for two inputs."""

from __future__ import annotations

from collections import defaultdict

from qgis.core import QgsProcessingParameterBand, QgsProcessingParameterRasterLayer

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
    for names in meanings.values():
        if len(names) > 1:
            given.log.warn(
                tr("{parameters} are the same raster: comparing it with itself is meaningless.").format(
                    parameters=listed(map(given.title, names))
                )
            )
