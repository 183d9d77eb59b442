"""QGIS-dependent parts of maps: outlines in an equal-area projection, legends by column, fonts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCsException, QgsRectangle
from qgis.PyQt.QtGui import QGuiApplication

from ....compat import font_families
from ....core.assessment.map_layout.projection import equal_area, narrowest
from ....core.assessment.report.data import ReportData
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from ....core.symbology.legends import Legend
from ..inputs.zones import Zones
from .layer_styles import legend_of

# Number of classes of supply and demand maps, as in the studies; that of the index depends on its theme.
MAP_CLASSES = {"supply": 5, "demand": 5}
GEOGRAPHIC = "EPSG:4326"
_HALF_TURN = 180.0


def map_legends(data: ReportData) -> dict[str, Legend]:
    """The legend of each map of the report."""
    made = {}
    for role, column in data.map_columns.items():
        legend = legend_of(column, data.columns, MAP_CLASSES.get(role))
        amount = {"supply": data.supply, "demand": data.demand}.get(role)
        if legend is not None and amount is not None:
            legend = replace(legend, title=amount.density_heading)
        if legend is not None:
            made[role] = legend
    return made


def box_in(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, target: QgsCoordinateReferenceSystem, context):
    """A box in another CRS.

    Raises:
        CarbonBalanceError: it cannot be transformed to the CRS.
    """
    try:
        return QgsCoordinateTransform(crs, target, context).transformBoundingBox(extent)
    except QgsCsException:
        raise CarbonBalanceError(
            tr(
                "The geometries are located where {crs} has no valid positions on Earth, so no map is drawn: check "
                "their CRS."
            ).format(crs=crs.authid() or crs.description())
        ) from None


def map_crs(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, context) -> tuple[str, str]:
    """WKT and name of the equal-area projection of a region."""
    return _equal_area(box_in(extent, crs, QgsCoordinateReferenceSystem(GEOGRAPHIC), context))


def _equal_area(degrees: QgsRectangle) -> tuple[str, str]:
    proj, name = equal_area(degrees.xMinimum(), degrees.yMinimum(), degrees.xMaximum(), degrees.yMaximum())
    target = QgsCoordinateReferenceSystem()
    target.createFromProj(proj)
    return target.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED), name


def zones_crs(zones: Zones) -> tuple[str, str] | None:
    """WKT and name of the equal-area projection of zones; ``None`` if they have no geometry or CRS.

    Zones on both sides of the 180th meridian seem to span nearly all longitudes; their projection is centred on them.
    """
    extent = QgsRectangle()
    extent.setMinimal()
    for feature in zones.features:
        if feature.hasGeometry() and not feature.geometry().isEmpty():
            extent.combineExtentWith(feature.geometry().boundingBox())
    if extent.isNull() or not zones.crs.isValid():
        return None
    degrees = box_in(extent, zones.crs, QgsCoordinateReferenceSystem(GEOGRAPHIC), zones.transform_context)
    if degrees.width() > _HALF_TURN:
        longitudes = zones.places()[:, 0]
        west, east = narrowest(longitudes[np.isfinite(longitudes)])
        degrees.setXMinimum(west)
        degrees.setXMaximum(east)
    return _equal_area(degrees)


def map_shapes(zones: Zones) -> list[bytes | None]:
    """The outlines as WKB in an equal-area projection; empty if the layer has no geometry or CRS."""
    found = zones_crs(zones)
    return [None] * len(zones) if found is None else zones.outlines(found[0])


def log_missing_fonts(texts: Iterable[str], log: Log) -> None:
    """Warn if there are Chinese names but no font with Chinese characters."""
    chinese = any("\u3400" <= letter <= "\u9fff" for text in texts for letter in str(text))
    if not chinese or QGuiApplication.instance() is None:
        return
    if not font_families(chinese=True):
        log.warn(
            tr(
                "No font with Chinese characters is installed: maps and charts will show boxes instead. Install one, "
                "such as Noto Sans CJK."
            )
        )
